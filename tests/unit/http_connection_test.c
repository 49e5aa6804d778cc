#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_fixture.h"

static const char *GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

static int
connections (const fixture_t *fixture)
{
    return http_server_counts (fixture->server).connections;
}

static void
one_connection_serves_request_after_request (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    for (int i = 0; i < 3; i++) {
        client_send (fixture, client, GET);
        assert_true (ends_with (client_answer (fixture, client), "\r\nContent-Length: 2\r\n\r\n/a"));
    }
    http_counts_t counts = http_server_counts (fixture->server);
    assert_int_equal (counts.accepted, 1);
    assert_int_equal (counts.requests, 3);
    assert_int_equal (counts.connections, 1);
    assert_int_equal (counts.exchanges, 0);
    client_destroy (&client);
    WAIT_FOR (fixture, connections (fixture) == 0);
}

static void
a_client_that_asks_for_it_is_closed (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    client_send (fixture, client, "GET /a HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\n" "GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true (contains (client_answer (fixture, client), "\r\nConnection: close\r\n"));
    client_wait_end (fixture, client);
    assert_int_equal (client->size, 0);
    assert_false (client->reset);
    assert_string_equal (fixture->seen, "GET /a ;");
    client_destroy (&client);
}

static void
http_1_0_is_kept_only_when_it_asks (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    client_send (fixture, client, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_true (contains (client_answer (fixture, client), "\r\nConnection: keep-alive\r\n"));
    client_send (fixture, client, "GET /b HTTP/1.0\r\n\r\n");
    assert_true (contains (client_answer (fixture, client), "\r\nConnection: close\r\n"));
    client_wait_end (fixture, client);
    client_destroy (&client);
}

static void
a_thousand_pipelined_requests_are_answered_in_order (void **state)
{
    fixture_t *fixture = *state;
    static char text [60000];
    size_t size = 0;
    for (int i = 0; i < 1000; i++)
        size += (size_t) snprintf (text + size, sizeof text - size, "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i);
    client_t *client = client_new (fixture);
    client_send (fixture, client, text);
    for (int i = 0; i < 1000; i++) {
        char path [24];
        snprintf (path, sizeof path, "\r\n\r\n/%d", i);
        assert_true (ends_with (client_answer (fixture, client), path));
    }
    client_destroy (&client);
}

static void
a_client_that_pipelines_does_not_starve_the_others (void **state)
{
    fixture_t *fixture = *state;
    static char text [60000];
    size_t size = 0;
    for (int i = 0; i < 1000; i++)
        size += (size_t) snprintf (text + size, sizeof text - size, "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i);
    client_t *greedy = client_new (fixture);
    client_t *modest = client_new (fixture);
    WAIT_FOR (fixture, connections (fixture) == 2);
    client_send (fixture, greedy, text);
    turn (fixture);
    client_send (fixture, modest, GET);
    assert_int_equal (client_status (fixture, modest), 200);
    assert_in_range (http_server_counts (fixture->server).requests, 17, 300);
    client_destroy (&greedy);
    client_destroy (&modest);
}

static void
a_head_that_is_slow_is_408_however_it_drips (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    WAIT_FOR (fixture, connections (fixture) == 1);
    pass_ms (fixture, 60000);                   //  It counts from the first byte
    for (int i = 0; i < 10; i++) {
        client_send (fixture, client, i == 0 ? "G" : i == 1 ? "ET / HTTP/1.1\r\nX: " : "x");
        turns (fixture);
        pass_ms (fixture, i < 9 ? 1000 : 999);
        assert_true (client_hears_nothing (fixture, client));
    }
    pass_ms (fixture, 1);
    assert_int_equal (client_status (fixture, client), 408);
    client_wait_end (fixture, client);
    assert_int_equal (http_server_counts (fixture->server).malformed, 1);
    client_destroy (&client);
}

static void
a_body_that_is_slow_is_408 (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    client_send (fixture, client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
    turns (fixture);
    pass_ms (fixture, 14999);
    client_send (fixture, client, "l");
    assert_true (client_hears_nothing (fixture, client));
    pass_ms (fixture, 1);
    assert_int_equal (client_status (fixture, client), 408);
    client_destroy (&client);
}

static void
an_idle_connection_is_closed_in_silence (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    client_send (fixture, client, GET);
    assert_int_equal (client_status (fixture, client), 200);
    pass_ms (fixture, 74999);
    assert_true (client_hears_nothing (fixture, client));
    pass_ms (fixture, 1);
    client_wait_end (fixture, client);
    assert_int_equal (client->size, 0);
    assert_false (client->reset);
    client_destroy (&client);
}

static void
a_call_may_take_longer_than_every_other_time (void **state)
{
    fixture_t *fixture = *state;
    fixture->answers_later = true;
    client_t *client = client_new (fixture);
    client_send (fixture, client, GET);
    WAIT_FOR (fixture, fixture->open_count == 1);
    pass_ms (fixture, 1000000);
    reply_text (&fixture->open [0], 200, "late");
    assert_int_equal (client_status (fixture, client), 200);
    client_destroy (&client);
}

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
what_is_sent_ahead_does_not_keep_the_reactor_awake (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    client_send (fixture, client, GET);
    turns (fixture);
    int64_t before_ms = real_ms ();
    assert_int_equal (reactor_turn (fixture->reactor, 50), STATUS_OK);
    assert_true (real_ms () - before_ms >= 40);
    assert_int_equal (fixture->open_count, 1);
    reply_text (&fixture->open [0], 200, "");
    WAIT_FOR (fixture, fixture->open_count == 2);
    client_destroy (&client);
}

//  The one client left, and the handler was told once, within a turn or two of the kernel's knowing.
static void
is_gone (fixture_t *fixture)
{
    for (int i = 0; i < 3; i++)
        turn (fixture);
    assert_int_equal (fixture->left_count, 1);
    assert_ptr_equal (fixture->left [0], fixture->open [0]);
    turns (fixture);
    assert_int_equal (fixture->left_count, 1);
    http_counts_t counts = http_server_counts (fixture->server);
    assert_int_equal (counts.gone, 1);
    assert_int_equal (counts.connections, 0);
    assert_int_equal (counts.exchanges, 0);
}

static void
a_client_that_leaves_mid_call_is_gone_once_and_at_once (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    client_destroy (&client);
    is_gone (fixture);
}

static void
a_client_that_resets_mid_call_is_gone (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    struct linger linger = { .l_onoff = 1 };
    setsockopt (client->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    client_destroy (&client);
    is_gone (fixture);
}

static void
a_half_closed_client_is_gone (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    shutdown (client->fd, SHUT_WR);
    is_gone (fixture);
    client_destroy (&client);
}

static void
a_client_that_sent_more_and_left_is_gone (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    client_send (fixture, client, GET);
    turns (fixture);
    client_send (fixture, client, GET);
    assert_int_equal (fixture->open_count, 1);
    client_destroy (&client);
    is_gone (fixture);
}

static void
a_client_that_leaves_mid_stream_is_gone (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    http_stream_open (fixture->open [0], &(http_reply_t) { .status = 200 });
    client_destroy (&client);
    //  Writes after the client's end, before the reactor could know of it: the second one finds a broken connection
    assert_int_equal (http_stream_write (fixture->open [0], SLICE ("a")), STATUS_OK);
    assert_int_equal (http_stream_write (fixture->open [0], SLICE ("b")), STATUS_OK);
    assert_int_equal (http_stream_write (fixture->open [0], SLICE ("c")), STATUS_OK);
    assert_int_equal (fixture->left_count, 0);
    is_gone (fixture);
}

static void
a_reply_to_a_client_that_left_is_counted_and_not_told (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    struct linger linger = { .l_onoff = 1 };
    setsockopt (client->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    client_destroy (&client);
    reply_text (&fixture->open [0], 200, "too late");
    turns (fixture);
    assert_int_equal (fixture->left_count, 0);
    assert_int_equal (http_server_counts (fixture->server).gone, 1);
    assert_int_equal (connections (fixture), 0);
}

static void
reply_32_mb (http_exchange_t **exchange_p)
{
    buffer_t body;
    buffer_init (&body, 1 << 25);
    char *room = buffer_reserve (&body, 1 << 25);
    assert_non_null (room);
    memset (room, 'x', 1 << 25);
    buffer_advance (&body, 1 << 25);
    http_reply (exchange_p, &(http_reply_t) { .status = 200 }, &body);
}

static void
a_half_closed_client_still_gets_an_answer_that_is_complete (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    reply_32_mb (&fixture->open [0]);
    shutdown (client->fd, SHUT_WR);
    turns (fixture);
    size_t received = 0;
    for (int64_t until_ms = real_ms () + WAIT_MS; !client->ended && real_ms () < until_ms; client->size = 0) {
        turn (fixture);
        client_receive (client);
        received += client->size;
    }
    assert_false (client->reset);
    assert_true (received > 1 << 25);
    client_destroy (&client);
    WAIT_FOR (fixture, connections (fixture) == 0);
}

//  A client that does not read, with an answer so large that it is stuck in the server when the kernel's buffers are full.
static client_t *
not_reading (fixture_t *fixture)
{
    client_t *client = asking (fixture, GET);
    reply_32_mb (&fixture->open [0]);
    turns (fixture);
    fixture->answers_later = false;
    return client;
}

static void
a_slow_reader_is_cut_after_write_ms_and_the_others_go_on (void **state)
{
    fixture_t *fixture = *state;
    client_t *slow = not_reading (fixture);
    client_t *other = client_new (fixture);
    for (int i = 0; i < 3; i++) {
        pass_ms (fixture, 9999);
        client_send (fixture, other, GET);
        assert_int_equal (client_status (fixture, other), 200);
    }
    assert_int_equal (connections (fixture), 2);
    pass_ms (fixture, 3);
    assert_int_equal (connections (fixture), 1);
    assert_int_equal (http_server_counts (fixture->server).gone, 1);
    client_send (fixture, other, GET);
    assert_int_equal (client_status (fixture, other), 200);
    client_destroy (&slow);
    client_destroy (&other);
}

static void
a_slow_reader_that_takes_something_gets_more_time (void **state)
{
    fixture_t *fixture = *state;
    client_t *slow = not_reading (fixture);
    for (int i = 0; i < 3; i++) {
        pass_ms (fixture, 29999);
        assert_int_equal (connections (fixture), 1);
        size_t received = 0;
        for (int64_t until_ms = real_ms () + WAIT_MS; received < 4 << 20 && real_ms () < until_ms; slow->size = 0) {
            turn (fixture);
            client_receive (slow);
            received += slow->size;
        }
    }
    assert_false (slow->ended);
    client_destroy (&slow);
}

static void
a_stream_that_is_not_read_is_gone_after_write_ms (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = asking (fixture, GET);
    http_stream_open (fixture->open [0], &(http_reply_t) { .status = 200 });
    pass_ms (fixture, 100000);              //  Nothing waits for the client: that is not its fault
    assert_int_equal (fixture->left_count, 0);
    static char piece [10000];
    while (http_stream_write (fixture->open [0], (slice_t) { piece, sizeof piece }) == STATUS_OK)
        turn (fixture);
    pass_ms (fixture, 29999);
    assert_int_equal (fixture->left_count, 0);
    pass_ms (fixture, 1);
    is_gone (fixture);
    client_destroy (&client);
}

static void
a_refusal_can_be_read_while_the_body_still_comes (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    static char text [50000];
    snprintf (text, sizeof text, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n%040000d", 0);
    client_send (fixture, client, text);
    turns (fixture);
    client_send (fixture, client, "still coming");
    turns (fixture);
    assert_int_equal (client_status (fixture, client), 413);
    assert_true (ends_with (client->answer, "\r\nConnection: close\r\n\r\nContent Too Large: the body is too large.\n"));
    client_wait_end (fixture, client);
    assert_false (client->reset);
    client_destroy (&client);
    WAIT_FOR (fixture, connections (fixture) == 0);
}

static void
a_refused_client_that_stays_is_closed_after_a_second (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    client_send (fixture, client, "nonsense\r\n\r\n");
    assert_int_equal (client_status (fixture, client), 400);
    turns (fixture);
    assert_int_equal (connections (fixture), 1);
    pass_ms (fixture, 999);
    assert_int_equal (connections (fixture), 1);
    pass_ms (fixture, 1);
    assert_int_equal (connections (fixture), 0);
    client_destroy (&client);
}

static void
a_refused_client_that_goes_on_sending_is_closed_early (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    client_send (fixture, client, "nonsense\r\n\r\n");
    WAIT_FOR (fixture, connections (fixture) == 1);
    static char text [10000];
    memset (text, 'x', sizeof text);
    for (int i = 0; i < 20 && connections (fixture) == 1; i++) {
        assert_true (send (client->fd, text, sizeof text, MSG_NOSIGNAL) > 0);
        turns (fixture);
    }
    assert_int_equal (connections (fixture), 0);
    client_destroy (&client);
}

static void
ten_thousand_requests_leave_no_descriptor_behind (void **state)
{
    fixture_t *fixture = *state;
    int before = open_descriptors ();
    client_t *client = client_new (fixture);
    for (int i = 0; i < 10000; i++) {
        client_send (fixture, client, GET);
        assert_int_equal (client_status (fixture, client), 200);
    }
    assert_int_equal (http_server_counts (fixture->server).requests, 10000);
    client_destroy (&client);
    for (int i = 0; i < 200; i++) {
        client = client_new (fixture);
        client_send (fixture, client, i % 2 ? GET : "GET /a HTTP/1.0\r\n\r\n");
        assert_int_equal (client_status (fixture, client), 200);
        client_destroy (&client);
    }
    WAIT_FOR (fixture, connections (fixture) == 0);
    assert_int_equal (open_descriptors (), before);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)
    const struct CMUnitTest tests [] = {
        TEST (one_connection_serves_request_after_request),
        TEST (a_client_that_asks_for_it_is_closed),
        TEST (http_1_0_is_kept_only_when_it_asks),
        TEST (a_thousand_pipelined_requests_are_answered_in_order),
        TEST (a_client_that_pipelines_does_not_starve_the_others),
        TEST (a_head_that_is_slow_is_408_however_it_drips),
        TEST (a_body_that_is_slow_is_408),
        TEST (an_idle_connection_is_closed_in_silence),
        TEST (a_call_may_take_longer_than_every_other_time),
        TEST (what_is_sent_ahead_does_not_keep_the_reactor_awake),
        TEST (a_client_that_leaves_mid_call_is_gone_once_and_at_once),
        TEST (a_client_that_resets_mid_call_is_gone),
        TEST (a_half_closed_client_is_gone),
        TEST (a_client_that_sent_more_and_left_is_gone),
        TEST (a_client_that_leaves_mid_stream_is_gone),
        TEST (a_reply_to_a_client_that_left_is_counted_and_not_told),
        TEST (a_half_closed_client_still_gets_an_answer_that_is_complete),
        TEST (a_slow_reader_is_cut_after_write_ms_and_the_others_go_on),
        TEST (a_slow_reader_that_takes_something_gets_more_time),
        TEST (a_stream_that_is_not_read_is_gone_after_write_ms),
        TEST (a_refusal_can_be_read_while_the_body_still_comes),
        TEST (a_refused_client_that_stays_is_closed_after_a_second),
        TEST (a_refused_client_that_goes_on_sending_is_closed_early),
        TEST (ten_thousand_requests_leave_no_descriptor_behind),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
