#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_METRICS, .operations = METRICS_OPERATIONS });
}

static const char PAGE [] =
    "{\"Metrics\":[{\"Namespace\":\"AWS/Lambda\",\"MetricName\":\"Errors\",\"Dimensions\":[{\"Name\":\"FunctionName\",\"Value\":\"checkout\"},"
    "{\"Name\":\"Resource\",\"Value\":\"checkout:live\"}]},{\"Namespace\":\"AWS/Lambda\",\"MetricName\":\"Errors\",\"Dimensions\":[]}],"
    "\"OwningAccounts\":[\"111111111111\",\"222222222222\"]}";

static void
each_argument_reaches_aws (void **state)
{
    fixture_t *self = *state;
    static const char *const CASES [] [2] = {
        { "{\"namespace\":\"AWS/Lambda\"}", "{\"Namespace\":\"AWS/Lambda\"}" },
        { "{\"namespace\":\"AWS/Lambda\",\"limit\":7,\"max_bytes\":2000}", "{\"Namespace\":\"AWS/Lambda\"}" },
        { "{\"metric_name\":\"Errors\"}", "{\"MetricName\":\"Errors\"}" },
        { "{\"dimensions\":{\"FunctionName\":\"checkout\",\"Resource\":\"\"}}",
          "{\"Dimensions\":[{\"Name\":\"FunctionName\",\"Value\":\"checkout\"},{\"Name\":\"Resource\"}]}" },
        { "{\"namespace\":\"N\",\"recently_active\":true}", "{\"Namespace\":\"N\",\"RecentlyActive\":\"PT3H\"}" },
        { "{\"namespace\":\"N\",\"linked_accounts\":true}", "{\"Namespace\":\"N\",\"IncludeLinkedAccounts\":true}" },
        { "{\"namespace\":\"N\",\"linked_accounts\":true,\"owning_account\":\"123456789012\"}",
          "{\"Namespace\":\"N\",\"IncludeLinkedAccounts\":true,\"OwningAccount\":\"123456789012\"}" },
        { "{\"namespace\":\"N\",\"owning_account\":\"123456789012\"}", "{\"Namespace\":\"N\",\"IncludeLinkedAccounts\":true,"
                "\"OwningAccount\":\"123456789012\"}" },
        { "{\"namespace\":\"Größe/\\u00e4\"}", "{\"Namespace\":\"Größe/ä\"}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        self->aws.scripted = self->aws.told = 0;
        aws_says (&self->aws, 200, "{}");
        ask (self, "list_metrics", CASES [i] [0]);
        assert_string_equal (asked_text (&self->aws, self->aws.asked_count - 1), CASES [i] [1]);
        assert_string_equal (self->aws.asked [(self->aws.asked_count - 1) % REQUESTS_KEPT].target, "GraniteServiceVersion20100801.ListMetrics");
    }
}

static void
columns_are_those_in_which_rows_differ (void **state)
{
    fixture_t *self = *state;
    static const char *const CASES [] [2] = {
        { "{\"namespace\":\"AWS/Lambda\"}",
          "{\"columns\":[\"metric\",\"dimensions\"],\"metrics\":[[\"Errors\",{\"FunctionName\":\"checkout\",\"Resource\":\"checkout:live\"}],"
          "[\"Errors\",{}]]}" },
        { "{\"metric_name\":\"Errors\"}",
          "{\"columns\":[\"namespace\",\"metric\",\"dimensions\"],\"metrics\":[[\"AWS/Lambda\",\"Errors\",{\"FunctionName\":\"checkout\","
          "\"Resource\":"
          "\"checkout:live\"}],[\"AWS/Lambda\",\"Errors\",{}]]}" },
        { "{\"namespace\":\"AWS/Lambda\",\"linked_accounts\":true}",
          "{\"columns\":[\"account\",\"metric\",\"dimensions\"],\"metrics\":[[\"111111111111\",\"Errors\",{\"FunctionName\":\"checkout\","
          "\"Resource\":"
          "\"checkout:live\"}],[\"222222222222\",\"Errors\",{}]]}" },
        { "{\"dimensions\":{\"FunctionName\":\"\"},\"linked_accounts\":true}",
          "{\"columns\":[\"account\",\"namespace\",\"metric\",\"dimensions\"],\"metrics\":[[\"111111111111\",\"AWS/Lambda\",\"Errors\","
          "{\"FunctionName\":"
          "\"checkout\",\"Resource\":\"checkout:live\"}],[\"222222222222\",\"AWS/Lambda\",\"Errors\",{}]]}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        aws_says (&self->aws, 200, PAGE);
        expect_json (ask (self, "list_metrics", CASES [i] [0]), CASES [i] [1]);
    }
}

static void
write_metric (buffer_t *out, int row)
{
    buffer_printf (out, "{\"Namespace\":\"N\",\"MetricName\":\"m-%05d\",\"Dimensions\":[{\"Name\":\"d\",\"Value\":\"%d\"}]}", row, row % 7);
}

static void
every_metric_comes_exactly_once (void **state)
{
    fixture_t *self = *state;
    self->aws.table = (table_t) { .rows = 2345, .page_rows = 500, .items = "Metrics", .token = "NextToken", .write = write_metric };
    for (int limit = 99; limit < 5000; limit = limit * 3 + 1) {
        char arguments [512] = "", token [256] = "";
        int rows = 0;
        do {
            snprintf (arguments, sizeof arguments, "{\"namespace\":\"N\",\"max_bytes\":1048576,\"limit\":%d%s%s%s}", limit,
                      *token ? ",\"next_token\":\"" : "", token,
                      *token ? "\"" : "");
            yyjson_val *answer = ask (self, "list_metrics", arguments);
            size_t index, count;
            yyjson_val *row;
            yyjson_arr_foreach (yyjson_obj_get (answer, "metrics"), index, count, row) {
                char expected [16];
                snprintf (expected, sizeof expected, "m-%05d", rows++);
                assert_string_equal (yyjson_get_str (yyjson_arr_get (row, 0)), expected);
            }
            snprintf (token, sizeof token, "%s", text_of (answer, "next_token") ? text_of (answer, "next_token") : "");
        } while (*token);
        assert_int_equal (rows, 2345);
    }
}

static void
none_at_all_says_what_to_look_at (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Metrics\":[]}");
    assert_string_equal (text_of (ask (self, "list_metrics", "{\"namespace\":\"aws/lambda\"}"), "note"),
                         "No metrics in eu-west-1 match. Names are case-sensitive; a metric is listed until two weeks after its last datapoint, and "
                         "a new one after "
                         "a few minutes. Without arguments the namespaces are shown.");
}

static void
members_that_are_missing_or_strange_do_no_harm (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200,
              "{\"Metrics\":[{},null,{\"MetricName\":7,\"Dimensions\":{}},{\"Dimensions\":[{},{\"Name\":\"a\"},{\"Value\":\"b\"},7,{\"Name\":\"c\","
              "\"Value\":null}]}]}");
    expect_json (yyjson_obj_get (ask (self, "list_metrics", "{\"metric_name\":\"x\",\"linked_accounts\":true}"), "metrics"),
                 "[[null,null,null,{}],[null,null,null,{}],[null,null,null,{}],[null,null,null,{\"a\":null,\"c\":null}]]");
}

static void
hostile_names_come_out_visible (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Metrics\":[{\"Namespace\":\"N\\u202e\",\"MetricName\":\"\\u001b\",\"Dimensions\":[{\"Name\":\"\\u200b\","
                               "\"Value\":\"\\u0000\"}]}]}");
    expect_json (yyjson_obj_get (ask (self, "list_metrics", "{\"metric_name\":\"x\"}"), "metrics"),
                 "[[\"N\\\\u202e\",\"\\\\u001b\",{\"\\\\u200b\":\"\\\\u0000\"}]]");
}

static void
a_token_of_one_question_is_not_one_of_the_other (void **state)
{
    fixture_t *self = *state;
    char arguments [512], token [256];
    aws_says (&self->aws, 200, PAGE);
    snprintf (token, sizeof token, "%s", text_of (ask (self, "list_metrics", "{\"namespace\":\"AWS/Lambda\",\"limit\":1}"), "next_token"));
    snprintf (arguments, sizeof arguments, "{\"next_token\":\"%s\"}", token);
    expect_part (refused (self, "list_metrics", arguments, STATUS_INVALID_ARGUMENT), "The list of namespaces has no further pages: leave next_token "
            "out");
    snprintf (arguments, sizeof arguments, "{\"namespace\":\"AWS/Lambda\",\"metric_name\":\"Errors\",\"next_token\":\"%s\"}", token);
    expect_part (refused (self, "list_metrics", arguments, STATUS_INVALID_ARGUMENT), "next_token is not one of this list.");
    assert_int_equal (self->aws.asked_count, 1);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_argument_reaches_aws, begin, end),
        cmocka_unit_test_setup_teardown (columns_are_those_in_which_rows_differ, begin, end),
        cmocka_unit_test_setup_teardown (every_metric_comes_exactly_once, begin, end),
        cmocka_unit_test_setup_teardown (none_at_all_says_what_to_look_at, begin, end),
        cmocka_unit_test_setup_teardown (members_that_are_missing_or_strange_do_no_harm, begin, end),
        cmocka_unit_test_setup_teardown (hostile_names_come_out_visible, begin, end),
        cmocka_unit_test_setup_teardown (a_token_of_one_question_is_not_one_of_the_other, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
