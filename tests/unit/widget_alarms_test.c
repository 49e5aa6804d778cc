#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "widget_fixture.h"

#define ARN(region, name) "\"arn:aws:cloudwatch:" region ":123456789012:alarm:" name "\""
#define CALL(arguments) "{\"tool\":\"describe_alarms\",\"arguments\":{" arguments "}}"

static void
alarms_become_a_call_for_each_region (void **state)
{
    (void) state;
    expect_properties ("alarm", "\"title\":\"T\",\"alarms\":[" ARN ("eu-west-1", "a") "," ARN ("us-east-1", "b:c") "," ARN ("eu-west-1", "d e") "]",
                       "\"title\":\"T\",\"run\":[" CALL ("\"region\":\"eu-west-1\",\"names\":[\"a\",\"d e\"]") ","
                       CALL ("\"region\":\"us-east-1\",\"names\":[\"b:c\"]") "]");
}

static void
one_state_is_asked_for_and_of_several_all (void **state)
{
    (void) state;
    expect_properties ("alarm", "\"alarms\":[" ARN ("eu-west-1", "a") "],\"states\":[\"ALARM\"]",
                       "\"run\":[" CALL ("\"region\":\"eu-west-1\",\"names\":[\"a\"],\"state\":\"ALARM\"") "]");
    expect_properties ("alarm", "\"alarms\":[" ARN ("eu-west-1", "a") "],\"states\":[\"ALARM\",\"OK\"]",
                       "\"run\":[" CALL ("\"region\":\"eu-west-1\",\"names\":[\"a\"]") "]");
}

static void
a_state_that_is_none_is_not_asked_for (void **state)
{
    (void) state;
    expect_properties ("alarm", "\"alarms\":[" ARN ("eu-west-1", "a") "],\"states\":[\"FIRE\"]",
                       "\"run\":[" CALL ("\"region\":\"eu-west-1\",\"names\":[\"a\"]") "]");
}

static void
alarms_of_another_account_are_told_apart (void **state)
{
    (void) state;
    expect_properties ("alarm", "\"alarms\":[" ARN ("eu-west-1", "a") ",\"arn:aws:cloudwatch:eu-west-1:210987654321:alarm:b\"]",
                       "\"run\":[" CALL ("\"region\":\"eu-west-1\",\"names\":[\"a\",\"b\"]") "],\"note\":\"1 of its alarms are of another "
                       "account than the dashboard, and are found only there.\"");
}

static void
what_is_no_alarm_is_left_out_and_said (void **state)
{
    (void) state;
    expect_properties ("alarm", "\"alarms\":[7,\"cpu\",\"arn:aws:sns:eu-west-1:1:topic\",\"arn:aws:cloudwatch:eu-west-1:1:alarm:\","
                       "" ARN ("eu-west-1", "a") "]",
                       "\"run\":[" CALL ("\"region\":\"eu-west-1\",\"names\":[\"a\"]") "],\"note\":\"4 of its 5 alarms are no ARNs of alarms, and "
                       "left out.\"");
    expect_properties ("alarm", "\"alarms\":{}", "\"note\":\"It names no alarms.\"");
    expect_properties ("alarm", "\"alarms\":[\"x\"]", "\"note\":\"1 of its 1 alarms are no ARNs of alarms, and left out. It names no alarms.\"");
}

static void
a_hundred_go_into_a_call_and_eight_regions_into_a_widget (void **state)
{
    (void) state;
    char text [16384];
    int size = snprintf (text, sizeof text, "{\"type\":\"alarm\",\"properties\":{\"alarms\":[");
    for (int i = 0; i < 102; i++)
        size += snprintf (text + size, sizeof text - (size_t) size, "%s" ARN ("eu-west-1", "a%d"), i ? "," : "", i);
    for (int i = 0; i < 8; i++)
        size += snprintf (text + size, sizeof text - (size_t) size, "," ARN ("region-%d", "a"), i);
    snprintf (text + size, sizeof text - (size_t) size, "]}}");
    yyjson_doc *doc = widget_read (text);
    yyjson_val *row = yyjson_doc_get_root (doc), *run = yyjson_obj_get (row, "run");
    assert_int_equal (yyjson_arr_size (run), 8);
    yyjson_val *names = yyjson_obj_get (yyjson_obj_get (yyjson_arr_get_first (run), "arguments"), "names");
    assert_int_equal (yyjson_arr_size (names), 100);
    assert_string_equal (text_of (row, "note"), "2 more of its alarms did not fit in here. Alarms of more than 8 regions are left out.");
    yyjson_doc_free (doc);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (alarms_become_a_call_for_each_region),
        cmocka_unit_test (one_state_is_asked_for_and_of_several_all),
        cmocka_unit_test (a_state_that_is_none_is_not_asked_for),
        cmocka_unit_test (alarms_of_another_account_are_told_apart),
        cmocka_unit_test (what_is_no_alarm_is_left_out_and_said),
        cmocka_unit_test (a_hundred_go_into_a_call_and_eight_regions_into_a_widget),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
