#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "visible.h"

#include <stdlib.h>

static void
expect_visible (slice_t text, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 1 << 20);
    visible_append (&out, text);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
expect_cut (slice_t text, size_t bytes_max, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 1 << 20);
    visible_append_cut (&out, text, bytes_max);
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
plain_text_of_any_language_stays (void **state)
{
    (void) state;
    expect_visible (SLICE ("orders \"new\" \\ 5 % — größer, 注文, заказ, طلب"), "orders \"new\" \\ 5 % — größer, 注文, заказ, طلب");
    expect_visible (SLICE ("two\nlines\tand a tab"), "two\nlines\tand a tab");
    expect_visible (SLICE (""), "");
}

static void
emoji_keep_their_joiners (void **state)
{
    (void) state;
    expect_visible (SLICE ("👩\u200d🚀 می\u200cخواهم ✔\ufe0f"), "👩\u200d🚀 می\u200cخواهم ✔\ufe0f");
}

static void
terminal_escapes_are_numbers (void **state)
{
    (void) state;
    expect_visible (SLICE ("\x1b[2J\x1b]0;title\x07"), "\\u001b[2J\\u001b]0;title\\u0007");
    expect_visible (SLICE ("a\0b\x7f"), "a\\u0000b\\u007f");
    expect_visible (SLICE ("\xc2\x9b" "31m"), "\\u009b31m");
}

static void
a_carriage_return_alone_is_a_number_and_before_a_line_feed_nothing (void **state)
{
    (void) state;
    expect_visible (SLICE ("good\rbad"), "good\\u000dbad");
    expect_visible (SLICE ("one\r\ntwo\r"), "one\ntwo\\u000d");
}

static void
what_turns_the_direction_of_writing_is_a_number (void **state)
{
    (void) state;
    expect_visible (SLICE ("a\u202egnp.exe"), "a\\u202egnp.exe");
    expect_visible (SLICE ("\u200e\u200f\u061c\u202a\u202b\u202c\u202d"), "\\u200e\\u200f\\u061c\\u202a\\u202b\\u202c\\u202d");
    expect_visible (SLICE ("\u2066\u2067\u2068\u2069"), "\\u2066\\u2067\\u2068\\u2069");
}

static void
what_shows_nothing_is_a_number (void **state)
{
    (void) state;
    expect_visible (SLICE ("pass\u200bword\ufeff\u2060\u2028\u2029\u180e"), "pass\\u200bword\\ufeff\\u2060\\u2028\\u2029\\u180e");
    expect_visible (SLICE ("x\U000e0041\U000e007f"), "x\\u{e0041}\\u{e007f}");
}

static void
the_neighbours_of_hidden_characters_stay (void **state)
{
    (void) state;
    expect_visible (SLICE (" ~\u00a0\u061b\u061d\u200a\u2010\u2027\u202f\u205f\u2070\ufefe\uff01\U000dffff"),
                    " ~\u00a0\u061b\u061d\u200a\u2010\u2027\u202f\u205f\u2070\ufefe\uff01\U000dffff");
}

static void
bytes_that_are_no_utf8_are_left_to_json (void **state)
{
    (void) state;
    expect_visible (SLICE ("a\xff\xc3(\xe2\x80"), "a\xff\xc3(\xe2\x80");
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    assert_string_equal (yyjson_mut_get_str (visible_text (doc, SLICE ("a\xff\x1b\xe2\x80"))), "a\uFFFD\\u001b\uFFFD");
    yyjson_mut_doc_free (doc);
}

static void
every_sequence_of_three_bytes_ends (void **state)
{
    (void) state;
    for (unsigned bytes = 0; bytes < 1u << 24; bytes += 251) {
        char text [3] = { (char) (bytes >> 16), (char) (bytes >> 8), (char) bytes };
        buffer_t out;
        buffer_init (&out, 64);
        visible_append (&out, (slice_t) { text, 3 });
        assert_int_equal (buffer_status (&out), STATUS_OK);
        for (size_t i = 0; i < out.size; i++)
            assert_true ((unsigned char) out.data [i] >= ' ' || out.data [i] == '\n' || out.data [i] == '\t');
        buffer_deinit (&out);
    }
}

static void
a_cut_is_between_two_characters_and_shows (void **state)
{
    (void) state;
    expect_cut (SLICE ("abcdef"), 6, "abcdef");
    expect_cut (SLICE ("abcdefg"), 6, "abcdef…");
    expect_cut (SLICE ("äöü"), 3, "äö…");
    expect_cut (SLICE ("\u202e\u202e"), 5, "\\u202e…");
    expect_cut (SLICE ("abc"), 0, "…");
    expect_cut (SLICE (""), 0, "");
}

static void
a_buffer_that_is_full_ends_it (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 4);
    visible_append (&out, SLICE ("abcdefgh"));
    assert_int_equal (buffer_status (&out), STATUS_TOO_LARGE);
    buffer_deinit (&out);
}

static void
an_absent_text_is_null_and_an_empty_one_a_text (void **state)
{
    (void) state;
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    assert_true (yyjson_mut_is_null (visible_text (doc, SLICE_ABSENT)));
    assert_string_equal (yyjson_mut_get_str (visible_text (doc, SLICE (""))), "");
    yyjson_mut_doc_free (doc);
}

static void
a_copied_value_is_visible_throughout (void **state)
{
    (void) state;
    static const char TEXT [] = "{\"k\\u001b\":[1,2.5,null,true,\"\\u202e\",{\"deep\":[\"\\u0007\"]}],\"empty\":{},\"none\":[]}";
    yyjson_doc *from = yyjson_read (TEXT, sizeof TEXT - 1, 0);
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    char *written = yyjson_mut_val_write (visible_copy (doc, yyjson_doc_get_root (from)), 0, NULL);
    assert_string_equal (written, "{\"k\\\\u001b\":[1,2.5,null,true,\"\\\\u202e\",{\"deep\":[\"\\\\u0007\"]}],\"empty\":{},\"none\":[]}");
    free (written);
    yyjson_mut_doc_free (doc);
    yyjson_doc_free (from);
}

static void
the_deepest_answer_of_aws_is_copied_and_one_deeper_is_not (void **state)
{
    (void) state;
    char text [2 * (JSON_DEPTH_MAX_AWS + 1)];
    for (int depth = JSON_DEPTH_MAX_AWS; depth <= JSON_DEPTH_MAX_AWS + 1; depth++) {
        memset (text, '[', (size_t) depth);
        memset (text + depth, ']', (size_t) depth);
        yyjson_doc *from = yyjson_read (text, 2 * (size_t) depth, 0);
        assert_non_null (from);
        yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
        assert_true ((visible_copy (doc, yyjson_doc_get_root (from)) != NULL) == (depth == JSON_DEPTH_MAX_AWS));
        yyjson_mut_doc_free (doc);
        yyjson_doc_free (from);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (plain_text_of_any_language_stays),
        cmocka_unit_test (emoji_keep_their_joiners),
        cmocka_unit_test (terminal_escapes_are_numbers),
        cmocka_unit_test (a_carriage_return_alone_is_a_number_and_before_a_line_feed_nothing),
        cmocka_unit_test (what_turns_the_direction_of_writing_is_a_number),
        cmocka_unit_test (what_shows_nothing_is_a_number),
        cmocka_unit_test (the_neighbours_of_hidden_characters_stay),
        cmocka_unit_test (bytes_that_are_no_utf8_are_left_to_json),
        cmocka_unit_test (every_sequence_of_three_bytes_ends),
        cmocka_unit_test (a_cut_is_between_two_characters_and_shows),
        cmocka_unit_test (a_buffer_that_is_full_ends_it),
        cmocka_unit_test (an_absent_text_is_null_and_an_empty_one_a_text),
        cmocka_unit_test (a_copied_value_is_visible_throughout),
        cmocka_unit_test (the_deepest_answer_of_aws_is_copied_and_one_deeper_is_not),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
