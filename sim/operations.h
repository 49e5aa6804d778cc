/*  operations - the table of what the simulator can do

    One row per operation; one file per operation or family, which exports nothing but its row. To add one: write its file, declare its row
    here, list it in operations.c, and take its name out of the service's list of those not simulated. */

#ifndef SIM_OPERATIONS_H
#define SIM_OPERATIONS_H

#include "wire.h"

extern const wire_operation_t OPERATION_ASSUME_ROLE;
extern const wire_operation_t OPERATION_ASSUME_ROLE_WITH_WEB_IDENTITY;
extern const wire_operation_t OPERATION_DESCRIBE_ALARM_HISTORY;
extern const wire_operation_t OPERATION_DESCRIBE_ALARMS;
extern const wire_operation_t OPERATION_DESCRIBE_LOG_GROUPS;
extern const wire_operation_t OPERATION_DESCRIBE_LOG_STREAMS;
extern const wire_operation_t OPERATION_FILTER_LOG_EVENTS;
extern const wire_operation_t OPERATION_GET_CALLER_IDENTITY;
extern const wire_operation_t OPERATION_GET_DASHBOARD;
extern const wire_operation_t OPERATION_GET_LOG_EVENTS;
extern const wire_operation_t OPERATION_GET_METRIC_DATA;
extern const wire_operation_t OPERATION_GET_METRIC_STATISTICS;
extern const wire_operation_t OPERATION_LIST_DASHBOARDS;
extern const wire_operation_t OPERATION_LIST_METRICS;

//  All rows, ended by NULL.
extern const wire_operation_t *const OPERATIONS [];

#endif
