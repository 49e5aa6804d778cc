#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_fixture.h"

#include "units.h"

//  Questions for units are answered with unit_status and unit_body; those for data as by the fixture.
static int unit_status;
static const char *unit_body;

static void
answer_units (scripted_aws_t *aws, http_exchange_t *exchange, const asked_t *now)
{
    bool units = strstr (now->target, "GetMetricStatistics") != NULL;
    metrics.unit_requests += units;
    if (units && unit_status == 0)
        aws->open [aws->open_count++] = exchange;
    else if (units)
        aws_reply (exchange, unit_status, slice_of (unit_body));
    else
        metrics_answer (aws, exchange, now);
}

static yyjson_val *
ask_metrics (fixture_t *self, int count, const char *members)
{
    buffer_t arguments;
    buffer_init (&arguments, 65536);
    buffer_append_text (&arguments, "{\"queries\":[");
    for (int i = 0; i < count; i++)
        buffer_printf (&arguments, "%s{\"namespace\":\"N\",\"metric_name\":\"m\",\"dimensions\":{\"d\":\"%d\"}%s}", i ? "," : "", i, members);
    buffer_append (&arguments, "]}", 3);
    metrics.unit_requests = 0;
    yyjson_val *answer = ask (self, "get_metric_data", arguments.data);
    buffer_deinit (&arguments);
    return answer;
}

//  Not the fixture's ten a second: at that pace twenty questions would outlast our patience.
static int
begin_as_quick_as_aws (void **state)
{
    memset (&metrics, 0, sizeof metrics);
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_METRICS, .operations = METRICS_OPERATIONS, .quota_per_s = 400 });
}

static void
a_metric_is_asked_for_once_however_often_it_is_in_the_call (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_data", "{\"queries\":[{\"namespace\":\"N\",\"metric_name\":\"m\"},{\"namespace\":\"N\","
                                                       "\"metric_name\":\"m\","
                              "\"stat\":\"Sum\"},{\"expression\":\"m1*2\"},{\"namespace\":\"N\",\"metric_name\":\"two\"}]}");
    assert_int_equal (metrics.unit_requests, 2);
    assert_string_equal (text_of (series_of (answer, 0), "unit"), "Count");
    assert_string_equal (text_of (series_of (answer, 1), "unit"), "Count");
    assert_null (text_of (series_of (answer, 2), "unit"));
    assert_null (text_of (series_of (answer, 3), "unit"));     //  Of two units
}

static void
the_question_is_small_for_any_window (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const struct { const char *arguments; int64_t period_s; } CASES [] = {
        { "\"start_time\":\"-1h\"", 2 * HOUR_S }, { "\"start_time\":\"-22h\"", 23 * HOUR_S }, { "\"start_time\":\"-60d\"", DAY_S },
        { "\"start_time\":\"-455d\"", DAY_S },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char arguments [256];
        snprintf (arguments, sizeof arguments, "{\"namespace\":\"N\",\"metric_name\":\"m\",%s}", CASES [i].arguments);
        (void) ask (self, "get_metric_data", arguments);
        for (int k = self->aws.asked_count; k-- > self->aws.asked_count - 2;)
            if (strstr (self->aws.asked [k].target, "GetMetricStatistics")) {
                assert_int_equal (json_int (asked (&self->aws, k), "Period", 0), CASES [i].period_s);
                expect_json (yyjson_obj_get (asked (&self->aws, k), "Statistics"), "[\"SampleCount\"]");
            }
    }
}

static void
a_unit_that_is_named_is_not_asked_for_and_that_of_another_account_cannot_be (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask_metrics (self, 1, ",\"unit\":\"Bytes\"");
    assert_string_equal (text_of (series_of (answer, 0), "unit"), "Bytes");
    answer = ask_metrics (self, 1, ",\"account_id\":\"123456789012\"");
    assert_null (text_of (series_of (answer, 0), "unit"));
    assert_int_equal (metrics.unit_requests, 0);
}

static void
twenty_metrics_are_asked_for_and_the_note_says_so_when_there_are_more (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask_metrics (self, UNITS_MAX, "");
    assert_int_equal (metrics.unit_requests, UNITS_MAX);
    assert_null (text_of (answer, "note"));
    answer = ask_metrics (self, UNITS_MAX + 1, "");
    assert_int_equal (metrics.unit_requests, UNITS_MAX);
    assert_string_equal (text_of (answer, "note"), "AWS was asked for the units of the first 20 metrics only.");
    assert_string_equal (text_of (series_of (answer, UNITS_MAX - 1), "unit"), "Count");
    assert_null (text_of (series_of (answer, UNITS_MAX), "unit"));
}

static void
a_unit_that_cannot_be_looked_up_costs_only_the_unit (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_units;
    unit_status = 400;
    unit_body = "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}";
    yyjson_val *answer = ask_metrics (self, 3, "");
    assert_string_equal (text_of (answer, "note"),
                         "Units are told only where the catalogue has them: the role may not call cloudwatch:GetMetricStatistics.");
    assert_null (text_of (series_of (answer, 0), "unit"));
    static const char *const BODIES [] = {
        "{\"__type\":\"InvalidParameterValue\",\"message\":\"no\"}", "{\"Datapoints\":[]}", "{}",
        "{\"Datapoints\":[{},{\"Unit\":7}]}", "{\"Datapoints\":[{\"Unit\":\"A unit that is longer than any of those that AWS has\"}]}",
    };
    for (size_t i = 0; i < sizeof BODIES / sizeof BODIES [0]; i++) {
        unit_status = i ? 200 : 400;
        unit_body = BODIES [i];
        answer = ask_metrics (self, 1, "");
        assert_null (text_of (series_of (answer, 0), "unit"));
        assert_null (text_of (answer, "note"));
    }
}

static void
expect_data_without_unit (fixture_t *self)
{
    yyjson_val *answer = read_result (self);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 1);
    assert_null (text_of (series_of (answer, 0), "unit"));
    assert_null (text_of (answer, "note"));
    assert_null (text_of (answer, "next_token"));
}

static void
a_unit_that_does_not_come_or_fails_again_and_again_hardly_keeps_the_data_back (void **state)
{
    static const struct { int status; uint32_t budget_ms; int64_t least_ms, most_ms; } CASES [] = {
        { 0, BUDGET_MS, UNITS_PATIENCE_MS / 2, UNITS_PATIENCE_MS + 500 }, { 0, 2500, 0, 2000 },
        { 500, BUDGET_MS, 0, UNITS_PATIENCE_MS + 500 },
    };
    fixture_t *self = *state;
    self->aws.instead = answer_units;
    unit_body = "{\"__type\":\"InternalServiceFault\"}";
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        int64_t before_us = self->clock.mono_us;
        unit_status = CASES [i].status;
        wait_for (self, call_within (self, "get_metric_data", "{\"namespace\":\"N\",\"metric_name\":\"m\"}", CASES [i].budget_ms));
        expect_data_without_unit (self);
        int64_t took_ms = (self->clock.mono_us - before_us) / 1000;
        assert_in_range (took_ms, CASES [i].least_ms, CASES [i].most_ms);
    }
    settle (self);
    expect_nothing_left (self);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_metric_is_asked_for_once_however_often_it_is_in_the_call, begin_metrics, end),
        cmocka_unit_test_setup_teardown (the_question_is_small_for_any_window, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_unit_that_is_named_is_not_asked_for_and_that_of_another_account_cannot_be, begin_metrics, end),
        cmocka_unit_test_setup_teardown (twenty_metrics_are_asked_for_and_the_note_says_so_when_there_are_more, begin_as_quick_as_aws, end),
        cmocka_unit_test_setup_teardown (a_unit_that_cannot_be_looked_up_costs_only_the_unit, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_unit_that_does_not_come_or_fails_again_and_again_hardly_keeps_the_data_back, begin_metrics, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
