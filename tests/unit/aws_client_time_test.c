#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws_client_fixture.h"

static void
an_answer_that_does_not_come_ends_with_the_budget (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 0);
    asked_t asked;
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "eu-west-1", 10000), STATUS_OK);
    UNTIL (stage, stage->requests == 1);
    stage_after_ms (stage, 9999);
    assert_int_equal (asked.done, 0);
    fake_clock_advance (&stage->clock, 1);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_DEADLINE);
    assert_string_equal (asked.reason, "there was no whole answer within 10000 ms");
    assert_int_equal (asked.outcome.attempts, 1);
    assert_int_equal (asked.outcome.took_ms, 10000);
    UNTIL (stage, stage->gone == 1);
}

static void
an_attempt_that_hangs_makes_way_for_another (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 0);
    STEP (stage, .status = 200);
    asked_t asked;
    ask (&asked, stage);
    UNTIL (stage, stage->requests == 1);
    fake_clock_advance (&stage->clock, 25000);
    pass_pause (&asked, 1, 25);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_int_equal (asked.outcome.attempts, 2);
}

static void
no_attempt_begins_that_cannot_end_in_time (void **state)
{
    stage_t *stage = *state;
    FAILS (stage, 400, "ThrottlingException");
    asked_t asked;
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "eu-west-1", 49), STATUS_OK);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_DEADLINE);
    assert_int_equal (asked.outcome.attempts, 0);
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "eu-west-1", -5000), STATUS_OK);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_DEADLINE);
    assert_int_equal (stage->requests, 0);

    //  The pause would be 500 ms, and an attempt needs 50: with less than both the first error is the last
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "eu-west-1", 549), STATUS_OK);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_THROTTLED);
    assert_int_equal (stage->requests, 1);
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "eu-west-1", 550), STATUS_OK);
    pass_pause (&asked, 1, 500);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.attempts, 2);
}

//  A client that may make one request per second, and has none saved up.
static void
slow_client (stage_t *stage)
{
    stage->config.quota_share_percent = 10;
    stage_new_client (stage);
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
}

static void
requests_wait_for_their_turn (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200);
    slow_client (stage);
    asked_t first, second;
    ask (&first, stage);
    ask (&second, stage);
    stage_turns (stage);
    stage_after_ms (stage, 999);
    assert_int_equal (stage->requests, 1);
    fake_clock_advance (&stage->clock, 1);
    wait_until_done (&first);
    assert_int_equal (first.spent.throttle_us, 1000000);
    assert_int_equal (second.done, 0);
    fake_clock_advance (&stage->clock, 1000);
    wait_until_done (&second);
    assert_int_equal (second.spent.throttle_us, 2000000);
    assert_int_equal (second.outcome.status, STATUS_OK);
}

//  AWS speaks https only, so what speaks http is nobody's account.
static void
an_emulator_is_asked_as_fast_as_it_answers (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200);
    stage->config.quota_per_s = 0;
    slow_client (stage);
    asked_t asked [14];
    for (int i = 0; i < 14; i++)
        ask (&asked [i], stage);
    for (int i = 0; i < 14; i++) {
        wait_until_done (&asked [i]);
        assert_int_equal (asked [i].spent.throttle_us, 0);
    }
}

static void
a_turn_that_cannot_come_in_time_is_refused_at_once (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200);
    slow_client (stage);
    asked_t asked;
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "eu-west-1", 1049), STATUS_OK);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_BUSY);
    assert_int_equal (asked.outcome.retry_ms, 1000);
    assert_int_equal (asked.outcome.attempts, 0);
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "eu-west-1", 1050), STATUS_OK);
    stage_turns (stage);
    stage_after_ms (stage, 1000);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
}

static void
a_turn_that_aws_put_off_ends_the_wait_in_time (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200);
    FAILS (stage, 400, "ThrottlingException");
    slow_client (stage);
    asked_t first, second;
    ask (&first, stage);
    assert_int_equal (asked_start (&second, stage, &LOG_GROUPS, "eu-west-1", 2100), STATUS_OK);
    stage_turns (stage);
    stage_after_ms (stage, 1000);       //  The first one's turn; it is throttled, and the rate falls
    UNTIL (stage, aws_client_counts (stage->client).throttled == 1);
    stage_after_ms (stage, 1050);
    assert_int_equal (second.done, 0);
    stage_after_ms (stage, 1);
    assert_int_equal (second.done, 1);
    assert_int_equal (second.outcome.status, STATUS_DEADLINE);
    assert_string_equal (second.reason, "its turn under the account's quota of 10 requests/s did not come in time");
    aws_client_abort (stage->client, &first.ask);
}

static void
what_failed_before_is_not_forgotten_when_there_is_no_turn_for_another_attempt (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200);
    FAILS (stage, 400, "ThrottlingException");
    slow_client (stage);
    asked_t asked;
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "eu-west-1", 2200), STATUS_OK);
    stage_turns (stage);
    stage_after_ms (stage, 1000);       //  Its turn, and its pause: then eight tenths of the rate are left, and 1.25 s are too long
    UNTIL (stage, aws_client_counts (stage->client).throttled == 1);
    stage_after_ms (stage, 500);
    assert_int_equal (asked.done, 1);
    assert_int_equal (asked.outcome.status, STATUS_BUSY);
    assert_string_equal (asked.reason, "too many requests are waiting for their turn under the account's quota of 10 requests/s");
    assert_true (asked.outcome.unasked);
    assert_string_equal (asked.before, "ThrottlingException");
    assert_int_equal (asked.outcome.attempts, 1);
    assert_int_equal (asked.outcome.took_ms, 1500);
    assert_int_equal (asked.outcome.waited_ms, 1500);
}

int
main (void)
{
    zsys_handler_set (NULL);
    transfers_global_start ();
    const struct CMUnitTest tests [] = {
        STAGE_TEST (an_answer_that_does_not_come_ends_with_the_budget),
        STAGE_TEST (an_attempt_that_hangs_makes_way_for_another),
        STAGE_TEST (no_attempt_begins_that_cannot_end_in_time),
        STAGE_TEST (requests_wait_for_their_turn),
        STAGE_TEST (an_emulator_is_asked_as_fast_as_it_answers),
        STAGE_TEST (a_turn_that_cannot_come_in_time_is_refused_at_once),
        STAGE_TEST (a_turn_that_aws_put_off_ends_the_wait_in_time),
        STAGE_TEST (what_failed_before_is_not_forgotten_when_there_is_no_turn_for_another_attempt),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
