/*  metric_stat - one statistic of one metric over a grid of periods

    What both GetMetricData and GetMetricStatistics are about: which metric is meant, which periods there are, and what of them is still kept.

    CloudWatch keeps datapoints of less than a minute for three hours, those of a minute for 15 days, of five minutes for 63 days, of an hour for
    455 days; a finer question about older data has no answer. The shop's metrics have a resolution of one minute: a period of less has a
    datapoint where a minute begins. A minute exists as soon as it is over.

    Thread: any; no state. */

#ifndef SIM_METRIC_STAT_H
#define SIM_METRIC_STAT_H

#include "json.h"
#include "statistic.h"
#include "vector.h"

//  Where metrics are read, and the memory for what is read.
typedef struct {
    const shop_t *shop;
    const char *region;
    arena_t *arena;
    sketch_t sketch;
} metric_source_t;

//  False without memory. The arena is the caller's to destroy, in either case.
bool metric_source_init (metric_source_t *self, const shop_t *shop, const char *region);

//  1, 5, 10, 20, 30, or a multiple of 60.
bool metric_period_is_valid (int64_t period_s);

//  The account's metric that these members mean (Namespace, MetricName, Dimensions), with exactly these dimensions; NULL when there is none.
const shop_metric_t *metric_of (const metric_source_t *self, slice_t account, const yyjson_val *members);

//  The periods of a window, the first aligned down, the end exclusive; without those that hold nothing because they are too old for a period
//  so short, or have not begun.
grid_t metric_grid (const metric_source_t *self, double start_s, double end_s, int64_t period_s);

//  The samples of the period with this number. False when there are none, or none any more.
bool metric_samples (metric_source_t *self, const shop_metric_t *metric, const grid_t *grid, size_t index);

//  The statistic of each period that has one, in a new vector. The metric may be NULL: it has none. Values are NULL without memory.
vector_t metric_vector (metric_source_t *self, const shop_metric_t *metric, const statistic_t *statistic, const grid_t *grid);

#endif
