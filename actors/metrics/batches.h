/*  batches - queries, shared out over requests

    GetMetricData takes 500 queries, and one Metrics Insights query among them. An expression must be asked together with all that it names, and with
    what these name in turn. So queries are taken in their order, each with what it needs, into a request while there is room; what is there
    only because it is needed is not returned, and may be asked in several requests.

    This also finds the period of an expression's values: its own; else that of its SEARCH; else the longest of what it needs.

    Owner: the call; memory from its arena. Thread: the actor's. */

#ifndef BATCHES_H
#define BATCHES_H

#include "queries.h"

enum { BATCH_QUERIES_MAX = 500 };       //  GetMetricData's MetricDataQueries

typedef struct {
    uint16_t query;
    bool     returned;
} batch_member_t;

typedef struct {
    batch_member_t *members;
    size_t    count;
    bool      has_expression;
} batch_t;

typedef struct {
    batch_t  *all;
    size_t    count;
    uint16_t *of;                       //  Of each query that is returned: the index of its batch
} batches_t;

//  Those of the queries from first to before end that are not hidden. INVALID_ARGUMENT after it has failed the call: one expression needs too many.
MUST_CHECK status_t batches_plan (call_t *call, queries_t *queries, size_t first, size_t end, batches_t *batches);

#endif
