#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "spans.h"

#include "pack.h"

static const uint8_t ID [SPAN_ID_BYTES] = { 1, 2, 3 }, PARENT [SPAN_ID_BYTES] = { 4 }, TRACE [SPAN_TRACE_BYTES] = { 5 };

static span_t
a_span (void)
{
    span_t span;
    span_init (&span, SPAN_CLIENT, ID, PARENT, SLICE ("CloudWatchLogs.FilterLogEvents"));
    span_set_times (&span, 100, 350);
    span.status = STATUS_THROTTLED;
    span_set_text (&span, SPAN_KEY_AWS_REQUEST_ID, SLICE ("r-1"));
    span_set_number (&span, SPAN_KEY_HTTP_STATUS, 400);
    span_set_link (&span, TRACE, PARENT);
    return span;
}

static void
a_span_is_read_as_it_was_written_and_moved (void **state)
{
    (void) state;
    span_t span = a_span (), back;
    spans_t spans;
    buffer_t worker, frame;
    spans_reader_t reader;
    buffer_init (&worker, 64 * 1024);
    buffer_init (&frame, 64 * 1024);
    spans_init (&spans, SPANS_BYTES_MAX);
    spans_add (&spans, &span);
    spans_write (&spans, NULL, SLICE ("a=1"), &worker);
    spans_deinit (&spans);
    assert_int_equal (spans_open (&reader, buffer_slice (&worker)), STATUS_OK);
    assert_true (slice_is (reader.tracestate, "a=1"));

    spans_init (&spans, SPANS_BYTES_MAX);
    spans_add_moved (&spans, 1000, spans_body (&reader));
    spans_add (&spans, &span);
    spans_write (&spans, &span, SLICE_ABSENT, &frame);
    assert_int_equal (spans_open (&reader, buffer_slice (&frame)), STATUS_OK);
    assert_int_equal (spans_next (&reader, &back), STATUS_OK);
    assert_int_equal (back.start_us, 100);
    assert_int_equal (spans_next (&reader, &back), STATUS_OK);
    assert_int_equal (back.start_us, 1100);
    assert_int_equal (back.duration_us, 250);
    assert_int_equal (back.status, STATUS_THROTTLED);
    assert_int_equal (back.kind, SPAN_CLIENT);
    assert_string_equal (back.name, "CloudWatchLogs.FilterLogEvents");
    assert_memory_equal (back.id, ID, sizeof ID);
    assert_memory_equal (back.parent, PARENT, sizeof PARENT);
    assert_memory_equal (back.link_trace, TRACE, sizeof TRACE);
    assert_true (slice_is (span_text (&back, SPAN_KEY_AWS_REQUEST_ID), "r-1"));
    assert_int_equal (span_number (&back, SPAN_KEY_HTTP_STATUS, 0), 400);
    assert_true (slice_is (span_text (&back, SPAN_KEY_RPC_SYSTEM), "aws-api"));
    assert_true (slice_is (span_text (&back, SPAN_KEY_RPC_METHOD), "CloudWatchLogs/FilterLogEvents"));
    assert_int_equal (spans_next (&reader, &back), STATUS_OK);
    assert_int_equal (back.start_us, 100);              //  Behind what was moved, and not moved itself
    assert_int_equal (spans_next (&reader, &back), STATUS_AGAIN);
    spans_deinit (&spans);
    buffer_deinit (&worker);
    buffer_deinit (&frame);
}

static void
what_finds_no_room_is_counted (void **state)
{
    (void) state;
    span_t span = a_span (), back;
    spans_t spans;
    buffer_t frame;
    spans_reader_t reader;
    buffer_init (&frame, 64 * 1024);
    spans_init (&spans, 500);
    for (int i = 0; i < 10; i++)
        spans_add (&spans, &span);
    assert_true (spans.count > 0 && spans.dropped > 0);
    assert_int_equal (spans.count + spans.dropped, 10);
    spans_write (&spans, NULL, SLICE_ABSENT, &frame);
    assert_int_equal (spans_open (&reader, buffer_slice (&frame)), STATUS_OK);
    assert_int_equal (reader.dropped, spans.dropped);
    for (uint32_t i = 0; i < spans.count; i++)
        assert_int_equal (spans_next (&reader, &back), STATUS_OK);
    assert_int_equal (spans_next (&reader, &back), STATUS_AGAIN);
    spans_deinit (&spans);
    buffer_deinit (&frame);
}

static void
every_cut_of_a_frame_is_refused_or_ends_early (void **state)
{
    (void) state;
    span_t span = a_span (), back;
    buffer_t frame;
    buffer_init (&frame, 64 * 1024);
    spans_write (NULL, &span, SLICE ("a=1"), &frame);
    for (size_t size = 1; size < frame.size; size++) {
        spans_reader_t reader;
        status_t status = spans_open (&reader, (slice_t) { frame.data, size });
        while (status == STATUS_OK)
            status = spans_next (&reader, &back);
        assert_true (status == STATUS_MALFORMED || status == STATUS_AGAIN);
    }
    buffer_deinit (&frame);
}

static void
a_duration_that_cannot_be_is_malformed (void **state)
{
    (void) state;
    static const int64_t DAY_US = 86400LL * 1000 * 1000;
    static const struct { span_key_t key; int64_t number; status_t status; } ROWS [] = {
        { SPAN_KEY_DNS_US, 0, STATUS_OK }, { SPAN_KEY_TLS_US, DAY_US, STATUS_OK }, { SPAN_KEY_TLS_US, DAY_US + 1, STATUS_MALFORMED },
        { SPAN_KEY_FIRST_BYTE_US, INT64_MAX, STATUS_MALFORMED }, { SPAN_KEY_CONNECT_US, -1, STATUS_MALFORMED },
        { SPAN_KEY_SERVICE_US, INT64_MIN, STATUS_MALFORMED }, { SPAN_KEY_BODY_BYTES, INT64_MAX, STATUS_OK },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        span_t span, back;
        buffer_t frame;
        spans_reader_t reader;
        span_init (&span, SPAN_CLIENT, ID, PARENT, SLICE ("CloudWatchLogs.FilterLogEvents"));
        span_set_number (&span, ROWS [i].key, ROWS [i].number);
        buffer_init (&frame, 64 * 1024);
        spans_write (NULL, &span, SLICE_ABSENT, &frame);
        assert_int_equal (spans_open (&reader, buffer_slice (&frame)), STATUS_OK);
        assert_int_equal (spans_next (&reader, &back), ROWS [i].status);
        buffer_deinit (&frame);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_span_is_read_as_it_was_written_and_moved), cmocka_unit_test (what_finds_no_room_is_counted),
        cmocka_unit_test (a_duration_that_cannot_be_is_malformed),
        cmocka_unit_test (every_cut_of_a_frame_is_refused_or_ends_early),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
