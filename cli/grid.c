#include "grid.h"

#include "cell.h"
#include "plain.h"

#include <assert.h>

//  A column is not cut below this, and so much is between two. Rather than that all are cut below what can be read, the last ones are left out: what
//  can be read is a quarter of a narrow terminal, a time to the second on others.
enum { COLUMN_WIDTH_MIN = 8, COLUMN_SHARE = 4, READABLE_WIDTH = 20, GAP = 2 };

typedef struct {
    slice_t name;
    size_t  width;
    bool    used;               //  Some row has a value
    bool    numbers;            //  All values are
    bool    states;
} column_t;

typedef struct {
    buffer_t *out;
    column_t columns [GRID_COLUMNS_MAX];
    size_t   count;
    size_t   width_max;         //  Of a row; 0: nothing is cut
    const terminal_t *terminal;
    buffer_t cell;              //  The one that is being looked at
    size_t   blanks;            //  Owed before the next cell of this row: none are written at a row's end
    bool     left_out;          //  Some columns are
    bool     cut;
} grid_t;

bool
grid_fits (yyjson_val *columns, yyjson_val *rows)
{
    size_t at, count;
    yyjson_val *item;
    if (!yyjson_is_arr (columns) || yyjson_arr_size (columns) > GRID_COLUMNS_MAX || !yyjson_is_arr (rows))
        return false;
    yyjson_arr_foreach (columns, at, count, item)
        if (!yyjson_is_str (item))
            return false;
    yyjson_arr_foreach (rows, at, count, item)
        if (!yyjson_is_arr (item) || yyjson_arr_size (item) > yyjson_arr_size (columns))
            return false;
    return true;
}

//  Puts the cell's text into self->cell and returns its width.
static size_t
s_read_cell (grid_t *self, size_t column, yyjson_val *value)
{
    buffer_clear (&self->cell);
    cell_write (&self->cell, self->columns [column].name, value);
    return plain_width (buffer_slice (&self->cell));
}

static size_t
s_read_heading (grid_t *self, size_t column)
{
    buffer_clear (&self->cell);
    cell_heading (&self->cell, self->columns [column].name);
    return plain_width (buffer_slice (&self->cell));
}

static void
s_measure (grid_t *self, yyjson_val *rows)
{
    size_t at, count, i, cells;
    yyjson_val *row, *value;
    yyjson_arr_foreach (rows, at, count, row)
        yyjson_arr_foreach (row, i, cells, value) {
            column_t *column = &self->columns [i];
            if (yyjson_is_null (value))
                continue;
            size_t width = s_read_cell (self, i, value);
            column->used = true;
            column->numbers &= yyjson_is_num (value);
            column->width = width > column->width ? width : column->width;
        }
    for (i = 0; i < self->count; i++) {
        column_t *column = &self->columns [i];
        size_t width = s_read_heading (self, i);
        column->numbers &= column->used;
        column->width = width > column->width ? width : column->width;
        if (!self->width_max && column->width > GRID_PAD_MAX)
            column->width = GRID_PAD_MAX;
    }
}

//  Leaves out what the terminal has no place for, from the end on, and makes room for the "…" that says so.
static void
s_leave_out (grid_t *self)
{
    size_t readable = self->width_max / COLUMN_SHARE < READABLE_WIDTH ? self->width_max / COLUMN_SHARE : READABLE_WIDTH;
    for (;;) {
        size_t total = 0, used = 0;
        column_t *last = NULL;
        for (size_t i = 0; i < self->count; i++)
            if (self->columns [i].used) {
                last = &self->columns [i];
                total += (last->width < readable ? last->width : readable) + (used++ ? GAP : 0);
            }
        if (!self->width_max || total <= self->width_max || used <= 1)
            return;
        self->width_max -= self->left_out ? 0 : GAP + 1;
        self->left_out = self->cut = true;
        last->used = false;
    }
}

//  Takes from the widest column what is too much, down to the width of the next widest, and so on.
static void
s_fit (grid_t *self)
{
    for (;;) {
        size_t total = 0, second = COLUMN_WIDTH_MIN, excess;
        column_t *widest = NULL;
        for (size_t i = 0; i < self->count; i++)
            if (self->columns [i].used) {
                total += self->columns [i].width + (total ? GAP : 0);
                if (!widest || self->columns [i].width > widest->width)
                    widest = &self->columns [i];
            }
        if (!self->width_max || total <= self->width_max || widest->width <= COLUMN_WIDTH_MIN)
            return;
        for (size_t i = 0; i < self->count; i++)
            if (self->columns [i].used && &self->columns [i] != widest && self->columns [i].width > second)
                second = self->columns [i].width;
        excess = total - self->width_max;
        second = second < widest->width ? second : widest->width - 1;          //  Two are equally wide: by turns
        widest->width = widest->width - second < excess ? second : widest->width - excess;
    }
}

//  What is left of a text of this width beside one "…" of a column: its beginning, and the end of what has no blanks, because names that begin
//  alike (log groups, ARNs) are told apart by their ends.
static void
s_cut (slice_t *text, slice_t *tail, size_t width, size_t column_width)
{
    bool name = !memchr (text->data, ' ', text->size);
    size_t tail_width = name ? (column_width - 1) / 2 : 0;
    size_t tail_at = plain_cut (*text, width - tail_width).size;
    *tail = (slice_t) { text->data + tail_at, text->size - tail_at };
    *text = plain_cut (*text, column_width - 1 - tail_width);
}

//  Writes self->cell, whose width is known, where its column stands.
static void
s_write_cell (grid_t *self, const column_t *column, size_t width, terminal_style_t style)
{
    slice_t text = buffer_slice (&self->cell), tail = SLICE_ABSENT;
    bool cut = self->width_max && width > column->width;
    if (cut) {
        s_cut (&text, &tail, width, column->width);
        width = column->width;
        self->cut = true;
    }
    size_t spare = column->width > width ? column->width - width : 0;
    plain_pad (self->out, self->blanks + (column->numbers ? spare : 0));
    buffer_append_text (self->out, style == TERMINAL_PLAIN ? "" : terminal_style (self->terminal, style));
    buffer_append_slice (self->out, text);
    buffer_append_text (self->out, cut ? "…" : "");
    buffer_append_slice (self->out, tail);
    buffer_append_text (self->out, style == TERMINAL_PLAIN ? "" : terminal_style (self->terminal, TERMINAL_PLAIN));
    self->blanks = GAP + (column->numbers ? 0 : spare);
}

static void
s_write_headings (grid_t *self)
{
    self->blanks = 0;
    for (size_t i = 0; i < self->count; i++)
        if (self->columns [i].used)
            s_write_cell (self, &self->columns [i], s_read_heading (self, i), TERMINAL_BOLD);
    if (self->left_out) {
        plain_pad (self->out, self->blanks);
        buffer_append_text (self->out, "…");
    }
    buffer_append_char (self->out, '\n');
}

static void
s_write_row (grid_t *self, yyjson_val *row)
{
    self->blanks = 0;
    for (size_t i = 0; i < yyjson_arr_size (row); i++) {
        const column_t *column = &self->columns [i];
        yyjson_val *value = yyjson_arr_get (row, i);
        if (!column->used)
            continue;
        size_t width = s_read_cell (self, i, value);
        if (width)
            s_write_cell (self, column, width, column->states ? terminal_style_of_state (json_value_text (value)) : TERMINAL_PLAIN);
        else
            self->blanks += column->width + GAP;
    }
    buffer_append_char (self->out, '\n');
}

//  Does the column hold states of alarms? A history has those before and after.
static bool
s_is_of_states (slice_t name)
{
    return slice_is (name, "state") || slice_is (name, "from") || slice_is (name, "to");
}

bool
grid_write (buffer_t *out, yyjson_val *columns, yyjson_val *rows, const terminal_t *terminal)
{
    assert (grid_fits (columns, rows));
    grid_t self = { .out = out, .count = yyjson_arr_size (columns), .width_max = terminal->width, .terminal = terminal };
    buffer_init (&self.cell, out->limit);
    for (size_t i = 0; i < self.count; i++) {
        slice_t name = json_value_text (yyjson_arr_get (columns, i));
        self.columns [i] = (column_t) { .name = name, .numbers = true, .states = s_is_of_states (name) };
    }
    s_measure (&self, rows);
    s_leave_out (&self);
    s_fit (&self);
    s_write_headings (&self);
    size_t at, count;
    yyjson_val *row;
    yyjson_arr_foreach (rows, at, count, row)
        s_write_row (&self, row);
    if (buffer_status (&self.cell) != STATUS_OK)
        out->status = self.cell.status;         //  A cell that is not whole must not pass for one
    buffer_deinit (&self.cell);
    return self.cut;
}
