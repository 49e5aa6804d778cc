//  What dispatch refuses, and what is left when very much has happened.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"

//  --- Nobody there

static void
calls_wait_a_moment_for_the_first_worker (void **state)
{
    desk_t *desk = *state;
    caller_t early, metric, late;
    desk_ask (desk, &early, "brief", 20000);
    desk_ask (desk, &metric, "metric", 20000);
    desk_pass (desk, 1000);
    worker_t *worker = desk_ready_worker (desk, 1);
    worker_answer (worker, early.id, "{}");
    assert_ended (&early, OK);
    assert_waits (&metric);
    desk_pass (desk, 1500);
    assert_ended (&metric, NO_WORKER);              //  And not only when its twenty seconds are over
    assert_int_equal (metric.outcome.total_us, 2000000);
    desk_ask (desk, &late, "metric", 20000);
    assert_ended (&late, NO_WORKER);
    assert_nothing_left (desk);
}

static void
a_call_that_expires_without_a_worker_says_so (void **state)
{
    desk_t *desk = *state;
    caller_t caller;
    desk_ask (desk, &caller, "brief", 1000);
    desk_pass (desk, 1000);
    assert_ended (&caller, NO_WORKER);
}

static void
a_service_that_has_lost_its_worker_refuses_at_once (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    worker_say (worker, KIND_BYE, 0);
    desk_turn (desk);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 20000);
    assert_ended (&caller, NO_WORKER);
    assert_int_equal (dispatch_counts (desk->dispatch).refused, 1);
}

//  --- Too much

static void
a_full_queue_is_busy (void **state)
{
    desk_t *desk = *state;
    desk_ready_worker (desk, 1);
    caller_t callers [DESK_QUEUE_MAX + 1], refused;
    for (int i = 0; i <= DESK_QUEUE_MAX; i++)
        desk_ask (desk, &callers [i], i % 2 ? "brief" : "slow", 20000);
    desk_ask (desk, &refused, "brief", 20000);
    assert_ended (&refused, BUSY);
    assert_int_equal (refused.outcome.retry_ms, 1000);
    desk_ask (desk, &refused, "slow", 20000);
    assert_ended (&refused, BUSY);
    desk_ask (desk, &refused, "metric", 20000);     //  Another service has a queue of its own
    assert_waits (&refused);
    dispatch_cancel (desk->dispatch, callers [5].id);
    desk_ask (desk, &refused, "brief", 20000);
    assert_waits (&refused);
}

static void
a_queue_is_full_of_bytes_too (void **state)
{
    desk_t *desk = *state;
    desk_ready_worker (desk, 1);
    static char bytes [DESK_QUEUE_BYTES_MAX];
    caller_t callers [4] = { { 0 } };
    static const size_t SIZES [] = { DESK_QUEUE_BYTES_MAX, 5000, 3192, 1 };
    static const char *const TOOLS [] = { "brief", "brief", "slow", "brief" };
    for (int i = 0; i < 4; i++) {
        dispatch_call_t call = desk_call (desk, &callers [i], TOOLS [i], 20000);
        call.arguments = (slice_t) { bytes, SIZES [i] };
        callers [i].id = dispatch_begin (desk->dispatch, &call);
    }
    assert_waits (&callers [0]);                    //  With the worker, not in the queue
    assert_waits (&callers [1]);
    assert_waits (&callers [2]);
    assert_ended (&callers [3], BUSY);
}

static void
a_full_table_is_busy_until_the_credit_is_back (void **state)
{
    desk_t *desk = *state;
    worker_t *workers [5];
    for (int i = 0; i < 5; i++)
        workers [i] = desk_ready_worker (desk, DESK_CREDIT_MAX);
    caller_t callers [DESK_CALLS_MAX], another;
    for (int i = 0; i < DESK_CALLS_MAX; i++)
        desk_ask (desk, &callers [i], "brief", 20000);
    desk_ask (desk, &another, "brief", 20000);
    assert_ended (&another, BUSY);
    dispatch_cancel (desk->dispatch, callers [0].id);
    desk_ask (desk, &another, "brief", 20000);
    assert_ended (&another, BUSY);                  //  A worker still has it
    desk_turn (desk);
    for (int i = 0; i < 5; i++)
        if (workers [i]->heard [KIND_CANCEL])
            worker_fault (workers [i], callers [0].id, STATUS_CANCELLED, NULL);
    desk_ask (desk, &another, "brief", 20000);
    assert_waits (&another);
}

static void
arguments_that_fit_no_envelope_are_refused (void **state)
{
    desk_t *desk = *state;
    desk_ready_worker (desk, 1);
    caller_t caller = { 0 };
    dispatch_call_t call = desk_call (desk, &caller, "brief", 1000);
    call.region = SLICE ("a-region-that-is-much-longer-than-any-region");
    assert_int_equal (dispatch_begin (desk->dispatch, &call), 0);
    assert_ended (&caller, NO_MEMORY);
    assert_nothing_left (desk);
}

//  --- Very much

static void
ten_thousand_calls_leave_nothing_behind (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 8);
    caller_t callers [16];
    uint64_t last = 0;
    for (int round = 0; round < 625; round++) {
        for (int i = 0; i < 16; i++) {
            desk_ask (desk, &callers [i], "brief", 20000);
            assert_true (callers [i].id >> 12 > last >> 12);    //  No id comes twice
            last = callers [i].id;
        }
        while (worker->has_count)
            worker_answer (worker, worker->has [0]->envelope.id, "{}");
        for (int i = 0; i < 16; i++)
            assert_ended (&callers [i], OK);
    }
    dispatch_counts_t counts = dispatch_counts (desk->dispatch);
    assert_int_equal (counts.calls, 10000);
    assert_int_equal (counts.results, 10000);
    assert_int_equal (counts.refused + counts.faults + counts.expired + counts.lost + counts.strays, 0);
    assert_nothing_left (desk);
}

enum { CALLERS = 48, STEPS = 4000 };

//  A random worker does a random thing.
static void
do_something (desk_t *desk, worker_t *worker)
{
    uint64_t id = worker->has_count ? worker->has [desk_below (desk, (size_t) worker->has_count)]->envelope.id : desk_chance (desk);
    switch (desk_below (desk, 14)) {
    case 0: case 1: case 2: case 3: case 4:
        worker_answer (worker, id, "{}");
        break;
    case 5:
        worker_fault (worker, id, (status_t) desk_below (desk, 20), "no");
        break;
    case 6:
        worker_progress (worker, id, 1);
        break;
    case 7:
        worker_say (worker, (envelope_kind_t) desk_below (desk, 20), id);       //  Whatever kind
        break;
    case 8:
        worker->silent = !worker->silent;
        break;
    case 9:                                         //  Restarts: what it had is forgotten
        while (worker->has_count)
            worker_drop (worker, worker->has [0]->envelope.id);
        worker->incarnation = desk_chance (desk);
        worker_ready (worker, DESK_CREDIT_MAX);
        break;
    default:
        worker_ready (worker, DESK_CREDIT_MAX);     //  Also when it never left
    }
}

static void
do_something_to_a_call (desk_t *desk, caller_t *caller, bool *cancelled)
{
    static const char *const TOOLS [] = { "brief", "once", "slow", "metric", "hidden" };
    if (caller->ends || *cancelled) {
        *cancelled = false;
        void (*ask) (desk_t *, caller_t *, const char *, int64_t) = desk_below (desk, 2) ? desk_ask : desk_ask_same;
        ask (desk, caller, TOOLS [desk_below (desk, 5)], 500 + (int64_t) desk_below (desk, 8000));
    } else if (desk_below (desk, 4) == 0) {
        dispatch_cancel (desk->dispatch, caller->id);
        *cancelled = true;                          //  From now on it must not end: what it was is kept for as long as it is not asked anew
    }
}

static void
random_weather (desk_t *desk)
{
    static caller_t callers [CALLERS];
    bool cancelled [CALLERS] = { false };
    for (int i = 0; i < CALLERS; i++)
        callers [i] = (caller_t) { .ends = 1 };
    for (int i = 0; i < 4; i++) {
        worker_t *worker = desk_worker (desk, i ? SERVICE_LOGS : SERVICE_METRICS);
        worker->careless = true;
        worker_ready (worker, DESK_CREDIT_MAX);
    }
    for (int step = 0; step < STEPS; step++) {
        size_t who = desk_below (desk, CALLERS);
        if (desk_below (desk, 2))
            do_something_to_a_call (desk, &callers [who], &cancelled [who]);
        else
            do_something (desk, &desk->workers [desk_below (desk, 4)]);
        if (desk_below (desk, 8) == 0)
            desk_pass (desk, (int64_t) desk_below (desk, 600));
        if (desk_below (desk, 400) == 0)
            desk_jump (desk, 20000);
        for (int i = 0; i < CALLERS; i++)
            assert_false (cancelled [i] && callers [i].ends);
    }
    dispatch_counts_t counts = dispatch_counts (desk->dispatch);
    assert_true (counts.shared > 100 && counts.repeated > 0);
    //  In the end every call that was not cancelled has ended, once (caller_done sees to that), and nobody owes anybody anything
    desk_pass (desk, 16000);
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal (callers [i].ends, !cancelled [i]);
    assert_nothing_left (desk);
    counts = dispatch_counts (desk->dispatch);
    assert_int_equal (counts.calls, counts.results + counts.faults + counts.refused + counts.expired + counts.cancelled + counts.lost);
}

static void
whatever_workers_do_every_call_ends_exactly_once (void **state)
{
    (void) state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        desk_t *desk = desk_new ();
        desk->seed = seed;
        random_weather (desk);
        desk_destroy (&desk);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (calls_wait_a_moment_for_the_first_worker),
        DESK_TEST (a_call_that_expires_without_a_worker_says_so),
        DESK_TEST (a_service_that_has_lost_its_worker_refuses_at_once),
        DESK_TEST (a_full_queue_is_busy),
        DESK_TEST (a_queue_is_full_of_bytes_too),
        DESK_TEST (a_full_table_is_busy_until_the_credit_is_back),
        DESK_TEST (arguments_that_fit_no_envelope_are_refused),
        DESK_TEST (ten_thousand_calls_leave_nothing_behind),
        cmocka_unit_test (whatever_workers_do_every_call_ends_exactly_once),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
