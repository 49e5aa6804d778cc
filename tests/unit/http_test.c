#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_fixture.h"

#include <sys/resource.h>

static const char *GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
static const char *HALF = "GET /a HTTP/1.1\r\n";

static int
begin_with_two (void **state)
{
    http_limits_t limits = FIXTURE_LIMITS;
    limits.connections_max = 2;
    return begin_with (state, &limits);
}

static int
connections (const fixture_t *fixture)
{
    return http_server_counts (fixture->server).connections;
}

static void
a_name_is_no_address (void **state)
{
    fixture_t *fixture = *state;
    int port = -1;
    assert_int_equal (http_server_listen (fixture->server, "example.com", 0, &port), STATUS_INVALID_ARGUMENT);
    assert_int_equal (http_server_listen (fixture->server, "", 0, &port), STATUS_INVALID_ARGUMENT);
    assert_int_equal (http_server_listen (fixture->server, "127.0.0.1:80", 0, &port), STATUS_INVALID_ARGUMENT);
    assert_int_equal (http_server_listen (fixture->server, "127.0.0.1", 65536, &port), STATUS_INVALID_ARGUMENT);
    assert_int_equal (port, -1);
}

static void
a_port_that_is_taken_is_said_so (void **state)
{
    fixture_t *fixture = *state;
    int before = open_descriptors ();
    assert_int_equal (http_server_listen (fixture->server, "127.0.0.1", fixture->port, NULL), STATUS_SYSTEM);
    assert_int_equal (errno, EADDRINUSE);
    assert_int_equal (http_server_listen (fixture->server, "localhost", fixture->port, NULL), STATUS_SYSTEM);
    assert_int_equal (errno, EADDRINUSE);

    //  Only its IPv6 side is taken: half a localhost is none
    int fd = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    socklen_t size = sizeof any;
    if (fd >= 0 && bind (fd, (struct sockaddr *) &any, size) == 0 && listen (fd, 1) == 0) {
        assert_int_equal (getsockname (fd, (struct sockaddr *) &any, &size), 0);
        assert_int_equal (http_server_listen (fixture->server, "localhost", ntohs (any.sin6_port), NULL), STATUS_SYSTEM);
        assert_int_equal (errno, EADDRINUSE);
    }
    if (fd >= 0)
        close (fd);
    assert_int_equal (open_descriptors (), before);
}

static void
localhost_is_both_of_its_addresses (void **state)
{
    fixture_t *fixture = *state;
    int port;
    assert_int_equal (http_server_listen (fixture->server, "localhost", 0, &port), STATUS_OK);
    fixture->port = port;
    client_t *client = client_new (fixture);
    client_send (fixture, client, GET);
    assert_int_equal (client_status (fixture, client), 200);
    client_destroy (&client);

    int fd = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
    if (fd >= 0 && bind (fd, (struct sockaddr *) &any, sizeof any) == 0) {
        struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons ((uint16_t) port), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
        assert_int_equal (connect (fd, (struct sockaddr *) &address, sizeof address), 0);
        fixture->answers_later = true;
        assert_int_equal (send (fd, GET, strlen (GET), 0), strlen (GET));
        WAIT_FOR (fixture, fixture->open_count == 1);
        assert_true (slice_starts (http_peer (fixture->open [0]), "[::1]:"));
    }
    if (fd >= 0)
        close (fd);
}

static void
when_full_the_one_that_is_idle_longest_makes_room (void **state)
{
    fixture_t *fixture = *state;
    client_t *first = client_new (fixture);
    client_send (fixture, first, GET);
    assert_int_equal (client_status (fixture, first), 200);
    client_t *second = client_new (fixture);
    client_send (fixture, second, GET);
    assert_int_equal (client_status (fixture, second), 200);
    client_send (fixture, first, GET);          //  Now the second is idle longer
    assert_int_equal (client_status (fixture, first), 200);

    client_t *third = client_new (fixture);
    client_send (fixture, third, GET);
    assert_int_equal (client_status (fixture, third), 200);
    client_wait_end (fixture, second);
    assert_true (client_hears_nothing (fixture, first));
    assert_int_equal (connections (fixture), 2);
    client_destroy (&first);
    client_destroy (&second);
    client_destroy (&third);
}

static void
when_full_and_none_is_idle_the_newcomer_is_refused (void **state)
{
    fixture_t *fixture = *state;
    fixture->answers_later = true;
    client_t *working = client_new (fixture);
    client_send (fixture, working, GET);
    client_t *reading = client_new (fixture);
    client_send (fixture, reading, HALF);
    WAIT_FOR (fixture, fixture->open_count == 1 && connections (fixture) == 2);
    turns (fixture);

    client_t *third = client_new (fixture);
    client_send (fixture, third, GET);          //  It sends before it reads, as clients do
    assert_int_equal (client_status (fixture, third), 503);
    assert_true (contains (third->answer, "\r\nRetry-After: 1\r\n"));
    assert_true (contains (third->answer, "\r\nConnection: close\r\n"));
    client_wait_end (fixture, third);
    assert_false (third->reset);
    client_destroy (&third);

    http_counts_t counts = http_server_counts (fixture->server);
    assert_int_equal (counts.accepted, 3);
    assert_int_equal (counts.refused, 1);
    assert_int_equal (counts.malformed, 0);
    client_destroy (&reading);
    WAIT_FOR (fixture, connections (fixture) == 1);
    client_t *fourth = client_new (fixture);
    client_send (fixture, fourth, GET);
    WAIT_FOR (fixture, fixture->open_count == 2);
    client_destroy (&fourth);
    client_destroy (&working);
}

static void
when_full_and_none_is_idle_the_slowest_request_makes_room (void **state)
{
    fixture_t *fixture = *state;
    client_t *slow = client_new (fixture);
    client_send (fixture, slow, HALF);
    WAIT_FOR (fixture, connections (fixture) == 1);
    turns (fixture);
    pass_ms (fixture, 600);
    client_t *slower = client_new (fixture);        //  It came later
    client_send (fixture, slower, HALF);
    WAIT_FOR (fixture, connections (fixture) == 2);
    turns (fixture);
    pass_ms (fixture, 600);

    client_t *third = client_new (fixture);
    client_send (fixture, third, GET);
    assert_int_equal (client_status (fixture, third), 200);
    assert_int_equal (client_status (fixture, slow), 408);
    assert_true (contains (slow->answer, "\r\nConnection: close\r\n"));
    client_wait_end (fixture, slow);
    assert_true (client_hears_nothing (fixture, slower));
    assert_int_equal (http_server_counts (fixture->server).refused, 0);
    client_send (fixture, slower, "Host: a\r\n\r\n");
    assert_int_equal (client_status (fixture, slower), 200);
    client_destroy (&slow);
    client_destroy (&slower);
    client_destroy (&third);
}

static void
when_full_a_slow_request_makes_room_before_one_who_came_just_now (void **state)
{
    fixture_t *fixture = *state;
    client_t *slow = client_new (fixture);
    client_send (fixture, slow, HALF);
    WAIT_FOR (fixture, connections (fixture) == 1);
    turns (fixture);
    pass_ms (fixture, 1100);
    client_t *fresh = client_new (fixture);
    WAIT_FOR (fixture, connections (fixture) == 2);

    client_t *third = client_new (fixture);
    client_send (fixture, third, GET);
    assert_int_equal (client_status (fixture, third), 200);
    assert_int_equal (client_status (fixture, slow), 408);
    client_send (fixture, fresh, GET);
    assert_int_equal (client_status (fixture, fresh), 200);
    client_destroy (&slow);
    client_destroy (&fresh);
    client_destroy (&third);
}

static void
a_drain_lets_calls_finish_and_nothing_begin (void **state)
{
    fixture_t *fixture = *state;
    client_t *idle = client_new (fixture);
    client_send (fixture, idle, GET);
    assert_int_equal (client_status (fixture, idle), 200);
    fixture->answers_later = true;
    client_t *working = client_new (fixture);
    client_send (fixture, working, GET);
    client_t *streaming = client_new (fixture);
    client_send (fixture, streaming, GET);
    WAIT_FOR (fixture, fixture->open_count == 2);
    http_stream_open (fixture->open [1], &(http_reply_t) { .status = 200 });
    client_t *reading = client_new (fixture);
    client_send (fixture, reading, HALF);
    WAIT_FOR (fixture, connections (fixture) == 4);
    turns (fixture);

    http_server_drain (fixture->server);
    client_wait_end (fixture, idle);
    assert_int_equal (idle->size, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) fixture->port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal (connect (fd, (struct sockaddr *) &address, sizeof address), -1);
    assert_int_equal (errno, ECONNREFUSED);
    close (fd);

    reply_text (&fixture->open [0], 200, "done");
    assert_true (contains (client_answer (fixture, working), "\r\nConnection: close\r\n"));
    client_wait_end (fixture, working);
    http_stream_close (&fixture->open [1]);     //  Its head had no word of closing
    client_wait_end (fixture, streaming);
    fixture->answers_later = false;
    client_send (fixture, reading, "Host: a\r\n\r\n");
    assert_int_equal (client_status (fixture, reading), 200);
    client_wait_end (fixture, reading);

    client_t *clients [] = { idle, working, streaming, reading };
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++)
        client_destroy (&clients [i]);
    WAIT_FOR (fixture, connections (fixture) == 0);
}

static void
drain_and_answer (fixture_t *fixture, http_exchange_t *exchange)
{
    http_server_drain (fixture->server);
    reply_text (&exchange, 200, "the last one");
}

static void
a_handler_may_drain_inside_its_call (void **state)
{
    fixture_t *fixture = *state;
    fixture->instead = drain_and_answer;
    client_t *client = client_new (fixture);
    client_t *idle = client_new (fixture);
    WAIT_FOR (fixture, connections (fixture) == 2);
    client_send (fixture, client, GET);
    assert_true (ends_with (client_answer (fixture, client), "the last one"));
    client_wait_end (fixture, client);
    client_wait_end (fixture, idle);
    client_destroy (&client);
    client_destroy (&idle);
}

static void
destroying_it_drops_open_exchanges_without_a_word (void **state)
{
    fixture_t *fixture = *state;
    fixture->answers_later = true;
    client_t *client = client_new (fixture);
    client_send (fixture, client, GET);
    WAIT_FOR (fixture, fixture->open_count == 1);
    http_server_destroy (&fixture->server);
    assert_int_equal (fixture->left_count, 0);
    client_receive (client);
    assert_true (client->ended);
    http_server_destroy (&fixture->server);
    client_destroy (&client);
}

static void
without_descriptors_accepting_pauses_and_goes_on (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    client_send (fixture, client, GET);
    struct rlimit before;
    assert_int_equal (getrlimit (RLIMIT_NOFILE, &before), 0);
    int free_one = dup (client->fd);            //  Every number below this one is taken
    close (free_one);
    assert_int_equal (setrlimit (RLIMIT_NOFILE, &(struct rlimit) { (rlim_t) free_one, before.rlim_max }), 0);
    turns (fixture);
    assert_int_equal (setrlimit (RLIMIT_NOFILE, &before), 0);
    assert_int_equal (http_server_counts (fixture->server).accepted, 0);

    turns (fixture);                            //  It does not try again at once
    assert_int_equal (http_server_counts (fixture->server).accepted, 0);
    pass_ms (fixture, 100);
    assert_int_equal (client_status (fixture, client), 200);
    client_destroy (&client);
}

static void
many_clients_come_and_are_served (void **state)
{
    fixture_t *fixture = *state;
    http_limits_t limits = FIXTURE_LIMITS;
    limits.connections_max = 200;
    http_handler_t handler = { .request = fixture_request, .gone = fixture_gone, .self = fixture };
    http_server_destroy (&fixture->server);
    fixture->server = http_server_new (fixture->reactor, &limits, &handler);
    assert_int_equal (http_server_listen (fixture->server, "127.0.0.1", 0, &fixture->port), STATUS_OK);

    client_t *clients [150];
    for (int i = 0; i < 150; i++) {
        clients [i] = client_new (fixture);
        client_send (fixture, clients [i], GET);
    }
    for (int i = 0; i < 150; i++)
        assert_int_equal (client_status (fixture, clients [i]), 200);
    assert_int_equal (connections (fixture), 150);
    for (int i = 0; i < 150; i++)
        client_destroy (&clients [i]);
    WAIT_FOR (fixture, connections (fixture) == 0);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)
#define TEST_WITH_TWO(name) cmocka_unit_test_setup_teardown (name, begin_with_two, end)
    const struct CMUnitTest tests [] = {
        TEST (a_name_is_no_address),
        TEST (a_port_that_is_taken_is_said_so),
        TEST (localhost_is_both_of_its_addresses),
        TEST_WITH_TWO (when_full_the_one_that_is_idle_longest_makes_room),
        TEST_WITH_TWO (when_full_and_none_is_idle_the_newcomer_is_refused),
        TEST_WITH_TWO (when_full_and_none_is_idle_the_slowest_request_makes_room),
        TEST_WITH_TWO (when_full_a_slow_request_makes_room_before_one_who_came_just_now),
        TEST (a_drain_lets_calls_finish_and_nothing_begin),
        TEST (a_handler_may_drain_inside_its_call),
        TEST (destroying_it_drops_open_exchanges_without_a_word),
        TEST (without_descriptors_accepting_pauses_and_goes_on),
        TEST (many_clients_come_and_are_served),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
