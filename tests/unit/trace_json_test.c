#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "trace_json.h"

static void
a_call_is_written_with_each_of_its_members (void **state)
{
    (void) state;
    buffer_t json;
    buffer_init (&json, 4096);
    trace_json_append_call (&json, &(ring_call_t) { .number = 17, .trace = { 0xab }, .tool = "search_logs", .service = "logs", .flags = 1,
        .status = STATUS_THROTTLED, .error = true, .ended_ms = 1763852707042, .total_us = 5, .throttled = 2, .account = "a\"b" });
    buffer_append_char (&json, 0);
    expect_part (json.data, "\"number\":17,\"trace_id\":\"ab000000000000000000000000000000\",\"tool\":\"search_logs\",\"service\":\"logs\","
                 "\"status\":\"THROTTLED\",\"error\":true,\"shared\":false,\"sampled\":true,\"ended\":\"2025-11-22T23:05:07.042Z\",\"total_us\":5,");
    expect_part (json.data, "\"throttled\":2,\"account\":\"a\\\"b\",\"region\":\"\"");
    buffer_deinit (&json);
}

static void
a_span_is_written_with_its_place_in_the_tree (void **state)
{
    (void) state;
    static const uint8_t ID [SPAN_ID_BYTES] = { 1 }, PARENT [SPAN_ID_BYTES] = { 2 }, TRACE [SPAN_TRACE_BYTES] = { 3 };
    span_t span;
    buffer_t json;
    buffer_init (&json, 4096);
    span_init (&span, SPAN_CLIENT, ID, PARENT, SLICE ("CloudWatchLogs.FilterLogEvents"));
    span_set_times (&span, 400, 21400);
    span_set_link (&span, TRACE, PARENT);
    span_set_text (&span, SPAN_KEY_AWS_REQUEST_ID, SLICE ("r-1"));
    span_set_number (&span, SPAN_KEY_HTTP_STATUS, 200);
    trace_json_append_span (&json, &span, 3, true);
    buffer_append_char (&json, 0);
    assert_string_equal (json.data,
        "{\"id\":\"0100000000000000\",\"parent\":\"0200000000000000\",\"depth\":3,\"name\":\"CloudWatchLogs.FilterLogEvents\",\"kind\":\"CLIENT\","
        "\"start_us\":400,\"duration_us\":21000,\"status\":\"OK\",\"critical\":true,\"link\":{\"trace_id\":"
        "\"03000000000000000000000000000000\",\"span_id\":\"0200000000000000\"},\"attributes\":{\"aws.request_id\":\"r-1\","
        "\"http.response.status_code\":200}}");
    buffer_deinit (&json);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_call_is_written_with_each_of_its_members), cmocka_unit_test (a_span_is_written_with_its_place_in_the_tree),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
