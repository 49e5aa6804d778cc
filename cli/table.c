#include "table.h"

#include "blocks.h"
#include "cell.h"
#include "grid.h"
#include "log_lines.h"
#include "plain.h"
#include "series.h"

#include <stdlib.h>

//  An answer, taken apart.
typedef struct {
    yyjson_val *root;
    yyjson_val *columns;        //  NULL: the list's items are objects
    yyjson_val *list;
    bool        series;         //  The list is one of series
} answer_t;

//  An object with columns and rows of its own?
static bool
s_is_grid (yyjson_val *value)
{
    return yyjson_is_obj (value) && grid_fits (yyjson_obj_get (value, "columns"), yyjson_obj_get (value, "rows"));
}

//  Is nothing in it a list or an object?
static bool
s_is_flat (yyjson_val *value)
{
    size_t at, count;
    yyjson_val *key, *member;
    yyjson_arr_foreach (value, at, count, member)
        if (yyjson_is_ctn (member))
            return false;
    yyjson_obj_foreach (value, at, count, key, member)
        if (yyjson_is_ctn (member))
            return false;
    return true;
}

//  Can it stand below the list, in a few lines or as a grid? A window can, a number, figures by name, and objects of texts and numbers, a line each.
static bool
s_is_small (yyjson_val *value)
{
    size_t at, count;
    yyjson_val *member;
    if (s_is_grid (value) || !yyjson_is_ctn (value) || s_is_flat (value))
        return true;
    if (!blocks_fit (value))
        return false;
    yyjson_arr_foreach (value, at, count, member)
        if (!s_is_flat (member))
            return false;
    return true;
}

//  Which member is the list? The first that can be; another must be small.
static bool
s_take_apart (yyjson_val *root, answer_t *answer)
{
    *answer = (answer_t) { .root = root, .columns = yyjson_obj_get (root, "columns"), .series = series_fit (yyjson_obj_get (root, "series")) };
    size_t at, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach (root, at, count, key, value) {
        bool is_list = answer->columns ? value != answer->columns && grid_fits (answer->columns, value) : blocks_fit (value);
        if (answer->series)
            is_list = yyjson_equals_str (key, "series");
        if (is_list && !answer->list)
            answer->list = value;
        else if (value != answer->columns && !s_is_small (value))
            return false;
    }
    return answer->list != NULL;
}

//  "window  2026-11-22T20:00Z to 2026-11-22T23:00Z"
static void
s_write_window (buffer_t *out, slice_t start, slice_t end)
{
    buffer_append_text (out, "window  ");
    plain_append (out, start);
    buffer_append_text (out, " to ");
    plain_append (out, end);
    buffer_append_char (out, '\n');
}

//  A text of several lines, a document to be pasted perhaps: as it is, between two lines that are comments wherever "#" begins one.
static void
s_write_lines (buffer_t *out, slice_t name, slice_t text)
{
    buffer_append_text (out, "\n# ");
    cell_heading (out, name);
    buffer_append_char (out, '\n');
    plain_wrap (out, text, 0, 0, 0);
    buffer_append_text (out, text.data [text.size - 1] == '\n' ? "# end of " : "\n# end of ");
    cell_heading (out, name);
    buffer_append_char (out, '\n');
}

//  One of the members below the list.
static void
s_write_member (buffer_t *out, slice_t name, yyjson_val *value, const terminal_t *terminal)
{
    slice_t start = json_value_text (yyjson_arr_get (value, 0)), end = json_value_text (yyjson_arr_get (value, 1));
    if (slice_is (name, "window") && start.size && end.size) {
        s_write_window (out, start, end);
        return;
    }
    slice_t text = json_value_text (value);
    if (text.size && memchr (text.data, '\n', text.size)) {
        s_write_lines (out, name, text);
        return;
    }
    if (!s_is_grid (value)) {
        blocks_write_member (out, name, value, 0, 0, terminal);
        return;
    }
    cell_heading (out, name);
    buffer_append_text (out, ":\n");
    grid_write (out, yyjson_obj_get (value, "columns"), yyjson_obj_get (value, "rows"), terminal);
}

//  Is it told already, above the list or behind all?
static bool
s_is_told (const answer_t *answer, yyjson_val *key, yyjson_val *value)
{
    if (answer->series && (yyjson_equals_str (key, "window") || yyjson_equals_str (key, "period_s") || yyjson_equals_str (key, "last_period")))
        return true;
    return value == answer->columns || value == answer->list || yyjson_equals_str (key, "next_token") || yyjson_equals_str (key, "note");
}

//  What stands below the list: the answer's other members, and, last, how to get the rest and what the tool has to say.
static void
s_write_rest (buffer_t *out, const answer_t *answer, bool cut, const terminal_t *terminal)
{
    size_t at, count, begin = out->size;
    yyjson_val *key, *value;
    slice_t token = json_text (answer->root, "next_token");
    slice_t note = json_text (answer->root, "note");
    if (cut) {
        plain_wrap (out, SLICE ("… stands for what does not fit the terminal: --json has it all, and so has a pipe (| cat)."), 0, 0, terminal->width);
        buffer_append_char (out, '\n');
    }
    yyjson_obj_foreach (answer->root, at, count, key, value)
        if (!s_is_told (answer, key, value))
            s_write_member (out, json_value_text (key), value, terminal);
    if (token.size) {
        buffer_append_text (out, "more: call again with next_token=");
        plain_append (out, token);
        buffer_append_char (out, '\n');
    }
    if (note.size) {
        plain_wrap (out, note, 0, 0, terminal->width);
        buffer_append_char (out, '\n');
    }
    if (out->size == begin && yyjson_arr_size (answer->list) == 0)
        buffer_append_text (out, "Nothing.\n");
}

static void
s_write_list (buffer_t *out, const answer_t *answer, const terminal_t *terminal)
{
    bool cut = false;
    if (yyjson_arr_size (answer->list) && answer->series)
        cut = series_write (out, answer->root, terminal);
    else if (yyjson_arr_size (answer->list) && log_lines_fit (answer->columns))
        cut = log_lines_write (out, answer->columns, answer->list, terminal);
    else if (yyjson_arr_size (answer->list) && answer->columns)
        cut = grid_write (out, answer->columns, answer->list, terminal);
    else if (yyjson_arr_size (answer->list))
        blocks_write (out, answer->list, terminal);

    //  An empty line between both parts, when there are both
    size_t begin = out->size;
    buffer_append_text (out, begin ? "\n" : "");
    size_t with_line = out->size;
    s_write_rest (out, answer, cut, terminal);
    if (out->size == with_line)
        out->size = begin;
}

static void
s_write_indented (buffer_t *out, yyjson_val *root)
{
    size_t size = 0;
    yyjson_write_err error;
    char *json = yyjson_val_write_opts (root, YYJSON_WRITE_PRETTY_TWO_SPACES, NULL, &size, &error);
    if (json)
        plain_append_json (out, (slice_t) { json, size });
    else
        out->status = STATUS_NO_MEMORY;
    buffer_append_char (out, '\n');
    free (json);
}

void
table_write (buffer_t *out, slice_t json, const terminal_t *terminal)
{
    yyjson_doc *doc;
    if (json_read (json, JSON_DEPTH_MAX_AWS, &doc, NULL) != STATUS_OK) {
        plain_append_json (out, json);
        buffer_append_char (out, '\n');
        return;
    }
    answer_t answer;
    if (s_take_apart (yyjson_doc_get_root (doc), &answer))
        s_write_list (out, &answer, terminal);
    else
        s_write_indented (out, yyjson_doc_get_root (doc));
    yyjson_doc_free (doc);
}
