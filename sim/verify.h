/*  verify - did somebody who knows the secret sign this request?

    The other half of AWS Signature Version 4: a signer turns a request and a secret into a signature, the verifier does the same with what
    arrived and compares. It is written from the published description alone and shares no line with any signer, so that the two can find
    each other's mistakes. Refusals use AWS's codes and words; one for a wrong signature shows, as AWS's do, the canonical request and the
    string to sign that were expected.

    Checked, in this order: the Authorization header and its parts; host, x-amz-date and a content-type that is present are signed; the
    scope (date, region, service, aws4_request); the time, at most five minutes from one of two clocks; the key; its session token; its end;
    the signature.

    Owner:   the simulator. Thread: one. Never: reads a clock. */

#ifndef SIM_VERIFY_H
#define SIM_VERIFY_H

#include "issued_keys.h"
#include "slice.h"
#include "status.h"

typedef struct verify verify_t;

//  Keys at most; longest name of a key, region or service; longest text of a refusal.
enum { VERIFY_KEYS_MAX = 16, VERIFY_NAME_SIZE = 129, VERIFY_MESSAGE_SIZE = 4096 };

//  What arrived. The slices are borrowed for the time of the check.
typedef struct {
    slice_t method;
    slice_t path;               //  As sent, without the query
    slice_t query;              //  Absent without one
    slice_t body;
    slice_t (*header) (const void *source, const char *name);   //  Found in any case; absent when missing
    const void *source;
} verify_request_t;

//  A signature is in time when it is near either: a simulator whose own clock is fixed is also used by clients that have none but the real.
typedef struct {
    int64_t account_ms;
    int64_t wall_ms;            //  Issued keys end by this one
} verify_clocks_t;

typedef struct {
    const char *code;                       //  NULL: accepted. Else AWS's name for the refusal
    char message [VERIFY_MESSAGE_SIZE];
    char key_id [VERIFY_NAME_SIZE];         //  As claimed, so known for refused ones too; empty when there was none to read
    char region [VERIFY_NAME_SIZE];
    char service [VERIFY_NAME_SIZE];
} verify_verdict_t;

//  Knows no key at first. NULL without memory.
verify_t *verify_new (void);
void      verify_destroy (verify_t **self_p);

//  "ID:SECRET" or "ID:SECRET:TOKEN". A key with a token is accepted together with it only; a later one of the same id replaces the earlier.
//  INVALID_ARGUMENT when a part is missing or too long, TOO_LARGE when there is no room for another.
MUST_CHECK status_t verify_add_key (verify_t *self, slice_t text);

//  Keys that the STS issued (borrowed) are accepted too, with their token and until they end or are revoked.
void      verify_trust (verify_t *self, const issued_keys_t *issued);

//  The service is the one that the request's target belongs to.
void      verify_check (const verify_t *self, const verify_request_t *request, const char *service, const verify_clocks_t *clocks,
                        verify_verdict_t *verdict);

#endif
