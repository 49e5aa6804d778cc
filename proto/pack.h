/*  pack - msgpack to a buffer

    msgpack-c's packer, writing into a buffer_t. What does not fit is told by buffer_status at the end.

    Thread: one at a time. */

#ifndef PACK_H
#define PACK_H

#include "buffer.h"

#include <yyjson.h>

void pack_nil (buffer_t *out);
void pack_bool (buffer_t *out, bool value);
void pack_int (buffer_t *out, int64_t value);
void pack_u64 (buffer_t *out, uint64_t value);
void pack_double (buffer_t *out, double value);
void pack_text (buffer_t *out, slice_t value);          //  An absent slice is nil
void pack_bytes (buffer_t *out, slice_t value);
void pack_array (buffer_t *out, size_t count);          //  count values follow
void pack_map (buffer_t *out, size_t count);            //  count pairs follow
void pack_key (buffer_t *out, const char *key);         //  A text, for a map

//  A JSON value as it is, with everything in it; its nesting was bounded when it was read.
void pack_json (buffer_t *out, const yyjson_val *value);

#endif
