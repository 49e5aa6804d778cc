/*  alarm_state - why an alarm is in its state, as CloudWatch words it

    StateReason is a sentence for people, StateReasonData the same as JSON in a string. Both are made of the change by which the alarm came
    into the state, with the datapoints that decided it.

    Thread: any; no state. */

#ifndef SIM_ALARM_STATE_H
#define SIM_ALARM_STATE_H

#include "alarm_timeline.h"

enum { ALARM_STATE_REASON_MAX = 1023, ALARM_STATE_DETAILS_MAX = 4000 };

//  "OK", "ALARM", "INSUFFICIENT_DATA".
const char *alarm_state_name (shop_state_t state);

//  Append the sentence and the JSON; the latter stays empty where CloudWatch gives none.
void alarm_state_of_metric (const shop_metric_alarm_t *alarm, const alarm_change_t *change, buffer_t *reason, buffer_t *details);
void alarm_state_of_composite (const shop_composite_alarm_t *alarm, const alarm_change_t *change, const char *region, buffer_t *reason,
                               buffer_t *details);
void alarm_state_of_log (const shop_log_alarm_t *alarm, const alarm_change_t *change, buffer_t *reason, buffer_t *details);

#endif
