#include "vector.h"

#include <assert.h>
#include <math.h>

vector_t
vector_new (arena_t *arena, const grid_t *grid)
{
    assert (grid->count <= SIZE_MAX / sizeof (double) - 1);
    double *values = arena_alloc (arena, (grid->count + 1) * sizeof *values);       //  One more, so that an empty grid has memory too
    for (size_t i = 0; values && i < grid->count; i++)
        values [i] = NAN;
    return (vector_t) { values };
}

int64_t
grid_time_ms (const grid_t *grid, size_t index)
{
    return grid->start_ms + (int64_t) index * grid->period_ms;
}

size_t
vector_datapoints (vector_t vector, const grid_t *grid)
{
    size_t count = 0;
    for (size_t i = 0; i < grid->count; i++)
        if (!isnan (vector.values [i]))
            count++;
    return count;
}
