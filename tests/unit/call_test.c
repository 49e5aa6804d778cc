#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stub_operation.h"

static int
begin (void **state)
{
    return begin_stub_with (state, (fixture_kind_t) { .credit = 4 });
}

static status_t
tells_what_it_sees (call_t *call)
{
    slice_t text = argument_text (call_arguments (call), "text");
    assert_string_equal (call_tool (call), "stub");
    assert_null (call_state (call));
    call_set_state (call, arena_copy (call_arena (call), text));
    buffer_t json;
    buffer_init (&json, 1024);
    buffer_printf (&json, "{\"text\":\"%s\",\"region\":\"%s\",\"account\":\"%s\",\"left_ms\":%lld,\"wall_ms\":%lld}",
                   (const char *) call_state (call), call_region (call),
                   call_account (call), (long long) call_left_ms (call), (long long) call_wall_ms (call));
    return call_finish (call, &json, true);
}

static void
an_operation_sees_its_arguments_its_place_and_its_time (void **state)
{
    fixture_t *self = *state;
    aws_account_t account = { .name = "prod" };
    self->config.accounts = &account;
    self->config.accounts_count = 1;
    stub.begin = tells_what_it_sees;
    expect_json (ask (self, "stub", "{\"text\":\"hello\",\"region\":\"us-east-2\",\"account\":\"prod\"}"),
                 "{\"text\":\"hello\",\"region\":\"us-east-2\",\"account\":\"prod\",\"left_ms\":55000,\"wall_ms\":1795388707042}");
    assert_true (self->result.cut);
    assert_int_equal (stub.closes, 1);
    expect_part (as_text (ask (self, "stub", "{\"text\":\"x\"}")), "\"region\":\"eu-west-1\",\"account\":\"\"");
}

static status_t
asks_twice_in_a_slot (call_t *call)
{
    assert_int_equal (stub_ask (call, 3, "One"), STATUS_OK);
    assert_int_equal (stub_ask (call, 3, "Two"), STATUS_BUSY);
    return STATUS_OK;
}

static void
a_slot_takes_one_request_at_a_time (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_twice_in_a_slot;
    stub.next = finishes_next;
    aws_says (&self->aws, 200, "{}");
    ask (self, "stub", "{}");
    assert_int_equal (self->aws.asked_count, 1);
    assert_string_equal (self->aws.asked [0].target, "Logs_20140328.One");
}

static status_t
asks_in_all_slots (call_t *call)
{
    for (int slot = 0; slot < CALL_SLOTS_MAX; slot++)
        assert_int_equal (stub_ask (call, slot, "One"), STATUS_OK);
    return STATUS_OK;
}

static status_t
finishes_at_the_last (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    assert_int_equal (outcome->status, STATUS_OK);
    return stub.nexts == CALL_SLOTS_MAX ? finishes (call) : STATUS_OK;
}

static void
all_slots_may_be_asked_at_once (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_in_all_slots;
    stub.next = finishes_at_the_last;
    self->aws.instead = answer_empty;
    ask (self, "stub", "{}");
    assert_int_equal (stub.nexts, CALL_SLOTS_MAX);
    assert_int_equal (self->answer->envelope.requests, CALL_SLOTS_MAX);
}

static void
finishing_lets_go_of_what_is_still_asked (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_in_all_slots;
    stub.next = finishes_next;
    aws_says (&self->aws, 200, "{}");
    ask (self, "stub", "{}");
    assert_int_equal (stub.nexts, 1);
    assert_int_equal (aws_client_counts (self->actor->client).under_way, 0);
    WAIT_FOR (self, self->aws.open_count == 0);
}

static status_t
drops_the_first_slot (call_t *call, int slot, const outcome_t *outcome)
{
    (void) outcome;
    assert_int_equal (slot, 1);
    call_drop (call, 0);
    call_drop (call, 0);
    call_drop (call, 63);
    return stub_ask (call, 0, "Again") == STATUS_OK ? finishes (call) : STATUS_INTERNAL;
}

static status_t
asks_two (call_t *call)
{
    status_t status = stub_ask (call, 0, "One");
    return status == STATUS_OK ? stub_ask (call, 1, "Two") : status;
}

static void
a_dropped_slot_is_free_again_and_not_heard_of (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_two;
    stub.next = drops_the_first_slot;
    aws_says (&self->aws, 0, NULL);
    aws_says (&self->aws, 200, "{}");
    ask (self, "stub", "{}");
    assert_int_equal (stub.nexts, 1);
}

static status_t
says_everything_twice (call_t *call)
{
    buffer_t failed;
    buffer_init (&failed, 1);
    buffer_append_text (&failed, "too long");
    assert_int_equal (finishes (call), STATUS_OK);
    assert_int_equal (finishes (call), STATUS_OK);
    assert_int_equal (call_finish (call, &failed, false), STATUS_OK);
    assert_int_equal (call_fail (call, STATUS_INTERNAL, -1, "not heard"), STATUS_OK);
    assert_int_equal (call_fail_aws (call, &(outcome_t) { .status = STATUS_BUSY }), STATUS_OK);
    assert_int_equal (stub_ask (call, 0, "One"), STATUS_OK);
    call_progress (call, 1, 2, "not heard");
    return STATUS_BUSY;
}

static void
only_the_first_answer_is_heard (void **state)
{
    fixture_t *self = *state;
    stub.begin = says_everything_twice;
    ask (self, "stub", "{}");
    settle (self);
    assert_int_equal (self->answers, 1);
    assert_int_equal (self->progresses, 0);
    assert_int_equal (self->aws.asked_count, 0);
}

static status_t
finishes_with_too_much (call_t *call)
{
    buffer_t json;
    buffer_init (&json, 3);
    buffer_append_text (&json, "{\"a\":1}");
    return call_finish (call, &json, false);
}

static void
an_answer_that_did_not_fit_its_buffer_is_told (void **state)
{
    fixture_t *self = *state;
    stub.begin = finishes_with_too_much;
    assert_string_equal (refused (self, "stub", "{}", STATUS_TOO_LARGE), "stub ended: it is larger than the limit.");
}

static status_t
finishes_with_more_than_a_message (call_t *call)
{
    buffer_t json;
    buffer_init (&json, 4 << 20);
    char *room = buffer_reserve (&json, 3 << 20);
    assert_non_null (room);
    memset (room, ' ', 3 << 20);
    buffer_advance (&json, 3 << 20);
    return call_finish (call, &json, false);
}

static void
an_answer_that_fits_no_message_is_told (void **state)
{
    fixture_t *self = *state;
    stub.begin = finishes_with_more_than_a_message;
    refused (self, "stub", "{}", STATUS_TOO_LARGE);
}

static status_t
fails_at_length (call_t *call)
{
    char text [4000];
    memset (text, 'x', sizeof text - 1);
    text [sizeof text - 1] = 0;
    return call_fail (call, STATUS_BUSY, 1234, "%s", text);
}

static void
a_sentence_that_is_too_long_is_cut (void **state)
{
    fixture_t *self = *state;
    stub.begin = fails_at_length;
    assert_int_equal (strlen (refused (self, "stub", "{}", STATUS_BUSY)), 2047);
    assert_int_equal (self->fault.retry_ms, 1234);
}

static int s_told;

//  A step of progress each time AWS answers; the answer itself ends it.
static status_t
tells_progress (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    (void) outcome;
    call_progress (call, ++s_told, 10, "things");
    return s_told == 10 ? finishes (call) : stub_ask (call, 0, "One");
}

static void
progress_is_told_a_few_times_a_second_at_most (void **state)
{
    fixture_t *self = *state;
    s_told = 0;
    stub.begin = asks_one;
    stub.next = tells_progress;
    uint64_t id = call (self, "stub", "{}");
    for (int i = 0; i < 10; i++) {
        WAIT_FOR (self, self->aws.open_count == 1);
        fake_clock_advance (&self->clock, 100);
        aws_reply (self->aws.open [--self->aws.open_count], 200, SLICE ("{}"));
    }
    int64_t began_ms = self->clock.mono_us / 1000 - 1000;
    wait_for (self, id);
    int64_t took_ms = self->clock.mono_us / 1000 - began_ms;
    assert_true (self->progresses >= 3 && self->progresses <= 1 + took_ms / 250);
    assert_true (self->progress.total == 10 && self->progress.done > 1);
    assert_string_equal (self->progress_text, "things");
}

static status_t
tells_progress_that_falls (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    (void) outcome;
    static const double DONE [] = { 5, 5, 4, 0 };
    call_progress (call, DONE [s_told], 10, "x");
    return s_told++ == 3 ? finishes (call) : stub_ask (call, 0, "One");
}

static void
progress_that_does_not_rise_is_not_told (void **state)
{
    fixture_t *self = *state;
    s_told = 0;
    stub.begin = asks_one;
    stub.next = tells_progress_that_falls;
    uint64_t id = call (self, "stub", "{}");
    for (int i = 0; i < 4; i++) {
        WAIT_FOR (self, self->aws.open_count == 1);
        fake_clock_advance (&self->clock, 1000);
        aws_reply (self->aws.open [--self->aws.open_count], 200, SLICE ("{}"));
    }
    wait_for (self, id);
    assert_int_equal (self->progresses, 1);
    assert_true (self->progress.done == 5);
}

static void
the_answer_tells_where_the_time_went (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_one;
    stub.next = finishes_next;
    aws_says (&self->aws, 503, "{}");
    aws_says (&self->aws, 0, NULL);
    uint64_t id = call (self, "stub", "{}");
    WAIT_FOR (self, self->aws.open_count == 1);
    fake_clock_advance (&self->clock, 400);
    aws_reply (self->aws.open [--self->aws.open_count], 200, SLICE ("{}"));
    wait_for (self, id);
    const envelope_t *envelope = &self->answer->envelope;
    assert_int_equal (envelope->requests, 2);
    assert_true (envelope->aws_us >= 400000 && envelope->aws_us <= envelope->busy_us);
    assert_true (envelope->waited_us > 0 && envelope->aws_us + envelope->waited_us <= envelope->busy_us);
    assert_true (envelope->queue_us <= envelope->busy_us);
    assert_string_equal (envelope->region, "eu-west-1");
    assert_int_equal (envelope->service, SERVICE_LOGS);
    assert_int_equal (envelope->incarnation, self->actor->incarnation);
}

static void
a_region_that_is_none_is_told_in_a_sentence (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_one;
    expect_part (refused (self, "stub", "{\"region\":\"mars\"}", STATUS_INVALID_ARGUMENT), "region");
    expect_part (refused (self, "stub", "{\"region\":\"../../x\"}", STATUS_INVALID_ARGUMENT), "region");
    assert_int_equal (self->aws.asked_count, 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (an_operation_sees_its_arguments_its_place_and_its_time, begin, end),
        cmocka_unit_test_setup_teardown (a_slot_takes_one_request_at_a_time, begin, end),
        cmocka_unit_test_setup_teardown (all_slots_may_be_asked_at_once, begin, end),
        cmocka_unit_test_setup_teardown (finishing_lets_go_of_what_is_still_asked, begin, end),
        cmocka_unit_test_setup_teardown (a_dropped_slot_is_free_again_and_not_heard_of, begin, end),
        cmocka_unit_test_setup_teardown (only_the_first_answer_is_heard, begin, end),
        cmocka_unit_test_setup_teardown (an_answer_that_did_not_fit_its_buffer_is_told, begin, end),
        cmocka_unit_test_setup_teardown (an_answer_that_fits_no_message_is_told, begin, end),
        cmocka_unit_test_setup_teardown (a_sentence_that_is_too_long_is_cut, begin, end),
        cmocka_unit_test_setup_teardown (progress_is_told_a_few_times_a_second_at_most, begin, end),
        cmocka_unit_test_setup_teardown (progress_that_does_not_rise_is_not_told, begin, end),
        cmocka_unit_test_setup_teardown (the_answer_tells_where_the_time_went, begin, end),
        cmocka_unit_test_setup_teardown (a_region_that_is_none_is_told_in_a_sentence, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
