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
                                  "allowed is nearly over. Not searched to the end: /g1, /g2, /g3, /g4, /g5 and 3 more (8 in all). Pass "
                                  "next_token to go on from here.");
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
    expect_note (&search, &(search_given_t) { .rows = 1 }, "Left out: /g2, /g3: No. Left out: /g4, /g5, /g6, /g7, /g8: Not this one.");
    groups [2].trouble = "Nor this.";
    expect_note (&search, &(search_given_t) { .rows = 1 },
                 "Left out: /g2: Nor this. Left out: /g3: No. Left out: /g4, /g5, /g6, /g7, /g8: Not this one.");
    search = made (2);
    groups [0].state = GROUP_DONE;
    groups [1].state = GROUP_LEFT_OUT;
    groups [1].trouble = "No.";
    char expected [400];
    snprintf (expected, sizeof expected, "50 of 1,204 matching events, newest first.%s Left out: /g1: No.", GO_ON);
    expect_note (&search, &(search_given_t) { .rows = 50, .more = true, .token = true }, expected);
}

static void
a_reason_that_names_each_group_is_said_once (void **state)
{
    (void) state;
    static char reasons [60] [64];
    search_t search = made (12);
    for (int i = 0; i < 12; i++) {
        snprintf (reasons [i], sizeof reasons [i], "The log group /g%d is not read, /g%d is not.", i, i);
        groups [i].state = i ? GROUP_LEFT_OUT : GROUP_DONE;
        groups [i].trouble = reasons [i];
    }
    expect_note (&search, &(search_given_t) { .rows = 1 },
                 "Left out: /g1, /g2, /g3, /g4, /g5 and 6 more (11 in all): The log group /g1 is not read, /g1 is not.");
    groups [4].trouble = reasons [5];                   //  It is of another group
    expect_note (&search, &(search_given_t) { .rows = 1 },
                 "Left out: /g1, /g2, /g3, /g5, /g6 and 5 more (10 in all): The log group /g1 is not read, /g1 is not. "
                 "Left out: /g4: The log group /g5 is not read, /g5 is not.");
    groups [4].trouble = "The log group /g4";
    expect_note (&search, &(search_given_t) { .rows = 1 },
                 "Left out: /g1, /g2, /g3, /g5, /g6 and 5 more (10 in all): The log group /g1 is not read, /g1 is not. "
                 "Left out: /g4: The log group /g4");
}

static void
more_reasons_than_can_be_told_are_counted (void **state)
{
    (void) state;
    static char reasons [60] [16];
    search_t search = made (9);
    for (int i = 0; i < 9; i++) {
        snprintf (reasons [i], sizeof reasons [i], "Reason %d.", i);
        groups [i].state = GROUP_LEFT_OUT;
        groups [i].trouble = reasons [i];
    }
    buffer_t out;
    buffer_init (&out, 4096);
    search_note_append_left_out (&out, &search, "");
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, "/g0: Reason 0. /g1: Reason 1. /g2: Reason 2. /g3: Reason 3. /g4: Reason 4. And 4 more.");
    buffer_deinit (&out);
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
        cmocka_unit_test (a_reason_that_names_each_group_is_said_once),
        cmocka_unit_test (more_reasons_than_can_be_told_are_counted),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
