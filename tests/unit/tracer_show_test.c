#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tracer.h"

#include "desk.h"
#include "expect.h"

static tracer_t *
tracer_with_calls (desk_t *desk, int count, const dispatch_outcome_t *outcome)
{
    tracer_t *tracer = tracer_new (&desk->clock.source);
    assert_non_null (tracer);
    for (int i = 0; i < count; i++) {
        trace_context_t context;
        trace_context_begin (&context, SLICE ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), &desk->random);
        tracer_tell (tracer, &(tracer_moments_t) {
            .contract = contracts_find (desk->contracts, SLICE ("brief")), .context = &context, .id = 7, .tracestate = SLICE ("a=\"1\""),
            .received_us = 1000, .accepted_us = 1010, .ended_us = 1500, .encoded_us = 1520, .written_us = 1530 }, outcome);
    }
    return tracer;
}

static void
spans_are_shown_in_the_order_of_the_tree (void **state)
{
    dispatch_outcome_t outcome = { .hops_count = 1, .hops = { { .span = { 1 }, .sent_us = 5, .ended_us = -1 } } };
    tracer_t *tracer = tracer_with_calls (*state, 1, &outcome);
    buffer_t json;
    buffer_init (&json, 64 * 1024);
    assert_int_equal (tracer_write_call (tracer, SLICE ("4bf92f3577b34da6a3ce929d0e0e4736"), &json), 200);
    buffer_append_char (&json, 0);
    expect_part (json.data, "\"dropped\":0,\"tracestate\":\"a=\\\"1\\\"\",\"spans\":[{");
    static const char *const NAMES [] = { "tools/call brief", "admission", "queue logs", "send cw.logs", "encode", "write" };
    const char *at = json.data;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES [0]; i++) {
        char start [64];
        snprintf (start, sizeof start, "\"depth\":%d,\"name\":\"%s\",", i > 0, NAMES [i]);
        at = strstr (at, start);
        if (!at)
            fail_msg ("%s is not where it should be in %s", start, json.data);
    }
    expect_no_part (json.data, "\"critical\":false");
    tracer_destroy (&tracer);
    buffer_deinit (&json);
}

static void
the_newest_come_first_as_far_as_the_limit_allows (void **state)
{
    tracer_t *tracer = tracer_with_calls (*state, 5, &(dispatch_outcome_t) { .status = STATUS_OK });
    buffer_t json;
    buffer_init (&json, 64 * 1024);
    tracer_write_calls (tracer, SLICE ("limit=2&after=1"), &json);
    buffer_append_char (&json, 0);
    expect_part (json.data, "{\"recording\":true,\"first\":1,\"last\":5,\"calls\":[{\"number\":5,");
    expect_part (json.data, "},{\"number\":4,");
    expect_no_part (json.data, "\"number\":3,");
    tracer_destroy (&tracer);
    buffer_deinit (&json);
}

static void
without_a_tracer_there_is_nothing (void **state)
{
    (void) state;
    buffer_t json;
    buffer_init (&json, 1024);
    assert_int_equal (tracer_tell (NULL, NULL, NULL), 0);
    assert_int_equal (tracer_write_call (NULL, SLICE ("1"), &json), 404);
    buffer_clear (&json);
    tracer_write_calls (NULL, SLICE_ABSENT, &json);
    assert_true (slice_is (buffer_slice (&json), "{\"recording\":false,\"first\":1,\"last\":0,\"calls\":[]}"));
    buffer_deinit (&json);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (spans_are_shown_in_the_order_of_the_tree), DESK_TEST (the_newest_come_first_as_far_as_the_limit_allows),
        DESK_TEST (without_a_tracer_there_is_nothing),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
