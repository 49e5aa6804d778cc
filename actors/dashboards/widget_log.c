#include "log_source.h"
#include "widget_parts.h"

//  Says when the text had no room: half a query would be another one.
static void
s_add_query (widget_t *self, slice_t query)
{
    if (!widget_add_text (self, self->row, "query", query))
        widget_say (self, "Its query has %zu bytes, and is left out.", query.size);
}

void
widget_write_log (widget_t *self, yyjson_val *properties)
{
    log_source_t source;
    log_source_read (&source, json_text (properties, "query"));
    slice_t region = json_text (properties, "region");
    widget_add_beginning (self, self->row, "language", json_text (properties, "queryLanguage"), 16);
    s_add_query (self, source.query);
    size_t left = source.more;
    if (source.groups_count) {
        yyjson_mut_val *groups = yyjson_mut_obj_add_arr (self->doc, widget_add_call (self, "search_log_events", region), "log_groups");
        for (size_t i = 0; i < source.groups_count; i++)
            left += !widget_add_element (self, groups, source.groups [i]);
        if (yyjson_mut_arr_size (groups) == 0)
            widget_drop_call (self);
    }
    for (size_t i = 0; i < source.prefixes_count; i++)
        if (!widget_add_text (self, widget_add_call (self, "search_log_events", region), "prefix", source.prefixes [i])) {
            widget_drop_call (self);
            left++;
        }
    if (left)
        widget_say (self, "%zu more of its log groups did not fit in here.", left);
    if (!self->run)
        widget_say (self, "It names no log groups in front of its query.");
}
