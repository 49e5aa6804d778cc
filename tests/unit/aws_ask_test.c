//  What passes between asks and the breaker: attempts that nobody waits for any more, and asks that wait when it opens.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws_client_fixture.h"
#include "breaker.h"
#include "log.h"

//  Attempts that their callers (or the one who has them all) give up after so long; and whether the next one is barred for that.
static bool
barred_for (const void *caller, stage_t *stage, int attempts, int64_t silent_ms)
{
    asked_t asked [STEPS_MAX], next;
    log_set_level (LOG_LEVEL_ERROR);
    for (int i = 0; i < attempts; i++)
        assert_int_equal (asked_start_for (caller ? caller : &asked [i], &asked [i], stage, &LOG_GROUPS, "eu-west-1", BUDGET_MS), STATUS_OK);
    UNTIL (stage, stage->requests == attempts);
    stage_after_ms (stage, silent_ms);
    for (int i = 0; i < attempts; i++) {
        assert_int_equal (asked [i].done, 0);
        aws_client_abort (stage->client, &asked [i].ask);
    }
    ask (&next, stage);
    stage_turns (stage);
    bool barred = next.done && next.outcome.barred;
    if (barred)
        assert_string_equal (next.reason, "there was no answer within 5000 ms");
    aws_client_abort (stage->client, &next.ask);
    return barred;
}

static bool
barred_after (stage_t *stage, int attempts, int64_t silent_ms)
{
    return barred_for (NULL, stage, attempts, silent_ms);
}

static void
attempts_that_were_silent_for_long_bar_the_way_though_their_callers_left (void **state)
{
    STEP ((stage_t *) *state, .status = 0);
    assert_true (barred_after (*state, BREAKER_FAILURES, BREAKER_SILENCE_MS));
}

static void
one_caller_who_leaves_with_many_of_them_bars_nothing (void **state)
{
    STEP ((stage_t *) *state, .status = 0);
    assert_false (barred_for (*state, *state, BREAKER_FAILURES + 2, BREAKER_SILENCE_MS));
}

static void
too_few_of_them_bar_nothing (void **state)
{
    STEP ((stage_t *) *state, .status = 0);
    assert_false (barred_after (*state, BREAKER_FAILURES - 1, BREAKER_SILENCE_MS));
}

static void
attempts_whose_callers_left_soon_prove_nothing (void **state)
{
    STEP ((stage_t *) *state, .status = 0);
    assert_false (barred_after (*state, BREAKER_FAILURES + 2, BREAKER_SILENCE_MS - 1));
}

static void
an_answer_that_has_begun_is_no_silence (void **state)
{
    STEP ((stage_t *) *state, .status = -2, .body = "{\"text\":");
    assert_false (barred_after (*state, BREAKER_FAILURES, BREAKER_SILENCE_MS));
}

//  So many attempts hang as bar the way; the client asks once only, and as often in a second as hang.
static void
hang (stage_t *stage, asked_t *asked)
{
    log_set_level (LOG_LEVEL_ERROR);
    for (int i = 0; i < BREAKER_FAILURES; i++)
        ask (&asked [i], stage);
    UNTIL (stage, stage->requests == BREAKER_FAILURES);
}

//  AWS is gone, and with it their connections. No time passes.
static void
break_all (stage_t *stage, const asked_t *asked)
{
    http_server_destroy (&stage->aws);
    stage_turns (stage);
    for (int i = 0; i < BREAKER_FAILURES; i++)
        assert_int_equal (asked [i].outcome.status, STATUS_UNREACHABLE);
}

static void
assert_barred (const asked_t *asked, int attempts)
{
    assert_int_equal (asked->done, 1);
    assert_int_equal (asked->outcome.status, STATUS_UNREACHABLE);
    assert_true (asked->outcome.barred);
    assert_int_equal (asked->outcome.attempts, attempts);
}

static void
who_waits_for_a_turn_is_told_at_once_when_the_breaker_opens (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 0);
    stage->config.attempts_max = 1;
    stage->config.quota_per_s = BREAKER_FAILURES;
    stage_new_client (stage);
    asked_t hanging [BREAKER_FAILURES], waiting [20], elsewhere;
    hang (stage, hanging);
    for (int i = 0; i < 20; i++)
        ask (&waiting [i], stage);
    stage_turns (stage);
    for (int i = 0; i < 20; i++)
        assert_int_equal (waiting [i].done, 0);
    assert_int_equal (asked_start (&elsewhere, stage, &LOG_GROUPS, "eu-west-2", BUDGET_MS), STATUS_OK);
    break_all (stage, hanging);
    for (int i = 0; i < 20; i++)
        assert_barred (&waiting [i], 0);
    wait_until_done (&elsewhere);
    assert_false (elsewhere.outcome.barred);    //  It was asked, and found nobody there either
}

static void
who_waits_for_credentials_is_told_too (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 0);
    stage->config.attempts_max = 1;
    stage_new_client (stage);
    asked_t hanging [BREAKER_FAILURES], waiting;
    hang (stage, hanging);
    stage->peer_is_silent = true;
    uint64_t version;
    sigv4_keys_t keys;
    assert_true (keyring_keys (stage->keyring, "", &keys, &version));
    keyring_refused (stage->keyring, "", version);
    ask (&waiting, stage);
    stage_turns (stage);
    assert_int_equal (waiting.done, 0);
    break_all (stage, hanging);
    assert_barred (&waiting, 0);
}

static void
who_pauses_before_another_attempt_is_told_too (void **state)
{
    stage_t *stage = *state;
    for (int i = 0; i < BREAKER_FAILURES; i++)
        STEP (stage, .status = 0);
    FAILS (stage, 400, "ThrottlingException");
    asked_t hanging [BREAKER_FAILURES], pausing;
    hang (stage, hanging);
    ask (&pausing, stage);
    UNTIL (stage, aws_client_counts (stage->client).retries == 1);
    assert_int_equal (pausing.done, 0);
    http_server_destroy (&stage->aws);
    stage_turns (stage);
    assert_barred (&pausing, 1);
    stage_after_ms (stage, 25);                 //  The one that opened it was not waiting then: it pauses first
    for (int i = 0; i < BREAKER_FAILURES; i++)
        assert_barred (&hanging [i], 1);
}

int
main (void)
{
    zsys_handler_set (NULL);
    const struct CMUnitTest tests [] = {
        STAGE_TEST (attempts_that_were_silent_for_long_bar_the_way_though_their_callers_left),
        STAGE_TEST (one_caller_who_leaves_with_many_of_them_bars_nothing),
        STAGE_TEST (too_few_of_them_bar_nothing),
        STAGE_TEST (attempts_whose_callers_left_soon_prove_nothing),
        STAGE_TEST (an_answer_that_has_begun_is_no_silence),
        STAGE_TEST (who_waits_for_a_turn_is_told_at_once_when_the_breaker_opens),
        STAGE_TEST (who_waits_for_credentials_is_told_too),
        STAGE_TEST (who_pauses_before_another_attempt_is_told_too),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
