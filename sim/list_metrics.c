#include "operations.h"

//  The service's own; a request cannot ask for another.
enum { PAGE_METRICS = 500, DIMENSIONS_FILTER_MAX = 10 };

static bool
s_no_colon_first (slice_t text)
{
    return text.size && text.data [0] != ':';
}

static const check_pattern_t NAMESPACE = { "[^:].*", s_no_colon_first };
static const char *const RECENTLY [] = { "PT3H", NULL };

static const check_t DIMENSION [] = {
    { .name = "Name", .kind = CHECK_TEXT, .required = true, .min = 1, .max = 255 },
    { .name = "Value", .kind = CHECK_TEXT, .min = 1, .max = 1024 },
    { .name = NULL },
};

static const check_t MEMBERS [] = {
    { .name = "Namespace", .kind = CHECK_TEXT, .min = 1, .max = 255, .pattern = &NAMESPACE },
    { .name = "MetricName", .kind = CHECK_TEXT, .min = 1, .max = 255 },
    { .name = "Dimensions", .kind = CHECK_STRUCTURES, .min = 0, .max = DIMENSIONS_FILTER_MAX, .members = DIMENSION },
    { .name = "NextToken", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = "RecentlyActive", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT, .values = RECENTLY },
    { .name = "IncludeLinkedAccounts", .kind = CHECK_BOOLEAN },
    { .name = "OwningAccount", .kind = CHECK_TEXT, .min = 1, .max = 255 },
    { .name = NULL },
};

//  The question, read once. Slices point into the input.
typedef struct {
    slice_t namespace;
    slice_t name;
    slice_t owner;
    yyjson_val *dimensions;
    bool recent;
    bool linked;
    const char *region;
} filter_t;

static bool
s_has_dimension (const shop_metric_t *metric, slice_t name, slice_t value, const char *region)
{
    char text [SHOP_TEXT_SIZE];
    for (int i = 0; i < metric->dimensions_count; i++)
        if (slice_is (name, metric->dimensions [i].name)
            && (!value.data || slice_is (value, shop_text_in_region (metric->dimensions [i].value, region, text))))
            return true;
    return false;
}

static bool
s_matches (const shop_metric_t *metric, const filter_t *filter)
{
    size_t index, max;
    yyjson_val *dimension;
    if (!filter->linked && strcmp (metric->account, SHOP_ACCOUNT) != 0)
        return false;
    if ((filter->owner.data && !slice_is (filter->owner, metric->account)) || (filter->recent && !metric->recent)
        || (filter->namespace.data && !slice_is (filter->namespace, metric->namespace))
        || (filter->name.data && !slice_is (filter->name, metric->name)))
        return false;
    yyjson_arr_foreach (filter->dimensions, index, max, dimension)
        if (!s_has_dimension (metric, json_text (dimension, "Name"), json_text (dimension, "Value"), filter->region))
            return false;
    return true;
}

static void
s_add_metric (wire_call_t *call, yyjson_mut_val *array, const shop_metric_t *metric)
{
    char text [SHOP_TEXT_SIZE];
    yyjson_mut_val *object = yyjson_mut_arr_add_obj (call->doc, array);
    yyjson_mut_obj_add_str (call->doc, object, "Namespace", metric->namespace);
    yyjson_mut_obj_add_str (call->doc, object, "MetricName", metric->name);
    yyjson_mut_val *dimensions = yyjson_mut_obj_add_arr (call->doc, object, "Dimensions");
    for (int i = 0; i < metric->dimensions_count; i++) {
        yyjson_mut_val *dimension = yyjson_mut_arr_add_obj (call->doc, dimensions);
        yyjson_mut_obj_add_str (call->doc, dimension, "Name", metric->dimensions [i].name);
        yyjson_mut_obj_add_strcpy (call->doc, dimension, "Value", shop_text_in_region (metric->dimensions [i].value, call->region, text));
    }
}

static void
s_answer (wire_call_t *call)
{
    filter_t filter = {
        .namespace = json_text (call->input, "Namespace"),
        .name = json_text (call->input, "MetricName"),
        .owner = json_text (call->input, "OwningAccount"),
        .dimensions = yyjson_obj_get ((yyjson_val *) call->input, "Dimensions"),
        .recent = json_text (call->input, "RecentlyActive").data != NULL,
        .linked = json_bool (call->input, "IncludeLinkedAccounts", false),
        .region = call->region,
    };
    uint64_t offset, seen = 0;
    if (filter.owner.data && !filter.linked)
        wire_refuse (call, "InvalidParameterValueException", "OwningAccount can only be specified when IncludeLinkedAccounts is true.");
    if (call->refusal || !wire_page_begin (call, "NextToken", NULL, "InvalidParameterValueException", &offset))
        return;
    uint64_t end = offset + PAGE_METRICS;
    yyjson_mut_val *metrics = yyjson_mut_obj_add_arr (call->doc, call->output, "Metrics");
    //  One account for each metric, in the same order; only for those who asked for linked accounts.
    yyjson_mut_val *owners = filter.linked ? yyjson_mut_obj_add_arr (call->doc, call->output, "OwningAccounts") : NULL;
    for (size_t i = 0; i < call->shop->metrics_count && seen <= end; i++) {
        const shop_metric_t *metric = &call->shop->metrics [i];
        if (!s_matches (metric, &filter))
            continue;
        if (seen >= offset && seen < end) {
            s_add_metric (call, metrics, metric);
            if (owners)
                yyjson_mut_arr_add_str (call->doc, owners, metric->account);
        }
        seen++;
    }
    if (seen > end)
        wire_page_end (call, "NextToken", NULL, end);
}

const wire_operation_t OPERATION_LIST_METRICS = { &WIRE_MONITORING, "ListMetrics", MEMBERS, s_answer };
