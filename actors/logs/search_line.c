#include "search_line.h"

#include "clock.h"
#include "json.h"
#include "number.h"
#include "visible.h"

static const char ELLIPSIS [] = "…";

//  Names have 512 characters at most; shown, each may take some bytes more.
enum { ELLIPSIS_BYTES = sizeof ELLIPSIS - 1, NAME_BYTES_MAX = 8192 };

static slice_t
s_without_line_end (slice_t text)
{
    while (text.size && (text.data [text.size - 1] == '\n' || text.data [text.size - 1] == '\r'))
        text.size--;
    return text;
}

//  What was cut has at least bytes_max bytes and the ellipsis behind them; no text that fits can be as long and end so.
static bool
s_is_cut (const buffer_t *shown, size_t bytes_max)
{
    return shown->size >= bytes_max + ELLIPSIS_BYTES && memcmp (shown->data + shown->size - ELLIPSIS_BYTES, ELLIPSIS, ELLIPSIS_BYTES) == 0;
}

static status_t
s_append_shown (buffer_t *out, slice_t text, size_t bytes_max)
{
    buffer_t shown;
    buffer_init (&shown, SIZE_MAX);
    visible_append_cut (&shown, s_without_line_end (text), bytes_max);
    if (s_is_cut (&shown, bytes_max)) {
        buffer_append_text (&shown, " [");
        number_append_of (&shown, (int64_t) text.size, "byte");
        buffer_append_char (&shown, ']');
    }
    json_append_string (out, shown.size ? buffer_slice (&shown) : SLICE (""));
    status_t status = buffer_status (&shown);
    buffer_deinit (&shown);
    return status == STATUS_OK ? buffer_status (out) : status;
}

status_t
search_line_append (buffer_t *out, const search_line_t *line)
{
    const slice_t texts [] = { line->group, line->stream, line->message };
    char time [CLOCK_TEXT_SIZE];
    buffer_printf (out, "[\"%s\"", clock_text_ms (line->time_ms, time));
    status_t status = STATUS_OK;
    for (int i = line->group.data ? 0 : 1; i < 3 && status == STATUS_OK; i++) {
        buffer_append_char (out, ',');
        status = s_append_shown (out, texts [i], i == 2 ? line->bytes_max : NAME_BYTES_MAX);
    }
    buffer_append_char (out, ']');
    return status == STATUS_OK ? buffer_status (out) : status;
}
