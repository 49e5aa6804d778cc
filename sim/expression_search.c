#include "expression_evaluation.h"

#include "search_expression.h"

#include <math.h>
#include <stdio.h>

//  Periods of high-resolution metrics, in seconds; all others are whole minutes (CloudWatch's model).
static const int SHORT_PERIODS [] = { 1, 5, 10, 20, 30 };

enum { MINUTE_S = 60 };

static bool
s_is_period (double seconds)
{
    for (size_t i = 0; i < sizeof SHORT_PERIODS / sizeof SHORT_PERIODS [0]; i++)
        if (seconds == SHORT_PERIODS [i])
            return true;
    return seconds >= MINUTE_S && seconds <= EXPRESSION_PERIOD_MAX_S && fmod (seconds, MINUTE_S) == 0;
}

//  In what the metrics found differ from each other: that makes their labels.
typedef struct {
    bool account, namespace, name;
    bool shape;                             //  The names of their dimensions
    bool values [SHOP_DIMENSIONS_MAX];      //  While the names are the same
} difference_t;

static void
s_compare (const shop_metric_t *a, const shop_metric_t *b, difference_t *difference)
{
    difference->account |= strcmp (a->account, b->account) != 0;
    difference->namespace |= strcmp (a->namespace, b->namespace) != 0;
    difference->name |= strcmp (a->name, b->name) != 0;
    difference->shape |= a->dimensions_count != b->dimensions_count;
    for (int i = 0; i < a->dimensions_count && i < b->dimensions_count; i++) {
        difference->shape |= strcmp (a->dimensions [i].name, b->dimensions [i].name) != 0;
        difference->values [i] |= strcmp (a->dimensions [i].value, b->dimensions [i].value) != 0;
    }
}

static void
s_append (char *label, const char *part)
{
    size_t size = strlen (label);
    snprintf (label + size, SHOP_TEXT_SIZE - size, "%s%s", size ? " " : "", part);
}

//  "shop-cart-expire Errors". The metric's name is left out where a dimension says enough.
static const char *
s_label (evaluation_t *self, const shop_metric_t *metric, const difference_t *difference)
{
    char label [SHOP_TEXT_SIZE] = "", value [SHOP_TEXT_SIZE];
    if (difference->account)
        s_append (label, metric->account);
    if (difference->namespace)
        s_append (label, metric->namespace);
    size_t size = strlen (label);
    for (int i = 0; i < metric->dimensions_count; i++)
        if (difference->shape || difference->values [i])
            s_append (label, shop_text_in_region (metric->dimensions [i].value, self->world->region, value));
    if (difference->name || strlen (label) == size)
        s_append (label, metric->name);
    return arena_copy (self->world->arena, slice_of (label));
}

//  All that match, up to the limit. NULL without memory.
static const shop_metric_t **
s_find (evaluation_t *self, const search_expression_t *search, size_t *count)
{
    expression_world_t *world = self->world;
    const shop_metric_t **found = arena_alloc (world->arena, SEARCH_SERIES_MAX * sizeof *found);
    const shop_metric_t *metric;
    *count = 0;
    for (size_t i = 0; found && (metric = world->list (world->context, i)); i++) {
        if (!search_expression_matches (search, metric, world->region))
            continue;
        if (*count == SEARCH_SERIES_MAX) {
            world->truncated = true;
            break;
        }
        found [(*count)++] = metric;
    }
    return found;
}

static bool
s_check_arguments (evaluation_t *self, const expression_node_t *call)
{
    const expression_node_t *stat = call->first->next, *period = stat->next;
    if (call->first->kind != NODE_TEXT || stat->kind != NODE_TEXT)
        return evaluation_fail (self, "SEARCH takes two texts in quotes, the search and the statistic, and perhaps a period.");
    if (period && (period->kind != NODE_NUMBER || !s_is_period (period->number)))
        return evaluation_fail (self, "The period of SEARCH is a number of seconds: 1, 5, 10, 20, 30, or whole minutes up to 30 days.");
    return true;
}

bool
evaluation_search (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_world_t *world = self->world;
    difference_t difference = { .name = false };
    size_t count;
    if (!s_check_arguments (self, call))
        return false;
    const search_expression_t *search = search_expression_new (world->arena, call->first->text, &self->fault);
    if (!search)
        return false;
    const shop_metric_t **found = s_find (self, search, &count);
    if (!found)
        return evaluation_fail (self, "The simulator has no memory left for it.");
    for (size_t i = 1; i < count; i++)
        s_compare (found [0], found [i], &difference);
    if (!evaluation_new_bare (self, EXPRESSION_ARRAY, count, value))
        return false;
    for (size_t i = 0; i < count; i++) {
        value->series [i].label = s_label (self, found [i], &difference);
        self->fault = world->fetch (world->context, found [i], call->first->next->text, &value->series [i].vector);
        if (self->fault)
            return false;
    }
    return true;
}
