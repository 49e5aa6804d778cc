#include "mcp_internal.h"

#include "spans.h"

void
mcp_trace_begin (mcp_trace_t *self, const exchange_t *exchange, slice_t id)
{
    const mcp_t *mcp = exchange->mcp;
    const era_headers_t *headers = exchange->headers;
    yyjson_val *meta = yyjson_obj_get (exchange->message.params, "_meta");
    slice_t tracestate = json_text (meta, "tracestate");
    trace_context_t header;
    *self = (mcp_trace_t) {
        .version = revision_name (exchange->revision), .transport = headers->has_headers ? "tcp" : "pipe", .received_us = mcp->received_us,
        .accepted_us = reactor_now_us (mcp->config.reactor) };
    if (id.size > 2 && id.data [0] == '"')              //  A text without its quotes
        id = (slice_t) { id.data + 1, id.size - 2 };
    self->request_id_size = id.size < sizeof self->request_id ? id.size : sizeof self->request_id;
    while (self->request_id_size < id.size && self->request_id_size > 0 && (id.data [self->request_id_size] & 0xc0) == 0x80)
        self->request_id_size--;                        //  Not in the middle of a character
    if (self->request_id_size)
        memcpy (self->request_id, id.data, self->request_id_size);
    trace_context_begin (&self->context, json_text (meta, "traceparent"), mcp->config.random);
    buffer_init (&self->tracestate, SPANS_TRACESTATE_MAX);
    bool has_parent = span_id_is_set (self->context.parent);            //  Else the trace is new, and the state is of another one
    if (has_parent && tracestate.size && tracestate.size <= SPANS_TRACESTATE_MAX)
        buffer_append_slice (&self->tracestate, tracestate);
    slice_t link = headers->find ? headers->find (headers->arg, "traceparent") : SLICE_ABSENT;
    if (!link.data)
        return;
    trace_context_begin (&header, link, mcp->config.random);
    self->linked = span_id_is_set (header.parent);      //  One that is not good begins a trace of its own
    memcpy (self->link, header.bytes, SPAN_TRACE_BYTES);
    memcpy (self->link + SPAN_TRACE_BYTES, header.parent, SPAN_ID_BYTES);
}

void
mcp_trace_deinit (mcp_trace_t *self)
{
    buffer_deinit (&self->tracestate);
}

static tracer_moments_t
s_moments (const mcp_trace_t *trace, const contract_t *contract, uint64_t id, int64_t now_us)
{
    return (tracer_moments_t) {
        .contract = contract, .context = &trace->context, .link = trace->linked ? trace->link : NULL, .id = id,
        .request_id = { trace->request_id, trace->request_id_size }, .version = trace->version, .transport = trace->transport,
        .tracestate = buffer_slice (&trace->tracestate), .received_us = trace->received_us, .accepted_us = trace->accepted_us,
        .ended_us = now_us, .encoded_us = now_us, .written_us = now_us };
}

static void
s_written (void *arg, int64_t now_us, bool whole)
{
    tracer_telling_t *telling = arg;
    tracer_written (&telling, now_us, whole);
}

static void
s_answer (void *arg, int http_status, buffer_t *json)
{
    mcp_told_t *self = arg;
    self->moments.encoded_us = reactor_now_us (self->mcp->config.reactor);
    self->moments.answer_bytes = json->size;
    tracer_telling_t *telling = tracer_gather (self->mcp->config.tracer, &self->moments, self->outcome);
    bool watched = telling && self->to->watch;
    if (watched)
        self->to->watch (self->to->arg, s_written, telling);
    self->to->answer (self->to->arg, http_status, json);
    if (telling && !watched)
        tracer_written (&telling, reactor_now_us (self->mcp->config.reactor), true);
}

void
mcp_told_begin (mcp_told_t *self, mcp_t *mcp, const mcp_sink_t *to, const mcp_trace_t *trace, const contract_t *contract, uint64_t id,
                const dispatch_outcome_t *outcome)
{
    *self = (mcp_told_t) { .mcp = mcp, .to = to, .outcome = outcome, .sink = *to };
    if (!mcp->config.tracer)
        return;
    self->moments = s_moments (trace, contract, id, reactor_now_us (mcp->config.reactor));
    self->sink = (mcp_sink_t) { .answer = s_answer, .arg = self };
}

void
mcp_told_cancelled (const mcp_call_t *call, const dispatch_outcome_t *outcome)
{
    tracer_moments_t moments = s_moments (&call->trace, call->contract, call->dispatched, reactor_now_us (call->mcp->config.reactor));
    tracer_tell (call->mcp->config.tracer, &moments, outcome);
}
