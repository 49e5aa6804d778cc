#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"

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

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (a_call_is_sent_under_a_span_of_its_own),
        DESK_TEST (a_second_worker_is_a_second_hop_and_the_first_one_has_an_end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
