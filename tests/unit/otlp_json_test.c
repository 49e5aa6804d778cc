#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json.h"
#include "otlp_json.h"

#include "ended_call.h"
#include "expect.h"

//  A request of one call's spans; checked to be JSON, ended by a zero byte.
static void
write_request (ended_call_t *ended, slice_t tracestate, size_t count, buffer_t *out)
{
    yyjson_doc *doc = NULL;
    buffer_init (out, 256 * 1024);
    otlp_json_begin (SLICE ("[]"), out);
    assert_int_equal (otlp_json_spans (&ended->call, ended_call_frame (ended, tracestate), out), count);
    otlp_json_end (out);
    assert_int_equal (json_read (buffer_slice (out), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    yyjson_doc_free (doc);
    buffer_append_char (out, 0);
}

static void
times_are_those_of_the_calls_end_less_what_it_took (void **state)
{
    (void) state;
    ended_call_t ended;
    buffer_t out;
    ended_call_init (&ended, "brief", STATUS_OK);
    span_t span = ended_call_span (&ended, SPAN_CLIENT, "CloudWatchLogs.DescribeLogGroups");
    span_set_number (&span, SPAN_KEY_DNS_US, 50);
    span_set_number (&span, SPAN_KEY_FIRST_BYTE_US, 9999);      //  More than it took in all
    spans_add (&ended.spans, &span);
    write_request (&ended, SLICE_ABSENT, 2, &out);
    expect_part (out.data, "\"kind\":2,\"name\":\"tools/call brief\","
                 "\"startTimeUnixNano\":\"1795388707040000000\",\"endTimeUnixNano\":\"1795388707042000000\"");
    expect_part (out.data, "\"startTimeUnixNano\":\"1795388707040100000\",\"endTimeUnixNano\":\"1795388707040600000\"");
    expect_part (out.data, "\"events\":[{\"name\":\"dns\",\"timeUnixNano\":\"1795388707040150000\"},"
                 "{\"name\":\"first_byte\",\"timeUnixNano\":\"1795388707040600000\"}]");
    expect_part (out.data, "{\"key\":\"cloudwatch_mcp.dns_us\",\"value\":{\"intValue\":\"50\"}}");
    expect_no_part (out.data, "status");
    expect_no_part (out.data, "traceState");
    buffer_deinit (&out);
    ended_call_deinit (&ended);
}

static void
the_root_tells_of_its_parent_and_carries_the_clients_state (void **state)
{
    (void) state;
    ended_call_t ended;
    buffer_t out;
    ended_call_init (&ended, "brief", STATUS_THROTTLED);
    ended.root.status = STATUS_THROTTLED;
    write_request (&ended, SLICE_ABSENT, 1, &out);
    expect_part (out.data, "\"spanId\":\"cd00000000000000\",\"flags\":257,");
    expect_no_part (out.data, "parentSpanId");
    expect_part (out.data, "\"status\":{\"code\":2,\"message\":\"AWS asked us to slow down\"}");
    buffer_deinit (&out);
    ended.root.parent [0] = 0xef;
    span_set_link (&ended.root, ended.call.trace, ended.root.parent);
    write_request (&ended, SLICE ("vendor=\"1\""), 1, &out);
    expect_part (out.data, "\"parentSpanId\":\"ef00000000000000\",\"traceState\":\"vendor=\\\"1\\\"\",\"flags\":769,");
    expect_part (out.data, "\"links\":[{\"traceId\":\"ab000000000000000000000000000000\",\"spanId\":\"ef00000000000000\"}]");
    buffer_deinit (&out);
    ended_call_deinit (&ended);
}

static void
a_frame_gives_what_is_new_and_what_is_before_a_break (void **state)
{
    (void) state;
    ended_call_t ended;
    buffer_t out;
    buffer_init (&out, 64 * 1024);
    ended_call_init (&ended, "brief", STATUS_OK);
    span_t span = ended_call_span (&ended, SPAN_INTERNAL, "encode");
    spans_add (&ended.spans, &span);
    slice_t frame = ended_call_frame (&ended, SLICE_ABSENT);
    ended.call.taken = 1;
    assert_int_equal (otlp_json_spans (&ended.call, frame, &out), 1);
    buffer_append_char (&out, 0);
    expect_no_part (out.data, "tools/call");
    ended.call.taken = 2;
    assert_int_equal (otlp_json_spans (&ended.call, frame, &out), 0);
    ended.call.taken = 0;
    frame.size--;
    assert_int_equal (otlp_json_spans (&ended.call, frame, &out), 1);
    assert_int_equal (otlp_json_spans (&ended.call, SLICE ("\xc1"), &out), 0);
    buffer_deinit (&out);
    ended_call_deinit (&ended);
}

static void
an_answer_says_how_many_were_rejected_or_nothing (void **state)
{
    (void) state;
    static const struct { const char *answer; size_t rejected; const char *reason; } ROWS [] = {
        { "{}", 0, "" }, { "", 0, "" }, { "no JSON", 0, "" }, { "[]", 0, "" }, { "{\"partialSuccess\":{}}", 0, "" },
        { "{\"partialSuccess\":{\"rejectedSpans\":\"12\",\"errorMessage\":\"too old\"}}", 12, "too old" },
        { "{\"partialSuccess\":{\"rejectedSpans\":3,\"errorMessage\":\"a text that is too long for the room\"}}", 3, "a text that is " },
        { "{\"partialSuccess\":{\"rejectedSpans\":-3}}", 0, "" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        char reason [16];
        assert_int_equal (otlp_json_rejected (slice_of (ROWS [i].answer), reason, sizeof reason), ROWS [i].rejected);
        assert_string_equal (reason, ROWS [i].reason);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (times_are_those_of_the_calls_end_less_what_it_took),
        cmocka_unit_test (the_root_tells_of_its_parent_and_carries_the_clients_state),
        cmocka_unit_test (a_frame_gives_what_is_new_and_what_is_before_a_break), cmocka_unit_test (an_answer_says_how_many_were_rejected_or_nothing),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
