#include "metric_tools.h"

#include "body.h"
#include "catalogue.h"
#include "metric_json.h"
#include "metric_miss.h"

enum { SAME_NAMES_MAX = 64 };           //  Three times as many namespaces as have the most frequent one, CPUUtilization

//  All metrics of a name: of one there is everything, of several what tells them apart.
static void
s_append_named (buffer_t *json, const int *ids, int count)
{
    if (count == 1) {
        metric_json_append (json, ids [0]);
        return;
    }
    int shown = count < SAME_NAMES_MAX ? count : SAME_NAMES_MAX;
    buffer_append_char (json, '{');
    metric_json_rows (json, ids, shown);
    buffer_append_text (json, ",\"note\":\"");
    if (shown < count)
        buffer_printf (json, "%d of %d. ", shown, count);
    buffer_append_text (json, "Several namespaces have a metric of this name: pass namespace too for all about one of them.\"}");
}

status_t
get_metric_metadata (slice_t arguments, buffer_t *json, buffer_t *sentence)
{
    slice_t namespace = argument_text (arguments, "namespace"), name = argument_text (arguments, "metric_name");
    if (!namespace.size && !name.size) {
        buffer_append_text (sentence, "get_metric_metadata needs a namespace, a metric_name, or both. search_metric_metadata finds metrics by what "
                            "they mean. Example: {\"namespace\": \"AWS/Lambda\", \"metric_name\": \"Errors\"}.");
        return STATUS_INVALID_ARGUMENT;
    }
    int ids [SAME_NAMES_MAX], count = 0, space = catalogue_find_namespace (namespace);
    if (namespace.size && name.size && (ids [0] = catalogue_find (namespace, name)) != CATALOGUE_NONE)
        count = 1;
    else if (!namespace.size)
        count = catalogue_find_name (name, ids, SAME_NAMES_MAX);
    if (count > 0) {
        s_append_named (json, ids, count);
        return STATUS_OK;
    }
    status_t status = STATUS_OK;
    buffer_append_char (json, '{');
    if (space != CATALOGUE_NONE && !name.size)
        metric_json_namespace (json, space, false);
    else
        status = metric_miss_append (json, namespace, name);
    buffer_append_char (json, '}');
    return status;
}
