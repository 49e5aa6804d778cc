#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools_accounts.h"

#include <stdio.h>

static const char SCHEMA [] = "{\"type\":\"object\",\"properties\":{\"limit\":{\"type\":\"integer\"},"
                              "\"account\":{\"type\":\"string\",\"maxLength\":64}},\"additionalProperties\":false}";

static char s_text [8192];

static const char *
schema_with (const config_t *config)
{
    buffer_t out;
    buffer_init (&out, sizeof s_text - 1);
    tools_accounts_append_schema (&out, slice_of (SCHEMA), config);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    snprintf (s_text, sizeof s_text, "%.*s", (int) out.size, out.data);
    buffer_deinit (&out);
    return s_text;
}

static const char *
instructions_with (const config_t *config)
{
    buffer_t out;
    buffer_init (&out, sizeof s_text - 1);
    tools_accounts_append_instructions (&out, config);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    snprintf (s_text, sizeof s_text, "%.*s", (int) out.size, out.size ? out.data : "");
    buffer_deinit (&out);
    return s_text;
}

static void
without_accounts_the_argument_is_not_there (void **state)
{
    (void) state;
    config_t config = { .accounts_count = 0 };
    assert_string_equal (schema_with (&config), "{\"type\":\"object\",\"properties\":{\"limit\":{\"type\":\"integer\"}},"
                                                "\"additionalProperties\":false}");
    assert_string_equal (instructions_with (&config), "");
}

static void
the_argument_may_be_one_of_the_accounts (void **state)
{
    (void) state;
    aws_account_t accounts [] = { { .name = "prod", .description = "the \"shop\"" }, { .name = "own" } };
    config_t config = { .accounts = accounts, .accounts_count = 2 };
    assert_string_equal (schema_with (&config), "{\"type\":\"object\",\"properties\":{\"limit\":{\"type\":\"integer\"},"
                         "\"account\":{\"type\":\"string\",\"enum\":[\"prod\",\"own\"]}},\"additionalProperties\":false}");
    assert_string_equal (instructions_with (&config),
                         " AWS accounts, by the argument account: prod (the \\\"shop\\\"); own. Without it: the server's own.");
    config.default_account = "own";
    assert_string_equal (instructions_with (&config), " AWS accounts, by the argument account: prod (the \\\"shop\\\"); own. Without it: own.");
}

static void
of_many_accounts_no_names_are_repeated_with_each_tool (void **state)
{
    (void) state;
    aws_account_t accounts [ACCOUNTS_MAX];
    for (size_t i = 0; i < ACCOUNTS_MAX; i++)
        accounts [i] = (aws_account_t) { .name = "a", .description = "an account with a description of forty bytes" };
    config_t config = { .accounts = accounts, .accounts_count = TOOLS_ACCOUNTS_NAMED_MAX };
    assert_non_null (strstr (schema_with (&config), "\"enum\""));
    config.accounts_count++;
    assert_null (strstr (schema_with (&config), "\"enum\""));
    assert_non_null (strstr (s_text, "One of the configured accounts"));
    config.accounts_count = ACCOUNTS_MAX;
    assert_non_null (strstr (instructions_with (&config), "); and 33 more. Without it"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (without_accounts_the_argument_is_not_there),
        cmocka_unit_test (the_argument_may_be_one_of_the_accounts),
        cmocka_unit_test (of_many_accounts_no_names_are_repeated_with_each_tool),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
