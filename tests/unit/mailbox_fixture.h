/*  mailbox_fixture - a gateway's mailbox and those of two workers, all in one thread

    begin and end are a test's set-up and tear-down. What arrives is waited for, never longer than PATIENCE_MS. Included behind cmocka.h. */

#ifndef MAILBOX_FIXTURE_H
#define MAILBOX_FIXTURE_H

#include "mailbox.h"

static const char ENDPOINT [] = "inproc://mailbox-test";

enum { HIGH_WATER = 100, PATIENCE_MS = 5000 };

typedef struct {
    mailbox_t *gateway;
    mailbox_t *worker;
    mailbox_t *other;
} fixture_t;

static inline int
begin (void **state)
{
    static fixture_t self;
    self = (fixture_t) { .gateway = mailbox_bind (ENDPOINT, HIGH_WATER) };
    self.worker = mailbox_connect (ENDPOINT, HIGH_WATER);
    self.other = mailbox_connect (ENDPOINT, HIGH_WATER);
    *state = &self;
    return self.gateway && self.worker && self.other ? 0 : 1;
}

static inline int
end (void **state)
{
    fixture_t *self = *state;
    mailbox_destroy (&self->worker);
    mailbox_destroy (&self->other);
    mailbox_destroy (&self->gateway);
    return 0;
}

static inline message_t *
message_with (envelope_kind_t kind, uint64_t id, const char *body)
{
    message_t *message = message_new (kind);
    buffer_t bytes;
    assert_non_null (message);
    buffer_init (&bytes, MESSAGE_BODY_BYTES_MAX);
    buffer_append_text (&bytes, body);
    message->envelope.id = id;
    assert_int_equal (message_take_body (message, &bytes), STATUS_OK);
    return message;
}

static inline status_t
send_to (mailbox_t *mailbox, const peer_t *to, uint64_t id, const char *body)
{
    message_t *message = message_with (KIND_REQUEST, id, body);
    status_t status = mailbox_send (mailbox, to, &message);
    assert_null (message);
    return status;
}

static inline bool
has_come (mailbox_t *mailbox)
{
    zmq_pollitem_t item = { .socket = mailbox_socket (mailbox), .events = ZMQ_POLLIN };
    return zmq_poll (&item, 1, PATIENCE_MS) == 1;
}

//  Waits for what comes next.
static inline status_t
receive (mailbox_t *mailbox, peer_t *from, message_t **message_p)
{
    assert_true (has_come (mailbox));
    return mailbox_receive (mailbox, from, message_p);
}

//  The next message must be this one; says from whom.
static inline peer_t
assert_arrives (mailbox_t *mailbox, uint64_t id, const char *body)
{
    peer_t from = { 0 };
    message_t *message = NULL;
    assert_int_equal (receive (mailbox, &from, &message), STATUS_OK);
    assert_int_equal (message->envelope.id, id);
    assert_true (slice_is (message_body (message), body));
    message_destroy (&message);
    return from;
}

static inline void
assert_nothing_arrives (mailbox_t *mailbox)
{
    message_t *message = NULL;
    assert_int_equal (mailbox_receive (mailbox, NULL, &message), STATUS_AGAIN);
    assert_null (message);
}

#endif
