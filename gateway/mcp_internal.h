/*  mcp_internal - what mcp.c (messages), mcp_tools.c (calls of tools), mcp_errand.c (the methods of methods.h) and batch.c (several messages at once)
    share

    Nobody else includes this. */

#ifndef MCP_INTERNAL_H
#define MCP_INTERNAL_H

#include "asks.h"
#include "batch.h"
#include "methods.h"
#include "progress.h"
#include "trace_context.h"

//  An answer is at most a result, once as it is and once escaped (at worst twice as long), with its wrapping.
enum { MCP_ANSWER_BYTES_MAX = 8 * 1024 * 1024 };

struct mcp {
    mcp_config_t config;
    tools_t     *tools;
    methods_t   *methods;
    asks_t       asks;
    mcp_call_t  *calls;                 //  Those that wait
    size_t       waiting;
    int64_t      received_us;           //  When the present message came
    revision_t   agreed;                //  one_client: what initialize said last; before that, the newest that has it
    mcp_counts_t counts;
};

//  Whose call it is, and when it came.
typedef struct {
    trace_context_t context;
    uint8_t  link [SPAN_TRACE_BYTES + SPAN_ID_BYTES];   //  What the HTTP header says
    bool     linked;
    buffer_t tracestate;
    char     request_id [40];           //  The client's, as far as it fits
    size_t   request_id_size;
    const char *version, *transport;
    int64_t  received_us, accepted_us;
} mcp_trace_t;

//  What waits: one tools/call, one errand of another method, or a batch that has some.
struct mcp_call {
    batch_t    *batch;                  //  It stands for this one, and has nothing else of its own; NULL: a call
    mcp_t      *mcp;
    mcp_sink_t  sink;
    buffer_t    id;
    revision_t  revision;
    errand_t   *errand;                 //  NULL: a tool's call
    const contract_t *contract;         //  Of a tool's call
    unsigned    abilities;              //  The client's (asks.h)
    buffer_t    purpose;                //  Of a tool's that asks: what a state is for (request_state.h)
    uint64_t    dispatched;             //  dispatch's id
    mcp_trace_t trace;
    progress_t  progress;
    mcp_call_t *next, *previous;
};

//  What a method's handler is given: the message, and where its answer goes.
typedef struct {
    mcp_t      *mcp;
    jsonrpc_t   message;
    revision_t  revision;
    const mcp_sink_t *sink;
    const era_headers_t *headers;
} exchange_t;

//  mcp.c: sends what is written so far, or an error where it did not fit. Gives its memory back.
void mcp_send (const mcp_sink_t *sink, int http_status, slice_t id, buffer_t *json);

//  mcp.c: the same for a result, as JSON, which is taken; and for an error.
void mcp_answer_result (const mcp_sink_t *sink, slice_t id, buffer_t *result);
void mcp_answer_error (exchange_t *exchange, int http_status, int code, slice_t message, slice_t data);

//  mcp_errand.c: the same for a reply.
void mcp_reply (mcp_t *self, const mcp_sink_t *sink, slice_t id, const reply_t *reply);

//  mcp.c: a call that waits; it takes the message's id. NULL without memory. contract: of a tool's call.
mcp_call_t *mcp_call_new (exchange_t *exchange, const contract_t *contract);
void mcp_call_free (mcp_call_t *call);

//  mcp_tools.c: the method tools/call. NULL: it has been answered.
mcp_call_t *mcp_tools_call (exchange_t *exchange);

//  mcp_trace.c: the context of a tool's call, which is accepted now; id: the message's. Of _meta a traceparent is the
//  parent; the HTTP header's is a link.
void mcp_trace_begin (mcp_trace_t *self, const exchange_t *exchange, slice_t id);
void mcp_trace_deinit (mcp_trace_t *self);

//  mcp_trace.c: an answer that is told when it is written. Where nothing is told its sink is the call's own.
typedef struct {
    mcp_t *mcp;
    const mcp_sink_t *to;               //  The call's
    const dispatch_outcome_t *outcome;
    tracer_moments_t moments;
    mcp_sink_t sink;                    //  What to answer through, once
} mcp_told_t;

void mcp_told_begin (mcp_told_t *self, mcp_t *mcp, const mcp_sink_t *to, const mcp_trace_t *trace, const contract_t *contract, uint64_t id,
                     const dispatch_outcome_t *outcome);

//  mcp_trace.c: a call that ends without an answer.
void mcp_told_cancelled (const mcp_call_t *call, const dispatch_outcome_t *outcome);

//  mcp_errand.c: the methods of methods.h. False: it is none of them. Otherwise *call_p waits, or is NULL, and the answer is sent.
bool mcp_errand (exchange_t *exchange, mcp_call_t **call_p);

//  mcp.c: one message, which is JSON already. As mcp_receive.
mcp_call_t *mcp_message (mcp_t *self, yyjson_val *value, const era_headers_t *headers, const mcp_sink_t *sink);

//  mcp.c: an error without an id.
void mcp_refuse (mcp_t *self, const mcp_sink_t *sink, int http_status, int code, slice_t sentence);

#endif
