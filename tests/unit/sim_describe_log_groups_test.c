#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_ask.h"

#define ASKED (&OPERATION_DESCRIBE_LOG_GROUPS)

static int
s_open (void **state)
{
    return sim_ask_open_with (state, (shop_config_t) { .log_groups_extra = 60 });
}

typedef struct {
    size_t count;
    char last [512];
} seen_t;

static void
s_see_in_order (void *arg, yyjson_val *group)
{
    seen_t *seen = arg;
    const char *name = yyjson_get_str (yyjson_obj_get (group, "logGroupName"));
    assert_true (strcmp (seen->last, name) < 0);
    snprintf (seen->last, sizeof seen->last, "%s", name);
    seen->count++;
}

static size_t
own_groups (const shop_t *shop)
{
    size_t count = 0;
    for (size_t i = 0; i < shop->log_groups_count; i++)
        count += strcmp (shop->log_groups [i].account, SHOP_ACCOUNT) == 0;
    return count;
}

static void
pages_hold_every_group_once_and_in_order (void **state)
{
    const shop_t *shop = *state;
    static const char *const LIMITS [] = { "\"limit\":1", "\"limit\":7", "\"limit\":50" };
    for (size_t i = 0; i < 3; i++) {
        seen_t seen = { .last = "" };
        int pages = sim_ask_pages (shop, ASKED, LIMITS [i], "nextToken", "logGroups", s_see_in_order, &seen);
        size_t limit = i == 0 ? 1 : i == 1 ? 7 : 50;
        assert_int_equal (seen.count, own_groups (shop));
        assert_int_equal (pages, (own_groups (shop) + limit - 1) / limit);
    }
}

static void
fifty_come_when_no_limit_is_given (void **state)
{
    assert_int_equal (sim_ask_count (*state, ASKED, "{}", "logGroups"), 50);
    assert_int_equal (sim_ask_count (*state, ASKED, "", "logGroups"), 50);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"limit\":null}", "logGroups"), 50);
}

static void
prefix_pattern_and_class_narrow_the_list (void **state)
{
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"logGroupNamePrefix\":\"/ecs/shop/\"}", "logGroups"), 16);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"logGroupNamePrefix\":\"ecs\"}", "logGroups"), 0);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"logGroupNamePattern\":\"payment\"}", "logGroups"), 5);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"logGroupNamePattern\":\"Payment\"}", "logGroups"), 0);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"logGroupNamePattern\":\"\"}", "logGroups"), 50);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"logGroupClass\":\"DELIVERY\"}", "logGroups"), 3);
}

static void
a_pattern_gives_three_members_only (void **state)
{
    int status;
    yyjson_doc *doc = sim_ask (*state, ASKED, "{\"logGroupNamePattern\":\"payment-capture\"}", &status);
    yyjson_val *group = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), "logGroups"));
    assert_int_equal (yyjson_obj_size (group), 3);
    assert_string_equal (yyjson_get_str (yyjson_obj_get (group, "arn")),
                         "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/shop-payment-capture:*");
    yyjson_doc_free (doc);
}

static void
a_group_carries_all_its_members (void **state)
{
    int status;
    yyjson_doc *doc = sim_ask (*state, ASKED, "{\"logGroupIdentifiers\":[\"/aws/lambda/shop-payment-capture\"]}", &status);
    yyjson_val *group = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), "logGroups"));
    int64_t created_ms = json_int (group, "creationTime", 0);
    assert_true (created_ms < SIM_ASK_NOW_MS && created_ms > SIM_ASK_NOW_MS - INT64_C (800) * 86400000);
    assert_int_equal (json_int (group, "retentionInDays", 0), 365);
    assert_int_equal (json_int (group, "metricFilterCount", 0), 2);
    assert_true (json_int (group, "storedBytes", 0) > 0);
    assert_string_equal (json_text (group, "logGroupArn").data, "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/shop-payment-capture");
    assert_string_equal (json_text (group, "kmsKeyId").data, "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab");
    assert_string_equal (json_text (group, "dataProtectionStatus").data, "ACTIVATED");
    assert_string_equal (json_text (group, "logGroupClass").data, "STANDARD");
    yyjson_doc_free (doc);
}

static void
linked_accounts_show_when_they_are_asked_for (void **state)
{
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"logGroupNamePrefix\":\"/ecs/shop/\",\"includeLinkedAccounts\":true}", "logGroups"), 22);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"includeLinkedAccounts\":true,\"accountIdentifiers\":[\"" SHOP_ACCOUNT_ANALYTICS "\"]}",
                                     "logGroups"), 6);
#define BY_ARN "{\"logGroupIdentifiers\":[\"arn:aws:logs:eu-west-1:" SHOP_ACCOUNT_STAGING ":log-group:/ecs/shop/cart\"],\"includeLinkedAccounts\":"
    assert_int_equal (sim_ask_count (*state, ASKED, BY_ARN "true}", "logGroups"), 1);
    assert_int_equal (sim_ask_count (*state, ASKED, BY_ARN "false}", "logGroups"), 0);
}

static void
broken_constraints_are_worded_as_aws_words_them (void **state)
{
    sim_ask_refused (*state, ASKED, "{\"limit\":51}", "InvalidParameterException",
        "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50");
    sim_ask_refused (*state, ASKED, "{\"limit\":0,\"logGroupNamePrefix\":\"\"}", "InvalidParameterException",
        "3 validation errors detected: Value '' at 'logGroupNamePrefix' failed to satisfy constraint: Member must have length greater than or "
        "equal to 1; "
        "Value '' at 'logGroupNamePrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+; "
        "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1");
    sim_ask_refused (*state, ASKED, "{\"logGroupClass\":\"COLD\"}", "InvalidParameterException",
        "1 validation error detected: Value 'COLD' at 'logGroupClass' failed to satisfy constraint: Member must satisfy enum value set: "
        "[INFREQUENT_ACCESS, STANDARD, DELIVERY]");
    sim_ask_refused (*state, ASKED, "{\"includeLinkedAccounts\":true,\"accountIdentifiers\":[\"12\"]}", "InvalidParameterException",
        "1 validation error detected: Value '[12]' at 'accountIdentifiers' failed to satisfy constraint: Member must satisfy constraint: "
        "[Member must have length less than or equal to 12, Member must have length greater than or equal to 12, Member must "
        "satisfy regular expression pattern: ^\\d{12}$]");
    sim_ask_refused (*state, ASKED, "{\"logGroupIdentifiers\":[]}", "InvalidParameterException",
        "1 validation error detected: Value '[]' at 'logGroupIdentifiers' failed to satisfy constraint: Member must have length greater than or "
        "equal to 1");
}

static void
wrong_types_cannot_be_read (void **state)
{
    sim_ask_refused (*state, ASKED, "{\"limit\":\"5\"}", "SerializationException", "STRING_VALUE can not be converted to an Integer");
    sim_ask_refused (*state, ASKED, "{\"logGroupNamePrefix\":5}", "SerializationException", "NUMBER_VALUE can not be converted to a String");
    sim_ask_refused (*state, ASKED, "{\"accountIdentifiers\":\"1\"}", "SerializationException", "Expected list or null");
    sim_ask_refused (*state, ASKED, "[]", "SerializationException", NULL);
    sim_ask_refused (*state, ASKED, "{\"limit\":", "SerializationException", NULL);
}

static void
filters_that_exclude_each_other_are_refused (void **state)
{
    sim_ask_refused (*state, ASKED, "{\"logGroupNamePrefix\":\"a\",\"logGroupNamePattern\":\"a\"}", "InvalidParameterException",
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
    sim_ask_refused (*state, ASKED, "{\"logGroupIdentifiers\":[\"a\"],\"logGroupClass\":\"STANDARD\"}", "InvalidParameterException", NULL);
    sim_ask_refused (*state, ASKED, "{\"accountIdentifiers\":[\"123456789012\"]}", "InvalidParameterException", NULL);
}

static void
a_token_is_good_for_its_own_question_only (void **state)
{
    int status;
    char input [256];
    yyjson_doc *doc = sim_ask (*state, ASKED, "{\"limit\":5,\"logGroupNamePrefix\":\"/ecs\"}", &status);
    const char *token = json_text (yyjson_doc_get_root (doc), "nextToken").data;
    snprintf (input, sizeof input, "{\"nextToken\":\"%s\",\"logGroupNamePrefix\":\"/ecs\",\"limit\":50}", token);
    assert_int_equal (sim_ask_count (*state, ASKED, input, "logGroups"), 11);
    snprintf (input, sizeof input, "{\"nextToken\":\"%s\",\"logGroupNamePrefix\":\"/aws\"}", token);
    sim_ask_refused (*state, ASKED, input, "InvalidParameterException", "The specified nextToken is invalid.");
    sim_ask_refused (*state, ASKED, "{\"nextToken\":\"AAAABBBBCCCCDDDDEEEEFF==\"}", "InvalidParameterException",
                     "The specified nextToken is invalid.");
    snprintf (input, sizeof input, "{\"nextToken\":\"%c%s\",\"logGroupNamePrefix\":\"/ecs\"}", token [0] == 'A' ? 'B' : 'A', token + 1);
    sim_ask_refused (*state, ASKED, input, "InvalidParameterException", "The specified nextToken is invalid.");
    yyjson_doc_free (doc);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (pages_hold_every_group_once_and_in_order),
        cmocka_unit_test (fifty_come_when_no_limit_is_given),
        cmocka_unit_test (prefix_pattern_and_class_narrow_the_list),
        cmocka_unit_test (a_pattern_gives_three_members_only),
        cmocka_unit_test (a_group_carries_all_its_members),
        cmocka_unit_test (linked_accounts_show_when_they_are_asked_for),
        cmocka_unit_test (broken_constraints_are_worded_as_aws_words_them),
        cmocka_unit_test (wrong_types_cannot_be_read),
        cmocka_unit_test (filters_that_exclude_each_other_are_refused),
        cmocka_unit_test (a_token_is_good_for_its_own_question_only),
    };
    return cmocka_run_group_tests (tests, s_open, sim_ask_close);
}
