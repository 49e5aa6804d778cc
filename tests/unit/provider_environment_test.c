#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

static const provider_t *const ALONE [] = { &PROVIDER_ENVIRONMENT, NULL };

static void
an_environment_without_keys_is_not_configured (void **state)
{
    find_stage_t *stage = *state;
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "There are no AWS credentials"));
    home_set (&stage->home, "AWS_SESSION_TOKEN", TOKEN);        //  Of no use alone
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    home_set (&stage->home, "AWS_ACCESS_KEY_ID", "");           //  An empty variable is as good as none
    home_set (&stage->home, "AWS_SECRET_ACCESS_KEY", "");
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "There are no AWS credentials"));
}

static void
both_keys_are_found_and_a_session_token_belongs_to_them (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, "AWS_ACCESS_KEY_ID", KEY_ID);
    home_set (&stage->home, "AWS_SECRET_ACCESS_KEY", SECRET);
    assert_int_equal (find_for (stage, ALONE), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, "");
    assert_int_equal (stage->found.expires_ms, 0);
    assert_string_equal (stage->found.source, "environment");
    home_set (&stage->home, "AWS_SESSION_TOKEN", TOKEN);
    assert_int_equal (find_for (stage, ALONE), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
}

static void
half_of_the_keys_is_an_error_that_names_the_other_half (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, "AWS_ACCESS_KEY_ID", KEY_ID);
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence,
                         "AWS_ACCESS_KEY_ID is set in the environment, but AWS_SECRET_ACCESS_KEY is not. Set both, or neither.");
    home_set (&stage->home, "AWS_ACCESS_KEY_ID", "");
    home_set (&stage->home, "AWS_SECRET_ACCESS_KEY", SECRET);
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence,
                         "AWS_SECRET_ACCESS_KEY is set in the environment, but AWS_ACCESS_KEY_ID is not. Set both, or neither.");
    assert_false (stage->passing);
}

static void
a_profile_by_flag_goes_before_the_environment (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, "AWS_ACCESS_KEY_ID", KEY_ID);
    stage->config.context.profile = "dev";
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "There are no AWS credentials"));
    home_set (&stage->home, "AWS_SECRET_ACCESS_KEY", SECRET);
    home_set (&stage->home, "AWS_PROFILE", "other");
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "There are no AWS credentials"));
}

static void
a_profile_by_variable_does_not (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, "AWS_ACCESS_KEY_ID", KEY_ID);
    home_set (&stage->home, "AWS_SECRET_ACCESS_KEY", SECRET);
    home_set (&stage->home, "AWS_PROFILE", "dev");
    stage->config.context.profile = "dev";
    assert_int_equal (find_for (stage, ALONE), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, "");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (an_environment_without_keys_is_not_configured),
        FIND_TEST (both_keys_are_found_and_a_session_token_belongs_to_them),
        FIND_TEST (half_of_the_keys_is_an_error_that_names_the_other_half),
        FIND_TEST (a_profile_by_flag_goes_before_the_environment),
        FIND_TEST (a_profile_by_variable_does_not),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
