/*  expression_queries - queries that refer to each other, answered together

    A request (or an alarm) holds metrics and expressions, each with an id, in any order; an expression names the others by their ids. All
    expressions are read first, then evaluated as soon as everything they name is there. What names each other in a circle is refused.

    Periods: an expression has the longest period of the metrics and the SEARCHes that it depends on; expressions that name each other have one
    period together. A metric with a shorter one is read anew with the longer, for that expression only. An expression with neither metric nor
    SEARCH has its query's own Period, and so has a Metrics Insights query; 300 seconds when there is none.

    Owner:   the source's arena. Thread: any; no state. */

#ifndef SIM_EXPRESSION_QUERIES_H
#define SIM_EXPRESSION_QUERIES_H

#include "expression.h"

//  When nothing says how long a period is: what CloudWatch's console begins with.
enum { EXPRESSION_PERIOD_DEFAULT_S = 300 };

typedef struct {
    slice_t id;
    slice_t expression;                 //  Absent: a metric
    const char *label;                  //  Of a metric, for arrays that hold it
    int period_s;                       //  0: not given
} expression_query_t;

//  Where the numbers come from. The callbacks that return a text return NULL or a sentence, as an expression_world_t's.
typedef struct {
    arena_t *arena;
    const char *region;
    const expression_query_t *queries;
    size_t count;
    void *context;

    //  The grid for a period.
    grid_t (*grid) (void *context, int period_s);

    //  The metric of the query with this number, in a vector that is nobody else's.
    const char *(*read) (void *context, size_t query, const grid_t *grid, vector_t *vector);

    const shop_metric_t *(*list) (void *context, size_t index);
    const char *(*fetch) (void *context, const shop_metric_t *metric, slice_t stat, const grid_t *grid, vector_t *vector);
} expression_source_t;

typedef struct {
    expression_value_t value;           //  A series, or an array
    grid_t grid;
} expression_result_t;

//  NULL, and a result for each query; or a sentence that begins with "Error in expression 'ID': ". *truncated says whether something matched
//  more than SEARCH_SERIES_MAX metrics.
const char *expression_queries_run (const expression_source_t *source, expression_result_t *results, bool *truncated);

#endif
