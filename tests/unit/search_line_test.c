#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "search_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
expect_line (const search_line_t *line, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 1 << 20);
    assert_int_equal (search_line_append (&out, line), STATUS_OK);
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
an_event_is_time_group_stream_and_message (void **state)
{
    (void) state;
    search_line_t line = { .time_ms = 1795388707042, .group = SLICE ("/a"), .stream = SLICE ("s"), .message = SLICE ("m"), .bytes_max = 100 };
    expect_line (&line, "[\"2026-11-22T23:05:07.042Z\",\"/a\",\"s\",\"m\"]");
    line.group = SLICE_ABSENT;
    expect_line (&line, "[\"2026-11-22T23:05:07.042Z\",\"s\",\"m\"]");
    line.stream = line.message = SLICE_ABSENT;
    expect_line (&line, "[\"2026-11-22T23:05:07.042Z\",\"\",\"\"]");
}

static void
what_a_stranger_wrote_is_shown_as_what_it_is (void **state)
{
    (void) state;
    search_line_t line = { .stream = SLICE ("s\x1b[2J"), .bytes_max = 100 };
    static const char *const MESSAGES [] [2] = {
        { "a \"quote\" and \\", "a \\\"quote\\\" and \\\\" }, { "tab\tline\nline", "tab\\tline\\nline" }, { "line\n", "line" },
        { "line\r\n\n", "line" }, { "\n", "" }, { "\x1b[31mred", "\\\\u001b[31mred" }, { "a\xe2\x80\xae" "b", "a\\\\u202eb" },
        { "\xff", "\xef\xbf\xbd" }, { "é…", "é…" },
    };
    for (size_t i = 0; i < sizeof MESSAGES / sizeof MESSAGES [0]; i++) {
        char expected [200];
        line.message = slice_of (MESSAGES [i] [0]);
        snprintf (expected, sizeof expected, "[\"1970-01-01T00:00:00.000Z\",\"s\\\\u001b[2J\",\"%s\"]", MESSAGES [i] [1]);
        expect_line (&line, expected);
    }
}

static void
a_long_message_is_cut_and_says_how_long_it_was (void **state)
{
    (void) state;
    static const struct {
        const char *message, *shown;
    } CASES [] = {
        { "0123456789", "0123456789" },                     //  Just fits
        { "0123456789\n", "0123456789" },
        { "0123456789a", "0123456789… [11 bytes]" },
        { "012345678é", "012345678é" },                     //  Its last character goes beyond
        { "012345678éa", "012345678é… [12 bytes]" },
        { "0123456…", "0123456…" },                         //  What looks cut, and is not
        { "012345678…", "012345678…" },
        { "0123456789…", "0123456789… [13 bytes]" },
        { "012345678\x1b", "012345678\\\\u001b" },
        { "012345678\x1b…", "012345678\\\\u001b… [13 bytes]" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char expected [200];
        snprintf (expected, sizeof expected, "[\"1970-01-01T00:00:00.000Z\",\"s\",\"%s\"]", CASES [i].shown);
        expect_line (&(search_line_t) { .stream = SLICE ("s"), .message = slice_of (CASES [i].message), .bytes_max = 10 }, expected);
    }
    char *large = malloc (1 << 20);
    memset (large, 'x', 1 << 20);
    buffer_t out;
    buffer_init (&out, 4096);
    assert_int_equal (search_line_append (&out, &(search_line_t) { .message = { large, 1 << 20 }, .bytes_max = 2000 }), STATUS_OK);
    assert_true (out.size < 2100);
    assert_non_null (memmem (out.data, out.size, "… [1,048,576 bytes]", strlen ("… [1,048,576 bytes]")));
    buffer_deinit (&out);
    free (large);
}

static void
a_line_that_does_not_fit_is_no_line (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 40);
    assert_int_equal (search_line_append (&out, &(search_line_t) { .message = SLICE ("0123456789"), .bytes_max = 100 }), STATUS_TOO_LARGE);
    buffer_deinit (&out);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (an_event_is_time_group_stream_and_message),
        cmocka_unit_test (what_a_stranger_wrote_is_shown_as_what_it_is),
        cmocka_unit_test (a_long_message_is_cut_and_says_how_long_it_was),
        cmocka_unit_test (a_line_that_does_not_fit_is_no_line),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
