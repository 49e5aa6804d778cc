#include "admission.h"
#include "dispatch_internal.h"

#include "log.h"

//  Who is refused for lack of room is not told to come back sooner than this.
static const int64_t BUSY_RETRY_MS = 1000;

static lane_t *
s_lane (line_t *line, bool slow)
{
    return slow ? &line->slow : &line->brief;
}

void
dispatch_measure (dispatch_t *self, const call_entry_t *entry)
{
    lane_t *lane = s_lane (&self->lines [entry->service], entry->slow);
    lane->mean_ms = admission_average_ms (lane->mean_ms, (double) (reactor_now_us (self->reactor) - entry->sent_us) / 1000.0);
}

//  How long calls of a sort hold a place: longer than the youngest of them under way, if some wait.
static double
s_took_ms (dispatch_t *self, service_t service, bool slow)
{
    const lane_t *lane = s_lane (&self->lines [service], slow);
    int64_t youngest_us = 0;
    for (size_t i = 0; i < peers_capacity (self->peers); i++) {
        const peer_entry_t *peer = peers_at (self->peers, i);
        if (!peer->used || peer->service != service)
            continue;
        for (const call_entry_t *call = peer->calls; call; call = call->next)
            if (call->slow == slow && call->sent_us > youngest_us)
                youngest_us = call->sent_us;
    }
    double age_ms = youngest_us ? (double) (reactor_now_us (self->reactor) - youngest_us) / 1000.0 : 0;
    return age_ms > lane->mean_ms ? age_ms : lane->mean_ms;
}

//  Adds the places that calls of a sort have, as they will become free; the soonest of them is returned.
static double
s_add_places (dispatch_t *self, service_t service, bool slow, double took_ms, admission_t *admission)
{
    int64_t now_us = reactor_now_us (self->reactor);
    double soonest_ms = took_ms;
    for (size_t i = 0; i < peers_capacity (self->peers); i++) {
        const peer_entry_t *peer = peers_at (self->peers, i);
        if (!peer->used || peer->service != service || peer->draining || peer->gone)
            continue;
        for (const call_entry_t *call = peer->calls; call; call = call->next) {
            double left_ms = took_ms - (double) (now_us - call->sent_us) / 1000.0;
            if (call->slow != slow)
                continue;
            if (left_ms < 0 || call->state == CALL_ABANDONED)
                left_ms = 0;            //  Late, or cut short: any moment now
            self->free_ms [admission->places++] = left_ms;
            if (left_ms < soonest_ms)
                soonest_ms = left_ms;
        }
    }
    return soonest_ms;
}

//  Short calls have every place that no slow one keeps; those that one has they may have after it, unless others of its sort wait for it. Slow
//  ones have no more than their share; what of it short calls hold meanwhile becomes free as soon as one of those ends.
static admission_t
s_places (dispatch_t *self, service_t service, bool slow, const peers_load_t *load)
{
    const line_t *line = &self->lines [service];
    admission_t admission = { .free_ms = self->free_ms, .took_ms = s_took_ms (self, service, slow) };
    double other_ms = s_took_ms (self, service, !slow);
    s_add_places (self, service, slow, admission.took_ms, &admission);
    if (!slow && line->slow.queue.count == 0) {
        s_add_places (self, service, true, other_ms, &admission);
    } else if (slow) {
        admission_t brief = admission;
        double soonest_ms = s_add_places (self, service, false, other_ms, &brief);
        for (int held = load->slow_in_flight; held < load->slow_credit && admission.places < self->config.calls_max; held++)
            self->free_ms [admission.places++] = soonest_ms;
    }
    return admission;
}

//  Is the call's turn too late for it? Then the outcome says how late. Who finds a worker with room has its turn now.
static bool
s_comes_too_late (dispatch_t *self, const dispatch_call_t *call, dispatch_outcome_t *outcome)
{
    service_t service = contract_service (call->contract);
    bool slow = contract_slow (call->contract);
    peers_load_t load = peers_load (self->peers, service);
    if (load.credit == 0 || peers_with_room (self->peers, service, contract_index (call->contract), slow))
        return false;
    admission_t admission = s_places (self, service, slow, &load);
    admission.budget_ms = call->budget_ms;
    int64_t deadline_ms = reactor_now_us (self->reactor) / 1000 + call->budget_ms;         //  By the clock of those that wait: the turn's is behind
    admission.ahead = queue_ahead (&s_lane (&self->lines [service], slow)->queue, deadline_ms);
    if (admission_in_time (&admission))
        return false;
    outcome->wait_ms = admission_wait_ms (&admission);
    outcome->ahead = admission.ahead;
    log_debug ("call refused: its turn would come too late", log_text ("tool", contract_name (call->contract)),
               log_int ("wait_ms", outcome->wait_ms), log_int ("ahead", (int64_t) admission.ahead), log_int ("took_ms", (int64_t) admission.took_ms));
    return true;
}

static bool
s_is_full (const dispatch_t *self, const line_t *line, size_t bytes)
{
    size_t waiting = line->brief.queue.bytes + line->slow.queue.bytes;
    return line->brief.queue.count + line->slow.queue.count >= self->config.queue_calls_max
        || waiting >= self->config.queue_bytes_max || bytes > self->config.queue_bytes_max - waiting
        || inflight_count (self->inflight) == inflight_capacity (self->inflight);
}

void
dispatch_refuse (dispatch_outcome_t *outcome)
{
    outcome->status = STATUS_BUSY;
    outcome->retry_ms = outcome->wait_ms > BUSY_RETRY_MS ? outcome->wait_ms : BUSY_RETRY_MS;
}

bool
dispatch_admit (dispatch_t *self, const dispatch_call_t *call, dispatch_outcome_t *outcome)
{
    service_t service = contract_service (call->contract);
    const line_t *line = &self->lines [service];
    bool starting = reactor_now_ms (self->reactor) - self->started_ms < DISPATCH_PATIENCE_MS;
    if (!peers_serve (self->peers, service, contract_index (call->contract)) && (line->served || !starting)) {
        outcome->status = STATUS_NO_WORKER;
        return false;
    }
    if (s_comes_too_late (self, call, outcome) || s_is_full (self, line, call->arguments.size)) {
        dispatch_refuse (outcome);
        return false;
    }
    return true;
}
