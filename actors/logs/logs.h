/*  logs - what the logs actor can do: a table of operations, one file each */

#ifndef LOGS_H
#define LOGS_H

#include "operation.h"

//  Ended by NULL.
extern const operation_t *const LOGS_OPERATIONS [];

extern const operation_t DESCRIBE_LOG_GROUPS;
extern const operation_t FILTER_LOG_STREAMS;
extern const operation_t SEARCH_LOG_EVENTS;

#endif
