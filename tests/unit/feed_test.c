#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "feed.h"
#include "http_fixture.h"

//  A server whose every request is followed.
typedef struct {
    fixture_t http;             //  The server's side, for the clients' functions
    desk_t   *desk;
    tracer_t *tracer;
    feed_t   *feed;
} watch_t;

static void
follow (void *arg, http_exchange_t *exchange)
{
    feed_follow (((watch_t *) arg)->feed, exchange);
}

static void
gone (void *arg, http_exchange_t *exchange)
{
    feed_gone (((watch_t *) arg)->feed, exchange);
}

static int
open_watch (void **state)
{
    watch_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    self->desk = desk_new ();
    self->tracer = tracer_new (&self->desk->clock.source);
    self->feed = feed_new (self->desk->reactor, &(feed_sources_t) { .dispatch = self->desk->dispatch, .tracer = self->tracer,
                                                                    .clock = &self->desk->clock.source });
    http_handler_t handler = { .request = follow, .gone = gone, .self = self };
    http_limits_t limits = FIXTURE_LIMITS;
    limits.connections_max = 2 * FEED_FOLLOWERS_MAX;
    limits.write_ms = INT32_MAX;        //  What drops a follower here is what waits for it
    self->http.reactor = self->desk->reactor;
    self->http.server = http_server_new (self->desk->reactor, &limits, &handler);
    assert_int_equal (http_server_listen (self->http.server, "127.0.0.1", 0, &self->http.port), STATUS_OK);
    *state = self;
    return 0;
}

static int
close_watch (void **state)
{
    watch_t *self = *state;
    http_server_destroy (&self->http.server);
    feed_destroy (&self->feed);
    assert_null (self->feed);
    tracer_destroy (&self->tracer);
    desk_destroy (&self->desk);
    free (self);
    return 0;
}

static void
tell (watch_t *self, const char *tool, status_t status)
{
    trace_context_t context;
    trace_context_begin (&context, SLICE_ABSENT, &self->desk->random);
    tracer_moments_t moments = { .contract = contracts_find (self->desk->contracts, slice_of (tool)), .context = &context, .written_us = 500 };
    tracer_tell (self->tracer, &moments, &(dispatch_outcome_t) { .status = status });
}

static client_t *
follower (watch_t *self, const char *query, const char *headers)
{
    char request [256];
    client_t *client = client_new (&self->http);
    snprintf (request, sizeof request, "GET /trace/feed%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", query, headers);
    client_send (&self->http, client, request);
    turns (&self->http);
    return client;
}

//  Lets time pass until what was told is out.
static void
pass (watch_t *self, int64_t ms)
{
    fake_clock_advance (&self->desk->clock, ms);
    turns (&self->http);
}

//  What has come so far.
static const char *
come (client_t *client)
{
    client_receive (client);
    client->text [client->size] = 0;
    return client->text;
}

static int
count (const char *text, const char *part)
{
    int found = 0;
    for (; (text = strstr (text, part)); text += strlen (part))
        found++;
    return found;
}

//  How many calls have come since it was asked last. What may be the beginning of another one is kept.
static int
taken (client_t *client)
{
    enum { KEPT = sizeof "event: call" - 2 };
    int found = count (come (client), "event: call");
    size_t kept = client->size < KEPT ? client->size : KEPT;
    memmove (client->text, client->text + client->size - kept, kept);
    client->size = kept;
    return found;
}

static void
a_follower_hears_of_each_call_soon_and_of_the_state_twice_a_second (void **state)
{
    watch_t *self = *state;
    tell (self, "brief", STATUS_OK);
    client_t *client = follower (self, "", "");
    assert_int_equal (feed_followers (self->feed), 1);
    assert_int_equal (count (come (client), "event: state\ndata: {\"time\":"), 1);
    assert_int_equal (count (client->text, "event: call"), 0);
    tell (self, "brief", STATUS_OK);
    tell (self, "brief", STATUS_BUSY);
    turns (&self->http);
    assert_int_equal (count (come (client), "event: call"), 0);
    pass (self, FEED_CALLS_MS);
    assert_int_equal (count (come (client), "event: call\nid: 2\ndata: {\"number\":2,"), 1);
    assert_int_equal (count (client->text, "event: call\nid: 3\ndata: {\"number\":3,"), 1);
    pass (self, FEED_STATE_MS);
    assert_int_equal (count (come (client), "event: state"), 2);
    client_destroy (&client);
    WAIT_FOR (&self->http, feed_followers (self->feed) == 0);
}

static void
each_follower_is_given_what_its_filter_passes (void **state)
{
    watch_t *self = *state;
    client_t *failed = follower (self, "?status=error", ""), *once = follower (self, "?tool=once", "");
    tell (self, "brief", STATUS_OK);
    tell (self, "once", STATUS_OK);
    tell (self, "brief", STATUS_BUSY);
    pass (self, FEED_CALLS_MS);
    assert_int_equal (count (come (failed), "event: call"), 1);
    assert_int_equal (count (failed->text, "\"number\":3,"), 1);
    assert_int_equal (count (come (once), "event: call"), 1);
    assert_int_equal (count (once->text, "\"number\":2,"), 1);
    client_destroy (&failed);
    client_destroy (&once);
}

static void
who_comes_back_is_given_what_it_missed (void **state)
{
    watch_t *self = *state;
    for (int i = 0; i < 5; i++)
        tell (self, "brief", STATUS_OK);
    client_t *back = follower (self, "", "Last-Event-ID: 3\r\n"), *few = follower (self, "?after=0&limit=1", "");
    assert_int_equal (count (come (back), "event: call"), 2);
    assert_true (strstr (back->text, "id: 4\n") < strstr (back->text, "id: 5\n"));
    assert_int_equal (count (come (few), "event: call"), 1);
    assert_non_null (strstr (few->text, "id: 5\n"));
    client_destroy (&back);
    client_destroy (&few);
}

static void
there_are_never_too_many (void **state)
{
    watch_t *self = *state;
    client_t *clients [FEED_FOLLOWERS_MAX + 1];
    for (int i = 0; i <= FEED_FOLLOWERS_MAX; i++)
        clients [i] = follower (self, "", "");
    assert_int_equal (feed_followers (self->feed), FEED_FOLLOWERS_MAX);
    assert_int_equal (count (come (clients [FEED_FOLLOWERS_MAX]), "HTTP/1.1 503 "), 1);
    client_destroy (&clients [0]);
    WAIT_FOR (&self->http, feed_followers (self->feed) == FEED_FOLLOWERS_MAX - 1);
    client_t *late = follower (self, "", "");
    assert_int_equal (count (come (late), "HTTP/1.1 200 "), 1);
    client_destroy (&late);
    for (int i = 1; i <= FEED_FOLLOWERS_MAX; i++)
        client_destroy (&clients [i]);
}

static void
one_that_does_not_read_is_dropped_and_the_others_hear_all (void **state)
{
    watch_t *self = *state;
    client_t *deaf = follower (self, "", ""), *awake = follower (self, "", "");
    int heard = 0, told = 0;
    for (; feed_followers (self->feed) == 2; told += 100) {
        assert_true (told < 100000);
        for (int i = 0; i < 100; i++)
            tell (self, "brief", STATUS_OK);
        fake_clock_advance (&self->desk->clock, FEED_CALLS_MS);
        turn (&self->http);
        heard += taken (awake);
    }
    WAIT_FOR (&self->http, (heard += taken (awake)) == told);
    assert_int_equal (feed_followers (self->feed), 1);
    client_destroy (&deaf);
    client_destroy (&awake);
}

static void
a_question_for_the_head_is_not_followed (void **state)
{
    watch_t *self = *state;
    client_t *client = client_new (&self->http);
    client_send (&self->http, client, "HEAD /trace/feed HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    turns (&self->http);
    assert_int_equal (count (come (client), "HTTP/1.1 200 "), 1);
    assert_int_equal (feed_followers (self->feed), 0);
    client_destroy (&client);
}

#define WATCH_TEST(name) cmocka_unit_test_setup_teardown (name, open_watch, close_watch)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        WATCH_TEST (a_follower_hears_of_each_call_soon_and_of_the_state_twice_a_second), WATCH_TEST (each_follower_is_given_what_its_filter_passes),
        WATCH_TEST (who_comes_back_is_given_what_it_missed), WATCH_TEST (there_are_never_too_many),
        WATCH_TEST (one_that_does_not_read_is_dropped_and_the_others_hear_all), WATCH_TEST (a_question_for_the_head_is_not_followed),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
