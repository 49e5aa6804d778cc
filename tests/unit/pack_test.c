#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pack.h"

#include "json.h"
#include "reader.h"

enum { LIMIT = 1024 * 1024 };

static int
start (void **state)
{
    static buffer_t out;
    buffer_init (&out, LIMIT);
    *state = &out;
    return 0;
}

static int
end (void **state)
{
    buffer_deinit (*state);
    return 0;
}

static reader_t
reader_of (const buffer_t *out)
{
    assert_int_equal (buffer_status (out), STATUS_OK);
    reader_t reader;
    reader_init (&reader, buffer_slice (out));
    return reader;
}

static void
assert_text (reader_t *reader, const char *expected)
{
    slice_t text = SLICE_ABSENT;
    assert_int_equal (reader_text (reader, &text), STATUS_OK);
    assert_true (slice_is (text, expected));
}

static void
assert_int (reader_t *reader, int64_t expected)
{
    int64_t value = 0;
    assert_int_equal (reader_int (reader, &value), STATUS_OK);
    assert_true (value == expected);
}

static size_t
map_of (reader_t *reader)
{
    size_t count = 0;
    assert_int_equal (reader_map (reader, &count), STATUS_OK);
    return count;
}

static size_t
array_of (reader_t *reader)
{
    size_t count = 0;
    assert_int_equal (reader_array (reader, &count), STATUS_OK);
    return count;
}

static void
ints_come_back_at_every_boundary (void **state)
{
    buffer_t *out = *state;
    static const int64_t ints [] = {
        0, 1, 127, 128, 255, 256, 65535, 65536, UINT32_MAX, (int64_t) UINT32_MAX + 1, INT64_MAX,
        -1, -32, -33, -128, -129, -32768, -32769, INT32_MIN, (int64_t) INT32_MIN - 1, INT64_MIN,
    };
    enum { COUNT = sizeof ints / sizeof ints [0] };
    for (size_t i = 0; i < COUNT; i++)
        pack_int (out, ints [i]);
    pack_u64 (out, UINT64_MAX);

    reader_t reader = reader_of (out);
    for (size_t i = 0; i < COUNT; i++)
        assert_int (&reader, ints [i]);
    uint64_t largest = 0;
    assert_int_equal (reader_u64 (&reader, &largest), STATUS_OK);
    assert_true (largest == UINT64_MAX);
    assert_int_equal (reader_finish (&reader), STATUS_OK);
}

static void
small_ints_take_one_byte (void **state)
{
    buffer_t *out = *state;
    pack_int (out, 127);
    pack_u64 (out, 127);
    pack_int (out, -32);
    assert_int_equal (out->size, 3);
}

static void
nil_bools_and_doubles_come_back (void **state)
{
    buffer_t *out = *state;
    pack_nil (out);
    pack_bool (out, true);
    pack_bool (out, false);
    pack_double (out, -0.1);

    reader_t reader = reader_of (out);
    bool yes = false, no = true;
    double number = 0;
    assert_int_equal (reader_peek (&reader), READER_NIL);
    assert_int_equal (reader_skip (&reader), STATUS_OK);
    assert_int_equal (reader_bool (&reader, &yes), STATUS_OK);
    assert_int_equal (reader_bool (&reader, &no), STATUS_OK);
    assert_int_equal (reader_double (&reader, &number), STATUS_OK);
    assert_true (yes && !no && number == -0.1);
    assert_int_equal (reader_finish (&reader), STATUS_OK);
}

static void
texts_and_bytes_of_every_length_come_back (void **state)
{
    buffer_t *out = *state;
    static char many [70000];
    memset (many, 'x', sizeof many);
    static const size_t sizes [] = { 0, 1, 31, 32, 255, 256, 65535, 65536, sizeof many };
    enum { COUNT = sizeof sizes / sizeof sizes [0] };
    for (size_t i = 0; i < COUNT; i++) {
        pack_text (out, (slice_t) { many, sizes [i] });
        pack_bytes (out, (slice_t) { many, sizes [i] });
    }
    reader_t reader = reader_of (out);
    for (size_t i = 0; i < COUNT; i++) {
        slice_t text, bytes;
        assert_int_equal (reader_text (&reader, &text), STATUS_OK);
        assert_int_equal (reader_bytes (&reader, &bytes), STATUS_OK);
        assert_true (slice_eq (text, (slice_t) { many, sizes [i] }));
        assert_true (slice_eq (bytes, text));
    }
    assert_int_equal (reader_finish (&reader), STATUS_OK);
}

static void
an_absent_text_is_nil_and_an_empty_one_is_not (void **state)
{
    buffer_t *out = *state;
    pack_text (out, SLICE_ABSENT);
    pack_text (out, SLICE (""));
    pack_bytes (out, SLICE_ABSENT);
    reader_t reader = reader_of (out);
    slice_t bytes;
    assert_int_equal (reader_peek (&reader), READER_NIL);
    assert_int_equal (reader_skip (&reader), STATUS_OK);
    assert_text (&reader, "");
    assert_int_equal (reader_bytes (&reader, &bytes), STATUS_OK);
    assert_int_equal (bytes.size, 0);
}

static void
arrays_and_maps_of_every_size_come_back (void **state)
{
    buffer_t *out = *state;
    static const size_t counts [] = { 0, 15, 16, 65535, 65536 };
    for (size_t i = 0; i < sizeof counts / sizeof counts [0]; i++) {
        buffer_clear (out);
        pack_array (out, counts [i]);
        for (size_t n = 0; n < counts [i]; n++)
            pack_nil (out);
        pack_map (out, counts [i]);
        for (size_t n = 0; n < counts [i]; n++) {
            pack_key (out, "k");
            pack_bool (out, true);
        }
        reader_t reader = reader_of (out);
        reader_t heads = reader;
        assert_int_equal (array_of (&heads), counts [i]);
        assert_int_equal (reader_skip (&reader), STATUS_OK);
        heads = reader;
        assert_int_equal (map_of (&heads), counts [i]);
        assert_int_equal (reader_skip (&reader), STATUS_OK);
        assert_int_equal (reader_finish (&reader), STATUS_OK);
    }
}

static void
a_json_value_comes_back_whole (void **state)
{
    buffer_t *out = *state;
    yyjson_doc *doc;
    slice_t json = SLICE ("{\"limit\":20,\"below\":-7,\"large\":18446744073709551615,\"rate\":0.5,\"on\":true,\"off\":false,\"none\":null,"
                          "\"names\":[\"a\",\"\\u00e9\\u0000z\",[]],\"inner\":{\"\":{}}}");
    assert_int_equal (json_read (json, JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    pack_json (out, yyjson_doc_get_root (doc));
    yyjson_doc_free (doc);

    reader_t reader = reader_of (out);
    uint64_t large = 0;
    double rate = 0;
    bool on = false, off = true;
    slice_t text = SLICE_ABSENT;
    assert_int_equal (map_of (&reader), 9);
    assert_text (&reader, "limit");
    assert_int (&reader, 20);
    assert_text (&reader, "below");
    assert_int (&reader, -7);
    assert_text (&reader, "large");
    assert_int_equal (reader_u64 (&reader, &large), STATUS_OK);
    assert_text (&reader, "rate");
    assert_int_equal (reader_double (&reader, &rate), STATUS_OK);
    assert_text (&reader, "on");
    assert_int_equal (reader_bool (&reader, &on), STATUS_OK);
    assert_text (&reader, "off");
    assert_int_equal (reader_bool (&reader, &off), STATUS_OK);
    assert_text (&reader, "none");
    assert_int_equal (reader_peek (&reader), READER_NIL);
    assert_int_equal (reader_skip (&reader), STATUS_OK);
    assert_text (&reader, "names");
    assert_int_equal (array_of (&reader), 3);
    assert_text (&reader, "a");
    assert_int_equal (reader_text (&reader, &text), STATUS_OK);
    assert_int_equal (array_of (&reader), 0);
    assert_text (&reader, "inner");
    assert_int_equal (map_of (&reader), 1);
    assert_text (&reader, "");
    assert_int_equal (map_of (&reader), 0);
    assert_int_equal (reader_finish (&reader), STATUS_OK);
    assert_true (large == UINT64_MAX && rate == 0.5 && on && !off);
    assert_true (slice_eq (text, SLICE ("\xc3\xa9\0z")));
}

static void
json_as_deep_as_we_read_it_can_be_passed_over (void **state)
{
    buffer_t *out = *state;
    buffer_t json;
    buffer_init (&json, 1024);
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        buffer_append_char (&json, '[');
    for (int i = 0; i < JSON_DEPTH_MAX; i++)
        buffer_append_char (&json, ']');
    yyjson_doc *doc;
    assert_int_equal (json_read (buffer_slice (&json), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    pack_json (out, yyjson_doc_get_root (doc));
    yyjson_doc_free (doc);
    buffer_deinit (&json);

    reader_t reader = reader_of (out);
    assert_int_equal (reader_skip (&reader), STATUS_OK);
    assert_int_equal (reader_finish (&reader), STATUS_OK);
}

static void
what_does_not_fit_is_told_at_the_end (void **state)
{
    (void) state;
    buffer_t small;
    buffer_init (&small, 8);
    pack_text (&small, SLICE ("longer than eight"));
    pack_nil (&small);
    assert_int_equal (buffer_status (&small), STATUS_TOO_LARGE);
    buffer_deinit (&small);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, start, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (ints_come_back_at_every_boundary),
        TEST (small_ints_take_one_byte),
        TEST (nil_bools_and_doubles_come_back),
        TEST (texts_and_bytes_of_every_length_come_back),
        TEST (an_absent_text_is_nil_and_an_empty_one_is_not),
        TEST (arrays_and_maps_of_every_size_come_back),
        TEST (a_json_value_comes_back_whole),
        TEST (json_as_deep_as_we_read_it_can_be_passed_over),
        TEST (what_does_not_fit_is_told_at_the_end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
