#include "alarm_words.h"

#include "visible.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

//  Queries and rules may be 10,000 characters long; in one line a reader wants no more of one than this.
enum { TEXT_BYTES_MAX = 500 };

static yyjson_val *
s_get (const yyjson_val *object, const char *member)
{
    return yyjson_obj_get ((yyjson_val *) (uintptr_t) object, member);
}

//  A member's text, behind a separator unless it is the first; nothing when it is missing.
static void
s_append (buffer_t *out, const char *separator, slice_t text)
{
    if (!text.size)
        return;
    if (out->size)
        buffer_append_text (out, separator);
    visible_append_cut (out, text, TEXT_BYTES_MAX);
}

static const char *
s_comparison (slice_t operator)
{
    static const struct {
        const char *operator;
        const char *words;
    } COMPARISONS [] = {
        { "GreaterThanOrEqualToThreshold", ">=" },
        { "GreaterThanThreshold", ">" },
        { "LessThanThreshold", "<" },
        { "LessThanOrEqualToThreshold", "<=" },
        { "LessThanLowerOrGreaterThanUpperThreshold", "outside of" },
        { "LessThanLowerThreshold", "below" },
        { "GreaterThanUpperThreshold", "above" },
    };
    for (size_t i = 0; i < sizeof COMPARISONS / sizeof COMPARISONS [0]; i++)
        if (slice_is (operator, COMPARISONS [i].operator))
            return COMPARISONS [i].words;
    return operator.size ? "compared with" : NULL;
}

//  "AWS/Lambda Errors {FunctionName=checkout}"
static void
s_metric (buffer_t *out, const yyjson_val *metric)
{
    s_append (out, " ", json_text (metric, "Namespace"));
    s_append (out, " ", json_text (metric, "MetricName"));
    size_t index, count;
    yyjson_val *dimension;
    yyjson_arr_foreach (s_get (metric, "Dimensions"), index, count, dimension) {
        buffer_append_text (out, index ? "," : " {");
        visible_append_cut (out, json_text (dimension, "Name"), TEXT_BYTES_MAX);
        buffer_append_char (out, '=');
        visible_append_cut (out, json_text (dimension, "Value"), TEXT_BYTES_MAX);
    }
    if (yyjson_arr_size (s_get (metric, "Dimensions")) > 0)
        buffer_append_char (out, '}');
}

//  The query whose values are compared: the one that returns data and is not the threshold's band.
static const yyjson_val *
s_compared_query (const yyjson_val *alarm)
{
    slice_t band = json_text (alarm, "ThresholdMetricId");
    const yyjson_val *found = NULL;
    size_t index, count;
    yyjson_val *query;
    yyjson_arr_foreach (s_get (alarm, "Metrics"), index, count, query) {
        bool is_band = band.size && slice_eq (json_text (query, "Id"), band);
        if (!is_band && json_bool (query, "ReturnData", true))
            found = query;
    }
    return found;
}

static void
s_query (buffer_t *out, const yyjson_val *query)
{
    const yyjson_val *stat = s_get (query, "MetricStat");
    if (!stat) {
        s_append (out, " ", json_text (query, "Expression"));
        return;
    }
    s_metric (out, s_get (stat, "Metric"));
    s_append (out, " ", json_text (stat, "Stat"));
}

//  What the names in an expression stand for: ", bad = AWS/ApplicationELB HTTPCode_Target_4XX_Count {…} Sum, total = …"
static void
s_terms (buffer_t *out, const yyjson_val *alarm, const yyjson_val *compared)
{
    if (s_get (compared, "MetricStat"))
        return;
    slice_t band = json_text (alarm, "ThresholdMetricId");
    size_t index, count;
    yyjson_val *query;
    yyjson_arr_foreach (s_get (alarm, "Metrics"), index, count, query) {
        slice_t id = json_text (query, "Id");
        if (query == compared || !id.size || slice_eq (id, band))
            continue;
        if (out->size > 2 * TEXT_BYTES_MAX) {
            buffer_append_text (out, ", …");
            return;
        }
        buffer_t term;
        buffer_init (&term, out->limit);
        s_query (&term, query);
        buffer_append_text (out, ", ");
        visible_append (out, id);
        buffer_append_text (out, " = ");
        buffer_append_slice (out, buffer_slice (&term));
        buffer_deinit (&term);
    }
}

//  Seconds of one period: the alarm's own, or that of the query that is compared.
static int64_t
s_period_s (const yyjson_val *alarm, const yyjson_val *query)
{
    int64_t own_s = json_int (alarm, "Period", 0);
    const yyjson_val *stat = query ? s_get (query, "MetricStat") : NULL;
    if (own_s == 0 && query)
        own_s = stat ? json_int (stat, "Period", 0) : json_int (query, "Period", 0);
    size_t index, count;
    yyjson_val *other;
    yyjson_arr_foreach (s_get (alarm, "Metrics"), index, count, other)        //  Math takes the period of what it is made of
        if (own_s == 0)
            own_s = json_int (s_get (other, "MetricStat"), "Period", 0);
    return own_s;
}

//  "> 5"; "above its expected band"
static void
s_comparand (buffer_t *out, const yyjson_val *alarm)
{
    const char *comparison = s_comparison (json_text (alarm, "ComparisonOperator"));
    bool band = json_text (alarm, "ThresholdMetricId").size > 0, threshold = yyjson_is_num (s_get (alarm, "Threshold"));
    if (!comparison || (!band && !threshold))
        return;
    buffer_printf (out, "%s%s ", out->size ? " " : "", comparison);
    if (band)
        buffer_append_text (out, "its expected band");
    else
        buffer_printf (out, "%.15g", json_number (alarm, "Threshold", 0));
}

//  " > 5 for 3 of 5 x 60 s"
static void
s_condition (buffer_t *out, const yyjson_val *alarm, const yyjson_val *query)
{
    s_comparand (out, alarm);
    int64_t periods = json_int (alarm, "EvaluationPeriods", 0);
    int64_t of = json_int (alarm, "DatapointsToAlarm", periods);
    int64_t period_s = s_period_s (alarm, query);
    if (periods <= 0 || period_s <= 0)
        return;
    if (of != periods)
        buffer_printf (out, " for %lld of %lld x %lld s", (long long) of, (long long) periods, (long long) period_s);
    else
        buffer_printf (out, " for %lld x %lld s", (long long) periods, (long long) period_s);
}

static void
s_promql (buffer_t *out, const yyjson_val *criteria)
{
    buffer_append_text (out, "PromQL");
    s_append (out, " ", json_text (criteria, "Query"));
    int64_t pending_s = json_int (criteria, "PendingPeriod", 0);
    if (pending_s > 0)
        buffer_printf (out, " for %lld s", (long long) pending_s);
}

static void
s_metric_alarm (buffer_t *out, const yyjson_val *alarm)
{
    const yyjson_val *promql = s_get (s_get (alarm, "EvaluationCriteria"), "PromQLCriteria");
    if (promql) {
        s_promql (out, promql);
        return;
    }
    const yyjson_val *query = s_compared_query (alarm);
    if (query) {
        s_query (out, query);
    } else {
        s_metric (out, alarm);
        s_append (out, " ", json_text (alarm, "Statistic"));
        s_append (out, " ", json_text (alarm, "ExtendedStatistic"));
    }
    s_condition (out, alarm, query);
    if (query)
        s_terms (out, alarm, query);
}

//  "stats count(*) as errors > 25 for 2 of 3 results of the log query "…", rate(5 minutes)"
static void
s_log_alarm (buffer_t *out, const yyjson_val *alarm)
{
    const yyjson_val *query = s_get (alarm, "ScheduledQueryConfiguration");
    s_append (out, " ", json_text (query, "AggregationExpression"));
    s_comparand (out, alarm);
    int64_t results = json_int (alarm, "QueryResultsToEvaluate", 0);
    if (results > 0)
        buffer_printf (out, " for %lld of %lld results", (long long) json_int (alarm, "QueryResultsToAlarm", results), (long long) results);
    slice_t text = json_text (query, "QueryString");
    if (text.size) {
        buffer_append_text (out, " of the log query \"");
        visible_append_cut (out, text, TEXT_BYTES_MAX);
        buffer_append_char (out, '"');
    }
    s_append (out, ", ", json_text (s_get (query, "ScheduleConfiguration"), "ScheduleExpression"));
}

void
alarm_words (buffer_t *out, const yyjson_val *alarm, alarm_kind_t kind)
{
    switch (kind) {
    case ALARM_COMPOSITE:
        s_append (out, "", json_text (alarm, "AlarmRule"));
        break;
    case ALARM_LOG:
        s_log_alarm (out, alarm);
        break;
    case ALARM_METRIC:
        s_metric_alarm (out, alarm);
        break;
    }
}

//  " (23/11/26 01:25:00)", the time behind a datapoint: its size, 0 when there is none here.
static size_t
s_time_size (slice_t text)
{
    static const char FORM [] = " (##/##/## ##:##:##)";
    size_t size = sizeof FORM - 1;
    if (text.size < size)
        return 0;
    for (size_t i = 0; i < size; i++)
        if (FORM [i] == '#' ? text.data [i] < '0' || text.data [i] > '9' : text.data [i] != FORM [i])
            return 0;
    return size;
}

//  Without " (minimum 3 datapoints for OK -> ALARM transition)." at the end.
static slice_t
s_without_minimum (slice_t reason)
{
    static const slice_t BEGIN = { " (minimum ", 10 }, END = { " transition).", 13 };
    if (reason.size < END.size || memcmp (reason.data + reason.size - END.size, END.data, END.size) != 0)
        return reason;
    for (size_t at = reason.size - END.size; at > 0; at--)
        if (slice_starts ((slice_t) { reason.data + at, reason.size - at }, BEGIN.data))
            return (slice_t) { reason.data, at };
    return reason;
}

//  A composite alarm's reason names alarms by their ARNs: from the first one's name on, and without the time at the end. Another one as it is.
static slice_t
s_without_arn (slice_t reason)
{
    static const char ALARM [] = ":alarm:", CHANGED [] = " transitioned to ", AT [] = " at ";
    const char *name = slice_starts (reason, "arn:") ? memmem (reason.data, reason.size, ALARM, sizeof ALARM - 1) : NULL;
    if (!name)
        return reason;
    name += sizeof ALARM - 1;
    slice_t rest = { name, reason.size - (size_t) (name - reason.data) };
    if (rest.size == 0)
        return reason;
    const char *changed = memmem (rest.data, rest.size, CHANGED, sizeof CHANGED - 1);
    if (!changed)
        return rest;
    slice_t state = { changed + sizeof CHANGED - 1, rest.size - (size_t) (changed + sizeof CHANGED - 1 - rest.data) };
    const char *at = memmem (state.data, state.size, AT, sizeof AT - 1);
    bool time = at && state.size > 4 && memcmp (state.data + state.size - 4, " UTC", 4) == 0;
    return time ? (slice_t) { name, (size_t) (at - name) } : rest;
}

//  The size of the decimal number at the front, "38.839999999999996"; 0 when there is none, or a word of another kind.
static size_t
s_number_size (slice_t text)
{
    size_t size = 0, points = 0;
    while (size < text.size && ((text.data [size] >= '0' && text.data [size] <= '9') || text.data [size] == '.'))
        points += text.data [size++] == '.';
    bool ends = size == text.size || strchr (" ,])", text.data [size]);
    return ends && points == 1 && text.data [0] != '.' && text.data [size - 1] != '.' ? size : 0;
}

//  Appends the number at the front with six digits; its size, 0 when there is none that becomes shorter. Fewer digits come of binary fractions
//  (38.839999999999996); else they would tell a datapoint just beside its threshold as being on it, and the number stays as it is.
static size_t
s_append_shorter (buffer_t *out, slice_t text)
{
    enum { DIGITS_KEPT = 6, DIGITS_MAX = 32 };
    char digits [DIGITS_MAX + 1], shorter [DIGITS_MAX + 1];
    size_t size = s_number_size (text);
    if (size <= DIGITS_KEPT + 1 || size > DIGITS_MAX)
        return 0;
    memcpy (digits, text.data, size);
    digits [size] = '\0';
    double value = strtod (digits, NULL);
    snprintf (shorter, sizeof shorter, "%.*g", DIGITS_KEPT, value);
    bool full = strchr (shorter, '.') && strlen (shorter) > DIGITS_KEPT, same = fabs (strtod (shorter, NULL) - value) <= value * 1e-12;
    if (strchr (shorter, 'e') || (!full && !same))
        return 0;
    buffer_append_text (out, shorter);
    return size;
}

//  Is the end of this text inside of a word or a number?
static bool
s_inside_word (slice_t text)
{
    char last = text.size ? text.data [text.size - 1] : ' ';
    return last != ' ' && last != '[' && last != '(' && last != '-';
}

void
alarm_reason (buffer_t *out, slice_t reason)
{
    slice_t named = s_without_arn (reason), rest = s_without_minimum (named);
    bool shortened = rest.size < named.size;
    buffer_t kept;
    buffer_init (&kept, reason.size);
    while (rest.size) {
        size_t size = s_time_size (rest);
        if (size == 0 && !s_inside_word (buffer_slice (&kept)))
            size = s_append_shorter (&kept, rest);
        if (size == 0)
            buffer_append (&kept, rest.data, size = 1);
        rest = (slice_t) { rest.data + size, rest.size - size };
    }
    visible_append_cut (out, buffer_slice (&kept), TEXT_BYTES_MAX);
    if (shortened)
        buffer_append_char (out, '.');
    buffer_deinit (&kept);
}
