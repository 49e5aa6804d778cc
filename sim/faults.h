/*  faults - what goes wrong today

    Rules, one per operation and one for all others ("*"), say that requests are late, throttled, refused, or never answered. A client that
    was tested only against answers has not been tested.

        {"DescribeLogGroups": {"latency_ms": 100, "quota_per_s": 5, "skip": 2, "count": 3}, "*@eu-west-1": {"hang": true}}

    latency_ms      every answer comes so much later (0..600000)
    quota_per_s     what comes beyond this rate is throttled, as AWS does it, by a token bucket (0: none, up to 100000)
    burst           what the bucket holds, from 1 (a second's worth); it is full when the rule is made
    throttle_rate   the share that is throttled, whatever the rate, 0..1
    error_rate      the share of the rest that fails, 0..1
    error_status    with this status, 400..599 (503)
    hang            no answer at all, until the client leaves
    skip            the first so many requests are spared (0)
    count           after those, only the next so many are met (all)

    A name may end with "@" and a region: the rule is for requests to that one. Of several rules that fit, one holds: an operation's own before
    "*", also when its count is used up, and then the region's own before that for all. A bucket is the rule's. Requests that are refused for
    their signature are not counted.

    Owner:   the simulator. Thread: one. Never: waits; it says what should happen. */

#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include "buffer.h"
#include "chance.h"

typedef struct faults faults_t;

typedef enum { FAULT_NONE, FAULT_THROTTLE, FAULT_ERROR, FAULT_HANG } fault_kind_t;

typedef struct {
    fault_kind_t kind;
    int status;                 //  Of an error
    int64_t latency_ms;
} fault_t;

//  Chance is borrowed. NULL without memory.
faults_t *faults_new (chance_t *chance);
void      faults_destroy (faults_t **self_p);

//  Replaces all rules. INVALID_ARGUMENT with a sentence, and no change, for anything that is not as above.
MUST_CHECK status_t faults_set (faults_t *self, slice_t json, buffer_t *sentence);
void      faults_clear (faults_t *self);

//  The rules as they were given, with what they have met so far: requests (seen), those that no fault kept from an answer (accepted), and those
//  that were throttled.
void      faults_write (const faults_t *self, buffer_t *out);

//  What happens to the next request for this operation. now_ms: any clock's that does not go back.
fault_t   faults_next (faults_t *self, const char *operation, const char *region, int64_t now_ms);

#endif
