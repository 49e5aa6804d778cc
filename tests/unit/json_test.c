#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json.h"

#include <math.h>

static status_t
read_text (slice_t text, yyjson_doc **doc, size_t *at)
{
    return json_read (text, JSON_DEPTH_MAX, doc, at);
}

static void
assert_malformed_at (slice_t text, size_t expected)
{
    size_t at = 9999;
    yyjson_doc *doc = (yyjson_doc *) &at;
    assert_int_equal (read_text (text, &doc, &at), STATUS_MALFORMED);
    assert_null (doc);
    assert_int_equal (at, expected);
}

static void
members_are_read_by_kind (void **state)
{
    (void) state;
    yyjson_doc *doc;
    slice_t text = SLICE ("{\"t\":\"a\\u0000b\",\"e\":\"\",\"b\":true,\"i\":-7,\"d\":2.5,\"n\":null,\"big\":18446744073709551615}");
    assert_int_equal (read_text (text, &doc, NULL), STATUS_OK);
    const yyjson_val *root = yyjson_doc_get_root (doc);
    assert_true (slice_eq (json_text (root, "t"), SLICE ("a\0b")));
    assert_non_null (json_text (root, "e").data);
    assert_int_equal (json_text (root, "e").size, 0);
    assert_true (json_bool (root, "b", false));
    assert_int_equal (json_int (root, "i", 1), -7);
    assert_true (json_number (root, "d", 0) == 2.5);
    assert_true (json_number (root, "i", 0) == -7);
    yyjson_doc_free (doc);
}

static void
what_is_missing_or_of_another_kind_gives_the_default (void **state)
{
    (void) state;
    yyjson_doc *doc;
    assert_int_equal (read_text (SLICE ("{\"t\":\"5\",\"i\":5,\"d\":2.5,\"big\":18446744073709551615}"), &doc, NULL), STATUS_OK);
    const yyjson_val *root = yyjson_doc_get_root (doc);
    assert_null (json_text (root, "i").data);
    assert_null (json_text (root, "missing").data);
    assert_true (json_bool (root, "t", true));
    assert_int_equal (json_int (root, "t", -1), -1);
    assert_int_equal (json_int (root, "d", -1), -1);
    assert_int_equal (json_int (root, "big", 7), 7);
    assert_true (json_number (root, "t", -0.5) == -0.5);
    assert_null (json_text (NULL, "t").data);
    assert_int_equal (json_int (NULL, "i", 3), 3);
    assert_null (json_value_text (NULL).data);
    yyjson_doc_free (doc);
}

static void
only_strict_json_is_read_and_the_wrong_byte_is_named (void **state)
{
    (void) state;
    assert_malformed_at (SLICE ("{\"a\":1,}"), 6);         //  The comma with nothing behind it
    assert_malformed_at (SLICE ("{} x"), 3);
    assert_malformed_at (SLICE ("[1,nope]"), 3);
    assert_malformed_at (SLICE ("/* no */ {}"), 0);
    assert_malformed_at (SLICE ("\xEF\xBB\xBF{}"), 0);
    assert_malformed_at (SLICE ("[1"), 2);
    assert_malformed_at (SLICE ("]"), 0);
    assert_malformed_at (SLICE (""), 0);
    assert_malformed_at (SLICE_ABSENT, 0);
    yyjson_doc *doc;
    assert_int_equal (read_text (SLICE ("{}\0"), &doc, NULL), STATUS_MALFORMED);
    assert_int_equal (read_text (SLICE ("[NaN]"), &doc, NULL), STATUS_MALFORMED);
    assert_int_equal (read_text (SLICE ("[\"\xC3\x28\"]"), &doc, NULL), STATUS_MALFORMED);
    assert_int_equal (read_text (SLICE ("[\"\\uD800\"]"), &doc, NULL), STATUS_MALFORMED);
    assert_int_equal (read_text (SLICE (" 1 \n"), &doc, NULL), STATUS_OK);
    yyjson_doc_free (doc);
}

//  "[[[…]]]", that many brackets of each kind.
static void
nest (buffer_t *out, int depth)
{
    buffer_init (out, SIZE_MAX);
    for (int i = 0; i < depth; i++)
        buffer_append_text (out, i % 2 ? "{\"a\":" : "[");
    buffer_append_text (out, "1");
    for (int i = depth; i > 0; i--)
        buffer_append_char (out, i % 2 ? ']' : '}');
}

static void
nesting_is_bounded_before_parsing (void **state)
{
    (void) state;
    buffer_t text;
    yyjson_doc *doc;
    nest (&text, JSON_DEPTH_MAX);
    assert_int_equal (read_text (buffer_slice (&text), &doc, NULL), STATUS_OK);
    yyjson_doc_free (doc);
    buffer_deinit (&text);

    nest (&text, JSON_DEPTH_MAX + 1);
    assert_int_equal (read_text (buffer_slice (&text), &doc, NULL), STATUS_TOO_LARGE);
    assert_null (doc);
    assert_int_equal (json_read (buffer_slice (&text), JSON_DEPTH_MAX_AWS, &doc, NULL), STATUS_OK);
    yyjson_doc_free (doc);
    buffer_deinit (&text);
}

static void
brackets_within_strings_do_not_nest (void **state)
{
    (void) state;
    assert_true (json_depth_within (SLICE ("[\"[[[\\\"[[{{\", 1]"), 1));
    assert_true (json_depth_within (SLICE ("[[],[],{}]"), 2));
    assert_false (json_depth_within (SLICE ("[\"\\\\\",[]]"), 1));
    assert_false (json_depth_within (SLICE ("[\"\\\\\\\\\",[]]"), 1));
    assert_true (json_depth_within (SLICE ("[\"\\\\\\\",[]]"), 1));
    assert_true (json_depth_within (SLICE ("[\"\",\"\\\"\\\"[\"]"), 1));
    assert_true (json_depth_within (SLICE ("\"unfinished \\"), 0));
    assert_false (json_depth_within (SLICE ("]]]]["), 0));
}

static void
assert_string_becomes (slice_t text, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 1000);
    json_append_string (&out, text);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    assert_int_equal (out.size, strlen (expected));
    assert_memory_equal (out.data, expected, out.size);

    yyjson_doc *doc;
    assert_int_equal (read_text (buffer_slice (&out), &doc, NULL), STATUS_OK);
    yyjson_doc_free (doc);
    buffer_deinit (&out);
}

static void
strings_are_escaped_where_json_asks_for_it (void **state)
{
    (void) state;
    assert_string_becomes (SLICE_ABSENT, "\"\"");
    assert_string_becomes (SLICE ("plain/é\x7F\xE2\x80\xA8"), "\"plain/é\x7F\xE2\x80\xA8\"");
    assert_string_becomes (SLICE ("\"\\\n\r\t\b\f"), "\"\\\"\\\\\\n\\r\\t\\b\\f\"");
    assert_string_becomes (SLICE ("a\0b\x1F"), "\"a\\u0000b\\u001f\"");
}

static void
what_is_not_utf8_is_replaced (void **state)
{
    (void) state;
    assert_string_becomes (SLICE ("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
    assert_string_becomes (SLICE ("cut \xE2\x82"), "\"cut \xEF\xBF\xBD\"");
    assert_string_becomes (SLICE ("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");                             //  Overlong
    assert_string_becomes (SLICE ("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");             //  Surrogate
    assert_string_becomes (SLICE ("\xF4\x90\x80\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_string_becomes (SLICE ("\xF4\x8F\xBF\xBF"), "\"\xF4\x8F\xBF\xBF\"");
    assert_string_becomes (SLICE ("\xE2\"x"), "\"\xEF\xBF\xBD\\\"x\"");
}

static void
every_pair_of_bytes_gives_valid_json (void **state)
{
    (void) state;
    for (int i = 0; i < 65536; i++) {
        char bytes [4] = { 'a', (char) (i >> 8), (char) (i & 255), 'z' };
        buffer_t out;
        buffer_init (&out, 100);
        json_append_string (&out, (slice_t) { bytes, sizeof bytes });
        yyjson_doc *doc;
        assert_int_equal (read_text (buffer_slice (&out), &doc, NULL), STATUS_OK);
        slice_t back = json_value_text (yyjson_doc_get_root (doc));
        assert_int_equal (back.data [0], 'a');
        assert_int_equal (back.data [back.size - 1], 'z');
        yyjson_doc_free (doc);
        buffer_deinit (&out);
    }
}

static void
a_document_is_written_with_copied_and_repaired_texts (void **state)
{
    (void) state;
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    yyjson_mut_val *root = yyjson_mut_arr (doc);
    yyjson_mut_doc_set_root (doc, root);
    char text [] = "mine";
    assert_true (yyjson_mut_arr_append (root, json_new_text (doc, slice_of (text))));
    text [0] = 'x';
    assert_true (yyjson_mut_arr_append (root, json_new_text (doc, SLICE ("a\xFF" "b\xE2\x82"))));
    assert_true (yyjson_mut_arr_append (root, json_new_text (doc, SLICE (""))));
    assert_true (yyjson_mut_arr_append (root, json_new_text (doc, SLICE_ABSENT)));

    buffer_t out;
    buffer_init (&out, 1000);
    buffer_append_text (&out, "data: ");
    assert_int_equal (json_write (doc, &out), STATUS_OK);
    assert_true (slice_is (buffer_slice (&out), "data: [\"mine\",\"a\xEF\xBF\xBD" "b\xEF\xBF\xBD\",\"\",null]"));
    buffer_deinit (&out);
    yyjson_mut_doc_free (doc);
}

static void
a_document_that_cannot_be_written_leaves_no_half (void **state)
{
    (void) state;
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    buffer_t out;
    buffer_init (&out, 3);
    yyjson_mut_doc_set_root (doc, yyjson_mut_real (doc, NAN));
    assert_int_equal (json_write (doc, &out), STATUS_INTERNAL);
    yyjson_mut_doc_set_root (doc, yyjson_mut_str (doc, "\xFF"));
    assert_int_equal (json_write (doc, &out), STATUS_INTERNAL);
    yyjson_mut_doc_set_root (doc, yyjson_mut_int (doc, 12345));
    assert_int_equal (json_write (doc, &out), STATUS_TOO_LARGE);
    assert_int_equal (out.size, 0);
    buffer_deinit (&out);
    yyjson_mut_doc_free (doc);
}

static void
a_secret_document_is_in_memory_that_is_wiped (void **state)
{
    (void) state;
    buffer_t memory;
    yyjson_doc *doc;
    buffer_init_secret (&memory, 64 * 1024);
    slice_t text = SLICE ("{\"key\":\"wJalrXUtnFEMI\",\"numbers\":[1,2.5e300,-3]}");
    assert_int_equal (json_read_secret (text, JSON_DEPTH_MAX, &memory, &doc), STATUS_OK);
    slice_t key = json_text (yyjson_doc_get_root (doc), "key");
    assert_true (slice_is (key, "wJalrXUtnFEMI"));
    assert_true (key.data > memory.data && key.data < memory.data + memory.size);
    assert_true ((const char *) doc >= memory.data && (const char *) yyjson_doc_get_root (doc) < memory.data + memory.size);
    buffer_deinit (&memory);
}

static void
a_secret_document_that_is_none_is_refused (void **state)
{
    (void) state;
    static const struct {
        const char *text;
        size_t limit;
        status_t status;
    } CASES [] = {
        { "{\"key\":", 64 * 1024, STATUS_MALFORMED }, { "", 64 * 1024, STATUS_MALFORMED }, { "{} {}", 64 * 1024, STATUS_MALFORMED },
        { "[[[1]]]", 64 * 1024, STATUS_TOO_LARGE }, { "{\"key\":\"value\"}", 100, STATUS_TOO_LARGE },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        buffer_t memory;
        yyjson_doc *doc = (yyjson_doc *) &memory;
        buffer_init_secret (&memory, CASES [i].limit);
        assert_int_equal (json_read_secret (slice_of (CASES [i].text), 2, &memory, &doc), CASES [i].status);
        assert_null (doc);
        buffer_deinit (&memory);
    }
}

static void
a_value_is_written_as_it_was_read (void **state)
{
    (void) state;
    buffer_t out;
    yyjson_doc *doc;
    assert_int_equal (json_read (SLICE ("{ \"a\" : [1, 2.5, \"x\\n\"], \"b\" : null }"), 4, &doc, NULL), STATUS_OK);
    buffer_init (&out, 64);
    json_append_value (&out, yyjson_doc_get_root (doc));
    assert_true (slice_is (buffer_slice (&out), "{\"a\":[1,2.5,\"x\\n\"],\"b\":null}"));
    json_append_value (&out, yyjson_doc_get_root (doc));
    json_append_value (&out, yyjson_doc_get_root (doc));
    assert_int_equal (buffer_status (&out), STATUS_TOO_LARGE);
    buffer_deinit (&out);
    yyjson_doc_free (doc);
}

static void
what_is_no_object_has_no_members (void **state)
{
    (void) state;
    yyjson_doc *doc;
    assert_int_equal (json_read (SLICE ("[{\"a\":1,\"b\":2},{},null,[1],\"a\",7]"), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    for (size_t i = 0; i < 7; i++) {
        size_t index, count, seen = 0;
        yyjson_val *object = yyjson_arr_get (yyjson_doc_get_root (doc), i), *key, *value;       //  The last one is NULL
        yyjson_obj_foreach (json_members (object), index, count, key, value)
            seen += (size_t) yyjson_get_uint (value);
        assert_int_equal (seen, i == 0 ? 3 : 0);
    }
    yyjson_doc_free (doc);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (members_are_read_by_kind),
        cmocka_unit_test (what_is_missing_or_of_another_kind_gives_the_default),
        cmocka_unit_test (what_is_no_object_has_no_members),
        cmocka_unit_test (only_strict_json_is_read_and_the_wrong_byte_is_named),
        cmocka_unit_test (nesting_is_bounded_before_parsing),
        cmocka_unit_test (brackets_within_strings_do_not_nest),
        cmocka_unit_test (strings_are_escaped_where_json_asks_for_it),
        cmocka_unit_test (what_is_not_utf8_is_replaced),
        cmocka_unit_test (every_pair_of_bytes_gives_valid_json),
        cmocka_unit_test (a_value_is_written_as_it_was_read),
        cmocka_unit_test (a_document_is_written_with_copied_and_repaired_texts),
        cmocka_unit_test (a_document_that_cannot_be_written_leaves_no_half),
        cmocka_unit_test (a_secret_document_is_in_memory_that_is_wiped),
        cmocka_unit_test (a_secret_document_that_is_none_is_refused),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
