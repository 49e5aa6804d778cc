/*  tools - the tools as clients see them: the list, and the outcome of a call

    The list is written once, at start, for each kind of revision: its bytes are the same for everybody. A result is the actor's own JSON, spliced
    in as it is and escaped once for the text block; nobody parses it again. Everything that goes wrong inside a call is a result with isError and
    a sentence that says what to do, never a protocol error: clients show it to their model.

    Owner:   mcp. Thread: the gateway's. */

#ifndef TOOLS_H
#define TOOLS_H

#include "config.h"
#include "contract.h"
#include "dispatch.h"
#include "era.h"

typedef struct tools tools_t;

//  Contracts are borrowed. The configuration says which accounts there are (tools_accounts.h), and is not kept;
//  NULL: the contracts as they are. NULL without memory.
tools_t *tools_new (const contracts_t *contracts, const config_t *config);
void     tools_destroy (tools_t **self_p);

//  The result of tools/list, as JSON.
slice_t  tools_list (const tools_t *self, revision_t revision);

//  The server's words on how to use the tools, and on the accounts that there are: a JSON string.
slice_t  tools_instructions (const tools_t *self);

//  {"name": …, "version": …} of this server.
extern const char TOOLS_SERVER_INFO [];

//  How long a client may keep lists that never change while we run.
enum { TOOLS_LIST_TTL_MS = 3600000 };

//  The result of tools/call, as JSON. A result: the structured JSON. Content: {"content": […], "_meta": {…}}, blocks as MCP has them, the _meta when
//  there is something to say. Text: an error, with isError.
void     tools_write_result (buffer_t *out, revision_t revision, slice_t json);
void     tools_write_content (buffer_t *out, revision_t revision, slice_t json);
void     tools_write_error (buffer_t *out, revision_t revision, slice_t text);

//  What to tell a caller when dispatch has no result: a sentence. trace: 32 hex digits by which the call is found in the logs.
void     tools_write_failure (buffer_t *out, const contract_t *contract, const dispatch_outcome_t *outcome, int64_t budget_ms, const char *trace);

#endif
