/*  breaker - what cannot be reached is not asked by everybody, again and again

    One state for each (region, service) that is in trouble; what answers has none, and costs nothing here.

        CLOSED ──▶ OPEN ──▶ PROBED ──▶ CLOSED        BREAKER_FAILURES in a row; the pause is over and one asks; it was answered
                    ▲          │
                    └──────────┘                     not answered: the pause doubles, up to BREAKER_PAUSE_MS_MAX

    Only silence counts as a failure: no connection came about, or no byte of an answer to a request that was sent, within a time in which AWS
    answers. Whatever AWS says, be it an error, closes the breaker: it is there. A request that was given too little time, or was aborted before
    that was over, proves nothing; nor does one that waited for a connection of ours. Requests of one caller that were silent at the same time
    count once: who searches forty log groups that are slow, and leaves, must not close the region to all others.

    While it is open all requests but the probe fail at once, instead of holding connections, turns and callers until their time is over. A
    pause is shortened by chance, up to half of it, so that several servers do not probe in step.

    The table has BREAKER_ENTRIES_MAX places. When it is full, the one whose last failure is the oldest makes room.

    Owner:   an actor, on its thread. Never reads a clock. */

#ifndef BREAKER_H
#define BREAKER_H

#include "endpoint.h"
#include "random.h"
#include "transfer.h"

typedef struct breaker breaker_t;

enum {
    BREAKER_FAILURES = 5,               //  More than the attempts of one request, as a rule
    BREAKER_PAUSE_MS_MIN = 1000,
    BREAKER_PAUSE_MS_MAX = 30000,
    BREAKER_SILENCE_MS = 5000,          //  With less time than this, no answer proves nothing
    BREAKER_MEMORY_MS = 60000,          //  Failures with more than this between them are not in a row
    BREAKER_ENTRIES_MAX = 128,
    BREAKER_REASON_SIZE = 128,
};

//  NULL without memory. Chance is borrowed.
breaker_t *breaker_new (const random_source_t *random);
void       breaker_destroy (breaker_t **self_p);

//  What holds of a (region, service) that is open.
typedef struct {
    char    reason [BREAKER_REASON_SIZE];       //  Of the last failure: "connection refused"
    int64_t dead_ms;                    //  Since the first failure in a row
    int64_t again_ms;                   //  Until it is tried again; 0: it is being tried, or the next one will
} breaker_trouble_t;

typedef enum { BREAKER_CLOSED, BREAKER_PROBE, BREAKER_OPEN } breaker_verdict_t;

//  What would be said to a request now. trouble is written when it is OPEN.
breaker_verdict_t breaker_look (const breaker_t *self, const char *region, aws_service_t service, int64_t now_ms, breaker_trouble_t *trouble);

//  The same, to one that goes now. After PROBE all others are told OPEN, until breaker_hear or breaker_give_up is told of it.
breaker_verdict_t breaker_enter (breaker_t *self, const char *region, aws_service_t service, int64_t now_ms, breaker_trouble_t *trouble);

//  How one ended.
typedef struct {
    const transfer_answer_t *answer;
    int64_t     given_ms;               //  The time that it had in all
    const void *caller;                 //  On whose behalf; only compared
    bool        probe;                  //  It was one
} breaker_end_t;

void breaker_hear (breaker_t *self, const char *region, aws_service_t service, int64_t now_ms, const breaker_end_t *end);

//  A probe was aborted: the next one may be sent at once.
void breaker_give_up (breaker_t *self, const char *region, aws_service_t service);

#endif
