/*  dashboards - what the metrics actor can do with dashboards: two operations, one file each */

#ifndef DASHBOARDS_H
#define DASHBOARDS_H

#include "operation.h"

extern const operation_t LIST_DASHBOARDS;
extern const operation_t GET_DASHBOARD;

#endif
