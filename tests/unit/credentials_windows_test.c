#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "credentials_fixture.h"

//  An hour: early from 15 minutes before the end, late from an eighth, 7:30, before it.
static void
keys_that_run_out_are_found_anew_while_they_are_served (void **state)
{
    stage_t *stage = *state;
    s_provider.lives_ms = 60 * MINUTE_MS;
    assert_int_equal (ask (stage), STATUS_OK);
    assert_int_equal (stage->keys.good_ms, 45 * MINUTE_MS);
    fake_clock_advance (&stage->clock, 45 * MINUTE_MS - 1);
    assert_int_equal (ask (stage), STATUS_OK);
    assert_int_equal (stage->keys.good_ms, 1);
    assert_int_equal (s_provider.asked, 1);
    fake_clock_advance (&stage->clock, 1);
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (answered (stage, KEY_ID "1"));         //  Nobody waits for the newer ones
    assert_int_equal (stage->keys.good_ms, 500);
    while (s_provider.asked < 2)
        assert_int_equal (reactor_turn (credentials_reactor (stage->credentials), 1), STATUS_OK);
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (answered (stage, KEY_ID "2"));
    assert_int_equal (stage->keys.good_ms, 45 * MINUTE_MS);
}

static void
windows_are_parts_of_the_lifetime_and_no_more_than_botocores (void **state)
{
    stage_t *stage = *state;
    static const int64_t ROWS [] [2] = {                //  Lives, and is good for
        { 20000, 15000 }, { 60000, 45000 }, { 15 * MINUTE_MS, 675000 }, { 60 * MINUTE_MS, 45 * MINUTE_MS }, { 720 * MINUTE_MS, 705 * MINUTE_MS },
        { 4, 3 }, { 1, 1 },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        s_provider.lives_ms = ROWS [i] [0];
        fake_clock_advance (&stage->clock, CREDENTIALS_REFUSED_MS);
        assert_int_equal (ask_for (stage, "", i ? stage->keys.version : 0), STATUS_OK);
        assert_int_equal (stage->keys.good_ms, ROWS [i] [1]);
        assert_int_equal (stage->keys.left_ms, ROWS [i] [0]);
    }
}

static void
what_aws_refuses_again_and_again_costs_one_look_a_minute (void **state)
{
    stage_t *stage = *state;
    s_provider.lives_ms = 60 * MINUTE_MS;
    assert_int_equal (ask (stage), STATUS_OK);
    assert_int_equal (ask_for (stage, "", stage->keys.version), STATUS_OK);
    assert_true (answered (stage, KEY_ID "2"));         //  The first refusal counts at once
    for (int second = 0; second < 60; second++) {
        assert_int_equal (ask_for (stage, "", stage->keys.version), STATUS_OK);
        assert_true (answered (stage, KEY_ID "2"));     //  Served, so that AWS's own words are told
        fake_clock_advance (&stage->clock, 1000);
    }
    assert_int_equal (ask_for (stage, "", stage->keys.version), STATUS_OK);
    assert_true (answered (stage, KEY_ID "3"));
    assert_int_equal (s_provider.asked, 3);
}

//  Six actors sign with the same set, and each says that it was refused.
static void
a_set_that_many_say_is_refused_is_looked_for_once (void **state)
{
    stage_t *stage = *state;
    s_provider.lives_ms = 60 * MINUTE_MS;
    assert_int_equal (ask (stage), STATUS_OK);
    uint64_t version = stage->keys.version;
    for (int i = 0; i < 6; i++) {
        assert_int_equal (ask_for (stage, "", version), STATUS_OK);
        assert_true (answered (stage, KEY_ID "2"));
    }
}

static void
late_questions_wait_for_the_newer_keys (void **state)
{
    stage_t *stage = *state;
    s_provider.lives_ms = 80 * MINUTE_MS;
    assert_int_equal (ask (stage), STATUS_OK);
    s_provider.takes_ms = 30;
    fake_clock_advance (&stage->clock, 70 * MINUTE_MS);
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (answered (stage, KEY_ID "2"));
}

static void
a_failure_while_early_is_nobodys_and_while_late_everybodys (void **state)
{
    stage_t *stage = *state;
    s_provider.lives_ms = 80 * MINUTE_MS;
    assert_int_equal (ask (stage), STATUS_OK);
    uint64_t version = stage->keys.version;
    s_provider.status = STATUS_NO_CREDENTIALS;
    fake_clock_advance (&stage->clock, 65 * MINUTE_MS);
    for (int second = 0; second < 299; second++) {
        assert_int_equal (ask (stage), STATUS_OK);
        assert_true (stage->keys.version == version);
        assert_true (stage->keys.good_ms > 0 && stage->keys.good_ms <= 300000 - second * 1000);
        fake_clock_advance (&stage->clock, 1000);
    }
    assert_in_range (s_provider.asked, 4, 8);           //  A storm of questions is not a storm of looks
    int asked = s_provider.asked;
    fake_clock_advance (&stage->clock, 1000);
    assert_int_equal (ask (stage), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "The place is broken.");
    assert_int_equal (s_provider.asked, asked + 1);
    s_provider.status = STATUS_OK;
    fake_clock_advance (&stage->clock, CREDENTIALS_FAILURE_MS);
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (stage->keys.version != version);
}

static void
a_failure_of_a_moment_ago_while_early_is_not_told_while_late (void **state)
{
    stage_t *stage = *state;
    s_provider.lives_ms = 80 * MINUTE_MS;
    assert_int_equal (ask (stage), STATUS_OK);
    s_provider.status = STATUS_NO_CREDENTIALS;
    fake_clock_advance (&stage->clock, 70 * MINUTE_MS - 1000);
    assert_int_equal (ask (stage), STATUS_OK);
    while (s_provider.asked < 2)
        assert_int_equal (reactor_turn (credentials_reactor (stage->credentials), 1), STATUS_OK);
    s_provider.status = STATUS_OK;
    fake_clock_advance (&stage->clock, 1000);
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (answered (stage, KEY_ID "3"));
}

//  As a keyring asks, ten minutes long: when its keys are no longer good. No question fails; each set costs one look.
static void
keys_of_twenty_seconds_serve_a_steady_load (void **state)
{
    stage_t *stage = *state;
    int64_t end_ms = stage->clock.wall_ms + 10 * MINUTE_MS, good_until_ms = 0;
    uint64_t version = 0;
    int versions = 0;
    s_provider.lives_ms = 20000;
    s_provider.takes_ms = 40;
    while (stage->clock.wall_ms < end_ms) {
        if (stage->clock.wall_ms >= good_until_ms) {
            assert_int_equal (ask (stage), STATUS_OK);
            assert_true (stage->keys.left_ms > 2500);
            good_until_ms = stage->clock.wall_ms + stage->keys.good_ms;
            versions += stage->keys.version != version;
            version = stage->keys.version;
        }
        fake_clock_advance (&stage->clock, 20);
        assert_int_equal (reactor_turn (credentials_reactor (stage->credentials), 0), STATUS_OK);
    }
    assert_int_equal (s_provider.asked, versions);
    assert_in_range (versions, 35, 41);
}

//  The service is down for the first second of every early time.
static void
a_service_that_is_down_while_early_fails_no_question (void **state)
{
    stage_t *stage = *state;
    int64_t end_ms = stage->clock.wall_ms + 10 * MINUTE_MS, good_until_ms = 0, left_until_ms = 0;
    s_provider.lives_ms = 20000;
    s_provider.takes_ms = 40;
    while (stage->clock.wall_ms < end_ms) {
        int64_t left_ms = left_until_ms - stage->clock.wall_ms;
        s_provider.status = left_ms > 4000 && left_ms <= 5000 ? STATUS_NO_CREDENTIALS : STATUS_OK;
        if (stage->clock.wall_ms >= good_until_ms) {
            assert_int_equal (ask (stage), STATUS_OK);
            good_until_ms = stage->clock.wall_ms + stage->keys.good_ms;
            left_until_ms = stage->clock.wall_ms + stage->keys.left_ms;
        }
        fake_clock_advance (&stage->clock, 20);
        assert_int_equal (reactor_turn (credentials_reactor (stage->credentials), 0), STATUS_OK);
    }
    assert_in_range (s_provider.asked, 60, 90);         //  One in vain, one that finds
}

static void
those_who_wait_share_one_look_and_nobody_else_waits (void **state)
{
    stage_t *stage = *state;
    s_provider.takes_ms = INT64_MAX / 4;                //  It hangs
    for (int i = 0; i < 50; i++)
        send_question (stage, KIND_REQUEST, "", 0);
    while (!s_provider.asked)
        assert_int_equal (reactor_turn (credentials_reactor (stage->credentials), 1), STATUS_OK);
    assert_int_equal (ask_for (stage, "prod", 0), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "The account \"prod\" is not configured for this server. Leave account out to ask its own.");
    assert_int_equal (s_provider.asked, 1);
    fake_clock_advance (&stage->clock, FIND_MS);
    assert_int_equal (ask (stage), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "The place did not give AWS credentials within 65 s.");
    assert_int_equal (s_provider.asked, 1);
}

int
main (void)
{
    zsys_handler_set (NULL);
    log_set_level (LOG_LEVEL_ERROR);
    const struct CMUnitTest tests [] = {
        STAGE_TEST (keys_that_run_out_are_found_anew_while_they_are_served),
        STAGE_TEST (windows_are_parts_of_the_lifetime_and_no_more_than_botocores),
        STAGE_TEST (what_aws_refuses_again_and_again_costs_one_look_a_minute),
        STAGE_TEST (a_set_that_many_say_is_refused_is_looked_for_once),
        STAGE_TEST (late_questions_wait_for_the_newer_keys),
        STAGE_TEST (a_failure_while_early_is_nobodys_and_while_late_everybodys),
        STAGE_TEST (a_failure_of_a_moment_ago_while_early_is_not_told_while_late),
        STAGE_TEST (keys_of_twenty_seconds_serve_a_steady_load),
        STAGE_TEST (a_service_that_is_down_while_early_fails_no_question),
        STAGE_TEST (those_who_wait_share_one_look_and_nobody_else_waits),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
