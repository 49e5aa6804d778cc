/*  desk - a dispatch with everything around it: a clock that stands still, workers that do as they are told, callers that remember

    desk_t *desk = desk_new ();
    worker_t *worker = desk_worker (desk, SERVICE_LOGS);
    worker_ready (worker, 4);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 10000);
    worker_answer (worker, caller.id, "{}");
    assert_int_equal (caller.ends, 1);

    A worker is a mailbox in the test's own thread. It keeps the requests that it was sent until the test answers them, and fails the test when
    it is given more of them than it has credit. Included behind cmocka.h.

    Owner:  the test. */

#ifndef DESK_H
#define DESK_H

#include "body.h"
#include "dispatch.h"
#include "fake_clock.h"
#include "log.h"
#include "mailbox.h"

#include <stdio.h>
#include <stdlib.h>

//  --- Tools: brief, once (may not be done twice), slow and hidden (internal) of logs; metric of metrics; ring of alarms

#define DESK_COMMON "\"max_bytes\":{\"type\":\"integer\",\"minimum\":1024,\"maximum\":1048576,\"default\":65536}," \
    "\"account\":{\"type\":\"string\",\"maxLength\":64},\"region\":{\"type\":\"string\",\"maxLength\":32}"
#define DESK_CONTRACT(name, service, idempotent, more) \
    { name, DESK_JSON (name, service, idempotent, more), sizeof DESK_JSON (name, service, idempotent, more) - 1 }
#define DESK_JSON(name, service, idempotent, more) \
    "{\"name\":\"" name "\",\"title\":\"The " name " one\",\"description\":\"Does what is \\\"" name "\\\".\",\"service\":\"" service "\"," \
    "\"version\":1,\"actions\":[\"logs:DescribeLogGroups\"],\"idempotent\":" idempotent "," more \
    "\"annotations\":{\"readOnlyHint\":true,\"destructiveHint\":false,\"idempotentHint\":" idempotent ",\"openWorldHint\":true}," \
    "\"inputSchema\":{\"type\":\"object\",\"properties\":{\"word\":{\"type\":\"string\",\"maxLength\":100000}," DESK_COMMON "}," \
    "\"additionalProperties\":false}," \
    "\"outputSchema\":{\"type\":\"object\",\"properties\":{\"word\":{\"type\":\"string\"}}},\"example\":{\"word\":\"x\"}}"

static const contract_file_t DESK_CONTRACTS [] = {
    DESK_CONTRACT ("brief", "logs", "true", ""),
    DESK_CONTRACT ("hidden", "logs", "true", "\"internal\":true,"),
    DESK_CONTRACT ("metric", "metrics", "true", ""),
    DESK_CONTRACT ("once", "logs", "false", ""),
    DESK_CONTRACT ("ring", "alarms", "true", ""),
    DESK_CONTRACT ("slow", "logs", "true", "\"slow\":true,"),
    { NULL, NULL, 0 },
};

enum { DESK_WORKERS_MAX = 8, DESK_CREDIT_MAX = 16, DESK_CALLS_MAX = 64, DESK_QUEUE_MAX = 32, DESK_QUEUE_BYTES_MAX = 8192 };

typedef struct desk desk_t;

typedef struct {
    desk_t    *desk;
    mailbox_t *mailbox;
    uint64_t   incarnation;
    service_t  service;
    int        credit;                  //  As it said last
    bool       silent;                  //  Sends no heartbeats
    bool       careless;                //  Does not count what it is given, as it may have been lost and come back with calls of its first life
    message_t *has [DESK_CALLS_MAX];    //  Requests not yet answered, in the order in which they came
    int        has_count;
    int        heard [256];             //  Messages by kind
    uint64_t   cancelled;               //  The last id of a CANCEL
    envelope_t fault;                   //  The last FAULT
} worker_t;

struct desk {
    fake_clock_t    clock;
    random_source_t random;
    uint64_t        seed;
    char            endpoint [32];
    reactor_t      *reactor;
    contracts_t    *contracts;
    dispatch_t     *dispatch;
    worker_t        workers [DESK_WORKERS_MAX];
    int             worker_count;
    char            arguments [8];      //  Of the last call
    uint16_t        asked;              //  Calls so far
};

//  What became of a call.
typedef struct {
    uint64_t id;
    int      ends;                      //  How often it ended: 0 or 1
    dispatch_outcome_t outcome;         //  Its slices are not valid any more: see json and text
    char     json [256], text [256];
    int      progresses;
    double   done;                      //  Of the last progress
    char     said [256];                //  Likewise
    void   (*then) (void *arg);         //  What to do when it ends; NULL: nothing
    void    *arg;
} caller_t;

//  Chance that is the same every time (splitmix64).
static inline uint64_t
desk_chance (void *arg)
{
    desk_t *self = arg;
    uint64_t bits = self->seed += 0x9e3779b97f4a7c15u;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
    return bits ^ (bits >> 31);
}

static inline size_t
desk_below (desk_t *self, size_t limit)
{
    return (size_t) (desk_chance (self) % limit);
}

//  With tools of the test's own.
static inline desk_t *
desk_new_with (const contract_file_t *contracts)
{
    static int count;
    char reason [CONTRACT_REASON_SIZE];
    desk_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    log_set_level (LOG_LEVEL_ERROR);
    fake_clock_init (&self->clock);
    self->random = (random_source_t) { .next = desk_chance, .self = self };
    self->reactor = reactor_new (&self->clock.source);
    if (contracts_new (contracts, &self->contracts, reason) != STATUS_OK)
        fail_msg ("%s", reason);
    snprintf (self->endpoint, sizeof self->endpoint, "inproc://desk-%d", ++count);
    dispatch_config_t config = {
        .endpoint = self->endpoint, .calls_max = DESK_CALLS_MAX, .queue_calls_max = DESK_QUEUE_MAX, .queue_bytes_max = DESK_QUEUE_BYTES_MAX,
        .credit_max = DESK_CREDIT_MAX,
    };
    self->dispatch = dispatch_new (self->reactor, self->contracts, &self->random, &config);
    assert_non_null (self->dispatch);
    return self;
}

static inline desk_t *
desk_new (void)
{
    return desk_new_with (DESK_CONTRACTS);
}

//  Forgets a request.
static inline void
worker_drop (worker_t *self, uint64_t id)
{
    for (int i = 0; i < self->has_count; i++)
        if (self->has [i]->envelope.id == id) {
            message_destroy (&self->has [i]);
            memmove (self->has + i, self->has + i + 1, (size_t) (--self->has_count - i) * sizeof self->has [0]);
            return;
        }
}

//  Files what a worker was sent.
static inline void
worker_look (worker_t *self)
{
    message_t *message;
    status_t status;
    while (self->mailbox && (status = mailbox_receive (self->mailbox, NULL, &message)) != STATUS_AGAIN) {
        assert_int_equal (status, STATUS_OK);
        const envelope_t *envelope = &message->envelope;
        self->heard [envelope->kind]++;
        if (envelope->kind == KIND_REQUEST) {
            assert_true (self->careless || self->has_count < self->credit);
            if (self->has_count == DESK_CALLS_MAX)
                worker_drop (self, self->has [0]->envelope.id);
            self->has [self->has_count++] = message;
            continue;
        }
        if (envelope->kind == KIND_CANCEL)
            self->cancelled = envelope->id;
        if (envelope->kind == KIND_FAULT)
            self->fault = *envelope;
        message_destroy (&message);
    }
}

static inline void
worker_destroy (worker_t *self)
{
    for (int i = 0; i < self->has_count; i++)
        message_destroy (&self->has [i]);
    self->has_count = 0;
    mailbox_destroy (&self->mailbox);
}

//  Lets everything that was sent arrive, here and there.
static inline void
desk_turn (desk_t *self)
{
    for (int turn = 0; turn < 3; turn++) {
        assert_int_equal (reactor_turn (self->reactor, 0), STATUS_OK);
        for (int i = 0; i < self->worker_count; i++)
            worker_look (&self->workers [i]);
    }
}

//  Lets time jump, as it does for a process that was stopped.
static inline void
desk_jump (desk_t *self, int64_t ms)
{
    fake_clock_advance (&self->clock, ms);
    desk_turn (self);
}

static inline void worker_say (worker_t *self, envelope_kind_t kind, uint64_t id);

//  Lets time pass, in which workers show that they are alive.
static inline void
desk_pass (desk_t *self, int64_t ms)
{
    while (ms > 0) {
        int64_t step_ms = ms < 250 ? ms : 250;
        fake_clock_advance (&self->clock, step_ms);
        for (int i = 0; i < self->worker_count; i++)
            if (self->workers [i].mailbox && !self->workers [i].silent)
                worker_say (&self->workers [i], KIND_HEARTBEAT, 0);
        desk_turn (self);
        ms -= step_ms;
    }
}

static inline void
desk_destroy (desk_t **self_p)
{
    desk_t *self = *self_p;
    for (int i = 0; i < self->worker_count; i++)
        worker_destroy (&self->workers [i]);
    dispatch_destroy (&self->dispatch);
    reactor_destroy (&self->reactor);
    contracts_destroy (&self->contracts);
    free (self);
    *self_p = NULL;
}

//  --- Workers

//  One that is connected and has said nothing yet.
static inline worker_t *
desk_worker (desk_t *self, service_t service)
{
    assert_true (self->worker_count < DESK_WORKERS_MAX);
    worker_t *worker = &self->workers [self->worker_count++];
    *worker = (worker_t) { .desk = self, .service = service, .incarnation = desk_chance (self) };
    worker->mailbox = mailbox_connect (self->endpoint, 4 * DESK_CALLS_MAX);
    assert_non_null (worker->mailbox);
    return worker;
}

static inline void
worker_send (worker_t *self, message_t *message, buffer_t *body)
{
    assert_non_null (message);
    if (body)
        assert_int_equal (message_take_body (message, body), STATUS_OK);
    message->envelope.incarnation = self->incarnation;
    message->envelope.service = (uint8_t) self->service;
    assert_int_equal (mailbox_send (self->mailbox, NULL, &message), STATUS_OK);
}

static inline void
worker_say (worker_t *self, envelope_kind_t kind, uint64_t id)
{
    message_t *message = message_new (kind);
    assert_non_null (message);
    message->envelope.id = id;
    worker_send (self, message, NULL);
}

static inline void
worker_ready_with (worker_t *self, int credit, const body_tool_t *tools, size_t count)
{
    buffer_t body;
    buffer_init (&body, 4096);
    body_write_ready (&body, tools, count);
    message_t *message = message_new (KIND_READY);
    assert_non_null (message);
    message->envelope.credit = (uint32_t) credit;
    self->credit = credit;
    worker_send (self, message, &body);
    desk_turn (self->desk);
}

//  With every tool of its service.
static inline void
worker_ready (worker_t *self, int credit)
{
    static const body_tool_t LOGS [] = { { "brief", 1 }, { "hidden", 1 }, { "once", 1 }, { "slow", 1 } }, METRICS [] = { { "metric", 1 } };
    static const body_tool_t ALARMS [] = { { "ring", 1 } };
    if (self->service == SERVICE_LOGS)
        worker_ready_with (self, credit, LOGS, 4);
    else
        worker_ready_with (self, credit, self->service == SERVICE_METRICS ? METRICS : ALARMS, 1);
}

//  One that takes so many calls at once.
static inline worker_t *
desk_ready_worker (desk_t *self, int credit)
{
    worker_t *worker = desk_worker (self, SERVICE_LOGS);
    worker_ready (worker, credit);
    return worker;
}

static inline void
worker_answer_with (worker_t *self, uint64_t id, const char *json, uint32_t flags)
{
    worker_drop (self, id);
    buffer_t body;
    buffer_init (&body, MESSAGE_BODY_BYTES_MAX);
    body_write_result (&body, &(body_result_t) { .json = slice_of (json), .cut = true });
    message_t *message = message_new (KIND_RESULT);
    assert_non_null (message);
    message->envelope.id = id;
    message->envelope.busy_us = 77;
    message->envelope.flags = flags;
    worker_send (self, message, &body);
    desk_turn (self->desk);
}

static inline void
worker_answer (worker_t *self, uint64_t id, const char *json)
{
    worker_answer_with (self, id, json, 0);
}

static inline void
worker_fault (worker_t *self, uint64_t id, status_t status, const char *text)
{
    worker_drop (self, id);
    buffer_t body;
    buffer_init (&body, 4096);
    body_write_fault (&body, &(body_fault_t) { .text = slice_of (text), .retry_ms = 1234 });
    message_t *message = message_new (KIND_FAULT);
    assert_non_null (message);
    message->envelope.id = id;
    message->envelope.status = (uint16_t) status;
    worker_send (self, message, &body);
    desk_turn (self->desk);
}

static inline void
worker_progress_text (worker_t *self, uint64_t id, double done, slice_t text)
{
    buffer_t body;
    buffer_init (&body, MESSAGE_BODY_BYTES_MAX);
    body_write_progress (&body, &(body_progress_t) { .done = done, .total = 10, .text = text });
    message_t *message = message_new (KIND_PROGRESS);
    assert_non_null (message);
    message->envelope.id = id;
    worker_send (self, message, &body);
    desk_turn (self->desk);
}

static inline void
worker_progress (worker_t *self, uint64_t id, double done)
{
    worker_progress_text (self, id, done, SLICE ("so far"));
}

//  Its process dies: nothing is said.
static inline void
worker_die (worker_t *self)
{
    worker_destroy (self);
    desk_turn (self->desk);
}

//  --- Callers

static inline void
caller_done (void *arg, const dispatch_outcome_t *outcome)
{
    caller_t *self = arg;
    self->ends++;
    assert_int_equal (self->ends, 1);
    self->outcome = *outcome;
    snprintf (self->json, sizeof self->json, "%.*s", (int) outcome->json.size, outcome->json.size ? outcome->json.data : "");
    snprintf (self->text, sizeof self->text, "%.*s", (int) outcome->text.size, outcome->text.size ? outcome->text.data : "");
    if (self->then)
        self->then (self->arg);
}

static inline void
caller_progress (void *arg, const body_progress_t *progress)
{
    caller_t *self = arg;
    assert_int_equal (self->ends, 0);
    self->progresses++;
    self->done = progress->done;
    snprintf (self->said, sizeof self->said, "%.*s", (int) progress->text.size, progress->text.size ? progress->text.data : "");
}

//  Each call asks for something else, {"n": 1}, {"n": 2} …, so that none is shared. The arguments are valid until the next one.
static inline dispatch_call_t
desk_call (desk_t *self, caller_t *caller, const char *tool, int64_t budget_ms)
{
    const contract_t *contract = contracts_find (self->contracts, slice_of (tool));
    assert_non_null (contract);
    self->asked++;
    memcpy (self->arguments, (char []) { '\x81', '\xa1', 'n', '\xcd', (char) (self->asked >> 8), (char) self->asked }, 6);
    return (dispatch_call_t) {
        .contract = contract, .arguments = { self->arguments, 6 }, .budget_ms = budget_ms,
        .done = caller_done, .progress = caller_progress, .arg = caller,
    };
}

//  As desk_ask, but nothing is given time to arrive: for use inside of then.
static inline void
desk_begin (desk_t *self, caller_t *caller, const char *tool, int64_t budget_ms)
{
    *caller = (caller_t) { .outcome = { .status = STATUS_AGAIN } };
    dispatch_call_t call = desk_call (self, caller, tool, budget_ms);
    caller->id = dispatch_begin (self->dispatch, &call);
    assert_int_equal (caller->ends, caller->id == 0);           //  Ended at once if and only if it was refused
}

static inline void
desk_ask (desk_t *self, caller_t *caller, const char *tool, int64_t budget_ms)
{
    desk_begin (self, caller, tool, budget_ms);
    desk_turn (self);
}

//  Asks what every other one asks that comes this way: such calls are the same.
static inline void
desk_ask_same (desk_t *self, caller_t *caller, const char *tool, int64_t budget_ms)
{
    *caller = (caller_t) { .outcome = { .status = STATUS_AGAIN } };
    dispatch_call_t call = desk_call (self, caller, tool, budget_ms);
    call.arguments = SLICE ("\x80");
    caller->id = dispatch_begin (self->dispatch, &call);
    assert_int_equal (caller->ends, caller->id == 0);
    desk_turn (self);
}

//  As many as that, one after the other.
static inline void
desk_ask_all (desk_t *self, caller_t *callers, int count, int64_t budget_ms)
{
    for (int i = 0; i < count; i++)
        desk_ask_same (self, &callers [i], "brief", budget_ms);
}

//  --- Tests that have a desk of their own

static inline int
desk_begin_test (void **state)
{
    *state = desk_new ();
    return 0;
}

static inline int
desk_end_test (void **state)
{
    desk_t *desk = *state;
    desk_destroy (&desk);
    return 0;
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown (name, desk_begin_test, desk_end_test)

#define assert_ended(caller, expected)                                          \
    do {                                                                        \
        assert_int_equal ((caller)->ends, 1);                                   \
        assert_string_equal (status_name ((caller)->outcome.status), #expected); \
    } while (0)
#define assert_waits(caller) assert_int_equal ((caller)->ends, 0)

//  Nobody waits, nothing is queued, no credit is out.
static inline void
assert_nothing_left (const desk_t *desk)
{
    dispatch_counts_t counts = dispatch_counts (desk->dispatch);
    assert_int_equal (counts.in_flight, 0);
    assert_int_equal (counts.queued, 0);
    assert_int_equal (dispatch_waiting (desk->dispatch), 0);
}

#endif
