#include "expression_shop.h"

#include "series.h"

enum { STATISTIC_SHOWN_CHARACTERS = 64 };

static const char OUT_OF_MEMORY [] = "The simulator has no memory left for it.";

static grid_t
s_grid (void *context, int period_s)
{
    const expression_shop_t *self = context;
    return self->grid ? *self->grid : metric_grid (self->source, self->start_s, self->end_s, period_s);
}

static const char *
s_read (void *context, size_t query, const grid_t *grid, vector_t *vector)
{
    const expression_shop_t *self = context;
    *vector = metric_vector (self->source, self->metrics [query].metric, &self->metrics [query].statistic, grid);
    return vector->values ? NULL : OUT_OF_MEMORY;
}

static const shop_metric_t *
s_list (void *context, size_t index)
{
    const expression_shop_t *self = context;
    return index < self->source->shop->metrics_count ? &self->source->shop->metrics [index] : NULL;
}

static const char *
s_no_statistic (arena_t *arena, slice_t stat)
{
    slice_t shown = slice_first (stat, STATISTIC_SHOWN_CHARACTERS);
    const char *fault = arena_printf (arena, "The statistic '%.*s' does not exist.", (int) shown.size, shown.data);
    return fault ? fault : OUT_OF_MEMORY;
}

static const char *
s_fetch (void *context, const shop_metric_t *metric, slice_t stat, const grid_t *grid, vector_t *vector)
{
    const expression_shop_t *self = context;
    statistic_t statistic;
    if (!statistic_read (stat, &statistic))
        return s_no_statistic (self->source->arena, stat);
    *vector = metric_vector (self->source, metric, &statistic, grid);
    return vector->values ? NULL : OUT_OF_MEMORY;
}

const char *
expression_shop_run (const expression_shop_t *self, expression_result_t *results, bool *truncated)
{
    const expression_source_t source = { self->source->arena, self->source->region, self->queries, self->count, (void *) self,
                                         s_grid, s_read, s_list, s_fetch };
    return expression_queries_run (&source, results, truncated);
}

const char *
expression_shop_alarm (metric_source_t *source, const shop_query_t *queries, const grid_t *grid, expression_result_t *results)
{
    expression_query_t asked [SHOP_QUERIES_MAX];
    expression_metric_t metrics [SHOP_QUERIES_MAX] = { { .metric = NULL } };
    expression_shop_t self = { .source = source, .queries = asked, .metrics = metrics, .grid = grid };
    bool truncated;
    for (const shop_query_t *query = queries; self.count < SHOP_QUERIES_MAX && query->id; query++) {
        expression_metric_t *metric = &metrics [self.count];
        asked [self.count++] = (expression_query_t) { slice_of (query->id), slice_of (query->expression), query->label, query->period_s };
        if (query->expression)
            continue;
        metric->metric = series_find (source->shop, query->namespace, query->metric, query->dimensions);
        if (!statistic_read (slice_of (query->stat), &metric->statistic))
            return s_no_statistic (source->arena, slice_of (query->stat));
    }
    return expression_shop_run (&self, results, &truncated);
}
