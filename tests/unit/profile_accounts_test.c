#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_accounts.h"
#include "config_value.h"
#include "log.h"
#include "profile_accounts.h"
#include "provider_fixture.h"

//  Adds the profiles of this home to a configuration that has the account "dev" already.
static status_t
add (home_t *home, config_t *config)
{
    assert_int_equal (config_value_init (config), STATUS_OK);
    assert_int_equal (config_accounts_add (config, &(aws_account_t) { .name = "dev", .role_arn = "arn:aws:iam::1:role/r" }), STATUS_OK);
    config->profiles = true;
    buffer_clear (&home->sentence);
    return profile_accounts_complete (config, home->context.lookup, home->context.lookup_arg, &home->sentence);
}

static void
every_profile_of_both_files_is_an_account_once (void **state)
{
    home_t *home = *state;
    config_t config;
    home_write (home, ".aws/config", "[default]\nregion = eu-west-1\n[profile dev]\nregion = us-east-2\n[profile \"a b\"]\n"
                "[sso-session x]\n[services y]\n[profile dev]\noutput = json\n");
    home_write (home, ".aws/credentials", "[default]\nkey = 1\n[keys-only]\nkey = 1\nregion = us-east-1\n");
    assert_int_equal (add (home, &config), STATUS_OK);
    static const struct { const char *name, *profile, *region; } EXPECTED [] = {
        { "dev", NULL, NULL },          //  As the configuration file says
        { "default", "default", "eu-west-1" }, { "a b", "a b", NULL }, { "keys-only", "keys-only", "us-east-1" },
    };
    assert_int_equal (config.accounts_count, sizeof EXPECTED / sizeof EXPECTED [0]);
    for (size_t i = 0; i < config.accounts_count; i++) {
        const aws_account_t *account = &config.accounts [i];
        assert_string_equal (account->name, EXPECTED [i].name);
        assert_true (slice_eq (slice_of (account->profile), slice_of (EXPECTED [i].profile)));
        assert_true (slice_eq (slice_of (account->region), slice_of (EXPECTED [i].region)));
    }
    config_deinit (&config);
}

static void
a_profile_that_no_call_could_name_and_those_beyond_the_limit_are_left_out (void **state)
{
    home_t *home = *state;
    config_t config;
    buffer_t text;
    buffer_init (&text, 65536);
    buffer_append_text (&text, "[profile 01234567890123456789012345678901234567890123456789012345678901234]\n[profile \"\\\"]\n");
    for (int i = 0; i < ACCOUNTS_MAX; i++)
        buffer_printf (&text, "[profile p%d]\n", i);
    buffer_append_char (&text, 0);
    home_write (home, ".aws/config", text.data);
    buffer_deinit (&text);
    log_set_level (LOG_LEVEL_ERROR);
    assert_int_equal (add (home, &config), STATUS_OK);
    assert_int_equal (config.accounts_count, ACCOUNTS_MAX);
    assert_string_equal (config.accounts [1].name, "p0");
    assert_string_equal (config.accounts [ACCOUNTS_MAX - 1].name, "p61");
    config_deinit (&config);
}

static void
an_account_goes_to_the_region_of_its_profile_unless_it_says_where (void **state)
{
    home_t *home = *state;
    config_t config;
    static const char *const REGIONS [] = { "us-east-1", NULL };
    static const aws_account_t ACCOUNTS [] = {
        { .name = "a", .profile = "dev" }, { .name = "b", .profile = "dev", .region = "eu-west-3" },
        { .name = "c", .profile = "dev", .regions = REGIONS }, { .name = "d", .profile = "gone" }, { .name = "e" },
    };
    static const char *const EXPECTED [] = { "us-east-2", "eu-west-3", NULL, NULL, NULL };
    home_write (home, ".aws/config", "[default]\nregion = eu-west-1\n[profile dev]\nregion = us-east-2\n");
    assert_int_equal (config_value_init (&config), STATUS_OK);
    for (size_t i = 0; i < sizeof ACCOUNTS / sizeof ACCOUNTS [0]; i++)
        assert_int_equal (config_accounts_add (&config, &ACCOUNTS [i]), STATUS_OK);
    assert_int_equal (profile_accounts_complete (&config, home->context.lookup, home->context.lookup_arg, &home->sentence), STATUS_OK);
    assert_int_equal (config.accounts_count, sizeof ACCOUNTS / sizeof ACCOUNTS [0]);
    for (size_t i = 0; i < config.accounts_count; i++)
        assert_true (slice_eq (slice_of (config.accounts [i].region), slice_of (EXPECTED [i])));
    config_deinit (&config);
}

static void
without_files_there_is_nothing_to_add (void **state)
{
    home_t *home = *state;
    config_t config;
    assert_int_equal (add (home, &config), STATUS_OK);
    assert_int_equal (config.accounts_count, 1);
    config_deinit (&config);
}

static void
a_file_that_cannot_be_read_is_named (void **state)
{
    home_t *home = *state;
    config_t config;
    home_set (home, "AWS_CONFIG_FILE", "/proc/self/mem");
    assert_true (add (home, &config) != STATUS_OK);
    assert_non_null (strstr (home_sentence (home), "/proc/self/mem"));
    config_deinit (&config);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        HOME_TEST (every_profile_of_both_files_is_an_account_once),
        HOME_TEST (a_profile_that_no_call_could_name_and_those_beyond_the_limit_are_left_out),
        HOME_TEST (an_account_goes_to_the_region_of_its_profile_unless_it_says_where),
        HOME_TEST (without_files_there_is_nothing_to_add),
        HOME_TEST (a_file_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
