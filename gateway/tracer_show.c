#include "tracer.h"

#include "hex.h"
#include "spans.h"
#include "trace_filter.h"
#include "trace_json.h"
#include "trace_tree.h"

#include <stdlib.h>

void
tracer_write_calls (tracer_t *self, slice_t query, buffer_t *json)
{
    trace_filter_t filter = trace_filter_read (query);
    ring_t *ring = self ? tracer_ring (self) : NULL;
    uint64_t first = ring ? ring_first (ring) : 1, last = ring ? ring_last (ring) : 0;
    uint64_t after = filter.after > 0 ? (uint64_t) filter.after : 0;
    int64_t written = 0;
    buffer_printf (json, "{\"recording\":%s,\"first\":%llu,\"last\":%llu,\"calls\":[", ring ? "true" : "false", (unsigned long long) first,
                   (unsigned long long) last);
    for (uint64_t number = last; number >= first && number > after && written < filter.limit; number--) {
        const ring_call_t *call = ring_find (ring, number, NULL);
        if (!trace_filter_passes (&filter, call))
            continue;
        buffer_append_text (json, written++ ? ",{" : "{");
        trace_json_append_call (json, call);
        buffer_append_char (json, '}');
    }
    buffer_append_text (json, "]}");
}

typedef struct {
    span_t spans [TRACE_TREE_MAX];
    trace_place_t places [TRACE_TREE_MAX];
} room_t;

//  A frame's spans as a tree. What the ring has can be read, as it was read before it came there; what has no room here counts as dropped.
static void
s_write_frame (slice_t frame, room_t *room, buffer_t *json)
{
    spans_reader_t reader;
    span_t spare;
    int count = 0;
    status_t status = spans_open (&reader, frame);
    uint32_t dropped = reader.dropped;
    while (status == STATUS_OK && (status = spans_next (&reader, count < TRACE_TREE_MAX ? &room->spans [count] : &spare)) == STATUS_OK)
        if (count < TRACE_TREE_MAX)
            count++;
        else
            dropped++;
    trace_tree_order (room->spans, count, room->places);
    buffer_printf (json, ",\"dropped\":%u,\"tracestate\":", dropped);
    trace_json_append_text (json, reader.tracestate);
    buffer_append_text (json, ",\"spans\":[");
    for (int i = 0; i < count; i++) {
        if (i)
            buffer_append_char (json, ',');
        trace_json_append_span (json, room->places [i].span, room->places [i].depth, room->places [i].critical);
    }
    buffer_append_char (json, ']');
}

int
tracer_write_call (tracer_t *self, slice_t name, buffer_t *json)
{
    uint8_t trace [SPAN_TRACE_BYTES];
    slice_t frame = SLICE_ABSENT;
    const ring_call_t *call = NULL;
    if (self && hex_read (name, trace, sizeof trace))
        call = ring_find_trace (tracer_ring (self), trace, &frame);
    else if (self)
        call = ring_find (tracer_ring (self), (uint64_t) trace_filter_number (name, 0), &frame);
    if (!call) {
        buffer_append_text (json, "{\"error\":\"That call is not among the last ones.\"}");
        return 404;
    }
    room_t *room = malloc (sizeof *room);
    if (!room) {
        buffer_append_text (json, "{\"error\":\"There is not enough memory to show it now.\"}");
        return 503;
    }
    buffer_append_char (json, '{');
    trace_json_append_call (json, call);
    s_write_frame (frame, room, json);
    buffer_append_char (json, '}');
    free (room);
    return 200;
}
