#include "expression_evaluation.h"

#include <math.h>
#include <stdlib.h>

enum {
    SCALAR = 1 << EXPRESSION_SCALAR,
    SERIES = 1 << EXPRESSION_SERIES,
    ARRAY = 1 << EXPRESSION_ARRAY,
    MANY = SERIES | ARRAY,
    HOURS = 24,
    HOUR_MS = 60 * 60 * 1000,
    DAY_MS = HOURS * HOUR_MS,
    BAND_SERIES = 2
};

//  How wide a band is when nobody says (user guide).
static const double BAND_DEVIATIONS = 2;

static bool
s_metrics (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    slice_t part = SLICE ("");
    if (call->first && call->first->kind != NODE_TEXT)
        return evaluation_fail (self, "METRICS takes a text in quotes, a part of the metrics' ids.");
    if (call->first)
        part = call->first->text;
    self->fault = self->world->metrics (self->world->context, part, value);
    value->temporary = false;
    return !self->fault;
}

static bool
s_metric_count (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_value_t argument;
    if (!evaluation_argument (self, call, call->first, ARRAY, &argument))
        return false;
    evaluation_scalar (value, (double) argument.count);
    return true;
}

//  FIRST and LAST; of an empty array, a series without points.
static bool
s_end (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_value_t argument;
    if (!evaluation_argument (self, call, call->first, ARRAY, &argument))
        return false;
    if (argument.count == 0)
        return evaluation_new (self, EXPRESSION_SERIES, 1, value);
    argument.series += slice_is (call->text, "LAST") ? argument.count - 1 : 0;
    *value = (expression_value_t) { .kind = EXPRESSION_SERIES, .temporary = argument.temporary, .series = argument.series, .count = 1 };
    return true;
}

//  A number that counts: whole, not negative.
static bool
s_count (evaluation_t *self, const expression_node_t *call, const expression_node_t *argument, size_t *count)
{
    expression_value_t number;
    if (!evaluation_argument (self, call, argument, SCALAR, &number))
        return false;
    if (isnan (number.scalar) || number.scalar < 0 || number.scalar != floor (number.scalar) || number.scalar > UINT32_MAX)
        return evaluation_fail (self, "%.*s needs a whole number that is not negative.", (int) call->text.size, call->text.data);
    *count = (size_t) number.scalar;
    return true;
}

static bool
s_slice (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    size_t from = 0, to = SIZE_MAX;
    const expression_node_t *second = call->first->next;
    if (!evaluation_argument (self, call, call->first, ARRAY, value) || !s_count (self, call, second, &from)
        || (second->next && !s_count (self, call, second->next, &to)))
        return false;
    to = to < value->count ? to : value->count;
    from = from < to ? from : to;
    value->series += from;
    value->count = to - from;
    return true;
}

static bool
s_remove_empty (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_value_t argument;
    if (!evaluation_argument (self, call, call->first, ARRAY, &argument))
        return false;
    if (!evaluation_new_bare (self, EXPRESSION_ARRAY, argument.count, value))
        return false;
    value->temporary = argument.temporary;
    value->count = 0;
    for (size_t row = 0; row < argument.count; row++)
        if (vector_datapoints (argument.series [row].vector, &self->world->grid))
            value->series [value->count++] = argument.series [row];
    return true;
}

//  A series on its way to its place: what it is sorted by, and where it stood.
typedef struct {
    double key;
    size_t place;
    expression_series_t series;
} sorted_t;

//  Series without points come last in either order; equals keep theirs.
static int
s_ascending (const void *a_p, const void *b_p)
{
    const sorted_t *a = a_p, *b = b_p;
    if (isnan (a->key) != isnan (b->key))
        return isnan (a->key) ? 1 : -1;
    if (a->key < b->key || a->key > b->key)
        return a->key < b->key ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

static bool
s_sort (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_value_t argument;
    const expression_node_t *function = call->first->next, *order = function->next;
    size_t limit = SIZE_MAX;
    if (function->kind != NODE_WORD || !evaluation_sum_knows (function->text) || slice_is (function->text, "DATAPOINT_COUNT"))
        return evaluation_fail (self, "SORT sorts by AVG, MAX, MIN, STDDEV or SUM.");
    bool descending = order->kind == NODE_WORD && slice_is (order->text, "DESC");
    if (!descending && (order->kind != NODE_WORD || !slice_is (order->text, "ASC")))
        return evaluation_fail (self, "The order of SORT is ASC or DESC.");
    if (!evaluation_argument (self, call, call->first, ARRAY, &argument) || (order->next && !s_count (self, call, order->next, &limit)))
        return false;
    sorted_t *rows = arena_alloc (self->world->arena, (argument.count + 1) * sizeof *rows);
    if (!rows)
        return evaluation_fail (self, "The simulator has no memory left for it.");
    if (!evaluation_new_bare (self, EXPRESSION_ARRAY, argument.count, value))
        return false;
    value->temporary = argument.temporary;
    value->count = 0;
    for (size_t row = 0; row < argument.count; row++) {
        evaluation_sum_t sum = { .points = 0 };
        for (size_t i = 0; i < self->world->grid.count; i++)
            evaluation_sum_add (&sum, argument.series [row].vector.values [i]);
        double key = evaluation_sum_result (&sum, function->text);
        rows [row] = (sorted_t) { descending ? -key : key, row, argument.series [row] };
    }
    qsort (rows, argument.count, sizeof *rows, s_ascending);
    for (size_t row = 0; row < argument.count && row < limit; row++)
        value->series [value->count++] = rows [row].series;
    return true;
}

//  A line from the point before each gap to the point behind it; what stands outside stays missing.
static void
s_fill_linear (double *values, size_t count)
{
    size_t before = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        if (isnan (values [i]))
            continue;
        for (size_t j = before + 1; before != SIZE_MAX && j < i; j++)
            values [j] = values [before] + (values [i] - values [before]) * (double) (j - before) / (double) (i - before);
        before = i;
    }
}

static void
s_fill_repeat (double *values, size_t count)
{
    for (size_t i = 1; i < count; i++)
        values [i] = isnan (values [i]) ? values [i - 1] : values [i];
}

static void
s_fill_from (double *values, size_t count, const expression_value_t *filler)
{
    for (size_t i = 0; i < count; i++)
        if (isnan (values [i]))
            values [i] = filler->kind == EXPRESSION_SCALAR ? filler->scalar : filler->series [0].vector.values [i];
}

static bool
s_fill (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    const expression_node_t *with = call->first->next;
    expression_value_t filler;
    bool repeat = with->kind == NODE_WORD && slice_is (with->text, "REPEAT");
    bool linear = with->kind == NODE_WORD && slice_is (with->text, "LINEAR");
    if (!repeat && !linear && !evaluation_argument (self, call, with, SCALAR | SERIES, &filler))
        return false;
    if (!evaluation_argument (self, call, call->first, MANY, value) || !evaluation_own (self, value))
        return false;
    for (size_t row = 0; row < value->count; row++) {
        double *values = value->series [row].vector.values;
        if (repeat)
            s_fill_repeat (values, self->world->grid.count);
        else
        if (linear)
            s_fill_linear (values, self->world->grid.count);
        else
            s_fill_from (values, self->world->grid.count, &filler);
    }
    return true;
}

static int
s_hour (int64_t time_ms)
{
    return (int) ((time_ms / HOUR_MS % HOURS + HOURS) % HOURS);
}

//  Each point is judged by those of its hour on the days before, which it cannot have moved. On the first day there are none, and all days do.
static void
s_band (const grid_t *grid, const double *values, double deviations, double *upper, double *lower)
{
    evaluation_sum_t past [HOURS] = { { .points = 0 } }, whole [HOURS] = { { .points = 0 } };
    size_t today = 0;               //  Where the day under way begins
    for (size_t i = 0; i < grid->count; i++)
        evaluation_sum_add (&whole [s_hour (grid_time_ms (grid, i))], values [i]);
    for (size_t i = 0; i < grid->count; i++) {
        int64_t time_ms = grid_time_ms (grid, i);
        if (time_ms / DAY_MS != grid_time_ms (grid, today) / DAY_MS)
            for (; today < i; today++)
                evaluation_sum_add (&past [s_hour (grid_time_ms (grid, today))], values [today]);
        const evaluation_sum_t *sum = &past [s_hour (time_ms)];
        if (sum->points == 0)
            sum = &whole [s_hour (time_ms)];
        double width = deviations * evaluation_sum_result (sum, SLICE ("STDDEV"));
        upper [i] = evaluation_finite (sum->mean + width);
        lower [i] = evaluation_finite (sum->mean - width);
    }
}

static bool
s_anomaly_detection_band (evaluation_t *self, const expression_node_t *call, expression_value_t *value)
{
    expression_value_t argument, deviations = { .kind = EXPRESSION_SCALAR, .scalar = BAND_DEVIATIONS };
    if (!evaluation_argument (self, call, call->first, SERIES, &argument)
        || (call->first->next && !evaluation_argument (self, call, call->first->next, SCALAR, &deviations)))
        return false;
    if (!(deviations.scalar > 0))
        return evaluation_fail (self, "ANOMALY_DETECTION_BAND needs a number of standard deviations above 0.");
    if (!evaluation_new (self, EXPRESSION_ARRAY, BAND_SERIES, value))
        return false;
    s_band (&self->world->grid, argument.series [0].vector.values, deviations.scalar, value->series [0].vector.values,
            value->series [1].vector.values);
    value->series [0].label = "High";
    value->series [1].label = "Low";
    return true;
}

const evaluation_function_t EVALUATION_ARRAY_FUNCTIONS [] = {
    { "METRICS", 0, 1, s_metrics }, { "METRIC_COUNT", 1, 1, s_metric_count }, { "SEARCH", 2, 3, evaluation_search },
    { "FIRST", 1, 1, s_end }, { "LAST", 1, 1, s_end }, { "SLICE", 2, 3, s_slice }, { "SORT", 3, 4, s_sort },
    { "REMOVE_EMPTY", 1, 1, s_remove_empty }, { "FILL", 2, 2, s_fill },
    { "ANOMALY_DETECTION_BAND", 1, 2, s_anomaly_detection_band },
    { NULL, 0, 0, NULL },
};
