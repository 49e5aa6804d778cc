/*  keys_body - what an actor and the credentials actor say to each other

    REQUEST (service credentials, tool "keys", account in the envelope): {"refused": u64}, the version that AWS refused, 0 for none.
    RESULT (flag SECRET): {"key_id", "secret", "token": str or nil, "version": u64, "good_ms": int, "left_ms": int, "source": str,
    "trail": str}.
    FAULT as everywhere: status and a sentence; with "trail": str.

    Thread: any; no state. */

#ifndef KEYS_BODY_H
#define KEYS_BODY_H

#include "body.h"
#include "buffer.h"

typedef struct {
    slice_t  key_id, secret, token;     //  token absent: none
    uint64_t version;                   //  Tells one set of keys from the next; never 0
    int64_t  good_ms;                   //  How long to use them before asking again, > 0; -1: as long as one likes
    int64_t  left_ms;                   //  Until AWS takes them no more; -1: no such time is known
    slice_t  source;                    //  Which provider gave them: for logs
    slice_t  trail;                     //  Of the look that found them (trail.h): for the doctor; absent: not known
} keys_body_t;

//  out must be a secret buffer.
void keys_body_write (buffer_t *out, const keys_body_t *keys);

//  MALFORMED also when the key id, the secret or the version is missing, or good_ms is neither -1 nor above 0.
MUST_CHECK status_t keys_body_read (slice_t body, keys_body_t *keys);

//  A fault that body_read_fault reads, and the trail of the look that was in vain; which is absent where there is none.
void keys_body_write_fault (buffer_t *out, const body_fault_t *fault, slice_t trail);
slice_t keys_body_trail_of_fault (slice_t body);

#endif
