/*  namespaces - which namespaces have metrics, and how many

    AWS has no list of namespaces: this reads all metrics and counts. An account with 100,000 metrics takes 200 pages, at the quota's 25 a second
    some 8 s; progress is told, and when the time runs out the answer has the counts so far and says so. The answer shows at most limit of them,
    in the order of their names, and has no further pages: the counts would have to be made again.

    Limits: NAMESPACES_MAX; more are counted together as others. Thread: the actor's. */

#ifndef NAMESPACES_H
#define NAMESPACES_H

#include "operation.h"

enum { NAMESPACES_MAX = 2000 };

MUST_CHECK status_t namespaces_begin (call_t *call);
MUST_CHECK status_t namespaces_next (call_t *call, const outcome_t *outcome);
MUST_CHECK status_t namespaces_partial (call_t *call);
void                namespaces_close (call_t *call);

//  For every ListMetrics request: the arguments recently_active, linked_accounts and owning_account, as AWS calls them.
void namespaces_add_scope (call_t *call, yyjson_mut_doc *doc, yyjson_mut_val *input);

#endif
