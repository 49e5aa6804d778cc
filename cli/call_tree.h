/*  call_tree - one call as a waterfall, in text

        describe_log_groups took 337 ms. 329 ms of it (97 %) went into waits between attempts, before attempt #2 of DescribeLogGroups. …

        call 2, ended 2026-11-24T22:39:54.046Z, status OK, region eu-west-1, trace 316d6a12bf9364ee4199eddd04ab989c

        * tools/call describe_log_groups      337 ms  ██████████████████████████████
            admission                          43 us  ▏
        * send cw.logs                        337 ms  ██████████████████████████████
        *   process cw.logs                   337 ms  ██████████████████████████████
        *     DescribeLogGroups #1            663 us  ▏
                  THROTTLED: ThrottlingException, HTTP 400; request 5176985d-…
        *     wait: backoff                   329 ms  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
        *     DescribeLogGroups #2            3.3 ms                               ▏

    Where an operation was asked several times, its rows and their waits say for which: "DescribeLogGroups, request 5 #1", "wait: backoff, request 5".

    Each span stands under its parent, with a bar to scale; a star marks the path that decided how long the call took. Waits are drawn lightly. An
    attempt that failed, or that took much of the time, says more on a line below it. In a pipe it is as wide as CALL_TREE_WIDTH.

    Thread: any; no state. */

#ifndef CALL_TREE_H
#define CALL_TREE_H

#include "call_line.h"

enum { CALL_TREE_WIDTH = 120, CALL_TREE_SPANS_MAX = 512 };

typedef enum { TREE_STEP, TREE_ATTEMPT, TREE_WAIT } tree_kind_t;

typedef struct {
    slice_t parent;                     //  An id
    slice_t name;                       //  As a person calls it: "DescribeLogGroups" of an attempt
    slice_t status;
    int64_t depth, start_us, duration_us;
    int64_t attempt;                    //  1 for the first; 0: it is no attempt
    int64_t ordinal;                    //  Of an attempt and its waits: cloudwatch_mcp.request; 0: not told
    int64_t request, requests;          //  Likewise among those of its operation: 5 of 16; 0 of 0: not told
    int64_t attempts;                   //  That its request had; 0: not told
    tree_kind_t kind;
    bool    critical;
    bool    leaf;                       //  No critical span stands below it
    yyjson_val *attributes, *link;
} tree_span_t;

typedef struct {
    call_line_t call;
    int64_t     dropped;                //  Spans for which the server had no room
    size_t      left_out;               //  …for which there is none here
    size_t      count;
    tree_span_t spans [CALL_TREE_SPANS_MAX];
} call_tree_t;

//  As /trace/calls/N has it. NULL when it is no call, or without memory. Slices are the document's; freed by free.
call_tree_t *call_tree_new (yyjson_val *root);

void         call_tree_write (buffer_t *out, const call_tree_t *self, const terminal_t *terminal);

#endif
