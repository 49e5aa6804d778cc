#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "moment.h"

//  2026-11-22T23:05:07.042Z
static const int64_t NOW_MS = INT64_C (1795388707042);

typedef struct {
    const char *text;
    int64_t     ms;
} case_t;

static void
expect_each (const case_t *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t ms = -1;
        if (!moment_read (slice_of (cases [i].text), NOW_MS, &ms))
            fail_msg ("\"%s\" was refused", cases [i].text);
        if (ms != cases [i].ms)
            fail_msg ("\"%s\" is %lld, not %lld", cases [i].text, (long long) ms, (long long) cases [i].ms);
    }
}

#define EXPECT_EACH(cases) expect_each (cases, sizeof cases / sizeof cases [0])

static void
iso_8601_is_read_and_is_utc_without_an_offset (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { "2026-11-22T23:05:07.042Z", NOW_MS }, { "2026-11-22T23:05:07Z", NOW_MS - 42 }, { "2026-11-22T23:05Z", NOW_MS - 7042 },
        { "2026-11-22T23:05", NOW_MS - 7042 }, { "2026-11-22 23:05:07", NOW_MS - 42 }, { "2026-11-22t23:05:07z", NOW_MS - 42 },
        { "2026-11-23T00:05:07+01:00", NOW_MS - 42 }, { "2026-11-22T17:35:07-0530", NOW_MS - 42 }, { "2026-11-22T23:05:07.0429999Z", NOW_MS },
        { "2026-11-22T23:05:07.5Z", NOW_MS - 42 + 500 }, { " 2026-11-22T23:05Z ", NOW_MS - 7042 },
        { "2026-11-22", INT64_C (1795305600000) }, { "1970-01-01", 0 }, { "1970-01-01T00:00:01Z", 1000 },
        { "2000-02-29", INT64_C (951782400000) }, { "2024-02-29T12:00Z", INT64_C (1709208000000) }, { "2024-03-01", INT64_C (1709251200000) },
        { "9999-12-31T23:59:59.999Z", INT64_C (253402300799999) },
    };
    EXPECT_EACH (CASES);
}

static void
numbers_are_seconds_or_milliseconds (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { "1795388707", INT64_C (1795388707000) }, { "1795388707042", NOW_MS }, { "0", 0 }, { "1", 1000 },
        { "99999999999", INT64_C (99999999999000) }, { "100000000000", INT64_C (100000000000) },
    };
    EXPECT_EACH (CASES);
}

static void
times_before_now_are_counted_back (void **state)
{
    (void) state;
    static const case_t CASES [] = {
        { "now", NOW_MS }, { "-3h", NOW_MS - 3 * 3600 * 1000 }, { "-2d", NOW_MS - 2 * 86400 * INT64_C (1000) },
        { "-15m", NOW_MS - 15 * 60 * 1000 }, { "-45s", NOW_MS - 45000 }, { "-1w", NOW_MS - 7 * 86400 * INT64_C (1000) },
        { "now-3h", NOW_MS - 3 * 3600 * 1000 }, { "-1d12h", NOW_MS - 36 * 3600 * INT64_C (1000) }, { "-0s", NOW_MS },
    };
    EXPECT_EACH (CASES);
}

static void
what_is_no_time_is_refused (void **state)
{
    (void) state;
    static const char *const TEXTS [] = {
        "", " ", "yesterday noon", "3h", "+3h", "now+3h", "now3h", "-", "-3", "-h", "-3x", "-3h5", "--3h", "nowadays", "-1234567890s", "-9999999w",
        "2026-13-01", "2026-00-10", "2026-02-29", "1900-02-29", "2026-04-31", "2026-11-22T24:00Z", "2026-11-22T23:60Z", "2026-11-22T23:05:60Z",
        "2026-11-22T23", "2026-11-22T", "2026-11-22T23:05:07.", "2026-11-22T23:05:07.1234567890Z", "2026-11-22T23:05+1", "2026-11-22T23:05+15:00",
        "2026-11-22T23:05ZZ", "2026-11-22X23:05", "2026-1-2", "26-11-22", "1e9", "1795388707.5", "-5", "1234567890123456", "1969-12-31T23:59Z",
        "1970-01-01T00:00+00:01", "2026-11-22T23:05 UTC",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS [0]; i++) {
        int64_t ms;
        if (moment_read (slice_of (TEXTS [i]), NOW_MS, &ms))
            fail_msg ("\"%s\" was taken for %lld", TEXTS [i], (long long) ms);
    }
    int64_t ms;
    assert_false (moment_read (SLICE_ABSENT, NOW_MS, &ms));
    assert_false (moment_read (((slice_t) { "-3h\0", 4 }), NOW_MS, &ms));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (iso_8601_is_read_and_is_utc_without_an_offset),
        cmocka_unit_test (numbers_are_seconds_or_milliseconds),
        cmocka_unit_test (times_before_now_are_counted_back),
        cmocka_unit_test (what_is_no_time_is_refused),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
