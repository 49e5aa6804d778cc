#include "found.h"

#include "seal.h"
#include "sentence.h"
#include "visible.h"

#include <stdlib.h>

enum { CAPACITY_FIRST = 64, SAID_BYTES_MAX = 3000, SENTENCE_BYTES_MAX = 600, LABEL_BYTES_MAX = 1024 };

status_t
found_init (found_t *self, call_t *call, size_t queries)
{
    *self = (found_t) {
        .first = arena_alloc (call_arena (call), queries * sizeof *self->first),
        .last = arena_alloc (call_arena (call), queries * sizeof *self->last),
    };
    buffer_init (&self->said, SAID_BYTES_MAX);
    return self->first && self->last ? STATUS_OK : STATUS_NO_MEMORY;
}

void
found_deinit (found_t *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        datapoints_deinit (&self->all [i].series);
    free (self->all);
    buffer_deinit (&self->said);
    *self = (found_t) { .all = NULL };
}

found_series_t *
found_next (const found_t *self, size_t query, const found_series_t *before)
{
    uint32_t next = before ? before->next : self->first [query];
    return next ? &self->all [next - 1] : NULL;
}

//  A sentence of the form "m1: text", unless it was said already or there is no room.
static void
s_say (found_t *self, slice_t id, slice_t text)
{
    buffer_t sentence;
    buffer_init (&sentence, 2 * SENTENCE_BYTES_MAX);
    if (id.size)
        buffer_printf (&sentence, "%.*s: ", (int) id.size, id.data);
    visible_append_cut (&sentence, text, SENTENCE_BYTES_MAX);
    if (sentence.size && !strchr (".!?", sentence.data [sentence.size - 1]))
        buffer_append_char (&sentence, '.');
    bool known = self->said.size && memmem (self->said.data, self->said.size, sentence.data, sentence.size);
    if (known)
        ;
    else if (self->said.size + sentence.size + 1 > SAID_BYTES_MAX) {
        self->unsaid++;
    } else {
        sentence_begin (&self->said);
        buffer_append_slice (&self->said, buffer_slice (&sentence));
    }
    buffer_deinit (&sentence);
}

static void
s_say_messages (found_t *self, slice_t id, yyjson_val *messages)
{
    size_t index, count;
    yyjson_val *message;
    yyjson_arr_foreach (messages, index, count, message) {
        slice_t text = json_text (message, "Value");
        if (!text.size)
            text = json_text (message, "Code");
        if (text.size)
            s_say (self, id, text);
    }
}

static void
s_say_status (found_t *self, slice_t id, slice_t status)
{
    if (slice_is (status, "Forbidden"))
        s_say (self, id, SLICE ("AWS does not let this role read it (Forbidden)."));
    else if (slice_is (status, "InternalError"))
        s_say (self, id, SLICE ("AWS failed to read it (InternalError); ask again."));
}

//  The series that this part belongs to, or NULL: it is a new one.
static found_series_t *
s_begun (const found_t *self, const query_t *query, size_t index, uint64_t told)
{
    found_series_t *series = NULL;
    while ((series = found_next (self, index, series)))
        if (query_is_metric (query) || (series->told == told && series->partial && series->page != self->pages))
            return series;
    return NULL;
}

static char *
s_label (call_t *call, const query_t *query, slice_t aws)
{
    buffer_t label;
    buffer_init (&label, LABEL_BYTES_MAX);
    metric_append_label (&label, &query->metric, aws, query->label.size > 0);
    char *copy = buffer_status (&label) == STATUS_OK ? arena_copy (call_arena (call), buffer_slice (&label)) : NULL;
    buffer_deinit (&label);
    return copy;
}

static status_t
s_add (found_t *self, call_t *call, const query_t *query, size_t index, slice_t label, found_series_t **series)
{
    if (self->count == self->capacity) {
        uint32_t capacity = self->capacity ? self->capacity * 2 : CAPACITY_FIRST;
        found_series_t *all = realloc (self->all, capacity * sizeof *all);
        if (!all)
            return STATUS_NO_MEMORY;
        self->all = all;
        self->capacity = capacity;
    }
    *series = &self->all [self->count++];
    **series = (found_series_t) { .label = s_label (call, query, label), .told = seal_text (0, label) };
    if (self->last [index])
        self->all [self->last [index] - 1].next = self->count;
    else
        self->first [index] = self->count;
    self->last [index] = self->count;
    return (*series)->label ? STATUS_OK : STATUS_NO_MEMORY;
}

static status_t
s_refuse (call_t *call, const char *what, long long limit)
{
    status_t status = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "This finds more than %lld %s, which is more than one call can hold. Ask with a "
                                 "longer period, a shorter window, fewer queries, or a narrower SEARCH.", limit, what);
    return status == STATUS_OK ? STATUS_INVALID_ARGUMENT : status;
}

static status_t
s_take_values (found_t *self, found_series_t *series, yyjson_val *result)
{
    yyjson_val *times = yyjson_obj_get (result, "Timestamps"), *values = yyjson_obj_get (result, "Values");
    yyjson_arr_iter at_time, at_value;
    if (!yyjson_arr_iter_init (times, &at_time) || !yyjson_arr_iter_init (values, &at_value))
        return STATUS_OK;
    for (yyjson_val *time, *value; (time = yyjson_arr_iter_next (&at_time)) && (value = yyjson_arr_iter_next (&at_value));) {
        double seconds = yyjson_get_num (time);
        if (!yyjson_is_num (time) || !yyjson_is_num (value) || !(seconds >= 0 && seconds < 1e11))
            continue;
        status_t status = datapoints_add (&series->series, (int64_t) (seconds * 1000.0 + 0.5), yyjson_get_num (value));
        if (status != STATUS_OK)
            return status;
        self->points++;
    }
    return STATUS_OK;
}

static status_t
s_take_result (found_t *self, call_t *call, const queries_t *queries, yyjson_val *result)
{
    size_t index = queries_find (queries, json_text (result, "Id"));
    if (index == SIZE_MAX)
        return STATUS_OK;               //  Nobody asked for it
    const query_t *query = &queries->all [index];
    slice_t label = json_text (result, "Label"), code = json_text (result, "StatusCode");
    found_series_t *series = s_begun (self, query, index, seal_text (0, label));
    if (!series && self->count == SERIES_MAX)
        return s_refuse (call, "series", SERIES_MAX);
    status_t status = series ? STATUS_OK : s_add (self, call, query, index, label, &series);
    if (status == STATUS_OK)
        status = s_take_values (self, series, result);
    if (status != STATUS_OK)
        return status;
    series->page = self->pages;
    series->partial = slice_is (code, "PartialData");
    s_say_status (self, query->id, code);
    s_say_messages (self, query->id, yyjson_obj_get (result, "Messages"));
    return self->points > POINTS_MAX ? s_refuse (call, "datapoints", POINTS_MAX) : STATUS_OK;
}

status_t
found_take (found_t *self, call_t *call, const queries_t *queries, yyjson_val *answer)
{
    self->pages++;
    size_t index, count;
    yyjson_val *result;
    yyjson_arr_foreach (yyjson_obj_get (answer, "MetricDataResults"), index, count, result) {
        status_t status = s_take_result (self, call, queries, result);
        if (status != STATUS_OK)
            return status;
    }
    s_say_messages (self, SLICE_ABSENT, yyjson_obj_get (answer, "Messages"));
    return STATUS_OK;
}

void
found_settle (found_t *self, const query_t *query, size_t index)
{
    found_series_t *series = NULL;
    while ((series = found_next (self, index, series))) {
        datapoints_settle (&series->series);
        if (series->partial)
            s_say (self, query->id, SLICE ("AWS gave only a part of its datapoints (PartialData); ask for a shorter window."));
    }
}
