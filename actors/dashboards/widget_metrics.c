#include "metric_line.h"
#include "widget_parts.h"

#include "visible.h"

#include <stdio.h>

//  What a widget has when it does not say otherwise, as the console draws it ("Properties of a Metric Widget Object" in the API reference).
enum { PERIOD_DEFAULT_S = 300, PERIOD_MAX_S = 2592000 };
#define STAT_DEFAULT "Average"

//  A metric widget while its calls are written: all lines are gone through for each region, so that nothing has to be kept of any.
typedef struct {
    widget_t   *widget;
    yyjson_val *properties;
    yyjson_val *lines;
    slice_t     region;                 //  Of the call being written
    size_t      lines_count;            //  Lines that are of it
    size_t      visible;                //  Of these, those that are drawn
    size_t      taken;                  //  Lines of the widget that are in a call
    size_t      left;                   //  And that did not fit
    size_t      wrong;
    size_t      first_wrong;            //  Counted from 1
    bool        expressions;
} metrics_t;

static slice_t
s_or (slice_t text, slice_t or_else)
{
    return text.size ? text : or_else;
}

static slice_t
s_region_of (const metrics_t *self, const yyjson_val *options)
{
    return s_or (json_text (options, "region"), json_text (self->properties, "region"));
}

static int64_t
s_period_s (const yyjson_val *object, int64_t or_else)
{
    int64_t period_s = json_int (object, "period", 0);
    return period_s > 0 && period_s <= PERIOD_MAX_S ? period_s : or_else;
}

//  A line of the widget's as a query: the same members as get_metric_data's.
typedef struct {
    const metric_line_t *line;
    bool        expression;
    bool        hidden;
    yyjson_val *options;
} drawn_t;

static bool
s_hidden (const yyjson_val *options)
{
    return !json_bool (options, "visible", true);
}

static size_t
s_bytes (const metrics_t *self, const drawn_t *drawn)
{
    static const char *const TEXTS [] = { "expression", "stat", "label", "id", "accountId" };
    size_t bytes = json_text (self->properties, "stat").size + json_text (self->properties, "accountId").size;
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS [0]; i++)
        bytes += json_text (drawn->options, TEXTS [i]).size;
    for (size_t i = 0; !drawn->expression && i < drawn->line->count; i++)
        bytes += drawn->line->values [i].size;
    return bytes;
}

//  Namespace, name, dimensions and statistic; or the expression.
static void
s_write_what (const metrics_t *self, const drawn_t *drawn, yyjson_mut_val *query)
{
    widget_t *widget = self->widget;
    const slice_t *values = drawn->line->values;
    if (drawn->expression) {
        widget_add_text (widget, query, "expression", json_text (drawn->options, "expression"));
        return;
    }
    widget_add_text (widget, query, "namespace", values [0]);
    widget_add_text (widget, query, "metric_name", values [1]);
    if (drawn->line->count > 2) {
        yyjson_mut_val *dimensions = yyjson_mut_obj_add_obj (widget->doc, query, "dimensions");
        for (size_t i = 2; i < drawn->line->count; i += 2) {
            widget->room -= values [i].size + values [i + 1].size;
            yyjson_mut_obj_add (dimensions, visible_text (widget->doc, values [i]), visible_text (widget->doc, values [i + 1]));
        }
    }
    slice_t stat = s_or (json_text (drawn->options, "stat"), json_text (self->properties, "stat"));
    widget_add_text (widget, query, "stat", s_or (stat, SLICE (STAT_DEFAULT)));
}

static slice_t
s_account (const metrics_t *self, const drawn_t *drawn)
{
    return s_or (json_text (drawn->options, "accountId"), json_text (self->properties, "accountId"));
}

//  Alone, and with nothing that only a query can say: it can stand in the arguments themselves.
static bool
s_stands_alone (const metrics_t *self, const drawn_t *drawn)
{
    return self->lines_count == 1 && !json_text (drawn->options, "label").size && !s_account (self, drawn).size;
}

static void
s_write_query (const metrics_t *self, const drawn_t *drawn, yyjson_mut_val *query)
{
    widget_t *widget = self->widget;
    int64_t common_s = s_period_s (self->properties, PERIOD_DEFAULT_S), period_s = s_period_s (drawn->options, common_s);
    widget_add_text (widget, query, "id", json_text (drawn->options, "id"));
    s_write_what (self, drawn, query);
    widget_add_text (widget, query, "label", json_text (drawn->options, "label"));
    if (period_s != common_s)
        yyjson_mut_obj_add_int (widget->doc, query, "period", period_s);
    widget_add_text (widget, query, "account_id", s_account (self, drawn));
    if (drawn->hidden && self->visible)
        yyjson_mut_obj_add_bool (widget->doc, query, "hidden", true);
}

//  Takes a line into the call. STAT_DEFAULT is small enough not to be counted beforehand.
static void
s_take (metrics_t *self, const drawn_t *drawn, yyjson_mut_val *arguments)
{
    widget_t *widget = self->widget;
    if (self->taken == WIDGET_METRICS_MAX || s_bytes (self, drawn) + sizeof STAT_DEFAULT > widget->room) {
        self->left++;
        return;
    }
    self->taken++;
    int64_t common_s = s_period_s (self->properties, PERIOD_DEFAULT_S);
    if (s_stands_alone (self, drawn)) {
        s_write_what (self, drawn, arguments);
        yyjson_mut_obj_add_int (widget->doc, arguments, "period", s_period_s (drawn->options, common_s));
        return;
    }
    yyjson_mut_val *queries = yyjson_mut_obj_get (arguments, "queries");
    if (!queries) {
        yyjson_mut_obj_add_int (widget->doc, arguments, "period", common_s);
        queries = yyjson_mut_obj_add_arr (widget->doc, arguments, "queries");
    }
    s_write_query (self, drawn, yyjson_mut_arr_add_obj (widget->doc, queries));
}

//  Goes through the lines of the region: counts them, or (arguments) takes them into the call.
static void
s_each (metrics_t *self, yyjson_mut_val *arguments)
{
    metric_line_t line = { .count = 0 };
    size_t index, count;
    yyjson_val *value;
    yyjson_arr_foreach (self->lines, index, count, value) {
        metric_line_kind_t kind = metric_line_read (&line, value);
        if (kind == METRIC_LINE_WRONG || !slice_eq (s_region_of (self, line.options), self->region))
            continue;
        drawn_t drawn = { &line, kind == METRIC_LINE_EXPRESSION, s_hidden (line.options), line.options };
        if (arguments) {
            s_take (self, &drawn, arguments);
        } else {
            self->lines_count++;
            self->visible += !drawn.hidden;
        }
    }
}

static void
s_find_regions (metrics_t *self, widget_regions_t *regions)
{
    metric_line_t line = { .count = 0 };
    size_t index, count;
    yyjson_val *value;
    yyjson_arr_foreach (self->lines, index, count, value) {
        metric_line_kind_t kind = metric_line_read (&line, value);
        if (kind == METRIC_LINE_WRONG) {
            self->first_wrong = self->wrong++ ? self->first_wrong : index + 1;
            continue;
        }
        self->expressions = self->expressions || kind == METRIC_LINE_EXPRESSION;
        widget_regions_add (regions, s_region_of (self, line.options));
    }
}

static void
s_say (const metrics_t *self, const widget_regions_t *regions)
{
    widget_t *widget = self->widget;
    if (self->wrong)
        widget_say (widget, "%zu of its %zu metrics cannot be read, and are left out; the first is number %zu.", self->wrong,
                    yyjson_arr_size (self->lines), self->first_wrong);
    if (self->left)
        widget_say (widget, "%zu of its metrics are here, and %zu more did not fit.", self->taken, self->left);
    if (regions->count > 1 && self->expressions)
        widget_say (widget, "Its metrics are of several regions, each a call of its own: math over ids of another region is left to the reader.");
    if (regions->more)
        widget_say (widget, "Metrics of more than %d regions are left out.", WIDGET_REGIONS_MAX);
}

void
widget_write_metrics (widget_t *widget, yyjson_val *properties)
{
    metrics_t self = { .widget = widget, .properties = properties, .lines = yyjson_obj_get (properties, "metrics") };
    widget_regions_t regions = { .count = 0 };
    s_find_regions (&self, &regions);
    for (size_t i = 0; i < regions.count; i++) {
        self.region = regions.all [i];
        self.lines_count = self.visible = 0;
        s_each (&self, NULL);
        size_t before = self.taken;
        s_each (&self, widget_add_call (widget, "get_metric_data", self.region));
        if (self.taken == before)
            widget_drop_call (widget);
    }
    s_say (&self, &regions);
    widget_add_alarms (widget, yyjson_obj_get (yyjson_obj_get (properties, "annotations"), "alarms"), SLICE_ABSENT);
    if (!widget->run)
        widget_say (widget, "It names no metrics.");
}
