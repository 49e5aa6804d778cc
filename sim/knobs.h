/*  knobs - what a test may turn while the simulator runs

        {"key_life_s": 20, "clock_offset_s": -600}

    key_life_s      how long keys of the STS live, whatever was asked (0: as asked; 1..43200). Real ones live 900 s at least
    clock_offset_s  how far the clock of the simulator is from that of this machine (0; at most a day): its answers' Date, what it takes for
                    the time of a signature, and the end of keys and tokens

    Thread: one. Owner: by value. */

#ifndef SIM_KNOBS_H
#define SIM_KNOBS_H

#include "buffer.h"

enum { KNOBS_KEY_LIFE_S_MAX = 43200, KNOBS_CLOCK_OFFSET_S_MAX = 86400 };

typedef struct {
    int64_t key_life_s;
    int64_t clock_offset_s;
} knobs_t;

//  Turns those that are named. INVALID_ARGUMENT with a sentence, and no change, for anything that is not as above.
MUST_CHECK status_t knobs_set (knobs_t *self, slice_t json, buffer_t *sentence);

void knobs_write (const knobs_t *self, buffer_t *out);

#endif
