/*  histogram - how long things took, in memory of fixed size

    Counts per bucket, their sum, and for each bucket the last value that came with a trace: whoever sees a slow bucket finds a call in it.

    Thread: one at a time; a plain value, all zero at first. */

#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include "span.h"

enum { HISTOGRAM_BOUNDS = 15 };

//  Upper bounds, included, in microseconds, rising; one more bucket holds what is above the last.
extern const int64_t HISTOGRAM_BOUNDS_US [HISTOGRAM_BOUNDS];

typedef struct {
    uint8_t trace [SPAN_TRACE_BYTES];
    int64_t value_us;
    int64_t at_ms;                      //  Wall clock; 0: there is none
} histogram_exemplar_t;

typedef struct {
    uint64_t counts [HISTOGRAM_BOUNDS + 1];     //  Of each bucket by itself
    int64_t  sum_us;
    histogram_exemplar_t exemplars [HISTOGRAM_BOUNDS + 1];
} histogram_t;

//  trace may be NULL. A time below zero counts as zero.
void     histogram_add (histogram_t *self, int64_t value_us, const uint8_t *trace, int64_t at_ms);

uint64_t histogram_count (const histogram_t *self);

#endif
