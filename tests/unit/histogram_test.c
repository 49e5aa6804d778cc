#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "histogram.h"

static const uint8_t TRACE [SPAN_TRACE_BYTES] = { 7 };

static void
a_bound_belongs_to_the_bucket_below_it (void **state)
{
    (void) state;
    histogram_t histogram = { 0 };
    for (int i = 0; i < HISTOGRAM_BOUNDS; i++) {
        histogram_add (&histogram, HISTOGRAM_BOUNDS_US [i], NULL, 1);
        assert_int_equal (histogram.counts [i], 1);
        assert_true (i == 0 || HISTOGRAM_BOUNDS_US [i] > HISTOGRAM_BOUNDS_US [i - 1]);
    }
    histogram_add (&histogram, HISTOGRAM_BOUNDS_US [HISTOGRAM_BOUNDS - 1] + 1, NULL, 1);
    assert_int_equal (histogram.counts [HISTOGRAM_BOUNDS], 1);
    assert_int_equal (histogram_count (&histogram), HISTOGRAM_BOUNDS + 1);
}

static void
each_bucket_keeps_its_last_trace (void **state)
{
    (void) state;
    histogram_t histogram = { 0 };
    histogram_add (&histogram, 50, TRACE, 1000);
    histogram_add (&histogram, 60, NULL, 2000);
    assert_int_equal (histogram.exemplars [0].value_us, 50);
    assert_int_equal (histogram.exemplars [0].at_ms, 1000);
    assert_memory_equal (histogram.exemplars [0].trace, TRACE, sizeof TRACE);
    assert_int_equal (histogram.exemplars [1].at_ms, 0);
    histogram_add (&histogram, 70, TRACE, 3000);
    assert_int_equal (histogram.exemplars [0].value_us, 70);
    assert_int_equal (histogram.sum_us, 180);
}

static void
a_time_below_zero_is_none (void **state)
{
    (void) state;
    histogram_t histogram = { 0 };
    histogram_add (&histogram, -5, TRACE, 1);
    assert_int_equal (histogram.sum_us, 0);
    assert_int_equal (histogram.counts [0], 1);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_bound_belongs_to_the_bucket_below_it), cmocka_unit_test (each_bucket_keeps_its_last_trace),
        cmocka_unit_test (a_time_below_zero_is_none),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
