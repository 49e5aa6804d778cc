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
    self->tools = tools_new (config->contracts, config->config);
    self->methods = methods_new (&(methods_config_t) {
        .contracts = config->contracts, .dispatch = config->dispatch, .random = config->random, .budget_ms = config->call_deadline_ms,
        .config = config->config });
    if (!self->tools || !self->methods)
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
static void
s_answer_result (const mcp_sink_t *sink, slice_t id, buffer_t *result)
{
    if (buffer_status (result) == STATUS_OK)
        s_answer_text (sink, id, buffer_slice (result));
    else
        mcp_send (sink, 200, id, result);
    buffer_deinit (result);
}

static void
s_answer_error (exchange_t *exchange, int http_status, int code, slice_t message, slice_t data)
{
    exchange->mcp->counts.errors++;
    //  An answer to an answer is about no request of the client's
    slice_t id = exchange->message.kind == JSONRPC_RESPONSE ? SLICE_ABSENT : buffer_slice (&exchange->message.id);
    buffer_t json;
    buffer_init (&json, MCP_ANSWER_BYTES_MAX);
    jsonrpc_write_error (&json, id, code, message, data);
    mcp_send (exchange->sink, http_status, id, &json);
}

static void
s_answer_tool_error (exchange_t *exchange, slice_t text)
{
    buffer_t result;
    buffer_init (&result, MCP_ANSWER_BYTES_MAX);
    tools_write_error (&result, exchange->revision, text);
    s_answer_result (exchange->sink, buffer_slice (&exchange->message.id), &result);
}

//  --- Calls of tools

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
    buffer_deinit (&call->id);
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
    dispatch_cancel (call->mcp->config.dispatch, call->dispatched);
    char trace [TRACE_ID_TEXT_SIZE];
    log_info ("call", log_text ("tool", contract_name (call->contract)), log_text ("status", status_name (STATUS_CANCELLED)),
              log_text ("trace_id", trace_context_id (&call->trace, trace)));
    mcp_call_free (call);
}

static void
s_log_call (const mcp_call_t *call, const dispatch_outcome_t *outcome)
{
    char trace [TRACE_ID_TEXT_SIZE];
    log_info ("call", log_text ("tool", contract_name (call->contract)), log_text ("status", status_name (outcome->status)),
              log_int ("total_us", outcome->total_us), log_int ("queue_us", outcome->queue_us), log_int ("worker_us", outcome->envelope.busy_us),
              log_int ("aws_us", outcome->envelope.aws_us), log_int ("waited_us", outcome->envelope.waited_us),
              log_int ("aws_requests", outcome->envelope.requests), log_text ("account", outcome->envelope.account),
              log_text ("region", outcome->envelope.region), log_int ("shared", outcome->shared), log_int ("aws_shared", outcome->envelope.joined),
              log_int ("aws_cached", outcome->envelope.cached), log_int ("cached_age_ms", outcome->envelope.cached_age_ms),
              log_int ("bytes", (int64_t) outcome->json.size), log_text ("trace_id", trace_context_id (&call->trace, trace)));
}

static void
s_done (void *arg, const dispatch_outcome_t *outcome)
{
    mcp_call_t *call = arg;
    s_log_call (call, outcome);
    buffer_t result, text;
    buffer_init (&result, MCP_ANSWER_BYTES_MAX);
    buffer_init (&text, MCP_ANSWER_BYTES_MAX);      //  A worker's sentence may be as long as a message
    if (outcome->status == STATUS_OK) {
        tools_write_result (&result, call->revision, outcome->json);
    } else {
        char trace [TRACE_ID_TEXT_SIZE];
        tools_write_failure (&text, call->contract, outcome, call->mcp->config.call_deadline_ms, trace_context_id (&call->trace, trace));
        tools_write_error (&result, call->revision, buffer_slice (&text));
    }
    s_answer_result (&call->sink, buffer_slice (&call->id), &result);
    buffer_deinit (&text);
    mcp_call_free (call);
}

static void
s_progress (void *arg, const body_progress_t *progress)
{
    mcp_call_t *call = arg;
    buffer_t json;
    buffer_init (&json, PROGRESS_BYTES_MAX);
    if (progress_write (&call->progress, progress, &json))
        call->sink.notify (call->sink.arg, buffer_slice (&json));       //  After which there may be no call
    buffer_deinit (&json);
}

bool
mcp_tells (const mcp_call_t *call)
{
    if (call->batch)
        return batch_tells (call->batch);
    return call->sink.notify && progress_wanted (&call->progress);
}

static mcp_call_t *
s_dispatch (exchange_t *exchange, const contract_t *contract, const contract_arguments_t *arguments)
{
    mcp_t *self = exchange->mcp;
    mcp_call_t *call = mcp_call_new (exchange, contract);
    if (!call) {
        s_answer_tool_error (exchange, SLICE ("There is not enough memory for this call now. Ask again in a few seconds."));
        return NULL;
    }
    yyjson_val *meta = yyjson_obj_get (exchange->message.params, "_meta");
    trace_context_begin (&call->trace, json_text (meta, "traceparent"), self->config.random);
    self->counts.calls++;
    dispatch_call_t work = {
        .contract = contract, .arguments = buffer_slice (&arguments->body), .account = slice_of (arguments->account),
        .region = slice_of (arguments->region), .budget_ms = self->config.call_deadline_ms, .traceparent = call->trace.bytes,
        .done = s_done, .progress = mcp_tells (call) ? s_progress : NULL, .arg = call,
    };
    uint64_t id = dispatch_begin (self->config.dispatch, &work);
    if (id == 0)
        return NULL;                    //  Refused: s_done has answered, and the call is gone
    call->dispatched = id;
    return call;
}

static void
s_unknown_tool (exchange_t *exchange, slice_t name)
{
    buffer_t message;
    buffer_init (&message, 1024);
    const char *near = contracts_suggest (exchange->mcp->config.contracts, name);
    buffer_append_text (&message, "Unknown tool: ");
    buffer_append_slice (&message, (slice_t) { name.data, name.size < 128 ? name.size : 128 });
    if (near)
        buffer_printf (&message, "; did you mean %s?", near);
    s_answer_error (exchange, 200, JSONRPC_INVALID_PARAMS, buffer_slice (&message), SLICE_ABSENT);
    buffer_deinit (&message);
}

static mcp_call_t *
s_tools_call (exchange_t *exchange)
{
    slice_t name = json_text (exchange->message.params, "name");
    yyjson_val *given = yyjson_obj_get (exchange->message.params, "arguments");
    if (!name.data) {
        s_answer_error (exchange, 200, JSONRPC_INVALID_PARAMS, SLICE ("params.name is missing: which tool?"), SLICE_ABSENT);
        return NULL;
    }
    const contract_t *contract = contracts_find (exchange->mcp->config.contracts, name);
    if (!contract || contract_internal (contract)) {
        s_unknown_tool (exchange, name);
        return NULL;
    }
    if (given && yyjson_is_null (given))
        given = NULL;
    if (given && !yyjson_is_obj (given)) {
        s_answer_error (exchange, 200, JSONRPC_INVALID_PARAMS, SLICE ("params.arguments must be an object."), SLICE_ABSENT);
        return NULL;
    }
    contract_arguments_t arguments;
    buffer_t sentence;
    buffer_init (&sentence, CONTRACT_SENTENCE_SIZE);
    mcp_call_t *call = NULL;
    if (contract_check (contract, given, &arguments, &sentence) == STATUS_OK)
        call = s_dispatch (exchange, contract, &arguments);
    else
        s_answer_tool_error (exchange, sentence.size ? buffer_slice (&sentence) : SLICE ("The arguments do not fit into memory."));
    contract_arguments_deinit (&arguments);
    buffer_deinit (&sentence);
    return call;
}

//  --- The other methods

static mcp_call_t *
s_tools_list (exchange_t *exchange)
{
    yyjson_val *cursor = yyjson_obj_get (exchange->message.params, "cursor");
    if (cursor && !yyjson_is_null (cursor))
        s_answer_error (exchange, 200, JSONRPC_INVALID_PARAMS, SLICE ("cursor is not one of ours: the list has a single page."), SLICE_ABSENT);
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
    s_answer_result (exchange->sink, buffer_slice (&exchange->message.id), &result);
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
    s_answer_result (exchange->sink, buffer_slice (&exchange->message.id), &result);
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
    { "tools/call", MODERN | LEGACY, s_tools_call },
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
    s_answer_error (exchange, era == MODERN ? 404 : 200, JSONRPC_METHOD_NOT_FOUND, buffer_slice (&message), SLICE_ABSENT);
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
        s_answer_error (exchange, 400, JSONRPC_INVALID_REQUEST, slice_of (exchange->message.problem), SLICE_ABSENT);
    else if (slice_is (slice_trim (headers->version), revision_name (REVISION_2026_07_28)))     //  We never ask a client: it is an answer to nothing
        s_answer_error (exchange, 400, JSONRPC_INVALID_REQUEST, SLICE ("Clients send requests and notifications, no responses."), SLICE_ABSENT);
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
        s_answer_error (exchange, error.http_status, error.code, slice_of (error.message), error.data [0] ? slice_of (error.data) : SLICE_ABSENT);
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
    exchange_t exchange = { .mcp = self, .sink = sink };
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
    s_answer_error (&exchange, http_status, code, sentence, SLICE_ABSENT);
}

mcp_call_t *
mcp_receive (mcp_t *self, slice_t text, const era_headers_t *headers, const mcp_sink_t *sink)
{
    era_headers_t all = *headers;
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
