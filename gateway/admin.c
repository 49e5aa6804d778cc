#include "admin.h"

#include "exposition.h"
#include "flow.h"

#include <stdlib.h>

//  2,000 calls of some 700 bytes.
enum { TRACE_BYTES_MAX = 4 * 1024 * 1024 };

struct admin {
    const dispatch_t *dispatch;
    const guard_t *guard;
    const bool *draining;
    tracer_t *tracer;
    feed_t *feed;                       //  NULL: there is none
    const figures_sources_t *metrics;   //  NULL: likewise
};

//  The services that a whole server has.
static const service_t WANTED [] = { SERVICE_LOGS, SERVICE_METRICS, SERVICE_ALARMS };
enum { WANTED_COUNT = sizeof WANTED / sizeof WANTED [0] };

admin_t *
admin_new (const dispatch_t *dispatch, const guard_t *guard, const bool *draining)
{
    admin_t *self = calloc (1, sizeof *self);
    if (self)
        *self = (admin_t) { .dispatch = dispatch, .guard = guard, .draining = draining };
    return self;
}

void
admin_destroy (admin_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

void
admin_show (admin_t *self, tracer_t *tracer, feed_t *feed)
{
    self->tracer = tracer;
    self->feed = feed;
}

void
admin_count (admin_t *self, const figures_sources_t *metrics)
{
    self->metrics = metrics;
}

static void
s_reply_metrics (const admin_t *self, http_exchange_t *exchange)
{
    static const http_field_t FIELDS [] = { { "Cache-Control", "no-store" }, { "Vary", "Accept" }, { NULL, NULL } };
    bool open_metrics = exposition_wants_open_metrics (http_header (exchange, "accept"));
    buffer_t page;
    buffer_init (&page, FIGURES_BYTES_MAX);
    figures_write (self->metrics, open_metrics, &page);
    bool whole = buffer_status (&page) == STATUS_OK;            //  Half a page would be taken for all of it
    if (!whole)
        buffer_clear (&page);
    http_reply (&exchange, &(http_reply_t) { .status = whole ? 200 : 503, .content_type = exposition_content_type (open_metrics), .fields = FIELDS },
                &page);
    buffer_deinit (&page);
}

static void
s_reply_json (http_exchange_t *exchange, int status, buffer_t *json)
{
    static const http_field_t FIELDS [] = { { "Cache-Control", "no-store" }, { NULL, NULL } };
    http_reply (&exchange, &(http_reply_t) { .status = status, .content_type = "application/json", .fields = FIELDS }, json);
    buffer_deinit (json);
}

//  True when the path is one of the trace's, which is answered then.
static bool
s_trace (const admin_t *self, http_exchange_t *exchange, slice_t path)
{
    static const char CALLS [] = "/trace/calls", ONE [] = "/trace/calls/";
    bool all = slice_is (path, CALLS);
    if (self->feed && slice_is (path, "/trace/feed")) {
        feed_follow (self->feed, exchange);
        return true;
    }
    if (!all && !slice_starts (path, ONE))
        return false;
    buffer_t json;
    buffer_init (&json, TRACE_BYTES_MAX);
    int status = 200;
    if (all)
        tracer_write_calls (self->tracer, http_query (exchange), &json);
    else
        status = tracer_write_call (self->tracer, (slice_t) { path.data + sizeof ONE - 1, path.size - (sizeof ONE - 1) }, &json);
    s_reply_json (exchange, status, &json);
    return true;
}

//  True when the path is one of the page's files, which is answered then. A browser asks for them each time: a new server has a new page.
static bool
s_flow (http_exchange_t *exchange, slice_t path)
{
    static const http_field_t FIELDS [] = { { "Cache-Control", "no-cache" }, { "Content-Security-Policy", FLOW_POLICY },
        { "X-Content-Type-Options", "nosniff" }, { "Referrer-Policy", "no-referrer" }, { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cross-Origin-Resource-Policy", "same-origin" }, { NULL, NULL } };
    const flow_file_t *file = flow_find (path);
    if (!file)
        return false;
    buffer_t body;
    buffer_init (&body, file->size);
    buffer_append (&body, file->text, file->size);
    http_reply (&exchange, &(http_reply_t) { .status = 200, .content_type = flow_type (file), .fields = FIELDS }, &body);
    buffer_deinit (&body);
    return true;
}

//  Always a few words: a person reads them with curl, a probe looks at the status.
static void
s_reply (http_exchange_t *exchange, int status, buffer_t *text)
{
    static const http_field_t FIELDS [] = { { "Cache-Control", "no-store" }, { NULL, NULL } };
    static const http_field_t ALLOW [] = { { "Allow", "GET, HEAD" }, { NULL, NULL } };
    http_reply_t reply = { .status = status, .content_type = "text/plain; charset=utf-8", .fields = status == 405 ? ALLOW : FIELDS };
    http_reply (&exchange, &reply, text);
    buffer_deinit (text);
}

static int
s_ready (const admin_t *self, buffer_t *text)
{
    int serving = 0, served = 0;
    for (int i = 0; i < WANTED_COUNT; i++) {
        serving += dispatch_serves (self->dispatch, WANTED [i]);
        served += dispatch_served (self->dispatch, WANTED [i]);
    }
    bool ready = !*self->draining && served == WANTED_COUNT && serving > 0;
    buffer_append_text (text, *self->draining ? "draining\n" : ready ? "ready\n" : "not ready\n");
    for (int i = 0; i < WANTED_COUNT; i++)
        if (!dispatch_serves (self->dispatch, WANTED [i]))
            buffer_printf (text, "no worker for %s\n", service_name (WANTED [i]));
    return ready ? 200 : 503;
}

static void
s_request (void *arg, http_exchange_t *exchange)
{
    const admin_t *self = arg;
    slice_t path = http_path (exchange), host = http_header (exchange, "host");
    buffer_t text;
    buffer_init (&text, 4096);
    int status = 200;
    if (host.data && !guard_host (self->guard, host)) {
        status = 421;
        guard_explain_host (host, &text);
    } else if (!slice_is (http_method (exchange), "GET") && !slice_is (http_method (exchange), "HEAD")) {
        status = 405;
        buffer_append_text (&text, "Only GET is taken here.\n");
    } else if (s_trace (self, exchange, path) || s_flow (exchange, path)) {
        return;
    } else if (self->metrics && slice_is (path, "/metrics")) {
        s_reply_metrics (self, exchange);
        return;
    } else if (slice_is (path, "/healthz")) {
        buffer_append_text (&text, "alive\n");
    } else if (slice_is (path, "/readyz")) {
        status = s_ready (self, &text);
    } else {
        status = 404;
        buffer_append_text (&text, "There is /flow, /healthz, /readyz, /metrics and /trace/calls.\n");
    }
    s_reply (exchange, status, &text);
}

static void
s_gone (void *arg, http_exchange_t *exchange)
{
    const admin_t *self = arg;
    if (self->feed)
        feed_gone (self->feed, exchange);
}

http_handler_t
admin_handler (admin_t *self)
{
    return (http_handler_t) { .request = s_request, .gone = s_gone, .self = self };
}
