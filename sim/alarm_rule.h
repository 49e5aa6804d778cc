/*  alarm_rule - which alarms a composite alarm's rule speaks of, and whether it holds

        rule    = all *("OR" all)
        all     = one *("AND" one)
        one     = "NOT" one | "(" rule ")" | "TRUE" | "FALSE" | state "(" x ")"
        state   = "ALARM" | "OK" | "INSUFFICIENT_DATA"

    x is an alarm's name, bare or in double quotes, or its ARN. The rules are those of the shop's table: they are written well.

    Thread: any; no state. */

#ifndef SIM_ALARM_RULE_H
#define SIM_ALARM_RULE_H

#include "shop.h"

//  Takes the next reference from the front of the rule and gives the alarm's name, without quotes or ARN. False when there are no more.
bool alarm_rule_next (slice_t *rest, slice_t *name);

//  Does the rule refer to this alarm?
bool alarm_rule_refers (const char *rule, const char *name);

//  Does it hold when each alarm that it speaks of is in the state that is told?
typedef shop_state_t alarm_rule_state_fn (void *context, slice_t name);
bool alarm_rule_holds (const char *rule, alarm_rule_state_fn *state_of, void *context);

#endif
