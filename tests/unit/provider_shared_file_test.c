#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

static const provider_t *const ALONE [] = { &PROVIDER_SHARED_FILE, NULL };

#define KEYS_OF(name) "[" name "]\naws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n"

static void
the_default_profile_of_the_credentials_file_is_found_unasked (void **state)
{
    find_stage_t *stage = *state;
    home_write (&stage->home, ".aws/config", KEYS_OF ("default"));      //  Not of this provider
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    home_write (&stage->home, ".aws/credentials", KEYS_OF ("default") "aws_session_token = " TOKEN "\n");
    assert_int_equal (find_for (stage, ALONE), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
    assert_string_equal (stage->found.source, "credentials file");
}

static void
the_profile_that_was_asked_for_is_found (void **state)
{
    find_stage_t *stage = *state;
    stage->config.context.profile = "dev";
    home_write (&stage->home, ".aws/credentials", "[default]\naws_access_key_id = X\naws_secret_access_key = x\n" KEYS_OF ("dev"));
    assert_int_equal (find_for (stage, ALONE), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, "");
}

static void
keys_of_two_files_are_never_mixed (void **state)
{
    find_stage_t *stage = *state;
    home_write (&stage->home, ".aws/credentials", KEYS_OF ("default"));
    home_write (&stage->home, ".aws/config", "[default]\naws_access_key_id = OLD\naws_secret_access_key = old\naws_session_token = old\n");
    assert_int_equal (find_for (stage, ALONE), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, "");
    home_write (&stage->home, ".aws/credentials", "[default]\naws_access_key_id = " KEY_ID "\n");
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    char wanted [160];
    snprintf (wanted, sizeof wanted, "The AWS profile \"default\" has no aws_secret_access_key in %s.", home_path (&stage->home, ".aws/credentials"));
    assert_string_equal (stage->sentence, wanted);
}

static void
a_file_that_cannot_be_read_is_an_error_not_an_absence (void **state)
{
    find_stage_t *stage = *state;
    home_folder (&stage->home, ".aws/credentials");
    char wanted [160];
    snprintf (wanted, sizeof wanted, "%s cannot be read: Is a directory.", home_path (&stage->home, ".aws/credentials"));
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, wanted);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (the_default_profile_of_the_credentials_file_is_found_unasked),
        FIND_TEST (the_profile_that_was_asked_for_is_found),
        FIND_TEST (keys_of_two_files_are_never_mixed),
        FIND_TEST (a_file_that_cannot_be_read_is_an_error_not_an_absence),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
