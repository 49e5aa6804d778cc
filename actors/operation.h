/*  operation - what an actor can do, as a table of small functions

    An operation answers one tool. It is a handful of functions over a call; it never blocks and holds no thread. It asks for AWS requests by slot
    (a number of its own choosing, 0 … CALL_SLOTS_MAX - 1), several at once or one after the other, and is told of each answer. All else is
    the loop's: credentials, signing, throttling, retries, time, cancelling.

        begin ──▶ call_ask (slot …) ──▶ next (slot, outcome) ──▶ … ──▶ call_finish or call_fail
                                                │
                   the budget is nearly spent: partial ──▶ call_finish with what there is, and a note that says so
                   cancelled or expired:       stop: what must be undone in AWS

    A function that returns anything but OK ends the call with that status. Ending it (call_finish, call_fail) aborts whatever is still asked,
    and what is said or asked after that is not heard. In stop there is nothing to say any more: what it asks has CALL_STOP_MS, the answers go
    nowhere, and then the caller is told that the call was cancelled, or expired.

    Owner:   the actor's thread. Memory for a call comes from its arena and goes with it. */

#ifndef OPERATION_H
#define OPERATION_H

#include "arena.h"
#include "aws_error.h"
#include "endpoint.h"
#include "json.h"

typedef struct call call_t;

enum {
    CALL_SLOTS_MAX = 64,                //  Requests of one call at once
    CALL_ARENA_BYTES_MAX = 8 * 1024 * 1024,
    CALL_PARTIAL_MS = 750,              //  Before the end of its budget a call is told to finish with what it has
    CALL_STOP_MS = 3000,                //  For undoing; the gateway waits longer than this for the word that a call is over
};

typedef struct {
    aws_service_t service;
    const char   *api;                  //  "DescribeLogGroups": the target's name, the throttle's and the error's
    slice_t       body;                 //  JSON; copied
    bool          once;                 //  Costs money or is not idempotent: repeated only when nothing was sent or AWS throttled it
    int64_t       patience_ms;          //  The answer can do without it: given up after so long; 0: it has all of the call's time
    bool          fresh;                //  Asked of AWS by itself and now (shared_asks.h), as is `once`; and whatever the breaker thinks
    const uint8_t *trace;               //  call_ask's: of the call's trace, its id and 8 bytes that nobody else has; NULL: nobody wants to know
} aws_request_t;

typedef struct {
    status_t           status;          //  OK: answer is there
    const yyjson_val  *answer;          //  The root of AWS's answer; valid until next returns
    const aws_error_t *error;           //  Not OK and AWS said something: code and message; else NULL
    const char        *reason;          //  Not OK and the network said something: "connection refused"; else NULL
    const char        *api;
    aws_service_t      service;
    int                attempts;        //  Made for this request
    int64_t            took_ms;         //  All of them, waits included
    int64_t            waited_ms;       //  Of it: for credentials, for turns at the throttle, and between attempts
    bool               unasked;         //  It ended while it waited: there was no attempt, or not another one
    const char        *before;          //  How the attempt before the last failed, or the last one when unasked: "ThrottlingException"; NULL
    int64_t            retry_ms;        //  When asking again may help; -1: not known
    double             quota_per_s;     //  What was taken for the API's quota
    int64_t            first_byte_ms;   //  From the connection's beginning to AWS's first byte, at the last attempt; -1: no byte came
    int64_t            skew_ms;         //  AWS's clock minus ours, as its last answer said, to a second
    bool               skew_known;
    bool               barred;          //  UNREACHABLE, and not even asked: the breaker is open (breaker.h); reason is that of the last failure
    int64_t            dead_ms;         //  Barred: for how long AWS has not been reached
    bool               shared;          //  It came of a request that another call had begun
    bool               cached;          //  It was not asked now: AWS gave this answer age_ms ago
    int64_t            age_ms;
} outcome_t;

typedef struct {
    const char *tool;
    status_t (*begin)   (call_t *call);
    status_t (*next)    (call_t *call, int slot, const outcome_t *outcome);
    status_t (*partial) (call_t *call);         //  NULL: nothing partial can be said, the call expires
    void     (*stop)    (call_t *call);         //  NULL: nothing to undo
    void     (*close)   (call_t *call);         //  However it ended: give back what is not in the arena. NULL: nothing
} operation_t;

//  --- For the functions of an operation

//  The tool, and its arguments (proto/body.h reads them), checked and complete.
const char *call_tool (const call_t *self);
slice_t    call_arguments (const call_t *self);
const char *call_region (const call_t *self);
const char *call_account (const call_t *self);          //  As the configuration calls it; "" for the server's own

//  What the account's configuration says of log groups (accounts.h): may the streams and lines of this one be shown? Are there any that may not?
bool       call_allows_log_group (const call_t *self, slice_t name);
bool       call_fences_log_groups (const call_t *self);

arena_t   *call_arena (call_t *self);
int64_t    call_wall_ms (const call_t *self);           //  Now
int64_t    call_left_ms (const call_t *self);           //  Of the budget

//  One pointer for the operation's own state, from the arena; NULL at first.
void       call_set_state (call_t *self, void *state);
void      *call_state (const call_t *self);

//  Asks AWS. A region that is none, an endpoint that is set wrongly, or too many regions at once fail the call with a sentence; that is OK then.
//  BUSY: the slot is taken; or too many regions at once, for a request that can be done without. NO_MEMORY, TOO_LARGE.
MUST_CHECK status_t call_ask (call_t *self, int slot, const aws_request_t *request);

//  Nobody wants this slot's answer any more.
void       call_drop (call_t *self, int slot);

//  What a request of this call goes to, and what it is signed with: for the doctor. The texts are in the call's arena.
typedef struct {
    const char *endpoint;               //  "https://logs.eu-west-1.amazonaws.com"
    const char *source;                 //  The provider of the keys, "environment"; NULL: no keys are held, and the next three say nothing
    const char *key_id;                 //  Shortened: "AKIA…MPLE"
    int64_t     expires_ms;             //  From now; -1: never
    int64_t     newer_ms;               //  From now: when newer ones are looked for, once somebody needs them; -1: never
    const char *trail;                  //  Where keys were looked for (trail.h), also when none were found; "": not known
} call_means_t;

MUST_CHECK status_t call_means (call_t *self, aws_service_t service, call_means_t *means);

//  So far: done must rise. total 0: not known. text says what is counted, "pages read, 3 log streams match": whoever shows it puts "2 of 5", or just
//  "2", before it. Sent at most a few times a second, whatever is asked here. What a call waits for is told without its doing, in numbers that
//  rise by less than 1 in all.
void       call_progress (call_t *self, double done, double total, const char *text);

//  The answer: one JSON object, whose bytes are taken. cut: there is more. Returns OK, for `return call_finish (…)`; the failure of the buffer
//  otherwise.
MUST_CHECK status_t call_finish (call_t *self, buffer_t *json, bool cut);

//  No answer: a status and a sentence for the caller. Always returns OK, for `return call_fail (…)`.
MUST_CHECK status_t call_fail (call_t *self, status_t status, int64_t retry_ms, const char *format, ...) __attribute__ ((format (printf, 4, 5)));

//  No answer, because this request failed for good: the sentence tells the code, the region, the action or what to change.
MUST_CHECK status_t call_fail_aws (call_t *self, const outcome_t *outcome);

#endif
