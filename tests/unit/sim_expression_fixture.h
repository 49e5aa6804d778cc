/*  sim_expression_fixture - queries over numbers that a test can count on

    Five minutes from Monday, 2026-08-31 23:58 UTC, with the metrics of SERIES, and a little shop for searches. What comes out is written as
    text: "1 - 3" has no datapoint in the second minute; "; " stands between the series of an array.

    Include it behind cmocka.h. */

#ifndef SIM_EXPRESSION_FIXTURE_H
#define SIM_EXPRESSION_FIXTURE_H

#include "expression_queries.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define NONE NAN

enum { POINTS = 5, QUERIES_MAX = 24, START_S = 1788220680, PERIOD_S = 60, ANSWER_SIZE = 65536 };

typedef struct {
    const char *id;
    double points [POINTS];
} series_t;

static const series_t SERIES [] = {
    { "m1", { 1, 2, 3, 4, 5 } },
    { "m2", { 10, NONE, 30, NONE, 0 } },
    { "gaps", { NONE, 4, NONE, NONE, 10 } },
    { "none", { NONE, NONE, NONE, NONE, NONE } },
    { "metric1", { 30, 20, 0, 0, NONE } },
    { "metric2", { 20, NONE, 20, NONE, NONE } },
    { "signed", { -1.5, 2.5, -3, 0, NONE } },
};

enum { SERIES_COUNT = sizeof SERIES / sizeof SERIES [0] };

static const shop_dimension_t
    FUNCTION_A [] = { { "FunctionName", "shop-order-confirm" } },
    FUNCTION_B [] = { { "FunctionName", "shop-order-events" } },
    FUNCTION_B_LIVE [] = { { "FunctionName", "shop-order-events" }, { "Resource", "live" } },
    BUCKET [] = { { "BucketName", "shop-media-{region}" } },
    INSTANCE [] = { { "InstanceId", "i-0a11b22c33" } };

static const shop_metric_t METRICS [] = {
    { SHOP_ACCOUNT, "AWS/Lambda", "Errors", FUNCTION_A, 1, true },
    { SHOP_ACCOUNT, "AWS/Lambda", "Errors", FUNCTION_B, 1, true },
    { SHOP_ACCOUNT, "AWS/Lambda", "Errors", FUNCTION_B_LIVE, 2, true },
    { SHOP_ACCOUNT, "AWS/Lambda", "Invocations", FUNCTION_A, 1, true },
    { SHOP_ACCOUNT, "AWS/Lambda", "Errors", NULL, 0, true },
    { SHOP_ACCOUNT_STAGING, "AWS/Lambda", "Errors", FUNCTION_A, 1, true },
    { SHOP_ACCOUNT, "AWS/S3", "AllRequests", BUCKET, 1, true },
    { SHOP_ACCOUNT, "AWS/EC2", "CPUUtilization", INSTANCE, 1, true },
    { SHOP_ACCOUNT, "Shop/Checkout", "CustomCount1", NULL, 0, true },
    { SHOP_ACCOUNT, "Shop/Checkout", "Network-Errors-2", NULL, 0, true },
    { SHOP_ACCOUNT, "My Namespace", "Custom:Name[Special_Characters", NULL, 0, true },
};

enum { METRICS_COUNT = sizeof METRICS / sizeof METRICS [0] };

//  The series come first, then what a test adds.
typedef struct {
    arena_t *arena;
    expression_query_t queries [QUERIES_MAX];
    size_t count;
    expression_result_t results [QUERIES_MAX];
    bool truncated;
    size_t extra;                       //  More metrics at the end of the list: "Test" "extra"
} fixture_t;

static grid_t
fixture_grid (void *context, int period_s)
{
    (void) context;
    return (grid_t) { START_S * 1000LL / (period_s * 1000LL) * period_s * 1000, period_s * 1000LL, POINTS };
}

//  With another period than the series have, each point tells the period.
static const char *
fixture_read (void *context, size_t query, const grid_t *grid, vector_t *vector)
{
    fixture_t *self = context;
    *vector = vector_new (self->arena, grid);
    if (!vector->values)
        return "no memory left";
    for (size_t i = 0; i < POINTS; i++)
        vector->values [i] = grid->period_ms == PERIOD_S * 1000 && query < SERIES_COUNT ? SERIES [query].points [i]
                                                                                       : (double) grid->period_ms / 1000;
    return NULL;
}

static const shop_metric_t *
fixture_list (void *context, size_t index)
{
    static const shop_metric_t EXTRA = { SHOP_ACCOUNT, "Test", "extra", NULL, 0, true };
    const fixture_t *self = context;
    return index < METRICS_COUNT ? &METRICS [index] : index < METRICS_COUNT + self->extra ? &EXTRA : NULL;
}

//  The metric with number n has n + 1 as its maximum and as its number of samples, n + 101 as its minimum, and 1000 times as much as its sum;
//  an odd one has nothing in the first minute. All know the statistics' names, but "p999x" is none.
static const char *
fixture_fetch (void *context, const shop_metric_t *metric, slice_t stat, const grid_t *grid, vector_t *vector)
{
    fixture_t *self = context;
    size_t number = metric >= METRICS && metric < METRICS + METRICS_COUNT ? (size_t) (metric - METRICS) : 0;
    double point = (double) number + (slice_is (stat, "Minimum") ? 101 : 1);
    if (slice_is (stat, "p999x"))
        return "The statistic p999x does not exist.";
    *vector = vector_new (self->arena, grid);
    for (size_t i = number % 2; vector->values && i < grid->count; i++)
        vector->values [i] = slice_is (stat, "Sum") ? 1000 * point : point;
    return vector->values ? NULL : "no memory left";
}

static void
fixture_add (fixture_t *self, const char *id, const char *expression, int period_s)
{
    assert_true (self->count < QUERIES_MAX);
    self->queries [self->count++] = (expression_query_t) { slice_of (id), slice_of (expression), id, period_s };
}

static int
fixture_setup (void **state)
{
    fixture_t *self = calloc (1, sizeof *self);
    if (!self || !(self->arena = arena_new (64 * 1024 * 1024)))
        return -1;
    for (size_t i = 0; i < SERIES_COUNT; i++)
        fixture_add (self, SERIES [i].id, NULL, PERIOD_S);
    *state = self;
    return 0;
}

static int
fixture_teardown (void **state)
{
    fixture_t *self = *state;
    arena_destroy (&self->arena);
    free (self);
    return 0;
}

//  NULL, or the fault.
static const char *
fixture_run (fixture_t *self)
{
    const expression_source_t source = { self->arena, "eu-west-1", self->queries, self->count, self, fixture_grid, fixture_read, fixture_list,
                                         fixture_fetch };
    return expression_queries_run (&source, self->results, &self->truncated);
}

//  With labels, "label=1 - 3".
static const char *
fixture_text (fixture_t *self, size_t query, bool labels)
{
    const expression_value_t *value = &self->results [query].value;
    char *text = arena_alloc (self->arena, ANSWER_SIZE);
    size_t size = 0;
    assert_non_null (text);
    assert_true (value->kind != EXPRESSION_SCALAR);
    assert_true (value->kind == EXPRESSION_ARRAY || value->count == 1);
    for (size_t row = 0; row < value->count; row++) {
        const char *label = value->series [row].label;
        size += (size_t) snprintf (text + size, ANSWER_SIZE - size, "%s", row ? "; " : "");
        if (labels)
            size += (size_t) snprintf (text + size, ANSWER_SIZE - size, "%s=", label ? label : "");
        for (size_t i = 0; i < self->results [query].grid.count; i++) {
            double point = value->series [row].vector.values [i];
            size += (size_t) snprintf (text + size, ANSWER_SIZE - size, isnan (point) ? "%s-" : "%s%.10g", i ? " " : "", point);
        }
        assert_true (size < ANSWER_SIZE);
    }
    return text;
}

//  The answer to one expression beside the series, or the fault.
static const char *
fixture_ask (fixture_t *self, const char *expression, bool labels)
{
    self->count = SERIES_COUNT;
    fixture_add (self, "e", expression, 0);
    const char *fault = fixture_run (self);
    return fault ? fault : fixture_text (self, SERIES_COUNT, labels);
}

#endif
