#include "retry.h"

#include <assert.h>

//  Where the exponential starts, by what went wrong, and where it stops.
static const int64_t BASE_TRANSIENT_MS = 50;
static const int64_t BASE_THROTTLED_MS = 1000;
static const int64_t DELAY_MS_MAX = 20000;

//  A server may ask us to wait longer than we would have, by this much.
static const int64_t ASKED_EXTRA_MS_MAX = 5000;

//  What a retry costs: a broken service must run the quota dry sooner than a busy one, which says by itself when it had enough.
enum { COST_TRANSIENT = 14, COST_THROTTLED = 5 };

//  And what a success at the first attempt gives back.
enum { GAIN_FIRST = 1 };

void
retry_init (retry_t *self, int attempts_max, const random_source_t *random)
{
    assert (attempts_max >= 1);
    *self = (retry_t) { .attempts_max = attempts_max, .quota = RETRY_QUOTA, .random = random };
}

//  The longest wait before the retry that follows this attempt.
static int64_t
s_delay_ms_max (const retry_failure_t *failure)
{
    int64_t delay_ms = failure->class == AWS_THROTTLED ? BASE_THROTTLED_MS : BASE_TRANSIENT_MS;
    for (int attempt = 1; attempt < failure->attempt && delay_ms < DELAY_MS_MAX; attempt++)
        delay_ms *= 2;
    return delay_ms < DELAY_MS_MAX ? delay_ms : DELAY_MS_MAX;
}

//  Full jitter, so that those who failed together do not come back together; never less than that because of what the server asks.
static int64_t
s_delay_ms (const retry_t *self, const retry_failure_t *failure)
{
    int64_t delay_ms = (int64_t) (random_unit (self->random) * (double) s_delay_ms_max (failure));
    int64_t asked_ms = failure->asked_ms;
    if (asked_ms > delay_ms + ASKED_EXTRA_MS_MAX)
        asked_ms = delay_ms + ASKED_EXTRA_MS_MAX;
    return asked_ms > delay_ms ? asked_ms : delay_ms;
}

retry_verdict_t
retry_failed (retry_t *self, const retry_failure_t *failure, int64_t *wait_ms, int *paid)
{
    assert (failure->attempt >= 1);

    if (failure->class != AWS_THROTTLED && failure->class != AWS_TRANSIENT)
        return RETRY_HOPELESS;
    if (failure->attempt >= self->attempts_max)
        return RETRY_SPENT;
    int cost = failure->class == AWS_THROTTLED ? COST_THROTTLED : COST_TRANSIENT;
    if (self->quota < cost)
        return RETRY_NO_QUOTA;
    int64_t delay_ms = s_delay_ms (self, failure);
    if (failure->budget_ms < failure->attempt_ms || delay_ms > failure->budget_ms - failure->attempt_ms)
        return RETRY_NO_TIME;

    self->quota -= cost;
    *paid = cost;
    *wait_ms = delay_ms;
    return RETRY_LATER;
}

void
retry_succeeded (retry_t *self, int paid)
{
    self->quota += paid ? paid : GAIN_FIRST;
    if (self->quota > RETRY_QUOTA)
        self->quota = RETRY_QUOTA;
}

int64_t
retry_after_parse (slice_t header)
{
    header = slice_trim (header);
    int64_t ms = 0;
    for (size_t at = 0; at < header.size; at++) {
        if (header.data [at] < '0' || header.data [at] > '9')
            return -1;
        int digit = header.data [at] - '0';
        ms = ms > (INT64_MAX - digit) / 10 ? INT64_MAX : ms * 10 + digit;
    }
    return header.size ? ms : -1;
}
