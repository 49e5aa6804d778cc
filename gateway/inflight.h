/*  inflight - every call that somebody still waits for, or whose credit is still out

    One table of fixed capacity holds each call from the moment it is accepted until its last message: who waits, what was asked (so that it can be
    sent again), where it is. The id of a call carries its slot and a count of how often the slot was used, so that a late or invented id
    finds nothing: a look-up is one comparison.

        QUEUED ──▶ SENT ──▶ gone                 answered, or its worker was lost
         │  ▲       │ ├───▶ ABANDONED ──▶ gone   cancelled or expired: nobody waits, but the worker still has the credit
         │  └───────┘ │                          its worker was lost, and it goes to another one
         └────────────┴───▶ gone                 cancelled or expired before it was sent

    A call that asks the same as one that is under way follows it (sharing.h), and ends with its answer or in its own time; when its leader
    ends without an answer, it may have to lead itself:

        FOLLOWING ──▶ gone
            └───────▶ QUEUED                     its leader's time was over, or its leader was cancelled or lost

    A leader whose caller has left stays, as long as others follow it.

    Owner:   dispatch, on the gateway's thread. */

#ifndef INFLIGHT_H
#define INFLIGHT_H

#include "dispatch.h"
#include "mailbox.h"

typedef enum { CALL_FREE, CALL_QUEUED, CALL_SENT, CALL_ABANDONED, CALL_FOLLOWING } call_state_t;

//  Of what a call asks (sharing.h).
typedef struct { uint8_t bytes [32]; } call_digest_t;

typedef struct peer_entry peer_entry_t;

typedef struct call_entry {
    call_state_t state;
    uint64_t     id;
    dispatch_t  *owner;                 //  For the timer
    dispatch_call_t call;               //  Who waits; its slices are not used after the message was made
    service_t    service;
    size_t       tool;                  //  Its contract's index
    bool         slow, idempotent;
    message_t   *message;               //  The request, kept for sending it again; shared with the socket
    size_t       bytes;                 //  Of its body, while QUEUED: counted against the queue's limit
    peer_entry_t *peer;                 //  SENT, ABANDONED: who has it
    int64_t      accepted_us;           //  When it came
    int64_t      sent_us;               //  When it left the queue, for the last time; 0 before
    int64_t      deadline_ms;           //  Monotonic
    reactor_timer_t timer;              //  At the deadline
    int          attempt;               //  1, or 2 after its worker was lost
    size_t       place;                 //  1 + index in its queue's heap; 0 outside
    struct call_entry *next;            //  Free list, or the next of the same peer
    struct call_entry *previous;        //  The one before of the same peer
    bool         left;                  //  Its caller has: only its followers wait
    uint8_t      trace [ENVELOPE_TRACE_BYTES];          //  Its caller's traceparent, for when it must lead itself
    bool         has_trace;
    dispatch_hop_t hops [DISPATCH_HOPS_MAX];            //  Its sendings
    int          hops_count;
    uint64_t     told;                  //  The last word of its worker's that it was told, as dispatch counts them
    int          waits;                 //  How often it was told that it waits for its turn
    int64_t      heard_ms;              //  When it was, last
    call_digest_t digest;               //  sharing.h's, all from here on
    struct call_entry *bucket_next;
    struct call_entry **bucket_link;    //  What points to it in its bucket; NULL: not in the table
    struct call_entry *leader;          //  FOLLOWING: whose answer it waits for; NULL while that is being told
    struct call_entry *ring_next, *ring_previous;       //  Leader and followers; itself when alone
} call_entry_t;

typedef struct inflight inflight_t;

inflight_t   *inflight_new (size_t capacity);
void          inflight_destroy (inflight_t **self_p);

//  A fresh entry with its id, state QUEUED, alone in its ring; NULL when the table is full.
call_entry_t *inflight_take (inflight_t *self);
void          inflight_give_back (inflight_t *self, call_entry_t *entry);

//  NULL for an id that is not in flight.
call_entry_t *inflight_find (const inflight_t *self, uint64_t id);

size_t        inflight_count (const inflight_t *self);
size_t        inflight_capacity (const inflight_t *self);

//  For walking over all: slots 0 … capacity - 1, of which some are CALL_FREE.
call_entry_t *inflight_at (inflight_t *self, size_t slot);

#endif
