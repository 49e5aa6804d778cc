//  Those who share a request and have less time than it, or more; and those who come after its answer.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shared_asks_fixture.h"

//  --- Time

static void
who_has_less_time_ends_in_its_own (void **state)
{
    scene_t *scene = *state;
    stage_t *stage = scene->stage;
    STEP (stage, .status = 0);
    waiter_t patient = { 0 }, hasty = { 0 };
    wait_in (&patient, scene, 20000);
    wait_in (&hasty, scene, 1000);
    UNTIL (stage, stage->requests == 1);
    stage_after_ms (stage, 999);
    assert_int_equal (hasty.done, 0);
    stage_after_ms (stage, 1);
    assert_int_equal (hasty.done, 1);
    assert_int_equal (hasty.outcome.status, STATUS_DEADLINE);
    assert_non_null (strstr (hasty.reason, "another call"));
    assert_string_equal (hasty.outcome.api, "DescribeLogGroups");
    assert_int_equal (stage->gone, 0);
    assert_int_equal (patient.done, 0);
    leave (&patient);

    //  Alone with a request that has more time than he: it goes with him
    STEP (stage, .status = 0);
    wait_in (&patient, scene, 20000);
    wait_in (&hasty, scene, 1000);
    UNTIL (stage, stage->requests == 2);
    leave (&patient);
    stage_after_ms (stage, 1000);
    assert_int_equal (hasty.done, 2);
    UNTIL (stage, stage->gone == 2);
    expect_nothing_under_way (scene);
}

static void
who_has_more_time_asks_once_more_when_the_first_had_too_little (void **state)
{
    scene_t *scene = *state;
    stage_t *stage = scene->stage;
    STEP (stage, .status = 0);
    waiter_t first = { 0 }, longer = { 0 }, longest = { 0 }, late = { 0 };
    wait_in (&first, scene, 1000);
    wait_in (&longer, scene, 5000);
    wait_in (&longest, scene, 30000);
    UNTIL (stage, stage->requests == 1);
    STEP (stage, .status = 0);
    stage_after_ms (stage, 1000);
    UNTIL (stage, first.done);
    assert_int_equal (first.outcome.status, STATUS_DEADLINE);
    assert_int_equal (first.spent.attempts, 1);
    assert_int_equal (longer.done + longest.done, 0);
    UNTIL (stage, stage->requests == 2);
    wait_in (&late, scene, 2000);               //  And others may join
    stage_after_ms (stage, 2000);
    assert_int_equal (late.outcome.status, STATUS_DEADLINE);
    stage_after_ms (stage, 2000);
    assert_int_equal (longer.done, 1);
    assert_int_equal (longer.outcome.status, STATUS_DEADLINE);
    assert_int_equal (longest.done, 0);
    assert_int_equal (stage->requests, 2);
    assert_int_equal (shared_asks_counts (scene->asks).again, 1);
    leave (&longest);
    expect_nothing_under_way (scene);
}

static void
the_answer_to_the_second_request_goes_to_those_who_had_the_time (void **state)
{
    scene_t *scene = *state;
    stage_t *stage = scene->stage;
    STEP (stage, .status = 0);
    STEP (stage, .status = 200);
    waiter_t first = { 0 }, others [2] = { 0 };
    wait_in (&first, scene, 1000);
    for (int i = 0; i < 2; i++)
        wait_in (&others [i], scene, 9000 - 1000 * i);
    UNTIL (stage, stage->requests == 1);
    stage_after_ms (stage, 1000);
    UNTIL (stage, others [1].done);
    assert_int_equal (first.outcome.status, STATUS_DEADLINE);
    expect_answered (&others [0], "fine", true);
    expect_answered (&others [1], "fine", true);
    assert_int_equal (others [0].outcome.took_ms, 1000);
    assert_int_equal (others [0].spent.attempts, 1);
    assert_int_equal (others [1].spent.attempts, 0);
    expect_nothing_under_way (scene);
}

static void
leave_the_others (waiter_t *self)
{
    leave (&self->others [0]);
}

static void
who_is_told_of_a_lack_of_time_may_make_those_leave_for_whom_it_goes_on (void **state)
{
    scene_t *scene = *state;
    stage_t *stage = scene->stage;
    STEP (stage, .status = 0);
    waiter_t other = { 0 }, first = { .then = leave_the_others, .others = &other };
    wait_in (&first, scene, 1000);
    wait_in (&other, scene, 9000);
    UNTIL (stage, stage->requests == 1);
    stage_after_ms (stage, 1000);
    UNTIL (stage, first.done);
    assert_int_equal (other.done, 0);
    assert_null (other.ask);
    expect_nothing_under_way (scene);
}

//  Throttled three times while there was plenty of time: to ask again only because a few ms are left would be an attempt too many.
static void
a_failure_with_time_to_spare_is_a_failure_for_those_with_more_time_too (void **state)
{
    scene_t *scene = *state;
    stage_t *stage = scene->stage;
    FAILS (stage, 400, "ThrottlingException");
    waiter_t first = { 0 }, other = { 0 };
    wait_in (&first, scene, BUDGET_MS - 1000);
    wait_in (&other, scene, BUDGET_MS);
    for (int i = 0; i < 100 && !other.done; i++)
        stage_after_ms (stage, 100);
    assert_int_equal (other.done, 1);
    assert_int_equal (first.outcome.status, STATUS_THROTTLED);
    assert_int_equal (other.outcome.status, STATUS_THROTTLED);
    assert_int_equal (other.outcome.attempts, 3);
    assert_int_equal (stage->requests, 3);
}

//  Its time was too short for the pause before another attempt.
static void
an_attempt_that_had_no_time_to_be_made_is_made_for_those_who_have_it (void **state)
{
    scene_t *scene = *state;
    stage_t *stage = scene->stage;
    stage_step (stage, (step_t) { .status = 500, .body = "{}", .fields = { { "x-amz-retry-after", "4000" } } });
    STEP (stage, .status = 200);
    waiter_t first = { 0 }, other = { 0 };
    wait_in (&first, scene, 1000);
    wait_in (&other, scene, BUDGET_MS);
    UNTIL (stage, first.done);
    assert_int_equal (first.outcome.status, STATUS_AWS_FAULT);
    UNTIL (stage, other.done);
    expect_answered (&other, "fine", true);
    assert_int_equal (stage->requests, 2);
}

//  --- What was kept

static void
what_was_answered_a_moment_ago_is_not_asked_again (void **state)
{
    scene_t *scene = *state;
    stage_t *stage = scene->stage;
    STEP (stage, .status = 200, .body = GROUPS);
    waiter_t first = { 0 }, second = { 0 }, third = { 0 };
    wait_in (&first, scene, BUDGET_MS);
    UNTIL (stage, first.done);
    assert_false (first.outcome.cached);
    stage_after_ms (stage, 9999);
    wait_in (&second, scene, BUDGET_MS);
    UNTIL (stage, second.done);
    expect_answered (&second, "groups", false);
    assert_true (second.outcome.cached);
    assert_int_equal (second.outcome.age_ms, 9999);
    assert_int_equal (second.outcome.attempts + second.spent.attempts, 0);
    assert_int_equal (second.spent.flight_us, 0);
    assert_int_equal (stage->requests, 1);
    assert_int_equal (aws_client_counts (stage->client).asks, 1);
    assert_int_equal (shared_asks_counts (scene->asks).cached, 1);
    stage_after_ms (stage, 1);
    wait_in (&third, scene, BUDGET_MS);
    UNTIL (stage, third.done);
    assert_false (third.outcome.cached);
    assert_int_equal (stage->requests, 2);
}

static void
who_waits_for_what_was_kept_may_leave_and_be_joined (void **state)
{
    scene_t *scene = *state;
    stage_t *stage = scene->stage;
    STEP (stage, .status = 200, .body = GROUPS);
    waiter_t waiters [4] = { 0 };
    wait_in (&waiters [0], scene, BUDGET_MS);
    UNTIL (stage, waiters [0].done);
    for (int i = 1; i < 4; i++)
        wait_in (&waiters [i], scene, BUDGET_MS);
    leave (&waiters [1]);
    UNTIL (stage, waiters [3].done);
    assert_int_equal (waiters [1].done, 0);
    assert_true (waiters [2].outcome.cached && waiters [3].outcome.cached);
    wait_in (&waiters [1], scene, BUDGET_MS);
    leave (&waiters [1]);
    stage_turns (stage);
    assert_int_equal (waiters [1].done, 0);
    assert_int_equal (stage->requests, 1);
}

//  It was young enough when it was looked for, and is too old a turn later.
static void
what_left_before_it_was_told_is_asked_after_all (void **state)
{
    scene_t *scene = *state;
    stage_t *stage = scene->stage;
    STEP (stage, .status = 200, .body = GROUPS);
    waiter_t first = { 0 }, second = { 0 }, third = { 0 };
    wait_in (&first, scene, BUDGET_MS);
    UNTIL (stage, first.done);
    stage_after_ms (stage, 9999);
    wait_in (&second, scene, 500);
    wait_in (&third, scene, BUDGET_MS);
    fake_clock_advance (&stage->clock, 1);
    UNTIL (stage, third.done);
    expect_answered (&second, "groups", false);
    expect_answered (&third, "groups", true);
    assert_false (second.outcome.cached || third.outcome.cached);
    assert_int_equal (stage->requests, 2);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        SCENE_TEST (who_has_less_time_ends_in_its_own),
        SCENE_TEST (who_has_more_time_asks_once_more_when_the_first_had_too_little),
        SCENE_TEST (the_answer_to_the_second_request_goes_to_those_who_had_the_time),
        SCENE_TEST (who_is_told_of_a_lack_of_time_may_make_those_leave_for_whom_it_goes_on),
        SCENE_TEST (a_failure_with_time_to_spare_is_a_failure_for_those_with_more_time_too),
        SCENE_TEST (an_attempt_that_had_no_time_to_be_made_is_made_for_those_who_have_it),
        SCENE_TEST (what_was_answered_a_moment_ago_is_not_asked_again),
        SCENE_TEST (who_waits_for_what_was_kept_may_leave_and_be_joined),
        SCENE_TEST (what_left_before_it_was_told_is_asked_after_all),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
