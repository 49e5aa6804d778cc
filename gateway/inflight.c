#include "inflight.h"

#include <assert.h>
#include <stdlib.h>

//  An id is the count of uses, shifted, and the slot: SLOT_BITS bits are enough for the largest table that the configuration allows.
enum { SLOT_BITS = 12 };

struct inflight {
    size_t capacity;
    size_t count;
    uint64_t uses;              //  Ever; never 0 when an id is made, so that no id is 0
    call_entry_t *free;
    call_entry_t entries [];
};

inflight_t *
inflight_new (size_t capacity)
{
    assert (capacity > 0 && capacity <= (size_t) 1 << SLOT_BITS);
    inflight_t *self = calloc (1, sizeof *self + capacity * sizeof self->entries [0]);
    if (!self)
        return NULL;
    self->capacity = capacity;
    for (size_t i = capacity; i-- > 0;) {
        self->entries [i].next = self->free;
        self->free = &self->entries [i];
    }
    return self;
}

void
inflight_destroy (inflight_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

call_entry_t *
inflight_take (inflight_t *self)
{
    call_entry_t *entry = self->free;
    if (!entry)
        return NULL;
    self->free = entry->next;
    self->count++;
    self->uses++;
    *entry = (call_entry_t) { .state = CALL_QUEUED, .id = self->uses << SLOT_BITS | (uint64_t) (entry - self->entries), .attempt = 1 };
    entry->ring_next = entry->ring_previous = entry;
    return entry;
}

void
inflight_give_back (inflight_t *self, call_entry_t *entry)
{
    assert (entry->state != CALL_FREE && entry->place == 0 && !entry->peer && entry->timer.place == 0);
    assert (entry->ring_next == entry && !entry->bucket_link);
    message_destroy (&entry->message);
    entry->state = CALL_FREE;
    entry->id = 0;
    entry->next = self->free;
    self->free = entry;
    self->count--;
}

call_entry_t *
inflight_find (const inflight_t *self, uint64_t id)
{
    size_t slot = (size_t) (id & ((1u << SLOT_BITS) - 1));
    if (slot >= self->capacity)
        return NULL;
    const call_entry_t *entry = &self->entries [slot];
    return entry->state != CALL_FREE && entry->id == id ? (call_entry_t *) (uintptr_t) entry : NULL;
}

size_t
inflight_count (const inflight_t *self)
{
    return self->count;
}

size_t
inflight_capacity (const inflight_t *self)
{
    return self->capacity;
}

call_entry_t *
inflight_at (inflight_t *self, size_t slot)
{
    return &self->entries [slot];
}
