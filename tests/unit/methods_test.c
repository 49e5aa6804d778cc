#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "methods.h"

typedef struct {
    desk_t    *desk;
    methods_t *methods;
} fixture_t;

static int
begin (void **state)
{
    fixture_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    self->desk = desk_new_with (contract_files);
    self->methods = methods_new (&(methods_config_t) {
        .contracts = self->desk->contracts, .dispatch = self->desk->dispatch, .random = &self->desk->random, .budget_ms = 20000 });
    assert_non_null (self->methods);
    *state = self;
    return 0;
}

static int
end (void **state)
{
    fixture_t *self = *state;
    methods_destroy (&self->methods);
    assert_null (self->methods);
    methods_destroy (&self->methods);
    desk_destroy (&self->desk);
    free (self);
    return 0;
}

//  Takes a message without params, or with those.
static bool
take (fixture_t *self, const char *method, const char *params, reply_t *reply, errand_t **errand_p)
{
    yyjson_doc *doc = NULL;
    if (params)
        assert_int_equal (json_read (slice_of (params), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    reply_init (reply);
    bool taken = methods_take (self->methods, slice_of (method), &(request_t) { yyjson_doc_get_root (doc), REVISION_2025_11_25 }, reply, errand_p);
    yyjson_doc_free (doc);
    return taken;
}

static void
each_method_answers_also_without_params (void **state)
{
    fixture_t *self = *state;
    static const struct {
        const char *method;
        int code;
    } METHODS [] = {
        { "prompts/list", 0 }, { "prompts/get", -32602 }, { "resources/list", 0 }, { "resources/templates/list", 0 }, { "resources/read", -32602 },
        { "completion/complete", -32602 },
    };
    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS [0]; i++) {
        reply_t reply;
        errand_t *errand;
        assert_true (take (self, METHODS [i].method, NULL, &reply, &errand));
        assert_null (errand);
        assert_int_equal (reply.code, METHODS [i].code);
        assert_true (reply.text.size > 0);
        reply_deinit (&reply);
    }
}

static void
what_needs_a_tool_is_an_errand_that_outlives_its_message (void **state)
{
    fixture_t *self = *state;
    static const struct {
        const char *method, *params, *subject;
    } CASES [] = {
        { "resources/read", "{\"uri\":\"cloudwatch-mcp://alarm/cpu\"}", "cloudwatch-mcp://alarm/cpu" },
        { "completion/complete",
          "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"triage_alarm\"},\"argument\":{\"name\":\"alarm_name\",\"value\":\"c\"}}", "c" },
    };
    for (size_t i = 0; i < 2; i++) {
        reply_t reply;
        errand_t *errand;
        assert_true (take (self, CASES [i].method, CASES [i].params, &reply, &errand));
        assert_non_null (errand);
        assert_true (slice_is (errand_purpose (errand)->subject, CASES [i].subject));
        assert_string_equal (errand_purpose (errand)->name, CASES [i].method);
        assert_string_equal (errand_part (errand, 0)->tool, "describe_alarms");
        errand_destroy (&errand);
        reply_deinit (&reply);
    }
}

static void
other_methods_are_somebody_elses (void **state)
{
    fixture_t *self = *state;
    static const char *const METHODS [] = { "", "tools/list", "prompts", "prompts/lists", "resources/subscribe", "Prompts/list" };
    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS [0]; i++) {
        reply_t reply;
        errand_t *errand;
        assert_false (take (self, METHODS [i], "{}", &reply, &errand));
        assert_null (errand);
        reply_deinit (&reply);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_method_answers_also_without_params, begin, end),
        cmocka_unit_test_setup_teardown (what_needs_a_tool_is_an_errand_that_outlives_its_message, begin, end),
        cmocka_unit_test_setup_teardown (other_methods_are_somebody_elses, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
