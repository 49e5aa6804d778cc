/*  stub_operation - an operation whose functions the test puts in

    The tool "stub" of the logs service: each test says what begin, next, partial, stop and close do, by setting the functions here. Behind
    operation_fixture.h. */

#ifndef STUB_OPERATION_H
#define STUB_OPERATION_H

#include "operation_fixture.h"

static struct {
    status_t (*begin)   (call_t *call);
    status_t (*next)    (call_t *call, int slot, const outcome_t *outcome);
    status_t (*partial) (call_t *call);
    void     (*stop)    (call_t *call);
    int begun, nexts, partials, stops, closes;
} stub;

static inline status_t
stub_begin (call_t *call)
{
    stub.begun++;
    return stub.begin (call);
}

static inline status_t
stub_next (call_t *call, int slot, const outcome_t *outcome)
{
    stub.nexts++;
    return stub.next (call, slot, outcome);
}

static inline status_t
stub_partial (call_t *call)
{
    stub.partials++;
    return stub.partial ? stub.partial (call) : STATUS_OK;
}

static inline void
stub_stop (call_t *call)
{
    stub.stops++;
    if (stub.stop)
        stub.stop (call);
}

static inline void
stub_close (call_t *call)
{
    (void) call;
    stub.closes++;
}

static const operation_t STUB = { .tool = "stub", .begin = stub_begin, .next = stub_next, .partial = stub_partial, .stop = stub_stop,
                                  .close = stub_close };
static const operation_t *const STUBS [] = { &STUB, NULL };

static const char STUB_CONTRACT [] =
    "{\"name\": \"stub\", \"title\": \"Stub\", \"description\": \"Does what a test wants.\", \"service\": \"logs\", \"version\": 3, \"slow\": false,"
    " \"actions\": [\"logs:DescribeLogGroups\"], \"idempotent\": true,"
    " \"annotations\": {\"readOnlyHint\": true, \"destructiveHint\": false, \"idempotentHint\": true, \"openWorldHint\": true},"
    " \"inputSchema\": {\"type\": \"object\", \"properties\": {\"text\": {\"type\": \"string\", \"maxLength\": 100},"
    " \"start_time\": {\"type\": \"string\", \"maxLength\": 64}, \"end_time\": {\"type\": \"string\", \"maxLength\": 64},"
    " \"max_bytes\": {\"type\": \"integer\", \"minimum\": 1024, \"maximum\": 1048576, \"default\": 65536},"
    " \"account\": {\"type\": \"string\", \"maxLength\": 64}, \"region\": {\"type\": \"string\", \"maxLength\": 32}}, \"additionalProperties\": "
    "false},"
    " \"outputSchema\": {\"type\": \"object\", \"properties\": {\"done\": {\"type\": \"boolean\"}}}, \"example\": {\"text\": \"x\"}}";

static const contract_file_t STUB_CONTRACTS [] = { { "stub", STUB_CONTRACT, sizeof STUB_CONTRACT - 1 }, { NULL, NULL, 0 } };

static inline int
begin_stub_with (void **state, fixture_kind_t kind)
{
    memset (&stub, 0, sizeof stub);
    kind.service = SERVICE_LOGS;
    kind.operations = STUBS;
    kind.contracts = STUB_CONTRACTS;
    return begin_with (state, &kind);
}

//  --- What they may do

//  Each of them is a request of its own, though they all ask the same.
static inline status_t
stub_ask (call_t *call, int slot, const char *api)
{
    return call_ask (call, slot, &(aws_request_t) { .service = AWS_LOGS, .api = api, .body = SLICE ("{}"), .fresh = true });
}

static inline status_t
asks_one (call_t *call)
{
    return stub_ask (call, 0, "One");
}

static inline status_t
finishes (call_t *call)
{
    buffer_t json;
    buffer_init (&json, 1024);
    buffer_append_text (&json, "{\"done\":true}");
    return call_finish (call, &json, false);
}

static inline status_t
finishes_next (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    return outcome->status == STATUS_OK ? finishes (call) : call_fail_aws (call, outcome);
}

#endif
