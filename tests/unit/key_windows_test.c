#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "key_windows.h"

enum { MINUTE_MS = 60000 };

static void
windows_scale_with_the_lifetime_up_to_those_of_the_sdks (void **state)
{
    (void) state;
    static const struct { int64_t left_ms, early_ms, late_ms; } CASES [] = {
        { 20000, 5000, 2500 }, { 60 * MINUTE_MS, 15 * MINUTE_MS, 450000 }, { 12 * 60 * MINUTE_MS, 15 * MINUTE_MS, 10 * MINUTE_MS },
        { 0, 0, 0 }, { INT64_MAX, 0, 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        key_windows_t windows = key_windows_of (CASES [i].left_ms, 0);
        assert_int_equal (windows.early_ms, CASES [i].early_ms);
        assert_int_equal (windows.late_ms, CASES [i].late_ms);
    }
}

static void
chance_spreads_over_the_first_half_of_early (void **state)
{
    (void) state;
    assert_int_equal (key_windows_of (20000, 0.5).early_ms, 5000 - 625);
    assert_int_equal (key_windows_of (20000, 0.999999).early_ms, 5000 - 1249);
    assert_int_equal (key_windows_of (20000, 0.999999).late_ms, 2500);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (windows_scale_with_the_lifetime_up_to_those_of_the_sdks),
        cmocka_unit_test (chance_spreads_over_the_first_half_of_early),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
