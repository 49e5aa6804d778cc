#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "dispatch_internal.h"

static const uint8_t TRACE [ENVELOPE_TRACE_BYTES] = { 1, [16] = 2 };

static void
a_call_is_sent_under_a_span_of_its_own (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_worker (desk, SERVICE_LOGS);
    worker_ready (worker, 4);
    caller_t caller = { 0 };
    dispatch_call_t call = desk_call (desk, &caller, "brief", 10000);
    call.traceparent = TRACE;
    caller.id = dispatch_begin (desk->dispatch, &call);
    desk_turn (desk);
    dispatch_outcome_t outcome;
    dispatch_peek (desk->dispatch, caller.id, &outcome);
    assert_int_equal (outcome.hops_count, 1);
    assert_int_equal (outcome.hops [0].ended_us, -1);
    const envelope_t *envelope = &worker->has [0]->envelope;
    assert_memory_equal (envelope->traceparent, TRACE, SPAN_TRACE_BYTES);
    assert_memory_equal (envelope->traceparent + SPAN_TRACE_BYTES, outcome.hops [0].span, SPAN_ID_BYTES);
    worker_answer (worker, caller.id, "{}");
}

static void
a_second_worker_is_a_second_hop_and_the_first_one_has_an_end (void **state)
{
    desk_t *desk = *state;
    worker_t *first = desk_ready_worker (desk, 4);
    caller_t caller = { 0 };
    dispatch_call_t call = desk_call (desk, &caller, "brief", 10000);
    call.traceparent = TRACE;
    caller.id = dispatch_begin (desk->dispatch, &call);
    desk_turn (desk);
    worker_t *second = desk_ready_worker (desk, 4);
    worker_say (first, KIND_BYE, 0);
    desk_turn (desk);
    dispatch_outcome_t outcome;
    dispatch_peek (desk->dispatch, caller.id, &outcome);
    assert_int_equal (outcome.hops_count, 2);
    assert_true (outcome.hops [0].ended_us >= 0);
    assert_int_equal (outcome.hops [1].ended_us, -1);
    assert_memory_not_equal (outcome.hops [0].span, outcome.hops [1].span, SPAN_ID_BYTES);
    worker_answer (second, caller.id, "{}");
}

//  The first worker. That it is gone is known at some time, and not at once.
static bool
takes_messages (desk_t *desk)
{
    message_t *message = message_new (KIND_HEARTBEAT);
    assert_non_null (message);
    return mailbox_send (desk->dispatch->mailbox, &peers_at (desk->dispatch->peers, 0)->address, &message) == STATUS_OK;
}

static void
a_worker_that_cannot_be_reached_is_no_hop (void **state)
{
    desk_t *desk = *state;
    worker_t *gone = desk_ready_worker (desk, 4);
    worker_die (gone);
    int64_t until_ms = clock_mono_ms (clock_system ()) + 10000;
    while (takes_messages (desk))
        assert_true (clock_mono_ms (clock_system ()) < until_ms);
    caller_t caller = { 0 };
    dispatch_call_t call = desk_call (desk, &caller, "brief", 10000);
    call.traceparent = TRACE;
    caller.id = dispatch_begin (desk->dispatch, &call);
    dispatch_outcome_t outcome;
    dispatch_peek (desk->dispatch, caller.id, &outcome);
    assert_int_equal (outcome.hops_count, 0);
    worker_t *worker = desk_ready_worker (desk, 4);
    desk_turn (desk);
    dispatch_peek (desk->dispatch, caller.id, &outcome);
    assert_int_equal (outcome.hops_count, 1);
    worker_answer (worker, caller.id, "{}");
}

static void
note_late (void *arg, const dispatch_late_t *late)
{
    dispatch_late_t *noted = arg;
    *noted = *late;
    noted->envelope = NULL;             //  It is the message's
}

static void
what_comes_after_a_cancel_is_told (void **state)
{
    desk_t *desk = *state;
    dispatch_late_t noted = { 0 };
    dispatch_config_t config = { .endpoint = "inproc://late", .calls_max = 4, .queue_calls_max = 4, .queue_bytes_max = 1024, .credit_max = 4,
                                 .late = note_late, .late_arg = &noted };
    dispatch_destroy (&desk->dispatch);
    desk->dispatch = dispatch_new (desk->reactor, desk->contracts, &desk->random, &config);
    snprintf (desk->endpoint, sizeof desk->endpoint, "inproc://late");
    worker_t *worker = desk_ready_worker (desk, 4);
    caller_t caller = { 0 };
    dispatch_call_t call = desk_call (desk, &caller, "brief", 10000);
    call.traceparent = TRACE;
    uint64_t id = dispatch_begin (desk->dispatch, &call);
    desk_turn (desk);
    dispatch_cancel (desk->dispatch, id);
    assert_int_equal (noted.id, 0);
    fake_clock_advance (&desk->clock, 30);
    worker_fault (worker, id, STATUS_CANCELLED, "so far");
    assert_int_equal (noted.id, id);
    assert_int_equal (noted.answered_us, 30000);
    call.traceparent = NULL;
    id = dispatch_begin (desk->dispatch, &call);
    desk_turn (desk);
    dispatch_cancel (desk->dispatch, id);
    worker_fault (worker, id, STATUS_CANCELLED, "so far");
    assert_int_not_equal (noted.id, id);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (a_call_is_sent_under_a_span_of_its_own),
        DESK_TEST (what_comes_after_a_cancel_is_told),
        DESK_TEST (a_worker_that_cannot_be_reached_is_no_hop),
        DESK_TEST (a_second_worker_is_a_second_hop_and_the_first_one_has_an_end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
