#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarms.h"
#include "actor.h"
#include "body.h"
#include "credentials.h"
#include "http.h"
#include "log.h"
#include "logs.h"
#include "metrics.h"
#include "transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

//  The whole of it in its own threads, for ThreadSanitizer: three actors and the credentials, each a zactor, an AWS in a fourth, and the main thread
//  in the gateway's place. Five hundred calls, some of them cancelled at any moment; every one of them must end exactly once.

//  libcurl closes a socket that is still connecting before it tells anybody to unwatch it, and another thread's socket may have its number by then.
//  The kernel is asked about our own epoll only and says that it knows no such file, which reactor_unwatch allows for.
const char *__tsan_default_suppressions (void);

const char *
__tsan_default_suppressions (void)
{
    return "race:epoll_ctl\n";
}

enum { WAIT_MS = 50000, CALLS = 500, AT_ONCE = 40 };

static const char GATEWAY [] = "inproc://threads-gateway", CREDENTIALS [] = "inproc://threads-credentials";

static int64_t
real_ms (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

//  --- AWS, in a thread of its own

typedef struct {
    zactor_t  *zactor;
    reactor_t *reactor;                 //  Its thread's
    http_server_t *server;
    zsock_t   *pipe;
    int        port;                    //  Written before the thread says that it is there
    int        requests;
} aws_t;

static void
aws_request (void *arg, http_exchange_t *exchange)
{
    static const char *const ANSWERS [] = {
        "{\"logGroups\":[{\"logGroupName\":\"a\"}],\"Metrics\":[{\"Namespace\":\"N\"}],\"MetricAlarms\":[{\"AlarmName\":\"a\"}]}", "{}", "not JSON",
        "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}",
    };
    static const int STATUSES [] = { 200, 200, 200, 400 };
    aws_t *self = arg;
    int which = self->requests++ % 5;
    if (which == 4) {
        http_abort (&exchange);         //  Refused without a word
        return;
    }
    buffer_t body;
    buffer_init (&body, 4096);
    buffer_append_text (&body, ANSWERS [which]);
    http_reply (&exchange, &(http_reply_t) { .status = STATUSES [which], .content_type = "application/x-amz-json-1.1" }, &body);
}

static void
aws_gone (void *arg, http_exchange_t *exchange)
{
    (void) arg;
    (void) exchange;
}

static void
aws_commanded (void *arg)
{
    aws_t *self = arg;
    if (pipe_command (self->pipe) == PIPE_END)
        reactor_stop (self->reactor);
}

static void
aws_thread (zsock_t *pipe, void *arg)
{
    aws_t *self = arg;
    static const http_limits_t LIMITS = {
        .connections_max = 200, .head_bytes_max = 65536, .head_lines_max = 64, .body_bytes_max = 1 << 20, .stream_bytes_max = 1 << 20,
        .head_ms = 60000, .body_ms = 60000, .idle_ms = 60000, .write_ms = 60000,
    };
    self->pipe = pipe;
    self->reactor = reactor_new (clock_system ());
    self->server = http_server_new (self->reactor, &LIMITS, &(http_handler_t) { .request = aws_request, .gone = aws_gone, .self = self });
    status_t status = http_server_listen (self->server, "127.0.0.1", 0, &self->port);
    reactor_add_socket (self->reactor, zsock_resolve (pipe), aws_commanded, self);
    pipe_give_back (&self->port);
    pipe_started (pipe);
    if (status == STATUS_OK)
        status = reactor_run (self->reactor);
    (void) status;
    reactor_remove_socket (self->reactor, zsock_resolve (pipe));
    http_server_destroy (&self->server);
    reactor_destroy (&self->reactor);
}

//  --- The actors

typedef struct {
    zactor_t      *zactor;
    actor_t       *actor;
    credentials_t *credentials;         //  Instead of an actor
    status_t       status;              //  Of its loop; read when the thread has ended
} worker_t;

static void
worker_thread (zsock_t *pipe, void *arg)
{
    worker_t *self = arg;
    self->status = self->actor ? actor_run (self->actor, pipe) : credentials_run (self->credentials, pipe);
    pipe_give_back (self);
}

typedef struct {
    service_t    service;
    const operation_t *const *operations;
    const char  *tool;
    const char  *arguments;
} kind_t;

static const kind_t KINDS [] = {
    { SERVICE_LOGS, LOGS_OPERATIONS, "describe_log_groups", "{\"limit\":5}" },
    { SERVICE_METRICS, METRICS_OPERATIONS, "list_metrics", "{}" },
    { SERVICE_ALARMS, ALARMS_OPERATIONS, "describe_alarms", "{\"state\":\"ALARM\"}" },
};
enum { WORKERS = sizeof KINDS / sizeof KINDS [0] };

typedef struct {
    aws_t       aws;
    char        url [64];
    config_t    config;
    contracts_t *contracts;
    mailbox_t  *gateway;
    worker_t    credentials, workers [WORKERS];
    peer_t      peers [WORKERS];
    bool        known [WORKERS];
    int         sent, ended, cancelled, results, faults;
    bool        over [CALLS + 1];       //  By id
    uint64_t    chance;
} threads_t;

static const char *
variable (void *arg, const char *name)
{
    const threads_t *self = arg;
    if (strcmp (name, "AWS_ENDPOINT_URL") == 0)
        return self->url;
    if (strcmp (name, "AWS_ACCESS_KEY_ID") == 0)
        return "AKIDEXAMPLE";
    if (strcmp (name, "AWS_SECRET_ACCESS_KEY") == 0)
        return "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    return strcmp (name, "AWS_REGION") == 0 ? "eu-west-1" : NULL;
}

static void
start (threads_t *self)
{
    char reason [CONTRACT_REASON_SIZE];
    buffer_t sentence;
    int rest;
    buffer_init (&sentence, 4096);
    self->aws.zactor = zactor_new (aws_thread, &self->aws);
    pipe_taken_back (&self->aws.port);
    snprintf (self->url, sizeof self->url, "http://127.0.0.1:%d", self->aws.port);
    assert_int_equal (config_read (&self->config, 0, NULL, variable, self, &rest, &sentence), STATUS_OK);
    assert_int_equal (contracts_new (contract_files, &self->contracts, reason), STATUS_OK);
    self->gateway = mailbox_bind (GATEWAY, 2048);
    assert_non_null (self->gateway);
    self->credentials.credentials = credentials_new (&(credentials_config_t) {
        .endpoint = CREDENTIALS, .config = &self->config, .providers = PROVIDERS, .lookup = variable, .lookup_arg = self, .clock = clock_system (),
        .random = random_system () });
    self->credentials.zactor = zactor_new (worker_thread, &self->credentials);
    for (int i = 0; i < WORKERS; i++) {
        self->workers [i].actor = actor_new (&(actor_config_t) {
            .service = KINDS [i].service, .operations = KINDS [i].operations, .contracts = self->contracts, .config = &self->config,
                    .gateway = GATEWAY,
            .credentials = CREDENTIALS, .clock = clock_system (), .random = random_system () });
        assert_non_null (self->workers [i].actor);
        self->workers [i].zactor = zactor_new (worker_thread, &self->workers [i]);
    }
}

static void
stop_worker (worker_t *self)
{
    zactor_destroy (&self->zactor);
    pipe_taken_back (self);
    assert_int_equal (self->status, STATUS_OK);
    actor_destroy (&self->actor);
    credentials_destroy (&self->credentials);
}

static void
stop (threads_t *self)
{
    for (int i = 0; i < WORKERS; i++)
        stop_worker (&self->workers [i]);
    stop_worker (&self->credentials);
    zactor_destroy (&self->aws.zactor);
    mailbox_destroy (&self->gateway);
    contracts_destroy (&self->contracts);
    config_deinit (&self->config);
}

//  --- The gateway

static unsigned
chance (threads_t *self, unsigned below)
{
    self->chance = self->chance * 6364136223846793005u + 1442695040888963407u;
    return (unsigned) (self->chance >> 33) % below;
}

static void
say (threads_t *self, int worker, envelope_kind_t kind, uint64_t id, buffer_t *body, const char *region)
{
    message_t *message = message_new (kind);
    assert_non_null (message);
    message->envelope.id = id;
    message->envelope.incarnation = 77;
    message->envelope.budget_ms = 20000;
    if (body) {
        assert_int_equal (message_take_body (message, body), STATUS_OK);
        assert_int_equal (ENVELOPE_SET (&message->envelope, tool, slice_of (KINDS [worker].tool)), STATUS_OK);
        assert_int_equal (ENVELOPE_SET (&message->envelope, region, slice_of (region)), STATUS_OK);
    }
    assert_int_equal (mailbox_send (self->gateway, &self->peers [worker], &message), STATUS_OK);
}

static void
call (threads_t *self)
{
    int worker = self->sent % WORKERS;
    contract_arguments_t checked;
    buffer_t sentence;
    char region [32];
    buffer_init (&sentence, 4096);
    yyjson_doc *doc = yyjson_read (KINDS [worker].arguments, strlen (KINDS [worker].arguments), 0);
    assert_int_equal (contract_check (contracts_find (self->contracts, slice_of (KINDS [worker].tool)), yyjson_doc_get_root (doc), &checked,
                                      &sentence), STATUS_OK);
    yyjson_doc_free (doc);
    snprintf (region, sizeof region, "us-test-%u", 1 + chance (self, 50));
    say (self, worker, KIND_REQUEST, (uint64_t) ++self->sent, &checked.body, region);
    contract_arguments_deinit (&checked);
    buffer_deinit (&sentence);
}

static void
note (threads_t *self, const peer_t *from, const message_t *message)
{
    const envelope_t *envelope = &message->envelope;
    if (envelope->kind == KIND_READY)
        for (int i = 0; i < WORKERS; i++)
            if (KINDS [i].service == (service_t) envelope->service) {
                self->peers [i] = *from;
                self->known [i] = true;
            }
    if (envelope->kind != KIND_RESULT && envelope->kind != KIND_FAULT)
        return;
    assert_true (envelope->id > 0 && envelope->id <= CALLS);
    assert_false (self->over [envelope->id]);
    self->over [envelope->id] = true;
    self->ended++;
    self->results += envelope->kind == KIND_RESULT;
    self->faults += envelope->kind == KIND_FAULT;
    self->cancelled += envelope->status == STATUS_CANCELLED;
}

static void
receive (threads_t *self)
{
    zmq_pollitem_t item = { .socket = mailbox_socket (self->gateway), .events = ZMQ_POLLIN };
    zmq_poll (&item, 1, 10);
    peer_t from;
    message_t *message;
    while (mailbox_receive (self->gateway, &from, &message) == STATUS_OK) {
        note (self, &from, message);
        message_destroy (&message);
    }
}

static void
five_hundred_calls_with_cancels_end_once_each (void **state)
{
    (void) state;
    static threads_t self;
    int64_t until_ms = real_ms () + WAIT_MS;
    start (&self);
    while (!self.known [0] || !self.known [1] || !self.known [2]) {
        assert_true (real_ms () < until_ms);
        receive (&self);
    }
    while (self.ended < CALLS) {
        assert_true (real_ms () < until_ms);
        while (self.sent < CALLS && self.sent - self.ended < AT_ONCE)
            call (&self);
        unsigned id = 1 + chance (&self, (unsigned) self.sent);
        if (chance (&self, 3) == 0)
            say (&self, (int) (id - 1) % WORKERS, KIND_CANCEL, id, NULL, NULL);
        receive (&self);
    }
    assert_true (self.results > 0 && self.faults > 0 && self.cancelled > 0);
    stop (&self);
}

int
main (void)
{
    zsys_handler_set (NULL);
    log_set_level (LOG_LEVEL_ERROR);
    transfers_global_start ();
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (five_hundred_calls_with_cancels_end_once_each),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
