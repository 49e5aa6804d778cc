#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_spans.h"

#include <stdio.h>

enum { MINUTE_MS = 60000 };

//  The window is 1,000 to 2,000 minutes after 1970. Changes stand in the order of time; a minute of 0 ends them.
typedef struct {
    const char *alarm;
    int64_t minute;
    const char *from, *to;
} change_t;

//  Fed forwards or backwards, the figures must be the same.
static void
expect_figures (const change_t *changes, bool all, const char *expected)
{
    int count = 0;
    while (changes [count].minute)
        count++;
    for (int backwards = 0; backwards < 2; backwards++) {
        arena_t *arena = arena_new (1 << 16);
        alarm_spans_t spans = { .start_ms = 1000 * MINUTE_MS, .end_ms = 2000 * MINUTE_MS, .backwards = backwards };
        buffer_t json;
        buffer_init (&json, 65536);
        for (int i = 0; i < count; i++) {
            const change_t *one = &changes [backwards ? count - 1 - i : i];
            alarm_change_t change = { slice_of (one->alarm), one->minute * MINUTE_MS, slice_of (one->from), slice_of (one->to) };
            assert_int_equal (alarm_spans_add (&spans, arena, &change), STATUS_OK);
        }
        assert_true (alarm_spans_append (&spans, all, &json) == (expected != NULL));
        buffer_append_char (&json, '\0');
        assert_string_equal (json.data, expected ? expected : "");
        buffer_deinit (&json);
        arena_destroy (&arena);
    }
}

static void
time_in_alarm_is_between_the_changes (void **state)
{
    (void) state;
    expect_figures ((change_t []) { { "a", 1100, "OK", "ALARM" }, { "a", 1130, "ALARM", "OK" }, { "a", 1500, "OK", "ALARM" },
                                    { "a", 1511, "ALARM", "INSUFFICIENT_DATA" }, { "a", 1600, "INSUFFICIENT_DATA", "OK" }, { 0 } },
                    false, "{\"to_alarm\":2,\"in_alarm_min\":41,\"state\":\"OK\"}");
}

static void
what_was_before_the_first_change_counts_from_the_start (void **state)
{
    (void) state;
    expect_figures ((change_t []) { { "a", 1100, "ALARM", "OK" }, { 0 } }, false, "{\"to_alarm\":0,\"in_alarm_min\":100,\"state\":\"OK\"}");
}

static void
what_is_after_the_last_change_counts_to_the_end (void **state)
{
    (void) state;
    expect_figures ((change_t []) { { "a", 1956, "INSUFFICIENT_DATA", "ALARM" }, { 0 } }, false,
                    "{\"to_alarm\":1,\"in_alarm_min\":44,\"state\":\"ALARM\"}");
}

static void
changes_outside_of_the_window_count_as_at_its_edge (void **state)
{
    (void) state;
    expect_figures ((change_t []) { { "a", 900, "OK", "ALARM" }, { "a", 1020, "ALARM", "OK" }, { "a", 2001, "OK", "ALARM" }, { 0 } }, false,
                    "{\"to_alarm\":2,\"in_alarm_min\":20,\"state\":\"ALARM\"}");
}

static void
each_alarm_has_figures_of_its_own (void **state)
{
    (void) state;
    static const change_t CHANGES [] = { { "a", 1100, "OK", "ALARM" }, { "b", 1110, "OK", "ALARM" }, { "a", 1120, "ALARM", "OK" },
                                         { "b", 1150, "ALARM", "OK" }, { 0 } };
    for (int backwards = 0; backwards < 2; backwards++) {
        arena_t *arena = arena_new (1 << 16);
        alarm_spans_t spans = { .start_ms = 1000 * MINUTE_MS, .end_ms = 2000 * MINUTE_MS, .backwards = backwards };
        for (int i = 0; i < 4; i++) {
            const change_t *one = &CHANGES [backwards ? 3 - i : i];
            assert_int_equal (alarm_spans_add (&spans, arena, &(alarm_change_t) { slice_of (one->alarm), one->minute * MINUTE_MS,
                                               slice_of (one->from), slice_of (one->to) }), STATUS_OK);
        }
        buffer_t json;
        buffer_init (&json, 65536);
        assert_false (alarm_spans_append (&spans, false, &json));           //  Whose figures would these be?
        assert_true (alarm_spans_append (&spans, true, &json));
        buffer_append_char (&json, '\0');
        assert_string_equal (json.data, backwards
            ? "{\"columns\":[\"alarm\",\"to_alarm\",\"in_alarm_min\",\"state\"],\"rows\":[[\"b\",1,40,\"OK\"],[\"a\",1,20,\"OK\"]]}"
            : "{\"columns\":[\"alarm\",\"to_alarm\",\"in_alarm_min\",\"state\"],\"rows\":[[\"a\",1,20,\"OK\"],[\"b\",1,40,\"OK\"]]}");
        buffer_deinit (&json);
        arena_destroy (&arena);
    }
}

static void
a_short_time_in_alarm_is_told_in_tenths (void **state)
{
    (void) state;
    static const struct {
        int64_t in_alarm_ms;
        const char *minutes;
    } CASES [] = { { 1, "0.1" }, { 20000, "0.3" }, { 60000, "1" }, { 90000, "1.5" }, { 594000, "9.9" }, { 597000, "10" }, { 629999, "10" },
                   { 630000, "11" } };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        arena_t *arena = arena_new (1 << 16);
        alarm_spans_t spans = { .start_ms = 1, .end_ms = 10000000 };
        alarm_change_t change = { SLICE ("a"), 1000, SLICE ("OK"), SLICE ("ALARM") };
        assert_int_equal (alarm_spans_add (&spans, arena, &change), STATUS_OK);
        change = (alarm_change_t) { SLICE ("a"), 1000 + CASES [i].in_alarm_ms, SLICE ("ALARM"), SLICE ("OK") };
        assert_int_equal (alarm_spans_add (&spans, arena, &change), STATUS_OK);
        buffer_t json;
        char expected [100];
        buffer_init (&json, 4096);
        assert_true (alarm_spans_append (&spans, false, &json));
        buffer_append_char (&json, '\0');
        snprintf (expected, sizeof expected, "{\"to_alarm\":1,\"in_alarm_min\":%s,\"state\":\"OK\"}", CASES [i].minutes);
        assert_string_equal (json.data, expected);
        buffer_deinit (&json);
        arena_destroy (&arena);
    }
}

static void
what_is_not_known_is_not_told (void **state)
{
    (void) state;
    expect_figures ((change_t []) { { 0 } }, false, NULL);
    expect_figures ((change_t []) { { 0 } }, true, NULL);
    expect_figures ((change_t []) { { "a", 1100, "OK", "ALARM" }, { "a", 1200, NULL, "OK" }, { 0 } }, false, NULL);
    expect_figures ((change_t []) { { "a", 1100, "OK", NULL }, { 0 } }, true, NULL);
    expect_figures ((change_t []) { { NULL, 1100, "OK", "ALARM" }, { 0 } }, true, NULL);
}

static void
so_many_alarms_are_counted_and_no_more (void **state)
{
    (void) state;
    for (int count = ALARM_SPANS_MAX; count <= ALARM_SPANS_MAX + 1; count++) {
        arena_t *arena = arena_new (1 << 16);
        alarm_spans_t spans = { .start_ms = 1, .end_ms = 10 };
        for (int i = 0; i < count; i++) {
            char name [16];
            snprintf (name, sizeof name, "a-%d", i);
            assert_int_equal (alarm_spans_add (&spans, arena, &(alarm_change_t) { slice_of (name), 5, SLICE ("OK"), SLICE ("ALARM") }), STATUS_OK);
        }
        buffer_t json;
        buffer_init (&json, 65536);
        assert_true (alarm_spans_append (&spans, true, &json) == (count == ALARM_SPANS_MAX));
        buffer_deinit (&json);
        arena_destroy (&arena);
    }
}

static void
hostile_names_and_states_come_out_visible_and_bounded (void **state)
{
    (void) state;
    arena_t *arena = arena_new (1 << 16);
    alarm_spans_t spans = { .start_ms = 1, .end_ms = 120000 };
    static char longest [4096];
    memset (longest, 'S', sizeof longest);
    alarm_change_t change = { SLICE ("a\x1b\"b"), 60000, SLICE ("OK"), { longest, sizeof longest } };
    assert_int_equal (alarm_spans_add (&spans, arena, &change), STATUS_OK);
    buffer_t json;
    buffer_init (&json, 4096);
    assert_true (alarm_spans_append (&spans, true, &json));
    buffer_append_char (&json, '\0');
    assert_string_equal (json.data, "{\"columns\":[\"alarm\",\"to_alarm\",\"in_alarm_min\",\"state\"],\"rows\":[[\"a\\\\u001b\\\"b\",0,0,"
                                    "\"SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS\"]]}");
    buffer_deinit (&json);
    arena_destroy (&arena);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (time_in_alarm_is_between_the_changes),
        cmocka_unit_test (what_was_before_the_first_change_counts_from_the_start),
        cmocka_unit_test (what_is_after_the_last_change_counts_to_the_end),
        cmocka_unit_test (changes_outside_of_the_window_count_as_at_its_edge),
        cmocka_unit_test (each_alarm_has_figures_of_its_own),
        cmocka_unit_test (a_short_time_in_alarm_is_told_in_tenths),
        cmocka_unit_test (what_is_not_known_is_not_told),
        cmocka_unit_test (so_many_alarms_are_counted_and_no_more),
        cmocka_unit_test (hostile_names_and_states_come_out_visible_and_bounded),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
