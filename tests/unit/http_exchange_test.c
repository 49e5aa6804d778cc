#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_fixture.h"
#include "http_internal.h"

static const char *GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
static const char *GET_1_0 = "GET /a HTTP/1.0\r\n\r\n";

//  A client whose request waits for its answer.
static client_t *
asking (fixture_t *fixture, const char *text)
{
    fixture->answers_later = true;
    int count = fixture->open_count;
    client_t *client = client_new (fixture);
    client_send (fixture, client, text);
    WAIT_FOR (fixture, fixture->open_count == count + 1);
    return client;
}

static void
a_reply_is_a_head_and_a_body (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    reply_text (&fixture->open [0], 404, "not here");
    assert_null (fixture->open [0]);
    assert_string_equal (client_answer (fixture, client), "HTTP/1.1 404 Not Found\r\nDate: Sun, 22 Nov 2026 23:05:07 GMT\r\n"
                                                          "Content-Type: text/plain\r\nContent-Length: 8\r\n\r\nnot here");
    assert_true (client_hears_nothing (fixture, client));
    client_destroy (&client);
}

static void
the_date_moves_with_the_clock (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    reply_text (&fixture->open [0], 200, "");
    assert_true (contains (client_answer (fixture, client), "\r\nDate: Sun, 22 Nov 2026 23:05:07 GMT\r\n"));
    client_send (fixture, client, GET);
    WAIT_FOR (fixture, fixture->open_count == 2);
    pass_ms (fixture, 2000);
    http_reply (&fixture->open [1], &(http_reply_t) { .status = 202 }, NULL);
    assert_string_equal (client_answer (fixture, client),
                         "HTTP/1.1 202 Accepted\r\nDate: Sun, 22 Nov 2026 23:05:09 GMT\r\nContent-Length: 0\r\n\r\n");
    client_destroy (&client);
}

static void
head_is_answered_with_the_head_alone (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" "GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
    reply_text (&fixture->open [0], 200, "hello");
    WAIT_FOR (fixture, fixture->open_count == 2);
    client_receive (client);
    assert_true (contains (client->text, "Content-Length: 5\r\n"));
    assert_true (ends_with (client->text, "\r\n\r\n"));
    client_destroy (&client);
}

static void
a_reply_may_close_the_connection (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    http_reply (&fixture->open [0], &(http_reply_t) { .status = 204, .close = true }, NULL);
    assert_true (contains (client_answer (fixture, client), "\r\nConnection: close\r\n\r\n"));
    client_wait_end (fixture, client);
    assert_false (client->reset);
    client_destroy (&client);
}

static void
a_large_reply_arrives_whole (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    static char text [800001];
    for (size_t i = 0; i < sizeof text - 1; i++)
        text [i] = (char) ('a' + i % 26);
    reply_text (&fixture->open [0], 200, text);
    assert_true (ends_with (client_answer (fixture, client), text));
    client_send (fixture, client, GET);
    WAIT_FOR (fixture, fixture->open_count == 2);
    client_destroy (&client);
}

static void
the_next_request_waits_for_a_turn_after_a_late_reply (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
                                        "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"
                                        "GET /c HTTP/1.1\r\nHost: a\r\n\r\n");
    turns (fixture);
    assert_int_equal (fixture->open_count, 1);
    reply_text (&fixture->open [0], 200, "1");
    assert_int_equal (fixture->open_count, 1);      //  The handler is not called inside its own call
    turns (fixture);
    assert_int_equal (fixture->open_count, 2);
    reply_text (&fixture->open [1], 200, "2");
    WAIT_FOR (fixture, fixture->open_count == 3);
    reply_text (&fixture->open [2], 200, "3");
    assert_true (ends_with (client_answer (fixture, client), "\r\n\r\n1"));
    assert_true (ends_with (client_answer (fixture, client), "\r\n\r\n2"));
    assert_true (ends_with (client_answer (fixture, client), "\r\n\r\n3"));
    assert_string_equal (fixture->seen, "GET /a ;GET /b ;GET /c ;");
    client_destroy (&client);
}

static void
the_request_stays_readable_while_more_arrives (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, "POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    static char more [50000];
    snprintf (more, sizeof more, "POST /second HTTP/1.1\r\nHost: b\r\nContent-Length: 40000\r\n\r\n%040000d", 0);
    client_send (fixture, client, more);
    turns (fixture);
    assert_true (slice_is (http_path (fixture->open [0]), "/first"));
    assert_true (slice_is (http_body (fixture->open [0]), "hello"));
    assert_true (slice_is (http_method (fixture->open [0]), "POST"));
    reply_text (&fixture->open [0], 200, "");
    WAIT_FOR (fixture, fixture->open_count == 2);
    assert_true (slice_is (http_path (fixture->open [1]), "/second"));
    assert_int_equal (http_body (fixture->open [1]).size, 40000);
    client_destroy (&client);
}

static void
an_exchange_carries_a_pointer_of_the_handler (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    http_set_context (fixture->open [0], &client);
    assert_ptr_equal (http_context (fixture->open [0]), &client);
    reply_text (&fixture->open [0], 200, "");
    client_send (fixture, client, GET);             //  The handler asserts that it is NULL again
    WAIT_FOR (fixture, fixture->open_count == 2);
    client_destroy (&client);
}

static void
a_stream_sends_each_piece_at_once (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    http_exchange_t **exchange_p = &fixture->open [0];
    http_stream_open (*exchange_p, &(http_reply_t) { .status = 200, .content_type = "text/event-stream" });
    turn (fixture);
    client_receive (client);
    assert_true (contains (client->text, "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"));
    assert_true (ends_with (client->text, "\r\n\r\n"));

    assert_int_equal (http_stream_write (*exchange_p, SLICE ("data: 1\n\n")), STATUS_OK);
    turn (fixture);
    client_receive (client);
    assert_true (ends_with (client->text, "\r\n\r\n9\r\ndata: 1\n\n\r\n"));
    assert_int_equal (http_stream_write (*exchange_p, SLICE ("")), STATUS_OK);
    assert_int_equal (http_stream_write (*exchange_p, SLICE ("sixteen bytes...")), STATUS_OK);
    http_stream_close (exchange_p);
    assert_null (*exchange_p);
    assert_true (ends_with (client_answer (fixture, client), "\r\n\r\n9\r\ndata: 1\n\n\r\n10\r\nsixteen bytes...\r\n0\r\n\r\n"));

    client_send (fixture, client, GET);
    WAIT_FOR (fixture, fixture->open_count == 2);
    client_destroy (&client);
}

static void
a_stream_for_http_1_0_ends_with_the_connection (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_int_equal (http_minor_version (fixture->open [0]), 0);
    http_stream_open (fixture->open [0], &(http_reply_t) { .status = 200 });
    assert_int_equal (http_stream_write (fixture->open [0], SLICE ("hello, ")), STATUS_OK);
    assert_int_equal (http_stream_write (fixture->open [0], SLICE ("world")), STATUS_OK);
    http_stream_close (&fixture->open [0]);
    client_wait_end (fixture, client);
    assert_false (client->reset);
    assert_true (ends_with (client->text, "\r\nConnection: close\r\n\r\nhello, world"));
    client_destroy (&client);
}

static void
an_aborted_stream_does_not_look_whole (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET_1_0);
    http_stream_open (fixture->open [0], &(http_reply_t) { .status = 200 });
    assert_int_equal (http_stream_write (fixture->open [0], SLICE ("hal")), STATUS_OK);
    http_abort (&fixture->open [0]);
    assert_null (fixture->open [0]);
    client_wait_end (fixture, client);
    assert_true (client->reset);
    assert_int_equal (fixture->left_count, 0);
    assert_int_equal (http_server_counts (fixture->server).exchanges, 0);
    client_destroy (&client);
}

static void
a_stream_for_head_is_a_head (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n");
    http_stream_open (fixture->open [0], &(http_reply_t) { .status = 200 });
    assert_int_equal (http_stream_write (fixture->open [0], SLICE ("hello")), STATUS_OK);
    http_stream_close (&fixture->open [0]);
    turns (fixture);
    client_receive (client);
    assert_true (ends_with (client->text, "Transfer-Encoding: chunked\r\n\r\n"));
    client_destroy (&client);
}

//  Writes until the client's, the kernel's and the server's buffers are full.
static void
fill (http_exchange_t *exchange)
{
    static char piece [10000];
    memset (piece, 'x', sizeof piece);
    status_t status = STATUS_OK;
    for (int i = 0; i < 10000 && status == STATUS_OK; i++)
        status = http_stream_write (exchange, (slice_t) { piece, sizeof piece });
    assert_int_equal (status, STATUS_BUSY);
}

static void
a_stream_that_is_not_read_is_busy_until_it_is_read (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    http_stream_open (fixture->open [0], &(http_reply_t) { .status = 200 });
    fill (fixture->open [0]);
    assert_int_equal (http_stream_write (fixture->open [0], SLICE ("more")), STATUS_OK);     //  There is room for little ones still
    fill (fixture->open [0]);

    for (int i = 0; i < 500; i++) {
        client_receive (client);
        client->size = 0;
        turn (fixture);
    }
    assert_int_equal (http_stream_write (fixture->open [0], SLICE ("the end")), STATUS_OK);
    http_stream_close (&fixture->open [0]);
    WAIT_FOR (fixture, (client_receive (client), ends_with (client->text, "7\r\nthe end\r\n0\r\n\r\n")));
    client_destroy (&client);
}

//  More than the kernel takes at once, so that there is always something left in the server.
static const size_t WIDE_STREAM_BYTES = 8 << 20;

static int
begin_with_wide_streams (void **state)
{
    http_limits_t limits = FIXTURE_LIMITS;
    limits.stream_bytes_max = WIDE_STREAM_BYTES;
    return begin_with (state, &limits);
}

static void
a_stream_that_is_read_slowly_holds_no_more_than_what_waits (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    http_exchange_t *exchange = fixture->open [0];
    http_stream_open (exchange, &(http_reply_t) { .status = 200 });
    for (int i = 0; i < 30; i++) {
        fill (exchange);
        assert_in_range (exchange->connection->out.size, 1, 2 * WIDE_STREAM_BYTES);
        client_receive (client);
        client->size = 0;
        turns (fixture);
    }
    http_abort (&fixture->open [0]);
    client_destroy (&client);
}

static void
one_piece_may_be_larger_than_what_may_wait (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    http_stream_open (fixture->open [0], &(http_reply_t) { .status = 200 });
    static char piece [900000];
    memset (piece, 'x', sizeof piece);
    assert_int_equal (http_stream_write (fixture->open [0], (slice_t) { piece, sizeof piece }), STATUS_OK);
    http_stream_close (&fixture->open [0]);
    assert_true (strlen (client_answer (fixture, client)) > sizeof piece);
    client_destroy (&client);
}

static void
abort_at_once (fixture_t *fixture, http_exchange_t *exchange)
{
    (void) fixture;
    http_abort (&exchange);
    assert_null (exchange);
}

//  What a handler heard of its answer.
typedef struct { int count; bool whole; } heard_t;

static void
hear_written (void *arg, int64_t now_us, bool whole)
{
    heard_t *heard = arg;
    assert_true (now_us > 0);
    heard->count++;
    heard->whole = whole;
}

static void
an_answer_is_written_when_the_kernel_has_its_last_byte (void **state)
{
    fixture_t *self = *state;
    self->answers_later = true;
    heard_t heard = { 0 };
    client_t *client = client_new (self);
    client_send (self, client, "GET /small HTTP/1.1\r\nHost: h\r\n\r\n");
    WAIT_FOR (self, self->open_count == 1);
    http_set_written (self->open [0], hear_written, &heard);
    reply_text (&self->open [0], 200, "small");
    assert_int_equal (heard.count, 1);
    assert_true (heard.whole);
    client_answer (self, client);

    client_send (self, client, "GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    WAIT_FOR (self, self->open_count == 2);
    buffer_t body;
    buffer_init (&body, 1 << 26);
    memset (buffer_reserve (&body, 1 << 25), 'x', 1 << 25);
    buffer_advance (&body, 1 << 25);
    http_set_written (self->open [1], hear_written, &heard);
    http_reply (&self->open [1], &(http_reply_t) { .status = 200 }, &body);
    turns (self);
    assert_int_equal (heard.count, 1);                  //  More than the kernel takes, and nobody reads
    client_destroy (&client);
    WAIT_FOR (self, heard.count == 2);
    assert_false (heard.whole);
}

static void
a_handler_may_abort_inside_its_call (void **state)
{
    fixture_t *fixture = *state;
    fixture->instead = abort_at_once;
    client_t *client = client_new (fixture);
    client_send (fixture, client, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n" "GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
    client_wait_end (fixture, client);
    assert_int_equal (client->size, 0);
    assert_string_equal (fixture->seen, "GET /a ;");
    assert_int_equal (http_server_counts (fixture->server).connections, 0);
    client_destroy (&client);
}

static void
stream_at_once (fixture_t *fixture, http_exchange_t *exchange)
{
    (void) fixture;
    http_stream_open (exchange, &(http_reply_t) { .status = 200 });
    assert_int_equal (http_stream_write (exchange, http_path (exchange)), STATUS_OK);
    http_stream_close (&exchange);
}

static void
a_handler_may_stream_inside_its_call (void **state)
{
    fixture_t *fixture = *state;
    fixture->instead = stream_at_once;
    client_t *client = client_new (fixture);
    client_send (fixture, client, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n" "GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true (ends_with (client_answer (fixture, client), "\r\n\r\n2\r\n/a\r\n0\r\n\r\n"));
    assert_true (ends_with (client_answer (fixture, client), "\r\n\r\n2\r\n/b\r\n0\r\n\r\n"));
    client_destroy (&client);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)
    const struct CMUnitTest tests [] = {
        TEST (a_reply_is_a_head_and_a_body),
        TEST (the_date_moves_with_the_clock),
        TEST (head_is_answered_with_the_head_alone),
        TEST (a_reply_may_close_the_connection),
        TEST (a_large_reply_arrives_whole),
        TEST (an_answer_is_written_when_the_kernel_has_its_last_byte),
        TEST (the_next_request_waits_for_a_turn_after_a_late_reply),
        TEST (the_request_stays_readable_while_more_arrives),
        TEST (an_exchange_carries_a_pointer_of_the_handler),
        TEST (a_stream_sends_each_piece_at_once),
        TEST (a_stream_for_http_1_0_ends_with_the_connection),
        TEST (an_aborted_stream_does_not_look_whole),
        TEST (a_stream_for_head_is_a_head),
        TEST (a_stream_that_is_not_read_is_busy_until_it_is_read),
        cmocka_unit_test_setup_teardown (a_stream_that_is_read_slowly_holds_no_more_than_what_waits, begin_with_wide_streams, end),
        TEST (one_piece_may_be_larger_than_what_may_wait),
        TEST (a_handler_may_abort_inside_its_call),
        TEST (a_handler_may_stream_inside_its_call),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
