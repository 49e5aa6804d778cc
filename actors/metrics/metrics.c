#include "metrics.h"

const operation_t *const METRICS_OPERATIONS [] = {
    &LIST_METRICS,
    NULL,
};
