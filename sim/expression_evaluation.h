/*  expression_evaluation - what the parts of the evaluator share

    Only for expression*.c: others use expression.h. Every function that returns a bool leaves a sentence in fault when it returns false.

    Thread: one. */

#ifndef SIM_EXPRESSION_EVALUATION_H
#define SIM_EXPRESSION_EVALUATION_H

#include "expression.h"

typedef struct {
    expression_world_t *world;
    const char *fault;
} evaluation_t;

typedef bool (evaluation_call_fn) (evaluation_t *self, const expression_node_t *call, expression_value_t *value);

typedef struct {
    const char *name;               //  NULL ends a table
    int arguments_min, arguments_max;
    evaluation_call_fn *run;
} evaluation_function_t;

extern const evaluation_function_t EVALUATION_SERIES_FUNCTIONS [];      //  expression_functions.c
extern const evaluation_function_t EVALUATION_ARRAY_FUNCTIONS [];       //  expression_arrays.c

//  What a series' points are counted and summed up to. A mean and a deviation that do not lose digits: Welford's method.
typedef struct {
    size_t points;
    size_t slots;                   //  Points and missing points
    double sum, min, max, mean, squares;
} evaluation_sum_t;

bool evaluation_run (evaluation_t *self, const expression_node_t *node, expression_value_t *value);

//  Always false.
bool evaluation_fail (evaluation_t *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

//  Evaluates an argument that must be one of these kinds: a bit for each, (1 << EXPRESSION_SERIES) for instance.
bool evaluation_argument (evaluation_t *self, const expression_node_t *call, const expression_node_t *argument, int kinds,
                          expression_value_t *value);

//  Series without datapoints; bare, without vectors.
bool evaluation_new (evaluation_t *self, expression_kind_t kind, size_t count, expression_value_t *value);
bool evaluation_new_bare (evaluation_t *self, expression_kind_t kind, size_t count, expression_value_t *value);

//  Makes the vectors the value's own, so that they may be written.
bool evaluation_own (evaluation_t *self, expression_value_t *value);

void evaluation_scalar (expression_value_t *value, double scalar);

//  Operators.
bool evaluation_operate (evaluation_t *self, expression_operator_t operator, const expression_value_t *left, const expression_value_t *right,
                         expression_value_t *value);

//  AVG, MAX, MIN, STDDEV, SUM and DATAPOINT_COUNT of points.
void   evaluation_sum_add (evaluation_sum_t *sum, double point);
double evaluation_sum_result (const evaluation_sum_t *sum, slice_t function);
bool   evaluation_sum_knows (slice_t function);

//  A finite number, or NAN.
double evaluation_finite (double number);

//  SEARCH, in expression_search.c
bool evaluation_search (evaluation_t *self, const expression_node_t *call, expression_value_t *value);

#endif
