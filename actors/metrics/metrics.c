#include "metrics.h"

#include "dashboards.h"
#include "probe.h"

const operation_t *const METRICS_OPERATIONS [] = {
    &PROBE_METRICS,
    &LIST_METRICS,
    &GET_METRIC_DATA,
    &GET_METRIC_STATISTICS,
    &LIST_DASHBOARDS,
    &GET_DASHBOARD,
    NULL,
};
