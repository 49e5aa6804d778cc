/*  sse - messages as server-sent events

    The framing of an answer that comes as a stream: each message is one event on lines of its own, and a comment now and then shows proxies and
    clients that somebody is still there. Events have no ids: such a stream is not resumed, the request is made again.

    Thread: any; no state. Source: WHATWG HTML, server-sent events; MCP specification, basic/transports. */

#ifndef SSE_H
#define SSE_H

#include "buffer.h"

enum {
    SSE_SOON_MS = 2000,                 //  An answer that takes longer comes as a stream
    SSE_KEEP_ALIVE_MS = 15000,          //  Between signs of life: proxies close what is silent for 60 s, LibreChat and Cursor for 300 s
};

#define SSE_CONTENT_TYPE "text/event-stream"

//  "event: message", the JSON in one line of data, and the end of the event.
void sse_append_message (buffer_t *out, slice_t json);

//  A comment, which clients pass over.
extern const slice_t SSE_KEEP_ALIVE;

//  What an event has besides its JSON.
enum { SSE_FRAME_BYTES = 32 };

#endif
