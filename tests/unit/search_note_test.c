#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "search_note.h"

//  Of the search that was made last: all waiting.
static search_group_t groups [60];

static search_t
made (int count)
{
    static char names [60] [8];
    for (int i = 0; i < count; i++) {
        snprintf (names [i], sizeof names [i], "/g%d", i);
        groups [i] = (search_group_t) { .shown = slice_of (names [i]) };
    }
    return (search_t) { .groups = groups, .count = count, .query = { .newest = true, .matched = 1204, .rows = { .bytes_max = 1024 } } };
}

static void
expect_note (const search_t *search, const search_given_t *given, const char *expected)
{
    buffer_t note;
    buffer_init (&note, SEARCH_NOTE_BYTES_MAX);
    search_note_append (&note, search, given);
    buffer_append_char (&note, 0);
    assert_string_equal (note.data, expected);
    buffer_deinit (&note);
}

static const char GO_ON [] = " Narrow the window or the pattern, or pass next_token, which does not see what arrives late behind it.";

static void
expect_more (const search_t *search, const search_given_t *given, const char *counts)
{
    char expected [400];
    snprintf (expected, sizeof expected, "%s%s", counts, GO_ON);
    expect_note (search, given, expected);
}

static void
the_counts_say_how_far_the_search_is (void **state)
{
    (void) state;
    search_t search = made (7);
    search_given_t given = { .rows = 50, .more = true, .token = true };
    groups [0].state = groups [4].state = GROUP_DONE;
    groups [1].state = GROUP_PASSED;
    expect_more (&search, &given, "50 of at least 1,204 matching events, newest first; 2 of 7 groups searched to the end.");
    search.query.has_place = true;
    search.query.newest = false;
    given.cut_at_bytes = true;
    expect_more (&search, &given, "50 of at least 1,204 further matching events, oldest first; 2 of 7 groups searched to the end; cut at max_bytes.");
    search = made (1);
    given.cut_at_bytes = false;
    expect_more (&search, &given, "50 of at least 1,204 matching events, newest first.");
    groups [0].state = GROUP_DONE;
    expect_more (&search, &given, "50 of 1,204 matching events, newest first.");
    search.query.matched = 1;
    given.rows = 1;
    expect_more (&search, &given, "1 of 1 matching event, newest first.");
}

static void
nothing_is_said_when_all_is_there (void **state)
{
    (void) state;
    search_t search = made (2);
    groups [0].state = groups [1].state = GROUP_DONE;
    expect_note (&search, &(search_given_t) { .rows = 3 }, "");
}

static void
a_search_that_breaks_off_says_why_where_and_how_to_go_on (void **state)
{
    (void) state;
    search_t search = made (9);
    search_given_t given = { .rows = 50, .more = true, .token = true, .trouble = SLICE ("the time allowed is nearly over.") };
    groups [0].state = GROUP_DONE;
    groups [1].state = GROUP_ASKING;
    groups [2].state = GROUP_HELD;
    expect_note (&search, &given, "50 of at least 1,204 matching events, newest first; 1 of 9 groups searched to the end. Broken off: the time "
                                  "allowed is "
                                  "nearly over. Not searched to the end: /g1, /g2, /g3, /g4, /g5 and 3 more. Pass next_token to go on from here.");
    given.rows = 0;
    given.token = false;
    search = made (1);
    expect_note (&search, &given, "0 of at least 1,204 matching events, newest first. Broken off: the time allowed is nearly over. No row can be "
                                  "given "
                                  "yet: groups that are not done may have newer ones. Narrow the window or the pattern, or search fewer groups.");
    search.resumed = true;
    search.query.matched = 0;
    expect_note (&search, &given, "0 of at least 0 matching events, newest first. Broken off: the time allowed is nearly over. Narrow the window "
                                  "or the "
                                  "pattern, or search fewer groups; the next_token that was passed stays good.");
}

static void
a_row_that_is_too_large_says_what_to_raise (void **state)
{
    (void) state;
    search_t search = made (1);
    expect_note (&search, &(search_given_t) { .more = true, .token = true, .row_bytes = 2050 },
                 "The next row takes 2050 bytes, and max_bytes is 1024: raise it, or lower line_bytes_max, to read on.");
}

static void
nothing_found_says_where_it_was_looked_for (void **state)
{
    (void) state;
    static const char TRY [] = " Try an earlier start_time (-1d); how long a group keeps its events, describe_log_groups shows.";
    char expected [600];
    search_t search = made (3);
    groups [0].state = groups [1].state = groups [2].state = GROUP_DONE;
    search.query.matched = 0;
    snprintf (expected, sizeof expected, "No matching events in /g0, /g1, /g2 in this window.%s", TRY);
    expect_note (&search, &(search_given_t) { 0 }, expected);
    search.query.pattern = SLICE ("Error");
    search.query.stream_prefix = SLICE ("ecs/");
    snprintf (expected, sizeof expected, "No matching events in /g0, /g1, /g2 in this window. Patterns are case-sensitive, and all terms must be "
                                         "there: "
              "?ERROR ?error matches either. Only the streams of this stream_prefix were searched: filter_log_streams shows which there are.%s", TRY);
    expect_note (&search, &(search_given_t) { 0 }, expected);
    search.query.has_place = true;
    expect_note (&search, &(search_given_t) { 0 }, "There are no further matching events.");
    search = made (4);
    search.query.streams = SLICE ("x");
    snprintf (expected, sizeof expected, "No matching events in 4 log groups in this window. Only the streams that were named were searched: "
              "filter_log_streams shows which there are.%s", TRY);
    expect_note (&search, &(search_given_t) { 0 }, expected);
}

static void
groups_that_were_left_out_are_named_with_the_reason (void **state)
{
    (void) state;
    search_t search = made (9);
    for (int i = 0; i < 9; i++) {
        groups [i].state = i < 2 ? GROUP_DONE : GROUP_LEFT_OUT;
        groups [i].trouble = i < 4 ? "No." : "Not this one.";
    }
    expect_note (&search, &(search_given_t) { .rows = 1 }, "Left out: /g2: No. Left out: /g3 likewise. Left out: /g4: Not this one. Left out: /g5 "
                                                           "likewise. "
                                                           "Left out: /g6 likewise. And 2 more.");
    search = made (2);
    groups [0].state = GROUP_DONE;
    groups [1].state = GROUP_LEFT_OUT;
    groups [1].trouble = "No.";
    char expected [400];
    snprintf (expected, sizeof expected, "50 of 1,204 matching events, newest first.%s Left out: /g1: No.", GO_ON);
    expect_note (&search, &(search_given_t) { .rows = 50, .more = true, .token = true }, expected);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_counts_say_how_far_the_search_is),
        cmocka_unit_test (nothing_is_said_when_all_is_there),
        cmocka_unit_test (a_search_that_breaks_off_says_why_where_and_how_to_go_on),
        cmocka_unit_test (a_row_that_is_too_large_says_what_to_raise),
        cmocka_unit_test (nothing_found_says_where_it_was_looked_for),
        cmocka_unit_test (groups_that_were_left_out_are_named_with_the_reason),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
