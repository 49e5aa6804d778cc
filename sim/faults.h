/*  faults - what goes wrong today

    Rules, one per operation and one for all others ("*"), say that requests are late, throttled, refused, or never answered. A client that
    was tested only against answers has not been tested.

        {"DescribeLogGroups": {"latency_ms": 100, "throttle_rate": 0.5, "skip": 2, "count": 3}, "*": {"hang": true}}

    latency_ms      every answer comes so much later (0..600000)
    throttle_rate   the share that is throttled, 0..1
    error_rate      the share of the rest that fails, 0..1
    error_status    with this status, 400..599 (503)
    hang            no answer at all, until the client leaves
    skip            the first so many requests are spared (0)
    count           after those, only the next so many are met (all)

    An operation's own rule stands instead of "*", also when its count is used up. Requests that are refused for their signature are not
    counted.

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

//  The rules as they were given, with what they have met so far.
void      faults_write (const faults_t *self, buffer_t *out);

//  What happens to the next request for this operation.
fault_t   faults_next (faults_t *self, const char *operation);

#endif
