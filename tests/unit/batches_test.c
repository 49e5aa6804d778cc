#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_fixture.h"

//  The ids of each request to GetMetricData in brackets, those that are not returned in small brackets: "[m1 (m2)][e1]"
static const char *
asked_batches (const fixture_t *self)
{
    static char text [4096];
    size_t size = 0;
    text [0] = 0;
    for (int i = 0; i < self->aws.asked_count; i++) {
        if (!strstr (self->aws.asked [i].target, "GetMetricData"))
            continue;
        yyjson_val *queries = yyjson_obj_get (asked (&self->aws, i), "MetricDataQueries"), *query;
        size_t index, count;
        size += (size_t) snprintf (text + size, sizeof text - size, "[");
        yyjson_arr_foreach (queries, index, count, query)
            size += (size_t) snprintf (text + size, sizeof text - size, json_bool (query, "ReturnData", true) ? "%s%s" : "%s(%s)", index ? " " : "",
                                       text_of (query, "Id"));
        size += (size_t) snprintf (text + size, sizeof text - size, "]");
    }
    return text;
}

#define METRIC "\"namespace\":\"N\",\"metric_name\":\"m\""

static void
an_expression_is_asked_with_all_that_it_names (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const char *const CASES [] [2] = {
        { "{\"id\":\"a\"," METRIC ",\"hidden\":true},{\"id\":\"b\",\"expression\":\"a+1\",\"hidden\":true},{\"id\":\"c\",\"expression\":\"b*2\"}",
          "[c (b) (a)]" },
        { "{\"id\":\"a\"," METRIC "},{\"id\":\"b\",\"expression\":\"a+a+unknown\"}", "[a b]" },
        { "{\"id\":\"a\",\"expression\":\"b\"},{\"id\":\"b\",\"expression\":\"a\"}", "[a b]" },
        { "{\"id\":\"a\"," METRIC ",\"hidden\":true},{\"id\":\"b\",\"expression\":\"IF('a', 1)\"}", "[b]" },
        { "{\"id\":\"err1\"," METRIC ",\"hidden\":true},{\"id\":\"ok\"," METRIC ",\"hidden\":true},{\"id\":\"err2\",\"expression\":\"1\","
                                                                                "\"hidden\":true},"
          "{\"id\":\"s\",\"expression\":\"SUM(METRICS('err'))\"}", "[s (err1)]" },
        { "{\"id\":\"err1\"," METRIC ",\"hidden\":true},{\"id\":\"ok\"," METRIC ",\"hidden\":true},{\"id\":\"s\",\"expression\":\"SUM(METRICS())\"}",
          "[s (err1) (ok)]" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char arguments [1024];
        self->aws.asked_count = 0;
        snprintf (arguments, sizeof arguments, "{\"queries\":[%s]}", CASES [i] [0]);
        (void) ask (self, "get_metric_data", arguments);
        assert_string_equal (asked_batches (self), CASES [i] [1]);
    }
}

static void
one_metrics_insights_query_goes_into_a_request (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    (void) ask (self, "get_metric_data", "{\"queries\":[{\"id\":\"a\",\"expression\":\"SELECT AVG(a) FROM N\"},{\"id\":\"m\"," METRIC "},"
                "{\"id\":\"b\",\"expression\":\"SELECT AVG(b) FROM N\"},{\"id\":\"c\",\"expression\":\"SEARCH('{N} c', 'Sum')\"}]}");
    assert_string_equal (asked_batches (self), "[a m][b c]");
}

//  Pairs of a hidden metric and an expression over it.
static void
ask_pairs (fixture_t *self, int pairs, int others)
{
    buffer_t arguments;
    buffer_init (&arguments, 1 << 20);
    buffer_append_text (&arguments, "{\"period\":86400,\"limit\":500,\"max_bytes\":1048576,\"queries\":[{\"id\":\"z\"," METRIC ",\"hidden\":true}");
    for (int i = 0; i < others; i++)
        buffer_append_text (&arguments, ",{\"expression\":\"z+1\"}");
    for (int i = 0; i < pairs; i++)
        buffer_printf (&arguments, ",{\"id\":\"x%d\"," METRIC ",\"hidden\":true},{\"id\":\"y%d\",\"expression\":\"x%d+z\"}", i, i, i);
    buffer_append_text (&arguments, "]}");
    buffer_append_char (&arguments, 0);
    self->aws.asked_count = 0;
    yyjson_val *answer = ask (self, "get_metric_data", arguments.data);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), pairs + others);
    assert_null (text_of (answer, "next_token"));
    buffer_deinit (&arguments);
}

static size_t
asked_queries (const fixture_t *self, int index)
{
    return yyjson_arr_size (yyjson_obj_get (asked (&self->aws, index), "MetricDataQueries"));
}

static void
requests_have_500_queries_at_most_and_what_is_shared_is_in_each (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    ask_pairs (self, 249, 1);                   //  z, one other, 249 × 2
    assert_int_equal (self->aws.asked_count, 1);
    assert_int_equal (asked_queries (self, 0), 500);
    ask_pairs (self, 250, 0);                   //  z and 250 × 2: one too many
    assert_int_equal (self->aws.asked_count, 2);
    assert_int_equal (asked_queries (self, 0) + asked_queries (self, 1), 499 + 3);
    ask_pairs (self, 0, 500);
    assert_int_equal (self->aws.asked_count, 2);
    assert_int_equal (asked_queries (self, 0) + asked_queries (self, 1), 500 + 2);
}

static status_t
ask_sum_over (fixture_t *self, int metrics_count)
{
    buffer_t arguments;
    buffer_init (&arguments, 1 << 20);
    buffer_append_text (&arguments, "{\"queries\":[{\"id\":\"total\",\"expression\":\"SUM(METRICS())\"}");
    for (int i = 0; i < metrics_count; i++)
        buffer_append_text (&arguments, ",{" METRIC ",\"hidden\":true}");
    buffer_append_text (&arguments, "]}");
    buffer_append_char (&arguments, 0);
    self->aws.asked_count = 0;
    (void) wait_for (self, call (self, "get_metric_data", arguments.data));
    buffer_deinit (&arguments);
    return (status_t) self->answer->envelope.status;
}

static void
an_expression_that_needs_more_than_fit_in_a_request_is_refused (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    assert_int_equal (ask_sum_over (self, 499), STATUS_OK);
    assert_int_equal (asked_queries (self, 0), 500);
    assert_int_equal (ask_sum_over (self, 500), STATUS_INVALID_ARGUMENT);
    expect_part (read_fault (self), "The expression total needs 501 queries, itself included, and CloudWatch takes 500 in one request.");
    assert_int_equal (self->aws.asked_count, 0);
}

static void
an_expression_has_the_period_of_what_it_needs (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_data", "{\"start_time\":\"2026-11-22T20:00\",\"end_time\":\"2026-11-22T23:00\",\"queries\":["
                              "{\"id\":\"a\"," METRIC ",\"period\":3600,\"hidden\":true},{\"id\":\"b\"," METRIC ",\"hidden\":true},"
                              "{\"expression\":\"a+b\",\"period\":1800},{\"expression\":\"SEARCH('{N} c', 'Sum', 600)\"},"
                              "{\"expression\":\"SEARCH('{N} c', 'Sum')\"}]}");
    //  The fixture's AWS gives values in the period that is asked: the third argument of SEARCH it does not read.
    assert_int_equal (json_int (series_of (answer, 0), "period_s", 0), 1800);
    assert_null (yyjson_obj_get (series_of (answer, 2), "period_s"));
    static const char VALUES [] =
        "{\"MetricDataResults\":[{\"Id\":\"e1\",\"Label\":\"e1\",\"Timestamps\":[1795377600,1795381200],\"Values\":[1,2],"
        "\"StatusCode\":\"Complete\"}]}";
    aws_says (&self->aws, 200, VALUES);
    answer = ask (self, "get_metric_data", "{\"start_time\":\"2026-11-22T20:00\",\"end_time\":\"2026-11-22T23:00\",\"queries\":["
                  "{\"id\":\"a\"," METRIC ",\"period\":3600,\"hidden\":true},{\"id\":\"b\"," METRIC ",\"hidden\":true},{\"expression\":\"a+b\"}]}");
    assert_int_equal (json_int (series_of (answer, 0), "period_s", 0), 3600);
    expect_json (yyjson_obj_get (series_of (answer, 0), "values"), "[1,2,null]");
    aws_says (&self->aws, 200, VALUES);
    answer = ask (self, "get_metric_data", "{\"start_time\":\"2026-11-22T20:00\",\"end_time\":\"2026-11-22T23:00\","
                  "\"expression\":\"SUM(SEARCH('{N} c', 'Sum', 3600))\"}");
    assert_int_equal (json_int (series_of (answer, 0), "period_s", 0), 3600);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (an_expression_is_asked_with_all_that_it_names, begin_metrics, end),
        cmocka_unit_test_setup_teardown (one_metrics_insights_query_goes_into_a_request, begin_metrics, end),
        cmocka_unit_test_setup_teardown (requests_have_500_queries_at_most_and_what_is_shared_is_in_each, begin_metrics, end),
        cmocka_unit_test_setup_teardown (an_expression_that_needs_more_than_fit_in_a_request_is_refused, begin_metrics, end),
        cmocka_unit_test_setup_teardown (an_expression_has_the_period_of_what_it_needs, begin_metrics, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
