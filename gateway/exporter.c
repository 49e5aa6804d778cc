#include "exporter.h"

#include "log.h"
#include "otlp_json.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/epoll.h>

//  Backoff: the first wait is up to a second, and it doubles up to half a minute.
static const int64_t BACKOFF_FIRST_MS = 1000, BACKOFF_MAX_MS = 30000, RETRY_AFTER_MAX_MS = 600000, COMPLAINT_MS = 60000;

//  A span has 1 KB as JSON, seldom 2, and a call some 60 spans at most. Collectors take less than such a body (4 MB or 20 MB by default).
enum { CALL_JSON_BYTES_MAX = 1024 * 1024, BODY_BYTES_MAX = 64 * 1024 * 1024, ANSWER_BYTES_MAX = 64 * 1024, RECEIVE_MAX = 32, REASON_SIZE = 200 };

//  One call's spans.
typedef struct {
    char  *json;
    size_t size, spans;
} entry_t;

struct exporter {
    exporter_config_t config;
    reactor_t  *reactor;
    transfers_t *transfers;
    reactor_watch_t watch;              //  The link
    reactor_timer_t timer;              //  A batch is due, a pause is over, or the end has come
    zsock_t    *pipe;
    entry_t    *queue;                  //  A circle of queue_spans entries: a call has one span at least
    size_t      first, count, spans;
    int64_t     since_ms;               //  When the first of them came
    buffer_t    body;                   //  The batch under way; empty: none
    size_t      body_spans;
    int64_t     body_until_ms;          //  Given up then
    int         attempts;
    int64_t     not_before_ms;          //  The collector wants quiet until then
    transfer_t *transfer;
    bool        hurried;                //  The server drains
    bool        ending;
    int64_t     end_ms;
    int64_t     complained_ms;          //  0: never
    char        room [RING_SPANS_BYTES_MAX];
};

static void s_look (exporter_t *self);
static void s_readable (void *arg, uint32_t events);

static void
s_due (void *arg)
{
    s_look (arg);
}

exporter_t *
exporter_new (const exporter_config_t *config)
{
    exporter_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = *config;
    buffer_init (&self->body, BODY_BYTES_MAX);
    self->timer = (reactor_timer_t) { .due = s_due, .arg = self };
    self->watch = (reactor_watch_t) { .fd = export_link_fd (config->link), .events = EPOLLIN, .ready = s_readable, .arg = self };
    self->queue = calloc (config->settings->queue_spans, sizeof self->queue [0]);
    self->reactor = self->queue ? reactor_new (config->clock) : NULL;
    //  The operator has named the collector: plain HTTP to it is what he wants
    transfers_config_t transfers = { .connections_per_host = 1, .ca_bundle = config->settings->certificate, .proxies = config->proxies,
                                     .user_agent = "cloudwatch-mcp/" CLOUDWATCH_MCP_VERSION, .plain_http_anywhere = true };
    self->transfers = self->reactor ? transfers_new (self->reactor, &transfers) : NULL;
    if (!self->transfers || reactor_watch (self->reactor, &self->watch) != STATUS_OK)
        exporter_destroy (&self);
    return self;
}

static void
s_forget_first (exporter_t *self)
{
    entry_t *entry = &self->queue [self->first];
    self->spans -= entry->spans;
    free (entry->json);
    *entry = (entry_t) { 0 };
    self->first = (self->first + 1) % self->config.settings->queue_spans;
    self->count--;
}

void
exporter_destroy (exporter_t **self_p)
{
    exporter_t *self = *self_p;
    if (!self)
        return;
    transfer_abort (&self->transfer);
    transfers_destroy (&self->transfers);
    while (self->count)
        s_forget_first (self);
    if (self->reactor) {
        reactor_unwatch (self->reactor, &self->watch);
        reactor_cancel_timer (self->reactor, &self->timer);
        reactor_destroy (&self->reactor);
    }
    buffer_deinit (&self->body);
    free (self->queue);
    free (self);
    *self_p = NULL;
}

static void
s_count (exporter_t *self, export_counts_t more)
{
    more.queued = self->spans + self->body_spans;
    export_link_count (self->config.link, &more);
}

//  Once a minute at most: a collector that is gone stays gone for a while.
static void
s_complain (exporter_t *self, const char *reason, int http_status)
{
    int64_t now_ms = reactor_now_ms (self->reactor);
    if (self->complained_ms && now_ms - self->complained_ms < COMPLAINT_MS)
        return;
    self->complained_ms = now_ms;
    export_counts_t counts = export_link_counts (self->config.link);
    log_warning ("spans are not exported", log_text ("reason", reason), log_int ("http_status", http_status),
                 log_int ("exported", (int64_t) counts.exported), log_int ("failed", (int64_t) counts.failed),
                 log_int ("dropped", (int64_t) counts.dropped));
}

//  --- From the link into the queue

static void
s_enqueue (exporter_t *self, const ring_call_t *call, slice_t spans)
{
    const otlp_settings_t *settings = self->config.settings;
    buffer_t json;
    buffer_init (&json, CALL_JSON_BYTES_MAX);
    size_t count = otlp_json_spans (call, spans, &json);
    if (count == 0 || buffer_status (&json) != STATUS_OK || self->spans + self->body_spans + count > settings->queue_spans) {
        buffer_deinit (&json);
        s_count (self, (export_counts_t) { .dropped = count });
        if (count)
            s_complain (self, "more spans than the collector takes", 0);
        return;
    }
    entry_t *entry = &self->queue [(self->first + self->count) % settings->queue_spans];
    if (self->count++ == 0)
        self->since_ms = reactor_now_ms (self->reactor);
    entry->spans = count;
    self->spans += count;
    entry->json = buffer_release (&json, &entry->size);
    buffer_deinit (&json);
    s_count (self, (export_counts_t) { 0 });
}

static bool
s_receive (exporter_t *self)
{
    ring_call_t call;
    slice_t spans;
    if (!export_link_receive (self->config.link, &call, self->room, &spans))
        return false;
    s_enqueue (self, &call, spans);
    return true;
}

static void
s_readable (void *arg, uint32_t events)
{
    (void) events;
    exporter_t *self = arg;
    for (int i = 0; i < RECEIVE_MAX && s_receive (self); i++)
        ;
    s_look (self);
}

//  --- From the queue to the collector

static void
s_finish_batch (exporter_t *self, export_counts_t counts)
{
    buffer_clear (&self->body);
    self->body_spans = 0;
    self->attempts = 0;
    s_count (self, counts);
}

//  Seconds; a date is not followed: its clock is not ours. -1 without one.
static int64_t
s_retry_after_ms (const transfer_answer_t *answer)
{
    slice_t text = slice_trim (transfer_answer_header (answer, "retry-after"));
    int64_t seconds = 0;
    if (!text.size || text.size > 6)
        return -1;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data [i] < '0' || text.data [i] > '9')
            return -1;
        seconds = seconds * 10 + (text.data [i] - '0');
    }
    return seconds * 1000 < RETRY_AFTER_MAX_MS ? seconds * 1000 : RETRY_AFTER_MAX_MS;
}

static bool
s_may_retry (const transfer_answer_t *answer)
{
    int http = answer->http_status;
    if (answer->status != STATUS_OK)
        return answer->status == STATUS_UNREACHABLE || answer->status == STATUS_DEADLINE || answer->status == STATUS_NO_MEMORY;
    return http == 429 || http == 502 || http == 503 || http == 504;
}

//  Full jitter, as for AWS.
static int64_t
s_backoff_ms (const exporter_t *self)
{
    int64_t most_ms = BACKOFF_FIRST_MS;
    for (int i = 1; i < self->attempts && most_ms < BACKOFF_MAX_MS; i++)
        most_ms *= 2;
    return 1 + (int64_t) (random_unit (self->config.random) * (double) most_ms);
}

static void
s_taken (exporter_t *self, const transfer_answer_t *answer)
{
    char reason [REASON_SIZE];
    size_t rejected = otlp_json_rejected (answer->body, reason, sizeof reason);
    if (rejected > self->body_spans)
        rejected = self->body_spans;
    if (rejected)
        s_complain (self, reason, answer->http_status);
    s_finish_batch (self, (export_counts_t) { .exported = self->body_spans - rejected, .rejected = rejected });
}

static void
s_answered (void *arg, const transfer_answer_t *answer)
{
    exporter_t *self = arg;
    int64_t now_ms = reactor_now_ms (self->reactor);
    self->transfer = NULL;
    if (answer->status == STATUS_OK && answer->http_status >= 200 && answer->http_status < 300) {
        s_taken (self, answer);
    } else {
        int64_t wait_ms = answer->status == STATUS_OK ? s_retry_after_ms (answer) : -1;
        bool again = s_may_retry (answer);
        if (wait_ms < 0)
            wait_ms = again ? s_backoff_ms (self) : 0;
        self->not_before_ms = now_ms + wait_ms;
        if (!again || self->not_before_ms >= self->body_until_ms) {
            size_t lost = self->body_spans;
            s_finish_batch (self, (export_counts_t) { .failed = lost });
            s_complain (self, answer->status == STATUS_OK ? "the collector refused them" : answer->reason, answer->http_status);
        }
    }
    s_look (self);
}

//  Whole calls, up to the size of a batch; at least one.
static void
s_fill (exporter_t *self)
{
    const otlp_settings_t *settings = self->config.settings;
    otlp_json_begin (buffer_slice (&settings->resource), &self->body);
    while (self->count && (self->body_spans == 0 || self->body_spans + self->queue [self->first].spans <= settings->batch_spans)) {
        const entry_t *entry = &self->queue [self->first];
        if (self->body_spans)
            buffer_append_char (&self->body, ',');
        buffer_append (&self->body, entry->json, entry->size);
        self->body_spans += entry->spans;
        s_forget_first (self);
    }
    otlp_json_end (&self->body);
    self->since_ms = reactor_now_ms (self->reactor);        //  Of those that stay: they have waited already, but a full batch has left
    self->body_until_ms = self->since_ms + settings->batch_ms;
}

static void
s_send (exporter_t *self)
{
    const otlp_settings_t *settings = self->config.settings;
    int64_t now_ms = reactor_now_ms (self->reactor), most_ms = self->ending ? self->end_ms - now_ms : self->body_until_ms - now_ms;
    if (most_ms > settings->request_ms)
        most_ms = settings->request_ms;
    if (most_ms < 1)
        most_ms = 1;
    transfer_request_t request = {
        .method = "POST", .url = settings->url, .fields = settings->fields, .fields_count = settings->fields_count,
        .body = buffer_slice (&self->body), .connect_ms = most_ms, .total_ms = most_ms, .answer_bytes_max = ANSWER_BYTES_MAX };
    if (self->attempts++ > 0)
        s_count (self, (export_counts_t) { .retries = 1 });
    self->transfer = buffer_status (&self->body) == STATUS_OK ? transfer_start (self->transfers, &request, s_answered, self) : NULL;
    if (!self->transfer) {
        size_t lost = self->body_spans;
        s_finish_batch (self, (export_counts_t) { .failed = lost });
        s_complain (self, "there is not enough memory", 0);
    }
}

//  The end of the flush: what has not left is lost.
static void
s_give_up (exporter_t *self)
{
    size_t lost = self->body_spans + self->spans;
    transfer_abort (&self->transfer);
    while (self->count)
        s_forget_first (self);
    s_finish_batch (self, (export_counts_t) { .failed = lost });
    if (lost)
        log_warning ("spans were not exported before the end", log_int ("spans", (int64_t) lost));
    reactor_stop (self->reactor);
}

//  When something is to be done next, given what waits; now, or in the past: at once.
static int64_t
s_next_ms (const exporter_t *self)
{
    if (self->body.size)
        return self->not_before_ms;
    bool at_once = self->hurried || self->spans >= self->config.settings->batch_spans;
    int64_t due_ms = at_once ? 0 : self->since_ms + self->config.settings->delay_ms;
    return due_ms > self->not_before_ms ? due_ms : self->not_before_ms;
}

//  Does what is due, and sets the timer for the rest.
static void
s_look (exporter_t *self)
{
    int64_t now_ms = reactor_now_ms (self->reactor);
    if (self->ending && (now_ms >= self->end_ms || (!self->transfer && !self->body.size && !self->count))) {
        s_give_up (self);
        return;
    }
    int64_t due_ms = self->ending ? self->end_ms : INT64_MAX;
    if (!self->transfer && (self->body.size || self->count)) {
        int64_t next_ms = s_next_ms (self);
        if (next_ms <= now_ms) {
            if (!self->body.size)
                s_fill (self);
            s_send (self);
            if (!self->transfer)
                due_ms = now_ms + BACKOFF_FIRST_MS;
        } else if (next_ms < due_ms) {
            due_ms = next_ms;
        }
    }
    if (due_ms < INT64_MAX)
        reactor_set_timer (self->reactor, &self->timer, due_ms);
}

static void
s_commanded (void *arg)
{
    exporter_t *self = arg;
    pipe_command_t command = pipe_command (self->pipe);
    if (command == PIPE_NOTHING)
        return;
    self->hurried = true;
    if (command == PIPE_END && !self->ending) {
        while (s_receive (self))
            ;
        self->ending = true;
        self->end_ms = reactor_now_ms (self->reactor) + EXPORTER_FLUSH_MS;
    }
    s_look (self);
}

static void
s_turned (void *arg)
{
    exporter_t *self = arg;
    if (self->config.pulse)
        atomic_fetch_add_explicit (self->config.pulse, 1, memory_order_relaxed);
}

status_t
exporter_run (exporter_t *self, zsock_t *pipe)
{
    self->pipe = pipe;
    reactor_on_turn (self->reactor, s_turned, self);
    reactor_add_socket (self->reactor, zsock_resolve (pipe), s_commanded, self);
    pipe_started (pipe);
    status_t status = reactor_run (self->reactor);
    reactor_remove_socket (self->reactor, zsock_resolve (pipe));
    return status;
}
