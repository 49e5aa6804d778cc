/*  sharing - which calls are the same, and who waits for whose answer

    Two calls are the same when they ask the same tool with the same checked arguments about the same account and region. The first of them
    leads: it is the one that a worker is asked. Those that come while it is under way follow it: they cost their place in the in-flight table
    and nothing else.

        leader   in the table here, under the digest of what it asks; in a ring with its followers, in the order of their coming
        follower in its leader's ring only

    Only calls that may be done twice are shared, and none of the internal tools: those look whether something works now. The digest is SHA-256,
    so that nobody can fill one bucket with calls of his making; what decides is always the comparison of the bytes.

    The table's size is that of the in-flight table: there is a place for every call. Links are in the entries.

    Owner: dispatch, which also owns the entries. */

#ifndef SHARING_H
#define SHARING_H

#include "inflight.h"

typedef struct sharing sharing_t;

//  For so many calls at most. NULL without memory.
sharing_t    *sharing_new (size_t capacity);
void          sharing_destroy (sharing_t **self_p);

//  May this call be shared? Then the digest of what it asks.
bool          sharing_digest (sharing_t *self, const dispatch_call_t *call, call_digest_t *digest);

//  The one that asks the same and leads, or NULL.
call_entry_t *sharing_find (const sharing_t *self, const dispatch_call_t *call, const call_digest_t *digest);

//  From now on others may follow it. It must hold its request, and nobody may ask the same already.
void          sharing_lead (sharing_t *self, call_entry_t *entry, const call_digest_t *digest);

//  Nobody follows it from now on; those who do stay. Idempotent.
void          sharing_close (sharing_t *self, call_entry_t *leader);

void          sharing_follow (call_entry_t *leader, call_entry_t *follower);

//  Out of its ring, whoever it is. Idempotent.
void          sharing_leave (call_entry_t *entry);

//  The follower with the most time left; NULL when nobody follows.
call_entry_t *sharing_latest (const call_entry_t *leader);

//  One of its followers leads the others in its place; the old leader is out of all this.
void          sharing_hand_over (sharing_t *self, call_entry_t *leader, call_entry_t *follower);

//  The followers wait for nobody any more: they are in a ring with this head now, which is no call. Ends with an empty ring: sharing_first.
void          sharing_release (sharing_t *self, call_entry_t *leader, call_entry_t *head);

//  Who came first of those in a ring with this head or leader, and is still in it; NULL when nobody is.
call_entry_t *sharing_first (const call_entry_t *head);

#endif
