#include "sketch.h"

#include <math.h>
#include <stdlib.h>

sketch_t
sketch_new (arena_t *arena)
{
    sketch_t self = { .points = arena_alloc (arena, SKETCH_POINTS_MAX * sizeof (sketch_point_t)) };
    sketch_clear (&self);
    return self;
}

void
sketch_clear (sketch_t *self)
{
    *self = (sketch_t) { .min = INFINITY, .max = -INFINITY, .sorted = true, .points = self->points };
}

static int
s_compare (const void *left, const void *right)
{
    double one = ((const sketch_point_t *) left)->value, other = ((const sketch_point_t *) right)->value;
    return one < other ? -1 : one > other;
}

static void
s_sort (sketch_t *self)
{
    if (!self->sorted)
        qsort (self->points, self->points_count, sizeof *self->points, s_compare);
    self->sorted = true;
}

//  Two neighbours become one, in the middle of their weight.
static void
s_halve (sketch_t *self)
{
    s_sort (self);
    size_t kept = 0;
    for (size_t i = 0; i + 1 < self->points_count; i += 2) {
        const sketch_point_t one = self->points [i], other = self->points [i + 1];
        double weight = one.weight + other.weight;
        self->points [kept++] = (sketch_point_t) { (one.value * one.weight + other.value * other.weight) / weight, weight };
    }
    if (self->points_count % 2)
        self->points [kept++] = self->points [self->points_count - 1];
    self->points_count = kept;
}

void
sketch_add (sketch_t *self, const series_minute_t *minute)
{
    if (self->points_count + SERIES_POINTS > SKETCH_POINTS_MAX)
        s_halve (self);
    for (int i = 0; i < SERIES_POINTS; i++) {
        if (minute->weights [i] <= 0)
            continue;
        if (self->points_count && minute->points [i] < self->points [self->points_count - 1].value)
            self->sorted = false;
        self->points [self->points_count++] = (sketch_point_t) { minute->points [i], minute->weights [i] };
    }
    self->count += minute->count;
    self->sum += minute->sum;
    self->min = fmin (self->min, minute->min);
    self->max = fmax (self->max, minute->max);
}

double
sketch_quantile (sketch_t *self, double share)
{
    if (!self->points_count)
        return NAN;
    s_sort (self);
    double rank = share * self->count, before = 0, last_at = 0, last = self->min;
    for (size_t i = 0; i < self->points_count; i++) {
        double at = before + self->points [i].weight / 2;
        if (rank <= at)
            return at > last_at ? last + (self->points [i].value - last) * (rank - last_at) / (at - last_at) : self->points [i].value;
        before += self->points [i].weight;
        last_at = at;
        last = self->points [i].value;
    }
    return before > last_at ? last + (self->max - last) * fmin (1, (rank - last_at) / (before - last_at)) : self->max;
}

sketch_part_t
sketch_between_shares (sketch_t *self, double low, double high)
{
    sketch_part_t part = { 0, 0 };
    double before = 0;
    s_sort (self);
    for (size_t i = 0; i < self->points_count; i++) {
        double after = before + self->points [i].weight;
        double inside = fmin (after, high * self->count) - fmax (before, low * self->count);
        if (inside > 0) {
            part.count += inside;
            part.sum += inside * self->points [i].value;
        }
        before = after;
    }
    return part;
}

sketch_part_t
sketch_between_values (const sketch_t *self, double low, double high)
{
    sketch_part_t part = { 0, 0 };
    for (size_t i = 0; i < self->points_count; i++)
        if (self->points [i].value > low && self->points [i].value <= high) {
            part.count += self->points [i].weight;
            part.sum += self->points [i].weight * self->points [i].value;
        }
    return part;
}
