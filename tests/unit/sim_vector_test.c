#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vector.h"

#include <math.h>

static void
a_new_vector_has_no_datapoints (void **state)
{
    (void) state;
    const grid_t grid = { .start_ms = 60000, .period_ms = 60000, .count = 5 };
    arena_t *arena = arena_new (4096);
    vector_t vector = vector_new (arena, &grid);
    assert_non_null (vector.values);
    for (size_t i = 0; i < grid.count; i++)
        assert_true (isnan (vector.values [i]));
    assert_int_equal (vector_datapoints (vector, &grid), 0);
    vector.values [3] = 0;
    assert_int_equal (vector_datapoints (vector, &grid), 1);
    arena_destroy (&arena);
}

static void
an_empty_grid_is_no_lack_of_memory (void **state)
{
    (void) state;
    const grid_t grid = { .start_ms = 0, .period_ms = 60000, .count = 0 };
    arena_t *arena = arena_new (4096);
    assert_non_null (vector_new (arena, &grid).values);
    assert_int_equal (vector_datapoints (vector_new (arena, &grid), &grid), 0);
    arena_destroy (&arena);
}

static void
an_exhausted_arena_gives_no_values (void **state)
{
    (void) state;
    const grid_t grid = { .start_ms = 0, .period_ms = 60000, .count = 100000 };
    arena_t *arena = arena_new (4096);
    assert_null (vector_new (arena, &grid).values);
    arena_destroy (&arena);
}

static void
periods_begin_one_after_another (void **state)
{
    (void) state;
    const grid_t grid = { .start_ms = 120000, .period_ms = 300000, .count = 3 };
    assert_int_equal (grid_time_ms (&grid, 0), 120000);
    assert_int_equal (grid_time_ms (&grid, 2), 720000);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_new_vector_has_no_datapoints),
        cmocka_unit_test (an_empty_grid_is_no_lack_of_memory),
        cmocka_unit_test (an_exhausted_arena_gives_no_values),
        cmocka_unit_test (periods_begin_one_after_another),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
