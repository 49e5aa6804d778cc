#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "search_fixture.h"
#include "search_group.h"

static const char AB [] = "\"log_groups\":[\"/a\",\"/b\"]";
static const char AB_OLDEST [] = "\"log_groups\":[\"/a\",\"/b\"],\"order\":\"oldest\"";
static const char THROTTLED [] = "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}";

static void
an_answer_holds_window_columns_and_rows (void **state)
{
    fixture_t *self = *state;
    give ("/a", 2, 1);
    expect_json (ask (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"start_time\":\"2026-11-22T22:00Z\",\"end_time\":\"2026-11-22T23:00Z\"}"),
                 "{\"window\":[\"2026-11-22T22:00Z\",\"2026-11-22T23:00Z\"],\"columns\":[\"time\",\"stream\",\"message\"],\"rows\":["
                 "[\"2026-11-22T22:15:07.043Z\",\"stream\",\"0 1\"],[\"2026-11-22T22:15:07.042Z\",\"stream\",\"0 0\"]]}");
    assert_false (self->result.cut);
}

static void
the_window_of_the_first_call_stays_that_of_all (void **state)
{
    fixture_t *self = *state;
    walk_t steps;
    give ("/a", 5, 1);
    give ("/b", 0, 1);
    walk_begin (&steps, AB);
    yyjson_val *answer = walk_step (self, &steps, "\"log_groups\":[\"/a\",\"/b\"],\"limit\":1");
    char *window = strdup (as_text (yyjson_obj_get (answer, "window")));
    pass_ms (self, 100000);
    assert_string_equal (as_text (yyjson_obj_get (walk_step (self, &steps, AB), "window")), window);
    free (window);
    assert_int_equal (steps.rows, 5);
    assert_string_equal (steps.token, "");
}

static void
every_event_comes_once_whatever_the_bytes (void **state)
{
    fixture_t *self = *state;
    for (int max_bytes = 1024; max_bytes < 40000; max_bytes = max_bytes * 3 + 7) {
        char members [128];
        give_nothing ();
        give ("/a", 400, 13);
        give ("/b", 50, 4)->apart_ms = 3;
        snprintf (members, sizeof members, "%s,\"limit\":1000,\"max_bytes\":%d", AB, max_bytes);
        assert_true (walk (self, members).calls > (max_bytes < 20000));
    }
}

static void
rows_that_do_not_fit_say_that_bytes_cut_them (void **state)
{
    fixture_t *self = *state;
    give ("/a", 100, 1);
    yyjson_val *answer = ask (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"max_bytes\":1024,\"limit\":1000}");
    expect_part (text_of (answer, "note"), " of 100 matching events, newest first; cut at max_bytes. Narrow");
    assert_true (strlen (as_text (yyjson_obj_get (answer, "rows"))) - 2 <= 1024);
}

static void
a_row_that_is_larger_than_max_bytes_says_how_much_it_needs (void **state)
{
    fixture_t *self = *state;
    static char message [3001];
    char arguments [4400];
    memset (message, 'x', sizeof message - 1);
    give ("/a", 2, 1)->message = message;
    yyjson_val *answer = ask (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"max_bytes\":1024,\"line_bytes_max\":8192}");
    int bytes = 0;
    assert_int_equal (sscanf (text_of (answer, "note"), "The next row takes %d bytes, and max_bytes is 1024: raise it", &bytes), 1);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "rows")), 0);
    snprintf (arguments, sizeof arguments, "{\"log_groups\":[\"/a\"],\"max_bytes\":%d,\"line_bytes_max\":8192,\"next_token\":\"%s\"}", bytes,
              text_of (answer, "next_token"));
    answer = ask (self, "search_log_events", arguments);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "rows")), 1);
}

static void
a_token_takes_at_most_128_characters (void **state)
{
    fixture_t *self = *state;
    give ("/a", 10, 1);
    give ("/b", 10, 1);
    yyjson_val *answer = ask (self, "search_log_events", "{\"log_groups\":[\"/a\",\"/b\"],\"limit\":3}");
    assert_true (strlen (text_of (answer, "next_token")) <= 128);
}

static void
when_the_time_is_nearly_over_what_all_have_passed_is_given (void **state)
{
    fixture_t *self = *state;
    for (int oldest = 0; oldest < 2; oldest++) {
        const char *members = oldest ? "\"log_groups\":[\"/a\",\"/b\"],\"order\":\"oldest\",\"limit\":5000" : "\"log_groups\":[\"/a\",\"/b\"],"
                                                                                                              "\"limit\":5000";
        walk_t steps;
        give_nothing ();
        give ("/a", 600, 1);
        world_group_t *slow = give ("/b", 600, 1);
        slow->page_max = 100;
        slow->hangs = true;
        slow->after = 1;
        walk_begin (&steps, members);
        yyjson_val *answer = walk_until_late (self, &steps, members);
        assert_int_equal (steps.rows, 2 * 99);              //  Its last millisecond may go on in the next page
        expect_part (text_of (answer, "note"), "198 of at least 700 matching events");
        expect_part (text_of (answer, "note"), "1 of 2 groups searched to the end. Broken off: the time allowed is nearly over. Not searched to the "
                                               "end: /b. Pass next_token to go on from here.");
        assert_true (self->result.cut);
        slow->hangs = false;
        walk_on (self, &steps, members);
        expect_nothing_left (self);
    }
}

static void
when_only_empty_pages_came_in_time_the_next_call_goes_on_behind_them (void **state)
{
    fixture_t *self = *state;
    walk_t steps;
    give ("/a", 30, 1);
    world_group_t *empty = give ("/b", 30, 1);
    empty->empty_pages = 7;
    empty->hangs = true;
    empty->after = 5;
    walk_begin (&steps, AB);
    yyjson_val *answer = walk_until_late (self, &steps, AB);
    assert_int_equal (steps.rows, 0);
    assert_string_equal (text_of (answer, "note"), "0 of at least 30 matching events, newest first; 1 of 2 groups searched to the end. Broken off: "
                                                   "the time "
                                                   "allowed is nearly over. Not searched to the end: /b. No row can be given yet: groups that are "
                                                   "not "
                                                   "done may have newer ones. Pass next_token to go on from here.");
    empty->hangs = false;
    int before = self->aws.asked_count;
    walk_step (self, &steps, "\"log_groups\":[\"/a\",\"/b\"],\"limit\":500");
    assert_null (text_of (asked (&self->aws, before), "nextToken"));                        //  What had rows is asked again
    assert_string_equal (text_of (asked (&self->aws, before + 1), "nextToken"), "t-0-2");   //  What had none is gone on with
    assert_int_equal (json_int (asked (&self->aws, before + 1), "limit", 0), 100);          //  In pages of the same size
    walk_on (self, &steps, AB);
}

static void
awss_token_that_ran_out_meanwhile_is_done_without (void **state)
{
    fixture_t *self = *state;
    walk_t steps;
    give ("/a", 3, 1);
    world_group_t *empty = give ("/b", 30, 1);
    empty->empty_pages = 7;
    empty->hangs = true;
    empty->after = 5;
    walk_begin (&steps, AB);
    walk_until_late (self, &steps, AB);
    empty->hangs = false;
    aws_says (&self->aws, 200, "{\"events\":[],\"nextToken\":\"t-0-0\"}");
    aws_says (&self->aws, 400, "{\"__type\":\"InvalidParameterException\",\"message\":\"The specified nextToken is invalid.\"}");
    walk_step (self, &steps, AB);
    walk_on (self, &steps, AB);
}

static void
when_not_even_one_page_was_read_the_deadline_is_a_failure (void **state)
{
    fixture_t *self = *state;
    world_group_t *group = give ("/a", 3, 1);
    group->hangs = true;
    uint64_t id = call_within (self, "search_log_events", "{\"log_groups\":[\"/a\"]}", 5000);
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_ms (self, 4500);
    assert_null (self->answer);
    pass_ms (self, 1000);
    assert_int_equal (wait_for (self, id), KIND_FAULT);
    assert_int_equal (self->answer->envelope.status, STATUS_DEADLINE);
    expect_nothing_left (self);
}

static void
a_first_page_in_the_last_moment_is_an_answer (void **state)
{
    fixture_t *self = *state;
    world_group_t *group = give ("/a", 300, 1);
    group->hangs = true;
    uint64_t id = call_within (self, "search_log_events", "{\"log_groups\":[\"/a\"],\"limit\":200}", 5000);
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_ms (self, 4500);
    http_exchange_t *exchange = self->aws.open [--self->aws.open_count];
    answer_events (exchange, asked (&self->aws, 0), group);
    assert_int_equal (wait_for (self, id), KIND_RESULT);
    yyjson_val *answer = read_result (self);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "rows")), 200);
    assert_non_null (text_of (answer, "next_token"));
}

static void
without_a_way_on_the_note_says_to_narrow (void **state)
{
    fixture_t *self = *state;
    walk_t steps;
    world.ascending_only = true;                    //  The newest are at its end
    world_group_t *slow = give ("/a", 300, 1);
    give ("/b", 0, 1);
    slow->page_max = 100;
    slow->hangs = true;
    slow->after = 2;
    walk_begin (&steps, AB);
    yyjson_val *answer = walk_until_late (self, &steps, AB);
    assert_int_equal (steps.rows, 0);
    assert_string_equal (steps.token, "");
    expect_part (text_of (answer, "note"), "No row can be given yet: groups that are not done may have newer ones. Narrow the window or the "
                                           "pattern, or "
                                           "search fewer groups.");
    assert_true (self->result.cut);
}

static void
a_group_that_fails_in_passing_holds_the_rows_behind_it (void **state)
{
    fixture_t *self = *state;
    static const struct {
        int status;
        const char *body, *says;
    } CASES [] = {
        { 400, THROTTLED, "Broken off: /b: ThrottlingException: logs:FilterLogEvents in eu-west-1 was throttled 3 times" },
        { 500, "{\"__type\":\"InternalFailure\"}", "Broken off: /b: CloudWatch Logs failed to answer FilterLogEvents in eu-west-1" },
        { 400, "{\"__type\":\"InvalidParameterException\",\"message\":\"nextToken\"}", "Broken off: /b: InvalidParameterException" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        const char *members = i % 2 ? AB_OLDEST : AB;
        char limited [200];
        snprintf (limited, sizeof limited, "%s,\"limit\":5000", members);
        walk_t steps;
        give_nothing ();
        give ("/a", 600, 2);
        world_group_t *weak = give ("/b", 600, 2);
        weak->page_max = 101;
        weak->status = CASES [i].status;
        weak->body = CASES [i].body;
        weak->after = 2;
        walk_begin (&steps, limited);
        yyjson_val *answer = walk_step (self, &steps, limited);
        assert_int_equal (steps.rows, 2 * 200);
        expect_part (text_of (answer, "note"), CASES [i].says);
        expect_part (text_of (answer, "note"), "Not searched to the end: /b. Pass next_token to go on from here.");
        weak->status = 0;
        walk_on (self, &steps, limited);
    }
}

static void
without_any_progress_a_passing_failure_is_a_failure (void **state)
{
    fixture_t *self = *state;
    give ("/a", 60, 2);
    world_group_t *weak = give ("/b", 60, 2);
    weak->status = 400;
    weak->body = THROTTLED;
    const char *text = refused (self, "search_log_events", "{\"log_groups\":[\"/a\",\"/b\"]}", STATUS_THROTTLED);
    expect_part (text, "/b: ThrottlingException: logs:FilterLogEvents in eu-west-1 was throttled 3 times");
    expect_no_part (text, "next_token");
    assert_true (self->fault.retry_ms > 0);
    weak->status = 0;
    walk_t steps;
    static const char MEMBERS [] = "\"log_groups\":[\"/a\",\"/b\"],\"limit\":7";
    walk_begin (&steps, MEMBERS);
    walk_step (self, &steps, MEMBERS);
    weak->status = 400;
    char arguments [4400];
    snprintf (arguments, sizeof arguments, "{%s,\"next_token\":\"%s\"}", MEMBERS, steps.token);
    text = refused (self, "search_log_events", arguments, STATUS_THROTTLED);
    expect_part (text, "The next_token that was passed stays good.");
    weak->status = 0;
    walk_on (self, &steps, MEMBERS);
    expect_nothing_left (self);
}

static void
behind_a_group_that_is_held_from_its_beginning_no_other_is_read (void **state)
{
    fixture_t *self = *state;
    static char page [SEARCH_AWS_TOKEN_MAX + 100];
    snprintf (page, sizeof page, "{\"events\":[],\"nextToken\":\"%0*d\"}", SEARCH_AWS_TOKEN_MAX + 1, 7);
    give ("/a", 5000, 1)->page_max = 100;
    world_group_t *held = give ("/b", 0, 1);
    held->status = 200;
    held->body = page;
    expect_part (refused (self, "search_log_events", "{\"log_groups\":[\"/a\",\"/b\"],\"limit\":10000}", STATUS_AWS_FAULT),
                 "AWS's token for the next page is too long.");
    assert_true (world.groups [0].asked <= 3);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (an_answer_holds_window_columns_and_rows, begin_search, end),
        cmocka_unit_test_setup_teardown (the_window_of_the_first_call_stays_that_of_all, begin_search, end),
        cmocka_unit_test_setup_teardown (every_event_comes_once_whatever_the_bytes, begin_search, end),
        cmocka_unit_test_setup_teardown (rows_that_do_not_fit_say_that_bytes_cut_them, begin_search, end),
        cmocka_unit_test_setup_teardown (a_row_that_is_larger_than_max_bytes_says_how_much_it_needs, begin_search, end),
        cmocka_unit_test_setup_teardown (a_token_takes_at_most_128_characters, begin_search, end),
        cmocka_unit_test_setup_teardown (when_the_time_is_nearly_over_what_all_have_passed_is_given, begin_search, end),
        cmocka_unit_test_setup_teardown (when_only_empty_pages_came_in_time_the_next_call_goes_on_behind_them, begin_search, end),
        cmocka_unit_test_setup_teardown (awss_token_that_ran_out_meanwhile_is_done_without, begin_search, end),
        cmocka_unit_test_setup_teardown (when_not_even_one_page_was_read_the_deadline_is_a_failure, begin_search, end),
        cmocka_unit_test_setup_teardown (a_first_page_in_the_last_moment_is_an_answer, begin_search, end),
        cmocka_unit_test_setup_teardown (without_a_way_on_the_note_says_to_narrow, begin_search, end),
        cmocka_unit_test_setup_teardown (a_group_that_fails_in_passing_holds_the_rows_behind_it, begin_search, end),
        cmocka_unit_test_setup_teardown (behind_a_group_that_is_held_from_its_beginning_no_other_is_read, begin_search, end),
        cmocka_unit_test_setup_teardown (without_any_progress_a_passing_failure_is_a_failure, begin_search, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
