#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

static const provider_t *const LOGIN_THEN_CONFIG [] = { &PROVIDER_LOGIN, &PROVIDER_CONFIG_FILE, NULL };

static void
a_login_session_is_refused_and_other_keys_of_the_profile_do_not_stand_in (void **state)
{
    find_stage_t *stage = *state;
    home_write (&stage->home, ".aws/config", "[default]\naws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n"
                "login_session = arn:aws:iam::123456789012:user/ann\n");
    assert_int_equal (find_for (stage, LOGIN_THEN_CONFIG), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "The AWS profile \"default\" uses login_session (aws login), which this server cannot follow."));
    assert_false (stage->passing);
}

static void
a_profile_without_one_is_passed_over (void **state)
{
    find_stage_t *stage = *state;
    home_write (&stage->home, ".aws/config", "[default]\naws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n");
    assert_int_equal (find_for (stage, LOGIN_THEN_CONFIG), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, "");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (a_login_session_is_refused_and_other_keys_of_the_profile_do_not_stand_in),
        FIND_TEST (a_profile_without_one_is_passed_over),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
