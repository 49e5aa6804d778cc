#include "logs.h"

const operation_t *const LOGS_OPERATIONS [] = {
    &DESCRIBE_LOG_GROUPS,
    &FILTER_LOG_STREAMS,
    NULL,
};
