/*  dispatch - calls to workers, and exactly one end for each

    The gateway's side of the message protocol (proto/envelope.h). Workers, in this process or in another pod, connect to the one ROUTER that
    dispatch owns and say READY with their service, their tools and their credit. A call waits in its service's queue, in the order of deadlines,
    until a worker of that service has credit; it goes to the least loaded one. At most half of a worker's credit is used by slow calls
    (those that poll or fan out), so that short ones always get through.

    A call that was accepted ends exactly once: done is called with a result or a fault, or the caller cancels it and hears nothing more.
    A worker that falls silent for DISPATCH_LIVENESS heartbeats is taken for lost: calls that may be done twice go once more to another one,
    the others get WORKER_LOST. A worker that comes back is asked WHO, and says READY anew.

    What is refused is refused at once: BUSY when a queue or the table is full or the call's turn would come too late for it (admission.h),
    NO_WORKER when nobody serves the tool. Calls that are in when the last worker of their tool goes (or, just after the start, before the first
    one has come) wait DISPATCH_PATIENCE_MS for one: actors are started anew within a moment.

    A call that asks the same as one that is under way (the same tool, arguments, account and region, and it may be done twice) waits for that
    one's answer: it costs neither credit nor a place in the queue, and keeps its own id, time and progress. Cancelling one of them takes only
    that one away; the worker is told when the last has gone. What ends them is the answer, or a failure that is about what was asked. That the
    first one's time was over is not: those who have more begin afresh, in one call again. Was there something to show when that time was nearly
    over, then it is the answer for all who have no more time left than it took.

    done may begin and cancel calls, also those that are about to end with this one; so may progress.

    Owner:   the gateway's thread. Never blocks. */

#ifndef DISPATCH_H
#define DISPATCH_H

#include "body.h"
#include "contract.h"
#include "envelope.h"
#include "random.h"
#include "reactor.h"
#include "span.h"

typedef struct dispatch dispatch_t;

enum {
    DISPATCH_HEARTBEAT_MS = 500,
    DISPATCH_LIVENESS = 3,              //  Silent heartbeats after which a worker is taken for lost
    DISPATCH_PATIENCE_MS = 2000,        //  A call waits so long for a worker that is not there: one that is being started, at first or again
    DISPATCH_PEERS_MAX = 128,
    DISPATCH_GRACE_MS = 300,            //  A worker gets this much less than we have, so that its answer, with all it knows, comes before ours
};

//  What comes of a call that has ended already.
typedef struct {
    uint64_t id;
    int64_t  answered_us;               //  Since it was accepted
    const envelope_t *envelope;
    slice_t  spans;                     //  The worker's (proto/spans.h)
} dispatch_late_t;

typedef struct {
    const char *endpoint;               //  "inproc://gateway"
    size_t      calls_max;
    size_t      queue_calls_max;        //  Per service
    size_t      queue_bytes_max;        //  Per service
    int         credit_max;             //  More than this is not believed of a worker
    //  A worker has told how far it came with a call whose caller had ended it, or left. NULL: nobody wants to hear it.
    void      (*late) (void *arg, const dispatch_late_t *late);
    void       *late_arg;
} dispatch_config_t;

enum { DISPATCH_HOPS_MAX = 2 };

//  One sending of a call to a worker; times since it was accepted.
typedef struct {
    uint8_t span [SPAN_ID_BYTES];       //  Under which the worker puts its own
    uint64_t worker;                    //  Its incarnation
    uint32_t budget_ms;                 //  What it was given
    int64_t queued_us, sent_us;
    int64_t ended_us;                   //  The worker was lost; -1: it was not
} dispatch_hop_t;

typedef struct {
    status_t status;                    //  OK: json holds the result. Else why not
    slice_t  json;                      //  The structured result as written; valid during done
    bool     cut;                       //  There is more than json shows
    slice_t  text;                      //  Not OK: a sentence for the caller; may be absent
    int64_t  retry_ms;                  //  Not OK: when asking again may help; -1: not said
    int64_t  wait_ms;                   //  BUSY: its turn would have come in so long, which is too late; 0: there was no place to wait in
    size_t   ahead;                     //  With wait_ms: calls that were to have their turn before it
    envelope_t envelope;                //  The worker's timings; all zero when no worker answered
    int64_t  queue_us;                  //  In our queue
    int64_t  total_us;                  //  From acceptance to here
    slice_t  spans;                     //  The worker's (proto/spans.h); valid during done
    dispatch_hop_t hops [DISPATCH_HOPS_MAX];
    int      hops_count;
    bool     queued;                    //  It was in the queue to the last
    bool     has_leader;                //  Shared, and the call that was asked has this trace and span
    uint8_t  leader [SPAN_TRACE_BYTES + SPAN_ID_BYTES];
    bool     shared;                    //  Another call was asked for this one too: the envelope's times are that one's
} dispatch_outcome_t;

typedef struct {
    const contract_t *contract;
    slice_t  arguments;                 //  msgpack map, copied
    slice_t  account;
    slice_t  region;
    int64_t  budget_ms;                 //  > 0
    const uint8_t *traceparent;         //  ENVELOPE_TRACE_BYTES, or NULL
    bool     untold;                    //  The worker need tell no spans
    void   (*done) (void *arg, const dispatch_outcome_t *outcome);
    void   (*progress) (void *arg, const body_progress_t *progress);      //  May be NULL
    void    *arg;
} dispatch_call_t;

//  Contracts and reactor are borrowed. NULL when the endpoint cannot be bound or memory is short.
dispatch_t *dispatch_new (reactor_t *reactor, const contracts_t *contracts, const random_source_t *random, const dispatch_config_t *config);

//  Calls in flight are dropped without a word.
void        dispatch_destroy (dispatch_t **self_p);

//  The id of the accepted call, or 0: then done has been called already, with the reason. Where an id is returned, no call's done was called yet.
uint64_t    dispatch_begin (dispatch_t *self, const dispatch_call_t *call);

//  Nobody waits any more: done and progress are not called again. An id that is not in flight is ignored.
void        dispatch_cancel (dispatch_t *self, uint64_t id);

//  How far a call has come, as an outcome that was cancelled.
void        dispatch_peek (const dispatch_t *self, uint64_t id, dispatch_outcome_t *outcome);

//  Is there a worker for this service now? Was there ever one?
bool        dispatch_serves (const dispatch_t *self, service_t service);
bool        dispatch_served (const dispatch_t *self, service_t service);

//  Calls that somebody waits for.
size_t      dispatch_waiting (const dispatch_t *self);

typedef struct {
    uint64_t calls;                     //  That came; each ends in one of the next six
    uint64_t results, faults, refused, expired, cancelled;
    uint64_t lost;                      //  With their worker, or because none came
    uint64_t shared;                    //  Calls that followed another one when they came
    uint64_t repeated;                  //  Requests that went to a second worker
    uint64_t strays, malformed;         //  Messages
    size_t   queued, in_flight, peers;
} dispatch_counts_t;

dispatch_counts_t dispatch_counts (const dispatch_t *self);

//  dispatch_look.c: what waits for a service now, and who serves it.
typedef struct {
    bool     served;                    //  Now or before
    size_t   queued;
    int64_t  oldest_ms;                 //  How long the first of them has waited
    int      workers, credit, in_flight;
} dispatch_service_t;

void        dispatch_look (const dispatch_t *self, service_t service, dispatch_service_t *look);

typedef struct {
    service_t service;
    uint64_t id;                        //  Its incarnation
    int      credit, in_flight;
    bool     draining;
    int64_t  silent_ms;
} dispatch_worker_t;

//  The worker in place 0 … DISPATCH_PEERS_MAX - 1; false: there is none.
bool        dispatch_worker (const dispatch_t *self, size_t place, dispatch_worker_t *worker);

//  Tells every worker BYE.
void        dispatch_leave (dispatch_t *self);

#endif
