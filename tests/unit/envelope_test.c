#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "envelope.h"

#include "pack.h"
#include "reader.h"

enum {
#define X(field, type, detail, need, since, meaning) FIELD_##field,
    ENVELOPE_FIELDS (X)
#undef X
    FIELDS
};

static int
start (void **state)
{
    static buffer_t out;
    buffer_init (&out, 64 * 1024);
    *state = &out;
    return 0;
}

static int
end (void **state)
{
    buffer_deinit (*state);
    return 0;
}

//  Every field at its largest: numbers all ones, texts and bytes full.
#define FILL_NUMBER(field) envelope.field = (__typeof__ (envelope.field)) -1;
#define FILL_TEXT(field)   memset (envelope.field, 'a' + FIELD_##field, sizeof envelope.field - 1);
#define FILL_BYTES(field)                                       \
    memset (envelope.field, 0xf0, sizeof envelope.field);       \
    envelope.has_##field = true;

static envelope_t
full_envelope (void)
{
    envelope_t envelope = { 0 };
#define X(field, type, detail, need, since, meaning) FILL_##type (field)
    ENVELOPE_FIELDS (X)
#undef X
    return envelope;
}

#define EQUAL_NUMBER(field) assert_true (a->field == b->field);
#define EQUAL_TEXT(field)   assert_string_equal (a->field, b->field);
#define EQUAL_BYTES(field)                                      \
    assert_int_equal (a->has_##field, b->has_##field);          \
    assert_memory_equal (a->field, b->field, sizeof a->field);

static void
assert_same (const envelope_t *a, const envelope_t *b)
{
#define X(field, type, detail, need, since, meaning) EQUAL_##type (field)
    ENVELOPE_FIELDS (X)
#undef X
}

static status_t
decode (const buffer_t *out, envelope_t *envelope)
{
    assert_int_equal (buffer_status (out), STATUS_OK);
    return envelope_decode (buffer_slice (out), envelope);
}

//  A frame with so many elements, of which the caller has to append those behind the incarnation.
static void
begin_frame (buffer_t *out, size_t count)
{
    buffer_clear (out);
    pack_array (out, count);
    pack_u64 (out, ENVELOPE_VERSION);
    pack_u64 (out, KIND_REQUEST);
    pack_u64 (out, 7);
    pack_u64 (out, 12345);
}

//  The frame of a plain request, in which one element is what the caller says: bytes of msgpack.
static status_t
decode_with (buffer_t *out, int field, slice_t element, envelope_t *envelope)
{
    buffer_t plain;
    buffer_init (&plain, ENVELOPE_BYTES_MAX);
    envelope_t request = envelope_of (KIND_REQUEST);
    request.incarnation = 12345;
    envelope_encode (&request, &plain);
    reader_t reader;
    size_t count = 0;
    reader_init (&reader, buffer_slice (&plain));
    assert_int_equal (reader_array (&reader, &count), STATUS_OK);
    buffer_clear (out);
    pack_array (out, count);
    for (int i = 0; i < FIELDS; i++) {
        const char *from = (const char *) reader.at;
        assert_int_equal (reader_skip (&reader), STATUS_OK);
        buffer_append_slice (out, i == field ? element : (slice_t) { from, (size_t) ((const char *) reader.at - from) });
    }
    buffer_deinit (&plain);
    return decode (out, envelope);
}

//  --- Round trips

static void
all_fields_come_back_at_their_largest (void **state)
{
    buffer_t *out = *state;
    envelope_t before = full_envelope (), after;
    envelope_encode (&before, out);
    assert_int_equal (decode (out, &after), STATUS_OK);
    assert_same (&before, &after);
}

static void
the_largest_envelope_is_within_the_limit (void **state)
{
    buffer_t *out = *state;
    envelope_t envelope = full_envelope ();
    envelope_encode (&envelope, out);
    assert_true (out->size > 200 && out->size <= ENVELOPE_BYTES_MAX);
}

static void
a_new_envelope_comes_back_as_it_is (void **state)
{
    buffer_t *out = *state;
    envelope_t before = envelope_of (KIND_HEARTBEAT), after = full_envelope ();
    assert_int_equal (before.version, ENVELOPE_VERSION);
    assert_int_equal (before.kind, KIND_HEARTBEAT);
    envelope_encode (&before, out);
    assert_int_equal (decode (out, &after), STATUS_OK);
    assert_same (&before, &after);
}

//  --- Neighbouring versions

static void
a_missing_tail_reads_as_the_default (void **state)
{
    buffer_t *out = *state;
    begin_frame (out, 4);
    envelope_t after, expected = envelope_of (KIND_REQUEST);
    expected.id = 7;
    expected.incarnation = 12345;
    assert_int_equal (decode (out, &after), STATUS_OK);
    assert_same (&expected, &after);
}

static void
a_longer_tail_is_passed_over (void **state)
{
    buffer_t *out = *state;
    envelope_t before = full_envelope (), after;
    envelope_encode (&before, out);
    buffer_t longer;
    buffer_init (&longer, ENVELOPE_BYTES_MAX);
    pack_array (&longer, FIELDS + 3);
    reader_t reader;
    size_t count;
    reader_init (&reader, buffer_slice (out));
    assert_int_equal (reader_array (&reader, &count), STATUS_OK);
    buffer_append (&longer, reader.at, (size_t) (reader.end - reader.at));
    pack_text (&longer, SLICE ("of a version to come"));
    pack_map (&longer, 1);
    pack_key (&longer, "k");
    pack_array (&longer, 0);
    pack_nil (&longer);
    assert_int_equal (decode (&longer, &after), STATUS_OK);
    assert_same (&before, &after);
    buffer_deinit (&longer);
}

static void
a_tail_that_is_announced_and_not_there_is_malformed (void **state)
{
    buffer_t *out = *state;
    envelope_t after;
    begin_frame (out, FIELDS + 1);
    for (int i = 4; i < FIELDS; i++)
        pack_nil (out);
    assert_int_equal (decode (out, &after), STATUS_MALFORMED);
    pack_nil (out);
    assert_int_equal (decode (out, &after), STATUS_OK);
    pack_nil (out);
    assert_int_equal (decode (out, &after), STATUS_MALFORMED);          //  One more than announced
}

static void
nil_reads_as_the_default_where_the_field_is_optional (void **state)
{
    buffer_t *out = *state;
    envelope_t after, expected = envelope_of (KIND_REQUEST);
    expected.id = 7;
    expected.incarnation = 12345;
    begin_frame (out, FIELDS);
    for (int i = 4; i < FIELDS; i++)
        pack_nil (out);
    assert_int_equal (decode (out, &after), STATUS_OK);
    assert_same (&expected, &after);
}

static void
an_unknown_kind_is_well_formed (void **state)
{
    buffer_t *out = *state;
    envelope_t before = envelope_of ((envelope_kind_t) 200), after;
    envelope_encode (&before, out);
    assert_int_equal (decode (out, &after), STATUS_OK);
    assert_int_equal (after.kind, 200);
    assert_false (envelope_kind_known (after.kind));
    assert_string_equal (envelope_kind_name (after.kind), "UNKNOWN");
}

static void
known_kinds_have_their_names (void **state)
{
    (void) state;
    assert_true (envelope_kind_known (KIND_READY) && envelope_kind_known (KIND_FAULT));
    assert_false (envelope_kind_known (0));
    assert_false (envelope_kind_known (KIND_FAULT + 1));
    assert_string_equal (envelope_kind_name (KIND_READY), "READY");
    assert_string_equal (envelope_kind_name (KIND_FAULT), "FAULT");
}

//  --- What is malformed

#define REQUIRED true
#define OPTIONAL false

static void
a_required_field_may_not_be_nil (void **state)
{
    buffer_t *out = *state;
    envelope_t after;
#define X(field, type, detail, need, since, meaning) \
    assert_int_equal (decode_with (out, FIELD_##field, SLICE ("\xc0"), &after), need ? STATUS_MALFORMED : STATUS_OK);
    ENVELOPE_FIELDS (X)
#undef X
}

static void
a_required_field_may_not_be_missing (void **state)
{
    buffer_t *out = *state;
    envelope_t after;
    pack_array (out, 3);
    pack_u64 (out, ENVELOPE_VERSION);
    pack_u64 (out, KIND_REQUEST);
    pack_u64 (out, 7);
    assert_int_equal (decode (out, &after), STATUS_MALFORMED);
    buffer_clear (out);
    pack_array (out, 0);
    assert_int_equal (decode (out, &after), STATUS_MALFORMED);
}

//  A value that has none of the field's type, and one that is one beyond its limit.
#define BAD_NUMBER(field, type)                                                                         \
    assert_int_equal (decode_with (out, FIELD_##field, SLICE ("\xa1" "7"), &after), STATUS_MALFORMED);  \
    assert_int_equal (decode_with (out, FIELD_##field, SLICE ("\xff"), &after), STATUS_MALFORMED);      \
    assert_int_equal (decode_with (out, FIELD_##field, SLICE ("\xc3"), &after), STATUS_MALFORMED);      \
    if (sizeof (type) < 8) {                                                                            \
        pack_u64 (&large, (uint64_t) (type) -1 + 1);                                                    \
        assert_int_equal (decode_with (out, FIELD_##field, buffer_slice (&large), &after), STATUS_MALFORMED); \
    }
#define BAD_TEXT(field, max)                                                                            \
    assert_int_equal (decode_with (out, FIELD_##field, SLICE ("\x07"), &after), STATUS_MALFORMED);      \
    assert_int_equal (decode_with (out, FIELD_##field, SLICE ("\xc4\x01" "a"), &after), STATUS_MALFORMED); \
    assert_int_equal (decode_with (out, FIELD_##field, SLICE ("\xa3" "a\0b"), &after), STATUS_MALFORMED); \
    assert_int_equal (decode_with (out, FIELD_##field, SLICE ("\xa1\0"), &after), STATUS_MALFORMED);    \
    pack_text (&large, (slice_t) { many, (max) + 1 });                                                  \
    assert_int_equal (decode_with (out, FIELD_##field, buffer_slice (&large), &after), STATUS_MALFORMED);
#define BAD_BYTES(field, max)                                                                           \
    assert_int_equal (decode_with (out, FIELD_##field, SLICE ("\xa1" "a"), &after), STATUS_MALFORMED);  \
    pack_bytes (&large, (slice_t) { many, (max) + 1 });                                                 \
    assert_int_equal (decode_with (out, FIELD_##field, buffer_slice (&large), &after), STATUS_MALFORMED); \
    buffer_clear (&large);                                                                              \
    pack_bytes (&large, (slice_t) { many, (max) - 1 });                                                 \
    assert_int_equal (decode_with (out, FIELD_##field, buffer_slice (&large), &after), STATUS_MALFORMED);

static void
a_wrong_type_or_too_much_is_malformed_in_every_field (void **state)
{
    buffer_t *out = *state;
    envelope_t after;
    static char many [256];
    memset (many, 'x', sizeof many);
    buffer_t large;
    buffer_init (&large, ENVELOPE_BYTES_MAX);
#define X(field, type, detail, need, since, meaning) \
    buffer_clear (&large);                           \
    BAD_##type (field, detail)
    ENVELOPE_FIELDS (X)
#undef X
    buffer_deinit (&large);
}

static void
what_is_not_one_array_is_malformed (void **state)
{
    (void) state;
    envelope_t after;
    static const slice_t frames [] = {
        { NULL, 0 }, { "", 0 }, { "\xc0", 1 }, { "\x80", 1 }, { "\x90", 1 }, { "GET / HTTP/1.1\r\n\r\n", 18 }, { "\xdd\xff\xff\xff\xff", 5 },
    };
    for (size_t i = 0; i < sizeof frames / sizeof frames [0]; i++)
        assert_int_equal (envelope_decode (frames [i], &after), STATUS_MALFORMED);
}

static void
a_frame_that_is_cut_anywhere_is_malformed (void **state)
{
    buffer_t *out = *state;
    envelope_t before = full_envelope (), after;
    envelope_encode (&before, out);
    slice_t whole = buffer_slice (out);
    for (size_t size = 0; size < whole.size; size++)
        assert_int_equal (envelope_decode ((slice_t) { whole.data, size }, &after), STATUS_MALFORMED);
}

static void
a_frame_beyond_its_limit_is_malformed (void **state)
{
    buffer_t *out = *state;
    envelope_t after;
    static char many [ENVELOPE_BYTES_MAX];
    for (size_t size = ENVELOPE_BYTES_MAX; size <= ENVELOPE_BYTES_MAX + 1; size++) {
        begin_frame (out, FIELDS + 1);
        for (int i = 4; i < FIELDS; i++)
            pack_nil (out);
        pack_bytes (out, (slice_t) { many, size - out->size - 3 });     //  3: its own head
        assert_int_equal (out->size, size);
        assert_int_equal (decode (out, &after), size <= ENVELOPE_BYTES_MAX ? STATUS_OK : STATUS_MALFORMED);
    }
}

//  --- Texts

static void
a_text_that_does_not_fit_leaves_the_field_empty (void **state)
{
    (void) state;
    envelope_t envelope = envelope_of (KIND_REQUEST);
    static char many [ENVELOPE_REGION_MAX + 1];
    memset (many, 'r', sizeof many);
    assert_int_equal (ENVELOPE_SET (&envelope, region, ((slice_t) { many, ENVELOPE_REGION_MAX })), STATUS_OK);
    assert_int_equal (strlen (envelope.region), ENVELOPE_REGION_MAX);
    assert_int_equal (ENVELOPE_SET (&envelope, region, ((slice_t) { many, sizeof many })), STATUS_TOO_LARGE);
    assert_string_equal (envelope.region, "");
}

static void
an_absent_text_empties_the_field (void **state)
{
    (void) state;
    envelope_t envelope = envelope_of (KIND_REQUEST);
    assert_int_equal (ENVELOPE_SET (&envelope, tool, SLICE ("list_metrics")), STATUS_OK);
    assert_string_equal (envelope.tool, "list_metrics");
    assert_int_equal (ENVELOPE_SET (&envelope, tool, SLICE_ABSENT), STATUS_OK);
    assert_string_equal (envelope.tool, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, start, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (all_fields_come_back_at_their_largest),
        TEST (the_largest_envelope_is_within_the_limit),
        TEST (a_new_envelope_comes_back_as_it_is),
        TEST (a_missing_tail_reads_as_the_default),
        TEST (a_longer_tail_is_passed_over),
        TEST (a_tail_that_is_announced_and_not_there_is_malformed),
        TEST (nil_reads_as_the_default_where_the_field_is_optional),
        TEST (an_unknown_kind_is_well_formed),
        TEST (known_kinds_have_their_names),
        TEST (a_required_field_may_not_be_nil),
        TEST (a_required_field_may_not_be_missing),
        TEST (a_wrong_type_or_too_much_is_malformed_in_every_field),
        TEST (what_is_not_one_array_is_malformed),
        TEST (a_frame_that_is_cut_anywhere_is_malformed),
        TEST (a_frame_beyond_its_limit_is_malformed),
        TEST (a_text_that_does_not_fit_leaves_the_field_empty),
        TEST (an_absent_text_empties_the_field),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
