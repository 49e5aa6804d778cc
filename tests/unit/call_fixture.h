//  A call of the admin port, by its spans: for the tests of call_tree and call_why. Include it after cmocka.h.

#ifndef CALL_FIXTURE_H
#define CALL_FIXTURE_H

#include "call_tree.h"

#include <stdlib.h>

typedef struct {
    yyjson_doc  *doc;
    call_tree_t *tree;
} call_fixture_t;

//  more: further members of the call, each with a comma before it; spans: the JSON objects.
static call_fixture_t
call_of (const char *more, const char *spans)
{
    call_fixture_t call;
    buffer_t json;
    buffer_init (&json, 4 << 20);
    buffer_printf (&json, "{\"number\":17,\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"tool\":\"describe_log_groups\","
                   "\"ended\":\"2026-11-22T23:05:07.042Z\",\"region\":\"eu-west-1\"%s,\"spans\":[%s]}", more, spans);
    assert_int_equal (json_read (buffer_slice (&json), JSON_DEPTH_MAX, &call.doc, NULL), STATUS_OK);
    call.tree = call_tree_new (yyjson_doc_get_root (call.doc));
    assert_non_null (call.tree);
    buffer_deinit (&json);
    return call;
}

static void
call_free (call_fixture_t *call)
{
    free (call->tree);
    yyjson_doc_free (call->doc);
}

//  A span: depth, name, kind, beginning and length in us, status, critical, and its attributes.
#define SPAN(depth, name, kind, start, length, status, critical, attributes)                                                                 \
    "{\"depth\":" #depth ",\"name\":\"" name "\",\"kind\":\"" #kind "\",\"start_us\":" #start ",\"duration_us\":" #length                     \
    ",\"status\":\"" #status "\",\"critical\":" #critical ",\"link\":null,\"attributes\":{" attributes "}}"

#define THROTTLED_ATTEMPT "\"error.type\":\"ThrottlingException\",\"http.response.status_code\":400,\"aws.request_id\":\"5176985d\""
#define SECOND_ATTEMPT    "\"http.request.resend_count\":1,\"cloudwatch_mcp.connect_us\":300,\"cloudwatch_mcp.first_byte_us\":30000,"         \
                          "\"aws.request_id\":\"d49900c9\""

//  200 ms, of which 100 ms were a wait after a throttled attempt.
#define RETRIED                                                                                                                             \
    SPAN (0, "tools/call describe_log_groups", SERVER, 0, 200000, OK, true, "") ","                                                           \
    SPAN (1, "queue logs", INTERNAL, 0, 20000, OK, true, "") ","                                                                              \
    SPAN (1, "send cw.logs", PRODUCER, 20000, 180000, OK, true, "") ","                                                                       \
    SPAN (2, "hop", INTERNAL, 20000, 300, OK, false, "") ","                                                                                  \
    SPAN (2, "process cw.logs", CONSUMER, 20000, 180000, OK, true, "") ","                                                                    \
    SPAN (3, "CloudWatchLogs.DescribeLogGroups", CLIENT, 20000, 10000, THROTTLED, true, THROTTLED_ATTEMPT) ","                                \
    SPAN (3, "backoff", INTERNAL, 30000, 100000, OK, true, "") ","                                                                            \
    SPAN (3, "CloudWatchLogs.DescribeLogGroups", CLIENT, 130000, 70000, OK, true, SECOND_ATTEMPT)
#define RETRIED_CALL ",\"status\":\"OK\",\"total_us\":200000,\"retries\":1,\"throttled\":1"

//  The first two of three requests at once were throttled, the second one first: which retry is whose only the ordinals say (2 to 4: 1 was another).
#define OF_REQUEST(n) "\"cloudwatch_mcp.request\":" #n
#define AGAIN(n)      OF_REQUEST (n) ",\"http.request.resend_count\":1"
#define AT_ONCE                                                                                                                             \
    SPAN (0, "tools/call search_log_events", SERVER, 0, 1000, OK, true, "") ","                                                               \
    SPAN (1, "L.Describe", CLIENT, 0, 0, OK, true, OF_REQUEST (1)) ","                                                                        \
    SPAN (1, "L.Filter", CLIENT, 0, 40, THROTTLED, false, OF_REQUEST (3)) ","                                                                 \
    SPAN (1, "L.Filter", CLIENT, 0, 50, THROTTLED, true, OF_REQUEST (2)) ","                                                                  \
    SPAN (1, "L.Filter", CLIENT, 0, 60, OK, false, OF_REQUEST (4)) ","                                                                        \
    SPAN (1, "backoff", INTERNAL, 40, 100, OK, false, OF_REQUEST (3)) ","                                                                     \
    SPAN (1, "backoff", INTERNAL, 50, 650, OK, true, OF_REQUEST (2)) ","                                                                      \
    SPAN (1, "L.Filter", CLIENT, 140, 100, OK, false, AGAIN (3)) ","                                                                          \
    SPAN (1, "L.Filter", CLIENT, 700, 300, OK, true, AGAIN (2))

#endif
