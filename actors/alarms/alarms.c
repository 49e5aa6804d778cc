#include "alarms.h"

const operation_t *const ALARMS_OPERATIONS [] = {
    &DESCRIBE_ALARMS,
    &GET_ALARM_HISTORY,
    NULL,
};
