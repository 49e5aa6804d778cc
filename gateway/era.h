/*  era - which revision of MCP does this request speak?

    There are two families. In the modern one (2026-07-28) every request says its version in params._meta, and the transport's headers must agree
    with the body. In the legacy one (2025-11-25, 2025-06-18, 2025-03-26) a client says once, in initialize, what it speaks, and later only
    in a header. We keep no sessions, so each request is judged by itself: the body decides, the headers are checked against it.

    The checks stand in the order in which their errors must win:
        _meta there → header = body → version known → method header → name header → log level known

    Thread: any; no state. Source: MCP specification 2026-07-28 (basic, transports) and the older revisions' lifecycle pages. */

#ifndef ERA_H
#define ERA_H

#include "jsonrpc.h"

typedef enum { REVISION_2025_03_26, REVISION_2025_06_18, REVISION_2025_11_25, REVISION_2026_07_28, REVISIONS } revision_t;

static inline bool
revision_modern (revision_t revision)
{
    return revision == REVISION_2026_07_28;
}

//  "2025-11-25"
const char *revision_name (revision_t revision);

//  All of them, newest first, as a JSON array.
extern const char REVISIONS_JSON [];

//  What the transport says beside the body; absent where it said nothing. stdio has no headers at all.
typedef struct {
    bool    has_headers;                //  HTTP: what is absent below was not sent
    slice_t version;                    //  MCP-Protocol-Version
    slice_t method;                     //  Mcp-Method
    slice_t name;                       //  Mcp-Name
    slice_t (*find) (void *arg, const char *name);      //  Any other, absent where it was not sent; NULL: there are none
    void   *arg;
} era_headers_t;

typedef struct {
    int     code;                       //  0: all is well; else a JSON-RPC code
    int     http_status;
    char    message [256];
    char    data [256];                 //  JSON, or ""
} era_error_t;

//  Do these params say that they are of the modern era, in whatever version of it? They may be NULL.
bool era_claims (yyjson_val *params);

//  For requests and notifications. error->code says whether revision is good.
revision_t era_find (const jsonrpc_t *message, const era_headers_t *headers, era_error_t *error);

//  The revision that initialize answers to one that asks for this: the same if we speak it, else our newest legacy one.
revision_t era_negotiate (slice_t asked);

//  Decodes a header value: =?base64?…?= with strict base64, anything else is literal. MALFORMED for bad base64 or characters that a header may
//  not have.
MUST_CHECK status_t era_header_value (slice_t header, buffer_t *out);

#endif
