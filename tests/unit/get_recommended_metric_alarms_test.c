#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "local_fixture.h"

#include "catalogue.h"

#define TOOL "get_recommended_metric_alarms"

static yyjson_val *
alarm_of (yyjson_val *answer, size_t index)
{
    return yyjson_arr_get (yyjson_obj_get (answer, "alarms"), index);
}

static void
the_callers_dimensions_are_filled_in_in_the_right_spelling (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local (TOOL, "{\"namespace\":\"aws/lambda\",\"metric_name\":\"deadlettererrors\","
                                          "\"dimensions\":{\"functionname\":\"checkout\"}}");
    yyjson_val *alarm = alarm_of (answer, 0);
    assert_string_equal (member_of (answer, "metric_name"), "DeadLetterErrors");
    expect_json (yyjson_obj_get (alarm, "dimensions"), "{\"FunctionName\":\"checkout\"}");
    assert_null (yyjson_obj_get (alarm, "missing_dimensions"));
    assert_string_equal (member_of (alarm, "name"), "checkout DeadLetterErrors");
    assert_string_equal (member_of (alarm, "comparison"), "GreaterThanThreshold");
    assert_true (yyjson_is_num (yyjson_obj_get (alarm, "threshold")));
    expect_part (member_of (answer, "cloudformation"), "AlarmName: \"checkout DeadLetterErrors\"");
    expect_part (member_of (answer, "terraform"), "\"FunctionName\" = \"checkout\"");
    assert_null (strstr (member_of (answer, "note"), "missing_dimensions"));
}

static void
what_is_missing_and_what_is_too_much_is_named (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local (TOOL, "{\"namespace\":\"AWS/Lambda\",\"metric_name\":\"DeadLetterErrors\",\"dimensions\":{\"Stage\":\"prod\"}}");
    expect_json (yyjson_obj_get (alarm_of (answer, 0), "missing_dimensions"), "[\"FunctionName\"]");
    expect_part (member_of (answer, "note"), "not recommended by it: Stage. missing_dimensions have no value yet");
    expect_part (member_of (answer, "cloudformation"), "Value: !Ref FunctionName");
    expect_part (member_of (answer, "terraform"), "variable \"function_name\"");
    answer = ask_local (TOOL, "{\"namespace\":\"AWS/Lambda\",\"metric_name\":\"DeadLetterErrors\",\"dimensions\":{\"FunctionName\":\"\"}}");
    expect_json (yyjson_obj_get (alarm_of (answer, 0), "missing_dimensions"), "[\"FunctionName\"]");
}

static void
a_rule_is_no_number (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local (TOOL, "{\"namespace\":\"AWS/Lambda\",\"metric_name\":\"AsyncEventAge\"}"), *alarm = alarm_of (answer, 0);
    assert_true (member_of (alarm, "threshold_rule") [0]);
    assert_null (yyjson_obj_get (alarm, "threshold"));
    expect_part (member_of (answer, "cloudformation"), "Threshold: !Ref AsyncEventAgeThreshold");
    expect_part (member_of (answer, "terraform"), "var.async_event_age_threshold");
    expect_part (member_of (answer, "note"), "threshold_rule says how to find the number");
}

static void
only_the_template_that_is_wanted_is_written (void **state)
{
    (void) state;
    static const struct { const char *template; bool yaml, hcl; } CASES [] = {
        { "both", true, true }, { "cloudformation", true, false }, { "terraform", false, true }, { "none", false, false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char arguments [256];
        snprintf (arguments, sizeof arguments, "{\"namespace\":\"AWS/Lambda\",\"metric_name\":\"Errors\",\"template\":\"%s\"}", CASES [i].template);
        yyjson_val *answer = ask_local (TOOL, arguments);
        assert_int_equal (yyjson_obj_get (answer, "cloudformation") != NULL, CASES [i].yaml);
        assert_int_equal (yyjson_obj_get (answer, "terraform") != NULL, CASES [i].hcl);
    }
}

static void
a_metric_without_a_recommendation_has_none (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local (TOOL, "{\"namespace\":\"AWS/S3\",\"metric_name\":\"BucketSizeBytes\"}"), *other;
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "alarms")), 0);
    assert_null (yyjson_obj_get (answer, "terraform"));
    expect_part (member_of (answer, "note"), "No alarm is recommended for this metric in general");
    size_t index, count;
    assert_true (yyjson_arr_size (yyjson_obj_get (answer, "instead")) > 0);
    yyjson_arr_foreach (yyjson_obj_get (answer, "instead"), index, count, other) {
        int id = catalogue_find (json_text (other, "namespace"), json_text (other, "metric_name"));
        assert_true (id != CATALOGUE_NONE && catalogue_alarms_count (id) > 0);
    }
}

static void
a_metric_that_is_not_in_the_catalogue_is_said_to_be_so (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local (TOOL, "{\"namespace\":\"Shop\",\"metric_name\":\"Orders\"}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "alarms")), 0);
    expect_part (member_of (answer, "note"), "custom metrics are found with list_metrics");
}

//  Every recommendation fits, and each of its texts is in the templates.
static void
every_recommendation_of_the_catalogue_is_answered (void **state)
{
    (void) state;
    int recommended = 0;
    for (int id = 0; id < catalogue_count (); id++) {
        int count = catalogue_alarms_count (id);
        if (!count)
            continue;
        catalogue_metric_t metric = catalogue_metric (id);
        char arguments [512];
        snprintf (arguments, sizeof arguments, "{\"namespace\":\"%s\",\"metric_name\":\"%s\"}", metric.namespace, metric.name);
        yyjson_val *answer = ask_local (TOOL, arguments);
        assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "alarms")), count);
        expect_part (member_of (answer, "cloudformation"), metric.name);
        expect_part (member_of (answer, "terraform"), metric.name);
        recommended += count;
    }
    assert_true (recommended >= 220);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_callers_dimensions_are_filled_in_in_the_right_spelling),
        cmocka_unit_test (what_is_missing_and_what_is_too_much_is_named),
        cmocka_unit_test (a_rule_is_no_number),
        cmocka_unit_test (only_the_template_that_is_wanted_is_written),
        cmocka_unit_test (a_metric_without_a_recommendation_has_none),
        cmocka_unit_test (a_metric_that_is_not_in_the_catalogue_is_said_to_be_so),
        cmocka_unit_test (every_recommendation_of_the_catalogue_is_answered),
    };
    return cmocka_run_group_tests (tests, begin_local, end_local);
}
