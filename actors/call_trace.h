/*  call_trace - what a worker tells of a call's time

    A call that came with a trace gets a process span, and under it what its requests to AWS went through (aws_trail.h), each as it ends. All of it
    goes back in the third frame of the call's last message.

    Owner: the call, on the actor's thread. */

#ifndef CALL_TRACE_H
#define CALL_TRACE_H

#include "message.h"
#include "shared_asks.h"
#include "spans.h"

typedef struct {
    bool     on;
    uint64_t seed;                      //  Of span ids
    uint8_t  trace [ENVELOPE_TRACE_BYTES];
    uint8_t  process [SPAN_ID_BYTES];
    int64_t  began_us;                  //  The reactor's, as all here
    bool     prepared;                  //  The first step of a request is told, and so what was before it
    int64_t  answered_us;               //  When AWS last answered; 0: never
    spans_t  spans;
} call_trace_t;

//  A request to AWS of the call's.
typedef struct {
    int      number;                    //  From 1, in the order in which they were asked. Its attempts and its waits say it
    int64_t  asked_us;
    const char *region;                 //  Borrowed
} call_trace_request_t;

//  From a request's envelope; without a trace in it nothing is kept.
void call_trace_init (call_trace_t *self, const envelope_t *envelope, int64_t began_us, uint64_t seed);
void call_trace_deinit (call_trace_t *self);

//  For aws_request_t: the trace's id, and where the ids of that request's spans begin. NULL when nothing is kept.
const uint8_t *call_trace_of_request (call_trace_t *self, uint8_t *room);

//  One request has ended: of this asker's own, or joined, or kept.
void call_trace_answered (call_trace_t *self, const call_trace_request_t *request, const outcome_t *outcome, const aws_spent_t *spent,
                          int64_t now_us);

//  One that the call lets go of before it has ended. trail may be NULL.
void call_trace_dropped (call_trace_t *self, const call_trace_request_t *request, const aws_trail_t *trail);

//  The frame of a RESULT or FAULT whose envelope says all but this. Without memory the message goes without.
void call_trace_give (call_trace_t *self, message_t *message, int64_t now_us);

#endif
