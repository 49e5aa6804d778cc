#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operations.h"
#include "query.h"

#include <stdio.h>
#include <string.h>

#define IDENTITY "Action=GetCallerIdentity&Version=2011-06-15"

//  What an operation of the tests was given, and answers.
static const check_t MEMBERS [] = {
    { .name = "Name", .kind = CHECK_TEXT, .min = 1, .max = 8 },
    { .name = "Number", .kind = CHECK_INTEGER, .min = -10, .max = 10 },
    { .name = NULL },
};

static void
s_echo (wire_call_t *call)
{
    slice_t name = json_text (call->input, "Name");
    if (slice_is (name, "refused"))
        wire_refuse (call, "ValidationError", "not <%.*s> & not today", (int) name.size, name.data);
    else
    if (name.data)
        yyjson_mut_obj_add_val (call->doc, call->output, "Name", json_new_text (call->doc, name));
    if (yyjson_obj_get ((yyjson_val *) call->input, "Number"))
        yyjson_mut_obj_add_str (call->doc, yyjson_mut_obj_add_obj (call->doc, call->output, "Number"), "Sign",
                                json_int (call->input, "Number", 0) < 0 ? "-" : "+");
}

static const wire_operation_t ECHO = { &WIRE_STS, "Echo", MEMBERS, s_echo };

//  The answer's text; the caller's until the next call.
static const char *
s_text (wire_answer_t *answer)
{
    static char text [4096];
    snprintf (text, sizeof text, "%.*s", (int) answer->body.size, answer->body.data);
    buffer_deinit (&answer->body);
    return text;
}

static const char *
s_ask (const char *form, int *status)
{
    wire_answer_t answer;
    query_answer (&ECHO, NULL, &(query_visitor_t) { .region = "eu-west-1", .key_id = "AKIDEXAMPLE", .request_id = "id-1" }, slice_of (form), &answer);
    *status = answer.status;
    assert_string_equal (answer.content_type, "text/xml");
    return s_text (&answer);
}

static void
the_version_leads_to_the_service_and_the_action_to_the_operation (void **state)
{
    (void) state;
    wire_route_t route = query_route (SLICE (IDENTITY));
    assert_true (route.query && route.service == &WIRE_STS && route.operation == &OPERATION_GET_CALLER_IDENTITY);
    route = query_route (SLICE ("Version=2011-06-15&Other=Action%3DX&Action=Nonsense"));
    assert_true (route.service == &WIRE_STS && !route.operation && slice_is (route.name, "Nonsense"));
    route = query_route (SLICE ("Action=DescribeAlarms&Version=2010-08-01"));
    assert_true (route.service == &WIRE_MONITORING && !route.operation);
    assert_null (query_route (SLICE ("Action=GetCallerIdentity&Version=2011-06-16")).service);
    assert_null (query_route (SLICE ("")).name.data);
}

static void
members_are_decoded_and_answers_are_escaped (void **state)
{
    (void) state;
    int status;
    assert_string_equal (s_ask ("Action=Echo&Name=a%3C+%26%zz", &status),
        "<EchoResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><EchoResult><Name>a&lt; &amp;%zz</Name></EchoResult>"
        "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></EchoResponse>\n");
    assert_int_equal (status, 200);
}

static void
an_input_that_breaks_its_model_is_refused_in_xml (void **state)
{
    (void) state;
    int status;
    assert_non_null (strstr (s_ask ("Name=12345678", &status), "<Name>12345678</Name>"));
    assert_non_null (strstr (s_ask ("Name=123456789", &status), "<Message>1 validation error detected: Value '123456789' at 'name' failed"));
    assert_int_equal (status, 400);
    assert_string_equal (s_ask ("Name=refused", &status),
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>ValidationError</Code>"
        "<Message>not &lt;refused&gt; &amp; not today</Message></Error><RequestId>id-1</RequestId></ErrorResponse>\n");
}

static void
whole_numbers_are_read_where_the_model_has_them_and_structures_are_written (void **state)
{
    (void) state;
    int status;
    assert_non_null (strstr (s_ask ("Number=-5", &status), "<EchoResult><Number><Sign>-</Sign></Number></EchoResult>"));
    assert_non_null (strstr (s_ask ("Number=0", &status), "<Sign>+</Sign>"));
    assert_non_null (strstr (s_ask ("Number=11", &status), "Value '11' at 'number' failed to satisfy constraint"));
    static const char *const NONE [] = { "Number=", "Number=-", "Number=+5", "Number=05", "Number=1.0", "Number=1e1", "Number=5a",
                                         "Number=1000000000000000000" };
    for (size_t i = 0; i < sizeof NONE / sizeof NONE [0]; i++)
        assert_non_null (strstr (s_ask (NONE [i], &status), "<Code>MalformedInput</Code>"));
    assert_non_null (strstr (s_ask ("Name=5", &status), "<Name>5</Name>"));
}

static void
a_form_has_a_bounded_number_of_members (void **state)
{
    (void) state;
    char form [16 * QUERY_MEMBERS_MAX] = "";
    size_t size = 0;
    int status;
    for (int i = 0; i < QUERY_MEMBERS_MAX; i++)
        size += (size_t) snprintf (form + size, sizeof form - size, "%sA%d=1", i ? "&" : "", i);
    s_ask (form, &status);
    assert_int_equal (status, 200);
    snprintf (form + size, sizeof form - size, "&B=1");
    assert_non_null (strstr (s_ask (form, &status), "<Code>MalformedInput</Code>"));
    assert_int_equal (status, 400);
}

//  A form, and the code, status and words of its refusal.
typedef struct {
    const char *form;
    int status;
    const char *code;
    const char *words;
} refused_t;

static void
what_leads_to_no_operation_says_why (void **state)
{
    (void) state;
    static const refused_t CASES [] = {
        { "Version=2011-06-15", 400, "<Type>Sender</Type><Code>MissingAction</Code>", "missing an action" },
        { "Action=X&Version=2001-01-01", 400, "<Code>InvalidAction</Code>", "Could not find operation X for the version" },
        { "Action=X&Version=2011-06-15", 400, "<Code>InvalidAction</Code>", "Could not find operation X for version 2011-06-15" },
        { "Action=AssumeRoot&Version=2011-06-15", 501, "<Type>Receiver</Type><Code>NotImplemented</Code>",
          "AssumeRoot is not supported by the simulator" },
        { "Action=DescribeAlarms&Version=2010-08-01", 501, "<Code>NotImplemented</Code>",
          "DescribeAlarms by CloudWatch's Query protocol is not supported by the simulator" },
        { "Action=DescribeAlarms&Version=2010-08-01", 501, "xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"", "" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        wire_answer_t answer;
        wire_route_t route = query_route (slice_of (CASES [i].form));
        query_fail_route (&route, "id-1", &answer);
        assert_int_equal (answer.status, CASES [i].status);
        const char *text = s_text (&answer);
        if (!strstr (text, CASES [i].code) || !strstr (text, CASES [i].words))
            fail_msg ("%s was answered: %s", CASES [i].form, text);
    }
}

static void
codes_are_those_of_the_older_protocol_and_statuses_can_be_given (void **state)
{
    (void) state;
    wire_answer_t answer;
    query_fail (&WIRE_STS, "InvalidSignatureException", 0, SLICE ("x"), "id-1", &answer);
    assert_int_equal (answer.status, 403);
    assert_non_null (strstr (s_text (&answer), "<Code>SignatureDoesNotMatch</Code><Message>x</Message>"));
    query_fail (&WIRE_STS, "ThrottlingException", 503, SLICE ("x"), "id-1", &answer);
    assert_int_equal (answer.status, 503);
    assert_non_null (strstr (s_text (&answer), "<Code>Throttling</Code>"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_version_leads_to_the_service_and_the_action_to_the_operation),
        cmocka_unit_test (members_are_decoded_and_answers_are_escaped),
        cmocka_unit_test (an_input_that_breaks_its_model_is_refused_in_xml),
        cmocka_unit_test (whole_numbers_are_read_where_the_model_has_them_and_structures_are_written),
        cmocka_unit_test (a_form_has_a_bounded_number_of_members),
        cmocka_unit_test (what_leads_to_no_operation_says_why),
        cmocka_unit_test (codes_are_those_of_the_older_protocol_and_statuses_can_be_given),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
