#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reader.h"

#include "buffer.h"

static reader_t
reader_of (slice_t bytes)
{
    reader_t reader;
    reader_init (&reader, bytes);
    return reader;
}

//  Whether the bytes are one whole value.
static bool
is_one_value (slice_t bytes)
{
    reader_t reader = reader_of (bytes);
    return reader_skip (&reader) == STATUS_OK && reader_finish (&reader) == STATUS_OK;
}

//  One value of each form that the msgpack specification knows.
static const struct {
    slice_t bytes;
    reader_type_t type;
} FORMS [] = {
    { { "\xc0", 1 }, READER_NIL },
    { { "\xc2", 1 }, READER_BOOL },                         { { "\xc3", 1 }, READER_BOOL },
    { { "\x00", 1 }, READER_INT },                          { { "\x7f", 1 }, READER_INT },
    { { "\xe0", 1 }, READER_INT },                          { { "\xff", 1 }, READER_INT },
    { { "\xcc\x80", 2 }, READER_INT },                      { { "\xcd\x01\x02", 3 }, READER_INT },
    { { "\xce\x01\x02\x03\x04", 5 }, READER_INT },          { { "\xcf\x01\x02\x03\x04\x05\x06\x07\x08", 9 }, READER_INT },
    { { "\xd0\x80", 2 }, READER_INT },                      { { "\xd1\x80\x00", 3 }, READER_INT },
    { { "\xd2\x80\x00\x00\x00", 5 }, READER_INT },          { { "\xd3\x80\x00\x00\x00\x00\x00\x00\x00", 9 }, READER_INT },
    { { "\xca\x3f\xc0\x00\x00", 5 }, READER_DOUBLE },       { { "\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", 9 }, READER_DOUBLE },
    { { "\xa0", 1 }, READER_TEXT },                         { { "\xa3" "abc", 4 }, READER_TEXT },
    { { "\xd9\x03" "abc", 5 }, READER_TEXT },               { { "\xda\x00\x03" "abc", 6 }, READER_TEXT },
    { { "\xdb\x00\x00\x00\x03" "abc", 8 }, READER_TEXT },
    { { "\xc4\x03" "abc", 5 }, READER_BYTES },              { { "\xc5\x00\x03" "abc", 6 }, READER_BYTES },
    { { "\xc6\x00\x00\x00\x03" "abc", 8 }, READER_BYTES },
    { { "\x90", 1 }, READER_ARRAY },                        { { "\x92\x01\x02", 3 }, READER_ARRAY },
    { { "\xdc\x00\x02\x01\x02", 5 }, READER_ARRAY },        { { "\xdd\x00\x00\x00\x02\x01\x02", 7 }, READER_ARRAY },
    { { "\x80", 1 }, READER_MAP },                          { { "\x81\x01\x02", 3 }, READER_MAP },
    { { "\xde\x00\x01\x01\x02", 5 }, READER_MAP },          { { "\xdf\x00\x00\x00\x01\x01\x02", 7 }, READER_MAP },
    { { "\xd4\x05" "1", 3 }, READER_OTHER },                { { "\xd5\x05" "12", 4 }, READER_OTHER },
    { { "\xd6\x05" "1234", 6 }, READER_OTHER },             { { "\xd7\x05" "12345678", 10 }, READER_OTHER },
    { { "\xd8\x05" "1234567812345678", 18 }, READER_OTHER },
    { { "\xc7\x03\x05" "abc", 6 }, READER_OTHER },          { { "\xc8\x00\x03\x05" "abc", 7 }, READER_OTHER },
    { { "\xc9\x00\x00\x00\x03\x05" "abc", 9 }, READER_OTHER },
};

enum { FORMS_COUNT = sizeof FORMS / sizeof FORMS [0] };

static void
every_form_is_seen_for_what_it_is_and_passed_over (void **state)
{
    (void) state;
    for (size_t i = 0; i < FORMS_COUNT; i++) {
        reader_t reader = reader_of (FORMS [i].bytes);
        assert_int_equal (reader_peek (&reader), FORMS [i].type);
        assert_true (is_one_value (FORMS [i].bytes));
    }
}

static void
a_value_that_is_cut_anywhere_is_malformed (void **state)
{
    (void) state;
    for (size_t i = 0; i < FORMS_COUNT; i++)
        for (size_t size = 0; size < FORMS [i].bytes.size; size++) {
            reader_t reader = reader_of ((slice_t) { FORMS [i].bytes.data, size });
            assert_int_equal (reader_skip (&reader), STATUS_MALFORMED);
        }
}

static void
the_byte_that_msgpack_never_uses_is_malformed (void **state)
{
    (void) state;
    reader_t reader = reader_of (SLICE ("\xc1\x00"));
    assert_int_equal (reader_peek (&reader), READER_END);
    assert_int_equal (reader_skip (&reader), STATUS_MALFORMED);
}

static void
a_value_of_another_type_is_malformed (void **state)
{
    (void) state;
    for (size_t i = 0; i < FORMS_COUNT; i++) {
        bool flag;
        slice_t slice;
        size_t count;
        double number;
        int64_t integer;
        reader_type_t type = FORMS [i].type;
        reader_t reader = reader_of (FORMS [i].bytes);
        assert_true ((reader_bool (&reader, &flag) == STATUS_OK) == (type == READER_BOOL));
        reader = reader_of (FORMS [i].bytes);
        assert_true ((reader_int (&reader, &integer) == STATUS_OK) == (type == READER_INT));
        reader = reader_of (FORMS [i].bytes);
        assert_true ((reader_double (&reader, &number) == STATUS_OK) == (type == READER_DOUBLE || type == READER_INT));
        reader = reader_of (FORMS [i].bytes);
        assert_true ((reader_text (&reader, &slice) == STATUS_OK) == (type == READER_TEXT));
        reader = reader_of (FORMS [i].bytes);
        assert_true ((reader_bytes (&reader, &slice) == STATUS_OK) == (type == READER_BYTES));
        reader = reader_of (FORMS [i].bytes);
        assert_true ((reader_array (&reader, &count) == STATUS_OK) == (type == READER_ARRAY));
        reader = reader_of (FORMS [i].bytes);
        assert_true ((reader_map (&reader, &count) == STATUS_OK) == (type == READER_MAP));
    }
}

static void
ints_of_every_width_keep_their_value (void **state)
{
    (void) state;
    static const struct {
        slice_t bytes;
        int64_t value;
    } ints [] = {
        { { "\x00", 1 }, 0 },                       { { "\x7f", 1 }, 127 },
        { { "\xe0", 1 }, -32 },                     { { "\xff", 1 }, -1 },
        { { "\xcc\xff", 2 }, UINT8_MAX },           { { "\xcd\xff\xff", 3 }, UINT16_MAX },
        { { "\xce\xff\xff\xff\xff", 5 }, UINT32_MAX },
        { { "\xcf\x7f\xff\xff\xff\xff\xff\xff\xff", 9 }, INT64_MAX },
        { { "\xd0\x7f", 2 }, INT8_MAX },            { { "\xd0\x80", 2 }, INT8_MIN },
        { { "\xd1\x7f\xff", 3 }, INT16_MAX },       { { "\xd1\x80\x00", 3 }, INT16_MIN },
        { { "\xd2\x7f\xff\xff\xff", 5 }, INT32_MAX },
        { { "\xd2\x80\x00\x00\x00", 5 }, INT32_MIN },
        { { "\xd3\x7f\xff\xff\xff\xff\xff\xff\xff", 9 }, INT64_MAX },
        { { "\xd3\x80\x00\x00\x00\x00\x00\x00\x00", 9 }, INT64_MIN },
        { { "\xd3\xff\xff\xff\xff\xff\xff\xff\xfe", 9 }, -2 },
    };
    for (size_t i = 0; i < sizeof ints / sizeof ints [0]; i++) {
        reader_t reader = reader_of (ints [i].bytes);
        int64_t value = 77;
        assert_int_equal (reader_int (&reader, &value), STATUS_OK);
        assert_true (value == ints [i].value);
        assert_int_equal (reader_finish (&reader), STATUS_OK);

        uint64_t natural = 77;
        reader = reader_of (ints [i].bytes);
        assert_int_equal (reader_u64 (&reader, &natural), ints [i].value < 0 ? STATUS_MALFORMED : STATUS_OK);
        assert_true (natural == (ints [i].value < 0 ? 77 : (uint64_t) ints [i].value));
    }
}

static void
an_int_beyond_the_signed_ones_is_only_natural (void **state)
{
    (void) state;
    slice_t largest = SLICE ("\xcf\xff\xff\xff\xff\xff\xff\xff\xff");
    reader_t reader = reader_of (largest);
    uint64_t natural;
    assert_int_equal (reader_u64 (&reader, &natural), STATUS_OK);
    assert_true (natural == UINT64_MAX);

    reader = reader_of (largest);
    int64_t value = 77;
    assert_int_equal (reader_int (&reader, &value), STATUS_MALFORMED);
    assert_true (value == 77);
}

static void
bools_and_doubles_keep_their_value (void **state)
{
    (void) state;
    reader_t reader = reader_of (SLICE ("\xc3\xc2\xca\x3f\xc0\x00\x00\xcb\xbf\xf8\x00\x00\x00\x00\x00\x00\xd0\x80"));
    bool yes = false, no = true;
    double single = 0, twice = 0, integer = 0;
    assert_int_equal (reader_bool (&reader, &yes), STATUS_OK);
    assert_int_equal (reader_bool (&reader, &no), STATUS_OK);
    assert_int_equal (reader_double (&reader, &single), STATUS_OK);
    assert_int_equal (reader_double (&reader, &twice), STATUS_OK);
    assert_int_equal (reader_double (&reader, &integer), STATUS_OK);
    assert_int_equal (reader_finish (&reader), STATUS_OK);
    assert_true (yes && !no && single == 1.5 && twice == -1.5 && integer == -128);
}

static void
texts_and_bytes_are_slices_of_the_frame (void **state)
{
    (void) state;
    slice_t frame = SLICE ("\xa3" "abc" "\xc4\x02" "d\0" "\xa0");
    reader_t reader = reader_of (frame);
    slice_t text, bytes, empty;
    assert_int_equal (reader_text (&reader, &text), STATUS_OK);
    assert_int_equal (reader_bytes (&reader, &bytes), STATUS_OK);
    assert_int_equal (reader_text (&reader, &empty), STATUS_OK);
    assert_ptr_equal (text.data, frame.data + 1);
    assert_ptr_equal (bytes.data, frame.data + 6);
    assert_true (slice_eq (bytes, SLICE ("d\0")));
    assert_true (empty.size == 0 && empty.data);
}

static void
a_frame_of_few_bytes_cannot_claim_much (void **state)
{
    (void) state;
    static const slice_t claims [] = {
        { "\xdd\xff\xff\xff\xff", 5 }, { "\xdf\xff\xff\xff\xff", 5 }, { "\xdb\xff\xff\xff\xff", 5 }, { "\xc6\xff\xff\xff\xff", 5 },
        { "\xc9\xff\xff\xff\xff\x01", 6 }, { "\xdc\xff\xff", 3 }, { "\xde\xff\xff", 3 }, { "\xda\xff\xff", 3 }, { "\xc5\xff\xff", 3 },
        { "\x9f", 1 }, { "\x8f", 1 }, { "\xbf", 1 },
    };
    for (size_t i = 0; i < sizeof claims / sizeof claims [0]; i++) {
        reader_t reader = reader_of (claims [i]);
        assert_int_equal (reader_peek (&reader), READER_END);
        assert_int_equal (reader_skip (&reader), STATUS_MALFORMED);
        size_t count = 77;
        reader = reader_of (claims [i]);
        assert_int_equal (reader_array (&reader, &count), STATUS_MALFORMED);
        reader = reader_of (claims [i]);
        assert_int_equal (reader_map (&reader, &count), STATUS_MALFORMED);
        assert_int_equal (count, 77);
    }
}

static void
a_count_is_held_against_the_bytes_that_are_left (void **state)
{
    (void) state;
    size_t count = 0;
    reader_t reader = reader_of (SLICE ("\x93\x01\x02\x03"));
    assert_int_equal (reader_array (&reader, &count), STATUS_OK);
    assert_int_equal (count, 3);
    reader = reader_of (SLICE ("\x93\x01\x02"));
    assert_int_equal (reader_array (&reader, &count), STATUS_MALFORMED);

    reader = reader_of (SLICE ("\x82\x01\x02\x03\x04"));
    assert_int_equal (reader_map (&reader, &count), STATUS_OK);
    assert_int_equal (count, 2);
    reader = reader_of (SLICE ("\x82\x01\x02\x03"));
    assert_int_equal (reader_map (&reader, &count), STATUS_MALFORMED);
}

//  A value that is nested so deep: the head again and again, then nil.
static bool
passes_nesting (const char *head, int depth)
{
    buffer_t bytes;
    buffer_init (&bytes, 1024);
    for (int i = 0; i < depth; i++)
        buffer_append_text (&bytes, head);
    buffer_append_char (&bytes, '\xc0');
    bool passes = is_one_value (buffer_slice (&bytes));
    buffer_deinit (&bytes);
    return passes;
}

static void
nesting_ends_at_its_limit (void **state)
{
    (void) state;
    assert_true (passes_nesting ("\x91", READER_DEPTH_MAX));
    assert_false (passes_nesting ("\x91", READER_DEPTH_MAX + 1));
    assert_true (passes_nesting ("\x81\xa1k", READER_DEPTH_MAX));
    assert_false (passes_nesting ("\x81\xa1k", READER_DEPTH_MAX + 1));
    assert_false (passes_nesting ("\x91", 1000));
}

static void
siblings_do_not_count_as_nesting (void **state)
{
    (void) state;
    assert_true (is_one_value (SLICE ("\xdc\x00\x14" "\x90\x90\x90\x90\x90\x90\x90\x90\x90\x90" "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80")));
    assert_true (is_one_value (SLICE ("\x82\x01\x91\x91\xc0\x02\x91\x90")));
}

static void
a_skip_ends_exactly_behind_its_value (void **state)
{
    (void) state;
    reader_t reader = reader_of (SLICE ("\x82\xa1" "a" "\x92\x01\xa2" "zz" "\xa1" "b" "\x81\x90\xc0" "\x2a"));
    int64_t behind = 0;
    assert_int_equal (reader_skip (&reader), STATUS_OK);
    assert_int_equal (reader_int (&reader, &behind), STATUS_OK);
    assert_int_equal (behind, 42);
    assert_int_equal (reader_peek (&reader), READER_END);
    assert_int_equal (reader_finish (&reader), STATUS_OK);
    assert_int_equal (reader_skip (&reader), STATUS_MALFORMED);
}

static void
the_first_fault_sticks (void **state)
{
    (void) state;
    reader_t reader = reader_of (SLICE ("\x01\x02\x03"));
    bool flag;
    int64_t value = 77;
    uint64_t natural;
    double number;
    slice_t slice;
    size_t count;
    assert_int_equal (reader_bool (&reader, &flag), STATUS_MALFORMED);
    const uint8_t *at = reader.at;
    assert_int_equal (reader_int (&reader, &value), STATUS_MALFORMED);
    assert_int_equal (reader_u64 (&reader, &natural), STATUS_MALFORMED);
    assert_int_equal (reader_double (&reader, &number), STATUS_MALFORMED);
    assert_int_equal (reader_text (&reader, &slice), STATUS_MALFORMED);
    assert_int_equal (reader_bytes (&reader, &slice), STATUS_MALFORMED);
    assert_int_equal (reader_array (&reader, &count), STATUS_MALFORMED);
    assert_int_equal (reader_map (&reader, &count), STATUS_MALFORMED);
    assert_int_equal (reader_skip (&reader), STATUS_MALFORMED);
    assert_int_equal (reader_peek (&reader), READER_END);
    assert_int_equal (reader_finish (&reader), STATUS_MALFORMED);
    assert_ptr_equal (reader.at, at);
    assert_true (value == 77);
}

static void
finish_wants_all_to_be_read (void **state)
{
    (void) state;
    reader_t reader = reader_of (SLICE ("\x01\x02"));
    assert_int_equal (reader_skip (&reader), STATUS_OK);
    assert_int_equal (reader_finish (&reader), STATUS_MALFORMED);
    assert_int_equal (reader_skip (&reader), STATUS_OK);
    assert_int_equal (reader_finish (&reader), STATUS_OK);
}

static void
nothing_holds_no_value (void **state)
{
    (void) state;
    reader_t reader = reader_of (SLICE_ABSENT);
    assert_int_equal (reader_peek (&reader), READER_END);
    assert_int_equal (reader_finish (&reader), STATUS_OK);
    assert_int_equal (reader_skip (&reader), STATUS_MALFORMED);
    assert_int_equal (reader_finish (&reader), STATUS_MALFORMED);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_form_is_seen_for_what_it_is_and_passed_over),
        cmocka_unit_test (a_value_that_is_cut_anywhere_is_malformed),
        cmocka_unit_test (the_byte_that_msgpack_never_uses_is_malformed),
        cmocka_unit_test (a_value_of_another_type_is_malformed),
        cmocka_unit_test (ints_of_every_width_keep_their_value),
        cmocka_unit_test (an_int_beyond_the_signed_ones_is_only_natural),
        cmocka_unit_test (bools_and_doubles_keep_their_value),
        cmocka_unit_test (texts_and_bytes_are_slices_of_the_frame),
        cmocka_unit_test (a_frame_of_few_bytes_cannot_claim_much),
        cmocka_unit_test (a_count_is_held_against_the_bytes_that_are_left),
        cmocka_unit_test (nesting_ends_at_its_limit),
        cmocka_unit_test (siblings_do_not_count_as_nesting),
        cmocka_unit_test (a_skip_ends_exactly_behind_its_value),
        cmocka_unit_test (the_first_fault_sticks),
        cmocka_unit_test (finish_wants_all_to_be_read),
        cmocka_unit_test (nothing_holds_no_value),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
