#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "search_fixture.h"

static const char A [] = "\"log_groups\":[\"/a\"]";

//  --- What is asked

static void
each_argument_reaches_aws (void **state)
{
    fixture_t *self = *state;
    static const struct {
        const char *members, *request;
    } CASES [] = {
        { "", "\"startFromHead\":false,\"limit\":100}" },
        { ",\"limit\":99", "\"startFromHead\":false,\"limit\":100}" },
        { ",\"limit\":100", "\"startFromHead\":false,\"limit\":101}" },
        { ",\"limit\":10000,\"max_bytes\":2048", "\"startFromHead\":false,\"limit\":10000}" },
        { ",\"order\":\"newest\"", "\"startFromHead\":false,\"limit\":100}" },
        { ",\"order\":\"oldest\"", "\"limit\":100}" },
        { ",\"pattern\":\"{ $.level = \\\"ERROR\\\" }\"",
          "\"filterPattern\":\"{ $.level = \\\"ERROR\\\" }\",\"startFromHead\":false,\"limit\":100}" },
        { ",\"unmask\":true", "\"startFromHead\":false,\"limit\":100,\"unmask\":true}" },
        { ",\"unmask\":false,\"linked_accounts\":true", "\"startFromHead\":false,\"limit\":100}" },
    };
    static const char WINDOW [] = ",\"start_time\":\"2026-11-22T22:00Z\",\"end_time\":\"2026-11-22T23:00Z\"";
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char arguments [400], expected [400];
        aws_says (&self->aws, 200, "{}");
        snprintf (arguments, sizeof arguments, "{%s%s%s}", A, WINDOW, CASES [i].members);
        ask (self, "search_log_events", arguments);
        snprintf (expected, sizeof expected, "{\"logGroupName\":\"/a\",\"startTime\":1795384800000,\"endTime\":1795388400000,%s", CASES [i].request);
        assert_string_equal (asked_text (&self->aws, (int) i), expected);
    }
}

static void
streams_are_named_or_begin_so (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{}");
    aws_says (&self->aws, 200, "{}");
    ask (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"streams\":[\"s/1\",\"s/2\"]}");
    expect_part (asked_text (&self->aws, 0), "\"logStreamNames\":[\"s/1\",\"s/2\"],\"startTime\"");
    yyjson_val *answer = ask (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"stream_prefix\":\"s/\",\"pattern\":\"x\"}");
    expect_part (asked_text (&self->aws, 1), "\"logStreamNamePrefix\":\"s/\",\"startTime\"");
    expect_part (text_of (answer, "note"), "No matching events in /a in this window. Patterns are case-sensitive");
    expect_part (text_of (answer, "note"), "Only the streams of this stream_prefix were searched");
}

static void
the_window_is_the_last_hour_unless_told (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{}");
    ask (self, "search_log_events", "{\"log_groups\":[\"/a\"]}");
    yyjson_val *request = asked (&self->aws, 0);
    assert_int_equal (json_int (request, "endTime", 0) - json_int (request, "startTime", 0), 3600 * 1000);
    expect_part (refused (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"start_time\":\"yesterday noon\"}", STATUS_INVALID_ARGUMENT),
                 "start_time \"yesterday noon\" is not a time.");
    assert_int_equal (self->aws.asked_count, 1);
}

static void
a_window_that_begins_before_2024_is_read_from_its_head (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{}");
    aws_says (&self->aws, 200, "{}");
    ask (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"start_time\":\"2023-12-31T23:59:59Z\"}");
    expect_part (asked_text (&self->aws, 0), "\"limit\":10000}");
    expect_no_part (asked_text (&self->aws, 0), "startFromHead");
    ask (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"start_time\":\"2024-01-01\"}");
    expect_part (asked_text (&self->aws, 1), "\"startFromHead\":false,\"limit\":100}");
    give ("/a", 400, 3);
    walk (self, "\"log_groups\":[\"/a\"],\"start_time\":\"2023-12-31\",\"limit\":70");
}

//  --- Every event once, in order

static void
one_group_is_walked_with_every_limit (void **state)
{
    fixture_t *self = *state;
    static const struct {
        int limit, events, per_ms;
    } CASES [] = { { 1, 20, 1 }, { 2, 41, 3 }, { 7, 300, 11 }, { 50, 350, 350 }, { 99, 500, 7 }, { 100, 500, 40 }, { 101, 350, 1 },
                   { 1000, 1000, 9 } };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        for (int oldest = 0; oldest < 2; oldest++) {
            char members [128];
            give_nothing ();
            give ("/a", CASES [i].events, CASES [i].per_ms);
            snprintf (members, sizeof members, "%s,\"limit\":%d,\"max_bytes\":1048576,\"order\":\"%s\"", A, CASES [i].limit,
                      oldest ? "oldest" : "newest");
            walk_t walked_all = walk (self, members);
            assert_true (walked_all.calls <= (CASES [i].events + CASES [i].limit - 1) / CASES [i].limit + 1);
        }
}

static void
hundreds_of_events_in_one_millisecond_come_once_each (void **state)
{
    fixture_t *self = *state;
    for (int oldest = 0; oldest < 2; oldest++)
        for (int page_max = 30; page_max <= 120; page_max += 45) {
            char members [128];
            give_nothing ();
            give ("/a", 700, 350)->page_max = page_max;
            give ("/b", 420, 420)->page_max = page_max;
            give ("/c", 10, 1);
            snprintf (members, sizeof members, "\"log_groups\":[\"/a\",\"/b\",\"/c\"],\"limit\":40,\"order\":\"%s\"", oldest ? "oldest" : "newest");
            walk (self, members);
        }
}

static void
several_groups_are_merged_with_empty_pages_between (void **state)
{
    fixture_t *self = *state;
    for (int oldest = 0; oldest < 2; oldest++)
        for (int limit = 3; limit < 500; limit = limit * 3 + 1) {
            char members [128];
            give_nothing ();
            give ("/a", 200, 5);
            give ("/b", 3, 1)->apart_ms = 17;
            give ("/c", 150, 60)->empty_pages = 2;
            give ("/none", 0, 1);
            snprintf (members, sizeof members, "\"log_groups\":[\"/a\",\"/b\",\"/c\",\"/none\"],\"limit\":%d,\"order\":\"%s\"", limit,
                      oldest ? "oldest" : "newest");
            walk (self, members);
        }
}

static void
a_server_that_only_ascends_gives_the_newest_all_the_same (void **state)
{
    fixture_t *self = *state;
    static const int PAGES [] = { 1, 7, 60, 0 };
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES [0]; i++) {
        give_nothing ();
        world.ascending_only = true;
        give ("/a", 250, 3)->page_max = PAGES [i] == 1 ? 20 : PAGES [i];
        give ("/b", 40, 1)->page_max = PAGES [i];
        walk (self, "\"log_groups\":[\"/a\",\"/b\"],\"limit\":90");
        walk (self, "\"log_groups\":[\"/a\",\"/b\"],\"limit\":90,\"order\":\"oldest\"");
    }
}

static void
events_without_ids_come_once_each (void **state)
{
    fixture_t *self = *state;
    world.without_ids = true;
    give ("/a", 150, 20);
    give ("/b", 90, 9);
    walk (self, "\"log_groups\":[\"/a\",\"/b\"],\"limit\":13");
    walk (self, "\"log_groups\":[\"/a\",\"/b\"],\"limit\":13,\"order\":\"oldest\"");
}

static void
limit_and_bytes_may_change_on_the_way (void **state)
{
    fixture_t *self = *state;
    walk_t steps;
    give ("/a", 500, 12);
    give ("/b", 200, 2);
    walk_begin (&steps, "");
    for (int i = 0; i == 0 || *steps.token; i++) {
        char members [128];
        snprintf (members, sizeof members, "\"log_groups\":[\"/a\",\"/b\"],\"limit\":%d,\"max_bytes\":%d", 1 + i * 5 % 60, 1024 + i * 300 % 4000);
        walk_step (self, &steps, members);
    }
    assert_int_equal (steps.rows, 700);
}

static void
forty_groups_of_2500_events_are_walked_to_the_end (void **state)
{
    fixture_t *self = *state;
    for (int i = 0; i < 40; i++) {
        char name [16];
        snprintf (name, sizeof name, "/g/%02d", i);
        give (name, 2500, 1 + i)->apart_ms = 1 + i % 7;
    }
    walk_t all = walk (self, "\"prefix\":\"/g/\",\"limit\":10000,\"max_bytes\":1048576");
    assert_int_equal (all.rows, 100000);
    assert_true (all.calls < 30);
}

//  --- How it is asked

static void
a_hundred_thousand_matches_take_no_more_memory_than_the_answer (void **state)
{
    fixture_t *self = *state;
    world.ascending_only = true;                    //  The worst order: each event is better than all before
    give ("/a", 100000, 50);
    uint64_t id = call (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"limit\":10}");
    WAIT_FOR (self, world.groups [0].asked > 800);
    call_t *under_way = NULL;
    for (int i = 0; i < self->actor->credit; i++)
        if (self->actor->calls [i].used)
            under_way = &self->actor->calls [i];
    assert_non_null (under_way);
    assert_true (arena_bytes (under_way->arena) < 128 * 1024);
    assert_int_equal (wait_for (self, id), KIND_RESULT);
    yyjson_val *answer = read_result (self);
    expect_part (text_of (answer, "note"), "10 of 100,000 matching events, newest first.");
    assert_int_equal (self->aws.asked_count, 1000);
}

static void
at_most_eight_groups_are_asked_at_once (void **state)
{
    fixture_t *self = *state;
    for (int i = 0; i < 20; i++) {
        char name [16];
        snprintf (name, sizeof name, "/g/%02d", i);
        give (name, 1, 1)->hangs = true;
    }
    uint64_t id = call (self, "search_log_events", "{\"prefix\":\"/g/\"}");
    WAIT_FOR (self, self->aws.open_count == 8);
    pass_ms (self, 3000);
    assert_int_equal (self->aws.open_count, 8);
    assert_int_equal (aws_client_counts (self->actor->client).under_way, 8);
    gateway_say (self, KIND_CANCEL, id);
    assert_int_equal (wait_for (self, id), KIND_FAULT);
    assert_string_equal (read_fault (self), "search_log_events was cancelled.");
    WAIT_FOR (self, self->aws.left == 8);
    expect_nothing_left (self);
}

static void
a_group_known_beyond_the_answer_is_not_asked_further (void **state)
{
    fixture_t *self = *state;
    give ("/new", 5000, 1);
    give ("/old", 5000, 1)->apart_ms = 0;           //  All of them before the others
    yyjson_val *answer = ask (self, "search_log_events", "{\"log_groups\":[\"/new\"],\"limit\":50}");
    assert_int_equal (self->aws.asked_count, 1);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "rows")), 50);
    expect_part (text_of (answer, "note"), "50 of at least 100 matching events, newest first. Narrow");
}

static void
groups_of_which_nothing_is_known_are_asked_first (void **state)
{
    fixture_t *self = *state;
    for (int i = 0; i < 20; i++) {
        char name [16];
        snprintf (name, sizeof name, "/g/%02d", i);
        give (name, 300, 1)->page_max = 100;
    }
    ask (self, "search_log_events", "{\"prefix\":\"/g/\",\"limit\":10000,\"max_bytes\":1048576}");
    assert_int_equal (self->aws.asked_count, 1 + 3 * 20);
    for (int i = 1; i <= 60; i++)                   //  What is under way together may arrive in any order
        if (i <= 20 - 8 || i > 20 + 8)
            assert_true ((text_of (asked (&self->aws, i), "nextToken") != NULL) == (i > 20));
}

static void
progress_rises_and_tells_no_log_text (void **state)
{
    fixture_t *self = *state;
    for (int i = 0; i < 12; i++) {
        char name [16];
        snprintf (name, sizeof name, "/g/%02d", i);
        give (name, 300, 1)->empty_pages = 3;
    }
    ask (self, "search_log_events", "{\"prefix\":\"/g/\",\"limit\":10000}");
    assert_true (self->progresses >= 4);
    assert_true (self->progress.total == 12 && self->progress.done > 2 && self->progress.done <= 12);
    expect_part (self->progress_text, "groups searched, ");
    expect_part (self->progress_text, " matched");
}

static void
long_lines_are_cut_where_the_caller_says (void **state)
{
    fixture_t *self = *state;
    give ("/a", 1, 1)->message = "01234567890123456789012345678901234567890123456789012345678901234567890123456789"
                                 "01234567890123456789\\u001b[31mred\\n";
    yyjson_val *answer = ask (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"line_bytes_max\":100}");
    expect_json (yyjson_arr_get (yyjson_obj_get (answer, "rows"), 0),
                 "[\"2026-11-22T22:15:07.042Z\",\"stream\","
                 "\"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
                 "123456789… [109 bytes]\"]");
    answer = ask (self, "search_log_events", "{\"log_groups\":[\"/a\"]}");
    expect_part (yyjson_get_str (yyjson_arr_get (yyjson_arr_get (yyjson_obj_get (answer, "rows"), 0), 2)), "789\\u001b[31mred");
}

//  --- What goes wrong

static void
groups_that_cannot_be_searched_are_left_out_and_named (void **state)
{
    fixture_t *self = *state;
    give ("/a", 30, 1);
    world_group_t *denied = give ("/denied", 0, 1), *infrequent = give ("/infrequent", 0, 1);
    denied->status = infrequent->status = 400;
    denied->body = "{\"__type\":\"AccessDeniedException\",\"message\":\"User is not authorized\"}";
    infrequent->body = "{\"__type\":\"InvalidParameterException\",\"message\":\"FilterLogEvents is not supported for this log class.\"}";
    static const char MEMBERS [] = "\"log_groups\":[\"/a\",\"/denied\",\"/none\",\"/infrequent\"],\"limit\":20,\"pattern\":\"ERROR\"";
    walk_t steps;
    walk_begin (&steps, MEMBERS);
    yyjson_val *answer = walk_step (self, &steps, MEMBERS);
    const char *note = text_of (answer, "note");
    expect_part (note, "20 of 30 matching events, newest first. Narrow");
    expect_part (note, "Left out: /denied: AccessDeniedException: the role may not call logs:FilterLogEvents in eu-west-1.");
    expect_part (note, "Left out: /none: There is no log group \"/none\" in eu-west-1.");
    expect_part (note, "Left out: /infrequent: InvalidParameterException");
    expect_part (note, "AWS says: FilterLogEvents is not supported for this log class. Only groups of the class STANDARD can be searched; "
                       "describe_log_groups shows the class.");
    walk_on (self, &steps, MEMBERS);
}

static void
when_no_group_can_be_searched_the_call_fails (void **state)
{
    fixture_t *self = *state;
    expect_part (refused (self, "search_log_events", "{\"log_groups\":[\"/none\"]}", STATUS_INVALID_ARGUMENT),
                 "There is no log group \"/none\" in eu-west-1. Names are case-sensitive: describe_log_groups");
    expect_part (refused (self, "search_log_events", "{\"log_groups\":[\"/x\",\"/y\"]}", STATUS_INVALID_ARGUMENT),
                 "None of the 2 log groups can be searched. /x, /y: There is no log group \"/x\"");
}

static void
a_stream_that_does_not_exist_says_where_to_look (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 400, "{\"__type\":\"ResourceNotFoundException\",\"message\":\"The specified log stream does not exist.\"}");
    expect_part (refused (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"streams\":[\"s\"]}", STATUS_INVALID_ARGUMENT),
                 "AWS says: The specified log stream does not exist. filter_log_streams shows the streams of a group.");
}

static void
a_wrong_pattern_is_told_with_the_syntax (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 400, "{\"__type\":\"InvalidParameterException\",\"message\":\"Invalid filter pattern\"}");
    const char *text = refused (self, "search_log_events", "{\"log_groups\":[\"/a\",\"/b\"],\"pattern\":\"{ $.x = \"}", STATUS_INVALID_ARGUMENT);
    expect_part (text, "AWS says: Invalid filter pattern.");
    expect_part (text, "A pattern is terms that must all be there (ERROR timeout), \"a phrase\" or any term with other "
                       "characters than letters, digits and _ in quotes, ?any ?of, -not; { $.level = \"ERROR\" } for JSON");
    expect_part (text, "; %4[0-9]+% for a regular expression.");
    expect_nothing_left (self);
}

static void
a_token_of_other_arguments_is_refused_before_aws_is_asked (void **state)
{
    fixture_t *self = *state;
    walk_t steps;
    static char arguments [8192];
    give ("/a", 30, 1);
    walk_begin (&steps, A);
    walk_step (self, &steps, "\"log_groups\":[\"/a\"],\"limit\":5");
    int before = self->aws.asked_count;
    static const char *const OTHERS [] = { "\"log_groups\":[\"/b\"]", "\"log_groups\":[\"/a\"],\"pattern\":\"x\"", "\"prefix\":\"/a\"",
                                           "\"log_groups\":[\"/a\"],\"order\":\"oldest\"", "\"log_groups\":[\"/a\"],\"start_time\":\"-2h\"",
                                           "\"log_groups\":[\"/a\"],\"region\":\"us-east-1\"", "\"log_groups\":[\"/a\",\"/b\"]" };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++) {
        snprintf (arguments, sizeof arguments, "{%s,\"next_token\":\"%s\"}", OTHERS [i], steps.token);
        expect_part (refused (self, "search_log_events", arguments, STATUS_INVALID_ARGUMENT), "next_token is not one of this search.");
    }
    expect_part (refused (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"next_token\":\"garbage\"}", STATUS_INVALID_ARGUMENT),
                 "leave it out to begin anew.");
    assert_int_equal (self->aws.asked_count, before);
    expect_nothing_left (self);
}

static void
a_token_to_an_empty_rest_says_that_there_is_none (void **state)
{
    fixture_t *self = *state;
    walk_t steps;
    give ("/a", 100, 1);
    world.groups [0].page_max = 5;
    walk_begin (&steps, A);
    walk_step (self, &steps, "\"log_groups\":[\"/a\"],\"limit\":1,\"order\":\"oldest\"");
    world.groups [0].events = 1;
    yyjson_val *answer = walk_step (self, &steps, "\"log_groups\":[\"/a\"],\"limit\":1,\"order\":\"oldest\"");
    assert_string_equal (text_of (answer, "note"), "There are no further matching events.");
    assert_string_equal (steps.token, "");
}

static void
pages_that_make_no_sense_give_no_rows_and_no_harm (void **state)
{
    fixture_t *self = *state;
    static const char *const PAGES [] = {
        "{}", "{\"events\":null}", "{\"events\":{}}", "{\"events\":[7,null,[],{}]}", "{\"events\":[],\"nextToken\":null}", "{\"nextToken\":7}",
        "{\"events\":[{\"timestamp\":9223372036854775807,\"message\":\"m\"}]}", "{\"events\":[{\"timestamp\":1.5,\"message\":\"m\"}]}",
    };
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES [0]; i++) {
        aws_says (&self->aws, 200, PAGES [i]);
        assert_int_equal (yyjson_arr_size (yyjson_obj_get (ask (self, "search_log_events", "{\"log_groups\":[\"/a\"]}"), "rows")), 0);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_argument_reaches_aws, begin_search, end),
        cmocka_unit_test_setup_teardown (streams_are_named_or_begin_so, begin_search, end),
        cmocka_unit_test_setup_teardown (the_window_is_the_last_hour_unless_told, begin_search, end),
        cmocka_unit_test_setup_teardown (a_window_that_begins_before_2024_is_read_from_its_head, begin_search, end),
        cmocka_unit_test_setup_teardown (one_group_is_walked_with_every_limit, begin_search, end),
        cmocka_unit_test_setup_teardown (hundreds_of_events_in_one_millisecond_come_once_each, begin_search, end),
        cmocka_unit_test_setup_teardown (several_groups_are_merged_with_empty_pages_between, begin_search, end),
        cmocka_unit_test_setup_teardown (a_server_that_only_ascends_gives_the_newest_all_the_same, begin_search, end),
        cmocka_unit_test_setup_teardown (events_without_ids_come_once_each, begin_search, end),
        cmocka_unit_test_setup_teardown (limit_and_bytes_may_change_on_the_way, begin_search, end),
        cmocka_unit_test_setup_teardown (forty_groups_of_2500_events_are_walked_to_the_end, begin_search_fast, end),
        cmocka_unit_test_setup_teardown (a_hundred_thousand_matches_take_no_more_memory_than_the_answer, begin_search_fast,
                                         end),
        cmocka_unit_test_setup_teardown (at_most_eight_groups_are_asked_at_once, begin_search, end),
        cmocka_unit_test_setup_teardown (a_group_known_beyond_the_answer_is_not_asked_further, begin_search, end),
        cmocka_unit_test_setup_teardown (groups_of_which_nothing_is_known_are_asked_first, begin_search, end),
        cmocka_unit_test_setup_teardown (progress_rises_and_tells_no_log_text, begin_search, end),
        cmocka_unit_test_setup_teardown (long_lines_are_cut_where_the_caller_says, begin_search, end),
        cmocka_unit_test_setup_teardown (groups_that_cannot_be_searched_are_left_out_and_named, begin_search, end),
        cmocka_unit_test_setup_teardown (when_no_group_can_be_searched_the_call_fails, begin_search, end),
        cmocka_unit_test_setup_teardown (a_stream_that_does_not_exist_says_where_to_look, begin_search, end),
        cmocka_unit_test_setup_teardown (a_wrong_pattern_is_told_with_the_syntax, begin_search, end),
        cmocka_unit_test_setup_teardown (a_token_of_other_arguments_is_refused_before_aws_is_asked, begin_search, end),
        cmocka_unit_test_setup_teardown (a_token_to_an_empty_rest_says_that_there_is_none, begin_search, end),
        cmocka_unit_test_setup_teardown (pages_that_make_no_sense_give_no_rows_and_no_harm, begin_search, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
