#include "alarms.h"

#include "probe.h"

const operation_t *const ALARMS_OPERATIONS [] = {
    &PROBE_ALARMS,
    &DESCRIBE_ALARMS,
    &GET_ALARM_HISTORY,
    NULL,
};
