/*  shared_asks - calls that need the same of AWS share one request

    Stands between the calls of an actor and its aws_client. Different calls often need the same thing at the same time: two lists with other limits
    begin with the same page, a search looks up the groups that a list shows. Who asks what is being asked already joins that request; who asks
    what was answered a moment ago, and changes slowly, gets that answer (answers.h). All others, and whatever is `once` or `fresh`, ask by
    themselves, and nobody joins those.

        ask ──▶ the same is under way? ──▶ joins it ─────────────┐
         │                                                       ▼
         ├────▶ kept, and young enough? ──▶ told next turn ──▶ done, for each of them, in the order of their coming
         │                                                       ▲
         └────▶ asks AWS ───────────────────────────────────────┘

    One who joins keeps its own time. Is that shorter than the request's, it ends by itself in its own; is it longer, then a failure for lack of
    time is none of its business, and the request is made once more, with the time of the one who has most. All other failures go to all. Who
    leaves takes only himself away; the transfer is aborted when the last has left.

    What joined or came out of the cache uses neither a token of the quota nor a connection.

    Owner: one actor, on its thread. */

#ifndef SHARED_ASKS_H
#define SHARED_ASKS_H

#include "answers.h"
#include "aws_client.h"

typedef struct shared_asks shared_asks_t;
typedef struct shared_ask  shared_ask_t;

//  For a failure within its last RETRY_MS the lack of time may have been the reason that there was no further attempt: as long as the longest pause
//  before one (retry.h).
enum { SHARED_ASKS_RETRY_MS = 20000 };

//  The client is borrowed. kept_bytes_max: how much of answers may be kept; 0: nothing. NULL without memory.
shared_asks_t *shared_asks_new (reactor_t *reactor, aws_client_t *client, size_t kept_bytes_max);

//  Nobody may be waiting any more.
void           shared_asks_destroy (shared_asks_t **self_p);

//  As aws_client_ask, in every respect. What done is told is this one's own: how long it waited, and whether its answer is shared or cached. The
//  attempts of a request are in the spent of only one of those who shared it, so that sums are right; in the outcome they are for all.
MUST_CHECK status_t shared_asks_ask (shared_asks_t *self, const void *caller, const aws_request_t *request, const char *account,
                                     const char *region, int64_t deadline_ms,
                                     void (*done) (void *arg, const outcome_t *outcome, const aws_spent_t *spent), void *arg,
                                     shared_ask_t **ask_p, const char **reason);

//  done is not called any more. Idempotent.
void           shared_asks_abort (shared_asks_t *self, shared_ask_t **ask_p);

//  What this one's request went through until now, for who is about to leave; false when it is another one's, or nobody wanted to know. A copy: the
//  request may go on for others, and the attempt that is under way keeps its id, which they link to.
bool           shared_asks_look (const shared_ask_t *ask, aws_trail_t *trail);

//  What it waits for, itself or the one that it joined. False: for nothing but its own turn to be told.
bool           shared_asks_wait (const shared_ask_t *ask, aws_wait_t *wait);

typedef struct {
    uint64_t joined;                    //  Asks that joined a request
    uint64_t cached;                    //  Asks that were answered from the cache
    uint64_t again;                     //  Requests made once more, for those who had more time
    size_t   answers, answers_bytes;    //  Kept now
} shared_asks_counts_t;

shared_asks_counts_t shared_asks_counts (const shared_asks_t *self);

#endif
