#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_fixture.h"

static const char SEARCH_ALL [] = "{\"start_time\":\"2026-11-22T20:00\",\"end_time\":\"2026-11-22T20:05\",\"expression\":\"SEARCH('{N} m', 'Sum')\"}";
static const char ONE_METRIC [] =
    "{\"start_time\":\"2026-11-22T20:00\",\"end_time\":\"2026-11-22T20:05\",\"queries\":[{\"namespace\":\"N\",\"metric_name\":\"m\","
    "\"unit\":\"Count\"}]}";

//  20:00Z and minutes behind it.
#define AT(minutes) "1795377" #minutes

static void
parts_belong_to_the_series_of_their_id_and_label_that_goes_on (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200,
              "{\"NextToken\":\"1\",\"MetricDataResults\":["
              "{\"Id\":\"e1\",\"Label\":\"a\",\"StatusCode\":\"PartialData\",\"Timestamps\":[" AT (600) "],\"Values\":[1]},"
              "{\"Id\":\"e1\",\"Label\":\"b\",\"StatusCode\":\"Complete\",\"Timestamps\":[" AT (600) "],\"Values\":[10]},"
              "{\"Id\":\"e1\",\"Label\":\"a\",\"StatusCode\":\"PartialData\",\"Timestamps\":[" AT (600) "],\"Values\":[100]}]}");
    aws_says (&self->aws, 200,
              "{\"MetricDataResults\":["
              "{\"Id\":\"e1\",\"Label\":\"a\",\"StatusCode\":\"Complete\",\"Timestamps\":[" AT (660) "],\"Values\":[2]},"
              "{\"Id\":\"e1\",\"Label\":\"a\",\"StatusCode\":\"Complete\",\"Timestamps\":[" AT (660) "],\"Values\":[200]},"
              "{\"Id\":\"e1\",\"Label\":\"b\",\"StatusCode\":\"Complete\",\"Timestamps\":[" AT (660) "],\"Values\":[20]}]}");
    yyjson_val *answer = ask (self, "get_metric_data", SEARCH_ALL);
    static const char *const VALUES [] = { "[1,2,null,null,null]", "[10,null,null,null,null]", "[100,200,null,null,null]",
                                           "[null,20,null,null,null]" };
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 4);
    for (size_t i = 0; i < 4; i++)
        expect_json (yyjson_obj_get (series_of (answer, i), "values"), VALUES [i]);
}

static void
a_metrics_parts_are_one_series_whatever_they_say_and_however_ordered (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"NextToken\":\"1\",\"MetricDataResults\":[{\"Id\":\"m1\",\"Label\":\"m\",\"StatusCode\":\"Complete\","
              "\"Timestamps\":[" AT (780) "," AT (720) "],\"Values\":[4,3]}]}");
    aws_says (&self->aws, 200, "{\"MetricDataResults\":[{\"Id\":\"m1\",\"Label\":\"m\",\"StatusCode\":\"Complete\","
              "\"Timestamps\":[" AT (660) "," AT (600) "," AT (720) "],\"Values\":[2,1,3.5]}]}");
    yyjson_val *answer = ask (self, "get_metric_data", ONE_METRIC);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 1);
    expect_json (yyjson_obj_get (series_of (answer, 0), "values"), "[1,2,3.5,4,null]");
    assert_string_equal (text_of (series_of (answer, 0), "unit"), "Count");
}

static void
what_aws_says_of_a_series_is_in_the_note_once (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200,
              "{\"Messages\":[{\"Code\":\"MaxMetricsExceeded\",\"Value\":\"The maximum number of allowed metrics, 100, has been exceeded\\u001b\"},"
              "{\"Code\":\"OnlyACode\"},{}],\"MetricDataResults\":["
              "{\"Id\":\"e1\",\"Label\":\"a\",\"StatusCode\":\"Forbidden\"},{\"Id\":\"e1\",\"Label\":\"b\",\"StatusCode\":\"InternalError\"},"
              "{\"Id\":\"e1\",\"Label\":\"c\",\"StatusCode\":\"PartialData\"},"
              "{\"Id\":\"e1\",\"Label\":\"d\",\"Messages\":[{\"Code\":\"ArithmeticError\",\"Value\":\"One or more data-points dropped\"},"
              "{\"Code\":\"ArithmeticError\",\"Value\":\"One or more data-points dropped\"}]}]}");
    expect_json (yyjson_obj_get (ask (self, "get_metric_data", SEARCH_ALL), "note"),
                 "\"No datapoints in 5 min. e1: AWS does not let this role read it (Forbidden). e1: AWS failed to read it (InternalError); ask "
                 "again. e1: One or more data-points dropped. The maximum number of allowed metrics, 100, has been exceeded\\\\u001b. OnlyACode. "
                 "e1: AWS gave only a part of its datapoints (PartialData); ask for a shorter window.\"");
}

static void
more_messages_than_a_note_has_room_for_are_counted (void **state)
{
    fixture_t *self = *state;
    buffer_t body;
    buffer_init (&body, 1 << 20);
    buffer_append_text (&body, "{\"MetricDataResults\":[{\"Id\":\"e1\",\"Label\":\"a\",\"Messages\":[");
    for (int i = 0; i < 100; i++)
        buffer_printf (&body, "%s{\"Value\":\"%d%0400d\"}", i ? "," : "", i, 0);
    buffer_append_text (&body, "]}]}");
    buffer_append_char (&body, 0);
    aws_says (&self->aws, 200, body.data);
    const char *note = metrics_text (ask (self, "get_metric_data", SEARCH_ALL), "note");
    expect_part (note, " And 93 more messages.");
    assert_true (strlen (note) < 4000);
    buffer_deinit (&body);
}

static void
strange_answers_do_no_harm (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200,
              "{\"Messages\":7,\"MetricDataResults\":[null,7,{},{\"Id\":\"stranger\",\"Values\":[1],\"Timestamps\":[1]},{\"Id\":\"e1\",\"Label\":7,"
              "\"Timestamps\":[\"x\"," AT (600) ",null,1e99,-5," AT (660) "],\"Values\":[1,2,3,4,5,\"six\",7,8]}]}");
    yyjson_val *answer = ask (self, "get_metric_data", SEARCH_ALL);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 1);
    expect_json (yyjson_obj_get (series_of (answer, 0), "values"), "[2,null,null,null,null]");
}

static void
hostile_labels_come_out_visible (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"MetricDataResults\":[{\"Id\":\"e1\",\"Label\":\"x\\u001b[2J\\u202e\\u0000\"}]}");
    assert_string_equal (text_of (series_of (ask (self, "get_metric_data", SEARCH_ALL), 0), "label"), "x\\u001b[2J\\u202e\\u0000");
}

static void
more_series_or_datapoints_than_a_call_can_hold_are_refused (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    metrics.found = 5000;
    assert_int_equal (json_int (ask (self, "get_metric_data", SEARCH_ALL), "period_s", 0), 60);
    metrics.found = 5001;
    expect_part (refused (self, "get_metric_data", SEARCH_ALL, STATUS_INVALID_ARGUMENT),
                 "This finds more than 5000 series, which is more than one call");
    metrics.found = 47;                         //  × 21,600 minutes of 15 days
    expect_part (refused (self, "get_metric_data", "{\"start_time\":\"-15d\",\"period\":60,\"expression\":\"SEARCH('{N} m', 'Sum')\"}",
                          STATUS_INVALID_ARGUMENT), "This finds more than 1000000 datapoints");
    settle (self);
    expect_nothing_left (self);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (parts_belong_to_the_series_of_their_id_and_label_that_goes_on, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_metrics_parts_are_one_series_whatever_they_say_and_however_ordered, begin_metrics, end),
        cmocka_unit_test_setup_teardown (what_aws_says_of_a_series_is_in_the_note_once, begin_metrics, end),
        cmocka_unit_test_setup_teardown (more_messages_than_a_note_has_room_for_are_counted, begin_metrics, end),
        cmocka_unit_test_setup_teardown (strange_answers_do_no_harm, begin_metrics, end),
        cmocka_unit_test_setup_teardown (hostile_labels_come_out_visible, begin_metrics, end),
        cmocka_unit_test_setup_teardown (more_series_or_datapoints_than_a_call_can_hold_are_refused, begin_metrics, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
