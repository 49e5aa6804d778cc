#include "queries.h"

#include "body.h"
#include "expression.h"
#include "period.h"
#include "reader.h"
#include "unit.h"
#include "usual.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SENTENCE_BYTES_MAX = 1024, ID_BYTES_MAX = 16, ARGUMENT_BYTES_MAX = 64 };

bool
query_is_metric (const query_t *query)
{
    return query->metric.name.size > 0;
}

//  "stat" or "queries[3].stat"; index -1: the short form.
static const char *
s_argument (int64_t index, const char *member, char *text)
{
    if (index < 0)
        snprintf (text, ARGUMENT_BYTES_MAX, "%s", member);
    else
        snprintf (text, ARGUMENT_BYTES_MAX, "queries[%lld]%s%s", (long long) index, *member ? "." : "", member);
    return text;
}

static status_t __attribute__ ((format (printf, 2, 3)))
s_refuse (call_t *call, const char *format, ...)
{
    char sentence [SENTENCE_BYTES_MAX];
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (sentence, sizeof sentence, format, arguments);
    va_end (arguments);
    status_t status = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "%s", sentence);
    return status == STATUS_OK ? STATUS_INVALID_ARGUMENT : status;
}

//  Gives the sentence back.
static status_t
s_refuse_with (call_t *call, buffer_t *sentence)
{
    status_t status = s_refuse (call, "%.*s", (int) sentence->size, sentence->data);
    buffer_deinit (sentence);
    return status;
}

static status_t
s_read_stat (call_t *call, slice_t members, int64_t index, query_t *query)
{
    slice_t stat = argument_text (members, "stat");
    if (!stat.data)
        usual_stat (&query->metric, query->stat);
    if (!stat.data || statistic_read (stat, query->stat))
        return STATUS_OK;
    char argument [ARGUMENT_BYTES_MAX];
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    statistic_append_wrong (&sentence, s_argument (index, "stat", argument), stat);
    return s_refuse_with (call, &sentence);
}

static status_t
s_read_unit (call_t *call, slice_t members, int64_t index, query_t *query)
{
    slice_t unit = argument_text (members, "unit");
    query->unit = slice_of (unit_read (unit));
    if (!unit.data || query->unit.size)
        return STATUS_OK;
    char argument [ARGUMENT_BYTES_MAX];
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    unit_append_wrong (&sentence, s_argument (index, "unit", argument), unit);
    return s_refuse_with (call, &sentence);
}

static status_t
s_check_dimensions (call_t *call, int64_t index, const query_t *query)
{
    char argument [ARGUMENT_BYTES_MAX];
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    if (metric_append_wrong (&sentence, &query->metric, s_argument (index, "dimensions", argument)))
        return s_refuse_with (call, &sentence);
    buffer_deinit (&sentence);
    return STATUS_OK;
}

//  A query is of a metric, whole, or an expression, and nothing of the other.
static status_t
s_check_kind (call_t *call, slice_t members, int64_t index, const query_t *query)
{
    char argument [ARGUMENT_BYTES_MAX];
    const char *where = index < 0 ? "The call" : s_argument (index, "", argument);
    bool namespace = query->metric.namespace.size > 0, name = query->metric.name.size > 0;
    if (!query->expression.size) {
        if (namespace && name)
            return STATUS_OK;
        return s_refuse (call, "%s needs a metric, namespace and metric_name, or an expression%s; %s. list_metrics shows which metrics exist. "
                         "Example: {\"namespace\": \"AWS/Lambda\", \"metric_name\": \"Errors\", \"dimensions\": {\"FunctionName\": \"checkout\"}, "
                         "\"stat\": \"Sum\"}.", where, index < 0 ? ", or queries" : "", namespace ? "metric_name is missing" :
                         name ? "namespace is missing" : "it has none of them");
    }
    static const char *const OF_A_METRIC [] = { "namespace", "metric_name", "dimensions", "stat", "unit" };
    for (size_t i = 0; i < sizeof OF_A_METRIC / sizeof OF_A_METRIC [0]; i++)
        if (argument_value (members, OF_A_METRIC [i]).size)
            return s_refuse (call, "%s has an expression and %s; a query is either an expression or one metric.", where, OF_A_METRIC [i]);
    return STATUS_OK;
}

static status_t
s_read_period (call_t *call, slice_t members, int64_t index, const timegrid_t *grid, queries_t *queries, query_t *query)
{
    int64_t period_s = index < 0 ? 0 : argument_int (members, "period", 0);
    query->period_given = period_s > 0;
    query->period_s = grid->period_s;
    if (!query->period_given)
        return STATUS_OK;
    if (!period_valid (period_s))
        return s_refuse (call, "queries[%lld].period %lld is not one that CloudWatch has: 1, 5, 10, 20, 30 or a multiple of 60 seconds.",
                         (long long) index, (long long) period_s);
    query->period_s = period_raise_s (period_s, timegrid_age_s (grid));
    if (query->period_s != period_s && queries->raised++ == 0) {
        queries->raised_from_s = period_s;
        queries->raised_to_s = query->period_s;
    }
    return STATUS_OK;
}

//  One query from the members that describe it; index -1: the call's own.
static status_t
s_read_query (call_t *call, slice_t members, int64_t index, const timegrid_t *grid, queries_t *queries)
{
    query_t *query = &queries->all [queries->count++];
    *query = (query_t) {
        .metric = metric_of (members), .expression = argument_text (members, "expression"),
    };
    if (index >= 0) {
        query->id = argument_text (members, "id");
        query->label = argument_text (members, "label");
        query->account_id = argument_text (members, "account_id");
        query->hidden = argument_bool (members, "hidden");
    }
    query->id_given = query->id.size > 0;
    status_t status = s_check_kind (call, members, index, query);
    if (status == STATUS_OK && query_is_metric (query))
        status = s_read_stat (call, members, index, query);
    if (status == STATUS_OK && query_is_metric (query))
        status = s_read_unit (call, members, index, query);
    if (status == STATUS_OK && query_is_metric (query))
        status = s_check_dimensions (call, index, query);
    return status == STATUS_OK ? s_read_period (call, members, index, grid, queries, query) : status;
}

static status_t
s_read_list (call_t *call, slice_t list, const timegrid_t *grid, queries_t *queries)
{
    reader_t reader;
    reader_init (&reader, list);
    size_t count = 0;
    status_t status = reader_array (&reader, &count);
    bool shown = false;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const uint8_t *from = reader.at;
        status = reader_skip (&reader);
        if (status == STATUS_OK)
            status = s_read_query (call, (slice_t) { (const char *) from, (size_t) (reader.at - from) }, (int64_t) i, grid, queries);
        shown = shown || !queries->all [i].hidden;
    }
    if (status == STATUS_OK && !shown)
        return s_refuse (call, "Every query is hidden, so there would be nothing to answer: leave hidden out where values are wanted.");
    return status;
}

static int
s_compare (slice_t a, slice_t b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size ? memcmp (a.data, b.data, size) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

//  Sorts by_id, by insertion halves: a heap sort, because qsort passes no argument along.
static void
s_sift (const queries_t *queries, uint16_t *heap, size_t root, size_t size)
{
    for (size_t child; (child = 2 * root + 1) < size; root = child) {
        if (child + 1 < size && s_compare (queries->all [heap [child]].id, queries->all [heap [child + 1]].id) < 0)
            child++;
        if (s_compare (queries->all [heap [root]].id, queries->all [heap [child]].id) >= 0)
            return;
        uint16_t swap = heap [root];
        heap [root] = heap [child];
        heap [child] = swap;
    }
}

static void
s_sort (queries_t *queries)
{
    uint16_t *heap = queries->by_id;
    for (size_t i = 0; i < queries->count; i++)
        heap [i] = (uint16_t) i;
    for (size_t root = queries->count / 2; root-- > 0;)
        s_sift (queries, heap, root, queries->count);
    for (size_t size = queries->count; size-- > 1;) {
        uint16_t swap = heap [0];
        heap [0] = heap [size];
        heap [size] = swap;
        s_sift (queries, heap, 0, size);
    }
}

size_t
queries_find (const queries_t *queries, slice_t id)
{
    size_t low = 0, high = queries->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = s_compare (queries->all [queries->by_id [middle]].id, id);
        if (order == 0)
            return queries->by_id [middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SIZE_MAX;
}

//  Ids for those that have none, so that they differ from those that do.
static status_t
s_name (call_t *call, queries_t *queries)
{
    s_sort (queries);
    for (size_t i = 1; i < queries->count; i++) {
        slice_t id = queries->all [queries->by_id [i]].id;
        if (id.size && slice_eq (id, queries->all [queries->by_id [i - 1]].id))
            return s_refuse (call, "The id %.*s is given to two queries; each needs one of its own, or none.", (int) id.size, id.data);
    }
    int next [2] = { 1, 1 };
    for (size_t i = 0; i < queries->count; i++) {
        query_t *query = &queries->all [i];
        bool metric = query_is_metric (query);
        char id [ID_BYTES_MAX];
        if (query->id_given)
            continue;
        do
            snprintf (id, sizeof id, "%c%d", metric ? 'm' : 'e', next [metric]++);
        while (queries_find (queries, slice_of (id)) != SIZE_MAX);
        query->id = slice_of (arena_copy (call_arena (call), slice_of (id)));
        if (!query->id.data)
            return STATUS_NO_MEMORY;
    }
    s_sort (queries);
    return STATUS_OK;
}

status_t
queries_read (call_t *call, const timegrid_t *grid, queries_t *queries)
{
    slice_t arguments = call_arguments (call), list = argument_value (arguments, "queries");
    reader_t reader;
    reader_init (&reader, list);
    size_t count = 0;
    if (reader_array (&reader, &count) != STATUS_OK)
        count = 1;
    *queries = (queries_t) {
        .all = arena_alloc (call_arena (call), count * sizeof (query_t)), .by_id = arena_alloc (call_arena (call), count * sizeof (uint16_t)),
    };
    if (!queries->all || !queries->by_id)
        return STATUS_NO_MEMORY;
    status_t status = list.size ? s_read_list (call, list, grid, queries) : s_read_query (call, arguments, -1, grid, queries);
    return status == STATUS_OK ? s_name (call, queries) : status;
}

static void
s_add_text (yyjson_mut_doc *doc, yyjson_mut_val *object, const char *member, slice_t text)
{
    if (text.size)
        yyjson_mut_obj_add_strn (doc, object, member, text.data, text.size);
}

void
query_add (const query_t *query, bool returned, yyjson_mut_doc *doc, yyjson_mut_val *list)
{
    yyjson_mut_val *object = yyjson_mut_arr_add_obj (doc, list);
    s_add_text (doc, object, "Id", query->id);
    if (query_is_metric (query)) {
        yyjson_mut_val *stat = yyjson_mut_obj_add_obj (doc, object, "MetricStat");
        metric_add (&query->metric, doc, yyjson_mut_obj_add_obj (doc, stat, "Metric"));
        yyjson_mut_obj_add_int (doc, stat, "Period", query->period_s);
        yyjson_mut_obj_add_str (doc, stat, "Stat", query->stat);
        s_add_text (doc, stat, "Unit", query->unit);
    } else {
        s_add_text (doc, object, "Expression", query->expression);
        if (query->period_given || expression_finds (query->expression))
            yyjson_mut_obj_add_int (doc, object, "Period", query->period_s);
    }
    s_add_text (doc, object, "Label", query->label);
    s_add_text (doc, object, "AccountId", query->account_id);
    if (!returned)
        yyjson_mut_obj_add_bool (doc, object, "ReturnData", false);
}
