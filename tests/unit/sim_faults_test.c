#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "faults.h"

enum { TEXT_BYTES_MAX = 4096 };

static faults_t *
faults_of (chance_t *chance, const char *json)
{
    buffer_t sentence;
    buffer_init (&sentence, TEXT_BYTES_MAX);
    chance_init (chance, 7);
    faults_t *faults = faults_new (chance);
    assert_int_equal (faults_set (faults, slice_of (json), &sentence), STATUS_OK);
    buffer_deinit (&sentence);
    return faults;
}

//  How many of so many requests meet a fault of this kind.
static int
met (faults_t *faults, const char *operation, fault_kind_t kind, int requests)
{
    int count = 0;
    for (int i = 0; i < requests; i++)
        count += faults_next (faults, operation).kind == kind;
    return count;
}

static void
rates_hold_in_the_long_run_and_repeat_with_the_seed (void **state)
{
    (void) state;
    chance_t chance;
    faults_t *faults = faults_of (&chance, "{\"ListMetrics\":{\"throttle_rate\":0.5,\"error_rate\":0.2}}");
    int throttled = met (faults, "ListMetrics", FAULT_THROTTLE, 10000);
    assert_in_range (throttled, 4800, 5200);
    assert_in_range (met (faults, "ListMetrics", FAULT_ERROR, 10000), 850, 1150);
    assert_int_equal (met (faults, "DescribeAlarms", FAULT_NONE, 100), 100);
    faults_destroy (&faults);
    faults = faults_of (&chance, "{\"ListMetrics\":{\"throttle_rate\":0.5,\"error_rate\":0.2}}");
    assert_int_equal (met (faults, "ListMetrics", FAULT_THROTTLE, 10000), throttled);
    faults_destroy (&faults);
}

static void
skip_and_count_bound_what_is_met (void **state)
{
    (void) state;
    chance_t chance;
    faults_t *faults = faults_of (&chance, "{\"ListMetrics\":{\"error_rate\":1,\"error_status\":500,\"latency_ms\":20,\"skip\":2,\"count\":3}}");
    assert_int_equal (met (faults, "ListMetrics", FAULT_NONE, 2), 2);
    fault_t fault = faults_next (faults, "ListMetrics");
    assert_int_equal (fault.kind, FAULT_ERROR);
    assert_int_equal (fault.status, 500);
    assert_int_equal (fault.latency_ms, 20);
    assert_int_equal (met (faults, "ListMetrics", FAULT_ERROR, 10), 2);
    assert_int_equal (faults_next (faults, "ListMetrics").latency_ms, 0);
    faults_destroy (&faults);
}

static void
an_operations_own_rule_stands_instead_of_the_stars (void **state)
{
    (void) state;
    chance_t chance;
    faults_t *faults = faults_of (&chance, "{\"*\":{\"hang\":true},\"ListMetrics\":{\"throttle_rate\":1,\"count\":1}}");
    assert_int_equal (faults_next (faults, "DescribeAlarms").kind, FAULT_HANG);
    assert_int_equal (faults_next (faults, "ListMetrics").kind, FAULT_THROTTLE);
    assert_int_equal (faults_next (faults, "ListMetrics").kind, FAULT_NONE);
    faults_clear (faults);
    assert_int_equal (faults_next (faults, "DescribeAlarms").kind, FAULT_NONE);
    faults_destroy (&faults);
}

static void
what_is_wrong_is_refused_with_a_sentence_and_changes_nothing (void **state)
{
    (void) state;
    static const char *const WRONG [] [2] = {
        { "nonsense", "The faults must be one JSON object" },
        { "[]", "The faults must be one JSON object" },
        { "{\"ListMetric\":{}}", "The simulator has no operation \"ListMetric\"" },
        { "{\"ListMetrics\":1}", "The faults of ListMetrics must be an object." },
        { "{\"*\":{\"latency\":1}}", "\"latency\" of * must be one of latency_ms, throttle_rate" },
        { "{\"*\":{\"latency_ms\":-1}}", "\"latency_ms\" of * must be a whole number from 0 to 600000." },
        { "{\"*\":{\"throttle_rate\":1.5}}", "\"throttle_rate\" of * must be a number from 0 to 1." },
        { "{\"*\":{\"error_status\":200}}", "\"error_status\" of * must be a status from 400 to 599." },
        { "{\"*\":{\"hang\":1}}", "\"hang\" of * must be true or false." },
        { "{\"*\":{\"count\":18446744073709551615}}", "\"count\" of * must be a whole number from 0." },
    };
    chance_t chance;
    faults_t *faults = faults_of (&chance, "{\"*\":{\"hang\":true}}");
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        buffer_t sentence;
        buffer_init (&sentence, TEXT_BYTES_MAX);
        assert_int_equal (faults_set (faults, slice_of (WRONG [i] [0]), &sentence), STATUS_INVALID_ARGUMENT);
        buffer_append_char (&sentence, 0);
        assert_non_null (strstr (sentence.data, WRONG [i] [1]));
        buffer_deinit (&sentence);
        assert_int_equal (faults_next (faults, "ListMetrics").kind, FAULT_HANG);
    }
    faults_destroy (&faults);
}

static void
the_rules_can_be_read_back (void **state)
{
    (void) state;
    chance_t chance;
    buffer_t out;
    buffer_init (&out, TEXT_BYTES_MAX);
    faults_t *faults = faults_of (&chance, "{\"ListMetrics\":{\"latency_ms\":5,\"count\":2}}");
    faults_next (faults, "ListMetrics");
    faults_write (faults, &out);
    assert_true (slice_is (buffer_slice (&out), "{\"ListMetrics\":{\"latency_ms\":5,\"throttle_rate\":0,\"error_rate\":0,\"error_status\":503,"
                                                "\"hang\":false,\"skip\":0,\"count\":2,\"seen\":1}}"));
    buffer_deinit (&out);
    faults_destroy (&faults);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (rates_hold_in_the_long_run_and_repeat_with_the_seed),
        cmocka_unit_test (skip_and_count_bound_what_is_met),
        cmocka_unit_test (an_operations_own_rule_stands_instead_of_the_stars),
        cmocka_unit_test (what_is_wrong_is_refused_with_a_sentence_and_changes_nothing),
        cmocka_unit_test (the_rules_can_be_read_back),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
