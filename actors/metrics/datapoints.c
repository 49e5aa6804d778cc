#include "datapoints.h"

#include "clock.h"
#include "measure.h"
#include "sentence.h"

#include <math.h>
#include <stdlib.h>

enum { CAPACITY_FIRST = 64, EVERY_COUNT_MIN = 3, MINUTE_S = 60 };

//  Where the values of a series stand.
typedef struct {
    int64_t start_ms, step_ms;          //  step_ms 0: on no grid, each value has its time
    size_t  slots;
} layout_t;

status_t
datapoints_add (datapoints_t *self, int64_t time_ms, double value)
{
    if (self->count == self->capacity) {
        size_t capacity = self->capacity ? self->capacity * 2 : CAPACITY_FIRST;
        point_t *points = realloc (self->points, capacity * sizeof *points);
        if (!points)
            return STATUS_NO_MEMORY;
        self->points = points;
        self->capacity = capacity;
    }
    if (self->count && time_ms <= self->points [self->count - 1].time_ms)
        self->unsorted = true;
    self->points [self->count++] = (point_t) { time_ms, value };
    return STATUS_OK;
}

void
datapoints_deinit (datapoints_t *self)
{
    free (self->points);
    *self = (datapoints_t) { .points = NULL };
}

//  Merges two runs of points, one behind the other, that are each in order; of equals those of the left run come first.
static void
s_merge (const point_t *from, size_t left, size_t count, point_t *to)
{
    size_t i = 0, j = left;
    for (size_t k = 0; k < count; k++) {
        bool take_left = j == count || (i < left && from [i].time_ms <= from [j].time_ms);
        to [k] = from [take_left ? i++ : j++];
    }
}

//  Merge sort from the bottom up: it keeps the order in which equals came, which qsort does not promise. Without memory the points stay unsorted.
static bool
s_sort (point_t *points, size_t count)
{
    point_t *spare = malloc (count * sizeof *spare);
    if (!spare)
        return false;
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t at = 0; at < count; at += 2 * run) {
            size_t both = count - at < 2 * run ? count - at : 2 * run;
            s_merge (points + at, both < run ? both : run, both, spare + at);
        }
        memcpy (points, spare, count * sizeof *points);
    }
    free (spare);
    return true;
}

void
datapoints_settle (datapoints_t *self)
{
    if (!self->unsorted || !s_sort (self->points, self->count))
        return;
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++) {
        if (kept && self->points [kept - 1].time_ms == self->points [i].time_ms)
            kept--;
        self->points [kept++] = self->points [i];
    }
    self->count = kept;
    self->unsorted = false;
}

void
datapoints_cut (datapoints_t *self, int64_t end_ms)
{
    while (self->count && self->points [self->count - 1].time_ms >= end_ms)
        self->count--;
}

//  The window's own grid, when the datapoints stand on it; else one with the same step through the first of them; else none.
static layout_t
s_layout (const datapoints_t *self, const timegrid_t *grid, int64_t period_s)
{
    const layout_t none = { 0, 0, self->count };
    if (self->unsorted || period_s <= 0)
        return none;
    int64_t step_ms = period_s * 1000, phase_ms = self->points [0].time_ms % step_ms;
    int64_t start_ms = grid->start_ms / step_ms * step_ms + phase_ms;
    if (start_ms > grid->start_ms && self->points [0].time_ms < start_ms)
        start_ms -= step_ms;            //  A period that the window begins within
    for (size_t i = 0; i < self->count; i++)
        if (self->points [i].time_ms % step_ms != phase_ms)
            return none;
    if (self->points [0].time_ms < start_ms || self->points [self->count - 1].time_ms >= grid->end_ms)
        return none;
    return (layout_t) { start_ms, step_ms, (size_t) ((grid->end_ms - start_ms + step_ms - 1) / step_ms) };
}

//  To the minute; to the second or finer only where it must be.
static void
s_time (buffer_t *out, int64_t time_ms)
{
    char text [CLOCK_TEXT_SIZE];
    const char *(*write) (int64_t, char *) = time_ms % 1000 ? clock_text_ms : time_ms % 60000 ? clock_text_second : clock_text_minute;
    buffer_printf (out, "\"%s\"", write (time_ms, text));
}

static void
s_summary (buffer_t *out, const datapoints_t *self)
{
    double sum = 0, min = INFINITY;
    const point_t *max = &self->points [0];
    for (size_t i = 0; i < self->count; i++) {
        const point_t *point = &self->points [i];
        sum += point->value;
        min = fmin (min, point->value);
        if (point->value > max->value)
            max = point;
    }
    buffer_append_text (out, "\"summary\":{\"min\":");
    measure_append (out, min);
    buffer_append_text (out, ",\"avg\":");
    measure_append (out, sum / (double) self->count);
    buffer_append_text (out, ",\"max\":");
    measure_append (out, max->value);
    buffer_append_text (out, ",\"max_at\":");
    s_time (out, max->time_ms);
    buffer_append_text (out, ",\"last\":");
    measure_append (out, self->points [self->count - 1].value);
    buffer_append_text (out, "},");
}

//  Where the values stand, when that is not the window's own grid, or not its beginning.
static void
s_where (buffer_t *out, const layout_t *layout, const timegrid_t *grid, size_t from)
{
    if (layout->step_ms == 0)
        return;
    if (layout->step_ms != grid->period_s * 1000)
        buffer_printf (out, "\"period_s\":%lld,", (long long) layout->step_ms / 1000);
    int64_t first_ms = layout->start_ms + (int64_t) from * layout->step_ms;
    if (from == 0 && layout->start_ms == grid->start_ms)
        return;
    buffer_append_text (out, from ? "\"from\":" : "\"start\":");
    s_time (out, first_ms);
    buffer_append_char (out, ',');
}

//  The values from a slot on, while they fit; returns the slot behind the last.
static size_t
s_values (const datapoints_t *self, buffer_t *out, const layout_t *layout, size_t from, size_t bytes_max)
{
    size_t begin = out->size, at = 0, slot = from;
    int64_t first_ms = layout->start_ms + (int64_t) from * layout->step_ms;
    while (at < self->count && self->points [at].time_ms < first_ms)
        at++;
    for (; slot < layout->slots && (slot == from || out->size - begin < bytes_max); slot++) {
        int64_t time_ms = layout->start_ms + (int64_t) slot * layout->step_ms;
        bool there = at < self->count && self->points [at].time_ms == time_ms;
        if (slot > from)
            buffer_append_char (out, ',');
        measure_append (out, there ? self->points [at++].value : NAN);
    }
    return slot;
}

//  Times and values side by side: the bytes of both are counted by writing the values first.
static size_t
s_timed_values (const datapoints_t *self, buffer_t *out, size_t from, size_t bytes_max)
{
    buffer_t values;
    buffer_init (&values, bytes_max + CLOCK_TEXT_SIZE);
    size_t begin = out->size, at = from;
    buffer_append_text (out, "\"times\":[");
    for (; at < self->count && (at == from || out->size - begin + values.size < bytes_max); at++) {
        if (at > from) {
            buffer_append_char (out, ',');
            buffer_append_char (&values, ',');
        }
        s_time (out, self->points [at].time_ms);
        measure_append (&values, self->points [at].value);
    }
    buffer_append_text (out, "],\"values\":[");
    buffer_append_slice (out, buffer_slice (&values));
    buffer_deinit (&values);
    return at;
}

size_t
datapoints_append (const datapoints_t *self, buffer_t *out, const timegrid_t *grid, int64_t period_s, size_t from, size_t bytes_max)
{
    if (self->count == 0) {
        buffer_append_text (out, "\"values\":[]");
        return 0;
    }
    layout_t layout = s_layout (self, grid, period_s);
    if (from >= layout.slots)
        from = 0;
    if (from == 0)
        s_summary (out, self);
    s_where (out, &layout, grid, from);
    size_t next;
    if (layout.step_ms) {
        buffer_append_text (out, "\"values\":[");
        next = s_values (self, out, &layout, from, bytes_max);
    } else {
        next = s_timed_values (self, out, from, bytes_max);
    }
    buffer_append_char (out, ']');
    return next < layout.slots ? next : 0;
}

int64_t
datapoints_every_of_both (int64_t before_s, int64_t every_s)
{
    while (every_s) {
        int64_t rest = before_s % every_s;
        before_s = every_s;
        every_s = rest;
    }
    return before_s;
}

int64_t
datapoints_every_s (const datapoints_t *self)
{
    int64_t every_s = 0;
    for (size_t i = 1; i < self->count; i++) {
        int64_t minutes = self->points [i].time_ms / (MINUTE_S * 1000) - self->points [i - 1].time_ms / (MINUTE_S * 1000);
        if (minutes == 0)
            return 0;
        every_s = datapoints_every_of_both (every_s, minutes * MINUTE_S);
    }
    return self->count < EVERY_COUNT_MIN ? 0 : every_s;
}

void
datapoints_append_sparse (buffer_t *note, const char *where, int64_t every_s)
{
    sentence_begin (note);
    buffer_printf (note, "In %s there is at most one value every %lld s; period %lld, which seems to be the metric's own, spares the nulls.", where,
                   (long long) every_s, (long long) every_s);
}
