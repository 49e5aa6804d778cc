#include "expression_evaluation.h"

#include <math.h>
#include <time.h>

enum {
    SERIES = 1 << EXPRESSION_SERIES,
    MANY = SERIES | 1 << EXPRESSION_ARRAY,
    SCALAR = 1 << EXPRESSION_SCALAR
};

void
evaluation_sum_add (evaluation_sum_t *sum, double point)
{
    sum->slots++;
    if (isnan (point))
        return;
    double before = point - sum->mean;
    sum->min = sum->points == 0 || point < sum->min ? point : sum->min;
    sum->max = sum->points == 0 || point > sum->max ? point : sum->max;
    sum->points++;
    sum->sum += point;
    sum->mean += before / (double) sum->points;
    sum->squares += before * (point - sum->mean);
}

//  Of the whole population, as the points are all there are.
static double
s_deviation (const evaluation_sum_t *sum)
{
    return sqrt (sum->squares / (double) sum->points);
}

bool
evaluation_sum_knows (slice_t function)
{
    return slice_is (function, "AVG") || slice_is (function, "MAX") || slice_is (function, "MIN") || slice_is (function, "SUM")
        || slice_is (function, "STDDEV") || slice_is (function, "DATAPOINT_COUNT");
}

double
evaluation_sum_result (const evaluation_sum_t *sum, slice_t function)
{
    if (slice_is (function, "DATAPOINT_COUNT"))
        return (double) sum->points;
    if (sum->points == 0)
        return NAN;
    double result = slice_is (function, "AVG") ? sum->sum / (double) sum->slots : slice_is (function, "MAX") ? sum->max
                  : slice_is (function, "MIN") ? sum->min : slice_is (function, "SUM") ? sum->sum : s_deviation (sum);
    return evaluation_finite (result);
}

//  A number of a series: of all its points. A series of an array: of the points at each time.
static bool
s_aggregate (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_value_t argument;
    if (!evaluation_argument (self, call, call->first, MANY, &argument))
        return false;
    size_t count = self->world->grid.count;
    if (argument.kind == EXPRESSION_SERIES) {
        evaluation_sum_t sum = { .points = 0 };
        for (size_t i = 0; i < count; i++)
            evaluation_sum_add (&sum, argument.series [0].vector.values [i]);
        evaluation_scalar (value, evaluation_sum_result (&sum, call->text));
        return true;
    }
    if (!evaluation_new (self, EXPRESSION_SERIES, 1, value))
        return false;
    for (size_t i = 0; i < count; i++) {
        evaluation_sum_t sum = { .points = 0 };
        for (size_t row = 0; row < argument.count; row++)
            evaluation_sum_add (&sum, argument.series [row].vector.values [i]);
        value->series [0].vector.values [i] = evaluation_sum_result (&sum, call->text);
    }
    return true;
}

//  What becomes of a point on its own.
static double
s_mapped (slice_t function, double point)
{
    double result = slice_is (function, "ABS") ? fabs (point) : slice_is (function, "CEIL") ? ceil (point)
                  : slice_is (function, "FLOOR") ? floor (point) : slice_is (function, "LOG") ? log (point) : log10 (point);
    return evaluation_finite (result);
}

static bool
s_map (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    if (!evaluation_argument (self, call, call->first, MANY, value) || !evaluation_own (self, value))
        return false;
    for (size_t row = 0; row < value->count; row++)
        for (size_t i = 0; i < self->world->grid.count; i++)
            value->series [row].vector.values [i] = s_mapped (call->text, value->series [row].vector.values [i]);
    return true;
}

//  DIFF, DIFF_TIME, RATE: each point against the one before it, wherever that is. The first has none.
static void
s_differ (const grid_t *grid, slice_t function, double *values)
{
    bool begun = false;
    double before = 0;
    size_t before_index = 0;
    for (size_t i = 0; i < grid->count; i++) {
        double point = values [i];
        if (isnan (point))
            continue;
        double seconds = (double) (grid_time_ms (grid, i) - grid_time_ms (grid, before_index)) / 1000;
        values [i] = !begun ? NAN : evaluation_finite (slice_is (function, "DIFF") ? point - before
                                                     : slice_is (function, "RATE") ? (point - before) / seconds : seconds);
        begun = true;
        before = point;
        before_index = i;
    }
}

static void
s_add_up (const grid_t *grid, double *values)
{
    double sum = 0;
    for (size_t i = 0; i < grid->count; i++)
        if (!isnan (values [i])) {
            sum += values [i];
            values [i] = evaluation_finite (sum);
        }
}

static bool
s_along (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    if (!evaluation_argument (self, call, call->first, MANY, value) || !evaluation_own (self, value))
        return false;
    for (size_t row = 0; row < value->count; row++) {
        double *values = value->series [row].vector.values;
        if (slice_is (call->text, "RUNNING_SUM"))
            s_add_up (&self->world->grid, values);
        else
            s_differ (&self->world->grid, call->text, values);
    }
    return true;
}

//  What the clock shows, in UTC. A week begins with Monday, which is 1.
static double
s_clock (slice_t function, int64_t time_ms)
{
    struct tm parts;
    time_t seconds = (time_t) (time_ms / 1000);
    if (slice_is (function, "EPOCH"))
        return (double) seconds;
    if (!gmtime_r (&seconds, &parts))
        return NAN;
    return slice_is (function, "MINUTE") ? parts.tm_min : slice_is (function, "HOUR") ? parts.tm_hour
         : slice_is (function, "DAY") ? (parts.tm_wday + 6) % 7 + 1 : slice_is (function, "DATE") ? parts.tm_mday
         : slice_is (function, "MONTH") ? parts.tm_mon + 1 : parts.tm_year + 1900;
}

static bool
s_time (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_value_t argument;
    if (!evaluation_argument (self, call, call->first, SERIES, &argument) || !evaluation_new (self, EXPRESSION_SERIES, 1, value))
        return false;
    for (size_t i = 0; i < self->world->grid.count; i++)
        value->series [0].vector.values [i] = s_clock (call->text, grid_time_ms (&self->world->grid, i));
    return true;
}

static bool
s_period (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_value_t argument;
    if (call->first->kind != NODE_ID)
        return evaluation_fail (self, "PERIOD takes the id of a metric.");
    if (!evaluation_argument (self, call, call->first, SERIES, &argument))
        return false;
    evaluation_scalar (value, (double) self->world->grid.period_ms / 1000);
    return true;
}

static bool
s_time_series (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_value_t argument;
    if (!evaluation_argument (self, call, call->first, SCALAR, &argument) || !evaluation_new (self, EXPRESSION_SERIES, 1, value))
        return false;
    for (size_t i = 0; i < self->world->grid.count; i++)
        value->series [0].vector.values [i] = argument.scalar;
    return true;
}

//  The branch's point, or its number.
static double
s_branch (const expression_value_t *branch, size_t i)
{
    return branch->kind == EXPRESSION_SCALAR ? branch->scalar : branch->series [0].vector.values [i];
}

static bool
s_if (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_value_t condition, yes, no = { .kind = EXPRESSION_SCALAR, .scalar = NAN };
    const expression_node_t *second = call->first->next;
    if (!evaluation_argument (self, call, call->first, SCALAR | SERIES, &condition)
        || !evaluation_argument (self, call, second, SCALAR | SERIES, &yes)
        || (second->next && !evaluation_argument (self, call, second->next, SCALAR | SERIES, &no)))
        return false;
    if (condition.kind == EXPRESSION_SCALAR && yes.kind == EXPRESSION_SCALAR && no.kind == EXPRESSION_SCALAR) {
        evaluation_scalar (value, isnan (condition.scalar) ? NAN : condition.scalar != 0 ? yes.scalar : no.scalar);
        return true;
    }
    if (!evaluation_new (self, EXPRESSION_SERIES, 1, value))
        return false;
    for (size_t i = 0; i < self->world->grid.count; i++) {
        double judged = s_branch (&condition, i);
        double result = isnan (judged) ? NAN : s_branch (judged != 0 ? &yes : &no, i);
        bool zero = isnan (result) && judged != 0 && condition.kind == EXPRESSION_SERIES && yes.kind == EXPRESSION_SERIES;
        value->series [0].vector.values [i] = zero && !isnan (judged) ? 0 : result;
    }
    return true;
}

const evaluation_function_t EVALUATION_SERIES_FUNCTIONS [] = {
    { "ABS", 1, 1, s_map }, { "CEIL", 1, 1, s_map }, { "FLOOR", 1, 1, s_map }, { "LOG", 1, 1, s_map }, { "LOG10", 1, 1, s_map },
    { "AVG", 1, 1, s_aggregate }, { "MAX", 1, 1, s_aggregate }, { "MIN", 1, 1, s_aggregate }, { "SUM", 1, 1, s_aggregate },
    { "STDDEV", 1, 1, s_aggregate }, { "DATAPOINT_COUNT", 1, 1, s_aggregate },
    { "DIFF", 1, 1, s_along }, { "DIFF_TIME", 1, 1, s_along }, { "RATE", 1, 1, s_along }, { "RUNNING_SUM", 1, 1, s_along },
    { "MINUTE", 1, 1, s_time }, { "HOUR", 1, 1, s_time }, { "DAY", 1, 1, s_time }, { "DATE", 1, 1, s_time }, { "MONTH", 1, 1, s_time },
    { "YEAR", 1, 1, s_time }, { "EPOCH", 1, 1, s_time },
    { "PERIOD", 1, 1, s_period }, { "TIME_SERIES", 1, 1, s_time_series }, { "IF", 2, 3, s_if },
    { NULL, 0, 0, NULL },
};
