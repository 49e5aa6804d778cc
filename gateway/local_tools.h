/*  local_tools - tools that are answered here, without a worker and without AWS

    What a tool of the service local says comes from the program itself: the catalogue of metrics. It is a table, from the tool's name to a function
    that takes its checked arguments and writes the answer. Such a call ends before it has begun to wait; otherwise it is one like all others: its
    contract is checked, it is counted, logged and traced, and its end has the shape of a worker's.

    A tool that the table has not is a worker's, also one of the service local.

    Thread: any; no state. */

#ifndef LOCAL_TOOLS_H
#define LOCAL_TOOLS_H

#include "clock.h"
#include "contract.h"
#include "dispatch.h"

//  Answers a call: done is called once, before this returns. False: it is none of these tools, and nothing was done. clock: to say how long it took.
bool local_tools_serve (const contract_t *contract, slice_t arguments, const clock_source_t *clock,
                        void (*done) (void *arg, const dispatch_outcome_t *outcome), void *arg);

#endif
