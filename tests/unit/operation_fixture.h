/*  operation_fixture - an actor with everything around it, in one thread and on one clock

    The actor is the real one, with its AWS client and its keyring; so are the credentials. The gateway is a mailbox that the test reads and writes,
            and
    AWS is a web server of the test's own that keeps every request and answers as it is told: from a table of rows, from a list of answers, by a
    function, or never. The actor's clock stands still and is moved a step with each turn, so that waiting for the throttle costs no time.

        a call is made by text:  fixture_t *self = *state;  yyjson_val *answer = ask (self, "list_metrics", "{\"limit\": 3}");
        and refused likewise:    const char *text = refused (self, "list_metrics", "{\"next_token\": \"x\"}");

    Include it behind cmocka.h. Owner: the test. */

#ifndef OPERATION_FIXTURE_H
#define OPERATION_FIXTURE_H

#include "actor.h"
#include "alarms.h"
#include "body.h"
#include "call.h"
#include "credentials.h"
#include "expect.h"
#include "fake_clock.h"
#include "log.h"
#include "logs.h"
#include "metrics.h"
#include "scripted_aws.h"
#include "transfer.h"

#include <stdio.h>
#include <stdlib.h>

enum { WAIT_MS = 20000, STEP_MS = 5, BUDGET_MS = 55000 };

typedef struct fixture fixture_t;

struct fixture {
    fake_clock_t   clock;
    config_t       config;
    contracts_t   *contracts;
    char           gateway_endpoint [48], credentials_endpoint [48];
    mailbox_t     *gateway;
    peer_t         worker;
    bool           known;               //  It has said READY
    int            readies, heartbeats, drains, byes;
    bool           no_keys;             //  The credentials actor does not turn
    credentials_t *credentials;
    actor_t       *actor;
    scripted_aws_t aws;
    uint64_t       last_id;
    message_t     *answer;              //  The last RESULT or FAULT
    uint64_t       awaited;             //  The call that it must be of; 0: any
    int            answers;             //  RESULTs and FAULTs so far
    int            progresses;
    body_progress_t progress;           //  The last one; its text is in progress_text
    char           progress_text [128];
    yyjson_doc    *doc;                 //  Of the last RESULT
    body_result_t  result;
    body_fault_t   fault;
    char           text [4096];         //  Of the last FAULT
};

//  --- Beginning and end

static inline const char *
fixture_variable (void *arg, const char *name)
{
    const fixture_t *self = arg;
    static const char *const OTHERS [] [2] = {
        { "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE" }, { "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }, { "AWS_REGION",
                "eu-west-1" },
    };
    if (strcmp (name, "AWS_ENDPOINT_URL") == 0)
        return self->aws.url;
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++)
        if (strcmp (name, OTHERS [i] [0]) == 0)
            return OTHERS [i] [1];
    return NULL;
}

typedef struct {
    service_t service;
    const operation_t *const *operations;
    const contract_file_t *contracts;   //  NULL: the program's
    int64_t credit;                     //  0: the default
    int64_t quota_per_s;                //  0: 10, few enough for the throttle to be met
    int64_t kept_bytes_max;             //  0: every call asks AWS anew
    bool    no_region;
    bool    real_clock;                 //  For the loop, which sleeps by it
} fixture_kind_t;

static inline void
fixture_configure (fixture_t *self, const fixture_kind_t *kind)
{
    char reason [CONTRACT_REASON_SIZE];
    buffer_t sentence;
    int rest;
    buffer_init (&sentence, 4096);
    assert_int_equal (config_read (&self->config, 0, NULL, fixture_variable, self, &rest, &sentence), STATUS_OK);
    if (contracts_new (kind->contracts ? kind->contracts : contract_files, &self->contracts, reason) != STATUS_OK)
        fail_msg ("%s", reason);
    self->config.quota_per_s = kind->quota_per_s ? kind->quota_per_s : 10;
    self->config.kept_bytes_max = kind->kept_bytes_max;
    if (kind->credit)
        self->config.credit = kind->credit;
    if (kind->no_region)
        self->config.region = self->config.default_region = NULL;
}

static inline int
begin_with (void **state, const fixture_kind_t *kind)
{
    static int serial;
    fixture_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    zsys_handler_set (NULL);
    log_set_level (LOG_LEVEL_ERROR);
    transfers_global_start ();
    fake_clock_init (&self->clock);
    scripted_aws_init (&self->aws);
    fixture_configure (self, kind);
    snprintf (self->gateway_endpoint, sizeof self->gateway_endpoint, "inproc://gateway-%d", ++serial);
    snprintf (self->credentials_endpoint, sizeof self->credentials_endpoint, "inproc://credentials-%d", serial);
    self->gateway = mailbox_bind (self->gateway_endpoint, 2048);
    const clock_source_t *clock = kind->real_clock ? clock_system () : &self->clock.source;
    self->credentials = credentials_new (&(credentials_config_t) {
        .endpoint = self->credentials_endpoint, .config = &self->config, .providers = PROVIDERS, .lookup = fixture_variable, .lookup_arg = self,
        .clock = clock, .random = random_system () });
    self->actor = actor_new (&(actor_config_t) {
        .service = kind->service, .operations = kind->operations, .contracts = self->contracts, .config = &self->config,
        .gateway = self->gateway_endpoint, .credentials = self->credentials_endpoint, .clock = clock, .random = random_system () });
    assert_non_null (self->gateway);
    assert_non_null (self->credentials);
    assert_non_null (self->actor);
    *state = self;
    return 0;
}

static inline void
fixture_forget_answer (fixture_t *self)
{
    message_destroy (&self->answer);
    yyjson_doc_free (self->doc);
    self->doc = NULL;
}

static inline int
end (void **state)
{
    fixture_t *self = *state;
    actor_destroy (&self->actor);
    assert_null (self->actor);
    credentials_destroy (&self->credentials);
    mailbox_destroy (&self->gateway);
    fixture_forget_answer (self);
    scripted_aws_deinit (&self->aws);
    contracts_destroy (&self->contracts);
    config_deinit (&self->config);
    free (self);
    return 0;
}

//  --- The gateway's side

static inline void
gateway_read (fixture_t *self, const peer_t *from, message_t *message)
{
    const envelope_t *envelope = &message->envelope;
    switch (envelope->kind) {
    case KIND_READY:
        self->worker = *from;
        self->known = true;
        self->readies++;
        break;
    case KIND_HEARTBEAT:
        self->heartbeats++;
        break;
    case KIND_DRAIN:
        self->drains++;
        break;
    case KIND_BYE:
        self->byes++;
        break;
    case KIND_PROGRESS:
        assert_int_equal (body_read_progress (message_body (message), &self->progress), STATUS_OK);
        snprintf (self->progress_text, sizeof self->progress_text, "%.*s", (int) self->progress.text.size, self->progress.text.data);
        self->progresses++;
        break;
    default:
        assert_true (envelope->kind == KIND_RESULT || envelope->kind == KIND_FAULT);
        self->answers++;
        if (self->awaited && envelope->id != self->awaited)
            break;
        fixture_forget_answer (self);
        self->answer = message_share (message);
    }
}

static inline void
gateway_receive (fixture_t *self)
{
    message_t *message;
    peer_t from;
    while (mailbox_receive (self->gateway, &from, &message) == STATUS_OK) {
        gateway_read (self, &from, message);
        message_destroy (&message);
    }
}

static inline void
turn (fixture_t *self)
{
    if (!self->no_keys)
        assert_int_equal (reactor_turn (credentials_reactor (self->credentials), 0), STATUS_OK);
    assert_int_equal (reactor_turn (actor_reactor (self->actor), 0), STATUS_OK);
    assert_int_equal (reactor_turn (self->aws.reactor, 0), STATUS_OK);
    gateway_receive (self);
}

//  Turns until the condition holds; the actor's clock goes on by a step each time.
#define WAIT_FOR(fixture, condition)                        \
    do {                                                    \
        int64_t until_ms_ = real_ms () + WAIT_MS;           \
        while (!(condition)) {                              \
            assert_true (real_ms () < until_ms_);           \
            turn (fixture);                                 \
            if (!(condition))                               \
                fake_clock_advance (&(fixture)->clock, STEP_MS);        \
        }                                                   \
    } while (0)

//  Enough turns for all that is under way to settle, while the actor's clock stands still.
static inline void
settle (fixture_t *self)
{
    for (int i = 0; i < 100; i++)
        turn (self);
}

static inline void
pass_ms (fixture_t *self, int64_t ms)
{
    fake_clock_advance (&self->clock, ms);
    settle (self);
}

//  A worker becomes known by its first word, and says it when its loop begins. Most tests turn its reactor without the loop, and say it here.
static inline void
meet (fixture_t *self)
{
    message_t *word = message_new (KIND_HEARTBEAT);
    assert_non_null (word);
    word->envelope.incarnation = self->actor->incarnation;
    word->envelope.service = (uint8_t) self->actor->config.service;
    assert_int_equal (mailbox_send (self->actor->mailbox, NULL, &word), STATUS_OK);
    int64_t until_ms = real_ms () + WAIT_MS;
    message_t *message = NULL;
    while (mailbox_receive (self->gateway, &self->worker, &message) == STATUS_AGAIN)
        assert_true (real_ms () < until_ms);
    message_destroy (&message);
    self->known = true;
}

static inline message_t *
gateway_word (envelope_kind_t kind, uint64_t id)
{
    message_t *message = message_new (kind);
    assert_non_null (message);
    message->envelope.id = id;
    message->envelope.incarnation = 77;
    return message;
}

static inline void
gateway_send (fixture_t *self, message_t **message_p)
{
    if (!self->known)
        meet (self);
    assert_int_equal (mailbox_send (self->gateway, &self->worker, message_p), STATUS_OK);
}

static inline void
gateway_say (fixture_t *self, envelope_kind_t kind, uint64_t id)
{
    message_t *message = gateway_word (kind, id);
    gateway_send (self, &message);
}

//  Sends the call, checked by its contract, and gives its id.
static inline uint64_t
call_within (fixture_t *self, const char *tool, const char *arguments, uint32_t budget_ms)
{
    const contract_t *contract = contracts_find (self->contracts, slice_of (tool));
    assert_non_null (contract);
    yyjson_doc *doc;
    assert_int_equal (json_read (slice_of (arguments), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    contract_arguments_t checked;
    buffer_t sentence;
    buffer_init (&sentence, CONTRACT_SENTENCE_SIZE);
    if (contract_check (contract, yyjson_doc_get_root (doc), &checked, &sentence) != STATUS_OK)
        fail_msg ("%s: %.*s", arguments, (int) sentence.size, sentence.data);
    message_t *message = gateway_word (KIND_REQUEST, ++self->last_id);
    message->envelope.budget_ms = budget_ms;
    assert_int_equal (ENVELOPE_SET (&message->envelope, tool, slice_of (tool)), STATUS_OK);
    assert_int_equal (ENVELOPE_SET (&message->envelope, account, slice_of (checked.account)), STATUS_OK);
    assert_int_equal (ENVELOPE_SET (&message->envelope, region, slice_of (checked.region)), STATUS_OK);
    assert_int_equal (message_take_body (message, &checked.body), STATUS_OK);
    contract_arguments_deinit (&checked);
    buffer_deinit (&sentence);
    yyjson_doc_free (doc);
    gateway_send (self, &message);
    return self->last_id;
}

static inline uint64_t
call (fixture_t *self, const char *tool, const char *arguments)
{
    return call_within (self, tool, arguments, BUDGET_MS);
}

//  Waits for the end of this call; its kind.
static inline envelope_kind_t
wait_for (fixture_t *self, uint64_t id)
{
    self->awaited = id;
    if (self->answer && self->answer->envelope.id != id)
        fixture_forget_answer (self);
    WAIT_FOR (self, self->answer);
    self->awaited = 0;
    return (envelope_kind_t) self->answer->envelope.kind;
}

static inline yyjson_val *
read_result (fixture_t *self)
{
    if (self->answer->envelope.kind == KIND_FAULT && body_read_fault (message_body (self->answer), &self->fault) == STATUS_OK)
        fail_msg ("FAULT %s: %.*s", status_name ((status_t) self->answer->envelope.status), (int) self->fault.text.size, self->fault.text.data);
    assert_int_equal (body_read_result (message_body (self->answer), &self->result), STATUS_OK);
    yyjson_doc_free (self->doc);
    assert_int_equal (json_read (self->result.json, JSON_DEPTH_MAX, &self->doc, NULL), STATUS_OK);
    return yyjson_doc_get_root (self->doc);
}

static inline const char *
read_fault (fixture_t *self)
{
    assert_int_equal (self->answer->envelope.kind, KIND_FAULT);
    assert_int_equal (body_read_fault (message_body (self->answer), &self->fault), STATUS_OK);
    snprintf (self->text, sizeof self->text, "%.*s", (int) self->fault.text.size, self->fault.text.data ? self->fault.text.data : "");
    return self->text;
}

//  The answer of a call, which must not be refused. Valid until the next one.
static inline yyjson_val *
ask (fixture_t *self, const char *tool, const char *arguments)
{
    wait_for (self, call (self, tool, arguments));
    return read_result (self);
}

//  The sentence of a call that must be refused, and its status.
static inline const char *
refused (fixture_t *self, const char *tool, const char *arguments, status_t status)
{
    if (wait_for (self, call (self, tool, arguments)) != KIND_FAULT)
        fail_msg ("%s was answered", arguments);
    assert_int_equal (self->answer->envelope.status, status);
    return read_fault (self);
}

//  Nothing of any call is left.
static inline void
expect_nothing_left (const fixture_t *self)
{
    assert_int_equal (self->actor->calls_under_way, 0);
    assert_int_equal (aws_client_counts (self->actor->client).under_way, 0);
    for (int i = 0; i < self->actor->credit; i++) {
        assert_false (self->actor->calls [i].used);
        assert_null (self->actor->calls [i].arena);
        assert_null (self->actor->calls [i].message);
        assert_int_equal (self->actor->calls [i].timer.place, 0);
    }
}

#endif
