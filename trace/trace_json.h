/*  trace_json - calls and their spans as the admin port shows them (docs/TRACING.md)

    Thread: any; no state. */

#ifndef TRACE_JSON_H
#define TRACE_JSON_H

#include "buffer.h"
#include "ring.h"

//  The members of a call, without the braces.
void trace_json_append_call (buffer_t *out, const ring_call_t *call);

//  A whole object. depth: 0 for the call itself.
void trace_json_append_span (buffer_t *out, const span_t *span, int depth, bool critical);

//  null for one that is absent or empty.
void trace_json_append_text (buffer_t *out, slice_t text);

#endif
