#include "feed.h"

#include "log.h"
#include "sse.h"
#include "trace_filter.h"
#include "trace_json.h"

#include <stdlib.h>

//  What one follower is given at once at most: the whole ring, of some 800 bytes a call.
enum { PIECE_BYTES_MAX = 2 * 1024 * 1024 };

//  128 workers, six services and 32 APIs of 150 bytes.
enum { EVENT_BYTES_MAX = 64 * 1024 };

//  With so many calls waiting their piece goes out at once, so that the ring does not overtake it.
enum { CALLS_MANY = RING_CALLS / 4 };

typedef struct {
    http_exchange_t *exchange;          //  NULL: the place is free
    trace_filter_t filter;              //  Its slices are the exchange's
    buffer_t piece;                     //  What goes to it next
} follower_t;

struct feed {
    reactor_t *reactor;
    feed_sources_t sources;
    follower_t followers [FEED_FOLLOWERS_MAX];
    int        count;
    tracer_listener_t listener;         //  Listens while there are followers
    uint64_t   told;                    //  The last call that all have been given
    reactor_timer_t calls, state;
};

static void s_told (void *arg, uint64_t number);
static void s_calls_due (void *arg);
static void s_state_due (void *arg);

feed_t *
feed_new (reactor_t *reactor, const feed_sources_t *sources)
{
    feed_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->reactor = reactor;
    self->sources = *sources;
    self->listener = (tracer_listener_t) { .told = s_told, .arg = self };
    self->calls = (reactor_timer_t) { .due = s_calls_due, .arg = self };
    self->state = (reactor_timer_t) { .due = s_state_due, .arg = self };
    for (int i = 0; i < FEED_FOLLOWERS_MAX; i++)
        buffer_init (&self->followers [i].piece, PIECE_BYTES_MAX);
    return self;
}

void
feed_destroy (feed_t **self_p)
{
    feed_t *self = *self_p;
    if (!self)
        return;
    if (self->count)
        tracer_unlisten (self->sources.tracer, &self->listener);
    reactor_cancel_timer (self->reactor, &self->calls);
    reactor_cancel_timer (self->reactor, &self->state);
    for (int i = 0; i < FEED_FOLLOWERS_MAX; i++)
        buffer_deinit (&self->followers [i].piece);
    free (self);
    *self_p = NULL;
}

void
feed_set_clients (feed_t *self, const http_server_t *clients)
{
    self->sources.clients = clients;
}

int
feed_followers (const feed_t *self)
{
    return self->count;
}

//  --- Coming and going

static void
s_free (feed_t *self, follower_t *follower)
{
    follower->exchange = NULL;
    buffer_deinit (&follower->piece);
    if (--self->count > 0)
        return;
    tracer_unlisten (self->sources.tracer, &self->listener);
    reactor_cancel_timer (self->reactor, &self->calls);
    reactor_cancel_timer (self->reactor, &self->state);
}

void
feed_gone (feed_t *self, const http_exchange_t *exchange)
{
    for (int i = 0; i < FEED_FOLLOWERS_MAX; i++)
        if (self->followers [i].exchange == exchange)
            s_free (self, &self->followers [i]);
}

//  Sends what was appended. One that does not take it is let go.
static void
s_send (feed_t *self, follower_t *follower)
{
    status_t status = buffer_status (&follower->piece);
    if (status == STATUS_OK)
        status = http_stream_write (follower->exchange, buffer_slice (&follower->piece));
    buffer_clear (&follower->piece);
    if (status == STATUS_OK)
        return;
    log_warning ("follower dropped", log_slice ("peer", http_peer (follower->exchange)),
                 log_text ("why", status == STATUS_NO_MEMORY ? status_sentence (status) : "it does not read"));
    http_abort (&follower->exchange);
    s_free (self, follower);
}

//  --- Calls

static void
s_write_call (const ring_call_t *call, buffer_t *event)
{
    buffer_printf (event, "event: call\nid: %llu\ndata: {", (unsigned long long) call->number);
    trace_json_append_call (event, call);
    buffer_append_text (event, "}\n\n");
}

//  One call to all that want it: into their pieces.
static void
s_append_call (feed_t *self, uint64_t number)
{
    const ring_call_t *call = ring_find (tracer_ring (self->sources.tracer), number, NULL);
    buffer_t event;
    buffer_init (&event, EVENT_BYTES_MAX);
    if (call)
        s_write_call (call, &event);
    for (int i = 0; call && i < FEED_FOLLOWERS_MAX; i++) {
        follower_t *follower = &self->followers [i];
        if (follower->exchange && trace_filter_passes (&follower->filter, call))
            buffer_append_slice (&follower->piece, buffer_slice (&event));
    }
    buffer_deinit (&event);
}

static void
s_send_all (feed_t *self)
{
    for (int i = 0; i < FEED_FOLLOWERS_MAX; i++)
        if (self->followers [i].exchange)
            s_send (self, &self->followers [i]);
}

static void
s_calls_due (void *arg)
{
    feed_t *self = arg;
    ring_t *ring = self->sources.tracer ? tracer_ring (self->sources.tracer) : NULL;
    if (!ring)
        return;
    for (; self->told < ring_last (ring); self->told++)
        s_append_call (self, self->told + 1);
    s_send_all (self);
}

//  We are inside the end of a call: what is written is written later.
static void
s_told (void *arg, uint64_t number)
{
    feed_t *self = arg;
    int64_t now_ms = reactor_now_ms (self->reactor);
    if (number <= self->told)
        s_append_call (self, number);
    if (number >= self->told + CALLS_MANY)
        reactor_set_timer (self->reactor, &self->calls, now_ms);
    else if (self->calls.place == 0)
        reactor_set_timer (self->reactor, &self->calls, now_ms + FEED_CALLS_MS);
}

//  --- State

static void
s_append_state (const feed_t *self, buffer_t *event)
{
    buffer_append_text (event, "event: state\ndata: ");
    feed_state_write (&self->sources, self->count, event);
    buffer_append_text (event, "\n\n");
}

static void
s_state_due (void *arg)
{
    feed_t *self = arg;
    buffer_t event;
    reactor_set_timer (self->reactor, &self->state, reactor_now_ms (self->reactor) + FEED_STATE_MS);
    buffer_init (&event, EVENT_BYTES_MAX);
    s_append_state (self, &event);
    for (int i = 0; i < FEED_FOLLOWERS_MAX; i++)
        if (self->followers [i].exchange)
            buffer_append_slice (&self->followers [i].piece, buffer_slice (&event));
    buffer_deinit (&event);
    s_calls_due (self);                 //  With the calls of until now, so that both are of one moment
}

//  --- A new follower

//  Those that passed since a number, the last of them as far as the limit allows, in the order of their ends.
static void
s_append_missed (const feed_t *self, follower_t *follower, uint64_t after)
{
    ring_t *ring = tracer_ring (self->sources.tracer);
    uint64_t from = self->told + 1;
    int64_t found = 0;
    for (uint64_t number = self->told; number > after && number >= ring_first (ring) && found < follower->filter.limit; number--)
        if (trace_filter_passes (&follower->filter, ring_find (ring, number, NULL))) {
            from = number;
            found++;
        }
    for (; from <= self->told; from++) {
        const ring_call_t *call = ring_find (ring, from, NULL);
        if (trace_filter_passes (&follower->filter, call))
            s_write_call (call, &follower->piece);
    }
}

static follower_t *
s_take_place (feed_t *self)
{
    for (int i = 0; i < FEED_FOLLOWERS_MAX; i++)
        if (!self->followers [i].exchange)
            return &self->followers [i];
    return NULL;
}

static void
s_begin (feed_t *self)
{
    tracer_listen (self->sources.tracer, &self->listener);
    self->told = self->sources.tracer ? ring_last (tracer_ring (self->sources.tracer)) : 0;
    reactor_set_timer (self->reactor, &self->state, reactor_now_ms (self->reactor) + FEED_STATE_MS);
}

static void
s_refuse (http_exchange_t *exchange)
{
    static const http_field_t FIELDS [] = { { "Cache-Control", "no-store" }, { "Retry-After", "10" }, { NULL, NULL } };
    buffer_t text;
    buffer_init (&text, 256);
    buffer_printf (&text, "%d are following already, which is the most there may be. Close one of them.\n", FEED_FOLLOWERS_MAX);
    http_reply (&exchange, &(http_reply_t) { .status = 503, .content_type = "text/plain; charset=utf-8", .fields = FIELDS }, &text);
    buffer_deinit (&text);
}

void
feed_follow (feed_t *self, http_exchange_t *exchange)
{
    static const http_field_t FIELDS [] = { { "Cache-Control", "no-store" }, { "X-Accel-Buffering", "no" }, { NULL, NULL } };
    http_reply_t reply = { .status = 200, .content_type = SSE_CONTENT_TYPE, .fields = FIELDS };
    if (slice_is (http_method (exchange), "HEAD")) {
        http_reply (&exchange, &reply, NULL);
        return;
    }
    follower_t *follower = s_take_place (self);
    if (!follower) {
        s_refuse (exchange);
        return;
    }
    if (self->count++ == 0)
        s_begin (self);
    s_calls_due (self);                 //  To the others: from here on all have been given the same
    *follower = (follower_t) { .exchange = exchange, .filter = trace_filter_read (http_query (exchange)) };
    buffer_init (&follower->piece, PIECE_BYTES_MAX);
    int64_t after = trace_filter_number (http_header (exchange, "last-event-id"), follower->filter.after);
    http_stream_open (exchange, &reply);
    if (self->sources.tracer && after >= 0)
        s_append_missed (self, follower, (uint64_t) after);
    s_append_state (self, &follower->piece);
    s_send (self, follower);
}
