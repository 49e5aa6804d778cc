#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "breaker.h"
#include "log.h"

#include <stdio.h>

static const char REGION [] = "eu-west-1";
enum { ENOUGH_MS = 10000, FIRST_MS = 1000, HALF_FIRST_MS = FIRST_MS + BREAKER_PAUSE_MS_MIN / 2 };

static uint64_t s_chance;

static uint64_t
chance (void *arg)
{
    (void) arg;
    return s_chance;
}

static const random_source_t RANDOM = { .next = chance };
static const transfer_answer_t REFUSED = { .status = STATUS_UNREACHABLE, .reason = "connection refused" };
static const transfer_answer_t SILENT = { .status = STATUS_DEADLINE, .sent = true, .reason = "there was no answer" };
static const transfer_answer_t FINE = { .status = STATUS_OK, .http_status = 200 };

static int
begin (void **state)
{
    log_set_level (LOG_LEVEL_ERROR);
    s_chance = 0;                       //  Pauses are half as long as they may be
    *state = breaker_new (&RANDOM);
    return 0;
}

static int
end (void **state)
{
    breaker_t *breaker = *state;
    breaker_destroy (&breaker);
    assert_null (breaker);
    return 0;
}

//  One of a caller of whom nothing else is heard.
static void
hear_one (breaker_t *breaker, const char *region, aws_service_t service, int64_t now_ms, const transfer_answer_t *answer, int64_t given_ms,
          bool probe)
{
    breaker_hear (breaker, region, service, now_ms, &(breaker_end_t) { .answer = answer, .given_ms = given_ms, .probe = probe });
}

static void
hear (breaker_t *breaker, int64_t now_ms, const transfer_answer_t *answer, int times)
{
    for (int i = 0; i < times; i++)
        hear_one (breaker, REGION, AWS_LOGS, now_ms, answer, ENOUGH_MS, false);
}

static breaker_verdict_t
look (const breaker_t *breaker, int64_t now_ms)
{
    breaker_trouble_t trouble;
    return breaker_look (breaker, REGION, AWS_LOGS, now_ms, &trouble);
}

static breaker_verdict_t
enter (breaker_t *breaker, int64_t now_ms)
{
    breaker_trouble_t trouble;
    return breaker_enter (breaker, REGION, AWS_LOGS, now_ms, &trouble);
}

static void
failures_in_a_row_open_it_and_say_why_and_since_when (void **state)
{
    breaker_t *breaker = *state;
    hear (breaker, FIRST_MS, &SILENT, BREAKER_FAILURES - 1);
    assert_int_equal (look (breaker, FIRST_MS), BREAKER_CLOSED);
    hear (breaker, FIRST_MS + 200, &REFUSED, 1);
    breaker_trouble_t trouble;
    assert_int_equal (breaker_look (breaker, REGION, AWS_LOGS, FIRST_MS + 300, &trouble), BREAKER_OPEN);
    assert_string_equal (trouble.reason, "connection refused");
    assert_int_equal (trouble.dead_ms, 300);
    assert_int_equal (trouble.again_ms, BREAKER_PAUSE_MS_MIN / 2 - 100);
    hear (breaker, FIRST_MS + 400, &REFUSED, 7);        //  Those that were under way: they change nothing
    assert_int_equal (breaker_look (breaker, REGION, AWS_LOGS, FIRST_MS + 400, &trouble), BREAKER_OPEN);
    assert_int_equal (trouble.again_ms, BREAKER_PAUSE_MS_MIN / 2 - 200);
}

static void
other_regions_and_services_are_not_affected (void **state)
{
    breaker_t *breaker = *state;
    hear (breaker, FIRST_MS, &REFUSED, BREAKER_FAILURES);
    breaker_trouble_t trouble;
    assert_int_equal (look (breaker, FIRST_MS), BREAKER_OPEN);
    assert_int_equal (breaker_look (breaker, REGION, AWS_MONITORING, FIRST_MS, &trouble), BREAKER_CLOSED);
    assert_int_equal (breaker_look (breaker, "eu-west-2", AWS_LOGS, FIRST_MS, &trouble), BREAKER_CLOSED);
    hear_one (breaker, "eu-west-2", AWS_LOGS, FIRST_MS, &FINE, ENOUGH_MS, false);
    hear_one (breaker, REGION, AWS_MONITORING, FIRST_MS, &FINE, ENOUGH_MS, false);
    assert_int_equal (look (breaker, FIRST_MS), BREAKER_OPEN);
}

//  What ends a row of failures, what goes on with it, and what is none of either.
static void
only_silence_counts_and_any_answer_ends_it (void **state)
{
    enum { COUNTS, ENDS, NEITHER };
    static const struct { transfer_answer_t answer; int64_t given_ms; int meaning; } CASES [] = {
        { { .status = STATUS_UNREACHABLE }, 100, COUNTS },
        { { .status = STATUS_UNREACHABLE, .sent = true }, ENOUGH_MS, COUNTS },
        { { .status = STATUS_DEADLINE, .sent = true }, BREAKER_SILENCE_MS, COUNTS },
        { { .status = STATUS_DEADLINE, .sent = true, .timings.reused = true }, ENOUGH_MS, COUNTS },
        { { .status = STATUS_DEADLINE }, ENOUGH_MS, NEITHER },          //  It had no connection of ours yet
        { { .status = STATUS_DEADLINE, .sent = true }, BREAKER_SILENCE_MS - 1, NEITHER },
        { { .status = STATUS_UNREACHABLE, .timings.reused = true }, ENOUGH_MS, NEITHER },
        { { .status = STATUS_REFUSED }, ENOUGH_MS, NEITHER },
        { { .status = STATUS_MALFORMED }, ENOUGH_MS, NEITHER },
        { { .status = STATUS_NO_MEMORY }, ENOUGH_MS, NEITHER },
        { { .status = STATUS_OK, .http_status = 200 }, ENOUGH_MS, ENDS },
        { { .status = STATUS_OK, .http_status = 400 }, ENOUGH_MS, ENDS },
        { { .status = STATUS_OK, .http_status = 503 }, ENOUGH_MS, ENDS },
        { { .status = STATUS_UNREACHABLE, .http_status = 200 }, ENOUGH_MS, ENDS },
        { { .status = STATUS_DEADLINE, .http_status = 200 }, ENOUGH_MS, ENDS },
        { { .status = STATUS_TOO_LARGE, .http_status = 200 }, 10, ENDS },
    };
    (void) state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        breaker_t *breaker = breaker_new (&RANDOM);
        hear (breaker, FIRST_MS, &REFUSED, BREAKER_FAILURES - 2);
        hear_one (breaker, REGION, AWS_LOGS, FIRST_MS, &CASES [i].answer, CASES [i].given_ms, false);
        hear (breaker, FIRST_MS, &REFUSED, 1);
        assert_int_equal (look (breaker, FIRST_MS), CASES [i].meaning == COUNTS ? BREAKER_OPEN : BREAKER_CLOSED);
        hear (breaker, FIRST_MS, &REFUSED, 1);
        assert_int_equal (look (breaker, FIRST_MS), CASES [i].meaning == ENDS ? BREAKER_CLOSED : BREAKER_OPEN);
        breaker_destroy (&breaker);
    }
}

//  What one caller hears of many requests at once.
static void
hear_of (breaker_t *breaker, int64_t now_ms, const void *caller, const transfer_answer_t *answer)
{
    for (int i = 0; i < 2 * BREAKER_FAILURES; i++)
        breaker_hear (breaker, REGION, AWS_LOGS, now_ms + i, &(breaker_end_t) { .answer = answer, .given_ms = ENOUGH_MS, .caller = caller });
}

static void
silence_that_one_caller_meets_many_times_at_once_counts_once (void **state)
{
    breaker_t *breaker = *state;
    static const char CALLERS [BREAKER_FAILURES];
    for (int i = 0; i < BREAKER_FAILURES; i++) {
        assert_int_equal (look (breaker, FIRST_MS), BREAKER_CLOSED);
        hear_of (breaker, FIRST_MS, &CALLERS [i], &SILENT);
    }
    assert_int_equal (look (breaker, FIRST_MS), BREAKER_OPEN);
}

static void
silence_that_one_caller_meets_again_counts_again (void **state)
{
    breaker_t *breaker = *state;
    for (int i = 0; i < BREAKER_FAILURES; i++) {
        assert_int_equal (look (breaker, FIRST_MS), BREAKER_CLOSED);
        hear_of (breaker, FIRST_MS + i * (int64_t) BREAKER_SILENCE_MS, breaker, &SILENT);
    }
    assert_int_equal (look (breaker, FIRST_MS), BREAKER_OPEN);
}

static void
refused_connections_count_whosever_they_are (void **state)
{
    breaker_t *breaker = *state;
    hear_of (breaker, FIRST_MS, breaker, &REFUSED);
    assert_int_equal (look (breaker, FIRST_MS), BREAKER_OPEN);
}

static void
failures_with_a_long_time_between_them_are_not_in_a_row (void **state)
{
    breaker_t *breaker = *state;
    hear (breaker, FIRST_MS, &REFUSED, BREAKER_FAILURES - 1);
    int64_t later_ms = FIRST_MS + BREAKER_MEMORY_MS + 1;
    hear (breaker, later_ms, &REFUSED, BREAKER_FAILURES - 1);
    assert_int_equal (look (breaker, later_ms), BREAKER_CLOSED);
    hear (breaker, later_ms + BREAKER_MEMORY_MS, &REFUSED, 1);
    breaker_trouble_t trouble;
    assert_int_equal (breaker_look (breaker, REGION, AWS_LOGS, later_ms + BREAKER_MEMORY_MS, &trouble), BREAKER_OPEN);
    assert_int_equal (trouble.dead_ms, BREAKER_MEMORY_MS);
}

static void
after_the_pause_one_request_probes_and_its_answer_closes_it (void **state)
{
    breaker_t *breaker = *state;
    hear (breaker, FIRST_MS, &REFUSED, BREAKER_FAILURES);
    assert_int_equal (enter (breaker, HALF_FIRST_MS - 1), BREAKER_OPEN);
    assert_int_equal (look (breaker, HALF_FIRST_MS), BREAKER_PROBE);
    assert_int_equal (enter (breaker, HALF_FIRST_MS), BREAKER_PROBE);
    breaker_trouble_t trouble;
    assert_int_equal (breaker_enter (breaker, REGION, AWS_LOGS, HALF_FIRST_MS + 20000, &trouble), BREAKER_OPEN);      //  However long it takes
    assert_int_equal (trouble.again_ms, 0);
    hear_one (breaker, REGION, AWS_LOGS, HALF_FIRST_MS, &FINE, ENOUGH_MS, true);
    assert_int_equal (enter (breaker, HALF_FIRST_MS), BREAKER_CLOSED);
    hear (breaker, HALF_FIRST_MS, &REFUSED, BREAKER_FAILURES - 1);      //  It begins from nothing
    assert_int_equal (enter (breaker, HALF_FIRST_MS), BREAKER_CLOSED);
}

static void
a_request_of_before_that_is_answered_closes_it_too (void **state)
{
    breaker_t *breaker = *state;
    hear (breaker, FIRST_MS, &REFUSED, BREAKER_FAILURES);
    hear (breaker, FIRST_MS + 1, &FINE, 1);
    assert_int_equal (enter (breaker, FIRST_MS + 1), BREAKER_CLOSED);
}

static void
each_probe_that_fails_doubles_the_pause_up_to_a_limit (void **state)
{
    breaker_t *breaker = *state;
    static const int64_t PAUSES_MS [] = { 1000, 2000, 4000, 8000, 16000, BREAKER_PAUSE_MS_MAX, BREAKER_PAUSE_MS_MAX };
    int64_t now_ms = FIRST_MS;
    hear (breaker, now_ms, &REFUSED, BREAKER_FAILURES);
    for (size_t i = 0; i < sizeof PAUSES_MS / sizeof PAUSES_MS [0]; i++) {
        assert_int_equal (enter (breaker, now_ms + PAUSES_MS [i] / 2 - 1), BREAKER_OPEN);
        now_ms += PAUSES_MS [i] / 2;
        assert_int_equal (enter (breaker, now_ms), BREAKER_PROBE);
        hear_one (breaker, REGION, AWS_LOGS, now_ms, &SILENT, ENOUGH_MS, true);
    }
    breaker_trouble_t trouble;
    assert_int_equal (breaker_look (breaker, REGION, AWS_LOGS, now_ms, &trouble), BREAKER_OPEN);
    assert_int_equal (trouble.dead_ms, now_ms - FIRST_MS);
    assert_string_equal (trouble.reason, "there was no answer");
}

static void
chance_shortens_a_pause_by_half_of_it_at_most (void **state)
{
    breaker_t *breaker = *state;
    s_chance = UINT64_MAX;
    hear (breaker, FIRST_MS, &REFUSED, BREAKER_FAILURES);
    assert_int_equal (look (breaker, FIRST_MS + BREAKER_PAUSE_MS_MIN - 2), BREAKER_OPEN);
    assert_int_equal (look (breaker, FIRST_MS + BREAKER_PAUSE_MS_MIN), BREAKER_PROBE);
}

static void
a_probe_that_proves_nothing_makes_way_for_another_at_once (void **state)
{
    breaker_t *breaker = *state;
    hear (breaker, FIRST_MS, &REFUSED, BREAKER_FAILURES);
    assert_int_equal (enter (breaker, HALF_FIRST_MS), BREAKER_PROBE);
    breaker_give_up (breaker, REGION, AWS_LOGS);
    assert_int_equal (enter (breaker, HALF_FIRST_MS), BREAKER_PROBE);
    hear_one (breaker, REGION, AWS_LOGS, HALF_FIRST_MS, &SILENT, BREAKER_SILENCE_MS - 1, true);     //  It had too little time
    assert_int_equal (enter (breaker, HALF_FIRST_MS), BREAKER_PROBE);
    breaker_give_up (breaker, "eu-west-2", AWS_LOGS);   //  Nobody's
    assert_int_equal (enter (breaker, HALF_FIRST_MS), BREAKER_OPEN);
}

static void
a_full_table_forgets_who_failed_longest_ago (void **state)
{
    breaker_t *breaker = *state;
    breaker_trouble_t trouble;
    for (int i = 0; i <= BREAKER_ENTRIES_MAX; i++) {
        char region [16];
        snprintf (region, sizeof region, "ab-cd-%d", i);
        for (int k = 0; k < BREAKER_FAILURES; k++)
            hear_one (breaker, region, AWS_LOGS, FIRST_MS + (i + 1) % 7, &REFUSED, ENOUGH_MS, false);       //  The seventh is the oldest
    }
    for (int i = 0; i <= BREAKER_ENTRIES_MAX; i++) {
        char region [16];
        snprintf (region, sizeof region, "ab-cd-%d", i);
        assert_int_equal (breaker_look (breaker, region, AWS_LOGS, FIRST_MS + 7, &trouble), i == 6 ? BREAKER_CLOSED : BREAKER_OPEN);
    }
}

#define BREAKER_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BREAKER_TEST (failures_in_a_row_open_it_and_say_why_and_since_when),
        BREAKER_TEST (other_regions_and_services_are_not_affected),
        BREAKER_TEST (only_silence_counts_and_any_answer_ends_it),
        BREAKER_TEST (silence_that_one_caller_meets_many_times_at_once_counts_once),
        BREAKER_TEST (silence_that_one_caller_meets_again_counts_again),
        BREAKER_TEST (refused_connections_count_whosever_they_are),
        BREAKER_TEST (failures_with_a_long_time_between_them_are_not_in_a_row),
        BREAKER_TEST (after_the_pause_one_request_probes_and_its_answer_closes_it),
        BREAKER_TEST (a_request_of_before_that_is_answered_closes_it_too),
        BREAKER_TEST (each_probe_that_fails_doubles_the_pause_up_to_a_limit),
        BREAKER_TEST (chance_shortens_a_pause_by_half_of_it_at_most),
        BREAKER_TEST (a_probe_that_proves_nothing_makes_way_for_another_at_once),
        BREAKER_TEST (a_full_table_forgets_who_failed_longest_ago),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
