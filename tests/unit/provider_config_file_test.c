#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

static const provider_t *const ALONE [] = { &PROVIDER_CONFIG_FILE, NULL };

#define KEYS_OF(name) "[" name "]\naws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n"

static void
keys_of_the_config_file_are_found (void **state)
{
    find_stage_t *stage = *state;
    home_write (&stage->home, ".aws/config", KEYS_OF ("default") "aws_session_token = " TOKEN "\n");
    assert_int_equal (find_for (stage, ALONE), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
    assert_string_equal (stage->found.source, "config file");
    stage->config.context.profile = "dev";
    home_write (&stage->home, ".aws/config", KEYS_OF ("profile dev"));
    assert_int_equal (find_for (stage, ALONE), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, "");
}

static void
a_config_file_without_keys_is_not_configured (void **state)
{
    find_stage_t *stage = *state;
    home_write (&stage->home, ".aws/config", "[default]\nregion = eu-west-1\n");
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "There are no AWS credentials"));
}

static void
half_of_the_keys_is_an_error_that_names_the_file (void **state)
{
    find_stage_t *stage = *state;
    home_write (&stage->home, ".aws/config", "[default]\naws_secret_access_key = " SECRET "\n");
    assert_int_equal (find_for (stage, ALONE), STATUS_NO_CREDENTIALS);
    char wanted [160];
    snprintf (wanted, sizeof wanted, "The AWS profile \"default\" has no aws_access_key_id in %s.", home_path (&stage->home, ".aws/config"));
    assert_string_equal (stage->sentence, wanted);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (keys_of_the_config_file_are_found),
        FIND_TEST (a_config_file_without_keys_is_not_configured),
        FIND_TEST (half_of_the_keys_is_an_error_that_names_the_file),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
