#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_LOGS, .operations = LOGS_OPERATIONS });
}

static void
each_argument_reaches_aws (void **state)
{
    fixture_t *self = *state;
    static const char *const CASES [] [2] = {
        { "{}", "{\"limit\":50}" },
        { "{\"limit\":3,\"max_bytes\":2048}", "{\"limit\":50}" },                        //  Always the same page, whatever is wanted of it
        { "{\"prefix\":\"/aws/lambda/\"}", "{\"limit\":50,\"logGroupNamePrefix\":\"/aws/lambda/\"}" },
        { "{\"pattern\":\"check\"}", "{\"limit\":50,\"logGroupNamePattern\":\"check\"}" },
        { "{\"log_group_class\":\"INFREQUENT_ACCESS\"}", "{\"limit\":50,\"logGroupClass\":\"INFREQUENT_ACCESS\"}" },
        { "{\"log_groups\":[\"/a\",\"arn:aws:logs:eu-west-1:123456789012:log-group:/b\"]}",
          "{\"limit\":50,\"logGroupIdentifiers\":[\"/a\",\"arn:aws:logs:eu-west-1:123456789012:log-group:/b\"]}" },
        { "{\"linked_accounts\":true}", "{\"limit\":50,\"includeLinkedAccounts\":true}" },
        { "{\"linked_accounts\":false}", "{\"limit\":50}" },
        { "{\"linked_accounts\":true,\"account_ids\":[\"123456789012\"]}", "{\"limit\":50,\"includeLinkedAccounts\":true,"
                "\"accountIdentifiers\":[\"123456789012\"]}" },
        { "{\"account_ids\":[\"123456789012\"]}", "{\"limit\":50,\"includeLinkedAccounts\":true,\"accountIdentifiers\":[\"123456789012\"]}" },
        { "{\"account_ids\":[]}", "{\"limit\":50}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        self->aws.scripted = self->aws.told = 0;
        aws_says (&self->aws, 200, "{}");
        ask (self, "describe_log_groups", CASES [i] [0]);
        assert_string_equal (asked_text (&self->aws, self->aws.asked_count - 1), CASES [i] [1]);
        assert_string_equal (self->aws.asked [(self->aws.asked_count - 1) % REQUESTS_KEPT].target, "Logs_20140328.DescribeLogGroups");
    }
}

static void
the_region_is_where_aws_is_asked (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{}");
    expect_part (text_of (ask (self, "describe_log_groups", "{\"region\":\"ap-south-1\"}"), "note"), "in ap-south-1");
}

static void
the_token_of_an_earlier_answer_asks_for_awss_page (void **state)
{
    fixture_t *self = *state;
    char arguments [512];
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"a\"}],\"nextToken\":\"page-2\"}");
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"b\"}]}");
    snprintf (arguments, sizeof arguments, "{\"limit\":1,\"next_token\":\"%s\"}", text_of (ask (self, "describe_log_groups", "{\"limit\":1}"),
            "next_token"));
    expect_json (yyjson_obj_get (ask (self, "describe_log_groups", arguments), "log_groups"), "[[\"b\",null,null,null,null]]");
    assert_string_equal (asked_text (&self->aws, 1), "{\"limit\":50,\"nextToken\":\"page-2\"}");
}

static void
a_group_is_a_row_of_columns (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200,
              "{\"logGroups\":[{\"logGroupName\":\"/aws/lambda/checkout\",\"creationTime\":1795388707042,\"retentionInDays\":14,"
              "\"metricFilterCount\":0,"
              "\"arn\":\"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:*\",\"storedBytes\":12345678901,"
              "\"logGroupClass\":\"STANDARD\","
              "\"logGroupArn\":\"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout\"}]}");
    expect_json (ask (self, "describe_log_groups", "{}"),
                 "{\"columns\":[\"name\",\"class\",\"retention_days\",\"stored_bytes\",\"created\",\"other\"],"
                 "\"log_groups\":[[\"/aws/lambda/checkout\",\"STANDARD\",14,12345678901,\"2026-11-22T23:05Z\"]]}");
    assert_false (self->result.cut);
}

static void
what_few_groups_have_is_said_of_those (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200,
              "{\"logGroups\":[{\"logGroupName\":\"g\",\"metricFilterCount\":3,\"kmsKeyId\":\"arn:aws:kms:k\",\"dataProtectionStatus\":\"ACTIVATED\","
              "\"inheritedProperties\":[\"ACCOUNT_DATA_PROTECTION\"],\"deletionProtectionEnabled\":true,\"bearerTokenAuthenticationEnabled\":true,"
              "\"logGroupArn\":\"arn:aws:logs:eu-west-1:210987654321:log-group:g\"}]}");
    expect_json (yyjson_obj_get (ask (self, "describe_log_groups", "{\"linked_accounts\":true}"), "log_groups"),
                 "[[\"g\",null,null,null,null,{\"metric_filters\":3,\"kms_key\":\"arn:aws:kms:k\",\"data_protection\":\"ACTIVATED\","
                 "\"inherited\":[\"ACCOUNT_DATA_PROTECTION\"],\"deletion_protection\":true,\"bearer_token_auth\":true,"
                 "\"account\":\"210987654321\"}]]");
}

static void
the_account_of_a_linked_group_is_found_in_either_arn (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200,
              "{\"logGroups\":[{\"logGroupName\":\"a\",\"arn\":\"arn:aws:logs:eu-west-1:111111111111:log-group:a:*\"},"
              "{\"logGroupName\":\"b\",\"logGroupArn\":\"arn:aws-cn:logs:cn-north-1:222222222222\"},"
              "{\"logGroupName\":\"c\",\"logGroupArn\":\"no arn\"},{\"logGroupName\":\"d\"},{\"logGroupName\":\"e\",\"logGroupArn\":\"::::\"}]}");
    expect_json (yyjson_obj_get (ask (self, "describe_log_groups", "{\"account_ids\":[\"111111111111\"]}"), "log_groups"),
                 "[[\"a\",null,null,null,null,{\"account\":\"111111111111\"}],[\"b\",null,null,null,null,{\"account\":\"222222222222\"}],"
                 "[\"c\",null,null,null,null],[\"d\",null,null,null,null],[\"e\",null,null,null,null]]");
}

static void
members_that_are_missing_or_strange_are_null (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200,
              "{\"logGroups\":[{},null,7,\"x\",[],{\"logGroupName\":7,\"logGroupClass\":null,\"retentionInDays\":\"14\",\"storedBytes\":1.5,"
              "\"creationTime\":-1,"
              "\"metricFilterCount\":\"2\",\"inheritedProperties\":7,\"kmsKeyId\":null,\"deletionProtectionEnabled\":1},"
              "{\"creationTime\":9223372036854775807,\"storedBytes\":18446744073709551615}]}");
    expect_json (yyjson_obj_get (ask (self, "describe_log_groups", "{}"), "log_groups"),
                 "[[null,null,null,null,null],[null,null,null,null,null],[null,null,null,null,null],[null,null,null,null,null],[null,null,null,null,"
                 "null],"
                 "[null,null,null,1.5,null],[null,null,\"never expires\",18446744073709551615,\"292278994-08-17T07:12Z\"]]");
}

static void
hostile_names_come_out_visible (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"a\\u202eb\\u001b[2J\\u0000\\u200b\",\"kmsKeyId\":\"\\u2066\","
                               "\"inheritedProperties\":[\"\\u009b\"]}]}");
    expect_json (yyjson_obj_get (ask (self, "describe_log_groups", "{}"), "log_groups"),
                 "[[\"a\\\\u202eb\\\\u001b[2J\\\\u0000\\\\u200b\",null,null,null,null,{\"kms_key\":\"\\\\u2066\",\"inherited\":[\"\\\\u009b\"]}]]");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_argument_reaches_aws, begin, end),
        cmocka_unit_test_setup_teardown (the_region_is_where_aws_is_asked, begin, end),
        cmocka_unit_test_setup_teardown (the_token_of_an_earlier_answer_asks_for_awss_page, begin, end),
        cmocka_unit_test_setup_teardown (a_group_is_a_row_of_columns, begin, end),
        cmocka_unit_test_setup_teardown (what_few_groups_have_is_said_of_those, begin, end),
        cmocka_unit_test_setup_teardown (the_account_of_a_linked_group_is_found_in_either_arn, begin, end),
        cmocka_unit_test_setup_teardown (members_that_are_missing_or_strange_are_null, begin, end),
        cmocka_unit_test_setup_teardown (hostile_names_come_out_visible, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
