#include "series_page.h"

//  What stands around the values of a series: its summary, and where they begin.
enum { AROUND_BYTES_MAX = 4096, BEHIND_BYTES_MAX = 64 * 1024, TOKEN_BYTES_MAX = 256 };

void
series_page_init (series_page_t *self, int64_t limit, size_t bytes_max)
{
    *self = (series_page_t) { .limit = limit, .bytes_max = bytes_max };
    buffer_init (&self->rows, SIZE_MAX);
}

void
series_page_deinit (series_page_t *self)
{
    buffer_deinit (&self->rows);
}

bool
series_page_take (series_page_t *self, slice_t head, const datapoints_t *series, const timegrid_t *grid, int64_t period_s, size_t from)
{
    if (self->full || self->next_value || self->count >= self->limit)
        return false;
    size_t used = self->rows.size + head.size, left = used < self->bytes_max ? self->bytes_max - used : 0;
    buffer_t row;
    buffer_init (&row, head.size + left + AROUND_BYTES_MAX);
    buffer_append_text (&row, self->count ? ",{" : "{");
    buffer_append_slice (&row, head);
    size_t next = datapoints_append (series, &row, grid, period_s, from, left);
    buffer_append_char (&row, '}');
    self->full = self->count > 0 && (next || self->rows.size + row.size > self->bytes_max);
    if (!self->full) {
        buffer_append_slice (&self->rows, buffer_slice (&row));
        if (buffer_status (&row) != STATUS_OK)
            self->rows.status = buffer_status (&row);
        self->count++;
        self->next_value = next;
    }
    buffer_deinit (&row);
    return !self->full;
}

const char *
series_page_reached (const series_page_t *self)
{
    return self->full || self->next_value ? "max_bytes" : "limit";
}

static void
s_append_text (buffer_t *json, const char *member, slice_t text)
{
    if (text.size == 0)
        return;
    buffer_printf (json, ",\"%s\":", member);
    json_append_string (json, text);
}

status_t
series_page_finish (const series_page_t *self, call_t *call, const timegrid_t *grid, const place_t *next, slice_t note)
{
    if (buffer_status (&self->rows) != STATUS_OK)
        return buffer_status (&self->rows);
    buffer_t json, token;
    buffer_init (&json, self->rows.size + BEHIND_BYTES_MAX);
    buffer_init (&token, TOKEN_BYTES_MAX);
    if (next)
        place_append (&token, call, next);
    timegrid_append (&json, grid);
    buffer_append_text (&json, "\"series\":[");
    buffer_append_slice (&json, buffer_slice (&self->rows));
    buffer_append_char (&json, ']');
    s_append_text (&json, "next_token", buffer_slice (&token));
    s_append_text (&json, "note", note);
    buffer_append_char (&json, '}');
    buffer_deinit (&token);
    return call_finish (call, &json, next != NULL);
}
