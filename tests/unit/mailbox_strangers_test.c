#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mailbox_fixture.h"

//  What comes from sockets that do not keep to our rules, spoken to with czmq's own functions.

//  Sends so many frames, of which the first is an envelope or nonsense; the last has this size.
static void
send_raw (zsock_t *socket, int frames, bool envelope, size_t last_size)
{
    static char bytes [MESSAGE_BYTES_MAX + 1];
    buffer_t first;
    buffer_init (&first, ENVELOPE_BYTES_MAX);
    envelope_t hello = envelope_of (KIND_HEARTBEAT);
    if (envelope)
        envelope_encode (&hello, &first);
    else
        buffer_append_text (&first, "GET / HTTP/1.1");
    zmsg_t *message = zmsg_new ();
    for (int i = 0; i < frames; i++) {
        bool last = i == frames - 1 && i > 0;
        int rc = i == 0 ? zmsg_addmem (message, first.data, first.size) : zmsg_addmem (message, bytes, last ? last_size : 1);
        assert_int_equal (rc, 0);
    }
    buffer_deinit (&first);
    assert_int_equal (zmsg_send (&message, socket), 0);
}

//  What came is dropped and counted, and the next message of the same sender is none the worse.
static void
assert_dropped_and_next_works (mailbox_t *gateway, zsock_t *stranger)
{
    uint64_t malformed = mailbox_counts (gateway).malformed;
    message_t *message = NULL;
    peer_t first = { 0 }, again = { 0 };
    assert_int_equal (receive (gateway, &first, &message), STATUS_MALFORMED);
    assert_null (message);
    assert_true (first.size > 0);
    assert_int_equal (mailbox_counts (gateway).malformed, malformed + 1);

    send_raw (stranger, 3, true, 5);
    assert_int_equal (receive (gateway, &again, &message), STATUS_OK);
    assert_int_equal (message->envelope.kind, KIND_HEARTBEAT);
    assert_int_equal (message_spans (message).size, 5);
    assert_true (peer_eq (&first, &again));
    message_destroy (&message);
    assert_nothing_arrives (gateway);
}

static void
other_numbers_of_frames_are_dropped_and_counted (void **state)
{
    fixture_t *self = *state;
    zsock_t *stranger = zsock_new_dealer (ENDPOINT);
    static const int numbers [] = { 1, 2, 4, 5, 50 };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers [0]; i++) {
        send_raw (stranger, numbers [i], true, 5);
        assert_dropped_and_next_works (self->gateway, stranger);
        send_raw (stranger, numbers [i], false, 5);
        assert_dropped_and_next_works (self->gateway, stranger);
    }
    assert_int_equal (mailbox_counts (self->gateway).malformed, 10);
    assert_int_equal (mailbox_counts (self->gateway).received, 10);
    zsock_destroy (&stranger);
}

static void
three_frames_without_an_envelope_are_dropped (void **state)
{
    fixture_t *self = *state;
    zsock_t *stranger = zsock_new_dealer (ENDPOINT);
    send_raw (stranger, 3, false, 5);
    assert_dropped_and_next_works (self->gateway, stranger);
    zsock_destroy (&stranger);
}

static void
frames_beyond_their_limits_are_dropped (void **state)
{
    fixture_t *self = *state;
    zsock_t *stranger = zsock_new_dealer (ENDPOINT);
    send_raw (stranger, 3, true, MESSAGE_SPANS_BYTES_MAX + 1);
    assert_dropped_and_next_works (self->gateway, stranger);

    static char body [MESSAGE_BODY_BYTES_MAX + 1];
    static char envelope [ENVELOPE_BYTES_MAX + 1] = { '\x92' };
    zmsg_t *message = zmsg_new ();
    buffer_t first;
    buffer_init (&first, ENVELOPE_BYTES_MAX);
    envelope_encode (&(envelope_t) { .version = ENVELOPE_VERSION, .kind = KIND_HEARTBEAT }, &first);
    zmsg_addmem (message, first.data, first.size);
    zmsg_addmem (message, body, sizeof body);
    zmsg_addmem (message, "", 0);
    buffer_deinit (&first);
    assert_int_equal (zmsg_send (&message, stranger), 0);
    assert_dropped_and_next_works (self->gateway, stranger);

    message = zmsg_new ();
    zmsg_addmem (message, envelope, sizeof envelope);
    zmsg_addmem (message, "", 0);
    zmsg_addmem (message, "", 0);
    assert_int_equal (zmsg_send (&message, stranger), 0);
    assert_dropped_and_next_works (self->gateway, stranger);
    zsock_destroy (&stranger);
}

static void
libzmq_itself_hangs_up_on_larger_frames_from_other_pods (void **state)
{
    fixture_t *self = *state;
    mailbox_t *both [] = { self->gateway, self->worker };
    for (int i = 0; i < 2; i++) {
        int64_t limit = 0;
        size_t size = sizeof limit;
        assert_int_equal (zmq_getsockopt (mailbox_socket (both [i]), ZMQ_MAXMSGSIZE, &limit, &size), 0);
        assert_int_equal (limit, MESSAGE_BYTES_MAX);
    }
}

static void
a_worker_drops_what_is_no_message_too (void **state)
{
    (void) state;
    zsock_t *stranger = zsock_new_router ("@inproc://stranger-router");
    mailbox_t *worker = mailbox_connect ("inproc://stranger-router", HIGH_WATER);
    assert_int_equal (send_to (worker, NULL, 1, ""), STATUS_OK);
    zmsg_t *hello = zmsg_recv (stranger);
    assert_int_equal (zmsg_size (hello), 4);            //  The routing id and our three
    zframe_t *address = zmsg_pop (hello);

    zmsg_t *bad = zmsg_new (), *good = zmsg_dup (hello);
    zmsg_append (bad, &(zframe_t *) { zframe_dup (address) });
    zmsg_addstr (bad, "no envelope");
    zmsg_prepend (good, &address);
    assert_int_equal (zmsg_send (&bad, stranger), 0);
    assert_int_equal (zmsg_send (&good, stranger), 0);
    zmsg_destroy (&hello);

    message_t *message;
    assert_int_equal (receive (worker, NULL, &message), STATUS_MALFORMED);
    assert_null (message);
    assert_int_equal (mailbox_counts (worker).malformed, 1);
    assert_arrives (worker, 1, "");
    mailbox_destroy (&worker);
    zsock_destroy (&stranger);
}

static void
a_peer_with_a_long_id_of_its_own_choice_is_never_heard (void **state)
{
    fixture_t *self = *state;
    zsock_t *stranger = zsock_new (ZMQ_DEALER);
    zsock_set_identity (stranger, "an id of more bytes than we keep room for");
    assert_int_equal (zsock_connect (stranger, "%s", ENDPOINT), 0);
    send_raw (stranger, 3, true, 5);
    message_t *message;
    peer_t from = { .size = 3 };
    assert_int_equal (receive (self->gateway, &from, &message), STATUS_MALFORMED);
    assert_null (message);
    assert_int_equal (from.size, 0);
    assert_int_equal (mailbox_counts (self->gateway).malformed, 1);
    assert_int_equal (send_to (self->gateway, &from, 1, "who?"), STATUS_UNREACHABLE);

    assert_int_equal (send_to (self->worker, NULL, 2, "still here"), STATUS_OK);
    assert_arrives (self->gateway, 2, "still here");
    zsock_destroy (&stranger);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    zsys_handler_set (NULL);
    const struct CMUnitTest tests [] = {
        TEST (other_numbers_of_frames_are_dropped_and_counted),
        TEST (three_frames_without_an_envelope_are_dropped),
        TEST (frames_beyond_their_limits_are_dropped),
        TEST (libzmq_itself_hangs_up_on_larger_frames_from_other_pods),
        TEST (a_worker_drops_what_is_no_message_too),
        TEST (a_peer_with_a_long_id_of_its_own_choice_is_never_heard),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
