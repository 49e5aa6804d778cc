#include "widget_parts.h"

#include "sentence.h"
#include "visible.h"

#include <stdarg.h>
#include <stdio.h>

//  Of a title, a type or a name so much is read; of a text widget what it is about.
enum { TITLE_BYTES_MAX = 300, TYPE_BYTES_MAX = 64, MARKDOWN_BYTES_MAX = 500, EXPLORED_MAX = 20 };

bool
widget_add_element (widget_t *self, yyjson_mut_val *array, slice_t text)
{
    if (text.size > self->room)
        return false;
    self->room -= text.size;
    return yyjson_mut_arr_append (array, visible_text (self->doc, text));
}

bool
widget_add_text (widget_t *self, yyjson_mut_val *object, const char *member, slice_t text)
{
    if (text.size > self->room)
        return false;
    self->room -= text.size;
    return !text.size || yyjson_mut_obj_add_val (self->doc, object, member, visible_text (self->doc, text));
}

void
widget_add_beginning (widget_t *self, yyjson_mut_val *object, const char *member, slice_t text, size_t bytes_max)
{
    if (text.size)
        yyjson_mut_obj_add_val (self->doc, object, member, visible_text_cut (self->doc, text, bytes_max));
}

yyjson_mut_val *
widget_add_call (widget_t *self, const char *tool, slice_t region)
{
    if (!self->run)
        self->run = yyjson_mut_arr (self->doc);
    yyjson_mut_val *call = yyjson_mut_arr_add_obj (self->doc, self->run);
    yyjson_mut_obj_add_str (self->doc, call, "tool", tool);
    yyjson_mut_val *arguments = yyjson_mut_obj_add_obj (self->doc, call, "arguments");
    widget_add_beginning (self, arguments, "region", region, TYPE_BYTES_MAX);
    return arguments;
}

void
widget_drop_call (widget_t *self)
{
    yyjson_mut_arr_remove_last (self->run);
    if (yyjson_mut_arr_size (self->run) == 0)
        self->run = NULL;
}

void
widget_say (widget_t *self, const char *format, ...)
{
    char sentence [512];
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (sentence, sizeof sentence, format, arguments);
    va_end (arguments);
    sentence_begin (&self->note);
    buffer_append_text (&self->note, sentence);
}

void
widget_regions_add (widget_regions_t *self, slice_t region)
{
    for (size_t i = 0; i < self->count; i++)
        if (slice_eq (self->all [i], region))
            return;
    if (self->count < WIDGET_REGIONS_MAX)
        self->all [self->count++] = region;
    else
        self->more = true;
}

//  --- The types that are only shown

static void
s_write_text (widget_t *self, yyjson_val *properties)
{
    widget_add_beginning (self, self->row, "markdown", json_text (properties, "markdown"), MARKDOWN_BYTES_MAX);
}

static void
s_write_custom (widget_t *self, yyjson_val *properties)
{
    widget_add_beginning (self, self->row, "lambda", json_text (properties, "endpoint"), TITLE_BYTES_MAX);
    widget_say (self, "A Lambda function draws it: what it shows is not in the dashboard.");
}

//  Two texts of each object in a list, "AWS::EC2::Instance CPUUtilization", "env=prod".
static void
s_add_pairs (widget_t *self, const char *member, yyjson_val *list, const char *first, char between, const char *second)
{
    yyjson_mut_val *pairs = yyjson_mut_arr (self->doc);
    size_t index, count;
    yyjson_val *object;
    yyjson_arr_foreach (list, index, count, object) {
        buffer_t pair;
        buffer_init (&pair, 2 * TITLE_BYTES_MAX + 64);
        visible_append_cut (&pair, json_text (object, first), TITLE_BYTES_MAX / 2);
        buffer_append_char (&pair, between);
        visible_append_cut (&pair, json_text (object, second), TITLE_BYTES_MAX / 2);
        if (index < EXPLORED_MAX)
            yyjson_mut_arr_append (pairs, json_new_text (self->doc, buffer_slice (&pair)));
        buffer_deinit (&pair);
        if (index == EXPLORED_MAX)
            widget_say (self, "%d of its %zu %s are shown.", EXPLORED_MAX, count, member);
    }
    if (yyjson_mut_arr_size (pairs))
        yyjson_mut_obj_add_val (self->doc, self->row, member, pairs);
}

static void
s_write_explorer (widget_t *self, yyjson_val *properties)
{
    s_add_pairs (self, "metrics", yyjson_obj_get (properties, "metrics"), "resourceType", ' ', "metricName");
    s_add_pairs (self, "tags", yyjson_obj_get (properties, "labels"), "key", '=', "value");
    widget_say (self, "An explorer finds its resources by their tags when it is drawn: list_metrics shows which have such a metric.");
}

//  --- Any type

static const struct {
    const char *type;
    void (*write) (widget_t *self, yyjson_val *properties);
} TYPES [] = {
    { "metric", widget_write_metrics }, { "log", widget_write_log }, { "alarm", widget_write_alarms },
    { "text", s_write_text }, { "explorer", s_write_explorer }, { "custom", s_write_custom },
};

static void
s_write (widget_t *self, slice_t type, yyjson_val *properties)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES [0]; i++)
        if (slice_is (type, TYPES [i].type)) {
            TYPES [i].write (self, properties);
            return;
        }
    widget_say (self, "%s: nothing but its title is shown.", type.data ? "What a widget of this type draws is not known here" : "It has no type");
}

yyjson_mut_val *
widget_row (yyjson_mut_doc *doc, yyjson_val *widget, slice_t account)
{
    widget_t self = { .doc = doc, .row = yyjson_mut_obj (doc), .account = account, .room = WIDGET_BYTES_MAX };
    buffer_init (&self.note, WIDGET_NOTE_BYTES_MAX);
    slice_t type = json_text (widget, "type");
    yyjson_val *properties = yyjson_obj_get (widget, "properties");
    if (!yyjson_mut_obj_add_val (doc, self.row, "type", visible_text_cut (doc, type, TYPE_BYTES_MAX)))
        return NULL;
    widget_add_beginning (&self, self.row, "title", json_text (properties, "title"), TITLE_BYTES_MAX);
    s_write (&self, type, properties);
    if (self.run)
        yyjson_mut_obj_add_val (doc, self.row, "run", self.run);
    if (self.note.size)
        yyjson_mut_obj_add_val (doc, self.row, "note", json_new_text (doc, buffer_slice (&self.note)));
    buffer_deinit (&self.note);
    return self.row;
}
