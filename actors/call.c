#include "call.h"

#include "aws_settings.h"
#include "body.h"
#include "log.h"
#include "sentence.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

//  Progress that a person or a model can follow; more often would only cost.
static const int64_t PROGRESS_MS = 250;

//  When asking again helps, where there was no room.
static const int64_t BUSY_MS = 2000;

const char *
call_tool (const call_t *self)
{
    return self->operation->tool;
}

slice_t
call_arguments (const call_t *self)
{
    return message_body (self->message);
}

arena_t *
call_arena (call_t *self)
{
    return self->arena;
}

int64_t
call_wall_ms (const call_t *self)
{
    return clock_wall_ms (self->actor->config.clock);
}

int64_t
call_left_ms (const call_t *self)
{
    return self->deadline_ms - reactor_now_ms (self->actor->reactor);
}

void
call_set_state (call_t *self, void *state)
{
    self->state = state;
}

void *
call_state (const call_t *self)
{
    return self->state;
}

static uint32_t
s_us (int64_t us)
{
    return us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t) us;
}

status_t
call_send (call_t *self, message_t **message_p)
{
    envelope_t *envelope = &(*message_p)->envelope;
    int64_t now_us = reactor_now_us (self->actor->reactor);
    envelope->id = self->message->envelope.id;
    envelope->incarnation = self->actor->incarnation;
    envelope->service = (uint8_t) self->actor->config.service;
    envelope->attempt = self->message->envelope.attempt;
    envelope->queue_us = self->first_ask_us ? s_us (self->first_ask_us - self->began_us) : 0;
    envelope->aws_us = s_us (self->flight_us);
    envelope->waited_us = s_us (self->waited_us);
    envelope->busy_us = s_us (now_us - self->began_us);
    envelope->requests = self->requests;
    status_t set = ENVELOPE_SET (envelope, account, slice_of (call_account (self)));
    if (set == STATUS_OK)
        set = ENVELOPE_SET (envelope, region, slice_of (self->region));
    assert (set == STATUS_OK);          //  They came in an envelope, or were measured for one
    envelope->joined = self->joined;
    envelope->cached = self->cached;
    envelope->cached_age_ms = self->cached_age_ms;
    if (envelope->kind != KIND_PROGRESS)
        call_trace_give (&self->trace, *message_p, now_us);
    status_t status = mailbox_send (self->actor->mailbox, NULL, message_p);
    if (status != STATUS_OK)
        log_warning ("answer not sent", log_text ("tool", self->operation->tool), log_text ("status", status_name (status)));
    return status;
}

//  The end without an answer. When even that cannot be sent the gateway's own deadline ends the call.
static void
s_fault (call_t *self, status_t status, int64_t retry_ms, slice_t text)
{
    message_t *message = message_new (KIND_FAULT);
    buffer_t body;
    buffer_init (&body, MESSAGE_BODY_BYTES_MAX);
    body_write_fault (&body, &(body_fault_t) { .text = text, .retry_ms = retry_ms });
    if (message) {
        message->envelope.status = (uint16_t) status;
        if (message_take_body (message, &body) != STATUS_OK || call_send (self, &message) != STATUS_OK)
            log_warning ("fault not sent", log_text ("tool", self->operation->tool), log_text ("status", status_name (status)));
    }
    buffer_deinit (&body);
    message_destroy (&message);
    self->ended = true;
}

static call_trace_request_t
s_traced (const slot_t *slot)
{
    return (call_trace_request_t) { .number = slot->number, .asked_us = slot->asked_us, .region = slot->call->region };
}

static void
s_answered (void *arg, const outcome_t *outcome, const aws_spent_t *spent)
{
    slot_t *slot = arg;
    call_t *self = slot->call;
    slot->ask = NULL;
    self->flight_us += spent->flight_us;
    self->waited_us += spent->keys_us + spent->throttle_us + spent->pause_us;
    self->requests += (uint32_t) spent->attempts;
    call_trace_request_t request = s_traced (slot);
    call_trace_answered (&self->trace, &request, outcome, spent, reactor_now_us (self->actor->reactor));
    if (outcome->cached) {
        self->cached++;
        if (outcome->age_ms > self->cached_age_ms)
            self->cached_age_ms = (uint32_t) outcome->age_ms;
    } else {
        self->joined += outcome->shared;
    }
    assert (!self->ended);
    call_settle (self, self->stopped ? STATUS_OK : self->operation->next (self, slot->slot, outcome));
}

//  Why a request could not even be asked: false when the operation may know better.
static bool
s_unaskable (call_t *self, status_t status, const char *reason)
{
    if (self->stopped)
        return true;
    if (reason)
        s_fault (self, status, -1, slice_of (reason));
    else if (status == STATUS_BUSY)
        s_fault (self, status, BUSY_MS, SLICE ("Too many regions and accounts are being asked at once. Ask again in a few seconds."));
    return self->ended;
}

//  Until when a request may take: as long as the call, or shorter.
static int64_t
s_deadline_ms (const call_t *self, const aws_request_t *request)
{
    int64_t given_up_ms = reactor_now_ms (self->actor->reactor) + request->patience_ms;
    return request->patience_ms && given_up_ms < self->deadline_ms ? given_up_ms : self->deadline_ms;
}

status_t
call_ask (call_t *self, int slot, const aws_request_t *request)
{
    assert (slot >= 0 && slot < CALL_SLOTS_MAX);
    if (self->ended)
        return STATUS_OK;
    slot_t *place = &self->slots [slot];
    if (place->ask)
        return STATUS_BUSY;
    *place = (slot_t) { .call = self, .slot = slot, .number = ++self->asked, .asked_us = reactor_now_us (self->actor->reactor) };
    if (!self->first_ask_us)
        self->first_ask_us = place->asked_us;
    aws_request_t traced = *request;
    uint8_t trace [SPAN_TRACE_BYTES + SPAN_ID_BYTES];
    traced.trace = call_trace_of_request (&self->trace, trace);
    const char *reason;
    status_t status = shared_asks_ask (self->actor->asks, self, &traced, call_account (self), self->region, s_deadline_ms (self, request),
                                       s_answered, place, &place->ask, &reason);
    bool spared = status == STATUS_BUSY && request->patience_ms;
    return status == STATUS_OK || (!spared && s_unaskable (self, status, reason)) ? STATUS_OK : status;
}

//  Enough to know a key by, and not enough to be one.
static const char *
s_shortened (arena_t *arena, slice_t key_id)
{
    enum { SHOWN = 4 };
    if (key_id.size <= 2 * SHOWN)
        return arena_copy (arena, SLICE ("…"));
    return arena_printf (arena, "%.*s…%.*s", SHOWN, key_id.data, SHOWN, key_id.data + key_id.size - SHOWN);
}

status_t
call_means (call_t *self, aws_service_t service, call_means_t *means)
{
    endpoint_t endpoint;
    const char *reason;
    keyring_about_t about;
    *means = (call_means_t) { .expires_ms = -1, .newer_ms = -1 };
    endpoint_config_t endpoints = aws_settings_endpoints (self->actor->config.config);
    status_t status = endpoint_find (&endpoints, service, slice_of (self->region), &endpoint, &reason);
    if (status != STATUS_OK)
        return status;
    means->endpoint = arena_copy (self->arena, slice_of (endpoint.url));
    bool held = keyring_about (self->actor->keyring, call_account (self), &about);
    means->trail = arena_copy (self->arena, about.trail);
    if (!held)
        return means->endpoint && means->trail ? STATUS_OK : STATUS_NO_MEMORY;
    means->source = arena_copy (self->arena, slice_of (about.source));
    means->key_id = s_shortened (self->arena, about.key_id);
    means->expires_ms = about.left_ms;
    means->newer_ms = about.newer_ms;
    return means->endpoint && means->trail && means->source && means->key_id ? STATUS_OK : STATUS_NO_MEMORY;
}

void
call_drop (call_t *self, int slot)
{
    slot_t *place = &self->slots [slot];
    aws_trail_t trail;
    if (place->ask && self->trace.on && shared_asks_look (place->ask, &trail)) {
        call_trace_request_t request = s_traced (place);
        call_trace_dropped (&self->trace, &request, &trail);
    }
    shared_asks_abort (self->actor->asks, &place->ask);
}

void
call_drop_all (call_t *self)
{
    for (int i = 0; i < CALL_SLOTS_MAX; i++)
        call_drop (self, i);
}

bool
call_asks (const call_t *self)
{
    for (int i = 0; i < CALL_SLOTS_MAX; i++)
        if (self->slots [i].ask)
            return true;
    return false;
}

void
call_progress (call_t *self, double done, double total, const char *text)
{
    int64_t now_ms = reactor_now_ms (self->actor->reactor);
    bool rises = done > self->progress || self->progressed_ms == 0;
    if (self->ended || self->stopped || !rises || (self->progressed_ms && now_ms - self->progressed_ms < PROGRESS_MS))
        return;
    message_t *message = message_new (KIND_PROGRESS);
    if (!message)
        return;
    buffer_t body;
    buffer_init (&body, 1024);
    body_write_progress (&body, &(body_progress_t) { .done = done, .total = total, .text = slice_of (text) });
    if (message_take_body (message, &body) == STATUS_OK && call_send (self, &message) == STATUS_OK) {
        self->progress = done;
        self->progressed_ms = now_ms;
    }
    message_destroy (&message);
}

status_t
call_finish (call_t *self, buffer_t *json, bool cut)
{
    status_t status = buffer_status (json);
    bool heard = !self->ended && !self->stopped;
    if (status != STATUS_OK || !heard) {
        buffer_deinit (json);
        return heard ? status : STATUS_OK;
    }
    buffer_t body;
    buffer_init (&body, MESSAGE_BODY_BYTES_MAX);
    body_write_result (&body, &(body_result_t) { .json = buffer_slice (json), .cut = cut });
    buffer_deinit (json);
    message_t *message = message_new (KIND_RESULT);
    status = message ? message_take_body (message, &body) : STATUS_NO_MEMORY;
    if (status == STATUS_OK) {
        message->envelope.flags |= cut && self->hurried ? ENVELOPE_FLAG_HURRIED : 0;
        status = call_send (self, &message);
    }
    buffer_deinit (&body);
    message_destroy (&message);
    self->ended = status == STATUS_OK;
    return status;
}

status_t
call_fail (call_t *self, status_t status, int64_t retry_ms, const char *format, ...)
{
    assert (status != STATUS_OK);
    if (self->ended || self->stopped)
        return STATUS_OK;
    char text [2048];
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (text, sizeof text, format, arguments);
    va_end (arguments);
    s_fault (self, status, retry_ms, slice_of (text));
    return STATUS_OK;
}

status_t
call_fail_aws (call_t *self, const outcome_t *outcome)
{
    assert (outcome->status != STATUS_OK);
    if (self->ended || self->stopped)
        return STATUS_OK;
    buffer_t text;
    buffer_init (&text, 4096);
    sentence_of_outcome (&text, outcome, self->region);
    s_fault (self, outcome->status, outcome->retry_ms, buffer_slice (&text));
    buffer_deinit (&text);
    return STATUS_OK;
}

void
call_end_stopped (call_t *self)
{
    assert (self->stopped && !self->ended);
    char text [256];
    double took_s = (double) (reactor_now_us (self->actor->reactor) - self->began_us) / 1e6;
    if (self->stopped == STATUS_DEADLINE)
        snprintf (text, sizeof text, "%s in %s did not finish in the %.1f s that it had. Ask again, or ask for less.",
                  call_tool (self), self->region, took_s);
    else
        snprintf (text, sizeof text, "%s was cancelled.", call_tool (self));
    self->ended = true;
    if (!self->deserted)
        s_fault (self, self->stopped, -1, slice_of (text));
}
