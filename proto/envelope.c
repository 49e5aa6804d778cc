#include "envelope.h"

#include "pack.h"
#include "reader.h"

//  Each row of the table becomes a line of code in each of the functions below: one macro per type says how.

enum {
#define X(field, type, detail, need, since, meaning) FIELD_##field,
    ENVELOPE_FIELDS (X)
#undef X
    FIELDS
};

envelope_t
envelope_of (envelope_kind_t kind)
{
    return (envelope_t) { .version = ENVELOPE_VERSION, .kind = (uint8_t) kind };
}

status_t
envelope_set_text (char *field, size_t size, slice_t text)
{
    field [0] = 0;
    if (text.size >= size)
        return STATUS_TOO_LARGE;
    if (text.size)
        memcpy (field, text.data, text.size);
    field [text.size] = 0;
    return STATUS_OK;
}

#define ENCODE_NUMBER(field) pack_u64 (out, envelope->field);
#define ENCODE_TEXT(field)   pack_text (out, envelope->field [0] ? slice_of (envelope->field) : SLICE_ABSENT);
#define ENCODE_BYTES(field)                                                                                  \
    if (envelope->has_##field)                                                                               \
        pack_bytes (out, (slice_t) { (const char *) envelope->field, sizeof envelope->field });              \
    else                                                                                                     \
        pack_nil (out);

void
envelope_encode (const envelope_t *envelope, buffer_t *out)
{
    pack_array (out, FIELDS);
#define X(field, type, detail, need, since, meaning) ENCODE_##type (field)
    ENVELOPE_FIELDS (X)
#undef X
}

static status_t
s_decode_number (reader_t *reader, uint64_t max, uint64_t *value)
{
    status_t status = reader_u64 (reader, value);
    return status == STATUS_OK && *value > max ? STATUS_MALFORMED : status;
}

static status_t
s_decode_text (reader_t *reader, char *field, size_t size)
{
    slice_t text;
    status_t status = reader_text (reader, &text);
    if (status != STATUS_OK)
        return status;
    if (memchr (text.data, 0, text.size))
        return STATUS_MALFORMED;
    return envelope_set_text (field, size, text);
}

static status_t
s_decode_bytes (reader_t *reader, uint8_t *field, size_t size, bool *has)
{
    slice_t bytes;
    status_t status = reader_bytes (reader, &bytes);
    if (status != STATUS_OK)
        return status;
    if (bytes.size != size)
        return STATUS_MALFORMED;
    memcpy (field, bytes.data, size);
    *has = true;
    return STATUS_OK;
}

#define REQUIRED true
#define OPTIONAL false

//  A number of the field's own width: the largest value that it can hold is all ones of its type.
#define DECODE_NUMBER(field)                                                                        \
    {                                                                                               \
        uint64_t number = 0;                                                                        \
        status = s_decode_number (&reader, (uint64_t) (__typeof__ (envelope->field)) -1, &number);  \
        envelope->field = (__typeof__ (envelope->field)) number;                                    \
    }
#define DECODE_TEXT(field)  status = s_decode_text (&reader, envelope->field, sizeof envelope->field);
#define DECODE_BYTES(field) status = s_decode_bytes (&reader, envelope->field, sizeof envelope->field, &envelope->has_##field);

status_t
envelope_decode (slice_t frame, envelope_t *envelope)
{
    *envelope = (envelope_t) { 0 };
    if (frame.size > ENVELOPE_BYTES_MAX)
        return STATUS_MALFORMED;

    reader_t reader;
    reader_init (&reader, frame);
    size_t count;
    status_t status = reader_array (&reader, &count);
    if (status != STATUS_OK)
        return status;

#define X(field, type, detail, need, since, meaning)                            \
    if (FIELD_##field < count && reader_peek (&reader) != READER_NIL) {         \
        DECODE_##type (field)                                                   \
        if (status != STATUS_OK)                                                \
            return STATUS_MALFORMED;                                            \
    } else if (need) {                                                          \
        return STATUS_MALFORMED;                                                \
    } else if (FIELD_##field < count) {                                         \
        if (reader_skip (&reader) != STATUS_OK)                                 \
            return STATUS_MALFORMED;                                            \
    }
    ENVELOPE_FIELDS (X)
#undef X
    for (size_t i = FIELDS; i < count; i++)             //  A newer peer's tail
        if (reader_skip (&reader) != STATUS_OK)
            return STATUS_MALFORMED;
    return reader_finish (&reader);
}

bool
envelope_kind_known (uint8_t kind)
{
    switch (kind) {
#define X(code, KIND, way, meaning) case code:
        ENVELOPE_KINDS (X)
#undef X
        return true;
    default:
        return false;
    }
}

const char *
envelope_kind_name (uint8_t kind)
{
    switch (kind) {
#define X(code, KIND, way, meaning) \
    case code:                      \
        return #KIND;
        ENVELOPE_KINDS (X)
#undef X
    default:
        return "UNKNOWN";
    }
}
