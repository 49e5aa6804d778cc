/*  pool - texts one behind the other, each but once

    Owner:   by value. Thread: one. */

#ifndef POOL_H
#define POOL_H

#include "buffer.h"

enum { POOL_BYTES_MAX = 4 * 1024 * 1024 };

typedef struct {
    buffer_t  bytes;                    //  Each text ends with a zero byte; the first is ""
    uint32_t *slots;                    //  Offset + 1 of the texts, by their hash; 0: free
    size_t    slots_count, used;
} pool_t;

//  Without memory the compiler ends.
void     pool_init (pool_t *self);
void     pool_deinit (pool_t *self);

//  The text's offset.
uint32_t pool_add (pool_t *self, slice_t text);

const char *pool_text (const pool_t *self, uint32_t at);

#endif
