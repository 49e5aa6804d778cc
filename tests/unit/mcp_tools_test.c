#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mcp_fixture.h"

//  Tools that ask their client first, answer with content, need an ability, and have an argument in a header. What else a call does is in mcp_test.

#define TOOL(name, more) \
    "{\"name\":\"" name "\",\"title\":\"T\",\"description\":\"D\",\"service\":\"local\",\"version\":1,\"actions\":[],\"idempotent\":false," more \
    "\"annotations\":{\"readOnlyHint\":true,\"destructiveHint\":false,\"idempotentHint\":false,\"openWorldHint\":false}," \
    "\"inputSchema\":{\"type\":\"object\",\"properties\":{\"word\":{\"type\":\"string\",\"maxLength\":9,\"x-mcp-header\":\"Word\"}}," \
    "\"additionalProperties\":false},\"example\":{}}"

static const contract_file_t TOOLS [] = {
    { "asks", TOOL ("asks", "\"asks\":true,"), sizeof TOOL ("asks", "\"asks\":true,") - 1 },
    { "never", TOOL ("never", ""), sizeof TOOL ("never", "") - 1 },
    { "other", TOOL ("other", "\"asks\":true,"), sizeof TOOL ("other", "\"asks\":true,") - 1 },
    { "samples", TOOL ("samples", "\"capabilities\":[\"sampling\"],"), sizeof TOOL ("samples", "\"capabilities\":[\"sampling\"],") - 1 },
    { NULL, NULL, 0 },
};

#define ASK "{\"requests\":{\"name\":{\"method\":\"elicitation/create\",\"params\":{\"message\":\"Who?\"}}," \
    "\"text\":{\"method\":\"sampling/createMessage\",\"params\":{}}},\"state\":\"round 1\"}"

//  A call by a client that can do this.
#define META_OF(abilities) \
    "\"_meta\":{" VERSION_KEY "\"" MODERN "\",\"io.modelcontextprotocol/clientCapabilities\":{" abilities "}}"
#define CALL(tool, more, abilities) REQUEST ("tools/call", "\"name\":\"" tool "\"," more META_OF (abilities))
#define ELICITS "\"elicitation\":{}"

static int
begin_tools (void **state)
{
    begin_at (state, desk_new_with (TOOLS), false);
    fixture_t *self = *state;
    static const body_tool_t LOCAL [] = { { "asks", 1 }, { "never", 1 }, { "other", 1 }, { "samples", 1 } };
    worker_ready_with (desk_worker (self->desk, SERVICE_LOCAL), 8, LOCAL, 4);
    return 0;
}

static worker_t *
worker_of (fixture_t *self)
{
    return &self->desk->workers [0];
}

//  Lets the worker's only call be answered.
static void
answer (fixture_t *self, const char *json, uint32_t flags)
{
    assert_int_equal (worker_of (self)->has_count, 1);
    worker_answer_with (worker_of (self), worker_of (self)->has [0]->envelope.id, json, flags);
}

//  The request's state in the last answer; the caller frees it.
static char *
state_of (const fixture_t *self)
{
    const char *at = strstr (self->answer.text, "\"requestState\":\"");
    assert_non_null (at);
    at += strlen ("\"requestState\":\"");
    return strndup (at, strcspn (at, "\""));
}

static slice_t
arguments_of (fixture_t *self)
{
    assert_int_equal (worker_of (self)->has_count, 1);
    return message_body (worker_of (self)->has [0]);
}

static void
a_tool_asks_only_what_its_client_can_be_asked (void **state)
{
    fixture_t *self = *state;
    send_as (self, MODERN, "tools/call", "asks", CALL ("asks", "", ELICITS));
    answer (self, ASK, ENVELOPE_FLAG_ASKS);
    expect_start (self, 200, RESULT "\"resultType\":\"input_required\"," SERVER_META ","
                             "\"inputRequests\":{\"name\":{\"method\":\"elicitation/create\","
                             "\"params\":{\"message\":\"Who?\"}}},\"requestState\":\"v1.");
    send_as (self, MODERN, "tools/call", "asks", CALL ("asks", "", "\"roots\":{}"));
    answer (self, ASK, ENVELOPE_FLAG_ASKS);
    expect (self, 400, ERROR ("-32021") ",\"message\":\"Client capability required: elicitation, sampling\","
                       "\"data\":{\"requiredCapabilities\":{\"elicitation\":{},\"sampling\":{}}}}}");
}

static void
what_the_client_answers_comes_to_the_worker_with_its_state (void **state)
{
    fixture_t *self = *state;
    char *text, *seal;
    send_as (self, MODERN, "tools/call", "asks", CALL ("asks", "", ELICITS));
    assert_null (argument_value (arguments_of (self), BODY_RESPONSES).data);
    answer (self, ASK, ENVELOPE_FLAG_ASKS);
    seal = state_of (self);
    assert_true (asprintf (&text, CALL ("asks", "\"inputResponses\":{\"name\":{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}},"
                                                "\"requestState\":\"%s\",", ELICITS), seal) > 0);
    send_as (self, MODERN, "tools/call", "asks", text);
    slice_t answered = argument_value (argument_value (arguments_of (self), BODY_RESPONSES), "name");
    assert_true (slice_is (argument_text (answered, "action"), "accept"));
    assert_true (slice_is (argument_text (argument_value (answered, "content"), "name"), "Ada"));
    assert_true (slice_is (argument_text (arguments_of (self), BODY_STATE), "round 1"));
    answer (self, "{\"content\":[]}", 0);
    expect (self, 200, RESULT "\"resultType\":\"complete\"," SERVER_META ",\"content\":[],\"isError\":false}}");
    free (text);
    free (seal);
}

static void
a_state_that_was_changed_or_is_of_another_request_is_refused (void **state)
{
    fixture_t *self = *state;
    char *text, *seal;
    send_as (self, MODERN, "tools/call", "asks", CALL ("asks", "", ELICITS));
    answer (self, ASK, ENVELOPE_FLAG_ASKS);
    seal = state_of (self);
    assert_true (asprintf (&text, CALL ("other", "\"requestState\":\"%s\",", ELICITS), seal) > 0);
    send_as (self, MODERN, "tools/call", "other", text);
    expect_start (self, 200, ERROR ("-32602") ",\"message\":\"params.requestState is not as it was given");
    free (text);
    assert_true (asprintf (&text, CALL ("asks", "\"arguments\":{\"word\":\"b\"},\"requestState\":\"%s\",", ELICITS), seal) > 0);
    send_with (self, text, &(era_headers_t) { .has_headers = false });
    expect_start (self, 200, ERROR ("-32602") ",\"message\":\"params.requestState is not as it was given");
    free (text);
    assert_true (asprintf (&text, CALL ("asks", "\"requestState\":\"%sx\",", ELICITS), seal) > 0);
    send_as (self, MODERN, "tools/call", "asks", text);
    expect_start (self, 200, ERROR ("-32602") ",\"message\":\"params.requestState is not as it was given");
    send_as (self, MODERN, "tools/call", "asks", CALL ("asks", "\"requestState\":7,", ELICITS));
    expect_start (self, 200, ERROR ("-32602"));
    assert_int_equal (worker_of (self)->has_count, 0);
    free (text);
    free (seal);
}

static void
answers_that_are_no_objects_are_refused (void **state)
{
    fixture_t *self = *state;
    send_as (self, MODERN, "tools/call", "asks", CALL ("asks", "\"inputResponses\":{\"name\":12345},", ELICITS));
    expect_start (self, 200, ERROR ("-32602") ",\"message\":\"params.inputResponses must be an object");
    send_as (self, MODERN, "tools/call", "asks", CALL ("asks", "\"inputResponses\":null,", ELICITS));
    expect_start (self, 200, ERROR ("-32602") ",\"message\":\"params.inputResponses must be an object");
    assert_int_equal (worker_of (self)->has_count, 0);
}

static void
an_older_client_is_told_that_it_cannot_be_asked (void **state)
{
    fixture_t *self = *state;
#define UNASKABLE(tool) RESULT "\"content\":[{\"type\":\"text\",\"text\":\"" tool " must ask its user or client something first, and only revision " \
    MODERN " of MCP has a way to do that.\"}],\"isError\":true}}"
    send_as (self, "2025-11-25", NULL, NULL, REQUEST ("tools/call", "\"name\":\"asks\",\"inputResponses\":7,\"requestState\":7"));
    answer (self, ASK, ENVELOPE_FLAG_ASKS);
    expect (self, 200, UNASKABLE ("asks"));
    send_as (self, "2025-11-25", NULL, NULL, REQUEST ("tools/call", "\"name\":\"samples\""));
    expect (self, 200, UNASKABLE ("samples"));
}

static void
a_tool_that_needs_an_ability_is_refused_without_it (void **state)
{
    fixture_t *self = *state;
    send_as (self, MODERN, "tools/call", "samples", CALL ("samples", "", ELICITS));
    expect (self, 400, ERROR ("-32021") ",\"message\":\"Client capability required: sampling\","
                       "\"data\":{\"requiredCapabilities\":{\"sampling\":{}}}}}");
    assert_int_equal (worker_of (self)->has_count, 0);
    send_as (self, MODERN, "tools/call", "samples", CALL ("samples", "", "\"sampling\":{}"));
    answer (self, "{\"content\":[]}", 0);
    assert_true (says (self, "\"content\":[]"));
}

static slice_t
no_header (void *arg, const char *name)
{
    (void) arg;
    (void) name;
    return SLICE_ABSENT;
}

static void
an_argument_that_a_header_must_repeat_is_refused_without_it (void **state)
{
    fixture_t *self = *state;
    era_headers_t headers = {
        .has_headers = true, .version = SLICE (MODERN), .method = SLICE ("tools/call"), .name = SLICE ("asks"), .find = no_header };
    send_with (self, CALL ("asks", "\"arguments\":{\"word\":\"a\"},", ""), &headers);
    expect (self, 400, ERROR ("-32020") ",\"message\":\"Header mismatch: Mcp-Param-Word is missing.\"}}");
    send_with (self, CALL ("asks", "\"arguments\":{\"word\":\"a\"},", ""), &(era_headers_t) { .has_headers = false });
    answer (self, "{\"content\":[]}", 0);
    assert_true (says (self, "\"content\":[]"));
    send_as (self, "2025-11-25", NULL, NULL, REQUEST ("tools/call", "\"name\":\"asks\",\"arguments\":{\"word\":\"a\"}"));
    answer (self, "{\"content\":[]}", 0);
    assert_true (says (self, "\"content\":[]"));
}

static void
to_a_tool_that_never_asks_answers_and_states_mean_nothing (void **state)
{
    fixture_t *self = *state;
    send_as (self, MODERN, "tools/call", "never", CALL ("never", "\"inputResponses\":{\"a\":{}},\"requestState\":\"s\",", ELICITS));
    assert_null (argument_value (arguments_of (self), BODY_RESPONSES).data);
    assert_null (argument_value (arguments_of (self), BODY_STATE).data);
    answer (self, ASK, ENVELOPE_FLAG_ASKS);
    expect (self, 200, RESULT "\"resultType\":\"complete\"," SERVER_META ",\"content\":[{\"type\":\"text\",\"text\":\"never asks, and its contract "
                       "does not say that it may: this is a defect.\"}],\"isError\":true}}");
}

static void
an_ask_that_cannot_be_read_is_a_defect_that_is_told (void **state)
{
    fixture_t *self = *state;
    send_as (self, MODERN, "tools/call", "asks", CALL ("asks", "", ELICITS));
    answer (self, "nonsense", ENVELOPE_FLAG_ASKS);
    expect_start (self, 200, ERROR ("-32603") ",\"message\":\"What asks asks cannot be read.");
    send_as (self, MODERN, "tools/call", "asks", CALL ("asks", "", ELICITS));
    answer (self, "{\"requests\":{\"a\":{\"method\":\"telepathy/read\"}}}", ENVELOPE_FLAG_ASKS);
    expect_start (self, 200, ERROR ("-32603") ",\"message\":\"What this request would have to ask first");
}

static int
begin_shipped (void **state)
{
    return begin_at (state, desk_new_with (contract_files), false);
}

//  No worker is there.
static void
a_tool_that_needs_no_worker_is_answered_at_once_and_counted (void **state)
{
    fixture_t *self = *state;
    assert_null (send_as (self, "2025-11-25", "tools/call", "get_metric_metadata",
                          REQUEST ("tools/call", "\"name\":\"get_metric_metadata\",\"arguments\":{\"namespace\":\"aws/lambda\","
                                                 "\"metric_name\":\"errors\"}")));
    expect_start (self, 200, RESULT "\"content\":[{\"type\":\"text\",\"text\":\"{\\\"namespace\\\":\\\"AWS/Lambda\\\",");
    assert_null (send_as (self, "2025-11-25", "tools/call", "get_metric_metadata",
                          REQUEST ("tools/call", "\"name\":\"get_metric_metadata\"")));
    expect_start (self, 200, RESULT "\"content\":[{\"type\":\"text\",\"text\":\"get_metric_metadata needs a namespace");
    assert_int_equal (mcp_counts (self->mcp).calls, 2);
    assert_int_equal (mcp_waiting (self->mcp), 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_tool_asks_only_what_its_client_can_be_asked, begin_tools, end),
        cmocka_unit_test_setup_teardown (what_the_client_answers_comes_to_the_worker_with_its_state, begin_tools, end),
        cmocka_unit_test_setup_teardown (a_state_that_was_changed_or_is_of_another_request_is_refused, begin_tools, end),
        cmocka_unit_test_setup_teardown (answers_that_are_no_objects_are_refused, begin_tools, end),
        cmocka_unit_test_setup_teardown (an_older_client_is_told_that_it_cannot_be_asked, begin_tools, end),
        cmocka_unit_test_setup_teardown (a_tool_that_needs_an_ability_is_refused_without_it, begin_tools, end),
        cmocka_unit_test_setup_teardown (an_argument_that_a_header_must_repeat_is_refused_without_it, begin_tools, end),
        cmocka_unit_test_setup_teardown (to_a_tool_that_never_asks_answers_and_states_mean_nothing, begin_tools, end),
        cmocka_unit_test_setup_teardown (an_ask_that_cannot_be_read_is_a_defect_that_is_told, begin_tools, end),
        cmocka_unit_test_setup_teardown (a_tool_that_needs_no_worker_is_answered_at_once_and_counted, begin_shipped, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
