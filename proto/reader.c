#include "reader.h"

//  The format, from the msgpack specification: a first byte says type and either the value, the length, or how many bytes of length follow.

typedef struct {
    reader_type_t type;
    size_t   head;              //  Bytes of type and length
    size_t   size;              //  Bytes of payload behind the head; for arrays and maps 0
    uint64_t number;            //  Int (two's complement), bool, double's bits, or the count of an array or map
    bool     negative;          //  The int is below zero
    bool     is_float32;
} token_t;

static uint64_t
s_big_endian (const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | at [i];
    return value;
}

//  Types whose first byte carries the value or the length.
static bool
s_short_token (uint8_t first, token_t *token)
{
    if (first <= 0x7f)
        *token = (token_t) { READER_INT, 1, 0, first, false, false };
    else if (first <= 0x8f)
        *token = (token_t) { READER_MAP, 1, 0, first & 0x0fu, false, false };
    else if (first <= 0x9f)
        *token = (token_t) { READER_ARRAY, 1, 0, first & 0x0fu, false, false };
    else if (first <= 0xbf)
        *token = (token_t) { READER_TEXT, 1, first & 0x1fu, 0, false, false };
    else if (first >= 0xe0)
        *token = (token_t) { READER_INT, 1, 0, (uint64_t) (int64_t) (int8_t) first, true, false };
    else
        return false;
    return true;
}

//  Types 0xc0 … 0xdf: what each is, how many bytes of length or number follow, and how many more belong to the payload (an ext's type byte).
static const struct {
    reader_type_t type;
    uint8_t bytes;
    uint8_t extra;
} LONG_TOKENS [32] = {
    [0x00] = { READER_NIL, 0, 0 },    [0x01] = { READER_END, 0, 0 },    [0x02] = { READER_BOOL, 0, 0 },   [0x03] = { READER_BOOL, 0, 0 },
    [0x04] = { READER_BYTES, 1, 0 },  [0x05] = { READER_BYTES, 2, 0 },  [0x06] = { READER_BYTES, 4, 0 },  [0x07] = { READER_OTHER, 1, 1 },
    [0x08] = { READER_OTHER, 2, 1 },  [0x09] = { READER_OTHER, 4, 1 },  [0x0a] = { READER_DOUBLE, 4, 0 }, [0x0b] = { READER_DOUBLE, 8, 0 },
    [0x0c] = { READER_INT, 1, 0 },    [0x0d] = { READER_INT, 2, 0 },    [0x0e] = { READER_INT, 4, 0 },    [0x0f] = { READER_INT, 8, 0 },
    [0x10] = { READER_INT, 1, 0 },    [0x11] = { READER_INT, 2, 0 },    [0x12] = { READER_INT, 4, 0 },    [0x13] = { READER_INT, 8, 0 },
    [0x14] = { READER_OTHER, 0, 2 },  [0x15] = { READER_OTHER, 0, 3 },  [0x16] = { READER_OTHER, 0, 5 },  [0x17] = { READER_OTHER, 0, 9 },
    [0x18] = { READER_OTHER, 0, 17 }, [0x19] = { READER_TEXT, 1, 0 },   [0x1a] = { READER_TEXT, 2, 0 },   [0x1b] = { READER_TEXT, 4, 0 },
    [0x1c] = { READER_ARRAY, 2, 0 },  [0x1d] = { READER_ARRAY, 4, 0 },  [0x1e] = { READER_MAP, 2, 0 },    [0x1f] = { READER_MAP, 4, 0 },
};

static bool
s_long_token (const uint8_t *at, size_t left, token_t *token)
{
    uint8_t code = at [0] & 0x1fu;
    size_t bytes = LONG_TOKENS [code].bytes;
    *token = (token_t) { .type = LONG_TOKENS [code].type, .head = 1 + bytes };
    if (token->type == READER_END || left < token->head)
        return false;                   //  0xc1 is never used

    uint64_t number = s_big_endian (at + 1, bytes);
    switch (token->type) {
    case READER_BOOL:
        token->number = code & 1u;
        break;
    case READER_INT:
        token->negative = code >= 0x10 && (number >> (bytes * 8 - 1)) & 1u;
        token->number = token->negative && bytes < 8 ? number | UINT64_MAX << (bytes * 8) : number;
        break;
    case READER_DOUBLE:
        token->number = number;
        token->is_float32 = bytes == 4;
        break;
    case READER_ARRAY:
    case READER_MAP:
        token->number = number;
        break;
    default:                            //  Texts, bytes, extensions: number is a length
        token->size = (size_t) number + LONG_TOKENS [code].extra;
        break;
    }
    return true;
}

//  The next token, with its payload inside the frame and its count possible; false after which the caller marks the fault.
static bool
s_token (const reader_t *self, token_t *token)
{
    if (self->status != STATUS_OK || self->at >= self->end)
        return false;
    size_t left = (size_t) (self->end - self->at);
    if (!s_short_token (self->at [0], token) && !s_long_token (self->at, left, token))
        return false;
    size_t behind = left - token->head;
    if (token->size > behind)
        return false;
    if (token->type == READER_ARRAY && token->number > behind)
        return false;
    if (token->type == READER_MAP && token->number > behind / 2)
        return false;
    return true;
}

//  Reads a token of this type, or marks the fault.
static status_t
s_expect (reader_t *self, reader_type_t type, token_t *token, slice_t *payload)
{
    if (!s_token (self, token) || token->type != type) {
        self->status = STATUS_MALFORMED;
        return STATUS_MALFORMED;
    }
    if (payload)
        *payload = (slice_t) { (const char *) self->at + token->head, token->size };
    self->at += token->head + token->size;
    return STATUS_OK;
}

static status_t
s_fault (reader_t *self)
{
    self->status = STATUS_MALFORMED;
    return STATUS_MALFORMED;
}

void
reader_init (reader_t *self, slice_t bytes)
{
    const uint8_t *at = (const uint8_t *) (bytes.data ? bytes.data : "");
    *self = (reader_t) { at, at + bytes.size, STATUS_OK };
}

reader_type_t
reader_peek (const reader_t *self)
{
    token_t token;
    return s_token (self, &token) ? token.type : READER_END;
}

status_t
reader_bool (reader_t *self, bool *value)
{
    token_t token;
    status_t status = s_expect (self, READER_BOOL, &token, NULL);
    if (status == STATUS_OK)
        *value = token.number == 1;
    return status;
}

status_t
reader_int (reader_t *self, int64_t *value)
{
    token_t token;
    status_t status = s_expect (self, READER_INT, &token, NULL);
    if (status != STATUS_OK)
        return status;
    if (!token.negative && token.number > INT64_MAX)
        return s_fault (self);
    *value = (int64_t) token.number;
    return STATUS_OK;
}

status_t
reader_u64 (reader_t *self, uint64_t *value)
{
    token_t token;
    status_t status = s_expect (self, READER_INT, &token, NULL);
    if (status != STATUS_OK)
        return status;
    if (token.negative)
        return s_fault (self);
    *value = token.number;
    return STATUS_OK;
}

status_t
reader_double (reader_t *self, double *value)
{
    if (reader_peek (self) == READER_INT) {
        int64_t number = 0;
        status_t status = reader_int (self, &number);
        if (status == STATUS_OK)
            *value = (double) number;
        return status;
    }
    token_t token;
    status_t status = s_expect (self, READER_DOUBLE, &token, NULL);
    if (status != STATUS_OK)
        return status;
    if (token.is_float32) {
        uint32_t bits = (uint32_t) token.number;
        float number;
        memcpy (&number, &bits, sizeof number);
        *value = (double) number;
    } else {
        memcpy (value, &token.number, sizeof *value);
    }
    return STATUS_OK;
}

status_t
reader_text (reader_t *self, slice_t *value)
{
    token_t token;
    return s_expect (self, READER_TEXT, &token, value);
}

status_t
reader_bytes (reader_t *self, slice_t *value)
{
    token_t token;
    return s_expect (self, READER_BYTES, &token, value);
}

status_t
reader_array (reader_t *self, size_t *count)
{
    token_t token;
    status_t status = s_expect (self, READER_ARRAY, &token, NULL);
    if (status == STATUS_OK)
        *count = (size_t) token.number;
    return status;
}

status_t
reader_map (reader_t *self, size_t *count)
{
    token_t token;
    status_t status = s_expect (self, READER_MAP, &token, NULL);
    if (status == STATUS_OK)
        *count = (size_t) token.number;
    return status;
}

//  Without recursion: open [d] counts the values that are still to come at depth d.
status_t
reader_skip (reader_t *self)
{
    uint64_t open [READER_DEPTH_MAX + 1] = { 1 };
    int depth = 0;
    while (depth >= 0) {
        if (open [depth] == 0) {
            depth--;
            continue;
        }
        token_t token;
        if (!s_token (self, &token))
            return s_fault (self);
        open [depth]--;
        self->at += token.head + token.size;
        if (token.type == READER_ARRAY || token.type == READER_MAP) {
            if (depth == READER_DEPTH_MAX)
                return s_fault (self);
            open [++depth] = token.type == READER_MAP ? token.number * 2 : token.number;
        }
    }
    return STATUS_OK;
}

status_t
reader_finish (const reader_t *self)
{
    return self->status == STATUS_OK && self->at == self->end ? STATUS_OK : STATUS_MALFORMED;
}
