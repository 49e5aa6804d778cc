#include "dispatch_internal.h"

#include "log.h"

#include <assert.h>

//  Messages taken in one turn, so that a talkative worker does not keep clients waiting. Those with many listeners end it sooner.
enum { MESSAGES_PER_TURN = 64 };

//  If our own heartbeat comes this late, it was us who slept (a stopped process, a machine that moved): the workers' silence says nothing.
static const int64_t OVERSLEPT_MS = 2 * DISPATCH_HEARTBEAT_MS;

status_t
dispatch_say (dispatch_t *self, const peer_t *to, envelope_kind_t kind, uint64_t id)
{
    message_t *message = message_new (kind);
    if (!message)
        return STATUS_NO_MEMORY;
    message->envelope.id = id;
    message->envelope.incarnation = self->incarnation;
    return mailbox_send (self->mailbox, to, &message);
}

//  These tools (bit i: contract i) have or had a worker until now: calls for them wait from now on, should there be none.
static void
s_note_served (dispatch_t *self, uint64_t tools)
{
    for (size_t i = 0; i < contracts_count (self->contracts); i++)
        if (tools >> i & 1u)
            self->served_ms [i] = reactor_now_ms (self->reactor);
}

void
dispatch_lose (dispatch_t *self, peer_entry_t *peer, const char *why)
{
    service_t service = peer->service;
    log_warning ("worker lost", log_text ("service", service_name (service)), log_text ("why", why), log_int ("calls", peer->in_flight));
    peer->draining = true;              //  Nothing of what follows may be sent to it
    s_note_served (self, peer->tools);
    while (peer->calls) {
        call_entry_t *entry = peer->calls;
        peer_take_back (peer, entry);
        dispatch_hop_lost (self, entry);
        if (entry->state == CALL_ABANDONED)
            dispatch_forget (self, entry);
        else
            dispatch_repeat (self, entry);
    }
    peers_remove (self->peers, peer);
    dispatch_pump (self, service);
}

//  A tool in READY counts if we know it in that very version and it belongs to the worker's service.
typedef struct {
    const contracts_t *contracts;
    service_t service;
    uint64_t tools;
} offer_t;

static void
s_offered (void *arg, slice_t name, int64_t version)
{
    offer_t *offer = arg;
    const contract_t *contract = contracts_find (offer->contracts, name);
    if (contract && contract_version (contract) == version && contract_service (contract) == offer->service)
        offer->tools |= (uint64_t) 1 << contract_index (contract);
}

static void
s_ready (dispatch_t *self, peer_entry_t *peer, const peer_t *from, message_t *message)
{
    const envelope_t *envelope = &message->envelope;
    if (peer && peer->incarnation != envelope->incarnation) {
        dispatch_lose (self, peer, "another one came in its place");
        peer = NULL;
    }
    offer_t offer = { .contracts = self->contracts, .service = (service_t) envelope->service };
    bool good = envelope->service > SERVICE_NONE && envelope->service < SERVICES_END && envelope->credit > 0
             && (!peer || peer->service == offer.service);     //  A worker serves one service, for its whole life
    if (!good || body_read_ready (message_body (message), s_offered, &offer) != STATUS_OK) {
        log_warning ("worker refused: its READY makes no sense", log_text ("service", service_name ((service_t) envelope->service)));
        self->counts.strays++;
        return;
    }
    if (!peer)
        peer = peers_insert (self->peers, from);
    if (!peer) {
        log_warning ("worker refused: too many workers", log_int ("limit", DISPATCH_PEERS_MAX));
        return;
    }
    peer->incarnation = envelope->incarnation;
    peer->service = offer.service;
    peer->tools = offer.tools;
    peer->credit = envelope->credit < (uint32_t) self->config.credit_max ? (int) envelope->credit : self->config.credit_max;
    peer->draining = false;
    peer->heard_ms = reactor_now_ms (self->reactor);
    self->lines [peer->service].served |= peer->tools != 0;
    log_info ("worker ready", log_text ("service", service_name (peer->service)), log_int ("credit", peer->credit),
              log_int ("tools", __builtin_popcountll (peer->tools)));
    dispatch_pump (self, peer->service);
}

static void
s_result (dispatch_t *self, call_entry_t *entry, message_t *message)
{
    body_result_t result;
    dispatch_outcome_t outcome = { .status = body_read_result (message_body (message), &result), .retry_ms = -1, .envelope = message->envelope,
                                   .spans = message_spans (message) };
    if (outcome.status == STATUS_OK) {
        outcome.json = result.json;
        outcome.cut = result.cut;
        if (message->envelope.flags & ENVELOPE_FLAG_HURRIED)
            dispatch_begin_better (self, entry);
    } else {
        outcome.status = STATUS_INTERNAL;
        self->counts.strays++;
    }
    dispatch_end_all (self, entry, &outcome, outcome.status == STATUS_OK ? &self->counts.results : &self->counts.faults);
}

static void
s_fault (dispatch_t *self, call_entry_t *entry, message_t *message)
{
    body_fault_t fault;
    if (body_read_fault (message_body (message), &fault) != STATUS_OK)
        fault = (body_fault_t) { .text = SLICE_ABSENT, .retry_ms = -1 };
    status_t status = (status_t) message->envelope.status;
    if (status == STATUS_DEADLINE || status == STATUS_CANCELLED)        //  Says nothing to those who have more time
        dispatch_begin_afresh (self, entry, entry->attempt);
    dispatch_outcome_t outcome = {
        .status = status == STATUS_OK ? STATUS_INTERNAL : status, .text = fault.text, .retry_ms = fault.retry_ms, .envelope = message->envelope,
        .spans = message_spans (message) };
    dispatch_end_all (self, entry, &outcome, &self->counts.faults);
}

//  The end of a call: the credit is back whatever was said, and somebody may be waiting for it. An abandoned one was cut short, and says nothing
//  of how long calls take.
static void
s_end (dispatch_t *self, call_entry_t *entry, message_t *message)
{
    service_t service = entry->service;
    if (entry->state == CALL_ABANDONED) {
        dispatch_tell_late (self, entry, &message->envelope, message_spans (message));
        dispatch_forget (self, entry);
    } else {
        dispatch_measure (self, entry);
        peer_take_back (entry->peer, entry);
        if (message->envelope.kind == KIND_RESULT)
            s_result (self, entry, message);
        else
            s_fault (self, entry, message);
    }
    dispatch_pump (self, service);
}

static void
s_about_call (dispatch_t *self, peer_entry_t *peer, message_t *message)
{
    call_entry_t *entry = inflight_find (self->inflight, message->envelope.id);
    if (!entry || entry->peer != peer) {
        self->counts.strays++;          //  Late, invented, or answered by another worker meanwhile
        return;
    }
    if (message->envelope.kind != KIND_PROGRESS) {
        s_end (self, entry, message);
        return;
    }
    body_progress_t progress;
    if (entry->state == CALL_SENT && body_read_progress (message_body (message), &progress) == STATUS_OK)
        dispatch_tell (self, entry, &progress);
}

static void
s_unsupported (dispatch_t *self, const peer_t *from, const message_t *message)
{
    self->counts.strays++;
    message_t *answer = message_new (KIND_FAULT);
    if (!answer)
        return;
    answer->envelope.id = message->envelope.id;
    answer->envelope.incarnation = self->incarnation;
    answer->envelope.status = STATUS_UNSUPPORTED;
    status_t status = mailbox_send (self->mailbox, from, &answer);
    if (status != STATUS_OK)
        log_debug ("answer not delivered", log_text ("status", status_name (status)));
}

static void
s_known (dispatch_t *self, peer_entry_t *peer, const peer_t *from, message_t *message)
{
    peer->heard_ms = reactor_now_ms (self->reactor);
    switch (message->envelope.kind) {
    case KIND_HEARTBEAT:
        break;
    case KIND_CREDIT:
        peer->credit = message->envelope.credit < (uint32_t) self->config.credit_max ? (int) message->envelope.credit : self->config.credit_max;
        dispatch_pump (self, peer->service);
        break;
    case KIND_DRAIN:
        peer->draining = true;
        break;
    case KIND_BYE:
        dispatch_lose (self, peer, "it said goodbye");
        break;
    case KIND_RESULT:
    case KIND_FAULT:
    case KIND_PROGRESS:
        s_about_call (self, peer, message);
        break;
    default:
        s_unsupported (self, from, message);
    }
}

static void
s_message (dispatch_t *self, const peer_t *from, message_t *message)
{
    peer_entry_t *peer = peers_find (self->peers, from);
    uint8_t kind = message->envelope.kind;
    if (kind == KIND_READY) {
        s_ready (self, peer, from, message);
    } else if (peer && peer->incarnation == message->envelope.incarnation) {
        s_known (self, peer, from, message);
    } else if (kind != KIND_BYE) {
        self->counts.strays += kind != KIND_HEARTBEAT;
        if (dispatch_say (self, from, KIND_WHO, 0) != STATUS_OK)
            log_debug ("a stranger left before we could ask who it is");
    }
}

void
dispatch_receive (void *arg)
{
    dispatch_t *self = arg;
    uint64_t told = self->telling.told;
    for (int i = 0; i < MESSAGES_PER_TURN && !dispatch_told_enough (self, told); i++) {
        peer_t from;
        message_t *message;
        status_t status = mailbox_receive (self->mailbox, &from, &message);
        if (status == STATUS_AGAIN)
            break;
        if (status != STATUS_OK)
            continue;                   //  Dropped, and counted by the mailbox
        s_message (self, &from, message);
        message_destroy (&message);
    }
}

//  Ends the calls whose worker is not there and has not come for a while.
static void
s_lose_patience (dispatch_t *self, bool overslept)
{
    uint64_t hopeless = 0;
    s_note_served (self, overslept ? UINT64_MAX : peers_tools (self->peers));
    for (size_t i = 0; i < contracts_count (self->contracts); i++)
        if (reactor_now_ms (self->reactor) - self->served_ms [i] >= DISPATCH_PATIENCE_MS)
            hopeless |= (uint64_t) 1 << i;
    for (int i = 0; i < SERVICES_END; i++) {
        queue_t *queues [] = { &self->lines [i].brief.queue, &self->lines [i].slow.queue };
        call_entry_t *entry;
        for (int k = 0; k < 2; k++)
            while ((entry = queue_first (queues [k], hopeless)))
                dispatch_fail (self, entry, entry->attempt == 1 ? STATUS_NO_WORKER : STATUS_WORKER_LOST, &self->counts.lost);
    }
}

//  Every half second: who was silent for too long is lost, the others hear from us.
void
dispatch_beat (void *arg)
{
    dispatch_t *self = arg;
    int64_t now_ms = reactor_now_ms (self->reactor);
    bool overslept = now_ms - self->beaten_ms > OVERSLEPT_MS;
    self->beaten_ms = now_ms;
    reactor_set_timer (self->reactor, &self->beat, now_ms + DISPATCH_HEARTBEAT_MS);     //  First: what follows may want it sooner
    for (size_t i = 0; i < peers_capacity (self->peers); i++) {
        peer_entry_t *peer = peers_at (self->peers, i);
        if (!peer->used)
            continue;
        if (overslept)
            peer->heard_ms = now_ms;
        if (peer->gone)
            dispatch_lose (self, peer, "a message to it could not be delivered");
        else if (now_ms - peer->heard_ms > DISPATCH_LIVENESS * DISPATCH_HEARTBEAT_MS)
            dispatch_lose (self, peer, "it fell silent");
        else if (dispatch_say (self, &peer->address, KIND_HEARTBEAT, 0) == STATUS_UNREACHABLE)
            dispatch_lose (self, peer, "its connection is gone");
    }
    s_lose_patience (self, overslept);
    dispatch_tell_all_waiting (self);
    for (int i = SERVICE_NONE + 1; i < SERVICES_END; i++)
        dispatch_pump (self, (service_t) i);
}

void
dispatch_leave (dispatch_t *self)
{
    for (size_t i = 0; i < peers_capacity (self->peers); i++) {
        peer_entry_t *peer = peers_at (self->peers, i);
        if (peer->used && dispatch_say (self, &peer->address, KIND_BYE, 0) != STATUS_OK)
            log_debug ("a worker left before we did", log_text ("service", service_name (peer->service)));
    }
}
