#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_clock.h"

#include <string.h>
#include <time.h>

static const int64_t MOMENT_MS = 1795388707042LL;       //  2026-11-22T23:05:07.042Z

static void
a_moment_is_written_in_utc_in_four_ways (void **state)
{
    (void) state;
    char text [CLOCK_TEXT_SIZE];
    assert_string_equal (clock_text_minute (MOMENT_MS, text), "2026-11-22T23:05Z");
    assert_string_equal (clock_text_second (MOMENT_MS, text), "2026-11-22T23:05:07Z");
    assert_string_equal (clock_text_ms (MOMENT_MS, text), "2026-11-22T23:05:07.042Z");
    assert_string_equal (clock_text_basic (MOMENT_MS, text), "20261122T230507Z");
    assert_ptr_equal (clock_text_basic (MOMENT_MS, text), text);
}

static void
a_leap_day_and_a_years_end_are_right (void **state)
{
    (void) state;
    char text [CLOCK_TEXT_SIZE];
    assert_string_equal (clock_text_second (1709164800000, text), "2024-02-29T00:00:00Z");
    assert_string_equal (clock_text_ms (1767225599999, text), "2025-12-31T23:59:59.999Z");
}

static void
moments_before_1970_round_down (void **state)
{
    (void) state;
    char text [CLOCK_TEXT_SIZE];
    assert_string_equal (clock_text_ms (0, text), "1970-01-01T00:00:00.000Z");
    assert_string_equal (clock_text_ms (-1, text), "1969-12-31T23:59:59.999Z");
    assert_string_equal (clock_text_second (-1000, text), "1969-12-31T23:59:59Z");
}

static void
the_farthest_moments_fit_the_text (void **state)
{
    (void) state;
    char text [CLOCK_TEXT_SIZE];
    const char *end = clock_text_ms (INT64_MAX, text);
    assert_string_equal (end + strlen (end) - 5, ".807Z");
    end = clock_text_ms (INT64_MIN, text);
    assert_string_equal (end + strlen (end) - 5, ".192Z");
}

static void
the_systems_monotonic_time_moves_forward_only (void **state)
{
    (void) state;
    int64_t before_us = clock_mono_us (clock_system ());
    int64_t now_us = before_us;
    while (now_us == before_us) {
        now_us = clock_mono_us (clock_system ());
        assert_true (now_us >= before_us);
    }
    assert_true (clock_mono_ms (clock_system ()) >= now_us / 1000);
}

static void
the_systems_wall_time_is_that_of_the_c_library (void **state)
{
    (void) state;
    int64_t before_s = (int64_t) time (NULL);
    int64_t wall_ms = clock_wall_ms (clock_system ());
    assert_true (wall_ms / 1000 >= before_s - 1 && wall_ms / 1000 <= (int64_t) time (NULL) + 1);
}

static void
a_fake_clock_moves_only_when_told (void **state)
{
    (void) state;
    fake_clock_t clock;
    fake_clock_init (&clock);
    assert_int_equal (clock_wall_ms (&clock.source), MOMENT_MS);
    int64_t before_ms = clock_mono_ms (&clock.source);
    assert_int_equal (clock_mono_ms (&clock.source), before_ms);
    fake_clock_advance (&clock, 250);
    assert_int_equal (clock_mono_ms (&clock.source), before_ms + 250);
    assert_int_equal (clock_wall_ms (&clock.source), MOMENT_MS + 250);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_moment_is_written_in_utc_in_four_ways),
        cmocka_unit_test (a_leap_day_and_a_years_end_are_right),
        cmocka_unit_test (moments_before_1970_round_down),
        cmocka_unit_test (the_farthest_moments_fit_the_text),
        cmocka_unit_test (the_systems_monotonic_time_moves_forward_only),
        cmocka_unit_test (the_systems_wall_time_is_that_of_the_c_library),
        cmocka_unit_test (a_fake_clock_moves_only_when_told),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
