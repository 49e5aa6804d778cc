/*  expression_shop - expressions over the shop's metrics

    Gives expression_queries the numbers that it asks for. A SEARCH and a Metrics Insights query see the metrics of the linked accounts too, as
    they do in a monitoring account.

    Owner:   the source's arena. Thread: one. */

#ifndef SIM_EXPRESSION_SHOP_H
#define SIM_EXPRESSION_SHOP_H

#include "expression_queries.h"
#include "metric_stat.h"

//  What a query that is no expression means.
typedef struct {
    const shop_metric_t *metric;            //  NULL: there is none, and so no datapoints
    statistic_t statistic;
} expression_metric_t;

typedef struct {
    metric_source_t *source;
    const expression_query_t *queries;
    const expression_metric_t *metrics;     //  One for each query
    size_t count;
    double start_s, end_s;                  //  The window, from which a period makes its grid
    const grid_t *grid;                     //  NULL, or the one grid for all, whatever their periods
} expression_shop_t;

//  NULL, and a result for each query; or a sentence. As expression_queries_run.
const char *expression_shop_run (const expression_shop_t *self, expression_result_t *results, bool *truncated);

//  All queries of an alarm, up to the first without an id, over one grid. Of an alarm on a band, the band's result is an array of two series, the
//  upper limit first. There is room for SHOP_QUERIES_MAX results.
const char *expression_shop_alarm (metric_source_t *source, const shop_query_t *queries, const grid_t *grid, expression_result_t *results);

#endif
