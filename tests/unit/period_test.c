#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "period.h"

enum { HOUR = 3600, DAY = 86400 };

static void
seconds_that_cloudwatch_has_are_valid (void **state)
{
    (void) state;
    static const int64_t VALID [] = { 1, 5, 10, 20, 30, 60, 120, 180, 300, 3600, 86400, 2592000 }, WRONG [] = { 0, -60, 2, 15, 45, 61, 90, 3601 };
    for (size_t i = 0; i < sizeof VALID / sizeof VALID [0]; i++)
        assert_true (period_valid (VALID [i]));
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++)
        assert_false (period_valid (WRONG [i]));
}

static void
what_is_kept_changes_at_each_boundary (void **state)
{
    (void) state;
    static const struct { int64_t age_s, kept_s; } CASES [] = {
        { 0, 1 }, { 3 * HOUR - 1, 1 }, { 3 * HOUR, 1 }, { 3 * HOUR + 1, 60 }, { 15 * DAY - 1, 60 }, { 15 * DAY, 60 }, { 15 * DAY + 1, 300 },
        { 63 * DAY - 1, 300 }, { 63 * DAY, 300 }, { 63 * DAY + 1, 3600 }, { 455 * DAY - 1, 3600 }, { 455 * DAY, 3600 }, { 455 * DAY + 1, 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        assert_int_equal (period_kept_s (CASES [i].age_s), CASES [i].kept_s);
}

static void
a_period_is_kept_for_as_long_as_it_is_coarse (void **state)
{
    (void) state;
    static const struct { int64_t period_s, age_s; } CASES [] = {
        { 1, 3 * HOUR }, { 30, 3 * HOUR }, { 60, 15 * DAY }, { 180, 15 * DAY }, { 300, 63 * DAY }, { 900, 63 * DAY }, { 3600, 455 * DAY },
        { 86400, 455 * DAY },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        assert_int_equal (period_keeps_s (CASES [i].period_s), CASES [i].age_s);
}

static void
the_first_of_the_ladder_that_suffices_and_is_kept_is_chosen (void **state)
{
    (void) state;
    static const struct { int64_t window_s, age_s, points, period_s; } CASES [] = {
        { 3 * HOUR, 3 * HOUR, 60, 180 }, { HOUR, HOUR, 60, 60 }, { HOUR + 1, HOUR, 60, 120 }, { 60, 60, 60, 60 }, { 2 * DAY, 2 * DAY, 60, 3600 },
        { 3 * HOUR, 3 * HOUR, 1440, 60 }, { DAY, DAY, 1440, 60 }, { DAY + 1, DAY + 1, 1440, 120 }, { DAY, DAY, 5, 21600 },
        { 3 * HOUR, 15 * DAY, 60, 180 }, { 3 * HOUR, 15 * DAY + 1, 60, 300 }, { 3 * HOUR, 63 * DAY, 60, 300 }, { 3 * HOUR, 63 * DAY + 1, 60, 3600 },
        { 10 * DAY, 63 * DAY + 1, 1440, 3600 }, { 455 * DAY, 455 * DAY, 60, 14 * DAY }, { 455 * DAY, 455 * DAY, 65, 7 * DAY },
        { 455 * DAY, 455 * DAY, 455, DAY }, { 455 * DAY, 455 * DAY, 5, 30 * DAY },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        if (period_choose_s (CASES [i].window_s, CASES [i].age_s, CASES [i].points) != CASES [i].period_s)
            fail_msg ("case %zu: %lld", i, (long long) period_choose_s (CASES [i].window_s, CASES [i].age_s, CASES [i].points));
}

static void
a_period_is_raised_to_the_next_that_is_kept (void **state)
{
    (void) state;
    static const struct { int64_t period_s, age_s, raised_s; } CASES [] = {
        { 10, 3 * HOUR, 10 }, { 10, 3 * HOUR + 1, 60 }, { 60, 15 * DAY, 60 }, { 60, 15 * DAY + 1, 300 }, { 420, 15 * DAY, 420 },
        { 420, 15 * DAY + 1, 600 }, { 300, 63 * DAY, 300 }, { 300, 63 * DAY + 1, 3600 }, { 5400, 63 * DAY + 1, 7200 }, { 86400, 455 * DAY, 86400 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        assert_int_equal (period_raise_s (CASES [i].period_s, CASES [i].age_s), CASES [i].raised_s);
}

static void
the_age_of_a_step_has_a_name (void **state)
{
    (void) state;
    assert_string_equal (period_age (60), "3 hours");
    assert_string_equal (period_age (300), "15 days");
    assert_string_equal (period_age (3600), "63 days");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (seconds_that_cloudwatch_has_are_valid),
        cmocka_unit_test (what_is_kept_changes_at_each_boundary),
        cmocka_unit_test (a_period_is_kept_for_as_long_as_it_is_coarse),
        cmocka_unit_test (the_first_of_the_ladder_that_suffices_and_is_kept_is_chosen),
        cmocka_unit_test (a_period_is_raised_to_the_next_that_is_kept),
        cmocka_unit_test (the_age_of_a_step_has_a_name),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
