#include "event_reader.h"

void
event_reader_init (event_reader_t *self, size_t bytes_max, event_read_t *read, void *arg)
{
    *self = (event_reader_t) { .read = read, .arg = arg };
    buffer_init (&self->line, bytes_max);
    buffer_init (&self->name, bytes_max);
    buffer_init (&self->data, bytes_max);
}

void
event_reader_deinit (event_reader_t *self)
{
    buffer_deinit (&self->line);
    buffer_deinit (&self->name);
    buffer_deinit (&self->data);
}

static void
s_end_event (event_reader_t *self)
{
    slice_t name = self->name.size ? buffer_slice (&self->name) : SLICE ("message");
    if (self->has_data)
        self->read (self->arg, name, self->data.data ? buffer_slice (&self->data) : SLICE (""));
    buffer_clear (&self->name);
    buffer_clear (&self->data);
    self->has_data = false;
}

//  "field: value", "field:value" or "field".
static void
s_end_line (event_reader_t *self)
{
    slice_t value = buffer_slice (&self->line);
    if (!self->begun && slice_starts (value, "\xEF\xBB\xBF"))
        value = (slice_t) { value.data + 3, value.size - 3 };
    self->begun = true;
    if (value.size == 0) {
        s_end_event (self);
        return;
    }
    slice_t field = slice_cut (&value, ':');
    if (value.size && value.data [0] == ' ')
        value = (slice_t) { value.data + 1, value.size - 1 };
    if (slice_is (field, "event")) {
        buffer_clear (&self->name);
        buffer_append_slice (&self->name, value);
    } else if (slice_is (field, "data")) {
        if (self->has_data)
            buffer_append_char (&self->data, '\n');
        buffer_append_slice (&self->data, value);
        self->has_data = true;
    }
}

bool
event_reader_take (event_reader_t *self, slice_t bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        char c = bytes.data [i];
        bool belongs = c == '\n' && self->after_return;
        self->after_return = c == '\r';
        if (belongs)
            continue;
        if (c != '\n' && c != '\r') {
            buffer_append_char (&self->line, c);
            continue;
        }
        if (buffer_status (&self->line) != STATUS_OK)
            return false;
        s_end_line (self);
        buffer_clear (&self->line);
        if (buffer_status (&self->data) != STATUS_OK || self->data.size + self->name.size > self->data.limit)
            return false;
    }
    return buffer_status (&self->line) == STATUS_OK;
}
