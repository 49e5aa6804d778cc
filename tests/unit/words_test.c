#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "words.h"

#include <stdio.h>
#include <stdlib.h>

//  The words with a bar behind each; or why there are none.
static const char *
split (slice_t line)
{
    static char shown [WORDS_BYTES_MAX + 256];
    words_t words;
    const char *why;
    status_t status = words_split (&words, line, &why);
    shown [0] = 0;
    assert_true ((status == STATUS_OK) == (why == NULL));
    assert_true (words.text.secret);
    if (why)
        snprintf (shown, sizeof shown, "%s", why);
    else {
        assert_null (words.argv [words.count]);
        size_t size = 0;
        for (int i = 0; i < words.count; i++)
            size += (size_t) snprintf (shown + size, sizeof shown - size, "%s|", words.argv [i]);
    }
    words_deinit (&words);
    words_deinit (&words);
    return shown;
}

static void
words_are_split_as_a_shell_splits_them (void **state)
{
    (void) state;
    static const struct {
        const char *line, *words;
    } rows [] = {
        { "a", "a|" },
        { "  a \t b\r\n c\n", "a|b|c|" },
        { "a 'b c' d", "a|b c|d|" },
        { "a \"b c\" d", "a|b c|d|" },
        { "a b'c 'd\" e\"f", "a|bc d ef|" },
        { "a '' \"\" b", "a|||b|" },
        { "a ''", "a||" },
        { "a\\ b c", "a b|c|" },
        { "\\a", "a|" },
        { "a '\\n \"$x'", "a|\\n \"$x|" },
        { "a \"\\\" \\\\ \\$ \\` \\n '\"", "a|\" \\ $ ` \\n '|" },
        { "a \\' \\\" \\\\", "a|'|\"|\\|" },
        { "a b\\\nc", "a|bc|" },
        { "a \\\n  b \\\n", "a|b|" },
        { "a \"b\\\nc\"", "a|bc|" },
        { "a 'b\nc'", "a|b\nc|" },
        { "a ~/b $HOME *.c | c; d # e", "a|~/b|$HOME|*.c|||c;|d|#|e|" },
        { "a \xC3\xA4\\\xC3\xA4", "a|\xC3\xA4\xC3\xA4|" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal (split (slice_of (rows [i].line)), rows [i].words);
}

static void
a_line_that_is_none_is_refused_with_the_reason (void **state)
{
    (void) state;
    static const char quote [] = "has a quote that is not closed", empty [] = "names no program", backslash [] = "ends in a backslash";
    static const struct {
        const char *line, *why;
    } rows [] = {
        { "'", quote }, { "a 'b", quote }, { "a \"b", quote }, { "a \"b\\\"", quote }, { "a 'b\\", quote }, { "a it's", quote },
        { "a \\", backslash }, { "\\", backslash }, { "a \"b\\", backslash },
        { "", empty }, { " \t\n", empty }, { "''", empty }, { "\"\" a", empty }, { "\\\n", empty },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal (split (slice_of (rows [i].line)), rows [i].why);
    assert_string_equal (split (SLICE ("a\0b")), "holds a zero byte");
    assert_string_equal (split (SLICE_ABSENT), empty);
}

static void
as_many_words_and_bytes_are_taken_as_the_limits_say (void **state)
{
    (void) state;
    char line [WORDS_BYTES_MAX + 2];
    for (int i = 0; i < 2 * WORDS_MAX; i++)
        line [i] = i % 2 ? ' ' : 'a';
    assert_int_equal (strlen (split ((slice_t) { line, 2 * WORDS_MAX })), 2 * WORDS_MAX);
    line [2 * WORDS_MAX] = 'a';
    assert_string_equal (split ((slice_t) { line, 2 * WORDS_MAX + 1 }), "has more than 64 words");
    memset (line, 'a', sizeof line);
    assert_int_equal (strlen (split ((slice_t) { line, WORDS_BYTES_MAX })), WORDS_BYTES_MAX + 1);
    assert_string_equal (split ((slice_t) { line, WORDS_BYTES_MAX + 1 }), "is longer than 8192 bytes");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (words_are_split_as_a_shell_splits_them),
        cmocka_unit_test (a_line_that_is_none_is_refused_with_the_reason),
        cmocka_unit_test (as_many_words_and_bytes_are_taken_as_the_limits_say),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
