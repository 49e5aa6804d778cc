#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "announce.h"
#include "mailbox_fixture.h"

#include "clock.h"

//  --- Whole messages

static void
messages_go_both_ways_and_peers_are_told_apart (void **state)
{
    fixture_t *self = *state;
    assert_int_equal (send_to (self->worker, NULL, 1, "from the worker"), STATUS_OK);
    peer_t worker = assert_arrives (self->gateway, 1, "from the worker");
    assert_int_equal (send_to (self->other, NULL, 2, "from the other"), STATUS_OK);
    peer_t other = assert_arrives (self->gateway, 2, "from the other");
    assert_true (peer_eq (&worker, &worker) && !peer_eq (&worker, &other));

    assert_int_equal (send_to (self->gateway, &other, 4, "to the other"), STATUS_OK);
    assert_int_equal (send_to (self->gateway, &worker, 3, "to the worker"), STATUS_OK);
    assert_arrives (self->worker, 3, "to the worker");
    assert_arrives (self->other, 4, "to the other");
    assert_nothing_arrives (self->worker);
    assert_nothing_arrives (self->other);
    assert_nothing_arrives (self->gateway);
    assert_int_equal (send_to (self->worker, NULL, 5, "again"), STATUS_OK);
    peer_t again = assert_arrives (self->gateway, 5, "again");
    assert_true (peer_eq (&worker, &again));

    mailbox_counts_t counts = mailbox_counts (self->gateway);
    assert_true (counts.sent == 2 && counts.received == 3 && !counts.malformed && !counts.refused && !counts.unreachable);
}

static void
a_message_arrives_with_all_its_parts (void **state)
{
    fixture_t *self = *state;
    message_t *message = message_with (KIND_RESULT, 9, "body");
    buffer_t spans;
    buffer_init (&spans, 1024);
    buffer_append_text (&spans, "spans");
    assert_int_equal (message_take_spans (message, &spans), STATUS_OK);
    assert_int_equal (ENVELOPE_SET (&message->envelope, tool, SLICE ("list_metrics")), STATUS_OK);
    assert_int_equal (mailbox_send (self->worker, NULL, &message), STATUS_OK);

    assert_int_equal (receive (self->gateway, NULL, &message), STATUS_OK);
    assert_int_equal (message->envelope.kind, KIND_RESULT);
    assert_string_equal (message->envelope.tool, "list_metrics");
    assert_true (slice_is (message_body (message), "body") && slice_is (message_spans (message), "spans"));
    message_destroy (&message);
}

static void
the_bytes_of_a_body_are_not_copied_inside_the_process (void **state)
{
    fixture_t *self = *state;
    message_t *message = message_with (KIND_RESULT, 9, "as long as it takes for libzmq to keep it by reference and not inside the frame");
    const char *at = message_body (message).data;
    assert_int_equal (mailbox_send (self->worker, NULL, &message), STATUS_OK);
    assert_int_equal (receive (self->gateway, NULL, &message), STATUS_OK);
    assert_ptr_equal (message_body (message).data, at);
    message_destroy (&message);
}

static void
a_shared_message_can_be_sent_twice (void **state)
{
    fixture_t *self = *state;
    message_t *message = message_with (KIND_REQUEST, 1, "a request that is kept until its answer has come, to be repeated if that never happens");
    message_t *twin = message_share (message);
    assert_int_equal (mailbox_send (self->worker, NULL, &twin), STATUS_OK);
    twin = message_share (message);
    assert_int_equal (mailbox_send (self->other, NULL, &twin), STATUS_OK);
    slice_t kept = message_body (message);
    message_t *arrived [2];
    for (int i = 0; i < 2; i++) {
        assert_int_equal (receive (self->gateway, NULL, &arrived [i]), STATUS_OK);
        assert_true (slice_eq (message_body (arrived [i]), kept));
    }
    message_destroy (&arrived [0]);
    message_destroy (&message);
    assert_true (slice_starts (message_body (arrived [1]), "a request that is kept"));
    message_destroy (&arrived [1]);
}

static void
an_endpoint_that_cannot_be_used_gives_no_mailbox (void **state)
{
    (void) state;
    assert_null (mailbox_bind (ENDPOINT, HIGH_WATER));                  //  Taken
    assert_null (mailbox_bind ("nonsense", HIGH_WATER));
    assert_null (mailbox_connect ("nonsense://x", HIGH_WATER));
}

static void
an_endpoint_can_be_bound_again_at_once (void **state)
{
    fixture_t *self = *state;
    for (int i = 0; i < 20; i++) {
        mailbox_destroy (&self->gateway);
        self->gateway = mailbox_bind (ENDPOINT, HIGH_WATER);
        assert_non_null (self->gateway);
        mailbox_destroy (&self->worker);
        self->worker = mailbox_connect (ENDPOINT, HIGH_WATER);
        assert_int_equal (send_to (self->worker, NULL, 1, "hello"), STATUS_OK);
        assert_arrives (self->gateway, 1, "hello");
    }
}

//  --- What cannot be sent

static void
a_peer_that_was_never_there_is_unreachable (void **state)
{
    fixture_t *self = *state;
    peer_t nobody = { .size = 5, .bytes = "\0abcd" };
    assert_int_equal (send_to (self->gateway, &nobody, 1, "lost"), STATUS_UNREACHABLE);
    mailbox_counts_t counts = mailbox_counts (self->gateway);
    assert_true (counts.unreachable == 1 && counts.sent == 0);
}

static void
a_peer_that_vanished_is_unreachable_and_others_are_not (void **state)
{
    fixture_t *self = *state;
    assert_int_equal (send_to (self->worker, NULL, 1, "hello"), STATUS_OK);
    peer_t gone = assert_arrives (self->gateway, 1, "hello");
    assert_int_equal (send_to (self->other, NULL, 2, "hello"), STATUS_OK);
    peer_t there = assert_arrives (self->gateway, 2, "hello");
    mailbox_destroy (&self->worker);

    //  Until libzmq has noticed, messages may still be taken
    status_t status = STATUS_OK;
    int64_t until_ms = clock_mono_ms (clock_system ()) + PATIENCE_MS;
    while (status == STATUS_OK && clock_mono_ms (clock_system ()) < until_ms) {
        zmq_pollitem_t item = { .socket = mailbox_socket (self->gateway), .events = ZMQ_POLLIN };
        zmq_poll (&item, 1, 1);
        status = send_to (self->gateway, &gone, 3, "are you there?");
    }
    assert_int_equal (status, STATUS_UNREACHABLE);
    assert_int_equal (mailbox_counts (self->gateway).unreachable, 1);
    assert_int_equal (send_to (self->gateway, &there, 4, "you are"), STATUS_OK);
    assert_arrives (self->other, 4, "you are");
}

enum { LOW = 4 };

//  Sends until it is refused; how many were taken.
static uint64_t
fill (mailbox_t *mailbox, const peer_t *to)
{
    uint64_t id = 0;
    status_t status = STATUS_OK;
    while (status == STATUS_OK && id < 100)
        status = send_to (mailbox, to, ++id, "fill");
    assert_int_equal (status, STATUS_BUSY);
    return id - 1;
}

static void
assert_all_arrive (mailbox_t *mailbox, uint64_t count)
{
    for (uint64_t id = 1; id <= count; id++)
        assert_arrives (mailbox, id, "fill");
    assert_nothing_arrives (mailbox);
}

static void
beyond_the_high_water_mark_a_worker_is_told_busy (void **state)
{
    (void) state;
    mailbox_t *gateway = mailbox_bind ("inproc://low", LOW), *worker = mailbox_connect ("inproc://low", LOW);
    uint64_t taken = fill (worker, NULL);
    assert_true (taken >= LOW && taken <= 2 * LOW);     //  Inside a process both sides' marks add up
    assert_int_equal (mailbox_counts (worker).refused, 1);
    assert_int_equal (mailbox_counts (worker).sent, taken);
    assert_all_arrive (gateway, taken);
    assert_int_equal (mailbox_counts (gateway).malformed, 0);
    mailbox_destroy (&worker);
    mailbox_destroy (&gateway);
}

static void
beyond_the_high_water_mark_the_gateway_is_told_busy_and_recovers (void **state)
{
    (void) state;
    mailbox_t *gateway = mailbox_bind ("inproc://low", LOW), *worker = mailbox_connect ("inproc://low", LOW);
    assert_int_equal (send_to (worker, NULL, 1, "hello"), STATUS_OK);
    peer_t peer = assert_arrives (gateway, 1, "hello");
    uint64_t taken = fill (gateway, &peer);
    assert_true (taken >= LOW && taken <= 2 * LOW);
    assert_int_equal (mailbox_counts (gateway).refused, 1);
    assert_int_equal (mailbox_counts (gateway).unreachable, 0);
    assert_all_arrive (worker, taken);

    //  What was read makes room; the gateway learns of it when it looks at its mailbox
    assert_int_equal (send_to (worker, NULL, 2, "room"), STATUS_OK);
    assert_arrives (gateway, 2, "room");
    assert_int_equal (send_to (gateway, &peer, 99, "again"), STATUS_OK);
    assert_arrives (worker, 99, "again");
    mailbox_destroy (&worker);
    mailbox_destroy (&gateway);
}

//  --- Secrets

static status_t
send_secret (mailbox_t *mailbox, const peer_t *to)
{
    buffer_t body;
    buffer_init_secret (&body, 1024);
    buffer_append_text (&body, "a key");
    message_t *message = message_new (KIND_RESULT);
    assert_int_equal (message_take_body (message, &body), STATUS_OK);
    status_t status = mailbox_send (mailbox, to, &message);
    assert_null (message);
    return status;
}

static void
a_secret_goes_to_another_thread (void **state)
{
    fixture_t *self = *state;
    assert_int_equal (send_secret (self->worker, NULL), STATUS_OK);
    message_t *message;
    peer_t from;
    assert_int_equal (receive (self->gateway, &from, &message), STATUS_OK);
    assert_true (message->envelope.flags & ENVELOPE_FLAG_SECRET);
    assert_true (slice_is (message_body (message), "a key"));
    message_destroy (&message);
    assert_int_equal (send_secret (self->gateway, &from), STATUS_OK);
}

//  libzmq's own thread carries tcp, and what it orders there cannot be announced by address.
#ifdef THREAD_SANITIZER
#define SKIP_UNDER_THREAD_SANITIZER skip ()
#else
#define SKIP_UNDER_THREAD_SANITIZER ((void) 0)
#endif

static void
a_secret_is_refused_on_tcp_in_both_directions (void **state)
{
    (void) state;
    SKIP_UNDER_THREAD_SANITIZER;
    mailbox_t *gateway = mailbox_bind ("tcp://127.0.0.1:*", HIGH_WATER);
    assert_non_null (gateway);
    char endpoint [64];
    size_t size = sizeof endpoint;
    assert_int_equal (zmq_getsockopt (mailbox_socket (gateway), ZMQ_LAST_ENDPOINT, endpoint, &size), 0);
    mailbox_t *worker = mailbox_connect (endpoint, HIGH_WATER);
    assert_non_null (worker);

    assert_int_equal (send_secret (worker, NULL), STATUS_REFUSED);
    assert_int_equal (send_to (worker, NULL, 1, "no secret"), STATUS_OK);
    peer_t peer = assert_arrives (gateway, 1, "no secret");
    assert_int_equal (send_secret (gateway, &peer), STATUS_REFUSED);
    assert_int_equal (send_to (gateway, &peer, 2, "none either"), STATUS_OK);
    assert_arrives (worker, 2, "none either");

    mailbox_counts_t counts = mailbox_counts (worker);
    assert_true (counts.sent == 1 && counts.received == 1 && counts.refused == 0);
    mailbox_destroy (&worker);
    mailbox_destroy (&gateway);
}

static void
a_flag_without_a_secret_buffer_is_refused_on_tcp_too (void **state)
{
    (void) state;
    SKIP_UNDER_THREAD_SANITIZER;
    mailbox_t *worker = mailbox_connect ("tcp://127.0.0.1:9", HIGH_WATER);
    assert_non_null (worker);
    message_t *message = message_with (KIND_RESULT, 1, "a key");
    message->envelope.flags |= ENVELOPE_FLAG_SECRET | ENVELOPE_FLAG_SLOW;
    assert_int_equal (mailbox_send (worker, NULL, &message), STATUS_REFUSED);
    assert_null (message);
    mailbox_destroy (&worker);
}

//  --- The pipe of a thread

//  Says back each command by its number, until it is to end. What it was told last it leaves to the main thread, as a plain value.
static void
thread (zsock_t *pipe, void *arg)
{
    pipe_command_t *last = arg;
    pipe_command_t command = pipe_command (pipe);
    pipe_started (pipe);
    while (command != PIPE_END) {
        if (command != PIPE_NOTHING)
            zstr_sendf (pipe, "%d", command);
        zmq_pollitem_t item = { .socket = zsock_resolve (pipe), .events = ZMQ_POLLIN };
        if (zmq_poll (&item, 1, PATIENCE_MS) != 1)
            break;
        command = pipe_command (pipe);
    }
    *last = command;
    pipe_give_back (last);
}

static void
assert_said (zactor_t *actor, const char *expected)
{
    zsock_set_rcvtimeo (zactor_sock (actor), PATIENCE_MS);
    char *said = zstr_recv (actor);
    assert_non_null (said);
    assert_string_equal (said, expected);
    zstr_free (&said);
}

static void
a_thread_hears_drain_finish_and_the_end (void **state)
{
    (void) state;
    pipe_command_t last = PIPE_NOTHING;
    zactor_t *actor = zactor_new (thread, &last);
    assert_non_null (actor);
    char drain [2] = { '0' + PIPE_DRAIN, 0 }, finish [2] = { '0' + PIPE_FINISH, 0 };
    pipe_drain (actor, true);
    assert_said (actor, drain);
    pipe_drain (actor, false);
    assert_said (actor, finish);
    zactor_destroy (&actor);
    pipe_taken_back (&last);
    assert_int_equal (last, PIPE_END);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    zsys_handler_set (NULL);
    const struct CMUnitTest tests [] = {
        TEST (messages_go_both_ways_and_peers_are_told_apart),
        TEST (a_message_arrives_with_all_its_parts),
        TEST (the_bytes_of_a_body_are_not_copied_inside_the_process),
        TEST (a_shared_message_can_be_sent_twice),
        TEST (an_endpoint_that_cannot_be_used_gives_no_mailbox),
        TEST (an_endpoint_can_be_bound_again_at_once),
        TEST (a_peer_that_was_never_there_is_unreachable),
        TEST (a_peer_that_vanished_is_unreachable_and_others_are_not),
        TEST (beyond_the_high_water_mark_a_worker_is_told_busy),
        TEST (beyond_the_high_water_mark_the_gateway_is_told_busy_and_recovers),
        TEST (a_secret_goes_to_another_thread),
        TEST (a_secret_is_refused_on_tcp_in_both_directions),
        TEST (a_flag_without_a_secret_buffer_is_refused_on_tcp_too),
        TEST (a_thread_hears_drain_finish_and_the_end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
