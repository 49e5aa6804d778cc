/*  reader - msgpack from outside, read without believing it

    A cursor over bytes that a peer sent. It allocates nothing: texts are slices of the frame. A count that the remaining bytes cannot hold is
    malformed (each element takes a byte at least), and so is nesting beyond READER_DEPTH_MAX: a frame of 5 bytes that claims 2^32 elements
    costs nothing. (msgpack-c's own unpacker allocates what a frame claims; that is why this exists.)

    The first fault sticks: from then on every read fails with MALFORMED and moves nothing, so that a caller may read a whole structure and look
    once, at the end.

    Thread: one at a time. The bytes are borrowed. */

#ifndef READER_H
#define READER_H

#include "slice.h"
#include "status.h"

enum { READER_DEPTH_MAX = 16 };

typedef enum {
    READER_NIL, READER_BOOL, READER_INT, READER_DOUBLE, READER_TEXT, READER_BYTES, READER_ARRAY, READER_MAP, READER_OTHER, READER_END
} reader_type_t;

typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    status_t       status;
} reader_t;

void     reader_init (reader_t *self, slice_t bytes);

//  What comes next, without moving; READER_END behind the last byte and after a fault.
reader_type_t reader_peek (const reader_t *self);

//  Each reads one value of its type and moves on; a value of another type is MALFORMED. Ints that do not fit are MALFORMED too.
MUST_CHECK status_t reader_bool (reader_t *self, bool *value);
MUST_CHECK status_t reader_int (reader_t *self, int64_t *value);
MUST_CHECK status_t reader_u64 (reader_t *self, uint64_t *value);
MUST_CHECK status_t reader_double (reader_t *self, double *value);              //  An int is accepted too
MUST_CHECK status_t reader_text (reader_t *self, slice_t *value);               //  Not checked for UTF-8
MUST_CHECK status_t reader_bytes (reader_t *self, slice_t *value);

//  The head of an array or map; its elements (pairs) follow. count ≤ the bytes that are left.
MUST_CHECK status_t reader_array (reader_t *self, size_t *count);
MUST_CHECK status_t reader_map (reader_t *self, size_t *count);

//  Passes over one value, whatever it is, with everything in it.
MUST_CHECK status_t reader_skip (reader_t *self);

//  OK when all was read without a fault and nothing is left.
MUST_CHECK status_t reader_finish (const reader_t *self);

#endif
