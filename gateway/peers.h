/*  peers - the workers that have said READY

    A registry of fixed capacity. A worker is known by the routing id that our ROUTER made up for its connection; who it is, it says itself, by
    the incarnation in READY. Its entry holds what it serves, how much credit it gave, and the calls that it has.

    Owner: dispatch. Entries stay where they are until peers_remove. */

#ifndef PEERS_H
#define PEERS_H

#include "inflight.h"

struct peer_entry {
    bool      used;
    peer_t    address;
    uint64_t  incarnation;
    service_t service;
    uint64_t  tools;                    //  Bit i: it serves contract i, in our version
    int       credit;                   //  Calls that it takes at once
    int       in_flight;                //  Calls that it has, abandoned ones included
    int       slow_in_flight;           //  Of them, slow ones: at most half of the credit
    bool      draining;                 //  Wants nothing new
    bool      gone;                     //  A message to it could not be delivered: lost at the next heartbeat, given nothing until then
    int64_t   heard_ms;                 //  When it last said anything
    call_entry_t *calls;                //  Those that it has
};

typedef struct peers peers_t;

peers_t      *peers_new (size_t capacity);
void          peers_destroy (peers_t **self_p);

peer_entry_t *peers_find (peers_t *self, const peer_t *address);
peer_entry_t *peers_insert (peers_t *self, const peer_t *address);      //  NULL when full
void          peers_remove (peers_t *self, peer_entry_t *entry);        //  It must have no calls

//  All entries, used or not: 0 … peers_capacity - 1.
size_t        peers_capacity (const peers_t *self);
peer_entry_t *peers_at (peers_t *self, size_t index);
size_t        peers_count (const peers_t *self);

//  The worker with the most room in proportion to its credit that serves this contract and may take a call of this sort; NULL when none has room.
peer_entry_t *peers_with_room (peers_t *self, service_t service, size_t contract, bool slow);

//  The contracts that it would find a worker for, as bits.
uint64_t      peers_room (const peers_t *self, service_t service, bool slow);

//  Does anybody serve it, room or not? And the contracts that somebody serves, as bits.
bool          peers_serve (const peers_t *self, service_t service, size_t contract);
uint64_t      peers_tools (const peers_t *self);

//  What the workers of a service that take new calls can do together, and what they have.
typedef struct {
    int credit, slow_credit;
    int in_flight, slow_in_flight;
} peers_load_t;

peers_load_t  peers_load (const peers_t *self, service_t service);

//  The calls of a peer, as a list: both ends of its credit are counted here and nowhere else.
void          peer_give (peer_entry_t *self, call_entry_t *call);
void          peer_take_back (peer_entry_t *self, call_entry_t *call);

#endif
