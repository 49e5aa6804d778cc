/*  metric_checks - the parts of inputs that say which metric is meant

    GetMetricData, GetMetricStatistics and whatever else asks for a metric have these in their models.

    Thread: any; no state. */

#ifndef SIM_METRIC_CHECKS_H
#define SIM_METRIC_CHECKS_H

#include "checks.h"

enum { METRIC_DIMENSIONS_MAX = 30 };

//  "[^:].*"
extern const check_pattern_t METRIC_NAMESPACE;

//  Name and Value, both needed.
extern const check_t METRIC_DIMENSION [];

//  CloudWatch's units, ended by NULL.
extern const char *const METRIC_UNITS [];

#endif
