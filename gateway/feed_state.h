/*  feed_state - the server at this moment, as one JSON object: who is there, what waits where, and how often things happen

    docs/TRACING.md has its members.

    Owner:   the gateway's thread; nothing is changed. */

#ifndef FEED_STATE_H
#define FEED_STATE_H

#include "http.h"
#include "tracer.h"

//  All borrowed.
typedef struct {
    const dispatch_t *dispatch;
    tracer_t *tracer;                   //  NULL: nothing is recorded, and the rates are 0
    const http_server_t *clients;       //  The port that clients use; NULL: there is none
    const clock_source_t *clock;
} feed_sources_t;

void feed_state_write (const feed_sources_t *sources, int followers, buffer_t *json);

#endif
