/*  feed - calls as they end, and the state of the server, to those who watch

        GET /trace/feed  ──▶  event: call     each call that has ended and passes the query's filter (trace_filter.h), within FEED_CALLS_MS
                              event: state    the server at this moment (feed_state.h), every FEED_STATE_MS

    A call has its number as the event's id. Whoever comes back with Last-Event-ID, or comes with after=, is given first what has ended since, as
    far as the ring still has it and the query's limit allows. The same number comes again when more became known of the call.

    Each piece is written once for all and copied to those whose filter it passes. A follower that does not read is dropped when more waits for it
    than the server's limit of a stream, or nothing was taken for the server's time of writing: nobody waits for it. While nobody follows, the
    tracer is not even listened to.

    Owner:   the gateway's thread. */

#ifndef FEED_H
#define FEED_H

#include "feed_state.h"

enum {
    FEED_FOLLOWERS_MAX = 16,
    FEED_CALLS_MS = 100,                //  Calls that end within so long go out in one piece
    FEED_STATE_MS = 500,
};

typedef struct feed feed_t;

//  Reactor borrowed; the sources are copied. NULL without memory.
feed_t *feed_new (reactor_t *reactor, const feed_sources_t *sources);

//  The exchanges are the server's to drop.
void    feed_destroy (feed_t **self_p);

//  From now on the port that clients use is this one.
void    feed_set_clients (feed_t *self, const http_server_t *clients);

//  Takes the exchange: it is followed until its reader leaves, or answered 503 where there are too many.
void    feed_follow (feed_t *self, http_exchange_t *exchange);

//  An exchange's reader has left; one that does not follow is passed over.
void    feed_gone (feed_t *self, const http_exchange_t *exchange);

int     feed_followers (const feed_t *self);

#endif
