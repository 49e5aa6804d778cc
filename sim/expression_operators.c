#include "expression_evaluation.h"

#include <math.h>

static double
s_point (expression_operator_t operator, double left, double right)
{
    switch (operator) {
    case OPERATOR_OR:
        return left != 0 || right != 0;
    case OPERATOR_AND:
        return left != 0 && right != 0;
    case OPERATOR_EQUAL:
        return left == right;
    case OPERATOR_UNEQUAL:
        return left != right;
    case OPERATOR_LESS:
        return left < right;
    case OPERATOR_LESS_EQUAL:
        return left <= right;
    case OPERATOR_GREATER:
        return left > right;
    case OPERATOR_GREATER_EQUAL:
        return left >= right;
    case OPERATOR_ADD:
        return left + right;
    case OPERATOR_SUBTRACT:
        return left - right;
    case OPERATOR_MULTIPLY:
        return left * right;
    case OPERATOR_DIVIDE:
        return right == 0 ? NAN : left / right;
    case OPERATOR_POWER:
        return pow (left, right);
    case OPERATOR_COUNT:
        break;
    }
    return NAN;
}

//  One side of an operation in one row: a number, or a series.
typedef struct {
    const double *values;       //  NULL: the number
    double number;
} side_t;

static side_t
s_side (const expression_value_t *value, size_t row)
{
    if (value->kind == EXPRESSION_SCALAR)
        return (side_t) { NULL, value->scalar };
    return (side_t) { value->series [value->kind == EXPRESSION_ARRAY ? row : 0].vector.values, 0 };
}

//  Of two series the missing one counts as 0; a number takes part where the series has a point.
static void
s_row (expression_operator_t operator, side_t left, side_t right, size_t count, double *values)
{
    bool series = left.values && right.values;
    for (size_t i = 0; i < count; i++) {
        double a = left.values ? left.values [i] : left.number;
        double b = right.values ? right.values [i] : right.number;
        bool missing = series ? isnan (a) && isnan (b) : isnan (a) || isnan (b);
        values [i] = missing ? NAN : evaluation_finite (s_point (operator, isnan (a) ? 0 : a, isnan (b) ? 0 : b));
    }
}

static bool
s_check (evaluation_t *self, expression_operator_t operator, const expression_value_t *left, const expression_value_t *right)
{
    bool arrays = left->kind == EXPRESSION_ARRAY || right->kind == EXPRESSION_ARRAY;
    if (arrays && operator < OPERATOR_ADD)
        return evaluation_fail (self, "The operator %s takes numbers and time series, not arrays of them.", expression_operator_text (operator));
    if (left->kind == EXPRESSION_ARRAY && right->kind == EXPRESSION_ARRAY)
        return evaluation_fail (self, "The operator %s does not take two arrays of time series; one side must be a number or a time series.",
                                expression_operator_text (operator));
    return true;
}

bool
evaluation_operate (evaluation_t *self, expression_operator_t operator, const expression_value_t *left, const expression_value_t *right,
                    expression_value_t *value)
{
    if (!s_check (self, operator, left, right))
        return false;
    if (left->kind == EXPRESSION_SCALAR && right->kind == EXPRESSION_SCALAR) {
        bool missing = isnan (left->scalar) || isnan (right->scalar);
        evaluation_scalar (value, missing ? NAN : s_point (operator, left->scalar, right->scalar));
        return true;
    }
    //  The wider side says how many rows there are, and what they are called. Its vectors are written over when nobody else has them.
    const expression_value_t *wide = left->kind >= right->kind ? left : right;
    expression_value_t result = *wide;
    if (!wide->temporary && !evaluation_new (self, wide->kind, wide->count, &result))
        return false;
    for (size_t row = 0; row < wide->count; row++) {
        s_row (operator, s_side (left, row), s_side (right, row), self->world->grid.count, result.series [row].vector.values);
        result.series [row].label = wide->series [row].label;
    }
    *value = result;
    return true;
}
