/*  clock - what time is it, for those who must be told

    Nothing in this program reads the time by itself, except through a clock_source_t that it was given: a test owns time by owning the
    source. Monotonic time measures waits and deadlines; wall time is for signatures and for people. Both in milliseconds (and monotonic in
    microseconds, for traces).

    Thread: the system's clock may be asked from any thread. */

#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

typedef struct {
    int64_t (*mono_us) (void *self);        //  Never goes back; the zero is arbitrary
    int64_t (*wall_ms) (void *self);        //  Since 1970-01-01T00:00Z; may jump
    void *self;
} clock_source_t;

const clock_source_t *clock_system (void);

static inline int64_t
clock_mono_us (const clock_source_t *clock)
{
    return clock->mono_us (clock->self);
}

static inline int64_t
clock_mono_ms (const clock_source_t *clock)
{
    return clock->mono_us (clock->self) / 1000;
}

static inline int64_t
clock_wall_ms (const clock_source_t *clock)
{
    return clock->wall_ms (clock->self);
}

//  UTC as people and models read it. CLOCK_TEXT_SIZE bytes are enough for each, the final zero included.
#define CLOCK_TEXT_SIZE 32
const char *clock_text_minute (int64_t wall_ms, char *text);        //  2026-11-22T23:05Z
const char *clock_text_second (int64_t wall_ms, char *text);        //  2026-11-22T23:05:07Z
const char *clock_text_ms (int64_t wall_ms, char *text);            //  2026-11-22T23:05:07.042Z
const char *clock_text_basic (int64_t wall_ms, char *text);         //  20261122T230507Z, as signatures want it

#endif
