/*  alarm_state - why an alarm is in its state, as CloudWatch words it

    StateReason is a sentence for people, StateReasonData the same as JSON in a string. Both are made from the last datapoint that the shop's
    table gives and from the moment at which the state changed.

    Thread: any; no state. */

#ifndef SIM_ALARM_STATE_H
#define SIM_ALARM_STATE_H

#include "shop.h"

enum { ALARM_STATE_REASON_MAX = 1023, ALARM_STATE_DETAILS_MAX = 4000 };

//  "OK", "ALARM", "INSUFFICIENT_DATA".
const char *alarm_state_name (shop_state_t state);

//  Milliseconds since 1970 at which the state changed. Not on the full minute: each alarm has its own second.
int64_t alarm_state_changed_ms (const shop_alarm_head_t *head, int64_t now_ms);

//  Append the sentence and the JSON; the latter stays empty where CloudWatch gives none.
void alarm_state_of_metric (const shop_metric_alarm_t *alarm, int64_t changed_ms, buffer_t *reason, buffer_t *details);
void alarm_state_of_composite (const shop_composite_alarm_t *alarm, const shop_t *shop, const char *region, buffer_t *reason, buffer_t *details);
void alarm_state_of_log (const shop_log_alarm_t *alarm, int64_t changed_ms, buffer_t *reason, buffer_t *details);

#endif
