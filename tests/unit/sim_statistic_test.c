#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "statistic.h"

#include <math.h>

typedef struct {
    arena_t *arena;
    sketch_t sketch;
} fixture_t;

//  One sample for each value from 1 to 100.
static int
s_set_up (void **state)
{
    static fixture_t fixture;
    fixture.arena = arena_new (8 * 1024 * 1024);
    fixture.sketch = sketch_new (fixture.arena);
    for (int value = 100; value >= 1; value--)
        sketch_add (&fixture.sketch, &(series_minute_t) { 1, value, value, value, { value }, { 1 } });
    *state = &fixture;
    return 0;
}

static int
s_tear_down (void **state)
{
    fixture_t *fixture = *state;
    arena_destroy (&fixture->arena);
    return 0;
}

static double
value_of (fixture_t *fixture, const char *name)
{
    statistic_t statistic;
    if (!statistic_read (slice_of (name), &statistic))
        fail_msg ("%s is not read", name);
    return statistic_of (&statistic, &fixture->sketch);
}

static void
each_statistic_is_what_its_name_says (void **state)
{
    static const struct {
        const char *name;
        double value;
    } EXPECTED [] = {
        { "SampleCount", 100 }, { "Average", 50.5 }, { "Sum", 5050 }, { "Minimum", 1 }, { "Maximum", 100 },
        { "p0", 1 }, { "p50", 50.5 }, { "p90", 90.5 }, { "p99", 99.5 }, { "p99.5", 100 }, { "p100", 100 }, { "p2.5", 3 },
        { "tm90", 45.5 }, { "tc90", 90 }, { "ts90", 4095 }, { "wm90", 50 },
        { "TM(10%:90%)", 50.5 }, { "TC(10%:90%)", 80 }, { "TS(10%:90%)", 4040 }, { "TM(:50%)", 25.5 }, { "TM(50%:)", 75.5 },
        { "TC(0.5%:1%)", 0.5 }, { "IQM", 50.5 },
        { "TM(10:20)", 15.5 }, { "TC(10:20)", 10 }, { "TS(98:)", 199 }, { "TC(:3)", 3 }, { "WM(10:20)", 18.6 },
        { "PR(:25)", 25 }, { "PR(25:75)", 50 }, { "PR(99:)", 1 }, { "PR(100:200)", 0 },
    };
    for (size_t i = 0; i < sizeof EXPECTED / sizeof EXPECTED [0]; i++) {
        double value = value_of (*state, EXPECTED [i].name);
        if (fabs (value - EXPECTED [i].value) > 0.06)
            fail_msg ("%s is %g, not %g", EXPECTED [i].name, value, EXPECTED [i].value);
    }
}

static void
what_lies_in_no_limits_is_no_datapoint (void **state)
{
    assert_true (isnan (value_of (*state, "TM(200:300)")));
    assert_true (value_of (*state, "TC(200:300)") == 0);
    fixture_t *fixture = *state;
    sketch_clear (&fixture->sketch);
    assert_true (isnan (value_of (*state, "p50")));
    assert_true (isnan (value_of (*state, "SampleCount")));
}

static void
other_names_are_no_statistics (void **state)
{
    (void) state;
    static const char *const WRONG [] = {
        "", "p", "p101", "p100.1", "p-1", "p9a", "P99", "average", "Min", "tm", "tm101", "TM", "TM()", "TM(:)", "TM(10%:90)", "TM(10:90%)",
        "TM(90%:10%)", "TM(10%:10%)", "TM(10%:90%", "TM(10%:90%)x", "TM(10%:101%)", "PR(10%:90%)", "PR(10)", "pr90", "iqm", "p1.2.3", "p.",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        statistic_t statistic;
        if (statistic_read (slice_of (WRONG [i]), &statistic))
            fail_msg ("\"%s\" was read", WRONG [i]);
    }
}

static void
five_are_plain (void **state)
{
    (void) state;
    statistic_t statistic;
    assert_true (statistic_read (SLICE ("Maximum"), &statistic) && statistic_is_plain (&statistic));
    assert_true (statistic_read (SLICE ("p50"), &statistic) && !statistic_is_plain (&statistic));
    assert_true (statistic_read (SLICE ("IQM"), &statistic) && !statistic_is_plain (&statistic));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_statistic_is_what_its_name_says, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (what_lies_in_no_limits_is_no_datapoint, s_set_up, s_tear_down),
        cmocka_unit_test (other_names_are_no_statistics),
        cmocka_unit_test (five_are_plain),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
