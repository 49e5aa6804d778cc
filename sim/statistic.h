/*  statistic - what is asked of a period's samples

    SampleCount, Average, Sum, Minimum, Maximum; percentiles p95, p99.9; and with a lower and an upper limit, each a percentage of the samples
    or a value: trimmed means tm95 or TM(5%:95%), counts TC, sums TS, winsorized means WM; percentile ranks PR(100:2000); IQM.

    Source: "CloudWatch statistics definitions" in the CloudWatch user guide.
    Thread: any; no state. */

#ifndef SIM_STATISTIC_H
#define SIM_STATISTIC_H

#include "sketch.h"

typedef enum {
    STATISTIC_COUNT,
    STATISTIC_AVERAGE,
    STATISTIC_SUM,
    STATISTIC_MINIMUM,
    STATISTIC_MAXIMUM,
    STATISTIC_PERCENTILE,
    STATISTIC_TRIMMED_MEAN,
    STATISTIC_TRIMMED_COUNT,
    STATISTIC_TRIMMED_SUM,
    STATISTIC_WINSORIZED_MEAN,
    STATISTIC_RANK
} statistic_kind_t;

typedef struct {
    statistic_kind_t kind;
    bool of_values;             //  The limits are values; else shares of the samples, 0..1
    double low, high;           //  A percentile has only the upper one
} statistic_t;

//  False when there is no such statistic.
bool   statistic_read (slice_t text, statistic_t *self);

//  Is it one of the five that every datapoint has?
bool   statistic_is_plain (const statistic_t *self);

//  NAN when there is nothing to say.
double statistic_of (const statistic_t *self, sketch_t *sketch);

#endif
