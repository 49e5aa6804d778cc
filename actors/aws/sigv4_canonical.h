/*  sigv4_canonical - the one spelling of a request that both sides hash

    AWS and we must arrive at the same bytes, whatever a library, a proxy or a person did to the spelling on the way:

        POST                                        the method
        /api/v1/label/%2540x/values                 the path
        a=1&b=                                      the query
        host:monitoring.eu-central-1.amazonaws.com  the headers, sorted by name, each with an end of line
        x-amz-date:20261122T230507Z

        host;x-amz-date                             their names
        e3b0c442…                                   the body's SHA-256

    Path: every byte of what is sent is encoded once more, except '/' and the unreserved letters, digits, "-._~". A path that was
    percent-encoded for the wire thus comes out encoded twice (%40 -> %2540), as every service but S3 wants it; a raw byte comes out encoded
    once, which is what the official vectors show (their request lines hold raw spaces and UTF-8). One rule for both; it never decodes.
    Before that, empty and "." segments go away and ".." takes its parent along, unless the caller says that the path is to be kept.

    Query: a parameter may be spelled in many ways, so it is decoded and encoded again, here with upper-case hex. A '+' is a plus, never a
    space; a '%' without two hex digits is a percent sign; empty parameters ("a&&b") are none; "a" is "a=".

    Thread: any; no state and no cryptography. Part of sigv4, which is what others include. */

#ifndef SIGV4_CANONICAL_H
#define SIGV4_CANONICAL_H

#include "sigv4.h"

//  What the signer adds to the request by itself.
typedef struct {
    const char *date;           //  20261122T230507Z
    const char *body_sha256;    //  64 hex digits
    slice_t     token;          //  Absent unless it is to be signed
} sigv4_stamp_t;

//  Appends the whole text; *signed_names points to the list of header names in it, as long as out is not changed.
MUST_CHECK status_t sigv4_canonical_write (const sigv4_request_t *request, const sigv4_stamp_t *stamp, buffer_t *out, slice_t *signed_names);

//  Its two lines with rules of their own, without the end of line. INVALID_ARGUMENT: too many segments or parameters.
MUST_CHECK status_t sigv4_canonical_path (slice_t path, bool keep, buffer_t *out);
MUST_CHECK status_t sigv4_canonical_query (slice_t query, buffer_t *out);

#endif
