#include "aws_client.h"

#include "aws_ask.h"
#include "aws_settings.h"
#include "aws_wire.h"
#include "log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

//  An attempt whose answer has not begun by then is given up while there is time for another: none that we ask for takes AWS this long.
static const int64_t ATTEMPT_MS = 25000;

//  What a caller is told whose turn nobody can foresee.
static const int64_t BUSY_RETRY_MS = 5000;

//  AWS accepts five minutes of skew; from four on we believe its clock more than ours, and below that we leave our clock alone.
static const int64_t SKEW_MS = 240000;

aws_client_t *
aws_client_new (reactor_t *reactor, const aws_client_config_t *config)
{
    aws_client_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    const config_t *settings = config->config;
    self->reactor = reactor;
    self->config = settings;
    self->keyring = config->keyring;
    self->random = config->random;
    self->endpoints = aws_settings_endpoints (settings);
    transfers_config_t transfers = {
        .connections_per_host = (int) settings->connections_per_host, .ca_bundle = settings->ca_bundle,
        .proxies = aws_settings_proxies (settings),
        .user_agent = "cloudwatch-mcp/" CLOUDWATCH_MCP_VERSION, .plain_http_anywhere = settings->insecure_endpoint,
    };
    self->transfers = transfers_new (reactor, &transfers);
    self->signer = sigv4_new ();
    self->gates = gates_new (reactor, (double) settings->quota_share_percent / 100.0);
    if (self->gates) {
        retry_t retry;
        retry_init (&retry, (int) settings->attempts_max, config->random);
        gates_set_retry (self->gates, &retry);
        gates_set_quota (self->gates, quota_configured_per_s (settings));
        gates_set_quotas (self->gates, settings->quotas, settings->quotas_count);
    }
    self->breaker = breaker_new (config->random);
    if (!self->transfers || !self->signer || !self->gates || !self->breaker)
        aws_client_destroy (&self);
    return self;
}

void
aws_client_destroy (aws_client_t **self_p)
{
    aws_client_t *self = *self_p;
    if (!self)
        return;
    assert (self->counts.under_way == 0);       //  Calls abort their asks before the client goes
    transfers_destroy (&self->transfers);
    sigv4_destroy (&self->signer);
    gates_destroy (&self->gates);
    breaker_destroy (&self->breaker);
    free (self);
    *self_p = NULL;
}

void
aws_client_abort (aws_client_t *self, aws_ask_t **ask_p)
{
    aws_ask_t *ask = *ask_p;
    if (!ask)
        return;
    assert (ask->client == self);
    aws_ask_leave (ask);
    aws_ask_drop (ask_p);
}

static void s_seek_keys (aws_ask_t *ask);
static void s_landed (void *arg, const transfer_answer_t *transfer);

//  No token came in time, or none can: the sentence names the quota.
static void
s_fail_without_token (aws_ask_t *ask, status_t status, const char *what, const char *then, int64_t retry_ms)
{
    char reason [160];
    snprintf (reason, sizeof reason, "%s under the account's quota of %g requests/s%s", what, gate_quota_per_s (ask->gate), then);
    aws_ask_fail (ask, status, reason, NULL, retry_ms);
}

//  AWS slowed the gate down after it was entered.
static void
s_token_too_late (void *arg)
{
    s_fail_without_token (arg, STATUS_DEADLINE, "its turn", " did not come in time", -1);
}

//  A token is there: sign and go.
static void
s_fly (void *arg)
{
    aws_ask_t *ask = arg;
    aws_client_t *self = ask->client;
    sigv4_keys_t keys;
    if (aws_ask_left_ms (ask) < ATTEMPT_MS_MIN) {
        s_token_too_late (ask);
        return;
    }
    if (!keyring_keys (self->keyring, ask->account, &keys, &ask->keys_version)) {
        s_seek_keys (ask);                      //  They ran out while we waited
        return;
    }
    aws_ask_leave (ask);
    if (aws_ask_ended_barred (ask, true))
        return;
    int64_t left_ms = aws_ask_left_ms (ask);
    ask->state = ASK_FLIGHT;
    ask->counts = true;
    ask->given_ms = left_ms < ATTEMPT_MS ? left_ms : ATTEMPT_MS;
    ask->spent.attempts++;
    ask->skew_ms = self->skew_ms;
    self->counts.attempts++;
    aws_wire_request_t request = {
        .service = ask->service, .api = ask->api, .body = buffer_slice (&ask->body), .endpoint = &ask->endpoint, .keys = &keys,
        .wall_ms = clock_wall_ms (reactor_clock (self->reactor)) + ask->skew_ms, .invocation = { ask->invocation [0], ask->invocation [1] },
        .attempt = ask->spent.attempts, .attempts_max = gate_retry (ask->gate)->attempts_max, .first_byte_ms = ask->given_ms,
    };
    status_t status;
    ask->transfer = aws_wire_start (&request, self->signer, self->transfers, self->config->connect_ms, left_ms,
                                    (size_t) self->config->answer_bytes_max, s_landed, ask, &status);
    if (!ask->transfer)
        aws_ask_fail (ask, status, "the request could not be made", NULL, -1);
}

static void
s_seek_token (aws_ask_t *ask)
{
    aws_ask_leave (ask);
    if (aws_ask_ended_late (ask, "there was no time left to ask"))
        return;
    aws_ask_wait (ask, ASK_TOKEN, s_token_too_late);
    ask->at_gate = (gate_wait_t) { .pass = s_fly, .arg = ask, .caller = ask->caller };
    int64_t wait_ms;
    switch (gate_enter (ask->client->gates, ask->gate, &ask->at_gate, aws_ask_left_ms (ask) - ATTEMPT_MS_MIN, &wait_ms)) {
    case STATUS_OK:
        s_fly (ask);
        break;
    case STATUS_AGAIN:
        ask->counts = true;
        break;
    default:
        s_fail_without_token (ask, STATUS_BUSY, "too many requests are waiting for their turn", "", wait_ms);
    }
}

static void
s_keys_told (void *arg, status_t status, slice_t sentence)
{
    aws_ask_t *ask = arg;
    if (status == STATUS_OK) {
        s_seek_token (ask);
        return;
    }
    if (!sentence.size) {
        aws_ask_fail (ask, status, status_sentence (status), NULL, -1);
        return;
    }
    aws_error_t error = { .class = AWS_EXPIRED };
    size_t size = sentence.size < sizeof error.message ? sentence.size : sizeof error.message - 1;
    memcpy (error.message, sentence.data, size);
    aws_ask_fail (ask, status, NULL, &error, -1);
}

static void
s_keys_too_late (void *arg)
{
    aws_ask_fail (arg, STATUS_DEADLINE, "the credentials did not come in time", NULL, -1);
}

static void
s_seek_keys (aws_ask_t *ask)
{
    aws_ask_leave (ask);
    if (aws_ask_ended_barred (ask, false))
        return;
    sigv4_keys_t keys;
    uint64_t version;
    if (keyring_keys (ask->client->keyring, ask->account, &keys, &version)) {
        s_seek_token (ask);
        return;
    }
    aws_ask_wait (ask, ASK_KEYS, s_keys_too_late);
    ask->at_keyring = (keyring_wait_t) { .told = s_keys_told, .arg = ask };
    if (keyring_ask (ask->client->keyring, ask->account, &ask->at_keyring) != STATUS_OK)
        aws_ask_fail (ask, STATUS_BUSY, "too many accounts are asked for at once", NULL, BUSY_RETRY_MS);
}

//  Also the first step: it runs from the reactor, so that done is never called inside aws_client_ask.
static void
s_pause_over (void *arg)
{
    s_seek_keys (arg);
}

//  AWS's clock against ours. True when it taught us something: the next signature will carry another time.
static bool
s_learn_skew (aws_ask_t *ask, const aws_wire_answer_t *answer)
{
    aws_client_t *self = ask->client;
    if (!answer->has_date)
        return false;
    int64_t skew_ms = answer->date_ms - clock_wall_ms (reactor_clock (self->reactor));
    ask->told_skew_ms = skew_ms;
    ask->told_skew = true;
    bool matters = llabs (skew_ms) >= SKEW_MS;
    self->skew_ms = matters ? skew_ms : 0;
    return llabs (self->skew_ms - ask->skew_ms) >= SKEW_MS;
}

//  As what retry.h shall see a failure: a success that cannot be read, and a signature whose time is known better now, are worth another attempt.
static aws_error_class_t
s_class_to_retry (aws_error_class_t class, int http_status, bool skew_learnt)
{
    bool garbled = class == AWS_BROKEN && http_status < 300;
    bool mistimed = (class == AWS_SKEWED || class == AWS_EXPIRED) && skew_learnt;
    return garbled || mistimed ? AWS_TRANSIENT : class;
}

//  What became of an attempt that failed: another one, or the end. What AWS refused before it did anything (the signature, the rate) may be asked
//  again even where asking twice would cost.
static void
s_failed (aws_ask_t *ask, const transfer_answer_t *transfer, aws_wire_answer_t *answer, bool skew_learnt)
{
    aws_client_t *self = ask->client;
    aws_error_t *error = &answer->error;
    if (error->class == AWS_EXPIRED && !ask->refreshed) {
        ask->refreshed = true;
        keyring_refused (self->keyring, ask->account, ask->keys_version);
        s_seek_keys (ask);
        return;
    }
    retry_failure_t failure = {
        .attempt = ask->spent.attempts, .class = s_class_to_retry (error->class, transfer->http_status, skew_learnt),
        .asked_ms = answer->retry_after_ms, .budget_ms = aws_ask_left_ms (ask), .attempt_ms = ATTEMPT_MS_MIN,
    };
    if (error->class == AWS_THROTTLED) {
        self->counts.throttled++;
        gate_slow_down (self->gates, ask->gate);
    }
    bool may_have_happened = ask->once && transfer->sent && (error->class == AWS_TRANSIENT || error->class == AWS_BROKEN);
    int64_t wait_ms;
    if (!may_have_happened && retry_failed (gate_retry (ask->gate), &failure, &wait_ms, &ask->paid) == RETRY_LATER) {
        snprintf (ask->before, sizeof ask->before, "%s", error->code [0] ? error->code : transfer->reason ? transfer->reason : "no whole answer");
        aws_ask_leave (ask);
        self->counts.retries++;
        aws_ask_pause (ask, wait_ms);
        return;
    }
    bool said = error->code [0] != 0;
    status_t status = said ? aws_error_status (error->class) : transfer->status;
    int64_t retry_ms = error->class == AWS_THROTTLED ? BUSY_RETRY_MS : answer->retry_after_ms;
    aws_ask_fail (ask, status, said ? NULL : transfer->reason, said ? error : NULL, retry_ms);
}

static void
s_landed (void *arg, const transfer_answer_t *transfer)
{
    aws_ask_t *ask = arg;
    ask->transfer = NULL;                       //  It ended by itself
    aws_ask_heard (ask, transfer);
    aws_wire_answer_t answer;
    aws_wire_read (ask->service, transfer, &answer);
    if (ask->trail)
        aws_trail_land (ask->trail, transfer, &answer);
    const transfer_timings_t *spent = &transfer->timings;
    ask->first_byte_ms = transfer->http_status ? (spent->dns_us + spent->connect_us + spent->tls_us + spent->first_byte_us) / 1000 : -1;
    bool skew_learnt = s_learn_skew (ask, &answer);
    log_debug ("aws answered", log_text ("api", ask->api), log_text ("region", ask->region), log_int ("http_status", transfer->http_status),
               log_int ("attempt", ask->spent.attempts), log_int ("us", transfer->timings.total_us), log_text ("code", answer.error.code));
    if (answer.error.class != AWS_NO_ERROR) {
        s_failed (ask, transfer, &answer, skew_learnt);
        return;
    }
    retry_succeeded (gate_retry (ask->gate), ask->paid);
    aws_ask_end (ask, &(outcome_t) { .status = STATUS_OK, .answer = yyjson_doc_get_root (answer.doc), .retry_ms = -1 });
    yyjson_doc_free (answer.doc);
}

status_t
aws_client_ask (aws_client_t *self, const void *caller, const aws_request_t *request, const char *account, const char *region, int64_t deadline_ms,
                void (*done) (void *arg, const outcome_t *outcome, const aws_spent_t *spent), void *arg, aws_ask_t **ask_p, const char **reason)
{
    *ask_p = NULL;
    *reason = NULL;
    aws_ask_t *ask = aws_ask_new (self);
    if (!ask)
        return STATUS_NO_MEMORY;
    ask->caller = caller;
    ask->service = request->service;
    ask->api = request->api;
    ask->once = request->once;
    ask->fresh = request->fresh;
    ask->deadline_ms = deadline_ms;
    ask->done = done;
    ask->arg = arg;
    ask->again = s_pause_over;
    ask->invocation [0] = random_u64 (self->random);
    ask->invocation [1] = random_u64 (self->random);
    buffer_append_slice (&ask->body, request->body);
    status_t status = buffer_status (&ask->body);
    if (status == STATUS_OK)
        status = endpoint_find (&self->endpoints, request->service, slice_of (region), &ask->endpoint, reason);
    if (status == STATUS_OK) {
        assert (strlen (account) < sizeof ask->account && strlen (region) < sizeof ask->region);        //  The envelope's limits
        memcpy (ask->account, account, strlen (account) + 1);
        memcpy (ask->region, region, strlen (region) + 1);
        ask->gate = gates_use (self->gates, account, region, request->service, request->api);
        status = ask->gate ? STATUS_OK : STATUS_BUSY;
    }
    if (status != STATUS_OK) {
        aws_ask_drop (&ask);
        return status;
    }
    self->counts.asks++;
    aws_ask_pause (ask, 0);
    *ask_p = ask;
    return STATUS_OK;
}

aws_client_counts_t
aws_client_counts (const aws_client_t *self)
{
    return self->counts;
}
