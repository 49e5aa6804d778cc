/*  retry - is another attempt worth it, and when?

    The standard mode of the AWS SDKs, with the constants that hold since 2026-11-10: three attempts in all; full jitter over an exponential
    that starts at 50 ms for trouble of theirs and at 1 s for throttling, at most 20 s; the server may ask for a longer wait
    (x-amz-retry-after), within 5 s of ours. A quota of 500 tokens for each API of an account and region keeps a storm of failures from becoming
    a storm of retries: a retry costs 14, or 5 when throttled, and a success gives back. And one rule of ours: no attempt is started that
    cannot end within the caller's budget.

    Owner: an actor, on its thread. Never reads a clock. */

#ifndef RETRY_H
#define RETRY_H

#include "aws_error.h"
#include "random.h"

#include <stdint.h>

enum { RETRY_ATTEMPTS_MAX = 3, RETRY_QUOTA = 500 };

typedef struct {
    int  attempts_max;          //  AWS_MAX_ATTEMPTS, the first one included; >= 1
    int  quota;                 //  Tokens left, 0 … RETRY_QUOTA
    const random_source_t *random;
} retry_t;

void retry_init (retry_t *self, int attempts_max, const random_source_t *random);

typedef struct {
    int     attempt;            //  The one that failed, from 1
    aws_error_class_t class;    //  Only THROTTLED and TRANSIENT are tried again by this rule
    int64_t asked_ms;           //  x-amz-retry-after, or -1
    int64_t budget_ms;          //  What is left of the caller's time
    int64_t attempt_ms;         //  What an attempt needs at least to be worth starting
} retry_failure_t;

typedef enum { RETRY_LATER, RETRY_HOPELESS, RETRY_SPENT, RETRY_NO_QUOTA, RETRY_NO_TIME } retry_verdict_t;

//  RETRY_LATER and the wait in *wait_ms (>= 0), having paid for it; or why not, and then neither *wait_ms nor *paid is touched.
//  *paid is remembered by the caller for retry_succeeded.
retry_verdict_t retry_failed (retry_t *self, const retry_failure_t *failure, int64_t *wait_ms, int *paid);

//  paid: what the last retry of this request cost, 0 when the first attempt succeeded.
void retry_succeeded (retry_t *self, int paid);

//  The value of x-amz-retry-after in ms; -1 when absent, negative or no number.
int64_t retry_after_parse (slice_t header);

#endif
