/*  keys_peer - a credentials actor that says what the test tells it to

    Bound to an inproc name of its own. It takes questions only when the test looks for them. Include it behind cmocka.h. */

#ifndef KEYS_PEER_H
#define KEYS_PEER_H

#include "body.h"
#include "clock.h"
#include "keys_body.h"
#include "mailbox.h"
#include "reader.h"

#include <stdio.h>

enum { PEER_WAIT_MS = 10000 };

typedef struct {
    char       endpoint [48];
    mailbox_t *mailbox;
    int        questions;               //  So far
    peer_t     from;                    //  Of the last one
    uint64_t   id;
    uint64_t   refused;
    char       account [ENVELOPE_ACCOUNT_MAX + 1];
} keys_peer_t;

static inline void
keys_peer_bind (keys_peer_t *self)
{
    self->mailbox = mailbox_bind (self->endpoint, 200);
    assert_non_null (self->mailbox);
}

static inline void
keys_peer_init (keys_peer_t *self)
{
    static int count;
    *self = (keys_peer_t) { 0 };
    snprintf (self->endpoint, sizeof self->endpoint, "inproc://keys-peer-%d", ++count);
    keys_peer_bind (self);
}

static inline void
keys_peer_deinit (keys_peer_t *self)
{
    mailbox_destroy (&self->mailbox);
}

//  Takes the next question, if one has come.
static inline bool
keys_peer_hears (keys_peer_t *self)
{
    message_t *message;
    status_t status = mailbox_receive (self->mailbox, &self->from, &message);
    if (status == STATUS_AGAIN)
        return false;
    assert_int_equal (status, STATUS_OK);
    assert_int_equal (message->envelope.kind, KIND_REQUEST);
    assert_int_equal (message->envelope.service, SERVICE_CREDENTIALS);
    assert_string_equal (message->envelope.tool, "keys");
    assert_int_not_equal (message->envelope.flags & ENVELOPE_FLAG_SECRET, ENVELOPE_FLAG_SECRET);
    reader_t reader;
    reader_init (&reader, argument_value (message_body (message), "refused"));
    assert_int_equal (reader_u64 (&reader, &self->refused), STATUS_OK);
    self->id = message->envelope.id;
    memcpy (self->account, message->envelope.account, sizeof self->account);
    self->questions++;
    message_destroy (&message);
    return true;
}

//  Waits for a question.
static inline void
keys_peer_wait (keys_peer_t *self)
{
    int64_t until_ms = clock_mono_ms (clock_system ()) + PEER_WAIT_MS;
    while (!keys_peer_hears (self))
        assert_true (clock_mono_ms (clock_system ()) < until_ms);
}

//  Answers the last question, or the one with that number, with a body; takes it.
static inline void
keys_peer_send (keys_peer_t *self, envelope_kind_t kind, uint64_t id, status_t status, buffer_t *body)
{
    message_t *message = message_new (kind);
    message->envelope.id = id;
    message->envelope.service = SERVICE_CREDENTIALS;
    message->envelope.status = (uint16_t) status;
    message->envelope.flags = kind == KIND_RESULT ? ENVELOPE_FLAG_SECRET : 0;
    assert_int_equal (message_take_body (message, body), STATUS_OK);
    assert_int_equal (mailbox_send (self->mailbox, &self->from, &message), STATUS_OK);
    buffer_deinit (body);
}

//  Keys of which every part tells the version: "AKID7", "secret7", and "token7".
static inline void
keys_peer_give (keys_peer_t *self, uint64_t version, int64_t good_ms)
{
    char key_id [32], secret [32], token [32];
    snprintf (key_id, sizeof key_id, "AKID%llu", (unsigned long long) version);
    snprintf (secret, sizeof secret, "secret%llu", (unsigned long long) version);
    snprintf (token, sizeof token, "token%llu", (unsigned long long) version);
    buffer_t body;
    buffer_init_secret (&body, 4096);
    keys_body_write (&body, &(keys_body_t) { .key_id = slice_of (key_id), .secret = slice_of (secret), .token = slice_of (token), .version = version,
                                             .good_ms = good_ms, .left_ms = good_ms, .source = SLICE ("test"),
                                             .trail = SLICE ("used\ttest\t\n") });
    keys_peer_send (self, KIND_RESULT, self->id, STATUS_OK, &body);
}

static inline void
keys_peer_refuse (keys_peer_t *self, status_t status, const char *sentence)
{
    buffer_t body;
    buffer_init (&body, 4096);
    keys_body_write_fault (&body, &(body_fault_t) { .text = slice_of (sentence), .retry_ms = -1 }, SLICE ("skipped\ttest\tclosed\n"));
    keys_peer_send (self, KIND_FAULT, self->id, status, &body);
}

#endif
