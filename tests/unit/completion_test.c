#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "completion.h"
#include "errand_fixture.h"

static prompts_t *s_prompts;
static const config_t *s_config;                //  NULL: without accounts

static errand_t *
complete (const errand_config_t *config, const request_t *request, reply_t *reply)
{
    return completion_complete (s_prompts, s_config, config, request, reply);
}

static int
begin_with (void **state, const config_t *config)
{
    char reason [PROMPTS_REASON_SIZE];
    s_config = config;
    assert_int_equal (prompts_new (prompt_files, guide_files, config != NULL, &s_prompts, reason), STATUS_OK);
    *state = counter_new ();
    return 0;
}

static int
begin (void **state)
{
    return begin_with (state, NULL);
}

static int
begin_with_accounts (void **state)
{
    static const char *const one [] = { "us-east-1", NULL }, *const three [] = { "us-east-1", "eu-west-1", "eu-central-1", NULL };
    static aws_account_t accounts [] = { { .name = "staging", .regions = one }, { .name = "own" }, { .name = "prod", .regions = three } };
    static config_t config = { .accounts = accounts, .accounts_count = 3, .default_account = "staging" };
    return begin_with (state, &config);
}

static int
end (void **state)
{
    counter_t *self = *state;
    counter_destroy (&self);
    prompts_destroy (&s_prompts);
    return 0;
}

#define FOR(prompt, name, value) \
    "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"" prompt "\"},\"argument\":{\"name\":\"" name "\",\"value\":\"" value "\"}"
#define FILLED(arguments) ",\"context\":{\"arguments\":{" arguments "}}}"
#define OF(kind, value) \
    "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"cloudwatch-mcp://" kind "/{name}{?region,account}\"},\"argument\":{\"name\":\"name\"," \
    "\"value\":\"" value "\"}"
#define NOTHING "{\"completion\":{\"values\":[],\"hasMore\":false}}"
#define NOTHING_EVER "{\"completion\":{\"values\":[],\"total\":0,\"hasMore\":false}}"

static void
alarms_are_asked_for_by_what_they_begin_with (void **state)
{
    counter_t *self = *state;
    counter_ask (self, complete, FOR ("triage_alarm", "alarm_name", "cp") FILLED ("\"region\":\"eu-west-1\""), REVISION_2025_11_25);
    assert_true (slice_is (counter_argument (self, "describe_alarms", "prefix"), "cp"));
    worker_t *worker;
    message_t *request = counter_request (self, "describe_alarms", &worker);
    assert_string_equal (request->envelope.region, "eu-west-1");
    assert_true (request->envelope.budget_ms <= COMPLETION_DEADLINE_MS);
    counter_answers (self, "describe_alarms", "{\"alarms\":[{\"name\":\"cpu-low\"},{\"name\":\"cpu-high\"}]}");
    assert_string_equal (counter_text (self), "{\"completion\":{\"values\":[\"cpu-high\",\"cpu-low\"],\"total\":2,\"hasMore\":false}}");
    counter_ask (self, complete, OF ("alarm", "") "}", REVISION_2026_07_28);
    assert_false (counter_argument (self, "describe_alarms", "prefix").data);
    counter_answers (self, "describe_alarms", "{\"alarms\":[{\"name\":\"a\"}],\"next_token\":\"t\"}");
    assert_non_null (strstr (counter_text (self), "{\"resultType\":\"complete\","));
    assert_non_null (strstr (counter_text (self), "\"completion\":{\"values\":[\"a\"],\"hasMore\":true}}"));
}

static void
dashboards_are_asked_for_likewise (void **state)
{
    counter_t *self = *state;
    counter_ask (self, complete, OF ("dashboard", "sh") "}", REVISION_2025_11_25);
    assert_true (slice_is (counter_argument (self, "list_dashboards", "prefix"), "sh"));
    counter_answers (self, "list_dashboards", "{\"dashboards\":[[\"shop-b\",null,2],[\"shop-a\",null,1]]}");
    assert_string_equal (counter_text (self), "{\"completion\":{\"values\":[\"shop-a\",\"shop-b\"],\"total\":2,\"hasMore\":false}}");
}

static void
namespaces_that_begin_so_come_before_those_that_contain_it (void **state)
{
    counter_t *self = *state;
    counter_ask (self, complete, OF ("namespace", "ecs") "}", REVISION_2025_11_25);
    assert_false (counter_argument (self, "list_metrics", "namespace").data);
    counter_answers (self, "list_metrics", "{\"namespaces\":[[\"AWS/ECS\",3],[\"ecs/own\",4],[\"AWS/RDS\",5],[\"ecs/own\",1]]}");
    assert_string_equal (counter_text (self), "{\"completion\":{\"values\":[\"ECS/ContainerInsights\",\"ecs/own\",\"AWS/ECS\","
                         "\"AWS/ECS/ManagedScaling\"],\"total\":4,\"hasMore\":false}}");
}

static void
metrics_and_dimensions_depend_on_what_is_filled_in (void **state)
{
    counter_t *self = *state;
    static const char METRICS [] = "{\"metrics\":[[\"Errors\",{\"FunctionName\":\"b\"}],[\"Calls\",{\"FunctionName\":\"b\",\"Resource\":\"r\"}],"
        "[\"Errors\",{\"FunctionName\":\"a\"}],[\"Odd\",{}]]}";
    static const struct {
        const char *params, *values;
    } CASES [] = {
        { FOR ("explain_latency", "metric_name", "") FILLED ("\"namespace\":\"Shop\""), "[\"Calls\",\"Errors\",\"Odd\"]" },
        { FOR ("explain_latency", "metric_name", "ER") FILLED ("\"namespace\":\"Shop\""), "[\"Errors\"]" },
        { FOR ("explain_latency", "dimension_name", "") FILLED ("\"namespace\":\"Shop\""), "[\"FunctionName\",\"Resource\"]" },
        { FOR ("explain_latency", "dimension_value", "") FILLED ("\"namespace\":\"Shop\",\"dimension_name\":\"FunctionName\""),
          "[\"a\",\"b\"]" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        counter_ask (self, complete, CASES [i].params, REVISION_2025_06_18);
        assert_true (slice_is (counter_argument (self, "list_metrics", "namespace"), "Shop"));
        counter_answers (self, "list_metrics", METRICS);
        assert_non_null (strstr (counter_text (self), CASES [i].values));
    }
}

static void
names_of_awss_own_namespaces_come_from_the_catalogue_alone (void **state)
{
    counter_t *self = *state;
    static const struct {
        const char *params, *text;
    } CASES [] = {
        { OF ("namespace", "aws/lam") "}", "{\"completion\":{\"values\":[\"AWS/Lambda\"],\"total\":1,\"hasMore\":false}}" },
        { FOR ("explain_latency", "metric_name", "thr") FILLED ("\"namespace\":\"AWS/Lambda\""),
          "{\"completion\":{\"values\":[\"Throttles\"],\"total\":1,\"hasMore\":false}}" },
        { FOR ("explain_latency", "dimension_name", "") FILLED ("\"namespace\":\"AWS/Lambda\",\"metric_name\":\"Errors\""),
          "{\"completion\":{\"values\":[\"ExecutedVersion\",\"FunctionName\",\"Resource\"],\"total\":3,\"hasMore\":false}}" },
        { "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"cloudwatch://metrics/{+name}\"},\"argument\":{\"name\":\"name\",\"value\":\"CWA\"}}",
          "{\"completion\":{\"values\":[\"CWAgent\"],\"total\":1,\"hasMore\":false}}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        counter_ask (self, complete, CASES [i].params, REVISION_2025_11_25);
        assert_false (counter_asked (self, "list_metrics"));
        assert_string_equal (counter_text (self), CASES [i].text);
    }
}

static void
what_the_catalogue_has_not_is_asked_for (void **state)
{
    counter_t *self = *state;
    counter_ask (self, complete, FOR ("explain_latency", "metric_name", "Newest") FILLED ("\"namespace\":\"AWS/Lambda\""), REVISION_2025_11_25);
    counter_answers (self, "list_metrics", "{\"metrics\":[[\"NewestOfAll\",{}]]}");
    assert_string_equal (counter_text (self), "{\"completion\":{\"values\":[\"NewestOfAll\"],\"total\":1,\"hasMore\":false}}");
    counter_ask (self, complete, FOR ("explain_latency", "metric_name", "mem_used") FILLED ("\"namespace\":\"CWAgent\""), REVISION_2025_11_25);
    counter_answers (self, "list_metrics", "{\"metrics\":[[\"mem_used_by_us\",{}]]}");
    assert_non_null (strstr (counter_text (self), "\"mem_used\""));
    assert_non_null (strstr (counter_text (self), "\"mem_used_by_us\""));
    counter_ask (self, complete, FOR ("explain_latency", "metric_name", "mem_used") FILLED ("\"namespace\":\"CWAgent\""), REVISION_2025_11_25);
    counter_fails (self, "list_metrics", STATUS_THROTTLED, "AWS is busy.");
    assert_non_null (strstr (counter_text (self), "\"mem_used\""));
}

static void
a_metrics_name_is_completed_before_its_namespace_is_known (void **state)
{
    counter_t *self = *state;
    counter_ask (self, complete, FOR ("explain_latency", "metric_name", "ApproximateAgeOfOldestM") "}", REVISION_2025_11_25);
    assert_false (counter_asked (self, "list_metrics"));
    assert_string_equal (counter_text (self), "{\"completion\":{\"values\":[\"ApproximateAgeOfOldestMessage\"],\"hasMore\":false}}");
}

static void
without_it_nothing_is_asked_and_nothing_offered (void **state)
{
    counter_t *self = *state;
    static const struct {
        const char *params, *text;
    } CASES [] = {
        { FOR ("explain_latency", "metric_name", "xqz") "}", NOTHING },
        { FOR ("explain_latency", "metric_name", "xqz") FILLED ("\"namespace\":\"\""), NOTHING },
        { FOR ("explain_latency", "dimension_name", "") "}", NOTHING },
        { FOR ("explain_latency", "dimension_value", "") FILLED ("\"namespace\":\"AWS/Lambda\""), NOTHING },
        { FOR ("triage_alarm", "region", "eu") "}", NOTHING_EVER },
        { FOR ("explain_latency", "start_time", "-3") "}", NOTHING_EVER },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        counter_ask (self, complete, CASES [i].params, REVISION_2025_11_25);
        assert_false (counter_asked (self, "list_metrics") || counter_asked (self, "describe_alarms"));
        assert_string_equal (counter_text (self), CASES [i].text);
    }
}

static void
accounts_and_their_regions_are_those_of_the_configuration (void **state)
{
    counter_t *self = *state;
#define WHERE(variable, value) \
    "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"cloudwatch-mcp://alarm/{name}{?region,account}\"},\"argument\":{\"name\":\"" variable "\"," \
    "\"value\":\"" value "\"}"
    static const struct {
        const char *params, *values;
    } CASES [] = {
        { FOR ("triage_alarm", "account", "") "}", "[\"own\",\"prod\",\"staging\"],\"total\":3" },
        { FOR ("triage_alarm", "account", "O") "}", "[\"own\",\"prod\"],\"total\":2" },
        { FOR ("triage_alarm", "account", "stage") "}", "[],\"total\":0" },
        { WHERE ("account", "st") "}", "[\"staging\"],\"total\":1" },
        { FOR ("triage_alarm", "region", "") FILLED ("\"account\":\"prod\""), "[\"eu-central-1\",\"eu-west-1\",\"us-east-1\"],\"total\":3" },
        { FOR ("triage_alarm", "region", "eu-w") FILLED ("\"account\":\"prod\""), "[\"eu-west-1\"],\"total\":1" },
        { WHERE ("region", "west") FILLED ("\"account\":\"prod\""), "[\"eu-west-1\"],\"total\":1" },
        { FOR ("triage_alarm", "region", "") "}", "[\"us-east-1\"],\"total\":1" },                    //  Of the default account
        { FOR ("triage_alarm", "region", "") FILLED ("\"account\":\"\""), "[\"us-east-1\"],\"total\":1" },
        { FOR ("triage_alarm", "region", "") FILLED ("\"account\":\"own\""), "[],\"total\":0" },        //  Any region may be asked there
        { FOR ("triage_alarm", "region", "") FILLED ("\"account\":\"nobody\""), "[],\"total\":0" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        counter_ask (self, complete, CASES [i].params, REVISION_2025_11_25);
        char text [256];
        snprintf (text, sizeof text, "{\"completion\":{\"values\":%s,\"hasMore\":false}}", CASES [i].values);
        assert_string_equal (counter_text (self), text);
    }
}

static void
without_configured_accounts_there_is_none_to_offer (void **state)
{
    counter_t *self = *state;
    counter_ask (self, complete, WHERE ("account", "") "}", REVISION_2025_11_25);
    assert_string_equal (counter_text (self), NOTHING_EVER);
    counter_ask (self, complete, FOR ("triage_alarm", "account", "") "}", REVISION_2025_11_25);
    assert_int_equal (self->reply.code, -32602);
}

static void
a_hundred_at_most_and_how_many_there_are (void **state)
{
    counter_t *self = *state;
    buffer_t json;
    buffer_init (&json, 65536);
    buffer_append_text (&json, "{\"log_groups\":[");
    for (int i = 0; i < 120; i++)
        buffer_printf (&json, "%s[\"/a/%03d\"]", i ? "," : "", 119 - i);
    buffer_append_text (&json, "]}");
    buffer_append_char (&json, 0);
    counter_ask (self, complete, OF ("log-group", "/a") "}", REVISION_2025_11_25);
    assert_true (slice_is (counter_argument (self, "describe_log_groups", "prefix"), "/a"));
    counter_answers (self, "describe_log_groups", json.data);
    buffer_deinit (&json);
    const char *text = counter_text (self);
    assert_non_null (strstr (text, "[\"/a/000\",\"/a/001\","));
    assert_non_null (strstr (text, ",\"/a/099\"],\"total\":120,\"hasMore\":true}}"));
}

static void
what_fails_or_takes_too_long_is_an_empty_list (void **state)
{
    counter_t *self = *state;
    counter_ask (self, complete, OF ("alarm", "a") "}", REVISION_2025_11_25);
    counter_fails (self, "describe_alarms", STATUS_THROTTLED, "AWS is busy.");
    assert_int_equal (self->reply.code, 0);
    assert_string_equal (counter_text (self), NOTHING);
    counter_ask (self, complete, OF ("alarm", "a") "}", REVISION_2025_11_25);
    desk_pass (self->desk, COMPLETION_DEADLINE_MS - 250);
    assert_false (self->replied);
    desk_pass (self->desk, 500);
    assert_string_equal (counter_text (self), NOTHING);
    counter_ask (self, complete, OF ("log-group", "no group's name") "}", REVISION_2025_11_25);
    assert_false (counter_asked (self, "describe_log_groups"));
    assert_string_equal (counter_text (self), NOTHING);
}

static void
references_and_arguments_that_are_none_are_errors (void **state)
{
    counter_t *self = *state;
    static const char *const PARAMS [] = {
        "{}", FOR ("triage_alrm", "alarm_name", "a") "}", FOR ("triage_alarm", "alarm", "a") "}", OF ("dream", "a") "}",
        "{\"ref\":{\"type\":\"ref/tool\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}}",
        "{\"ref\":{\"type\":\"ref/prompt\"},\"argument\":{\"name\":\"a\",\"value\":\"b\"}}",
        "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"triage_alarm\"},\"argument\":{\"name\":\"alarm_name\"}}",
        "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"triage_alarm\"},\"argument\":{\"name\":\"alarm_name\",\"value\":7}}",
    };
    for (size_t i = 0; i < sizeof PARAMS / sizeof PARAMS [0]; i++) {
        counter_ask (self, complete, PARAMS [i], REVISION_2025_11_25);
        assert_int_equal (self->reply.code, -32602);
        assert_true (counter_text (self) [0] != 0);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (alarms_are_asked_for_by_what_they_begin_with, begin, end),
        cmocka_unit_test_setup_teardown (dashboards_are_asked_for_likewise, begin, end),
        cmocka_unit_test_setup_teardown (namespaces_that_begin_so_come_before_those_that_contain_it, begin, end),
        cmocka_unit_test_setup_teardown (metrics_and_dimensions_depend_on_what_is_filled_in, begin, end),
        cmocka_unit_test_setup_teardown (names_of_awss_own_namespaces_come_from_the_catalogue_alone, begin, end),
        cmocka_unit_test_setup_teardown (what_the_catalogue_has_not_is_asked_for, begin, end),
        cmocka_unit_test_setup_teardown (a_metrics_name_is_completed_before_its_namespace_is_known, begin, end),
        cmocka_unit_test_setup_teardown (without_it_nothing_is_asked_and_nothing_offered, begin, end),
        cmocka_unit_test_setup_teardown (accounts_and_their_regions_are_those_of_the_configuration, begin_with_accounts, end),
        cmocka_unit_test_setup_teardown (without_configured_accounts_there_is_none_to_offer, begin, end),
        cmocka_unit_test_setup_teardown (a_hundred_at_most_and_how_many_there_are, begin, end),
        cmocka_unit_test_setup_teardown (what_fails_or_takes_too_long_is_an_empty_list, begin, end),
        cmocka_unit_test_setup_teardown (references_and_arguments_that_are_none_are_errors, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
