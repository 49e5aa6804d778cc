#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "batch.h"
#include "mcp_fixture.h"

#define MESSAGE(id, method) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method "\"}"
#define CALL(id, tool, more) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"tools/call\",\"params\":{\"name\":\"" tool "\"" more "}}"
#define SAID "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"
#define PONG(id) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":{}}"

static mcp_call_t *
send_batch (fixture_t *self, const char *body)
{
    return send_as (self, NULL, NULL, NULL, body);
}

static void
each_message_has_its_answer (void **state)
{
    fixture_t *self = *state;
    assert_null (send_batch (self, "[" MESSAGE ("1", "ping") "," SAID "," MESSAGE ("\"1\"", "ping") "]"));
    expect (self, 200, "[" PONG ("1") "," PONG ("\"1\"") "]");
    send_as (self, "2025-03-26", NULL, NULL, "[" MESSAGE ("0", "ping") "]");
    expect (self, 200, "[" PONG ("0") "]");
}

static void
what_needs_no_answer_gets_none (void **state)
{
    fixture_t *self = *state;
    assert_null (send_batch (self, "[" SAID "," SAID "]"));
    expect (self, 202, "");
    send_batch (self, "[" PONG ("1") "]");
    expect (self, 202, "");
}

static void
what_is_wrong_with_one_is_the_answer_to_that_one (void **state)
{
    fixture_t *self = *state;
    send_batch (self, "[7," MESSAGE ("2", "nope") "," MESSAGE ("3", "initialize") ",{\"id\":4,\"method\":\"ping\"}," MESSAGE ("5", "ping") "]");
    expect_start (self, 200, "[" ERROR_WITHOUT_ID ("-32600"));
    assert_true (says (self, ",{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32601,\"message\":\"Method not found: nope\"}}"));
    assert_true (says (self, ",{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32600,\"message\":\"initialize must not be part of a batch.\"}}"));
    assert_true (says (self, ",{\"jsonrpc\":\"2.0\",\"id\":4,\"error\":{\"code\":-32600,"));
    assert_true (says (self, "," PONG ("5") "]"));
}

static void
what_is_no_batch_is_refused_as_a_whole (void **state)
{
    fixture_t *self = *state;
    static const char *const BATCHES [] = {
        "[]", "[1]", "[[],{}]", "[" MESSAGE ("1", "ping") "," REQUEST ("ping", META (MODERN)) "]", "[" REQUEST ("ping", META ("1900-01-01")) "]" };
    for (size_t i = 0; i < sizeof BATCHES / sizeof BATCHES [0]; i++) {
        assert_null (send_batch (self, BATCHES [i]));
        expect_start (self, 400, ERROR_WITHOUT_ID ("-32600"));
    }
}

static void
only_one_revision_has_batches (void **state)
{
    fixture_t *self = *state;
    static const char *const VERSIONS [] = { "2025-06-18", "2025-11-25", MODERN, "1900-01-01" };
    for (size_t i = 0; i < sizeof VERSIONS / sizeof VERSIONS [0]; i++) {
        send_as (self, VERSIONS [i], NULL, NULL, "[" MESSAGE ("1", "ping") "]");
        expect_start (self, 400, ERROR_WITHOUT_ID ("-32600"));
    }
}

static void
a_batch_has_a_limit (void **state)
{
    fixture_t *self = *state;
    buffer_t body;
    buffer_init (&body, 65536);
    for (int i = 0; i < BATCH_MESSAGES_MAX; i++)
        buffer_append_text (&body, i ? "," MESSAGE ("1", "ping") : "[" MESSAGE ("1", "ping"));
    buffer_append (&body, "]", 2);
    send_batch (self, body.data);
    expect_start (self, 200, "[" PONG ("1"));
    body.size -= 2;
    buffer_append (&body, "," MESSAGE ("1", "ping") "]", sizeof "," MESSAGE ("1", "ping") "]");
    send_batch (self, body.data);
    expect_start (self, 400, ERROR_WITHOUT_ID ("-32600"));
    buffer_deinit (&body);
}

static void
calls_are_answered_together_when_the_last_has_ended (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    mcp_call_t *call = send_batch (self, "[" CALL ("1", "brief", "") "," MESSAGE ("2", "ping") "," CALL ("3", "once", "") "]");
    assert_non_null (call);
    assert_false (mcp_tells (call));
    assert_int_equal (mcp_waiting (self->mcp), 2);
    worker_answer (worker, worker->has [1]->envelope.id, "{\"word\":\"third\"}");
    assert_int_equal (self->answer.count, 0);
    worker_fault (worker, worker->has [0]->envelope.id, STATUS_REFUSED, "No.");
    expect_start (self, 200, "[" PONG ("2") ",{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"content\":");
    assert_true (says (self, "third") && says (self, "},{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":"));
    assert_true (says (self, "\"isError\":true}}]"));
    assert_int_equal (mcp_waiting (self->mcp), 0);
}

static void
progress_of_a_call_is_told_meanwhile (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    mcp_call_t *call = send_batch (self, "[" CALL ("1", "brief", "") "," CALL ("2", "once", ",\"_meta\":{\"progressToken\":9}") "]");
    assert_true (mcp_tells (call));
    worker_progress (worker, worker->has [0]->envelope.id, 1);
    assert_int_equal (self->answer.notifications, 0);
    worker_progress (worker, worker->has [1]->envelope.id, 1);
    assert_int_equal (self->answer.notifications, 1);
    assert_non_null (strstr (self->answer.notification, "\"progressToken\":9,\"progress\":1,"));
    mcp_cancel (&call);
}

static void
who_leaves_has_cancelled_all_of_it (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    mcp_call_t *call = send_batch (self, "[" CALL ("1", "brief", "") "," MESSAGE ("2", "ping") "," CALL ("3", "once", "") "]");
    mcp_cancel (&call);
    assert_null (call);
    desk_turn (self->desk);
    assert_int_equal (worker->heard [KIND_CANCEL], 2);
    assert_int_equal (mcp_waiting (self->mcp), 0);
    assert_int_equal (self->answer.count + self->answer.cancellations, 0);
}

static void
answers_that_find_no_room_become_errors (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 16);
    static char batch [4096], json [1900000];
    enum { CALLS = 10 };                //  Each answer has its text twice, and then some
    snprintf (json, sizeof json, "{\"word\":\"%*s\"}", (int) sizeof json - 32, "x");
    size_t size = 0;
    for (int i = 0; i < CALLS; i++)
        size += (size_t) snprintf (batch + size, sizeof batch - size, "%s" CALL ("%d", "once", ""), i ? "," : "[", i);
    memcpy (batch + size, "]", 2);
    assert_non_null (send_batch (self, batch));
    assert_int_equal (worker->has_count, CALLS);
    while (worker->has_count)
        worker_answer (worker, worker->has [0]->envelope.id, json);
    assert_int_equal (self->answer.count, 1);
    assert_true (strlen (self->answer.text) <= BATCH_BYTES_MAX);
    yyjson_doc *doc;
    assert_int_equal (json_read (slice_of (self->answer.text), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    assert_int_equal (yyjson_arr_size (yyjson_doc_get_root (doc)), CALLS);
    assert_true (says (self, "too large together"));
    yyjson_doc_free (doc);
}

//  --- From the only client

static int
begin_alone (void **state)
{
    return begin_with (state, true);
}

static void
one_request_of_a_batch_may_be_taken_back (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    send_batch (self, "[" MESSAGE ("1", "ping") "]");
    expect_start (self, 400, ERROR_WITHOUT_ID ("-32600"));          //  Nothing was agreed yet
    send_batch (self, INITIALIZE ("2025-03-26"));
    answer_t answer = { 0 };
    mcp_sink_t sink = sink_of (&answer);
    assert_non_null (mcp_receive (self->mcp, SLICE ("[" CALL ("1", "brief", "") "," CALL ("2", "once", "") "]"), &(era_headers_t) { 0 }, &sink));
    desk_turn (self->desk);
    send_batch (self, NOTIFICATION ("notifications/cancelled", "\"requestId\":1"));
    assert_int_equal (worker->heard [KIND_CANCEL], 1);
    assert_int_equal (answer.count + answer.cancellations, 0);
    worker_answer (worker, worker->has [1]->envelope.id, "{}");
    assert_int_equal (answer.count, 1);
    assert_non_null (strstr (answer.text, "[{\"jsonrpc\":\"2.0\",\"id\":2,"));
    answer_forget (&answer);

    //  All of it, within itself too
    assert_null (mcp_receive (self->mcp, SLICE ("[" CALL ("3", "once", "") "," NOTIFICATION ("notifications/cancelled", "\"requestId\":3") "]"),
                              &(era_headers_t) { 0 }, &sink));
    assert_int_equal (answer.count, 0);
    assert_int_equal (answer.cancellations, 1);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_message_has_its_answer, begin, end),
        cmocka_unit_test_setup_teardown (what_needs_no_answer_gets_none, begin, end),
        cmocka_unit_test_setup_teardown (what_is_wrong_with_one_is_the_answer_to_that_one, begin, end),
        cmocka_unit_test_setup_teardown (what_is_no_batch_is_refused_as_a_whole, begin, end),
        cmocka_unit_test_setup_teardown (only_one_revision_has_batches, begin, end),
        cmocka_unit_test_setup_teardown (a_batch_has_a_limit, begin, end),
        cmocka_unit_test_setup_teardown (calls_are_answered_together_when_the_last_has_ended, begin, end),
        cmocka_unit_test_setup_teardown (progress_of_a_call_is_told_meanwhile, begin, end),
        cmocka_unit_test_setup_teardown (who_leaves_has_cancelled_all_of_it, begin, end),
        cmocka_unit_test_setup_teardown (answers_that_find_no_room_become_errors, begin, end),
        cmocka_unit_test_setup_teardown (one_request_of_a_batch_may_be_taken_back, begin_alone, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
