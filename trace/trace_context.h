/*  trace_context - which trace does a call belong to?

    W3C trace context: 16 bytes of trace id, 8 of span id, flags. A client that sends a traceparent is continued; any other call begins a trace of
    its own. The ids are random and say nothing of the caller.

    Thread: any; a plain value. Source: W3C Trace Context, level 2. */

#ifndef TRACE_CONTEXT_H
#define TRACE_CONTEXT_H

#include "random.h"
#include "slice.h"

enum { TRACE_CONTEXT_BYTES = 25, TRACE_ID_TEXT_SIZE = 33 };

typedef struct {
    uint8_t bytes [TRACE_CONTEXT_BYTES];        //  As it crosses the wire: trace id, our span id, flags
    uint8_t parent [8];                         //  The client's span id; zeros: none
} trace_context_t;

//  Continues the client's trace, or begins one when traceparent is absent or malformed.
void trace_context_begin (trace_context_t *self, slice_t traceparent, const random_source_t *random);

//  The trace id as 32 hex digits; returns text.
const char *trace_context_id (const trace_context_t *self, char text [TRACE_ID_TEXT_SIZE]);

#endif
