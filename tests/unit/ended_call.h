/*  ended_call - a call of the ring with its spans, as a test wants it

    Include it behind cmocka.h. Owner: the test. */

#ifndef ENDED_CALL_H
#define ENDED_CALL_H

#include "ring.h"
#include "spans.h"

#include <stdio.h>

typedef struct {
    ring_call_t call;
    spans_t     spans;
    span_t      root;
    buffer_t    frame;
    uint64_t    seed;
} ended_call_t;

//  It took 2 ms, and ended at 2026-11-22T23:05:07.042Z.
static inline void
ended_call_init (ended_call_t *self, const char *tool, status_t status)
{
    *self = (ended_call_t) { .seed = 42, .call = { .number = 1, .trace = { 0xab }, .root = { 0xcd }, .flags = 1, .status = status,
                             .error = status != STATUS_OK, .ended_ms = 1795388707042, .total_us = 2000, .queue_us = 30, .worker_us = 1500 } };
    snprintf (self->call.tool, sizeof self->call.tool, "%s", tool);
    spans_init (&self->spans, SPANS_BYTES_MAX);
    buffer_init (&self->frame, RING_SPANS_BYTES_MAX);
    span_init (&self->root, SPAN_SERVER, self->call.root, (const uint8_t [SPAN_ID_BYTES]) { 0 }, SLICE ("tools/call brief"));
    span_set_times (&self->root, 0, self->call.total_us);
}

static inline void
ended_call_deinit (ended_call_t *self)
{
    spans_deinit (&self->spans);
    buffer_deinit (&self->frame);
}

//  From 100 to 600 us.
static inline span_t
ended_call_span (ended_call_t *self, span_kind_t kind, const char *name)
{
    span_t span;
    uint8_t id [SPAN_ID_BYTES];
    span_next_id (&self->seed, id);
    span_init (&span, kind, id, self->call.root, slice_of (name));
    span_set_times (&span, 100, 600);
    return span;
}

static inline slice_t
ended_call_frame (ended_call_t *self, slice_t tracestate)
{
    buffer_clear (&self->frame);
    spans_write (&self->spans, &self->root, tracestate, &self->frame);
    assert_int_equal (buffer_status (&self->frame), STATUS_OK);
    return buffer_slice (&self->frame);
}

#endif
