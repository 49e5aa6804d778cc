#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"
#include "static_keys.h"

static const profile_file_t *s_file;

static void
look (find_t *find)
{
    s_file = &find_files (find)->config;
    static_keys_look (find, s_file);
}

static const provider_t OF_CONFIG = { .name = "file", .looked_at = "a file", .begin = look, .of_profile = true };
static const provider_t *const ALONE [] = { &OF_CONFIG, NULL };

static void
what_is_half_there_is_here_and_an_error (void **state)
{
    find_stage_t *stage = *state;
    static const struct {
        const char *config;
        status_t wanted;
        const char *words;
    } ROWS [] = {
        { "", STATUS_NO_CREDENTIALS, "There are no AWS credentials" },
        { "[default]\naws_session_token = " TOKEN "\n", STATUS_NO_CREDENTIALS, "There are no AWS credentials" },
        { "[default]\naws_access_key_id = " KEY_ID "\n", STATUS_NO_CREDENTIALS, "has no aws_secret_access_key in " },
        { "[default]\naws_secret_access_key = " SECRET "\n", STATUS_NO_CREDENTIALS, "has no aws_access_key_id in " },
        { "[default]\naws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n", STATUS_OK, "" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        home_write (&stage->home, ".aws/config", ROWS [i].config);
        assert_int_equal (find_for (stage, ALONE), ROWS [i].wanted);
        assert_non_null (strstr (stage->sentence, ROWS [i].words));
    }
    assert_found (stage, KEY_ID, SECRET, "");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (what_is_half_there_is_here_and_an_error),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
