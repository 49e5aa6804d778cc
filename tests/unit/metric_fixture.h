/*  metric_fixture - an AWS with metrics, behind the fixture of operations

    metrics_answer answers GetMetricData and GetMetricStatistics as AWS does: every metric has a value in each period, value i of a series is
    i × metrics.step; GetMetricData comes in pages of metrics.page_points datapoints, series by series, and says PartialData for a series that goes on
    upon the next page. An expression has as many series as metrics.found. What a metric's name begins with decides more: "none" has no datapoints,
    "two" two units, "slow" a datapoint at full minutes only.

    Include it behind cmocka.h. Owner: the test. */

#ifndef METRIC_FIXTURE_H
#define METRIC_FIXTURE_H

#include "operation_fixture.h"

enum { HOUR_S = 3600, DAY_S = 86400 };

//  The fixture's clock starts at 2026-11-22T23:05:07.042Z.
static const int64_t NOW_S = 1795388707;

static struct {
    int  step;                          //  0: 1
    int  page_points;                   //  0: AWS's 100,800
    int  found;                         //  0: 1
    int  data_requests, unit_requests;
} metrics;

static inline int
begin_metrics (void **state)
{
    memset (&metrics, 0, sizeof metrics);
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_METRICS, .operations = METRICS_OPERATIONS });
}

//  The member's text; "" without one.
static inline const char *
metrics_text (yyjson_val *object, const char *member)
{
    const char *text = text_of (object, member);
    return text ? text : "";
}

static inline const char *
metrics_name (yyjson_val *query)
{
    return metrics_text (yyjson_obj_get (yyjson_obj_get (query, "MetricStat"), "Metric"), "MetricName");
}

static inline bool
metrics_has (const char *name, int64_t time_s)
{
    return strncmp (name, "slow", 4) != 0 || time_s % 60 == 0;
}

//  Datapoints from first to before end of one series, as an element of MetricDataResults.
static inline void
metrics_write_series (buffer_t *out, yyjson_val *query, int64_t start_s, int64_t period_s, int serial, int first, int end, bool partial)
{
    const char *label = metrics_text (query, "Label"), *name = metrics_name (query);
    buffer_printf (out, "{\"Id\":\"%s\",\"Label\":\"", metrics_text (query, "Id"));
    if (*label || *name)
        buffer_append_text (out, *label ? label : name);
    else
        buffer_printf (out, "found %d", serial);
    buffer_printf (out, "\",\"StatusCode\":\"%s\",\"Timestamps\":[", partial ? "PartialData" : "Complete");
    int written = 0;
    for (int i = first; i < end; i++)
        if (metrics_has (name, start_s + i * period_s))
            buffer_printf (out, "%s%lld", written++ ? "," : "", (long long) (start_s + i * period_s));
    buffer_append_text (out, "],\"Values\":[");
    written = 0;
    for (int i = first; i < end; i++)
        if (metrics_has (name, start_s + i * period_s))
            buffer_printf (out, "%s%d.0", written++ ? "," : "", i * (metrics.step ? metrics.step : 1));
    buffer_append_text (out, "]}");
}

//  An expression without one has that of the first metric.
static inline int64_t
metrics_period (yyjson_val *queries, yyjson_val *query)
{
    yyjson_val *stat = yyjson_obj_get (query, "MetricStat"), *other;
    int64_t period_s = json_int (stat ? stat : query, "Period", 0);
    size_t index, count;
    yyjson_arr_foreach (queries, index, count, other)
        if (period_s == 0)
            period_s = json_int (yyjson_obj_get (other, "MetricStat"), "Period", 0);
    return period_s ? period_s : 60;
}

//  One page: datapoints are counted through all series, and those from the token's number on that fit are given.
static inline void
metrics_data (http_exchange_t *exchange, yyjson_val *input)
{
    metrics.data_requests++;
    int64_t start_s = json_int (input, "StartTime", 0), end_s = json_int (input, "EndTime", 0);
    slice_t token = json_text (input, "NextToken");
    int from = token.size ? (int) strtol (token.data + 1, NULL, 10) : 0, page = metrics.page_points ? metrics.page_points : 100800, at = 0,
    written = 0;
    buffer_t out;
    buffer_init (&out, 16 << 20);
    buffer_append_text (&out, "{\"MetricDataResults\":[");
    size_t index, count;
    yyjson_val *queries = yyjson_obj_get (input, "MetricDataQueries"), *query;
    yyjson_arr_foreach (queries, index, count, query) {
        if (!json_bool (query, "ReturnData", true))
            continue;
        bool expression = text_of (query, "Expression") != NULL;
        int64_t period_s = metrics_period (queries, query);
        int points = strncmp (metrics_name (query), "none", 4) == 0 ? 0 : (int) ((end_s - start_s + period_s - 1) / period_s);
        for (int serial = 0; serial < (expression && metrics.found ? metrics.found : 1); serial++, at += points) {
            int first = from > at ? from - at : 0, last = from + page < at + points ? from + page - at : points;
            if (first > points || last < first || (points && first == last))
                continue;
            buffer_append_text (&out, written++ ? "," : "");
            metrics_write_series (&out, query, start_s, period_s, serial, first, last, last < points);
        }
    }
    buffer_append_text (&out, "]");
    if (from + page < at)
        buffer_printf (&out, ",\"NextToken\":\"n%d\"", from + page);
    buffer_append_text (&out, "}");
    aws_reply (exchange, 200, buffer_slice (&out));
    buffer_deinit (&out);
}

//  Newest first: GetMetricStatistics promises no order.
static inline void
metrics_statistics (http_exchange_t *exchange, yyjson_val *input)
{
    metrics.unit_requests++;
    int64_t start_s = json_int (input, "StartTime", 0), end_s = json_int (input, "EndTime", 0), period_s = json_int (input, "Period", 60);
    const char *name = metrics_text (input, "MetricName");
    buffer_t out;
    buffer_init (&out, 16 << 20);
    buffer_printf (&out, "{\"Label\":\"%s\",\"Datapoints\":[", name);
    int points = strncmp (name, "none", 4) == 0 ? 0 : (int) ((end_s - start_s + period_s - 1) / period_s),
    units = strncmp (name, "two", 3) == 0 ? 2 : 1;
    assert_true (points <= 1440);
    for (int i = points * units, written = 0; i-- > 0;) {
        int64_t time_s = start_s + i / units * period_s;
        if (!metrics_has (name, time_s))
            continue;
        buffer_printf (&out, "%s{\"Timestamp\":%lld,\"Unit\":\"%s\"", written++ ? "," : "", (long long) time_s, i % units ? "Bytes" : "Count");
        size_t index, count;
        yyjson_val *stat;
        yyjson_arr_foreach (yyjson_obj_get (input, "Statistics"), index, count, stat)
            buffer_printf (&out, ",\"%s\":%lld.0", yyjson_get_str (stat), (long long) (time_s / period_s % 1000));
        buffer_append_text (&out, ",\"ExtendedStatistics\":{");
        yyjson_arr_foreach (yyjson_obj_get (input, "ExtendedStatistics"), index, count, stat)
            buffer_printf (&out, "%s\"%s\":%lld.5", index ? "," : "", yyjson_get_str (stat), (long long) (time_s / period_s % 1000));
        buffer_append_text (&out, "}}");
    }
    buffer_append_text (&out, "]}");
    aws_reply (exchange, 200, buffer_slice (&out));
    buffer_deinit (&out);
}

static inline void
metrics_answer (scripted_aws_t *aws, http_exchange_t *exchange, const asked_t *asked_now)
{
    (void) aws;
    yyjson_val *input = yyjson_doc_get_root (asked_now->doc);
    if (strstr (asked_now->target, "GetMetricStatistics"))
        metrics_statistics (exchange, input);
    else
        metrics_data (exchange, input);
}

//  The last request to GetMetricData.
static inline yyjson_val *
asked_data (const fixture_t *self)
{
    for (int i = self->aws.asked_count; i-- > 0;)
        if (strstr (self->aws.asked [i % REQUESTS_KEPT].target, "GetMetricData"))
            return asked (&self->aws, i);
    fail_msg ("nothing was asked");
    return NULL;
}

static inline yyjson_val *
series_of (yyjson_val *answer, size_t index)
{
    return yyjson_arr_get (yyjson_obj_get (answer, "series"), index);
}

#endif
