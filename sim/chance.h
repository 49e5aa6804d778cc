/*  chance - randomness that can be had again

    A generator that gives the same numbers for the same seed, so that a test which met a fault meets it again. Good enough for faults and
    for ids in a simulator; never for a secret.

    Owner:   by value; whoever called chance_init. Thread: one. */

#ifndef SIM_CHANCE_H
#define SIM_CHANCE_H

#include <stdint.h>

typedef struct {
    uint64_t state;
} chance_t;

void     chance_init (chance_t *self, uint64_t seed);
uint64_t chance_u64 (chance_t *self);

//  In [0, 1).
double   chance_unit (chance_t *self);

//  A version-4 UUID in its usual spelling, with its final zero.
enum { CHANCE_UUID_SIZE = 37 };
void     chance_uuid (chance_t *self, char *text);

//  What a text gives when it is stirred well: the same for the same text. For variety that must not change from run to run.
uint64_t chance_of_text (const char *text);

#endif
