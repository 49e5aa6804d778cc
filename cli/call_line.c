#include "call_line.h"

#include "amount.h"
#include "plain.h"

#include <stdlib.h>

enum {
    GAP = 2, NUMBER_WIDTH = 5, TOOL_WIDTH = 21, STATUS_WIDTH = 16, TOTAL_WIDTH = 8, TRACE_WIDTH = 32, WHERE_WIDTH_MIN = 38,
    TIME_WIDTH = 12, TIME_WIDTH_NARROW = 8,     //  To the ms, to the second
    BESIDE_TIME = NUMBER_WIDTH + TOOL_WIDTH + STATUS_WIDTH + TOTAL_WIDTH + 4 * GAP,
    TRACE_FROM = TIME_WIDTH + BESIDE_TIME + GAP + TRACE_WIDTH + GAP + WHERE_WIDTH_MIN,      //  Columns of a terminal that shows trace ids
    SHARE_PERCENT_MIN = 5, NAME_WIDTH_MAX = 48, PARTS_MAX = 7, LINE_BYTES_MAX = 4096,
};

int64_t
call_line_us (const yyjson_val *object, const char *key)
{
    int64_t us = json_int (object, key, 0);
    return us < 0 ? 0 : us > CALL_LINE_US_MAX ? CALL_LINE_US_MAX : us;
}

bool
call_line_read (call_line_t *self, yyjson_val *value)
{
    *self = (call_line_t) {
        .number = json_int (value, "number", 0), .trace_id = json_text (value, "trace_id"), .tool = json_text (value, "tool"),
        .service = json_text (value, "service"), .status = json_text (value, "status"), .ended = json_text (value, "ended"),
        .account = json_text (value, "account"), .region = json_text (value, "region"), .error = json_bool (value, "error", false),
        .shared = json_bool (value, "shared", false), .total_us = call_line_us (value, "total_us"), .queue_us = call_line_us (value, "queue_us"),
        .send_us = call_line_us (value, "send_us"), .worker_us = call_line_us (value, "worker_us"), .aws_us = call_line_us (value, "aws_us"),
        .waited_us = call_line_us (value, "waited_us"), .encode_us = call_line_us (value, "encode_us"), .write_us = call_line_us (value, "write_us"),
        .aws_requests = json_int (value, "aws_requests", 0), .aws_shared = json_int (value, "aws_shared", 0),
        .aws_cached = json_int (value, "aws_cached", 0), .hops = json_int (value, "hops", 0), .retries = json_int (value, "retries", 0),
        .throttled = json_int (value, "throttled", 0),
    };
    return self->number > 0 && self->tool.data && self->status.data;
}

void
call_line_append_us (buffer_t *out, int64_t us, size_t width)
{
    buffer_t text;
    buffer_init (&text, 128);
    amount_append (&text, (double) us, SLICE ("Microseconds"));
    plain_pad (out, text.size < width ? width - text.size : 0);
    buffer_append_slice (out, buffer_slice (&text));
    buffer_deinit (&text);
}

void
call_line_append_cell (buffer_t *out, slice_t text, size_t width)
{
    buffer_t plain;
    buffer_init (&plain, LINE_BYTES_MAX);
    plain_append (&plain, slice_first (text, LINE_BYTES_MAX / 16));
    slice_t shown = plain_cut (buffer_slice (&plain), width);
    buffer_append_slice (out, shown);
    plain_pad (out, width - plain_width (shown));
    buffer_deinit (&plain);
}

typedef struct {
    const char *name;
    int64_t us;
} part_t;

static int
s_by_size (const void *a, const void *b)
{
    int64_t left = ((const part_t *) a)->us, right = ((const part_t *) b)->us;
    return (left < right) - (left > right);
}

static void
s_append_attempts (buffer_t *out, const call_line_t *self, bool short_form)
{
    if (self->aws_requests > 1)
        buffer_printf (out, "%s%lld%s", short_form ? " x" : " in ", (long long) self->aws_requests, short_form ? "" : " requests");
    if (self->throttled && !short_form)
        buffer_printf (out, " (%lld throttled)", (long long) self->throttled);
    else if (self->retries && !short_form)
        buffer_printf (out, " (%lld again)", (long long) self->retries);
}

//  What a call owes to others.
static void
s_append_others (buffer_t *out, const call_line_t *self, const char *comma)
{
    const struct {
        const char *noun, *what;
        int64_t count;
    } notes [] = { { "page", "shared", self->aws_shared }, { "page", "kept from before", self->aws_cached },
                   { "worker", "tried", self->hops > 1 ? self->hops : 0 } };
    if (self->shared) {
        buffer_printf (out, "%sshared", comma);
        comma = ", ";
    }
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (notes [i].count > 0) {
            buffer_printf (out, "%s%lld %s%s %s", comma, (long long) notes [i].count, notes [i].noun, notes [i].count == 1 ? "" : "s",
                           notes [i].what);
            comma = ", ";
        }
}

void
call_line_append_where (buffer_t *out, const call_line_t *self, bool short_form)
{
    //  Requests that run side by side can be more than the worker's whole time
    int64_t own_us = self->worker_us - self->aws_us - self->waited_us, hop_us = self->send_us - self->worker_us;
    bool abreast = self->worker_us > 0 && own_us < 0;
    part_t parts [PARTS_MAX] = {
        { "AWS", self->aws_us }, { "queue", self->queue_us }, { abreast ? "waits" : "wait", self->waited_us }, { "worker", own_us > 0 ? own_us : 0 },
        { "messages", hop_us > 0 ? hop_us : 0 }, { "encode", self->encode_us }, { "write", self->write_us },
    };
    qsort (parts, PARTS_MAX, sizeof *parts, s_by_size);
    const char *comma = "";
    for (size_t i = 0; i < PARTS_MAX; i++) {
        bool aws = strcmp (parts [i].name, "AWS") == 0;
        if (parts [i].us <= 0 || (parts [i].us * 100 < self->total_us * SHARE_PERCENT_MIN && !(aws && self->aws_requests)))
            continue;
        buffer_printf (out, "%s%s ", comma, parts [i].name);
        call_line_append_us (out, parts [i].us, 0);
        if (aws)
            s_append_attempts (out, self, short_form);
        else if (strcmp (parts [i].name, "waits") == 0 && !short_form)
            buffer_append_text (out, " in all");            //  Or a call would seem to wait for longer than it took
        comma = ", ";
    }
    s_append_others (out, self, comma);
}

//  "23:05:07.042" of "2026-11-22T23:05:07.042Z".
static slice_t
s_time (slice_t ended, size_t width)
{
    slice_t rest = ended;
    slice_cut (&rest, 'T');
    return slice_first (rest, width);
}

//  How the columns lie on this terminal.
typedef struct {
    bool   trace;                       //  There is room for trace ids
    size_t time_width;
} columns_t;

static columns_t
s_columns (const terminal_t *terminal)
{
    bool trace = !terminal->width || terminal->width >= TRACE_FROM;
    return (columns_t) { .trace = trace, .time_width = trace ? TIME_WIDTH : TIME_WIDTH_NARROW };
}

//  Appends as much of where the time went as there are columns, in whole parts if one fits.
static void
s_append_fitting (buffer_t *out, slice_t where, size_t column, const terminal_t *terminal)
{
    slice_t shown = where;
    if (terminal->width)
        shown = plain_cut (where, terminal->width > column ? terminal->width - column : 0);
    const char *comma = shown.size < where.size ? memrchr (shown.data, ',', shown.size) : NULL;
    if (comma)
        shown.size = (size_t) (comma - shown.data);
    buffer_append_slice (out, shown);
    while (!shown.size && out->size && out->data [out->size - 1] == ' ')       //  A line ends without blanks
        out->size--;
}

void
call_line_append_heading (buffer_t *out, const terminal_t *terminal)
{
    columns_t columns = s_columns (terminal);
    buffer_printf (out, "%s%*s  %-*s  %-*s  ", terminal_style (terminal, TERMINAL_BOLD), NUMBER_WIDTH, "call", (int) columns.time_width,
                   columns.trace ? "time (UTC)" : "UTC", TOOL_WIDTH, "tool");
    buffer_printf (out, "%-*s  %*s  ", STATUS_WIDTH, "status", TOTAL_WIDTH, "total");
    if (columns.trace)
        buffer_printf (out, "%-*s  where the time went", TRACE_WIDTH, "trace");
    else
        s_append_fitting (out, SLICE ("went into"), columns.time_width + BESIDE_TIME + GAP, terminal);
    buffer_printf (out, "%s\n", terminal_style (terminal, TERMINAL_PLAIN));
}

//  A tool or a status: in its column; a name that is wider sticks out in a pipe.
static size_t
s_append_name (buffer_t *out, slice_t name, size_t width, size_t most)
{
    size_t own = plain_width (name), used = own < width ? width : own < most ? own : most;
    call_line_append_cell (out, name, used);
    return used - width;
}

void
call_line_append (buffer_t *out, const call_line_t *self, const terminal_t *terminal)
{
    columns_t columns = s_columns (terminal);
    bool again = self->retries || self->throttled;
    const char *style = self->error ? terminal_style (terminal, TERMINAL_RED) : again ? terminal_style (terminal, TERMINAL_YELLOW) : "";
    size_t column = columns.time_width + BESIDE_TIME + GAP;
    buffer_printf (out, "%*lld  ", NUMBER_WIDTH, (long long) self->number);
    call_line_append_cell (out, s_time (self->ended, columns.time_width), columns.time_width);
    plain_pad (out, GAP);
    column += s_append_name (out, self->tool, TOOL_WIDTH, terminal->width ? TOOL_WIDTH : NAME_WIDTH_MAX);
    buffer_printf (out, "  %s", style);
    column += s_append_name (out, self->status, STATUS_WIDTH, NAME_WIDTH_MAX);
    buffer_printf (out, "%s  ", *style ? terminal_style (terminal, TERMINAL_PLAIN) : "");
    call_line_append_us (out, self->total_us, TOTAL_WIDTH);
    plain_pad (out, GAP);
    if (columns.trace) {
        call_line_append_cell (out, self->trace_id, TRACE_WIDTH);
        plain_pad (out, GAP);
        column += TRACE_WIDTH + GAP;
    }
    buffer_t where;
    buffer_init (&where, LINE_BYTES_MAX);
    call_line_append_where (&where, self, !columns.trace);
    s_append_fitting (out, buffer_slice (&where), column, terminal);
    buffer_append_char (out, '\n');
    buffer_deinit (&where);
}
