#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "provider_fixture.h"

static void
the_environment_goes_before_the_default_profile (void **state)
{
    home_t *home = *state;
    home_write (home, ".aws/credentials", "[default]\naws_access_key_id = PROFILE\naws_secret_access_key = x\n");
    assert_int_equal (home_ask_all (home, PROVIDERS), STATUS_OK);
    assert_string_equal (home->found.source, "profile");
    home_set (home, "AWS_ACCESS_KEY_ID", KEY_ID);
    home_set (home, "AWS_SECRET_ACCESS_KEY", SECRET);
    assert_int_equal (home_ask_all (home, PROVIDERS), STATUS_OK);
    assert_found (home, KEY_ID, SECRET, "");
    assert_string_equal (home->found.source, "environment");
}

static void
a_profile_by_flag_goes_before_the_environment (void **state)
{
    home_t *home = *state;
    home_set (home, "AWS_ACCESS_KEY_ID", "ENVIRONMENT");
    home_set (home, "AWS_SECRET_ACCESS_KEY", "x");
    home_write (home, ".aws/config", "[profile dev]\naws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n");
    home->context.profile = "dev";
    assert_int_equal (home_ask_all (home, PROVIDERS), STATUS_OK);
    assert_found (home, KEY_ID, SECRET, "");
    home->context.profile = "nowhere";                  //  And if it does not exist, the environment's keys do not stand in
    assert_int_equal (home_ask_all (home, PROVIDERS), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (home_sentence (home), "nowhere"));
}

static void
half_of_the_environments_keys_is_an_error_although_there_is_a_profile (void **state)
{
    home_t *home = *state;
    home_set (home, "AWS_SECRET_ACCESS_KEY", SECRET);
    home_write (home, ".aws/credentials", "[default]\naws_access_key_id = PROFILE\naws_secret_access_key = x\n");
    assert_int_equal (home_ask_all (home, PROVIDERS), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (home_sentence (home), "AWS_ACCESS_KEY_ID is not"));
}

static void
without_any_the_sentence_names_every_place (void **state)
{
    home_t *home = *state;
    assert_int_equal (home_ask_all (home, PROVIDERS), STATUS_NO_CREDENTIALS);
    const char *sentence = home_sentence (home);
    for (const provider_t *provider = PROVIDERS; provider->name; provider++)
        assert_non_null (strstr (sentence, provider->looked_at));
    assert_non_null (strstr (sentence, "~/.aws/credentials"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        HOME_TEST (the_environment_goes_before_the_default_profile),
        HOME_TEST (a_profile_by_flag_goes_before_the_environment),
        HOME_TEST (half_of_the_environments_keys_is_an_error_although_there_is_a_profile),
        HOME_TEST (without_any_the_sentence_names_every_place),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
