#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "local_fixture.h"

static yyjson_val *
row_of (yyjson_val *answer, size_t index)
{
    return yyjson_arr_get (yyjson_obj_get (answer, "rows"), index);
}

static void
the_best_comes_first_with_what_is_needed_to_ask_for_it (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local ("search_metric_metadata", "{\"query\":\"lambda throttled\"}"), *row = row_of (answer, 0);
    expect_json (yyjson_obj_get (answer, "columns"),
                 "[\"namespace\",\"metric_name\",\"stat\",\"unit\",\"period_s\",\"dimensions\",\"tells\"]");
    assert_string_equal (yyjson_get_str (yyjson_arr_get (row, 0)), "AWS/Lambda");
    assert_string_equal (yyjson_get_str (yyjson_arr_get (row, 1)), "Throttles");
    assert_string_equal (yyjson_get_str (yyjson_arr_get (row, 2)), "Sum");
    assert_string_equal (yyjson_get_str (yyjson_arr_get (row, 3)), "Count");
    expect_json (yyjson_arr_get_first (yyjson_arr_get (row, 5)), "[\"FunctionName\"]");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "rows")), 10);
}

static void
a_row_has_one_sentence (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local ("search_metric_metadata", "{\"query\":\"latency\",\"limit\":50}"), *row;
    size_t index, count;
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "rows")), 50);
    yyjson_arr_foreach (yyjson_obj_get (answer, "rows"), index, count, row) {
        const char *tells = yyjson_get_str (yyjson_arr_get (row, 6));
        assert_int_equal (tells [strlen (tells) - 1], '.');
        assert_null (strstr (tells, ". "));
    }
}

static void
only_one_namespace_is_searched_when_it_is_named_and_there (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local ("search_metric_metadata", "{\"query\":\"latency\",\"namespace\":\"aws/rds\",\"limit\":5}"), *row;
    size_t index, count;
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "rows")), 5);
    yyjson_arr_foreach (yyjson_obj_get (answer, "rows"), index, count, row)
        assert_string_equal (yyjson_get_str (yyjson_arr_get_first (row)), "AWS/RDS");
    assert_null (yyjson_obj_get (answer, "note"));
    answer = ask_local ("search_metric_metadata", "{\"query\":\"lambda throttled\",\"namespace\":\"AWS/Lamda\",\"limit\":1}");
    expect_part (member_of (answer, "note"), "no namespace \"AWS/Lamda\" (did you mean AWS/Lambda?): all were searched.");
    assert_string_equal (yyjson_get_str (yyjson_arr_get (row_of (answer, 0), 1)), "Throttles");
}

static void
nothing_found_says_what_to_do (void **state)
{
    (void) state;
    yyjson_val *answer = ask_local ("search_metric_metadata", "{\"query\":\"xqzjwvkq\"}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "rows")), 0);
    expect_part (member_of (answer, "note"), "Nothing is like that: name the service");
    answer = ask_local ("search_metric_metadata", "{\"query\":\"xqzjwvkq\",\"namespace\":\"AWS/SQS\"}");
    expect_part (member_of (answer, "note"), "Nothing is like that in AWS/SQS: leave namespace out");
    assert_int_equal (end_of_local ("search_metric_metadata", "{\"query\":\"  \"}"), STATUS_INVALID_ARGUMENT);
    expect_part (local.sentence, "query is empty");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_best_comes_first_with_what_is_needed_to_ask_for_it),
        cmocka_unit_test (a_row_has_one_sentence),
        cmocka_unit_test (only_one_namespace_is_searched_when_it_is_named_and_there),
        cmocka_unit_test (nothing_found_says_what_to_do),
    };
    return cmocka_run_group_tests (tests, begin_local, end_local);
}
