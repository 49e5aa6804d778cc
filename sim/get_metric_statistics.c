#include "operations.h"

#include "chance.h"
#include "metric_checks.h"
#include "metric_stat.h"

#include <math.h>

//  Datapoints of one answer: there are no pages. Source: GetMetricStatistics in the CloudWatch API reference.
enum { DATAPOINTS_MAX = 1440, STATISTICS_MAX = 5, EXTENDED_MAX = 10 };

static const char *const STATISTICS [] = { "SampleCount", "Average", "Sum", "Minimum", "Maximum", NULL };

static const check_t MEMBERS [] = {
    { .name = "Namespace", .kind = CHECK_TEXT, .required = true, .min = 1, .max = 255, .pattern = &METRIC_NAMESPACE },
    { .name = "MetricName", .kind = CHECK_TEXT, .required = true, .min = 1, .max = 255 },
    { .name = "Dimensions", .kind = CHECK_STRUCTURES, .min = CHECK_NO_LIMIT, .max = METRIC_DIMENSIONS_MAX, .members = METRIC_DIMENSION },
    { .name = "StartTime", .kind = CHECK_TIME, .required = true },
    { .name = "EndTime", .kind = CHECK_TIME, .required = true },
    { .name = "Period", .kind = CHECK_INTEGER, .required = true, .min = 1, .max = CHECK_NO_LIMIT },
    { .name = "Statistics", .kind = CHECK_TEXTS, .min = 1, .max = STATISTICS_MAX, .values = STATISTICS },
    { .name = "ExtendedStatistics", .kind = CHECK_TEXTS, .min = 1, .max = EXTENDED_MAX },
    { .name = "Unit", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT, .values = METRIC_UNITS },
    { .name = NULL },
};

//  The question, read once.
typedef struct {
    double start_s, end_s;
    int64_t period_s;
    yyjson_val *plain;
    yyjson_val *extended;
} question_t;

//  What the model cannot say. False after a refusal.
static bool
s_is_sound (wire_call_t *call, const question_t *question)
{
    static const char *const VALUE = "InvalidParameterValueException", *const COMBINATION = "InvalidParameterCombinationException";
    size_t index, max;
    yyjson_val *name;
    statistic_t statistic;
    double datapoints = floor ((question->end_s - question->start_s) / (double) question->period_s);
    if (!question->plain && !question->extended)
        wire_refuse (call, COMBINATION, "Must specify either Statistics or ExtendedStatistics");
    else
    if (!metric_period_is_valid (question->period_s))
        wire_refuse (call, VALUE, "The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.");
    else
    if (question->start_s >= question->end_s)
        wire_refuse (call, VALUE, "The parameter StartTime must be less than the parameter EndTime.");
    else
    if (datapoints > DATAPOINTS_MAX)
        wire_refuse (call, COMBINATION, "You have requested up to %.0f datapoints, which exceeds the limit of 1,440. You may reduce the "
                     "datapoints requested by increasing Period, or decreasing the time range.", datapoints);
    yyjson_arr_foreach (question->extended, index, max, name)
        if (!call->refusal && (!statistic_read (json_value_text (name), &statistic) || statistic_is_plain (&statistic)))
            wire_refuse (call, VALUE, "The value %s for parameter ExtendedStatistics.member.%zu is not supported.", yyjson_get_str (name),
                         index + 1);
    return !call->refusal;
}

//  Each statistic that was asked for, of the samples that the source holds.
static void
s_add_statistics (wire_call_t *call, yyjson_mut_val *datapoint, yyjson_val *names, metric_source_t *source)
{
    size_t index, max;
    yyjson_val *name;
    yyjson_arr_foreach (names, index, max, name) {
        statistic_t statistic;
        double value = statistic_read (json_value_text (name), &statistic) ? statistic_of (&statistic, &source->sketch) : NAN;
        if (!isnan (value))
            yyjson_mut_obj_add_val (call->doc, datapoint, yyjson_get_str (name), yyjson_mut_real (call->doc, value));
    }
}

static void
s_add_datapoint (wire_call_t *call, yyjson_mut_val *datapoints, const question_t *question, metric_source_t *source, int64_t time_ms,
                 const char *unit)
{
    yyjson_mut_val *datapoint = yyjson_mut_arr_add_obj (call->doc, datapoints);
    yyjson_mut_obj_add_int (call->doc, datapoint, "Timestamp", time_ms / 1000);
    s_add_statistics (call, datapoint, question->plain, source);
    if (question->extended)
        s_add_statistics (call, yyjson_mut_obj_add_obj (call->doc, datapoint, "ExtendedStatistics"), question->extended, source);
    yyjson_mut_obj_add_str (call->doc, datapoint, "Unit", unit);
}

//  In no order that anybody could rely on, but the same one each time: CloudWatch gives none either.
static void
s_shuffle (size_t *order, size_t count, const char *name)
{
    chance_t chance;
    chance_init (&chance, chance_of_text (name));
    for (size_t i = 0; i < count; i++) {
        size_t other = (size_t) (chance_u64 (&chance) % (i + 1));
        order [i] = order [other];
        order [other] = i;
    }
}

static void
s_add_datapoints (wire_call_t *call, const question_t *question, metric_source_t *source, const shop_metric_t *metric)
{
    slice_t unit = json_text (call->input, "Unit");
    yyjson_mut_val *datapoints = yyjson_mut_obj_add_arr (call->doc, call->output, "Datapoints");
    if (!metric || (unit.data && !slice_is (unit, series_unit (metric))))
        return;
    grid_t grid = metric_grid (source, question->start_s, question->end_s, question->period_s);
    size_t *order = arena_alloc (source->arena, (grid.count + 1) * sizeof *order);
    if (!order) {
        wire_refuse (call, "InternalServiceFault", "Out of memory.");
        return;
    }
    s_shuffle (order, grid.count, metric->name);
    for (size_t i = 0; i < grid.count; i++)
        if (metric_samples (source, metric, &grid, order [i]))
            s_add_datapoint (call, datapoints, question, source, grid_time_ms (&grid, order [i]), series_unit (metric));
}

//  NULL when it is not there, or null.
static yyjson_val *
s_list (const wire_call_t *call, const char *name)
{
    yyjson_val *list = yyjson_obj_get ((yyjson_val *) call->input, name);
    return yyjson_is_arr (list) ? list : NULL;
}

static void
s_answer (wire_call_t *call)
{
    question_t question = {
        .start_s = json_number (call->input, "StartTime", 0),
        .end_s = json_number (call->input, "EndTime", 0),
        .period_s = json_int (call->input, "Period", 0),
        .plain = s_list (call, "Statistics"),
        .extended = s_list (call, "ExtendedStatistics"),
    };
    metric_source_t source;
    if (!s_is_sound (call, &question))
        return;
    if (metric_source_init (&source, call->shop, call->region)) {
        yyjson_mut_obj_add_val (call->doc, call->output, "Label", json_new_text (call->doc, json_text (call->input, "MetricName")));
        s_add_datapoints (call, &question, &source, metric_of (&source, SLICE (SHOP_ACCOUNT), call->input));
    }
    else
        wire_refuse (call, "InternalServiceFault", "Out of memory.");
    if (source.arena)
        arena_destroy (&source.arena);
}

const wire_operation_t OPERATION_GET_METRIC_STATISTICS = { &WIRE_MONITORING, "GetMetricStatistics", MEMBERS, s_answer };
