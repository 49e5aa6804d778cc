#include "expression_evaluation.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

//  Of a name, no more than this is shown in a fault.
enum { FAULT_SIZE = 512, NAME_SHOWN_MAX = 64 };

static const char *const KINDS [] = { "a number", "a time series", "an array of time series" };

bool
evaluation_fail (evaluation_t *self, const char *format, ...)
{
    char text [FAULT_SIZE];
    va_list arguments;
    if (self->fault)
        return false;
    va_start (arguments, format);
    vsnprintf (text, sizeof text, format, arguments);
    va_end (arguments);
    self->fault = arena_copy (self->world->arena, slice_of (text));
    if (!self->fault)
        self->fault = "The simulator has no memory left for it.";
    return false;
}

bool
expression_value_new_bare (arena_t *arena, expression_kind_t kind, size_t count, expression_value_t *value)
{
    *value = (expression_value_t) { .kind = kind, .temporary = true, .count = count };
    value->series = arena_alloc (arena, (count + 1) * sizeof *value->series);       //  One more, so that an empty array has memory too
    return value->series != NULL;
}

bool
expression_value_new (arena_t *arena, const grid_t *grid, expression_kind_t kind, size_t count, expression_value_t *value)
{
    if (!expression_value_new_bare (arena, kind, count, value))
        return false;
    for (size_t i = 0; i < count; i++) {
        value->series [i].vector = vector_new (arena, grid);
        if (!value->series [i].vector.values)
            return false;
    }
    return true;
}

bool
evaluation_new (evaluation_t *self, expression_kind_t kind, size_t count, expression_value_t *value)
{
    return expression_value_new (self->world->arena, &self->world->grid, kind, count, value)
        || evaluation_fail (self, "The simulator has no memory left for it.");
}

bool
evaluation_new_bare (evaluation_t *self, expression_kind_t kind, size_t count, expression_value_t *value)
{
    return expression_value_new_bare (self->world->arena, kind, count, value) || evaluation_fail (self, "The simulator has no memory left for it.");
}

bool
evaluation_own (evaluation_t *self, expression_value_t *value)
{
    if (value->temporary)
        return true;
    expression_value_t own;
    if (!evaluation_new (self, value->kind, value->count, &own))
        return false;
    for (size_t i = 0; i < value->count; i++) {
        memcpy (own.series [i].vector.values, value->series [i].vector.values, self->world->grid.count * sizeof (double));
        own.series [i].label = value->series [i].label;
    }
    *value = own;
    return true;
}

void
evaluation_scalar (expression_value_t *value, double scalar)
{
    *value = (expression_value_t) { .kind = EXPRESSION_SCALAR, .scalar = evaluation_finite (scalar) };
}

double
evaluation_finite (double number)
{
    return isfinite (number) ? number + 0.0 : NAN;          //  Of the two zeros, the one without a sign
}

bool
evaluation_argument (evaluation_t *self, const expression_node_t *call, const expression_node_t *argument, int kinds, expression_value_t *value)
{
    char wanted [FAULT_SIZE] = "";
    if (!evaluation_run (self, argument, value))
        return false;
    if (kinds & (1 << value->kind))
        return true;
    for (int kind = EXPRESSION_SCALAR; kind <= EXPRESSION_ARRAY; kind++)
        if (kinds & (1 << kind))
            snprintf (wanted + strlen (wanted), sizeof wanted - strlen (wanted), "%s%s", *wanted ? " or " : "", KINDS [kind]);
    return evaluation_fail (self, "%.*s needs %s, and was given %s.", (int) call->text.size, call->text.data, wanted, KINDS [value->kind]);
}

//  [m1, METRICS()]: all the series, one after another.
static bool
s_list (evaluation_t *self, const expression_node_t *node, expression_value_t *value)
{
    size_t count = 0, part = 0;
    bool temporary = true;
    expression_value_t *parts = arena_alloc (self->world->arena, (size_t) node->children * sizeof *parts);
    if (!parts)
        return evaluation_fail (self, "The simulator has no memory left for it.");
    for (const expression_node_t *child = node->first; child; child = child->next, part++) {
        if (!evaluation_run (self, child, &parts [part]))
            return false;
        if (parts [part].kind == EXPRESSION_SCALAR)
            return evaluation_fail (self, "An array holds time series, and number %zu of its members is a number.", part + 1);
        count += parts [part].count;
        temporary = temporary && parts [part].temporary;
    }
    if (!evaluation_new_bare (self, EXPRESSION_ARRAY, count, value))
        return false;
    value->temporary = temporary;
    value->count = 0;
    for (size_t i = 0; i < part; i++)
        for (size_t j = 0; j < parts [i].count; j++)
            value->series [value->count++] = parts [i].series [j];
    return true;
}

static bool
s_chain (evaluation_t *self, const expression_node_t *node, expression_value_t *value)
{
    if (!evaluation_run (self, node->first, value))
        return false;
    for (const expression_node_t *child = node->first->next; child; child = child->next) {
        expression_value_t left = *value, right;
        if (!evaluation_run (self, child, &right) || !evaluation_operate (self, child->joined_by, &left, &right, value))
            return false;
    }
    return true;
}

static int
s_shown (slice_t name)
{
    return (int) (name.size < NAME_SHOWN_MAX ? name.size : NAME_SHOWN_MAX);
}

static const evaluation_function_t *
s_find (const evaluation_function_t *functions, slice_t name)
{
    for (; functions->name; functions++)
        if (slice_is (name, functions->name))
            return functions;
    return NULL;
}

static bool
s_call (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    const evaluation_function_t *function = s_find (EVALUATION_SERIES_FUNCTIONS, call->text);
    if (!function)
        function = s_find (EVALUATION_ARRAY_FUNCTIONS, call->text);
    if (!function)
        return evaluation_fail (self, "The function %.*s is not supported by the simulator.", s_shown (call->text), call->text.data);
    if (call->children < function->arguments_min || call->children > function->arguments_max)
        return function->arguments_min == function->arguments_max
            ? evaluation_fail (self, "%s takes %d argument%s, and was given %d.", function->name, function->arguments_min,
                               function->arguments_min == 1 ? "" : "s", call->children)
            : evaluation_fail (self, "%s takes %d to %d arguments, and was given %d.", function->name, function->arguments_min,
                               function->arguments_max, call->children);
    return function->run (self, call, value);
}

bool
evaluation_run (evaluation_t *self, const expression_node_t *node, expression_value_t *value)
{
    static const expression_value_t MINUS_ONE = { .kind = EXPRESSION_SCALAR, .scalar = -1 };
    expression_value_t operand;
    switch (node->kind) {
    case NODE_NUMBER:
        evaluation_scalar (value, node->number);
        return true;
    case NODE_TEXT:
        return evaluation_fail (self, "A text stands where a number or a time series is needed.");
    case NODE_WORD:
        return evaluation_fail (self, "%.*s is no id of a query: ids begin with a small letter.", s_shown (node->text), node->text.data);
    case NODE_ID:
        self->fault = self->world->resolve (self->world->context, node->text, value);
        value->temporary = false;
        return !self->fault;
    case NODE_CALL:
        return s_call (self, node, value);
    case NODE_LIST:
        return s_list (self, node, value);
    case NODE_NEGATE:
        return evaluation_run (self, node->first, &operand) && evaluation_operate (self, OPERATOR_MULTIPLY, &operand, &MINUS_ONE, value);
    case NODE_CHAIN:
        return s_chain (self, node, value);
    }
    return false;
}

const char *
expression_evaluate (const expression_node_t *tree, expression_world_t *world, expression_value_t *value)
{
    evaluation_t self = { .world = world };
    if (evaluation_run (&self, tree, value) && value->kind == EXPRESSION_SCALAR)
        evaluation_fail (&self, "The result is a number; it must be a time series or an array of them. TIME_SERIES() makes one of a number.");
    return self.fault;
}

void
expression_references (const expression_node_t *tree, expression_reference_fn *found, void *context)
{
    if (tree->kind == NODE_ID)
        found (context, tree->text);
    if (tree->kind == NODE_CALL && slice_is (tree->text, "METRICS"))
        found (context, SLICE_ABSENT);
    for (const expression_node_t *child = tree->first; child; child = child->next)
        expression_references (child, found, context);
}

int
expression_search_period (const expression_node_t *tree)
{
    int longest = 0;
    if (tree->kind == NODE_CALL && slice_is (tree->text, "SEARCH") && tree->children == 3) {
        const expression_node_t *period = tree->first->next->next;
        longest = period->kind == NODE_NUMBER && period->number >= 1 && period->number <= EXPRESSION_PERIOD_MAX_S ? (int) period->number : 0;
    }
    for (const expression_node_t *child = tree->first; child; child = child->next) {
        int period = expression_search_period (child);
        longest = period > longest ? period : longest;
    }
    return longest;
}
