#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "mcp_fixture.h"

#define PARENT "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
#define CALL(arguments, meta) REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":" arguments ",\"_meta\":{" meta "}")

//  The engine with a tracer, and a client whose answer is written when the test says so.
typedef struct {
    fixture_t engine;
    tracer_t *tracer;
    http_written_fn *written;           //  To be called by the test
    void     *written_arg;
    char      json [16384];
} story_t;

static int
begin_story (void **state)
{
    story_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    desk_t *desk = self->engine.desk = desk_new ();
    self->tracer = tracer_new (&desk->clock.source);
    self->engine.mcp = mcp_new (&(mcp_config_t) {
        .contracts = desk->contracts, .dispatch = desk->dispatch, .reactor = desk->reactor, .random = &desk->random,
        .call_deadline_ms = CALL_DEADLINE_MS, .tracer = self->tracer });
    *state = self;
    return 0;
}

static int
end_story (void **state)
{
    story_t *self = *state;
    mcp_destroy (&self->engine.mcp);
    tracer_destroy (&self->tracer);
    desk_destroy (&self->engine.desk);
    answer_forget (&self->engine.answer);
    free (self);
    return 0;
}

static void
watch (void *arg, http_written_fn *written, void *written_arg)
{
    story_t *self = arg;
    assert_int_equal (self->engine.answer.count, 0);
    self->written = written;
    self->written_arg = written_arg;
}

static void
story_answered (void *arg, int http_status, buffer_t *json)
{
    story_t *self = arg;
    answered (&self->engine.answer, http_status, json);
}

static slice_t
find_header (void *arg, const char *name)
{
    return strcmp (name, "traceparent") == 0 ? slice_of (arg) : SLICE_ABSENT;
}

static mcp_call_t *
ask (story_t *self, const char *body, const char *header, bool watched)
{
    answer_forget (&self->engine.answer);
    mcp_sink_t sink = { .answer = story_answered, .watch = watched ? watch : NULL, .arg = self };
    era_headers_t headers = { .has_headers = true, .version = SLICE ("2025-11-25"), .find = find_header,
                              .arg = (void *) (uintptr_t) header };
    mcp_call_t *call = mcp_receive (self->engine.mcp, slice_of (body), &headers, &sink);
    desk_turn (self->engine.desk);
    return call;
}

static const char *
told (story_t *self, const char *name)
{
    buffer_t json;
    buffer_init (&json, sizeof self->json);
    if (tracer_write_call (self->tracer, slice_of (name), &json) != 200)
        fail_msg ("%s was not told", name);
    snprintf (self->json, sizeof self->json, "%.*s", (int) json.size, json.data);
    buffer_deinit (&json);
    return self->json;
}

static void
meta_has_the_parent_and_the_header_is_a_link (void **state)
{
    story_t *self = *state;
    worker_t *worker = desk_ready_worker (self->engine.desk, 4);
    ask (self, CALL ("{}", "\"traceparent\":\"" PARENT "\",\"tracestate\":\"a=1\",\"baggage\":\"user=x\""),
         "00-11111111111111111111111111111111-2222222222222222-00", false);
    message_t *request = worker->has [0];
    assert_int_equal (message_spans (request).size, 0);         //  What no worker reads stays here
    worker_answer (worker, request->envelope.id, "{}");
    const char *json = told (self, "4bf92f3577b34da6a3ce929d0e0e4736");
    expect_part (json, "\"tracestate\":\"a=1\"");
    expect_part (json, "\"parent\":\"00f067aa0ba902b7\",\"depth\":0,\"name\":\"tools/call brief\"");
    expect_part (json, "\"link\":{\"trace_id\":\"11111111111111111111111111111111\",\"span_id\":\"2222222222222222\"}");
    expect_no_part (json, "user=x");
    expect_part (json, "\"jsonrpc.request.id\":\"1\",\"mcp.protocol.version\":\"2025-11-25\",\"network.transport\":\"tcp\"");
    expect_part (json, "\"cloudwatch_mcp.budget_ms\":19700");
    char bytes [64];
    snprintf (bytes, sizeof bytes, "\"messaging.message.body.size\":%zu}", strlen (self->engine.answer.text));
    expect_part (json, bytes);
}

static void
a_header_alone_is_a_link_too_and_a_bad_one_is_nothing (void **state)
{
    story_t *self = *state;
    worker_t *worker = desk_ready_worker (self->engine.desk, 4);
    ask (self, CALL ("{}", ""), PARENT, false);
    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    expect_part (told (self, "1"), "\"parent\":null,\"depth\":0,");
    expect_part (self->json, "\"link\":{\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"span_id\":\"00f067aa0ba902b7\"}");
    ask (self, CALL ("{}", ""), "00-zzz", false);
    assert_int_equal (message_spans (worker->has [0]).size, 0);
    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    expect_no_part (told (self, "2"), "\"link\":{");
}

static void
a_state_without_a_good_parent_is_of_no_trace (void **state)
{
    story_t *self = *state;
    worker_t *worker = desk_ready_worker (self->engine.desk, 4);
    static const char *const BODIES [] = { CALL ("{}", "\"tracestate\":\"a=1\""), CALL ("{}", "\"traceparent\":\"00-zzz\",\"tracestate\":\"a=1\"") };
    static const char *const NUMBERS [] = { "1", "2" };
    for (size_t i = 0; i < sizeof BODIES / sizeof BODIES [0]; i++) {
        ask (self, BODIES [i], PARENT, false);
        worker_answer (worker, worker->has [0]->envelope.id, "{}");
        expect_part (told (self, NUMBERS [i]), "\"tracestate\":null");
    }
}

static void
a_call_is_told_when_its_answer_is_written (void **state)
{
    story_t *self = *state;
    worker_t *worker = desk_ready_worker (self->engine.desk, 4);
    ask (self, CALL ("{}", ""), NULL, true);
    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    assert_int_equal (self->engine.answer.count, 1);
    assert_int_equal (ring_last (tracer_ring (self->tracer)), 0);
    self->written (self->written_arg, reactor_now_us (self->engine.desk->reactor) + 5000, true);
    expect_part (told (self, "1"), "\"write_us\":5000");
    expect_part (self->json, "\"name\":\"write\",\"kind\":\"INTERNAL\",\"start_us\":0,\"duration_us\":5000,\"status\":\"OK\"");
    ask (self, CALL ("{}", ""), NULL, true);
    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    self->written (self->written_arg, reactor_now_us (self->engine.desk->reactor) + 7000, false);
    expect_part (told (self, "2"), "\"name\":\"write\",\"kind\":\"INTERNAL\",\"start_us\":0,\"duration_us\":7000,\"status\":\"CANCELLED\"");
}

static void
wrong_arguments_and_refusals_are_told (void **state)
{
    story_t *self = *state;
    assert_null (ask (self, CALL ("{\"word\":[7]}", "\"traceparent\":\"" PARENT "\""), NULL, false));
    expect_part (told (self, "1"), "\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"tool\":\"brief\",\"service\":\"logs\","
                                   "\"status\":\"INVALID_ARGUMENT\",\"error\":true");
    expect_part (self->json, "\"name\":\"admission\"");
    expect_no_part (self->json, "queue logs");
    desk_ready_worker (self->engine.desk, 1);
    for (int i = 0; i < 2 * DESK_CALLS_MAX; i++) {
        char body [256];
        snprintf (body, sizeof body, CALL ("{\"word\":\"%d\"}", ""), i);
        if (!ask (self, body, NULL, false))
            break;
    }
    expect_part (told (self, "2"), "\"status\":\"BUSY\",\"error\":true");
}

static void
one_that_is_cancelled_is_told_at_once (void **state)
{
    story_t *self = *state;
    mcp_call_t *call = ask (self, CALL ("{}", ""), NULL, true);
    mcp_cancel (&call);
    expect_part (told (self, "1"), "\"status\":\"CANCELLED\"");
    expect_part (self->json, "\"name\":\"queue logs\",\"kind\":\"INTERNAL\",\"start_us\":0,\"duration_us\":0,\"status\":\"CANCELLED\"");
    expect_no_part (self->json, "\"name\":\"write\"");
}

//  The tree as text: each span behind as many dots as it is deep.
static const char *
tree (story_t *self, const char *name)
{
    static char text [2048];
    const char *json = told (self, name);
    yyjson_doc *doc = yyjson_read (json, strlen (json), 0);
    yyjson_val *spans = yyjson_obj_get (yyjson_doc_get_root (doc), "spans"), *span;
    size_t i, count;
    text [0] = 0;
    yyjson_arr_foreach (spans, i, count, span) {
        size_t size = strlen (text);
        snprintf (text + size, sizeof text - size, "%.*s%s %s %s\n", yyjson_get_int (yyjson_obj_get (span, "depth")), "....", text_of (span, "name"),
                  text_of (span, "kind"), text_of (span, "status"));
    }
    yyjson_doc_free (doc);
    return text;
}

static void
a_call_that_went_to_a_second_worker_shows_both (void **state)
{
    story_t *self = *state;
    worker_t *first = desk_ready_worker (self->engine.desk, 4);
    ask (self, CALL ("{}", ""), NULL, false);
    worker_t *second = desk_ready_worker (self->engine.desk, 4);
    worker_say (first, KIND_BYE, 0);
    desk_turn (self->engine.desk);
    worker_answer (second, second->has [0]->envelope.id, "{}");
    assert_string_equal (tree (self, "1"),
                         "tools/call brief SERVER OK\n.admission INTERNAL OK\n.queue logs INTERNAL OK\n.send cw.logs PRODUCER WORKER_LOST\n"
                         ".queue logs INTERNAL OK\n.send cw.logs PRODUCER OK\n.encode INTERNAL OK\n.write INTERNAL OK\n");
    expect_part (self->json, "\"hops\":2");
}

static void
a_call_whose_second_worker_never_came_was_in_the_queue_to_the_last (void **state)
{
    story_t *self = *state;
    worker_t *worker = desk_ready_worker (self->engine.desk, 4);
    ask (self, CALL ("{}", ""), NULL, false);
    worker_say (worker, KIND_BYE, 0);
    worker_die (worker);
    desk_pass (self->engine.desk, DISPATCH_PATIENCE_MS + 1000);
    assert_string_equal (tree (self, "1"),
                         "tools/call brief SERVER WORKER_LOST\n.admission INTERNAL OK\n.queue logs INTERNAL OK\n.send cw.logs PRODUCER WORKER_LOST\n"
                         ".queue logs INTERNAL WORKER_LOST\n.encode INTERNAL OK\n.write INTERNAL OK\n");
}

#define STORY_TEST(name) cmocka_unit_test_setup_teardown (name, begin_story, end_story)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        STORY_TEST (meta_has_the_parent_and_the_header_is_a_link), STORY_TEST (a_header_alone_is_a_link_too_and_a_bad_one_is_nothing),
        STORY_TEST (a_state_without_a_good_parent_is_of_no_trace),
        STORY_TEST (a_call_is_told_when_its_answer_is_written), STORY_TEST (wrong_arguments_and_refusals_are_told),
        STORY_TEST (one_that_is_cancelled_is_told_at_once), STORY_TEST (a_call_that_went_to_a_second_worker_shows_both),
        STORY_TEST (a_call_whose_second_worker_never_came_was_in_the_queue_to_the_last),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
