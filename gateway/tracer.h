/*  tracer - what the gateway tells of each call, and the ring that keeps it

    A call is gathered when its answer is written: its own times here, and what its worker sent, become one frame of spans (proto/spans.h). It goes to
    the ring when the answer's last byte is out. What a worker sends after a cancel is appended there.
    How often that happens, per service and per API of AWS, is counted beside it (rates.h). Who wants to hear of each call listens.

    Owner:   the gateway's thread. */

#ifndef TRACER_H
#define TRACER_H

#include "dispatch.h"
#include "rates.h"
#include "ring.h"
#include "trace_context.h"

typedef struct tracer tracer_t;

//  NULL without memory. Clock borrowed.
tracer_t *tracer_new (const clock_source_t *clock);
void      tracer_destroy (tracer_t **self_p);

//  Somebody who wants to hear of each call. The caller owns it and sets the first two fields; it is told inside tracer_tell, and must be quick.
typedef struct tracer_listener {
    void (*told) (void *arg, uint64_t number);          //  It is in the ring. A number that was told before: more became known of it
    void  *arg;
    struct tracer_listener *next;       //  The tracer's
} tracer_listener_t;

//  self may be NULL: there is nothing to hear.
void      tracer_listen (tracer_t *self, tracer_listener_t *listener);
void      tracer_unlisten (tracer_t *self, tracer_listener_t *listener);

//  The calls, and how often they come: all, by service ("logs"), and by API ("CloudWatchLogs.FilterLogEvents").
typedef struct {
    rate_t  calls;
    rates_t services, apis;
} tracer_rates_t;

ring_t   *tracer_ring (tracer_t *self);
const tracer_rates_t *tracer_rates (const tracer_t *self);

//  The moments of a call, on the reactor's clock.
typedef struct {
    const contract_t *contract;
    const trace_context_t *context;
    const uint8_t *link;                //  Trace and span that the transport was called in; NULL: none
    slice_t  tracestate;
    slice_t  request_id;                //  The client's
    const char *version, *transport;    //  Of MCP; "tcp" or "pipe". NULL: not said
    uint64_t id;                        //  dispatch's; 0: it was refused
    size_t   answer_bytes;              //  As it goes to the connection
    int64_t  received_us, accepted_us, ended_us, encoded_us, written_us;
} tracer_moments_t;

//  AWS's id of the last request of a call that failed, from the worker's spans, for the log; "" without one. Returns text.
enum { TRACER_REQUEST_ID_SIZE = 64 };
const char *tracer_failed_request (slice_t spans, char text [TRACER_REQUEST_ID_SIZE]);

//  A call whose answer is on its way. Everything is copied; written_us is not looked at. NULL when self is (nothing is recorded), or without memory.
typedef struct tracer_telling tracer_telling_t;
tracer_telling_t *tracer_gather (tracer_t *self, const tracer_moments_t *moments, const dispatch_outcome_t *outcome);

//  Its answer is written, or (not whole) its client has left in the middle of it: the call's number in the ring. 0 for NULL.
uint64_t  tracer_written (tracer_telling_t **telling_p, int64_t written_us, bool whole);

//  Both at once.
uint64_t  tracer_tell (tracer_t *self, const tracer_moments_t *moments, const dispatch_outcome_t *outcome);

//  To the call that it is of, if that is there. self may be NULL.
void      tracer_add_late (tracer_t *self, const dispatch_late_t *late);

//  tracer_show.c: the answers to GET /trace/calls and /trace/calls/ID, as JSON; 404 with a sentence for one that is not there.
void      tracer_write_calls (tracer_t *self, slice_t query, buffer_t *json);
int       tracer_write_call (tracer_t *self, slice_t name, buffer_t *json);

#endif
