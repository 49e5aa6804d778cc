#include "queue.h"

#include <assert.h>
#include <stdlib.h>

status_t
queue_init (queue_t *self, size_t calls_max, size_t bytes_max)
{
    *self = (queue_t) { .calls_max = calls_max, .bytes_max = bytes_max };
    self->heap = calloc (calls_max, sizeof (call_entry_t *));
    return self->heap ? STATUS_OK : STATUS_NO_MEMORY;
}

void
queue_deinit (queue_t *self)
{
    free (self->heap);
    *self = (queue_t) { 0 };
}

static void
s_put (queue_t *self, size_t index, call_entry_t *entry)
{
    self->heap [index] = entry;
    entry->place = index + 1;
}

//  Ids rise: of two with the same deadline the one that came first goes first.
static bool
s_before (const call_entry_t *a, const call_entry_t *b)
{
    return a->deadline_ms != b->deadline_ms ? a->deadline_ms < b->deadline_ms : a->id < b->id;
}

//  Moves an entry from this index towards the root until its parent is not later.
static void
s_rise (queue_t *self, size_t index, call_entry_t *entry)
{
    while (index > 0) {
        size_t parent = (index - 1) / 2;
        if (!s_before (entry, self->heap [parent]))
            break;
        s_put (self, index, self->heap [parent]);
        index = parent;
    }
    s_put (self, index, entry);
}

//  Moves an entry from this index towards the leaves until no child is earlier.
static void
s_sink (queue_t *self, size_t index, call_entry_t *entry)
{
    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= self->count)
            break;
        if (child + 1 < self->count && s_before (self->heap [child + 1], self->heap [child]))
            child++;
        if (!s_before (self->heap [child], entry))
            break;
        s_put (self, index, self->heap [child]);
        index = child;
    }
    s_put (self, index, entry);
}

status_t
queue_insert (queue_t *self, call_entry_t *entry)
{
    assert (entry->place == 0);
    if (self->count == self->calls_max || entry->bytes > self->bytes_max - self->bytes)
        return STATUS_BUSY;
    self->bytes += entry->bytes;
    self->count++;
    s_rise (self, self->count - 1, entry);
    return STATUS_OK;
}

void
queue_remove (queue_t *self, call_entry_t *entry)
{
    assert (entry->place > 0 && self->heap [entry->place - 1] == entry);
    size_t index = entry->place - 1;
    entry->place = 0;
    self->bytes -= entry->bytes;
    self->count--;
    if (index == self->count)
        return;
    call_entry_t *last = self->heap [self->count];
    if (index > 0 && s_before (last, self->heap [(index - 1) / 2]))
        s_rise (self, index, last);
    else
        s_sink (self, index, last);
}

call_entry_t *
queue_first (const queue_t *self, uint64_t tools)
{
    call_entry_t *first = NULL;
    for (size_t i = 0; i < self->count && tools; i++) {
        call_entry_t *entry = self->heap [i];
        if (!(tools >> entry->tool & 1u))
            continue;
        if (i == 0)
            return entry;               //  Nobody is more urgent than the root
        if (!first || s_before (entry, first))
            first = entry;
    }
    return first;
}

size_t
queue_ahead (const queue_t *self, int64_t deadline_ms)
{
    size_t ahead = 0;
    for (size_t i = 0; i < self->count; i++)
        ahead += self->heap [i]->deadline_ms <= deadline_ms;
    return ahead;
}

size_t
queue_rank (const queue_t *self, const call_entry_t *entry)
{
    size_t rank = 0;
    for (size_t i = 0; i < self->count; i++)
        rank += s_before (self->heap [i], entry);
    return rank;
}
