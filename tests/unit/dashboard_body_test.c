#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dashboard_body.h"
#include "expect.h"

#include <stdio.h>

static void
expect_unreadable (slice_t text, const char *expected)
{
    yyjson_doc *doc;
    buffer_t sentence;
    buffer_init (&sentence, 1024);
    assert_int_equal (dashboard_body_read (text, &doc, &sentence), STATUS_MALFORMED);
    assert_null (doc);
    buffer_append_char (&sentence, 0);
    assert_string_equal (sentence.data, expected);
    buffer_deinit (&sentence);
}

static void
what_is_wrong_with_a_body_is_said (void **state)
{
    (void) state;
    expect_unreadable (SLICE ("{\"widgets\":[}"), "The dashboard's body is not valid JSON at byte 12 of 13: nothing of it can be shown.");
    expect_unreadable (SLICE (""), "The dashboard's body is not valid JSON at byte 0 of 0: nothing of it can be shown.");
    expect_unreadable (SLICE_ABSENT, "The dashboard's body is not valid JSON at byte 0 of 0: nothing of it can be shown.");
    static const char *const OTHERS [] = { "[]", "7", "{}", "{\"widgets\":{}}", "{\"widgets\":\"x\"}" };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++)
        expect_unreadable (slice_of (OTHERS [i]), "The dashboard's body has no list of widgets.");
    char deep [200];
    memset (deep, '[', sizeof deep);
    expect_unreadable ((slice_t) { deep, sizeof deep }, "The dashboard's body is nested too deep to be read.");
}

//  What stands beside the widgets, and the note behind a bar.
static const char *
beside (const char *body)
{
    static char text [16384];
    yyjson_doc *doc;
    buffer_t members, note;
    buffer_init (&members, 32 * 1024);
    buffer_init (&note, 4096);
    assert_int_equal (dashboard_body_read (slice_of (body), &doc, &members), STATUS_OK);
    dashboard_body_append (yyjson_doc_get_root (doc), &members, &note);
    snprintf (text, sizeof text, "%.*s|%.*s", (int) members.size, members.size ? members.data : "", (int) note.size, note.size ? note.data : "");
    yyjson_doc_free (doc);
    buffer_deinit (&members);
    buffer_deinit (&note);
    return text;
}

static void
times_come_in_the_form_that_our_tools_take (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = {
        { "-PT6H", "-6h" }, { "-PT30M", "-30m" }, { "-P7D", "-7d" }, { "-P2W", "-2w" }, { "-PT90S", "-90s" },
        //  Months have no length, and what is no period stays
        { "-P3M", "-P3M" }, { "-PT1H30M", "-PT1H30M" }, { "-PTH", "-PTH" }, { "-P", "-P" }, { "-PT6D", "-PT6D" }, { "6h", "6h" },
        { "2026-11-22T12:00:00.000Z", "2026-11-22T12:00:00.000Z" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char body [200], expected [200];
        snprintf (body, sizeof body, "{\"widgets\":[],\"start\":\"%s\",\"end\":\"%s\"}", CASES [i] [0], CASES [i] [0]);
        snprintf (expected, sizeof expected, ",\"start_time\":\"%s\",\"end_time\":\"%s\"|", CASES [i] [1], CASES [i] [1]);
        assert_string_equal (beside (body), expected);
    }
    assert_string_equal (beside ("{\"widgets\":[],\"start\":7,\"end\":\"\"}"), "|");
}

#define NOTE "What a variable replaces stands in the arguments as the dashboard has it: put a value, or its default, there."

static void
variables_are_named_with_what_they_replace (void **state)
{
    (void) state;
    assert_string_equal (beside ("{\"widgets\":[],\"variables\":[{\"type\":\"property\",\"property\":\"FunctionName\",\"inputType\":\"select\","
                                 "\"label\":\"Function\",\"defaultValue\":\"a\"},{\"type\":\"pattern\",\"pattern\":\"$zone\"},7]}"),
                         ",\"variables\":[{\"type\":\"property\",\"replaces\":\"FunctionName\",\"label\":\"Function\",\"default\":\"a\"},"
                         "{\"type\":\"pattern\",\"replaces\":\"$zone\"},{\"type\":\"property\"}]|" NOTE);
    assert_string_equal (beside ("{\"widgets\":[],\"variables\":[]}"), "|");
}

static void
too_many_variables_are_cut_and_said (void **state)
{
    (void) state;
    char body [1024];
    int size = snprintf (body, sizeof body, "{\"widgets\":[],\"variables\":[{}");
    for (int i = 0; i < 25; i++)
        size += snprintf (body + size, sizeof body - (size_t) size, ",{}");
    snprintf (body + size, sizeof body - (size_t) size, "]}");
    expect_part (beside (body), NOTE " 25 of 26 variables are shown.");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_is_wrong_with_a_body_is_said),
        cmocka_unit_test (times_come_in_the_form_that_our_tools_take),
        cmocka_unit_test (variables_are_named_with_what_they_replace),
        cmocka_unit_test (too_many_variables_are_cut_and_said),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
