#include "meter.h"

#include "spans.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const WAITS [METER_WAITS] = {
    [METER_CREDENTIALS] = "credentials", [METER_THROTTLE] = "throttle", [METER_BACKOFF] = "backoff" };

//  By which name a worker's spans call the service of an IAM action.
static const struct {
    const char *action, *span;
} SERVICES [] = { { "logs", "CloudWatchLogs" }, { "cloudwatch", "CloudWatch" }, { "sts", "STS" } };

static meter_api_t *
s_find_api (meter_t *self, slice_t name)
{
    for (int i = 0; i < self->apis_count; i++)
        if (slice_is (name, self->apis [i].name))
            return &self->apis [i];
    return NULL;
}

//  "logs:FilterLogEvents"
static void
s_add_api (meter_t *self, const char *action)
{
    slice_t api = slice_of (action), service = slice_cut (&api, ':');
    char name [SPAN_NAME_MAX + 1] = "";
    for (size_t i = 0; i < sizeof SERVICES / sizeof SERVICES [0]; i++)
        if (slice_is (service, SERVICES [i].action))
            snprintf (name, sizeof name, "%s.%.*s", SERVICES [i].span, (int) api.size, api.data ? api.data : "");
    if (!name [0] || s_find_api (self, slice_of (name)) || self->apis_count == METER_APIS_MAX)
        return;
    memcpy (self->apis [self->apis_count++].name, name, sizeof name);
}

meter_t *
meter_new (const contracts_t *contracts)
{
    meter_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->contracts = contracts;
    const char *action;
    for (size_t i = 0; i < contracts_count (contracts); i++)
        for (size_t j = 0; (action = contract_action (contracts_at (contracts, i), j)) != NULL; j++)
            s_add_api (self, action);
    snprintf (self->apis [self->apis_count++].name, sizeof self->apis [0].name, "other");
    return self;
}

void
meter_destroy (meter_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

static meter_aws_end_t
s_end (const span_t *span)
{
    int64_t http = span_number (span, SPAN_KEY_HTTP_STATUS, 0);
    if (span->status == STATUS_OK)
        return METER_AWS_OK;
    if (span->status == STATUS_THROTTLED)
        return METER_AWS_THROTTLED;
    if (span->status == STATUS_CANCELLED)
        return METER_AWS_CANCELLED;
    return http >= 500 ? METER_AWS_SERVER_ERROR : http >= 400 ? METER_AWS_CLIENT_ERROR : METER_AWS_NO_ANSWER;
}

static void
s_take_attempt (meter_t *self, const ring_call_t *call, const span_t *span)
{
    meter_api_t *api = s_find_api (self, slice_of (span->name));
    if (!api)
        api = &self->apis [self->apis_count - 1];
    api->attempts [s_end (span)]++;
    api->retries += span_number (span, SPAN_KEY_RESEND_COUNT, 0) > 0;
    histogram_add (&api->durations, span->duration_us, call->trace, call->ended_ms);
}

static void
s_take_wait (meter_t *self, const span_t *span)
{
    for (int i = 0; i < METER_WAITS; i++)
        if (span->kind == SPAN_INTERNAL && strcmp (span->name, WAITS [i]) == 0) {
            self->waits [i].count++;
            self->waits [i].took_us += span->duration_us;
        }
}

//  Those behind the ones that were taken. Returns how many there are in all.
static uint32_t
s_take_spans (meter_t *self, const ring_call_t *call, slice_t spans)
{
    spans_reader_t reader;
    span_t span;
    uint32_t count = 0;
    status_t status = spans_open (&reader, spans);
    if (call->taken == 0)
        self->spans_dropped += reader.dropped;
    while (status == STATUS_OK && (status = spans_next (&reader, &span)) == STATUS_OK) {
        if (count++ < call->taken)
            continue;
        if (span.kind == SPAN_CLIENT)
            s_take_attempt (self, call, &span);
        else
            s_take_wait (self, &span);
    }
    return count;
}

static void
s_take_call (meter_t *self, const ring_call_t *call, const contract_t *contract)
{
    meter_tool_t *tool = &self->tools [contract_index (contract)];
    meter_service_t *service = &self->services [contract_service (contract)];
    meter_outcome_t outcome = call->status == STATUS_CANCELLED ? METER_CANCELLED : call->error ? METER_ERROR : METER_OK;
    tool->calls [(int) call->status < (int) METER_STATUSES ? (int) call->status : (int) METER_STATUSES]++;
    histogram_add (&tool->durations [outcome], call->total_us, call->trace, call->ended_ms);
    histogram_add (&service->queue, call->queue_us, call->trace, call->ended_ms);
    if (call->shared)                   //  The rest is the other call's
        return;
    if (call->worker_us > 0)
        histogram_add (&service->worker, call->worker_us, call->trace, call->ended_ms);
    service->shared += call->joined;
    service->cached += call->cached;
}

uint32_t
meter_take (meter_t *self, const ring_call_t *call, slice_t spans)
{
    const contract_t *contract = contracts_find (self->contracts, slice_of (call->tool));
    if (call->taken == 0 && contract)
        s_take_call (self, call, contract);
    uint32_t count = s_take_spans (self, call, spans);
    return count ? count : 1;
}

const char *
meter_outcome_name (meter_outcome_t outcome)
{
    static const char *const NAMES [METER_OUTCOMES] = { [METER_OK] = "ok", [METER_ERROR] = "error", [METER_CANCELLED] = "cancelled" };
    assert (outcome < METER_OUTCOMES);
    return NAMES [outcome];
}

const char *
meter_aws_end_name (meter_aws_end_t end)
{
    static const char *const NAMES [METER_AWS_ENDS] = {
        [METER_AWS_OK] = "ok", [METER_AWS_THROTTLED] = "throttled", [METER_AWS_CLIENT_ERROR] = "client_error",
        [METER_AWS_SERVER_ERROR] = "server_error", [METER_AWS_NO_ANSWER] = "no_answer", [METER_AWS_CANCELLED] = "cancelled" };
    assert (end < METER_AWS_ENDS);
    return NAMES [end];
}

const char *
meter_wait_name (meter_wait_t wait)
{
    assert (wait < METER_WAITS);
    return WAITS [wait];
}
