#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mailbox.h"

#include <assert.h>

/*  A gateway's thread and a worker's, which exchange messages as fast as they can: 64 requests are always under way. In the build for
    ThreadSanitizer this must be silent. With -DPLANTED_RACE (the test planted_race) one body is written to after it was sent, and that must
    be reported. */

static const char ENDPOINT [] = "inproc://mailbox-threads-test";

enum { REQUESTS = 10000, CREDIT = 64, HIGH_WATER = 2 * CREDIT + 16, BODY_BYTES = 100, PATIENCE_MS = 30000 };

//  Long enough that libzmq carries the memory itself from thread to thread. What is in it follows from the id.
static message_t *
s_message (envelope_kind_t kind, uint64_t id, char **kept)
{
    message_t *message = message_new (kind);
    assert (message);
    message->envelope.id = id;
    buffer_t body;
    buffer_init (&body, BODY_BYTES);
    for (uint64_t i = 0; i < BODY_BYTES; i++)
        buffer_append_char (&body, (char) (id + i));
    *kept = body.data;
    status_t status = message_take_body (message, &body);
    assert (status == STATUS_OK);
    return message;
}

static void
s_check (message_t *message)
{
    slice_t body = message_body (message);
    assert (body.size == BODY_BYTES);
    for (uint64_t i = 0; i < BODY_BYTES; i++)
        assert (body.data [i] == (char) (message->envelope.id + i));
}

//  Waits until one of the two has something; false when it is the pipe.
static bool
s_wait (mailbox_t *mailbox, zsock_t *pipe)
{
    zmq_pollitem_t items [] = {
        { .socket = mailbox_socket (mailbox), .events = ZMQ_POLLIN },
        { .socket = zsock_resolve (pipe), .events = ZMQ_POLLIN },
    };
    int ready = zmq_poll (items, 2, PATIENCE_MS);
    assert (ready > 0);
    return !(items [1].revents & ZMQ_POLLIN);
}

static void
s_answer (mailbox_t *mailbox, uint64_t id)
{
    char *kept;
    message_t *answer = s_message (KIND_RESULT, id, &kept);
    status_t status = mailbox_send (mailbox, NULL, &answer);
    assert (status == STATUS_OK);
#ifdef PLANTED_RACE
    if (id == 0)
        kept [0] = 0;                   //  The same byte as before: only the write is wrong. The gateway keeps this message to its end
#endif
}

static void
worker (zsock_t *pipe, void *arg)
{
    (void) arg;
    mailbox_t *mailbox = mailbox_connect (ENDPOINT, HIGH_WATER);
    assert (mailbox);
    pipe_started (pipe);
    char *kept;
    message_t *message = s_message (KIND_READY, 0, &kept);
    status_t status = mailbox_send (mailbox, NULL, &message);
    assert (status == STATUS_OK);
    while (s_wait (mailbox, pipe))
        while (mailbox_receive (mailbox, NULL, &message) == STATUS_OK) {
            uint64_t id = message->envelope.id;
            s_check (message);
            message_destroy (&message);
            s_answer (mailbox, id);
        }
    assert (pipe_command (pipe) == PIPE_END);
    mailbox_counts_t counts = mailbox_counts (mailbox);
    assert (counts.received == REQUESTS && counts.sent == REQUESTS + 1 && counts.refused == 0 && counts.malformed == 0);
    mailbox_destroy (&mailbox);
}

static void
s_request (mailbox_t *mailbox, const peer_t *to, uint64_t id)
{
    char *kept;
    message_t *request = s_message (KIND_REQUEST, id, &kept);
    message_t *twin = message_share (request);          //  As the gateway does, which may have to send it again
    assert (twin);
    status_t status = mailbox_send (mailbox, to, &request);
    assert (status == STATUS_OK);
    s_check (twin);
    message_destroy (&twin);
}

//  Sends requests and takes answers, in their order, until all are there; keeps the first answer.
static void
s_exchange (mailbox_t *mailbox, zsock_t *pipe, const peer_t *to)
{
    message_t *first = NULL, *message;
    uint64_t asked = 0, answered = 0;
    while (answered < REQUESTS) {
        while (asked < REQUESTS && asked - answered < CREDIT)
            s_request (mailbox, to, asked++);
        bool goes_on = s_wait (mailbox, pipe);
        assert (goes_on);
        while (mailbox_receive (mailbox, NULL, &message) == STATUS_OK) {
            assert (message->envelope.kind == KIND_RESULT && message->envelope.id == answered);
            s_check (message);
            if (answered++ == 0)
                first = message;
            else
                message_destroy (&message);
        }
    }
    message_destroy (&first);
}

static void
gateway (zsock_t *pipe, void *arg)
{
    mailbox_t *mailbox = arg;
    pipe_started (pipe);
    bool goes_on = s_wait (mailbox, pipe);
    assert (goes_on);
    peer_t peer;
    message_t *message;
    status_t status = mailbox_receive (mailbox, &peer, &message);
    assert (status == STATUS_OK && message->envelope.kind == KIND_READY);
    message_destroy (&message);
    s_exchange (mailbox, pipe, &peer);
    mailbox_counts_t counts = mailbox_counts (mailbox);
    assert (counts.sent == REQUESTS && counts.received == REQUESTS + 1 && counts.refused == 0 && counts.malformed == 0);
    mailbox_destroy (&mailbox);
    zsock_signal (pipe, 0);             //  Done
    char *word = zstr_recv (pipe);
    zstr_free (&word);
}

static void
two_threads_exchange_20000_messages (void **state)
{
    (void) state;
    mailbox_t *mailbox = mailbox_bind (ENDPOINT, HIGH_WATER);
    assert_non_null (mailbox);
    zactor_t *first = zactor_new (gateway, mailbox), *second = zactor_new (worker, NULL);
    assert_non_null (first);
    assert_non_null (second);
    zsock_set_rcvtimeo (zactor_sock (first), PATIENCE_MS);
    assert_int_equal (zsock_wait (first), 0);
    zactor_destroy (&second);
    zactor_destroy (&first);
}

int
main (void)
{
    zsys_handler_set (NULL);
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (two_threads_exchange_20000_messages),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
