#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stub_operation.h"

//  Calls that nobody wants any more: cancelled, or forgotten by the gateway, in each state that a request may be in.

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_LOGS, .operations = LOGS_OPERATIONS });
}

static int
begin_stub (void **state)
{
    return begin_stub_with (state, (fixture_kind_t) { .credit = 3 });
}

static void
a_call_that_is_cancelled_before_its_credentials_came_is_let_go (void **state)
{
    fixture_t *self = *state;
    self->no_keys = true;
    uint64_t id = call (self, "describe_log_groups", "{}");
    settle (self);
    assert_int_equal (self->actor->calls_under_way, 1);
    gateway_say (self, KIND_CANCEL, id);
    assert_int_equal (wait_for (self, id), KIND_FAULT);
    assert_int_equal (self->answer->envelope.status, STATUS_CANCELLED);
    assert_string_equal (read_fault (self), "describe_log_groups was cancelled.");
    expect_nothing_left (self);
    self->no_keys = false;
    settle (self);
    assert_int_equal (self->aws.asked_count, 0);
}

//  Each of them asks AWS for something else: none is shared.
static uint64_t
call_another (fixture_t *self)
{
    char arguments [32];
    snprintf (arguments, sizeof arguments, "{\"prefix\":\"/%d\"}", (int) self->last_id);
    return call (self, "describe_log_groups", arguments);
}

static void
a_call_that_is_cancelled_while_it_waits_for_the_throttle_is_let_go (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_empty;
    for (int i = 0; i < 10; i++)                //  The tokens that were saved up
        call_another (self);
    uint64_t id = call_another (self);
    settle (self);
    assert_int_equal (self->aws.asked_count, 10);
    assert_int_equal (self->actor->calls_under_way, 1);
    gateway_say (self, KIND_CANCEL, id);
    settle (self);
    assert_int_equal (self->answer->envelope.id, id);
    assert_int_equal (self->answer->envelope.status, STATUS_CANCELLED);
    expect_nothing_left (self);
    pass_ms (self, 5000);
    assert_int_equal (self->aws.asked_count, 10);
}

static void
a_call_that_is_cancelled_in_flight_closes_its_connection (void **state)
{
    fixture_t *self = *state;
    uint64_t id = call (self, "describe_log_groups", "{}");
    WAIT_FOR (self, self->aws.open_count == 1);
    gateway_say (self, KIND_CANCEL, id);
    assert_int_equal (wait_for (self, id), KIND_FAULT);
    assert_int_equal (self->answer->envelope.status, STATUS_CANCELLED);
    WAIT_FOR (self, self->aws.left == 1);
    expect_nothing_left (self);
}

static void
a_call_that_is_cancelled_before_its_next_attempt_is_not_tried_again (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 400, "{\"__type\":\"ThrottlingException\"}");
    uint64_t id = call (self, "describe_log_groups", "{}");
    WAIT_FOR (self, aws_client_counts (self->actor->client).retries == 1);
    gateway_say (self, KIND_CANCEL, id);
    settle (self);
    assert_int_equal (self->answer->envelope.status, STATUS_CANCELLED);
    expect_nothing_left (self);
    pass_ms (self, 5000);
    assert_int_equal (self->aws.asked_count, 1);
}

static void
a_cancel_of_no_call_or_of_one_that_is_over_does_nothing (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_empty;
    gateway_say (self, KIND_CANCEL, 4711);
    ask (self, "describe_log_groups", "{}");
    gateway_say (self, KIND_CANCEL, self->last_id);
    settle (self);
    assert_int_equal (self->answers, 1);
}

static void
a_cancel_meets_its_own_call_only (void **state)
{
    fixture_t *self = *state;
    uint64_t first = call_another (self);
    uint64_t second = call_another (self);
    WAIT_FOR (self, self->aws.open_count == 2);
    gateway_say (self, KIND_CANCEL, second);
    wait_for (self, second);
    WAIT_FOR (self, self->aws.left == 1);
    assert_int_equal (self->actor->calls_under_way, 1);
    aws_reply (self->aws.open [--self->aws.open_count], 200, SLICE ("{}"));
    assert_int_equal (wait_for (self, first), KIND_RESULT);
}

static void
expect_deserted (fixture_t *self, envelope_kind_t word)
{
    call_another (self);
    call_another (self);
    WAIT_FOR (self, self->aws.open_count == 2);
    gateway_say (self, word, 0);
    WAIT_FOR (self, self->aws.left == 2);
    expect_nothing_left (self);
    settle (self);
    assert_int_equal (self->answers, 0);
}

static void
when_the_gateway_leaves_its_calls_are_let_go (void **state)
{
    expect_deserted (*state, KIND_BYE);
}

static void
when_the_gateway_lost_sight_of_it_its_calls_are_let_go_and_it_is_ready_again (void **state)
{
    fixture_t *self = *state;
    expect_deserted (self, KIND_WHO);
    WAIT_FOR (self, self->readies == 1);
    self->aws.instead = answer_empty;
    ask (self, "describe_log_groups", "{}");
}

//  --- What must be undone in AWS

static void
undoes (call_t *call)
{
    assert_int_equal (stub_ask (call, 5, "Undo"), STATUS_OK);
    call_progress (call, 99, 100, "not heard");
    assert_int_equal (finishes (call), STATUS_OK);
}

static void
what_a_cancelled_call_undoes_is_waited_for (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_one;
    stub.next = finishes_next;
    stub.stop = undoes;
    uint64_t id = call (self, "stub", "{}");
    WAIT_FOR (self, self->aws.open_count == 1);
    gateway_say (self, KIND_CANCEL, id);
    WAIT_FOR (self, self->aws.left == 1 && self->aws.open_count == 1);
    assert_string_equal (self->aws.asked [1].target, "Logs_20140328.Undo");
    gateway_say (self, KIND_CANCEL, id);        //  Once more changes nothing
    settle (self);
    assert_null (self->answer);
    aws_reply (self->aws.open [--self->aws.open_count], 200, SLICE ("{}"));
    assert_int_equal (wait_for (self, id), KIND_FAULT);
    assert_int_equal (self->answer->envelope.status, STATUS_CANCELLED);
    assert_int_equal (stub.nexts, 0);
    assert_int_equal (stub.stops, 1);
    assert_int_equal (self->progresses, 0);
    expect_nothing_left (self);
}

static void
undoing_has_a_time_of_its_own (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_one;
    stub.next = finishes_next;
    stub.stop = undoes;
    uint64_t id = call_within (self, "stub", "{}", 1000);
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_ms (self, 1000);
    WAIT_FOR (self, self->aws.left == 1 && self->aws.open_count == 1);
    pass_ms (self, CALL_STOP_MS - 100);
    assert_null (self->answer);
    pass_ms (self, 100);
    assert_int_equal (wait_for (self, id), KIND_FAULT);
    assert_int_equal (self->answer->envelope.status, STATUS_DEADLINE);
    WAIT_FOR (self, self->aws.left == 2);
    expect_nothing_left (self);
}

static void
what_a_deserted_call_undoes_is_still_asked (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_one;
    stub.next = finishes_next;
    stub.stop = undoes;
    call (self, "stub", "{}");
    WAIT_FOR (self, self->aws.open_count == 1);
    gateway_say (self, KIND_BYE, 0);
    WAIT_FOR (self, self->aws.left == 1 && self->aws.open_count == 1);
    aws_reply (self->aws.open [--self->aws.open_count], 200, SLICE ("{}"));
    WAIT_FOR (self, self->actor->calls_under_way == 0);
    settle (self);
    assert_int_equal (self->answers, 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_call_that_is_cancelled_before_its_credentials_came_is_let_go, begin, end),
        cmocka_unit_test_setup_teardown (a_call_that_is_cancelled_while_it_waits_for_the_throttle_is_let_go, begin, end),
        cmocka_unit_test_setup_teardown (a_call_that_is_cancelled_in_flight_closes_its_connection, begin, end),
        cmocka_unit_test_setup_teardown (a_call_that_is_cancelled_before_its_next_attempt_is_not_tried_again, begin, end),
        cmocka_unit_test_setup_teardown (a_cancel_of_no_call_or_of_one_that_is_over_does_nothing, begin, end),
        cmocka_unit_test_setup_teardown (a_cancel_meets_its_own_call_only, begin, end),
        cmocka_unit_test_setup_teardown (when_the_gateway_leaves_its_calls_are_let_go, begin, end),
        cmocka_unit_test_setup_teardown (when_the_gateway_lost_sight_of_it_its_calls_are_let_go_and_it_is_ready_again, begin, end),
        cmocka_unit_test_setup_teardown (what_a_cancelled_call_undoes_is_waited_for, begin_stub, end),
        cmocka_unit_test_setup_teardown (undoing_has_a_time_of_its_own, begin_stub, end),
        cmocka_unit_test_setup_teardown (what_a_deserted_call_undoes_is_still_asked, begin_stub, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
