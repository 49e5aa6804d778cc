#include "dispatch_internal.h"

#include "log.h"

#include <assert.h>
#include <stdlib.h>

//  Messages that may wait for one worker: its credit, a cancel for each call, and room for heartbeats.
static int
s_high_water (int credit)
{
    return 2 * credit + 16;
}

//  A worker that does not answer a CANCEL keeps the credit for this long; then it is taken back.
static const int64_t ABANDONED_MS = 5000;

static status_t
s_init_lines (dispatch_t *self)
{
    for (int i = 0; i < SERVICES_END; i++) {
        line_t *line = &self->lines [i];
        status_t status = queue_init (&line->brief.queue, self->config.queue_calls_max, self->config.queue_bytes_max);
        if (status == STATUS_OK)
            status = queue_init (&line->slow.queue, self->config.queue_calls_max, self->config.queue_bytes_max);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

dispatch_t *
dispatch_new (reactor_t *reactor, const contracts_t *contracts, const random_source_t *random, const dispatch_config_t *config)
{
    dispatch_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->reactor = reactor;
    self->contracts = contracts;
    self->random = random;
    self->config = *config;
    self->incarnation = random_u64 (random);
    self->started_ms = self->beaten_ms = clock_mono_ms (reactor_clock (reactor));
    for (size_t i = 0; i < CONTRACTS_MAX; i++)
        self->served_ms [i] = self->started_ms;
    dispatch_tell_init (self);
    self->inflight = inflight_new (config->calls_max);
    self->peers = peers_new (DISPATCH_PEERS_MAX);
    self->sharing = sharing_new (config->calls_max);
    self->free_ms = calloc (config->calls_max, sizeof *self->free_ms);
    if (!self->inflight || !self->peers || !self->sharing || !self->free_ms || s_init_lines (self) != STATUS_OK)
        goto failed;
    self->mailbox = mailbox_bind (config->endpoint, s_high_water (config->credit_max));
    if (!self->mailbox)
        goto failed;
    reactor_add_socket (reactor, mailbox_socket (self->mailbox), dispatch_receive, self);
    self->beat = (reactor_timer_t) { .due = dispatch_beat, .arg = self };
    reactor_set_timer (reactor, &self->beat, self->started_ms + DISPATCH_HEARTBEAT_MS);
    return self;
failed:
    dispatch_destroy (&self);
    return NULL;
}

void
dispatch_destroy (dispatch_t **self_p)
{
    dispatch_t *self = *self_p;
    if (!self)
        return;
    reactor_cancel_timer (self->reactor, &self->beat);
    dispatch_tell_deinit (self);
    if (self->inflight)
        for (size_t i = 0; i < inflight_capacity (self->inflight); i++) {
            call_entry_t *entry = inflight_at (self->inflight, i);
            if (entry->state != CALL_FREE)
                dispatch_forget (self, entry);
        }
    if (self->mailbox) {
        reactor_remove_socket (self->reactor, mailbox_socket (self->mailbox));
        mailbox_destroy (&self->mailbox);
    }
    for (int i = 0; i < SERVICES_END; i++) {
        queue_deinit (&self->lines [i].brief.queue);
        queue_deinit (&self->lines [i].slow.queue);
    }
    peers_destroy (&self->peers);
    sharing_destroy (&self->sharing);
    inflight_destroy (&self->inflight);
    free (self->free_ms);
    free (self);
    *self_p = NULL;
}

static lane_t *
s_lane (dispatch_t *self, const call_entry_t *entry)
{
    line_t *line = &self->lines [entry->service];
    return entry->slow ? &line->slow : &line->brief;
}

queue_t *
dispatch_queue (dispatch_t *self, const call_entry_t *entry)
{
    return &s_lane (self, entry)->queue;
}

//  Out of every list, timer and table.
void
dispatch_forget (dispatch_t *self, call_entry_t *entry)
{
    reactor_cancel_timer (self->reactor, &entry->timer);
    if (entry->place)
        queue_remove (dispatch_queue (self, entry), entry);
    if (entry->peer)
        peer_take_back (entry->peer, entry);
    sharing_close (self->sharing, entry);
    sharing_leave (entry);
    inflight_give_back (self->inflight, entry);
}

//  How long it took, as of now.
static void
s_write_times (const dispatch_t *self, const call_entry_t *entry, dispatch_outcome_t *outcome)
{
    int64_t now_us = reactor_now_us (self->reactor);
    outcome->total_us = now_us - entry->accepted_us;
    dispatch_tell_hops (entry, outcome);
    outcome->queue_us = (entry->sent_us ? entry->sent_us : now_us) - entry->accepted_us;
}

//  Nobody waits for it, but its worker has it: tell the worker, and keep the entry until the credit comes back.
static void
s_abandon (dispatch_t *self, call_entry_t *entry)
{
    assert (entry->state == CALL_SENT);
    entry->state = CALL_ABANDONED;
    sharing_close (self->sharing, entry);
    message_destroy (&entry->message);
    reactor_set_timer (self->reactor, &entry->timer, reactor_now_ms (self->reactor) + ABANDONED_MS);
    status_t status = dispatch_say (self, &entry->peer->address, KIND_CANCEL, entry->id);
    if (status != STATUS_OK)
        log_debug ("cancel not delivered", log_text ("status", status_name (status)));
}

void
dispatch_drop (dispatch_t *self, call_entry_t *entry)
{
    if (entry->peer)
        s_abandon (self, entry);
    else
        dispatch_forget (self, entry);
}

void
dispatch_end (dispatch_t *self, call_entry_t *entry, const dispatch_outcome_t *outcome)
{
    assert (entry->state != CALL_FREE && entry->state != CALL_ABANDONED && !entry->left);
    dispatch_outcome_t own = *outcome;
    s_write_times (self, entry, &own);
    dispatch_call_t call = entry->call;
    dispatch_drop (self, entry);
    call.done (call.arg, &own);
}

//  Its time is over. Without a worker, that is what kept it; with one, it took at least so long, which the mean should know.
static void
s_expire (dispatch_t *self, call_entry_t *entry)
{
    const call_entry_t *asked = entry->leader ? entry->leader : entry;
    dispatch_outcome_t outcome = { .status = STATUS_DEADLINE, .retry_ms = -1 };
    if (asked->state == CALL_QUEUED && !peers_serve (self->peers, entry->service, entry->tool))
        outcome.status = asked->attempt == 1 ? STATUS_NO_WORKER : STATUS_WORKER_LOST;
    if (entry->state == CALL_FOLLOWING) {
        outcome.shared = true;
        self->counts.expired++;
        dispatch_unfollow (self, entry);
        dispatch_end (self, entry, &outcome);
        return;
    }
    if (entry->state == CALL_SENT)
        dispatch_measure (self, entry);
    dispatch_begin_afresh (self, entry, entry->attempt);
    dispatch_end_all (self, entry, &outcome, &self->counts.expired);
}

static void
s_due (void *arg)
{
    call_entry_t *entry = arg;
    dispatch_t *self = entry->owner;
    service_t service = entry->service;
    if (entry->state == CALL_ABANDONED) {
        log_warning ("worker did not answer a cancel", log_text ("service", service_name (service)), log_int ("id", (int64_t) entry->id));
        dispatch_forget (self, entry);
    } else {
        s_expire (self, entry);
    }
    dispatch_pump (self, service);
}

//  The request as it will be sent. NULL without memory.
static message_t *
s_request (dispatch_t *self, const call_entry_t *entry, const dispatch_call_t *call)
{
    message_t *message = message_new (KIND_REQUEST);
    if (!message)
        return NULL;
    envelope_t *envelope = &message->envelope;
    envelope->id = entry->id;
    envelope->incarnation = self->incarnation;
    envelope->service = (uint8_t) entry->service;
    envelope->flags = entry->slow ? ENVELOPE_FLAG_SLOW : 0;
    dispatch_put_context (message, call);
    buffer_t body;
    buffer_init (&body, MESSAGE_BODY_BYTES_MAX);
    buffer_append_slice (&body, call->arguments);
    status_t status = message_take_body (message, &body);
    if (status == STATUS_OK)
        status = ENVELOPE_SET (envelope, tool, slice_of (contract_name (call->contract)));
    if (status == STATUS_OK)
        status = ENVELOPE_SET (envelope, account, call->account);
    if (status == STATUS_OK)
        status = ENVELOPE_SET (envelope, region, call->region);
    if (status != STATUS_OK)
        message_destroy (&message);
    return message;
}

//  A place in the table, with all that is known of the call. NULL when there is none.
static call_entry_t *
s_take (dispatch_t *self, const dispatch_call_t *call)
{
    call_entry_t *entry = inflight_take (self->inflight);
    if (!entry)
        return NULL;
    entry->call = *call;
    entry->owner = self;
    entry->service = contract_service (call->contract);
    entry->tool = contract_index (call->contract);
    entry->slow = contract_slow (call->contract);
    entry->idempotent = contract_idempotent (call->contract);
    entry->accepted_us = reactor_now_us (self->reactor);
    entry->deadline_ms = entry->accepted_us / 1000 + call->budget_ms;
    entry->bytes = call->arguments.size;
    entry->has_trace = call->traceparent != NULL;
    if (entry->has_trace)
        memcpy (entry->trace, call->traceparent, sizeof entry->trace);
    return entry;
}

//  A call that follows nobody: into its queue. NULL, and why in the outcome.
static call_entry_t *
s_lead (dispatch_t *self, const dispatch_call_t *call, const call_digest_t *digest, dispatch_outcome_t *outcome)
{
    if (!dispatch_admit (self, call, outcome))
        return NULL;
    call_entry_t *entry = s_take (self, call);
    assert (entry);                     //  dispatch_admit has looked whether there is a place
    entry->message = s_request (self, entry, call);
    outcome->status = entry->message ? queue_insert (dispatch_queue (self, entry), entry) : STATUS_NO_MEMORY;
    if (outcome->status != STATUS_OK) {
        dispatch_forget (self, entry);
        return NULL;
    }
    if (digest)
        sharing_lead (self->sharing, entry, digest);
    return entry;
}

//  One that follows; NULL when the table is full.
static call_entry_t *
s_follow (dispatch_t *self, const dispatch_call_t *call, call_entry_t *leader, dispatch_outcome_t *outcome)
{
    call_entry_t *entry = s_take (self, call);
    if (!entry) {
        dispatch_refuse (outcome);
        return NULL;
    }
    entry->state = CALL_FOLLOWING;
    entry->told = self->telling.number;
    sharing_follow (leader, entry);
    self->counts.shared++;
    log_debug ("call follows", log_int ("id", (int64_t) entry->id), log_int ("leader", (int64_t) leader->id));
    return entry;
}

uint64_t
dispatch_begin (dispatch_t *self, const dispatch_call_t *call)
{
    assert (call->budget_ms > 0 && call->done);
    dispatch_outcome_t outcome = { .retry_ms = -1 };
    self->counts.calls++;
    call_digest_t digest;
    bool sharable = sharing_digest (self->sharing, call, &digest);
    call_entry_t *leader = sharable ? sharing_find (self->sharing, call, &digest) : NULL;
    call_entry_t *entry = leader ? s_follow (self, call, leader, &outcome) : s_lead (self, call, sharable ? &digest : NULL, &outcome);
    if (!entry) {
        self->counts.refused++;
        call->done (call->arg, &outcome);
        return 0;
    }
    entry->timer = (reactor_timer_t) { .due = s_due, .arg = entry };
    reactor_set_timer (self->reactor, &entry->timer, entry->deadline_ms);
    uint64_t id = entry->id;
    dispatch_pump (self, entry->service);
    return id;
}

void
dispatch_cancel (dispatch_t *self, uint64_t id)
{
    call_entry_t *entry = inflight_find (self->inflight, id);
    if (!entry || entry->state == CALL_ABANDONED || entry->left)
        return;
    self->counts.cancelled++;
    if (entry->state == CALL_FOLLOWING) {
        dispatch_unfollow (self, entry);
        dispatch_forget (self, entry);
    } else {
        dispatch_leave_leader (self, entry);
    }
}

//  Sends one call to one worker. Where that cannot be, the call stays in its queue: for the next worker, if this one cannot be reached; else (no
//  memory) until something comes back, or the next heartbeat, and false.
static bool
s_send (dispatch_t *self, call_entry_t *entry, peer_entry_t *peer)
{
    int64_t left_ms = entry->deadline_ms - reactor_now_ms (self->reactor);
    int64_t budget_ms = left_ms > 2 * DISPATCH_GRACE_MS ? left_ms - DISPATCH_GRACE_MS : left_ms / 2;
    message_t *message = message_share (entry->message);
    if (!message)
        return false;
    message->envelope.budget_ms = (uint32_t) (budget_ms > 1 ? budget_ms : 1);
    message->envelope.attempt = (uint8_t) entry->attempt;
    int hops_count = entry->hops_count;
    dispatch_hop (self, entry, peer, &message->envelope);
    status_t status = mailbox_send (self->mailbox, &peer->address, &message);
    if (status != STATUS_OK)
        entry->hops_count = hops_count;             //  It went nowhere
    if (status == STATUS_UNREACHABLE || status == STATUS_BUSY) {
        peer->gone = true;              //  Its loss ends calls, and our caller may be one who has not heard its call's id yet: later, but soon
        reactor_set_timer (self->reactor, &self->beat, reactor_now_ms (self->reactor));
        return true;
    }
    if (status != STATUS_OK)
        return false;
    queue_remove (dispatch_queue (self, entry), entry);
    entry->state = CALL_SENT;
    entry->sent_us = reactor_now_us (self->reactor);
    peer_give (peer, entry);
    return true;
}

//  The most urgent call of a lane that some worker has room for.
static call_entry_t *
s_head (const dispatch_t *self, const lane_t *lane, service_t service, bool slow)
{
    return lane->queue.count ? queue_first (&lane->queue, peers_room (self->peers, service, slow)) : NULL;
}

static call_entry_t *
s_next (const dispatch_t *self, service_t service)
{
    const line_t *line = &self->lines [service];
    call_entry_t *brief = s_head (self, &line->brief, service, false);
    call_entry_t *slow = s_head (self, &line->slow, service, true);
    bool slow_first = slow && (!brief || slow->deadline_ms < brief->deadline_ms);
    return slow_first ? slow : brief;
}

void
dispatch_pump (dispatch_t *self, service_t service)
{
    int64_t now_ms = reactor_now_ms (self->reactor);
    call_entry_t *entry;
    bool sent = true;
    //  A call whose time is over is not worth a worker's; its timer is due in this turn, ends it and goes on here
    while (sent && (entry = s_next (self, service)) && entry->deadline_ms > now_ms)
        sent = s_send (self, entry, peers_with_room (self->peers, service, entry->tool, entry->slow));
}

//  Only what may be done twice, once, and with a good part of its time left.
bool
dispatch_repeatable (const dispatch_t *self, const call_entry_t *entry)
{
    int64_t left_ms = entry->deadline_ms - reactor_now_ms (self->reactor);
    return entry->idempotent && entry->attempt == 1 && left_ms * 10 >= entry->call.budget_ms * 3;
}

void
dispatch_repeat (dispatch_t *self, call_entry_t *entry)
{
    assert (entry->state == CALL_SENT && !entry->peer);
    int attempt = entry->attempt;
    if (dispatch_repeatable (self, entry)) {
        entry->state = CALL_QUEUED;
        entry->attempt = 2;
        if (queue_insert (dispatch_queue (self, entry), entry) == STATUS_OK) {
            self->counts.repeated++;
            return;
        }
    }
    if (attempt == 1)
        dispatch_begin_afresh (self, entry, 2);
    dispatch_fail (self, entry, STATUS_WORKER_LOST, &self->counts.lost);
}

bool
dispatch_serves (const dispatch_t *self, service_t service)
{
    for (size_t i = 0; i < contracts_count (self->contracts); i++)
        if (contract_service (contracts_at (self->contracts, i)) == service && peers_serve (self->peers, service, i))
            return true;
    return false;
}

bool
dispatch_served (const dispatch_t *self, service_t service)
{
    return self->lines [service].served;
}

size_t
dispatch_waiting (const dispatch_t *self)
{
    size_t waiting = 0;
    for (size_t i = 0; i < inflight_capacity (self->inflight); i++) {
        const call_entry_t *entry = inflight_at (self->inflight, i);
        waiting += entry->state != CALL_FREE && entry->state != CALL_ABANDONED && !entry->left;
    }
    return waiting;
}

dispatch_counts_t
dispatch_counts (const dispatch_t *self)
{
    dispatch_counts_t counts = self->counts;
    for (int i = 0; i < SERVICES_END; i++)
        counts.queued += self->lines [i].brief.queue.count + self->lines [i].slow.queue.count;
    counts.in_flight = inflight_count (self->inflight);
    counts.peers = peers_count (self->peers);
    counts.malformed = mailbox_counts (self->mailbox).malformed;
    return counts;
}
