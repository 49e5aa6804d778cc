#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "search_fixture.h"

static void
give_many (const char *prefix, int count, int events)
{
    for (int i = 0; i < count; i++) {
        char name [32];
        snprintf (name, sizeof name, "%s%03d", prefix, i);
        give (name, events, 1);
    }
}

static void
groups_are_named_by_name_or_arn_and_asked_once_each (void **state)
{
    fixture_t *self = *state;
    give ("/a", 1, 1);
    give ("/b", 1, 1);
    yyjson_val *answer = ask (self, "search_log_events", "{\"log_groups\":[\"/a\",\"arn:aws:logs:eu-west-1:123456789012:log-group:/b:*\",\"/a\","
                                                         "\"arn:aws:logs:eu-west-1:123456789012:log-group:/b\"]}");
    assert_int_equal (self->aws.asked_count, 2);
    assert_string_equal (text_of (asked (&self->aws, 0), "logGroupName"), "/a");
    assert_string_equal (text_of (asked (&self->aws, 1), "logGroupIdentifier"), "arn:aws:logs:eu-west-1:123456789012:log-group:/b");
    expect_json (yyjson_obj_get (answer, "rows"), "[[\"2026-11-22T22:15:07.042Z\",\"/a\",\"stream\",\"0 0\"],"
                                                  "[\"2026-11-22T22:15:07.042Z\",\"/b\",\"stream\",\"1 0\"]]");
    assert_null (text_of (answer, "note"));
}

static void
the_group_is_a_column_when_there_are_several_or_nobody_named_it (void **state)
{
    fixture_t *self = *state;
    give ("/a", 1, 1);
    expect_json (yyjson_obj_get (ask (self, "search_log_events", "{\"log_groups\":[\"/a\",\"/a\"]}"), "columns"), "[\"time\",\"stream\","
                                                                                                                  "\"message\"]");
    expect_json (yyjson_obj_get (ask (self, "search_log_events", "{\"prefix\":\"/a\"}"), "columns"), "[\"time\",\"group\",\"stream\",\"message\"]");
    give ("/b", 1, 1);
    expect_json (yyjson_obj_get (ask (self, "search_log_events", "{\"log_groups\":[\"/a\",\"/b\"]}"), "columns"),
                 "[\"time\",\"group\",\"stream\",\"message\"]");
}

static void
groups_of_the_same_name_are_told_apart (void **state)
{
    fixture_t *self = *state;
    give ("/a", 1, 1);
    yyjson_val *answer = ask (self, "search_log_events", "{\"log_groups\":[\"arn:aws:logs:eu-west-1:111111111111:log-group:/a\","
                                                         "\"arn:aws:logs:eu-west-1:222222222222:log-group:/a\"]}");
    expect_json (yyjson_obj_get (answer, "rows"),
                 "[[\"2026-11-22T22:15:07.042Z\",\"arn:aws:logs:eu-west-1:111111111111:log-group:/a\",\"stream\",\"0 0\"],"
                 "[\"2026-11-22T22:15:07.042Z\",\"arn:aws:logs:eu-west-1:222222222222:log-group:/a\",\"stream\",\"0 0\"]]");
}

static void
all_groups_of_a_prefix_are_searched_over_all_pages_of_groups (void **state)
{
    fixture_t *self = *state;
    give_many ("/shop/", 50, 3);
    world.groups_page = 20;
    walk_t all = walk (self, "\"prefix\":\"/shop/\",\"limit\":1000");
    assert_int_equal (all.calls, 1);
    assert_int_equal (world.described, 3);
    expect_part (asked_text (&self->aws, 0), "{\"limit\":50,\"logGroupNamePrefix\":\"/shop/\"}");
    expect_part (asked_text (&self->aws, 1), "{\"limit\":50,\"logGroupNamePrefix\":\"/shop/\",\"nextToken\":\"g-20\"}");
    assert_string_equal (self->aws.asked [0].target, "Logs_20140328.DescribeLogGroups");
    assert_string_equal (self->aws.asked [5].target, "Logs_20140328.FilterLogEvents");
}

static void
groups_of_linked_accounts_are_asked_by_their_arns (void **state)
{
    fixture_t *self = *state;
    give ("/a1", 1, 1);
    give ("/a2", 1, 1);
    yyjson_val *answer = ask (self, "search_log_events", "{\"prefix\":\"/a\",\"linked_accounts\":true}");
    assert_string_equal (asked_text (&self->aws, 0), "{\"limit\":50,\"logGroupNamePrefix\":\"/a\",\"includeLinkedAccounts\":true}");
    assert_string_equal (text_of (asked (&self->aws, 2), "logGroupIdentifier"), "arn:aws:logs:eu-west-1:000000000001:log-group:/a2");
    assert_string_equal (yyjson_get_str (yyjson_arr_get (yyjson_arr_get (yyjson_obj_get (answer, "rows"), 1), 1)), "/a2");
}

static void
too_many_groups_are_refused_with_how_many_there_are (void **state)
{
    fixture_t *self = *state;
    give_many ("/x/", 51, 1);
    world.groups_page = 50;
    const char *text = refused (self, "search_log_events", "{\"prefix\":\"/x/\"}", STATUS_INVALID_ARGUMENT);
    assert_string_equal (text, "At least 51 log groups in eu-west-1 begin with \"/x/\", and a search takes 50. Give a longer prefix, or name them in "
                               "log_groups (describe_log_groups shows them).");
    give_many ("/x/y", 60, 1);
    expect_part (refused (self, "search_log_events", "{\"prefix\":\"/x/\"}", STATUS_INVALID_ARGUMENT), "At least 100 log groups");
    assert_int_equal (self->aws.asked_count, world.described);
}

static void
exactly_as_many_as_may_be_are_searched (void **state)
{
    fixture_t *self = *state;
    give_many ("/x/", 50, 1);
    world.groups_page = 25;
    give ("/y", 1, 1)->events = 0;
    walk (self, "\"prefix\":\"/x/\"");
}

static void
a_prefix_without_groups_says_so (void **state)
{
    fixture_t *self = *state;
    give ("/a", 1, 1);
    expect_json (ask (self, "search_log_events", "{\"prefix\":\"/A\",\"region\":\"us-east-1\"}"),
                 "{\"columns\":[\"time\",\"group\",\"stream\",\"message\"],\"rows\":[],\"note\":\"No log group in us-east-1 begins with \\\"/A\\\". "
                 "Names are case-sensitive; describe_log_groups with a pattern finds a text anywhere in a name.\"}");
    assert_false (self->result.cut);
}

static void
a_search_that_says_not_where_is_refused (void **state)
{
    fixture_t *self = *state;
    expect_part (refused (self, "search_log_events", "{\"pattern\":\"ERROR\"}", STATUS_INVALID_ARGUMENT), "Say where to search: log_groups");
    assert_int_equal (self->aws.asked_count, 0);
    expect_nothing_left (self);
}

static void
when_the_groups_of_a_prefix_changed_one_begins_anew (void **state)
{
    fixture_t *self = *state;
    walk_t steps;
    static const char MEMBERS [] = "\"prefix\":\"/a\",\"limit\":1";
    give ("/a1", 2, 1);
    walk_begin (&steps, MEMBERS);
    walk_step (self, &steps, MEMBERS);
    give ("/a2", 2, 1);
    char arguments [4400];
    snprintf (arguments, sizeof arguments, "{%s,\"next_token\":\"%s\"}", MEMBERS, steps.token);
    assert_string_equal (refused (self, "search_log_events", arguments, STATUS_INVALID_ARGUMENT),
                         "Other log groups begin with this prefix now than when next_token was made: one was created or deleted since. Leave "
                         "next_token "
                         "out to begin anew.");
    world.count = 1;
    walk_step (self, &steps, MEMBERS);
    assert_int_equal (steps.rows, 2);
    expect_nothing_left (self);
}

static void
a_failure_to_list_the_groups_is_a_failure (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 400, "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}");
    expect_part (refused (self, "search_log_events", "{\"prefix\":\"/a\"}", STATUS_REFUSED), "the role may not call logs:DescribeLogGroups");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (groups_are_named_by_name_or_arn_and_asked_once_each, begin_search, end),
        cmocka_unit_test_setup_teardown (the_group_is_a_column_when_there_are_several_or_nobody_named_it, begin_search, end),
        cmocka_unit_test_setup_teardown (groups_of_the_same_name_are_told_apart, begin_search, end),
        cmocka_unit_test_setup_teardown (all_groups_of_a_prefix_are_searched_over_all_pages_of_groups, begin_search, end),
        cmocka_unit_test_setup_teardown (groups_of_linked_accounts_are_asked_by_their_arns, begin_search, end),
        cmocka_unit_test_setup_teardown (too_many_groups_are_refused_with_how_many_there_are, begin_search, end),
        cmocka_unit_test_setup_teardown (exactly_as_many_as_may_be_are_searched, begin_search, end),
        cmocka_unit_test_setup_teardown (a_prefix_without_groups_says_so, begin_search, end),
        cmocka_unit_test_setup_teardown (a_search_that_says_not_where_is_refused, begin_search, end),
        cmocka_unit_test_setup_teardown (when_the_groups_of_a_prefix_changed_one_begins_anew, begin_search, end),
        cmocka_unit_test_setup_teardown (a_failure_to_list_the_groups_is_a_failure, begin_search, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
