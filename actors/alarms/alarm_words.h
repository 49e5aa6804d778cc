/*  alarm_words - what an alarm watches, and why it is as it is, in one line each

    "AWS/Lambda Errors {FunctionName=checkout} Sum > 5 for 3 of 5 x 60 s", "ALARM(a) OR ALARM(b)", "100 * bad / total > 5 for 3 x 60 s, bad = …".
    A person reads it at a glance, and a model in a tenth of the tokens of the configuration. What AWS did not say is left out: of the family of a
    composite alarm it tells little more than names.

    What is written is visible (visible.h). Thread: any; no state. */

#ifndef ALARM_WORDS_H
#define ALARM_WORDS_H

#include "json.h"

typedef enum { ALARM_METRIC, ALARM_COMPOSITE, ALARM_LOG } alarm_kind_t;

//  alarm: one item of DescribeAlarms. Nothing is written when nothing is known.
void alarm_words (buffer_t *out, const yyjson_val *alarm, alarm_kind_t kind);

//  AWS's StateReason without what alarm_words and the time of the change say already: "Threshold Crossed: 3 out of the last 5 datapoints
//  [2.318 (23/11/26 01:25:00), 2.341 (23/11/26 01:24:00)] were greater than the threshold (1.5) (minimum 3 datapoints for OK -> ALARM transition)."
//  loses the times of the datapoints and the last parenthesis. That of a composite alarm, "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:NAME
//  transitioned to ALARM at Tuesday 24 November, 2026 15:26:09 UTC", loses the ARN before the name, and the time. Numbers have six digits:
//  17.2851 for 17.2851263547. Another wording comes out as it is.
void alarm_reason (buffer_t *out, slice_t reason);

#endif
