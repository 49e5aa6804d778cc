/*  admin - what operators and their machines ask: is it alive, is it ready, what is it at?

    On a port of its own, never on the one that clients use.

        GET /healthz    200 while the gateway's loop turns: it depends on nobody else
        GET /readyz     200 when calls can be served: 503 until each of logs, metrics and alarms has had a worker, then 200 while any has one
                        (the missing are named); 503 while draining
        GET /flow       a page that shows all this, live (trace/flow.h)
        GET /metrics    what is counted, for Prometheus (figures.h)
        GET /trace/…    the last calls, one of them, and the feed (docs/TRACING.md)

    Owner:   the gateway's thread. */

#ifndef ADMIN_H
#define ADMIN_H

#include "feed.h"
#include "guard.h"
#include "figures.h"

typedef struct admin admin_t;

//  All borrowed. draining: read at each question.
admin_t       *admin_new (const dispatch_t *dispatch, const guard_t *guard, const bool *draining);

//  From now on GET /trace/calls and /trace/calls/ID answer from there (NULL: nothing is recorded), and /trace/feed from that. Borrowed.
void           admin_show (admin_t *self, tracer_t *tracer, feed_t *feed);
//  From now on GET /metrics answers from there. Borrowed.
void           admin_count (admin_t *self, const figures_sources_t *metrics);
void           admin_destroy (admin_t **self_p);

http_handler_t admin_handler (admin_t *self);

#endif
