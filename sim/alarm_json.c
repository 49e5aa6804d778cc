#include "alarm_json.h"

#include "alarm_composite.h"
#include "alarm_state.h"
#include "chance.h"

#include <stdio.h>

static const int64_t DAY_MS = INT64_C (24) * 60 * 60 * 1000;

//  Longest ARN that we write.
enum { ARN_SIZE = 256 };

static void
s_add_text (const alarm_json_t *to, yyjson_mut_val *object, const char *key, const char *text)
{
    if (text)
        yyjson_mut_obj_add_strcpy (to->doc, object, key, text);
}

//  Seconds since 1970 with a fraction, as this protocol has times.
static void
s_add_time (const alarm_json_t *to, yyjson_mut_val *object, const char *key, int64_t time_ms)
{
    yyjson_mut_obj_add_real (to->doc, object, key, (double) time_ms / 1000.0);
}

static void
s_add_arn (const alarm_json_t *to, yyjson_mut_val *object, const char *key, const char *name)
{
    char arn [ARN_SIZE];
    snprintf (arn, sizeof arn, "arn:aws:cloudwatch:%s:" SHOP_ACCOUNT ":alarm:%s", to->region, name);
    s_add_text (to, object, key, arn);
}

//  The topics' ARNs; with only, just the one of that name.
static void
s_add_actions (const alarm_json_t *to, yyjson_mut_val *object, const char *key, const char *topics, const char *only)
{
    yyjson_mut_val *array = yyjson_mut_obj_add_arr (to->doc, object, key);
    while (*topics) {
        char arn [ARN_SIZE];
        size_t size = strcspn (topics, " ");
        snprintf (arn, sizeof arn, "arn:aws:sns:%s:" SHOP_ACCOUNT ":%.*s", to->region, (int) size, topics);
        if (!only || slice_is ((slice_t) { topics, size }, only))
            yyjson_mut_arr_add_strcpy (to->doc, array, arn);
        topics += size + (topics [size] == ' ');
    }
}

static void
s_add_dimensions (const alarm_json_t *to, yyjson_mut_val *object, const char *dimensions)
{
    yyjson_mut_val *array = yyjson_mut_obj_add_arr (to->doc, object, "Dimensions");
    char text [SHOP_TEXT_SIZE];
    shop_text_in_region (dimensions ? dimensions : "", to->region, text);
    for (char *at = text; *at;) {
        size_t size = strcspn (at, ";");
        size_t name_size = strcspn (at, "=");
        yyjson_mut_val *dimension = yyjson_mut_arr_add_obj (to->doc, array);
        yyjson_mut_obj_add_strncpy (to->doc, dimension, "Name", at, name_size);
        yyjson_mut_obj_add_strncpy (to->doc, dimension, "Value", at + name_size + 1, size - name_size - 1);
        at += size + (at [size] == ';');
    }
}

int64_t
alarm_json_configured_ms (const shop_t *shop, const shop_alarm_head_t *head)
{
    return shop->now_ms - head->configured_days * DAY_MS - (int64_t) (chance_of_text (head->name) % (uint64_t) DAY_MS);
}

//  The members that every kind of alarm has, up to its state.
static yyjson_mut_val *
s_add_alarm (const alarm_json_t *to, const shop_alarm_head_t *head, const alarm_change_t *change, const buffer_t *reason, const buffer_t *details)
{
    yyjson_mut_val *object = yyjson_mut_arr_add_obj (to->doc, to->array);
    int64_t configured_ms = alarm_json_configured_ms (to->shop, head);
    s_add_text (to, object, "AlarmName", head->name);
    s_add_arn (to, object, "AlarmArn", head->name);
    if (to->form == ALARM_JSON_PARENT)
        return object;
    s_add_text (to, object, "StateValue", alarm_state_name (change->to));
    s_add_time (to, object, "StateUpdatedTimestamp", change->time_ms);
    if (to->form == ALARM_JSON_CHILD)
        return object;
    s_add_text (to, object, "AlarmDescription", head->description);
    s_add_time (to, object, "AlarmConfigurationUpdatedTimestamp", configured_ms);
    yyjson_mut_obj_add_bool (to->doc, object, "ActionsEnabled", !head->muted);
    s_add_actions (to, object, "OKActions", head->actions, "shop-page");
    s_add_actions (to, object, "AlarmActions", head->actions, NULL);
    s_add_actions (to, object, "InsufficientDataActions", "", NULL);
    yyjson_mut_obj_add_val (to->doc, object, "StateReason", json_new_text (to->doc, buffer_slice (reason)));
    if (details->size)
        yyjson_mut_obj_add_val (to->doc, object, "StateReasonData", json_new_text (to->doc, buffer_slice (details)));
    s_add_time (to, object, "StateTransitionedTimestamp", change->time_ms);
    s_add_text (to, object, "EvaluationState", head->evaluation);
    return object;
}

const char *
alarm_json_operator (const char *operator)
{
    static const char *const NAMES [] [2] = {
        { ">", "GreaterThanThreshold" },
        { ">=", "GreaterThanOrEqualToThreshold" },
        { "<", "LessThanThreshold" },
        { "<=", "LessThanOrEqualToThreshold" },
        { ">band", "GreaterThanUpperThreshold" },
        { "<>band", "LessThanLowerOrGreaterThanUpperThreshold" },
    };
    for (size_t i = 0; operator && i < sizeof NAMES / sizeof NAMES [0]; i++)
        if (strcmp (operator, NAMES [i] [0]) == 0)
            return NAMES [i] [1];
    return NULL;
}

static void
s_add_queries (const alarm_json_t *to, yyjson_mut_val *object, const shop_metric_alarm_t *alarm)
{
    yyjson_mut_val *array = yyjson_mut_obj_add_arr (to->doc, object, "Metrics");
    for (int i = 0; i < SHOP_QUERIES_MAX && alarm->queries [i].id; i++) {
        const shop_query_t *query = &alarm->queries [i];
        yyjson_mut_val *entry = yyjson_mut_arr_add_obj (to->doc, array);
        s_add_text (to, entry, "Id", query->id);
        s_add_text (to, entry, "Expression", query->expression);
        s_add_text (to, entry, "Label", query->label);
        yyjson_mut_obj_add_bool (to->doc, entry, "ReturnData", query->returned);
        if (query->expression)
            continue;
        yyjson_mut_val *stat = yyjson_mut_obj_add_obj (to->doc, entry, "MetricStat");
        yyjson_mut_val *metric = yyjson_mut_obj_add_obj (to->doc, stat, "Metric");
        s_add_text (to, metric, "Namespace", query->namespace);
        s_add_text (to, metric, "MetricName", query->metric);
        s_add_dimensions (to, metric, query->dimensions);
        yyjson_mut_obj_add_int (to->doc, stat, "Period", query->period_s);
        s_add_text (to, stat, "Stat", query->stat);
    }
}

//  What is judged: one metric, queries, or PromQL.
static void
s_add_subject (const alarm_json_t *to, yyjson_mut_val *object, const shop_metric_alarm_t *alarm)
{
    if (alarm->promql) {
        yyjson_mut_val *criteria = yyjson_mut_obj_add_obj (to->doc, object, "EvaluationCriteria");
        yyjson_mut_val *promql = yyjson_mut_obj_add_obj (to->doc, criteria, "PromQLCriteria");
        s_add_text (to, promql, "Query", alarm->promql);
        yyjson_mut_obj_add_int (to->doc, promql, "PendingPeriod", alarm->pending_s);
        yyjson_mut_obj_add_int (to->doc, promql, "RecoveryPeriod", alarm->recovery_s);
        yyjson_mut_obj_add_int (to->doc, object, "EvaluationInterval", alarm->interval_s);
    }
    else
    if (alarm->namespace) {
        bool percentile = alarm->stat [0] == 'p';
        s_add_text (to, object, "MetricName", alarm->metric);
        s_add_text (to, object, "Namespace", alarm->namespace);
        s_add_text (to, object, percentile ? "ExtendedStatistic" : "Statistic", alarm->stat);
        s_add_dimensions (to, object, alarm->dimensions);
        yyjson_mut_obj_add_int (to->doc, object, "Period", alarm->period_s);
        s_add_text (to, object, "Unit", alarm->unit);
        s_add_text (to, object, "EvaluateLowSampleCountPercentile", percentile ? "evaluate" : NULL);
    }
    else {
        yyjson_mut_obj_add_arr (to->doc, object, "Dimensions");
        s_add_queries (to, object, alarm);
    }
}

void
alarm_json_metric (const alarm_json_t *to, size_t index)
{
    const shop_metric_alarm_t *alarm = &to->shop->metric_alarms [index];
    const alarm_change_t *change = alarm_timeline_last (&to->book->metric [index]);
    buffer_t reason, details;
    buffer_init (&reason, ALARM_STATE_REASON_MAX);
    buffer_init (&details, ALARM_STATE_DETAILS_MAX);
    alarm_state_of_metric (alarm, change, &reason, &details);
    yyjson_mut_val *object = s_add_alarm (to, &alarm->head, change, &reason, &details);
    buffer_deinit (&reason);
    buffer_deinit (&details);
    if (to->form != ALARM_JSON_WHOLE)
        return;
    s_add_subject (to, object, alarm);
    if (alarm->promql)
        return;
    yyjson_mut_obj_add_int (to->doc, object, "EvaluationPeriods", alarm->periods);
    if (alarm->datapoints)
        yyjson_mut_obj_add_int (to->doc, object, "DatapointsToAlarm", alarm->datapoints);
    if (alarm->band)
        s_add_text (to, object, "ThresholdMetricId", alarm->band);
    else
        yyjson_mut_obj_add_real (to->doc, object, "Threshold", alarm->threshold);
    s_add_text (to, object, "ComparisonOperator", alarm_json_operator (alarm->operator));
    s_add_text (to, object, "TreatMissingData", alarm->missing);
}

//  What holds its actions back now, if anything does.
static void
s_add_hold (const alarm_json_t *to, yyjson_mut_val *object, const shop_composite_alarm_t *alarm, const alarm_change_t *change)
{
    static const char *const HOLDS [] [2] = {
        [ALARM_COMPOSITE_FREE] = { NULL, NULL },
        [ALARM_COMPOSITE_ALARM] = { "Alarm", "Actions suppressed by the suppressor alarm, which is in ALARM" },
        [ALARM_COMPOSITE_WAIT] = { "WaitPeriod", "Actions suppressed while it is waited for the suppressor alarm to go to ALARM" },
        [ALARM_COMPOSITE_EXTENSION] = { "ExtensionPeriod", "Actions suppressed for a while after the suppressor alarm has left ALARM" },
    };
    const alarm_timeline_t *suppressor = NULL;
    alarm_book_find (to->shop, to->book, slice_of (alarm->suppressor), &suppressor);
    alarm_composite_hold_t hold = alarm_composite_hold (alarm, change, suppressor, to->book->until_ms);
    s_add_text (to, object, "ActionsSuppressedBy", HOLDS [hold] [0]);
    s_add_text (to, object, "ActionsSuppressedReason", HOLDS [hold] [1]);
}

void
alarm_json_composite (const alarm_json_t *to, size_t index)
{
    const shop_composite_alarm_t *alarm = &to->shop->composite_alarms [index];
    const alarm_change_t *change = alarm_timeline_last (&to->book->composite [index]);
    buffer_t reason, details;
    buffer_init (&reason, ALARM_STATE_REASON_MAX);
    buffer_init (&details, ALARM_STATE_DETAILS_MAX);
    alarm_state_of_composite (alarm, change, to->region, &reason, &details);
    yyjson_mut_val *object = s_add_alarm (to, &alarm->head, change, &reason, &details);
    buffer_deinit (&reason);
    buffer_deinit (&details);
    if (to->form != ALARM_JSON_WHOLE)
        return;
    s_add_text (to, object, "AlarmRule", alarm->rule);
    if (!alarm->suppressor)
        return;
    s_add_text (to, object, "ActionsSuppressor", alarm->suppressor);
    yyjson_mut_obj_add_int (to->doc, object, "ActionsSuppressorWaitPeriod", alarm->wait_s);
    yyjson_mut_obj_add_int (to->doc, object, "ActionsSuppressorExtensionPeriod", alarm->extension_s);
    s_add_hold (to, object, alarm, change);
}

static void
s_add_scheduled_query (const alarm_json_t *to, yyjson_mut_val *object, const shop_log_alarm_t *alarm)
{
    char arn [ARN_SIZE];
    yyjson_mut_val *query = yyjson_mut_obj_add_obj (to->doc, object, "ScheduledQueryConfiguration");
    s_add_text (to, query, "QueryString", alarm->query);
    yyjson_mut_val *groups = yyjson_mut_obj_add_arr (to->doc, query, "LogGroupIdentifiers");
    for (const char *at = alarm->log_groups; *at;) {
        size_t size = strcspn (at, " ");
        yyjson_mut_arr_add_strncpy (to->doc, groups, at, size);
        at += size + (at [size] == ' ');
    }
    snprintf (arn, sizeof arn, "arn:aws:logs:%s:" SHOP_ACCOUNT ":scheduled-query:%s", to->region, alarm->head.name);
    s_add_text (to, query, "QueryARN", arn);
    s_add_text (to, query, "ScheduledQueryRoleARN", "arn:aws:iam::" SHOP_ACCOUNT ":role/shop-log-alarms");
    yyjson_mut_val *schedule = yyjson_mut_obj_add_obj (to->doc, query, "ScheduleConfiguration");
    s_add_text (to, schedule, "ScheduleExpression", alarm->schedule);
    yyjson_mut_obj_add_int (to->doc, schedule, "StartTimeOffset", alarm->window_s);
    yyjson_mut_obj_add_int (to->doc, schedule, "EndTimeOffset", 0);
    s_add_text (to, query, "AggregationExpression", alarm->aggregation);
    yyjson_mut_obj_add_arr (to->doc, query, "Tags");
}

void
alarm_json_log (const alarm_json_t *to, size_t index)
{
    const shop_log_alarm_t *alarm = &to->shop->log_alarms [index];
    const alarm_change_t *change = alarm_timeline_last (&to->book->log [index]);
    buffer_t reason, details;
    buffer_init (&reason, ALARM_STATE_REASON_MAX);
    buffer_init (&details, ALARM_STATE_DETAILS_MAX);
    alarm_state_of_log (alarm, change, &reason, &details);
    yyjson_mut_val *object = s_add_alarm (to, &alarm->head, change, &reason, &details);
    buffer_deinit (&reason);
    buffer_deinit (&details);
    if (to->form != ALARM_JSON_WHOLE)
        return;
    s_add_scheduled_query (to, object, alarm);
    yyjson_mut_obj_add_int (to->doc, object, "QueryResultsToEvaluate", alarm->results);
    yyjson_mut_obj_add_int (to->doc, object, "QueryResultsToAlarm", alarm->results_to_alarm);
    yyjson_mut_obj_add_real (to->doc, object, "Threshold", alarm->threshold);
    s_add_text (to, object, "ComparisonOperator", alarm_json_operator (alarm->operator));
    s_add_text (to, object, "TreatMissingData", alarm->missing);
    yyjson_mut_obj_add_int (to->doc, object, "ActionLogLineCount", alarm->log_lines);
    if (alarm->log_lines)
        s_add_text (to, object, "ActionLogLineRoleArn", "arn:aws:iam::" SHOP_ACCOUNT ":role/shop-log-alarms");
}
