#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sparkline.h"

#include <float.h>
#include <math.h>

static void
expect (sparkline_t line, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 65536);
    line.mark = line.mark ? line.mark : "";
    line.unmark = line.unmark ? line.unmark : "";
    sparkline_append (&out, &line);
    buffer_append_char (&out, '\0');
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

#define VALUES(...) .values = (const double []) { __VA_ARGS__ }, .count = sizeof (double []) { __VA_ARGS__ } / sizeof (double)

static void
the_lowest_is_the_lowest_block_and_the_highest_the_highest (void **state)
{
    (void) state;
    expect ((sparkline_t) { VALUES (0, 1, 2, 3, 4, 5, 6, 7), .width = 80, .utf8 = true }, "▁▂▃▄▅▆▇█");
    expect ((sparkline_t) { VALUES (0, 1, 2, 3, 4, 5, 6, 7), .width = 80 }, "_.:-=+*#");
    expect ((sparkline_t) { VALUES (100, 101, 100), .width = 80, .utf8 = true }, "▁█▁");
    expect ((sparkline_t) { VALUES (-7, 0, -3), .width = 80 }, "_#=");
}

static void
where_all_are_alike_there_is_no_shape (void **state)
{
    (void) state;
    expect ((sparkline_t) { VALUES (5, 5, 5), .width = 80, .mark = "<", .unmark = ">" }, "___");
    expect ((sparkline_t) { VALUES (5), .width = 80 }, "_");
}

static void
a_gap_is_a_blank_and_none_is_left_at_the_end (void **state)
{
    (void) state;
    expect ((sparkline_t) { VALUES (NAN, 0, NAN, 7, NAN, NAN), .width = 80 }, " _ #");
    expect ((sparkline_t) { VALUES (NAN, NAN), .width = 80 }, "");
    expect ((sparkline_t) { .count = 0, .width = 80 }, "");
}

static void
what_does_not_fit_keeps_its_peaks (void **state)
{
    (void) state;
    static double values [1000];
    values [501] = 9;
    buffer_t out;
    buffer_init (&out, 4096);
    assert_int_equal (sparkline_append (&out, &(sparkline_t) { .values = values, .count = 1000, .width = 10, .mark = "", .unmark = "" }), 10);
    assert_int_equal (out.size, 10);
    assert_memory_equal (out.data, "_____#____", 10);
    buffer_deinit (&out);
    expect ((sparkline_t) { VALUES (0, 7, NAN, NAN, 0), .width = 2 }, "#_");
    expect ((sparkline_t) { VALUES (1, 2, 3), .width = 1 }, "#");
}

static void
the_first_of_the_highest_is_marked (void **state)
{
    (void) state;
    expect ((sparkline_t) { VALUES (0, 7, 0, 7), .width = 80, .mark = "<", .unmark = ">" }, "_<#>_#");
}

static void
extreme_numbers_do_no_harm (void **state)
{
    (void) state;
    expect ((sparkline_t) { VALUES (-DBL_MAX, 0, DBL_MAX), .width = 80 }, "_=#");
    expect ((sparkline_t) { VALUES (0, DBL_MIN / 4), .width = 80 }, "_#");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_lowest_is_the_lowest_block_and_the_highest_the_highest),
        cmocka_unit_test (where_all_are_alike_there_is_no_shape),
        cmocka_unit_test (a_gap_is_a_blank_and_none_is_left_at_the_end),
        cmocka_unit_test (what_does_not_fit_keeps_its_peaks),
        cmocka_unit_test (the_first_of_the_highest_is_marked),
        cmocka_unit_test (extreme_numbers_do_no_harm),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
