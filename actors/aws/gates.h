/*  gates - who may ask AWS now, one gate for each (account, region, API)

    A gate is a throttle with lines in front, one for each caller that waits. They have their turns one after the other, and within a line
    first come is first served: a caller that wants forty requests at once makes nobody wait for forty. Whoever comes when tokens are there
    passes at once; the others wait, and a wait that cannot end in time is refused when it begins, not when it has failed.

    Gates are made as they are needed and kept in a table of fixed capacity; the one that was idle longest leaves when a new one needs its place.
    Its learnt slowness goes with it: a gate that AWS slowed down is never idle long.

    What must not go from one API, account or region to another is kept here too: the quota of retries. A region that is in trouble, or an account
    that others use up, would take the retries of all the others with it otherwise.

    At most GATES_REGIONS_MAX (account, region) pairs are alive at once, so that a caller who tries every region there is cannot fill the table.

    Owner:   one actor, on its thread. */

#ifndef GATES_H
#define GATES_H

#include "quota.h"
#include "reactor.h"
#include "retry.h"
#include "throttle.h"

typedef struct gates gates_t;
typedef struct gate  gate_t;

enum { GATES_MAX = 512, GATES_REGIONS_MAX = 64 };

//  One who waits; who asks owns it, zero-initialised but for these three, and keeps it until it passed or left. caller: on whose behalf; only
//  compared, never looked into.
typedef struct gate_wait {
    void (*pass) (void *arg);
    void *arg;
    const void *caller;
    gate_t *gate;                       //  The gate's, as all that follows; NULL when not waiting
    struct gate_wait *next;             //  Of the same caller
    struct gate_wait *next_line;        //  Of the first in a line, as the next two: the first of the line whose turn comes next
    struct gate_wait *last;             //  The last in this line
    int count;                          //  All in this line
} gate_wait_t;

//  share: of the account's quotas, in (0, 1]. NULL without memory.
gates_t *gates_new (reactor_t *reactor, double share);
void     gates_destroy (gates_t **self_p);

//  What to take for the quota of every API from now on, in requests per second, instead of what AWS publishes; 0: what AWS publishes.
void     gates_set_quota (gates_t *self, double per_s);

//  And of single APIs; borrowed.
void     gates_set_quotas (gates_t *self, const config_quota_t *quotas, size_t count);

//  What the retries of each gate that is made from now on begin with; copied.
void     gates_set_retry (gates_t *self, const retry_t *retry);

//  The gate for this API, made if need be. Counts as in use until gates_release, which nobody who still waits may call. NULL: the table is
//  full of gates in use, or too many pairs.
gate_t  *gates_use (gates_t *self, const char *account, const char *region, aws_service_t service, const char *api);
void     gates_release (gates_t *self, gate_t *gate);

//  OK: pass, now. AGAIN: wait->pass (wait->arg) will be called, from a later turn. BUSY: it would take longer than patience_ms. *wait_ms says how
//  long it will take, or would, as far as is known now: it takes longer when AWS slows the gate down, or when others come who have fewer waiting.
MUST_CHECK status_t gate_enter (gates_t *self, gate_t *gate, gate_wait_t *wait, int64_t patience_ms, int64_t *wait_ms);

//  No longer interested. Idempotent.
void     gate_leave (gate_wait_t *wait);

//  AWS said "throttled".
void     gate_slow_down (gates_t *self, gate_t *gate);

//  Of requests through this gate.
retry_t *gate_retry (gate_t *gate);

//  For error texts: what is taken for this API's quota.
double   gate_quota_per_s (const gate_t *gate);

#endif
