#include "metric.h"

#include "body.h"
#include "reader.h"
#include "visible.h"

enum { LABEL_BYTES_MAX = 256, VALUE_BYTES_MAX = 80 };

metric_t
metric_of (slice_t members)
{
    return (metric_t) { argument_text (members, "namespace"), argument_text (members, "metric_name"), argument_value (members, "dimensions") };
}

bool
metric_same (const metric_t *a, const metric_t *b)
{
    return slice_eq (a->namespace, b->namespace) && slice_eq (a->name, b->name) && slice_eq (a->dimensions, b->dimensions);
}

bool
metric_append_wrong (buffer_t *out, const metric_t *self, const char *argument)
{
    reader_t reader;
    reader_init (&reader, self->dimensions);
    size_t pairs = 0;
    slice_t name, value;
    if (reader_map (&reader, &pairs) != STATUS_OK)
        return false;
    for (; pairs > 0 && reader_text (&reader, &name) == STATUS_OK && reader_text (&reader, &value) == STATUS_OK; pairs--) {
        if (value.size)
            continue;
        buffer_printf (out, "%s.", argument);
        visible_append_cut (out, name, VALUE_BYTES_MAX);
        buffer_append_text (out, " is empty, and a metric is named by whole values. list_metrics takes an empty value for any and shows which there "
                            "are; get_metric_data with a SEARCH expression brings all of them.");
        return true;
    }
    return false;
}

void
metric_add (const metric_t *self, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    yyjson_mut_obj_add_strn (doc, input, "Namespace", self->namespace.data, self->namespace.size);
    yyjson_mut_obj_add_strn (doc, input, "MetricName", self->name.data, self->name.size);
    metric_add_dimensions (self->dimensions, doc, input);
}

void
metric_add_dimensions (slice_t given, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    reader_t reader;
    reader_init (&reader, given);
    size_t pairs = 0;
    if (reader_map (&reader, &pairs) != STATUS_OK || pairs == 0)
        return;
    yyjson_mut_val *dimensions = yyjson_mut_obj_add_arr (doc, input, "Dimensions");
    slice_t name, value;
    for (; pairs > 0 && reader_text (&reader, &name) == STATUS_OK && reader_text (&reader, &value) == STATUS_OK; pairs--) {
        yyjson_mut_val *dimension = yyjson_mut_arr_add_obj (doc, dimensions);
        yyjson_mut_obj_add_strn (doc, dimension, "Name", name.data, name.size);
        if (value.size)
            yyjson_mut_obj_add_strn (doc, dimension, "Value", value.data, value.size);
    }
}

void
metric_append_label (buffer_t *out, const metric_t *self, slice_t aws, bool callers)
{
    reader_t reader;
    reader_init (&reader, self->dimensions);
    size_t pairs = 0, begin = out->size;
    if (reader_map (&reader, &pairs) != STATUS_OK)
        pairs = 0;
    bool says_more = aws.size && !slice_eq (aws, self->name);
    if (callers || says_more || pairs == 0) {
        visible_append_cut (out, aws.size ? aws : self->name, LABEL_BYTES_MAX);
        return;
    }
    slice_t name, value;
    for (; pairs > 0 && reader_text (&reader, &name) == STATUS_OK && reader_text (&reader, &value) == STATUS_OK; pairs--) {
        if (out->size - begin > LABEL_BYTES_MAX - VALUE_BYTES_MAX)
            continue;
        visible_append_cut (out, value, VALUE_BYTES_MAX);
        buffer_append_char (out, ' ');
    }
    visible_append_cut (out, self->name, LABEL_BYTES_MAX);
}

void
metric_append_unit (buffer_t *head, slice_t unit)
{
    if (unit.size == 0)
        return;
    buffer_t text;
    buffer_init (&text, LABEL_BYTES_MAX * 2);
    visible_append_cut (&text, unit, VALUE_BYTES_MAX);
    buffer_append_text (head, "\"unit\":");
    json_append_string (head, buffer_slice (&text));
    buffer_append_char (head, ',');
    buffer_deinit (&text);
}
