#include "alarm_spans.h"

#include "json.h"
#include "visible.h"

#include <stdlib.h>

static alarm_span_t *
s_find (alarm_spans_t *self, arena_t *arena, slice_t alarm)
{
    for (size_t i = 0; i < self->count; i++)
        if (slice_is (alarm, self->spans [i].name))
            return &self->spans [i];
    if (self->count == ALARM_SPANS_MAX) {
        self->unknown = self->many = true;
        return NULL;
    }
    const char *name = arena_copy (arena, alarm);
    if (!name)
        return NULL;
    alarm_span_t *span = &self->spans [self->count++];
    *span = (alarm_span_t) { .name = name, .edge_ms = self->backwards ? self->end_ms : self->start_ms };
    return span;
}

static void
s_set_state (alarm_span_t *span, slice_t state)
{
    size_t size = state.size < ALARM_STATE_SIZE ? state.size : ALARM_STATE_SIZE - 1;
    memcpy (span->state, state.data, size);
    span->state [size] = '\0';
}

status_t
alarm_spans_add (alarm_spans_t *self, arena_t *arena, const alarm_change_t *change)
{
    self->unknown = self->unknown || !change->alarm.size || !change->from.size || !change->to.size || change->at_ms <= 0;
    if (self->unknown)
        return STATUS_OK;
    alarm_span_t *span = s_find (self, arena, change->alarm);
    if (!span)
        return self->unknown ? STATUS_OK : STATUS_NO_MEMORY;
    int64_t at_ms = change->at_ms < self->start_ms ? self->start_ms : change->at_ms > self->end_ms ? self->end_ms : change->at_ms;
    bool from_alarm = slice_is (change->from, "ALARM"), to_alarm = slice_is (change->to, "ALARM");
    bool first = !span->state [0];
    if (self->backwards ? to_alarm : from_alarm)
        span->in_alarm_ms += llabs (at_ms - span->edge_ms);
    span->edge_ms = at_ms;
    span->alarm_beyond = self->backwards ? from_alarm : to_alarm;
    span->to_alarm += to_alarm && !from_alarm;
    if (first || !self->backwards)
        s_set_state (span, change->to);
    return STATUS_OK;
}

//  In whole minutes; a short time in tenths of them, and the shortest is not none.
static void
s_append_minutes (const alarm_spans_t *self, const alarm_span_t *span, buffer_t *json)
{
    int64_t rest_ms = llabs ((self->backwards ? self->start_ms : self->end_ms) - span->edge_ms);
    int64_t in_alarm_ms = span->in_alarm_ms + (span->alarm_beyond ? rest_ms : 0), tenths = (in_alarm_ms + 3000) / 6000;
    tenths = tenths == 0 && in_alarm_ms > 0 ? 1 : tenths;
    if (tenths < 100 && tenths % 10)
        buffer_printf (json, "%lld.%lld", (long long) tenths / 10, (long long) tenths % 10);
    else
        buffer_printf (json, "%lld", (long long) (in_alarm_ms + 30000) / 60000);
}

static void
s_append_text (buffer_t *json, const char *text)
{
    buffer_t visible;
    buffer_init (&visible, json->limit);
    visible_append (&visible, slice_of (text));
    json_append_string (json, buffer_slice (&visible));
    buffer_deinit (&visible);
}

bool
alarm_spans_append (alarm_spans_t *self, bool all, buffer_t *json)
{
    if (self->unknown || self->count == 0 || (!all && self->count > 1))
        return false;
    buffer_append_text (json, all ? "{\"columns\":[\"alarm\",\"to_alarm\",\"in_alarm_min\",\"state\"],\"rows\":[" : "");
    for (size_t i = 0; i < self->count; i++) {
        const alarm_span_t *span = &self->spans [i];
        buffer_append_text (json, i ? ",[" : all ? "[" : "{");
        if (all) {
            s_append_text (json, span->name);
            buffer_append_char (json, ',');
        }
        buffer_printf (json, "%s%lld,%s", all ? "" : "\"to_alarm\":", (long long) span->to_alarm, all ? "" : "\"in_alarm_min\":");
        s_append_minutes (self, span, json);
        buffer_append_text (json, all ? "," : ",\"state\":");
        s_append_text (json, span->state);
        buffer_append_char (json, all ? ']' : '}');
    }
    buffer_append_text (json, all ? "]}" : "");
    return true;
}
