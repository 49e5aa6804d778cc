#include "operations.h"

#include "expression_shop.h"
#include "metric_checks.h"
#include "metric_label.h"
#include "metrics_insights.h"

#include <ctype.h>
#include <math.h>

//  A question is some queries, each a metric or an expression over the others. Each gives one series, an expression that searches also several;
//  they come in the queries' order, and a page ends wherever its datapoints are used up: within a series, which is then PartialData. The token
//  says the number of the series that goes on and the moment from which it does. Metrics are read only for the page that shows them, unless
//  there are expressions.

//  Source: GetMetricData in the CloudWatch API reference.
enum { QUERIES_MAX = 500, DATAPOINTS_MAX = 100800, EXPRESSION_MAX = 2048 };

//  A position in a token: the series above, seconds below.
enum { POSITION_SECONDS_BITS = 40 };

static const char OUT_OF_MEMORY [] = "The simulator has no memory left for it.";

static const check_t METRIC [] = {
    { .name = "Namespace", .kind = CHECK_TEXT, .min = 1, .max = 255, .pattern = &METRIC_NAMESPACE },
    { .name = "MetricName", .kind = CHECK_TEXT, .min = 1, .max = 255 },
    { .name = "Dimensions", .kind = CHECK_STRUCTURES, .min = CHECK_NO_LIMIT, .max = METRIC_DIMENSIONS_MAX, .members = METRIC_DIMENSION },
    { .name = NULL },
};

static const check_t STAT [] = {
    { .name = "Metric", .kind = CHECK_STRUCTURE, .required = true, .members = METRIC },
    { .name = "Period", .kind = CHECK_INTEGER, .required = true, .min = 1, .max = CHECK_NO_LIMIT },
    { .name = "Stat", .kind = CHECK_TEXT, .required = true, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = "Unit", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT, .values = METRIC_UNITS },
    { .name = NULL },
};

static const check_t QUERY [] = {
    { .name = "Id", .kind = CHECK_TEXT, .required = true, .min = 1, .max = 255 },
    { .name = "MetricStat", .kind = CHECK_STRUCTURE, .members = STAT },
    { .name = "Expression", .kind = CHECK_TEXT, .min = 1, .max = EXPRESSION_MAX },
    { .name = "Label", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = "ReturnData", .kind = CHECK_BOOLEAN },
    { .name = "Period", .kind = CHECK_INTEGER, .min = 1, .max = CHECK_NO_LIMIT },
    { .name = "AccountId", .kind = CHECK_TEXT, .min = 1, .max = 255 },
    { .name = NULL },
};

static const check_t LABEL_OPTIONS [] = {
    { .name = "Timezone", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = NULL },
};

static const char *const ORDERS [] = { "TimestampDescending", "TimestampAscending", NULL };

static const check_t MEMBERS [] = {
    { .name = "MetricDataQueries", .kind = CHECK_STRUCTURES, .required = true, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT, .members = QUERY },
    { .name = "StartTime", .kind = CHECK_TIME, .required = true },
    { .name = "EndTime", .kind = CHECK_TIME, .required = true },
    { .name = "NextToken", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = "ScanBy", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT, .values = ORDERS },
    { .name = "MaxDatapoints", .kind = CHECK_INTEGER, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = "LabelOptions", .kind = CHECK_STRUCTURE, .members = LABEL_OPTIONS },
    { .name = NULL },
};

//  One query, read once. Slices point into the input.
typedef struct {
    slice_t id;
    slice_t expression;         //  Absent: a metric
    slice_t label;              //  Absent: none was given
    bool returned;
    bool forbidden;             //  Its account is not linked
    const shop_metric_t *metric;        //  NULL: there is none like it, or not in this unit
    statistic_t statistic;
    int64_t period_s;
    size_t metric_number;       //  Among the metrics, for labels
} query_t;

typedef struct {
    wire_call_t *call;
    metric_source_t source;
    double start_s, end_s;
    bool ascending;
    query_t *queries;
    size_t queries_count;
    metric_label_t *metrics;    //  Of the queries that are no expressions
    size_t metrics_count;
    bool truncated;             //  A search found more than it may give
} question_t;

//  One line of the answer.
typedef struct {
    const query_t *query;
    const char *label;          //  What it is called in an array that an expression gave; NULL for none
    grid_t grid;
    vector_t vector;            //  NULL: not read yet
} line_t;

static void
s_refuse_memory (question_t *self)
{
    wire_refuse (self->call, "InternalServiceFault", "%s", OUT_OF_MEMORY);
}

static bool
s_id_is_valid (slice_t id)
{
    if (!id.size || !islower ((unsigned char) id.data [0]))
        return false;
    for (size_t i = 0; i < id.size; i++)
        if (!isalnum ((unsigned char) id.data [i]) && id.data [i] != '_')
            return false;
    return true;
}

static bool
s_is_linked (slice_t account)
{
    return slice_is (account, SHOP_ACCOUNT) || slice_is (account, SHOP_ACCOUNT_STAGING) || slice_is (account, SHOP_ACCOUNT_ANALYTICS);
}

//  False after a refusal.
static bool
s_period_is_fine (wire_call_t *call, size_t number, const char *where, int64_t period_s)
{
    if (!metric_period_is_valid (period_s))
        wire_refuse (call, "ValidationError", "The parameter MetricDataQueries.member.%zu.%sPeriod must be a value in the set [1, 5, 10, 20, 30] "
                     "or a multiple of 60.", number, where);
    return !call->refusal;
}

static void
s_read_metric (question_t *self, query_t *query, size_t number, yyjson_val *given, yyjson_val *stat)
{
    wire_call_t *call = self->call;
    yyjson_val *metric = yyjson_obj_get (stat, "Metric");
    slice_t account = json_text (given, "AccountId"), unit = json_text (stat, "Unit");
    metric_label_t *label = &self->metrics [self->metrics_count];
    account = account.data ? account : SLICE (SHOP_ACCOUNT);
    query->period_s = json_int (stat, "Period", 0);
    query->metric_number = self->metrics_count++;
    *label = (metric_label_t) {
        .namespace = json_text (metric, "Namespace"), .name = json_text (metric, "MetricName"), .stat = json_text (stat, "Stat"),
        .account = account, .period_s = query->period_s, .region = call->region, .dimensions = yyjson_obj_get (metric, "Dimensions"),
    };
    if (!label->namespace.data || !label->name.data)
        wire_refuse (call, "ValidationError", "The parameter MetricDataQueries.member.%zu.MetricStat.Metric.%s is required.\n", number,
                     label->namespace.data ? "MetricName" : "Namespace");
    else
    if (!statistic_read (label->stat, &query->statistic))
        wire_refuse (call, "ValidationError", "The value %.*s for parameter MetricDataQueries.member.%zu.MetricStat.Stat is not supported.",
                     (int) label->stat.size, label->stat.data, number);
    else
    if (s_period_is_fine (call, number, "MetricStat.", query->period_s)) {
        query->forbidden = !s_is_linked (account);
        query->metric = metric_of (&self->source, account, metric);
        if (query->metric && unit.data && !slice_is (unit, series_unit (query->metric)))
            query->metric = NULL;
    }
}

//  The query with this number, from 0; false after a refusal.
static bool
s_read_query (question_t *self, size_t index, yyjson_val *given)
{
    wire_call_t *call = self->call;
    query_t *query = &self->queries [index];
    yyjson_val *stat = yyjson_obj_get (given, "MetricStat");
    *query = (query_t) {
        .id = json_text (given, "Id"),
        .expression = json_text (given, "Expression"),
        .label = json_text (given, "Label"),
        .returned = json_bool (given, "ReturnData", true),
        .period_s = json_int (given, "Period", 0),
    };
    if (!s_id_is_valid (query->id))
        wire_refuse (call, "ValidationError", "The value %.*s for parameter MetricDataQueries.member.%zu.Id is not matching the expected pattern "
                     "^[a-z][a-zA-Z0-9_]*$.", (int) query->id.size, query->id.data, index + 1);
    for (size_t i = 0; i < index && !call->refusal; i++)
        if (slice_eq (self->queries [i].id, query->id))
            wire_refuse (call, "ValidationError", "The values for parameter id in MetricDataQueries are not unique.");
    if (call->refusal)
        return false;
    if (yyjson_is_obj (stat) && query->expression.data)
        wire_refuse (call, "ValidationError", "The parameters MetricDataQueries.member.%zu.MetricStat and MetricDataQueries.member.%zu.Expression "
                     "are mutually exclusive.", index + 1, index + 1);
    else
    if (!yyjson_is_obj (stat) && !query->expression.data)
        wire_refuse (call, "ValidationError", "The parameter MetricDataQueries.member.%zu.MetricStat is required.\n", index + 1);
    else
    if (!query->expression.data)
        s_read_metric (self, query, index + 1, given, stat);
    else
    if (query->period_s)
        s_period_is_fine (call, index + 1, "", query->period_s);
    return !call->refusal;
}

static bool
s_read_queries (question_t *self)
{
    yyjson_val *given = yyjson_obj_get ((yyjson_val *) self->call->input, "MetricDataQueries"), *query;
    size_t index, max, count = yyjson_arr_size (given);
    if (!count)
        wire_refuse (self->call, "ValidationError", "The collection MetricDataQueries must not be empty.");
    else
    if (count > QUERIES_MAX)
        wire_refuse (self->call, "ValidationError", "The collection MetricDataQueries must not have a size greater than %d.", QUERIES_MAX);
    else
    if (self->start_s >= self->end_s)
        wire_refuse (self->call, "ValidationError", "The parameter StartTime must be less than the parameter EndTime.");
    if (self->call->refusal)
        return false;
    self->queries = arena_alloc (self->source.arena, count * sizeof *self->queries);
    self->metrics = arena_alloc (self->source.arena, count * sizeof *self->metrics);
    if (!self->queries || !self->metrics) {
        s_refuse_memory (self);
        return false;
    }
    self->queries_count = count;
    yyjson_arr_foreach (given, index, max, query)
        if (!s_read_query (self, index, query))
            return false;
    return true;
}

//  Source: the same.
static bool
s_has_one_insights_query (question_t *self)
{
    int count = 0;
    for (size_t i = 0; i < self->queries_count; i++)
        count += metrics_insights_is (self->queries [i].expression);
    if (count > 1)
        wire_refuse (self->call, "ValidationError", "A request can have one Metrics Insights query, and has %d.", count);
    return count <= 1;
}

//  All results, when some of the queries are expressions. NULL after a refusal.
static expression_result_t *
s_evaluate (question_t *self)
{
    arena_t *arena = self->source.arena;
    expression_query_t *queries = arena_alloc (arena, self->queries_count * sizeof *queries);
    expression_metric_t *metrics = arena_alloc (arena, self->queries_count * sizeof *metrics);
    expression_result_t *results = arena_alloc (arena, self->queries_count * sizeof *results);
    if (!s_has_one_insights_query (self))
        return NULL;
    if (!queries || !metrics || !results) {
        s_refuse_memory (self);
        return NULL;
    }
    for (size_t i = 0; i < self->queries_count; i++) {
        const query_t *query = &self->queries [i];
        int period_s = (int) (query->period_s < INT32_MAX ? query->period_s : INT32_MAX);
        queries [i] = (expression_query_t) { .id = query->id, .expression = query->expression, .period_s = period_s };
        metrics [i] = (expression_metric_t) { query->metric, query->statistic };
        if (!query->expression.data)
            queries [i].label = metric_label_plain (arena, self->metrics, self->metrics_count, query->metric_number);
    }
    const expression_shop_t asked = { .source = &self->source, .queries = queries, .metrics = metrics, .count = self->queries_count,
                                      .start_s = self->start_s, .end_s = self->end_s };
    const char *fault = expression_shop_run (&asked, results, &self->truncated);
    if (fault)
        wire_refuse (self->call, "ValidationError", "%s", fault);
    return fault ? NULL : results;
}

//  The lines of the whole answer; their vectors are there when there are expressions. NULL after a refusal.
static line_t *
s_lines (question_t *self, size_t *count)
{
    expression_result_t *results = NULL;
    bool expressions = self->metrics_count < self->queries_count;
    size_t room = 0;
    *count = 0;
    if (expressions && !(results = s_evaluate (self)))
        return NULL;
    for (size_t i = 0; i < self->queries_count; i++)
        room += results ? results [i].value.count : 1;
    line_t *lines = arena_alloc (self->source.arena, (room + 1) * sizeof *lines);
    for (size_t i = 0; lines && i < self->queries_count; i++) {
        const query_t *query = &self->queries [i];
        if (!query->returned)
            continue;
        if (!results)
            lines [(*count)++] = (line_t) { query, NULL, metric_grid (&self->source, self->start_s, self->end_s, query->period_s), { NULL } };
        for (size_t j = 0; results && j < results [i].value.count; j++) {
            const expression_series_t *series = &results [i].value.series [j];
            const char *label = results [i].value.kind == EXPRESSION_ARRAY ? series->label : NULL;
            lines [(*count)++] = (line_t) { query, label, results [i].grid, series->vector };
        }
    }
    if (!lines)
        s_refuse_memory (self);
    return lines;
}

static bool
s_read_line (question_t *self, line_t *line)
{
    if (!line->vector.values)
        line->vector = metric_vector (&self->source, line->query->metric, &line->query->statistic, &line->grid);
    return line->vector.values != NULL;
}

//  A series of an array is called by the expression's label and its own, unless the first says itself where the second goes.
static const char *
s_label (question_t *self, const line_t *line)
{
    arena_t *arena = self->source.arena;
    const query_t *query = line->query;
    const metric_label_t *metric = query->expression.data ? NULL : &self->metrics [query->metric_number];
    const char *plain = line->label;
    if (metric)
        plain = metric_label_plain (arena, self->metrics, self->metrics_count, query->metric_number);
    else
    if (!plain)
        plain = arena_copy (arena, query->id);
    if (!plain || !query->label.data)
        return plain;
    const char *label = metric_label_filled (arena, query->label, plain, metric, &line->grid, line->vector);
    if (!label || !line->label || memmem (query->label.data, query->label.size, "${", 2))
        return label;
    return arena_printf (arena, "%s%s%s", label, *label ? " " : "", plain);
}

//  Writes one line from this moment (0: from its first), at most so many datapoints of it. Gives how many it wrote, and in *rest_s the moment
//  of the next one, 0 when there is none.
static size_t
s_write_line (question_t *self, const line_t *line, yyjson_mut_val *results, int64_t from_s, size_t room, int64_t *rest_s)
{
    yyjson_mut_doc *doc = self->call->doc;
    yyjson_mut_val *result = yyjson_mut_arr_add_obj (doc, results);
    const char *label = s_label (self, line);
    size_t written = 0;
    *rest_s = 0;
    yyjson_mut_obj_add_val (doc, result, "Id", json_new_text (doc, line->query->id));
    yyjson_mut_obj_add_val (doc, result, "Label", json_new_text (doc, slice_of (label ? label : "")));
    yyjson_mut_val *times = yyjson_mut_obj_add_arr (doc, result, "Timestamps");
    yyjson_mut_val *values = yyjson_mut_obj_add_arr (doc, result, "Values");
    for (size_t i = 0; i < line->grid.count && !*rest_s; i++) {
        size_t index = self->ascending ? i : line->grid.count - 1 - i;
        int64_t time_s = grid_time_ms (&line->grid, index) / 1000;
        if (isnan (line->vector.values [index]) || (from_s && (self->ascending ? time_s < from_s : time_s > from_s)))
            continue;
        if (written == room)
            *rest_s = time_s;
        else {
            yyjson_mut_arr_add_int (doc, times, time_s);
            yyjson_mut_arr_add_real (doc, values, line->vector.values [index]);
            written++;
        }
    }
    yyjson_mut_obj_add_str (doc, result, "StatusCode", line->query->forbidden ? "Forbidden" : *rest_s ? "PartialData" : "Complete");
    return written;
}

//  One page: from the position of the token on, until its datapoints are used up.
static void
s_write_page (question_t *self, uint64_t position, size_t room)
{
    size_t count;
    line_t *lines = s_lines (self, &count);
    size_t first = (size_t) (position >> POSITION_SECONDS_BITS);
    int64_t from_s = (int64_t) (position & ((UINT64_C (1) << POSITION_SECONDS_BITS) - 1));
    yyjson_mut_val *results = lines ? yyjson_mut_obj_add_arr (self->call->doc, self->call->output, "MetricDataResults") : NULL;
    for (size_t i = first; lines && i < count; i++) {
        int64_t rest_s = 0;
        if (!room) {
            wire_page_end (self->call, "NextToken", NULL, (uint64_t) i << POSITION_SECONDS_BITS);
            return;
        }
        if (!s_read_line (self, &lines [i])) {
            s_refuse_memory (self);
            return;
        }
        room -= s_write_line (self, &lines [i], results, i == first ? from_s : 0, room, &rest_s);
        if (rest_s) {
            wire_page_end (self->call, "NextToken", NULL, (uint64_t) i << POSITION_SECONDS_BITS | (uint64_t) rest_s);
            return;
        }
    }
}

static void
s_add_message (wire_call_t *call, const char *code, const char *value)
{
    yyjson_mut_val *message = yyjson_mut_arr_add_obj (call->doc, yyjson_mut_obj_add_arr (call->doc, call->output, "Messages"));
    yyjson_mut_obj_add_str (call->doc, message, "Code", code);
    yyjson_mut_obj_add_str (call->doc, message, "Value", value);
}

static void
s_answer (wire_call_t *call)
{
    question_t question = {
        .call = call,
        .start_s = json_number (call->input, "StartTime", 0),
        .end_s = json_number (call->input, "EndTime", 0),
        .ascending = slice_is (json_text (call->input, "ScanBy"), "TimestampAscending"),
    };
    int64_t room = json_int (call->input, "MaxDatapoints", DATAPOINTS_MAX);
    uint64_t position;
    if (room < 1)
        wire_refuse (call, "ValidationError", "The parameter MaxDatapoints must be greater than 0.");
    else
    if (!metric_source_init (&question.source, call->shop, call->region))
        s_refuse_memory (&question);
    else
    if (s_read_queries (&question) && wire_page_begin (call, "NextToken", NULL, "InvalidNextToken", &position)) {
        s_write_page (&question, position, (size_t) (room < DATAPOINTS_MAX ? room : DATAPOINTS_MAX));
        if (question.truncated)
            s_add_message (call, "MaxMetricsExceeded", "The maximum number of allowed metrics, 500, has been exceeded.");
    }
    if (question.source.arena)
        arena_destroy (&question.source.arena);
}

const wire_operation_t OPERATION_GET_METRIC_DATA = { &WIRE_MONITORING, "GetMetricData", MEMBERS, s_answer };
