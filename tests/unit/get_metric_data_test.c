#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_fixture.h"

#define METRIC "\"namespace\":\"N\",\"metric_name\":\"m\""

//  As the fixture's, but a request in which "bad" stands is refused, with "slow" in it never answered.
static void
answer_some (scripted_aws_t *aws, http_exchange_t *exchange, const asked_t *now)
{
    if (strstr (now->body, "denied"))
        aws_reply (exchange, 400, SLICE ("{\"__type\":\"AccessDeniedException\",\"message\":\"not you\"}"));
    else if (strstr (now->body, "bad"))
        aws_reply (exchange, 400, SLICE ("{\"__type\":\"com.amazonaws#ValidationError\",\"message\":\"Error in expression 'e1' [Unknown\\u001b "
                                         "id]\"}"));
    else if (strstr (now->body, "slow"))
        aws->open [aws->open_count++] = exchange;
    else
        metrics_answer (aws, exchange, now);
}

static void
one_metric_is_asked_and_answered (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_data", "{\"namespace\":\"AWS/Lambda\",\"metric_name\":\"Errors\",\"stat\":\"sum\","
                              "\"dimensions\":{\"FunctionName\":\"checkout\"},\"start_time\":\"2026-11-22T22:00\",\"end_time\":\"2026-11-22T22:06\","
                              "\"timezone\":\"+0100\"}");
    expect_json (answer, "{\"window\":[\"2026-11-22T22:00Z\",\"2026-11-22T22:06Z\"],\"period_s\":60,\"series\":[{\"id\":\"m1\","
                 "\"label\":\"checkout Errors\",\"stat\":\"Sum\",\"unit\":\"Count\",\"summary\":{\"min\":0,\"avg\":2.5,\"max\":5,"
                 "\"max_at\":\"2026-11-22T22:05Z\",\"last\":5},\"values\":[0,1,2,3,4,5]}]}");
    expect_json (asked_data (self), "{\"MetricDataQueries\":[{\"Id\":\"m1\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"AWS/Lambda\","
                 "\"MetricName\":\"Errors\",\"Dimensions\":[{\"Name\":\"FunctionName\",\"Value\":\"checkout\"}]},\"Period\":60,\"Stat\":\"Sum\"}}],"
                 "\"StartTime\":1795384800,\"EndTime\":1795385160,\"ScanBy\":\"TimestampAscending\",\"LabelOptions\":{\"Timezone\":\"+0100\"}}");
    assert_string_equal (self->aws.asked [0].target, "GraniteServiceVersion20100801.GetMetricData");
    assert_false (self->result.cut);
}

static void
sixty_values_of_two_series_take_little (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    metrics.step = 1000;
    (void) ask (self, "get_metric_data", "{\"queries\":[{" METRIC ",\"dimensions\":{\"FunctionName\":\"checkout\"}},{" METRIC ",\"stat\":\"p99\"}]}");
    assert_true (self->result.json.size < 2500);
}

//  Sums what all series of an answer hold.
static int64_t
sum_of (yyjson_val *answer)
{
    int64_t sum = 0;
    for (size_t i = 0; i < yyjson_arr_size (yyjson_obj_get (answer, "series")); i++) {
        yyjson_val *value;
        size_t index, count;
        yyjson_arr_foreach (yyjson_obj_get (series_of (answer, i), "values"), index, count, value)
            sum += yyjson_get_sint (value);
    }
    return sum;
}

static void
pages_are_followed_to_the_end_and_parts_put_together (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    for (metrics.page_points = 7; metrics.page_points < 200; metrics.page_points = metrics.page_points * 2 + 1) {
        metrics.data_requests = 0;
        yyjson_val *answer = ask (self, "get_metric_data", "{\"start_time\":\"2026-11-22T20:00\",\"end_time\":\"2026-11-22T23:00\","
                                                           "\"queries\":[{" METRIC
                                  "},{\"namespace\":\"N\",\"metric_name\":\"other\"},{" METRIC ",\"stat\":\"Sum\"}]}");
        assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 3);
        assert_int_equal (sum_of (answer), 3 * 60 * 59 / 2);
        assert_int_equal (metrics.data_requests, (180 + metrics.page_points - 1) / metrics.page_points);
        assert_null (text_of (answer, "note"));
    }
}

static void
more_than_100800_datapoints_come_in_two_pages (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    buffer_t arguments;
    buffer_init (&arguments, 65536);
    buffer_append_text (&arguments, "{\"start_time\":\"2026-11-21T22:00\",\"end_time\":\"2026-11-22T22:00\",\"period\":60,\"limit\":71,"
                        "\"max_bytes\":1048576,\"queries\":[{" METRIC "}");
    for (int i = 1; i < 70; i++)
        buffer_append_text (&arguments, ",{" METRIC "}");
    size_t size = arguments.size;
    buffer_append (&arguments, "]}", 3);
    yyjson_val *answer = ask (self, "get_metric_data", arguments.data);
    assert_int_equal (metrics.data_requests, 1);
    assert_int_equal (sum_of (answer), 70LL * 1440 * 1439 / 2);
    arguments.size = size;
    buffer_append_text (&arguments, ",{" METRIC "}]}");
    buffer_append_char (&arguments, 0);
    metrics.data_requests = 0;
    answer = ask (self, "get_metric_data", arguments.data);
    assert_int_equal (metrics.data_requests, 2);
    assert_int_equal (sum_of (answer), 71LL * 1440 * 1439 / 2);
    buffer_deinit (&arguments);
}

static void
a_token_that_leads_to_itself_ends_the_reading (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_empty;           //  For the units
    aws_says (&self->aws, 200, "{\"MetricDataResults\":[],\"NextToken\":\"again\"}");
    aws_says (&self->aws, 200, "{\"MetricDataResults\":[],\"NextToken\":\"again\"}");
    expect_part (text_of (ask (self, "get_metric_data", "{\"expression\":\"SELECT AVG(m) FROM N\"}"), "note"), "No datapoints in");
    assert_int_equal (self->aws.asked_count, 2);
}

static void
what_aws_refuses_is_told_with_its_words_and_a_hint (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_some;
    const char *text = refused (self, "get_metric_data", "{\"expression\":\"bad+1\"}", STATUS_INVALID_ARGUMENT);
    expect_part (text, "Error in expression 'e1' [Unknown");
    expect_no_part (text, "\x1b");
    expect_part (text, "Look at the expressions: they name other queries by id");
    text = refused (self, "get_metric_data", "{\"namespace\":\"bad\",\"metric_name\":\"m\"}", STATUS_INVALID_ARGUMENT);
    expect_no_part (text, "Look at the expressions");
    text = refused (self, "get_metric_data", "{\"expression\":\"denied+1\"}", STATUS_REFUSED);
    expect_part (text, "the role may not call cloudwatch:GetMetricData in eu-west-1");
    settle (self);
    expect_nothing_left (self);
}

//  Two Metrics Insights queries are two requests.
static const char TWO_REQUESTS [] = "{\"queries\":[{\"id\":\"a\",\"expression\":\"SELECT AVG(x) FROM N\"},{\"id\":\"b\",\"expression\":\"SELECT %s "
                                    "FROM N\"},"
                                    "{\"id\":\"c\",\"expression\":\"1+1\"}]%s%s%s}";

static void
when_a_later_request_fails_the_series_before_it_are_an_answer (void **state)
{
    fixture_t *self = *state;
    char arguments [512];
    self->aws.instead = answer_some;
    snprintf (arguments, sizeof arguments, TWO_REQUESTS, "denied", "", "", "");
    yyjson_val *answer = ask (self, "get_metric_data", arguments);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 1);
    assert_string_equal (text_of (series_of (answer, 0), "id"), "a");
    expect_part (text_of (answer, "note"), "Broken off after 1 series: AccessDeniedException: the role may not call cloudwatch:GetMetricData");
    assert_true (self->result.cut);

    char token [160];
    snprintf (token, sizeof token, "%s", text_of (answer, "next_token"));
    snprintf (arguments, sizeof arguments, TWO_REQUESTS, "denied", ",\"next_token\":\"", token, "\"");
    expect_part (refused (self, "get_metric_data", arguments, STATUS_REFUSED), "the role may not call");
    self->aws.instead = metrics_answer;
    answer = ask (self, "get_metric_data", arguments);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 2);
    assert_string_equal (text_of (series_of (answer, 0), "id"), "b");
    assert_null (text_of (answer, "next_token"));
}

static void
when_the_time_runs_out_what_is_complete_is_an_answer (void **state)
{
    fixture_t *self = *state;
    char arguments [512];
    self->aws.instead = answer_some;
    snprintf (arguments, sizeof arguments, TWO_REQUESTS, "slow", "", "", "");
    wait_for (self, call_within (self, "get_metric_data", arguments, 3000));
    yyjson_val *answer = read_result (self);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 1);
    expect_part (text_of (answer, "note"), "Broken off after 1 series: the time allowed is nearly over. Pass next_token to go on from here.");
    assert_non_null (text_of (answer, "next_token"));
    settle (self);
    expect_nothing_left (self);
}

static void
progress_counts_requests_and_series (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    metrics.page_points = 20;
    (void) ask (self, "get_metric_data", "{" METRIC "}");
    assert_true (self->progresses > 0);
    expect_part (self->progress_text, "requests answered, with 1 series");
    assert_true (self->progress.done >= 1 && self->progress.done <= self->progress.total);
}

//  Only as many queries are asked for as the answer has place for: AWS counts every metric.
static void
what_has_no_place_in_the_answer_is_not_asked (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const char QUERIES [] = "\"queries\":[{" METRIC "},{\"id\":\"h\"," METRIC ",\"hidden\":true},{" METRIC "},{" METRIC "}]}";
    char arguments [512];
    snprintf (arguments, sizeof arguments, "{\"limit\":2,%s", QUERIES);
    (void) ask (self, "get_metric_data", arguments);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (asked_data (self), "MetricDataQueries")), 2);
    snprintf (arguments, sizeof arguments, "{\"period\":1,\"max_bytes\":1024,%s", QUERIES);
    (void) ask (self, "get_metric_data", arguments);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (asked_data (self), "MetricDataQueries")), 1);

    buffer_t many;
    buffer_init (&many, 65536);
    buffer_append_text (&many, "{\"queries\":[");
    for (int i = 0; i < 12; i++)
        buffer_printf (&many, "%s{\"expression\":\"SEARCH('{N} m%d', 'Sum')\"}", i ? "," : "", i);
    buffer_append (&many, "]}", 3);
    expect_part (text_of (ask (self, "get_metric_data", many.data), "note"),
                 "10 series; 2 of 12 queries are still to come: pass next_token for more.");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (asked_data (self), "MetricDataQueries")), 10);
    buffer_deinit (&many);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (one_metric_is_asked_and_answered, begin_metrics, end),
        cmocka_unit_test_setup_teardown (sixty_values_of_two_series_take_little, begin_metrics, end),
        cmocka_unit_test_setup_teardown (pages_are_followed_to_the_end_and_parts_put_together, begin_metrics, end),
        cmocka_unit_test_setup_teardown (more_than_100800_datapoints_come_in_two_pages, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_token_that_leads_to_itself_ends_the_reading, begin_metrics, end),
        cmocka_unit_test_setup_teardown (what_aws_refuses_is_told_with_its_words_and_a_hint, begin_metrics, end),
        cmocka_unit_test_setup_teardown (when_a_later_request_fails_the_series_before_it_are_an_answer, begin_metrics, end),
        cmocka_unit_test_setup_teardown (when_the_time_runs_out_what_is_complete_is_an_answer, begin_metrics, end),
        cmocka_unit_test_setup_teardown (progress_counts_requests_and_series, begin_metrics, end),
        cmocka_unit_test_setup_teardown (what_has_no_place_in_the_answer_is_not_asked, begin_metrics, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
