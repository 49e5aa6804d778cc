#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "retry.h"

//  Chance by script: this point of the unit interval each time, in 1/1024.
static int s_point;

static uint64_t
s_scripted (void *self)
{
    (void) self;
    return (uint64_t) s_point << 54;
}

static retry_t
policy (int point)
{
    static const random_source_t scripted = { .next = s_scripted };
    s_point = point;
    retry_t retry;
    retry_init (&retry, RETRY_ATTEMPTS_MAX, &scripted);
    return retry;
}

static retry_failure_t
failure (aws_error_class_t class, int attempt)
{
    return (retry_failure_t) { .attempt = attempt, .class = class, .asked_ms = -1, .budget_ms = 60000, .attempt_ms = 100 };
}

static int64_t
wait_after (retry_t *retry, const retry_failure_t *failed)
{
    int64_t wait_ms = -1;
    int paid = -1;
    assert_int_equal (retry_failed (retry, failed, &wait_ms, &paid), RETRY_LATER);
    return wait_ms;
}

static void
trouble_of_theirs_waits_within_50_ms_then_100_then_200 (void **state)
{
    (void) state;
    retry_t retry = policy (1023);
    retry.attempts_max = 10;
    retry_failure_t first = failure (AWS_TRANSIENT, 1), second = failure (AWS_TRANSIENT, 2), third = failure (AWS_TRANSIENT, 3);
    assert_int_equal (wait_after (&retry, &first), 49);
    assert_int_equal (wait_after (&retry, &second), 99);
    assert_int_equal (wait_after (&retry, &third), 199);
    s_point = 512;
    assert_int_equal (wait_after (&retry, &first), 25);
    s_point = 0;
    assert_int_equal (wait_after (&retry, &third), 0);
}

static void
throttling_waits_within_a_second_then_two (void **state)
{
    (void) state;
    retry_t retry = policy (512);
    retry_failure_t first = failure (AWS_THROTTLED, 1), second = failure (AWS_THROTTLED, 2);
    assert_int_equal (wait_after (&retry, &first), 500);
    assert_int_equal (wait_after (&retry, &second), 1000);
}

static void
no_wait_is_longer_than_20_seconds_however_many_attempts_there_were (void **state)
{
    (void) state;
    retry_t retry = policy (512);
    retry.attempts_max = 1000;
    retry_failure_t fifth = failure (AWS_THROTTLED, 5), sixth = failure (AWS_THROTTLED, 6), late = failure (AWS_TRANSIENT, 999);
    assert_int_equal (wait_after (&retry, &fifth), 8000);
    assert_int_equal (wait_after (&retry, &sixth), 10000);
    assert_int_equal (wait_after (&retry, &late), 10000);
    s_point = 1023;
    assert_int_equal (wait_after (&retry, &late), 19980);
}

static void
the_third_attempt_is_the_last (void **state)
{
    (void) state;
    retry_t retry = policy (0);
    int64_t wait_ms = 77;
    int paid = 88;
    retry_failure_t second = failure (AWS_TRANSIENT, 2), third = failure (AWS_TRANSIENT, 3);
    assert_int_equal (retry_failed (&retry, &third, &wait_ms, &paid), RETRY_SPENT);
    assert_int_equal (wait_ms, 77);
    assert_int_equal (paid, 88);
    assert_int_equal (retry.quota, RETRY_QUOTA);
    assert_int_equal (retry_failed (&retry, &second, &wait_ms, &paid), RETRY_LATER);
}

static void
one_attempt_in_all_means_no_retries (void **state)
{
    (void) state;
    retry_t retry = policy (0);
    retry.attempts_max = 1;
    int64_t wait_ms;
    int paid;
    retry_failure_t first = failure (AWS_THROTTLED, 1);
    assert_int_equal (retry_failed (&retry, &first, &wait_ms, &paid), RETRY_SPENT);
}

static void
only_throttling_and_trouble_of_theirs_are_tried_again (void **state)
{
    (void) state;
    static const aws_error_class_t hopeless [] = { AWS_NO_ERROR, AWS_EXPIRED, AWS_SKEWED, AWS_DENIED, AWS_INVALID, AWS_BROKEN };
    retry_t retry = policy (0);
    int64_t wait_ms;
    int paid;
    for (size_t index = 0; index < sizeof hopeless / sizeof *hopeless; index++) {
        retry_failure_t failed = failure (hopeless [index], 1);
        assert_int_equal (retry_failed (&retry, &failed, &wait_ms, &paid), RETRY_HOPELESS);
    }
    assert_int_equal (retry.quota, RETRY_QUOTA);
}

static void
a_retry_costs_14_or_5_when_throttled (void **state)
{
    (void) state;
    retry_t retry = policy (0);
    retry_failure_t theirs = failure (AWS_TRANSIENT, 1), throttled = failure (AWS_THROTTLED, 1);
    int64_t wait_ms;
    int paid = 0;
    assert_int_equal (retry_failed (&retry, &theirs, &wait_ms, &paid), RETRY_LATER);
    assert_int_equal (paid, 14);
    assert_int_equal (retry.quota, 486);
    assert_int_equal (retry_failed (&retry, &throttled, &wait_ms, &paid), RETRY_LATER);
    assert_int_equal (paid, 5);
    assert_int_equal (retry.quota, 481);
}

static void
without_the_tokens_for_it_there_is_no_retry_and_no_payment (void **state)
{
    (void) state;
    retry_t retry = policy (0);
    retry_failure_t theirs = failure (AWS_TRANSIENT, 1), throttled = failure (AWS_THROTTLED, 1);
    int64_t wait_ms;
    int paid;
    retry.quota = 14;
    assert_int_equal (retry_failed (&retry, &theirs, &wait_ms, &paid), RETRY_LATER);
    retry.quota = 13;
    assert_int_equal (retry_failed (&retry, &theirs, &wait_ms, &paid), RETRY_NO_QUOTA);
    assert_int_equal (retry.quota, 13);
    retry.quota = 5;
    assert_int_equal (retry_failed (&retry, &throttled, &wait_ms, &paid), RETRY_LATER);
    retry.quota = 4;
    assert_int_equal (retry_failed (&retry, &throttled, &wait_ms, &paid), RETRY_NO_QUOTA);
    assert_int_equal (retry.quota, 4);
}

//  500 tokens at 14 each.
static void
a_storm_of_failures_runs_the_quota_dry_after_35_retries (void **state)
{
    (void) state;
    retry_t retry = policy (0);
    retry_failure_t theirs = failure (AWS_TRANSIENT, 1);
    int64_t wait_ms;
    int paid, retries = 0;
    while (retry_failed (&retry, &theirs, &wait_ms, &paid) == RETRY_LATER)
        retries++;
    assert_int_equal (retries, 35);
}

static void
a_success_gives_back_what_its_last_retry_cost_or_one (void **state)
{
    (void) state;
    retry_t retry = policy (0);
    retry.quota = 100;
    retry_succeeded (&retry, 14);
    assert_int_equal (retry.quota, 114);
    retry_succeeded (&retry, 5);
    assert_int_equal (retry.quota, 119);
    retry_succeeded (&retry, 0);
    assert_int_equal (retry.quota, 120);
}

static void
the_quota_is_never_more_than_it_was_at_the_start (void **state)
{
    (void) state;
    retry_t retry = policy (0);
    retry_succeeded (&retry, 0);
    assert_int_equal (retry.quota, RETRY_QUOTA);
    retry.quota = RETRY_QUOTA - 3;
    retry_succeeded (&retry, 14);
    assert_int_equal (retry.quota, RETRY_QUOTA);
}

//  Our own delay is 500 ms in all of these.
static void
the_server_may_ask_for_a_longer_wait_within_5_s_of_ours_and_not_for_a_shorter_one (void **state)
{
    (void) state;
    retry_t retry = policy (512);
    static const struct {
        int64_t asked_ms, wait_ms;
    } cases [] = {
        { -1, 500 },
        { 0, 500 },
        { 499, 500 },
        { 501, 501 },
        { 5499, 5499 },
        { 5500, 5500 },
        { 5501, 5500 },
        { INT64_MAX, 5500 },
    };
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        retry_failure_t failed = failure (AWS_THROTTLED, 1);
        failed.asked_ms = cases [index].asked_ms;
        assert_int_equal (wait_after (&retry, &failed), cases [index].wait_ms);
    }
}

static void
no_attempt_is_started_that_cannot_end_within_the_budget (void **state)
{
    (void) state;
    retry_t retry = policy (512);
    int64_t wait_ms;
    int paid;
    retry_failure_t failed = failure (AWS_THROTTLED, 1);
    failed.budget_ms = 600;     //  500 of waiting, 100 of asking
    assert_int_equal (retry_failed (&retry, &failed, &wait_ms, &paid), RETRY_LATER);
    int quota = retry.quota;
    failed.budget_ms = 599;
    assert_int_equal (retry_failed (&retry, &failed, &wait_ms, &paid), RETRY_NO_TIME);
    failed.budget_ms = -5;
    assert_int_equal (retry_failed (&retry, &failed, &wait_ms, &paid), RETRY_NO_TIME);
    assert_int_equal (retry.quota, quota);
}

static void
a_wait_is_read_from_the_header_if_it_is_a_whole_number (void **state)
{
    (void) state;
    assert_int_equal (retry_after_parse (SLICE ("0")), 0);
    assert_int_equal (retry_after_parse (SLICE ("1500")), 1500);
    assert_int_equal (retry_after_parse (SLICE (" \t1500 ")), 1500);
    assert_int_equal (retry_after_parse (SLICE_ABSENT), -1);
    assert_int_equal (retry_after_parse (SLICE ("")), -1);
    assert_int_equal (retry_after_parse (SLICE ("  ")), -1);
    assert_int_equal (retry_after_parse (SLICE ("-1")), -1);
    assert_int_equal (retry_after_parse (SLICE ("+1")), -1);
    assert_int_equal (retry_after_parse (SLICE ("1.5")), -1);
    assert_int_equal (retry_after_parse (SLICE ("15 00")), -1);
    assert_int_equal (retry_after_parse (SLICE ("0x10")), -1);
    assert_int_equal (retry_after_parse (SLICE ("Sun, 22 Nov 2026 23:05:07 GMT")), -1);
}

static void
a_wait_too_long_to_count_is_the_longest_one (void **state)
{
    (void) state;
    assert_true (retry_after_parse (SLICE ("9223372036854775806")) == INT64_MAX - 1);
    assert_true (retry_after_parse (SLICE ("9223372036854775807")) == INT64_MAX);
    assert_true (retry_after_parse (SLICE ("9223372036854775808")) == INT64_MAX);
    assert_true (retry_after_parse (SLICE ("99999999999999999999999999")) == INT64_MAX);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (trouble_of_theirs_waits_within_50_ms_then_100_then_200),
        cmocka_unit_test (throttling_waits_within_a_second_then_two),
        cmocka_unit_test (no_wait_is_longer_than_20_seconds_however_many_attempts_there_were),
        cmocka_unit_test (the_third_attempt_is_the_last),
        cmocka_unit_test (one_attempt_in_all_means_no_retries),
        cmocka_unit_test (only_throttling_and_trouble_of_theirs_are_tried_again),
        cmocka_unit_test (a_retry_costs_14_or_5_when_throttled),
        cmocka_unit_test (without_the_tokens_for_it_there_is_no_retry_and_no_payment),
        cmocka_unit_test (a_storm_of_failures_runs_the_quota_dry_after_35_retries),
        cmocka_unit_test (a_success_gives_back_what_its_last_retry_cost_or_one),
        cmocka_unit_test (the_quota_is_never_more_than_it_was_at_the_start),
        cmocka_unit_test (the_server_may_ask_for_a_longer_wait_within_5_s_of_ours_and_not_for_a_shorter_one),
        cmocka_unit_test (no_attempt_is_started_that_cannot_end_within_the_budget),
        cmocka_unit_test (a_wait_is_read_from_the_header_if_it_is_a_whole_number),
        cmocka_unit_test (a_wait_too_long_to_count_is_the_longest_one),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
