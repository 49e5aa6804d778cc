/*  alarm_rule - which alarms does a composite alarm's rule speak of?

    A rule is made of ALARM(x), OK(x) and INSUFFICIENT_DATA(x), joined by AND, OR, NOT and brackets, or is TRUE or FALSE. x is an alarm's
    name, bare or in double quotes, or its ARN. Only the references matter here; the states in the shop are given, not worked out.

    Thread: any; no state. */

#ifndef SIM_ALARM_RULE_H
#define SIM_ALARM_RULE_H

#include "slice.h"

//  Takes the next reference from the front of the rule and gives the alarm's name, without quotes or ARN. False when there are no more.
bool alarm_rule_next (slice_t *rest, slice_t *name);

//  Does the rule refer to this alarm?
bool alarm_rule_refers (const char *rule, const char *name);

#endif
