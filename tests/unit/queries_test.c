#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_fixture.h"

#define METRIC "\"namespace\":\"N\",\"metric_name\":\"m\""

static void
each_form_becomes_aws_queries (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const char *const CASES [] [2] = {
        { "{" METRIC "}", "[{\"Id\":\"m1\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"N\",\"MetricName\":\"m\"},\"Period\":180,"
                          "\"Stat\":\"Average\"}}]" },
        { "{" METRIC ",\"dimensions\":{\"d\":\"v\"},\"stat\":\"P99\",\"period\":60}",
          "[{\"Id\":\"m1\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"N\",\"MetricName\":\"m\",\"Dimensions\":[{\"Name\":\"d\",\"Value\":\"v\"}]},"
          "\"Period\":60,\"Stat\":\"p99\"}}]" },
        { "{\"expression\":\"SEARCH('{N} m', 'Sum')\"}", "[{\"Id\":\"e1\",\"Expression\":\"SEARCH('{N} m', 'Sum')\",\"Period\":180}]" },
        { "{\"expression\":\"SELECT AVG(m) FROM N\",\"period\":300}", "[{\"Id\":\"e1\",\"Expression\":\"SELECT AVG(m) FROM N\",\"Period\":300}]" },
        { "{\"queries\":[{" METRIC ",\"unit\":\"count\",\"label\":\"x ${MAX}\",\"account_id\":\"123456789012\",\"period\":600}]}",
          "[{\"Id\":\"m1\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"N\",\"MetricName\":\"m\"},\"Period\":600,\"Stat\":\"Average\","
          "\"Unit\":\"Count\"},"
          "\"Label\":\"x ${MAX}\",\"AccountId\":\"123456789012\"}]" },
        { "{\"queries\":[{\"id\":\"a\"," METRIC ",\"hidden\":true},{\"expression\":\"a*2\",\"label\":\"twice\"}]}",
          "[{\"Id\":\"e1\",\"Expression\":\"a*2\",\"Label\":\"twice\"},{\"Id\":\"a\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"N\","
          "\"MetricName\":\"m\"},\"Period\":180,\"Stat\":\"Average\"},\"ReturnData\":false}]" },
        { "{\"queries\":[{\"id\":\"a\"," METRIC "},{\"expression\":\"a*2\",\"period\":300}]}",
          "[{\"Id\":\"a\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"N\",\"MetricName\":\"m\"},\"Period\":180,\"Stat\":\"Average\"}},"
          "{\"Id\":\"e1\",\"Expression\":\"a*2\",\"Period\":300}]" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        (void) ask (self, "get_metric_data", CASES [i] [0]);
        expect_json (yyjson_obj_get (asked_data (self), "MetricDataQueries"), CASES [i] [1]);
    }
}

static void
ids_that_are_made_up_go_around_those_that_are_given (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_data", "{\"queries\":[{" METRIC "},{\"id\":\"m1\"," METRIC "},{\"expression\":\"m1\"},{" METRIC
                              "},{\"id\":\"e1\",\"expression\":\"m1+1\"},{\"expression\":\"m1\"},{\"id\":\"m3\"," METRIC "}]}");
    static const char *const IDS [] = { "m2", "m1", "e2", "m4", "e1", "e3", "m3" };
    for (size_t i = 0; i < sizeof IDS / sizeof IDS [0]; i++)
        assert_string_equal (text_of (series_of (answer, i), "id"), IDS [i]);
}

static void
what_is_no_query_is_refused_with_its_place (void **state)
{
    fixture_t *self = *state;
    static const char *const CASES [] [2] = {
        { "{}", "The call needs a metric, namespace and metric_name, or an expression, or queries; it has none of them." },
        { "{\"namespace\":\"N\"}", "metric_name is missing" },
        { "{\"metric_name\":\"m\"}", "namespace is missing" },
        { "{" METRIC ",\"stat\":\"Averge\"}", "stat \"Averge\" is not a statistic; did you mean Average?" },
        { "{\"queries\":[{" METRIC "},{}]}", "queries[1] needs a metric, namespace and metric_name, or an expression; it has none of them." },
        { "{\"queries\":[{\"namespace\":\"N\"}]}", "queries[0] needs a metric, namespace and metric_name, or an expression; metric_name is missing" },
        { "{\"queries\":[{" METRIC ",\"stat\":\"mx\"}]}", "queries[0].stat \"mx\" is not a statistic" },
        { "{\"queries\":[{\"expression\":\"1\",\"stat\":\"Sum\"}]}",
          "queries[0] has an expression and stat; a query is either an expression or one metric." },
        { "{\"queries\":[{\"expression\":\"1\",\"dimensions\":{\"a\":\"b\"}}]}", "queries[0] has an expression and dimensions" },
        { "{" METRIC ",\"dimensions\":{\"d\":\"\"}}", "dimensions.d is empty, and a metric is named by whole values. list_metrics" },
        { "{\"queries\":[{" METRIC "},{" METRIC ",\"dimensions\":{\"d\":\"\"}}]}", "queries[1].dimensions.d is empty" },
        { "{\"queries\":[{" METRIC ",\"unit\":\"Elephants\"}]}", "queries[0].unit \"Elephants\" is not a unit of CloudWatch's. Units: Seconds" },
        { "{\"queries\":[{" METRIC ",\"period\":90}]}", "queries[0].period 90 is not one that CloudWatch has" },
        { "{\"queries\":[{\"id\":\"a\"," METRIC "},{\"id\":\"a\"," METRIC "}]}", "The id a is given to two queries" },
        { "{\"queries\":[{" METRIC ",\"hidden\":true}]}", "Every query is hidden, so there would be nothing to answer" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        expect_part (refused (self, "get_metric_data", CASES [i] [0], STATUS_INVALID_ARGUMENT), CASES [i] [1]);
    assert_int_equal (self->aws.asked_count, 0);
}

static void
periods_of_queries_are_raised_by_age_and_said (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_data", "{\"start_time\":\"-20d\",\"end_time\":\"-19d\",\"period\":3600,\"queries\":[{" METRIC
                              ",\"period\":60},{" METRIC ",\"period\":420},{" METRIC ",\"period\":900},{" METRIC "}]}");
    expect_part (text_of (answer, "note"), "The period of 2 queries is raised to what CloudWatch keeps of that age, the first from 60 to 300 s.");
    static const int64_t PERIODS [] = { 300, 600, 900, 0 };
    for (size_t i = 0; i < 4; i++)
        assert_int_equal (json_int (series_of (answer, i), "period_s", 0), PERIODS [i]);
}

//  Many ids, in an order of which sorting must not be afraid.
static void
a_thousand_queries_are_found_by_their_ids (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    buffer_t arguments;
    buffer_init (&arguments, 1 << 20);
    buffer_append_text (&arguments, "{\"period\":86400,\"limit\":1,\"queries\":[{\"expression\":\"x0+x500+x998\"}");
    for (int i = 0; i < 999; i++)
        buffer_printf (&arguments, ",{\"id\":\"x%d\"," METRIC ",\"hidden\":true}", i * 7 % 999);
    buffer_append_text (&arguments, "]}");
    buffer_append_char (&arguments, 0);
    (void) ask (self, "get_metric_data", arguments.data);
    yyjson_val *queries = yyjson_obj_get (asked_data (self), "MetricDataQueries");
    assert_int_equal (yyjson_arr_size (queries), 4);
    assert_string_equal (text_of (yyjson_arr_get (queries, 1), "Id"), "x0");
    assert_string_equal (text_of (yyjson_arr_get (queries, 2), "Id"), "x500");
    assert_string_equal (text_of (yyjson_arr_get (queries, 3), "Id"), "x998");
    buffer_deinit (&arguments);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_form_becomes_aws_queries, begin_metrics, end),
        cmocka_unit_test_setup_teardown (ids_that_are_made_up_go_around_those_that_are_given, begin_metrics, end),
        cmocka_unit_test_setup_teardown (what_is_no_query_is_refused_with_its_place, begin_metrics, end),
        cmocka_unit_test_setup_teardown (periods_of_queries_are_raised_by_age_and_said, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_thousand_queries_are_found_by_their_ids, begin_metrics, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
