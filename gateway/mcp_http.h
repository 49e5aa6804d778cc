/*  mcp_http - MCP over HTTP: POST /mcp

    The transport's side of the Model Context Protocol: who may talk to us (Host, Origin), which method and path, which headers, and the tie
    between a request's connection and its call. A client that closes the connection has cancelled its call: the worker is told at once.

        POST    /mcp, /mcp/     a message, answered as JSON, or as a stream (below)
        GET, DELETE             405: there are no sessions and no streams to open
        OPTIONS                 for browsers whose Origin is allowed

    A call whose client asked how far it has come is answered as a stream of events: that, and at last the answer. So is one that is not answered
    within SSE_SOON_MS. While nothing else is said, a comment keeps the stream alive. Only those get a stream who said that they take one, and never
    over HTTP/1.0, which has no chunks; those who take nothing else get each result so. A client that leaves more unread than the server's limit is
    cut, and its call is cancelled.

    Answers never redirect. An accepted call is answered 200 whatever happens in it; overload before that is 503 with Retry-After.

    Owner:   the gateway's thread. */

#ifndef MCP_HTTP_H
#define MCP_HTTP_H

#include "guard.h"
#include "http.h"
#include "mcp.h"

typedef struct mcp_http mcp_http_t;

//  All borrowed. calls_max: exchanges that may wait for answers; more get 503. NULL without memory.
mcp_http_t    *mcp_http_new (mcp_t *mcp, const guard_t *guard, reactor_t *reactor, size_t calls_max);

//  After the server whose handler it was: calls whose exchanges were dropped with it are cancelled.
void           mcp_http_destroy (mcp_http_t **self_p);

//  For http_server_new.
http_handler_t mcp_http_handler (mcp_http_t *self);

#endif
