/*  ring - the last calls that ended, in memory of fixed size

    One place per call, taken in turn: the newest overwrites the oldest. A place holds what lists and filters need as plain fields, and the call's
    spans as bytes (proto/spans.h), which are opaque here. Calls are numbered from 1 as they end.

    Memory:  RING_BYTES_MAX in all, taken at start, never more.
    Owner:   the gateway's thread, which alone writes and reads. */

#ifndef RING_H
#define RING_H

#include "span.h"

enum {
    RING_CALLS = 2000,
    RING_SPANS_BYTES_MAX = 7600,        //  Of one call: some 60 spans
    RING_TOOL_MAX = 47, RING_PLACE_MAX = 64,
    RING_BYTES_MAX = 16 * 1000 * 1000,
};

typedef struct {
    uint64_t number;                    //  Given by the ring
    uint64_t id;                        //  dispatch's; 0: it was refused before
    uint8_t  trace [SPAN_TRACE_BYTES];
    uint8_t  root [SPAN_ID_BYTES];      //  Its SERVER span
    uint8_t  flags;                     //  Of W3C: 1 sampled
    status_t status;
    bool     error;                     //  The client got isError, or nothing
    bool     shared;                    //  Its answer came of another call's request
    int64_t  ended_ms;                  //  Wall clock
    int64_t  total_us;                  //  From the request to the last byte of the answer
    int64_t  admission_us;              //  Until it was accepted
    int64_t  queue_us, send_us, worker_us, aws_us, waited_us, encode_us, write_us;
    uint32_t requests, joined, cached;  //  AWS: attempts, answers shared with other calls, answers kept from before
    uint32_t attempts;                  //  Of them, those that the spans tell of
    uint32_t hops;                      //  Workers that it was sent to
    uint32_t retries, throttled;        //  Attempts after the first; attempts that AWS refused for their rate
    uint32_t taken;                     //  Of its spans, those that metrics and exporter have had: more may come later
    char     tool [RING_TOOL_MAX + 1];
    char     service [16];
    char     account [RING_PLACE_MAX + 1];
    char     region [RING_PLACE_MAX + 1];
} ring_call_t;

typedef struct ring ring_t;

//  NULL without memory.
ring_t  *ring_new (void);
void     ring_destroy (ring_t **self_p);

//  Copies both; returns the number. Spans beyond the limit are a bug of the writer.
uint64_t ring_insert (ring_t *self, const ring_call_t *call, slice_t spans);

//  Spans that came after their call had ended. False when it is not there any more, or has no room.
bool     ring_append (ring_t *self, uint64_t number, slice_t spans);

//  The place may be changed; NULL when it is not there (any more). spans may be NULL; valid until the next insert.
ring_call_t *ring_find (ring_t *self, uint64_t number, slice_t *spans);

//  The newest with this trace, or with this id of dispatch's.
ring_call_t *ring_find_trace (ring_t *self, const uint8_t *trace, slice_t *spans);
ring_call_t *ring_find_id (ring_t *self, uint64_t id, slice_t *spans);

//  Numbers that are there: first … last; last < first when there are none.
uint64_t ring_first (const ring_t *self);
uint64_t ring_last (const ring_t *self);

//  Bytes that it has taken, for good.
size_t   ring_bytes (const ring_t *self);

#endif
