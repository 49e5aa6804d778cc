#include "list.h"
#include "metric.h"
#include "metrics.h"
#include "namespaces.h"

#include "body.h"
#include "reader.h"
#include "visible.h"

//  Two questions in one tool. With a namespace, a name or dimensions: which metrics are there? Without: which namespaces are there, and how many
//  metrics has each? (namespaces.h) AWS gives 500 metrics a page and takes no size.

static void
s_ask (call_t *call, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    list_add_text (call, "namespace", doc, input, "Namespace");
    list_add_text (call, "metric_name", doc, input, "MetricName");
    metric_add_dimensions (argument_value (call_arguments (call), "dimensions"), doc, input);
    namespaces_add_scope (call, doc, input);
}

static yyjson_mut_val *
s_dimensions (yyjson_mut_doc *doc, yyjson_val *metric)
{
    yyjson_mut_val *dimensions = yyjson_mut_obj (doc);
    size_t index, count;
    yyjson_val *dimension;
    yyjson_arr_foreach (yyjson_obj_get (metric, "Dimensions"), index, count, dimension)
        if (json_text (dimension, "Name").data)
            yyjson_mut_obj_add (dimensions, list_text (doc, dimension, "Name"), list_text (doc, dimension, "Value"));
    return dimensions;
}

//  The namespace is a column only where rows differ in it, and the account only where several are asked.
static yyjson_mut_val *
s_row (call_t *call, yyjson_mut_doc *doc, const list_item_t *item)
{
    slice_t arguments = call_arguments (call);
    yyjson_mut_val *columns [4];
    size_t count = 0;
    if (argument_bool (arguments, "linked_accounts"))
        columns [count++] = visible_text (doc, json_value_text (yyjson_arr_get (yyjson_obj_get (item->answer, "OwningAccounts"), item->index)));
    if (!argument_text (arguments, "namespace").size)
        columns [count++] = list_text (doc, item->item, "Namespace");
    columns [count++] = list_text (doc, item->item, "MetricName");
    columns [count++] = s_dimensions (doc, item->item);
    return list_columns (doc, columns, count);
}

#define LIST_WITH(columns_)                                                                                                  \
    {                                                                                                                        \
        .service = AWS_MONITORING, .api = "ListMetrics", .token_member = "NextToken", .rows_member = "metrics",              \
        .noun = "metric", .columns = columns_, .items = { "Metrics" }, .ask = s_ask, .row = s_row,                           \
        .none = "Names are case-sensitive; a metric is listed until two weeks after its last datapoint, "                   \
                "and a new one after a few minutes. Without arguments the namespaces are shown.",                            \
    }

static const list_t LISTS [2] [2] = {
    { LIST_WITH ("[\"namespace\",\"metric\",\"dimensions\"]"), LIST_WITH ("[\"metric\",\"dimensions\"]") },
    { LIST_WITH ("[\"account\",\"namespace\",\"metric\",\"dimensions\"]"), LIST_WITH ("[\"account\",\"metric\",\"dimensions\"]") },
};

static bool
s_filtered (const call_t *call)
{
    slice_t arguments = call_arguments (call);
    reader_t reader;
    reader_init (&reader, argument_value (arguments, "dimensions"));
    size_t dimensions = 0;
    bool none = reader_map (&reader, &dimensions) != STATUS_OK || dimensions == 0;
    return argument_text (arguments, "namespace").size || argument_text (arguments, "metric_name").size || !none;
}

static status_t
s_begin (call_t *call)
{
    if (!s_filtered (call))
        return namespaces_begin (call);
    bool linked = argument_bool (call_arguments (call), "linked_accounts");
    bool namespace_known = argument_text (call_arguments (call), "namespace").size > 0;
    return list_begin (call, &LISTS [linked] [namespace_known]);
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    return s_filtered (call) ? list_next (call, outcome) : namespaces_next (call, outcome);
}

static status_t
s_partial (call_t *call)
{
    return s_filtered (call) ? list_partial (call) : namespaces_partial (call);
}

static void
s_close (call_t *call)
{
    if (s_filtered (call))
        list_close (call);
    else
        namespaces_close (call);
}

const operation_t LIST_METRICS = {
    .tool = "list_metrics", .begin = s_begin, .next = s_next, .partial = s_partial, .close = s_close,
};
