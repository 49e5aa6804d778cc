/*  mcp_internal - what mcp.c (methods and calls) and batch.c (several messages at once) share

    Nobody else includes this. */

#ifndef MCP_INTERNAL_H
#define MCP_INTERNAL_H

#include "batch.h"
#include "progress.h"
#include "trace_context.h"

//  What waits: one tools/call, or a batch that has some.
struct mcp_call {
    batch_t    *batch;                  //  It stands for this one, and has nothing else of its own; NULL: a call
    mcp_t      *mcp;
    mcp_sink_t  sink;
    buffer_t    id;
    revision_t  revision;
    const contract_t *contract;
    uint64_t    dispatched;             //  dispatch's id
    trace_context_t trace;
    progress_t  progress;
    mcp_call_t *next, *previous;
};

//  mcp.c: one message, which is JSON already. As mcp_receive.
mcp_call_t *mcp_message (mcp_t *self, yyjson_val *value, const era_headers_t *headers, const mcp_sink_t *sink);

//  mcp.c: an error without an id.
void mcp_refuse (mcp_t *self, const mcp_sink_t *sink, int http_status, int code, slice_t sentence);

#endif
