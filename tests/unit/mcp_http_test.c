#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mcp_http_fixture.h"

static int
post_status (endpoint_t *self, const char *headers)
{
    return status_of (self, "POST /mcp", headers, PING, NULL, 0);
}

//  Of a tool that may not be done twice: equal calls are not shared.
static const char CALL [] = REQUEST ("tools/call", "\"name\":\"once\"");

//  --- Messages

static void
a_message_is_answered_as_json_at_both_paths (void **state)
{
    endpoint_t *self = *state;
    static const char *const LINES [] = { "POST /mcp", "POST /mcp/", "POST /mcp?x=1" };
    client_t *client = client_new (&self->http);
    for (int i = 0; i < 3; i++) {                   //  On one connection, too
        const char *answer = ask (self, client, LINES [i], LOCAL JSON BOTH, PING);
        assert_true (contains (answer, "HTTP/1.1 200 OK\r\n") && contains (answer, "\r\nContent-Type: application/json\r\n"));
        assert_true (ends_with (answer, "\r\n\r\n" PONG));
        assert_false (contains (answer, "Mcp-Session-Id") || contains (answer, "Access-Control"));
    }
    client_destroy (&client);
}

static void
a_notification_is_accepted_with_an_empty_body (void **state)
{
    endpoint_t *self = *state;
    char answer [2048];
    assert_int_equal (status_of (self, "POST /mcp", LOCAL JSON BOTH, NOTIFICATION ("notifications/initialized", ""), answer, sizeof answer), 202);
    assert_true (contains (answer, "\r\nContent-Length: 0\r\n") && ends_with (answer, "\r\n\r\n"));
    assert_false (contains (answer, "Content-Type"));
}

static void
the_modern_headers_are_checked (void **state)
{
    endpoint_t *self = *state;
    char answer [4096];
#define LIST REQUEST ("tools/list", META (MODERN))
    static const struct {
        const char *headers, *body;
        int status;
        const char *part;
    } REQUESTS [] = {
        { LOCAL JSON BOTH "MCP-Protocol-Version: 2026-07-28\r\nMCP-METHOD: tools/list\r\n", LIST, 200, "\"resultType\":\"complete\"" },
        { LOCAL JSON BOTH "MCP-Protocol-Version: 2026-07-28\r\nMcp-Session-Id: x\r\nMcp-Method: tools/list\r\n", LIST, 200, "\"ttlMs\"" },
        { LOCAL JSON BOTH "Mcp-Method: tools/list\r\n", LIST, 400, "-32020" },
        { LOCAL JSON BOTH "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: ping\r\n", LIST, 400, "-32020" },
        { LOCAL JSON BOTH "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: ping\r\n", REQUEST ("ping", META (MODERN)), 404, "-32601" },
        { LOCAL JSON BOTH "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: =?base64?bm9wZQ==?=\r\n",
          REQUEST ("tools/call", "\"name\":\"nope\"," META (MODERN)), 200, "-32602" },
        { LOCAL JSON BOTH "MCP-Protocol-Version: 2025-11-25\r\n", REQUEST ("ping", ""), 200, "\"result\":{}" },
        { LOCAL JSON BOTH "MCP-Protocol-Version: 1999-01-01\r\n", REQUEST ("ping", ""), 400, "-32000" },
        { LOCAL JSON BOTH, "not json", 400, "-32700" },
        { LOCAL JSON BOTH, "", 400, "-32700" },
    };
    for (size_t i = 0; i < sizeof REQUESTS / sizeof REQUESTS [0]; i++) {
        int status = status_of (self, "POST /mcp", REQUESTS [i].headers, REQUESTS [i].body, answer, sizeof answer);
        if (status != REQUESTS [i].status || !contains (answer, REQUESTS [i].part))
            fail_msg ("request %zu: %s", i, answer);
        assert_true (contains (answer, "\r\nContent-Type: application/json\r\n"));
    }
}

//  --- Refusals

static void
only_names_that_are_ours_may_be_called (void **state)
{
    endpoint_t *self = *state;
    char answer [2048];
    static const char *const GOOD [] = {
        "Host: 127.0.0.1:3334\r\n", "Host: localhost\r\n", "Host: [::1]:80\r\n", "Host: 10.0.0.7:3334\r\n", "Host: mcp.example:3334\r\n" };
    static const char *const BAD [] = { "Host: evil.example.com\r\n", "Host: localhost.evil.example\r\n", "Host: mcp.example.evil.example:3334\r\n" };
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD [0]; i++) {
        char headers [256];
        snprintf (headers, sizeof headers, "%s" JSON, GOOD [i]);
        assert_int_equal (post_status (self, headers), 200);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof BAD [0]; i++) {
        char headers [256];
        snprintf (headers, sizeof headers, "%s" JSON, BAD [i]);
        assert_int_equal (status_of (self, "POST /mcp", headers, PING, answer, sizeof answer), 421);
        assert_true (contains (answer, "CLOUDWATCH_MCP_ALLOWED_HOSTS") && contains (answer, "{\"jsonrpc\":\"2.0\",\"error\":"));
    }
    assert_int_equal (status_of (self, "POST /mcp", "Host: evil.example\r\nOrigin: http://evil.example\r\n" JSON, PING, answer, sizeof answer), 403);
    assert_int_equal (mcp_counts (self->mcp).messages, sizeof GOOD / sizeof GOOD [0]);      //  The others were never looked at
}

static void
only_origins_that_are_ours_may_ask (void **state)
{
    endpoint_t *self = *state;
    char answer [2048];
    assert_int_equal (status_of (self, "POST /mcp", LOCAL JSON "Origin: https://app.example\r\n", PING, answer, sizeof answer), 200);
    assert_true (contains (answer, "\r\nAccess-Control-Allow-Origin: https://app.example\r\n") && contains (answer, "\r\nVary: Origin\r\n"));
    assert_int_equal (status_of (self, "POST /mcp", LOCAL JSON "Origin: http://localhost:6274\r\n", PING, answer, sizeof answer), 200);
    assert_true (contains (answer, "\r\nAccess-Control-Allow-Origin: http://localhost:6274\r\n"));
    //  A page may read why it was refused, if it may ask at all
    assert_int_equal (status_of (self, "POST /mcp", LOCAL "Origin: https://app.example\r\n", PING, answer, sizeof answer), 415);
    assert_true (contains (answer, "\r\nAccess-Control-Allow-Origin: https://app.example\r\n"));
    static const char *const BAD [] = {
        LOCAL JSON "Origin: http://evil.example\r\n", LOCAL JSON "Origin: null\r\n", LOCAL JSON "Origin: \r\n",
        LOCAL JSON "Origin: https://app.example\r\nOrigin: http://evil.example\r\n", LOCAL JSON "Origin: http://localhost.evil.example\r\n" };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD [0]; i++) {
        assert_int_equal (status_of (self, "POST /mcp", BAD [i], PING, answer, sizeof answer), 403);
        assert_true (contains (answer, "CLOUDWATCH_MCP_ALLOWED_ORIGINS"));
        assert_false (contains (answer, "Access-Control"));
        assert_int_equal (status_of (self, "OPTIONS /mcp", BAD [i], "", NULL, 0), 403);
        assert_int_equal (status_of (self, "GET /mcp", BAD [i], "", NULL, 0), 403);
    }
}

static void
other_methods_are_told_what_is_allowed (void **state)
{
    endpoint_t *self = *state;
    char answer [2048];
    static const char *const LINES [] = { "GET /mcp", "DELETE /mcp", "PUT /mcp/" };
    for (int i = 0; i < 3; i++) {
        assert_int_equal (status_of (self, LINES [i], LOCAL "Accept: text/event-stream\r\nMcp-Session-Id: x\r\n", "", answer, sizeof answer), 405);
        assert_true (contains (answer, "\r\nAllow: POST, OPTIONS\r\n"));
    }
}

static void
a_browser_may_ask_first (void **state)
{
    endpoint_t *self = *state;
    char answer [2048];
    assert_int_equal (status_of (self, "OPTIONS /mcp", LOCAL "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n"
                                 "Access-Control-Request-Headers: content-type, mcp-protocol-version\r\n", "", answer, sizeof answer), 204);
    assert_true (contains (answer, "\r\nAccess-Control-Allow-Origin: https://app.example\r\n"));
    assert_true (contains (answer, "\r\nAccess-Control-Allow-Methods: GET, POST, DELETE, OPTIONS\r\n"));
    assert_true (contains (answer, "mcp-protocol-version, mcp-method, mcp-name,") && contains (answer, ", *\r\n"));
    assert_true (contains (answer, "\r\nVary: Origin\r\n"));
    assert_int_equal (status_of (self, "OPTIONS /mcp", LOCAL, "", answer, sizeof answer), 204);
    assert_true (contains (answer, "\r\nAllow: POST, OPTIONS\r\n"));
    assert_false (contains (answer, "Access-Control"));
}

static void
what_is_sent_must_be_json_and_what_is_wanted_may_be (void **state)
{
    endpoint_t *self = *state;
    static const struct {
        const char *headers;
        int status;
    } REQUESTS [] = {
        { LOCAL JSON, 200 }, { LOCAL "Content-Type: application/json; charset=utf-8\r\n", 200 }, { LOCAL "Content-Type: Application/JSON\r\n", 200 },
        { LOCAL, 415 }, { LOCAL "Content-Type: text/plain\r\n", 415 }, { LOCAL "Content-Type: application/jsonp\r\n", 415 },
        { LOCAL "Content-Type: text/plain; application/json\r\n", 415 },
        { LOCAL JSON "Accept: */*\r\n", 200 }, { LOCAL JSON "Accept: application/json\r\n", 200 },
        { LOCAL JSON "Accept: text/event-stream\r\n", 200 },
        { LOCAL JSON "Accept: text/html, application/*;q=0.5\r\n", 200 }, { LOCAL JSON "Accept: text/html\r\n", 406 },
    };
    for (size_t i = 0; i < sizeof REQUESTS / sizeof REQUESTS [0]; i++)
        if (post_status (self, REQUESTS [i].headers) != REQUESTS [i].status)
            fail_msg ("request %zu was not answered %d", i, REQUESTS [i].status);
}

static void
a_message_has_a_length_or_comes_in_chunks (void **state)
{
    endpoint_t *self = *state;
    client_t *client = client_new (&self->http);
    client_send (&self->http, client, "POST /mcp HTTP/1.1\r\n" LOCAL JSON "\r\n");
    assert_int_equal (client_status (&self->http, client), 411);
    client_send (&self->http, client, "POST /mcp HTTP/1.1\r\n" LOCAL JSON "Transfer-Encoding: chunked\r\n\r\n1\r\n7\r\n0\r\n\r\n");
    assert_int_equal (client_status (&self->http, client), 400);
    client_destroy (&client);
}

static void
elsewhere_there_is_nothing (void **state)
{
    endpoint_t *self = *state;
    char answer [2048];
    static const char *const LINES [] = {
        "POST /", "GET /", "POST /mcp2", "POST /mcp//", "GET /.well-known/oauth-protected-resource", "OPTIONS /x" };
    for (size_t i = 0; i < sizeof LINES / sizeof LINES [0]; i++) {
        assert_int_equal (status_of (self, LINES [i], LOCAL JSON, PING, answer, sizeof answer), 404);
        assert_true (contains (answer, "MCP is at /mcp") && !contains (answer, "Location"));
    }
}

//  --- Calls that wait

static void
a_call_is_answered_when_its_worker_has_answered (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *client = client_that_waits (self, worker, 1);
    assert_true (client_hears_nothing (&self->http, client));
    worker_answer (worker, worker->has [0]->envelope.id, "{\"word\":\"x\"}");
    const char *answer = client_answer (&self->http, client);
    assert_true (contains (answer, "HTTP/1.1 200 OK") && contains (answer, "{\\\"word\\\":\\\"x\\\"}"));
    assert_true (ends_with (ask (self, client, "POST /mcp", LOCAL JSON, PING), PONG));
    client_destroy (&client);
}

static void
requests_sent_ahead_are_answered_in_order (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *client = client_that_waits (self, worker, 1);
    send_request (self, client, "POST /mcp", LOCAL JSON, PING);
    assert_true (client_hears_nothing (&self->http, client));
    worker_answer (worker, worker->has [0]->envelope.id, "{\"word\":\"x\"}");
    assert_true (contains (client_answer (&self->http, client), "\\\"x\\\""));
    assert_true (ends_with (client_answer (&self->http, client), PONG));
    client_destroy (&client);
}

static void
a_client_that_leaves_has_cancelled_its_call (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *stays = client_that_waits (self, worker, 1), *leaves = client_that_waits (self, worker, 2);
    uint64_t id = worker->has [1]->envelope.id;
    client_destroy (&leaves);
    WAIT_FOR_WORKER (self, worker, worker->heard [KIND_CANCEL] == 1);
    assert_int_equal (worker->cancelled, id);
    assert_int_equal (mcp_waiting (self->mcp), 1);
    worker_answer (worker, id, "{}");               //  It crossed the cancel

    leaves = client_that_waits (self, worker, 2);   //  Half a client is none
    assert_int_equal (shutdown (leaves->fd, SHUT_WR), 0);
    WAIT_FOR_WORKER (self, worker, worker->heard [KIND_CANCEL] == 2);
    client_destroy (&leaves);

    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    assert_int_equal (client_status (&self->http, stays), 200);
    client_destroy (&stays);
    assert_int_equal (mcp_waiting (self->mcp), 0);
}

static void
more_calls_than_there_is_room_for_are_asked_to_come_again (void **state)
{
    endpoint_t *self = *state;
    char answer [2048];
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *first = client_that_waits (self, worker, 1), *second = client_that_waits (self, worker, 2);
    assert_int_equal (status_of (self, "POST /mcp", LOCAL JSON "Origin: https://app.example\r\n", CALL, answer, sizeof answer), 503);
    assert_true (contains (answer, "\r\nRetry-After: 1\r\n") && contains (answer, "\r\nAccess-Control-Expose-Headers: Allow, Retry-After\r\n"));
    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    assert_int_equal (post_status (self, LOCAL JSON), 200);
    client_destroy (&first);
    client_destroy (&second);
}

static void
calls_that_wait_at_the_end_leave_nothing_behind (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *first = client_that_waits (self, worker, 1), *second = client_that_waits (self, worker, 2);
    assert_int_equal (mcp_waiting (self->mcp), 2);
    close_endpoint (state);                         //  The sanitizer sees what is lost
    client_destroy (&first);
    client_destroy (&second);
    open_endpoint (state);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_message_is_answered_as_json_at_both_paths, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (a_notification_is_accepted_with_an_empty_body, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (the_modern_headers_are_checked, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (only_names_that_are_ours_may_be_called, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (only_origins_that_are_ours_may_ask, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (other_methods_are_told_what_is_allowed, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (a_browser_may_ask_first, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (what_is_sent_must_be_json_and_what_is_wanted_may_be, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (a_message_has_a_length_or_comes_in_chunks, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (elsewhere_there_is_nothing, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (a_call_is_answered_when_its_worker_has_answered, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (requests_sent_ahead_are_answered_in_order, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (a_client_that_leaves_has_cancelled_its_call, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (more_calls_than_there_is_room_for_are_asked_to_come_again, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (calls_that_wait_at_the_end_leave_nothing_behind, open_endpoint, close_endpoint),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
