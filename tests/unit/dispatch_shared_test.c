//  Calls that ask the same while the first of them is under way.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"

//  --- One answer for all

static void
the_same_calls_are_one_request_and_all_get_its_answer (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    caller_t callers [40], other;
    desk_ask_all (desk, callers, 40, 10000);             //  More than credit and queue would take
    desk_ask (desk, &other, "brief", 10000);
    assert_int_equal (worker->has_count, 2);
    dispatch_counts_t counts = dispatch_counts (desk->dispatch);
    assert_int_equal (counts.shared, 39);
    assert_int_equal (counts.in_flight, 41);
    assert_int_equal (counts.queued, 0);
    assert_int_equal (dispatch_waiting (desk->dispatch), 41);
    for (int i = 1; i < 40; i++)
        assert_int_not_equal (callers [i].id, callers [0].id);

    worker_answer (worker, callers [0].id, "{\"a\":1}");
    for (int i = 0; i < 40; i++) {
        assert_ended (&callers [i], OK);
        assert_string_equal (callers [i].json, "{\"a\":1}");
        assert_true (callers [i].outcome.cut);
        assert_int_equal (callers [i].outcome.shared, i > 0);
        assert_int_equal (callers [i].outcome.envelope.busy_us, 77);
    }
    assert_waits (&other);
    worker_answer (worker, other.id, "{}");
    assert_false (other.outcome.shared);
    assert_int_equal (dispatch_counts (desk->dispatch).results, 41);
    assert_nothing_left (desk);
}

static void
each_has_its_own_times (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_worker (desk, SERVICE_LOGS);
    caller_t before, after;
    desk_ask_all (desk, &before, 1, 10000);
    desk_pass (desk, 250);
    worker_ready (worker, 1);
    desk_pass (desk, 250);
    desk_ask_all (desk, &after, 1, 10000);               //  When the first is with the worker already: it waits in no queue
    desk_pass (desk, 500);
    worker_answer (worker, before.id, "{}");
    assert_int_equal (before.outcome.queue_us, 250000);
    assert_int_equal (before.outcome.total_us, 1000000);
    assert_int_equal (after.outcome.queue_us, 0);
    assert_int_equal (after.outcome.total_us, 500000);
}

static void
a_failure_that_is_about_what_was_asked_goes_to_all (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    caller_t callers [3];
    desk_ask_all (desk, callers, 3, 10000);
    worker_fault (worker, callers [0].id, STATUS_THROTTLED, "AWS is busy.");
    for (int i = 0; i < 3; i++) {
        assert_ended (&callers [i], THROTTLED);
        assert_string_equal (callers [i].text, "AWS is busy.");
        assert_int_equal (callers [i].outcome.retry_ms, 1234);
    }
    assert_int_equal (worker->heard [KIND_REQUEST], 1);
    assert_int_equal (dispatch_counts (desk->dispatch).faults, 3);
    assert_nothing_left (desk);
}

static void
what_is_asked_after_the_answer_is_asked_anew (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    caller_t callers [3];
    desk_ask_all (desk, callers, 2, 10000);
    worker_answer (worker, callers [0].id, "{}");
    desk_ask_all (desk, callers + 2, 1, 10000);
    assert_int_equal (worker->heard [KIND_REQUEST], 2);
    assert_int_equal (worker->has [0]->envelope.id, callers [2].id);
}

static void
what_may_not_be_done_twice_is_done_as_often_as_it_is_asked (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    caller_t callers [2];
    for (int i = 0; i < 2; i++)
        desk_ask_same (desk, &callers [i], "once", 10000);
    assert_int_equal (worker->has_count, 2);
    assert_int_equal (dispatch_counts (desk->dispatch).shared, 0);
}

static void
progress_is_told_to_all_who_still_wait (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    caller_t callers [4];
    desk_ask_all (desk, callers, 3, 10000);
    worker_progress (worker, callers [0].id, 1);
    dispatch_cancel (desk->dispatch, callers [0].id);
    dispatch_cancel (desk->dispatch, callers [2].id);
    desk_ask_all (desk, callers + 3, 1, 10000);
    worker_progress (worker, callers [0].id, 2);
    static const int HEARD [] = { 1, 2, 1, 1 };
    for (int i = 0; i < 4; i++)
        assert_int_equal (callers [i].progresses, HEARD [i]);
    assert_true (callers [1].done == 2 && callers [3].done == 2);
}

//  --- Those who leave

static void
who_leaves_takes_nobody_along_until_the_last_does (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t callers [3];
    desk_ask_all (desk, callers, 3, 10000);
    static const int ORDER [] = { 1, 0, 0, 2 };     //  A follower, the leader, the leader again, and the last
    for (int i = 0; i < 4; i++) {
        assert_int_equal (worker->heard [KIND_CANCEL], 0);
        dispatch_cancel (desk->dispatch, callers [ORDER [i]].id);
        desk_turn (desk);
    }
    assert_int_equal (worker->cancelled, callers [0].id);
    assert_int_equal (dispatch_waiting (desk->dispatch), 0);
    assert_int_equal (dispatch_counts (desk->dispatch).cancelled, 3);
    worker_fault (worker, callers [0].id, STATUS_CANCELLED, NULL);
    for (int i = 0; i < 3; i++)
        assert_waits (&callers [i]);
    assert_nothing_left (desk);
}

static void
a_leader_that_left_is_not_told_and_others_may_still_come (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    caller_t callers [3];
    desk_ask_all (desk, callers, 2, 10000);
    dispatch_cancel (desk->dispatch, callers [0].id);
    desk_ask_all (desk, callers + 2, 1, 10000);
    assert_int_equal (worker->heard [KIND_REQUEST], 1);
    assert_int_equal (dispatch_waiting (desk->dispatch), 2);
    worker_answer (worker, callers [0].id, "{}");
    assert_waits (&callers [0]);
    assert_ended (&callers [1], OK);
    assert_ended (&callers [2], OK);
    assert_nothing_left (desk);
}

static void
a_leader_that_leaves_the_queue_gives_its_place_to_a_follower (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    static const uint8_t TRACE [ENVELOPE_TRACE_BYTES] = { 7, 8, 9 };
    caller_t busy, leader, follower = { 0 };
    desk_ask (desk, &busy, "brief", 10000);
    desk_ask_all (desk, &leader, 1, 10000);
    dispatch_call_t call = desk_call (desk, &follower, "brief", 10000);
    call.arguments = SLICE ("\x80");
    call.traceparent = TRACE;
    follower.id = dispatch_begin (desk->dispatch, &call);
    dispatch_cancel (desk->dispatch, leader.id);
    dispatch_counts_t counts = dispatch_counts (desk->dispatch);
    assert_int_equal (counts.queued, 1);
    assert_int_equal (counts.in_flight, 2);
    worker_answer (worker, busy.id, "{}");
    const envelope_t *envelope = &worker->has [0]->envelope;
    assert_int_equal (envelope->id, follower.id);
    assert_int_equal (envelope->attempt, 1);
    assert_memory_equal (envelope->traceparent, TRACE, SPAN_TRACE_BYTES);        //  The span is that which sends it
    assert_true (slice_eq (message_body (worker->has [0]), SLICE ("\x80")));
    worker_answer (worker, follower.id, "{}");
    assert_ended (&follower, OK);
    assert_false (follower.outcome.shared);
    assert_waits (&leader);
    assert_nothing_left (desk);
}

//  --- Limits, and callers that do things

static void
followers_fill_the_table_and_nothing_else (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    static caller_t callers [DESK_CALLS_MAX];
    caller_t refused;
    desk_ask_all (desk, callers, DESK_CALLS_MAX, 10000);
    desk_ask_all (desk, &refused, 1, 10000);
    assert_ended (&refused, BUSY);
    assert_int_equal (refused.outcome.retry_ms, 1000);
    assert_int_equal (dispatch_counts (desk->dispatch).refused, 1);
    worker_answer (worker, callers [0].id, "{}");
    for (int i = 0; i < DESK_CALLS_MAX; i++)
        assert_ended (&callers [i], OK);
    assert_nothing_left (desk);
}

typedef struct {
    desk_t  *desk;
    caller_t callers [4], again;
} story_t;

static void
cancel_others_and_ask_again (void *arg)
{
    story_t *story = arg;
    dispatch_cancel (story->desk->dispatch, story->callers [2].id);
    dispatch_cancel (story->desk->dispatch, story->callers [0].id);     //  The leader, that has ended already
    dispatch_call_t call = desk_call (story->desk, &story->again, "brief", 5000);
    call.arguments = SLICE ("\x80");
    story->again.id = dispatch_begin (story->desk->dispatch, &call);
}

static void
an_ending_follower_may_cancel_others_and_ask_again (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 2);
    story_t story = { .desk = desk };
    desk_ask_all (desk, story.callers, 4, 10000);
    story.callers [1].then = cancel_others_and_ask_again;
    story.callers [1].arg = &story;
    worker_answer (worker, story.callers [0].id, "{}");
    assert_ended (&story.callers [0], OK);
    assert_ended (&story.callers [1], OK);
    assert_waits (&story.callers [2]);
    assert_ended (&story.callers [3], OK);
    assert_waits (&story.again);                    //  It followed none of those
    assert_int_equal (worker->has [0]->envelope.id, story.again.id);
    worker_answer (worker, story.again.id, "{}");
    assert_ended (&story.again, OK);
    assert_nothing_left (desk);
}

static void
leave_all (void *arg, const body_progress_t *progress)
{
    story_t *story = arg;
    (void) progress;
    for (int i = 0; i < 4; i++)
        dispatch_cancel (story->desk->dispatch, story->callers [i].id);
}

static void
progress_may_make_all_of_them_leave (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 2);
    story_t story = { .desk = desk };
    for (int i = 0; i < 4; i++) {
        dispatch_call_t call = desk_call (desk, &story.callers [i], "brief", 5000);
        call.arguments = SLICE ("\x80");
        if (i == 1) {
            call.progress = leave_all;
            call.arg = &story;
        }
        story.callers [i].id = dispatch_begin (desk->dispatch, &call);
    }
    desk_turn (desk);
    worker_progress (worker, story.callers [0].id, 1);
    static const int HEARD [] = { 1, 0, 0, 0 };
    for (int i = 0; i < 4; i++)
        assert_int_equal (story.callers [i].progresses, HEARD [i]);
    assert_int_equal (worker->cancelled, story.callers [0].id);
    worker_fault (worker, story.callers [0].id, STATUS_CANCELLED, NULL);
    assert_nothing_left (desk);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (the_same_calls_are_one_request_and_all_get_its_answer),
        DESK_TEST (each_has_its_own_times),
        DESK_TEST (a_failure_that_is_about_what_was_asked_goes_to_all),
        DESK_TEST (what_is_asked_after_the_answer_is_asked_anew),
        DESK_TEST (what_may_not_be_done_twice_is_done_as_often_as_it_is_asked),
        DESK_TEST (progress_is_told_to_all_who_still_wait),
        DESK_TEST (who_leaves_takes_nobody_along_until_the_last_does),
        DESK_TEST (a_leader_that_left_is_not_told_and_others_may_still_come),
        DESK_TEST (a_leader_that_leaves_the_queue_gives_its_place_to_a_follower),
        DESK_TEST (followers_fill_the_table_and_nothing_else),
        DESK_TEST (an_ending_follower_may_cancel_others_and_ask_again),
        DESK_TEST (progress_may_make_all_of_them_leave),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
