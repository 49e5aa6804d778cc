/*  call_why - where the time of one call went, in a sentence or three

        search_log_events took 8.3 s. 7.1 s of it (86 %) went into AWS: FilterLogEvents, 4 requests, the slowest of which took
        3.2 s (attempt #2). 1.1 s (13 %) went into waits between attempts, before attempt #2 of FilterLogEvents. AWS throttled
        FilterLogEvents once (ThrottlingException).

    What decided the time is added up by kind, over those steps of the critical path below which there is none; the largest is said first, a second
    one if it is worth it. Failed attempts are always said.

    Thread: any; no state. */

#ifndef CALL_WHY_H
#define CALL_WHY_H

#include "call_tree.h"

//  Not escaped.
void call_why_append (buffer_t *out, const call_tree_t *tree);

#endif
