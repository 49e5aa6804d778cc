//  Answers of mcp_http that come in pieces.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mcp_http_fixture.h"
#include "sse.h"

#define TOLD(token) "\"name\":\"brief\",\"_meta\":{\"progressToken\":" token "}"
#define EVENT "event: message\ndata: "
#define NEWS(number) EVENT "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":7,\"progress\":" number \
    ",\"total\":10,\"message\":\"so far\"}}\n\n"
#define STREAM_HEAD "\r\nContent-Type: text/event-stream\r\n"

static const char ASKED [] = REQUEST ("tools/call", TOLD ("7"));

//  Begins a call, and waits until the worker has it.
static client_t *
client_that_sends (endpoint_t *self, worker_t *worker, const char *headers, const char *body)
{
    int count = worker->has_count;
    client_t *client = client_new (&self->http);
    send_request (self, client, "POST /mcp", headers, body);
    WAIT_FOR_WORKER (self, worker, worker->has_count > count);
    return client;
}

//  All that has come.
static const char *
heard (endpoint_t *self, client_t *client)
{
    turns (&self->http);
    client_receive (client);
    return client->text;
}

static void
progress_that_was_asked_for_comes_before_the_answer (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *client = client_that_sends (self, worker, LOCAL JSON BOTH, ASKED);
    uint64_t id = worker->has [0]->envelope.id;
    WAIT_FOR (&self->http, contains (heard (self, client), "\r\n\r\n"));           //  At once, as it was asked for
    assert_true (contains (client->text, "HTTP/1.1 200 OK\r\n") && contains (client->text, STREAM_HEAD));
    assert_true (contains (client->text, "\r\nX-Accel-Buffering: no\r\n"));
    assert_true (contains (client->text, "\r\nCache-Control: no-cache, no-transform\r\n"));
    worker_progress (worker, id, 1);
    WAIT_FOR (&self->http, contains (heard (self, client), NEWS ("1")));
    worker_progress (worker, id, 4);
    worker_progress (worker, id, 4);
    worker_progress (worker, id, 3);
    worker_answer (worker, id, "{\n\"word\":\"x\"\n}");
    const char *answer = client_answer (&self->http, client);
    assert_true (contains (answer, NEWS ("4")) && !contains (answer, NEWS ("3")));
    assert_null (strstr (strstr (answer, NEWS ("4")) + 1, NEWS ("4")));
    assert_true (contains (answer, EVENT RESULT "\"content\":") && contains (answer, "\"isError\":false}}\n\n"));
    assert_true (ends_with (ask (self, client, "POST /mcp", LOCAL JSON, PING), PONG));          //  The connection serves on
    assert_int_equal (mcp_waiting (self->mcp), 0);
    client_destroy (&client);
}

static void
an_answer_that_takes_long_comes_as_a_stream_that_stays_alive (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *client = client_that_waits (self, worker, 1);
    desk_pass (self->desk, SSE_SOON_MS - 1);
    assert_true (client_hears_nothing (&self->http, client));
    desk_pass (self->desk, 1);
    WAIT_FOR (&self->http, contains (heard (self, client), STREAM_HEAD));
    assert_false (contains (client->text, ":\n\n"));
    desk_pass (self->desk, SSE_KEEP_ALIVE_MS);
    WAIT_FOR (&self->http, ends_with (heard (self, client), "\r\n3\r\n:\n\n\r\n"));
    desk_pass (self->desk, SSE_KEEP_ALIVE_MS);
    WAIT_FOR (&self->http, ends_with (heard (self, client), "\r\n3\r\n:\n\n\r\n3\r\n:\n\n\r\n"));
    worker_progress (worker, worker->has [0]->envelope.id, 1);          //  Nobody asked
    worker_answer (worker, worker->has [0]->envelope.id, "{\"word\":\"x\"}");
    const char *answer = client_answer (&self->http, client);
    assert_true (contains (answer, EVENT RESULT "\"content\":") && !contains (answer, "notifications/progress"));
    client_destroy (&client);
}

static void
a_stream_with_news_needs_no_other_sign_of_life (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *client = client_that_sends (self, worker, LOCAL JSON BOTH, ASKED);
    for (int i = 1; i <= 3; i++) {
        desk_pass (self->desk, SSE_KEEP_ALIVE_MS - 1000);
        worker_progress (worker, worker->has [0]->envelope.id, i);
    }
    WAIT_FOR (&self->http, contains (heard (self, client), NEWS ("3")));
    assert_false (contains (client->text, ":\n\n"));
    desk_pass (self->desk, SSE_KEEP_ALIVE_MS - 1);
    assert_false (contains (heard (self, client), ":\n\n"));
    desk_pass (self->desk, 1);
    WAIT_FOR (&self->http, ends_with (heard (self, client), "\r\n3\r\n:\n\n\r\n"));
    client_destroy (&client);
}

static void
who_takes_no_stream_gets_json (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    static const char *const ACCEPTS [] = {
        "", "Accept: */*\r\n", "Accept: application/json\r\n", "Accept: application/json, text/event-streams\r\n" };
    for (size_t i = 0; i < sizeof ACCEPTS / sizeof ACCEPTS [0]; i++) {
        char headers [256];
        snprintf (headers, sizeof headers, LOCAL JSON "%s", ACCEPTS [i]);
        client_t *client = client_that_sends (self, worker, headers, ASKED);
        uint64_t id = worker->has [0]->envelope.id;
        worker_progress (worker, id, 1);
        desk_pass (self->desk, SSE_SOON_MS);
        assert_true (client_hears_nothing (&self->http, client));
        worker_answer (worker, id, "{}");
        assert_true (contains (client_answer (&self->http, client), "\r\nContent-Type: application/json\r\n"));
        client_destroy (&client);
    }
}

static void
http_1_0_gets_json (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *client = client_new (&self->http);
    char text [1024];
    snprintf (text, sizeof text, "POST /mcp HTTP/1.0\r\n" JSON BOTH "Content-Length: %zu\r\n\r\n%s", strlen (ASKED), ASKED);
    client_send (&self->http, client, text);
    WAIT_FOR_WORKER (self, worker, worker->has_count == 1);
    desk_pass (self->desk, SSE_SOON_MS);
    assert_true (client_hears_nothing (&self->http, client));
    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    client_wait_end (&self->http, client);
    assert_true (contains (client->text, "\r\nContent-Type: application/json\r\n") && contains (client->text, "\r\nContent-Length: "));
    assert_true (ends_with (client->text, "\"isError\":false}}"));
    client_destroy (&client);
}

static void
who_takes_nothing_but_a_stream_gets_one (void **state)
{
    endpoint_t *self = *state;
    char answer [2048];
#define EVENTS "Accept: text/html, text/event-stream;q=0.9\r\n"
    assert_int_equal (status_of (self, "POST /mcp", LOCAL JSON EVENTS, PING, answer, sizeof answer), 200);
    assert_true (contains (answer, STREAM_HEAD) && contains (answer, EVENT PONG "\n\n"));
    assert_int_equal (status_of (self, "POST /mcp", LOCAL JSON EVENTS, "nonsense", answer, sizeof answer), 400);
    assert_true (contains (answer, "\r\nContent-Type: application/json\r\n"));
    assert_int_equal (status_of (self, "POST /mcp", LOCAL JSON EVENTS, NOTIFICATION ("notifications/initialized", ""), answer, sizeof answer), 202);
}

static void
what_is_wrong_has_its_status_also_when_progress_was_asked_for (void **state)
{
    endpoint_t *self = *state;
    char answer [2048];
    assert_int_equal (status_of (self, "POST /mcp", LOCAL JSON BOTH "MCP-Protocol-Version: 1999-01-01\r\n", ASKED, answer, sizeof answer), 400);
    assert_true (contains (answer, "\r\nContent-Type: application/json\r\n"));
}

static void
who_leaves_a_stream_has_cancelled_its_call (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *client = client_that_sends (self, worker, LOCAL JSON BOTH, ASKED);
    uint64_t id = worker->has [0]->envelope.id;
    worker_progress (worker, id, 1);
    WAIT_FOR (&self->http, contains (heard (self, client), NEWS ("1")));
    client_destroy (&client);
    WAIT_FOR_WORKER (self, worker, worker->heard [KIND_CANCEL] == 1);
    assert_int_equal (worker->cancelled, id);
    worker_progress (worker, id, 2);                    //  It crossed the cancel
    assert_int_equal (mcp_waiting (self->mcp), 0);
}

static void
who_does_not_read_is_cut_and_nobody_else_waits (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *client = client_that_sends (self, worker, LOCAL JSON BOTH, ASKED);
    uint64_t id = worker->has [0]->envelope.id;
    static char text [50000];
    memset (text, 'x', sizeof text);
    for (int told = 0; told < 1000 && mcp_waiting (self->mcp) == 1; told++) {
        worker_progress_text (worker, id, told, (slice_t) { text, sizeof text });
        turn (&self->http);
    }
    assert_int_equal (mcp_waiting (self->mcp), 0);      //  When the kernel and the server would hold no more
    WAIT_FOR_WORKER (self, worker, worker->heard [KIND_CANCEL] == 1);
    assert_int_equal (status_of (self, "POST /mcp", LOCAL JSON, PING, NULL, 0), 200);
    client_destroy (&client);
}

static void
a_stream_that_is_open_at_the_end_leaves_nothing_behind (void **state)
{
    endpoint_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    client_t *first = client_that_sends (self, worker, LOCAL JSON BOTH, ASKED);
    client_t *second = client_that_waits (self, worker, 2);
    WAIT_FOR (&self->http, contains (heard (self, first), STREAM_HEAD));
    close_endpoint (state);
    client_destroy (&first);
    client_destroy (&second);
    open_endpoint (state);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (progress_that_was_asked_for_comes_before_the_answer, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (an_answer_that_takes_long_comes_as_a_stream_that_stays_alive, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (a_stream_with_news_needs_no_other_sign_of_life, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (who_takes_no_stream_gets_json, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (http_1_0_gets_json, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (who_takes_nothing_but_a_stream_gets_one, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (what_is_wrong_has_its_status_also_when_progress_was_asked_for, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (who_leaves_a_stream_has_cancelled_its_call, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (who_does_not_read_is_cut_and_nobody_else_waits, open_endpoint, close_endpoint),
        cmocka_unit_test_setup_teardown (a_stream_that_is_open_at_the_end_leaves_nothing_behind, open_endpoint, close_endpoint),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
