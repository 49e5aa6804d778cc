#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "mcp.h"
#include "mcp_words.h"

//  Prompts, resources and completion as they come through mcp: ids, errors, calls that wait, and clients that leave.

typedef struct {
    desk_t *desk;
    mcp_t  *mcp;
    int     count;              //  Of answers to the last message
    int     http_status;
    char    text [16384];
} fixture_t;

static int
begin (void **state)
{
    fixture_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    self->desk = desk_new_with (contract_files);
    self->mcp = mcp_new (&(mcp_config_t) {
        .contracts = self->desk->contracts, .dispatch = self->desk->dispatch, .reactor = self->desk->reactor, .random = &self->desk->random,
        .call_deadline_ms = 20000 });
    assert_non_null (self->mcp);
    *state = self;
    return 0;
}

static int
end (void **state)
{
    fixture_t *self = *state;
    mcp_destroy (&self->mcp);
    desk_destroy (&self->desk);
    free (self);
    return 0;
}

static void
answered (void *arg, int http_status, buffer_t *json)
{
    fixture_t *self = arg;
    assert_int_equal (++self->count, 1);
    self->http_status = http_status;
    snprintf (self->text, sizeof self->text, "%.*s", (int) json->size, json->data);
}

static mcp_call_t *
tell (fixture_t *self, const char *body)
{
    self->count = 0;
    mcp_call_t *call = mcp_receive (self->mcp, slice_of (body), &(era_headers_t) { .has_headers = false },
                                    &(mcp_sink_t) { .answer = answered, .arg = self });
    assert_int_equal (self->count, call == NULL);
    desk_turn (self->desk);
    return call;
}

static worker_t *
alarms_worker (fixture_t *self)
{
    static const body_tool_t TOOLS [] = { { "describe_alarms", 1 }, { "get_alarm_history", 1 } };
    worker_t *worker = desk_worker (self->desk, SERVICE_ALARMS);
    worker_ready_with (worker, 4, TOOLS, 2);
    return worker;
}

static void
expect_start (const fixture_t *self, const char *text)
{
    assert_int_equal (self->count, 1);
    assert_int_equal (self->http_status, 200);
    if (strncmp (self->text, text, strlen (text)) != 0)
        assert_string_equal (self->text, text);
}

#define READ_ALARM REQUEST ("resources/read", "\"uri\":\"cloudwatch-mcp://alarm/cpu\"")

static void
what_is_known_is_answered_at_once (void **state)
{
    fixture_t *self = *state;
    assert_null (tell (self, REQUEST ("prompts/list", "")));
    expect_start (self, RESULT "\"prompts\":[{\"name\":\"compare_windows\"");
    assert_null (tell (self, REQUEST ("prompts/list", META (MODERN))));
    expect_start (self, RESULT "\"resultType\":\"complete\"," SERVER_META ",\"ttlMs\":3600000,\"cacheScope\":\"public\",\"prompts\":[");
    assert_null (tell (self, REQUEST ("resources/list", "")));
    expect_start (self, RESULT "\"resources\":[{\"uri\":\"cloudwatch-mcp://guide/alarm-states\"");
}

static void
errors_come_with_their_data_and_are_counted (void **state)
{
    fixture_t *self = *state;
    assert_null (tell (self, REQUEST ("prompts/get", "\"name\":\"triage_alarms\"")));
    expect_start (self, ERROR ("-32602") ",\"message\":\"Unknown prompt: triage_alarms; did you mean triage_alarm?\"}}");
    assert_null (tell (self, REQUEST ("resources/read", "\"uri\":\"x:y\"")));
    expect_start (self, ERROR ("-32002")
                  ",\"message\":\"Resource not found: Our resources begin with cloudwatch-mcp://.\",\"data\":{\"uri\":\"x:y\"}}}");
    assert_int_equal (mcp_counts (self->mcp).errors, 2);
}

static void
a_resource_waits_for_its_tools (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = alarms_worker (self);
    assert_non_null (tell (self, READ_ALARM));
    assert_int_equal (mcp_waiting (self->mcp), 1);
    worker_answer (worker, worker->has [0]->envelope.id, "{\"alarms\":[{\"name\":\"cpu\"}]}");
    assert_int_equal (self->count, 0);
    worker_answer (worker, worker->has [0]->envelope.id, "{\"rows\":[]}");
    expect_start (self, RESULT "\"contents\":[{\"uri\":\"cloudwatch-mcp://alarm/cpu\",\"mimeType\":\"application/json\",\"text\":\"{");
    assert_int_equal (mcp_waiting (self->mcp), 0);
}

static void
a_client_that_leaves_takes_all_its_calls_with_it (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = alarms_worker (self);
    mcp_call_t *call = tell (self, READ_ALARM);
    assert_int_equal (worker->has_count, 2);
    mcp_cancel (&call);
    assert_null (call);
    desk_turn (self->desk);
    assert_int_equal (worker->heard [KIND_CANCEL], 2);
    assert_int_equal (self->count, 0);
    assert_int_equal (mcp_waiting (self->mcp), 0);
}

static void
the_end_of_the_engine_cancels_what_waits (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = alarms_worker (self);
    assert_non_null (tell (self, READ_ALARM));
    mcp_destroy (&self->mcp);
    desk_turn (self->desk);
    assert_int_equal (worker->heard [KIND_CANCEL], 2);
    assert_int_equal (self->count, 0);
}

static void
what_cannot_even_begin_is_answered_at_once (void **state)
{
    fixture_t *self = *state;
    assert_null (tell (self, REQUEST ("resources/read", "\"uri\":\"cloudwatch-mcp://alarm/a?region=nowhere\"")));
    expect_start (self, ERROR ("-32602"));
    assert_int_equal (mcp_waiting (self->mcp), 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (what_is_known_is_answered_at_once, begin, end),
        cmocka_unit_test_setup_teardown (errors_come_with_their_data_and_are_counted, begin, end),
        cmocka_unit_test_setup_teardown (a_resource_waits_for_its_tools, begin, end),
        cmocka_unit_test_setup_teardown (a_client_that_leaves_takes_all_its_calls_with_it, begin, end),
        cmocka_unit_test_setup_teardown (the_end_of_the_engine_cancels_what_waits, begin, end),
        cmocka_unit_test_setup_teardown (what_cannot_even_begin_is_answered_at_once, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
