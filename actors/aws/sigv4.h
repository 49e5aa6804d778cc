/*  sigv4 - AWS Signature Version 4, in the Authorization header

    Why our own: libcurl's signer is wrong in the versions that Debian 12 and 13 ship (query order, path encoding, %2B, two dates when the caller
    gives one), reads the clock itself, and signs whatever else is in the header list. This one signs exactly the headers it is given, with
    the time it is told, and passes the official vectors.

    The signing key depends on the day, region, service and secret only; a signer keeps the last few, so that a request costs one HMAC and three
    digests (body, canonical request, and the short one by which the key is found). Keys are wiped when they leave the cache and when the signer
    goes; the secret is not kept.

    Owner:   an actor, on its thread. Never logs; nothing it returns holds the secret.
    Source:  "Signature Version 4 signing process", AWS General Reference; vectors of aws-c-auth's test suite (Apache-2.0). */

#ifndef SIGV4_H
#define SIGV4_H

#include "buffer.h"

typedef struct sigv4 sigv4_t;

//  Borrowed for the call only.
typedef struct {
    slice_t key_id;
    slice_t secret;
    slice_t token;              //  Absent or empty without one
} sigv4_keys_t;

typedef struct {
    const char *name;           //  In any case
    slice_t     value;
} sigv4_field_t;

typedef struct {
    const char *method;
    slice_t     path;           //  As it is sent, percent-encoded once; encoded again to be signed; "" means "/"
    slice_t     query;          //  As it is sent, without '?'; absent or empty without one
    const sigv4_field_t *fields;        //  Those to be signed; host among them; neither X-Amz-Date nor X-Amz-Security-Token
    size_t      fields_count;
    slice_t     body;
    const char *region;
    const char *service;        //  The signing name: "monitoring", "logs", "sts"
    int64_t     wall_ms;        //  When: the clock's time with the learnt skew applied
    bool        keep_path;      //  Do not remove "." and ".." and "//" (official suite: normalize = false)
    bool        sign_body_header;       //  Also send and sign X-Amz-Content-Sha256
    bool        token_unsigned;         //  The token is added behind the signature, not signed (official suite: omit_session_token)
} sigv4_request_t;

//  The headers that the caller adds to the request, as it signed them.
typedef struct {
    char date [17];             //  X-Amz-Date: 20261122T230507Z
    char content_sha256 [65];   //  X-Amz-Content-Sha256, "" unless asked for
    buffer_t authorization;     //  Authorization
} sigv4_signature_t;

sigv4_t *sigv4_new (void);                              //  NULL without memory
void     sigv4_destroy (sigv4_t **self_p);

//  Initialises and fills *signature, which is to be given up with sigv4_signature_deinit (it holds nothing when this fails).
//  INVALID_ARGUMENT: more fields, query parameters or path segments than these; a key id that no header can carry, no secret, a time before 1970
//  or after 9999. TOO_LARGE: path, query and headers beyond 256 KB. NO_MEMORY. INTERNAL: OpenSSL refused.
enum { SIGV4_FIELDS_MAX = 32, SIGV4_PARAMETERS_MAX = 64, SIGV4_SEGMENTS_MAX = 64 };
MUST_CHECK status_t sigv4_sign (sigv4_t *self, const sigv4_keys_t *keys, const sigv4_request_t *request, sigv4_signature_t *signature);
void     sigv4_signature_deinit (sigv4_signature_t *signature);

//  Appends one of the two texts on the way, for tests and for comparing with what AWS says it expected ("The Canonical String for this request
//  should have been …").
MUST_CHECK status_t sigv4_canonical_request (const sigv4_keys_t *keys, const sigv4_request_t *request, buffer_t *out);
MUST_CHECK status_t sigv4_string_to_sign (const sigv4_keys_t *keys, const sigv4_request_t *request, buffer_t *out);

#endif
