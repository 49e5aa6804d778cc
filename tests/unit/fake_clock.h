/*  fake_clock - a clock that stands still until the test moves it

    fake_clock_t clock;
    fake_clock_init (&clock);
    thing_t *thing = thing_new (&clock.source);
    fake_clock_advance (&clock, 250);

    Starts at an ordinary moment (2026-11-22T23:05:07.042Z, monotonic 1,000 s), so that nothing passes by accident for being zero.

    Owner:  the test, by value; it must not move while its source is in use. */

#ifndef FAKE_CLOCK_H
#define FAKE_CLOCK_H

#include "clock.h"

typedef struct {
    clock_source_t source;
    int64_t mono_us;
    int64_t wall_ms;
} fake_clock_t;

static inline int64_t
fake_clock_mono_us (void *self)
{
    return ((fake_clock_t *) self)->mono_us;
}

static inline int64_t
fake_clock_wall_ms (void *self)
{
    return ((fake_clock_t *) self)->wall_ms;
}

static inline void
fake_clock_init (fake_clock_t *self)
{
    *self = (fake_clock_t) {
        .source = { .mono_us = fake_clock_mono_us, .wall_ms = fake_clock_wall_ms, .self = self },
        .mono_us = 1000 * 1000000LL,
        .wall_ms = 1795388707042LL,
    };
}

//  Moves both times. To let wall time jump alone, set wall_ms.
static inline void
fake_clock_advance (fake_clock_t *self, int64_t ms)
{
    self->mono_us += ms * 1000;
    self->wall_ms += ms;
}

#endif
