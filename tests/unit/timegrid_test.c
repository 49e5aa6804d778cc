#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_fixture.h"

//  The clock stands at 2026-11-22T23:05:07.042Z; a call takes a few steps of it before AWS is asked, and none before the window is read.

//  The answer to a question about one metric with these arguments.
static yyjson_val *
ask_with (fixture_t *self, const char *arguments)
{
    char text [512];
    self->clock.wall_ms = NOW_S * 1000 + 42;
    snprintf (text, sizeof text, "{\"namespace\":\"N\",\"metric_name\":\"m\",\"max_bytes\":1048576%s%s}", *arguments ? "," : "", arguments);
    return ask (self, "get_metric_data", text);
}

static void
the_window_is_widened_to_whole_periods_and_said (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const struct { const char *arguments, *window; int period_s, values; bool incomplete; } CASES [] = {
        { "", "[\"2026-11-22T20:03Z\",\"2026-11-22T23:06Z\"]", 180, 61, true },
        { "\"points\":1440", "[\"2026-11-22T20:05Z\",\"2026-11-22T23:06Z\"]", 60, 181, true },
        { "\"points\":5", "[\"2026-11-22T20:00Z\",\"2026-11-23T00:00Z\"]", 3600, 4, true },
        { "\"start_time\":\"-2d\"", "[\"2026-11-20T23:00Z\",\"2026-11-23T00:00Z\"]", 3600, 49, true },
        { "\"start_time\":\"2026-11-22T20:00\",\"end_time\":\"2026-11-22T23:00\"", "[\"2026-11-22T20:00Z\",\"2026-11-22T23:00Z\"]", 180, 60, false },
        { "\"start_time\":\"2026-11-22T20:00:01\",\"end_time\":\"2026-11-22T22:59:59\"", "[\"2026-11-22T20:00Z\",\"2026-11-22T23:00Z\"]", 180, 60,
          false },
        { "\"start_time\":\"-1h\",\"period\":30", "[\"2026-11-22T22:05:00Z\",\"2026-11-22T23:05:30Z\"]", 30, 121, true },
        { "\"start_time\":\"2026-11-22T23:05\",\"period\":60", "[\"2026-11-22T23:05Z\",\"2026-11-22T23:06Z\"]", 60, 1, true },
        { "\"period\":86400", "[\"2026-11-22T00:00Z\",\"2026-11-23T00:00Z\"]", 86400, 1, true },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        yyjson_val *answer = ask_with (self, CASES [i].arguments);
        expect_json (yyjson_obj_get (answer, "window"), CASES [i].window);
        assert_int_equal (json_int (answer, "period_s", 0), CASES [i].period_s);
        assert_int_equal (yyjson_arr_size (yyjson_obj_get (series_of (answer, 0), "values")), CASES [i].values);
        assert_true (CASES [i].incomplete ? strcmp (text_of (answer, "last_period"), "incomplete") == 0 : !text_of (answer, "last_period"));
        assert_null (text_of (answer, "note"));
        yyjson_val *query = yyjson_arr_get (yyjson_obj_get (asked_data (self), "MetricDataQueries"), 0);
        assert_int_equal (json_int (yyjson_obj_get (query, "MetricStat"), "Period", 0), CASES [i].period_s);
    }
}

static void
the_age_of_the_start_decides_on_the_period_and_the_note_says_so (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const struct { const char *arguments; int period_s; const char *note; } CASES [] = {
        //  Chosen: 3 hours with 60 points take 180 s. 23:05:08 is just within 15 days, 23:05:07 is not, because of its 42 ms.
        { "\"start_time\":\"2026-11-07T23:05:08\",\"end_time\":\"2026-11-08T02:05\"", 180, NULL },
        { "\"start_time\":\"2026-11-07T23:05:06\",\"end_time\":\"2026-11-08T02:05\"", 300,
          "period_s is 300, not 180: of what is older than 15 days CloudWatch keeps multiples of 300 s." },
        { "\"start_time\":\"2026-09-20T23:05:08\",\"end_time\":\"2026-09-21T02:05\"", 300,
          "older than 15 days CloudWatch keeps multiples of 300 s." },
        { "\"start_time\":\"2026-09-20T23:05:06\",\"end_time\":\"2026-09-21T02:05\"", 3600,
          "period_s is 3600, not 180: of what is older than 63 days CloudWatch keeps multiples of 3600 s." },
        //  Named
        { "\"start_time\":\"-3h\",\"period\":10", 10, NULL },
        { "\"start_time\":\"2026-11-22T20:05:06\",\"period\":10", 60,
          "period 10 is raised to 60: of what is older than 3 hours CloudWatch keeps multiples of 60 s." },
        { "\"start_time\":\"-15d\",\"end_time\":\"-14d\",\"period\":60", 60, NULL },
        { "\"start_time\":\"-16d\",\"end_time\":\"-14d\",\"period\":60", 300, "period 60 is raised to 300" },
        { "\"start_time\":\"-64d\",\"end_time\":\"-62d\",\"period\":300", 3600, "period 300 is raised to 3600: of what is older than 63 days" },
        { "\"start_time\":\"-64d\",\"end_time\":\"-62d\",\"period\":7200", 7200, NULL },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        yyjson_val *answer = ask_with (self, CASES [i].arguments);
        if (json_int (answer, "period_s", 0) != CASES [i].period_s)
            fail_msg ("%s: %s", CASES [i].arguments, as_text (answer));
        if (CASES [i].note)
            expect_part (text_of (answer, "note"), CASES [i].note);
        else
            assert_null (text_of (answer, "note"));
    }
}

static void
a_window_that_touches_the_edge_of_what_is_kept_begins_a_little_later (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    expect_json (yyjson_obj_get (ask_with (self, "\"start_time\":\"-3h\",\"period\":10"), "window"),
                 "[\"2026-11-22T20:06:10Z\",\"2026-11-22T23:05:10Z\"]");
    expect_json (yyjson_obj_get (ask_with (self, "\"start_time\":\"-15d\",\"end_time\":\"-359h\",\"period\":60"), "window"),
                 "[\"2026-11-07T23:07Z\",\"2026-11-08T00:06Z\"]");
}

static void
nothing_is_kept_beyond_455_days (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask_with (self, "\"start_time\":\"-500d\"");
    expect_json (yyjson_obj_get (answer, "window"), "[\"2025-08-14T00:00Z\",\"2026-12-03T00:00Z\"]");
    expect_part (text_of (answer, "note"), "CloudWatch keeps metrics for 455 days: the window begins there.");
    answer = ask_with (self, "\"start_time\":\"-455d\",\"period\":3600");
    assert_null (text_of (answer, "note"));
    static const char OLD [] = "{\"namespace\":\"N\",\"metric_name\":\"m\",\"start_time\":\"-500d\",\"end_time\":\"-455d\"}";
    self->clock.wall_ms = NOW_S * 1000 + 42;
    expect_part (refused (self, "get_metric_data", OLD, STATUS_INVALID_ARGUMENT),
                 "CloudWatch keeps metrics for 455 days, since 2025-08-24T23:05Z, and this window ends before that, at 2025-08-24T23:05Z. "
                 "Ask for a later one, such as start_time -30d without end_time.");
}

static void
periods_that_cloudwatch_does_not_have_are_refused (void **state)
{
    fixture_t *self = *state;
    expect_part (refused (self, "get_metric_data", "{\"namespace\":\"N\",\"metric_name\":\"m\",\"period\":45}", STATUS_INVALID_ARGUMENT),
                 "period 45 is not one that CloudWatch has: 1, 5, 10, 20, 30 or a multiple of 60 seconds.");
    expect_part (refused (self, "get_metric_data", "{\"namespace\":\"N\",\"metric_name\":\"m\",\"start_time\":\"soon\"}", STATUS_INVALID_ARGUMENT),
                 "start_time \"soon\" is not a time.");
    assert_int_equal (self->aws.asked_count, 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (the_window_is_widened_to_whole_periods_and_said, begin_metrics, end),
        cmocka_unit_test_setup_teardown (the_age_of_the_start_decides_on_the_period_and_the_note_says_so, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_window_that_touches_the_edge_of_what_is_kept_begins_a_little_later, begin_metrics, end),
        cmocka_unit_test_setup_teardown (nothing_is_kept_beyond_455_days, begin_metrics, end),
        cmocka_unit_test_setup_teardown (periods_that_cloudwatch_does_not_have_are_refused, begin_metrics, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
