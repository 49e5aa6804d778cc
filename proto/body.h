/*  body - what is in the bodies of messages

    Each kind of message that has a body has one shape: a msgpack map with the members below. Unknown members are passed over, so that a
    shape can grow. What a peer sent is read with the bounded reader and checked; slices point into the message.

    Thread: any; no state. */

#ifndef BODY_H
#define BODY_H

#include "buffer.h"

//  FAULT: {"text": str, "retry_ms": int}
typedef struct {
    slice_t text;               //  A sentence for the caller; may be absent
    int64_t retry_ms;           //  When asking again can help; -1: not said
} body_fault_t;

void body_write_fault (buffer_t *out, const body_fault_t *fault);
MUST_CHECK status_t body_read_fault (slice_t body, body_fault_t *fault);

//  PROGRESS: {"done": number, "total": number, "text": str}
typedef struct {
    double  done;               //  Rises with each message of a call; both numbers are finite
    double  total;              //  0: not known
    slice_t text;               //  May be absent
} body_progress_t;

void body_write_progress (buffer_t *out, const body_progress_t *progress);
MUST_CHECK status_t body_read_progress (slice_t body, body_progress_t *progress);

//  RESULT: {"json": bin, "cut": bool}. Written in place: begin, then the JSON text by whoever makes it, then end.
typedef struct {
    slice_t json;               //  structuredContent, as the actor wrote it: one JSON object
    bool    cut;                //  More exists than is in it
} body_result_t;

void body_write_result (buffer_t *out, const body_result_t *result);
MUST_CHECK status_t body_read_result (slice_t body, body_result_t *result);

//  READY: {"tools": {name: version, …}}. The reader calls tool (arg, …) for each pair.
typedef struct {
    const char *name;
    int64_t     version;
} body_tool_t;

void body_write_ready (buffer_t *out, const body_tool_t *tools, size_t count);
MUST_CHECK status_t body_read_ready (slice_t body, void (*tool) (void *arg, slice_t name, int64_t version), void *arg);

//  Arguments of a REQUEST that no contract can have, because it is the gateway that gives them (asks.h): what the client answered, a map by what was
//  asked, and the state that the worker wanted back.
#define BODY_RESPONSES "$responses"
#define BODY_STATE     "$state"

//  REQUEST and CALL: the arguments, a map of name to value, checked against the contract and complete with its defaults. These find one by name:
//  absent, false, 0, or the given default when it is not there.
slice_t argument_text (slice_t arguments, const char *name);
bool    argument_bool (slice_t arguments, const char *name);
int64_t argument_int (slice_t arguments, const char *name, int64_t or_else);

//  An argument's value as it stands (a list, an object), for a reader of its own; absent when it is not there.
slice_t argument_value (slice_t arguments, const char *name);

#endif
