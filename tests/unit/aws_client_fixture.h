/*  aws_client_fixture - a client with a keyring, a credentials actor, and an AWS that answers as the test has written down

    Everything is in one thread. The client's clock stands still until the test moves it; AWS has a clock and a reactor of its own, so that the two
    clocks may differ. Chance always throws 0.5. Include it behind cmocka.h. */

#ifndef AWS_CLIENT_FIXTURE_H
#define AWS_CLIENT_FIXTURE_H

#include "aws_client.h"
#include "fake_clock.h"
#include "http.h"
#include "keys_peer.h"
#include "transfer.h"

#include <stdlib.h>

enum { STEPS_MAX = 16, WAIT_MS = 10000, BUDGET_MS = 60000 };

//  What AWS does with a request.
typedef struct {
    int status;                         //  0: it never answers; -2: it begins to; -1: it closes the connection in the middle of the answer's body
    const char *body;
    const char *content_type;
    http_field_t fields [3];
    const char *accepts;                //  What this key id did not sign is answered ExpiredToken; NULL: whoever signed
} step_t;

//  What AWS was asked, as it arrived.
typedef struct {
    char method [8], path [64], body [256];
    char host [64], content_type [64], target [96], query_mode [8], date [32], token [64], authorization [512];
    char invocation [64], attempt [32], agent [64];
    bool unasked;                       //  It has a header that nobody wants (Expect, Accept …), or one twice
} seen_t;

typedef struct {
    fake_clock_t clock, aws_clock;
    reactor_t   *reactor, *aws_reactor;
    http_server_t *aws;
    int          port;
    step_t       steps [STEPS_MAX];     //  In their order; the last one goes on for ever
    int          steps_count;
    seen_t       seen [STEPS_MAX];
    int          requests;
    int          gone;                  //  Requests whose client left before the answer
    keys_peer_t  peer;
    bool         peer_is_silent;
    uint64_t     version;               //  Of the next keys that the credentials actor gives
    random_source_t random;
    config_t     config;
    char         url [64];
    keyring_t   *keyring;
    aws_client_t *client;
} stage_t;

//  An ask, and what became of it; texts are copied because an answer ends with its function.
typedef struct {
    stage_t   *stage;
    aws_ask_t *ask;
    int        done;
    outcome_t  outcome;
    aws_spent_t spent;
    bool       has_error, answered;
    aws_error_t error;
    char       reason [256], before [128];
    char       text [64];               //  The answer's member "text"
} asked_t;

static inline uint64_t
stage_half (void *self)
{
    (void) self;
    return UINT64_C (1) << 63;
}

static inline void
stage_copy (char *text, size_t size, slice_t from)
{
    assert_true (from.size < size);
    snprintf (text, size, "%.*s", (int) from.size, from.data ? from.data : "");
}

#define SEE(field, name) stage_copy (seen->field, sizeof seen->field, http_header (exchange, name))

static inline void
stage_see (seen_t *seen, const http_exchange_t *exchange)
{
    stage_copy (seen->method, sizeof seen->method, http_method (exchange));
    stage_copy (seen->path, sizeof seen->path, http_path (exchange));
    stage_copy (seen->body, sizeof seen->body, http_body (exchange));
    SEE (host, "Host");
    SEE (content_type, "Content-Type");
    SEE (target, "X-Amz-Target");
    SEE (query_mode, "X-Amzn-Query-Mode");
    SEE (date, "X-Amz-Date");
    SEE (token, "X-Amz-Security-Token");
    SEE (authorization, "Authorization");
    SEE (invocation, "amz-sdk-invocation-id");
    SEE (attempt, "amz-sdk-request");
    SEE (agent, "User-Agent");
    static const char *const nobodys [] = { "Expect", "Accept", "Transfer-Encoding", "X-Amz-Content-Sha256" };
    seen->unasked = http_header_count (exchange, "X-Amz-Date") != 1 || http_header_count (exchange, "Authorization") != 1;
    for (size_t i = 0; i < sizeof nobodys / sizeof nobodys [0]; i++)
        seen->unasked = seen->unasked || http_header_count (exchange, nobodys [i]) > 0;
}

static inline void
stage_request (void *arg, http_exchange_t *exchange)
{
    stage_t *self = arg;
    assert_true (self->requests < STEPS_MAX && self->steps_count > 0);
    int at = self->requests < self->steps_count ? self->requests : self->steps_count - 1;
    static const step_t expired = { .status = 400, .body = "{\"__type\":\"ExpiredTokenException\"}" };
    const step_t *step = &self->steps [at];
    const seen_t *seen = &self->seen [self->requests++];
    stage_see (&self->seen [self->requests - 1], exchange);
    if (step->accepts && !strstr (seen->authorization, step->accepts))
        step = &expired;
    if (step->status == 0)
        return;
    http_reply_t reply = { .status = step->status > 0 ? step->status : 200, .content_type = step->content_type, .fields = step->fields };
    if (step->status < 0) {
        http_stream_open (exchange, &reply);
        assert_int_equal (http_stream_write (exchange, slice_of (step->body)), STATUS_OK);
        if (step->status == -1)
            http_abort (&exchange);
        return;
    }
    buffer_t body;
    buffer_init (&body, 65536);
    buffer_append_text (&body, step->body);
    http_reply (&exchange, &reply, &body);
}

static inline void
stage_gone (void *arg, http_exchange_t *exchange)
{
    stage_t *self = arg;
    (void) exchange;
    self->gone++;
}

//  Writes down what AWS does with the next request that has no step yet.
static inline void
stage_step (stage_t *self, step_t step)
{
    assert_true (self->steps_count < STEPS_MAX);
    if (!step.body)
        step.body = "{\"text\":\"fine\"}";
    if (!step.content_type)
        step.content_type = "application/x-amz-json-1.1";
    self->steps [self->steps_count++] = step;
}

//  The steps that are written down from now on are for the requests that come from now on.
static inline void
stage_go_on (stage_t *self)
{
    self->steps_count = self->requests;
}

#define STEP(stage, ...) stage_step (stage, (step_t) { __VA_ARGS__ })
#define FAILS(stage, http_status, code) STEP (stage, .status = (http_status), .body = "{\"__type\":\"ns#" code "\",\"message\":\"Said by AWS.\"}")

//  A client for the configuration as it stands; the texts of the first one went with it.
static inline void
stage_new_client (stage_t *self)
{
    aws_client_destroy (&self->client);
    aws_client_config_t config = { .config = &self->config, .keyring = self->keyring, .random = &self->random };
    self->client = aws_client_new (self->reactor, &config);
    assert_non_null (self->client);
}

static inline int
stage_begin (void **state)
{
    static const http_limits_t limits = {
        .connections_max = 64, .head_bytes_max = 32768, .head_lines_max = 64, .body_bytes_max = 1 << 20, .stream_bytes_max = 1 << 20,
        .head_ms = 10000, .body_ms = 10000, .idle_ms = 75000, .write_ms = 10000,
    };
    stage_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    fake_clock_init (&self->clock);
    fake_clock_init (&self->aws_clock);
    self->reactor = reactor_new (&self->clock.source);
    self->aws_reactor = reactor_new (&self->aws_clock.source);
    self->aws = http_server_new (self->aws_reactor, &limits, &(http_handler_t) { .request = stage_request, .gone = stage_gone, .self = self });
    assert_int_equal (http_server_listen (self->aws, "127.0.0.1", 0, &self->port), STATUS_OK);
    keys_peer_init (&self->peer);
    self->version = 1;
    self->random = (random_source_t) { .next = stage_half };
    snprintf (self->url, sizeof self->url, "http://127.0.0.1:%d", self->port);
    //  With a quota, because http without one is taken for an emulator that has none
    self->config = (config_t) {
        .endpoint_url = self->url, .attempts_max = 3, .quota_share_percent = 100, .quota_per_s = 10, .connect_ms = 2000, .connections_per_host = 8,
        .answer_bytes_max = 65536,
    };
    self->keyring = keyring_new (self->reactor, self->peer.endpoint, &self->random);
    assert_non_null (self->keyring);
    stage_new_client (self);
    *state = self;
    return 0;
}

//  The reactors assert that nothing was left with them, the client that nobody asks it any more.
static inline int
stage_end (void **state)
{
    stage_t *self = *state;
    aws_client_destroy (&self->client);
    assert_null (self->client);
    keyring_destroy (&self->keyring);
    keys_peer_deinit (&self->peer);
    http_server_destroy (&self->aws);
    reactor_destroy (&self->aws_reactor);
    reactor_destroy (&self->reactor);
    free (self);
    return 0;
}

//  One turn of everybody. The credentials actor answers at once, unless it is silent.
static inline void
stage_turn (stage_t *self)
{
    assert_int_equal (reactor_turn (self->aws_reactor, 0), STATUS_OK);
    assert_int_equal (reactor_turn (self->reactor, 1), STATUS_OK);
    if (!self->peer_is_silent && keys_peer_hears (&self->peer))
        keys_peer_give (&self->peer, self->version++, -1);
}

//  Enough turns for all that is under way to arrive.
static inline void
stage_turns (stage_t *self)
{
    for (int i = 0; i < 30; i++)
        stage_turn (self);
}

#define UNTIL(stage, condition)                                             \
    do {                                                                    \
        int64_t until_ms_ = clock_mono_ms (clock_system ()) + WAIT_MS;      \
        while (!(condition)) {                                              \
            assert_true (clock_mono_ms (clock_system ()) < until_ms_);      \
            stage_turn (stage);                                             \
        }                                                                   \
    } while (0)

static inline void
stage_after_ms (stage_t *self, int64_t ms)
{
    fake_clock_advance (&self->clock, ms);
    stage_turns (self);
}

static inline void
asked_done (void *arg, const outcome_t *outcome, const aws_spent_t *spent)
{
    asked_t *self = arg;
    self->ask = NULL;
    self->done++;
    self->outcome = *outcome;
    self->spent = *spent;
    self->has_error = outcome->error != NULL;
    if (outcome->error)
        self->error = *outcome->error;
    snprintf (self->reason, sizeof self->reason, "%s", outcome->reason ? outcome->reason : "");
    snprintf (self->before, sizeof self->before, "%s", outcome->before ? outcome->before : "");
    self->answered = outcome->status == STATUS_OK;
    if (self->answered)
        stage_copy (self->text, sizeof self->text, json_text (outcome->answer, "text"));
    assert_true (self->answered == (outcome->answer != NULL));
    assert_int_equal (outcome->attempts, spent->attempts);
}

static inline status_t
asked_start_for (const void *caller, asked_t *self, stage_t *stage, const aws_request_t *request, const char *region, int64_t budget_ms)
{
    *self = (asked_t) { .stage = stage };
    const char *reason;
    int64_t deadline_ms = clock_mono_ms (&stage->clock.source) + budget_ms;
    status_t status = aws_client_ask (stage->client, caller, request, "", region, deadline_ms, asked_done, self, &self->ask, &reason);
    snprintf (self->reason, sizeof self->reason, "%s", reason ? reason : "");
    assert_int_equal (self->done, 0);
    assert_true ((status == STATUS_OK) == (self->ask != NULL));
    return status;
}

//  Each on behalf of a caller of its own.
static inline status_t
asked_start (asked_t *self, stage_t *stage, const aws_request_t *request, const char *region, int64_t budget_ms)
{
    return asked_start_for (self, self, stage, request, region, budget_ms);
}

static const aws_request_t LOG_GROUPS = { .service = AWS_LOGS, .api = "DescribeLogGroups", .body = { "{\"limit\":5}", 11 } };
static const aws_request_t START_QUERY = { .service = AWS_LOGS, .api = "StartQuery", .body = { "{}", 2 }, .once = true };

static inline void
ask_for (asked_t *self, stage_t *stage, const aws_request_t *request)
{
    assert_int_equal (asked_start (self, stage, request, "eu-west-1", BUDGET_MS), STATUS_OK);
}

static inline void
ask (asked_t *self, stage_t *stage)
{
    ask_for (self, stage, &LOG_GROUPS);
}

//  Waits for the end of an ask that needs no time of the clock to pass.
static inline void
wait_until_done (asked_t *self)
{
    UNTIL (self->stage, self->done);
    assert_int_equal (self->done, 1);
}

//  Waits until so many attempts failed and the client pauses; then lets the pause pass, which must be as long as this.
static inline void
pass_pause (asked_t *self, uint64_t retries, int64_t pause_ms)
{
    stage_t *stage = self->stage;
    UNTIL (stage, aws_client_counts (stage->client).retries == retries);
    int requests = stage->requests;
    stage_after_ms (stage, pause_ms - 1);
    assert_int_equal (stage->requests, requests);
    assert_int_equal (self->done, 0);
    fake_clock_advance (&stage->clock, 1);
    UNTIL (stage, aws_client_counts (stage->client).attempts > retries || self->done);
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown (name, stage_begin, stage_end)

#endif
