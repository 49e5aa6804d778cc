/*  mcp - the Model Context Protocol, whatever it comes in by

    One message goes in; its answer comes out of a sink, at once or later, and before it how far the call has come, if the client wants to hear
    that. The transport (HTTP, stdio) owns connections, framing and headers; this owns methods, revisions, errors and the calls that wait for
    workers.

        modern (2026-07-28)   server/discover  tools/list  tools/call
        legacy                initialize  ping  tools/list  tools/call
        both                  those of methods.h: prompts, resources, completion
        any                   notifications: taken, and answered by nothing
        2025-03-26            several messages at once (batch.h)

    Owner:   the gateway's thread. Nothing is kept between messages: every one is judged by itself. */

#ifndef MCP_H
#define MCP_H

#include "dispatch.h"
#include "era.h"
#include "http.h"
#include "methods.h"
#include "tools.h"
#include "tracer.h"

typedef struct mcp mcp_t;
typedef struct mcp_call mcp_call_t;     //  A message, or several at once, whose answer is still to come

typedef struct {
    //  The answer: an HTTP status for those who have one (200, 202, 400, 404), and the JSON text, which is taken; empty for 202. Called exactly
    //  once unless the call is cancelled, and never before mcp_receive returned a call.
    void (*answer) (void *arg, int http_status, buffer_t *json);
    //  A notification about the call, before its answer: how far it has come. It may cancel the call. NULL: nobody listens.
    void (*notify) (void *arg, slice_t json);
    //  The client has taken its request back (notifications/cancelled, where one_client): the call is gone, and there is no answer. May be NULL.
    void (*cancelled) (void *arg);
    //  Called right before the answer: calls written (written_arg, now_us, whole) when the answer's last byte is out, or its reader left before.
    //  NULL: an answer is written when answer returns.
    void (*watch) (void *arg, http_written_fn *written, void *written_arg);
    void  *arg;
} mcp_sink_t;

typedef struct {
    const contracts_t     *contracts;
    const config_t        *config;      //  Which accounts there are
    dispatch_t            *dispatch;
    reactor_t             *reactor;
    const random_source_t *random;
    int64_t                call_deadline_ms;
    //  All messages come from one client (stdio), which may so cancel its calls by their ids, and agrees with initialize on how it is spoken to from
    //  then on. Of several clients nobody could say whose message it was: ids start at 0 everywhere.
    bool                   one_client;
    tracer_t              *tracer;      //  Where calls are told; NULL: nowhere
    methods_take_fn       *take;        //  Prompts, resources and completion that are not methods.h's; NULL: those
    void                  *take_arg;
} mcp_config_t;

typedef struct {
    uint64_t messages, errors, calls;
} mcp_counts_t;

//  Everything is borrowed. NULL without memory.
mcp_t *mcp_new (const mcp_config_t *config);

//  Calls that wait are cancelled. Transports come first: a batch is cancelled by whoever waits for it, or not at all.
void   mcp_destroy (mcp_t **self_p);

//  Takes one message. NULL: the sink has been called already. Otherwise it will be, unless mcp_cancel comes first.
mcp_call_t *mcp_receive (mcp_t *self, slice_t text, const era_headers_t *headers, const mcp_sink_t *sink);

//  Whoever asked is gone: the worker is told, and the sink hears nothing. Idempotent.
void   mcp_cancel (mcp_call_t **call_p);

//  Did the client ask how far this call has come? Then notify may be called.
bool   mcp_tells (const mcp_call_t *call);

//  Calls that wait for workers.
size_t mcp_waiting (const mcp_t *self);

mcp_counts_t mcp_counts (const mcp_t *self);

#endif
