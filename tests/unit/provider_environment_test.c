#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "provider_fixture.h"

static void
an_environment_without_keys_is_not_configured (void **state)
{
    home_t *home = *state;
    assert_int_equal (home_ask (home, provider_environment), STATUS_NOT_FOUND);
    home_set (home, "AWS_SESSION_TOKEN", TOKEN);        //  Of no use alone
    assert_int_equal (home_ask (home, provider_environment), STATUS_NOT_FOUND);
    home_set (home, "AWS_ACCESS_KEY_ID", "");           //  An empty variable is as good as none
    home_set (home, "AWS_SECRET_ACCESS_KEY", "");
    assert_int_equal (home_ask (home, provider_environment), STATUS_NOT_FOUND);
    assert_int_equal (home->sentence.size, 0);
}

static void
both_keys_are_found (void **state)
{
    home_t *home = *state;
    home_set (home, "AWS_ACCESS_KEY_ID", KEY_ID);
    home_set (home, "AWS_SECRET_ACCESS_KEY", SECRET);
    assert_int_equal (home_ask (home, provider_environment), STATUS_OK);
    assert_found (home, KEY_ID, SECRET, "");
    assert_int_equal (home->found.expires_ms, 0);
}

static void
a_session_token_belongs_to_them (void **state)
{
    home_t *home = *state;
    home_set (home, "AWS_ACCESS_KEY_ID", KEY_ID);
    home_set (home, "AWS_SECRET_ACCESS_KEY", SECRET);
    home_set (home, "AWS_SESSION_TOKEN", TOKEN);
    assert_int_equal (home_ask (home, provider_environment), STATUS_OK);
    assert_found (home, KEY_ID, SECRET, TOKEN);
}

static void
half_of_the_keys_is_an_error_that_names_the_other_half (void **state)
{
    home_t *home = *state;
    home_set (home, "AWS_ACCESS_KEY_ID", KEY_ID);
    assert_int_equal (home_ask (home, provider_environment), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home),
                         "AWS_ACCESS_KEY_ID is set in the environment, but AWS_SECRET_ACCESS_KEY is not. Set both, or neither.");

    home_set (home, "AWS_ACCESS_KEY_ID", "");
    home_set (home, "AWS_SECRET_ACCESS_KEY", SECRET);
    assert_int_equal (home_ask (home, provider_environment), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home),
                         "AWS_SECRET_ACCESS_KEY is set in the environment, but AWS_ACCESS_KEY_ID is not. Set both, or neither.");
}

static void
a_profile_by_flag_goes_before_the_environment (void **state)
{
    home_t *home = *state;
    home_set (home, "AWS_ACCESS_KEY_ID", KEY_ID);
    home->context.profile = "dev";
    assert_int_equal (home_ask (home, provider_environment), STATUS_NOT_FOUND);
    home_set (home, "AWS_SECRET_ACCESS_KEY", SECRET);
    assert_int_equal (home_ask (home, provider_environment), STATUS_NOT_FOUND);
    home_set (home, "AWS_PROFILE", "other");
    assert_int_equal (home_ask (home, provider_environment), STATUS_NOT_FOUND);
}

static void
a_profile_by_variable_does_not (void **state)
{
    home_t *home = *state;
    home_set (home, "AWS_ACCESS_KEY_ID", KEY_ID);
    home_set (home, "AWS_SECRET_ACCESS_KEY", SECRET);
    home_set (home, "AWS_PROFILE", "dev");
    home->context.profile = "dev";
    assert_int_equal (home_ask (home, provider_environment), STATUS_OK);
    assert_found (home, KEY_ID, SECRET, "");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        HOME_TEST (an_environment_without_keys_is_not_configured),
        HOME_TEST (both_keys_are_found),
        HOME_TEST (a_session_token_belongs_to_them),
        HOME_TEST (half_of_the_keys_is_an_error_that_names_the_other_half),
        HOME_TEST (a_profile_by_flag_goes_before_the_environment),
        HOME_TEST (a_profile_by_variable_does_not),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
