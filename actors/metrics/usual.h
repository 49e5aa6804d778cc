/*  usual - what the catalogue knows of a metric, for those who do not say it

    Who asks for a metric without more wants the statistic that means something for it (of errors the sum, of a queue's age the maximum), and no
    period that is shorter than the one it is published with. A metric that is not in the catalogue, mostly somebody's own, has CloudWatch's usual:
    Average, once a minute. What a caller names is never changed.

    Thread: any; no state. */

#ifndef USUAL_H
#define USUAL_H

#include "metric.h"
#include "statistic.h"

//  The best statistic, in AWS's spelling, into STATISTIC_BYTES_MAX bytes.
void    usual_stat (const metric_t *metric, char *name);

//  Several of them, the best first: at most max, one at least.
enum { USUAL_STATS_MAX = 2 };
size_t  usual_stats (const metric_t *metric, char names [] [STATISTIC_BYTES_MAX], size_t max);

//  How often it is published.
int64_t usual_period_s (const metric_t *metric);

//  Its unit; absent when it is not known, or it has none.
slice_t usual_unit (const metric_t *metric);

//  How often the most frequent of the metrics is published that a call of get_metric_data (or get_metric_statistics) names; 60 where there are
//  expressions, which may name any.
int64_t usual_period_of_call_s (slice_t arguments);

#endif
