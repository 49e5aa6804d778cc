#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "message.h"

#include "clock.h"
#include "mailbox.h"

#include <poll.h>
#include <stdatomic.h>

//  Long enough that libzmq keeps it by reference: what is shorter it copies.
static const char SECRET [] = "a secret that is longer than any frame which libzmq carries in the frame itself";

enum { SECRET_SIZE = sizeof SECRET - 1, PATIENCE_MS = 5000 };

//  Stands before the C library's: wipes, and counts how often our secret was wiped. libzmq may call it on a thread of its own.
static atomic_int wiped;

void
explicit_bzero (void *data, size_t size)
{
    const char *volatile seen = data;   //  The C library declares that this function reads nothing
    if (memmem (seen, size, SECRET, SECRET_SIZE))
        atomic_fetch_add (&wiped, 1);
    volatile char *bytes = data;
    for (size_t i = 0; i < size; i++)
        bytes [i] = 0;
}

//  The same, as a build with _FORTIFY_SOURCE calls it.
void __explicit_bzero_chk (void *data, size_t size, size_t room);

void
__explicit_bzero_chk (void *data, size_t size, size_t room)
{
    assert_true (size <= room);
    explicit_bzero (data, size);
}

static int
start (void **state)
{
    (void) state;
    atomic_store (&wiped, 0);
    return 0;
}

static buffer_t
buffer_of (const char *text)
{
    buffer_t buffer;
    buffer_init (&buffer, 4 * 1024 * 1024);
    buffer_append_text (&buffer, text);
    return buffer;
}

static message_t *
secret_message (void)
{
    buffer_t body;
    buffer_init_secret (&body, 1024);
    buffer_append_text (&body, SECRET);
    message_t *message = message_new (KIND_RESULT);
    assert_non_null (message);
    assert_int_equal (message_take_body (message, &body), STATUS_OK);
    assert_int_equal (wiped, 1);                        //  The buffer's own memory, at once
    assert_true (body.size == 0 && !body.data);
    return message;
}

//  --- Ownership

static void
a_new_message_is_empty (void **state)
{
    (void) state;
    message_t *message = message_new (KIND_CANCEL);
    assert_int_equal (message->envelope.kind, KIND_CANCEL);
    assert_int_equal (message->envelope.version, ENVELOPE_VERSION);
    assert_int_equal (message_body (message).size, 0);
    assert_int_equal (message_spans (message).size, 0);
    message_destroy (&message);
    assert_null (message);
    message_destroy (&message);
}

static void
a_body_is_taken_and_not_copied (void **state)
{
    (void) state;
    message_t *message = message_new (KIND_RESULT);
    buffer_t body = buffer_of ("body"), spans = buffer_of ("spans");
    const char *body_at = body.data, *spans_at = spans.data;
    assert_int_equal (message_take_body (message, &body), STATUS_OK);
    assert_int_equal (message_take_spans (message, &spans), STATUS_OK);
    assert_ptr_equal (message_body (message).data, body_at);
    assert_ptr_equal (message_spans (message).data, spans_at);
    assert_true (slice_is (message_body (message), "body") && slice_is (message_spans (message), "spans"));
    assert_true (!body.data && body.size == 0 && !spans.data && spans.size == 0);
    assert_int_equal (message->envelope.flags, 0);
    message_destroy (&message);
}

static void
a_second_body_takes_the_place_of_the_first (void **state)
{
    (void) state;
    message_t *message = message_new (KIND_RESULT);
    buffer_t first = buffer_of ("first"), second = buffer_of ("second"), empty = buffer_of ("");
    assert_int_equal (message_take_body (message, &first), STATUS_OK);
    assert_int_equal (message_take_body (message, &second), STATUS_OK);
    assert_true (slice_is (message_body (message), "second"));
    assert_int_equal (message_take_body (message, &empty), STATUS_OK);
    assert_int_equal (message_body (message).size, 0);
    message_destroy (&message);
}

static void
a_buffer_that_failed_leaves_the_body_as_it_was (void **state)
{
    (void) state;
    message_t *message = message_new (KIND_RESULT);
    buffer_t body = buffer_of ("kept"), failed;
    assert_int_equal (message_take_body (message, &body), STATUS_OK);
    buffer_init (&failed, 4);
    buffer_append_text (&failed, "1234");
    buffer_append_text (&failed, "5");
    assert_int_equal (message_take_body (message, &failed), STATUS_TOO_LARGE);
    assert_true (slice_is (message_body (message), "kept"));
    assert_true (!failed.data && failed.size == 0);
    message_destroy (&message);
}

static void
a_buffer_beyond_the_limit_leaves_the_frame_as_it_was (void **state)
{
    (void) state;
    message_t *message = message_new (KIND_RESULT);
    buffer_t large;
    for (size_t more = 0; more <= 1; more++) {
        status_t expected = more ? STATUS_TOO_LARGE : STATUS_OK;
        buffer_init (&large, 4 * 1024 * 1024);
        memset (buffer_reserve (&large, MESSAGE_BODY_BYTES_MAX + more), 'x', MESSAGE_BODY_BYTES_MAX + more);
        buffer_advance (&large, MESSAGE_BODY_BYTES_MAX + more);
        assert_int_equal (message_take_body (message, &large), expected);
        assert_null (large.data);
        memset (buffer_reserve (&large, MESSAGE_SPANS_BYTES_MAX + more), 'x', MESSAGE_SPANS_BYTES_MAX + more);
        buffer_advance (&large, MESSAGE_SPANS_BYTES_MAX + more);
        assert_int_equal (message_take_spans (message, &large), expected);
        assert_null (large.data);
    }
    assert_int_equal (message_body (message).size, MESSAGE_BODY_BYTES_MAX);
    assert_int_equal (message_spans (message).size, MESSAGE_SPANS_BYTES_MAX);
    message_destroy (&message);
}

static void
the_largest_message_is_within_the_limit_of_all (void **state)
{
    (void) state;
    assert_true (MESSAGE_BODY_BYTES_MAX + MESSAGE_SPANS_BYTES_MAX + ENVELOPE_BYTES_MAX <= MESSAGE_BYTES_MAX);
}

//  --- Sharing

static void
a_shared_message_holds_the_same_bytes_and_lives_on (void **state)
{
    (void) state;
    message_t *message = message_new (KIND_REQUEST);
    buffer_t body = buffer_of (SECRET), spans = buffer_of ("spans");
    message->envelope.id = 7;
    assert_int_equal (message_take_body (message, &body), STATUS_OK);
    assert_int_equal (message_take_spans (message, &spans), STATUS_OK);
    const char *at = message_body (message).data;
    message_t *twin = message_share (message);
    assert_non_null (twin);
    assert_int_equal (twin->envelope.kind, KIND_REQUEST);
    assert_int_equal (twin->envelope.id, 7);
    assert_ptr_equal (message_body (twin).data, at);
    message_destroy (&message);
    assert_true (slice_is (message_body (twin), SECRET) && slice_is (message_spans (twin), "spans"));
    message_destroy (&twin);
    assert_int_equal (wiped, 0);                        //  It was no secret
}

//  --- Secrets

static void
a_secret_buffer_makes_a_secret_message (void **state)
{
    (void) state;
    message_t *message = secret_message ();
    assert_true (message->envelope.flags & ENVELOPE_FLAG_SECRET);
    assert_true (slice_is (message_body (message), SECRET));
    message_destroy (&message);
}

static void
a_secret_is_wiped_with_its_message (void **state)
{
    (void) state;
    message_t *message = secret_message ();
    message_destroy (&message);
    assert_int_equal (wiped, 2);
}

static void
a_secret_is_wiped_when_another_body_takes_its_place (void **state)
{
    (void) state;
    message_t *message = secret_message ();
    buffer_t body = buffer_of ("plain");
    assert_int_equal (message_take_body (message, &body), STATUS_OK);
    assert_int_equal (wiped, 2);
    message_destroy (&message);
}

static void
a_shared_secret_is_wiped_by_the_last_who_holds_it (void **state)
{
    (void) state;
    message_t *message = secret_message ();
    message_t *twin = message_share (message);
    message_destroy (&message);
    assert_int_equal (wiped, 1);
    assert_true (slice_is (message_body (twin), SECRET));
    message_destroy (&twin);
    assert_int_equal (wiped, 2);
}

static void
a_secret_that_fails_is_wiped_too (void **state)
{
    (void) state;
    buffer_t body;
    buffer_init_secret (&body, SECRET_SIZE);
    buffer_append_text (&body, SECRET);
    buffer_append_text (&body, "more");
    message_t *message = message_new (KIND_RESULT);
    assert_int_equal (message_take_body (message, &body), STATUS_TOO_LARGE);
    assert_int_equal (wiped, 1);
    assert_null (body.data);
    message_destroy (&message);
}

static void
a_secret_is_wiped_by_who_received_it (void **state)
{
    (void) state;
    mailbox_t *gateway = mailbox_bind ("inproc://secret", 16), *worker = mailbox_connect ("inproc://secret", 16);
    message_t *message = secret_message ();
    assert_int_equal (mailbox_send (worker, NULL, &message), STATUS_OK);
    assert_int_equal (wiped, 1);
    zmq_pollitem_t item = { .socket = mailbox_socket (gateway), .events = ZMQ_POLLIN };
    assert_int_equal (zmq_poll (&item, 1, PATIENCE_MS), 1);
    assert_int_equal (mailbox_receive (gateway, NULL, &message), STATUS_OK);
    assert_true (slice_is (message_body (message), SECRET));
    message_destroy (&message);
    assert_int_equal (wiped, 2);
    mailbox_destroy (&worker);
    mailbox_destroy (&gateway);
}

static void
a_secret_that_nobody_received_is_wiped_with_the_mailbox (void **state)
{
    (void) state;
    mailbox_t *gateway = mailbox_bind ("inproc://secret", 16), *worker = mailbox_connect ("inproc://secret", 16);
    message_t *message = secret_message ();
    assert_int_equal (mailbox_send (worker, NULL, &message), STATUS_OK);
    mailbox_destroy (&worker);
    mailbox_destroy (&gateway);
    int64_t until_ms = clock_mono_ms (clock_system ()) + PATIENCE_MS;     //  libzmq closes on a thread of its own
    while (wiped < 2 && clock_mono_ms (clock_system ()) < until_ms)
        poll (NULL, 0, 1);
    assert_int_equal (wiped, 2);
}

#define TEST(name) cmocka_unit_test_setup (name, start)

int
main (void)
{
    zsys_handler_set (NULL);
    const struct CMUnitTest tests [] = {
        TEST (a_new_message_is_empty),
        TEST (a_body_is_taken_and_not_copied),
        TEST (a_second_body_takes_the_place_of_the_first),
        TEST (a_buffer_that_failed_leaves_the_body_as_it_was),
        TEST (a_buffer_beyond_the_limit_leaves_the_frame_as_it_was),
        TEST (the_largest_message_is_within_the_limit_of_all),
        TEST (a_shared_message_holds_the_same_bytes_and_lives_on),
        TEST (a_secret_buffer_makes_a_secret_message),
        TEST (a_secret_is_wiped_with_its_message),
        TEST (a_secret_is_wiped_when_another_body_takes_its_place),
        TEST (a_shared_secret_is_wiped_by_the_last_who_holds_it),
        TEST (a_secret_that_fails_is_wiped_too),
        TEST (a_secret_is_wiped_by_who_received_it),
        TEST (a_secret_that_nobody_received_is_wiped_with_the_mailbox),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
