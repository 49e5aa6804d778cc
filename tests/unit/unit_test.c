#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "unit.h"

static void
units_are_read_in_any_case (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = {
        { "Seconds", "Seconds" }, { "percent", "Percent" }, { "NONE", "None" }, { "gigabits/second", "Gigabits/Second" },
        { "Bytes", "Bytes" }, { "Bits", "Bits" }, { "terabytes", "Terabytes" }, { "Count/second", "Count/Second" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        const char *unit = unit_read (slice_of (CASES [i] [0]));
        assert_non_null (unit);
        assert_string_equal (unit, CASES [i] [1]);
    }
}

static void
what_is_no_unit_is_told_with_the_nearest (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = {
        { "Elephants", "unit \"Elephants\" is not a unit of CloudWatch's. Units: Seconds, Milliseconds, Microseconds, Percent" },
        { "second", "unit \"second\" is not a unit of CloudWatch's; did you mean Seconds? Units: Seconds" },
        { "MegaByte/Second", "did you mean Megabytes/Second?" },
        { "Percents", "did you mean Percent?" },
        { "", "unit \"\" is not a unit of CloudWatch's. Units:" },
        { "Seconds ", "did you mean Seconds?" },
        { "\x1b[2J", "unit \"\\u001b[2J\" is not a unit" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        buffer_t out;
        buffer_init (&out, 4096);
        assert_null (unit_read (slice_of (CASES [i] [0])));
        unit_append_wrong (&out, "unit", slice_of (CASES [i] [0]));
        buffer_append_char (&out, 0);
        expect_part (out.data, CASES [i] [1]);
        expect_part (out.data, "Leave unit out");
        buffer_deinit (&out);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (units_are_read_in_any_case),
        cmocka_unit_test (what_is_no_unit_is_told_with_the_nearest),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
