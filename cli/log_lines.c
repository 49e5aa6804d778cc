#include "log_lines.h"

#include "plain.h"

//  Of group and stream on a terminal, and of its width at most these shares; what a message needs at least; and how much of one is looked at for its
//  level.
enum { GROUP_WIDTH_MAX = 32, STREAM_WIDTH_MAX = 12, GROUP_SHARE = 4, STREAM_SHARE = 8, TIME_WIDTH = 24, MESSAGE_WIDTH_MIN = 20,
       LEVEL_BYTES_MAX = 200, GAP = 2 };

enum { COLUMN_TIME, COLUMN_GROUP, COLUMN_STREAM, COLUMN_MESSAGE, COLUMNS };

static const char *const NAMES [COLUMNS] = { "time", "group", "stream", "message" };

//  Where each stands among the columns; -1: it does not. False when there are others too.
static bool
s_find_columns (yyjson_val *columns, int *places)
{
    size_t at, count;
    yyjson_val *name;
    for (int i = 0; i < COLUMNS; i++)
        places [i] = -1;
    yyjson_arr_foreach (columns, at, count, name) {
        int column = 0;
        while (column < COLUMNS && !yyjson_equals_str (name, NAMES [column]))
            column++;
        if (column == COLUMNS || places [column] >= 0)
            return false;
        places [column] = (int) at;
    }
    return places [COLUMN_TIME] >= 0 && places [COLUMN_MESSAGE] >= 0;
}

bool
log_lines_fit (yyjson_val *columns)
{
    int places [COLUMNS];
    return yyjson_is_arr (columns) && s_find_columns (columns, places);
}

static bool
s_is_letter (char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

//  Is the word in the text, and not inside of a longer one?
static bool
s_has_word (slice_t text, const char *word)
{
    size_t size = strlen (word);
    for (size_t at = 0; at + size <= text.size; at++)
        if (memcmp (text.data + at, word, size) == 0 && (at == 0 || !s_is_letter (text.data [at - 1])) &&
            (at + size == text.size || !s_is_letter (text.data [at + size])))
            return true;
    return false;
}

static bool
s_has_any (slice_t text, const char *const *words)
{
    for (; *words; words++)
        if (s_has_word (text, *words))
            return true;
    return false;
}

terminal_style_t
log_lines_style (slice_t message)
{
    static const char *const ERRORS [] = { "ERROR", "FATAL", "PANIC", "CRITICAL", "SEVERE", "\"error\"", "\"fatal\"", "level=error", "level=fatal",
                                           NULL };
    static const char *const WARNINGS [] = { "WARN", "WARNING", "\"warn\"", "\"warning\"", "level=warn", "level=warning", NULL };
    slice_t begin = { message.data, message.size < LEVEL_BYTES_MAX ? message.size : LEVEL_BYTES_MAX };
    return s_has_any (begin, ERRORS) ? TERMINAL_RED : s_has_any (begin, WARNINGS) ? TERMINAL_YELLOW : TERMINAL_PLAIN;
}

typedef struct {
    buffer_t *out;
    const terminal_t *terminal;
    int      places [COLUMNS];
    size_t   where_width;       //  Of group and stream together
    buffer_t cell;              //  The one that is being looked at
    bool     cut;
} drawing_t;

static slice_t
s_text (const drawing_t *self, yyjson_val *row, int column)
{
    return self->places [column] < 0 ? SLICE_ABSENT : json_value_text (yyjson_arr_get (row, (size_t) self->places [column]));
}

//  The end of an escaped name, from a path's last part if that fits.
static void
s_append_short (drawing_t *self, slice_t name, size_t width_max, size_t share)
{
    width_max = self->terminal->width / share < width_max ? self->terminal->width / share : width_max;
    buffer_t escaped;
    buffer_init (&escaped, self->out->limit);
    plain_append (&escaped, name);
    slice_t text = buffer_slice (&escaped);
    size_t width = plain_width (text);
    bool cut = self->terminal->width && width > width_max;
    if (cut) {
        size_t skipped = plain_cut (text, width - width_max + 1).size;
        text = (slice_t) { text.data + skipped, text.size - skipped };
        const char *slash = memrchr (text.data, '/', text.size);
        if (slash && (size_t) (slash - text.data) + 1 < text.size)
            text = (slice_t) { slash + 1, text.size - (size_t) (slash + 1 - text.data) };
        self->cut = true;
    }
    buffer_append_text (&self->cell, cut ? "…" : "");
    buffer_append_slice (&self->cell, text);
    buffer_deinit (&escaped);
}

//  Puts group and stream into self->cell. Returns the width.
static size_t
s_read_where (drawing_t *self, yyjson_val *row)
{
    slice_t group = s_text (self, row, COLUMN_GROUP), stream = s_text (self, row, COLUMN_STREAM);
    buffer_clear (&self->cell);
    if (group.size)
        s_append_short (self, group, GROUP_WIDTH_MAX, GROUP_SHARE);
    if (group.size && stream.size)
        buffer_append_text (&self->cell, self->terminal->width ? ":" : "  ");
    if (stream.size)
        s_append_short (self, stream, STREAM_WIDTH_MAX, STREAM_SHARE);
    return plain_width (buffer_slice (&self->cell));
}

//  Most programs end their lines; here they are ended already.
static slice_t
s_without_line_end (slice_t message)
{
    while (message.size && (message.data [message.size - 1] == '\n' || message.data [message.size - 1] == '\r'))
        message.size--;
    return message;
}

static void
s_write_message (drawing_t *self, slice_t message, size_t place)
{
    buffer_clear (&self->cell);
    plain_append (&self->cell, s_without_line_end (message));
    slice_t text = buffer_slice (&self->cell);
    size_t width = self->terminal->width, room = width > place + MESSAGE_WIDTH_MIN ? width - place : MESSAGE_WIDTH_MIN;
    bool cut = width && plain_width (text) > room;
    if (cut)
        text = plain_cut (text, room - 1);
    self->cut |= cut;
    terminal_style_t style = log_lines_style (message);
    buffer_append_text (self->out, style == TERMINAL_PLAIN ? "" : terminal_style (self->terminal, style));
    buffer_append_slice (self->out, text);
    buffer_append_text (self->out, cut ? "…" : "");
    buffer_append_text (self->out, style == TERMINAL_PLAIN ? "" : terminal_style (self->terminal, TERMINAL_PLAIN));
}

static void
s_write_row (drawing_t *self, yyjson_val *row)
{
    buffer_clear (&self->cell);
    plain_append (&self->cell, s_text (self, row, COLUMN_TIME));
    size_t place = plain_width (buffer_slice (&self->cell)) + GAP;
    buffer_append_slice (self->out, buffer_slice (&self->cell));
    plain_pad (self->out, GAP);
    if (self->where_width) {
        size_t width = s_read_where (self, row);
        buffer_append_slice (self->out, buffer_slice (&self->cell));
        plain_pad (self->out, GAP + (self->terminal->width ? self->where_width - width : 0));
        place += self->where_width + GAP;
    }
    s_write_message (self, s_text (self, row, COLUMN_MESSAGE), place);
    buffer_append_char (self->out, '\n');
}

bool
log_lines_write (buffer_t *out, yyjson_val *columns, yyjson_val *rows, const terminal_t *terminal)
{
    drawing_t self = { .out = out, .terminal = terminal };
    size_t at, count;
    yyjson_val *row;
    buffer_init (&self.cell, out->limit);
    if (s_find_columns (columns, self.places)) {
        yyjson_arr_foreach (rows, at, count, row) {
            size_t width = s_read_where (&self, row);
            self.where_width = width > self.where_width ? width : self.where_width;
        }
        if (terminal->width && TIME_WIDTH + self.where_width + 2 * GAP + MESSAGE_WIDTH_MIN > terminal->width) {
            self.cut |= self.where_width > 0;
            self.where_width = 0;               //  What happened says more than where
        }
        yyjson_arr_foreach (rows, at, count, row)
            s_write_row (&self, row);
    }
    if (buffer_status (&self.cell) != STATUS_OK)
        out->status = self.cell.status;         //  A cell that is not whole must not pass for one
    buffer_deinit (&self.cell);
    return self.cut;
}
