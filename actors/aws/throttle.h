/*  throttle - how fast may this worker ask one AWS API?

    AWS publishes a rate per API, account and region, and everybody in the account shares it. A throttle is a token bucket that fills at our
    share of that rate. It also learns: an answer that says "throttled" halves the rate, quiet time raises it again step by step, never above
    the share. (Additive increase, multiplicative decrease: the rule by which strangers share a TCP link fairly.)

    Owner:   the actor that created it, on its thread only.
    Never:   blocks, allocates after throttle_new, or reads a clock. Every call is told the time, so a test owns it.

    Source of the rates: quota.c. */

#ifndef THROTTLE_H
#define THROTTLE_H

#include <stdint.h>

typedef struct throttle throttle_t;

//  Our part of the account's quota. The gateway hands out shares; they change as workers come, go, and want more or less.
typedef struct {
    double per_s;               //  Requests per second we may make; > 0
    double burst;               //  Tokens that may be saved up while idle; >= 1
} throttle_share_t;

//  Starts full: an idle account has not used its burst. Times are monotonic milliseconds.
throttle_t *throttle_new (const throttle_share_t *share, int64_t now_ms);
void        throttle_destroy (throttle_t **self_p);

//  Takes one token and returns 0, or takes nothing and returns the milliseconds (> 0) after which asking again can succeed.
int64_t     throttle_take (throttle_t *self, int64_t now_ms);

//  AWS said "throttled". Answers to requests that were already under way at the old rate count once, not once each.
void        throttle_slow_down (throttle_t *self, int64_t now_ms);

//  Takes effect at once in both directions.
void        throttle_set_share (throttle_t *self, const throttle_share_t *share, int64_t now_ms);

//  Requests per second at this moment, in (0, share.per_s]. For traces and /metrics.
double      throttle_rate_per_s (const throttle_t *self);

#endif
