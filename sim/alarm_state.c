#include "alarm_state.h"

#include "alarm_rule.h"
#include "alarm_text.h"

#include <stdio.h>

//  Datapoints that a sentence and the JSON name at most.
enum { SHOWN_MAX = 5 };

const char *
alarm_state_name (shop_state_t state)
{
    switch (state) {
    case SHOP_OK:
        return "OK";
    case SHOP_ALARM:
        return "ALARM";
    case SHOP_INSUFFICIENT_DATA:
        return "INSUFFICIENT_DATA";
    }
    return "INSUFFICIENT_DATA";
}

static const char *
s_operator_words (const char *operator)
{
    if (strcmp (operator, ">=") == 0)
        return "greater than or equal to the threshold";
    if (strcmp (operator, "<=") == 0)
        return "less than or equal to the threshold";
    return operator [0] == '<' ? "less than the threshold" : "greater than the threshold";
}

//  The datapoints that speak for the state, newest first: those beyond the threshold for ALARM, the others for OK.
typedef struct {
    const alarm_sighting_t *shown [SHOWN_MAX];
    int shown_count;
    int count;                  //  With those that are not shown
} witnesses_t;

static witnesses_t
s_witnesses (const alarm_evidence_t *evidence, shop_state_t state)
{
    witnesses_t witnesses = { .count = 0 };
    for (int i = 0; i < evidence->count; i++) {
        if (evidence->sightings [i].beyond != (state == SHOP_ALARM))
            continue;
        if (witnesses.shown_count < SHOWN_MAX)
            witnesses.shown [witnesses.shown_count++] = &evidence->sightings [i];
        witnesses.count++;
    }
    return witnesses;
}

static void
s_append_limits (buffer_t *reason, const witnesses_t *witnesses, bool upper)
{
    char number [ALARM_TEXT_SIZE];
    buffer_append_text (reason, upper ? "greater than the upper thresholds [" : "less than the lower thresholds [");
    for (int i = 0; i < witnesses->shown_count; i++) {
        const alarm_point_t *point = &witnesses->shown [i]->point;
        buffer_printf (reason, "%s%s", i ? ", " : "", alarm_text_number (upper ? point->upper : point->lower, number));
    }
    buffer_append_char (reason, ']');
}

//  "… datapoints [7.0 (22/11/26 22:55:00)] were not greater than the threshold (9.0)"
static void
s_append_witnesses (buffer_t *reason, const shop_metric_alarm_t *alarm, const witnesses_t *witnesses, bool alarming)
{
    char number [ALARM_TEXT_SIZE], when [ALARM_TEXT_SIZE];
    buffer_printf (reason, "%d out of the last %d datapoints [", witnesses->count, alarm->periods);
    for (int i = 0; i < witnesses->shown_count; i++)
        buffer_printf (reason, "%s%s (%s)", i ? ", " : "", alarm_text_number (witnesses->shown [i]->point.value, number),
                       alarm_text_short (witnesses->shown [i]->begins_ms, when));
    buffer_printf (reason, "] %s %s", witnesses->count == 1 ? "was" : "were", alarming ? "" : "not ");
    if (!alarm->band) {
        buffer_printf (reason, "%s (%s)", s_operator_words (alarm->operator), alarm_text_number (alarm->threshold, number));
        return;
    }
    if (alarm->operator [0] == '<') {
        s_append_limits (reason, witnesses, false);
        buffer_append_text (reason, " or ");
    }
    s_append_limits (reason, witnesses, true);
}

static void
s_reason_of_threshold (const shop_metric_alarm_t *alarm, const alarm_change_t *change, buffer_t *reason)
{
    const alarm_evidence_t *evidence = change->evidence;
    bool alarming = change->to == SHOP_ALARM;
    bool breaching = alarm->missing && strcmp (alarm->missing, "breaching") == 0;
    int needed = alarm_judge_needed (alarm);
    witnesses_t witnesses = s_witnesses (evidence, change->to);
    buffer_printf (reason, "Threshold%s Crossed: ", alarm->band ? "s" : "");
    if (witnesses.count > 0)
        s_append_witnesses (reason, alarm, &witnesses, alarming);
    else
        buffer_printf (reason, "no datapoints were received for %d period%s", evidence->filled, evidence->filled == 1 ? "" : "s");
    if (evidence->filled > 0)
        buffer_printf (reason, " and %d missing datapoint%s treated as [%s]", evidence->filled, evidence->filled == 1 ? " was" : "s were",
                       breaching ? "Breaching" : "NonBreaching");
    if (witnesses.count > 0) {
        int minimum = alarming ? needed : alarm->periods - needed + 1;
        buffer_printf (reason, " (minimum %d datapoint%s for %s transition)", minimum, minimum == 1 ? "" : "s",
                       alarming ? "OK -> ALARM" : "ALARM -> OK");
    }
    buffer_append_char (reason, '.');
}

//  The datapoints that were looked at, whichever side they are on: first oldest first as numbers, then newest first with all there is to say.
static void
s_details_of_threshold (const shop_metric_alarm_t *alarm, const alarm_change_t *change, buffer_t *details)
{
    char number [ALARM_TEXT_SIZE], when [ALARM_TEXT_SIZE];
    const alarm_evidence_t *evidence = change->evidence;
    int count = evidence->count < SHOWN_MAX ? evidence->count : SHOWN_MAX;
    int64_t period_ms = (int64_t) alarm_judge_period_s (alarm) * 1000;
    int64_t start_ms = count ? evidence->sightings [count - 1].begins_ms : (change->time_ms / period_ms - alarm->periods) * period_ms;
    buffer_printf (details, "{\"version\":\"1.0\",\"queryDate\":\"%s\"", alarm_text_json (change->time_ms, when));
    buffer_printf (details, ",\"startDate\":\"%s\"", alarm_text_json (start_ms, when));
    if (alarm->unit)
        buffer_printf (details, ",\"unit\":\"%s\"", alarm->unit);
    if (alarm->stat)
        buffer_printf (details, ",\"statistic\":\"%s\"", alarm->stat);
    buffer_printf (details, ",\"period\":%d,\"recentDatapoints\":[", alarm_judge_period_s (alarm));
    for (int i = count - 1; i >= 0; i--)
        buffer_printf (details, "%s%s", alarm_text_number (evidence->sightings [i].point.value, number), i ? "," : "");
    buffer_append_char (details, ']');
    if (!alarm->band)
        buffer_printf (details, ",\"threshold\":%s", alarm_text_number (alarm->threshold, number));
    buffer_append_text (details, ",\"evaluatedDatapoints\":[");
    for (int i = 0; i < count; i++) {
        const alarm_sighting_t *sighting = &evidence->sightings [i];
        buffer_printf (details, "%s{\"timestamp\":\"%s\"", i ? "," : "", alarm_text_json (sighting->begins_ms, when));
        if (sighting->point.samples > 0)
            buffer_printf (details, ",\"sampleCount\":%s", alarm_text_number (sighting->point.samples, number));
        buffer_printf (details, ",\"value\":%s", alarm_text_number (sighting->point.value, number));
        if (alarm->band && sighting->point.upper > sighting->point.lower)
            buffer_printf (details, ",\"threshold\":%s", alarm_text_number (sighting->point.upper, number));
        buffer_append_char (details, '}');
    }
    buffer_append_text (details, "]}");
}

void
alarm_state_of_metric (const shop_metric_alarm_t *alarm, const alarm_change_t *change, buffer_t *reason, buffer_t *details)
{
    char number [ALARM_TEXT_SIZE];
    if (alarm->promql && change->to == SHOP_ALARM)
        buffer_printf (reason, "1 contributor in ALARM: the query gave %s for longer than the pending period of %d seconds.",
                       alarm_text_number (alarm->value, number), alarm->pending_s);
    else
    if (!change->evidence)
        buffer_append_text (reason, "Unchecked: Initial alarm creation");
    else
    if (change->to == SHOP_INSUFFICIENT_DATA)
        buffer_printf (reason, "Insufficient Data: %d datapoint%s unknown.", alarm->periods, alarm->periods == 1 ? " was" : "s were");
    else
        s_reason_of_threshold (alarm, change, reason);
    if (change->evidence)
        s_details_of_threshold (alarm, change, details);
}

void
alarm_state_of_composite (const shop_composite_alarm_t *alarm, const alarm_change_t *change, const char *region, buffer_t *reason, buffer_t *details)
{
    char when [ALARM_TEXT_SIZE];
    const char *state = alarm_state_name (change->trigger_state);
    slice_t rest = slice_of (alarm->rule);
    slice_t name;
    if (!alarm_rule_next (&rest, &name)) {
        buffer_append_text (reason, "The state was set by hand.");
        return;
    }
    if (!change->trigger) {
        buffer_printf (reason, "arn:aws:cloudwatch:%s:" SHOP_ACCOUNT ":alarm:%s was created and its alarm rule evaluates to %s", region,
                       alarm->head.name, alarm_state_name (change->to));
        return;
    }
    buffer_printf (reason, "arn:aws:cloudwatch:%s:" SHOP_ACCOUNT ":alarm:%s transitioned to %s at %s", region, change->trigger, state,
                   alarm_text_long (change->trigger_ms, when));
    buffer_printf (details, "{\"triggeringAlarms\":[{\"arn\":\"arn:aws:cloudwatch:%s:" SHOP_ACCOUNT ":alarm:%s\",\"state\":{\"value\":\"%s\","
                   "\"timestamp\":\"%s\"}}]}", region, change->trigger, state, alarm_text_json (change->trigger_ms, when));
}

void
alarm_state_of_log (const shop_log_alarm_t *alarm, const alarm_change_t *change, buffer_t *reason, buffer_t *details)
{
    char number [ALARM_TEXT_SIZE], limit [ALARM_TEXT_SIZE], when [ALARM_TEXT_SIZE];
    if (change->to == SHOP_INSUFFICIENT_DATA) {
        buffer_append_text (reason, "Unchecked: Initial alarm creation");
        return;
    }
    bool alarming = change->to == SHOP_ALARM;
    alarm_text_number (alarm->value, number);
    alarm_text_number (alarm->threshold, limit);
    buffer_printf (reason, "Threshold Crossed: %d out of the last %d query results [%s (%s)] %s%s (%s).", alarming ? alarm->results_to_alarm : 1,
                   alarm->results, number, alarm_text_short (change->time_ms, when), alarming ? "was " : "was not ",
                   s_operator_words (alarm->operator), limit);
    buffer_printf (details, "{\"version\":\"1.0\",\"queryDate\":\"%s\",\"recentQueryResults\":[%s],\"threshold\":%s}",
                   alarm_text_json (change->time_ms, when), number, limit);
}
