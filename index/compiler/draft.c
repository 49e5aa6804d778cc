#include "draft.h"

#include <stdio.h>
#include <stdlib.h>

void
draft_init (draft_t *self, arena_t *arena, complaints_t *complaints)
{
    *self = (draft_t) { .arena = arena, .complaints = complaints };
    self->spaces_end = &self->spaces;
}

void *
draft_alloc (draft_t *self, size_t size)
{
    void *memory = arena_alloc (self->arena, size);
    if (!memory) {
        fprintf (stderr, "catalogue-compiler: there is not enough memory.\n");
        exit (1);
    }
    return memory;
}

int
draft_compare (slice_t a, slice_t b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size ? strncasecmp (a.data, b.data, size) : 0;
    if (order == 0 && a.size != b.size)
        order = a.size < b.size ? -1 : 1;
    return order || !size ? order : memcmp (a.data, b.data, size);
}

static int
s_compare_spaces (const void *a, const void *b)
{
    return draft_compare ((*(draft_space_t *const *) a)->name.text, (*(draft_space_t *const *) b)->name.text);
}

static int
s_compare_metrics (const void *a, const void *b)
{
    return draft_compare ((*(draft_metric_t *const *) a)->name, (*(draft_metric_t *const *) b)->name);
}

void
draft_sort (draft_t *self)
{
    self->space_at = draft_alloc (self, sizeof *self->space_at * (size_t) (self->spaces_count + 1));
    self->metric_at = draft_alloc (self, sizeof *self->metric_at * (size_t) (self->metrics_count + 1));
    int spaces = 0, metrics = 0;
    for (draft_space_t *space = self->spaces; space; space = space->next)
        self->space_at [spaces++] = space;
    qsort (self->space_at, (size_t) spaces, sizeof *self->space_at, s_compare_spaces);
    for (int i = 0; i < spaces; i++) {
        draft_space_t *space = self->space_at [i];
        int first = metrics;
        space->id = i;
        for (draft_metric_t *metric = space->metrics; metric; metric = metric->next)
            self->metric_at [metrics++] = metric;
        qsort (self->metric_at + first, (size_t) (metrics - first), sizeof *self->metric_at, s_compare_metrics);
        for (int m = first; m < metrics; m++)
            self->metric_at [m]->id = m;
        space->metrics = metrics > first ? self->metric_at [first] : NULL;
        for (int m = first; m < metrics; m++)
            self->metric_at [m]->next = m + 1 < metrics ? self->metric_at [m + 1] : NULL;
    }
}

draft_space_t *
draft_space_named (const draft_t *self, slice_t name)
{
    for (int i = 0; i < self->spaces_count; i++)
        if (slice_eq (self->space_at [i]->name.text, name))
            return self->space_at [i];
    return NULL;
}

draft_metric_t *
draft_metric_named (const draft_space_t *space, const draft_t *self, slice_t name)
{
    int low = space->metrics ? space->metrics->id : 0, high = low + space->count;
    while (low < high) {
        int middle = (low + high) / 2, order = draft_compare (self->metric_at [middle]->name, name);
        if (order == 0)
            return self->metric_at [middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
