/*  queue - the calls that wait for a worker, the most urgent first

    A heap by deadline, and by arrival among equals, of fixed capacity in calls and in bytes. Removal from the middle (a client left) is as cheap
    as taking the first.

    Owner: dispatch, which also owns the entries. */

#ifndef QUEUE_H
#define QUEUE_H

#include "inflight.h"

typedef struct {
    call_entry_t **heap;        //  No child goes before its parent
    size_t count;
    size_t calls_max;
    size_t bytes;               //  Bodies that wait
    size_t bytes_max;
} queue_t;

//  NO_MEMORY.
MUST_CHECK status_t queue_init (queue_t *self, size_t calls_max, size_t bytes_max);
void queue_deinit (queue_t *self);

//  BUSY when it is full, in calls or in bytes.
MUST_CHECK status_t queue_insert (queue_t *self, call_entry_t *entry);
void queue_remove (queue_t *self, call_entry_t *entry);

//  The most urgent of those whose tool is in the set (bit i: contract i), or NULL. Usually that is the first of all and costs nothing; a tool that
//  nobody has room for does not keep the others waiting.
call_entry_t *queue_first (const queue_t *self, uint64_t tools);

//  How many of them go before one that comes now and has this deadline.
size_t queue_ahead (const queue_t *self, int64_t deadline_ms);

//  How many of them go before this one of them.
size_t queue_rank (const queue_t *self, const call_entry_t *entry);

#endif
