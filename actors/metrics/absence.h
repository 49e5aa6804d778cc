/*  absence - why there are no datapoints, and what to try

    CloudWatch answers a question about a metric that does not exist as it answers one about a quiet metric: with nothing. The catalogue knows more:
    that there is no such metric, that it is spelt otherwise, that it has other dimensions, that it is published once a day, or in one region only.

    Thread: any; no state. */

#ifndef ABSENCE_H
#define ABSENCE_H

#include "metric.h"

//  A few sentences. unit: only datapoints in it were asked for; absent for all. period_s: with which it was asked.
void absence_append (buffer_t *note, const metric_t *metric, slice_t unit, const timegrid_t *grid, int64_t period_s, const char *region);

#endif
