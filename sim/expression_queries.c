#include "expression_queries.h"

#include "metrics_insights.h"

#include <stdlib.h>

static const char OUT_OF_MEMORY [] = "The simulator has no memory left for it.";

//  A query on its way to its result.
typedef struct {
    const expression_node_t *tree;      //  NULL: a metric, or a Metrics Insights query
    const metrics_insights_t *insights;
    size_t family;                      //  Number of a query that this one shares its period with; of itself for the last of the chain
    int period_s;
    int given_s;                        //  Of the family's last: the longest that one of the family's queries gave
    bool *needs;                        //  For each query whether the expression names it
    bool done;
    expression_result_t other;          //  A metric with the period of an expression that named it last
} step_t;

typedef struct {
    const expression_source_t *source;
    expression_result_t *results;
    step_t *steps;
    size_t current;                     //  The query that is looked at
    const char *fault;
    grid_t grid;                        //  Of the current query
} run_t;

enum { NOT_FOUND = -1 };

static long
s_find (const run_t *run, slice_t id)
{
    for (size_t i = 0; i < run->source->count; i++)
        if (slice_eq (run->source->queries [i].id, id))
            return (long) i;
    return NOT_FOUND;
}

static bool
s_is_metric (const run_t *run, size_t index)
{
    return !run->source->queries [index].expression.data;
}

static const char *
s_no_query (const run_t *run, slice_t id)
{
    const char *fault = arena_printf (run->source->arena, "There is no query with the id %.*s.", (int) id.size, id.data);
    return fault ? fault : OUT_OF_MEMORY;
}

//  The family's last: two are of one family when they have the same.
static size_t
s_family (const run_t *run, size_t index)
{
    while (run->steps [index].family != index)
        index = run->steps [index].family;
    return index;
}

static void
s_lengthen (run_t *run, int period_s)
{
    step_t *step = &run->steps [run->current];
    step->period_s = period_s > step->period_s ? period_s : step->period_s;
}

//  The current expression needs this query: it learns of its period, or is related to it.
static void
s_need (run_t *run, size_t index)
{
    step_t *step = &run->steps [run->current];
    step->needs [index] = true;
    if (s_is_metric (run, index))
        s_lengthen (run, run->source->queries [index].period_s);
    else
        run->steps [s_family (run, run->current)].family = s_family (run, index);
}

//  For each reference.
static void
s_relate (void *context, slice_t id)
{
    run_t *run = context;
    long found = id.data ? s_find (run, id) : NOT_FOUND;
    if (found != NOT_FOUND)
        s_need (run, (size_t) found);
    else
    if (id.data)
        run->fault = run->fault ? run->fault : s_no_query (run, id);
    else
        for (size_t i = 0; i < run->source->count; i++)
            if (s_is_metric (run, i))
                s_need (run, i);
}

static const char *
s_parse (run_t *run)
{
    const expression_query_t *query = &run->source->queries [run->current];
    step_t *step = &run->steps [run->current];
    if (!query->expression.data) {
        step->period_s = query->period_s ? query->period_s : EXPRESSION_PERIOD_DEFAULT_S;
        return NULL;
    }
    if (metrics_insights_is (query->expression)) {
        step->insights = metrics_insights_new (run->source->arena, query->expression, &run->fault);
        step->period_s = query->period_s;
        return run->fault;
    }
    step->needs = arena_alloc (run->source->arena, run->source->count);
    if (!step->needs)
        return OUT_OF_MEMORY;
    step->tree = expression_tree_new (run->source->arena, query->expression, &run->fault);
    if (step->tree) {
        s_lengthen (run, expression_search_period (step->tree));
        expression_references (step->tree, s_relate, run);
    }
    return run->fault;
}

//  Every member of a family gets the longest period of them all; without one, the longest that a query gave.
static void
s_settle_periods (run_t *run)
{
    const expression_source_t *source = run->source;
    for (size_t i = 0; i < source->count; i++) {
        step_t *last = &run->steps [s_family (run, i)];
        if (!s_is_metric (run, i) && run->steps [i].period_s > last->period_s)
            last->period_s = run->steps [i].period_s;
        if (!s_is_metric (run, i) && source->queries [i].period_s > last->given_s)
            last->given_s = source->queries [i].period_s;
    }
    for (size_t i = 0; i < source->count; i++) {
        const step_t *last = &run->steps [s_family (run, i)];
        run->steps [i].period_s = last->period_s ? last->period_s : last->given_s ? last->given_s : EXPRESSION_PERIOD_DEFAULT_S;
    }
}

static const char *
s_read (run_t *run, size_t index, expression_value_t *value)
{
    const expression_source_t *source = run->source;
    if (!expression_value_new_bare (source->arena, EXPRESSION_SERIES, 1, value))
        return OUT_OF_MEMORY;
    value->series [0].label = source->queries [index].label;
    return source->read (source->context, index, &run->grid, &value->series [0].vector);
}

//  The metric of a query on the current grid: its result, or one that is read for this expression.
static const char *
s_metric (run_t *run, size_t index, expression_value_t *value)
{
    const expression_result_t *own = &run->results [index];
    expression_result_t *other = &run->steps [index].other;
    if (own->grid.period_ms == run->grid.period_ms) {
        *value = own->value;
        return NULL;
    }
    if (other->grid.period_ms != run->grid.period_ms) {
        const char *fault = s_read (run, index, &other->value);
        if (fault)
            return fault;
        other->grid = run->grid;
    }
    *value = other->value;
    return NULL;
}

static const char *
s_resolve (void *context, slice_t id, expression_value_t *value)
{
    run_t *run = context;
    long found = s_find (run, id);
    if (found == NOT_FOUND)
        return s_no_query (run, id);
    if (s_is_metric (run, (size_t) found))
        return s_metric (run, (size_t) found, value);
    *value = run->results [found].value;
    return NULL;
}

static const char *
s_metrics (void *context, slice_t part, expression_value_t *value)
{
    run_t *run = context;
    const expression_source_t *source = run->source;
    *value = (expression_value_t) { .kind = EXPRESSION_ARRAY };
    value->series = arena_alloc (source->arena, (source->count + 1) * sizeof *value->series);
    if (!value->series)
        return OUT_OF_MEMORY;
    for (size_t i = 0; i < source->count; i++) {
        expression_value_t metric;
        slice_t id = source->queries [i].id;
        if (!s_is_metric (run, i) || !memmem (id.data, id.size, part.data, part.size))
            continue;
        const char *fault = s_metric (run, i, &metric);
        if (fault)
            return fault;
        value->series [value->count++] = metric.series [0];
    }
    return NULL;
}

static const shop_metric_t *
s_list (void *context, size_t index)
{
    const run_t *run = context;
    return run->source->list (run->source->context, index);
}

static const char *
s_fetch (void *context, const shop_metric_t *metric, slice_t stat, vector_t *vector)
{
    const run_t *run = context;
    return run->source->fetch (run->source->context, metric, stat, &run->grid, vector);
}

static const char *
s_evaluate (run_t *run, bool *truncated)
{
    const expression_source_t *source = run->source;
    const step_t *step = &run->steps [run->current];
    expression_result_t *result = &run->results [run->current];
    run->grid = result->grid = source->grid (source->context, step->period_s);
    expression_world_t world = { source->arena, run->grid, source->region, false, run, s_resolve, s_metrics, s_list, s_fetch };
    const char *fault;
    if (step->tree)
        fault = expression_evaluate (step->tree, &world, &result->value);
    else
    if (step->insights)
        fault = metrics_insights_run (step->insights, &world, &result->value);
    else
        fault = s_read (run, run->current, &result->value);
    *truncated = *truncated || world.truncated;
    return fault;
}

//  It is not answered yet, and all that it names is.
static bool
s_is_ready (const run_t *run, const step_t *step)
{
    for (size_t i = 0; step->needs && i < run->source->count; i++)
        if (step->needs [i] && !run->steps [i].done)
            return false;
    return !step->done;
}

//  Goes over the queries as long as that makes one of them ready.
static const char *
s_evaluate_all (run_t *run, bool *truncated)
{
    size_t left = run->source->count;
    for (size_t before = 0; left && left != before;) {
        before = left;
        for (size_t i = 0; i < run->source->count; i++) {
            if (!s_is_ready (run, &run->steps [i]))
                continue;
            run->current = i;
            const char *fault = s_evaluate (run, truncated);
            if (fault)
                return fault;
            run->steps [i].done = true;
            left--;
        }
    }
    for (run->current = 0; left && run->steps [run->current].done;)
        run->current++;
    return left ? "It depends on itself: expressions must not name each other in a circle." : NULL;
}

const char *
expression_queries_run (const expression_source_t *source, expression_result_t *results, bool *truncated)
{
    run_t run = { .source = source, .results = results };
    const char *fault = NULL;
    *truncated = false;
    run.steps = arena_alloc (source->arena, (source->count + 1) * sizeof *run.steps);
    if (!run.steps)
        return OUT_OF_MEMORY;
    for (size_t i = 0; i < source->count; i++)
        run.steps [i].family = i;
    for (size_t i = 0; !fault && i < source->count; i++) {
        run.current = i;
        fault = s_parse (&run);
    }
    if (!fault) {
        s_settle_periods (&run);
        fault = s_evaluate_all (&run, truncated);
    }
    if (!fault)
        return NULL;
    slice_t id = source->queries [run.current].id;
    const char *sentence = arena_printf (source->arena, "Error in expression '%.*s': %s", (int) id.size, id.data, fault);
    return sentence ? sentence : OUT_OF_MEMORY;
}
