#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shared_asks_fixture.h"

//  --- One request

static void
the_same_asks_at_once_are_one_request_and_all_get_its_answer (void **state)
{
    scene_t *scene = *state;
    STEP (scene->stage, .status = 200);
    waiter_t waiters [20] = { 0 };
    for (int i = 0; i < 10; i++)
        wait_in (&waiters [i], scene, BUDGET_MS);
    UNTIL (scene->stage, aws_client_counts (scene->stage->client).attempts == 1);
    for (int i = 10; i < 20; i++)               //  Also while it is in the air
        wait_in (&waiters [i], scene, BUDGET_MS);
    UNTIL (scene->stage, waiters [19].done);
    int attempts = 0;
    for (int i = 0; i < 20; i++) {
        expect_answered (&waiters [i], "fine", i > 0);
        assert_int_equal (waiters [i].outcome.attempts, 1);
        assert_false (waiters [i].outcome.cached);
        attempts += waiters [i].spent.attempts;
    }
    assert_int_equal (attempts, 1);             //  Of all of them together
    assert_int_equal (waiters [0].spent.attempts, 1);
    assert_int_equal (scene->stage->requests, 1);
    assert_int_equal (aws_client_counts (scene->stage->client).asks, 1);        //  One token of the quota
    assert_int_equal (shared_asks_counts (scene->asks).joined, 19);
    expect_nothing_under_way (scene);
}

static void
each_is_told_of_its_own_wait (void **state)
{
    scene_t *scene = *state;
    stage_t *stage = scene->stage;
    STEP (stage, .status = 500, .body = "{}");
    STEP (stage, .status = 200);
    waiter_t early = { 0 }, late = { 0 };
    wait_in (&early, scene, BUDGET_MS);
    UNTIL (stage, aws_client_counts (stage->client).retries == 1);
    stage_after_ms (stage, 20);
    wait_in (&late, scene, BUDGET_MS);
    stage_after_ms (stage, 5);                  //  The pause is 25 ms: half of 50
    UNTIL (stage, late.done);
    assert_int_equal (early.outcome.took_ms, 25);
    assert_int_equal (early.spent.pause_us, 25000);
    assert_int_equal (early.outcome.waited_ms, 25);
    assert_int_equal (late.outcome.took_ms, 5);
    assert_int_equal (late.outcome.waited_ms, 5);
    assert_int_equal (late.spent.pause_us, 5000);
    assert_int_equal (late.outcome.attempts, 2);
    assert_int_equal (early.spent.attempts + late.spent.attempts, 2);
    stage_go_on (stage);
    STEP (stage, .status = 0);
    waiter_t first = { 0 }, second = { 0 };
    wait_in (&first, scene, BUDGET_MS);
    UNTIL (stage, stage->requests == 3);
    stage_after_ms (stage, 100);
    wait_in (&second, scene, 5000);
    stage_after_ms (stage, 5000);
    assert_int_equal (second.outcome.took_ms, 5000);
    assert_int_equal (second.spent.flight_us, 5000000);
    leave (&first);
}

static void
only_the_very_same_request_is_joined (void **state)
{
    scene_t *scene = *state;
    STEP (scene->stage, .status = 200);
    aws_request_t other_body = LOG_GROUPS, other_api = LOG_GROUPS, other_service = LOG_GROUPS;
    other_body.body = SLICE ("{\"limit\":6}");
    other_api.api = "DescribeLogStreams";
    other_service.service = AWS_MONITORING;
    const struct { const aws_request_t *request; const char *account, *region; } ASKS [] = {
        { &LOG_GROUPS, "", "eu-west-1" }, { &LOG_GROUPS, "", "eu-west-2" }, { &LOG_GROUPS, "prod", "eu-west-1" }, { &other_body, "", "eu-west-1" },
        { &other_api, "", "eu-west-1" }, { &other_service, "", "eu-west-1" },
    };
    enum { COUNT = sizeof ASKS / sizeof ASKS [0] };
    waiter_t waiters [COUNT] = { 0 };
    for (int i = 0; i < COUNT; i++)
        assert_int_equal (start (&waiters [i], scene, ASKS [i].request, ASKS [i].account, ASKS [i].region, BUDGET_MS), STATUS_OK);
    for (int i = 0; i < COUNT; i++) {
        UNTIL (scene->stage, waiters [i].done);
        expect_answered (&waiters [i], "fine", false);
    }
    assert_int_equal (scene->stage->requests, COUNT);
}

static void
what_must_be_fresh_or_is_done_once_is_never_shared (void **state)
{
    scene_t *scene = *state;
    aws_request_t fresh = LOG_GROUPS, once = LOG_GROUPS;
    fresh.fresh = true;
    once.once = true;
    STEP (scene->stage, .status = 200, .body = GROUPS);
    waiter_t waiters [6] = { 0 };
    const aws_request_t *const REQUESTS [] = { &fresh, &fresh, &once, &once, &LOG_GROUPS, &fresh };
    for (int i = 0; i < 6; i++)
        assert_int_equal (start (&waiters [i], scene, REQUESTS [i], "", "eu-west-1", BUDGET_MS), STATUS_OK);
    for (int i = 0; i < 6; i++) {
        UNTIL (scene->stage, waiters [i].done);
        expect_answered (&waiters [i], "groups", false);
    }
    assert_int_equal (scene->stage->requests, 6);
    assert_int_equal (shared_asks_counts (scene->asks).answers, 1);     //  Of the one that may be kept; and that is not given to these
    stage_after_ms (scene->stage, 1000);                                //  For tokens of the quota
    for (int i = 0; i < 6; i++) {
        waiters [i] = (waiter_t) { 0 };
        assert_int_equal (start (&waiters [i], scene, REQUESTS [i], "", "eu-west-1", BUDGET_MS), STATUS_OK);
        UNTIL (scene->stage, waiters [i].done);
        assert_int_equal (waiters [i].outcome.cached, REQUESTS [i] == &LOG_GROUPS);
    }
    assert_int_equal (scene->stage->requests, 11);
}

static void
a_failure_goes_to_all_with_its_attempts (void **state)
{
    scene_t *scene = *state;
    FAILS (scene->stage, 400, "AccessDeniedException");
    waiter_t waiters [3] = { 0 };
    for (int i = 0; i < 3; i++)
        wait_in (&waiters [i], scene, BUDGET_MS + i);
    UNTIL (scene->stage, waiters [2].done);
    for (int i = 0; i < 3; i++) {
        assert_int_equal (waiters [i].done, 1);
        assert_int_equal (waiters [i].outcome.status, STATUS_REFUSED);
        assert_string_equal (waiters [i].code, "AccessDeniedException");
        assert_int_equal (waiters [i].outcome.attempts, 1);
        assert_int_equal (waiters [i].spent.attempts, i == 0);
    }
    assert_int_equal (scene->stage->requests, 1);
    assert_int_equal (shared_asks_counts (scene->asks).answers, 0);
    waiter_t next = { 0 };                      //  It joins nothing, and a failure is not kept
    stage_go_on (scene->stage);
    STEP (scene->stage, .status = 200);
    wait_in (&next, scene, BUDGET_MS);
    UNTIL (scene->stage, next.done);
    expect_answered (&next, "fine", false);
}

static void
what_cannot_be_asked_is_told_at_once (void **state)
{
    scene_t *scene = *state;
    waiter_t waiter = { 0 };
    assert_int_equal (start (&waiter, scene, &LOG_GROUPS, "", "evil.example.com/", BUDGET_MS), STATUS_INVALID_ARGUMENT);
    assert_true (strlen (waiter.reason) > 0);
    expect_nothing_under_way (scene);
}

//  --- Leaving

static void
who_leaves_takes_nobody_along_until_the_last_does (void **state)
{
    scene_t *scene = *state;
    static const int ORDERS [] [3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 0, 2 } };
    for (size_t i = 0; i < sizeof ORDERS / sizeof ORDERS [0]; i++) {
        waiter_t waiters [3] = { 0 };
        STEP (scene->stage, .status = 0);
        for (int j = 0; j < 3; j++)
            wait_in (&waiters [j], scene, BUDGET_MS + j);
        UNTIL (scene->stage, scene->stage->requests == (int) i + 1);
        for (int j = 0; j < 3; j++) {
            stage_turns (scene->stage);
            assert_int_equal (scene->stage->gone, i);
            leave (&waiters [ORDERS [i] [j]]);
        }
        UNTIL (scene->stage, scene->stage->gone == (int) i + 1);
        expect_nothing_under_way (scene);
        for (int j = 0; j < 3; j++)
            assert_int_equal (waiters [j].done, 0);
    }
}

static void
those_who_stay_get_the_answer_when_the_first_has_left (void **state)
{
    scene_t *scene = *state;
    STEP (scene->stage, .status = 200);
    waiter_t first = { 0 }, second = { 0 }, third = { 0 };
    wait_in (&first, scene, BUDGET_MS);
    wait_in (&second, scene, BUDGET_MS);
    leave (&first);
    wait_in (&third, scene, BUDGET_MS);
    UNTIL (scene->stage, third.done);
    expect_answered (&second, "fine", true);
    expect_answered (&third, "fine", true);
    assert_int_equal (first.done, 0);
    assert_int_equal (second.spent.attempts, 1);        //  Somebody must have made it
    assert_int_equal (third.spent.attempts, 0);
}

static const uint8_t TRACE [SPAN_TRACE_BYTES + 8] = { 1, [16] = 2 };

static const aws_stage_t *
last_stage (const aws_trail_t *trail)
{
    return &trail->stages [trail->count - 1];
}

static bool
is_under_way (const waiter_t *waiter, aws_trail_t *trail)
{
    assert_true (shared_asks_look (waiter->ask, trail));
    return trail->count && last_stage (trail)->kind == AWS_STAGE_ATTEMPT;
}

static void
keep_the_attempt (waiter_t *self)
{
    assert_non_null (self->spent.trail);                //  It is there only now
    assert_int_equal (last_stage (self->spent.trail)->kind, AWS_STAGE_ATTEMPT);
    memcpy (self->reason, last_stage (self->spent.trail)->span, SPAN_ID_BYTES);
}

static void
those_who_stay_link_to_the_attempt_that_the_first_has_told (void **state)
{
    scene_t *scene = *state;
    STEP (scene->stage, .status = 200);
    waiter_t first = { 0 }, second = { .then = keep_the_attempt };
    aws_request_t request = LOG_GROUPS;
    request.trace = TRACE;
    assert_int_equal (start (&first, scene, &request, "", "eu-west-1", BUDGET_MS), STATUS_OK);
    wait_in (&second, scene, BUDGET_MS);
    aws_trail_t trail;
    assert_false (shared_asks_look (second.ask, &trail));
    UNTIL (scene->stage, is_under_way (&first, &trail));
    assert_int_equal (last_stage (&trail)->status, STATUS_CANCELLED);
    leave (&first);
    UNTIL (scene->stage, second.done);
    assert_memory_equal (second.reason, last_stage (&trail)->span, SPAN_ID_BYTES);
}

static void
leave_with_the_others_and_ask_again (waiter_t *self)
{
    self->then = NULL;
    leave (&self->others [0]);
    leave (&self->others [2]);
    wait_in (self, self->scene, BUDGET_MS);
}

static void
who_is_told_may_make_others_leave_and_ask_anew (void **state)
{
    scene_t *scene = *state;
    STEP (scene->stage, .status = 200);
    waiter_t waiters [4] = { 0 };
    waiters [1].then = leave_with_the_others_and_ask_again;
    waiters [1].others = waiters;
    for (int i = 0; i < 4; i++)
        wait_in (&waiters [i], scene, BUDGET_MS);
    UNTIL (scene->stage, waiters [1].done == 2);
    expect_answered (&waiters [0], "fine", false);
    assert_int_equal (waiters [2].done, 0);
    expect_answered (&waiters [3], "fine", true);
    assert_false (waiters [1].outcome.shared);          //  It joined none of those
    assert_int_equal (scene->stage->requests, 2);
    expect_nothing_under_way (scene);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        SCENE_TEST (the_same_asks_at_once_are_one_request_and_all_get_its_answer),
        SCENE_TEST (each_is_told_of_its_own_wait),
        SCENE_TEST (only_the_very_same_request_is_joined),
        SCENE_TEST (what_must_be_fresh_or_is_done_once_is_never_shared),
        SCENE_TEST (a_failure_goes_to_all_with_its_attempts),
        SCENE_TEST (what_cannot_be_asked_is_told_at_once),
        SCENE_TEST (who_leaves_takes_nobody_along_until_the_last_does),
        SCENE_TEST (those_who_stay_get_the_answer_when_the_first_has_left),
        SCENE_TEST (those_who_stay_link_to_the_attempt_that_the_first_has_told),
        SCENE_TEST (who_is_told_may_make_others_leave_and_ask_anew),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
