#include "search_rows.h"

#include <assert.h>
#include <stdlib.h>

enum { CAPACITY_MIN = 64 };

void
search_rows_init (search_rows_t *self, size_t limit, size_t bytes_max, bool newest)
{
    assert (limit > 0);
    *self = (search_rows_t) { .limit = limit, .bytes_max = bytes_max, .newest = newest };
}

void
search_rows_deinit (search_rows_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        free (self->rows [i].json);
    free (self->rows);
    self->rows = NULL;
    self->count = self->capacity = self->bytes = 0;
}

static bool
s_before (const search_rows_t *self, size_t a, size_t b)
{
    return search_place_compare (&self->rows [a].place, &self->rows [b].place, self->newest) < 0;
}

static void
s_swap (search_rows_t *self, size_t a, size_t b)
{
    search_row_t row = self->rows [a];
    self->rows [a] = self->rows [b];
    self->rows [b] = row;
}

static void
s_rise (search_rows_t *self, size_t at)
{
    while (at > 0 && s_before (self, (at - 1) / 2, at)) {
        s_swap (self, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

//  The first count rows are a heap but for the one on top.
static void
s_sink (search_rows_t *self, size_t count)
{
    size_t at = 0;
    for (;;) {
        size_t last = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++)
            if (s_before (self, last, child))
                last = child;
        if (last == at)
            return;
        s_swap (self, at, last);
        at = last;
    }
}

static void
s_drop_last (search_rows_t *self)
{
    self->bytes -= self->rows [0].size + 1;
    free (self->rows [0].json);
    self->rows [0] = self->rows [--self->count];
    s_sink (self, self->count);
    self->dropped = true;
}

//  Do the rows in front of the last one fill the answer by themselves?
static bool
s_last_is_out (const search_rows_t *self)
{
    return self->count > 1 && self->bytes - (self->rows [0].size + 1) > self->bytes_max + 1;
}

bool
search_rows_full (const search_rows_t *self)
{
    return self->count >= self->limit || (self->count > 0 && self->bytes > self->bytes_max + 1);
}

const search_place_t *
search_rows_last (const search_rows_t *self)
{
    return self->count ? &self->rows [0].place : NULL;
}

bool
search_rows_wants (search_rows_t *self, const search_place_t *place)
{
    bool wants = !search_rows_full (self) || search_place_compare (place, &self->rows [0].place, self->newest) < 0;
    self->dropped = self->dropped || !wants;
    return wants;
}

static bool
s_grow (search_rows_t *self)
{
    if (self->count < self->capacity)
        return true;
    size_t capacity = self->capacity ? 2 * self->capacity : CAPACITY_MIN;
    search_row_t *rows = realloc (self->rows, capacity * sizeof *rows);
    if (!rows)
        return false;
    self->rows = rows;
    self->capacity = capacity;
    return true;
}

status_t
search_rows_take (search_rows_t *self, const search_place_t *place, slice_t json)
{
    char *copy = s_grow (self) ? malloc (json.size + 1) : NULL;
    if (!copy)
        return STATUS_NO_MEMORY;
    memcpy (copy, json.data, json.size);
    self->rows [self->count] = (search_row_t) { *place, copy, json.size };
    self->bytes += json.size + 1;
    s_rise (self, self->count++);
    while (self->count > self->limit || s_last_is_out (self))
        s_drop_last (self);
    return STATUS_OK;
}

//  AWS names an event once; if it did not, the second would be the same row.
static void
s_drop_repeated (search_rows_t *self)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++) {
        if (kept > 0 && search_place_compare (&self->rows [kept - 1].place, &self->rows [i].place, self->newest) == 0) {
            self->bytes -= self->rows [i].size + 1;
            free (self->rows [i].json);
        } else {
            self->rows [kept++] = self->rows [i];
        }
    }
    self->count = kept;
}

void
search_rows_sort (search_rows_t *self)
{
    for (size_t count = self->count; count > 1; count--) {
        s_swap (self, 0, count - 1);
        s_sink (self, count - 1);
    }
    s_drop_repeated (self);
}
