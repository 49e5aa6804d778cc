#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_ask.h"

#include <math.h>
#include <stdlib.h>

#define ASKED (&OPERATION_GET_METRIC_DATA)
#define NOW_S (SIM_ASK_NOW_MS / 1000)
#define METRIC(namespace, name, dimensions) "\"Metric\":{\"Namespace\":\"" namespace "\",\"MetricName\":\"" name "\",\"Dimensions\":[" dimensions "]}"
#define DIMENSION(name, value) "{\"Name\":\"" name "\",\"Value\":\"" value "\"}"
#define CPU METRIC ("AWS/RDS", "CPUUtilization", DIMENSION ("DBInstanceIdentifier", "shop-orders-1"))
#define STAT(id, metric, period, stat, more) "{\"Id\":\"" id "\",\"MetricStat\":{" metric ",\"Period\":" #period ",\"Stat\":\"" stat "\"}" more "}"
#define EXPRESSION(id, text, more) "{\"Id\":\"" id "\",\"Expression\":\"" text "\"" more "}"

enum { DAY_S = 86400, INPUT_SIZE = 256 * 1024, QUERY_SIZE = 512 };

static char s_input [INPUT_SIZE];

static const char *
question (const char *queries, int64_t from_s, int64_t to_s, const char *more)
{
    snprintf (s_input, sizeof s_input, "{\"MetricDataQueries\":[%s],\"StartTime\":%lld,\"EndTime\":%lld%s%s}", queries,
              (long long) (NOW_S - from_s), (long long) (NOW_S - to_s), *more ? "," : "", more);
    return s_input;
}

//  The answer to a question about the last ten whole minutes; the caller frees it.
static yyjson_doc *
ask (const shop_t *shop, const char *queries, const char *more)
{
    int status;
    yyjson_doc *doc = sim_ask (shop, ASKED, question (queries, 607, 7, more), &status);
    assert_int_equal (status, 200);
    return doc;
}

static yyjson_val *
result (yyjson_doc *doc, size_t index)
{
    return yyjson_arr_get (yyjson_obj_get (yyjson_doc_get_root (doc), "MetricDataResults"), index);
}

static double
value (yyjson_val *of, size_t index)
{
    return yyjson_get_num (yyjson_arr_get (yyjson_obj_get (of, "Values"), index));
}

static int64_t
time_of (yyjson_val *of, size_t index)
{
    return yyjson_get_sint (yyjson_arr_get (yyjson_obj_get (of, "Timestamps"), index));
}

static size_t
datapoints (yyjson_val *of)
{
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (of, "Timestamps")), yyjson_arr_size (yyjson_obj_get (of, "Values")));
    return yyjson_arr_size (yyjson_obj_get (of, "Values"));
}

static void
assert_text (yyjson_val *of, const char *member, const char *text)
{
    assert_string_equal (yyjson_get_str (yyjson_obj_get (of, member)), text);
}

static void
refused (const shop_t *shop, const char *queries, const char *message)
{
    sim_ask_refused (shop, ASKED, question (queries, 600, 0, ""), "ValidationError", message);
}

static void
a_series_comes_newest_first_unless_asked_otherwise (void **state)
{
    yyjson_doc *down = ask (*state, STAT ("cpu", CPU, 60, "Average", ""), "");
    yyjson_doc *up = ask (*state, STAT ("cpu", CPU, 60, "Average", ""), "\"ScanBy\":\"TimestampAscending\"");
    assert_text (result (down, 0), "Id", "cpu");
    assert_text (result (down, 0), "Label", "CPUUtilization");
    assert_text (result (down, 0), "StatusCode", "Complete");
    assert_int_equal (datapoints (result (down, 0)), 10);
    assert_int_equal (datapoints (result (up, 0)), 10);
    assert_int_equal (time_of (result (down, 0), 0), NOW_S - 7 - 60);
    assert_int_equal (time_of (result (up, 0), 0), NOW_S - 7 - 600);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal (time_of (result (down, 0), i), time_of (result (up, 0), 9 - i));
        assert_true (value (result (down, 0), i) == value (result (up, 0), 9 - i));
    }
    assert_null (yyjson_obj_get (yyjson_doc_get_root (down), "NextToken"));
    yyjson_doc_free (down);
    yyjson_doc_free (up);
}

static void
a_longer_period_gathers_its_minutes (void **state)
{
    int status;
    yyjson_doc *minutes = sim_ask (*state, ASKED, question (STAT ("m", CPU, 60, "Sum", ""), 607, 7, "\"ScanBy\":\"TimestampAscending\""), &status);
    yyjson_doc *period = sim_ask (*state, ASKED, question (STAT ("m", CPU, 300, "Sum", "") "," STAT ("x", CPU, 300, "Maximum", ""), 607, 7,
                                                           "\"ScanBy\":\"TimestampAscending\""), &status);
    double sum = 0, most = 0;
    for (size_t i = 0; i < 5; i++) {
        sum += value (result (minutes, 0), i);
        most = fmax (most, value (result (minutes, 0), i));
    }
    assert_int_equal (datapoints (result (period, 0)), 2);
    assert_true (fabs (value (result (period, 0), 0) - sum) < 1e-6);
    assert_true (value (result (period, 1), 0) == most);
    yyjson_doc_free (minutes);
    yyjson_doc_free (period);
}

static void
the_start_is_aligned_down_and_the_end_excluded (void **state)
{
    static const struct {
        int from_s, to_s;
        size_t count;
    } CASES [] = {
        { 607, 7, 10 }, { 608, 7, 11 }, { 606, 7, 10 }, { 607, 8, 10 }, { 607, 66, 10 }, { 607, 67, 9 }, { 607, -9999, 10 }, { -1, -600, 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        int status;
        yyjson_doc *doc = sim_ask (*state, ASKED, question (STAT ("m", CPU, 60, "Sum", ""), CASES [i].from_s, CASES [i].to_s, ""), &status);
        if (datapoints (result (doc, 0)) != CASES [i].count)
            fail_msg ("from %d to %d s ago: %zu datapoints", CASES [i].from_s, CASES [i].to_s, datapoints (result (doc, 0)));
        yyjson_doc_free (doc);
    }
}

static void
a_query_is_a_metric_or_an_expression (void **state)
{
    refused (*state, "{\"Id\":\"a\"}", "The parameter MetricDataQueries.member.1.MetricStat is required.\n");
    refused (*state, STAT ("m", CPU, 60, "Sum", "") "," STAT ("a", CPU, 60, "Sum", ",\"Expression\":\"m\""),
             "The parameters MetricDataQueries.member.2.MetricStat and MetricDataQueries.member.2.Expression are mutually exclusive.");
    refused (*state, "", "The collection MetricDataQueries must not be empty.");
    sim_ask_refused (*state, ASKED, "{}", "ValidationError",
        "3 validation errors detected: Value null at 'metricDataQueries' failed to satisfy constraint: Member must not be null; "
        "Value null at 'startTime' failed to satisfy constraint: Member must not be null; "
        "Value null at 'endTime' failed to satisfy constraint: Member must not be null");
}

static void
ids_begin_small_and_differ (void **state)
{
    static const char *const WRONG [] = { "A", "1a", "_a", "a-b", "a b", "a.b" };
    yyjson_doc *doc = ask (*state, STAT ("aB_9", CPU, 60, "Sum", "") "," STAT ("aB_8", CPU, 60, "Sum", ""), "");
    assert_text (result (doc, 1), "Id", "aB_8");
    yyjson_doc_free (doc);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        char query [QUERY_SIZE], message [QUERY_SIZE];
        snprintf (query, sizeof query, "{\"Id\":\"%s\",\"MetricStat\":{" CPU ",\"Period\":60,\"Stat\":\"Sum\"}}", WRONG [i]);
        snprintf (message, sizeof message, "The value %s for parameter MetricDataQueries.member.1.Id is not matching the expected pattern "
                                           "^[a-z][a-zA-Z0-9_]*$.", WRONG [i]);
        refused (*state, query, message);
    }
    refused (*state, STAT ("a", CPU, 60, "Sum", "") "," STAT ("a", CPU, 300, "Sum", ""),
             "The values for parameter id in MetricDataQueries are not unique.");
}

//  So many queries of one metric each.
static char *
many_queries (size_t count)
{
    char *queries = calloc (count, QUERY_SIZE);
    assert_non_null (queries);
    for (size_t i = 0, size = 0; i < count; i++)
        size += (size_t) snprintf (queries + size, QUERY_SIZE, "%s{\"Id\":\"q%zu\",\"MetricStat\":{" CPU ",\"Period\":60,\"Stat\":\"Sum\"}}",
                                   i ? "," : "", i);
    return queries;
}

static void
five_hundred_queries_are_answered_and_no_more (void **state)
{
    char *queries = many_queries (500);
    assert_int_equal (sim_ask_count (*state, ASKED, question (queries, 607, 7, ""), "MetricDataResults"), 500);
    free (queries);
    queries = many_queries (501);
    refused (*state, queries, "The collection MetricDataQueries must not have a size greater than 500.");
    free (queries);
}

static void
times_periods_and_statistics_are_checked (void **state)
{
    sim_ask_refused (*state, ASKED, question (STAT ("m", CPU, 60, "Sum", ""), 0, 0, ""), "ValidationError",
                     "The parameter StartTime must be less than the parameter EndTime.");
    refused (*state, STAT ("m", CPU, 90, "Sum", ""),
             "The parameter MetricDataQueries.member.1.MetricStat.Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.");
    refused (*state, EXPRESSION ("m", "TIME_SERIES(1)", ",\"Period\":45"),
             "The parameter MetricDataQueries.member.1.Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.");
    refused (*state, STAT ("m", CPU, 60, "Min", ""), "The value Min for parameter MetricDataQueries.member.1.MetricStat.Stat is not supported.");
    refused (*state, STAT ("m", "\"Metric\":{\"Namespace\":\"AWS/RDS\"}", 60, "Sum", ""),
             "The parameter MetricDataQueries.member.1.MetricStat.Metric.MetricName is required.\n");
    refused (*state, STAT ("m", CPU, 60, "Sum", "") "," STAT ("n", METRIC (":x", "y", ""), 0, "Sum", ""),
             "2 validation errors detected: Value ':x' at 'metricDataQueries.2.member.metricStat.metric.namespace' failed to satisfy constraint: "
             "Member must satisfy regular expression pattern: [^:].*; Value '0' at 'metricDataQueries.2.member.metricStat.period' failed to "
             "satisfy constraint: Member must have value greater than or equal to 1");
    sim_ask_refused (*state, ASKED, question (STAT ("m", CPU, 60, "Sum", ""), 600, 0, "\"LabelOptions\":[]"), "SerializationException",
                     "Expected structure or null");
    sim_ask_refused (*state, ASKED, question (STAT ("m", CPU, 60, "Sum", ""), 600, 0, "\"MaxDatapoints\":0"), "ValidationError", NULL);
}

//  Walks all pages; each datapoint must follow the one before. Gives how many there were, and in *pages the number of pages.
static size_t
walk (const shop_t *shop, const char *queries, int64_t from_s, int64_t to_s, const char *more, int *pages)
{
    char rest [256];
    char token [PAGE_TOKEN_SIZE] = "", last_id [64] = "";
    int64_t last_s = 0;
    size_t count = 0;
    *pages = 0;
    do {
        int status;
        size_t index, max;
        yyjson_val *line;
        snprintf (rest, sizeof rest, "%s%s%s%s", more, *token ? ",\"NextToken\":\"" : "", token, *token ? "\"" : "");
        yyjson_doc *doc = sim_ask (shop, ASKED, question (queries, from_s, to_s, rest), &status);
        assert_int_equal (status, 200);
        const char *next = yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "NextToken"));
        yyjson_arr_foreach (yyjson_obj_get (yyjson_doc_get_root (doc), "MetricDataResults"), index, max, line) {
            const char *id = yyjson_get_str (yyjson_obj_get (line, "Id"));
            if (strcmp (id, last_id) != 0)
                last_s = INT64_MAX;
            for (size_t i = 0; i < datapoints (line); i++) {
                assert_true (time_of (line, i) < last_s);
                last_s = time_of (line, i);
            }
            if (index + 1 < max)
                assert_text (line, "StatusCode", "Complete");
            count += datapoints (line);
            snprintf (last_id, sizeof last_id, "%s", id);
        }
        snprintf (token, sizeof token, "%s", next ? next : "");
        yyjson_doc_free (doc);
        ++*pages;
    } while (*token && *pages < 100);
    return count;
}

static void
pages_hold_at_most_the_datapoints_that_were_asked_for (void **state)
{
    static const char QUERIES [] = STAT ("a", CPU, 60, "Sum", "") "," STAT ("none", METRIC ("No", "No", ""), 60, "Sum", "") ","
                                   STAT ("b", CPU, 60, "Average", "");
    int pages;
    assert_int_equal (walk (*state, QUERIES, 607, 7, "\"MaxDatapoints\":7", &pages), 20);
    assert_int_equal (pages, 3);
    assert_int_equal (walk (*state, QUERIES, 607, 7, "\"MaxDatapoints\":20", &pages), 20);
    assert_int_equal (pages, 1);
    assert_int_equal (walk (*state, QUERIES, 607, 7, "\"MaxDatapoints\":10", &pages), 20);
    assert_int_equal (pages, 2);
    yyjson_doc *doc = ask (*state, QUERIES, "\"MaxDatapoints\":7");
    assert_text (result (doc, 0), "StatusCode", "PartialData");
    assert_int_equal (datapoints (result (doc, 0)), 7);
    assert_null (result (doc, 1));
    yyjson_doc_free (doc);
}

static void
a_page_has_a_hundred_thousand_datapoints_at_most (void **state)
{
    char *queries = many_queries (11);
    int pages;
    size_t count = walk (*state, queries, 7 * DAY_S + 7, 7, "\"MaxDatapoints\":500000", &pages);
    assert_int_equal (count, 11 * 10080);
    assert_int_equal (pages, 2);
    free (queries);
    queries = many_queries (10);
    count = walk (*state, queries, 7 * DAY_S + 7, 7, "\"MaxDatapoints\":500000", &pages);
    assert_int_equal (count, 10 * 10080);
    assert_int_equal (pages, 1);
    free (queries);
}

static void
a_token_belongs_to_its_question (void **state)
{
    char more [256];
    yyjson_doc *doc = ask (*state, STAT ("a", CPU, 60, "Sum", ""), "\"MaxDatapoints\":7");
    const char *token = yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "NextToken"));
    assert_non_null (token);
    snprintf (more, sizeof more, "\"MaxDatapoints\":7,\"NextToken\":\"%s\"", token);
    sim_ask_refused (*state, ASKED, question (STAT ("a", CPU, 60, "Average", ""), 607, 7, more), "InvalidNextToken",
                     "The specified nextToken is invalid.");
    sim_ask_refused (*state, ASKED, question (STAT ("a", CPU, 60, "Sum", ""), 607, 7, "\"NextToken\":\"x\""), "InvalidNextToken", NULL);
    yyjson_doc_free (doc);
}

static void
an_unknown_metric_is_an_empty_series_and_so_is_another_unit (void **state)
{
    yyjson_doc *doc = ask (*state, STAT ("a", METRIC ("AWS/RDS", "Nothing", ""), 60, "Sum", "") ",{\"Id\":\"b\",\"MetricStat\":{" CPU
                                   ",\"Period\":60,\"Stat\":\"Sum\",\"Unit\":\"Bytes\"}},{\"Id\":\"c\",\"MetricStat\":{" CPU
                                   ",\"Period\":60,\"Stat\":\"Sum\",\"Unit\":\"Percent\"}}", "");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal (datapoints (result (doc, i)), 0);
        assert_text (result (doc, i), "StatusCode", "Complete");
    }
    assert_int_equal (datapoints (result (doc, 2)), 10);
    yyjson_doc_free (doc);
}

static void
labels_are_given_or_say_what_differs (void **state)
{
    yyjson_doc *doc = ask (*state, STAT ("a", CPU, 60, "Average", ",\"Label\":\"CPU, last ${LAST}\"") ","
                                   STAT ("b", METRIC ("AWS/RDS", "CPUUtilization", DIMENSION ("DBInstanceIdentifier", "shop-orders-2")), 60,
                                         "Average", "") "," EXPRESSION ("e", "a - b", "") "," EXPRESSION ("f", "a - b", ",\"Label\":\"gap\""),
                           "\"LabelOptions\":{\"Timezone\":\"+0100\"}");
    char expected [64];
    snprintf (expected, sizeof expected, "CPU, last %.6g", value (result (doc, 0), 0));
    assert_text (result (doc, 0), "Label", expected);
    assert_text (result (doc, 1), "Label", "shop-orders-2");
    assert_text (result (doc, 2), "Label", "e");
    assert_text (result (doc, 3), "Label", "gap");
    yyjson_doc_free (doc);
}

static void
expressions_are_evaluated_over_the_others (void **state)
{
    yyjson_doc *doc = ask (*state, EXPRESSION ("double", "2 * cpu", "") "," STAT ("cpu", CPU, 60, "Average", ",\"ReturnData\":false") ","
                                   STAT ("same", CPU, 60, "Average", ""), "");
    assert_null (result (doc, 2));
    assert_text (result (doc, 0), "Id", "double");
    assert_int_equal (datapoints (result (doc, 0)), 10);
    for (size_t i = 0; i < 10; i++)
        assert_true (fabs (value (result (doc, 0), i) - 2 * value (result (doc, 1), i)) < 1e-9);
    yyjson_doc_free (doc);
    refused (*state, EXPRESSION ("e", "nobody + 1", ""), NULL);
    //  The queue, its dead letters, and the queue of an account that is linked
    doc = ask (*state, EXPRESSION ("s", "SEARCH('{AWS/SQS,QueueName} MetricName=\\\"ApproximateAgeOfOldestMessage\\\" orders', 'Maximum', 60)", ""),
               "");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (yyjson_doc_get_root (doc), "MetricDataResults")), 3);
    assert_text (result (doc, 1), "Id", "s");
    assert_string_not_equal (yyjson_get_str (yyjson_obj_get (result (doc, 0), "Label")), yyjson_get_str (yyjson_obj_get (result (doc, 1), "Label")));
    yyjson_doc_free (doc);
}

static void
series_of_an_array_are_called_by_both_labels (void **state)
{
#define QUEUES "SEARCH('{AWS/SQS,QueueName} MetricName=\\\"NumberOfMessagesSent\\\" (payments OR image) NOT dlq', 'Sum', 60)"
    yyjson_doc *doc = ask (*state, EXPRESSION ("a", QUEUES, ",\"Label\":\"Sent:\"") "," EXPRESSION ("b", QUEUES, ",\"Label\":\"\"") ","
                                   EXPRESSION ("c", QUEUES, ",\"Label\":\"to ${LABEL}\"") ","
                                   EXPRESSION ("d", "SELECT SUM(Errors) FROM \\\"AWS/Lambda\\\" WHERE FunctionName = 'shop-order-confirm'"
                                               " GROUP BY FunctionName", ",\"Period\":60") ","
                                   EXPRESSION ("f", "SUM(d)", ",\"Label\":\"Errors\""), "");
    static const char *const LINES [] [2] = {
        { "a", "Sent: payments-capture" }, { "a", "Sent: image-jobs" }, { "b", "payments-capture" }, { "b", "image-jobs" },
        { "c", "to payments-capture" }, { "c", "to image-jobs" }, { "d", "shop-order-confirm" }, { "f", "Errors" },
    };
    for (size_t i = 0; i < sizeof LINES / sizeof LINES [0]; i++) {
        assert_text (result (doc, i), "Id", LINES [i] [0]);
        assert_text (result (doc, i), "Label", LINES [i] [1]);
        assert_int_equal (datapoints (result (doc, i)), 10);
    }
    yyjson_doc_free (doc);
}

static void
a_wrong_expression_is_refused_by_its_id (void **state)
{
#define SELECTED(id) EXPRESSION (id, "SELECT SUM(Errors) FROM \\\"AWS/Lambda\\\"", "")
    refused (*state, EXPRESSION ("e1", "nobody + 1", ""), "Error in expression 'e1': There is no query with the id nobody.");
    refused (*state, EXPRESSION ("e1", "LAMBDA('f')", ""), "Error in expression 'e1': The function LAMBDA is not supported by the simulator.");
    refused (*state, STAT ("m", CPU, 60, "Sum", "") "," EXPRESSION ("e2", "AVG(m)", ""),
             "Error in expression 'e2': The result is a number; it must be a time series or an array of them. TIME_SERIES() makes one of a number.");
    refused (*state, SELECTED ("a") "," SELECTED ("b"), "A request can have one Metrics Insights query, and has 2.");
}

//  More metrics than a search may find.
static void
a_search_that_finds_too_much_says_so (void **state)
{
    shop_t *large = shop_new (&(shop_config_t) { .now_ms = SIM_ASK_NOW_MS, .metrics_extra = 501 });
    assert_non_null (large);
    yyjson_doc *doc = ask (large, EXPRESSION ("e", "SEARCH('{Test}', 'Sum', 300)", ""), "");
    yyjson_val *message = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), "Messages"));
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (yyjson_doc_get_root (doc), "MetricDataResults")), 500);
    assert_text (message, "Code", "MaxMetricsExceeded");
    yyjson_doc_free (doc);
    shop_destroy (&large);
    doc = ask (*state, EXPRESSION ("e", "SEARCH('{AWS/SQS,QueueName}', 'Sum', 300)", ""), "");
    assert_null (yyjson_obj_get (yyjson_doc_get_root (doc), "Messages"));
    yyjson_doc_free (doc);
}

static void
linked_accounts_are_asked_by_their_number (void **state)
{
#define STARTED(environment) METRIC ("Shop/Checkout", "CheckoutStarted", DIMENSION ("Environment", environment))
    yyjson_doc *doc = ask (*state, STAT ("a", STARTED ("staging"), 60, "Sum", ",\"AccountId\":\"" SHOP_ACCOUNT_STAGING "\"") ","
                                   STAT ("b", STARTED ("staging"), 60, "Sum", "") ","
                                   STAT ("c", STARTED ("prod"), 60, "Sum", ",\"AccountId\":\"" SHOP_ACCOUNT "\"") ","
                                   STAT ("d", STARTED ("prod"), 60, "Sum", ",\"AccountId\":\"999999999999\""), "");
    assert_int_equal (datapoints (result (doc, 0)), 10);
    assert_int_equal (datapoints (result (doc, 1)), 0);
    assert_int_equal (datapoints (result (doc, 2)), 10);
    assert_int_equal (datapoints (result (doc, 3)), 0);
    assert_text (result (doc, 3), "StatusCode", "Forbidden");
    yyjson_doc_free (doc);
}

static void
old_data_is_kept_for_long_periods_only (void **state)
{
    static const char QUERIES [] = STAT ("s", CPU, 30, "Sum", "") "," STAT ("m", CPU, 60, "Sum", "") "," STAT ("f", CPU, 300, "Sum", "") ","
                                   STAT ("h", CPU, 3600, "Sum", "");
    static const struct {
        int64_t from_s;
        size_t counts [4];
    } CASES [] = {
        { 3600, { 60, 60, 12, 1 } }, { 4 * 3600, { 0, 60, 12, 1 } }, { 16 * DAY_S, { 0, 0, 12, 1 } }, { 64 * DAY_S, { 0, 0, 0, 1 } },
        { 456 * DAY_S, { 0, 0, 0, 0 } },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        int status;
        int64_t from_s = CASES [i].from_s + NOW_S % 3600;
        yyjson_doc *doc = sim_ask (*state, ASKED, question (QUERIES, from_s, from_s - 3600, ""), &status);
        for (size_t j = 0; j < 4; j++)
            assert_int_equal (datapoints (result (doc, j)), CASES [i].counts [j]);
        yyjson_doc_free (doc);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_series_comes_newest_first_unless_asked_otherwise),
        cmocka_unit_test (a_longer_period_gathers_its_minutes),
        cmocka_unit_test (the_start_is_aligned_down_and_the_end_excluded),
        cmocka_unit_test (a_query_is_a_metric_or_an_expression),
        cmocka_unit_test (ids_begin_small_and_differ),
        cmocka_unit_test (five_hundred_queries_are_answered_and_no_more),
        cmocka_unit_test (times_periods_and_statistics_are_checked),
        cmocka_unit_test (pages_hold_at_most_the_datapoints_that_were_asked_for),
        cmocka_unit_test (a_page_has_a_hundred_thousand_datapoints_at_most),
        cmocka_unit_test (a_token_belongs_to_its_question),
        cmocka_unit_test (an_unknown_metric_is_an_empty_series_and_so_is_another_unit),
        cmocka_unit_test (labels_are_given_or_say_what_differs),
        cmocka_unit_test (expressions_are_evaluated_over_the_others),
        cmocka_unit_test (series_of_an_array_are_called_by_both_labels),
        cmocka_unit_test (a_wrong_expression_is_refused_by_its_id),
        cmocka_unit_test (a_search_that_finds_too_much_says_so),
        cmocka_unit_test (linked_accounts_are_asked_by_their_number),
        cmocka_unit_test (old_data_is_kept_for_long_periods_only),
    };
    return cmocka_run_group_tests (tests, sim_ask_open, sim_ask_close);
}
