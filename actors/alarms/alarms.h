/*  alarms - what the alarms actor can do: a table of operations, one file each */

#ifndef ALARMS_H
#define ALARMS_H

#include "operation.h"

//  Ended by NULL.
extern const operation_t *const ALARMS_OPERATIONS [];

extern const operation_t DESCRIBE_ALARMS;
extern const operation_t GET_ALARM_HISTORY;

#endif
