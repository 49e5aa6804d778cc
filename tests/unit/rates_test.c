#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rates.h"

#include <stdio.h>

static const rate_event_t ONE = { .count = 1, .took_us = 100 };

static uint64_t
count (const rate_t *rate, int64_t now_ms)
{
    rate_event_t sum;
    assert_true (rate_read (rate, now_ms, &sum) >= RATE_WINDOW_S);
    return sum.count;
}

static void
what_happened_is_forgotten_after_the_window (void **state)
{
    (void) state;
    rate_t rate = { 0 };
    rate_add (&rate, 100000, &ONE);
    rate_add (&rate, 104000, &ONE);
    assert_int_equal (count (&rate, 104000), 2);
    assert_int_equal (count (&rate, 110000), 2);
    assert_int_equal (count (&rate, 110500), 1);
    assert_int_equal (count (&rate, 114499), 1);
    assert_int_equal (count (&rate, 114500), 0);
}

static void
a_long_silence_leaves_nothing_behind (void **state)
{
    (void) state;
    rate_t rate = { 0 };
    for (int64_t ms = 0; ms < 30000; ms += 100)
        rate_add (&rate, ms, &ONE);
    assert_int_equal (count (&rate, 29900), 100 + 5);
    rate_add (&rate, 3600000, &ONE);
    assert_int_equal (count (&rate, 3600000), 1);
}

static void
the_sums_are_of_all_that_happened (void **state)
{
    (void) state;
    rate_t rate = { 0 };
    rate_event_t sum;
    rate_add (&rate, 1000, &(rate_event_t) { 1, 1, 0, 10, 5 });
    rate_add (&rate, 1700, &(rate_event_t) { 1, 0, 1, 20, 6 });
    assert_true (rate_read (&rate, 1700, &sum) < RATE_WINDOW_S + 0.5);
    assert_memory_equal (&sum, &((rate_event_t) { 2, 1, 1, 30, 11 }), sizeof sum);
}

static void
names_without_a_place_are_counted_together (void **state)
{
    (void) state;
    static rates_t rates;
    char name [32];
    for (int i = 0; i < RATES_MAX + 8; i++) {
        snprintf (name, sizeof name, "Api%d", i);
        rates_add (&rates, slice_of (name), 5000, &ONE);
        rates_add (&rates, slice_of (name), 5000, &ONE);
    }
    assert_int_equal (rates.count, RATES_MAX);
    assert_int_equal (count (rates_find (&rates, SLICE ("Api0")), 5000), 2);
    assert_int_equal (count (rates_find (&rates, SLICE ("other")), 5000), 2 * 9);
    assert_null (rates_find (&rates, SLICE ("Api39")));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_happened_is_forgotten_after_the_window), cmocka_unit_test (a_long_silence_leaves_nothing_behind),
        cmocka_unit_test (the_sums_are_of_all_that_happened), cmocka_unit_test (names_without_a_place_are_counted_together),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
