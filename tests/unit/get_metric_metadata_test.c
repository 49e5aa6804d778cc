#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "local_fixture.h"

static void
a_metric_is_told_whole_in_the_right_spelling (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local ("get_metric_metadata", "{\"namespace\":\"aws/lambda\",\"metric_name\":\"ERRORS\"}");
    assert_string_equal (member_of (answer, "namespace"), "AWS/Lambda");
    assert_string_equal (member_of (answer, "metric_name"), "Errors");
    assert_string_equal (member_of (answer, "unit"), "Count");
    assert_string_equal (yyjson_get_str (yyjson_arr_get_first (yyjson_obj_get (answer, "stats"))), "Sum");
    expect_json (yyjson_arr_get_first (yyjson_obj_get (answer, "dimensions")), "[\"FunctionName\"]");
    assert_true (yyjson_arr_size (yyjson_obj_get (answer, "alarms")) > 0);
    assert_null (yyjson_obj_get (answer, "keywords"));
}

static void
a_namespace_alone_has_its_metrics_in_few_bytes (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local ("get_metric_metadata", "{\"namespace\":\"aws/sqs\"}");
    assert_string_equal (member_of (answer, "namespace"), "AWS/SQS");
    expect_json (yyjson_obj_get (answer, "columns"), "[\"metric_name\",\"unit\",\"stat\"]");
    expect_json (yyjson_arr_get_first (yyjson_obj_get (answer, "rows")), "[\"ApproximateAgeOfOldestMessage\",\"Seconds\",\"Maximum\"]");
    assert_true (member_of (answer, "about") [0]);
}

static void
a_name_alone_is_found_in_all_namespaces (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local ("get_metric_metadata", "{\"metric_name\":\"cpuutilization\"}"), *row;
    size_t index, count, rds = 0;
    assert_true (yyjson_arr_size (yyjson_obj_get (answer, "rows")) > 10);
    yyjson_arr_foreach (yyjson_obj_get (answer, "rows"), index, count, row) {
        assert_int_equal (strcasecmp (yyjson_get_str (yyjson_arr_get (row, 1)), "CPUUtilization"), 0);
        rds += yyjson_equals_str (yyjson_arr_get_first (row), "AWS/RDS");
    }
    assert_int_equal (rds, 1);
    expect_part (member_of (answer, "note"), "pass namespace too");
    answer = ask_local ("get_metric_metadata", "{\"metric_name\":\"BucketSizeBytes\"}");          //  Only one has it
    assert_string_equal (member_of (answer, "namespace"), "AWS/S3");
    assert_int_equal (json_int (answer, "period_s", 0), 86400);
}

static void
what_is_not_there_is_no_error (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local ("get_metric_metadata", "{\"namespace\":\"AWS/Lambda\",\"metric_name\":\"Erors\"}");
    expect_part (member_of (answer, "note"), "The catalogue has no metric \"Erors\" in AWS/Lambda; did you mean Errors?");
    answer = ask_local ("get_metric_metadata", "{\"namespace\":\"Shop\"}");
    expect_part (member_of (answer, "note"), "custom metrics are found with list_metrics");
    assert_null (yyjson_obj_get (answer, "rows"));
}

static void
without_either_name_there_is_nothing_to_tell (void **state)
{
    (void) state;
    static const char *const ARGUMENTS [] = { "{}", "{\"namespace\":\"\"}", "{\"namespace\":\"\",\"metric_name\":\"\"}" };
    for (size_t i = 0; i < sizeof ARGUMENTS / sizeof ARGUMENTS [0]; i++) {
        assert_int_equal (end_of_local ("get_metric_metadata", ARGUMENTS [i]), STATUS_INVALID_ARGUMENT);
        expect_part (local.sentence, "get_metric_metadata needs a namespace, a metric_name, or both.");
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_metric_is_told_whole_in_the_right_spelling),
        cmocka_unit_test (a_namespace_alone_has_its_metrics_in_few_bytes),
        cmocka_unit_test (a_name_alone_is_found_in_all_namespaces),
        cmocka_unit_test (what_is_not_there_is_no_error),
        cmocka_unit_test (without_either_name_there_is_nothing_to_tell),
    };
    return cmocka_run_group_tests (tests, begin_local, end_local);
}
