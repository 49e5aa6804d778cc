/*  metrics - what the metrics actor can do: a table of operations, one file each */

#ifndef METRICS_H
#define METRICS_H

#include "operation.h"

//  Ended by NULL.
extern const operation_t *const METRICS_OPERATIONS [];

extern const operation_t LIST_METRICS;
extern const operation_t GET_METRIC_DATA;
extern const operation_t GET_METRIC_STATISTICS;

#endif
