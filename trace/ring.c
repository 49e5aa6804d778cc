#include "ring.h"

#include <assert.h>
#include <stdlib.h>

typedef struct {
    ring_call_t call;
    uint32_t    size;                   //  Of its spans
    char        spans [RING_SPANS_BYTES_MAX];
} place_t;

struct ring {
    uint64_t last;                      //  The newest number; 0: none
    place_t  places [RING_CALLS];
};

static_assert (sizeof (struct ring) <= RING_BYTES_MAX, "the ring's memory is bounded");

//  Pages that no call has reached yet are the kernel's zeros, and cost nothing.
ring_t *
ring_new (void)
{
    return calloc (1, sizeof (ring_t));
}

void
ring_destroy (ring_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

static place_t *
s_place (ring_t *self, uint64_t number)
{
    return number >= ring_first (self) && number <= self->last && number ? &self->places [number % RING_CALLS] : NULL;
}

uint64_t
ring_insert (ring_t *self, const ring_call_t *call, slice_t spans)
{
    assert (spans.size <= RING_SPANS_BYTES_MAX);
    self->last++;
    place_t *place = s_place (self, self->last);
    place->call = *call;
    place->call.number = self->last;
    place->size = (uint32_t) spans.size;
    if (spans.size)
        memcpy (place->spans, spans.data, spans.size);
    return self->last;
}

bool
ring_append (ring_t *self, uint64_t number, slice_t spans)
{
    place_t *place = s_place (self, number);
    if (!place || !spans.size || spans.size > RING_SPANS_BYTES_MAX - place->size)
        return false;
    memcpy (place->spans + place->size, spans.data, spans.size);
    place->size += (uint32_t) spans.size;
    return true;
}

ring_call_t *
ring_find (ring_t *self, uint64_t number, slice_t *spans)
{
    place_t *place = s_place (self, number);
    if (!place)
        return NULL;
    if (spans)
        *spans = (slice_t) { place->spans, place->size };
    return &place->call;
}

ring_call_t *
ring_find_trace (ring_t *self, const uint8_t *trace, slice_t *spans)
{
    for (uint64_t number = self->last; number >= ring_first (self) && number; number--)
        if (memcmp (s_place (self, number)->call.trace, trace, SPAN_TRACE_BYTES) == 0)
            return ring_find (self, number, spans);
    return NULL;
}

ring_call_t *
ring_find_id (ring_t *self, uint64_t id, slice_t *spans)
{
    for (uint64_t number = self->last; number >= ring_first (self) && number; number--)
        if (s_place (self, number)->call.id == id)
            return ring_find (self, number, spans);
    return NULL;
}

uint64_t
ring_first (const ring_t *self)
{
    return self->last > RING_CALLS ? self->last - RING_CALLS + 1 : 1;
}

uint64_t
ring_last (const ring_t *self)
{
    return self->last;
}

size_t
ring_bytes (const ring_t *self)
{
    return sizeof *self;
}
