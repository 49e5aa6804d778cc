/*  spans - spans as they travel: the third frame of a message

    A frame is a row of msgpack values: a head, then spans, with moves between them.

        frame = head *( move / span )
        head  = [version, dropped, tracestate]              ; dropped: spans that found no room. tracestate: the client's, or nil
        move  = an integer: the spans behind it begin so many microseconds later than they say
        span  = [id, parent, kind, name, start_us, duration_us, status, attributes, link]
                ; ids are bytes; attributes a map of key codes (span.h) to texts or integers; link nil, or the 24 bytes of trace and span id.
                ; Durations are from 0 to a day: duration_us, and attributes whose names end in _us

    What follows from others is not sent: an attempt (CLIENT, "CloudWatchLogs.FilterLogEvents") gets rpc.system.name and rpc.method when it is read.

    Down (REQUEST) the frame is empty; up (RESULT, FAULT) come the worker's spans. The gateway keeps a call in one frame: the client's tracestate, its
    own spans, then for each answer a move and the worker's bytes as they came, once they were read to their end.

    A longer array than ours is read as far as we know it, as everywhere in the protocol.

    Thread: one at a time. */

#ifndef SPANS_H
#define SPANS_H

#include "buffer.h"
#include "reader.h"
#include "span.h"

enum {
    SPANS_VERSION = 1,
    SPANS_MAX = 64,                     //  That one side tells of one call
    SPANS_BYTES_MAX = 5000,             //  Of a worker's, packed: what the ring has room for, beside the gateway's own; 30 attempts
    SPANS_TRACESTATE_MAX = 512,         //  W3C trace context, 3.3.1.5: at least so much is passed on
};

//  --- Writing: spans are packed as they end

typedef struct {
    buffer_t bytes;
    uint32_t count, dropped;
} spans_t;

//  bytes_max: of the spans, packed. Memory is taken as they come.
void spans_init (spans_t *self, size_t bytes_max);
void spans_deinit (spans_t *self);

//  One that finds no room is counted as dropped.
void spans_add (spans_t *self, const span_t *span);

//  Likewise for bytes that spans_body gave, moved by so much.
void spans_add_moved (spans_t *self, int64_t move_us, slice_t body);

//  The frame: a head, the first span (may be NULL; it always finds room), and all that were added. A tracestate that is too long is left out.
void spans_write (const spans_t *self, const span_t *first, slice_t tracestate, buffer_t *out);

//  --- Reading

typedef struct {
    reader_t reader;
    int64_t  move_us;
    uint32_t dropped;
    slice_t  tracestate;                //  Absent where there is none; in the frame
} spans_reader_t;

//  An empty frame has no spans. MALFORMED.
MUST_CHECK status_t spans_open (spans_reader_t *self, slice_t frame);

//  The next one, moved. AGAIN behind the last, MALFORMED.
MUST_CHECK status_t spans_next (spans_reader_t *self, span_t *span);

//  What is behind the head of an open frame, of which nothing was read yet.
slice_t spans_body (const spans_reader_t *self);

#endif
