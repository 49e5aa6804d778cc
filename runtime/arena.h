/*  arena - memory that is given back all at once

    A call needs many small things whose life ends with the call. It takes them from its arena, in blocks of growing size up to the arena's
    limit, and nobody frees them one by one.

    Owner:   the call. Thread: one. Never: moves what it gave. */

#ifndef ARENA_H
#define ARENA_H

#include "slice.h"

typedef struct arena arena_t;

//  Allocates nothing but itself until it is asked; NULL without memory.
arena_t *arena_new (size_t limit_bytes);
void     arena_destroy (arena_t **self_p);

//  Zeroed, aligned for any type. NULL when the limit or the memory is exhausted: the caller answers with STATUS_NO_MEMORY.
void    *arena_alloc (arena_t *self, size_t size);

//  A copy that ends with a zero byte; of an absent slice, an empty text.
char    *arena_copy (arena_t *self, slice_t slice);
char    *arena_printf (arena_t *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

//  Bytes taken so far, for metrics and for the limit's sake.
size_t   arena_bytes (const arena_t *self);

#endif
