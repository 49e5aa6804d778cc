/*  key_windows - when keys that end are looked for again

    The windows scale with how long the keys last when they are found: EARLY is their last quarter, at most 15 min of it, LATE their last eighth, at
    most 10 min. Chance spreads servers that were started together over the first half of EARLY. Source: botocore's windows, 15 and 10 min.

    Thread: any; no state. */

#ifndef KEY_WINDOWS_H
#define KEY_WINDOWS_H

#include <stdint.h>

//  Keys are EARLY when no more than this is left, and LATE likewise; 0 and 0 for keys that do not end.
typedef struct {
    int64_t early_ms, late_ms;
} key_windows_t;

//  left_ms: until the end; INT64_MAX: never. chance: in [0, 1).
key_windows_t key_windows_of (int64_t left_ms, double chance);

#endif
