#include "pool.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOTS_FIRST = 1024 };

static void *
s_zeroed (size_t count, size_t size)
{
    void *memory = calloc (count, size);
    if (!memory) {
        fprintf (stderr, "catalogue-compiler: there is not enough memory.\n");
        exit (1);
    }
    return memory;
}

void
pool_init (pool_t *self)
{
    buffer_init (&self->bytes, POOL_BYTES_MAX);
    self->slots = s_zeroed (SLOTS_FIRST, sizeof *self->slots);
    self->slots_count = SLOTS_FIRST;
    self->used = 0;
    pool_add (self, SLICE (""));
}

void
pool_deinit (pool_t *self)
{
    buffer_deinit (&self->bytes);
    free (self->slots);
    self->slots = NULL;
}

const char *
pool_text (const pool_t *self, uint32_t at)
{
    assert (at < self->bytes.size);
    return self->bytes.data + at;
}

//  FNV-1a
static uint32_t
s_hash (slice_t text)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char) text.data [i]) * 16777619u;
    return hash;
}

//  The slot that holds the text, or the free one in which it belongs.
static uint32_t *
s_slot (const pool_t *self, slice_t text)
{
    size_t at = s_hash (text) % self->slots_count;
    while (self->slots [at] && !slice_is (text, pool_text (self, self->slots [at] - 1)))
        at = (at + 1) % self->slots_count;
    return &self->slots [at];
}

static void
s_grow (pool_t *self)
{
    uint32_t *old = self->slots;
    size_t old_count = self->slots_count;
    self->slots_count *= 2;
    self->slots = s_zeroed (self->slots_count, sizeof *self->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old [i])
            *s_slot (self, slice_of (pool_text (self, old [i] - 1))) = old [i];
    free (old);
}

uint32_t
pool_add (pool_t *self, slice_t text)
{
    uint32_t *slot = s_slot (self, text);
    if (*slot)
        return *slot - 1;
    uint32_t at = (uint32_t) self->bytes.size;
    buffer_append_slice (&self->bytes, text);
    buffer_append_char (&self->bytes, '\0');
    if (buffer_status (&self->bytes) != STATUS_OK) {
        fprintf (stderr, "catalogue-compiler: more than %d bytes of texts.\n", POOL_BYTES_MAX);
        exit (1);
    }
    *slot = at + 1;
    if (++self->used * 2 > self->slots_count)
        s_grow (self);
    return at;
}
