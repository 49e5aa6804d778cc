#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "log_quota.h"

//  How many of so many lines at this moment are written.
static int
written (log_quota_t *quota, int lines, int64_t now_ms)
{
    int written = 0;
    int64_t suppressed;
    for (int i = 0; i < lines; i++)
        written += log_quota_take (quota, now_ms, &suppressed);
    return written;
}

static void
a_few_lines_in_a_second_are_written (void **state)
{
    (void) state;
    log_quota_t quota = { 0 };
    assert_int_equal (written (&quota, LOG_QUOTA_LINES, 0), LOG_QUOTA_LINES);
    assert_int_equal (written (&quota, 100, 1), 0);
    assert_int_equal (written (&quota, 100, LOG_QUOTA_MS - 1), 0);
    assert_int_equal (written (&quota, 100, LOG_QUOTA_MS), LOG_QUOTA_LINES);
    assert_int_equal (written (&quota, 100, 2 * LOG_QUOTA_MS - 1), 0);
}

static void
the_next_line_says_how_many_were_not (void **state)
{
    (void) state;
    log_quota_t quota = { 0 };
    int64_t suppressed = -1;
    assert_true (log_quota_take (&quota, 5000, &suppressed));
    assert_int_equal (suppressed, 0);
    assert_int_equal (written (&quota, 99, 5000), LOG_QUOTA_LINES - 1);
    assert_true (log_quota_take (&quota, 9000, &suppressed));
    assert_int_equal (suppressed, 99 - (LOG_QUOTA_LINES - 1));
    assert_true (log_quota_take (&quota, 9000, &suppressed));
    assert_int_equal (suppressed, 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_few_lines_in_a_second_are_written),
        cmocka_unit_test (the_next_line_says_how_many_were_not),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
