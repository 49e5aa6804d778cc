#include "mcp_http.h"

#include "log.h"
#include "log_quota.h"
#include "sse.h"

#include <assert.h>
#include <stdlib.h>

//  One exchange whose message is being worked on. It is the exchange's context, and the sink's argument.
typedef struct waiting {
    mcp_http_t      *endpoint;
    http_exchange_t *exchange;
    mcp_call_t      *call;              //  NULL while mcp_receive runs
    bool             may_stream;        //  The client takes events
    bool             must_stream;       //  It takes nothing else
    bool             streams;           //  The stream is open
    reactor_timer_t  timer;             //  Until it is opened; then for signs of life
    int64_t          wrote_ms;          //  The last piece on the stream. The timer is not moved by each of them: it looks here when it is due
    struct waiting  *next, *previous;
} waiting_t;

struct mcp_http {
    mcp_t *mcp;
    const guard_t *guard;
    reactor_t *reactor;
    size_t calls_max;
    log_quota_t refusals;               //  Of the lines that tell of a Host or an Origin that was refused
    waiting_t *waiting;                 //  All of them
};

mcp_http_t *
mcp_http_new (mcp_t *mcp, const guard_t *guard, reactor_t *reactor, size_t calls_max)
{
    mcp_http_t *self = calloc (1, sizeof *self);
    if (self)
        *self = (mcp_http_t) { .mcp = mcp, .guard = guard, .reactor = reactor, .calls_max = calls_max };
    return self;
}

static void s_due (void *arg);

static waiting_t *
s_waiting_new (mcp_http_t *self, http_exchange_t *exchange)
{
    waiting_t *waiting = calloc (1, sizeof *waiting);
    if (!waiting)
        return NULL;
    *waiting = (waiting_t) { .endpoint = self, .exchange = exchange, .timer = { .due = s_due, .arg = waiting }, .next = self->waiting };
    if (waiting->next)
        waiting->next->previous = waiting;
    self->waiting = waiting;
    return waiting;
}

static void
s_waiting_free (waiting_t *waiting)
{
    reactor_cancel_timer (waiting->endpoint->reactor, &waiting->timer);
    if (waiting->previous)
        waiting->previous->next = waiting->next;
    else
        waiting->endpoint->waiting = waiting->next;
    if (waiting->next)
        waiting->next->previous = waiting->previous;
    free (waiting);
}

void
mcp_http_destroy (mcp_http_t **self_p)
{
    mcp_http_t *self = *self_p;
    if (!self)
        return;
    while (self->waiting) {
        mcp_cancel (&self->waiting->call);
        s_waiting_free (self->waiting);
    }
    free (self);
    *self_p = NULL;
}

//  --- Headers and refusals

static const char ALLOWED [] = "POST, OPTIONS";         //  Methods

enum { ORIGIN_SIZE = 256 };

//  The headers of an answer to an exchange that was admitted: one of its own, or NULL, and for a browser that its page may read the answer.
typedef struct {
    char origin [ORIGIN_SIZE];
    http_field_t list [8];
} fields_t;

static int
s_fields (fields_t *self, const http_exchange_t *exchange, const char *name, const char *value)
{
    slice_t origin = http_header (exchange, "origin");
    int count = 0;
    *self = (fields_t) { 0 };
    if (name)
        self->list [count++] = (http_field_t) { name, value };
    if (origin.size && origin.size < sizeof self->origin) {
        memcpy (self->origin, origin.data, origin.size);
        self->list [count++] = (http_field_t) { "Access-Control-Allow-Origin", self->origin };
        self->list [count++] = (http_field_t) { "Access-Control-Expose-Headers", "Allow, Retry-After" };        //  Others of ours any page may read
        self->list [count++] = (http_field_t) { "Vary", "Origin" };
    }
    return count;
}

//  A refusal before MCP is looked at: a JSON-RPC error without an id, which MCP clients show, and a status that others understand.
static void
s_reply_error (http_exchange_t **exchange_p, int status, const http_field_t *fields, slice_t sentence)
{
    buffer_t json;
    buffer_init (&json, 8 * 1024);
    jsonrpc_write_error (&json, SLICE_ABSENT, JSONRPC_INVALID_REQUEST, sentence, SLICE_ABSENT);
    http_reply (exchange_p, &(http_reply_t) { .status = status, .content_type = "application/json", .fields = fields }, &json);
    buffer_deinit (&json);
}

static void
s_refuse (http_exchange_t *exchange, int status, const char *name, const char *value, slice_t sentence)
{
    fields_t fields;
    s_fields (&fields, exchange, name, value);
    s_reply_error (&exchange, status, fields.list, sentence);
}

//  The sentence has the header's value, escaped and cut.
static void
s_log_refusal (mcp_http_t *self, const http_exchange_t *exchange, int status, slice_t sentence)
{
    int64_t suppressed;
    if (log_quota_take (&self->refusals, reactor_now_ms (self->reactor), &suppressed))
        log_warning ("request refused", log_slice ("peer", http_peer (exchange)), log_int ("status", status), log_slice ("why", sentence),
                     log_int ("suppressed", suppressed));
}

//  Host and Origin, before anything else is looked at. Of two Origins one is somebody's trick. MCP demands 403 for an Origin; a name that is not ours
//  is 421 in HTTP, and clients do not take that for something to sign in for.
static bool
s_admitted (mcp_http_t *self, http_exchange_t **exchange_p)
{
    slice_t host = http_header (*exchange_p, "host"), origin = http_header (*exchange_p, "origin");
    bool host_good = !host.data || guard_host (self->guard, host);          //  HTTP/1.0 may come without one
    bool origin_good = !origin.data || (http_header_count (*exchange_p, "origin") == 1 && guard_origin (self->guard, origin));
    if (host_good && origin_good)
        return true;
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    if (host_good)
        guard_explain_origin (origin, &sentence);
    else
        guard_explain_host (host, &sentence);
    int status = origin_good ? 421 : 403;
    s_log_refusal (self, *exchange_p, status, buffer_slice (&sentence));
    s_reply_error (exchange_p, status, NULL, buffer_slice (&sentence));
    buffer_deinit (&sentence);
    return false;
}

//  "application/json", with or without parameters.
static bool
s_is_json (slice_t content_type)
{
    const char *end = content_type.size ? memchr (content_type.data, ';', content_type.size) : NULL;
    if (end)
        content_type.size = (size_t) (end - content_type.data);
    return slice_is_nocase (slice_trim (content_type), "application/json");
}

//  Is one of these media types (a NULL ends them) in an Accept header? Quality values are not weighed.
static bool
s_lists (slice_t accept, const char *const *types)
{
    while (accept.data) {
        slice_t item = slice_cut (&accept, ',');
        item = slice_trim (slice_cut (&item, ';'));
        for (const char *const *type = types; *type; type++)
            if (slice_is_nocase (item, *type))
                return true;
    }
    return false;
}

//  Does an Accept header, if there is one, leave room for JSON? For events?
static bool
s_accepts_json (slice_t accept)
{
    return !accept.data || s_lists (accept, (const char *const []) { "application/json", "application/*", "*/*", NULL });
}

static bool
s_accepts_events (slice_t accept)
{
    return s_lists (accept, (const char *const []) { SSE_CONTENT_TYPE, NULL });
}

//  --- Answers in pieces

static void
s_set_timer (waiting_t *waiting, int64_t in_ms)
{
    reactor_t *reactor = waiting->endpoint->reactor;
    reactor_set_timer (reactor, &waiting->timer, reactor_now_ms (reactor) + in_ms);
}

static void
s_open_stream (waiting_t *waiting)
{
    fields_t fields;
    int count = s_fields (&fields, waiting->exchange, "Cache-Control", "no-cache, no-transform");
    fields.list [count] = (http_field_t) { "X-Accel-Buffering", "no" };         //  A proxy that collects an answer would keep it from its reader
    waiting->streams = true;
    http_stream_open (waiting->exchange, &(http_reply_t) { .status = 200, .content_type = SSE_CONTENT_TYPE, .fields = fields.list });
    waiting->wrote_ms = reactor_now_ms (waiting->endpoint->reactor);
    s_set_timer (waiting, SSE_KEEP_ALIVE_MS);
}

//  The client does not read what it asked for (BUSY), or memory is short: it is let go, and so is its call. waiting is gone.
static void
s_cut (waiting_t *waiting, status_t why)
{
    log_warning ("client cut", log_slice ("peer", http_peer (waiting->exchange)),
                 log_text ("why", why == STATUS_BUSY ? "it does not read its answer" : status_sentence (why)));
    http_set_context (waiting->exchange, NULL);
    http_abort (&waiting->exchange);
    mcp_cancel (&waiting->call);
    s_waiting_free (waiting);
}

//  False when the client was cut.
static bool
s_stream (waiting_t *waiting, slice_t piece)
{
    status_t status = http_stream_write (waiting->exchange, piece);
    if (status == STATUS_OK)
        waiting->wrote_ms = reactor_now_ms (waiting->endpoint->reactor);
    else
        s_cut (waiting, status);
    return status == STATUS_OK;
}

static bool
s_stream_message (waiting_t *waiting, slice_t json)
{
    buffer_t event;
    buffer_init (&event, json.size + SSE_FRAME_BYTES);
    sse_append_message (&event, json);
    status_t status = buffer_status (&event);
    bool goes_on = status == STATUS_OK && s_stream (waiting, buffer_slice (&event));
    if (status != STATUS_OK)
        s_cut (waiting, status);
    buffer_deinit (&event);
    return goes_on;
}

static void
s_due (void *arg)
{
    waiting_t *waiting = arg;
    if (!waiting->streams) {
        s_open_stream (waiting);
        return;
    }
    int64_t silent_ms = reactor_now_ms (waiting->endpoint->reactor) - waiting->wrote_ms;
    if (silent_ms < SSE_KEEP_ALIVE_MS)
        s_set_timer (waiting, SSE_KEEP_ALIVE_MS - silent_ms);
    else if (s_stream (waiting, SSE_KEEP_ALIVE))
        s_set_timer (waiting, SSE_KEEP_ALIVE_MS);
}

//  --- A message and its answer

static void
s_notified (void *arg, slice_t json)
{
    waiting_t *waiting = arg;
    if (waiting->streams)
        s_stream_message (waiting, json);
}

static void
s_watch (void *arg, http_written_fn *written, void *written_arg)
{
    const waiting_t *waiting = arg;
    http_set_written (waiting->exchange, written, written_arg);
}

static void
s_answered (void *arg, int http_status, buffer_t *json)
{
    waiting_t *waiting = arg;
    waiting->call = NULL;
    if (!waiting->streams && waiting->must_stream && http_status == 200)
        s_open_stream (waiting);
    if (waiting->streams) {
        if (!s_stream_message (waiting, buffer_slice (json)))
            return;
        http_set_context (waiting->exchange, NULL);
        http_stream_close (&waiting->exchange);
    } else {
        fields_t fields;
        s_fields (&fields, waiting->exchange, NULL, NULL);
        http_reply_t reply = { .status = http_status, .content_type = json->size ? "application/json" : NULL, .fields = fields.list };
        http_set_context (waiting->exchange, NULL);
        http_reply (&waiting->exchange, &reply, json);
    }
    s_waiting_free (waiting);
}

//  The client waits from here on.
static void
s_wait (waiting_t *waiting, mcp_call_t *call)
{
    waiting->call = call;
    if (waiting->may_stream && (waiting->must_stream || mcp_tells (call)))
        s_open_stream (waiting);
    else if (waiting->may_stream)
        s_set_timer (waiting, SSE_SOON_MS);
}

static slice_t
s_find_header (void *arg, const char *name)
{
    return http_header (arg, name);
}

static void
s_post (mcp_http_t *self, http_exchange_t *exchange)
{
    if (!http_header (exchange, "content-length").data && !http_header (exchange, "transfer-encoding").data) {
        s_refuse (exchange, 411, NULL, NULL, SLICE ("A message has a Content-Length, or comes in chunks."));
        return;
    }
    if (!s_is_json (http_header (exchange, "content-type"))) {
        s_refuse (exchange, 415, NULL, NULL, SLICE ("Content-Type must be application/json."));
        return;
    }
    bool modern = slice_is (slice_trim (http_header (exchange, "mcp-protocol-version")), revision_name (REVISION_2026_07_28));
    slice_t accept = http_header (exchange, "accept");
    bool json = s_accepts_json (accept), events = s_accepts_events (accept);
    if (!modern && !json && !events) {          //  The modern era says what is answered, and asks nothing of Accept
        s_refuse (exchange, 406, NULL, NULL, SLICE ("Accept must include application/json or text/event-stream."));
        return;
    }
    waiting_t *waiting = mcp_waiting (self->mcp) < self->calls_max ? s_waiting_new (self, exchange) : NULL;
    if (!waiting) {
        s_refuse (exchange, 503, "Retry-After", "1", SLICE ("This server has as many calls as it can take. Ask again in a second."));
        return;
    }
    era_headers_t headers = {
        .has_headers = true, .version = http_header (exchange, "mcp-protocol-version"), .method = http_header (exchange, "mcp-method"),
        .name = http_header (exchange, "mcp-name"), .find = s_find_header, .arg = exchange,
    };
    http_set_context (exchange, waiting);
    waiting->may_stream = events && http_minor_version (exchange) > 0;
    waiting->must_stream = waiting->may_stream && !json;
    mcp_sink_t sink = { .answer = s_answered, .notify = waiting->may_stream ? s_notified : NULL, .watch = s_watch, .arg = waiting };
    mcp_call_t *call = mcp_receive (self->mcp, http_body (exchange), &headers, &sink);
    if (call)                           //  Otherwise it has been answered, and waiting is gone
        s_wait (waiting, call);
}

//  What a page may send, and hear the answer to: also the methods that are answered with 405, which its client must be able to tell from a failure,
//  and whatever headers its user has set. "*" is not for authorization, nor known to browsers of before 2022.
static void
s_options (http_exchange_t *exchange)
{
    static const http_field_t MORE [] = {
        { "Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS" },
        { "Access-Control-Allow-Headers", "content-type, accept, authorization, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, "
                                          "last-event-id, *" },
        { "Access-Control-Max-Age", "86400" },
    };
    fields_t fields;
    int count = s_fields (&fields, exchange, "Allow", ALLOWED);
    if (fields.origin [0])
        memcpy (fields.list + count, MORE, sizeof MORE);
    http_reply (&exchange, &(http_reply_t) { .status = 204, .fields = fields.list }, NULL);
}

static void
s_request (void *arg, http_exchange_t *exchange)
{
    mcp_http_t *self = arg;
    if (!s_admitted (self, &exchange))
        return;
    slice_t path = http_path (exchange), method = http_method (exchange);
    if (!slice_is (path, "/mcp") && !slice_is (path, "/mcp/"))
        s_refuse (exchange, 404, NULL, NULL, SLICE ("There is nothing here: MCP is at /mcp."));
    else if (slice_is (method, "POST"))
        s_post (self, exchange);
    else if (slice_is (method, "OPTIONS"))
        s_options (exchange);
    else
        s_refuse (exchange, 405, "Allow", ALLOWED,
                  SLICE ("MCP messages are sent with POST. This server keeps no sessions and opens no streams of its own."));
}

static void
s_gone (void *arg, http_exchange_t *exchange)
{
    (void) arg;
    waiting_t *waiting = http_context (exchange);
    if (!waiting)
        return;                         //  Answered: the client left while it was being written
    assert (waiting->call);
    log_debug ("client left", log_slice ("peer", http_peer (exchange)));
    mcp_cancel (&waiting->call);
    s_waiting_free (waiting);
}

http_handler_t
mcp_http_handler (mcp_http_t *self)
{
    return (http_handler_t) { .request = s_request, .gone = s_gone, .self = self };
}
