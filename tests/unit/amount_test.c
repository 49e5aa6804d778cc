#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "amount.h"

#include <float.h>
#include <math.h>

static void
expect (double value, const char *unit, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 4096);
    amount_append (&out, value, slice_of (unit));
    buffer_append_char (&out, '\0');
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
each_unit_is_told_as_a_person_reads_it (void **state)
{
    (void) state;
    expect (1234567890, "Bytes", "1.2 GB");
    expect (12, "Bytes", "12 B");
    expect (1.5, "Kilobytes", "1.5 kB");
    expect (2, "Terabytes", "2.0 TB");
    expect (12000, "Bytes/Second", "12.0 kB/s");
    expect (8e6, "Bits/Second", "8.0 Mbit/s");
    expect (1, "Gigabits", "1.0 Gbit");
    expect (0.34, "Seconds", "340 ms");
    expect (340, "Milliseconds", "340 ms");
    expect (2300, "Milliseconds", "2.3 s");
    expect (12, "Microseconds", "12 us");
    expect (1684, "Seconds", "1,684 s");
    expect (0, "Seconds", "0 s");
    expect (12.04, "Percent", "12 %");
    expect (97.46, "Percent", "97.5 %");
    expect (41, "Count", "41");
    expect (1234567.8, "Count", "1,234,568");
    expect (3.2, "Count/Second", "3.2/s");
    expect (-2500, "None", "-2,500");
    expect (0.000123, NULL, "0.000123");
    expect (5, "Furlongs", "5");
    expect (5, "Furlongs/Fortnight", "5");
}

static void
a_unit_never_jumps_to_a_thousand (void **state)
{
    (void) state;
    expect (999.96, "Kilobytes", "1.0 MB");
    expect (0.9996, "Seconds", "1 s");
    expect (999.6, "Milliseconds", "1 s");
    expect (999.4, "Count", "999");
    expect (999.6, "Count", "1,000");
}

static void
extreme_numbers_do_no_harm (void **state)
{
    (void) state;
    expect (DBL_MAX, "Count", "1.8e+308");
    expect (-DBL_MAX, NULL, "-1.8e+308");
    expect (INFINITY, "Count", "inf");
    expect (1e15, "Count", "1e+15");
    expect (999999999999999, "Count", "999,999,999,999,999");
}

static void
digits_get_commas_before_the_point_only (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = { { "1", "1" }, { "123", "123" }, { "1234", "1,234" }, { "-1234567.5678", "-1,234,567.5678" },
                                              { "", "" }, { "-", "-" } };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        buffer_t out;
        buffer_init (&out, 100);
        amount_append_digits (&out, CASES [i] [0]);
        buffer_append_char (&out, '\0');
        assert_string_equal (out.data, CASES [i] [1]);
        buffer_deinit (&out);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_unit_is_told_as_a_person_reads_it),
        cmocka_unit_test (a_unit_never_jumps_to_a_thousand),
        cmocka_unit_test (extreme_numbers_do_no_harm),
        cmocka_unit_test (digits_get_commas_before_the_point_only),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
