#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sketch.h"

#include <math.h>

static void
minutes_add_up (void **state)
{
    (void) state;
    arena_t *arena = arena_new (8 * 1024 * 1024);
    sketch_t sketch = sketch_new (arena);
    sketch_add (&sketch, &(series_minute_t) { 4, 40, 5, 15, { 5, 15 }, { 2, 2 } });
    sketch_add (&sketch, &(series_minute_t) { 1, 2, 2, 2, { 2 }, { 1 } });
    assert_true (sketch.count == 5 && sketch.sum == 42 && sketch.min == 2 && sketch.max == 15);
    assert_int_equal (sketch.points_count, 3);
    assert_true (sketch_quantile (&sketch, 0) == 2);
    assert_true (sketch_quantile (&sketch, 1) == 15);
    sketch_part_t part = sketch_between_shares (&sketch, 0.2, 0.6);
    assert_true (fabs (part.count - 2) < 1e-9 && fabs (part.sum - 10) < 1e-9);
    arena_destroy (&arena);
}

static void
points_are_weighted_by_the_samples_they_stand_for (void **state)
{
    (void) state;
    arena_t *arena = arena_new (8 * 1024 * 1024);
    sketch_t sketch = sketch_new (arena);
    sketch_add (&sketch, &(series_minute_t) { 1, 1000, 1000, 1000, { 1000 }, { 1 } });
    sketch_add (&sketch, &(series_minute_t) { 999, 999, 1, 1, { 1 }, { 999 } });
    assert_true (sketch_quantile (&sketch, 0.4) == 1);
    assert_true (sketch_quantile (&sketch, 0.9999) > 900);
    arena_destroy (&arena);
}

static void
a_full_sketch_keeps_its_totals_and_its_shape (void **state)
{
    (void) state;
    enum { SAMPLES = SKETCH_POINTS_MAX * 3 };
    arena_t *arena = arena_new (8 * 1024 * 1024);
    sketch_t sketch = sketch_new (arena);
    for (int i = 0; i < SAMPLES; i++) {
        double value = (i * 7919) % SAMPLES;
        sketch_add (&sketch, &(series_minute_t) { 1, value, value, value, { value }, { 1 } });
    }
    assert_true (sketch.points_count <= SKETCH_POINTS_MAX);
    assert_true (sketch.count == SAMPLES && sketch.min == 0 && sketch.max == SAMPLES - 1);
    assert_true (fabs (sketch_quantile (&sketch, 0.5) - SAMPLES * 0.5) < SAMPLES * 0.001);
    assert_true (fabs (sketch_quantile (&sketch, 0.99) - SAMPLES * 0.99) < SAMPLES * 0.001);
    assert_true (fabs (sketch_between_values (&sketch, -1, SAMPLES * 0.25).count - SAMPLES * 0.25) < SAMPLES * 0.001);
    sketch_clear (&sketch);
    assert_true (sketch.count == 0 && isnan (sketch_quantile (&sketch, 0.5)));
    arena_destroy (&arena);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (minutes_add_up),
        cmocka_unit_test (points_are_weighted_by_the_samples_they_stand_for),
        cmocka_unit_test (a_full_sketch_keeps_its_totals_and_its_shape),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
