/*  meter - what the calls that have ended add up to

    Counts and histograms for GET /metrics, learnt from each call as it comes into the ring. Memory is fixed at start: tools, services and APIs are
    those of the contracts, and what is none of them counts as "other". An API's figures come from a worker's spans, which may come when their
    call has ended already (it was cancelled).

    Owner:   the gateway's thread. */

#ifndef METER_H
#define METER_H

#include "contract.h"
#include "histogram.h"
#include "ring.h"

enum { METER_APIS_MAX = 32 };

typedef enum { METER_OK, METER_ERROR, METER_CANCELLED, METER_OUTCOMES } meter_outcome_t;

//  How an attempt to ask AWS ended.
typedef enum {
    METER_AWS_OK, METER_AWS_THROTTLED, METER_AWS_CLIENT_ERROR, METER_AWS_SERVER_ERROR, METER_AWS_NO_ANSWER, METER_AWS_CANCELLED, METER_AWS_ENDS
} meter_aws_end_t;

typedef enum { METER_CREDENTIALS, METER_THROTTLE, METER_BACKOFF, METER_WAITS } meter_wait_t;

enum {
#define X(code, name, retryable, sentence) METER_STATUS_##name,
    STATUS_TABLE (X)
#undef X
    METER_STATUSES                      //  That status_t has; one more counts those that it has not
};

typedef struct {
    uint64_t calls [METER_STATUSES + 1];
    histogram_t durations [METER_OUTCOMES];
} meter_tool_t;

typedef struct {
    histogram_t queue, worker;          //  Waiting here; with the worker, from its mailbox to its answer
    uint64_t shared, cached;            //  Answers of AWS that were other calls', or kept from before
} meter_service_t;

typedef struct {
    char        name [SPAN_NAME_MAX + 1];       //  "CloudWatchLogs.FilterLogEvents"
    uint64_t    attempts [METER_AWS_ENDS];
    uint64_t    retries;                //  Of them, those that were not the first
    histogram_t durations;
} meter_api_t;

typedef struct {
    uint64_t count;
    int64_t  took_us;
} meter_waited_t;

typedef struct {
    const contracts_t *contracts;
    meter_tool_t    tools [CONTRACTS_MAX];      //  By the contract's index
    meter_service_t services [SERVICES_END];
    meter_api_t     apis [METER_APIS_MAX + 1];  //  The last one in use is "other"
    int             apis_count;
    meter_waited_t  waits [METER_WAITS];
    uint64_t        spans_dropped;      //  For which a worker or the ring had no room
} meter_t;

//  Contracts borrowed. NULL without memory.
meter_t *meter_new (const contracts_t *contracts);
void     meter_destroy (meter_t **self_p);

//  A call of the ring, with its spans, or more of them: call->taken says how many were counted already. Returns how many are now; one at least.
uint32_t meter_take (meter_t *self, const ring_call_t *call, slice_t spans);

const char *meter_outcome_name (meter_outcome_t outcome);      //  "ok", "error", "cancelled"
const char *meter_aws_end_name (meter_aws_end_t end);          //  "ok", "throttled", "client_error", …
const char *meter_wait_name (meter_wait_t wait);               //  "credentials", "throttle", "backoff": as their spans are called

#endif
