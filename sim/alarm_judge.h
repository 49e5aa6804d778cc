/*  alarm_judge - what a metric alarm makes of its datapoints

    CloudWatch looks at a few more periods than an alarm asks for (its evaluation range). Source: "Configuring how CloudWatch alarms treat
    missing data" in the user guide. With N periods asked for and M datapoints to alarm:

      - when the range holds N datapoints, the newest N decide: M of them beyond the threshold make an ALARM, fewer an OK;
      - when it holds fewer, all of them count, and the rest of N is filled as TreatMissingData says: breaching and notBreaching are taken as
        such; with ignore the state stays unless the datapoints alone decide; with missing (which is also the default) an alarm without any
        datapoint becomes INSUFFICIENT_DATA, and one with some goes by them: to ALARM when M are beyond the threshold, or when none is not and
        the oldest came at least M periods ago (until then it stays as it is), else to OK.

    Thread: any; no state. */

#ifndef SIM_ALARM_JUDGE_H
#define SIM_ALARM_JUDGE_H

#include "shop.h"

//  Periods of an evaluation range beyond those asked for, and the longest range of an alarm in the shop.
enum { ALARM_RANGE_EXTRA = 2, ALARM_RANGE_MAX = 24 + ALARM_RANGE_EXTRA };

//  A datapoint; its value is NAN where there is none.
typedef struct {
    double value;
    double samples;
    double lower, upper;        //  The band, for alarms against one
} alarm_point_t;

//  A datapoint that was looked at.
typedef struct {
    int64_t begins_ms;
    alarm_point_t point;
    bool beyond;                //  The threshold, or outside of the band
} alarm_sighting_t;

//  What a verdict rests on.
typedef struct {
    alarm_sighting_t sightings [ALARM_RANGE_MAX];       //  Newest first; only of periods with a datapoint
    int count;
    int beyond;                                         //  How many of them
    int filled;                                         //  Periods without a datapoint that were taken as TreatMissingData says
} alarm_evidence_t;

//  N and M of the alarm, and the length of its periods.
int     alarm_judge_range (const shop_metric_alarm_t *alarm);
int     alarm_judge_needed (const shop_metric_alarm_t *alarm);
int     alarm_judge_period_s (const shop_metric_alarm_t *alarm);

//  Is the datapoint on the bad side? A datapoint without a band never is.
bool    alarm_judge_beyond (const shop_metric_alarm_t *alarm, const alarm_point_t *point);

//  The state that the alarm has after this range, whose last period begins at last_ms. The range has alarm_judge_range periods, oldest first.
shop_state_t alarm_judge (const shop_metric_alarm_t *alarm, const alarm_point_t *range, int64_t last_ms, shop_state_t before,
                          alarm_evidence_t *evidence);

#endif
