/*  vector - numbers on a grid of times

    Statistics of a metric and the results of expressions are both one number for each period of a grid, or none. The grid belongs to the
    question, so its vectors are as long as each other and can be added, compared and sliced value by value.

    Owner:   the arena that a vector was taken from. Thread: any; no state. */

#ifndef SIM_VECTOR_H
#define SIM_VECTOR_H

#include "arena.h"

#include <stdint.h>

//  Periods that begin at start_ms, start_ms + period_ms, and so on. Oldest first, whatever order was asked for.
typedef struct {
    int64_t start_ms;
    int64_t period_ms;
    size_t count;
} grid_t;

//  As many values as the grid has periods; NAN where there is no datapoint.
typedef struct {
    double *values;
} vector_t;

//  Without any datapoint. Its values are NULL without memory.
vector_t vector_new (arena_t *arena, const grid_t *grid);

//  When the period with this number begins.
int64_t  grid_time_ms (const grid_t *grid, size_t index);

//  How many datapoints there are.
size_t   vector_datapoints (vector_t vector, const grid_t *grid);

#endif
