#include "arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

//  Blocks double from the first size, enough for a simple call, to the largest, beyond which doubling saves no calls and wastes memory.
static const size_t BLOCK_BYTES_FIRST = 1024;
static const size_t BLOCK_BYTES_MAX = 65536;

enum { ALIGNMENT = _Alignof (max_align_t) };

typedef struct block {
    struct block *older;
    size_t size;                //  Bytes behind this head
    size_t used;
    _Alignas (max_align_t) char bytes [];
} block_t;

struct arena {
    block_t *newest;            //  The one that is being filled
    size_t   limit_bytes;
    size_t   bytes;             //  Given so far, alignment included; <= limit_bytes
};

arena_t *
arena_new (size_t limit_bytes)
{
    arena_t *self = malloc (sizeof *self);
    if (self)
        *self = (arena_t) { .limit_bytes = limit_bytes };
    return self;
}

void
arena_destroy (arena_t **self_p)
{
    arena_t *self = *self_p;
    if (!self)
        return;
    while (self->newest) {
        block_t *block = self->newest;
        self->newest = block->older;
        free (block);
    }
    free (self);
    *self_p = NULL;
}

//  A block with room for size bytes: the newest, or a new one in front of it.
static block_t *
s_block (arena_t *self, size_t size)
{
    block_t *newest = self->newest;
    if (newest && size <= newest->size - newest->used)
        return newest;

    size_t block_size = BLOCK_BYTES_FIRST;
    if (newest)
        block_size = newest->size < BLOCK_BYTES_MAX / 2 ? newest->size * 2 : BLOCK_BYTES_MAX;
    if (block_size > self->limit_bytes - self->bytes)
        block_size = self->limit_bytes - self->bytes;
    if (block_size < size)
        block_size = size;
    if (block_size > SIZE_MAX - sizeof (block_t))
        return NULL;

    block_t *block = calloc (1, sizeof *block + block_size);
    if (!block)
        return NULL;
    block->size = block_size;
    block->older = newest;
    self->newest = block;
    return block;
}

void *
arena_alloc (arena_t *self, size_t size)
{
    if (size > self->limit_bytes)
        return NULL;
    //  Nothing at all takes place too: NULL means that it did not fit. What the alignment adds at the very end may exceed the limit; then
    //  the last few bytes stay unused.
    size_t taken = size ? size : 1;
    if (taken > SIZE_MAX - ALIGNMENT)
        return NULL;
    taken = (taken + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (taken > self->limit_bytes - self->bytes)
        return NULL;
    block_t *block = s_block (self, taken);
    if (!block)
        return NULL;
    void *given = block->bytes + block->used;
    block->used += taken;
    self->bytes += taken;
    return given;
}

char *
arena_copy (arena_t *self, slice_t slice)
{
    if (slice.size == SIZE_MAX)
        return NULL;
    char *copy = arena_alloc (self, slice.size + 1);
    if (copy && slice.size)
        memcpy (copy, slice.data, slice.size);
    return copy;
}

char *
arena_printf (arena_t *self, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    int size = vsnprintf (NULL, 0, format, arguments);
    va_end (arguments);
    assert (size >= 0);

    char *text = arena_alloc (self, (size_t) size + 1);
    if (!text)
        return NULL;
    va_start (arguments, format);
    vsnprintf (text, (size_t) size + 1, format, arguments);
    va_end (arguments);
    return text;
}

size_t
arena_bytes (const arena_t *self)
{
    return self->bytes;
}
