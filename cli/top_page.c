#include "top_page.h"

#include "plain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_WIDTH = 36, CELL_WIDTH = 9, CELL_BYTES_MAX = 256, TOTALS_BYTES_MAX = 1024, SILENT_MS = 2000 };

static slice_t
s_keep (char *room, slice_t text)
{
    size_t size = text.size < TOP_TEXT_SIZE - 1 ? text.size : TOP_TEXT_SIZE - 1;
    memcpy (room, text.data ? text.data : "", size);
    room [size] = '\0';
    return (slice_t) { room, size };
}

void
top_page_add (top_page_t *self, const call_line_t *line)
{
    top_call_t *call = &self->calls [line->number % TOP_CALLS];
    if (call->line.number > line->number)
        return;
    call->line = *line;
    call->line.tool = s_keep (call->tool, line->tool);
    call->line.status = s_keep (call->status, line->status);
    call->line.ended = s_keep (call->ended, line->ended);
    call->line.trace_id = s_keep (call->trace_id, line->trace_id);
    call->line.service = call->line.account = call->line.region = SLICE_ABSENT;
}

void
top_page_forget (top_page_t *self)
{
    for (size_t i = 0; i < TOP_CALLS; i++)
        self->calls [i].line.number = 0;
}

//  --- Cells

typedef struct {
    buffer_t *out;
    const terminal_t *terminal;
    const char *mark;                   //  Style of the next cells
} page_t;

static void
s_cell (const page_t *page, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

//  To the right, in CELL_WIDTH columns.
static void
s_cell (const page_t *page, const char *format, ...)
{
    char text [CELL_BYTES_MAX];
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (text, sizeof text, format, arguments);
    va_end (arguments);
    buffer_printf (page->out, " %s%*s%s", page->mark, CELL_WIDTH, text, *page->mark ? terminal_style (page->terminal, TERMINAL_PLAIN) : "");
}

//  What should be nothing stands out when it is not.
static void
s_rate (page_t *page, double per_s, bool bad)
{
    page->mark = bad && per_s > 0 ? terminal_style (page->terminal, TERMINAL_RED) : "";
    s_cell (page, "%.1f", per_s);
    page->mark = "";
}

static void
s_time (const page_t *page, int64_t us)
{
    buffer_append_char (page->out, ' ');
    if (us > 0)
        call_line_append_us (page->out, us, CELL_WIDTH);
    else
        buffer_printf (page->out, "%*s", CELL_WIDTH, "-");
}

static void
s_heading (const page_t *page, const char *name, size_t name_width, const char *const *columns, size_t count)
{
    buffer_printf (page->out, "\n%s%-*s", terminal_style (page->terminal, TERMINAL_BOLD), (int) name_width, name);
    for (size_t i = 0; i < count; i++)
        buffer_printf (page->out, " %*s", CELL_WIDTH, columns [i]);
    buffer_printf (page->out, "%s\n", terminal_style (page->terminal, TERMINAL_PLAIN));
}

#define HEADING(page, name, width, ...) \
    s_heading (page, name, width, (const char *const []) { __VA_ARGS__ }, sizeof (const char *const []) { __VA_ARGS__ } / sizeof (char *))

//  --- The parts of the page

static void
s_write_head (const page_t *page, const top_page_t *self, yyjson_val *state)
{
    yyjson_val *clients = yyjson_obj_get (state, "clients"), *gateway = yyjson_obj_get (state, "gateway");
    buffer_printf (page->out, "%scloudwatch-mcp%s at ", terminal_style (page->terminal, TERMINAL_BOLD),
                   terminal_style (page->terminal, TERMINAL_PLAIN));
    plain_append (page->out, slice_of (self->admin));
    buffer_append_text (page->out, ", ");
    slice_t time = json_text (state, "time");
    slice_cut (&time, 'T');
    plain_append (page->out, slice_first (time, sizeof "23:05:07" - 1));
    buffer_printf (page->out, " UTC; rates of the last %lld s\n", (long long) json_int (state, "window_s", 0));
    buffer_printf (page->out, "clients: %lld connections, %lld under way, %lld followers\n", (long long) json_int (clients, "connections", 0),
                   (long long) json_int (clients, "exchanges", 0), (long long) json_int (clients, "followers", 0));
    buffer_printf (page->out, "calls: %.1f/s, %.1f errors/s, %lld in flight, %lld queued\n", json_number (gateway, "per_s", 0),
                   json_number (gateway, "errors_per_s", 0), (long long) json_int (gateway, "in_flight", 0),
                   (long long) json_int (gateway, "queued", 0));
    static const char *const TOTALS [] = { "calls", "results", "faults", "refused", "expired", "cancelled", "lost", "shared", "repeated" };
    buffer_t totals;
    buffer_init (&totals, TOTALS_BYTES_MAX);
    buffer_append_text (&totals, "since its start: ");
    for (size_t i = 0; i < sizeof TOTALS / sizeof *TOTALS; i++) {
        int64_t count = json_int (gateway, TOTALS [i], 0);
        if (count || i == 0)
            buffer_printf (&totals, "%s%lld %s", i ? ", " : "", (long long) count, TOTALS [i]);
    }
    plain_wrap (page->out, buffer_slice (&totals), 0, 2, page->terminal->width);
    buffer_deinit (&totals);
    buffer_append_char (page->out, '\n');
}

static void
s_write_services (page_t *page, yyjson_val *state)
{
    enum { SERVICE_WIDTH = 8 };
    HEADING (page, "service", SERVICE_WIDTH, "queued", "oldest", "in flight", "workers", "calls/s", "errors/s", "mean");
    size_t at, count;
    yyjson_val *service;
    yyjson_arr_foreach (yyjson_obj_get (state, "services"), at, count, service) {
        int64_t queued = json_int (service, "queued", 0);
        call_line_append_cell (page->out, json_text (service, "name"), SERVICE_WIDTH);
        page->mark = queued > 0 ? terminal_style (page->terminal, TERMINAL_YELLOW) : "";
        s_cell (page, "%lld", (long long) queued);
        page->mark = "";
        s_time (page, 1000 * call_line_us (service, "oldest_ms"));
        s_cell (page, "%lld/%lld", (long long) json_int (service, "in_flight", 0), (long long) json_int (service, "credit", 0));
        int64_t workers = json_int (service, "workers", 0);
        page->mark = workers == 0 ? terminal_style (page->terminal, TERMINAL_RED) : "";
        s_cell (page, "%lld", (long long) workers);
        page->mark = "";
        s_rate (page, json_number (service, "per_s", 0), false);
        s_rate (page, json_number (service, "errors_per_s", 0), true);
        s_time (page, call_line_us (service, "mean_us"));
        buffer_append_char (page->out, '\n');
    }
    yyjson_val *worker;
    yyjson_arr_foreach (yyjson_obj_get (state, "workers"), at, count, worker) {
        bool draining = json_bool (worker, "draining", false);
        int64_t silent_ms = json_int (worker, "silent_ms", 0);
        if (!draining && silent_ms < SILENT_MS)
            continue;
        buffer_append_text (page->out, "worker ");
        plain_append (page->out, slice_first (json_text (worker, "id"), TOP_TEXT_SIZE / 2));
        buffer_append_text (page->out, " of ");
        plain_append (page->out, slice_first (json_text (worker, "service"), TOP_TEXT_SIZE / 2));
        buffer_printf (page->out, draining ? " takes no more calls\n" : " was last heard %.1f s ago\n", (double) silent_ms / 1000);
    }
}

static void
s_write_apis (page_t *page, yyjson_val *state)
{
    yyjson_val *apis = yyjson_obj_get (state, "aws"), *api;
    if (yyjson_arr_size (apis) == 0)
        return;
    HEADING (page, "AWS API", NAME_WIDTH, "calls/s", "errors/s", "throttled", "mean");
    size_t at, count;
    yyjson_arr_foreach (apis, at, count, api) {
        call_line_append_cell (page->out, json_text (api, "api"), NAME_WIDTH);
        s_rate (page, json_number (api, "per_s", 0), false);
        s_rate (page, json_number (api, "errors_per_s", 0), true);
        s_rate (page, json_number (api, "throttled_per_s", 0), true);
        s_time (page, call_line_us (api, "mean_us"));
        buffer_append_char (page->out, '\n');
    }
}

typedef struct {
    slice_t tool;
    int64_t calls, errors, total_us, slowest_us;
} tool_t;

static int
s_by_time (const void *a, const void *b)
{
    const tool_t *left = a, *right = b;
    return (left->total_us < right->total_us) - (left->total_us > right->total_us);
}

static void
s_count (tool_t *tools, size_t *count_p, const call_line_t *line)
{
    size_t i = 0;
    while (i < *count_p && !slice_eq (tools [i].tool, line->tool))
        i++;
    if (i == *count_p)
        tools [(*count_p)++] = (tool_t) { .tool = line->tool };
    tools [i].calls++;
    tools [i].errors += line->error;
    tools [i].total_us += line->total_us;
    if (line->total_us > tools [i].slowest_us)
        tools [i].slowest_us = line->total_us;
}

static void
s_write_tools (page_t *page, const top_page_t *self)
{
    tool_t tools [TOP_CALLS];
    size_t count = 0;
    for (size_t i = 0; i < TOP_CALLS; i++)
        if (self->calls [i].line.number)
            s_count (tools, &count, &self->calls [i].line);
    if (!count)
        return;
    qsort (tools, count, sizeof *tools, s_by_time);
    HEADING (page, "tool, of the last 256 calls", NAME_WIDTH, "calls", "errors", "mean", "slowest");
    for (size_t i = 0; i < count && i < TOP_TOOLS; i++) {
        call_line_append_cell (page->out, tools [i].tool, NAME_WIDTH);
        s_cell (page, "%lld", (long long) tools [i].calls);
        page->mark = tools [i].errors ? terminal_style (page->terminal, TERMINAL_RED) : "";
        s_cell (page, "%lld", (long long) tools [i].errors);
        page->mark = "";
        s_time (page, tools [i].total_us / tools [i].calls);
        s_time (page, tools [i].slowest_us);
        buffer_append_char (page->out, '\n');
    }
    if (count > TOP_TOOLS)
        buffer_printf (page->out, "and %zu more\n", count - TOP_TOOLS);
}

static int
s_by_total (const void *a, const void *b)
{
    const call_line_t *left = *(const call_line_t *const *) a, *right = *(const call_line_t *const *) b;
    return left->total_us != right->total_us ? (left->total_us < right->total_us ? 1 : -1) : left->number < right->number ? 1 : -1;
}

static void
s_write_slowest (page_t *page, const top_page_t *self)
{
    const call_line_t *slowest [TOP_CALLS];
    size_t count = 0;
    for (size_t i = 0; i < TOP_CALLS; i++)
        if (self->calls [i].line.number)
            slowest [count++] = &self->calls [i].line;
    if (!count)
        return;
    qsort (slowest, count, sizeof *slowest, s_by_total);
    buffer_append_text (page->out, "\nthe slowest of them (cloudwatch-mcp trace NUMBER shows one)\n");
    call_line_append_heading (page->out, page->terminal);
    for (size_t i = 0; i < count && i < TOP_SLOWEST; i++)
        call_line_append (page->out, slowest [i], page->terminal);
}

void
top_page_write (buffer_t *out, const top_page_t *self, yyjson_val *state, const terminal_t *terminal)
{
    page_t page = { .out = out, .terminal = terminal, .mark = "" };
    s_write_head (&page, self, state);
    s_write_services (&page, state);
    s_write_apis (&page, state);
    if (!json_bool (state, "recording", true))
        buffer_append_text (out, "\nThis server keeps no traces (--trace off): its calls cannot be shown.\n");
    s_write_tools (&page, self);
    s_write_slowest (&page, self);
}
