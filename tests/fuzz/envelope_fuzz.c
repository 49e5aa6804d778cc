/*  What a peer sends: an envelope or a body, in any bytes. An envelope that can be read is written and read again, and must be the same. The
    readers may refuse anything, but what they give lies inside the bytes. */

#include "body.h"
#include "envelope.h"
#include "reader.h"

#include <assert.h>
#include <math.h>

#define EQUAL_NUMBER(field) assert (a->field == b->field);
#define EQUAL_TEXT(field)   assert (strcmp (a->field, b->field) == 0);
#define EQUAL_BYTES(field)                                      \
    assert (a->has_##field == b->has_##field);                  \
    assert (memcmp (a->field, b->field, sizeof a->field) == 0);

static void
s_assert_same (const envelope_t *a, const envelope_t *b)
{
#define X(field, type, detail, need, since, meaning) EQUAL_##type (field)
    ENVELOPE_FIELDS (X)
#undef X
}

static void
s_fuzz_envelope (slice_t frame)
{
    envelope_t before, after;
    if (envelope_decode (frame, &before) != STATUS_OK)
        return;
    buffer_t out;
    buffer_init (&out, ENVELOPE_BYTES_MAX);
    envelope_encode (&before, &out);
    status_t status = buffer_status (&out);
    assert (status == STATUS_OK);
    status = envelope_decode (buffer_slice (&out), &after);
    assert (status == STATUS_OK);
    s_assert_same (&before, &after);
    buffer_deinit (&out);

    buffer_init (&out, 4096);
    envelope_print (&before, &out);
    status = buffer_status (&out);
    assert (status == STATUS_OK && out.size > 0);
    for (size_t i = 0; i < out.size; i++)
        assert (out.data [i] >= ' ' && out.data [i] < 0x7f);
    buffer_deinit (&out);
}

static void
s_assert_inside (slice_t part, slice_t whole)
{
    assert (!part.data || (part.data >= whole.data && part.size <= whole.size && part.data + part.size <= whole.data + whole.size));
}

//  Reads one value, or the head of one, by its own type's function; false when that one says that it cannot.
static bool
s_read_next (reader_t *reader, slice_t bytes)
{
    slice_t slice = SLICE_ABSENT;
    size_t count = 0;
    uint64_t natural;
    int64_t integer;
    double number;
    bool flag, good;
    reader_t other = *reader;
    switch (reader_peek (reader)) {
    case READER_BOOL:
        return reader_bool (reader, &flag) == STATUS_OK;
    case READER_INT:
        good = reader_int (reader, &integer) == STATUS_OK;
        assert ((reader_u64 (&other, &natural) == STATUS_OK) == (!good || integer >= 0));
        return good;
    case READER_DOUBLE:
        return reader_double (reader, &number) == STATUS_OK;
    case READER_TEXT:
        good = reader_text (reader, &slice) == STATUS_OK;
        s_assert_inside (slice, bytes);
        return good;
    case READER_BYTES:
        good = reader_bytes (reader, &slice) == STATUS_OK;
        s_assert_inside (slice, bytes);
        return good;
    case READER_ARRAY:
        good = reader_array (reader, &count) == STATUS_OK;
        assert (count <= bytes.size);
        return good;
    case READER_MAP:
        good = reader_map (reader, &count) == STATUS_OK;
        assert (count <= bytes.size / 2);
        return good;
    default:                            //  Nil, extensions, the end
        return reader_skip (reader) == STATUS_OK;
    }
}

static void
s_fuzz_reader (slice_t bytes)
{
    reader_t reader;
    reader_init (&reader, bytes);
    for (size_t turns = 0; s_read_next (&reader, bytes); turns++)
        assert (turns <= bytes.size && reader.at <= reader.end);

    reader_init (&reader, bytes);
    const uint8_t *at = reader.at;
    while (reader_skip (&reader) == STATUS_OK) {
        assert (reader.at > at && reader.at <= reader.end);
        at = reader.at;
    }
    assert (reader_finish (&reader) == STATUS_MALFORMED && reader_peek (&reader) == READER_END);
}

static void
s_tool (void *arg, slice_t name, int64_t version)
{
    (void) version;
    s_assert_inside (name, *(slice_t *) arg);
}

static void
s_fuzz_bodies (slice_t body)
{
    body_fault_t fault;
    body_progress_t progress;
    body_result_t result;
    if (body_read_fault (body, &fault) == STATUS_OK)
        s_assert_inside (fault.text, body);
    if (body_read_progress (body, &progress) == STATUS_OK) {
        s_assert_inside (progress.text, body);
        assert (isfinite (progress.done) && isfinite (progress.total));
    }
    if (body_read_result (body, &result) == STATUS_OK) {
        s_assert_inside (result.json, body);
        assert (result.json.size > 0);
    }
    if (body_read_ready (body, s_tool, &body) == STATUS_OK)
        assert (body.size > 0);

    s_assert_inside (argument_value (body, "text"), body);
    s_assert_inside (argument_text (body, "text"), body);
    int64_t number = argument_int (body, "retry_ms", 5);
    assert (argument_value (body, "retry_ms").data || number == 5);
    assert (!argument_bool (body, "cut") || argument_value (body, "cut").size == 1);
}

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
    slice_t all = { size ? (const char *) bytes : "", size };
    s_fuzz_envelope (all);
    s_fuzz_reader (all);
    s_fuzz_bodies (all);
    return 0;
}
