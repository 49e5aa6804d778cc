/*  batch - several messages at once, as 2025-03-26 knows them

    An array of messages is answered by an array of their answers, in the order in which these are ready; notifications have none. It is sent when
    the last of them is there, so that a batch lasts as long as its slowest call. What is wrong with one message is the answer to that one. The
    array as a whole is refused when it is empty or too long, when none of it is a message, when it is of a revision that has no batches, and
    when one of its messages is: so says 2026-07-28, whose messages carry their revision. Only revision 2025-03-26 takes arrays.

    Owner:   mcp, on the gateway's thread.
    Limits:  BATCH_MESSAGES_MAX messages, BATCH_BYTES_MAX bytes of answers. An answer that finds no room becomes an error that says so.
    Source:  JSON-RPC 2.0, section 6; MCP specification 2025-03-26, basic. */

#ifndef BATCH_H
#define BATCH_H

#include "mcp.h"

enum { BATCH_MESSAGES_MAX = 64, BATCH_BYTES_MAX = 16 * 1024 * 1024 };

typedef struct batch batch_t;

//  As mcp_receive, for an array.
mcp_call_t *batch_receive (mcp_t *mcp, yyjson_val *messages, const era_headers_t *headers, const mcp_sink_t *sink);

//  Whoever asked is gone: all that waits is cancelled, and the batch with it.
void        batch_cancel (batch_t *self);

//  As mcp_tells, for any of its calls.
bool        batch_tells (const batch_t *self);

#endif
