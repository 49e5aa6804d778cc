#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "provider_fixture.h"

#define KEYS_OF(name) "[" name "]\naws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n"

static void
without_files_nothing_is_configured (void **state)
{
    home_t *home = *state;
    assert_int_equal (home_ask (home, provider_profile), STATUS_NOT_FOUND);
    home_write (home, ".aws/config", "[default]\nregion = eu-west-1\n");
    assert_int_equal (home_ask (home, provider_profile), STATUS_NOT_FOUND);
    assert_int_equal (home->sentence.size, 0);
}

static void
the_default_profile_of_either_file_is_found_unasked (void **state)
{
    home_t *home = *state;
    home_write (home, ".aws/credentials", KEYS_OF ("default") "aws_session_token = " TOKEN "\n");
    assert_int_equal (home_ask (home, provider_profile), STATUS_OK);
    assert_found (home, KEY_ID, SECRET, TOKEN);
    assert_int_equal (unlink (home_path (home, ".aws/credentials")), 0);
    home_write (home, ".aws/config", KEYS_OF ("default"));
    assert_int_equal (home_ask (home, provider_profile), STATUS_OK);
    assert_found (home, KEY_ID, SECRET, "");
}

static void
a_profile_that_was_asked_for_is_found (void **state)
{
    home_t *home = *state;
    home->context.profile = "dev";
    home_write (home, ".aws/config", KEYS_OF ("profile dev"));
    assert_int_equal (home_ask (home, provider_profile), STATUS_OK);
    assert_found (home, KEY_ID, SECRET, "");
}

static void
an_unknown_profile_is_an_error_that_names_both_files (void **state)
{
    home_t *home = *state;
    home->context.profile = "nowhere";
    home_write (home, ".aws/credentials", KEYS_OF ("default"));
    char wanted [256];
    snprintf (wanted, sizeof wanted, "The AWS profile \"nowhere\" is in neither %s nor %s.", home_path (home, ".aws/credentials"),
              home_path (home, ".aws/config"));
    assert_int_equal (home_ask (home, provider_profile), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home), wanted);

    home_set (home, "HOME", "");
    assert_int_equal (home_ask (home, provider_profile), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home), "The AWS profile \"nowhere\" is in neither ~/.aws/credentials nor ~/.aws/config.");
}

static void
what_cannot_be_followed_yet_is_said_and_static_keys_do_not_stand_in (void **state)
{
    home_t *home = *state;
    home->context.profile = "dev";
    home_write (home, ".aws/credentials", KEYS_OF ("dev"));
    static const char *const ways [] = {
        "role_arn", "sso_session", "sso_start_url", "login_session", "credential_process", "web_identity_token_file",
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways [0]; i++) {
        char config [128], wanted [256];
        snprintf (config, sizeof config, "[profile dev]\n%s = verysecret-or-not\n", ways [i]);
        home_write (home, ".aws/config", config);
        snprintf (wanted, sizeof wanted, "The AWS profile \"dev\" uses %s, which this version cannot follow. "
                  "Put static keys in the environment or in the profile.", ways [i]);
        assert_int_equal (home_ask (home, provider_profile), STATUS_NO_CREDENTIALS);
        assert_string_equal (home_sentence (home), wanted);
        assert_int_equal (home->found.secret.size, 0);
    }
    home->context.profile = NULL;                       //  Also when the default profile has it, which nobody asked for
    home_write (home, ".aws/config", "[default]\nrole_arn = arn:aws:iam::123456789012:role/x\n");
    assert_int_equal (home_ask (home, provider_profile), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (home_sentence (home), "\"default\" uses role_arn"));
}

static void
half_of_the_keys_is_an_error (void **state)
{
    home_t *home = *state;
    home_write (home, ".aws/credentials", "[default]\naws_access_key_id = " KEY_ID "\n");
    assert_int_equal (home_ask (home, provider_profile), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home), "The AWS profile \"default\" has no aws_secret_access_key.");
    home_write (home, ".aws/credentials", "[default]\naws_secret_access_key = " SECRET "\n");
    assert_int_equal (home_ask (home, provider_profile), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home), "The AWS profile \"default\" has no aws_access_key_id.");
    home_write (home, ".aws/credentials", "[dev]\nregion = eu-west-1\n");
    home->context.profile = "dev";
    assert_int_equal (home_ask (home, provider_profile), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home), "The AWS profile \"dev\" has no aws_access_key_id.");
}

static void
keys_of_two_files_are_never_mixed (void **state)
{
    home_t *home = *state;
    home_write (home, ".aws/credentials", KEYS_OF ("default"));
    home_write (home, ".aws/config", "[default]\naws_access_key_id = OLD\naws_secret_access_key = old\naws_session_token = old\n");
    assert_int_equal (home_ask (home, provider_profile), STATUS_OK);
    assert_found (home, KEY_ID, SECRET, "");
    home_write (home, ".aws/credentials", "[default]\naws_access_key_id = " KEY_ID "\n");
    assert_int_equal (home_ask (home, provider_profile), STATUS_NO_CREDENTIALS);
}

static void
a_file_that_cannot_be_read_is_an_error_not_an_absence (void **state)
{
    home_t *home = *state;
    assert_int_equal (mkdir (home_path (home, ".aws/credentials"), 0700), 0);
    home_write (home, ".aws/config", KEYS_OF ("default"));
    char wanted [160];
    snprintf (wanted, sizeof wanted, "%s cannot be read: Is a directory.", home_path (home, ".aws/credentials"));
    assert_int_equal (home_ask (home, provider_profile), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home), wanted);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        HOME_TEST (without_files_nothing_is_configured),
        HOME_TEST (the_default_profile_of_either_file_is_found_unasked),
        HOME_TEST (a_profile_that_was_asked_for_is_found),
        HOME_TEST (an_unknown_profile_is_an_error_that_names_both_files),
        HOME_TEST (what_cannot_be_followed_yet_is_said_and_static_keys_do_not_stand_in),
        HOME_TEST (half_of_the_keys_is_an_error),
        HOME_TEST (keys_of_two_files_are_never_mixed),
        HOME_TEST (a_file_that_cannot_be_read_is_an_error_not_an_absence),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
