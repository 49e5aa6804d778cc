#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "call_trace.h"

#include <stdio.h>

//  Names, statuses and parents of a frame's spans, one a line.
static void
expect_spans (message_t *message, const char *wanted)
{
    char text [1024] = "";
    spans_reader_t reader;
    span_t span;
    assert_int_equal (spans_open (&reader, message_spans (message)), STATUS_OK);
    while (spans_next (&reader, &span) == STATUS_OK) {
        size_t size = strlen (text);
        snprintf (text + size, sizeof text - size, "%s %s %s %d+%d\n", span.name, span_kind_name (span.kind), status_name (span.status),
                  (int) span.start_us, (int) span.duration_us);
    }
    assert_string_equal (text, wanted);
}

static envelope_t
a_request (void)
{
    envelope_t envelope = envelope_of (KIND_REQUEST);
    envelope.has_traceparent = true;
    envelope.traceparent [0] = 9;
    return envelope;
}

//  Each span's request, and 0 of a span that is of none.
static void
expect_requests (message_t *message, const char *wanted)
{
    char text [256] = "";
    spans_reader_t reader;
    span_t span;
    assert_int_equal (spans_open (&reader, message_spans (message)), STATUS_OK);
    while (spans_next (&reader, &span) == STATUS_OK) {
        size_t size = strlen (text);
        snprintf (text + size, sizeof text - size, "%s %d, ", span.name, (int) span_number (&span, SPAN_KEY_REQUEST, 0));
    }
    assert_string_equal (text, wanted);
}

static void
attempts_and_waits_say_which_request_they_are_of (void **state)
{
    (void) state;
    call_trace_t trace;
    envelope_t envelope = a_request ();
    static aws_trail_t trail;
    call_trace_init (&trace, &envelope, 0, 7);
    aws_trail_init (&trail, AWS_LOGS, "Ask", trace.trace);
    aws_trail_add (&trail, AWS_STAGE_CREDENTIALS, 0, 1, 0);
    aws_trail_add (&trail, AWS_STAGE_ATTEMPT, 1, 2, 1);
    aws_trail_add (&trail, AWS_STAGE_BACKOFF, 2, 3, 1);
    aws_trail_add (&trail, AWS_STAGE_THROTTLE, 3, 4, 1);
    outcome_t outcome = { .service = AWS_LOGS, .api = "Ask" };
    call_trace_answered (&trace, &(call_trace_request_t) { 5, 0, "eu-west-1" }, &outcome, &(aws_spent_t) { .trail = &trail }, 4);
    aws_trail_init (&trail, AWS_LOGS, "Ask", trace.trace);
    aws_trail_add (&trail, AWS_STAGE_ATTEMPT, 1, 6, 1);
    call_trace_dropped (&trace, &(call_trace_request_t) { 2, 0, "eu-west-1" }, &trail);
    message_t *message = message_new (KIND_RESULT);
    message->envelope.service = SERVICE_LOGS;
    call_trace_give (&trace, message, 7);
    expect_requests (message, "process cw.logs 0, prepare 0, credentials 5, CloudWatchLogs.Ask 5, backoff 5, throttle 5, CloudWatchLogs.Ask 2, "
                              "answer 0, ");
    message_destroy (&message);
    call_trace_deinit (&trace);
}

static void
a_retried_request_shows_each_attempt_and_the_wait_between (void **state)
{
    (void) state;
    call_trace_t trace;
    envelope_t envelope = a_request ();
    static aws_trail_t trail;
    aws_wire_answer_t throttled = { .error = { .class = AWS_THROTTLED, .code = "ThrottlingException" } }, good = { 0 };
    call_trace_init (&trace, &envelope, 1000, 7);
    aws_trail_init (&trail, AWS_LOGS, "FilterLogEvents", trace.trace);
    aws_trail_add (&trail, AWS_STAGE_CREDENTIALS, 1000, 1100, 0);
    aws_trail_land (&trail, &(transfer_answer_t) { 0 }, &throttled);
    aws_trail_add (&trail, AWS_STAGE_ATTEMPT, 1100, 1300, 1);
    aws_trail_add (&trail, AWS_STAGE_BACKOFF, 1300, 1400, 1);
    aws_trail_land (&trail, &(transfer_answer_t) { 0 }, &good);
    aws_trail_add (&trail, AWS_STAGE_ATTEMPT, 1400, 1600, 2);
    outcome_t outcome = { .service = AWS_LOGS, .api = "FilterLogEvents" };
    call_trace_answered (&trace, &(call_trace_request_t) { 5, 1000, "eu-west-1" }, &outcome, &(aws_spent_t) { .trail = &trail }, 1600);
    message_t *message = message_new (KIND_RESULT);
    message->envelope.service = SERVICE_LOGS;
    call_trace_give (&trace, message, 1700);
    expect_spans (message, "process cw.logs CONSUMER OK 0+700\nprepare INTERNAL OK 0+0\ncredentials INTERNAL OK 0+100\n"
                           "CloudWatchLogs.FilterLogEvents CLIENT THROTTLED 100+200\nbackoff INTERNAL OK 300+100\n"
                           "CloudWatchLogs.FilterLogEvents CLIENT OK 400+200\nanswer INTERNAL OK 600+100\n");
    message_destroy (&message);
    call_trace_deinit (&trace);
}

static void
an_answer_taken_from_another_call_links_to_its_attempt (void **state)
{
    (void) state;
    call_trace_t trace;
    envelope_t envelope = a_request ();
    static aws_trail_t trail;
    span_t span;
    spans_reader_t reader;
    aws_wire_answer_t good = { 0 };
    call_trace_init (&trace, &envelope, 0, 7);
    aws_trail_init (&trail, AWS_LOGS, "FilterLogEvents", (uint8_t [SPAN_TRACE_BYTES + SPAN_ID_BYTES]) { 42 });
    aws_trail_land (&trail, &(transfer_answer_t) { 0 }, &good);
    aws_trail_add (&trail, AWS_STAGE_ATTEMPT, 10, 20, 1);
    outcome_t outcome = { .service = AWS_LOGS, .api = "FilterLogEvents", .shared = true };
    call_trace_answered (&trace, &(call_trace_request_t) { 1, 15, "eu-west-1" }, &outcome, &(aws_spent_t) { .trail = &trail }, 20);
    outcome.shared = false;
    outcome.cached = true;
    call_trace_answered (&trace, &(call_trace_request_t) { 2, 20, "eu-west-1" }, &outcome, &(aws_spent_t) { 0 }, 20);
    message_t *message = message_new (KIND_FAULT);
    message->envelope.service = SERVICE_LOGS;
    message->envelope.status = STATUS_CANCELLED;
    call_trace_give (&trace, message, 30);
    expect_spans (message, "process cw.logs CONSUMER CANCELLED 0+30\nprepare INTERNAL OK 0+15\nCloudWatchLogs.FilterLogEvents INTERNAL OK 15+5\n"
                           "CloudWatchLogs.FilterLogEvents INTERNAL OK 20+0\nanswer INTERNAL OK 20+10\n");
    assert_int_equal (spans_open (&reader, message_spans (message)), STATUS_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal (spans_next (&reader, &span), STATUS_OK);
    assert_true (span.linked);
    assert_int_equal (span.link_trace [0], 42);
    assert_memory_equal (span.link, trail.stages [0].span, SPAN_ID_BYTES);
    assert_int_equal (span_number (&span, SPAN_KEY_SHARED, 0), 1);
    message_destroy (&message);
    call_trace_deinit (&trace);
}

static void
a_call_without_a_trace_keeps_nothing (void **state)
{
    (void) state;
    call_trace_t trace;
    envelope_t envelope = envelope_of (KIND_REQUEST);
    uint8_t room [SPAN_TRACE_BYTES + SPAN_ID_BYTES];
    call_trace_init (&trace, &envelope, 0, 7);
    assert_null (call_trace_of_request (&trace, room));
    message_t *message = message_new (KIND_RESULT);
    call_trace_give (&trace, message, 30);
    assert_int_equal (message_spans (message).size, 0);
    message_destroy (&message);
    call_trace_deinit (&trace);
}

static void
what_nobody_looks_at_is_not_told (void **state)
{
    (void) state;
    call_trace_t trace;
    envelope_t envelope = a_request ();
    envelope.flags |= ENVELOPE_FLAG_UNTOLD;
    call_trace_init (&trace, &envelope, 0, 7);
    uint8_t room [ENVELOPE_TRACE_BYTES];
    assert_null (call_trace_of_request (&trace, room));
    message_t *message = message_new (KIND_RESULT);
    call_trace_give (&trace, message, 100);
    assert_int_equal (message_spans (message).size, 0);
    message_destroy (&message);
    call_trace_deinit (&trace);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_nobody_looks_at_is_not_told), cmocka_unit_test (a_retried_request_shows_each_attempt_and_the_wait_between),
        cmocka_unit_test (attempts_and_waits_say_which_request_they_are_of),
        cmocka_unit_test (an_answer_taken_from_another_call_links_to_its_attempt), cmocka_unit_test (a_call_without_a_trace_keeps_nothing),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
