/*  expression - what must be known of a metric math expression to ask with it

    CloudWatch computes; we only need to know which other queries an expression names, so that they are asked together, and whether it may bring
    several series. Texts in quotes name nothing, but for METRICS ("part"), which stands for all metrics whose id has that part.

    Thread: any; no state. Source: "Using math expressions with CloudWatch metrics" in AWS's user guide. */

#ifndef EXPRESSION_H
#define EXPRESSION_H

#include "slice.h"

//  A Metrics Insights query: SELECT … (one per request)
bool    expression_is_insights (slice_t expression);

//  SEARCH (…) or SELECT …: brings as many series as it finds.
bool    expression_finds (slice_t expression);

//  The period that SEARCH ('…', 'Sum', 300) names; 0 when there is none.
int64_t expression_search_period_s (slice_t expression);

//  Takes the next name off the front of rest: an id, or one of the functions; false when there is none any more. *part: METRICS (name) it is, and so
//  means all metrics whose id has the name as a part (an empty one: all). An Insights query has no names.
bool    expression_next_name (slice_t *rest, slice_t *name, bool *part);

#endif
