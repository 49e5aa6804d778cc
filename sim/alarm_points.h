/*  alarm_points - the datapoints that a metric alarm looks at

    The statistic of its metric, the series that its expression comes to, or its metric beside the band that is expected of it. A band is made
    of the two weeks before the first datapoint too, as CloudWatch trains it.

    Thread: any; no state. */

#ifndef SIM_ALARM_POINTS_H
#define SIM_ALARM_POINTS_H

#include "alarm_judge.h"

//  So many periods of the alarm from start_ms (a multiple of its period) on, oldest first. The alarm is not one on PromQL. False without memory.
bool alarm_points_read (const shop_t *shop, const char *region, const shop_metric_alarm_t *alarm, int64_t start_ms, size_t count,
                        alarm_point_t *points);

#endif
