#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mcp_fixture.h"

#define CAPABILITIES_HERE "{\"tools\":{},\"prompts\":{},\"resources\":{},\"completions\":{}}"

//  --- What is no message, or none that we take

static void
what_cannot_be_read_is_refused_without_an_id (void **state)
{
    fixture_t *self = *state;
    static const char *const TEXTS [] = { "", " ", "{", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} x", "\"\xff\"", "nope", "{'id':1}" };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS [0]; i++) {
        assert_null (send_as (self, NULL, NULL, NULL, TEXTS [i]));
        expect (self, 400, ERROR_WITHOUT_ID ("-32700") ",\"message\":\"Parse error: the message is not JSON in UTF-8.\"}}");
    }
}

static void
what_is_no_request_is_invalid (void **state)
{
    fixture_t *self = *state;
    static const struct {
        const char *text, *answer;
    } MESSAGES [] = {
        { "17", ERROR_WITHOUT_ID ("-32600") },
        { "[]", ERROR_WITHOUT_ID ("-32600") },
        { "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", ERROR_WITHOUT_ID ("-32600") },
        { "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}", ERROR_WITHOUT_ID ("-32600") },
        { "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}", ERROR_WITHOUT_ID ("-32600") },
        { "{\"jsonrpc\":\"2.0\",\"id\":[],\"method\":\"ping\"}", ERROR_WITHOUT_ID ("-32600") },
        { "{\"id\":7,\"method\":\"ping\"}", "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32600" },
        { "{\"jsonrpc\":\"2.0\",\"id\":7}", "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32600" },
        { "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]", ERROR_WITHOUT_ID ("-32600") },
    };
    for (size_t i = 0; i < sizeof MESSAGES / sizeof MESSAGES [0]; i++) {
        send_as (self, NULL, NULL, NULL, MESSAGES [i].text);
        expect_start (self, 400, MESSAGES [i].answer);
    }
}

static void
responses_are_taken_from_old_clients_and_refused_to_new_ones (void **state)
{
    fixture_t *self = *state;
    send_as (self, "2025-11-25", NULL, NULL, RESULT "}}");
    expect (self, 202, "");
    send_as (self, MODERN, NULL, NULL, RESULT "}}");
    expect_start (self, 400, ERROR_WITHOUT_ID ("-32600"));       //  Not with the id of a request of ours that never was
}

static void
errors_of_headers_come_with_their_status_and_data (void **state)
{
    fixture_t *self = *state;
    send_as (self, MODERN, "tools/call", NULL, REQUEST ("tools/list", META (MODERN)));
    expect (self, 400, ERROR ("-32020") ",\"message\":\"Header mismatch: Mcp-Method 'tools/call' does not match "
                       "body 'tools/list'\"}}");
    send_as (self, "1900-01-01", "tools/list", NULL, REQUEST ("tools/list", META ("1900-01-01")));
    expect (self, 400, ERROR ("-32022") ",\"message\":\"Unsupported protocol version\",\"data\":{\"supported\":"
                       "[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\"],\"requested\":\"1900-01-01\"}}}");
    send_as (self, MODERN, "tools/list", NULL, REQUEST ("tools/list", ""));
    expect_start (self, 400, ERROR ("-32602") ",\"message\":\"Missing required _meta field: io.model");
    send_as (self, "1900-01-01", NULL, NULL, REQUEST ("tools/list", ""));
    expect_start (self, 400, ERROR ("-32000") ",\"message\":\"Bad Request: Unsupported protocol version");
}

static void
notifications_are_answered_by_nothing (void **state)
{
    fixture_t *self = *state;
    static const char *const METHODS [] = {
        NOTIFICATION ("notifications/initialized", ""), "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
        NOTIFICATION ("notifications/cancelled", "\"requestId\":1"), NOTIFICATION ("tools/call", "\"name\":\"brief\""),
        NOTIFICATION ("notifications/unheard_of", META (MODERN)), NOTIFICATION ("notifications/cancelled", META ("1900-01-01")),
    };
    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS [0]; i++) {
        assert_null (send_as (self, NULL, NULL, NULL, METHODS [i]));
        expect (self, 202, "");
    }
    send_as (self, "1900-01-01", NULL, NULL, NOTIFICATION ("notifications/initialized", ""));
    expect_start (self, 400, ERROR_WITHOUT_ID ("-32000"));
    send_with (self, NOTIFICATION ("notifications/initialized", ""), &(era_headers_t) { .has_headers = false, .version = SLICE ("1900-01-01") });
    expect (self, 202, "");                         //  Nobody there to be told
}

//  --- The older revisions

static void
initialize_says_what_is_here (void **state)
{
    fixture_t *self = *state;
    static const char *const VERSIONS [] [3] = {
        { INITIALIZE ("2025-03-26"), "2025-03-26" }, { INITIALIZE ("2025-06-18"), "2025-06-18" }, { INITIALIZE ("2025-11-25"), "2025-11-25" },
        { INITIALIZE ("2026-07-28"), "2025-11-25" }, { INITIALIZE ("what"), "2025-11-25" },
    };
    for (size_t i = 0; i < sizeof VERSIONS / sizeof VERSIONS [0]; i++) {
        char start [256];
        snprintf (start, sizeof start, RESULT "\"protocolVersion\":\"%s\",\"capabilities\":" CAPABILITIES_HERE ",\"serverInfo\":"
                  SERVER_INFO ",\"instructions\":\"", VERSIONS [i] [1]);
        send_as (self, NULL, NULL, NULL, VERSIONS [i] [0]);
        expect_start (self, 200, start);
    }
}

static void
ping_is_answered_whenever_it_comes (void **state)
{
    fixture_t *self = *state;
    send_as (self, NULL, NULL, NULL, "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"ping\"}");
    expect (self, 200, "{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":{}}");
    send_as (self, "2025-11-25", NULL, NULL, "{\"method\":\"ping\",\"params\":{},\"id\":\"\\u00e9\",\"jsonrpc\":\"2.0\"}");
    expect (self, 200, "{\"jsonrpc\":\"2.0\",\"id\":\"\xc3\xa9\",\"result\":{}}");
    send_as (self, NULL, NULL, NULL, "{\"jsonrpc\":\"2.0\",\"id\":18446744073709551615,\"method\":\"ping\"}");
    expect (self, 200, "{\"jsonrpc\":\"2.0\",\"id\":18446744073709551615,\"result\":{}}");
}

static void
a_method_that_is_not_of_the_revision_does_not_exist (void **state)
{
    fixture_t *self = *state;
    static const char *const LEGACY [] = {
        REQUEST ("server/discover", ""), REQUEST ("resources/subscribe", ""), REQUEST ("logging/setLevel", ""), REQUEST ("TOOLS/LIST", ""),
        REQUEST ("", "") };
    for (size_t i = 0; i < sizeof LEGACY / sizeof LEGACY [0]; i++) {
        send_as (self, "2025-11-25", NULL, NULL, LEGACY [i]);
        expect_start (self, 200, ERROR ("-32601") ",\"message\":\"Method not found: ");
    }
    static const char *const MODERN_ONES [] [2] = {
        { "ping", REQUEST ("ping", META (MODERN)) }, { "initialize", REQUEST ("initialize", META (MODERN)) },
        { "logging/setLevel", REQUEST ("logging/setLevel", META (MODERN)) },
        { "resources/subscribe", REQUEST ("resources/subscribe", META (MODERN)) },
        { "subscriptions/listen", REQUEST ("subscriptions/listen", META (MODERN)) }, { "PROMPTS/LIST", REQUEST ("PROMPTS/LIST", META (MODERN)) },
    };
    for (size_t i = 0; i < sizeof MODERN_ONES / sizeof MODERN_ONES [0]; i++) {
        send_as (self, MODERN, MODERN_ONES [i] [0], NULL, MODERN_ONES [i] [1]);
        expect_start (self, 404, ERROR ("-32601") ",\"message\":\"Method not found: ");
    }
}

//  --- The lists

static void
discover_says_what_is_here (void **state)
{
    fixture_t *self = *state;
    send_as (self, MODERN, "server/discover", NULL, REQUEST ("server/discover", META (MODERN)));
    expect_start (self, 200, RESULT "\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\",\"2025-11-25\","
                  "\"2025-06-18\",\"2025-03-26\"],\"capabilities\":" CAPABILITIES_HERE ",\"instructions\":\"");
    assert_true (says (self, "\",\"ttlMs\":3600000,\"cacheScope\":\"public\"," SERVER_META "}}"));
}

static void
the_list_of_tools_is_that_of_the_revision (void **state)
{
    fixture_t *self = *state;
    send_as (self, MODERN, "tools/list", NULL, REQUEST ("tools/list", META (MODERN)));
    expect_start (self, 200, RESULT "\"resultType\":\"complete\",");
    assert_true (says (self, "\"ttlMs\"") && says (self, "\"outputSchema\"") && says (self, "\"title\":\"The brief one\""));
    send_as (self, "2025-06-18", NULL, NULL, REQUEST ("tools/list", "\"cursor\":null"));
    expect_start (self, 200, RESULT "\"tools\":[{\"name\":\"brief\",\"title\"");
    assert_true (says (self, "\"outputSchema\"") && !says (self, "resultType") && !says (self, "ttlMs"));
    send_as (self, NULL, NULL, NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
    expect_start (self, 200, RESULT "\"tools\":[{\"name\":\"brief\",\"description\"");
    assert_false (says (self, "outputSchema") || says (self, "\"title\"") || says (self, "hidden"));
}

static void
there_is_no_second_page (void **state)
{
    fixture_t *self = *state;
    send_as (self, NULL, NULL, NULL, REQUEST ("tools/list", "\"cursor\":\"b2Zmc2V0PTUw\""));
    expect_start (self, 200, ERROR ("-32602") ",\"message\":\"cursor ");
}

//  --- Calls that are wrong

static void
a_tool_that_does_not_exist_is_a_protocol_error (void **state)
{
    fixture_t *self = *state;
    send_as (self, MODERN, "tools/call", "breif", REQUEST ("tools/call", "\"name\":\"breif\"," META (MODERN)));
    expect (self, 200, ERROR ("-32602") ",\"message\":\"Unknown tool: breif; did you mean brief?\"}}");
    send_as (self, NULL, NULL, NULL, REQUEST ("tools/call", "\"name\":\"hidden\""));
    expect (self, 200, ERROR ("-32602") ",\"message\":\"Unknown tool: hidden\"}}");
    static const char *const NAMELESS [] = {
        REQUEST ("tools/call", ""), REQUEST ("tools/call", "\"name\":7"), "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}" };
    for (size_t i = 0; i < 3; i++) {
        send_as (self, NULL, NULL, NULL, NAMELESS [i]);
        expect_start (self, 200, ERROR ("-32602") ",\"message\":\"params.name is missing");
    }
}

static void
arguments_that_are_no_object_are_a_protocol_error (void **state)
{
    fixture_t *self = *state;
    static const char *const ARGUMENTS [] = {
        REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":[]"), REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":\"x\""),
        REQUEST ("tools/call", "\"arguments\":0,\"name\":\"brief\"") };
    for (size_t i = 0; i < 3; i++) {
        send_as (self, NULL, NULL, NULL, ARGUMENTS [i]);
        expect_start (self, 200, ERROR ("-32602") ",\"message\":\"params.arguments must be an object");
    }
}

static void
arguments_that_are_wrong_are_a_result_for_the_model (void **state)
{
    fixture_t *self = *state;
    desk_ready_worker (self->desk, 1);
    assert_null (send_as (self, "2025-11-25", NULL, NULL, REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":{\"wrod\":\"x\"}")));
    expect_start (self, 200, RESULT "\"content\":[{\"type\":\"text\",\"text\":\"`wrod` is not an argument of brief; did you "
                             "mean `word`?");
    assert_true (says (self, "}],\"isError\":true}}"));
    assert_int_equal (dispatch_counts (self->desk->dispatch).calls, 0);
}

//  --- Calls that go to a worker

static mcp_call_t *
call_brief (fixture_t *self)
{
    mcp_call_t *call = send_as (self, "2025-11-25", NULL, NULL, REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":{}"));
    assert_non_null (call);
    return call;
}

static void
a_call_takes_its_arguments_to_the_worker (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 1);
    send_as (self, NULL, NULL, NULL, REQUEST ("tools/call",
             "\"arguments\":{\"region\":\"eu-west-1\",\"word\":\"x\",\"account\":\"prod\"},\"name\":\"brief\","
             "\"_meta\":{\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"}"));
    assert_int_equal (worker->has_count, 1);
    const envelope_t *envelope = &worker->has [0]->envelope;
    assert_string_equal (envelope->account, "prod");
    assert_string_equal (envelope->region, "eu-west-1");
    assert_int_equal (envelope->budget_ms, CALL_DEADLINE_MS - DISPATCH_GRACE_MS);
    assert_memory_equal (envelope->traceparent, "\x4b\xf9\x2f\x35\x77\xb3\x4d\xa6\xa3\xce\x92\x9d\x0e\x0e\x47\x36", 16);
    slice_t body = message_body (worker->has [0]);
    assert_true (slice_is (argument_text (body, "word"), "x"));
    assert_int_equal (argument_int (body, "max_bytes", 0), 65536);
}

static void
absent_arguments_are_none (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    assert_non_null (send_as (self, NULL, NULL, NULL, REQUEST ("tools/call", "\"name\":\"brief\"")));
    assert_non_null (send_as (self, NULL, NULL, NULL, REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":null")));
    assert_int_equal (worker->has_count, 1);            //  The same call
    assert_int_equal (dispatch_counts (self->desk->dispatch).shared, 1);
}

static void
its_result_is_that_of_the_revision (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 1);
#define CONTENT "\"content\":[{\"type\":\"text\",\"text\":\"{\\\"word\\\":\\\"\\\\n\\\"}\"}]"
#define STRUCTURED ",\"structuredContent\":{\"word\":\"\\n\"}"
    static const struct {
        const char *version, *body, *answer;
    } CALLS [] = {
        { NULL, REQUEST ("tools/call", "\"name\":\"brief\""), RESULT CONTENT ",\"isError\":false}}" },
        { "2025-06-18", REQUEST ("tools/call", "\"name\":\"brief\""), RESULT CONTENT STRUCTURED ",\"isError\":false}}" },
        { "2025-11-25", REQUEST ("tools/call", "\"name\":\"brief\""), RESULT CONTENT STRUCTURED ",\"isError\":false}}" },
        { MODERN, REQUEST ("tools/call", "\"name\":\"brief\"," META (MODERN)),
          RESULT "\"resultType\":\"complete\"," SERVER_META "," CONTENT STRUCTURED ",\"isError\":false}}" },
    };
    for (size_t i = 0; i < sizeof CALLS / sizeof CALLS [0]; i++) {
        assert_non_null (send_as (self, CALLS [i].version, "tools/call", "brief", CALLS [i].body));
        assert_int_equal (mcp_waiting (self->mcp), 1);
        worker_answer (worker, worker->has [0]->envelope.id, "{\"word\":\"\\n\"}");
        expect (self, 200, CALLS [i].answer);
        assert_int_equal (mcp_waiting (self->mcp), 0);
    }
    assert_int_equal (mcp_counts (self->mcp).calls, 4);
}

static void
what_goes_wrong_is_a_result_for_the_model (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 1);
    call_brief (self);
    worker_fault (worker, worker->has [0]->envelope.id, STATUS_THROTTLED, "AWS is \"busy\".");
    expect_start (self, 200, RESULT "\"content\":[{\"type\":\"text\",\"text\":\"AWS is \\\"busy\\\". trace ");
    assert_true (says (self, "\"}],\"isError\":true}}"));

    call_brief (self);
    desk_pass (self->desk, CALL_DEADLINE_MS);
    assert_true (says (self, "brief did not finish within 20 s.") && says (self, "\"isError\":true"));
    assert_int_equal (self->answer.http_status, 200);

    worker_say (worker, KIND_BYE, 0);
    desk_turn (self->desk);
    assert_null (send_as (self, NULL, NULL, NULL, REQUEST ("tools/call", "\"name\":\"brief\"")));
    assert_true (says (self, "no logs worker is running") && says (self, "\"isError\":true"));
    assert_int_equal (self->answer.http_status, 200);
}

static void
answers_find_their_questions_in_any_order (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 2);
    answer_t answers [2] = { { 0 } };
    static const char *const BODIES [] = {
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"tools/call\",\"params\":{\"name\":\"brief\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"0\",\"method\":\"tools/call\",\"params\":{\"name\":\"once\"}}" };
    for (int i = 0; i < 2; i++)
        mcp_receive (self->mcp, slice_of (BODIES [i]), &(era_headers_t) { 0 }, &(mcp_sink_t) { .answer = answered, .arg = &answers [i] });
    desk_turn (self->desk);
    assert_string_equal (worker->has [1]->envelope.tool, "once");
    worker_answer (worker, worker->has [1]->envelope.id, "{\"word\":\"second\"}");
    assert_int_equal (answers [0].count, 0);
    assert_non_null (strstr (answers [1].text, "{\"jsonrpc\":\"2.0\",\"id\":\"0\",\"result\":"));
    worker_answer (worker, worker->has [0]->envelope.id, "{\"word\":\"first\"}");
    assert_non_null (strstr (answers [0].text, "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":"));
    assert_non_null (strstr (answers [0].text, "first"));
    free (answers [0].text);
    free (answers [1].text);
}

static void
a_cancelled_call_is_not_answered (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 1);
    mcp_call_t *call = call_brief (self);
    mcp_cancel (&call);
    assert_null (call);
    mcp_cancel (&call);
    desk_turn (self->desk);
    assert_int_equal (worker->heard [KIND_CANCEL], 1);
    assert_int_equal (mcp_waiting (self->mcp), 0);
    worker_answer (worker, worker->cancelled, "{}");
    assert_int_equal (self->answer.count, 0);
}

static void
progress_is_told_to_who_asked (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 2);
    mcp_call_t *call = send_as (self, NULL, NULL, NULL, REQUEST ("tools/call", "\"name\":\"brief\",\"_meta\":{\"progressToken\":\"p\"}"));
    assert_true (mcp_tells (call));
    uint64_t id = worker->has [0]->envelope.id;
    worker_progress (worker, id, 1);
    worker_progress (worker, id, 3);
    assert_int_equal (self->answer.notifications, 2);
    assert_string_equal (self->answer.notification, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{"
                         "\"progressToken\":\"p\",\"progress\":3,\"total\":10,\"message\":\"so far\"}}");
    worker_progress (worker, id, 2);
    assert_int_equal (self->answer.notifications, 2);
    worker_answer (worker, id, "{}");
    assert_int_equal (self->answer.count, 1);

    call = call_brief (self);
    assert_false (mcp_tells (call));
    worker_progress (worker, worker->has [0]->envelope.id, 1);
    assert_int_equal (self->answer.notifications, 0);
}

static void
a_notification_cancels_nothing_where_there_are_many_clients (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 1);
    mcp_call_t *call = call_brief (self);
    send_as (self, NULL, NULL, NULL, NOTIFICATION ("notifications/cancelled", "\"requestId\":1"));
    expect (self, 202, "");
    assert_int_equal (worker->heard [KIND_CANCEL], 0);
    mcp_cancel (&call);
}

//  --- One client, whose every message comes to this engine

static int
begin_alone (void **state)
{
    return begin_with (state, true);
}

static mcp_call_t *
send_alone (fixture_t *self, const char *body)
{
    return send_with (self, body, &(era_headers_t) { 0 });
}

static void
the_only_client_is_spoken_to_as_was_agreed (void **state)
{
    fixture_t *self = *state;
    static const char LIST [] = REQUEST ("tools/list", "");
    send_alone (self, LIST);
    assert_true (says (self, "\"outputSchema\""));              //  Nothing was agreed yet
    send_alone (self, INITIALIZE ("2025-03-26"));
    send_alone (self, LIST);
    assert_false (says (self, "\"outputSchema\""));
    send_alone (self, REQUEST ("tools/list", META (MODERN)));   //  This one says itself what it is
    expect_start (self, 200, RESULT "\"resultType\":\"complete\",");
    send_alone (self, INITIALIZE ("2025-06-18"));
    send_alone (self, LIST);
    assert_true (says (self, "\"outputSchema\"") && !says (self, "ttlMs"));
}

static void
the_only_client_takes_a_request_back_by_its_id (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 2);
    answer_t answers [2] = { { 0 } };
    static const char *const CALLS [] = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"brief\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"tools/call\",\"params\":{\"name\":\"once\"}}" };
    for (int i = 0; i < 2; i++) {
        mcp_sink_t sink = sink_of (&answers [i]);
        assert_non_null (mcp_receive (self->mcp, slice_of (CALLS [i]), &(era_headers_t) { 0 }, &sink));
    }
    desk_turn (self->desk);
    uint64_t text_id = worker->has [1]->envelope.id;
    static const char *const OTHERS [] = {
        NOTIFICATION ("notifications/cancelled", ""), NOTIFICATION ("notifications/cancelled", "\"requestId\":2"),
        NOTIFICATION ("notifications/cancelled", "\"requestId\":null"), NOTIFICATION ("notifications/cancelled", "\"requestId\":[1]"),
        NOTIFICATION ("notifications/other", "\"requestId\":1"), "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}" };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++) {
        send_alone (self, OTHERS [i]);
        expect (self, 202, "");
    }
    assert_int_equal (mcp_waiting (self->mcp), 2);
    send_alone (self, NOTIFICATION ("notifications/cancelled", "\"requestId\":\"1\",\"reason\":\"user\""));
    assert_int_equal (answers [0].cancellations, 0);
    assert_int_equal (answers [1].cancellations, 1);
    assert_int_equal (worker->cancelled, text_id);
    send_alone (self, NOTIFICATION ("notifications/cancelled", "\"requestId\":1," META (MODERN)));
    assert_int_equal (answers [0].cancellations, 1);
    assert_int_equal (mcp_waiting (self->mcp), 0);
    assert_int_equal (answers [0].count + answers [1].count, 0);
}

static void
the_end_of_the_engine_cancels_what_waits (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 2);
    call_brief (self);
    call_brief (self);                  //  Follows the first
    send_as (self, NULL, NULL, NULL, REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":{\"word\":\"another\"}"));
    mcp_destroy (&self->mcp);
    desk_turn (self->desk);
    assert_int_equal (worker->heard [KIND_CANCEL], 2);
    assert_int_equal (dispatch_waiting (self->desk->dispatch), 0);
    assert_int_equal (self->answer.count, 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (what_cannot_be_read_is_refused_without_an_id, begin, end),
        cmocka_unit_test_setup_teardown (what_is_no_request_is_invalid, begin, end),
        cmocka_unit_test_setup_teardown (responses_are_taken_from_old_clients_and_refused_to_new_ones, begin, end),
        cmocka_unit_test_setup_teardown (errors_of_headers_come_with_their_status_and_data, begin, end),
        cmocka_unit_test_setup_teardown (notifications_are_answered_by_nothing, begin, end),
        cmocka_unit_test_setup_teardown (initialize_says_what_is_here, begin, end),
        cmocka_unit_test_setup_teardown (ping_is_answered_whenever_it_comes, begin, end),
        cmocka_unit_test_setup_teardown (a_method_that_is_not_of_the_revision_does_not_exist, begin, end),
        cmocka_unit_test_setup_teardown (discover_says_what_is_here, begin, end),
        cmocka_unit_test_setup_teardown (the_list_of_tools_is_that_of_the_revision, begin, end),
        cmocka_unit_test_setup_teardown (there_is_no_second_page, begin, end),
        cmocka_unit_test_setup_teardown (a_tool_that_does_not_exist_is_a_protocol_error, begin, end),
        cmocka_unit_test_setup_teardown (arguments_that_are_no_object_are_a_protocol_error, begin, end),
        cmocka_unit_test_setup_teardown (arguments_that_are_wrong_are_a_result_for_the_model, begin, end),
        cmocka_unit_test_setup_teardown (a_call_takes_its_arguments_to_the_worker, begin, end),
        cmocka_unit_test_setup_teardown (absent_arguments_are_none, begin, end),
        cmocka_unit_test_setup_teardown (its_result_is_that_of_the_revision, begin, end),
        cmocka_unit_test_setup_teardown (what_goes_wrong_is_a_result_for_the_model, begin, end),
        cmocka_unit_test_setup_teardown (answers_find_their_questions_in_any_order, begin, end),
        cmocka_unit_test_setup_teardown (a_cancelled_call_is_not_answered, begin, end),
        cmocka_unit_test_setup_teardown (progress_is_told_to_who_asked, begin, end),
        cmocka_unit_test_setup_teardown (a_notification_cancels_nothing_where_there_are_many_clients, begin, end),
        cmocka_unit_test_setup_teardown (the_only_client_is_spoken_to_as_was_agreed, begin_alone, end),
        cmocka_unit_test_setup_teardown (the_only_client_takes_a_request_back_by_its_id, begin_alone, end),
        cmocka_unit_test_setup_teardown (the_end_of_the_engine_cancels_what_waits, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
