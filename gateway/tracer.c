#include "tracer.h"

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
s_add (tracer_t *self, spans_t *spans, const char *name, const uint8_t *parent, int64_t start_us, int64_t end_us)
{
    span_t span;
    uint8_t id [SPAN_ID_BYTES];
    span_next_id (&self->seed, id);
    span_init (&span, SPAN_INTERNAL, id, parent, slice_of (name));
    span_set_times (&span, start_us, end_us);
    spans_add (spans, &span);
}

static void
s_count_attempt (tracer_t *self, const span_t *span, ring_call_t *call)
{
    bool throttled = span->status == STATUS_THROTTLED;
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

//  A worker's spans are believed when they can be read to their end; what it lost counts as lost here. Its time is put at the end of ours.
static void
s_add_worker (tracer_t *self, spans_t *spans, int64_t move_us, const dispatch_outcome_t *outcome, ring_call_t *call)
{
    spans_reader_t reader;
    span_t span;
    status_t status = spans_open (&reader, outcome->spans);
    slice_t body = spans_body (&reader);
    uint32_t dropped = reader.dropped;
    while (status == STATUS_OK && (status = spans_next (&reader, &span)) == STATUS_OK)
        if (span.kind == SPAN_CLIENT)
            s_count_attempt (self, &span, call);
    if (status != STATUS_AGAIN || body.size == 0)
        return;
    spans->dropped += dropped;
    spans_add_moved (spans, move_us, body);
}

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
    if (i > 0)
        span_set_number (&span, SPAN_KEY_HOP, i + 1);
    spans_add (spans, &span);
    if (lost || !outcome->spans.size)
        return;
    call->send_us = span.duration_us;
    int64_t worker_us = outcome->envelope.busy_us < span.duration_us ? outcome->envelope.busy_us : span.duration_us;
    s_add (self, spans, "hop", hop->span, span.start_us, end_us - worker_us);
    s_add_worker (self, spans, end_us - worker_us, outcome, call);
}

static void
s_init_root (span_t *span, const tracer_moments_t *moments, const dispatch_outcome_t *outcome)
{
    char name [SPAN_NAME_MAX + 1];
    const char *tool = contract_name (moments->contract);
    snprintf (name, sizeof name, "tools/call %s", tool);
    span_init (span, SPAN_SERVER, moments->context->bytes + SPAN_TRACE_BYTES, moments->context->parent, slice_of (name));
    span_set_times (span, 0, moments->written_us - moments->received_us);
    span->status = outcome->status;
    span_set_text (span, SPAN_KEY_MCP_METHOD, SLICE ("tools/call"));
    span_set_text (span, SPAN_KEY_TOOL, slice_of (tool));
    span_set_text (span, SPAN_KEY_OPERATION, SLICE ("execute_tool"));
    if (outcome->status != STATUS_OK)
        span_set_text (span, SPAN_KEY_ERROR_TYPE, outcome->status == STATUS_CANCELLED ? SLICE ("cancelled") : SLICE ("tool_error"));
}

static void
s_add_all (tracer_t *self, spans_t *spans, const tracer_moments_t *moments, const dispatch_outcome_t *outcome, ring_call_t *call)
{
    const uint8_t *root = moments->context->bytes + SPAN_TRACE_BYTES;
    int64_t zero_us = moments->received_us, ended_us = moments->ended_us - zero_us, encoded_us = moments->encoded_us - zero_us;
    s_add (self, spans, "admission", root, 0, moments->accepted_us - zero_us);
    for (int i = 0; i < outcome->hops_count; i++)
        s_add_hop (self, spans, moments, outcome, i, call);
    if (outcome->shared) {
        span_t span;
        uint8_t id [SPAN_ID_BYTES];
        span_next_id (&self->seed, id);
        span_init (&span, SPAN_INTERNAL, id, root, SLICE ("shared"));
        span_set_times (&span, moments->accepted_us - zero_us, ended_us);
        span.status = outcome->status;
        span_set_number (&span, SPAN_KEY_SHARED, 1);
        if (outcome->has_leader)
            span_set_link (&span, outcome->leader, outcome->leader + SPAN_TRACE_BYTES);
        spans_add (spans, &span);
    } else if (outcome->hops_count == 0 && moments->id) {
        s_add (self, spans, "queue", root, moments->accepted_us - zero_us, ended_us);
    }
    if (outcome->status == STATUS_CANCELLED)
        return;
    s_add (self, spans, "encode", root, ended_us, encoded_us);
    s_add (self, spans, "write", root, encoded_us, moments->written_us - zero_us);
}

uint64_t
tracer_tell (tracer_t *self, const tracer_moments_t *moments, const dispatch_outcome_t *outcome)
{
    if (!self)
        return 0;
    const envelope_t *envelope = &outcome->envelope;
    ring_call_t call = {
        .id = moments->id, .status = outcome->status, .error = outcome->status != STATUS_OK, .shared = outcome->shared,
        .ended_ms = clock_wall_ms (self->clock), .total_us = moments->written_us - moments->received_us, .queue_us = outcome->queue_us,
        .worker_us = envelope->busy_us, .aws_us = envelope->aws_us, .waited_us = envelope->waited_us,
        .encode_us = moments->encoded_us - moments->ended_us, .write_us = moments->written_us - moments->encoded_us,
        .requests = envelope->requests, .joined = envelope->joined, .cached = envelope->cached, .hops = (uint32_t) outcome->hops_count,
        .flags = moments->context->bytes [TRACE_CONTEXT_BYTES - 1],
    };
    memcpy (call.trace, moments->context->bytes, sizeof call.trace);
    memcpy (call.root, moments->context->bytes + SPAN_TRACE_BYTES, sizeof call.root);
    snprintf (call.tool, sizeof call.tool, "%s", contract_name (moments->contract));
    snprintf (call.service, sizeof call.service, "%s", service_name (contract_service (moments->contract)));
    snprintf (call.account, sizeof call.account, "%s", envelope->account);
    snprintf (call.region, sizeof call.region, "%s", envelope->region);
    spans_t spans;
    span_t root;
    buffer_t frame;
    buffer_init (&frame, RING_SPANS_BYTES_MAX);
    spans_init (&spans, BODY_BYTES_MAX);
    s_add_all (self, &spans, moments, outcome, &call);
    s_init_root (&root, moments, outcome);
    spans_write (&spans, &root, moments->tracestate, SLICE_ABSENT, &frame);
    uint64_t number = ring_insert (self->ring, &call, buffer_status (&frame) == STATUS_OK ? buffer_slice (&frame) : SLICE (""));
    spans_deinit (&spans);
    buffer_deinit (&frame);
    s_count_call (self, &call);
    s_announce (self, number);
    return number;
}
