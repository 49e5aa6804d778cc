/*  base64 - bytes as text, strictly

    The standard alphabet with padding, and the URL alphabet without, as RFC 4648 has them. Decoding refuses what encoding would not have written:
    other characters, missing or surplus padding, bits left over.

    Thread: any; no state. OpenSSL does the work; strictness is ours. */

#ifndef BASE64_H
#define BASE64_H

#include "buffer.h"

//  Appends to out; ask buffer_status.
void base64_encode (slice_t bytes, buffer_t *out);
void base64_url_encode (slice_t bytes, buffer_t *out);

//  MALFORMED, or what buffer_status says.
MUST_CHECK status_t base64_decode (slice_t text, buffer_t *out);
MUST_CHECK status_t base64_url_decode (slice_t text, buffer_t *out);

#endif
