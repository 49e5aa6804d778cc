#include "gates.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

//  A share saves up one second's worth, but a single request must always be possible.
static throttle_share_t
s_share (double quota_per_s, double share)
{
    double per_s = quota_per_s * share;
    return (throttle_share_t) { .per_s = per_s, .burst = per_s > 1 ? per_s : 1 };
}

struct gate {
    bool     used;
    gates_t *gates;             //  For the timer
    char     account [65];
    char     region [33];
    char     api [40];
    aws_service_t service;
    double   quota_per_s;
    throttle_t *throttle;
    retry_t  retry;
    gate_wait_t *lines;         //  Those who wait: the first of each caller's, in the order in which it is their turn
    int      uses;              //  Asks that hold it
    int64_t  idle_since_ms;     //  When uses became 0
    reactor_timer_t timer;      //  When the next token is there
};

struct gates {
    reactor_t *reactor;
    double share;
    double per_s;               //  Of every API; 0: as AWS publishes
    const config_quota_t *quotas;       //  Of single ones
    size_t quotas_count;
    retry_t retry;              //  What that of a new gate is
    int top;                    //  No gate was ever used from here on: walks stop early
    gate_t gates [GATES_MAX];
};

gates_t *
gates_new (reactor_t *reactor, double share)
{
    assert (share > 0 && share <= 1);
    gates_t *self = calloc (1, sizeof *self);
    if (self) {
        self->reactor = reactor;
        self->share = share;
    }
    return self;
}

static void
s_close (gates_t *self, gate_t *gate)
{
    assert (!gate->lines);
    reactor_cancel_timer (self->reactor, &gate->timer);
    throttle_destroy (&gate->throttle);
    *gate = (gate_t) { 0 };
}

void
gates_set_quota (gates_t *self, double per_s)
{
    self->per_s = per_s;
}

void
gates_set_quotas (gates_t *self, const config_quota_t *quotas, size_t count)
{
    self->quotas = quotas;
    self->quotas_count = count;
}

void
gates_set_retry (gates_t *self, const retry_t *retry)
{
    self->retry = *retry;
}

void
gates_destroy (gates_t **self_p)
{
    gates_t *self = *self_p;
    if (!self)
        return;
    for (int i = 0; i < self->top; i++)
        if (self->gates [i].used)
            s_close (self, &self->gates [i]);
    free (self);
    *self_p = NULL;
}

static bool
s_same_pair (const gate_t *gate, const char *account, const char *region)
{
    return strcmp (gate->account, account) == 0 && strcmp (gate->region, region) == 0;
}

//  What points to this caller's line; or to nothing, behind the last line, when it has none.
static gate_wait_t **
s_line (gate_t *gate, const void *caller)
{
    gate_wait_t **line = &gate->lines;
    while (*line && (*line)->caller != caller)
        line = &(*line)->next_line;
    return line;
}

//  The one whose turn it is leaves; what is left of its line goes behind the others.
static gate_wait_t *
s_take_turn (gate_t *gate)
{
    gate_wait_t *wait = gate->lines, *rest = wait->next;
    gate_leave (wait);
    if (rest && rest->next_line) {
        gate_wait_t **end = &rest->next_line;
        while (*end)
            end = &(*end)->next_line;
        *end = rest;
        gate->lines = rest->next_line;
        rest->next_line = NULL;
    }
    return wait;
}

//  Lets as many pass as there are tokens, then sleeps until the next one.
static void
s_serve (void *arg)
{
    gate_t *gate = arg;
    reactor_t *reactor = gate->gates->reactor;
    int64_t now_ms = reactor_now_ms (reactor);
    while (gate->lines) {
        int64_t wait_ms = throttle_take (gate->throttle, now_ms);
        if (wait_ms > 0) {
            reactor_set_timer (reactor, &gate->timer, now_ms + wait_ms);
            return;
        }
        gate_wait_t *wait = s_take_turn (gate);
        wait->pass (wait->arg);
    }
}

static void
s_open (gates_t *self, gate_t *gate, const char *account, const char *region, aws_service_t service, const char *api)
{
    assert (strlen (account) < sizeof gate->account && strlen (region) < sizeof gate->region && strlen (api) < sizeof gate->api);
    *gate = (gate_t) { .used = true, .gates = self, .service = service };
    gate->quota_per_s = quota_own_per_s (self->quotas, self->quotas_count, service, api);
    if (gate->quota_per_s <= 0)
        gate->quota_per_s = self->per_s > 0 ? self->per_s : quota_per_s (service, api, region);
    snprintf (gate->account, sizeof gate->account, "%s", account);
    snprintf (gate->region, sizeof gate->region, "%s", region);
    snprintf (gate->api, sizeof gate->api, "%s", api);
    gate->retry = self->retry;
    gate->timer = (reactor_timer_t) { .due = s_serve, .arg = gate };
    throttle_share_t share = s_share (gate->quota_per_s, self->share);
    gate->throttle = throttle_new (&share, reactor_now_ms (self->reactor));
}

//  When the last ask of this pair ended; -1 when one of its gates is in use. *first: no gate of the pair stands before this one.
static int64_t
s_pair_idle_since_ms (const gates_t *self, const gate_t *gate, bool *first)
{
    int64_t since_ms = INT64_MIN;
    bool used = false;
    *first = true;
    for (int i = 0; i < self->top && *first; i++) {
        const gate_t *other = &self->gates [i];
        if (!other->used || !s_same_pair (other, gate->account, gate->region))
            continue;
        *first = other >= gate;
        used = used || other->uses > 0;
        since_ms = other->idle_since_ms > since_ms ? other->idle_since_ms : since_ms;
    }
    return used ? -1 : since_ms;
}

//  How many (account, region) pairs have a gate; *idlest_p: a gate of the pair that was idle longest, NULL when all are in use.
static int
s_count_pairs (gates_t *self, gate_t **idlest_p)
{
    int pairs = 0;
    int64_t idlest_ms = INT64_MAX;
    *idlest_p = NULL;
    for (int i = 0; i < self->top; i++) {
        gate_t *gate = &self->gates [i];
        if (!gate->used)
            continue;
        bool first;
        int64_t since_ms = s_pair_idle_since_ms (self, gate, &first);
        if (!first)
            continue;
        pairs++;
        if (since_ms >= 0 && since_ms < idlest_ms) {
            idlest_ms = since_ms;
            *idlest_p = gate;
        }
    }
    return pairs;
}

static void
s_close_pair (gates_t *self, const gate_t *like)
{
    char account [65], region [33];
    memcpy (account, like->account, sizeof account);
    memcpy (region, like->region, sizeof region);
    for (int i = 0; i < self->top; i++)
        if (self->gates [i].used && s_same_pair (&self->gates [i], account, region))
            s_close (self, &self->gates [i]);
}

//  A place in the table: a free one, or that of the gate that was idle longest.
static gate_t *
s_place (gates_t *self)
{
    gate_t *idlest = NULL;
    for (int i = 0; i < self->top; i++) {
        gate_t *gate = &self->gates [i];
        if (!gate->used)
            return gate;
        if (gate->uses == 0 && (!idlest || gate->idle_since_ms < idlest->idle_since_ms))
            idlest = gate;
    }
    if (self->top < GATES_MAX)
        return &self->gates [self->top++];
    if (idlest)
        s_close (self, idlest);
    return idlest;
}

gate_t *
gates_use (gates_t *self, const char *account, const char *region, aws_service_t service, const char *api)
{
    bool known_pair = false;
    for (int i = 0; i < self->top; i++) {
        gate_t *gate = &self->gates [i];
        if (!gate->used || !s_same_pair (gate, account, region))
            continue;
        known_pair = true;
        if (gate->service == service && strcmp (gate->api, api) == 0) {
            gate->uses++;
            return gate;
        }
    }
    gate_t *idlest;
    if (!known_pair && s_count_pairs (self, &idlest) >= GATES_REGIONS_MAX) {
        if (!idlest)
            return NULL;
        s_close_pair (self, idlest);
    }
    gate_t *gate = s_place (self);
    if (gate) {
        s_open (self, gate, account, region, service, api);
        gate->uses = 1;
    }
    return gate;
}

void
gates_release (gates_t *self, gate_t *gate)
{
    assert (gate->uses > 0);
    if (--gate->uses == 0)
        gate->idle_since_ms = reactor_now_ms (self->reactor);
}

//  How many of those who wait pass before one more of this caller's: of each other line as many as there are turns until then.
static int
s_before (const gate_t *gate, const void *caller)
{
    int own = 0, before = 0;
    for (const gate_wait_t *first = gate->lines; first; first = first->next_line)
        if (first->caller == caller)
            own = first->count;
    bool passed = false;
    for (const gate_wait_t *first = gate->lines; first; first = first->next_line) {
        int turns = passed ? own : own + 1;             //  Whose line stands behind has its turn after the caller's
        passed = passed || first->caller == caller;
        before += first->caller == caller ? 0 : first->count < turns ? first->count : turns;
    }
    return own + before;
}

//  At the end of its caller's line, or as a new one.
static void
s_join (gate_t *gate, gate_wait_t *wait)
{
    gate_wait_t **line = s_line (gate, wait->caller);
    wait->gate = gate;
    wait->next = wait->next_line = NULL;
    if (*line) {
        (*line)->last->next = wait;
        (*line)->last = wait;
        (*line)->count++;
    } else {
        wait->last = wait;
        wait->count = 1;
        *line = wait;
    }
}

status_t
gate_enter (gates_t *self, gate_t *gate, gate_wait_t *wait, int64_t patience_ms, int64_t *wait_ms)
{
    assert (!wait->gate);
    *wait_ms = 0;
    int64_t now_ms = reactor_now_ms (self->reactor);
    bool first = !gate->lines;
    if (first) {
        *wait_ms = throttle_take (gate->throttle, now_ms);
        if (*wait_ms == 0)
            return STATUS_OK;
    } else {
        //  Those before us, at today's rate; the first of them passes when the timer says so.
        *wait_ms = gate->timer.due_ms > now_ms ? gate->timer.due_ms - now_ms : 0;
        *wait_ms += (int64_t) (s_before (gate, wait->caller) * 1000.0 / throttle_rate_per_s (gate->throttle));
    }
    if (*wait_ms > patience_ms)
        return STATUS_BUSY;
    s_join (gate, wait);
    if (first)
        reactor_set_timer (self->reactor, &gate->timer, now_ms + *wait_ms);
    return STATUS_AGAIN;
}

//  The next of its caller's, if there is one, has its turn in its place.
static void
s_leave_first (gate_wait_t **line)
{
    gate_wait_t *wait = *line, *next = wait->next;
    if (next) {
        next->last = wait->last;
        next->count = wait->count - 1;
        next->next_line = wait->next_line;
    }
    *line = next ? next : wait->next_line;
}

void
gate_leave (gate_wait_t *wait)
{
    if (!wait->gate)
        return;
    gate_wait_t **line = s_line (wait->gate, wait->caller), *first = *line;
    if (wait == first) {
        s_leave_first (line);
    } else {
        gate_wait_t *before = first;
        while (before->next != wait)
            before = before->next;
        before->next = wait->next;
        first->count--;
        if (first->last == wait)
            first->last = before;
    }
    wait->gate = NULL;
}

void
gate_slow_down (gates_t *self, gate_t *gate)
{
    throttle_slow_down (gate->throttle, reactor_now_ms (self->reactor));
}

retry_t *
gate_retry (gate_t *gate)
{
    return &gate->retry;
}

double
gate_quota_per_s (const gate_t *gate)
{
    return gate->quota_per_s;
}
