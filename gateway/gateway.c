#include "gateway.h"

#include "admin.h"
#include "log.h"
#include "mcp_http.h"
#include "spans.h"

#include <errno.h>
#include <stdlib.h>

//  The admin port serves probes and people: few connections, small questions.
enum { ADMIN_CONNECTIONS_MAX = 64, ADMIN_BODY_BYTES_MAX = 4096, ADMIN_STREAM_BYTES_MAX = 256 * 1024 };

//  What one client may leave unread of a stream.
enum { STREAM_BYTES_MAX = 1024 * 1024 };

//  No worker is believed more: the mailbox makes room for it.
enum { CREDIT_MAX = 1024 };

//  While draining: how often to look whether the last answer is out.
static const int64_t DRAIN_LOOK_MS = 20;

struct gateway {
    gateway_config_t config;
    reactor_t     *reactor;
    guard_t       *guard;
    dispatch_t    *dispatch;
    tracer_t      *tracer;
    feed_t        *feed;
    meter_t       *meter;
    figures_sources_t metrics;
    tracer_listener_t listener;         //  Ours: for the meter and the exporter
    mcp_t         *mcp;
    mcp_http_t    *mcp_http;
    http_server_t *http;
    admin_t       *admin;
    http_server_t *admin_http;
    int            port, admin_port;
    zsock_t       *pipe;
    bool           draining;
    reactor_timer_t drain;              //  The grace's end, then the looks
    bool           refusing;            //  The grace is over
};

static http_limits_t
s_limits (const config_t *config)
{
    return (http_limits_t) {
        .connections_max = (int) config->connections_max,
        .head_bytes_max = (size_t) config->head_bytes_max, .head_lines_max = (int) config->head_lines_max,
        .body_bytes_max = (size_t) config->body_bytes_max, .stream_bytes_max = STREAM_BYTES_MAX,
        .head_ms = config->head_ms, .body_ms = config->body_ms, .idle_ms = config->idle_ms, .write_ms = config->write_ms,
    };
}

//  What to change when listening fails: the address where it is not this machine's, else the port.
typedef struct {
    const char *host;
    const char *port;
} setting_t;

static status_t
s_listen (http_server_t *server, const char *host, int64_t port, int *port_p, const setting_t *setting, buffer_t *sentence)
{
    status_t status = http_server_listen (server, host, (int) port, port_p);
    if (status == STATUS_INVALID_ARGUMENT)
        buffer_printf (sentence, "%s is not an address to listen on: use an IP address such as 127.0.0.1 or 0.0.0.0, or localhost (%s).", host,
                       setting->host);
    else if (status != STATUS_OK)
        buffer_printf (sentence, "Cannot listen on %s port %lld: %s. Choose another with %s.", host, (long long) port, strerror (errno),
                       errno == EADDRNOTAVAIL ? setting->host : setting->port);
    return status;
}

//  Does the client's context have a span? Then the call's own span, which comes first, has a parent.
static bool
s_has_parent (slice_t spans)
{
    spans_reader_t reader;
    span_t root;
    return spans_open (&reader, spans) == STATUS_OK && spans_next (&reader, &root) == STATUS_OK && span_id_is_set (root.parent);
}

//  A call has ended, or more is known of it.
static void
s_told (void *arg, uint64_t number)
{
    gateway_t *self = arg;
    slice_t spans;
    ring_call_t *call = ring_find (tracer_ring (self->tracer), number, &spans);
    if (!call)
        return;
    const otlp_settings_t *otlp = self->config.otlp;
    uint32_t taken = meter_take (self->meter, call, spans);
    bool exported = self->config.link && taken > call->taken;
    if (exported && otlp_settings_samples (otlp, call->trace, call->flags, otlp->parent_decides && s_has_parent (spans)))
        export_link_send (self->config.link, call, spans);
    call->taken = taken;
}

static status_t
s_make_metrics (gateway_t *self)
{
    self->meter = meter_new (self->config.contracts);
    if (!self->meter)
        return STATUS_NO_MEMORY;
    self->listener = (tracer_listener_t) { .told = s_told, .arg = self };
    tracer_listen (self->tracer, &self->listener);
    self->metrics = (figures_sources_t) {
        .contracts = self->config.contracts, .dispatch = self->dispatch, .mcp = self->mcp, .meter = self->meter, .tracer = self->tracer,
        .feed = self->feed, .link = self->config.link, .expiry_ms = self->config.expiry_ms, .draining = &self->draining,
        .usage = usage_now, .started_ms = usage_started_ms () };
    admin_count (self->admin, &self->metrics);
    return STATUS_OK;
}

static void
s_late (void *arg, const dispatch_late_t *late)
{
    const gateway_t *self = arg;
    tracer_add_late (self->tracer, late);
}

static status_t
s_make (gateway_t *self, buffer_t *sentence)
{
    const config_t *config = self->config.config;
    char reason [GUARD_REASON_SIZE];
    self->guard = guard_new (config->allowed_hosts, config->allowed_origins, reason);
    if (!self->guard) {
        buffer_append_text (sentence, reason);
        return STATUS_INVALID_ARGUMENT;
    }
    self->reactor = reactor_new (self->config.clock);
    if (!self->reactor)
        return STATUS_SYSTEM;
    if (!slice_is_nocase (slice_of (config->trace), "off")) {
        self->tracer = tracer_new (self->config.clock);
        if (!self->tracer)
            return STATUS_NO_MEMORY;
    }
    dispatch_config_t dispatch = {
        .endpoint = self->config.endpoint, .calls_max = (size_t) config->calls_max, .queue_calls_max = (size_t) config->queue_calls_max,
        .queue_bytes_max = (size_t) config->queue_bytes_max, .credit_max = CREDIT_MAX,
        .late = s_late, .late_arg = self,
    };
    self->dispatch = dispatch_new (self->reactor, self->config.contracts, self->config.random, &dispatch);
    if (!self->dispatch)
        return STATUS_SYSTEM;
    mcp_config_t mcp = {
        .contracts = self->config.contracts, .config = config, .dispatch = self->dispatch, .reactor = self->reactor,
        .random = self->config.random, .call_deadline_ms = config->call_deadline_ms, .tracer = self->tracer, .take = self->config.take,
        .take_arg = self->config.take_arg,
    };
    self->mcp = mcp_new (&mcp);
    self->mcp_http = self->mcp ? mcp_http_new (self->mcp, self->guard, self->reactor, (size_t) config->calls_max) : NULL;
    self->admin = admin_new (self->dispatch, self->guard, &self->draining);
    self->feed = feed_new (self->reactor, &(feed_sources_t) { .dispatch = self->dispatch, .tracer = self->tracer, .clock = self->config.clock });
    if (!self->mcp_http || !self->admin || !self->feed)
        return STATUS_NO_MEMORY;
    admin_show (self->admin, self->tracer, self->feed);
    return s_make_metrics (self);
}

static status_t
s_make_servers (gateway_t *self, buffer_t *sentence)
{
    static const setting_t MCP = { "--host (CLOUDWATCH_MCP_SERVER_HOST)", "--port (CLOUDWATCH_MCP_PORT)" };
    static const setting_t ADMIN = { "--admin-host (CLOUDWATCH_MCP_ADMIN_HOST)", "--admin-port (CLOUDWATCH_MCP_ADMIN_PORT)" };
    const config_t *config = self->config.config;
    http_limits_t limits = s_limits (config);
    http_handler_t handler = mcp_http_handler (self->mcp_http);
    self->http = http_server_new (self->reactor, &limits, &handler);
    limits.connections_max = ADMIN_CONNECTIONS_MAX;
    limits.body_bytes_max = ADMIN_BODY_BYTES_MAX;
    limits.stream_bytes_max = ADMIN_STREAM_BYTES_MAX;
    handler = admin_handler (self->admin);
    self->admin_http = http_server_new (self->reactor, &limits, &handler);
    if (!self->http || !self->admin_http)
        return STATUS_NO_MEMORY;
    feed_set_clients (self->feed, self->http);
    self->metrics.clients = self->http;
    self->metrics.admin = self->admin_http;
    status_t status = s_listen (self->http, config->host, config->port, &self->port, &MCP, sentence);
    if (status == STATUS_OK)
        status = s_listen (self->admin_http, config->admin_host, config->admin_port, &self->admin_port,
                           &ADMIN, sentence);
    return status;
}

static void s_drain (void *arg);

static void
s_turned (void *arg)
{
    gateway_t *self = arg;
    if (self->config.pulse)
        atomic_fetch_add_explicit (self->config.pulse, 1, memory_order_relaxed);
}

status_t
gateway_new (const gateway_config_t *config, gateway_t **self_p, buffer_t *sentence)
{
    gateway_t *self = *self_p = calloc (1, sizeof *self);
    if (!self)
        return STATUS_NO_MEMORY;
    self->config = *config;
    self->drain = (reactor_timer_t) { .due = s_drain, .arg = self };
    status_t status = s_make (self, sentence);
    if (status == STATUS_OK)
        status = s_make_servers (self, sentence);
    if (status != STATUS_OK) {
        if (!sentence->size)
            buffer_printf (sentence, "Cannot start: %s.", status_sentence (status));
        gateway_destroy (self_p);
        return status;
    }
    reactor_on_turn (self->reactor, s_turned, self);
    return STATUS_OK;
}

void
gateway_destroy (gateway_t **self_p)
{
    gateway_t *self = *self_p;
    if (!self)
        return;
    if (self->reactor)
        reactor_cancel_timer (self->reactor, &self->drain);
    if (self->http)
        http_server_destroy (&self->http);
    if (self->admin_http)
        http_server_destroy (&self->admin_http);
    feed_destroy (&self->feed);
    admin_destroy (&self->admin);
    mcp_http_destroy (&self->mcp_http);
    mcp_destroy (&self->mcp);
    dispatch_destroy (&self->dispatch);
    tracer_unlisten (self->tracer, &self->listener);
    meter_destroy (&self->meter);
    tracer_destroy (&self->tracer);
    if (self->reactor)
        reactor_destroy (&self->reactor);
    guard_destroy (&self->guard);
    free (self);
    *self_p = NULL;
}

int
gateway_port (const gateway_t *self)
{
    return self->port;
}

int
gateway_admin_port (const gateway_t *self)
{
    return self->admin_port;
}

//  The grace is over: refuse what is new, and stop as soon as the last answer is out.
static void
s_drain (void *arg)
{
    gateway_t *self = arg;
    if (!self->refusing) {
        self->refusing = true;
        http_server_drain (self->http);
        log_info ("draining", log_int ("calls", (int64_t) mcp_waiting (self->mcp)));
    }
    http_counts_t counts = http_server_counts (self->http);
    if (counts.exchanges == 0 && counts.connections == 0 && mcp_waiting (self->mcp) == 0)
        reactor_stop (self->reactor);
    else
        reactor_set_timer (self->reactor, &self->drain, reactor_now_ms (self->reactor) + DRAIN_LOOK_MS);
}

static void
s_commanded (void *arg)
{
    gateway_t *self = arg;
    pipe_command_t command = pipe_command (self->pipe);
    if (command == PIPE_END) {
        reactor_stop (self->reactor);
    } else if (command != PIPE_NOTHING) {
        int64_t grace_ms = command == PIPE_DRAIN ? self->config.config->drain_grace_ms : 0;
        self->draining = true;
        reactor_set_timer (self->reactor, &self->drain, reactor_now_ms (self->reactor) + grace_ms);
    }
}

status_t
gateway_run (gateway_t *self, zsock_t *pipe)
{
    self->pipe = pipe;
    reactor_add_socket (self->reactor, zsock_resolve (pipe), s_commanded, self);
    pipe_started (pipe);
    status_t status = reactor_run (self->reactor);
    dispatch_leave (self->dispatch);
    reactor_remove_socket (self->reactor, zsock_resolve (pipe));
    return status;
}
