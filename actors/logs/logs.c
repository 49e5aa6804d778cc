#include "logs.h"

#include "probe.h"

const operation_t *const LOGS_OPERATIONS [] = {
    &PROBE_LOGS,
    &DESCRIBE_LOG_GROUPS,
    &FILTER_LOG_STREAMS,
    &SEARCH_LOG_EVENTS,
    NULL,
};
