/*  request_state - what a server has a client keep for it, so that it need keep nothing itself

    A call that needs something from its client first (asks.h) is answered, and forgotten. What must be known when the client comes again goes to
    the client as requestState, and comes back with the answers: from outside, so that it is believed only when it is what was given. It carries a
    seal, an HMAC-SHA256 with a key that this process made at its start and shows nobody, over the state, over its end, and over what it was given
    for (the method, the name that was asked for, and the arguments), so that none can be made up, changed, kept for later, or used elsewhere.

        "v1." base64url (end, 8 bytes; state) "." base64url (seal, 32 bytes)

    The state itself can be read by whoever has it: it is no place for secrets. Another process has another key: a client that comes again to another
    replica, or after a restart, is asked anew.

    Owner:   mcp. Thread: the gateway's. */

#ifndef REQUEST_STATE_H
#define REQUEST_STATE_H

#include "buffer.h"
#include "random.h"

enum {
    REQUEST_STATE_BYTES_MAX = 1024,             //  Of a state, before it is sealed
    REQUEST_STATE_TEXT_MAX = 1536,              //  Sealed: base64 makes three bytes four
    REQUEST_STATE_LIFE_MS = 600000,             //  A person may think about an answer for ten minutes
    REQUEST_STATE_KEY_BYTES = 32,
};

typedef struct {
    uint8_t key [REQUEST_STATE_KEY_BYTES];
} request_state_t;

//  A new key. By value: nothing to release.
void request_state_init (request_state_t *self, const random_source_t *random);

//  What a state is for, in few bytes; two requests that differ in any of these never have the same. Ask buffer_status.
enum { REQUEST_STATE_PURPOSE_MAX = 256 };
void request_state_purpose (const char *method, slice_t name, slice_t arguments, buffer_t *out);

//  Appends the sealed state. purpose: what it is for. Ask buffer_status: TOO_LARGE for a state that is.
void request_state_seal (const request_state_t *self, slice_t purpose, slice_t state, int64_t now_ms, buffer_t *out);

//  Appends the state that was sealed. MALFORMED: it is not one of ours, not for this purpose, or its time is over.
MUST_CHECK status_t request_state_open (const request_state_t *self, slice_t purpose, slice_t text, int64_t now_ms, buffer_t *out);

#endif
