#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_fixture.h"

#define METRIC "\"namespace\":\"N\",\"metric_name\":\"m\""
#define MINUTES "\"start_time\":\"2026-11-22T20:00\",\"end_time\":\"2026-11-22T20:05\""

static void
each_argument_reaches_aws (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const char *const CASES [] [2] = {
        { "{" METRIC "," MINUTES "}",
          "{\"Namespace\":\"N\",\"MetricName\":\"m\",\"StartTime\":1795377600,\"EndTime\":1795377900,\"Period\":60,\"Statistics\":[\"Average\","
          "\"Maximum\"]}" },
        { "{" METRIC "," MINUTES ",\"dimensions\":{\"a\":\"b\"},\"stats\":[\"sum\",\"n\"],\"unit\":\"bytes\",\"period\":300}",
          "{\"Namespace\":\"N\",\"MetricName\":\"m\",\"Dimensions\":[{\"Name\":\"a\",\"Value\":\"b\"}],\"StartTime\":1795377600,"
          "\"EndTime\":1795377900,"
          "\"Period\":300,\"Statistics\":[\"Sum\",\"SampleCount\"],\"Unit\":\"Bytes\"}" },
        { "{" METRIC "," MINUTES ",\"stats\":[\"p99\",\"TM(10%:90%)\",\"P99\"]}",
          "{\"Namespace\":\"N\",\"MetricName\":\"m\",\"StartTime\":1795377600,\"EndTime\":1795377900,\"Period\":60,"
          "\"ExtendedStatistics\":[\"p99\",\"TM(10%:90%)\"]}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        (void) ask (self, "get_metric_statistics", CASES [i] [0]);
        assert_string_equal (asked_text (&self->aws, self->aws.asked_count - 1), CASES [i] [1]);
        assert_string_equal (self->aws.asked [self->aws.asked_count - 1].target, "GraniteServiceVersion20100801.GetMetricStatistics");
    }
}

static void
each_statistic_is_a_series_in_order_of_time (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_statistics", "{" METRIC "," MINUTES ",\"dimensions\":{\"a\":\"shop\"},\"stats\":[\"avg\",\"p99\"]}");
    expect_json (answer, "{\"window\":[\"2026-11-22T20:00Z\",\"2026-11-22T20:05Z\"],\"period_s\":60,\"series\":["
                 "{\"label\":\"shop m\",\"stat\":\"Average\",\"unit\":\"Count\",\"summary\":{\"min\":960,\"avg\":962,\"max\":964,"
                 "\"max_at\":\"2026-11-22T20:04Z\",\"last\":964},\"values\":[960,961,962,963,964]},"
                 "{\"label\":\"shop m\",\"stat\":\"p99\",\"unit\":\"Count\",\"summary\":{\"min\":960.5,\"avg\":962.5,\"max\":964.5,"
                 "\"max_at\":\"2026-11-22T20:04Z\",\"last\":964.5},\"values\":[960.5,961.5,962.5,963.5,964.5]}]}");
    assert_int_equal (self->aws.asked_count, 2);        //  AWS takes standard or extended ones, not both
}

static void
several_units_are_several_series (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_statistics", "{\"namespace\":\"N\",\"metric_name\":\"two\"," MINUTES "}");
    static const char *const SERIES [] [2] = { { "Average", "Bytes" }, { "Average", "Count" }, { "Maximum", "Bytes" }, { "Maximum", "Count" } };
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal (text_of (series_of (answer, i), "stat"), SERIES [i] [0]);
        assert_string_equal (text_of (series_of (answer, i), "unit"), SERIES [i] [1]);
        assert_int_equal (yyjson_arr_size (yyjson_obj_get (series_of (answer, i), "values")), 5);
    }
    assert_string_equal (text_of (answer, "note"), "The metric is published in several units, and each has series of its own: Bytes, Count. Pass "
                         "unit for one of them.");
}

static void
statistics_that_are_none_or_too_many_are_refused (void **state)
{
    fixture_t *self = *state;
    expect_part (refused (self, "get_metric_statistics", "{" METRIC ",\"stats\":[\"Sum\",\"Averge\"]}", STATUS_INVALID_ARGUMENT),
                 "stats \"Averge\" is not a statistic; did you mean Average?");
    expect_part (refused (self, "get_metric_statistics", "{" METRIC ",\"stats\":[\"p1\",\"p2\",\"p3\",\"p4\",\"p5\",\"p6\",\"p7\",\"p8\",\"p9\","
                                                                    "\"p10\","
                          "\"p11\"]}", STATUS_INVALID_ARGUMENT), "stats has more than 10 that are not Average");
    assert_int_equal (self->aws.asked_count, 0);
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_statistics", "{" METRIC "," MINUTES ",\"stats\":[\"p1\",\"p2\",\"p3\",\"p4\",\"p5\",\"p6\",\"p7\","
                                                                                    "\"p8\",\"p9\","
                              "\"p10\",\"min\",\"max\",\"avg\",\"sum\",\"count\"]}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 15);
}

//  Windows of so many minutes, ending at 22:00 on the 22nd.
static yyjson_val *
ask_minutes (fixture_t *self, int minutes)
{
    char arguments [512], start [32], end [32];
    int64_t end_s = 1795377600 + 2 * HOUR_S;
    snprintf (start, sizeof start, "%lld", (long long) (end_s - minutes * 60));
    snprintf (end, sizeof end, "%lld", (long long) end_s);
    snprintf (arguments, sizeof arguments, "{" METRIC ",\"stats\":[\"Sum\"],\"period\":60,\"max_bytes\":1048576,\"start_time\":\"%s\","
                                                      "\"end_time\":\"%s\"}",
              start, end);
    self->aws.asked_count = 0;
    return ask (self, "get_metric_statistics", arguments);
}

static void
more_than_1440_datapoints_are_several_requests_and_one_answer (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const int CASES [] [2] = { { 1440, 1 }, { 1441, 2 }, { 2880, 2 }, { 2881, 3 }, { 20000, 14 } };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        yyjson_val *answer = ask_minutes (self, CASES [i] [0]), *value;
        assert_int_equal (self->aws.asked_count, CASES [i] [1]);
        yyjson_val *values = yyjson_obj_get (series_of (answer, 0), "values");
        assert_int_equal (yyjson_arr_size (values), CASES [i] [0]);
        int64_t start_s = 1795377600 + 2 * HOUR_S - CASES [i] [0] * 60;
        size_t index, count;
        yyjson_arr_foreach (values, index, count, value)
            assert_int_equal (yyjson_get_sint (value), (start_s / 60 + (int64_t) index) % 1000);
        assert_null (text_of (answer, "note"));
    }
}

static void
all_values_come_once_over_pages (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    char arguments [512], token [160] = "";
    int values = 0, pages = 0;
    do {
        snprintf (arguments, sizeof arguments, "{\"namespace\":\"N\",\"metric_name\":\"two\",\"points\":180,\"max_bytes\":1024%s%s%s}",
                  *token ? ",\"next_token\":\"" : "", token, *token ? "\"" : "");
        yyjson_val *answer = ask (self, "get_metric_statistics", arguments);
        for (size_t i = 0; i < yyjson_arr_size (yyjson_obj_get (answer, "series")); i++)
            values += (int) yyjson_arr_size (yyjson_obj_get (series_of (answer, i), "values"));
        expect_json (yyjson_obj_get (answer, "window"), "[\"2026-11-22T20:05Z\",\"2026-11-22T23:06Z\"]");
        snprintf (token, sizeof token, "%s", metrics_text (answer, "next_token"));
        expect_part (metrics_text (answer, "note"), *token ? "pass next_token for" : "");
        fake_clock_advance (&self->clock, 120000);
        pages++;
    } while (*token);
    assert_int_equal (values, 4 * 181);
    assert_true (pages >= 3);
}

static void
a_unit_that_is_gone_when_its_page_comes_is_told (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    char arguments [512];
    snprintf (arguments, sizeof arguments, "{\"namespace\":\"N\",\"metric_name\":\"two\",\"points\":180,\"max_bytes\":1024,\"next_token\":\"%s\"}",
              metrics_text (ask (self, "get_metric_statistics", "{\"namespace\":\"N\",\"metric_name\":\"two\",\"points\":180,\"max_bytes\":1024}"),
                            "next_token"));
    assert_string_equal (text_of (series_of (ask (self, "get_metric_statistics", arguments), 0), "unit"), "Count");
    aws_says (&self->aws, 200, "{\"Datapoints\":[{\"Timestamp\":1795377960,\"Unit\":\"Percent\",\"Average\":1,\"Maximum\":2}]}");
    expect_part (refused (self, "get_metric_statistics", arguments, STATUS_NOT_FOUND), "the metric's units have changed");
}

static void
nothing_at_all_is_told_with_advice (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_statistics", "{\"namespace\":\"N\",\"metric_name\":\"none\",\"stats\":[\"Sum\"]," MINUTES "}");
    expect_json (yyjson_obj_get (answer, "series"), "[{\"label\":\"none\",\"stat\":\"Sum\",\"values\":[]}]");
    expect_part (text_of (answer, "note"), "No datapoints in 5 min. A metric is named by exactly the dimensions");
    answer = ask (self, "get_metric_statistics", "{\"namespace\":\"N\",\"metric_name\":\"none\",\"unit\":\"bits\"," MINUTES "}");
    expect_part (text_of (answer, "note"), "No datapoints in 5 min. Only datapoints in Bits were asked for: leave unit out to have all. A metric");
}

//  The last piece of a window never comes.
static void
answer_all_but_the_last (scripted_aws_t *aws, http_exchange_t *exchange, const asked_t *now)
{
    if (json_int (yyjson_doc_get_root (now->doc), "EndTime", 0) == 1795377600 + 2 * HOUR_S)
        aws->open [aws->open_count++] = exchange;
    else
        metrics_answer (aws, exchange, now);
}

static void
a_unit_or_a_value_that_cannot_be_is_refused_before_aws_is_asked (void **state)
{
    fixture_t *self = *state;
    expect_part (refused (self, "get_metric_statistics", "{" METRIC ",\"unit\":\"Second\"}", STATUS_INVALID_ARGUMENT),
                 "unit \"Second\" is not a unit of CloudWatch's; did you mean Seconds?");
    expect_part (refused (self, "get_metric_statistics", "{" METRIC ",\"unit\":\"\"}", STATUS_INVALID_ARGUMENT), "unit \"\" is not a unit");
    expect_part (refused (self, "get_metric_statistics", "{" METRIC ",\"dimensions\":{\"d\":\"\"}}", STATUS_INVALID_ARGUMENT),
                 "dimensions.d is empty, and a metric is named by whole values. list_metrics");
    assert_int_equal (self->aws.asked_count, 0);
}

static void
when_the_time_runs_out_the_beginning_of_the_window_is_an_answer (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_all_but_the_last;
    static const char TWO_DAYS [] = "{" METRIC ",\"stats\":[\"Sum\",\"p50\"],\"period\":60,\"start_time\":\"2026-11-20T22:00\","
                                               "\"end_time\":\"2026-11-22T22:00\"}";
    wait_for (self, call_within (self, "get_metric_statistics", TWO_DAYS, 3000));
    yyjson_val *answer = read_result (self);
    expect_json (yyjson_obj_get (answer, "window"), "[\"2026-11-20T22:00Z\",\"2026-11-21T22:00Z\"]");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (series_of (answer, 0), "values")), 1440);
    expect_part (text_of (answer, "note"), "Broken off where this window ends: the time allowed is nearly over. Ask on with start_time "
                 "2026-11-21T22:00:00Z");
    settle (self);
    expect_nothing_left (self);
}

static void
a_failure_of_any_piece_is_told (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    aws_says (&self->aws, 400, "{\"__type\":\"InvalidParameterCombination\",\"message\":\"no\"}");
    expect_part (refused (self, "get_metric_statistics", "{" METRIC ",\"start_time\":\"-2d\",\"period\":60}", STATUS_INVALID_ARGUMENT),
                 "InvalidParameterCombination: cloudwatch:GetMetricStatistics in eu-west-1 was refused. AWS says: no.");
    settle (self);
    expect_nothing_left (self);
}

static void
strange_datapoints_do_no_harm (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Label\":7,\"Datapoints\":[null,7,{},{\"Timestamp\":\"x\",\"Sum\":1},{\"Timestamp\":1795377600,\"Sum\":\"x\"},"
              "{\"Timestamp\":1795377660,\"Sum\":2,\"Unit\":\"\\u001b\"},{\"Timestamp\":-5,\"Sum\":3}]}");
    yyjson_val *answer = ask (self, "get_metric_statistics", "{" METRIC ",\"stats\":[\"Sum\"]," MINUTES "}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 1);
    assert_string_equal (text_of (series_of (answer, 0), "unit"), "\\u001b");
    expect_json (yyjson_obj_get (series_of (answer, 0), "values"), "[null,2,null,null,null]");
}

static void
a_period_finer_than_the_metrics_own_is_told (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const char ASKED [] = "{\"namespace\":\"N\",\"metric_name\":\"%s\",\"start_time\":\"2026-11-22T23:00Z\","
                                 "\"end_time\":\"2026-11-22T23:05Z\",\"period\":%d}";
    char arguments [256];
    snprintf (arguments, sizeof arguments, ASKED, "slow", 1);
    assert_string_equal (text_of (ask (self, "get_metric_statistics", arguments), "note"), "In these series there is at most one value every 60 s; "
                         "period 60, which seems to be the metric's own, spares the nulls.");
    snprintf (arguments, sizeof arguments, ASKED, "fast", 1);
    assert_null (text_of (ask (self, "get_metric_statistics", arguments), "note"));
    snprintf (arguments, sizeof arguments, ASKED, "slow", 60);
    assert_null (text_of (ask (self, "get_metric_statistics", arguments), "note"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_argument_reaches_aws, begin_metrics, end),
        cmocka_unit_test_setup_teardown (each_statistic_is_a_series_in_order_of_time, begin_metrics, end),
        cmocka_unit_test_setup_teardown (several_units_are_several_series, begin_metrics, end),
        cmocka_unit_test_setup_teardown (statistics_that_are_none_or_too_many_are_refused, begin_metrics, end),
        cmocka_unit_test_setup_teardown (more_than_1440_datapoints_are_several_requests_and_one_answer, begin_metrics, end),
        cmocka_unit_test_setup_teardown (all_values_come_once_over_pages, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_unit_that_is_gone_when_its_page_comes_is_told, begin_metrics, end),
        cmocka_unit_test_setup_teardown (nothing_at_all_is_told_with_advice, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_unit_or_a_value_that_cannot_be_is_refused_before_aws_is_asked, begin_metrics, end),
        cmocka_unit_test_setup_teardown (when_the_time_runs_out_the_beginning_of_the_window_is_an_answer, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_failure_of_any_piece_is_told, begin_metrics, end),
        cmocka_unit_test_setup_teardown (strange_datapoints_do_no_harm, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_period_finer_than_the_metrics_own_is_told, begin_metrics, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
