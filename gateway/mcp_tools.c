#include "mcp_internal.h"

#include "local_tools.h"
#include "log.h"
#include "param_headers.h"

enum { SENTENCE_BYTES_MAX = 256 };

static void
s_answer_error_to (const mcp_sink_t *sink, exchange_t *exchange, slice_t text)
{
    buffer_t result;
    buffer_init (&result, MCP_ANSWER_BYTES_MAX);
    tools_write_error (&result, exchange->revision, text);
    mcp_answer_result (sink, buffer_slice (&exchange->message.id), &result);
}

static void
s_answer_tool_error (exchange_t *exchange, slice_t text)
{
    s_answer_error_to (exchange->sink, exchange, text);
}

//  What is asked is not what the tool takes: told as a call that went no further.
static void
s_refuse_arguments (exchange_t *exchange, const contract_t *contract, status_t status, slice_t sentence)
{
    dispatch_outcome_t outcome = { .status = status, .text = sentence, .retry_ms = -1 };
    if (!sentence.size)
        outcome.text = SLICE ("The arguments do not fit into memory.");
    char id [TRACE_ID_TEXT_SIZE];
    mcp_trace_t trace;
    mcp_told_t told;
    buffer_t text;
    buffer_init (&text, MCP_ANSWER_BYTES_MAX);
    mcp_trace_begin (&trace, exchange, buffer_slice (&exchange->message.id));
    mcp_told_begin (&told, exchange->mcp, exchange->sink, &trace, contract, 0, &outcome);
    tools_write_failure (&text, contract, &outcome, exchange->mcp->config.call_deadline_ms, trace_context_id (&trace.context, id));
    log_info ("call", log_text ("tool", contract_name (contract)), log_text ("status", status_name (status)), log_text ("trace_id", id));
    s_answer_error_to (&told.sink, exchange, buffer_slice (&text));
    buffer_deinit (&text);
    mcp_trace_deinit (&trace);
}

static void
s_log_call (const mcp_call_t *call, const dispatch_outcome_t *outcome)
{
    char trace [TRACE_ID_TEXT_SIZE], request [TRACER_REQUEST_ID_SIZE] = "";
    if (outcome->status != STATUS_OK)
        tracer_failed_request (outcome->spans, request);
    log_info ("call", log_text ("tool", contract_name (call->contract)), log_text ("status", status_name (outcome->status)),
              log_int ("total_us", outcome->total_us), log_int ("queue_us", outcome->queue_us), log_int ("worker_us", outcome->envelope.busy_us),
              log_int ("aws_us", outcome->envelope.aws_us), log_int ("waited_us", outcome->envelope.waited_us),
              log_int ("aws_requests", outcome->envelope.requests), log_text ("account", outcome->envelope.account),
              log_text ("region", outcome->envelope.region), log_int ("shared", outcome->shared), log_int ("aws_shared", outcome->envelope.joined),
              log_int ("aws_cached", outcome->envelope.cached), log_int ("cached_age_ms", outcome->envelope.cached_age_ms),
              log_int ("bytes", (int64_t) outcome->json.size), log_text ("aws_request_id", request),
              log_text ("trace_id", trace_context_id (&call->trace.context, trace)));
}

//  The worker asks the client something first.
static void
s_answer_ask (mcp_call_t *call, const mcp_sink_t *sink, slice_t ask)
{
    reply_t reply;
    yyjson_doc *doc = NULL;
    reply_init (&reply);
    if (json_read (ask, JSON_DEPTH_MAX, &doc, NULL) == STATUS_OK)
        asks_write (&call->mcp->asks, call->abilities, buffer_slice (&call->purpose), yyjson_doc_get_root (doc), &reply);
    else
        reply_refuse (&reply, JSONRPC_INTERNAL_ERROR, "What %s asks cannot be read.", contract_name (call->contract));
    mcp_reply (call->mcp, sink, buffer_slice (&call->id), &reply);
    yyjson_doc_free (doc);
    reply_deinit (&reply);
}

static void
s_append_unaskable (buffer_t *out, const contract_t *contract)
{
    buffer_printf (out, "%s must ask its user or client something first, and only revision %s of MCP has a way to do that.",
                   contract_name (contract), revision_name (REVISION_2026_07_28));
}

static void
s_write_outcome (const mcp_call_t *call, const dispatch_outcome_t *outcome, buffer_t *result)
{
    char trace [TRACE_ID_TEXT_SIZE];
    buffer_t text;
    buffer_init (&text, MCP_ANSWER_BYTES_MAX);      //  A worker's sentence may be as long as a message
    bool asks = outcome->envelope.flags & ENVELOPE_FLAG_ASKS;
    if (outcome->status == STATUS_OK && asks && !contract_asks (call->contract)) {
        buffer_printf (&text, "%s asks, and its contract does not say that it may: this is a defect.", contract_name (call->contract));
        tools_write_error (result, call->revision, buffer_slice (&text));
    } else if (outcome->status == STATUS_OK && asks) {
        s_append_unaskable (&text, call->contract);
        tools_write_error (result, call->revision, buffer_slice (&text));
    } else if (outcome->status == STATUS_OK && contract_json (call->contract, "outputSchema").data) {
        tools_write_result (result, call->revision, outcome->json);
    } else if (outcome->status == STATUS_OK) {
        tools_write_content (result, call->revision, outcome->json);
    } else {
        tools_write_failure (&text, call->contract, outcome, call->mcp->config.call_deadline_ms, trace_context_id (&call->trace.context, trace));
        tools_write_error (result, call->revision, buffer_slice (&text));
    }
    buffer_deinit (&text);
}

static void
s_done (void *arg, const dispatch_outcome_t *outcome)
{
    mcp_call_t *call = arg;
    s_log_call (call, outcome);
    mcp_told_t told;
    mcp_told_begin (&told, call->mcp, &call->sink, &call->trace, call->contract, call->dispatched, outcome);
    bool asks = outcome->status == STATUS_OK && outcome->envelope.flags & ENVELOPE_FLAG_ASKS && contract_asks (call->contract);
    if (asks && revision_modern (call->revision)) {
        s_answer_ask (call, &told.sink, outcome->json);
    } else {
        buffer_t result;
        buffer_init (&result, MCP_ANSWER_BYTES_MAX);
        s_write_outcome (call, outcome, &result);
        mcp_answer_result (&told.sink, buffer_slice (&call->id), &result);
    }
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

static mcp_call_t *
s_dispatch (exchange_t *exchange, const contract_t *contract, const contract_arguments_t *arguments)
{
    mcp_t *self = exchange->mcp;
    mcp_call_t *call = mcp_call_new (exchange, contract);
    if (!call) {
        s_answer_tool_error (exchange, SLICE ("There is not enough memory for this call now. Ask again in a few seconds."));
        return NULL;
    }
    mcp_trace_begin (&call->trace, exchange, buffer_slice (&call->id));
    call->abilities = asks_abilities (&(request_t) { exchange->message.params, exchange->revision, &self->asks });
    self->counts.calls++;
    dispatch_call_t work = {
        .contract = contract, .arguments = buffer_slice (&arguments->body), .account = slice_of (arguments->account),
        .region = slice_of (arguments->region), .budget_ms = self->config.call_deadline_ms, .traceparent = call->trace.context.bytes,
        .untold = !self->config.tracer,
        .done = s_done, .progress = mcp_tells (call) ? s_progress : NULL, .arg = call,
    };
    if (local_tools_serve (contract, work.arguments, reactor_clock (self->config.reactor), s_done, call))
        return NULL;
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
    mcp_answer_error (exchange, 200, JSONRPC_INVALID_PARAMS, buffer_slice (&message), SLICE_ABSENT);
    buffer_deinit (&message);
}

//  May this client have this tool, and does it say the same in its headers? Sends the error otherwise.
static bool
s_admitted (exchange_t *exchange, const contract_t *contract, yyjson_val *given)
{
    request_t request = { exchange->message.params, exchange->revision, &exchange->mcp->asks };
    unsigned needed = 0;
    const char *name;
    era_error_t error = { 0 };
    reply_t reply;
    buffer_t text;
    reply_init (&reply);
    buffer_init (&text, SENTENCE_BYTES_MAX);
    for (size_t i = 0; (name = contract_capability (contract, i)) != NULL; i++)
        needed |= asks_ability (slice_of (name));
    bool modern = revision_modern (exchange->revision), able = asks_demand (asks_abilities (&request), needed, &reply);
    if (modern && able && exchange->headers->has_headers)
        param_headers_check (contract, given, exchange->headers, &error);
    if (error.code) {
        mcp_answer_error (exchange, error.http_status, error.code, slice_of (error.message), SLICE_ABSENT);
    } else if (!able && modern) {
        mcp_reply (exchange->mcp, exchange->sink, buffer_slice (&exchange->message.id), &reply);
    } else if (!able) {
        s_append_unaskable (&text, contract);
        s_answer_tool_error (exchange, buffer_slice (&text));
    }
    buffer_deinit (&text);
    reply_deinit (&reply);
    return able && !error.code;
}

//  A call of a tool that may ask: the arguments, with what the client answered to an ask beside them.
static mcp_call_t *
s_call_that_asks (exchange_t *exchange, const contract_t *contract, contract_arguments_t *arguments)
{
    request_t request = { exchange->message.params, exchange->revision, &exchange->mcp->asks };
    mcp_call_t *call = NULL;
    asks_given_t given;
    buffer_t purpose, body;
    reply_t reply;
    reply_init (&reply);
    buffer_init (&purpose, REQUEST_STATE_PURPOSE_MAX);
    buffer_init (&body, CONTRACT_BODY_MAX);
    request_state_purpose ("tools/call", slice_of (contract_name (contract)), buffer_slice (&arguments->body), &purpose);
    bool readable = asks_read (&exchange->mcp->asks, &request, buffer_slice (&purpose), &given, &reply);
    if (readable && (given.responses || given.has_state)) {
        asks_append_arguments (&given, buffer_slice (&arguments->body), &body);
        buffer_deinit (&arguments->body);
        buffer_move (&arguments->body, &body);
    }
    if (!readable)
        mcp_reply (exchange->mcp, exchange->sink, buffer_slice (&exchange->message.id), &reply);
    else if (buffer_status (&arguments->body) == STATUS_OK && buffer_status (&purpose) == STATUS_OK)
        call = s_dispatch (exchange, contract, arguments);
    else
        s_answer_tool_error (exchange, SLICE ("The arguments and the answers do not fit into memory."));
    if (call)                           //  Nothing has come of it yet
        buffer_move (&call->purpose, &purpose);
    asks_given_deinit (&given);
    buffer_deinit (&body);
    buffer_deinit (&purpose);
    reply_deinit (&reply);
    return call;
}

mcp_call_t *
mcp_tools_call (exchange_t *exchange)
{
    slice_t name = json_text (exchange->message.params, "name");
    yyjson_val *given = yyjson_obj_get (exchange->message.params, "arguments");
    if (!name.data) {
        mcp_answer_error (exchange, 200, JSONRPC_INVALID_PARAMS, SLICE ("params.name is missing: which tool?"), SLICE_ABSENT);
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
        mcp_answer_error (exchange, 200, JSONRPC_INVALID_PARAMS, SLICE ("params.arguments must be an object."), SLICE_ABSENT);
        return NULL;
    }
    if (!s_admitted (exchange, contract, given))
        return NULL;
    contract_arguments_t arguments;
    buffer_t sentence;
    buffer_init (&sentence, CONTRACT_SENTENCE_SIZE);
    mcp_call_t *call = NULL;
    status_t status = contract_check (contract, given, &arguments, &sentence);
    if (status == STATUS_OK)
        call = contract_asks (contract) ? s_call_that_asks (exchange, contract, &arguments) : s_dispatch (exchange, contract, &arguments);
    else
        s_refuse_arguments (exchange, contract, status, buffer_slice (&sentence));
    contract_arguments_deinit (&arguments);
    buffer_deinit (&sentence);
    return call;
}
