#include "mcp_internal.h"

#include "log.h"

#include <assert.h>
#include <stdlib.h>

enum { INTRODUCTION_BYTES_MAX = 128 * 1024 };

mcp_t *
mcp_new (const mcp_config_t *config)
{
    mcp_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = *config;
    self->agreed = REVISION_2025_11_25;
    self->asks.reactor = config->reactor;
    request_state_init (&self->asks.seal, config->random);
    self->tools = tools_new (config->contracts, config->config);
    if (!config->take)
        self->methods = methods_new (&(methods_config_t) {
            .contracts = config->contracts, .dispatch = config->dispatch, .random = config->random, .budget_ms = config->call_deadline_ms,
            .config = config->config });
    if (!self->tools || !(self->methods || config->take))
        mcp_destroy (&self);
    return self;
}

void
mcp_destroy (mcp_t **self_p)
{
    mcp_t *self = *self_p;
    if (!self)
        return;
    while (self->calls) {
        mcp_call_t *call = self->calls;
        mcp_cancel (&call);
    }
    methods_destroy (&self->methods);
    tools_destroy (&self->tools);
    free (self);
    *self_p = NULL;
}

//  --- Answers

void
mcp_send (const mcp_sink_t *sink, int http_status, slice_t id, buffer_t *json)
{
    if (buffer_status (json) != STATUS_OK) {            //  Too large or no memory: say so in few bytes
        buffer_clear (json);
        jsonrpc_write_error (json, id, JSONRPC_INTERNAL_ERROR, SLICE ("The answer does not fit."), SLICE_ABSENT);
    }
    sink->answer (sink->arg, http_status, json);
    buffer_deinit (json);
}

static void
s_answer_text (const mcp_sink_t *sink, slice_t id, slice_t result)
{
    buffer_t json;
    buffer_init (&json, MCP_ANSWER_BYTES_MAX);
    jsonrpc_write_result (&json, id, result);
    mcp_send (sink, 200, id, &json);
}

//  Gives the result's memory back. A result that failed half-way must not leave as half a result.
void
mcp_answer_result (const mcp_sink_t *sink, slice_t id, buffer_t *result)
{
    if (buffer_status (result) == STATUS_OK)
        s_answer_text (sink, id, buffer_slice (result));
    else
        mcp_send (sink, 200, id, result);
    buffer_deinit (result);
}

void
mcp_answer_error (exchange_t *exchange, int http_status, int code, slice_t message, slice_t data)
{
    exchange->mcp->counts.errors++;
    //  An answer to an answer is about no request of the client's
    slice_t id = exchange->message.kind == JSONRPC_RESPONSE ? SLICE_ABSENT : buffer_slice (&exchange->message.id);
    buffer_t json;
    buffer_init (&json, MCP_ANSWER_BYTES_MAX);
    jsonrpc_write_error (&json, id, code, message, data);
    mcp_send (exchange->sink, http_status, id, &json);
}

//  --- Calls that wait

mcp_call_t *
mcp_call_new (exchange_t *exchange, const contract_t *contract)
{
    mcp_call_t *call = calloc (1, sizeof *call);
    if (!call)
        return NULL;
    call->mcp = exchange->mcp;
    call->sink = *exchange->sink;
    call->revision = exchange->revision;
    call->contract = contract;
    buffer_init (&call->purpose, REQUEST_STATE_PURPOSE_MAX);
    buffer_init (&call->id, JSONRPC_ID_BYTES_MAX);
    buffer_move (&call->id, &exchange->message.id);
    progress_init (&call->progress, yyjson_obj_get (exchange->message.params, "_meta"));
    call->next = call->mcp->calls;
    if (call->next)
        call->next->previous = call;
    call->mcp->calls = call;
    call->mcp->waiting++;
    return call;
}

void
mcp_call_free (mcp_call_t *call)
{
    if (call->previous)
        call->previous->next = call->next;
    else
        call->mcp->calls = call->next;
    if (call->next)
        call->next->previous = call->previous;
    call->mcp->waiting--;
    errand_destroy (&call->errand);
    buffer_deinit (&call->purpose);
    buffer_deinit (&call->id);
    mcp_trace_deinit (&call->trace);
    progress_deinit (&call->progress);
    free (call);
}

void
mcp_cancel (mcp_call_t **call_p)
{
    mcp_call_t *call = *call_p;
    if (!call)
        return;
    *call_p = NULL;
    if (call->batch) {
        batch_cancel (call->batch);
        return;
    }
    if (call->errand) {
        mcp_call_free (call);
        return;
    }
    dispatch_outcome_t outcome;
    dispatch_peek (call->mcp->config.dispatch, call->dispatched, &outcome);
    dispatch_cancel (call->mcp->config.dispatch, call->dispatched);
    char trace [TRACE_ID_TEXT_SIZE];
    mcp_told_cancelled (call, &outcome);
    log_info ("call", log_text ("tool", contract_name (call->contract)), log_text ("status", status_name (STATUS_CANCELLED)),
              log_text ("trace_id", trace_context_id (&call->trace.context, trace)));
    mcp_call_free (call);
}

bool
mcp_tells (const mcp_call_t *call)
{
    if (call->batch)
        return batch_tells (call->batch);
    return call->sink.notify && progress_wanted (&call->progress);
}

//  --- The other methods

static mcp_call_t *
s_tools_list (exchange_t *exchange)
{
    yyjson_val *cursor = yyjson_obj_get (exchange->message.params, "cursor");
    if (cursor && !yyjson_is_null (cursor))
        mcp_answer_error (exchange, 200, JSONRPC_INVALID_PARAMS, SLICE ("cursor is not one of ours: the list has a single page."), SLICE_ABSENT);
    else
        s_answer_text (exchange->sink, buffer_slice (&exchange->message.id), tools_list (exchange->mcp->tools, exchange->revision));
    return NULL;
}

static mcp_call_t *
s_initialize (exchange_t *exchange)
{
    exchange->mcp->agreed = exchange->revision;
    buffer_t result;
    slice_t instructions = tools_instructions (exchange->mcp->tools);
    buffer_init (&result, INTRODUCTION_BYTES_MAX);
    buffer_printf (&result, "{\"protocolVersion\":\"%s\",\"capabilities\":" METHODS_CAPABILITIES ",\"serverInfo\":%s,\"instructions\":%.*s}",
                   revision_name (exchange->revision), TOOLS_SERVER_INFO, (int) instructions.size, instructions.data);
    mcp_answer_result (exchange->sink, buffer_slice (&exchange->message.id), &result);
    return NULL;
}

static mcp_call_t *
s_discover (exchange_t *exchange)
{
    buffer_t result;
    slice_t instructions = tools_instructions (exchange->mcp->tools);
    buffer_init (&result, INTRODUCTION_BYTES_MAX);
    buffer_printf (&result, "{\"resultType\":\"complete\",\"supportedVersions\":%s,\"capabilities\":" METHODS_CAPABILITIES ",\"instructions\":%.*s,"
                   "\"ttlMs\":%d,\"cacheScope\":\"public\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":%s}}",
                   REVISIONS_JSON, (int) instructions.size, instructions.data, TOOLS_LIST_TTL_MS, TOOLS_SERVER_INFO);
    mcp_answer_result (exchange->sink, buffer_slice (&exchange->message.id), &result);
    return NULL;
}

static mcp_call_t *
s_ping (exchange_t *exchange)
{
    s_answer_text (exchange->sink, buffer_slice (&exchange->message.id), SLICE ("{}"));
    return NULL;
}

enum { MODERN = 1, LEGACY = 2 };

static const struct {
    const char *name;
    int eras;
    mcp_call_t *(*handle) (exchange_t *exchange);       //  NULL: answered
} METHODS [] = {
    { "tools/call", MODERN | LEGACY, mcp_tools_call },
    { "tools/list", MODERN | LEGACY, s_tools_list },
    { "ping", LEGACY, s_ping },
    { "initialize", LEGACY, s_initialize },
    { "server/discover", MODERN, s_discover },
};

//  An older client takes a 404 for the end of its session, so only the modern era gets one.
static mcp_call_t *
s_request (exchange_t *exchange)
{
    int era = revision_modern (exchange->revision) ? MODERN : LEGACY;
    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS [0]; i++)
        if ((METHODS [i].eras & era) && slice_is (exchange->message.method, METHODS [i].name))
            return METHODS [i].handle (exchange);
    mcp_call_t *call;
    if (mcp_errand (exchange, &call))
        return call;
    buffer_t message;
    buffer_init (&message, 512);
    buffer_append_text (&message, "Method not found: ");
    slice_t method = exchange->message.method;
    buffer_append_slice (&message, (slice_t) { method.data, method.size < 128 ? method.size : 128 });
    mcp_answer_error (exchange, era == MODERN ? 404 : 200, JSONRPC_METHOD_NOT_FOUND, buffer_slice (&message), SLICE_ABSENT);
    buffer_deinit (&message);
    return NULL;
}

static void
s_accepted (exchange_t *exchange)
{
    buffer_t nothing;
    buffer_init (&nothing, 16);
    mcp_send (exchange->sink, 202, SLICE_ABSENT, &nothing);
}

//  The client takes a request back. One that is not there any more, or never was, is no error: the message and the answer may have crossed.
static void
s_take_back (mcp_t *self, const jsonrpc_t *message)
{
    buffer_t id;
    buffer_init (&id, JSONRPC_ID_BYTES_MAX);
    mcp_call_t *call = jsonrpc_append_id (&id, yyjson_obj_get (message->params, "requestId")) ? self->calls : NULL;
    while (call && !slice_eq (buffer_slice (&call->id), buffer_slice (&id)))
        call = call->next;
    buffer_deinit (&id);
    if (!call)
        return;
    mcp_sink_t sink = call->sink;
    mcp_cancel (&call);
    if (sink.cancelled)
        sink.cancelled (sink.arg);
}

static void
s_notification (exchange_t *exchange)
{
    if (exchange->mcp->config.one_client && slice_is (exchange->message.method, "notifications/cancelled"))
        s_take_back (exchange->mcp, &exchange->message);
    s_accepted (exchange);
}

//  What is neither a request nor a notification.
static void
s_other (exchange_t *exchange, const era_headers_t *headers)
{
    if (exchange->message.kind == JSONRPC_INVALID)
        mcp_answer_error (exchange, 400, JSONRPC_INVALID_REQUEST, slice_of (exchange->message.problem), SLICE_ABSENT);
    else if (slice_is (slice_trim (headers->version), revision_name (REVISION_2026_07_28)))     //  We never ask a client: it is an answer to nothing
        mcp_answer_error (exchange, 400, JSONRPC_INVALID_REQUEST, SLICE ("Clients send requests and notifications, no responses."), SLICE_ABSENT);
    else
        s_accepted (exchange);
}

static mcp_call_t *
s_message (exchange_t *exchange, const era_headers_t *headers)
{
    const jsonrpc_t *message = &exchange->message;
    if (message->kind != JSONRPC_REQUEST && message->kind != JSONRPC_NOTIFICATION) {
        s_other (exchange, headers);
        return NULL;
    }
    era_error_t error;
    exchange->revision = era_find (message, headers, &error);
    //  Without HTTP's status there is no way to refuse a notification: it is never answered
    if (error.code && (message->kind == JSONRPC_REQUEST || headers->has_headers)) {
        mcp_answer_error (exchange, error.http_status, error.code, slice_of (error.message), error.data [0] ? slice_of (error.data) : SLICE_ABSENT);
        return NULL;
    }
    if (message->kind == JSONRPC_NOTIFICATION) {
        s_notification (exchange);
        return NULL;
    }
    return s_request (exchange);
}

mcp_call_t *
mcp_message (mcp_t *self, yyjson_val *value, const era_headers_t *headers, const mcp_sink_t *sink)
{
    self->counts.messages++;
    exchange_t exchange = { .mcp = self, .sink = sink, .headers = headers };
    jsonrpc_read (&exchange.message, value);
    mcp_call_t *call = s_message (&exchange, headers);
    jsonrpc_deinit (&exchange.message);
    return call;
}

void
mcp_refuse (mcp_t *self, const mcp_sink_t *sink, int http_status, int code, slice_t sentence)
{
    exchange_t exchange = { .mcp = self, .sink = sink };
    buffer_init (&exchange.message.id, JSONRPC_ID_BYTES_MAX);
    mcp_answer_error (&exchange, http_status, code, sentence, SLICE_ABSENT);
}

mcp_call_t *
mcp_receive (mcp_t *self, slice_t text, const era_headers_t *headers, const mcp_sink_t *sink)
{
    era_headers_t all = *headers;
    self->received_us = reactor_now_us (self->config.reactor);
    if (self->config.one_client)
        all.version = slice_of (revision_name (self->agreed));
    yyjson_doc *doc = NULL;
    status_t status = json_read (text, JSON_DEPTH_MAX, &doc, NULL);
    yyjson_val *root = yyjson_doc_get_root (doc);
    mcp_call_t *call = NULL;
    if (status == STATUS_OK && yyjson_is_arr (root)) {
        call = batch_receive (self, root, &all, sink);
    } else if (status == STATUS_OK) {
        call = mcp_message (self, root, &all, sink);
    } else {
        self->counts.messages++;
        if (status == STATUS_NO_MEMORY)
            mcp_refuse (self, sink, 200, JSONRPC_INTERNAL_ERROR, SLICE ("There is not enough memory for this message now."));
        else if (status == STATUS_TOO_LARGE)
            mcp_refuse (self, sink, 400, JSONRPC_INVALID_REQUEST, SLICE ("The message is nested too deeply."));
        else
            mcp_refuse (self, sink, 400, JSONRPC_PARSE_ERROR, SLICE ("Parse error: the message is not JSON in UTF-8."));
    }
    yyjson_doc_free (doc);
    return call;
}

size_t
mcp_waiting (const mcp_t *self)
{
    return self->waiting;
}

mcp_counts_t
mcp_counts (const mcp_t *self)
{
    return self->counts;
}
