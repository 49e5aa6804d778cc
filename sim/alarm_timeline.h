/*  alarm_timeline - the states of one alarm over the last week, and why they changed

    A metric alarm is evaluated as CloudWatch would: at the end of each of its periods, at the alarm's own second after it, its newest
    datapoints are judged (alarm_judge.h). Every verdict that differs from the one before is a change. For alarms that cannot be evaluated
    (on PromQL, on logs, or set by hand) the shop's table gives the state of now.

    The week is the one before the shop was made, and all that has passed since. The first change of a timeline is the one by which the alarm
    came into the state in which the week begins. It is older than what a history keeps, and nothing is known before it.

    CloudWatch slides periods longer than a minute along with the minutes; here they begin at their multiples.

    Owner:   the arena. Thread: one. */

#ifndef SIM_ALARM_TIMELINE_H
#define SIM_ALARM_TIMELINE_H

#include "alarm_judge.h"

//  How far back alarms are evaluated: the week of the shop's story.
enum { ALARM_TIMELINE_DAYS = 7 };

//  CloudWatch keeps the history of an alarm for two weeks (old reference of mon-describe-alarm-history; newer ones give no number).
enum { ALARM_HISTORY_DAYS = 14 };

typedef struct {
    int64_t time_ms;
    shop_state_t from, to;
    const alarm_evidence_t *evidence;   //  Of alarms that were evaluated; NULL for others, and of a first change that has none
    const char *trigger;                //  Of composite alarms: the child that changed, to which state, and when; or NULL
    shop_state_t trigger_state;
    int64_t trigger_ms;
} alarm_change_t;

//  At least one change; oldest first.
typedef struct {
    const alarm_change_t *changes;
    size_t count;
} alarm_timeline_t;

//  Up to a moment, which is not before the shop's own now. False without memory.
bool alarm_timeline_of_metric (const shop_t *shop, const char *region, const shop_metric_alarm_t *alarm, int64_t until_ms, arena_t *arena,
                               alarm_timeline_t *timeline);

//  The one change that the table gives.
bool alarm_timeline_given (const shop_t *shop, const shop_alarm_head_t *head, arena_t *arena, alarm_timeline_t *timeline);

//  The change with which a week begins in this state, for an alarm that is evaluated every so often.
alarm_change_t alarm_timeline_first (const shop_t *shop, const shop_alarm_head_t *head, int64_t period_ms, shop_state_t state);

//  The last change, and the state at a moment.
const alarm_change_t *alarm_timeline_last (const alarm_timeline_t *timeline);
shop_state_t alarm_timeline_state (const alarm_timeline_t *timeline, int64_t time_ms);

//  Its own second: milliseconds below a minute by which an alarm's evaluations come after the end of a period.
int64_t alarm_timeline_offset_ms (const shop_alarm_head_t *head);

#endif
