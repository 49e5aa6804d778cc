#include "peers.h"

#include <assert.h>
#include <stdlib.h>

struct peers {
    size_t capacity;
    size_t count;
    peer_entry_t entries [];
};

peers_t *
peers_new (size_t capacity)
{
    peers_t *self = calloc (1, sizeof *self + capacity * sizeof self->entries [0]);
    if (self)
        self->capacity = capacity;
    return self;
}

void
peers_destroy (peers_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

peer_entry_t *
peers_find (peers_t *self, const peer_t *address)
{
    for (size_t i = 0; i < self->capacity; i++)
        if (self->entries [i].used && peer_eq (&self->entries [i].address, address))
            return &self->entries [i];
    return NULL;
}

peer_entry_t *
peers_insert (peers_t *self, const peer_t *address)
{
    for (size_t i = 0; i < self->capacity; i++) {
        peer_entry_t *entry = &self->entries [i];
        if (entry->used)
            continue;
        *entry = (peer_entry_t) { .used = true, .address = *address };
        self->count++;
        return entry;
    }
    return NULL;
}

void
peers_remove (peers_t *self, peer_entry_t *entry)
{
    assert (entry->used && !entry->calls);
    entry->used = false;
    self->count--;
}

size_t
peers_capacity (const peers_t *self)
{
    return self->capacity;
}

peer_entry_t *
peers_at (peers_t *self, size_t index)
{
    return &self->entries [index];
}

size_t
peers_count (const peers_t *self)
{
    return self->count;
}

//  Does it take new calls of this service?
static bool
s_works (const peer_entry_t *peer, service_t service)
{
    return peer->used && !peer->draining && !peer->gone && peer->service == service;
}

static bool
s_serves (const peer_entry_t *peer, service_t service, size_t contract)
{
    return s_works (peer, service) && (peer->tools >> contract & 1u);
}

//  Half of the credit, but never nothing: a worker with a credit of one still polls.
static int
s_slow_credit (const peer_entry_t *peer)
{
    return peer->credit > 1 ? peer->credit / 2 : peer->credit;
}

static bool
s_has_room (const peer_entry_t *peer, bool slow)
{
    return peer->in_flight < peer->credit && !(slow && peer->slow_in_flight >= s_slow_credit (peer));
}

peer_entry_t *
peers_with_room (peers_t *self, service_t service, size_t contract, bool slow)
{
    peer_entry_t *best = NULL;
    for (size_t i = 0; i < self->capacity; i++) {
        peer_entry_t *peer = &self->entries [i];
        if (!s_serves (peer, service, contract) || !s_has_room (peer, slow))
            continue;
        //  in_flight / credit, compared without a division
        if (!best || (int64_t) peer->in_flight * best->credit < (int64_t) best->in_flight * peer->credit)
            best = peer;
    }
    return best;
}

uint64_t
peers_room (const peers_t *self, service_t service, bool slow)
{
    uint64_t tools = 0;
    for (size_t i = 0; i < self->capacity; i++)
        if (s_works (&self->entries [i], service) && s_has_room (&self->entries [i], slow))
            tools |= self->entries [i].tools;
    return tools;
}

bool
peers_serve (const peers_t *self, service_t service, size_t contract)
{
    for (size_t i = 0; i < self->capacity; i++)
        if (s_serves (&self->entries [i], service, contract))
            return true;
    return false;
}

uint64_t
peers_tools (const peers_t *self)
{
    uint64_t tools = 0;
    for (size_t i = 0; i < self->capacity; i++)
        if (s_works (&self->entries [i], self->entries [i].service))
            tools |= self->entries [i].tools;
    return tools;
}

peers_load_t
peers_load (const peers_t *self, service_t service)
{
    peers_load_t load = { 0 };
    for (size_t i = 0; i < self->capacity; i++) {
        const peer_entry_t *peer = &self->entries [i];
        if (!s_works (peer, service))
            continue;
        load.credit += peer->credit;
        load.slow_credit += s_slow_credit (peer);
        load.in_flight += peer->in_flight;
        load.slow_in_flight += peer->slow_in_flight;
    }
    return load;
}

void
peer_give (peer_entry_t *self, call_entry_t *call)
{
    assert (!call->peer);
    call->peer = self;
    call->previous = NULL;
    call->next = self->calls;
    if (self->calls)
        self->calls->previous = call;
    self->calls = call;
    self->in_flight++;
    self->slow_in_flight += call->slow;
}

void
peer_take_back (peer_entry_t *self, call_entry_t *call)
{
    assert (call->peer == self);
    if (call->previous)
        call->previous->next = call->next;
    else
        self->calls = call->next;
    if (call->next)
        call->next->previous = call->previous;
    call->peer = NULL;
    call->next = call->previous = NULL;
    self->in_flight--;
    self->slow_in_flight -= call->slow;
}
