#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace_filter.h"

static const ring_call_t CALL = { .tool = "search_logs", .status = STATUS_THROTTLED, .error = true, .total_us = 500000, .trace = { 0xab } };

static void
each_filter_lets_through_what_it_names (void **state)
{
    (void) state;
    static const struct { slice_t query; bool passes; } ROWS [] = {
        { SLICE_ABSENT, true }, { { "", 0 }, true }, { { "tool=search_logs", 16 }, true }, { { "tool=search_log", 15 }, false },
        { { "status=THROTTLED", 16 }, true }, { { "status=error", 12 }, true }, { { "status=OK", 9 }, false },
        { { "slow_ms=500", 11 }, true }, { { "slow_ms=501", 11 }, false }, { { "slow_ms=99999999999999999999", 28 }, true },
        { { "trace=ab000000000000000000000000000000", 38 }, true }, { { "trace=ab", 8 }, false },
        { { "tool=search_logs&slow_ms=501", 28 }, false }, { { "color=red&tool=search_logs", 26 }, true },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        trace_filter_t filter = trace_filter_read (ROWS [i].query);
        if (trace_filter_passes (&filter, &CALL) != ROWS [i].passes)
            fail_msg ("%.*s", (int) ROWS [i].query.size, ROWS [i].query.data);
    }
}

static void
limits_are_numbers_or_what_they_were (void **state)
{
    (void) state;
    trace_filter_t filter = trace_filter_read (SLICE ("limit=7&after=12"));
    assert_int_equal (filter.limit, 7);
    assert_int_equal (filter.after, 12);
    filter = trace_filter_read (SLICE ("limit=-7&after=x"));
    assert_int_equal (filter.limit, TRACE_FILTER_LIMIT);
    assert_int_equal (filter.after, -1);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_filter_lets_through_what_it_names), cmocka_unit_test (limits_are_numbers_or_what_they_were),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
