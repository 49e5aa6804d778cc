//  Who is let in while no worker has room, and what the others are told.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"

//  A worker that takes so many calls at once, and has shown how long one of this tool takes.
static worker_t *
measured_worker (desk_t *desk, int credit, const char *tool, int64_t took_ms)
{
    worker_t *worker = desk_ready_worker (desk, credit);
    caller_t caller;
    desk_ask (desk, &caller, tool, 100000);
    desk_pass (desk, took_ms);
    worker_answer (worker, caller.id, "{}");
    assert_ended (&caller, OK);
    return worker;
}

static void
ask_all (desk_t *desk, caller_t *callers, int count, const char *tool, int64_t budget_ms)
{
    for (int i = 0; i < count; i++) {
        desk_ask (desk, &callers [i], tool, budget_ms);
        assert_waits (&callers [i]);
    }
}

static void
a_call_whose_turn_comes_too_late_is_refused_with_a_hint (void **state)
{
    desk_t *desk = *state;
    measured_worker (desk, 2, "brief", 4000);
    caller_t waiting [4], caller;
    ask_all (desk, waiting, 4, "brief", 9000);
    desk_ask (desk, &caller, "brief", 9000);        //  Turns come after four, four, and eight seconds
    assert_ended (&caller, BUSY);
    assert_int_equal (caller.outcome.wait_ms, 8000);
    assert_int_equal (caller.outcome.ahead, 2);
    assert_int_equal (caller.outcome.retry_ms, 8000);
    assert_int_equal (caller.outcome.total_us, 0);
    assert_int_equal (dispatch_counts (desk->dispatch).refused, 1);
    desk_ask (desk, &caller, "brief", 12000);
    assert_waits (&caller);
}

static void
who_is_let_in_ends_in_time_and_who_is_refused_would_not (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = measured_worker (desk, 4, "brief", 1000);
    static caller_t callers [DESK_CALLS_MAX];
    int in = 0;
    for (int i = 0; i < 30; i++) {
        desk_ask (desk, &callers [i], "brief", 5200);
        in += callers [i].ends == 0;
    }
    assert_int_equal (in, 20);                      //  Five turns of four
    for (int turn = 0; turn < 5; turn++) {
        uint64_t ids [4];
        desk_pass (desk, 1000);
        for (int i = 0; i < 4; i++)
            ids [i] = worker->has [i]->envelope.id;
        for (int i = 0; i < 4; i++)
            worker_answer (worker, ids [i], "{}");
    }
    for (int i = 0; i < 20; i++)
        assert_ended (&callers [i], OK);
    for (int i = 20; i < 30; i++)
        assert_ended (&callers [i], BUSY);
}

//  A turn of the reactor may bring many, and takes its time.
static void
calls_that_come_in_one_turn_see_each_other (void **state)
{
    desk_t *desk = *state;
    measured_worker (desk, 2, "brief", 1000);
    caller_t callers [16];
    int in = 0;
    for (int i = 0; i < 16; i++) {
        fake_clock_advance (&desk->clock, 1);
        desk_begin (desk, &callers [i], "brief", 3500);
        in += callers [i].ends == 0;
    }
    assert_int_equal (in, 6);                       //  Three turns of two
}

static void
a_call_goes_before_those_with_a_later_deadline (void **state)
{
    desk_t *desk = *state;
    measured_worker (desk, 2, "brief", 4000);
    caller_t patient [20], urgent;
    ask_all (desk, patient, 20, "brief", 60000);
    desk_ask (desk, &urgent, "brief", 8000);
    assert_waits (&urgent);
    desk_ask (desk, &urgent, "brief", 7000);        //  Nobody is ahead, and it is too late
    assert_ended (&urgent, BUSY);
    assert_int_equal (urgent.outcome.wait_ms, 4000);
    assert_int_equal (urgent.outcome.ahead, 0);
}

static void
nobody_is_refused_while_a_worker_has_room (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = measured_worker (desk, 2, "brief", 40000);
    caller_t callers [2];
    ask_all (desk, callers, 2, "brief", 1000);
    assert_int_equal (worker->has_count, 2);
}

static void
nobody_is_refused_before_anything_has_shown_how_long_it_takes (void **state)
{
    desk_t *desk = *state;
    desk_ready_worker (desk, 1);
    caller_t callers [DESK_QUEUE_MAX];
    ask_all (desk, callers, DESK_QUEUE_MAX, "brief", 1000);
}

static void
where_nothing_ends_any_more_the_age_of_the_youngest_tells (void **state)
{
    desk_t *desk = *state;
    measured_worker (desk, 2, "brief", 100);
    caller_t hanging [2], caller;
    ask_all (desk, hanging, 2, "brief", 55000);
    desk_ask (desk, &caller, "brief", 55000);
    assert_waits (&caller);
    desk_pass (desk, 30000);
    ask_all (desk, &caller, 1, "brief", 55000);     //  Two that may be next at any moment, or when their time is over
    desk_ask (desk, &caller, "brief", 55000);
    assert_ended (&caller, BUSY);
    assert_int_equal (caller.outcome.wait_ms, 30000);
}

static void
slow_calls_wait_for_each_other_in_their_half (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = measured_worker (desk, 4, "slow", 10000);
    caller_t slow [4], caller;
    ask_all (desk, slow, 4, "slow", 40000);
    assert_int_equal (worker->has_count, 2);
    desk_ask (desk, &caller, "slow", 29000);        //  Goes before the two that wait
    assert_waits (&caller);
    desk_ask (desk, &caller, "slow", 15000);
    assert_ended (&caller, BUSY);
    assert_int_equal (caller.outcome.wait_ms, 10000);
    ask_all (desk, slow, 2, "brief", 1000);         //  These have the other half
    assert_int_equal (worker->has_count, 4);
}

static void
short_calls_may_have_what_slow_ones_leave (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = measured_worker (desk, 2, "slow", 3000);
    caller_t first, slow, brief, caller;
    desk_ask (desk, &first, "brief", 90000);
    desk_pass (desk, 30000);
    worker_answer (worker, first.id, "{}");         //  Short calls take thirty seconds by now, for whatever reason
    desk_ask (desk, &first, "brief", 90000);
    desk_ask (desk, &slow, "slow", 90000);
    desk_ask (desk, &brief, "brief", 45000);        //  The slow one's place is free in three seconds
    assert_waits (&brief);
    desk_ask (desk, &caller, "slow", 90000);        //  And now another slow one wants it
    assert_waits (&caller);
    desk_ask (desk, &caller, "brief", 44000);
    assert_ended (&caller, BUSY);
    assert_int_equal (caller.outcome.wait_ms, 30000);
}

static void
a_call_that_was_given_up_makes_room_any_moment (void **state)
{
    desk_t *desk = *state;
    measured_worker (desk, 1, "brief", 20000);
    caller_t left, caller;
    desk_ask (desk, &left, "brief", 50000);
    dispatch_cancel (desk->dispatch, left.id);
    desk_ask (desk, &caller, "brief", 5000);
    assert_waits (&caller);
    desk_ask (desk, &caller, "brief", 5000);        //  This one has somebody before it
    assert_ended (&caller, BUSY);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (a_call_whose_turn_comes_too_late_is_refused_with_a_hint),
        DESK_TEST (who_is_let_in_ends_in_time_and_who_is_refused_would_not),
        DESK_TEST (calls_that_come_in_one_turn_see_each_other),
        DESK_TEST (a_call_goes_before_those_with_a_later_deadline),
        DESK_TEST (nobody_is_refused_while_a_worker_has_room),
        DESK_TEST (nobody_is_refused_before_anything_has_shown_how_long_it_takes),
        DESK_TEST (where_nothing_ends_any_more_the_age_of_the_youngest_tells),
        DESK_TEST (slow_calls_wait_for_each_other_in_their_half),
        DESK_TEST (short_calls_may_have_what_slow_ones_leave),
        DESK_TEST (a_call_that_was_given_up_makes_room_any_moment),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
