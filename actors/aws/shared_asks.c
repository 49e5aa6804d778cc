#include "shared_asks.h"

#include "chain.h"

#include <assert.h>
#include <stdlib.h>

//  Chains of requests that can be joined: a loaded actor has some hundreds of them under way.
enum { BUCKETS = 1024 };

//  What is asked once, and all who wait for it. It is in its bucket as long as others may join.
typedef struct flight {
    shared_asks_t *asks;
    question_t     question;            //  Its own
    bool           once;
    bool           open;                //  Others may join, and the answer may be kept
    chain_t        waiting;             //  In the order of their coming
    aws_ask_t     *ask;                 //  NULL: the answer was kept, and is told at the next turn
    reactor_timer_t timer;              //  That turn
    int64_t        deadline_ms;
    aws_spent_t    spent;               //  So far; of the attempts, those that nobody has been told of
    aws_trail_t   *trail;               //  NULL: who asked first did not want to know
    struct flight *bucket_next;
    struct flight **bucket_link;        //  What points to it in its bucket; NULL: in none
} flight_t;

struct shared_ask {
    chain_t        at;                  //  Among those who wait; the first member
    flight_t      *flight;              //  NULL: about to be told
    shared_asks_t *asks;
    const void    *caller;
    bool           joined;
    int64_t        deadline_ms;
    int64_t        began_us;
    reactor_timer_t timer;              //  Its own deadline, if the request has more time
    void         (*done) (void *arg, const outcome_t *outcome, const aws_spent_t *spent);
    void          *arg;
};

struct shared_asks {
    reactor_t     *reactor;
    aws_client_t  *client;
    answers_t     *answers;
    flight_t      *buckets [BUCKETS];
    shared_asks_counts_t counts;
};

//  --- Those who wait

//  Of a member, not of the list's head.
static shared_ask_t *
s_ask_at (chain_t *member)
{
    static_assert (offsetof (shared_ask_t, at) == 0, "a member is its ask");
    return (shared_ask_t *) member;
}

//  --- Beginning and end

shared_asks_t *
shared_asks_new (reactor_t *reactor, aws_client_t *client, size_t kept_bytes_max)
{
    shared_asks_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->reactor = reactor;
    self->client = client;
    self->answers = answers_new (kept_bytes_max);
    if (!self->answers)
        shared_asks_destroy (&self);
    return self;
}

void
shared_asks_destroy (shared_asks_t **self_p)
{
    shared_asks_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        assert (!self->buckets [i]);            //  Calls abort their asks before
    answers_destroy (&self->answers);
    free (self);
    *self_p = NULL;
}

//  --- Requests

static flight_t **
s_bucket (shared_asks_t *self, const question_t *question)
{
    size_t start;
    memcpy (&start, question->digest, sizeof start);
    return &self->buckets [start % BUCKETS];
}

static flight_t *
s_find (shared_asks_t *self, const question_t *question)
{
    flight_t *flight = *s_bucket (self, question);
    while (flight && !question_same (&flight->question, question))
        flight = flight->bucket_next;
    return flight;
}

static flight_t *
s_flight_new (shared_asks_t *self, const question_t *question, const aws_request_t *request)
{
    flight_t *flight = calloc (1, sizeof *flight);
    if (!flight || question_keep (question, &flight->question) != STATUS_OK) {
        free (flight);
        return NULL;
    }
    flight->asks = self;
    flight->trail = request->trace ? malloc (sizeof *flight->trail) : NULL;         //  Without memory nobody is told, and that is all
    if (flight->trail)
        aws_trail_init (flight->trail, question->service, question->api, request->trace);
    flight->once = request->once;
    flight->open = !request->once && !request->fresh;
    chain_init (&flight->waiting);
    if (flight->open) {
        flight_t **bucket = s_bucket (self, question);
        flight->bucket_link = bucket;
        flight->bucket_next = *bucket;
        if (flight->bucket_next)
            flight->bucket_next->bucket_link = &flight->bucket_next;
        *bucket = flight;
    }
    return flight;
}

//  Nobody waits for it (any more).
static void
s_flight_free (flight_t *flight)
{
    assert (chain_is_empty (&flight->waiting));
    aws_client_abort (flight->asks->client, &flight->ask);
    reactor_cancel_timer (flight->asks->reactor, &flight->timer);
    if (flight->bucket_link) {
        *flight->bucket_link = flight->bucket_next;
        if (flight->bucket_next)
            flight->bucket_next->bucket_link = flight->bucket_link;
    }
    question_deinit (&flight->question);
    free (flight->trail);
    free (flight);
}

//  Who has the most time.
static shared_ask_t *
s_latest (flight_t *flight)
{
    shared_ask_t *latest = s_ask_at (flight->waiting.next);
    for (chain_t *member = flight->waiting.next; member != &flight->waiting; member = member->next)
        if (s_ask_at (member)->deadline_ms > latest->deadline_ms)
            latest = s_ask_at (member);
    return latest;
}

//  --- Telling

//  The time of a request that fell into this one's own wait. What it was spent on last, it is said to have waited for.
static aws_spent_t
s_own_spent (const aws_spent_t *all, int64_t waited_us)
{
    aws_spent_t own = { .trail = all->trail };
    const struct { const int64_t *all; int64_t *own; } PARTS [] = {
        { &all->flight_us, &own.flight_us }, { &all->throttle_us, &own.throttle_us },
        { &all->keys_us, &own.keys_us }, { &all->pause_us, &own.pause_us },
    };
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS [0]; i++) {
        *PARTS [i].own = *PARTS [i].all < waited_us ? *PARTS [i].all : waited_us;
        waited_us -= *PARTS [i].own;
    }
    return own;
}

//  Out of whatever it is in.
static void
s_unseat (shared_ask_t *ask)
{
    chain_leave (&ask->at);
    reactor_cancel_timer (ask->asks->reactor, &ask->timer);
    ask->flight = NULL;
}

//  Whoever is told may ask anew, and may make others of these leave: they stay in the ring until it is their turn.
static void
s_tell (shared_asks_t *self, chain_t *ring, const outcome_t *outcome, const aws_spent_t *spent)
{
    int attempts = spent->attempts;
    while (!chain_is_empty (ring)) {
        shared_ask_t *ask = s_ask_at (ring->next);
        s_unseat (ask);
        int64_t waited_us = reactor_now_us (self->reactor) - ask->began_us;
        aws_spent_t own_spent = s_own_spent (spent, waited_us);
        outcome_t own = *outcome;
        own_spent.attempts = attempts;
        own.took_ms = waited_us / 1000;
        own.waited_ms = (own_spent.keys_us + own_spent.throttle_us + own_spent.pause_us) / 1000;
        own.shared = ask->joined;
        attempts = 0;
        void (*done) (void *, const outcome_t *, const aws_spent_t *) = ask->done;
        void *arg = ask->arg;
        free (ask);
        done (arg, &own, &own_spent);
    }
}

//  Those whose time was the request's, or less: into a ring of their own.
static void
s_part (flight_t *flight, int64_t until_ms, chain_t *ring)
{
    chain_init (ring);
    chain_t *next;
    for (chain_t *member = flight->waiting.next; member != &flight->waiting; member = next) {
        next = member->next;
        if (s_ask_at (member)->deadline_ms > until_ms)
            continue;
        s_unseat (s_ask_at (member));
        chain_join (ring, member);
    }
}

//  The end of a request, and of all who wait.
static void
s_end_all (flight_t *flight, const outcome_t *outcome)
{
    shared_asks_t *self = flight->asks;
    aws_spent_t spent = flight->spent;
    aws_trail_t *trail = flight->trail;
    flight->trail = NULL;
    spent.trail = trail;
    chain_t ring;
    s_part (flight, INT64_MAX, &ring);
    s_flight_free (flight);
    s_tell (self, &ring, outcome, &spent);
    free (trail);
}

//  --- Asking

static void s_answered (void *arg, const outcome_t *outcome, const aws_spent_t *spent);

//  Its own time is over before that of the request which it joined.
static void
s_too_late (void *arg)
{
    shared_ask_t *ask = arg;
    shared_asks_t *self = ask->asks;
    flight_t *flight = ask->flight;
    outcome_t outcome = {
        .status = STATUS_DEADLINE, .reason = "another call had asked the same, and the answer did not come in time", .api = flight->question.api,
        .service = flight->question.service, .retry_ms = -1, .first_byte_ms = -1,
    };
    chain_t ring;
    chain_init (&ring);
    s_unseat (ask);
    chain_join (&ring, &ask->at);
    if (chain_is_empty (&flight->waiting))
        s_flight_free (flight);
    s_tell (self, &ring, &outcome, &(aws_spent_t) { .flight_us = INT64_MAX });
}

//  Those who have less time than the request watch their own.
static void
s_watch_time (shared_ask_t *ask)
{
    if (ask->deadline_ms < ask->flight->deadline_ms)
        reactor_set_timer (ask->asks->reactor, &ask->timer, ask->deadline_ms);
    else
        reactor_cancel_timer (ask->asks->reactor, &ask->timer);
}

static void
s_seat (flight_t *flight, shared_ask_t *ask)
{
    ask->flight = flight;
    chain_join (&flight->waiting, &ask->at);
    s_watch_time (ask);
}

//  Asks AWS, with the time of the one who has most of it.
static status_t
s_fly (flight_t *flight, const char **reason)
{
    shared_asks_t *self = flight->asks;
    const question_t *question = &flight->question;
    const shared_ask_t *latest = s_latest (flight);
    aws_request_t request = { .service = question->service, .api = question->api, .body = question->body, .once = flight->once };
    status_t status = aws_client_ask (self->client, latest->caller, &request, question->account, question->region, latest->deadline_ms, s_answered,
                                      flight, &flight->ask, reason);
    if (status != STATUS_OK)
        return status;
    if (flight->trail)
        aws_client_follow (flight->ask, flight->trail);
    flight->deadline_ms = latest->deadline_ms;
    for (chain_t *member = flight->waiting.next; member != &flight->waiting; member = member->next)
        s_watch_time (s_ask_at (member));
    return STATUS_OK;
}

//  Would more time have helped?
static bool
s_lacked_time (const flight_t *flight, const outcome_t *outcome)
{
    int64_t left_ms = flight->deadline_ms - reactor_now_ms (flight->asks->reactor);
    int64_t needed_ms = outcome->retry_ms > SHARED_ASKS_RETRY_MS ? outcome->retry_ms : SHARED_ASKS_RETRY_MS;
    return outcome->status != STATUS_OK && status_retryable (outcome->status) && !outcome->barred && left_ms < needed_ms;
}

static void
s_answered (void *arg, const outcome_t *outcome, const aws_spent_t *spent)
{
    flight_t *flight = arg;
    shared_asks_t *self = flight->asks;
    int64_t until_ms = flight->deadline_ms;
    flight->ask = NULL;                 //  It ended by itself
    flight->spent.keys_us += spent->keys_us;
    flight->spent.throttle_us += spent->throttle_us;
    flight->spent.flight_us += spent->flight_us;
    flight->spent.pause_us += spent->pause_us;
    flight->spent.attempts += spent->attempts;
    if (outcome->status == STATUS_OK && flight->open)
        answers_keep (self->answers, &flight->question, outcome->answer, reactor_now_ms (self->reactor));
    const char *reason;
    bool again = s_latest (flight)->deadline_ms > until_ms && s_lacked_time (flight, outcome) && s_fly (flight, &reason) == STATUS_OK;
    if (!again) {
        s_end_all (flight, outcome);
        return;
    }
    self->counts.again++;
    chain_t ring;
    s_part (flight, until_ms, &ring);
    aws_spent_t so_far = flight->spent;
    aws_trail_t trail;                  //  Those who are told may make the request's end
    if (flight->trail) {
        trail = *flight->trail;
        so_far.trail = &trail;
    }
    if (!chain_is_empty (&ring))
        flight->spent.attempts = 0;
    s_tell (self, &ring, outcome, &so_far);
}

//  What was kept is told now. If it has left meanwhile, AWS is asked after all.
static void
s_recall (void *arg)
{
    flight_t *flight = arg;
    shared_asks_t *self = flight->asks;
    const question_t *question = &flight->question;
    outcome_t outcome = { .api = question->api, .service = question->service, .retry_ms = -1, .first_byte_ms = -1, .cached = true };
    slice_t text = answers_find (self->answers, question, reactor_now_ms (self->reactor), &outcome.age_ms);
    yyjson_doc *doc = NULL;
    if (text.data && json_read (text, JSON_DEPTH_MAX_AWS, &doc, NULL) == STATUS_OK) {
        outcome.answer = yyjson_doc_get_root (doc);
        s_end_all (flight, &outcome);
        yyjson_doc_free (doc);
        return;
    }
    outcome.cached = false;
    outcome.status = s_fly (flight, &outcome.reason);
    if (outcome.status != STATUS_OK)
        s_end_all (flight, &outcome);
}

//  The first who asks this: from what was kept, or AWS.
static status_t
s_begin (flight_t *flight, const char **reason)
{
    shared_asks_t *self = flight->asks;
    int64_t now_ms = reactor_now_ms (self->reactor), age_ms;
    if (!flight->open || !answers_find (self->answers, &flight->question, now_ms, &age_ms).data)
        return s_fly (flight, reason);
    self->counts.cached++;
    flight->timer = (reactor_timer_t) { .due = s_recall, .arg = flight };
    reactor_set_timer (self->reactor, &flight->timer, now_ms);
    return STATUS_OK;
}

//  Joins the same request, or makes one. Not OK: it is in none.
static status_t
s_enter (shared_asks_t *self, shared_ask_t *ask, const question_t *question, const aws_request_t *request, const char **reason)
{
    flight_t *flight = request->once || request->fresh ? NULL : s_find (self, question);
    if (flight) {
        ask->joined = true;
        self->counts.joined++;
        s_seat (flight, ask);
        return STATUS_OK;
    }
    flight = s_flight_new (self, question, request);
    if (!flight)
        return STATUS_NO_MEMORY;
    flight->deadline_ms = ask->deadline_ms;
    s_seat (flight, ask);
    status_t status = s_begin (flight, reason);
    if (status != STATUS_OK) {
        s_unseat (ask);
        s_flight_free (flight);
    }
    return status;
}

status_t
shared_asks_ask (shared_asks_t *self, const void *caller, const aws_request_t *request, const char *account, const char *region,
                 int64_t deadline_ms, void (*done) (void *arg, const outcome_t *outcome, const aws_spent_t *spent), void *arg,
                 shared_ask_t **ask_p, const char **reason)
{
    *ask_p = NULL;
    *reason = NULL;
    question_t question;
    status_t status = question_init (&question, request, account, region);
    if (status != STATUS_OK)
        return status;
    shared_ask_t *ask = calloc (1, sizeof *ask);
    if (!ask)
        return STATUS_NO_MEMORY;
    *ask = (shared_ask_t) {
        .asks = self, .caller = caller, .deadline_ms = deadline_ms, .began_us = reactor_now_us (self->reactor), .done = done, .arg = arg,
        .timer = { .due = s_too_late, .arg = ask },
    };
    status = s_enter (self, ask, &question, request, reason);
    if (status != STATUS_OK) {
        free (ask);
        return status;
    }
    *ask_p = ask;
    return STATUS_OK;
}

void
shared_asks_abort (shared_asks_t *self, shared_ask_t **ask_p)
{
    shared_ask_t *ask = *ask_p;
    if (!ask)
        return;
    assert (ask->asks == self);
    flight_t *flight = ask->flight;
    s_unseat (ask);
    free (ask);
    if (flight && chain_is_empty (&flight->waiting))
        s_flight_free (flight);
    *ask_p = NULL;
}

bool
shared_asks_look (const shared_ask_t *ask, aws_trail_t *trail)
{
    const flight_t *flight = ask->flight;
    if (!flight || !flight->trail || ask->joined)
        return false;
    *trail = *flight->trail;
    if (flight->ask)
        aws_client_look (flight->ask, trail);
    return true;
}

bool
shared_asks_wait (const shared_ask_t *ask, aws_wait_t *wait)
{
    bool asked = ask->flight && ask->flight->ask;
    if (asked)
        *wait = aws_client_wait (ask->flight->ask);
    return asked;
}

shared_asks_counts_t
shared_asks_counts (const shared_asks_t *self)
{
    answers_counts_t kept = answers_counts (self->answers);
    shared_asks_counts_t counts = self->counts;
    counts.answers = kept.entries;
    counts.answers_bytes = kept.bytes;
    return counts;
}
