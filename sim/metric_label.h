/*  metric_label - what a series is called

    A query without a label is called after what sets it apart from the request's other metrics: values of dimensions, the metric's name, the
    statistic; or just the metric's name. A label may hold names in ${ }, which stand for values:

        ${LABEL}                                     what it would be called without one
        ${PROP('Dim.X')}                             the value of the dimension X
        ${PROP('MetricName')}, and so Namespace, Stat, Period, Region, AccountId
        ${MIN} ${MAX} ${AVG} ${SUM} ${FIRST} ${LAST} ${DATAPOINT_COUNT}     of the series; "--" when it is empty

    Others are left as they are. Source: "Use dynamic labels" in the CloudWatch user guide.

    Owner:   texts live in the arena. Thread: any; no state. */

#ifndef SIM_METRIC_LABEL_H
#define SIM_METRIC_LABEL_H

#include "json.h"
#include "vector.h"

//  A metric of the request. Borrowed from it.
typedef struct {
    slice_t namespace;
    slice_t name;
    slice_t stat;
    slice_t account;
    int64_t period_s;
    const char *region;
    yyjson_val *dimensions;     //  Name and Value each; may be NULL
} metric_label_t;

//  The name of the metric with this number, without a label. NULL without memory.
char *metric_label_plain (arena_t *arena, const metric_label_t *metrics, size_t count, size_t index);

//  The label with its names replaced. The metric is NULL for an expression. NULL without memory.
char *metric_label_filled (arena_t *arena, slice_t label, const char *plain, const metric_label_t *metric, const grid_t *grid, vector_t vector);

#endif
