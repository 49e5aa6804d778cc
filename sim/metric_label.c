#include "metric_label.h"

#include <math.h>

//  Longest text that is made of a label; what is longer is cut.
enum { LABEL_BYTES_MAX = 4096 };

static bool
s_has_dimension (const metric_label_t *metric, slice_t name, slice_t value)
{
    size_t index, max;
    yyjson_val *dimension;
    yyjson_arr_foreach (metric->dimensions, index, max, dimension)
        if (slice_eq (json_text (dimension, "Name"), name) && slice_eq (json_text (dimension, "Value"), value))
            return true;
    return false;
}

//  Do all metrics have this dimension?
static bool
s_is_common (const metric_label_t *metrics, size_t count, slice_t name, slice_t value)
{
    for (size_t i = 0; i < count; i++)
        if (!s_has_dimension (&metrics [i], name, value))
            return false;
    return true;
}

static void
s_append_word (buffer_t *out, slice_t word)
{
    if (out->size)
        buffer_append_char (out, ' ');
    buffer_append_slice (out, word);
}

char *
metric_label_plain (arena_t *arena, const metric_label_t *metrics, size_t count, size_t index)
{
    const metric_label_t *own = &metrics [index];
    bool names_differ = false, stats_differ = false;
    size_t i, max;
    yyjson_val *dimension;
    buffer_t out;
    buffer_init (&out, LABEL_BYTES_MAX);
    for (size_t other = 0; other < count; other++) {
        names_differ = names_differ || !slice_eq (metrics [other].name, own->name);
        stats_differ = stats_differ || !slice_eq (metrics [other].stat, own->stat);
    }
    yyjson_arr_foreach (own->dimensions, i, max, dimension) {
        slice_t name = json_text (dimension, "Name"), value = json_text (dimension, "Value");
        if (!s_is_common (metrics, count, name, value))
            s_append_word (&out, value);
    }
    if (names_differ || (!out.size && !stats_differ))
        s_append_word (&out, own->name);
    if (stats_differ)
        s_append_word (&out, own->stat);
    char *label = arena_copy (arena, buffer_slice (&out));
    buffer_deinit (&out);
    return label;
}

static void
s_append_property (buffer_t *out, slice_t name, const metric_label_t *metric)
{
    size_t index, max;
    yyjson_val *dimension;
    if (slice_is (name, "MetricName"))
        buffer_append_slice (out, metric->name);
    else
    if (slice_is (name, "Namespace"))
        buffer_append_slice (out, metric->namespace);
    else
    if (slice_is (name, "Stat"))
        buffer_append_slice (out, metric->stat);
    else
    if (slice_is (name, "AccountId"))
        buffer_append_slice (out, metric->account);
    else
    if (slice_is (name, "Region"))
        buffer_append_text (out, metric->region);
    else
    if (slice_is (name, "Period"))
        buffer_printf (out, "%lld", (long long) metric->period_s);
    else
        yyjson_arr_foreach (metric->dimensions, index, max, dimension)
            if (slice_starts (name, "Dim.") && slice_eq ((slice_t) { name.data + 4, name.size - 4 }, json_text (dimension, "Name")))
                buffer_append_slice (out, json_text (dimension, "Value"));
}

typedef struct {
    double min, max, sum, first, last;
    size_t count;
} summary_t;

static summary_t
s_summary (const grid_t *grid, vector_t vector)
{
    summary_t summary = { .min = INFINITY, .max = -INFINITY, .first = NAN, .last = NAN };
    for (size_t i = 0; i < grid->count; i++) {
        double value = vector.values [i];
        if (isnan (value))
            continue;
        summary.min = fmin (summary.min, value);
        summary.max = fmax (summary.max, value);
        summary.sum += value;
        summary.first = summary.count++ ? summary.first : value;
        summary.last = value;
    }
    return summary;
}

//  False when no number of the series is called so.
static bool
s_append_number (buffer_t *out, slice_t name, const grid_t *grid, vector_t vector)
{
    summary_t summary = s_summary (grid, vector);
    const struct {
        const char *name;
        double value;
    } numbers [] = {
        { "MIN", summary.min }, { "MAX", summary.max }, { "SUM", summary.sum }, { "FIRST", summary.first }, { "LAST", summary.last },
        { "AVG", summary.count ? summary.sum / (double) summary.count : NAN },
    };
    if (slice_is (name, "DATAPOINT_COUNT")) {
        buffer_printf (out, "%zu", summary.count);
        return true;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers [0]; i++)
        if (slice_is (name, numbers [i].name)) {
            if (summary.count)
                buffer_printf (out, "%.6g", numbers [i].value);
            else
                buffer_append_text (out, "--");
            return true;
        }
    return false;
}

char *
metric_label_filled (arena_t *arena, slice_t label, const char *plain, const metric_label_t *metric, const grid_t *grid, vector_t vector)
{
    static const char PROPERTY [] = "PROP('";
    enum { PROPERTY_SIZE = sizeof PROPERTY - 1 };
    buffer_t out;
    buffer_init (&out, LABEL_BYTES_MAX);
    for (size_t i = 0; i < label.size;) {
        slice_t rest = { label.data + i, label.size - i };
        const char *end = slice_starts (rest, "${") ? memchr (rest.data, '}', rest.size) : NULL;
        slice_t name = { rest.data + 2, end ? (size_t) (end - rest.data) - 2 : 0 };
        bool known = end != NULL;
        if (end && slice_is (name, "LABEL"))
            buffer_append_text (&out, plain);
        else
        if (end && metric && slice_starts (name, PROPERTY) && name.size > PROPERTY_SIZE + 2 && name.data [name.size - 1] == ')')
            s_append_property (&out, (slice_t) { name.data + PROPERTY_SIZE, name.size - PROPERTY_SIZE - 2 }, metric);
        else
            known = end && s_append_number (&out, name, grid, vector);
        if (!known)
            buffer_append_char (&out, rest.data [0]);
        i += known ? (size_t) (end - rest.data) + 1 : 1;
    }
    char *text = arena_copy (arena, buffer_slice (&out));
    buffer_deinit (&out);
    return text;
}
