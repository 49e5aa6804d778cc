#include "sse.h"

#include "jsonrpc.h"

const slice_t SSE_KEEP_ALIVE = { ":\n\n", 3 };

void
sse_append_message (buffer_t *out, slice_t json)
{
    buffer_append_text (out, "event: message\ndata: ");
    jsonrpc_append_line (out, json);
    buffer_append_text (out, "\n\n");
}
