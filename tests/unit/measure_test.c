#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "measure.h"

#include <math.h>

typedef struct {
    double value;
    const char *text;
} case_t;

static void
expect_text (double value, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 64);
    measure_append (&out, value);
    buffer_append_char (&out, 0);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
whole_numbers_are_whole_up_to_2_to_the_53 (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { 0, "0" }, { -0.0, "0" }, { 1, "1" }, { -7, "-7" }, { 100800, "100800" }, { 1e6, "1000000" }, { 123456789, "123456789" },
        { -1234567890123.0, "-1234567890123" }, { 9007199254740992.0, "9007199254740992" }, { 9007199254740994.0, "9.0072e15" },
        { 1e300, "1e300" }, { -2.5e20, "-2.5e20" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        expect_text (CASES [i].value, CASES [i].text);
}

static void
fractions_keep_six_digits_or_what_is_before_the_point (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { 0.1 + 0.2, "0.3" }, { 1.0 / 3, "0.333333" }, { 2.0 / 3, "0.666667" }, { 96.54321, "96.5432" }, { 123456.5, "123456" },
        { 123456.78, "123457" }, { 999999.4, "999999" }, { 1234567.89, "1234568" }, { -1234567.89, "-1234568" }, { 0.0000123456789, "1.23457e-5" },
        { 0.001, "0.001" }, { 5e-324, "4.94066e-324" }, { -0.5, "-0.5" }, { 999999.7, "1e6" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        expect_text (CASES [i].value, CASES [i].text);
}

static void
what_is_no_number_is_null (void **state)
{
    (void) state;
    expect_text (NAN, "null");
    expect_text (INFINITY, "null");
    expect_text (-INFINITY, "null");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (whole_numbers_are_whole_up_to_2_to_the_53),
        cmocka_unit_test (fractions_keep_six_digits_or_what_is_before_the_point),
        cmocka_unit_test (what_is_no_number_is_null),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
