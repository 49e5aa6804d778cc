#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_accounts.h"
#include "config_object.h"

#include <stdio.h>
#include <string.h>

static config_object_fn *const READ = config_accounts_read;

static void
every_member_is_read (void **state)
{
    (void) state;
    config_t config;
    buffer_t sentence;
    status_t status = read_object (READ, "{\"prod\":{\"description\":\"the shop\",\"role_arn\":\"arn:aws:iam::1:role/r\",\"external_id\":\"e\","
        "\"role_session_name\":\"s\",\"duration_seconds\":900,\"profile\":\"p\",\"region\":\"eu-west-1\",\"regions\":[\"us-east-1\",\"eu-west-1\"],"
        "\"log_groups\":[\"/a/*\"]},\"own\":{}}", &config, &sentence);
    if (status != STATUS_OK)
        fail_msg ("%s", sentence.data);
    assert_int_equal (config.accounts_count, 2);
    const aws_account_t *prod = &config.accounts [0], *own = &config.accounts [1];
    assert_string_equal (prod->name, "prod");
    assert_string_equal (prod->description, "the shop");
    assert_string_equal (prod->role_arn, "arn:aws:iam::1:role/r");
    assert_string_equal (prod->external_id, "e");
    assert_string_equal (prod->role_session_name, "s");
    assert_int_equal (prod->duration_s, 900);
    assert_string_equal (prod->profile, "p");
    assert_string_equal (prod->region, "eu-west-1");
    assert_string_equal (prod->regions [0], "us-east-1");
    assert_string_equal (prod->regions [1], "eu-west-1");
    assert_null (prod->regions [2]);
    assert_string_equal (prod->log_groups [0], "/a/*");
    assert_null (prod->log_groups [1]);
    assert_string_equal (own->name, "own");
    assert_null (own->role_arn);
    assert_null (own->regions);
    assert_null (own->log_groups);
    assert_int_equal (own->duration_s, 0);
    buffer_deinit (&sentence);
    config_deinit (&config);
    assert_null (config.accounts);
}

static void
what_cannot_be_is_refused_with_its_account_and_member (void **state)
{
    (void) state;
    static const struct { const char *json, *sentence; } CASES [] = {
        { "[]", "\"accounts\" must be an object of accounts by their names, such as {\"prod\": {\"role_arn\": \"arn:…\"}}." },
        { "{\"\":{}}", "an account cannot be called \"\": a name is 1 to 64 printable ASCII characters without quotes and backslashes." },
        { "{\"a\":{},\"a\":{}}", "the account \"a\" is there twice." },
        { "{\"a\":1}", "the account \"a\" must be an object." },
        { "{\"a\":{\"role\":\"x\"}}", "the account \"a\" cannot have \"role\"; it may have description, role_arn, external_id, role_session_name, "
          "duration_seconds, profile, region, regions and log_groups." },
        { "{\"a\":{\"rolearn\":\"x\"}}", "the account \"a\" cannot have \"rolearn\"; did you mean \"role_arn\"?" },
        { "{\"a\":{\"role_arn\":\"\"}}", "the account \"a\": \"role_arn\" must be a text that is not empty." },
        { "{\"a\":{\"role_arn\":7}}", "the account \"a\": \"role_arn\" must be a text that is not empty." },
        { "{\"a\":{\"profile\":\"p\\u0000q\"}}", "the account \"a\": \"profile\" must be a text that is not empty." },
        { "{\"a\":{\"role_arn\":\"reader\"}}", "the account \"a\": \"role_arn\" is not the ARN of a role, such as "
          "arn:aws:iam::111122223333:role/NAME." },
        { "{\"a\":{\"external_id\":\"e\"}}", "the account \"a\": \"role_arn\" is missing: external_id, role_session_name and duration_seconds "
          "belong to a role." },
        { "{\"a\":{\"role_arn\":\"arn:aws:iam::1:role/r\",\"duration_seconds\":899}}", "the account \"a\": \"duration_seconds\" must be a whole "
          "number of seconds from 900 to 43200." },
        { "{\"a\":{\"role_arn\":\"arn:aws:iam::1:role/r\",\"duration_seconds\":\"900\"}}", "the account \"a\": \"duration_seconds\" must be a whole "
          "number of seconds from 900 to 43200." },
        { "{\"a\":{\"regions\":\"eu-west-1\"}}", "the account \"a\": \"regions\" must be a list of 1 to 64 texts." },
        { "{\"a\":{\"regions\":[]}}", "the account \"a\": \"regions\" must be a list of 1 to 64 texts." },
        { "{\"a\":{\"log_groups\":[\"x\",null]}}", "the account \"a\": \"log_groups\" must be a list of 1 to 64 texts." },
        { "{\"a\":{\"region\":\"eu-west-1\",\"regions\":[\"us-east-1\"]}}", "the account \"a\": \"region\" is not among its regions." },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        config_t config;
        buffer_t sentence;
        assert_int_equal (read_object (READ, CASES [i].json, &config, &sentence), STATUS_INVALID_ARGUMENT);
        assert_string_equal (sentence.data, CASES [i].sentence);
        buffer_deinit (&sentence);
        config_deinit (&config);
    }
}

static void
a_description_is_short_because_models_read_it_again_and_again (void **state)
{
    (void) state;
    for (size_t size = ACCOUNT_DESCRIPTION_MAX; size <= ACCOUNT_DESCRIPTION_MAX + 1; size++) {
        char json [512];
        config_t config;
        buffer_t sentence;
        snprintf (json, sizeof json, "{\"a\":{\"description\":\"%0*d\"}}", (int) size, 0);
        assert_int_equal (read_object (READ, json, &config, &sentence), size > ACCOUNT_DESCRIPTION_MAX ? STATUS_INVALID_ARGUMENT : STATUS_OK);
        buffer_deinit (&sentence);
        config_deinit (&config);
    }
}

static void
there_are_at_most_as_many_accounts_as_have_keys (void **state)
{
    (void) state;
    for (int count = ACCOUNTS_MAX; count <= ACCOUNTS_MAX + 1; count++) {
        buffer_t json, sentence;
        config_t config;
        buffer_init (&json, 65536);
        for (int i = 0; i < count; i++)
            buffer_printf (&json, "%s\"a%d\":{}", i ? "," : "{", i);
        buffer_append_text (&json, "}");
        buffer_append_char (&json, 0);
        assert_int_equal (read_object (READ, json.data, &config, &sentence), count > ACCOUNTS_MAX ? STATUS_INVALID_ARGUMENT : STATUS_OK);
        assert_string_equal (sentence.data, count > ACCOUNTS_MAX ? "there are 64 accounts; at most 63 can be configured." : "");
        assert_int_equal (config.accounts_count, ACCOUNTS_MAX);
        buffer_deinit (&json);
        buffer_deinit (&sentence);
        config_deinit (&config);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_member_is_read),
        cmocka_unit_test (what_cannot_be_is_refused_with_its_account_and_member),
        cmocka_unit_test (a_description_is_short_because_models_read_it_again_and_again),
        cmocka_unit_test (there_are_at_most_as_many_accounts_as_have_keys),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
