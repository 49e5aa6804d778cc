//  Different calls that need the same of AWS.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stub_operation.h"

static const char GROUPS [] = "{\"logGroups\":[{\"logGroupName\":\"/a\"}]}";

static int
begin (void **state)
{
    return begin_stub_with (state, (fixture_kind_t) { .credit = 4, .kept_bytes_max = 1024 * 1024 });
}

//  Whatever the call is about, it begins with this.
static status_t
asks_for_groups (call_t *call)
{
    return call_ask (call, 0, &(aws_request_t) { .service = AWS_LOGS, .api = "DescribeLogGroups", .body = SLICE ("{\"limit\":50}") });
}

static status_t
asks_for_events (call_t *call)
{
    return call_ask (call, 0, &(aws_request_t) { .service = AWS_LOGS, .api = "FilterLogEvents", .body = SLICE ("{\"limit\":50}") });
}

//  What it is about, and how much it was given.
static status_t
finishes_in_its_own_words (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    if (outcome->status != STATUS_OK)
        return call_fail_aws (call, outcome);
    slice_t text = argument_text (call_arguments (call), "text");
    yyjson_val *answer = (yyjson_val *) (uintptr_t) outcome->answer;
    buffer_t json;
    buffer_init (&json, 1024);
    buffer_printf (&json, "{\"%.*s\":%zu}", (int) text.size, text.data, yyjson_arr_size (yyjson_obj_get (answer, "logGroups")));
    return call_finish (call, &json, false);
}

static void
expect_end (fixture_t *self, uint64_t id, const char *json, uint32_t requests, uint32_t joined, uint32_t cached)
{
    assert_int_equal (wait_for (self, id), KIND_RESULT);
    expect_json (read_result (self), json);
    assert_int_equal (self->answer->envelope.requests, requests);
    assert_int_equal (self->answer->envelope.joined, joined);
    assert_int_equal (self->answer->envelope.cached, cached);
}

//  Two calls that begin so; AWS has the request, and does not answer.
static void
begin_two (fixture_t *self, status_t (*begin_stub) (call_t *call), uint64_t *one, uint64_t *two)
{
    stub.begin = begin_stub;
    stub.next = finishes_in_its_own_words;
    aws_says (&self->aws, 0, NULL);
    *one = call (self, "stub", "{\"text\":\"one\"}");
    WAIT_FOR (self, self->aws.open_count == 1);
    *two = call (self, "stub", "{\"text\":\"two\"}");
    settle (self);
}

static void
two_different_calls_that_begin_alike_make_one_request (void **state)
{
    fixture_t *self = *state;
    uint64_t one, two;
    begin_two (self, asks_for_events, &one, &two);
    assert_int_equal (self->aws.asked_count, 1);
    self->awaited = two;
    aws_reply (self->aws.open [--self->aws.open_count], 200, slice_of (GROUPS));
    expect_end (self, two, "{\"two\":1}", 0, 1, 0);
    uint64_t three = call (self, "stub", "{\"text\":\"three\"}");       //  Events are asked anew
    WAIT_FOR (self, self->aws.open_count == 1);
    aws_reply (self->aws.open [--self->aws.open_count], 200, slice_of (GROUPS));
    expect_end (self, three, "{\"three\":1}", 1, 0, 0);
    assert_int_equal (self->aws.asked_count, 2);
    assert_true (two > one && self->answers == 3);
    expect_nothing_left (self);
}

static void
who_joined_says_so (void **state)
{
    fixture_t *self = *state;
    uint64_t one, two;
    begin_two (self, asks_for_groups, &one, &two);
    gateway_say (self, KIND_CANCEL, one);       //  And takes only himself away
    settle (self);
    assert_int_equal (self->aws.open_count, 1);
    aws_reply (self->aws.open [--self->aws.open_count], 200, slice_of (GROUPS));
    expect_end (self, two, "{\"two\":1}", 1, 1, 0);
    expect_nothing_left (self);
}

static void
what_was_kept_is_told_with_its_age (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_for_groups;
    stub.next = finishes_in_its_own_words;
    aws_says (&self->aws, 200, GROUPS);
    uint64_t one = call (self, "stub", "{\"text\":\"one\"}");
    expect_end (self, one, "{\"one\":1}", 1, 0, 0);
    pass_ms (self, 4000);
    uint64_t two = call (self, "stub", "{\"text\":\"two\"}");
    expect_end (self, two, "{\"two\":1}", 0, 0, 1);
    assert_in_range (self->answer->envelope.cached_age_ms, 4000, 5000);
    assert_int_equal (self->answer->envelope.aws_us, 0);
    assert_int_equal (self->aws.asked_count, 1);
}

static void
a_failure_is_told_to_each_in_a_sentence (void **state)
{
    fixture_t *self = *state;
    uint64_t one, two;
    begin_two (self, asks_for_groups, &one, &two);
    self->awaited = two;
    aws_reply (self->aws.open [--self->aws.open_count], 400, SLICE ("{\"__type\":\"AccessDeniedException\",\"message\":\"No.\"}"));
    assert_int_equal (wait_for (self, two), KIND_FAULT);
    expect_part (read_fault (self), "logs:DescribeLogGroups");
    assert_int_equal (self->answers, 2);
    assert_true (one < two);
    expect_nothing_left (self);
}

#define CALL_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        CALL_TEST (two_different_calls_that_begin_alike_make_one_request),
        CALL_TEST (who_joined_says_so),
        CALL_TEST (what_was_kept_is_told_with_its_age),
        CALL_TEST (a_failure_is_told_to_each_in_a_sentence),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
