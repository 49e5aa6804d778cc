#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "errand_fixture.h"
#include "expect.h"
#include "resources.h"

#define ONE "# One\n\nSays what.\n"

static const guide_file_t GUIDES [] = { { "one", ONE, sizeof ONE - 1 }, { NULL, NULL, 0 } };

static errand_t *
read_one (const errand_config_t *config, const request_t *request, reply_t *reply)
{
    return resources_read (GUIDES, config, request, reply);
}

static errand_t *
list (const errand_config_t *config, const request_t *request, reply_t *reply)
{
    (void) config;
    resources_list (GUIDES, request, reply);
    return NULL;
}

static errand_t *
list_templates (const errand_config_t *config, const request_t *request, reply_t *reply)
{
    (void) config;
    resources_list_templates (request, reply);
    return NULL;
}

static int
begin (void **state)
{
    *state = counter_new ();
    return 0;
}

static int
end (void **state)
{
    counter_t *self = *state;
    counter_destroy (&self);
    return 0;
}

static void
expect_error (counter_t *self, int code, const char *start)
{
    const char *text = counter_text (self);
    assert_int_equal (self->reply.code, code);
    if (strncmp (text, start, strlen (start)) != 0)
        assert_string_equal (text, start);
}

static void
the_lists_say_what_there_is (void **state)
{
    counter_t *self = *state;
    counter_ask (self, list, "{}", REVISION_2025_11_25);
    assert_string_equal (counter_text (self), "{\"resources\":[{\"uri\":\"cloudwatch-mcp://guide/one\",\"name\":\"one\",\"title\":\"One\","
                         "\"description\":\"Says what.\",\"mimeType\":\"text/markdown\",\"size\":18}]}");
    counter_ask (self, list, "{}", REVISION_2025_03_26);
    assert_null (strstr (counter_text (self), "title"));
    counter_ask (self, list, "{}", REVISION_2026_07_28);
    assert_non_null (strstr (counter_text (self), "\"ttlMs\":3600000,\"cacheScope\":\"public\""));
    counter_ask (self, list_templates, "{}", REVISION_2025_11_25);
    static const char *const TEMPLATES [] = { "alarm", "log-group", "namespace", "dashboard" };
    for (size_t i = 0; i < sizeof TEMPLATES / sizeof TEMPLATES [0]; i++) {
        char uri [100];
        snprintf (uri, sizeof uri, "{\"uriTemplate\":\"cloudwatch-mcp://%s/{name}{?region,account}\",\"name\":\"%s\",\"title\":", TEMPLATES [i],
                  TEMPLATES [i]);
        assert_non_null (strstr (counter_text (self), uri));
    }
    assert_non_null (strstr (counter_text (self), "{\"uriTemplate\":\"cloudwatch://metrics/{+name}\",\"name\":\"metrics\",\"title\":"));
    counter_ask (self, list_templates, "{\"cursor\":\"x\"}", REVISION_2026_07_28);
    expect_error (self, -32602, "cursor is not one of ours");
    counter_ask (self, list, "{\"cursor\":\"x\"}", REVISION_2026_07_28);
    expect_error (self, -32602, "cursor is not one of ours");
}

static void
a_guide_is_read_at_once_and_may_be_kept_by_all (void **state)
{
    counter_t *self = *state;
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch-mcp://guide/one\"}", REVISION_2026_07_28);
    assert_int_equal (self->reply.code, 0);
    assert_non_null (strstr (counter_text (self), "\"ttlMs\":3600000,\"cacheScope\":\"public\",\"contents\":[{\"uri\":"));
    assert_non_null (strstr (counter_text (self), "\"text\":\"# One\\n\\nSays what.\\n\"}]}"));
}

static void
a_namespace_of_the_catalogue_is_read_at_once (void **state)
{
    counter_t *self = *state;
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch://metrics/aws/sqs\"}", REVISION_2026_07_28);
    assert_int_equal (self->reply.code, 0);
    assert_false (counter_asked (self, "list_metrics"));
    expect_part (counter_text (self), "\"cacheScope\":\"public\",\"contents\":[{\"uri\":\"cloudwatch://metrics/aws/sqs\","
                                      "\"mimeType\":\"application/json\","
                                      "\"text\":\"{\\\"namespace\\\":\\\"AWS/SQS\\\"");
    expect_part (counter_text (self), "[\\\"ApproximateAgeOfOldestMessage\\\",\\\"Seconds\\\",[\\\"Maximum\\\"");
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch://metrics/AWS/Lamda\"}", REVISION_2025_11_25);
    expect_error (self, -32002, "Resource not found: the catalogue has no such namespace; did you mean AWS/Lambda?");
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch://metrics/Xqzjwvkq\"}", REVISION_2025_11_25);
    expect_error (self, -32002, "Resource not found: the catalogue has no such namespace. Those of your own are cloudwatch-mcp://namespace/{name}.");
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch://metrics/AWS/SQS?region=eu-west-1\"}", REVISION_2025_11_25);
    expect_error (self, -32002, "Resource not found");
}

static void
what_is_not_there_is_an_error_of_the_revision (void **state)
{
    counter_t *self = *state;
    static const char *const URIS [] = { "cloudwatch-mcp://guide/two", "cloudwatch-mcp://guide/one?region=eu-west-1", "cloudwatch-mcp://dream/x",
                                         "http://127.0.0.1/guide/one", "cloudwatch-mcp://alarm/%zz", "" };
    for (size_t i = 0; i < sizeof URIS / sizeof URIS [0]; i++)
        for (int modern = 0; modern < 2; modern++) {
            char params [100];
            snprintf (params, sizeof params, "{\"uri\":\"%s\"}", URIS [i]);
            counter_ask (self, read_one, params, modern ? REVISION_2026_07_28 : REVISION_2025_11_25);
            expect_error (self, modern ? -32602 : -32002, "Resource not found: ");
            assert_true (slice_is (buffer_slice (&self->reply.data), params));
        }
    counter_ask (self, read_one, "{}", REVISION_2025_11_25);
    expect_error (self, -32602, "params.uri is missing");
}

static void
an_alarm_is_its_configuration_and_its_history (void **state)
{
    counter_t *self = *state;
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch-mcp://alarm/a%22b?region=eu-west-1\"}", REVISION_2026_07_28);
    assert_false (self->replied);
    assert_true (slice_is (counter_argument (self, "get_alarm_history", "name"), "a\"b"));
    worker_t *worker;
    message_t *request = counter_request (self, "describe_alarms", &worker);
    assert_string_equal (request->envelope.region, "eu-west-1");
    assert_true (argument_bool (message_body (request), "detail"));
    counter_answers (self, "describe_alarms", "{\"alarms\":[{\"name\":\"a\"}]}");
    assert_false (self->replied);
    counter_answers (self, "get_alarm_history", "{\"rows\":[]}");
    assert_int_equal (self->reply.code, 0);
    assert_non_null (strstr (counter_text (self), "\"ttlMs\":15000,\"cacheScope\":\"private\","));
    assert_non_null (strstr (counter_text (self), "\"mimeType\":\"application/json\",\"text\":\"{\\\"uri\\\":\\\"cloudwatch-mcp://alarm/a%22b?region="
                             "eu-west-1\\\",\\\"describe_alarms\\\":{\\\"alarms\\\":[{\\\"name\\\":\\\"a\\\"}]},\\\"get_alarm_history\\\":{"
                             "\\\"rows\\\":[]}}\"}]}"));
}

static void
one_that_nobody_knows_is_an_error_and_no_empty_page (void **state)
{
    counter_t *self = *state;
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch-mcp://namespace/Nope\"}", REVISION_2025_11_25);
    assert_true (slice_is (counter_argument (self, "list_metrics", "namespace"), "Nope"));
    counter_answers (self, "list_metrics", "{\"columns\":[],\"metrics\":[]}");
    expect_error (self, -32002, "Resource not found: AWS knows none");
}

static void
a_dashboard_may_be_empty_and_is_unknown_when_aws_says_so (void **state)
{
    counter_t *self = *state;
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch-mcp://dashboard/shop\"}", REVISION_2025_11_25);
    assert_true (slice_is (counter_argument (self, "get_dashboard", "name"), "shop"));
    counter_answers (self, "get_dashboard", "{\"widgets\":[]}");
    assert_int_equal (self->reply.code, 0);
    assert_non_null (strstr (counter_text (self), "\\\"get_dashboard\\\":{\\\"widgets\\\":[]}"));
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch-mcp://dashboard/nope\"}", REVISION_2025_11_25);
    counter_fails (self, "get_dashboard", STATUS_NOT_FOUND, "There is no dashboard.");
    expect_error (self, -32002, "Resource not found: AWS knows none");
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch-mcp://dashboard/shop\"}", REVISION_2026_07_28);
    counter_fails (self, "get_dashboard", STATUS_THROTTLED, "AWS is busy.");
    expect_error (self, -32603, "AWS is busy. trace ");
}

static void
a_part_that_failed_says_why_and_the_others_stand (void **state)
{
    counter_t *self = *state;
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch-mcp://log-group/%2Fa\"}", REVISION_2025_11_25);
    assert_true (slice_is (counter_argument (self, "filter_log_streams", "log_group"), "/a"));
    counter_fails (self, "search_log_events", STATUS_INVALID_ARGUMENT, "This class cannot be searched.");
    counter_answers (self, "filter_log_streams", "{}");
    counter_answers (self, "describe_log_groups", "{\"log_groups\":[[\"/a\"]]}");
    assert_int_equal (self->reply.code, 0);
    assert_non_null (strstr (counter_text (self), "\\\"search_log_events\\\":{\\\"error\\\":\\\"This class cannot be searched. trace "));
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch-mcp://log-group/%2Fa\"}", REVISION_2025_11_25);
    counter_answers (self, "search_log_events", "{}");
    counter_answers (self, "filter_log_streams", "{}");
    counter_fails (self, "describe_log_groups", STATUS_THROTTLED, "AWS is busy.");
    expect_error (self, -32603, "AWS is busy. trace ");
}

static void
a_name_that_no_contract_takes_is_not_asked_for (void **state)
{
    counter_t *self = *state;
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch-mcp://log-group/a%20b\"}", REVISION_2025_11_25);
    assert_false (counter_asked (self, "describe_log_groups"));
    expect_error (self, -32602, "");
    counter_ask (self, read_one, "{\"uri\":\"cloudwatch-mcp://alarm/a?region=evil.example.com\"}", REVISION_2025_11_25);
    assert_false (counter_asked (self, "describe_alarms"));
    expect_error (self, -32602, "");
}

static void
a_template_says_what_completes_its_name (void **state)
{
    (void) state;
    reply_t reply;
    reply_init (&reply);
    slice_t alarm = SLICE ("cloudwatch-mcp://alarm/{name}{?region,account}");
    assert_int_equal (resources_completes (alarm, SLICE ("name"), &reply), COMPLETES_ALARM_NAME);
    assert_int_equal (resources_completes (alarm, SLICE ("region"), &reply), COMPLETES_REGION);
    assert_int_equal (resources_completes (alarm, SLICE ("account"), &reply), COMPLETES_ACCOUNT);
    assert_int_equal (reply.code, 0);
    assert_int_equal (resources_completes (alarm, SLICE ("size"), &reply), COMPLETES);
    assert_int_equal (reply.code, -32602);
    assert_int_equal (resources_completes (SLICE ("cloudwatch-mcp://guide/one"), SLICE ("name"), &reply), COMPLETES);
    assert_int_equal (reply.code, -32602);
    reply_deinit (&reply);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (the_lists_say_what_there_is, begin, end),
        cmocka_unit_test_setup_teardown (a_guide_is_read_at_once_and_may_be_kept_by_all, begin, end),
        cmocka_unit_test_setup_teardown (a_namespace_of_the_catalogue_is_read_at_once, begin, end),
        cmocka_unit_test_setup_teardown (what_is_not_there_is_an_error_of_the_revision, begin, end),
        cmocka_unit_test_setup_teardown (an_alarm_is_its_configuration_and_its_history, begin, end),
        cmocka_unit_test_setup_teardown (one_that_nobody_knows_is_an_error_and_no_empty_page, begin, end),
        cmocka_unit_test_setup_teardown (a_dashboard_may_be_empty_and_is_unknown_when_aws_says_so, begin, end),
        cmocka_unit_test_setup_teardown (a_part_that_failed_says_why_and_the_others_stand, begin, end),
        cmocka_unit_test_setup_teardown (a_name_that_no_contract_takes_is_not_asked_for, begin, end),
        cmocka_unit_test (a_template_says_what_completes_its_name),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
