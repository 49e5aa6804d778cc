#include "metrics_insights_query.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char OUT_OF_MEMORY [] = "The simulator has no memory left for it.";

//  What a metric that lacks a dimension of GROUP BY has in its place (user guide).
static const char OTHER [] = "Other";

//  Metrics with the same values for the names of GROUP BY, added up.
typedef struct {
    const char *label;
    vector_t count, sum, min, max;      //  Those that the function needs; the others have no values
    vector_t result;
    double key;                         //  For ORDER BY
} group_t;

typedef struct {
    const metrics_insights_t *query;
    expression_world_t *world;
    group_t *groups;
    size_t groups_count, groups_room;
} run_t;

//  The metric's value for a name, or NULL.
static const char *
s_value (const shop_metric_t *metric, slice_t name, const char *region, char *text)
{
    if (slice_is (name, "AWS.AccountId"))
        return metric->account;
    for (int i = 0; i < metric->dimensions_count; i++)
        if (slice_is (name, metric->dimensions [i].name))
            return shop_text_in_region (metric->dimensions [i].value, region, text);
    return NULL;
}

static bool
s_meets (const insights_condition_t *condition, const shop_metric_t *metric, const char *region)
{
    char text [SHOP_TEXT_SIZE];
    if (condition->kind == INSIGHTS_EQUAL || condition->kind == INSIGHTS_UNEQUAL) {
        const char *value = s_value (metric, condition->name, region, text);
        return value && slice_is (condition->value, value) == (condition->kind == INSIGHTS_EQUAL);
    }
    for (const insights_condition_t *child = condition->first; child; child = child->next)
        if (s_meets (child, metric, region) == (condition->kind == INSIGHTS_ANY))
            return condition->kind == INSIGHTS_ANY;
    return condition->kind == INSIGHTS_ALL;
}

static bool
s_matches (const metrics_insights_t *query, const shop_metric_t *metric, const char *region)
{
    char text [SHOP_TEXT_SIZE];
    if (!slice_is (query->metric, metric->name) || !slice_is (query->namespace, metric->namespace))
        return false;
    if (query->schema && query->dimensions_count != metric->dimensions_count)
        return false;
    for (int i = 0; i < query->dimensions_count; i++)
        if (slice_is (query->dimensions [i], "AWS.AccountId") || !s_value (metric, query->dimensions [i], region, text))
            return false;
    return !query->where || s_meets (query->where, metric, region);
}

static const char *
s_label (const run_t *run, const shop_metric_t *metric, char *label)
{
    char text [SHOP_TEXT_SIZE];
    size_t size = 0;
    label [0] = 0;
    for (int i = 0; i < run->query->groups_count && size < SHOP_TEXT_SIZE; i++) {
        const char *value = s_value (metric, run->query->groups [i], run->world->region, text);
        size += (size_t) snprintf (label + size, SHOP_TEXT_SIZE - size, "%s%s", i ? " " : "", value ? value : OTHER);
    }
    return label;
}

static bool
s_make_room (run_t *run)
{
    if (run->groups_count < run->groups_room)
        return true;
    size_t room = run->groups_room ? 2 * run->groups_room : 64;
    group_t *groups = arena_alloc (run->world->arena, room * sizeof *groups);
    if (!groups)
        return false;
    if (run->groups_count)
        memcpy (groups, run->groups, run->groups_count * sizeof *groups);
    run->groups = groups;
    run->groups_room = room;
    return true;
}

//  The group with this label, made when there is none. NULL without memory.
static group_t *
s_group (run_t *run, const char *label)
{
    insights_function_t function = run->query->function;
    arena_t *arena = run->world->arena;
    for (size_t i = 0; i < run->groups_count; i++)
        if (strcmp (run->groups [i].label, label) == 0)
            return &run->groups [i];
    if (!s_make_room (run))
        return NULL;
    group_t *group = &run->groups [run->groups_count++];
    *group = (group_t) { .label = arena_copy (arena, slice_of (label)), .result = vector_new (arena, &run->world->grid) };
    bool fine = group->label && group->result.values;
    if (function == INSIGHTS_AVG) {
        group->count = vector_new (arena, &run->world->grid);
        fine = fine && group->count.values;
    }
    return fine ? group : NULL;
}

//  One statistic of the metric, joined to what the group has so far.
static const char *
s_join (run_t *run, const shop_metric_t *metric, slice_t stat, vector_t to)
{
    size_t count = run->world->grid.count;
    vector_t points = { NULL };
    const char *fault = run->world->fetch (run->world->context, metric, stat, &points);
    for (size_t i = 0; !fault && i < count; i++) {
        double point = points.values [i], *sum = &to.values [i];
        if (isnan (point))
            continue;
        if (isnan (*sum))
            *sum = point;
        else
            *sum = slice_is (stat, "Minimum") ? fmin (*sum, point) : slice_is (stat, "Maximum") ? fmax (*sum, point) : *sum + point;
    }
    return fault;
}

static const char *
s_add (run_t *run, const shop_metric_t *metric)
{
    static const char *const STATS [INSIGHTS_FUNCTIONS] = { "Sum", "SampleCount", "Maximum", "Minimum", "Sum" };
    char label [SHOP_TEXT_SIZE];
    group_t *group = s_group (run, s_label (run, metric, label));
    if (!group)
        return OUT_OF_MEMORY;
    const char *fault = s_join (run, metric, slice_of (STATS [run->query->function]), group->result);
    if (!fault && run->query->function == INSIGHTS_AVG)
        fault = s_join (run, metric, SLICE ("SampleCount"), group->count);
    return fault;
}

//  The number that ORDER BY compares: its function over the group's points.
static double
s_key (const run_t *run, const group_t *group)
{
    double sum = 0, min = INFINITY, max = -INFINITY;
    size_t points = 0;
    for (size_t i = 0; i < run->world->grid.count; i++) {
        double point = group->result.values [i];
        if (isnan (point))
            continue;
        points++;
        sum += point;
        min = fmin (min, point);
        max = fmax (max, point);
    }
    if (points == 0)
        return NAN;
    const double keys [INSIGHTS_FUNCTIONS] = { sum / (double) points, (double) points, max, min, sum };
    return keys [run->query->order];
}

//  By key, those without points last; then by label.
static int
s_compare (const void *a_p, const void *b_p)
{
    const group_t *a = a_p, *b = b_p;
    if (isnan (a->key) != isnan (b->key))
        return isnan (a->key) ? 1 : -1;
    if (a->key < b->key || a->key > b->key)
        return a->key < b->key ? -1 : 1;
    return strcmp (a->label, b->label);
}

static void
s_finish (run_t *run)
{
    for (size_t row = 0; row < run->groups_count; row++) {
        group_t *group = &run->groups [row];
        for (size_t i = 0; group->count.values && i < run->world->grid.count; i++)
            group->result.values [i] = group->count.values [i] > 0 ? group->result.values [i] / group->count.values [i] : NAN;
        group->key = run->query->ordered ? s_key (run, group) : 0;
        group->key = run->query->descending ? -group->key : group->key;
    }
    if (run->groups_count)
        qsort (run->groups, run->groups_count, sizeof *run->groups, s_compare);
}

const char *
metrics_insights_run (const metrics_insights_t *self, expression_world_t *world, expression_value_t *value)
{
    run_t run = { .query = self, .world = world };
    const shop_metric_t *metric;
    for (size_t i = 0; (metric = world->list (world->context, i)); i++) {
        const char *fault = s_matches (self, metric, world->region) ? s_add (&run, metric) : NULL;
        if (fault)
            return fault;
    }
    s_finish (&run);
    if (run.groups_count > SEARCH_SERIES_MAX && self->limit == SEARCH_SERIES_MAX)
        world->truncated = true;        //  A LIMIT below is what was asked for
    size_t count = run.groups_count < self->limit ? run.groups_count : self->limit;
    if (self->groups_count == 0)
        count = 1;                  //  One series, even of nothing
    if (!expression_value_new (world->arena, &world->grid, self->groups_count ? EXPRESSION_ARRAY : EXPRESSION_SERIES, count, value))
        return OUT_OF_MEMORY;
    for (size_t row = 0; row < count && row < run.groups_count; row++) {
        value->series [row].vector = run.groups [row].result;
        value->series [row].label = self->groups_count ? run.groups [row].label : NULL;
    }
    return NULL;
}
