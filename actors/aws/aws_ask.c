#include "aws_ask.h"

#include <stdio.h>
#include <stdlib.h>

enum { BODY_BYTES_MAX = 1024 * 1024 };

aws_ask_t *
aws_ask_new (aws_client_t *client)
{
    aws_ask_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->client = client;
    self->first_byte_ms = -1;
    self->began_us = self->since_us = reactor_now_us (client->reactor);
    buffer_init (&self->body, BODY_BYTES_MAX);
    self->next = client->asks;
    if (self->next)
        self->next->prior = self;
    client->asks = self;
    client->counts.under_way++;
    return self;
}

void
aws_ask_drop (aws_ask_t **self_p)
{
    aws_ask_t *self = *self_p;
    *self_p = NULL;
    aws_client_t *client = self->client;
    if (self->gate)
        gates_release (client->gates, self->gate);
    if (self->prior)
        self->prior->next = self->next;
    else
        client->asks = self->next;
    if (self->next)
        self->next->prior = self->prior;
    client->counts.under_way--;
    buffer_deinit (&self->body);
    free (self);
}

//  The breaker opened: those who wait find out in the next turn. Nobody is told anything here: who is told may ask again, or abort others.
static void
s_wake_all (aws_client_t *client, const char *region, aws_service_t service)
{
    for (aws_ask_t *other = client->asks; other; other = other->next) {
        if (other->state == ASK_FLIGHT || other->fresh || other->service != service || strcmp (other->region, region) != 0)
            continue;
        aws_ask_leave (other);
        aws_ask_pause (other, 0);
    }
}

static void
s_tell_breaker (aws_ask_t *self, const transfer_answer_t *answer, int64_t given_ms)
{
    aws_client_t *client = self->client;
    int64_t now_ms = reactor_now_ms (client->reactor);
    breaker_hear (client->breaker, self->region, self->service, now_ms, &(breaker_end_t) {
        .answer = answer, .given_ms = given_ms, .caller = self->caller, .probe = self->probing });
    self->probing = false;
    breaker_trouble_t trouble;
    if (breaker_look (client->breaker, self->region, self->service, now_ms, &trouble) == BREAKER_OPEN)
        s_wake_all (client, self->region, self->service);
}

//  An attempt is given up because nobody waits for it any more. That AWS was silent until now may be news.
static void
s_abort (aws_ask_t *self, int64_t silent_ms)
{
    char reason [BREAKER_REASON_SIZE];
    bool silent = !transfer_is_answered (self->transfer), sent = transfer_is_sent (self->transfer);
    transfer_abort (&self->transfer);
    if (!silent)
        return;
    snprintf (reason, sizeof reason, "there was no answer within %lld ms", (long long) silent_ms);
    s_tell_breaker (self, &(transfer_answer_t) { .status = STATUS_DEADLINE, .reason = reason, .sent = sent }, silent_ms);
}

//  What the present state was spent on, for those who want to know.
static void
s_follow (const aws_ask_t *self, aws_trail_t *trail, int64_t now_us)
{
    static const aws_stage_kind_t STAGES [] = {
        [ASK_KEYS] = AWS_STAGE_CREDENTIALS, [ASK_TOKEN] = AWS_STAGE_THROTTLE, [ASK_FLIGHT] = AWS_STAGE_ATTEMPT, [ASK_PAUSE] = AWS_STAGE_BACKOFF,
    };
    if (trail && self->counts)
        aws_trail_add (trail, STAGES [self->state], self->since_us, now_us, self->spent.attempts);
}

void
aws_client_follow (aws_ask_t *ask, aws_trail_t *trail)
{
    ask->trail = trail;
}

void
aws_client_look (const aws_ask_t *ask, aws_trail_t *copy)
{
    s_follow (ask, copy, reactor_now_us (ask->client->reactor));
}

void
aws_ask_leave (aws_ask_t *self)
{
    int64_t now_us = reactor_now_us (self->client->reactor);
    int64_t *spent [] = {
        [ASK_KEYS] = &self->spent.keys_us,
        [ASK_TOKEN] = &self->spent.throttle_us,
        [ASK_FLIGHT] = &self->spent.flight_us,
        [ASK_PAUSE] = &self->spent.pause_us,
    };
    int64_t flown_ms = (now_us - self->since_us) / 1000;
    *spent [self->state] += now_us - self->since_us;
    s_follow (self, self->trail, now_us);
    self->counts = false;
    self->since_us = now_us;
    if (self->transfer)
        s_abort (self, flown_ms);
    keyring_forget (self->client->keyring, &self->at_keyring);
    gate_leave (&self->at_gate);
    if (self->probing)
        breaker_give_up (self->client->breaker, self->region, self->service);
    self->probing = false;
    reactor_cancel_timer (self->client->reactor, &self->timer);
}

void
aws_ask_pause (aws_ask_t *self, int64_t wait_ms)
{
    self->state = ASK_PAUSE;
    self->counts = self->spent.attempts > 0;
    self->timer = (reactor_timer_t) { .due = self->again, .arg = self };
    reactor_set_timer (self->client->reactor, &self->timer, reactor_now_ms (self->client->reactor) + wait_ms);
}

void
aws_ask_wait (aws_ask_t *self, ask_state_t state, void (*due) (void *arg))
{
    self->state = state;
    self->counts = state == ASK_KEYS;
    self->timer = (reactor_timer_t) { .due = due, .arg = self };
    reactor_set_timer (self->client->reactor, &self->timer, self->deadline_ms - ATTEMPT_MS_MIN + 1);
}

void
aws_ask_end (aws_ask_t *self, outcome_t *outcome)
{
    char before [sizeof self->before];          //  The ask is no more when its outcome is told
    memcpy (before, self->before, sizeof before);
    aws_ask_leave (self);
    self->client->counts.failures += outcome->status != STATUS_OK;
    outcome->api = self->api;
    outcome->quota_per_s = gate_quota_per_s (self->gate);
    outcome->service = self->service;
    outcome->attempts = self->spent.attempts;
    outcome->first_byte_ms = self->first_byte_ms;
    outcome->skew_ms = self->told_skew_ms;
    outcome->skew_known = self->told_skew;
    outcome->unasked = self->state != ASK_FLIGHT;
    outcome->before = before [0] ? before : NULL;
    outcome->waited_ms = (self->spent.keys_us + self->spent.throttle_us + self->spent.pause_us) / 1000;
    outcome->took_ms = (reactor_now_us (self->client->reactor) - self->began_us) / 1000;
    void (*done) (void *, const outcome_t *, const aws_spent_t *) = self->done;
    void *arg = self->arg;
    aws_spent_t spent = self->spent;
    aws_ask_drop (&self);
    done (arg, outcome, &spent);
}

void
aws_ask_fail (aws_ask_t *self, status_t status, const char *reason, const aws_error_t *error, int64_t retry_ms)
{
    aws_ask_end (self, &(outcome_t) { .status = status, .reason = reason, .error = error, .retry_ms = retry_ms });
}

int64_t
aws_ask_left_ms (const aws_ask_t *self)
{
    return self->deadline_ms - reactor_now_ms (self->client->reactor);
}

bool
aws_ask_ended_late (aws_ask_t *self, const char *reason)
{
    if (aws_ask_left_ms (self) >= ATTEMPT_MS_MIN)
        return false;
    aws_ask_fail (self, STATUS_DEADLINE, reason, NULL, -1);
    return true;
}

bool
aws_ask_ended_barred (aws_ask_t *self, bool going)
{
    if (self->fresh)
        return false;
    breaker_t *breaker = self->client->breaker;
    breaker_trouble_t trouble;
    int64_t now_ms = reactor_now_ms (self->client->reactor);
    breaker_verdict_t verdict = going ? breaker_enter (breaker, self->region, self->service, now_ms, &trouble)
                                      : breaker_look (breaker, self->region, self->service, now_ms, &trouble);
    if (verdict == BREAKER_OPEN)
        aws_ask_end (self, &(outcome_t) { .status = STATUS_UNREACHABLE, .reason = trouble.reason, .retry_ms = trouble.again_ms, .barred = true,
                                          .dead_ms = trouble.dead_ms });
    else
        self->probing = going && verdict == BREAKER_PROBE;
    return verdict == BREAKER_OPEN;
}

void
aws_ask_heard (aws_ask_t *self, const transfer_answer_t *answer)
{
    s_tell_breaker (self, answer, self->given_ms);
}

aws_wait_t
aws_client_wait (const aws_ask_t *self)
{
    static const aws_wait_kind_t KINDS [] = {
        [ASK_KEYS] = AWS_WAIT_KEYS, [ASK_TOKEN] = AWS_WAIT_TURN, [ASK_FLIGHT] = AWS_WAIT_ANSWER, [ASK_PAUSE] = AWS_WAIT_PAUSE };
    return (aws_wait_t) {
        .kind = KINDS [self->state], .since_us = self->since_us, .quota_per_s = gate_quota_per_s (self->gate), .api = self->api,
        .before = self->before,
    };
}
