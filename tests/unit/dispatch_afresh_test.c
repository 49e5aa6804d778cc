//  Calls that follow another one, and what they do when that one ends without an answer.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"

//  --- Time

static void
a_follower_with_less_time_ends_in_its_own (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t patient, hasty;
    desk_ask_all (desk, &patient, 1, 10000);
    desk_ask_all (desk, &hasty, 1, 1000);
    desk_pass (desk, 1000);
    assert_ended (&hasty, DEADLINE);
    assert_true (hasty.outcome.shared);
    assert_int_equal (worker->heard [KIND_CANCEL], 0);
    worker_answer (worker, patient.id, "{}");
    assert_ended (&patient, OK);

    //  The last who waits, its leader having left: the worker is told
    desk_ask_all (desk, &patient, 1, 10000);
    desk_ask_all (desk, &hasty, 1, 1000);
    dispatch_cancel (desk->dispatch, patient.id);
    desk_pass (desk, 1000);
    assert_ended (&hasty, DEADLINE);
    assert_int_equal (worker->cancelled, patient.id);
    assert_int_equal (dispatch_counts (desk->dispatch).expired, 2);
}

static void
followers_that_outlive_their_leader_begin_afresh_as_one (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    caller_t leader, early, late, later;
    desk_ask_all (desk, &leader, 1, 1000);
    desk_ask_all (desk, &late, 1, 6000);
    desk_ask_all (desk, &early, 1, 3000);
    desk_pass (desk, 1000);
    assert_ended (&leader, DEADLINE);
    assert_int_equal (worker->cancelled, leader.id);
    assert_int_equal (worker->heard [KIND_REQUEST], 2);
    const envelope_t *envelope = &worker->has [1]->envelope;
    assert_int_equal (envelope->id, late.id);       //  The one with the most time leads
    assert_int_equal (envelope->attempt, 1);
    assert_int_equal (envelope->budget_ms, 5000 - DISPATCH_GRACE_MS);
    desk_ask_all (desk, &later, 1, 6000);                //  And others may follow it
    worker_answer (worker, leader.id, "{\"too\":\"late\"}");
    assert_waits (&early);
    worker_answer (worker, late.id, "{}");
    assert_ended (&late, OK);
    assert_ended (&early, OK);
    assert_ended (&later, OK);
    assert_int_equal (worker->heard [KIND_REQUEST], 2);
    assert_nothing_left (desk);
}

//  What a worker says when the time that it was given is over, and when it gave the call up for reasons of its own.
static void
end_of_the_leader_alone (desk_t *desk, status_t status)
{
    worker_t *worker = desk_ready_worker (desk, 2);
    caller_t leader, brief, follower;
    desk_ask_all (desk, &leader, 1, 1000);
    desk_ask_all (desk, &follower, 1, 5000);
    desk_ask_all (desk, &brief, 1, 1250);
    desk_pass (desk, 700);
    worker_fault (worker, leader.id, status, "No time.");
    assert_int_equal (leader.outcome.status, status);
    assert_string_equal (leader.text, "No time.");
    assert_waits (&follower);
    assert_int_equal (worker->has [0]->envelope.id, follower.id);
    worker_answer (worker, follower.id, "{}");
    assert_ended (&follower, OK);
    assert_ended (&brief, OK);                      //  Along with one that had the time

    //  Alone it has too little to begin afresh
    desk_ask_all (desk, &leader, 1, 1000);
    desk_ask_all (desk, &brief, 1, 1250);
    desk_pass (desk, 700);
    worker_fault (worker, leader.id, status, "No time.");
    assert_int_equal (brief.outcome.status, status);
    assert_int_equal (worker->heard [KIND_REQUEST], 3);
    assert_nothing_left (desk);
}

static void
a_leader_that_ran_out_of_time_is_no_reason_for_its_followers (void **state)
{
    end_of_the_leader_alone (*state, STATUS_DEADLINE);
}

static void
a_leader_that_its_worker_gave_up_is_no_reason_for_its_followers (void **state)
{
    end_of_the_leader_alone (*state, STATUS_CANCELLED);
}

//  The leader waited for long, and was asked for three seconds only.
static void
who_has_more_time_than_a_hurried_answer_took_begins_afresh (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t busy, leader, brief, longer, longest;
    desk_ask (desk, &busy, "brief", 20000);
    desk_ask_all (desk, &leader, 1, 10000);
    desk_pass (desk, 6000);
    worker_answer (worker, busy.id, "{}");
    desk_ask_all (desk, &longest, 1, 9000);
    desk_ask_all (desk, &longer, 1, 8000);
    desk_ask_all (desk, &brief, 1, 6000);
    desk_pass (desk, 3000);
    worker_answer_with (worker, leader.id, "{\"part\":1}", ENVELOPE_FLAG_HURRIED);
    assert_ended (&leader, OK);
    assert_ended (&brief, OK);                      //  It has 3 s left: no more than this took
    assert_string_equal (brief.json, "{\"part\":1}");
    assert_true (brief.outcome.shared);
    assert_waits (&longer);
    assert_int_equal (worker->has [0]->envelope.id, longest.id);
    assert_int_equal (worker->has [0]->envelope.attempt, 1);
    worker_answer (worker, longest.id, "{\"all\":1}");
    assert_string_equal (longest.json, "{\"all\":1}");
    assert_string_equal (longer.json, "{\"all\":1}");
    assert_nothing_left (desk);
}

static void
a_hurried_answer_is_for_all_who_could_get_no_further (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t leader, follower;
    desk_ask_all (desk, &leader, 1, 10000);
    desk_pass (desk, 4000);
    desk_ask_all (desk, &follower, 1, 10000);
    desk_pass (desk, 5000);
    worker_answer_with (worker, leader.id, "{\"part\":1}", ENVELOPE_FLAG_HURRIED);
    assert_ended (&leader, OK);
    assert_ended (&follower, OK);                   //  5 s left, of 9 that this took
    assert_string_equal (follower.json, "{\"part\":1}");
    assert_int_equal (worker->heard [KIND_REQUEST], 1);
    assert_nothing_left (desk);

    //  The leader has left: whoever has the time still begins afresh
    caller_t gone, patient;
    desk_ask_all (desk, &gone, 1, 10000);
    desk_ask_all (desk, &patient, 1, 20000);
    desk_pass (desk, 9000);
    dispatch_cancel (desk->dispatch, gone.id);
    worker_answer_with (worker, gone.id, "{\"part\":1}", ENVELOPE_FLAG_HURRIED);
    assert_waits (&gone);
    assert_waits (&patient);
    worker_answer (worker, patient.id, "{}");
    assert_ended (&patient, OK);
    assert_nothing_left (desk);
}

static void
followers_for_whom_there_is_no_place_take_the_hurried_answer (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t leader, follower, others [DESK_QUEUE_MAX];
    desk_ask_all (desk, &leader, 1, 2000);
    desk_ask_all (desk, &follower, 1, 10000);
    for (int i = 0; i < DESK_QUEUE_MAX; i++)
        desk_ask (desk, &others [i], "brief", 20000);
    desk_pass (desk, 1000);
    worker_answer_with (worker, leader.id, "{\"part\":1}", ENVELOPE_FLAG_HURRIED);
    assert_ended (&leader, OK);
    assert_ended (&follower, OK);
    assert_string_equal (follower.json, "{\"part\":1}");
}

static void
a_leader_that_expires_in_the_queue_gives_its_place_to_a_follower (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t busy, leader, follower;
    desk_ask (desk, &busy, "brief", 10000);
    desk_ask_all (desk, &leader, 1, 1000);
    desk_ask_all (desk, &follower, 1, 5000);
    desk_pass (desk, 1000);
    assert_ended (&leader, DEADLINE);
    worker_answer (worker, busy.id, "{}");
    worker_answer (worker, follower.id, "{}");
    assert_ended (&follower, OK);
    assert_nothing_left (desk);
}

static void
followers_for_whom_there_is_no_place_in_the_queue_end_with_their_leader (void **state)
{
    desk_t *desk = *state;
    desk_ready_worker (desk, 1);
    caller_t leader, follower, others [DESK_QUEUE_MAX];
    desk_ask_all (desk, &leader, 1, 1000);
    desk_ask_all (desk, &follower, 1, 5000);
    for (int i = 0; i < DESK_QUEUE_MAX; i++)
        desk_ask (desk, &others [i], "brief", 20000);
    desk_pass (desk, 1000);
    assert_ended (&leader, DEADLINE);
    assert_ended (&follower, DEADLINE);
    assert_int_equal (dispatch_counts (desk->dispatch).expired, 2);
}

static void
without_a_worker_followers_hear_of_it_like_their_leader (void **state)
{
    desk_t *desk = *state;
    caller_t leader, follower, hasty;
    desk_ask_all (desk, &leader, 1, 20000);
    desk_ask_all (desk, &follower, 1, 20000);
    desk_ask_all (desk, &hasty, 1, 500);
    desk_pass (desk, 500);
    assert_ended (&hasty, NO_WORKER);
    desk_pass (desk, 2000);
    assert_ended (&leader, NO_WORKER);
    assert_ended (&follower, NO_WORKER);
    assert_nothing_left (desk);
}

//  --- Workers that are lost

static void
followers_go_along_to_another_worker (void **state)
{
    desk_t *desk = *state;
    worker_t *first = desk_ready_worker (desk, 1);
    caller_t callers [3];
    desk_ask_all (desk, callers, 2, 10000);
    worker_t *second = desk_ready_worker (desk, 1);
    worker_say (first, KIND_BYE, 0);
    desk_turn (desk);
    assert_int_equal (second->has [0]->envelope.id, callers [0].id);
    assert_int_equal (second->has [0]->envelope.attempt, 2);
    desk_ask_all (desk, callers + 2, 1, 10000);
    worker_answer (second, callers [0].id, "{}");
    for (int i = 0; i < 3; i++)
        assert_ended (&callers [i], OK);
    assert_int_equal (dispatch_counts (desk->dispatch).repeated, 1);
    assert_nothing_left (desk);
}

static void
a_leader_whose_time_is_nearly_over_is_lost_without_its_followers (void **state)
{
    desk_t *desk = *state;
    worker_t *first = desk_ready_worker (desk, 1);
    caller_t leader, follower;
    desk_ask_all (desk, &leader, 1, 4000);
    desk_pass (desk, 3000);
    desk_ask_all (desk, &follower, 1, 4000);
    worker_t *second = desk_ready_worker (desk, 1);
    worker_say (first, KIND_BYE, 0);
    desk_turn (desk);
    assert_ended (&leader, WORKER_LOST);
    assert_int_equal (second->has [0]->envelope.id, follower.id);
    assert_int_equal (second->has [0]->envelope.attempt, 2);

    //  What has cost two workers costs no third
    caller_t last;
    desk_ask_all (desk, &last, 1, 20000);
    worker_say (second, KIND_BYE, 0);
    desk_turn (desk);
    assert_ended (&follower, WORKER_LOST);
    assert_ended (&last, WORKER_LOST);
    assert_int_equal (dispatch_counts (desk->dispatch).lost, 3);
    assert_nothing_left (desk);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (a_follower_with_less_time_ends_in_its_own),
        DESK_TEST (followers_that_outlive_their_leader_begin_afresh_as_one),
        DESK_TEST (a_leader_that_ran_out_of_time_is_no_reason_for_its_followers),
        DESK_TEST (a_leader_that_its_worker_gave_up_is_no_reason_for_its_followers),
        DESK_TEST (who_has_more_time_than_a_hurried_answer_took_begins_afresh),
        DESK_TEST (a_hurried_answer_is_for_all_who_could_get_no_further),
        DESK_TEST (followers_for_whom_there_is_no_place_take_the_hurried_answer),
        DESK_TEST (a_leader_that_expires_in_the_queue_gives_its_place_to_a_follower),
        DESK_TEST (followers_for_whom_there_is_no_place_in_the_queue_end_with_their_leader),
        DESK_TEST (without_a_worker_followers_hear_of_it_like_their_leader),
        DESK_TEST (followers_go_along_to_another_worker),
        DESK_TEST (a_leader_whose_time_is_nearly_over_is_lost_without_its_followers),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
