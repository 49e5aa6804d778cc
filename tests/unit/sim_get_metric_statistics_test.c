#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_ask.h"

#define ASKED (&OPERATION_GET_METRIC_STATISTICS)
#define NOW_S (SIM_ASK_NOW_MS / 1000)
#define CPU "\"Namespace\":\"AWS/RDS\",\"MetricName\":\"CPUUtilization\",\"Dimensions\":[{\"Name\":\"DBInstanceIdentifier\"," \
            "\"Value\":\"shop-orders-1\"}]"

enum { DAY_S = 86400, INPUT_SIZE = 2048 };

//  A question about the window between two moments, in seconds before now, with more members.
static const char *
question (char *input, const char *metric, int64_t from_s, int64_t to_s, int period_s, const char *more)
{
    snprintf (input, INPUT_SIZE, "{%s,\"StartTime\":%lld,\"EndTime\":%lld,\"Period\":%d%s%s}", metric, (long long) (NOW_S - from_s),
              (long long) (NOW_S - to_s), period_s, *more ? "," : "", more);
    return input;
}

static size_t
datapoints (const shop_t *shop, int64_t from_s, int64_t to_s, int period_s)
{
    char input [INPUT_SIZE];
    return sim_ask_count (shop, ASKED, question (input, CPU, from_s, to_s, period_s, "\"Statistics\":[\"Average\"]"), "Datapoints");
}

static void
a_datapoint_has_what_was_asked_and_its_unit (void **state)
{
    int status;
    char input [INPUT_SIZE];
    yyjson_doc *doc = sim_ask (*state, ASKED, question (input, CPU, 600, 0, 60, "\"Statistics\":[\"Average\",\"Maximum\",\"SampleCount\"],"
                                                        "\"ExtendedStatistics\":[\"p99\",\"TM(10%:90%)\"]"), &status);
    yyjson_val *root = yyjson_doc_get_root (doc);
    yyjson_val *first = yyjson_arr_get_first (yyjson_obj_get (root, "Datapoints"));
    assert_string_equal (yyjson_get_str (yyjson_obj_get (root, "Label")), "CPUUtilization");
    assert_int_equal (yyjson_obj_size (first), 6);
    assert_true (json_number (first, "Average", 0) > 90);
    assert_true (json_number (first, "SampleCount", 0) == 1);
    assert_true (json_number (first, "Maximum", 0) == json_number (first, "Average", 0));
    assert_string_equal (yyjson_get_str (yyjson_obj_get (first, "Unit")), "Percent");
    assert_int_equal (json_int (first, "Timestamp", 0) % 60, 0);
    assert_true (json_number (yyjson_obj_get (first, "ExtendedStatistics"), "p99", 0) > 90);
    assert_true (json_number (yyjson_obj_get (first, "ExtendedStatistics"), "TM(10%:90%)", 0) > 90);
    yyjson_doc_free (doc);
}

static void
datapoints_come_in_no_order_each_once (void **state)
{
    int status;
    char input [INPUT_SIZE];
    bool seen [60] = { false }, sorted = true;
    int64_t last_s = 0;
    size_t index, max;
    yyjson_val *datapoint;
    int64_t begin_s = NOW_S / 60 * 60 - 3600;
    yyjson_doc *doc = sim_ask (*state, ASKED, question (input, CPU, 3600, 0, 60, "\"Statistics\":[\"Sum\"]"), &status);
    yyjson_val *list = yyjson_obj_get (yyjson_doc_get_root (doc), "Datapoints");
    assert_int_equal (yyjson_arr_size (list), 60);
    yyjson_arr_foreach (list, index, max, datapoint) {
        int64_t at_s = json_int (datapoint, "Timestamp", 0);
        assert_in_range (at_s, begin_s, begin_s + 3600 - 60);
        assert_false (seen [(at_s - begin_s) / 60]);
        seen [(at_s - begin_s) / 60] = true;
        sorted = sorted && at_s > last_s;
        last_s = at_s;
    }
    assert_false (sorted);
    yyjson_doc_free (doc);
}

static void
the_start_is_aligned_down_and_the_end_excluded (void **state)
{
    //  It is seven seconds past the minute
    assert_int_equal (datapoints (*state, 7 + 600, 7, 60), 10);
    assert_int_equal (datapoints (*state, 7 + 600, 6, 60), 10);          //  The current minute is not over
    assert_int_equal (datapoints (*state, 7 + 600, 7 + 60, 60), 9);
    assert_int_equal (datapoints (*state, 7 + 600, 7 + 59, 60), 10);
    assert_int_equal (datapoints (*state, 7 + 599, 7 + 60, 60), 9);
    assert_int_equal (datapoints (*state, 6, -600, 60), 0);
}

static void
old_data_is_kept_for_long_periods_only (void **state)
{
    static const struct {
        int64_t age_s;
        int period_s;
        int hour_s;
        size_t count;
    } CASES [] = {
        { 3 * 3600, 30, 600, 10 },
        { 4 * 3600, 30, 600, 0 },
        { 14 * DAY_S, 60, 3600, 60 },
        { 16 * DAY_S, 60, 3600, 0 },
        { 16 * DAY_S, 300, 3600, 12 },
        { 62 * DAY_S, 300, 3600, 12 },
        { 64 * DAY_S, 300, 3600, 0 },
        { 64 * DAY_S, 3600, 3600, 1 },
        { 454 * DAY_S, 3600, 3600, 1 },
        { 456 * DAY_S, 3600, 3600, 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        int64_t to_s = CASES [i].age_s - CASES [i].hour_s + NOW_S % 3600;
        size_t count = datapoints (*state, to_s + CASES [i].hour_s, to_s, CASES [i].period_s);
        if (CASES [i].period_s == 30)
            count = datapoints (*state, CASES [i].age_s, CASES [i].age_s - 600, 30);
        if (count != CASES [i].count)
            fail_msg ("%lld s old, period %d: %zu datapoints, not %zu", (long long) CASES [i].age_s, CASES [i].period_s, count, CASES [i].count);
    }
}

static void
more_than_1440_datapoints_are_refused (void **state)
{
    char input [INPUT_SIZE];
    assert_int_equal (datapoints (*state, DAY_S, 0, 60), 1440);
    sim_ask_refused (*state, ASKED, question (input, CPU, DAY_S + 60, 0, 60, "\"Statistics\":[\"Sum\"]"), "InvalidParameterCombinationException",
                     "You have requested up to 1441 datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by "
                     "increasing Period, or decreasing the time range.");
}

static void
periods_are_those_of_cloudwatch (void **state)
{
    static const int RIGHT [] = { 1, 5, 10, 20, 30, 60, 120, 86400 };
    static const int WRONG [] = { 2, 15, 45, 59, 61, 90, 3601 };
    char input [INPUT_SIZE];
    for (size_t i = 0; i < sizeof RIGHT / sizeof RIGHT [0]; i++)
        datapoints (*state, 600, 0, RIGHT [i]);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++)
        sim_ask_refused (*state, ASKED, question (input, CPU, 600, 0, WRONG [i], "\"Statistics\":[\"Sum\"]"), "InvalidParameterValueException",
                         "The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.");
    sim_ask_refused (*state, ASKED, question (input, CPU, 600, 0, 0, "\"Statistics\":[\"Sum\"]"), "ValidationError",
        "1 validation error detected: Value '0' at 'period' failed to satisfy constraint: Member must have value greater than or equal to 1");
}

static void
statistics_are_needed_and_limited (void **state)
{
    char input [INPUT_SIZE];
    sim_ask_refused (*state, ASKED, question (input, CPU, 600, 0, 60, ""), "InvalidParameterCombinationException",
                     "Must specify either Statistics or ExtendedStatistics");
    sim_ask_refused (*state, ASKED, question (input, CPU, 600, 0, 60, "\"Statistics\":null"), "InvalidParameterCombinationException", NULL);
    sim_ask_refused (*state, ASKED, question (input, CPU, 600, 0, 60, "\"Statistics\":[\"p99\"]"), "ValidationError", NULL);
    sim_ask_refused (*state, ASKED, question (input, CPU, 600, 0, 60, "\"ExtendedStatistics\":[\"p99\",\"Average\"]"),
                     "InvalidParameterValueException", "The value Average for parameter ExtendedStatistics.member.2 is not supported.");
    static const char TEN [] = "\"ExtendedStatistics\":[\"p1\",\"p2\",\"p3\",\"p4\",\"p5\",\"p6\",\"p7\",\"p8\",\"p9\",\"p10\"]";
    static const char ELEVEN [] = "\"ExtendedStatistics\":[\"p1\",\"p2\",\"p3\",\"p4\",\"p5\",\"p6\",\"p7\",\"p8\",\"p9\",\"p10\",\"p11\"]";
    assert_int_equal (sim_ask_count (*state, ASKED, question (input, CPU, 600, 0, 60, TEN), "Datapoints"), 10);
    sim_ask_refused (*state, ASKED, question (input, CPU, 600, 0, 60, ELEVEN), "ValidationError", NULL);
}

static void
times_are_numbers_and_in_order (void **state)
{
    char input [INPUT_SIZE];
    sim_ask_refused (*state, ASKED, question (input, CPU, 0, 0, 60, "\"Statistics\":[\"Sum\"]"), "InvalidParameterValueException",
                     "The parameter StartTime must be less than the parameter EndTime.");
    sim_ask_refused (*state, ASKED, question (input, CPU, 0, 60, 60, "\"Statistics\":[\"Sum\"]"), "InvalidParameterValueException", NULL);
    sim_ask_refused (*state, ASKED, "{" CPU ",\"StartTime\":\"2026-11-22T22:00:00Z\",\"EndTime\":1795388707,\"Period\":60}",
                     "SerializationException", "STRING_VALUE can not be converted to milliseconds since epoch");
    sim_ask_refused (*state, ASKED, "{" CPU ",\"EndTime\":1795388707,\"Period\":60}", "ValidationError",
                     "1 validation error detected: Value null at 'startTime' failed to satisfy constraint: Member must not be null");
    //  A fraction of a second is no fault
    assert_int_equal (sim_ask_count (*state, ASKED, "{" CPU ",\"StartTime\":1795388400.5,\"EndTime\":1795388700.75,\"Period\":60,"
                                                    "\"Statistics\":[\"Sum\"]}", "Datapoints"), 5);
}

static void
another_unit_and_an_unknown_metric_have_no_datapoints (void **state)
{
    char input [INPUT_SIZE];
    assert_int_equal (sim_ask_count (*state, ASKED, question (input, CPU, 600, 0, 60, "\"Statistics\":[\"Sum\"],\"Unit\":\"Percent\""),
                                     "Datapoints"), 10);
    assert_int_equal (sim_ask_count (*state, ASKED, question (input, CPU, 600, 0, 60, "\"Statistics\":[\"Sum\"],\"Unit\":\"Count\""),
                                     "Datapoints"), 0);
    assert_int_equal (sim_ask_count (*state, ASKED, question (input, "\"Namespace\":\"AWS/RDS\",\"MetricName\":\"CPUUtilization\"", 600, 0, 60,
                                                              "\"Statistics\":[\"Sum\"]"), "Datapoints"), 0);
    sim_ask_refused (*state, ASKED, question (input, CPU, 600, 0, 60, "\"Statistics\":[\"Sum\"],\"Unit\":\"Apples\""), "ValidationError", NULL);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_datapoint_has_what_was_asked_and_its_unit),
        cmocka_unit_test (datapoints_come_in_no_order_each_once),
        cmocka_unit_test (the_start_is_aligned_down_and_the_end_excluded),
        cmocka_unit_test (old_data_is_kept_for_long_periods_only),
        cmocka_unit_test (more_than_1440_datapoints_are_refused),
        cmocka_unit_test (periods_are_those_of_cloudwatch),
        cmocka_unit_test (statistics_are_needed_and_limited),
        cmocka_unit_test (times_are_numbers_and_in_order),
        cmocka_unit_test (another_unit_and_an_unknown_metric_have_no_datapoints),
    };
    return cmocka_run_group_tests (tests, sim_ask_open, sim_ask_close);
}
