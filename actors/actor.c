#include "actor.h"

#include "body.h"
#include "call.h"
#include "log.h"

#include <assert.h>
#include <stdlib.h>

enum { MESSAGES_PER_TURN = 64 };

static void s_receive (void *arg);
static void s_beat (void *arg);
static void s_turned (void *arg);

actor_t *
actor_new (const actor_config_t *config)
{
    actor_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = *config;
    self->credit = (int) config->config->credit;
    self->incarnation = random_u64 (config->random);
    self->calls = calloc ((size_t) self->credit, sizeof (call_t));
    self->reactor = reactor_new (config->clock);
    if (self->calls && self->reactor)
        self->mailbox = mailbox_connect (config->gateway, 2 * self->credit + 16);
    if (self->mailbox)
        self->keyring = keyring_new (self->reactor, config->credentials, config->random);
    if (self->keyring)
        self->client = aws_client_new (self->reactor, &(aws_client_config_t) {
            .config = config->config, .keyring = self->keyring, .random = config->random });
    if (self->client)
        self->asks = shared_asks_new (self->reactor, self->client, (size_t) config->config->kept_bytes_max);
    if (!self->asks) {
        actor_destroy (&self);
        return NULL;
    }
    reactor_add_socket (self->reactor, mailbox_socket (self->mailbox), s_receive, self);
    reactor_on_turn (self->reactor, s_turned, self);
    self->beat = (reactor_timer_t) { .due = s_beat, .arg = self };
    return self;
}

reactor_t *
actor_reactor (actor_t *self)
{
    return self->reactor;
}

//  The call is over and answered: everything of it goes, and its place is free.
static void
s_close (call_t *call)
{
    actor_t *self = call->actor;
    call_drop_all (call);
    if (call->operation->close)
        call->operation->close (call);
    reactor_cancel_timer (self->reactor, &call->timer);
    call_trace_deinit (&call->trace);
    message_destroy (&call->message);
    arena_destroy (&call->arena);
    *call = (call_t) { 0 };
    self->calls_under_way--;
}

void
actor_destroy (actor_t **self_p)
{
    actor_t *self = *self_p;
    if (!self)
        return;
    for (int i = 0; self->calls && i < self->credit; i++)
        if (self->calls [i].used)
            s_close (&self->calls [i]);
    shared_asks_destroy (&self->asks);
    aws_client_destroy (&self->client);
    keyring_destroy (&self->keyring);
    if (self->reactor) {
        reactor_cancel_timer (self->reactor, &self->beat);
        if (self->mailbox)
            reactor_remove_socket (self->reactor, mailbox_socket (self->mailbox));
    }
    mailbox_destroy (&self->mailbox);
    if (self->reactor)
        reactor_destroy (&self->reactor);
    free (self->calls);
    free (self);
    *self_p = NULL;
}

//  --- Words to the gateway

static void
s_say (actor_t *self, message_t **message_p)
{
    message_t *message = *message_p;
    if (!message)
        return;
    message->envelope.incarnation = self->incarnation;
    message->envelope.service = (uint8_t) self->config.service;
    status_t status = mailbox_send (self->mailbox, NULL, message_p);
    if (status != STATUS_OK)
        log_debug ("word to the gateway not sent", log_text ("status", status_name (status)));
}

static void
s_say_kind (actor_t *self, envelope_kind_t kind)
{
    message_t *message = message_new (kind);
    s_say (self, &message);
}

static const operation_t *
s_operation (const actor_t *self, slice_t tool)
{
    for (const operation_t *const *operation = self->config.operations; *operation; operation++)
        if (slice_is (tool, (*operation)->tool))
            return *operation;
    return NULL;
}

static void
s_say_ready (actor_t *self)
{
    body_tool_t tools [CONTRACTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < contracts_count (self->config.contracts); i++) {
        const contract_t *contract = contracts_at (self->config.contracts, i);
        if (contract_service (contract) != self->config.service)
            continue;
        assert (s_operation (self, slice_of (contract_name (contract))));
        tools [count++] = (body_tool_t) { contract_name (contract), contract_version (contract) };
    }
    buffer_t body;
    buffer_init (&body, 64 * 1024);
    body_write_ready (&body, tools, count);
    message_t *message = message_new (KIND_READY);
    if (message && message_take_body (message, &body) == STATUS_OK) {
        message->envelope.credit = (uint32_t) self->credit;
        s_say (self, &message);
    }
    buffer_deinit (&body);
    message_destroy (&message);
}

static void
s_beat (void *arg)
{
    actor_t *self = arg;
    s_say_kind (self, KIND_HEARTBEAT);
    for (int i = 0; i < self->credit; i++)
        if (self->calls [i].used)
            call_tell_wait (&self->calls [i]);
    reactor_set_timer (self->reactor, &self->beat, reactor_now_ms (self->reactor) + ACTOR_HEARTBEAT_MS);
}

//  --- Calls

void
call_settle (call_t *call, status_t status)
{
    if (call->stopped && !call_asks (call))
        call_end_stopped (call);
    else if (!call->stopped && !call->ended && status != STATUS_OK) {
        status_t failed = call_fail (call, status, -1, "%s ended: %s.", call_tool (call), status_sentence (status));
        assert (failed == STATUS_OK);
    }
    if (call->ended)
        s_close (call);
}

//  Nobody waits, or the time is over: what must be undone in AWS is asked now, and when that is answered (or its time is over too) the credit goes
//  back with a word on why.
static void
s_stop (call_t *call, status_t status)
{
    if (call->stopped)
        return;
    actor_t *self = call->actor;
    call_drop_all (call);
    call->stopped = status;
    call->deadline_ms = reactor_now_ms (self->reactor) + CALL_STOP_MS;
    reactor_set_timer (self->reactor, &call->timer, call->deadline_ms);
    if (call->operation->stop)
        call->operation->stop (call);
    call_settle (call, STATUS_OK);
}

static void
s_due (void *arg)
{
    call_t *call = arg;
    if (call->stopped) {
        call_drop_all (call);
        call_settle (call, STATUS_OK);
    } else if (!call->told_partial) {
        call->told_partial = call->hurried = true;
        reactor_set_timer (call->actor->reactor, &call->timer, call->deadline_ms);
        call_settle (call, call->operation->partial (call));
    } else {
        s_stop (call, STATUS_DEADLINE);
    }
}

//  A request that cannot become a call is answered all the same.
static void
s_refuse (actor_t *self, const envelope_t *request, status_t status, const char *text)
{
    message_t *message = message_new (KIND_FAULT);
    buffer_t body;
    buffer_init (&body, 1024);
    body_write_fault (&body, &(body_fault_t) { .text = slice_of (text), .retry_ms = status_retryable (status) ? 1000 : -1 });
    if (message && message_take_body (message, &body) == STATUS_OK) {
        message->envelope.id = request->id;
        message->envelope.status = (uint16_t) status;
        s_say (self, &message);
    }
    buffer_deinit (&body);
    message_destroy (&message);
}

static call_t *
s_place (actor_t *self)
{
    for (int i = 0; i < self->credit; i++)
        if (!self->calls [i].used)
            return &self->calls [i];
    return NULL;
}

//  Takes the message. From here on the call ends by an answer, whatever happens.
static void
s_begin (actor_t *self, call_t *call, arena_t *arena, const operation_t *operation, message_t **message_p)
{
    const envelope_t *envelope = &(*message_p)->envelope;
    bool partial = operation->partial && envelope->budget_ms > 2 * CALL_PARTIAL_MS;
    *call = (call_t) {
        .used = true, .actor = self, .operation = operation, .message = *message_p, .arena = arena, .told_partial = !partial,
        .deadline_ms = reactor_now_ms (self->reactor) + envelope->budget_ms, .began_us = reactor_now_us (self->reactor),
        .timer = { .due = s_due, .arg = call },
    };
    *message_p = NULL;
    call_trace_init (&call->trace, envelope, call->began_us, envelope->has_traceparent ? random_u64 (self->config.random) : 0);
    self->calls_under_way++;
    reactor_set_timer (self->reactor, &call->timer, call->deadline_ms - (partial ? CALL_PARTIAL_MS : 0));
    call_settle (call, call_find_place (call) ? operation->begin (call) : STATUS_OK);
}

static void
s_admit (actor_t *self, message_t **message_p)
{
    const envelope_t *envelope = &(*message_p)->envelope;
    const operation_t *operation = s_operation (self, slice_of (envelope->tool));
    call_t *call = operation ? s_place (self) : NULL;
    arena_t *arena = call ? arena_new (CALL_ARENA_BYTES_MAX) : NULL;
    if (!operation)
        s_refuse (self, envelope, STATUS_UNSUPPORTED, "This worker does not have that tool.");
    else if (!call)
        s_refuse (self, envelope, STATUS_BUSY, "This worker has as many calls as it can take. Ask again in a second.");
    else if (!arena)
        s_refuse (self, envelope, STATUS_NO_MEMORY, "This worker is out of memory. Ask again in a second.");
    else
        s_begin (self, call, arena, operation, message_p);
}

static void
s_cancel (actor_t *self, uint64_t id)
{
    for (int i = 0; i < self->credit; i++)
        if (self->calls [i].used && self->calls [i].message->envelope.id == id) {
            s_stop (&self->calls [i], STATUS_CANCELLED);
            return;
        }
}

//  The gateway is gone, or has lost sight of us and given our calls to others. An answer now could only be taken for one to another call: a gateway
//  that was started anew numbers its calls anew.
static void
s_desert (actor_t *self)
{
    for (int i = 0; i < self->credit; i++)
        if (self->calls [i].used) {
            self->calls [i].deserted = true;
            s_stop (&self->calls [i], STATUS_CANCELLED);
        }
}

static void
s_message (actor_t *self, message_t **message_p)
{
    const envelope_t *envelope = &(*message_p)->envelope;
    switch (envelope->kind) {
    case KIND_REQUEST:
        s_admit (self, message_p);
        break;
    case KIND_CANCEL:
        s_cancel (self, envelope->id);
        break;
    case KIND_WHO:
        s_desert (self);
        s_say_ready (self);
        break;
    case KIND_BYE:
        s_desert (self);
        break;
    case KIND_HEARTBEAT:
    case KIND_FAULT:                    //  The gateway did not understand something of ours: nothing to be done about it
        break;
    default:
        s_refuse (self, envelope, STATUS_UNSUPPORTED, "This worker does not know that kind of message.");
    }
}

static void
s_receive (void *arg)
{
    actor_t *self = arg;
    for (int i = 0; i < MESSAGES_PER_TURN; i++) {
        message_t *message;
        status_t status = mailbox_receive (self->mailbox, NULL, &message);
        if (status == STATUS_AGAIN)
            break;
        if (status != STATUS_OK)
            continue;
        s_message (self, &message);
        message_destroy (&message);
    }
}

//  --- The loop

static void
s_turned (void *arg)
{
    actor_t *self = arg;
    if (self->config.pulse)
        atomic_fetch_add_explicit (self->config.pulse, 1, memory_order_relaxed);
    if (self->draining && self->calls_under_way == 0)
        reactor_stop (self->reactor);
}

static void
s_commanded (void *arg)
{
    actor_t *self = arg;
    switch (pipe_command (self->pipe)) {
    case PIPE_DRAIN:
    case PIPE_FINISH:
        self->draining = true;
        s_say_kind (self, KIND_DRAIN);
        break;
    case PIPE_END:
        reactor_stop (self->reactor);
        break;
    case PIPE_NOTHING:
        break;
    }
}

status_t
actor_run (actor_t *self, zsock_t *pipe)
{
    self->pipe = pipe;
    reactor_add_socket (self->reactor, zsock_resolve (pipe), s_commanded, self);
    pipe_started (pipe);
    s_say_ready (self);
    reactor_set_timer (self->reactor, &self->beat, clock_mono_ms (self->config.clock) + ACTOR_HEARTBEAT_MS);
    status_t status = reactor_run (self->reactor);
    s_say_kind (self, KIND_BYE);
    reactor_remove_socket (self->reactor, zsock_resolve (pipe));
    return status;
}
