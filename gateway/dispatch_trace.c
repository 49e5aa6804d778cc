#include "dispatch_internal.h"

#include "span.h"

//  The request carries the id of the span that sends it, so that the worker's span stands under it.
void
dispatch_hop (dispatch_t *self, call_entry_t *entry, const peer_entry_t *peer, envelope_t *envelope)
{
    uint64_t bits = random_u64 (self->random) | 1;
    int64_t now_us = reactor_now_us (self->reactor) - entry->accepted_us;
    if (!entry->has_trace || entry->hops_count == DISPATCH_HOPS_MAX)
        return;
    dispatch_hop_t *hop = &entry->hops [entry->hops_count++];
    *hop = (dispatch_hop_t) { .worker = peer->incarnation, .budget_ms = envelope->budget_ms, .sent_us = now_us, .ended_us = -1,
                              .queued_us = entry->hops_count > 1 ? entry->hops [0].ended_us : 0 };
    memcpy (hop->span, &bits, sizeof bits);
    memcpy (envelope->traceparent + SPAN_TRACE_BYTES, hop->span, SPAN_ID_BYTES);
}

void
dispatch_hop_lost (dispatch_t *self, call_entry_t *entry)
{
    if (entry->hops_count)
        entry->hops [entry->hops_count - 1].ended_us = reactor_now_us (self->reactor) - entry->accepted_us;
}

void
dispatch_put_context (message_t *message, const dispatch_call_t *call)
{
    message->envelope.has_traceparent = call->traceparent != NULL;
    if (call->traceparent)
        memcpy (message->envelope.traceparent, call->traceparent, ENVELOPE_TRACE_BYTES);
    message->envelope.flags |= call->untold ? ENVELOPE_FLAG_UNTOLD : 0;
}

void
dispatch_tell_late (dispatch_t *self, const call_entry_t *entry, const envelope_t *envelope, slice_t spans)
{
    if (self->config.late && entry->has_trace)
        self->config.late (self->config.late_arg, &(dispatch_late_t) {
            .id = entry->id, .answered_us = reactor_now_us (self->reactor) - entry->accepted_us, .envelope = envelope, .spans = spans });
}

void
dispatch_tell_hops (const call_entry_t *entry, dispatch_outcome_t *outcome)
{
    memcpy (outcome->hops, entry->hops, sizeof outcome->hops);
    outcome->hops_count = entry->hops_count;
    outcome->queued = entry->state == CALL_QUEUED;
    if (entry->leader && entry->leader->has_trace) {
        outcome->has_leader = true;
        memcpy (outcome->leader, entry->leader->trace, sizeof outcome->leader);
    }
}

void
dispatch_peek (const dispatch_t *self, uint64_t id, dispatch_outcome_t *outcome)
{
    *outcome = (dispatch_outcome_t) { .status = STATUS_CANCELLED, .retry_ms = -1 };
    const call_entry_t *entry = inflight_find (self->inflight, id);
    if (!entry)
        return;
    outcome->total_us = reactor_now_us (self->reactor) - entry->accepted_us;
    outcome->queue_us = entry->sent_us ? entry->sent_us - entry->accepted_us : outcome->total_us;
    outcome->shared = entry->state == CALL_FOLLOWING;
    dispatch_tell_hops (entry, outcome);
}
