//  Transfers, and a peer that says what it was told to, on one reactor. For the tests of transfer*.c; include it after cmocka.h.

#ifndef TRANSFER_FIXTURE_H
#define TRANSFER_FIXTURE_H

#include "transfer.h"

#include "raw_server.h"

#include <stdio.h>

enum { PATIENCE_MS = 10000, BODY_BYTES_MAX = 64 * 1024 };

#define HELLO SLICE ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Amzn-RequestId:  abc-1 \r\nX-Empty:\r\n\r\nhello")

typedef struct {
    reactor_t   *reactor;
    transfers_t *transfers;
    raw_server_t server;
    int          hang [2];          //  A look-up of "hang.…" reads from it
    resolver_config_t names;
} world_t;

//  What became of a transfer; the texts are copied, because an answer ends with its function.
typedef struct {
    int      told;
    transfer_answer_t answer;
    char     reason [512];
    char     body [64];
    char     request_id [64];
    transfer_t *transfer;
    bool     has_empty, has_missing;
} outcome_t;

static void
look_up (void *self, const char *name, resolver_answer_t *answer)
{
    const int *hang = self;
    char byte;
    if (slice_starts (slice_of (name), "hang"))
        (void) !read (hang [0], &byte, 1);
    if (slice_starts (slice_of (name), "missing")) {
        answer->status = STATUS_NOT_FOUND;
        return;
    }
    if (slice_starts (slice_of (name), "down")) {
        answer->status = STATUS_UNREACHABLE;
        return;
    }
    answer->status = STATUS_OK;
    answer->count = 1;
    memcpy (answer->addresses [0], "127.0.0.1", sizeof "127.0.0.1");
}

//  Replaces the transfers by some of another configuration; what every test needs is filled in.
static inline void
configure (world_t *world, transfers_config_t config)
{
    world->names = (resolver_config_t) { .keep_ms = 60000, .keep_failure_ms = 60000, .look_up = look_up, .look_up_self = world->hang };
    config.connections_per_host = 8;
    config.user_agent = "test/1";
    config.resolver = &world->names;
    transfers_destroy (&world->transfers);
    world->transfers = transfers_new (world->reactor, &config);
    assert_non_null (world->transfers);
}

static int
set_up (void **state)
{
    static world_t worlds [64];     //  Never reused: a thread whose look-up hangs may come back to it
    static int count;
    assert_true (count < 64);
    world_t *world = &worlds [count++];
    assert_int_equal (pipe (world->hang), 0);
    world->reactor = reactor_new (clock_system ());
    configure (world, (transfers_config_t) { .plain_http_anywhere = true });
    raw_server_init (&world->server, world->reactor);
    world->server.answer = HELLO;
    *state = world;
    return 0;
}

static int
tear_down (void **state)
{
    world_t *world = *state;
    transfers_destroy (&world->transfers);
    raw_server_deinit (&world->server);
    reactor_destroy (&world->reactor);
    return 0;
}

static void
copy (char *text, size_t size, slice_t slice)
{
    snprintf (text, size, "%.*s", slice.data ? (int) slice.size : 8, slice.data ? slice.data : "(absent)");
}

static void
done (void *arg, const transfer_answer_t *answer)
{
    outcome_t *outcome = arg;
    outcome->told++;
    outcome->answer = *answer;
    outcome->transfer = NULL;
    copy (outcome->reason, sizeof outcome->reason, slice_of (answer->reason));
    copy (outcome->body, sizeof outcome->body, answer->body);
    copy (outcome->request_id, sizeof outcome->request_id, transfer_answer_header (answer, "x-amzn-requestid"));
    slice_t empty = transfer_answer_header (answer, "X-EMPTY");
    outcome->has_empty = empty.data && empty.size == 0;
    outcome->has_missing = transfer_answer_header (answer, "X-Amzn").data != NULL;
}

static transfer_request_t
request_for (const char *url)
{
    return (transfer_request_t) {
        .method = "GET",
        .url = url,
        .connect_ms = PATIENCE_MS,
        .total_ms = PATIENCE_MS,
        .answer_bytes_max = BODY_BYTES_MAX,
    };
}

static inline void
start (world_t *world, const transfer_request_t *request, outcome_t *outcome)
{
    *outcome = (outcome_t) { 0 };
    outcome->transfer = transfer_start (world->transfers, request, done, outcome);
    assert_non_null (outcome->transfer);
    assert_int_equal (outcome->told, 0);
}

static void
turn_until (world_t *world, const int *count, int wanted)
{
    int64_t give_up_ms = clock_mono_ms (clock_system ()) + 2 * PATIENCE_MS;
    while (*count < wanted) {
        assert_true (clock_mono_ms (clock_system ()) < give_up_ms);
        assert_int_equal (reactor_turn (world->reactor, 100), STATUS_OK);
    }
}

//  "http://HOST:PORT/" of the test's server under one of its names.
static inline const char *
url_of (world_t *world, const char *host)
{
    static char url [128];
    snprintf (url, sizeof url, "http://%s:%d/path", host, world->server.port);
    return url;
}

static outcome_t
fetched (world_t *world, const transfer_request_t *request)
{
    outcome_t outcome;
    start (world, request, &outcome);
    turn_until (world, &outcome.told, 1);
    return outcome;
}

static outcome_t
got (world_t *world, const char *url)
{
    transfer_request_t request = request_for (url);
    return fetched (world, &request);
}

static inline outcome_t
got_from_server (world_t *world)
{
    return got (world, url_of (world, "127.0.0.1"));
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)

#endif
