/*  throttle - how fast may this worker ask one AWS API?

    AWS publishes a rate per API, account and region, and everybody in the account shares it. A throttle is a token bucket that fills at our
    share of that rate. What the others leave of it nobody tells us; AWS only says "throttled". So the throttle finds out, as CUBIC finds the speed
    of a link (RFC 9438), which is also what the AWS SDKs do in their adaptive retry mode:

        rate |   throttled
             |   |                                     /    the rate that was throttled: approached ever more slowly,
             |‾‾‾|‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾____________--------‾     then left ever faster, up to the whole share
             |   |          __--‾‾
             |   |________--                                four fifths of it, for a second: what comes in then was asked before
             +----------------------------------------▶ time

    Most of the time it is about the rate at which AWS began to throttle; what a dip leaves unused AWS's own bucket keeps for the hump that
    follows. When others leave N of our share of 2N, from 5 to 500 a second, then about N pass, at 1.05 attempts each; of two servers that do not
    know of each other each gets about half, at 1.1. A change is learnt within seconds, the faster the more AWS refuses. (throttle_loop_test.c
    holds it to 0.9 N and 1.2 attempts.)

    Where AWS throttles at random, whatever we ask (others take many times the quota and do not slow down), going slower gains nothing. The rate
    sinks to a tenth of the share then, and no further: a crawl would starve our callers for the sake of those others.

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
    double burst;               //  Tokens that may be saved up while idle, and never more than a second's worth of the present rate; >= 1
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
