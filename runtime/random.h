/*  random - chance, for those who must be given it

    Jitter, incarnations, ids of calls and traces. Given as a source, so that a test can make chance repeatable.

    Thread: the system's source may be asked from any thread. */

#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

typedef struct {
    uint64_t (*next) (void *self);          //  64 random bits
    void *self;
} random_source_t;

//  The kernel's generator: fit for identifiers that must not be guessed.
const random_source_t *random_system (void);

static inline uint64_t
random_u64 (const random_source_t *source)
{
    return source->next (source->self);
}

//  In [0, 1).
static inline double
random_unit (const random_source_t *source)
{
    return (double) (source->next (source->self) >> 11) * 0x1.0p-53;
}

#endif
