#include "series.h"

#include "amount.h"
#include "plain.h"
#include "sparkline.h"

#include <math.h>
#include <stdlib.h>

//  Labels beyond the most are cut on a terminal, and down to the least where the figures need the room; a shape below the least width says nothing
//  and gets a line of its own, and one beyond the most is not read more easily.
enum { LABEL_WIDTH_MAX = 44, LABEL_WIDTH_MIN = 16, SHAPE_WIDTH_MIN = 16, SHAPE_WIDTH_MAX = 120, SHAPE_WIDTH_PIPE = 60, GAP = 2, INDENT = 4 };

enum { COLUMN_LABEL, COLUMN_STAT, COLUMN_MIN, COLUMN_AVG, COLUMN_MAX, COLUMN_LAST, COLUMNS };

bool
series_fit (yyjson_val *series)
{
    size_t at, count, i, values;
    yyjson_val *one, *value;
    if (!yyjson_is_arr (series))
        return false;
    yyjson_arr_foreach (series, at, count, one) {
        if (!yyjson_is_obj (one) || !yyjson_is_arr (yyjson_obj_get (one, "values")))
            return false;
        yyjson_arr_foreach (yyjson_obj_get (one, "values"), i, values, value)
            if (!yyjson_is_num (value) && !yyjson_is_null (value))
                return false;
    }
    return true;
}

static slice_t
s_window (yyjson_val *answer, size_t end)
{
    return json_value_text (yyjson_arr_get (yyjson_obj_get (answer, "window"), end));
}

//  "21:12" of "2026-11-22T21:12Z" when the window is within a day, else "11-22 21:12": the window stands above. Another form comes as it is.
static void
s_append_time (buffer_t *out, slice_t time, yyjson_val *answer)
{
    enum { YEAR = 5, DAY = 10, MINUTE = 16 };           //  How much of an ISO time they take
    slice_t start = s_window (answer, 0), end = s_window (answer, 1);
    if (time.size < MINUTE || time.data [DAY] != 'T' || start.size < MINUTE || end.size < MINUTE) {
        plain_append (out, time);
        return;
    }
    if (memcmp (start.data, end.data, DAY) != 0) {
        plain_append (out, (slice_t) { time.data + YEAR, DAY - YEAR });
        buffer_append_char (out, ' ');
    }
    plain_append (out, (slice_t) { time.data + DAY + 1, MINUTE - DAY - 1 });
}

static void
s_append_figure (buffer_t *out, yyjson_val *one, const char *member)
{
    yyjson_val *value = yyjson_obj_get (yyjson_obj_get (one, "summary"), member);
    if (!yyjson_is_num (value))
        return;
    buffer_printf (out, "%s ", member);
    amount_append (out, yyjson_get_num (value), json_text (one, "unit"));
}

//  A column's text of one series; nothing where there is none.
static void
s_append_column (buffer_t *out, yyjson_val *answer, yyjson_val *one, int column)
{
    static const char *const MEMBERS [COLUMNS] = { [COLUMN_MIN] = "min", [COLUMN_AVG] = "avg", [COLUMN_MAX] = "max", [COLUMN_LAST] = "last" };
    slice_t label = json_text (one, "label");
    switch (column) {
    case COLUMN_LABEL:
        plain_append (out, label.size ? label : json_text (one, "id"));
        break;
    case COLUMN_STAT:
        plain_append (out, json_text (one, "stat"));
        break;
    default:
        s_append_figure (out, one, MEMBERS [column]);
    }
    slice_t max_at = json_text (yyjson_obj_get (one, "summary"), "max_at");
    if (column == COLUMN_MAX && max_at.size) {
        buffer_append_text (out, " at ");
        s_append_time (out, max_at, answer);
    }
}

typedef struct {
    buffer_t *out;
    yyjson_val *answer;
    const terminal_t *terminal;
    size_t widths [COLUMNS];
    buffer_t cell;              //  The one that is being looked at
    bool cut;
} drawing_t;

static size_t
s_read_cell (drawing_t *self, yyjson_val *one, int column)
{
    buffer_clear (&self->cell);
    s_append_column (&self->cell, self->answer, one, column);
    return plain_width (buffer_slice (&self->cell));
}

//  How wide all columns are, with a gap behind each.
static size_t
s_full_width (const drawing_t *self)
{
    size_t full = 0;
    for (int column = 0; column < COLUMNS; column++)
        full += self->widths [column] ? self->widths [column] + GAP : 0;
    return full;
}

//  The figures are not cut: the label leaves them the terminal's width.
static void
s_fit_label (drawing_t *self)
{
    size_t *label = &self->widths [COLUMN_LABEL];
    if (*label > LABEL_WIDTH_MAX)
        *label = LABEL_WIDTH_MAX;
    size_t full = s_full_width (self), room = self->terminal->width + GAP;
    if (full <= room || *label <= LABEL_WIDTH_MIN)
        return;
    *label = full - room < *label - LABEL_WIDTH_MIN ? *label - (full - room) : LABEL_WIDTH_MIN;
}

static void
s_measure (drawing_t *self, yyjson_val *series)
{
    size_t at, count;
    yyjson_val *one;
    yyjson_arr_foreach (series, at, count, one)
        for (int column = 0; column < COLUMNS; column++) {
            size_t width = s_read_cell (self, one, column);
            self->widths [column] = width > self->widths [column] ? width : self->widths [column];
        }
    if (self->terminal->width)
        s_fit_label (self);
}

//  Its beginning and its end, around a "…": labels begin with what they are of, and end with the metric's name.
static void
s_cut (slice_t *text, slice_t *tail, size_t width, size_t column_width)
{
    size_t tail_width = (column_width - 1) / 2, tail_at = plain_cut (*text, width - tail_width).size;
    *tail = (slice_t) { text->data + tail_at, text->size - tail_at };
    *text = plain_cut (*text, column_width - 1 - tail_width);
}

//  Writes the columns. Returns how wide they are with the gap that the shape wants.
static size_t
s_write_columns (drawing_t *self, yyjson_val *one)
{
    size_t owed = 0, place = 0;
    for (int column = 0; column < COLUMNS; column++) {
        if (!self->widths [column])
            continue;
        size_t width = s_read_cell (self, one, column);
        slice_t text = buffer_slice (&self->cell), tail = SLICE_ABSENT;
        bool cut = width > self->widths [column];
        if (cut) {
            s_cut (&text, &tail, width, self->widths [column]);
            width = self->widths [column];
            self->cut = true;
        }
        plain_pad (self->out, width ? owed : 0);
        owed = width ? 0 : owed;
        buffer_append_text (self->out, column == COLUMN_LABEL ? terminal_style (self->terminal, TERMINAL_BOLD) : "");
        buffer_append_slice (self->out, text);
        buffer_append_text (self->out, cut ? "…" : "");
        buffer_append_slice (self->out, tail);
        buffer_append_text (self->out, column == COLUMN_LABEL ? terminal_style (self->terminal, TERMINAL_PLAIN) : "");
        owed += self->widths [column] - width + GAP;
        place += self->widths [column] + GAP;
    }
    return place - owed;
}

static void
s_write_shape (drawing_t *self, yyjson_val *one, size_t place)
{
    yyjson_val *list = yyjson_obj_get (one, "values"), *value;
    size_t at, count = yyjson_arr_size (list), full = s_full_width (self), width = SHAPE_WIDTH_PIPE;
    double *values = calloc (count + 1, sizeof (double));
    if (!values) {
        self->out->status = STATUS_NO_MEMORY;
        return;
    }
    yyjson_arr_foreach (list, at, count, value)
        values [at] = yyjson_is_num (value) ? yyjson_get_num (value) : NAN;
    bool below = self->terminal->width && full + SHAPE_WIDTH_MIN > self->terminal->width;
    if (self->terminal->width)
        width = self->terminal->width - (below ? INDENT : full);
    if (below)
        buffer_append_char (self->out, '\n');
    plain_pad (self->out, below ? INDENT : full - place);
    sparkline_append (self->out, &(sparkline_t) {
        .values = values, .count = count, .width = width < SHAPE_WIDTH_MAX ? width : SHAPE_WIDTH_MAX, .utf8 = self->terminal->utf8,
        .mark = terminal_style (self->terminal, TERMINAL_RED), .unmark = terminal_style (self->terminal, TERMINAL_PLAIN) });
    free (values);
}

//  Where the figures begin.
static void
s_write_none (drawing_t *self, size_t place)
{
    size_t figures = 0;
    for (int column = 0; column < COLUMN_MIN; column++)
        figures += self->widths [column] ? self->widths [column] + GAP : 0;
    plain_pad (self->out, figures > place ? figures - place : GAP);
    buffer_append_text (self->out, "no data");
}

//  Is there any value to draw?
static bool
s_has_values (yyjson_val *one)
{
    size_t at, count;
    yyjson_val *value;
    yyjson_arr_foreach (yyjson_obj_get (one, "values"), at, count, value)
        if (yyjson_is_num (value))
            return true;
    return false;
}

static void
s_append_period (buffer_t *out, int64_t period_s)
{
    if (period_s % 86400 == 0)
        buffer_printf (out, "%lld d", (long long) period_s / 86400);
    else if (period_s % 3600 == 0)
        buffer_printf (out, "%lld h", (long long) period_s / 3600);
    else if (period_s % 60 == 0)
        buffer_printf (out, "%lld min", (long long) period_s / 60);
    else
        buffer_printf (out, "%lld s", (long long) period_s);
}

static void
s_write_head (drawing_t *self)
{
    slice_t start = s_window (self->answer, 0), end = s_window (self->answer, 1);
    int64_t period_s = json_int (self->answer, "period_s", 0);
    if (start.size && end.size) {
        plain_append (self->out, start);
        buffer_append_text (self->out, " to ");
        plain_append (self->out, end);
    }
    if (period_s > 0) {
        buffer_append_text (self->out, start.size && end.size ? ", a value per " : "a value per ");
        s_append_period (self->out, period_s);
    }
    if (slice_is (json_text (self->answer, "last_period"), "incomplete"))
        buffer_append_text (self->out, ", the last one not over yet");
    buffer_append_text (self->out, (start.size && end.size) || period_s > 0 ? "\n\n" : "");
}

bool
series_write (buffer_t *out, yyjson_val *answer, const terminal_t *terminal)
{
    drawing_t self = { .out = out, .answer = answer, .terminal = terminal };
    yyjson_val *series = yyjson_obj_get (answer, "series"), *one;
    size_t at, count;
    buffer_init (&self.cell, out->limit);
    s_write_head (&self);
    s_measure (&self, series);
    yyjson_arr_foreach (series, at, count, one) {
        size_t place = s_write_columns (&self, one);
        if (s_has_values (one))
            s_write_shape (&self, one, place);
        else
            s_write_none (&self, place);
        int64_t period_s = json_int (one, "period_s", 0);
        if (period_s > 0 && period_s != json_int (answer, "period_s", 0)) {
            buffer_append_text (out, "  (per ");
            s_append_period (out, period_s);
            buffer_append_char (out, ')');
        }
        buffer_append_char (out, '\n');
    }
    if (buffer_status (&self.cell) != STATUS_OK)
        out->status = self.cell.status;         //  A cell that is not whole must not pass for one
    buffer_deinit (&self.cell);
    return self.cut;
}
