/*  Each line of the input is an expression: e0, e1 and so on, beside two metrics. They may be metric math, searches or Metrics Insights queries,
    and name each other. Whatever they are, the answer is a sentence, or series of finite numbers and gaps. */

#include "expression_queries.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

enum { POINTS = 16, METRICS = 2, EXPRESSIONS_MAX = 8, ARENA_BYTES_MAX = 8 * 1024 * 1024 };

static const shop_dimension_t DIMENSIONS [] = { { "FunctionName", "shop-order-confirm" }, { "Resource", "live-{region}" } };

static const shop_metric_t LISTED [] = {
    { SHOP_ACCOUNT, "AWS/Lambda", "Errors", DIMENSIONS, 1, true },
    { SHOP_ACCOUNT, "AWS/Lambda", "Errors", DIMENSIONS, 2, true },
    { SHOP_ACCOUNT_STAGING, "Shop", "CustomCount1", NULL, 0, true },
};

static grid_t
s_grid (void *context, int period_s)
{
    (void) context;
    assert (period_s > 0 && period_s <= EXPRESSION_PERIOD_MAX_S);
    return (grid_t) { -3 * period_s * 1000LL, period_s * 1000LL, POINTS };
}

static const char *
s_write (arena_t *arena, size_t seed, const grid_t *grid, vector_t *vector)
{
    *vector = vector_new (arena, grid);
    for (size_t i = 0; vector->values && i < grid->count; i++)
        vector->values [i] = (i + seed) % 3 == 0 ? NAN : (double) i - 5;
    return vector->values ? NULL : "No memory left.";
}

static const char *
s_read (void *context, size_t query, const grid_t *grid, vector_t *vector)
{
    return s_write (context, query, grid, vector);
}

static const shop_metric_t *
s_list (void *context, size_t index)
{
    (void) context;
    return index < sizeof LISTED / sizeof LISTED [0] ? &LISTED [index] : NULL;
}

static const char *
s_fetch (void *context, const shop_metric_t *metric, slice_t stat, const grid_t *grid, vector_t *vector)
{
    return stat.size ? s_write (context, (size_t) (metric - LISTED), grid, vector) : "No statistic.";
}

static void
s_assert_result (const expression_result_t *result)
{
    assert (result->value.kind == EXPRESSION_ARRAY || (result->value.kind == EXPRESSION_SERIES && result->value.count == 1));
    for (size_t row = 0; row < result->value.count; row++)
        for (size_t i = 0; i < result->grid.count; i++)
            assert (!isinf (result->value.series [row].vector.values [i]));
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const char *const IDS [EXPRESSIONS_MAX] = { "e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7" };
    expression_query_t queries [METRICS + EXPRESSIONS_MAX] = { { SLICE ("m1"), SLICE_ABSENT, "m1", 60 }, { SLICE ("m2"), SLICE_ABSENT, "m2", 300 } };
    expression_result_t results [METRICS + EXPRESSIONS_MAX];
    size_t count = METRICS;
    bool truncated;
    if (size == 0)
        return 0;
    slice_t rest = { (const char *) data, size };
    while (rest.data && count < METRICS + EXPRESSIONS_MAX) {
        queries [count] = (expression_query_t) { .id = slice_of (IDS [count - METRICS]), .expression = slice_cut (&rest, '\n') };
        count++;
    }
    arena_t *arena = arena_new (ARENA_BYTES_MAX);
    assert (arena);
    const expression_source_t source = { arena, "eu-west-1", queries, count, arena, s_grid, s_read, s_list, s_fetch };
    const char *fault = expression_queries_run (&source, results, &truncated);
    assert (!fault || strlen (fault) > 10);
    for (size_t i = 0; !fault && i < count; i++)
        s_assert_result (&results [i]);
    arena_destroy (&arena);
    return 0;
}
