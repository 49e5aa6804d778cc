#include "blocks.h"

#include "cell.h"
#include "plain.h"

//  Where members begin, and what is between a label and its value. A longer label pushes its value to the right.
enum { INDENT = 4, GAP = 2, LABEL_WIDTH_MAX = 24 };

bool
blocks_fit (yyjson_val *items)
{
    size_t at, count;
    yyjson_val *item;
    if (!yyjson_is_arr (items))
        return false;
    yyjson_arr_foreach (items, at, count, item)
        if (!yyjson_is_obj (item))
            return false;
    return true;
}

//  The members that stand in the first line; absent where an item has none.
typedef struct {
    slice_t state;
    slice_t name;
    slice_t since;
    yyjson_val *named_by;       //  The value that name is of
} head_t;

static head_t
s_head (yyjson_val *item)
{
    head_t head = { .state = json_text (item, "state"), .since = json_text (item, "since"), .named_by = yyjson_obj_get (item, "name") };
    size_t at, count;
    yyjson_val *key, *value;
    if (!yyjson_is_str (head.named_by)) {
        head.named_by = NULL;
        yyjson_obj_foreach (item, at, count, key, value)
            if (!head.named_by && yyjson_is_str (value) && !yyjson_equals_str (key, "state") && !yyjson_equals_str (key, "since"))
                head.named_by = value;
    }
    head.name = json_value_text (head.named_by);
    return head;
}

static bool
s_in_head (const head_t *head, yyjson_val *value)
{
    const char *text = yyjson_get_str (value);
    return value == head->named_by || (text && (text == head->state.data || text == head->since.data));
}

//  The value as lines: a text's own, one for each object of a list, else just one.
static void
s_append_value (buffer_t *out, slice_t name, yyjson_val *value)
{
    size_t at, count;
    yyjson_val *member;
    if (yyjson_is_str (value)) {
        buffer_append_slice (out, json_value_text (value));
    } else if (yyjson_is_arr (value) && yyjson_is_obj (yyjson_arr_get_first (value))) {
        yyjson_arr_foreach (value, at, count, member) {
            buffer_append_text (out, at ? "\n" : "");
            cell_write (out, name, member);
        }
    } else {
        cell_write (out, name, value);
    }
}

void
blocks_write_member (buffer_t *out, slice_t name, yyjson_val *value, size_t indent, size_t label_width, const terminal_t *terminal)
{
    buffer_t label, text;
    buffer_init (&label, out->limit);
    buffer_init (&text, out->limit);
    cell_heading (&label, name);
    s_append_value (&text, name, value);
    if (text.size) {
        size_t width = plain_width (buffer_slice (&label));
        size_t pad = GAP + (width < label_width ? label_width - width : 0);
        plain_pad (out, indent);
        buffer_append_slice (out, buffer_slice (&label));
        plain_pad (out, pad);
        plain_wrap (out, buffer_slice (&text), indent + width + pad, indent + label_width + GAP, terminal->width);
        buffer_append_char (out, '\n');
    }
    if (buffer_status (&label) != STATUS_OK || buffer_status (&text) != STATUS_OK)
        out->status = label.status != STATUS_OK ? label.status : text.status;         //  What is not whole must not pass for it
    buffer_deinit (&label);
    buffer_deinit (&text);
}

//  How wide the labels of all items are: values stand below each other throughout.
static size_t
s_label_width (yyjson_val *items, size_t limit)
{
    size_t at, count, i, members, widest = 0;
    yyjson_val *item, *key, *value;
    buffer_t label;
    buffer_init (&label, limit);
    yyjson_arr_foreach (items, at, count, item) {
        head_t head = s_head (item);
        yyjson_obj_foreach (item, i, members, key, value) {
            buffer_clear (&label);
            if (!s_in_head (&head, value))
                cell_heading (&label, json_value_text (key));
            size_t width = plain_width (buffer_slice (&label));
            widest = width > widest && width <= LABEL_WIDTH_MAX ? width : widest;
        }
    }
    buffer_deinit (&label);
    return widest;
}

static size_t
s_state_width (yyjson_val *items)
{
    size_t at, count, widest = 0;
    yyjson_val *item;
    yyjson_arr_foreach (items, at, count, item) {
        size_t width = plain_width (json_text (item, "state"));
        widest = width > widest && width <= LABEL_WIDTH_MAX ? width : widest;
    }
    return widest;
}

static void
s_append_styled (buffer_t *out, slice_t text, const terminal_t *terminal, terminal_style_t style)
{
    buffer_append_text (out, style == TERMINAL_PLAIN ? "" : terminal_style (terminal, style));
    plain_append (out, text);
    buffer_append_text (out, style == TERMINAL_PLAIN ? "" : terminal_style (terminal, TERMINAL_PLAIN));
}

static void
s_write_head (buffer_t *out, const head_t *head, size_t state_width, const terminal_t *terminal)
{
    size_t width = plain_width (head->state);
    if (state_width) {
        s_append_styled (out, head->state, terminal, terminal_style_of_state (head->state));
        plain_pad (out, GAP + (width < state_width ? state_width - width : 0));
    }
    s_append_styled (out, head->name, terminal, TERMINAL_BOLD);
    if (head->since.size) {
        buffer_append_text (out, "  since ");
        plain_append (out, head->since);
    }
    buffer_append_char (out, '\n');
}

void
blocks_write (buffer_t *out, yyjson_val *items, const terminal_t *terminal)
{
    size_t label_width = s_label_width (items, out->limit), state_width = s_state_width (items);
    size_t at, count, i, members;
    yyjson_val *item, *key, *value;
    bool apart = false;                 //  Items of one line need no empty line between them
    yyjson_arr_foreach (items, at, count, item) {
        head_t head = s_head (item);
        buffer_append_text (out, apart ? "\n" : "");
        s_write_head (out, &head, state_width, terminal);
        size_t size = out->size;
        yyjson_obj_foreach (item, i, members, key, value)
            if (!s_in_head (&head, value))
                blocks_write_member (out, json_value_text (key), value, INDENT, label_width, terminal);
        apart = out->size > size;
    }
}
