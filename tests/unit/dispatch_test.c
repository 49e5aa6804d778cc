#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"

//  --- The way there and back

static void
a_call_reaches_the_worker_whole (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    static const uint8_t TRACE [ENVELOPE_TRACE_BYTES] = { 1, 2, 3 };
    caller_t caller = { 0 };
    dispatch_call_t call = desk_call (desk, &caller, "slow", 10000);
    call.arguments = SLICE ("\x81\xa4word\xa1x");
    call.account = SLICE ("prod");
    call.region = SLICE ("eu-west-1");
    call.traceparent = TRACE;
    uint64_t id = dispatch_begin (desk->dispatch, &call);
    assert_int_not_equal (id, 0);
    desk_turn (desk);

    assert_int_equal (worker->has_count, 1);
    const envelope_t *envelope = &worker->has [0]->envelope;
    assert_int_equal (envelope->id, id);
    assert_int_equal (envelope->service, SERVICE_LOGS);
    assert_string_equal (envelope->tool, "slow");
    assert_string_equal (envelope->account, "prod");
    assert_string_equal (envelope->region, "eu-west-1");
    assert_int_equal (envelope->budget_ms, 10000 - DISPATCH_GRACE_MS);
    assert_int_equal (envelope->attempt, 1);
    assert_int_equal (envelope->flags, ENVELOPE_FLAG_SLOW);
    assert_memory_equal (envelope->traceparent, TRACE, SPAN_TRACE_BYTES);        //  The span is that which sends it
    assert_true (slice_eq (message_body (worker->has [0]), call.arguments));
}

static void
its_result_comes_back_with_the_times (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_worker (desk, SERVICE_LOGS);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 10000);       //  Just after the start a call waits for its worker
    desk_pass (desk, 500);
    worker_ready (worker, 1);
    desk_pass (desk, 250);
    worker_answer (worker, caller.id, "{\"a\":1}");
    assert_ended (&caller, OK);
    assert_string_equal (caller.json, "{\"a\":1}");
    assert_true (caller.outcome.cut);
    assert_int_equal (caller.outcome.queue_us, 500000);
    assert_int_equal (caller.outcome.total_us, 750000);
    assert_int_equal (caller.outcome.envelope.busy_us, 77);
    assert_nothing_left (desk);
}

static void
a_fault_comes_back_with_its_reason (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 10000);
    worker_fault (worker, caller.id, STATUS_THROTTLED, "AWS is busy.");
    assert_ended (&caller, THROTTLED);
    assert_string_equal (caller.text, "AWS is busy.");
    assert_int_equal (caller.outcome.retry_ms, 1234);

    desk_ask (desk, &caller, "brief", 10000);
    worker_fault (worker, caller.id, STATUS_OK, NULL);          //  A fault that says "done" is none of the kind
    assert_ended (&caller, INTERNAL);
    assert_string_equal (caller.text, "");
    assert_nothing_left (desk);
}

static void
a_result_that_cannot_be_read_is_a_failure (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 10000);
    worker_say (worker, KIND_RESULT, caller.id);
    desk_turn (desk);
    assert_ended (&caller, INTERNAL);
    assert_nothing_left (desk);
}

static void
progress_is_told_until_the_call_ends_or_is_cancelled (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 2);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 10000);
    worker_progress (worker, caller.id, 1);
    worker_progress (worker, caller.id, 2);
    assert_int_equal (caller.progresses, 2);
    assert_true (caller.done == 2);
    worker_answer (worker, caller.id, "{}");
    worker_progress (worker, caller.id, 3);
    assert_int_equal (caller.progresses, 2);

    desk_ask (desk, &caller, "brief", 10000);
    dispatch_cancel (desk->dispatch, caller.id);
    worker_progress (worker, caller.id, 1);
    assert_int_equal (caller.progresses, 0);
}

//  --- Who gets it, and when

static void
a_worker_never_has_more_than_its_credit (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 3);     //  worker_look fails the test at the fourth
    caller_t callers [10];
    for (int i = 0; i < 10; i++)
        desk_ask (desk, &callers [i], "brief", 10000);
    assert_int_equal (worker->has_count, 3);
    assert_int_equal (dispatch_counts (desk->dispatch).queued, 7);
    for (int i = 0; i < 10; i++)
        worker_answer (worker, worker->has [0]->envelope.id, "{}");
    for (int i = 0; i < 10; i++)
        assert_ended (&callers [i], OK);
    assert_nothing_left (desk);
}

static void
the_least_loaded_worker_gets_the_next_call (void **state)
{
    desk_t *desk = *state;
    worker_t *small = desk_ready_worker (desk, 2);
    worker_t *large = desk_ready_worker (desk, 8);
    caller_t callers [10];
    for (int i = 0; i < 5; i++)
        desk_ask (desk, &callers [i], "brief", 10000);
    assert_int_equal (small->has_count, 1);         //  In proportion to what they take
    assert_int_equal (large->has_count, 4);
    for (int i = 5; i < 10; i++)
        desk_ask (desk, &callers [i], "brief", 10000);
    assert_int_equal (small->has_count, 2);
    assert_int_equal (large->has_count, 8);
}

static void
the_call_with_the_least_time_left_goes_first (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    static const int64_t BUDGETS_MS [] = { 9000, 30000, 10000, 20000 };
    caller_t callers [4];
    for (int i = 0; i < 4; i++)
        desk_ask (desk, &callers [i], i == 2 ? "slow" : "brief", BUDGETS_MS [i]);
    static const int ORDER [] = { 0, 2, 3, 1 };
    for (int i = 0; i < 4; i++) {
        assert_int_equal (worker->has [0]->envelope.id, callers [ORDER [i]].id);
        worker_answer (worker, worker->has [0]->envelope.id, "{}");
    }
}

static void
slow_calls_use_at_most_half_of_the_credit (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    caller_t slow [5], brief [2];
    for (int i = 0; i < 5; i++)
        desk_ask (desk, &slow [i], "slow", 5000);
    assert_int_equal (worker->has_count, 2);
    for (int i = 0; i < 2; i++)
        desk_ask (desk, &brief [i], "brief", 20000);
    assert_int_equal (worker->has_count, 4);            //  Less urgent, and yet they get through
    worker_answer (worker, slow [0].id, "{}");
    assert_int_equal (worker->has_count, 4);
    assert_int_equal (worker->has [3]->envelope.id, slow [2].id);
}

static void
a_worker_that_takes_one_call_takes_a_slow_one_too (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t caller;
    desk_ask (desk, &caller, "slow", 5000);
    assert_int_equal (worker->has_count, 1);
}

static void
a_tool_that_nobody_has_room_for_keeps_no_other_waiting (void **state)
{
    desk_t *desk = *state;
    worker_t *old = desk_worker (desk, SERVICE_LOGS), *new = desk_worker (desk, SERVICE_LOGS);
    worker_ready_with (old, 1, (body_tool_t []) { { "brief", 1 } }, 1);
    worker_ready_with (new, 4, (body_tool_t []) { { "once", 1 } }, 1);
    caller_t first, second, third;
    desk_ask (desk, &first, "brief", 5000);
    desk_ask (desk, &second, "brief", 5000);
    desk_ask (desk, &third, "once", 9000);
    assert_int_equal (old->has_count, 1);
    assert_int_equal (new->has_count, 1);
    assert_int_equal (new->has [0]->envelope.id, third.id);
}

static void
services_do_not_wait_for_each_other (void **state)
{
    desk_t *desk = *state;
    worker_t *logs = desk_ready_worker (desk, 1), *metrics = desk_worker (desk, SERVICE_METRICS);
    worker_ready (metrics, 1);
    caller_t callers [3];
    desk_ask (desk, &callers [0], "brief", 5000);
    desk_ask (desk, &callers [1], "brief", 5000);
    desk_ask (desk, &callers [2], "metric", 9000);
    assert_int_equal (logs->has_count, 1);
    assert_string_equal (metrics->has [0]->envelope.tool, "metric");
}

//  --- Calls that end before their answer

static void
a_call_that_is_cancelled_in_the_queue_goes_nowhere (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t first, second;
    desk_ask (desk, &first, "brief", 5000);
    desk_ask (desk, &second, "brief", 5000);
    dispatch_cancel (desk->dispatch, second.id);
    dispatch_cancel (desk->dispatch, second.id);        //  Once more does nothing
    worker_answer (worker, first.id, "{}");
    assert_int_equal (worker->heard [KIND_REQUEST], 1);
    assert_int_equal (worker->heard [KIND_CANCEL], 0);
    assert_waits (&second);
    assert_nothing_left (desk);
    assert_int_equal (dispatch_counts (desk->dispatch).cancelled, 1);
}

//  The credit is out until the worker says so, with whatever it had on its way.
static void
cancel_with (desk_t *desk, bool with_result)
{
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t first, second;
    desk_ask (desk, &first, "brief", 5000);
    desk_ask (desk, &second, "brief", 5000);
    dispatch_cancel (desk->dispatch, first.id);
    desk_turn (desk);
    assert_int_equal (worker->heard [KIND_CANCEL], 1);
    assert_int_equal (worker->cancelled, first.id);
    assert_int_equal (worker->has_count, 1);            //  The second has to wait
    assert_int_equal (dispatch_waiting (desk->dispatch), 1);
    if (with_result)
        worker_answer (worker, first.id, "{}");
    else
        worker_fault (worker, first.id, STATUS_CANCELLED, NULL);
    assert_waits (&first);                              //  Nobody is told
    assert_int_equal (worker->has_count, 1);
    assert_int_equal (worker->has [0]->envelope.id, second.id);
    worker_answer (worker, second.id, "{}");
    assert_nothing_left (desk);
}

static void
a_cancelled_call_keeps_the_credit_until_its_fault (void **state)
{
    cancel_with (*state, false);
}

static void
a_result_that_crossed_the_cancel_goes_nowhere (void **state)
{
    cancel_with (*state, true);
}

static void
an_unanswered_cancel_gives_the_credit_back_after_a_while (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t first, second;
    desk_ask (desk, &first, "brief", 20000);
    desk_ask (desk, &second, "brief", 20000);
    dispatch_cancel (desk->dispatch, first.id);
    desk_pass (desk, 4750);
    assert_int_equal (worker->heard [KIND_REQUEST], 1);
    worker_drop (worker, first.id);
    desk_pass (desk, 500);
    assert_int_equal (worker->has [0]->envelope.id, second.id);
    uint64_t strays = dispatch_counts (desk->dispatch).strays;
    worker_answer (worker, first.id, "{}");             //  Far too late
    assert_waits (&first);
    assert_int_equal (dispatch_counts (desk->dispatch).strays, strays + 1);
    worker_answer (worker, second.id, "{}");
    assert_ended (&second, OK);
    assert_nothing_left (desk);
}

static void
a_call_that_expires_is_ended_where_it_is (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t sent, queued;
    desk_ask (desk, &sent, "brief", 1000);
    desk_ask (desk, &queued, "brief", 2000);
    desk_pass (desk, 1000);
    assert_ended (&sent, DEADLINE);
    assert_int_equal (worker->cancelled, sent.id);
    desk_pass (desk, 1000);
    assert_ended (&queued, DEADLINE);
    assert_int_equal (queued.outcome.queue_us, 2000000);
    assert_int_equal (worker->heard [KIND_REQUEST], 1);
    worker_fault (worker, sent.id, STATUS_CANCELLED, NULL);
    assert_nothing_left (desk);
    assert_int_equal (dispatch_counts (desk->dispatch).expired, 2);
}

static void
a_call_whose_time_went_by_while_we_slept_is_not_sent (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t first, late, patient;
    desk_ask (desk, &first, "brief", 30000);
    desk_ask (desk, &late, "brief", 2000);
    desk_ask (desk, &patient, "brief", 30000);
    fake_clock_advance (&desk->clock, 20000);
    worker_answer (worker, first.id, "{}");
    assert_ended (&first, OK);
    assert_ended (&late, DEADLINE);
    assert_int_equal (worker->has_count, 1);
    assert_int_equal (worker->has [0]->envelope.id, patient.id);
}

static void
a_short_budget_is_halved_and_never_nothing (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    static const uint32_t BUDGETS_MS [] [2] = { { 601, 301 }, { 600, 300 }, { 100, 50 }, { 1, 1 } };
    caller_t callers [4];
    for (int i = 0; i < 4; i++) {
        desk_ask (desk, &callers [i], "brief", BUDGETS_MS [i] [0]);
        assert_int_equal (worker->has [i]->envelope.budget_ms, BUDGETS_MS [i] [1]);
    }
}

static void
nobody_hears_of_calls_that_are_dropped_at_the_end (void **state)
{
    desk_t *desk = *state;
    desk_ready_worker (desk, 2);
    static caller_t callers [4];
    for (int i = 0; i < 4; i++)
        desk_ask (desk, &callers [i], "brief", 5000);
    dispatch_cancel (desk->dispatch, callers [0].id);
    dispatch_destroy (&desk->dispatch);
    for (int i = 0; i < 4; i++)
        assert_waits (&callers [i]);
}

//  --- Callers that do things when a call ends

typedef struct {
    desk_t  *desk;
    caller_t first, second, third;
} story_t;

static void
cancel_the_second_and_begin_a_third (void *arg)
{
    story_t *story = arg;
    dispatch_cancel (story->desk->dispatch, story->second.id);
    desk_begin (story->desk, &story->third, "brief", 5000);
}

static void
an_ending_call_may_cancel_others_and_begin_new_ones (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 2);
    story_t story = { .desk = desk };
    desk_ask (desk, &story.first, "once", 5000);
    desk_ask (desk, &story.second, "once", 5000);
    story.first.then = cancel_the_second_and_begin_a_third;
    story.first.arg = &story;
    worker_answer (worker, story.first.id, "{}");
    assert_ended (&story.first, OK);
    assert_waits (&story.second);
    worker_answer (worker, story.third.id, "{}");
    assert_ended (&story.third, OK);
    worker_fault (worker, story.second.id, STATUS_CANCELLED, NULL);

    //  The same while a worker is being lost, which has both: the second is cancelled before its turn comes to be told
    desk_ask (desk, &story.second, "once", 5000);
    desk_ask (desk, &story.first, "once", 5000);
    story.first.then = cancel_the_second_and_begin_a_third;
    story.first.arg = &story;
    worker_say (worker, KIND_BYE, 0);
    desk_turn (desk);
    assert_ended (&story.first, WORKER_LOST);
    assert_waits (&story.second);
    assert_ended (&story.third, NO_WORKER);
    assert_nothing_left (desk);
}

//  A worker that is alive and does not read: what waits for it fills the socket, until nothing more can be sent.
static void
a_worker_that_cannot_be_sent_to_is_lost_but_not_while_a_call_begins (void **state)
{
    desk_t *desk = *state;
    worker_t deaf = { .desk = desk, .service = SERVICE_LOGS, .incarnation = 1, .mailbox = mailbox_connect (desk->endpoint, 1) };
    worker_ready (&deaf, 4);
    caller_t first, second;
    desk_ask (desk, &first, "once", 60000);
    for (int beat = 0; beat < 60; beat++) {
        fake_clock_advance (&desk->clock, DISPATCH_HEARTBEAT_MS);
        if (beat % 2)
            worker_say (&deaf, KIND_HEARTBEAT, 0);
        desk_turn (desk);
    }
    worker_t *worker = desk_worker (desk, SERVICE_LOGS);
    desk_begin (desk, &second, "once", 20000);
    assert_waits (&first);                          //  It will be lost with its worker, but whoever begins a call hears of no other
    assert_int_equal (dispatch_counts (desk->dispatch).queued, 1);
    desk_turn (desk);
    assert_ended (&first, WORKER_LOST);
    assert_waits (&second);                         //  It was never sent
    worker_ready (worker, 1);
    assert_int_equal (worker->has [0]->envelope.id, second.id);
    assert_int_equal (worker->has [0]->envelope.attempt, 1);
    mailbox_destroy (&deaf.mailbox);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (a_call_reaches_the_worker_whole),
        DESK_TEST (its_result_comes_back_with_the_times),
        DESK_TEST (a_fault_comes_back_with_its_reason),
        DESK_TEST (a_result_that_cannot_be_read_is_a_failure),
        DESK_TEST (progress_is_told_until_the_call_ends_or_is_cancelled),
        DESK_TEST (a_worker_never_has_more_than_its_credit),
        DESK_TEST (the_least_loaded_worker_gets_the_next_call),
        DESK_TEST (the_call_with_the_least_time_left_goes_first),
        DESK_TEST (slow_calls_use_at_most_half_of_the_credit),
        DESK_TEST (a_worker_that_takes_one_call_takes_a_slow_one_too),
        DESK_TEST (a_tool_that_nobody_has_room_for_keeps_no_other_waiting),
        DESK_TEST (services_do_not_wait_for_each_other),
        DESK_TEST (a_call_that_is_cancelled_in_the_queue_goes_nowhere),
        DESK_TEST (a_cancelled_call_keeps_the_credit_until_its_fault),
        DESK_TEST (a_result_that_crossed_the_cancel_goes_nowhere),
        DESK_TEST (an_unanswered_cancel_gives_the_credit_back_after_a_while),
        DESK_TEST (a_call_that_expires_is_ended_where_it_is),
        DESK_TEST (a_call_whose_time_went_by_while_we_slept_is_not_sent),
        DESK_TEST (a_short_budget_is_halved_and_never_nothing),
        DESK_TEST (nobody_hears_of_calls_that_are_dropped_at_the_end),
        DESK_TEST (an_ending_call_may_cancel_others_and_begin_new_ones),
        DESK_TEST (a_worker_that_cannot_be_sent_to_is_lost_but_not_while_a_call_begins),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
