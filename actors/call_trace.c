#include "call_trace.h"

#include <stdio.h>
#include <unistd.h>

void
call_trace_init (call_trace_t *self, const envelope_t *envelope, int64_t began_us, uint64_t seed)
{
    *self = (call_trace_t) { .on = envelope->has_traceparent && !(envelope->flags & ENVELOPE_FLAG_UNTOLD), .seed = seed, .began_us = began_us };
    memcpy (self->trace, envelope->traceparent, sizeof self->trace);
    spans_init (&self->spans, SPANS_BYTES_MAX);
    span_next_id (&self->seed, self->process);
}

void
call_trace_deinit (call_trace_t *self)
{
    spans_deinit (&self->spans);
}

const uint8_t *
call_trace_of_request (call_trace_t *self, uint8_t *room)
{
    if (!self->on)
        return NULL;
    memcpy (room, self->trace, SPAN_TRACE_BYTES);
    span_next_id (&self->seed, room + SPAN_TRACE_BYTES);
    return room;
}

static const char *
s_service (aws_service_t service)
{
    static const char *const NAMES [] = { [AWS_MONITORING] = "CloudWatch", [AWS_LOGS] = "CloudWatchLogs", [AWS_STS] = "STS" };
    size_t known = sizeof NAMES / sizeof NAMES [0];
    return (size_t) service < known && NAMES [service] ? NAMES [service] : "AWS";
}

//  "CloudWatchLogs.FilterLogEvents"
static void
s_init_request (call_trace_t *self, span_t *span, span_kind_t kind, const uint8_t *id, aws_service_t service, const char *api)
{
    char name [SPAN_NAME_MAX + 1];
    snprintf (name, sizeof name, "%s.%s", s_service (service), api);
    span_init (span, kind, id, self->process, slice_of (name));
}

static void
s_add_own (call_trace_t *self, const char *name, int64_t began_us, int64_t ended_us)
{
    span_t span;
    uint8_t id [SPAN_ID_BYTES];
    span_next_id (&self->seed, id);
    span_init (&span, SPAN_INTERNAL, id, self->process, slice_of (name));
    span_set_times (&span, began_us - self->began_us, ended_us - self->began_us);
    spans_add (&self->spans, &span);
}

//  The first request's first step begins: until then the call was read, and waited for the turns of others.
static void
s_prepared (call_trace_t *self, int64_t now_us)
{
    if (!self->prepared)
        s_add_own (self, "prepare", self->began_us, now_us);
    self->prepared = true;
}

static void
s_add_wait (call_trace_t *self, const call_trace_request_t *request, const aws_stage_t *stage)
{
    static const char *const NAMES [] = {
        [AWS_STAGE_CREDENTIALS] = "credentials", [AWS_STAGE_THROTTLE] = "throttle", [AWS_STAGE_BACKOFF] = "backoff" };
    span_t span;
    span_init (&span, SPAN_INTERNAL, stage->span, self->process, slice_of (NAMES [stage->kind]));
    span_set_times (&span, stage->began_us - self->began_us, stage->ended_us - self->began_us);
    span_set_number (&span, SPAN_KEY_REQUEST, request->number);
    spans_add (&self->spans, &span);
}

static void
s_add_attempt (call_trace_t *self, const call_trace_request_t *request, const aws_trail_t *trail, const aws_stage_t *stage)
{
    span_t span;
    const transfer_timings_t *timings = &stage->timings;
    s_init_request (self, &span, SPAN_CLIENT, stage->span, trail->service, trail->api);
    span_set_times (&span, stage->began_us - self->began_us, stage->ended_us - self->began_us);
    span.status = stage->status;
    span_set_text (&span, SPAN_KEY_REGION, slice_of (request->region));
    span_set_text (&span, SPAN_KEY_AWS_REQUEST_ID, slice_of (stage->request_id));
    span_set_text (&span, SPAN_KEY_ERROR_TYPE, slice_of (stage->status == STATUS_CANCELLED ? "cancelled" : stage->error));
    span_set_number (&span, SPAN_KEY_REQUEST, request->number);
    if (stage->attempt > 1)
        span_set_number (&span, SPAN_KEY_RESEND_COUNT, stage->attempt - 1);
    if (stage->http_status)
        span_set_number (&span, SPAN_KEY_HTTP_STATUS, stage->http_status);
    const struct { span_key_t key; int64_t us; } TIMES [] = {
        { SPAN_KEY_DNS_US, timings->dns_us }, { SPAN_KEY_CONNECT_US, timings->connect_us }, { SPAN_KEY_TLS_US, timings->tls_us },
        { SPAN_KEY_FIRST_BYTE_US, timings->first_byte_us }, { SPAN_KEY_REUSED, timings->reused },
    };
    for (size_t i = 0; i < sizeof TIMES / sizeof TIMES [0]; i++)
        if (TIMES [i].us > 0)
            span_set_number (&span, TIMES [i].key, TIMES [i].us);
    spans_add (&self->spans, &span);
}

static void
s_add_trail (call_trace_t *self, const call_trace_request_t *request, const aws_trail_t *trail)
{
    if (trail->count)
        s_prepared (self, trail->stages [0].began_us);
    for (int i = 0; i < trail->count; i++) {
        const aws_stage_t *stage = &trail->stages [i];
        if (stage->kind == AWS_STAGE_ATTEMPT)
            s_add_attempt (self, request, trail, stage);
        else
            s_add_wait (self, request, stage);
    }
    self->spans.dropped += (uint32_t) trail->dropped;
}

//  An answer that this call did not ask for itself.
static void
s_add_taken (call_trace_t *self, const outcome_t *outcome, const aws_trail_t *trail, int64_t asked_us, int64_t now_us)
{
    span_t span;
    uint8_t id [SPAN_ID_BYTES];
    s_prepared (self, asked_us);
    span_next_id (&self->seed, id);
    s_init_request (self, &span, SPAN_INTERNAL, id, outcome->service, outcome->api);
    span_set_times (&span, asked_us - self->began_us, now_us - self->began_us);
    span.status = outcome->status;
    if (outcome->cached) {
        span_set_number (&span, SPAN_KEY_CACHED, 1);
        span_set_number (&span, SPAN_KEY_AGE_MS, outcome->age_ms);
    } else {
        span_set_number (&span, SPAN_KEY_SHARED, 1);
    }
    const uint8_t *leader = NULL;
    for (int i = 0; trail && i < trail->count; i++)
        if (trail->stages [i].kind == AWS_STAGE_ATTEMPT)
            leader = trail->stages [i].span;
    if (leader && !outcome->cached)
        span_set_link (&span, trail->trace, leader);
    spans_add (&self->spans, &span);
}

void
call_trace_answered (call_trace_t *self, const call_trace_request_t *request, const outcome_t *outcome, const aws_spent_t *spent,
                     int64_t now_us)
{
    if (!self->on)
        return;
    self->answered_us = now_us;
    if (outcome->cached || outcome->shared)
        s_add_taken (self, outcome, spent->trail, request->asked_us, now_us);
    else if (spent->trail)
        s_add_trail (self, request, spent->trail);
}

void
call_trace_dropped (call_trace_t *self, const call_trace_request_t *request, const aws_trail_t *trail)
{
    if (self->on && trail)
        s_add_trail (self, request, trail);
}

static void
s_init_process (const call_trace_t *self, span_t *span, const envelope_t *envelope, size_t body_bytes, int64_t now_us)
{
    char text [64];
    snprintf (text, sizeof text, "process cw.%s", service_name ((service_t) envelope->service));
    span_init (span, SPAN_CONSUMER, self->process, self->trace + SPAN_TRACE_BYTES, slice_of (text));
    span_set_times (span, 0, now_us - self->began_us);
    span->status = envelope->kind == KIND_FAULT ? (status_t) envelope->status : STATUS_OK;
    span_set_text (span, SPAN_KEY_MESSAGING_SYSTEM, SLICE ("zeromq"));
    span_set_text (span, SPAN_KEY_MESSAGING_TYPE, SLICE ("process"));
    span_set_text (span, SPAN_KEY_DESTINATION, slice_of (text + strlen ("process ")));
    snprintf (text, sizeof text, "%llx", (unsigned long long) envelope->id);
    span_set_text (span, SPAN_KEY_MESSAGE_ID, slice_of (text));
    snprintf (text, sizeof text, "%016llx", (unsigned long long) envelope->incarnation);
    span_set_text (span, SPAN_KEY_WORKER, slice_of (text));
    if (gethostname (text, sizeof text) == 0 && memchr (text, 0, sizeof text))
        span_set_text (span, SPAN_KEY_HOST, slice_of (text));
    span_set_text (span, SPAN_KEY_REGION, slice_of (envelope->region));
    span_set_text (span, SPAN_KEY_ACCOUNT, slice_of (envelope->account));
    span_set_number (span, SPAN_KEY_BODY_BYTES, (int64_t) body_bytes);
    span_set_number (span, SPAN_KEY_QUEUE_US, envelope->queue_us);
    span_set_number (span, SPAN_KEY_SERVICE_US, (int64_t) envelope->busy_us - envelope->queue_us);
    if (envelope->attempt > 1)
        span_set_number (span, SPAN_KEY_HOP, envelope->attempt);
    if (span->status != STATUS_OK)
        span_set_text (span, SPAN_KEY_ERROR_TYPE, slice_of (status_name (span->status)));
}

void
call_trace_give (call_trace_t *self, message_t *message, int64_t now_us)
{
    if (!self->on)
        return;
    if (self->answered_us)              //  From AWS's last word to ours
        s_add_own (self, "answer", self->answered_us, now_us);
    span_t process;
    buffer_t frame;
    s_init_process (self, &process, &message->envelope, message_body (message).size, now_us);
    buffer_init (&frame, MESSAGE_SPANS_BYTES_MAX);
    spans_write (&self->spans, &process, SLICE_ABSENT, &frame);
    if (message_take_spans (message, &frame) != STATUS_OK)
        message->envelope.has_traceparent = false;      //  Nothing else depends on it
    buffer_deinit (&frame);
}
