#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plain.h"

static const char *
ended (buffer_t *out)
{
    buffer_append_char (out, 0);
    assert_int_equal (buffer_status (out), STATUS_OK);
    return out->data;
}

static void
assert_shown (slice_t text, const char *shown)
{
    buffer_t out;
    buffer_init (&out, 4096);
    plain_append (&out, text);
    assert_string_equal (ended (&out), shown);
    buffer_deinit (&out);
}

static void
assert_wrapped (const char *text, size_t column, size_t indent, size_t width, const char *lines)
{
    buffer_t out;
    buffer_init (&out, 4096);
    plain_wrap (&out, slice_of (text), column, indent, width);
    assert_string_equal (ended (&out), lines);
    buffer_deinit (&out);
}

static void
letters_of_any_script_stay_as_they_are (void **state)
{
    (void) state;
    assert_shown (SLICE ("Größe 日本 😀 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"), "Größe 日本 😀 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB");
}

static void
nothing_reaches_the_terminal_that_would_drive_it (void **state)
{
    (void) state;
    assert_shown (SLICE ("\033[2J\007\x7F"), "\\x1b[2J\\x07\\x7f");
    assert_shown (SLICE ("a\nb\rc\td\0e"), "a\\nb\\rc\\td\\x00e");
    assert_shown (SLICE ("\xC2\x9B" "31m"), "\\x9b31m");                //  One character that is ESC [ to some
    assert_shown (SLICE ("\xE2\x80\xAE" "cod.exe"), "\\u202ecod.exe");    //  Right to left from here
    assert_shown (SLICE ("\xE2\x81\xA6\xE2\x81\xA9"), "\\u2066\\u2069");
    assert_shown (SLICE ("\xF3\xA0\x81\x81"), "\\U000e0041");             //  A tag: nobody sees it
}

static void
bytes_that_are_no_text_are_shown_one_by_one (void **state)
{
    (void) state;
    assert_shown (SLICE ("\xFF" "a\xC3"), "\\xffa\\xc3");
    assert_shown (SLICE ("\xC0\x9B"), "\\xc0\\x9b");                      //  Overlong
    assert_shown (SLICE ("\xED\xA0\x80"), "\\xed\\xa0\\x80");             //  A surrogate
    assert_shown (SLICE ("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");    //  Beyond Unicode
}

static void
json_keeps_its_meaning_and_its_lines (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 4096);
    plain_append_json (&out, SLICE ("{\n  \"a\": \"\x7F\xC2\x9B\xE2\x80\xAE\xF3\xA0\x81\x81\"\n}"));
    assert_string_equal (ended (&out), "{\n  \"a\": \"\\u007f\\u009b\\u202e\\udb40\\udc41\"\n}");
    buffer_deinit (&out);
}

static void
width_is_counted_in_characters (void **state)
{
    (void) state;
    assert_int_equal (plain_width (SLICE ("Größe…")), 6);
    assert_true (slice_is (plain_cut (SLICE ("Größe"), 3), "Grö"));
    assert_true (slice_is (plain_cut (SLICE ("Größe"), 9), "Größe"));
    assert_int_equal (plain_cut (SLICE ("Größe"), 0).size, 0);
}

static void
lines_break_at_words_and_fit (void **state)
{
    (void) state;
    assert_wrapped ("one two three", 0, 2, 7, "one two\n  three");
    assert_wrapped ("one two three", 4, 2, 7, "one\n  two\n  three");
    assert_wrapped ("ein Größenwahn", 0, 0, 14, "ein Größenwahn");
    assert_wrapped ("a\033b c", 0, 0, 7, "a\\x1bb\nc");                   //  Counted as shown
    assert_wrapped ("unbreakable x", 0, 1, 5, "unbreakable\n x");
    assert_wrapped ("one two three", 0, 2, 0, "one two three");
}

static void
the_texts_own_lines_and_their_indents_stay (void **state)
{
    (void) state;
    assert_wrapped ("at\n  deeper\n\nend", 0, 2, 40, "at\n    deeper\n  \n  end");
    assert_wrapped ("a\nb", 0, 2, 0, "a\n  b");
    assert_wrapped ("", 0, 2, 40, "");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (letters_of_any_script_stay_as_they_are),
        cmocka_unit_test (nothing_reaches_the_terminal_that_would_drive_it),
        cmocka_unit_test (bytes_that_are_no_text_are_shown_one_by_one),
        cmocka_unit_test (json_keeps_its_meaning_and_its_lines),
        cmocka_unit_test (width_is_counted_in_characters),
        cmocka_unit_test (lines_break_at_words_and_fit),
        cmocka_unit_test (the_texts_own_lines_and_their_indents_stay),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
