/*  json - the seam over yyjson

    yyjson's own types and functions are used as they are (it is the house's JSON library); this file adds what it leaves to us: a bound on
    nesting before a byte is parsed, one way of reading documents from outside, and getters that speak in slices.

    A document owns its values: slices taken from it die with yyjson_doc_free.

    Thread: any; no state. */

#ifndef JSON_H
#define JSON_H

#include "buffer.h"

#include <yyjson.h>

//  Deepest nesting that we accept from outside; it bounds the recursion of everything that walks a document.
enum { JSON_DEPTH_MAX = 16, JSON_DEPTH_MAX_AWS = 64 };

//  Parses one strict JSON text (UTF-8, no comments, nothing behind it). MALFORMED for anything else, TOO_LARGE when it is nested deeper than
//  depth_max, NO_MEMORY. On MALFORMED *at (may be NULL) is the offset of the first wrong byte. The caller frees with yyjson_doc_free.
MUST_CHECK status_t json_read (slice_t text, int depth_max, yyjson_doc **doc_p, size_t *at);

//  The same for a text with secrets in it. All that the parser makes of it is in memory: an empty secret buffer, whose limit is enough for about
//  14 times the text. The document is valid until that is deinitialised, which is all that frees it, and wipes it. TOO_LARGE also beyond the limit.
MUST_CHECK status_t json_read_secret (slice_t text, int depth_max, buffer_t *memory, yyjson_doc **doc_p);

//  Is the nesting of the text within depth_max? Looks at brackets outside of strings only; says nothing of whether it is valid.
bool     json_depth_within (slice_t text, int depth_max);

//  The member's text, or SLICE_ABSENT when it is missing or no string. The object may be NULL.
slice_t  json_text (const yyjson_val *object, const char *key);
slice_t  json_value_text (const yyjson_val *value);

//  Members of other kinds; the default when missing or of another kind.
bool     json_bool (const yyjson_val *object, const char *key, bool or_else);
int64_t  json_int (const yyjson_val *object, const char *key, int64_t or_else);
double   json_number (const yyjson_val *object, const char *key, double or_else);

//  The object itself; an empty one for NULL and for whatever is none. For yyjson_obj_foreach, which counts from what it is given.
yyjson_val *json_members (yyjson_val *object);

//  Writes the text as a JSON string with its quotes. Invalid UTF-8 becomes U+FFFD, so that what we write is always valid.
void     json_append_string (buffer_t *out, slice_t text);

//  Writes a value as it was read, compact.
void     json_append_value (buffer_t *out, const yyjson_val *value);

//  Writes a whole document, compact. INTERNAL if a value cannot be written (NaN, bad UTF-8).
MUST_CHECK status_t json_write (const yyjson_mut_doc *doc, buffer_t *out);

//  A mutable string value that copies the text, with invalid UTF-8 replaced; an absent slice gives null.
yyjson_mut_val *json_new_text (yyjson_mut_doc *doc, slice_t text);

#endif
