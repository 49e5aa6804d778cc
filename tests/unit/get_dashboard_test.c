#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_METRICS, .operations = METRICS_OPERATIONS });
}

//  AWS answers with this body. The text must live until it is asked: the next call takes it back.
static void
aws_says_body (fixture_t *self, const char *body)
{
    static char text [4 * 1024 * 1024];
    buffer_t answer;
    buffer_init (&answer, sizeof text);
    buffer_append_text (&answer, "{\"DashboardArn\":\"arn:aws:cloudwatch::123456789012:dashboard/shop\",\"DashboardName\":\"shop\","
                                 "\"DashboardBody\":");
    json_append_string (&answer, slice_of (body));
    buffer_append (&answer, "}", sizeof "}");
    assert_int_equal (buffer_status (&answer), STATUS_OK);
    memcpy (text, answer.data, answer.size);
    buffer_deinit (&answer);
    aws_says (&self->aws, 200, text);
}

static const char BODY [] =
    "{\"start\":\"-PT3H\",\"widgets\":[{\"type\":\"text\",\"properties\":{\"markdown\":\"# Shop\"}},"
    "{\"type\":\"metric\",\"properties\":{\"title\":\"CPU\",\"region\":\"eu-west-1\",\"metrics\":[[\"AWS/RDS\",\"CPUUtilization\",\"DB\",\"a\"],"
    "[\"...\",\"b\"]]}},{\"type\":\"alarm\",\"properties\":{\"alarms\":[\"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu\"]}}],"
    "\"variables\":[{\"type\":\"property\",\"property\":\"DB\"}]}";

static void
a_dashboard_is_its_widgets_and_the_calls_that_they_stand_for (void **state)
{
    fixture_t *self = *state;
    aws_says_body (self, BODY);
    expect_json (ask (self, "get_dashboard", "{\"name\":\"shop\"}"),
                 "{\"widgets\":[{\"type\":\"text\",\"markdown\":\"# Shop\"},{\"type\":\"metric\",\"title\":\"CPU\","
                 "\"run\":[{\"tool\":\"get_metric_data\","
                 "\"arguments\":{\"region\":\"eu-west-1\",\"period\":300,\"queries\":[{\"namespace\":\"AWS/RDS\",\"metric_name\":\"CPUUtilization\","
                 "\"dimensions\":{\"DB\":\"a\"},\"stat\":\"Average\"},{\"namespace\":\"AWS/RDS\",\"metric_name\":\"CPUUtilization\",\"dimensions\":"
                 "{\"DB\":\"b\"},\"stat\":\"Average\"}]}}]},{\"type\":\"alarm\",\"run\":[{\"tool\":\"describe_alarms\",\"arguments\":{\"region\":"
                 "\"eu-west-1\",\"names\":[\"cpu\"]}}]}],\"start_time\":\"-3h\",\"variables\":[{\"type\":\"property\",\"replaces\":\"DB\"}],"
                 "\"note\":\"What a variable replaces stands in the arguments as the dashboard has it: put a value, or its default, there.\"}");
    assert_string_equal (asked_text (&self->aws, 0), "{\"DashboardName\":\"shop\"}");
    assert_string_equal (self->aws.asked [0].target, "GraniteServiceVersion20100801.GetDashboard");
}

//  Every call of a widget fits the contract of its tool.
static void
each_call_passes_its_contract (void **state)
{
    fixture_t *self = *state;
    aws_says_body (self, BODY);
    yyjson_val *widget, *call, *widgets = yyjson_obj_get (ask (self, "get_dashboard", "{\"name\":\"shop\"}"), "widgets");
    size_t at, index, count, calls = 0;
    yyjson_arr_foreach (widgets, at, count, widget) {
        yyjson_val *run = yyjson_obj_get (widget, "run");
        for (index = 0; (call = yyjson_arr_get (run, index)) != NULL; index++, calls++) {
            const contract_t *contract = contracts_find (self->contracts, json_text (call, "tool"));
            contract_arguments_t checked;
            buffer_t sentence;
            assert_non_null (contract);
            buffer_init (&sentence, CONTRACT_SENTENCE_SIZE);
            if (contract_check (contract, yyjson_obj_get (call, "arguments"), &checked, &sentence) != STATUS_OK)
                fail_msg ("%.*s", (int) sentence.size, sentence.data);
            contract_arguments_deinit (&checked);
            buffer_deinit (&sentence);
        }
    }
    assert_int_equal (calls, 2);
}

static void
widgets_are_cut_and_gone_on_with (void **state)
{
    fixture_t *self = *state;
    aws_says_body (self, BODY);
    yyjson_val *answer = ask (self, "get_dashboard", "{\"name\":\"shop\",\"limit\":2}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "widgets")), 2);
    expect_part (text_of (answer, "note"), "2 widgets; there are more: pass next_token, or raise limit.");
    char arguments [512];
    snprintf (arguments, sizeof arguments, "{\"name\":\"shop\",\"next_token\":\"%s\"}", text_of (answer, "next_token"));
    aws_says_body (self, BODY);
    answer = ask (self, "get_dashboard", arguments);
    yyjson_val *widgets = yyjson_obj_get (answer, "widgets");
    assert_int_equal (yyjson_arr_size (widgets), 1);
    assert_string_equal (text_of (yyjson_arr_get_first (widgets), "type"), "alarm");
    assert_null (text_of (answer, "next_token"));
    assert_string_equal (asked_text (&self->aws, 1), "{\"DashboardName\":\"shop\"}");
}

static void
a_widget_larger_than_max_bytes_says_how_large (void **state)
{
    fixture_t *self = *state;
    char body [4096];
    int size = snprintf (body, sizeof body, "{\"widgets\":[{\"type\":\"metric\",\"properties\":{\"metrics\":[[\"N\",\"m\"]");
    for (int i = 0; i < 40; i++)
        size += snprintf (body + size, sizeof body - (size_t) size, ",[\"N\",\"m%d\"]", i);
    snprintf (body + size, sizeof body - (size_t) size, "]}}]}");
    aws_says_body (self, body);
    yyjson_val *answer = ask (self, "get_dashboard", "{\"name\":\"shop\",\"max_bytes\":1024}");
    expect_json (yyjson_obj_get (answer, "widgets"), "[]");
    expect_part (text_of (answer, "note"), "bytes, and max_bytes is 1024: raise it to read on.");
}

//  AWS lets a body grow to a megabyte, and six bytes of shorthand stand for a whole metric.
static void
a_megabyte_of_shorthand_is_cut_and_said (void **state)
{
    fixture_t *self = *state;
    buffer_t body;
    buffer_init (&body, 2 * 1024 * 1024);
    buffer_append_text (&body, "{\"widgets\":[{\"type\":\"metric\",\"properties\":{\"metrics\":[[\"N\",\"m\",\"A\",\"b\"]");
    while (body.size < 1024 * 1024)
        buffer_append_text (&body, ",[\"...\"]");
    buffer_append (&body, "]}}]}", sizeof "]}}]}");
    aws_says_body (self, body.data);
    buffer_deinit (&body);
    yyjson_val *widget = yyjson_arr_get_first (yyjson_obj_get (ask (self, "get_dashboard", "{\"name\":\"shop\"}"), "widgets"));
    yyjson_val *arguments = yyjson_obj_get (yyjson_arr_get_first (yyjson_obj_get (widget, "run")), "arguments");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (arguments, "queries")), 500);
    expect_part (text_of (widget, "note"), "500 of its metrics are here, and ");
}

static void
a_body_that_cannot_be_read_is_said (void **state)
{
    fixture_t *self = *state;
    static const char *const CASES [] [2] = {
        { "{\"widgets\":[{]}", "The dashboard's body is not valid JSON at byte 13 of 15: nothing of it can be shown." },
        { "{\"widgets\":\"next\"}", "The dashboard's body has no list of widgets." },
        { "{\"widgets\":[]}", "The dashboard has no widgets." },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        aws_says_body (self, CASES [i] [0]);
        yyjson_val *answer = ask (self, "get_dashboard", "{\"name\":\"shop\"}");
        expect_json (yyjson_obj_get (answer, "widgets"), "[]");
        assert_string_equal (text_of (answer, "note"), CASES [i] [1]);
    }
    aws_says (&self->aws, 200, "{}");
    expect_part (text_of (ask (self, "get_dashboard", "{\"name\":\"shop\"}"), "note"), "not valid JSON at byte 0 of 0");
}

static void
a_dashboard_that_is_not_there_is_named (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 404, "{\"__type\":\"com.amazonaws.cloudwatch#DashboardNotFoundError\",\"message\":\"Dashboard nope does not exist\"}");
    expect_part (refused (self, "get_dashboard", "{\"name\":\"nope\"}", STATUS_NOT_FOUND),
                 "There is no dashboard \"nope\" in this account. Names are case-sensitive, and the same in all regions: list_dashboards shows "
                 "them.");
    aws_says (&self->aws, 400, "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}");
    expect_part (refused (self, "get_dashboard", "{\"name\":\"shop\"}", STATUS_REFUSED), "cloudwatch:GetDashboard");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_dashboard_is_its_widgets_and_the_calls_that_they_stand_for, begin, end),
        cmocka_unit_test_setup_teardown (each_call_passes_its_contract, begin, end),
        cmocka_unit_test_setup_teardown (widgets_are_cut_and_gone_on_with, begin, end),
        cmocka_unit_test_setup_teardown (a_widget_larger_than_max_bytes_says_how_large, begin, end),
        cmocka_unit_test_setup_teardown (a_megabyte_of_shorthand_is_cut_and_said, begin, end),
        cmocka_unit_test_setup_teardown (a_body_that_cannot_be_read_is_said, begin, end),
        cmocka_unit_test_setup_teardown (a_dashboard_that_is_not_there_is_named, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
