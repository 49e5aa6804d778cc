/*  aws_trail - where the time of one AWS request went, step by step

    Whoever wants to know gives an ask a trail (aws_client_follow). Each state that the ask leaves, and that took something, becomes a stage: a wait
    for credentials (only when there were none), for a turn at the throttle (only when it was not given at once), between two attempts, and
    each attempt with what AWS and curl said of it.

    Owner:   whoever made it, on the actor's thread; it outlives the ask. */

#ifndef AWS_TRAIL_H
#define AWS_TRAIL_H

#include "aws_wire.h"
#include "span.h"

typedef enum { AWS_STAGE_CREDENTIALS, AWS_STAGE_THROTTLE, AWS_STAGE_ATTEMPT, AWS_STAGE_BACKOFF } aws_stage_kind_t;

enum { AWS_TRAIL_STAGES_MAX = 16 };     //  Three attempts have eleven at most

typedef struct {
    aws_stage_kind_t kind;
    int64_t  began_us, ended_us;        //  The reactor's
    uint8_t  span [SPAN_ID_BYTES];
    status_t status;                    //  CANCELLED: nobody waited any more
    int      attempt;                   //  The rest is of attempts; 1 is the first
    int      http_status;               //  0: no answer
    transfer_timings_t timings;
    char     request_id [48];           //  AWS's; ""
    char     error [64];                //  AWS's code, or that of our status; ""
} aws_stage_t;

typedef struct aws_trail {
    uint8_t  trace [SPAN_TRACE_BYTES];  //  Of the call that asked first
    aws_service_t service;
    const char *api;                    //  A literal of the operation's
    uint64_t seed;                      //  Of the spans' ids
    uint8_t  flying [SPAN_ID_BYTES];    //  The id that the attempt under way will have, or the next one
    aws_stage_t landed;                 //  What is known of the attempt that has just ended
    int      count, dropped;
    aws_stage_t stages [AWS_TRAIL_STAGES_MAX];
} aws_trail_t;

//  trace: its id, and 8 bytes that no other trail begins with, for the spans' ids. api is borrowed.
void aws_trail_init (aws_trail_t *self, aws_service_t service, const char *api, const uint8_t *trace);

//  What an attempt's answer said; it is told before the attempt is added.
void aws_trail_land (aws_trail_t *self, const transfer_answer_t *transfer, const aws_wire_answer_t *answer);

//  A stage that has ended; one of an attempt takes what has landed, or was given up.
void aws_trail_add (aws_trail_t *self, aws_stage_kind_t kind, int64_t began_us, int64_t ended_us, int attempt);

#endif
