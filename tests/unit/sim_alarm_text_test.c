#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_text.h"

//  2026-11-22T23:05:07.042Z
static const int64_t TIME_MS = INT64_C (1795388707042);

static void
a_time_has_three_spellings (void **state)
{
    (void) state;
    char text [ALARM_TEXT_SIZE];
    assert_string_equal (alarm_text_short (TIME_MS, text), "22/11/26 23:05:07");
    assert_string_equal (alarm_text_long (TIME_MS, text), "Sunday 22 November, 2026 23:05:07 UTC");
    assert_string_equal (alarm_text_json (TIME_MS, text), "2026-11-22T23:05:07.042+0000");
}

typedef struct {
    double number;
    const char *text;
} spelled_t;

static void
numbers_are_spelled_as_java_does (void **state)
{
    (void) state;
    static const spelled_t CASES [] = {
        { 0, "0.0" }, { 7, "7.0" }, { 97.46, "97.46" }, { -3.5, "-3.5" }, { 0.001, "0.001" }, { 0.00095, "9.5E-4" }, { 9999999, "9999999.0" },
        { 10000000, "1.0E7" }, { 21474836480.0, "2.147483648E10" }, { -2.5e10, "-2.5E10" }, { 10737418240.0, "1.073741824E10" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char text [ALARM_TEXT_SIZE];
        assert_string_equal (alarm_text_number (CASES [i].number, text), CASES [i].text);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_time_has_three_spellings),
        cmocka_unit_test (numbers_are_spelled_as_java_does),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
