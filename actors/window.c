#include "window.h"

#include "body.h"
#include "clock.h"
#include "moment.h"
#include "visible.h"

#include <stdio.h>

enum { QUOTE_BYTES_MAX = 60 };

static status_t
s_refuse (call_t *call, const char *name, slice_t text)
{
    buffer_t quoted;
    buffer_init (&quoted, 4096);
    visible_append_cut (&quoted, text, QUOTE_BYTES_MAX);
    status_t status = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "%s \"%.*s\" is not a time. Use ISO 8601 (2026-11-22T12:00Z; without an "
                                 "offset it is UTC), epoch seconds, or an offset from now (-90m, -3h, -2d, -1w, now).", name, (int) quoted.size,
                                 quoted.data ? quoted.data : "");
    buffer_deinit (&quoted);
    return status == STATUS_OK ? STATUS_INVALID_ARGUMENT : status;
}

static status_t
s_refuse_order (call_t *call, const window_t *window)
{
    char start [CLOCK_TEXT_SIZE], end [CLOCK_TEXT_SIZE], now [CLOCK_TEXT_SIZE + 16] = "";
    if (!window->until_now) {
        char text [CLOCK_TEXT_SIZE];
        snprintf (now, sizeof now, " (now it is %s)", clock_text_second (window->now_ms, text));
    }
    status_t status = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "The window must begin before it ends: start_time is %s, end_time is %s%s%s.",
                                 clock_text_second (window->start_ms, start), window->until_now ? "now, " : "",
                                 clock_text_second (window->end_ms, end), now);
    return status == STATUS_OK ? STATUS_INVALID_ARGUMENT : status;
}

status_t
window_read (call_t *call, int64_t default_ms, window_t *window)
{
    slice_t start = argument_text (call_arguments (call), "start_time"), end = argument_text (call_arguments (call), "end_time");
    int64_t now_ms = (call_wall_ms (call) + 999) / 1000 * 1000;
    *window = (window_t) { .end_ms = now_ms, .now_ms = now_ms };
    if (end.data && !moment_read (end, now_ms, &window->end_ms))
        return s_refuse (call, "end_time", end);
    window->until_now = window->end_ms >= now_ms;
    if (window->until_now)
        window->end_ms = now_ms;
    window->start_ms = window->end_ms > default_ms ? window->end_ms - default_ms : 0;
    if (start.data && !moment_read (start, now_ms, &window->start_ms))
        return s_refuse (call, "start_time", start);
    return window->start_ms < window->end_ms ? STATUS_OK : s_refuse_order (call, window);
}

void
window_append (buffer_t *out, int64_t start_ms, int64_t end_ms)
{
    char start [CLOCK_TEXT_SIZE], end [CLOCK_TEXT_SIZE];
    const char *(*text) (int64_t, char *) = clock_text_minute;
    if (start_ms % 60000 || end_ms % 60000)
        text = start_ms % 1000 || end_ms % 1000 ? clock_text_ms : clock_text_second;
    buffer_printf (out, "[\"%s\",\"%s\"]", text (start_ms, start), text (end_ms, end));
}
