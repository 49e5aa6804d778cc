#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tracer.h"

#include "desk.h"
#include "expect.h"
#include "spans.h"

//  A call with these moments and this outcome, as JSON; the next call of this function takes it back.
static const char *
told (desk_t *desk, const dispatch_outcome_t *outcome)
{
    static buffer_t json;
    buffer_deinit (&json);
    buffer_init (&json, 64 * 1024);
    tracer_t *tracer = tracer_new (clock_system ());
    assert_non_null (tracer);
    trace_context_t context;
    trace_context_begin (&context, SLICE ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), random_system ());
    tracer_moments_t moments = {
        .contract = contracts_find (desk->contracts, SLICE ("brief")), .context = &context, .id = 7, .received_us = 1000, .accepted_us = 1010,
        .ended_us = 1500, .encoded_us = 1520, .written_us = 1530 };
    assert_int_equal (tracer_tell (tracer, &moments, outcome), 1);
    assert_int_equal (tracer_write_call (tracer, SLICE ("4bf92f3577b34da6a3ce929d0e0e4736"), &json), 200);
    buffer_append_char (&json, 0);
    tracer_destroy (&tracer);
    return json.data;
}

static void
a_call_that_lost_a_worker_has_both_hops (void **state)
{
    dispatch_outcome_t outcome = {
        .hops_count = 2, .hops = { { .span = { 1 }, .sent_us = 5, .ended_us = 100 }, { .span = { 2 }, .queued_us = 100, .sent_us = 110,
        .ended_us = -1 } } };
    const char *json = told (*state, &outcome);
    expect_part (json, "\"total_us\":530");
    expect_part (json, "\"parent\":\"00f067aa0ba902b7\",\"depth\":0,\"name\":\"tools/call brief\"");
    expect_part (json, "\"name\":\"send cw.logs\",\"kind\":\"PRODUCER\",\"start_us\":15,\"duration_us\":95,\"status\":\"WORKER_LOST\"");
    expect_part (json, "\"name\":\"send cw.logs\",\"kind\":\"PRODUCER\",\"start_us\":120,\"duration_us\":380,\"status\":\"OK\"");
    expect_part (json, "\"name\":\"encode\",\"kind\":\"INTERNAL\",\"start_us\":500,\"duration_us\":20");
    expect_part (json, "\"name\":\"write\",\"kind\":\"INTERNAL\",\"start_us\":520,\"duration_us\":10");
}

static void
a_shared_call_links_to_the_one_that_was_asked (void **state)
{
    const char *json = told (*state, &(dispatch_outcome_t) { .shared = true, .has_leader = true, .leader = { 0xab, [16] = 0xcd } });
    expect_part (json, "\"link\":{\"trace_id\":\"ab000000000000000000000000000000\",\"span_id\":\"cd00000000000000\"}");
    expect_no_part (json, "send cw");
}

static void
spans_that_cannot_be_read_are_left_out (void **state)
{
    dispatch_outcome_t outcome = { .hops_count = 1, .hops = { { .ended_us = -1 } }, .spans = SLICE ("\x94\x01\x00\xc0\xc0\x93") };
    const char *json = told (*state, &outcome);
    expect_part (json, "\"name\":\"write\"");
    expect_no_part (json, "process");
}

static void
nothing_is_counted_of_spans_that_cannot_be_read_to_their_end (void **state)
{
    span_t attempt;
    buffer_t frame;
    static const uint8_t ID [SPAN_ID_BYTES] = { 6 }, SEND [SPAN_ID_BYTES] = { 5 };
    dispatch_outcome_t outcome = { .hops_count = 1, .hops = { { .span = { 5 }, .ended_us = -1 } } };
    buffer_init (&frame, 1024);
    span_init (&attempt, SPAN_CLIENT, ID, SEND, SLICE ("CloudWatchLogs.FilterLogEvents"));
    spans_write (NULL, &attempt, SLICE_ABSENT, &frame);
    outcome.spans = buffer_slice (&frame);
    expect_part (told (*state, &outcome), "\"aws_requests\":1,");
    buffer_append_char (&frame, '\x93');                        //  A span that breaks off
    outcome.spans = buffer_slice (&frame);
    const char *json = told (*state, &outcome);
    expect_part (json, "\"aws_requests\":0,");
    expect_no_part (json, "FilterLogEvents");
    buffer_deinit (&frame);
}

static void
count_told (void *arg, uint64_t number)
{
    *(uint64_t *) arg += number;
}

static void
who_listens_hears_of_each_call_and_what_was_counted (void **state)
{
    desk_t *desk = *state;
    tracer_t *tracer = tracer_new (&desk->clock.source);
    uint64_t heard = 0;
    tracer_listener_t listener = { .told = count_told, .arg = &heard };
    trace_context_t context;
    trace_context_begin (&context, SLICE_ABSENT, &desk->random);
    tracer_moments_t moments = { .contract = contracts_find (desk->contracts, SLICE ("brief")), .context = &context, .written_us = 500 };
    tracer_listen (tracer, &listener);
    tracer_tell (tracer, &moments, &(dispatch_outcome_t) { .status = STATUS_OK });
    assert_int_equal (heard, 1);
    tracer_unlisten (tracer, &listener);
    tracer_tell (tracer, &moments, &(dispatch_outcome_t) { .status = STATUS_BUSY });
    assert_int_equal (heard, 1);
    rate_event_t sum;
    int64_t now_ms = clock_mono_ms (&desk->clock.source);
    rate_read (&tracer_rates (tracer)->calls, now_ms, &sum);
    assert_int_equal (sum.count, 2);
    assert_int_equal (sum.errors, 1);
    rate_read (rates_find (&tracer_rates (tracer)->services, SLICE ("logs")), now_ms, &sum);
    assert_int_equal (sum.took_us, 1000);
    tracer_destroy (&tracer);
}

static void
what_comes_late_is_added_where_it_belongs (void **state)
{
    desk_t *desk = *state;
    tracer_t *tracer = tracer_new (&desk->clock.source);
    uint64_t heard = 0;
    tracer_listener_t listener = { .told = count_told, .arg = &heard };
    trace_context_t context;
    trace_context_begin (&context, SLICE_ABSENT, &desk->random);
    tracer_moments_t moments = {
        .contract = contracts_find (desk->contracts, SLICE ("brief")), .context = &context, .id = 7, .received_us = 1000, .accepted_us = 1010,
        .ended_us = 1500, .encoded_us = 1500, .written_us = 1500 };
    tracer_tell (tracer, &moments, &(dispatch_outcome_t) {
        .status = STATUS_CANCELLED, .hops_count = 1, .hops = { { .span = { 5 }, .sent_us = 20, .ended_us = -1 } } });
    span_t process;
    spans_t none;
    buffer_t frame, json;
    static const uint8_t ID [SPAN_ID_BYTES] = { 6 }, SEND [SPAN_ID_BYTES] = { 5 };
    buffer_init (&frame, 1024);
    buffer_init (&json, 64 * 1024);
    spans_init (&none, 1024);
    span_init (&process, SPAN_CONSUMER, ID, SEND, SLICE ("process cw.logs"));
    span_set_times (&process, 0, 700);
    spans_write (&none, &process, SLICE_ABSENT, &frame);
    envelope_t envelope = { .busy_us = 700, .requests = 2 };
    tracer_listen (tracer, &listener);
    tracer_add_late (tracer, &(dispatch_late_t) { .id = 8, .envelope = &envelope, .spans = buffer_slice (&frame) });
    assert_int_equal (heard, 0);
    tracer_add_late (tracer, &(dispatch_late_t) { .id = 7, .answered_us = 900, .envelope = &envelope, .spans = buffer_slice (&frame) });
    assert_int_equal (heard, 1);
    tracer_write_call (tracer, SLICE ("1"), &json);
    buffer_append_char (&json, 0);
    expect_part (json.data, "\"status\":\"CANCELLED\"");
    expect_part (json.data, "\"worker_us\":700,");
    expect_part (json.data, "\"aws_requests\":2,");
    expect_part (json.data, "\"depth\":2,\"name\":\"process cw.logs\",\"kind\":\"CONSUMER\",\"start_us\":210,\"duration_us\":700,");
    buffer_deinit (&frame);
    buffer_deinit (&json);
    tracer_destroy (&tracer);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (a_call_that_lost_a_worker_has_both_hops), DESK_TEST (a_shared_call_links_to_the_one_that_was_asked),
        DESK_TEST (spans_that_cannot_be_read_are_left_out), DESK_TEST (nothing_is_counted_of_spans_that_cannot_be_read_to_their_end),
        DESK_TEST (what_comes_late_is_added_where_it_belongs), DESK_TEST (who_listens_hears_of_each_call_and_what_was_counted),
    };
    int failed = cmocka_run_group_tests (tests, NULL, NULL);
    return failed;
}
