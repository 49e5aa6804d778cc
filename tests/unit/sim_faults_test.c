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

static fault_t
next (faults_t *faults, const char *operation)
{
    return faults_next (faults, operation, "eu-west-1", 0);
}

//  How many of so many requests meet a fault of this kind.
static int
met (faults_t *faults, const char *operation, fault_kind_t kind, int requests)
{
    int count = 0;
    for (int i = 0; i < requests; i++)
        count += next (faults, operation).kind == kind;
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
    fault_t fault = next (faults, "ListMetrics");
    assert_int_equal (fault.kind, FAULT_ERROR);
    assert_int_equal (fault.status, 500);
    assert_int_equal (fault.latency_ms, 20);
    assert_int_equal (met (faults, "ListMetrics", FAULT_ERROR, 10), 2);
    assert_int_equal (next (faults, "ListMetrics").latency_ms, 0);
    faults_destroy (&faults);
}

static void
an_operations_own_rule_stands_instead_of_the_stars (void **state)
{
    (void) state;
    chance_t chance;
    faults_t *faults = faults_of (&chance, "{\"*\":{\"hang\":true},\"ListMetrics\":{\"throttle_rate\":1,\"count\":1}}");
    assert_int_equal (next (faults, "DescribeAlarms").kind, FAULT_HANG);
    assert_int_equal (next (faults, "ListMetrics").kind, FAULT_THROTTLE);
    assert_int_equal (next (faults, "ListMetrics").kind, FAULT_NONE);
    faults_clear (faults);
    assert_int_equal (next (faults, "DescribeAlarms").kind, FAULT_NONE);
    faults_destroy (&faults);
}

//  One after another, every so many ms; how many of them are accepted.
static int
accepted_of (faults_t *faults, const char *region, int64_t from_ms, int requests, int64_t every_ms)
{
    int accepted = 0;
    for (int i = 0; i < requests; i++)
        accepted += faults_next (faults, "ListMetrics", region, from_ms + i * every_ms).kind == FAULT_NONE;
    return accepted;
}

static void
a_quota_throttles_what_comes_beyond_its_rate (void **state)
{
    (void) state;
    chance_t chance;
    faults_t *faults = faults_of (&chance, "{\"ListMetrics\":{\"quota_per_s\":5}}");
    assert_int_equal (accepted_of (faults, "eu-west-1", 1000, 20, 0), 5);           //  A second's worth at once
    assert_int_equal (faults_next (faults, "ListMetrics", "eu-west-1", 1199).kind, FAULT_THROTTLE);
    assert_int_equal (faults_next (faults, "ListMetrics", "eu-west-1", 1200).kind, FAULT_NONE);
    assert_int_equal (accepted_of (faults, "eu-west-1", 1300, 1000, 100), 500);     //  Half of ten a second
    assert_int_equal (accepted_of (faults, "eu-west-1", 1000000, 20, 0), 5);        //  And no more was saved up
    faults_destroy (&faults);
}

static void
a_bucket_may_be_smaller_or_larger_and_holds_at_least_one (void **state)
{
    (void) state;
    static const struct { const char *json; int at_once; } CASES [] = {
        { "{\"*\":{\"quota_per_s\":5,\"burst\":1}}", 1 },
        { "{\"*\":{\"quota_per_s\":5,\"burst\":12}}", 12 },
        { "{\"*\":{\"quota_per_s\":0.5}}", 1 },
        { "{\"*\":{\"quota_per_s\":0}}", 20 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        chance_t chance;
        faults_t *faults = faults_of (&chance, CASES [i].json);
        assert_int_equal (accepted_of (faults, "eu-west-1", 0, 20, 0), CASES [i].at_once);
        faults_destroy (&faults);
    }
}

static void
a_rule_may_be_for_one_region (void **state)
{
    (void) state;
    chance_t chance;
    faults_t *faults = faults_of (&chance, "{\"*\":{\"latency_ms\":1},\"*@eu-west-1\":{\"hang\":true},\"ListMetrics@eu-west-2\":{\"latency_ms\":2},"
                                           "\"DescribeAlarms\":{\"latency_ms\":3}}");
    static const struct { const char *operation, *region; fault_kind_t kind; int64_t latency_ms; } CASES [] = {
        { "ListMetrics", "eu-west-1", FAULT_HANG, 0 },
        { "ListMetrics", "eu-west-2", FAULT_NONE, 2 },
        { "ListMetrics", "eu-west-3", FAULT_NONE, 1 },
        { "DescribeAlarms", "eu-west-1", FAULT_NONE, 3 },
        { "DescribeLogGroups", "eu-west-2", FAULT_NONE, 1 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        fault_t fault = faults_next (faults, CASES [i].operation, CASES [i].region, 0);
        assert_int_equal (fault.kind, CASES [i].kind);
        assert_int_equal (fault.latency_ms, CASES [i].latency_ms);
    }
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
        { "{\"@eu-west-1\":{}}", "The simulator has no operation \"@eu-west-1\"" },
        { "{\"ListMetrics@\":{}}", "The simulator has no operation \"ListMetrics@\"" },
        { "{\"*@a-region-with-a-name-that-is-much-longer-than-any-that-there-will-ever-be\":{}}", "with a region behind it" },
        { "{\"ListMetrics\":1}", "The faults of ListMetrics must be an object." },
        { "{\"*\":{\"latency\":1}}", "\"latency\" of * must be one of latency_ms, quota_per_s" },
        { "{\"*\":{\"latency_ms\":-1}}", "\"latency_ms\" of * must be a whole number from 0 to 600000." },
        { "{\"*\":{\"throttle_rate\":1.5}}", "\"throttle_rate\" of * must be a number from 0 to 1." },
        { "{\"*\":{\"quota_per_s\":-1}}", "\"quota_per_s\" of * must be a number from 0 to 100000." },
        { "{\"*\":{\"burst\":0}}", "\"burst\" of * must be a number from 1 to 100000." },
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
        assert_int_equal (next (faults, "ListMetrics").kind, FAULT_HANG);
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
    faults_t *faults = faults_of (&chance, "{\"ListMetrics@eu-west-1\":{\"latency_ms\":5,\"quota_per_s\":2.5,\"count\":3}}");
    for (int i = 0; i < 4; i++)
        next (faults, "ListMetrics");
    faults_write (faults, &out);
    assert_true (slice_is (buffer_slice (&out), "{\"ListMetrics@eu-west-1\":{\"latency_ms\":5,\"quota_per_s\":2.5,\"burst\":2.5,\"throttle_rate\":0,"
                                                "\"error_rate\":0,\"error_status\":503,\"hang\":false,\"skip\":0,\"count\":3,\"seen\":4,"
                                                "\"accepted\":3,\"throttled\":1}}"));
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
        cmocka_unit_test (a_quota_throttles_what_comes_beyond_its_rate),
        cmocka_unit_test (a_bucket_may_be_smaller_or_larger_and_holds_at_least_one),
        cmocka_unit_test (a_rule_may_be_for_one_region),
        cmocka_unit_test (what_is_wrong_is_refused_with_a_sentence_and_changes_nothing),
        cmocka_unit_test (the_rules_can_be_read_back),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
