#include "mcp_internal.h"

//  MCP's own codes have their HTTP status.
void
mcp_reply (mcp_t *self, const mcp_sink_t *sink, slice_t id, const reply_t *reply)
{
    self->counts.errors += reply->code != 0;
    buffer_t json;
    buffer_init (&json, MCP_ANSWER_BYTES_MAX);
    reply_write (reply, id, &json);
    mcp_send (sink, reply->code == JSONRPC_MISSING_CAPABILITY ? 400 : 200, id, &json);
}

//  The errand's calls have ended: what they brought is the answer. The call is gone before the answer is sent, as the sink may end everything.
static void
s_ended (void *arg)
{
    mcp_call_t *call = arg;
    mcp_t *self = call->mcp;
    mcp_sink_t sink = call->sink;
    reply_t reply;
    buffer_t id;
    reply_init (&reply);
    buffer_init (&id, JSONRPC_ID_BYTES_MAX);
    buffer_move (&id, &call->id);
    errand_purpose (call->errand)->finish (call->errand, &reply);
    mcp_call_free (call);
    mcp_reply (self, &sink, buffer_slice (&id), &reply);
    buffer_deinit (&id);
    reply_deinit (&reply);
}

bool
mcp_errand (exchange_t *exchange, mcp_call_t **call_p)
{
    reply_t reply;
    reply_init (&reply);
    errand_t *errand = NULL;
    request_t request = { exchange->message.params, exchange->revision, &exchange->mcp->asks };
    const mcp_config_t *config = &exchange->mcp->config;
    bool taken = config->take ? config->take (config->take_arg, exchange->message.method, &request, &reply, &errand)
                              : methods_take (exchange->mcp->methods, exchange->message.method, &request, &reply, &errand);
    mcp_call_t *call = errand ? mcp_call_new (exchange, NULL) : NULL;
    if (call) {
        call->errand = errand;
        if (!errand_begin (errand, s_ended, call)) {
            s_ended (call);
            call = NULL;
        }
    } else if (taken) {
        if (errand)
            reply_refuse (&reply, JSONRPC_INTERNAL_ERROR, "There is not enough memory for this request now.");
        errand_destroy (&errand);
        mcp_reply (exchange->mcp, exchange->sink, buffer_slice (&exchange->message.id), &reply);
    }
    reply_deinit (&reply);
    *call_p = call;
    return taken;
}
