#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "call_why.h"

#include "call_fixture.h"

static void
expect (const char *more, const char *spans, const char *expected)
{
    call_fixture_t call = call_of (more, spans);
    buffer_t out;
    buffer_init (&out, 65536);
    call_why_append (&out, call.tree);
    buffer_append_char (&out, '\0');
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
    call_free (&call);
}

#define ROOT(length) SPAN (0, "tools/call describe_log_groups", SERVER, 0, length, OK, true, "")
#define OF(total) ",\"status\":\"OK\",\"total_us\":" #total

static void
the_two_largest_shares_are_said_and_what_failed (void **state)
{
    (void) state;
    expect (RETRIED_CALL, RETRIED,
            "describe_log_groups took 200 ms. 100 ms of it (50 %) went into waits between attempts, before attempt #2 of DescribeLogGroups. "
            "80 ms (40 %) went into AWS: DescribeLogGroups, 2 requests, the slowest of which took 70 ms (attempt #2). "
            "AWS throttled DescribeLogGroups once (ThrottlingException).");
}

static void
of_several_waits_the_longest_is_told (void **state)
{
    (void) state;
    expect (OF (1000), ROOT (1000) "," SPAN (1, "L.F", CLIENT, 0, 0, OK, true, "") "," SPAN (1, "backoff", INTERNAL, 0, 700, OK, true, "") ","
            SPAN (1, "L.F", CLIENT, 700, 0, OK, true, "\"http.request.resend_count\":1") ","
            SPAN (1, "backoff", INTERNAL, 700, 300, OK, true, "") ","
            SPAN (1, "L.F", CLIENT, 1000, 0, OK, true, "\"http.request.resend_count\":2"),
            "describe_log_groups took 1 ms. 1 ms of it (100 %) went into waits between attempts, the longest of them 700 us, before attempt #2 "
            "of F.");
}

static void
of_requests_at_once_the_one_that_was_retried_is_named (void **state)
{
    (void) state;
    expect (OF (1000), AT_ONCE,
            "describe_log_groups took 1 ms. 650 us of it (65 %) went into waits between attempts, before Filter request 1 of 3, attempt 2 of 2. "
            "350 us (35 %) went into AWS: 4 requests in 6 attempts, the slowest of which (Filter) took 300 us (request 1 of 3, attempt 2 of 2). "
            "AWS throttled Filter twice (THROTTLED).");
}

static void
each_kind_of_time_has_its_words (void **state)
{
    (void) state;
    static const struct {
        const char *spans, *expected;
    } rows [] = {
        { ROOT (1000) "," SPAN (1, "queue logs", INTERNAL, 0, 1000, OK, true, ""), "the queue: no worker had room." },
        { ROOT (1000) "," SPAN (1, "credentials", INTERNAL, 0, 1000, OK, true, ""), "the wait for AWS credentials." },
        { ROOT (1000) "," SPAN (1, "throttle", INTERNAL, 0, 1000, OK, true, ""),
          "the wait for its turn, because this server keeps to AWS's quotas." },
        { ROOT (1000) "," SPAN (1, "hop", INTERNAL, 0, 1000, OK, true, ""), "messages on their way to the worker, and its mailbox." },
        { ROOT (1000) "," SPAN (1, "shared", INTERNAL, 0, 1000, OK, true, ""), "the wait for another call that asked the same." },
        { ROOT (1000) "," SPAN (1, "write", INTERNAL, 0, 1000, OK, true, ""), "the client, taking its answer." },
        { ROOT (1000) "," SPAN (1, "encode", INTERNAL, 0, 1000, OK, true, ""), "the answer's encoding." },
        { ROOT (1000) "," SPAN (1, "prepare", INTERNAL, 0, 1000, OK, true, ""), "the worker, before its first request." },
        { ROOT (1000) "," SPAN (1, "answer", INTERNAL, 0, 1000, OK, true, ""), "the worker, writing the result." },
        { ROOT (1000) "," SPAN (1, "admission", INTERNAL, 0, 1000, OK, true, ""), "this server's own work." },
        { ROOT (1000) "," SPAN (1, "CloudWatch.GetMetricData", CLIENT, 0, 1000, OK, true, ""), "AWS: GetMetricData, one request." },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected [256];
        snprintf (expected, sizeof expected, "describe_log_groups took 1 ms. 1 ms of it (100 %%) went into %s", rows [i].expected);
        expect (OF (1000), rows [i].spans, expected);
    }
}

static void
only_the_path_that_decided_counts (void **state)
{
    (void) state;
    expect (OF (1000), ROOT (1000) "," SPAN (1, "CloudWatchLogs.FilterLogEvents", CLIENT, 0, 1000, OK, true, "") ","
            SPAN (1, "CloudWatchLogs.FilterLogEvents", CLIENT, 0, 900, OK, false, "") "," SPAN (1, "backoff", INTERNAL, 0, 900, OK, false, ""),
            "describe_log_groups took 1 ms. 1 ms of it (100 %) went into AWS: FilterLogEvents, 2 requests, the slowest of which took 1 ms.");
}

static void
what_is_between_the_steps_is_our_own_work (void **state)
{
    (void) state;
    expect (OF (1000), ROOT (1000) "," SPAN (1, "encode", INTERNAL, 0, 300, OK, true, ""),
            "describe_log_groups took 1 ms. 700 us of it (70 %) went into this server's own work. 300 us (30 %) went into the answer's encoding.");
}

static void
requests_of_several_operations_name_the_slowest (void **state)
{
    (void) state;
    expect (OF (1000), ROOT (1000) "," SPAN (1, "CloudWatchLogs.DescribeLogGroups", CLIENT, 0, 100, OK, true, "") ","
            SPAN (1, "CloudWatchLogs.FilterLogEvents", CLIENT, 100, 900, OK, true, ""),
            "describe_log_groups took 1 ms. 1 ms of it (100 %) went into AWS: 2 requests, the slowest of which (FilterLogEvents) took 900 us.");
}

static void
failures_that_are_no_throttling_are_told_as_such (void **state)
{
    (void) state;
    expect (",\"status\":\"AWS_FAULT\",\"total_us\":1000", ROOT (1000) "," SPAN (1, "L.F", CLIENT, 0, 400, UNREACHABLE, true, "") ","
            SPAN (1, "L.F", CLIENT, 400, 500, THROTTLED, true, "") "," SPAN (1, "L.F", CLIENT, 900, 100, AWS_FAULT, true, ""),
            "describe_log_groups took 1 ms and ended with AWS_FAULT. 1 ms of it (100 %) went into AWS: F, 3 requests, the slowest of which took "
            "500 us (attempt #1). F failed 3 times (first UNREACHABLE).");
}

static void
what_was_cancelled_did_not_fail (void **state)
{
    (void) state;
    expect (",\"status\":\"CANCELLED\",\"total_us\":1000", ROOT (1000) "," SPAN (1, "L.F", CLIENT, 0, 990, CANCELLED, true, ""),
            "describe_log_groups was cancelled after 1 ms, while asking AWS: F.");
    expect (",\"status\":\"CANCELLED\",\"total_us\":1000", ROOT (1000) "," SPAN (1, "queue logs", INTERNAL, 0, 1000, CANCELLED, true, ""),
            "describe_log_groups was cancelled after 1 ms. 1 ms of it (100 %) went into the queue: no worker had room.");
    expect (",\"status\":\"CANCELLED\",\"total_us\":1000", ROOT (1000) "," SPAN (1, "L.F", CLIENT, 0, 100, THROTTLED, true, "") ","
            SPAN (1, "L.F", CLIENT, 100, 900, CANCELLED, true, "\"http.request.resend_count\":1"),
            "describe_log_groups was cancelled after 1 ms, while asking AWS: F, attempt #2. 1 ms of it (100 %) went into AWS: F, 2 requests, the "
            "slowest of which took 900 us (attempt #2). AWS throttled F once (THROTTLED).");
}

static void
without_spans_only_the_time_is_known (void **state)
{
    (void) state;
    expect (OF (1000), "", "describe_log_groups took 1 ms.");
    expect (OF (0), "", "describe_log_groups took 0 s.");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_two_largest_shares_are_said_and_what_failed),
        cmocka_unit_test (of_several_waits_the_longest_is_told),
        cmocka_unit_test (of_requests_at_once_the_one_that_was_retried_is_named),
        cmocka_unit_test (each_kind_of_time_has_its_words),
        cmocka_unit_test (only_the_path_that_decided_counts),
        cmocka_unit_test (what_is_between_the_steps_is_our_own_work),
        cmocka_unit_test (requests_of_several_operations_name_the_slowest),
        cmocka_unit_test (failures_that_are_no_throttling_are_told_as_such),
        cmocka_unit_test (what_was_cancelled_did_not_fail),
        cmocka_unit_test (without_spans_only_the_time_is_known),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
