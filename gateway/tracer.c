#include "tracer.h"

#include "log.h"
#include "spans.h"

#include <stdio.h>
#include <stdlib.h>

struct tracer {
    ring_t *ring;
    const clock_source_t *clock;
    uint64_t seed;
    tracer_rates_t rates;
    tracer_listener_t *listeners;
};

//  What the gateway's own spans and the head may take beside a worker's.
enum { BODY_BYTES_MAX = RING_SPANS_BYTES_MAX - SPANS_TRACESTATE_MAX - 512 };

tracer_t *
tracer_new (const clock_source_t *clock)
{
    tracer_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->clock = clock;
    self->seed = random_u64 (random_system ());
    self->ring = ring_new ();
    if (!self->ring)
        tracer_destroy (&self);
    return self;
}

void
tracer_destroy (tracer_t **self_p)
{
    tracer_t *self = *self_p;
    if (!self)
        return;
    ring_destroy (&self->ring);
    free (self);
    *self_p = NULL;
}

void
tracer_listen (tracer_t *self, tracer_listener_t *listener)
{
    if (!self)
        return;
    listener->next = self->listeners;
    self->listeners = listener;
}

void
tracer_unlisten (tracer_t *self, tracer_listener_t *listener)
{
    if (!self)
        return;
    for (tracer_listener_t **link = &self->listeners; *link; link = &(*link)->next)
        if (*link == listener) {
            *link = listener->next;
            return;
        }
}

static void
s_announce (const tracer_t *self, uint64_t number)
{
    for (tracer_listener_t *listener = self->listeners, *next; listener; listener = next) {
        next = listener->next;
        listener->told (listener->arg, number);
    }
}

ring_t *
tracer_ring (tracer_t *self)
{
    return self->ring;
}

const tracer_rates_t *
tracer_rates (const tracer_t *self)
{
    return &self->rates;
}

const char *
tracer_failed_request (slice_t spans, char text [TRACER_REQUEST_ID_SIZE])
{
    spans_reader_t reader;
    span_t span;
    status_t status = spans_open (&reader, spans);
    text [0] = 0;
    while (status == STATUS_OK && (status = spans_next (&reader, &span)) == STATUS_OK) {
        slice_t id = span_text (&span, SPAN_KEY_AWS_REQUEST_ID);
        if (span.kind == SPAN_CLIENT && span.status != STATUS_OK && id.size && id.size < TRACER_REQUEST_ID_SIZE)
            snprintf (text, TRACER_REQUEST_ID_SIZE, "%.*s", (int) id.size, id.data);
    }
    return text;
}

static void
s_add_ended (tracer_t *self, spans_t *spans, const char *name, const uint8_t *parent, int64_t start_us, int64_t end_us, status_t status)
{
    span_t span;
    uint8_t id [SPAN_ID_BYTES];
    span_next_id (&self->seed, id);
    span_init (&span, SPAN_INTERNAL, id, parent, slice_of (name));
    span_set_times (&span, start_us, end_us);
    span.status = status;
    spans_add (spans, &span);
}

static void
s_add (tracer_t *self, spans_t *spans, const char *name, const uint8_t *parent, int64_t start_us, int64_t end_us)
{
    s_add_ended (self, spans, name, parent, start_us, end_us, STATUS_OK);
}

static void
s_count_attempt (tracer_t *self, const span_t *span, ring_call_t *call)
{
    bool throttled = span->status == STATUS_THROTTLED;
    call->attempts++;
    call->retries += span_number (span, SPAN_KEY_RESEND_COUNT, 0) > 0;
    call->throttled += throttled;
    rates_add (&self->rates.apis, slice_of (span->name), clock_mono_ms (self->clock), &(rate_event_t) {
        .count = 1, .errors = span->status != STATUS_OK, .throttled = throttled, .took_us = (uint64_t) span->duration_us });
}

static void
s_count_call (tracer_t *self, const ring_call_t *call)
{
    int64_t now_ms = clock_mono_ms (self->clock);
    rate_event_t event = { .count = 1, .errors = call->error, .throttled = call->throttled > 0, .took_us = (uint64_t) call->total_us,
                           .queue_us = (uint64_t) call->queue_us };
    rate_add (&self->rates.calls, now_ms, &event);
    rates_add (&self->rates.services, slice_of (call->service), now_ms, &event);
}

//  What a worker says of its own time.
static void
s_take_envelope (ring_call_t *call, const envelope_t *envelope)
{
    call->worker_us = envelope->busy_us;
    call->aws_us = envelope->aws_us;
    call->waited_us = envelope->waited_us;
    call->requests = envelope->requests;
    call->joined = envelope->joined;
    call->cached = envelope->cached;
    snprintf (call->account, sizeof call->account, "%s", envelope->account);
    snprintf (call->region, sizeof call->region, "%s", envelope->region);
}

static bool
s_is_whole (slice_t frame)
{
    spans_reader_t reader;
    span_t span;
    status_t status = spans_open (&reader, frame);
    while (status == STATUS_OK)
        status = spans_next (&reader, &span);
    return status == STATUS_AGAIN;
}

static void
s_count_attempts (tracer_t *self, spans_reader_t reader, ring_call_t *call)
{
    span_t span;
    while (spans_next (&reader, &span) == STATUS_OK)
        if (span.kind == SPAN_CLIENT)
            s_count_attempt (self, &span, call);
    if (call->requests < call->attempts)
        call->requests = call->attempts;        //  One that was given up is not in the worker's own count
}

//  A worker's spans are believed, and counted, when they can be read to their end; what it lost counts as lost here.
static void
s_add_worker (tracer_t *self, spans_t *spans, int64_t move_us, slice_t frame, ring_call_t *call)
{
    spans_reader_t reader;
    if (!s_is_whole (frame) || spans_open (&reader, frame) != STATUS_OK || spans_body (&reader).size == 0)
        return;
    s_count_attempts (self, reader, call);
    spans->dropped += reader.dropped;
    spans_add_moved (spans, move_us, spans_body (&reader));
}

//  The worker's time is put at the end of ours.
static void
s_add_hop (tracer_t *self, spans_t *spans, const tracer_moments_t *moments, const dispatch_outcome_t *outcome, int i, ring_call_t *call)
{
    const dispatch_hop_t *hop = &outcome->hops [i];
    const uint8_t *root = moments->context->bytes + SPAN_TRACE_BYTES;
    int64_t at_us = moments->accepted_us - moments->received_us;
    bool lost = hop->ended_us >= 0;
    int64_t end_us = lost ? at_us + hop->ended_us : moments->ended_us - moments->received_us;
    char name [32];
    span_t span;
    snprintf (name, sizeof name, "queue %s", call->service);
    s_add (self, spans, name, root, at_us + hop->queued_us, at_us + hop->sent_us);
    snprintf (name, sizeof name, "send cw.%s", call->service);
    span_init (&span, SPAN_PRODUCER, hop->span, root, slice_of (name));
    span_set_times (&span, at_us + hop->sent_us, end_us);
    span.status = lost ? STATUS_WORKER_LOST : outcome->status;
    span_set_text (&span, SPAN_KEY_MESSAGING_SYSTEM, SLICE ("zeromq"));
    span_set_text (&span, SPAN_KEY_MESSAGING_TYPE, SLICE ("send"));
    span_set_text (&span, SPAN_KEY_DESTINATION, slice_of (name + 5));
    snprintf (name, sizeof name, "%llx", (unsigned long long) moments->id);
    span_set_text (&span, SPAN_KEY_MESSAGE_ID, slice_of (name));
    snprintf (name, sizeof name, "%016llx", (unsigned long long) hop->worker);
    span_set_text (&span, SPAN_KEY_WORKER, slice_of (name));
    span_set_number (&span, SPAN_KEY_BUDGET_MS, hop->budget_ms);
    if (i > 0)
        span_set_number (&span, SPAN_KEY_HOP, i + 1);
    spans_add (spans, &span);
    if (!lost)
        call->send_us = span.duration_us;
    if (lost || !outcome->spans.size)
        return;
    int64_t worker_us = outcome->envelope.busy_us < span.duration_us ? outcome->envelope.busy_us : span.duration_us;
    s_add (self, spans, "hop", hop->span, span.start_us, end_us - worker_us);
    s_add_worker (self, spans, end_us - worker_us, outcome->spans, call);
}

static void
s_init_root (span_t *span, const tracer_moments_t *moments, const dispatch_outcome_t *outcome)
{
    char name [SPAN_NAME_MAX + 1];
    const char *tool = contract_name (moments->contract);
    snprintf (name, sizeof name, "tools/call %s", tool);
    span_init (span, SPAN_SERVER, moments->context->bytes + SPAN_TRACE_BYTES, moments->context->parent, slice_of (name));
    span->status = outcome->status;
    if (moments->link)
        span_set_link (span, moments->link, moments->link + SPAN_TRACE_BYTES);
    span_set_text (span, SPAN_KEY_MCP_METHOD, SLICE ("tools/call"));
    span_set_text (span, SPAN_KEY_TOOL, slice_of (tool));
    span_set_text (span, SPAN_KEY_OPERATION, SLICE ("execute_tool"));
    span_set_text (span, SPAN_KEY_JSONRPC_ID, moments->request_id);
    span_set_text (span, SPAN_KEY_MCP_VERSION, slice_of (moments->version));
    span_set_text (span, SPAN_KEY_TRANSPORT, slice_of (moments->transport));
    if (outcome->status != STATUS_OK)
        span_set_text (span, SPAN_KEY_ERROR_TYPE, outcome->status == STATUS_CANCELLED ? SLICE ("cancelled") : SLICE ("tool_error"));
}

static void
s_add_shared (tracer_t *self, spans_t *spans, const tracer_moments_t *moments, const dispatch_outcome_t *outcome)
{
    span_t span;
    uint8_t id [SPAN_ID_BYTES];
    span_next_id (&self->seed, id);
    span_init (&span, SPAN_INTERNAL, id, moments->context->bytes + SPAN_TRACE_BYTES, SLICE ("shared"));
    span_set_times (&span, moments->accepted_us - moments->received_us, moments->ended_us - moments->received_us);
    span.status = outcome->status;
    span_set_number (&span, SPAN_KEY_SHARED, 1);
    if (outcome->has_leader)
        span_set_link (&span, outcome->leader, outcome->leader + SPAN_TRACE_BYTES);
    spans_add (spans, &span);
}

//  All that is known when the answer goes to the connection.
static void
s_add_all (tracer_t *self, spans_t *spans, const tracer_moments_t *moments, const dispatch_outcome_t *outcome, ring_call_t *call)
{
    const uint8_t *root = moments->context->bytes + SPAN_TRACE_BYTES;
    int64_t zero_us = moments->received_us, accepted_us = moments->accepted_us - zero_us, ended_us = moments->ended_us - zero_us;
    char name [32];
    s_add (self, spans, "admission", root, 0, accepted_us);
    for (int i = 0; i < outcome->hops_count; i++)
        s_add_hop (self, spans, moments, outcome, i, call);
    if (outcome->shared) {
        s_add_shared (self, spans, moments, outcome);
    } else if (outcome->queued) {
        int64_t lost_us = outcome->hops_count ? outcome->hops [outcome->hops_count - 1].ended_us : 0;
        snprintf (name, sizeof name, "queue %s", call->service);
        s_add_ended (self, spans, name, root, accepted_us + lost_us, ended_us, outcome->status);
    }
    if (outcome->status == STATUS_CANCELLED)
        return;
    span_t encode;
    uint8_t id [SPAN_ID_BYTES];
    span_next_id (&self->seed, id);
    span_init (&encode, SPAN_INTERNAL, id, root, SLICE ("encode"));
    span_set_times (&encode, ended_us, moments->encoded_us - zero_us);
    span_set_number (&encode, SPAN_KEY_BODY_BYTES, (int64_t) moments->answer_bytes);
    spans_add (spans, &encode);
}

//  --- Gathering, and telling when the answer is out

struct tracer_telling {
    tracer_t   *tracer;
    ring_call_t call;
    span_t      root;
    spans_t     spans;                  //  The others
    int64_t     received_us, encoded_us;
    char        tracestate [SPANS_TRACESTATE_MAX];
    size_t      tracestate_size;
};

tracer_telling_t *
tracer_gather (tracer_t *self, const tracer_moments_t *moments, const dispatch_outcome_t *outcome)
{
    tracer_telling_t *telling = self ? malloc (sizeof *telling) : NULL;
    if (!telling)
        return NULL;
    telling->tracer = self;
    telling->received_us = moments->received_us;
    telling->encoded_us = moments->encoded_us;
    telling->tracestate_size = moments->tracestate.size <= SPANS_TRACESTATE_MAX ? moments->tracestate.size : 0;
    if (telling->tracestate_size)
        memcpy (telling->tracestate, moments->tracestate.data, telling->tracestate_size);
    ring_call_t *call = &telling->call;
    *call = (ring_call_t) {
        .id = moments->id, .status = outcome->status, .error = outcome->status != STATUS_OK, .shared = outcome->shared,
        .admission_us = moments->accepted_us - moments->received_us, .queue_us = outcome->queue_us,
        .encode_us = moments->encoded_us - moments->ended_us, .hops = (uint32_t) outcome->hops_count,
        .flags = moments->context->bytes [TRACE_CONTEXT_BYTES - 1],
    };
    memcpy (call->trace, moments->context->bytes, sizeof call->trace);
    memcpy (call->root, moments->context->bytes + SPAN_TRACE_BYTES, sizeof call->root);
    snprintf (call->tool, sizeof call->tool, "%s", contract_name (moments->contract));
    snprintf (call->service, sizeof call->service, "%s", service_name (contract_service (moments->contract)));
    s_take_envelope (call, &outcome->envelope);
    spans_init (&telling->spans, BODY_BYTES_MAX);
    s_add_all (self, &telling->spans, moments, outcome, call);
    s_init_root (&telling->root, moments, outcome);
    return telling;
}

uint64_t
tracer_written (tracer_telling_t **telling_p, int64_t written_us, bool whole)
{
    tracer_telling_t *telling = *telling_p;
    if (!telling)
        return 0;
    *telling_p = NULL;
    tracer_t *self = telling->tracer;
    ring_call_t *call = &telling->call;
    int64_t encoded_us = telling->encoded_us - telling->received_us, end_us = written_us - telling->received_us;
    call->ended_ms = clock_wall_ms (self->clock);
    call->total_us = end_us;
    if (call->status != STATUS_CANCELLED) {
        call->write_us = end_us - encoded_us;
        s_add_ended (self, &telling->spans, "write", call->root, encoded_us, end_us, whole ? STATUS_OK : STATUS_CANCELLED);
    }
    span_set_times (&telling->root, 0, end_us);
    buffer_t frame;
    buffer_init (&frame, RING_SPANS_BYTES_MAX);
    spans_write (&telling->spans, &telling->root, (slice_t) { telling->tracestate, telling->tracestate_size }, &frame);
    uint64_t number = ring_insert (self->ring, call, buffer_status (&frame) == STATUS_OK ? buffer_slice (&frame) : SLICE (""));
    s_count_call (self, call);
    buffer_deinit (&frame);
    spans_deinit (&telling->spans);
    free (telling);
    s_announce (self, number);
    return number;
}

uint64_t
tracer_tell (tracer_t *self, const tracer_moments_t *moments, const dispatch_outcome_t *outcome)
{
    tracer_telling_t *telling = tracer_gather (self, moments, outcome);
    return telling ? tracer_written (&telling, moments->written_us, true) : 0;
}

void
tracer_add_late (tracer_t *self, const dispatch_late_t *late)
{
    ring_call_t *call = self ? ring_find_id (self->ring, late->id, NULL) : NULL;
    if (!call)
        return;
    spans_t spans;
    spans_init (&spans, SPANS_BYTES_MAX);
    s_take_envelope (call, late->envelope);
    s_add_worker (self, &spans, call->admission_us + late->answered_us - late->envelope->busy_us, late->spans, call);
    if (!ring_append (self->ring, call->number, buffer_slice (&spans.bytes)))
        log_debug ("no room for what came late", log_int ("number", (int64_t) call->number));
    s_announce (self, call->number);
    spans_deinit (&spans);
}
