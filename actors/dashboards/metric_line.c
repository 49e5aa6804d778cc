#include "metric_line.h"

//  Values taken over from the line before, from where the new line has come to, up to the place end.
static bool
s_take_over (metric_line_t *line, const metric_line_t *before, size_t end)
{
    if (end > before->count || end < line->count)
        return false;
    while (line->count < end) {
        line->values [line->count] = before->values [line->count];
        line->count++;
    }
    return true;
}

//  rest: how many values stand behind this one.
static bool
s_add (metric_line_t *line, const metric_line_t *before, yyjson_val *value, size_t rest)
{
    slice_t text = json_value_text (value);
    if (slice_is (text, "..."))
        return rest <= before->count && s_take_over (line, before, before->count - rest);
    if (slice_is (text, "."))
        return s_take_over (line, before, line->count + 1);
    if (!text.size || line->count == METRIC_LINE_VALUES_MAX)
        return false;
    line->values [line->count++] = text;
    return true;
}

static bool
s_is_metric (const metric_line_t *line)
{
    if (line->count < 2 || line->count % 2)
        return false;
    for (size_t i = 2; i < line->count; i += 2)
        for (size_t k = 2; k < i; k += 2)
            if (slice_eq (line->values [i], line->values [k]))
                return false;
    return true;
}

metric_line_kind_t
metric_line_read (metric_line_t *self, yyjson_val *line)
{
    size_t size = yyjson_arr_size (line);
    yyjson_val *last = yyjson_arr_get_last (line);
    self->options = yyjson_is_obj (last) ? last : NULL;
    if (size == 1 && json_text (self->options, "expression").size)
        return METRIC_LINE_EXPRESSION;
    metric_line_t read = { .options = self->options };
    size_t values = self->options ? size - 1 : size, index, count;
    yyjson_val *value;
    yyjson_arr_foreach (line, index, count, value)
        if (index < values && !s_add (&read, self, value, values - index - 1))
            return METRIC_LINE_WRONG;
    if (!s_is_metric (&read))
        return METRIC_LINE_WRONG;
    *self = read;
    return METRIC_LINE_METRIC;
}
