#include "alarm_state.h"

#include "alarm_rule.h"
#include "chance.h"

#include <stdio.h>
#include <time.h>

enum { TEXT_SIZE = 64, DATAPOINTS_SHOWN_MAX = 5 };

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

int64_t
alarm_state_changed_ms (const shop_alarm_head_t *head, int64_t now_ms)
{
    return now_ms - (int64_t) head->changed_min * 60000 - (int64_t) (chance_of_text (head->name) % 60000);
}

//  Not strftime: its names follow the locale, and two-digit years need writing out.
static struct tm
s_parts (int64_t time_ms)
{
    time_t seconds = (time_t) (time_ms / 1000);
    struct tm parts = { .tm_mday = 1 };
    if (!gmtime_r (&seconds, &parts))
        parts = (struct tm) { .tm_mday = 1 };
    return parts;
}

//  22/11/26 22:55:00, as a datapoint's sentence has it.
static const char *
s_time_short (int64_t time_ms, char *text)
{
    struct tm parts = s_parts (time_ms);
    snprintf (text, TEXT_SIZE, "%02d/%02d/%02d %02d:%02d:%02d", parts.tm_mday, parts.tm_mon + 1, parts.tm_year % 100, parts.tm_hour, parts.tm_min,
              parts.tm_sec);
    return text;
}

//  Sunday 22 November, 2026 22:55:00 UTC, as a composite alarm's sentence has it.
static const char *
s_time_long (int64_t time_ms, char *text)
{
    static const char *const DAYS [] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
    static const char *const MONTHS [] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                                           "November", "December" };
    struct tm parts = s_parts (time_ms);
    snprintf (text, TEXT_SIZE, "%s %d %s, %d %02d:%02d:%02d UTC", DAYS [parts.tm_wday], parts.tm_mday, MONTHS [parts.tm_mon], parts.tm_year + 1900,
              parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text;
}

//  2026-11-22T22:55:00.000+0000, as the JSON has it.
static const char *
s_time_json (int64_t time_ms, char *text)
{
    struct tm parts = s_parts (time_ms);
    snprintf (text, TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03d+0000", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
              parts.tm_min, parts.tm_sec, (int) (time_ms % 1000));
    return text;
}

//  7.0, 97.46, 2.147483648E10: as Java writes a double, which is how CloudWatch writes numbers in sentences.
static const char *
s_number (double number, char *text)
{
    snprintf (text, TEXT_SIZE, "%.12g", number);
    if (!strpbrk (text, ".e"))
        snprintf (text, TEXT_SIZE, "%.12g.0", number);
    return text;
}

static const char *
s_operator_words (const char *operator)
{
    if (operator [0] == '<' && operator [1] == '>')
        return "less than the lower thresholds or greater than the upper thresholds";
    if (strcmp (operator, ">band") == 0)
        return "greater than the upper thresholds";
    if (strcmp (operator, ">=") == 0)
        return "greater than or equal to the threshold";
    if (strcmp (operator, "<=") == 0)
        return "less than or equal to the threshold";
    return operator [0] == '<' ? "less than the threshold" : "greater than the threshold";
}

//  The datapoint so many periods before the last. It keeps to its side of the threshold: neighbours differ by a hundredth.
static double
s_datapoint (const shop_metric_alarm_t *alarm, int back)
{
    bool rising = alarm->operator [0] != '<';
    bool outward = (alarm->head.state == SHOP_ALARM) == rising;
    return alarm->value * (1 + (outward ? 0.01 : -0.01) * back);
}

static int
s_period_s (const shop_metric_alarm_t *alarm)
{
    for (int i = 0; i < SHOP_QUERIES_MAX && alarm->queries [i].id; i++)
        if (alarm->queries [i].period_s)
            return alarm->queries [i].period_s;
    return alarm->period_s ? alarm->period_s : 60;
}

//  How many datapoints led to the state, and when the last of them began.
typedef struct {
    int count;
    int64_t last_ms;
    int64_t period_ms;
} evidence_t;

static evidence_t
s_evidence (const shop_metric_alarm_t *alarm, int64_t changed_ms)
{
    int needed = alarm->datapoints ? alarm->datapoints : alarm->periods;
    int count = alarm->head.state == SHOP_ALARM ? needed : 1;
    int64_t period_ms = (int64_t) s_period_s (alarm) * 1000;
    return (evidence_t) {
        .count = count < DATAPOINTS_SHOWN_MAX ? count : DATAPOINTS_SHOWN_MAX,
        .last_ms = changed_ms / period_ms * period_ms - period_ms,
        .period_ms = period_ms,
    };
}

static void
s_reason_of_threshold (const shop_metric_alarm_t *alarm, const evidence_t *evidence, buffer_t *reason)
{
    char number [TEXT_SIZE], when [TEXT_SIZE];
    bool alarming = alarm->head.state == SHOP_ALARM;
    int needed = alarm->datapoints ? alarm->datapoints : alarm->periods;
    buffer_printf (reason, "Threshold%s Crossed: %d out of the last %d datapoint%s [", alarm->band ? "s" : "", alarming ? needed : 1, alarm->periods,
                   alarm->periods == 1 ? "" : "s");
    for (int i = 0; i < evidence->count; i++)
        buffer_printf (reason, "%s%s (%s)", i ? ", " : "", s_number (s_datapoint (alarm, i), number),
                       s_time_short (evidence->last_ms - i * evidence->period_ms, when));
    buffer_printf (reason, "] %s %s%s", evidence->count == 1 ? "was" : "were", alarming ? "" : "not ", s_operator_words (alarm->operator));
    if (alarm->band)
        buffer_printf (reason, " [%s]", s_number (alarm->value * (alarming ? 0.7 : 1.3), number));
    else
        buffer_printf (reason, " (%s)", s_number (alarm->threshold, number));
    int minimum = alarming ? needed : alarm->periods - needed + 1;
    buffer_printf (reason, " (minimum %d datapoint%s for %s transition).", minimum, minimum == 1 ? "" : "s",
                   alarming ? "OK -> ALARM" : "ALARM -> OK");
}

static void
s_details_of_threshold (const shop_metric_alarm_t *alarm, const evidence_t *evidence, int64_t changed_ms, buffer_t *details)
{
    char number [TEXT_SIZE], when [TEXT_SIZE], from [TEXT_SIZE];
    bool dark = alarm->head.state == SHOP_INSUFFICIENT_DATA;
    int64_t start_ms = evidence->last_ms - (evidence->count - 1) * evidence->period_ms;
    buffer_printf (details, "{\"version\":\"1.0\",\"queryDate\":\"%s\",\"startDate\":\"%s\",", s_time_json (changed_ms, when),
                   s_time_json (start_ms, from));
    if (alarm->stat)
        buffer_printf (details, "\"statistic\":\"%s\",", alarm->stat);
    buffer_printf (details, "\"period\":%d,\"recentDatapoints\":[", s_period_s (alarm));
    for (int i = evidence->count - 1; !dark && i >= 0; i--)
        buffer_printf (details, "%s%s", s_number (s_datapoint (alarm, i), number), i ? "," : "");
    buffer_append_text (details, "],");
    if (!alarm->band)
        buffer_printf (details, "\"threshold\":%s,", s_number (alarm->threshold, number));
    buffer_append_text (details, "\"evaluatedDatapoints\":[");
    for (int i = 0; i < evidence->count; i++) {
        buffer_printf (details, "%s{\"timestamp\":\"%s\"", i ? "," : "", s_time_json (evidence->last_ms - i * evidence->period_ms, when));
        if (!dark)
            buffer_printf (details, ",\"sampleCount\":60.0,\"value\":%s", s_number (s_datapoint (alarm, i), number));
        buffer_append_char (details, '}');
    }
    buffer_append_text (details, "]}");
}

void
alarm_state_of_metric (const shop_metric_alarm_t *alarm, int64_t changed_ms, buffer_t *reason, buffer_t *details)
{
    if (alarm->promql) {
        char number [TEXT_SIZE];
        buffer_printf (reason, "1 contributor in ALARM: the query gave %s for longer than the pending period of %d seconds.",
                       s_number (alarm->value, number), alarm->pending_s);
        return;
    }
    evidence_t evidence = s_evidence (alarm, changed_ms);
    if (alarm->head.state == SHOP_INSUFFICIENT_DATA)
        buffer_printf (reason, "Insufficient Data: %d datapoint%s unknown.", alarm->periods, alarm->periods == 1 ? " was" : "s were");
    else
        s_reason_of_threshold (alarm, &evidence, reason);
    s_details_of_threshold (alarm, &evidence, changed_ms, details);
}

//  The head of an alarm of any kind; NULL when there is none of that name.
static const shop_alarm_head_t *
s_find (const shop_t *shop, slice_t name)
{
    for (size_t i = 0; i < shop->metric_alarms_count; i++)
        if (slice_is (name, shop->metric_alarms [i].head.name))
            return &shop->metric_alarms [i].head;
    for (size_t i = 0; i < shop->composite_alarms_count; i++)
        if (slice_is (name, shop->composite_alarms [i].head.name))
            return &shop->composite_alarms [i].head;
    for (size_t i = 0; i < shop->log_alarms_count; i++)
        if (slice_is (name, shop->log_alarms [i].head.name))
            return &shop->log_alarms [i].head;
    return NULL;
}

void
alarm_state_of_composite (const shop_composite_alarm_t *alarm, const shop_t *shop, const char *region, buffer_t *reason, buffer_t *details)
{
    char when [TEXT_SIZE];
    slice_t rest = slice_of (alarm->rule);
    slice_t name;
    const shop_alarm_head_t *trigger = NULL;
    while (!trigger && alarm_rule_next (&rest, &name)) {
        trigger = s_find (shop, name);
        trigger = trigger && trigger->state == alarm->head.state ? trigger : NULL;
    }
    if (!trigger) {
        buffer_append_text (reason, "The state was set by hand.");
        return;
    }
    int64_t changed_ms = alarm_state_changed_ms (trigger, shop->now_ms);
    buffer_printf (reason, "arn:aws:cloudwatch:%s:" SHOP_ACCOUNT ":alarm:%s transitioned to %s at %s", region, trigger->name,
                   alarm_state_name (trigger->state), s_time_long (changed_ms, when));
    buffer_printf (details, "{\"triggeringAlarms\":[{\"arn\":\"arn:aws:cloudwatch:%s:" SHOP_ACCOUNT ":alarm:%s\",\"state\":{\"value\":\"%s\","
                   "\"timestamp\":\"%s\"}}]}", region, trigger->name, alarm_state_name (trigger->state), s_time_json (changed_ms, when));
}

void
alarm_state_of_log (const shop_log_alarm_t *alarm, int64_t changed_ms, buffer_t *reason, buffer_t *details)
{
    char number [TEXT_SIZE], limit [TEXT_SIZE], when [TEXT_SIZE];
    if (alarm->head.state == SHOP_INSUFFICIENT_DATA) {
        buffer_append_text (reason, "Unchecked: Initial alarm creation");
        return;
    }
    bool alarming = alarm->head.state == SHOP_ALARM;
    buffer_printf (reason, "Threshold Crossed: %d out of the last %d query results [%s (%s)] %s%s (%s).", alarming ? alarm->results_to_alarm : 1,
                   alarm->results, s_number (alarm->value, number), s_time_short (changed_ms, when), alarming ? "was " : "was not ",
                   s_operator_words (alarm->operator), s_number (alarm->threshold, limit));
    buffer_printf (details, "{\"version\":\"1.0\",\"queryDate\":\"%s\",\"recentQueryResults\":[%s],\"threshold\":%s}", s_time_json (changed_ms, when),
                   number, limit);
}
