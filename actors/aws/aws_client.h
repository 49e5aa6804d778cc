/*  aws_client - one AWS request, from asking to an answer that can be believed

    An ask goes through these states, each left only by its own event, and ends exactly once (done is called) or is aborted:

        PAUSE ──▶ KEYS ──▶ TOKEN ──▶ FLIGHT ──▶ done
          ▲        ▲▲        │         │
          │        │└────────┘         │  the credentials ran out while it waited
          │        └───────────────────┤  the credentials were refused: once more, with fresh ones
          └────────────────────────────┘  throttled, transient: after the wait that retry.h says

        PAUSE   waits before an attempt; before the first one only until the reactor turns
        KEYS    waits for credentials (only when the keyring has none)
        TOKEN   waits for the throttle of its (account, region, API); callers have their turns there one after the other
        FLIGHT  the transfer is under way

    A success is believed only when its body is whole and is JSON. Clock skew is learnt from the Date of every answer and applied to the next
    signature. A (region, service) that cannot be reached is not asked for a while (breaker.h): the ask ends at once then. No attempt is started
    that cannot end within the deadline, and no wait for credentials or for a turn goes on beyond it.

    Owner:   one actor, on its thread. */

#ifndef AWS_CLIENT_H
#define AWS_CLIENT_H

#include "aws_trail.h"
#include "config.h"
#include "keyring.h"
#include "operation.h"
#include "random.h"

typedef struct aws_client aws_client_t;
typedef struct aws_ask    aws_ask_t;

typedef struct {
    const config_t        *config;      //  Endpoints, attempts, time-outs, limits, share of the quotas
    keyring_t             *keyring;     //  Borrowed
    const random_source_t *random;
} aws_client_config_t;

typedef struct {
    uint64_t asks, attempts, retries, throttled, failures;
    int      under_way;
} aws_client_counts_t;

aws_client_t *aws_client_new (reactor_t *reactor, const aws_client_config_t *config);
void          aws_client_destroy (aws_client_t **self_p);

//  What has been spent on an ask, for traces and for the envelope's timings.
typedef struct {
    int64_t keys_us, throttle_us, flight_us, pause_us;
    int     attempts;
    const aws_trail_t *trail;           //  Step by step, while done runs; NULL: nobody wanted to know
} aws_spent_t;

//  INVALID_ARGUMENT or REFUSED with a sentence in *reason (region, endpoint); BUSY: too many (account, region) pairs at once; TOO_LARGE: a body
//  beyond 1 MB; NO_MEMORY. The request's api is borrowed: a literal. deadline_ms is the reactor's time.
//  caller: on whose behalf, for the turns at the throttle (gates.h). done is never called before this returns.
MUST_CHECK status_t aws_client_ask (aws_client_t *self, const void *caller, const aws_request_t *request, const char *account, const char *region,
                                    int64_t deadline_ms, void (*done) (void *arg, const outcome_t *outcome, const aws_spent_t *spent), void *arg,
                                    aws_ask_t **ask_p, const char **reason);

//  From now on its stages go there; right behind aws_client_ask. Borrowed until the ask has ended. aws_client_look: what it does now is added to a
//  copy, as a stage that is given up.
void          aws_client_follow (aws_ask_t *ask, aws_trail_t *trail);
void          aws_client_look (const aws_ask_t *ask, aws_trail_t *copy);

//  Aborts the transfer too; done is not called. Idempotent.
void          aws_client_abort (aws_client_t *self, aws_ask_t **ask_p);

//  What an ask waits for, before it is asked (again): its state, and since when. In FLIGHT it waits for AWS.
typedef enum { AWS_WAIT_KEYS, AWS_WAIT_TURN, AWS_WAIT_ANSWER, AWS_WAIT_PAUSE } aws_wait_kind_t;

typedef struct {
    aws_wait_kind_t kind;
    int64_t     since_us;
    double      quota_per_s;            //  TURN: what is taken for the API's quota
    const char *api;
    const char *before;                 //  PAUSE: how the last attempt failed; "": there was none
} aws_wait_t;

aws_wait_t    aws_client_wait (const aws_ask_t *ask);

aws_client_counts_t aws_client_counts (const aws_client_t *self);

#endif
