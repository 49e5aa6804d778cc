/*  rates - how often something happened in the last ten seconds, in memory of fixed size

    A row of half seconds that is written round and round: what is older than ten seconds is overwritten by what is new. A table of them has a place
    for each name that it is told, and one for all that come when it is full.

    Owner:   whoever has it; a plain value. Times are the owner's clock, monotonic. */

#ifndef RATES_H
#define RATES_H

#include "slice.h"

enum {
    RATE_WINDOW_S = 10, RATE_SLOT_MS = 500,
    RATE_SLOTS = RATE_WINDOW_S * 1000 / RATE_SLOT_MS + 1,       //  The present one has only begun
    RATES_MAX = 32,                     //  Names: the APIs of AWS that are asked are 20
    RATES_NAME_MAX = 71,
};

//  What happened once; and sums of that.
typedef struct {
    uint64_t count, errors, throttled;
    uint64_t took_us, queue_us;
} rate_event_t;

typedef struct {
    int64_t slot;                       //  The present one's number since the clock's zero
    rate_event_t slots [RATE_SLOTS];    //  By number, modulo
} rate_t;

typedef struct {
    struct { char name [RATES_NAME_MAX + 1]; rate_t rate; } list [RATES_MAX];
    int count;
} rates_t;

//  A rate of zeros is one of which nothing has been told.
void   rate_add (rate_t *self, int64_t now_ms, const rate_event_t *event);

//  The sums, and over how many seconds they are.
double rate_read (const rate_t *self, int64_t now_ms, rate_event_t *sum);

//  A name that finds no place is counted under "other".
void   rates_add (rates_t *self, slice_t name, int64_t now_ms, const rate_event_t *event);

//  NULL for a name that never came.
const rate_t *rates_find (const rates_t *self, slice_t name);

#endif
