#include "metrics.h"

#include "probe.h"

const operation_t *const METRICS_OPERATIONS [] = {
    &PROBE_METRICS,
    &LIST_METRICS,
    &GET_METRIC_DATA,
    &GET_METRIC_STATISTICS,
    NULL,
};
