#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "profile_file.h"
#include "provider_fixture.h"

typedef struct {
    profile_files_t files;
    status_t status;
} loaded_t;

static loaded_t
load (home_t *home)
{
    loaded_t loaded;
    buffer_clear (&home->sentence);
    loaded.status = profile_files_load (&loaded.files, &home->context, &home->sentence);
    assert_true (loaded.files.config.text.secret && loaded.files.credentials.text.secret);
    return loaded;
}

static void
files_that_do_not_exist_are_empty (void **state)
{
    home_t *home = *state;
    loaded_t loaded = load (home);
    assert_int_equal (loaded.status, STATUS_OK);
    assert_false (profile_files_has (&loaded.files, "default"));
    assert_string_equal (loaded.files.config.path, home_path (home, ".aws/config"));
    profile_files_deinit (&loaded.files);
    profile_files_deinit (&loaded.files);

    home_set (home, "HOME", "");
    loaded = load (home);
    assert_int_equal (loaded.status, STATUS_OK);
    assert_null (loaded.files.config.path);
    profile_files_deinit (&loaded.files);
    home_set (home, "HOME", "/dev/null");               //  Not even a folder
    loaded = load (home);
    assert_int_equal (loaded.status, STATUS_OK);
    profile_files_deinit (&loaded.files);
}

static void
the_credentials_file_goes_before_the_config_file (void **state)
{
    home_t *home = *state;
    home_write (home, ".aws/config", "[profile dev]\nkey = config\nregion = eu-west-1\n");
    home_write (home, ".aws/credentials", "[dev]\nkey = credentials\n");
    loaded_t loaded = load (home);
    assert_true (profile_files_has (&loaded.files, "dev"));
    assert_false (profile_files_has (&loaded.files, "default"));
    assert_true (slice_is (profile_files_value (&loaded.files, "dev", "key"), "credentials"));
    assert_true (slice_is (profile_files_value (&loaded.files, "dev", "region"), "eu-west-1"));
    assert_true (slice_is (profile_file_value (&loaded.files.config, "dev", "key"), "config"));
    assert_null (profile_files_value (&loaded.files, "dev", "none").data);
    profile_files_deinit (&loaded.files);
}

static void
variables_say_where_the_files_are (void **state)
{
    home_t *home = *state;
    home_write (home, "elsewhere", "[dev]\nkey = 1\n[profile dev]\nkey = 2\n");
    home_set (home, "AWS_SHARED_CREDENTIALS_FILE", home_path (home, "elsewhere"));
    home_set (home, "AWS_CONFIG_FILE", "~/elsewhere");
    loaded_t loaded = load (home);
    assert_int_equal (loaded.status, STATUS_OK);
    assert_true (slice_is (profile_file_value (&loaded.files.credentials, "dev", "key"), "1"));
    assert_true (slice_is (profile_file_value (&loaded.files.config, "dev", "key"), "2"));
    profile_files_deinit (&loaded.files);
    home_set (home, "AWS_CONFIG_FILE", "/dev/null");    //  The usual way of saying "none"
    home_set (home, "AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    loaded = load (home);
    assert_int_equal (loaded.status, STATUS_OK);
    assert_false (profile_files_has (&loaded.files, "dev"));
    profile_files_deinit (&loaded.files);
}

static void
what_is_no_file_is_an_error_that_names_it (void **state)
{
    home_t *home = *state;
    home_set (home, "AWS_CONFIG_FILE", home->home);
    loaded_t loaded = load (home);
    assert_int_equal (loaded.status, STATUS_SYSTEM);
    char wanted [128];
    snprintf (wanted, sizeof wanted, "%s cannot be read: Is a directory.", home->home);
    assert_string_equal (home_sentence (home), wanted);
    profile_files_deinit (&loaded.files);
}

static void
a_pipe_to_which_nobody_writes_holds_nobody_up (void **state)
{
    home_t *home = *state;
    assert_int_equal (mkfifo (home_path (home, "elsewhere"), 0600), 0);
    home_set (home, "AWS_CONFIG_FILE", home_path (home, "elsewhere"));
    loaded_t loaded = load (home);
    assert_int_equal (loaded.status, STATUS_OK);
    assert_int_equal (loaded.files.config.text.size, 0);
    profile_files_deinit (&loaded.files);
}

static void
a_file_of_one_megabyte_is_read_and_a_larger_one_is_not (void **state)
{
    home_t *home = *state;
    enum { SIZE = PROFILE_FILE_BYTES_MAX + 1 };
    static const char head [] = "[dev]\nkey = 1\n#";
    char *text = malloc (SIZE);
    memset (text, 'x', SIZE);
    memcpy (text, head, sizeof head - 1);
    home_write_bytes (home, ".aws/credentials", (slice_t) { text, SIZE - 1 });
    loaded_t loaded = load (home);
    assert_int_equal (loaded.status, STATUS_OK);
    assert_int_equal (loaded.files.credentials.text.size, PROFILE_FILE_BYTES_MAX);
    assert_true (slice_is (profile_files_value (&loaded.files, "dev", "key"), "1"));
    profile_files_deinit (&loaded.files);

    home_write_bytes (home, ".aws/credentials", (slice_t) { text, SIZE });
    loaded = load (home);
    assert_int_equal (loaded.status, STATUS_TOO_LARGE);
    char wanted [128];
    snprintf (wanted, sizeof wanted, "%s cannot be read: it is larger than 1048576 bytes.", home_path (home, ".aws/credentials"));
    assert_string_equal (home_sentence (home), wanted);
    profile_files_deinit (&loaded.files);
    free (text);
}

//  A container that runs as another user than the owner of HOME: there is nothing to be found, and other ways may follow.
static void
a_home_that_is_closed_to_us_holds_no_files (void **state)
{
    home_t *home = *state;
    home_write (home, ".aws/credentials", "[dev]\nkey = 1\n");
    bool root = geteuid () == 0;
    if (root)
        assert_int_equal (seteuid (65534), 0);
    else
        assert_int_equal (chmod (home->home, 0), 0);
    loaded_t loaded = load (home);
    status_t unnamed = loaded.status;
    profile_files_deinit (&loaded.files);
    home_set (home, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
    loaded = load (home);
    if (root)
        assert_int_equal (seteuid (0), 0);
    else
        assert_int_equal (chmod (home->home, 0700), 0);
    assert_int_equal (unnamed, STATUS_OK);
    assert_int_equal (loaded.status, STATUS_SYSTEM);    //  Somebody said that it is there
    assert_non_null (strstr (home_sentence (home), "Permission denied"));
    profile_files_deinit (&loaded.files);
}

static void
sessions_and_services_come_from_the_config_file (void **state)
{
    home_t *home = *state;
    home_write (home, ".aws/config", "[sso-session corp]\nsso_region = eu-west-1\n[services local]\nlogs =\n  endpoint_url = http://a\n"
                "[profile corp]\nsso_region = us-east-1\n");
    home_write (home, ".aws/credentials", "[sso-session corp]\nsso_region = us-west-2\n[sso-session other]\n");
    loaded_t loaded = load (home);
    assert_true (profile_files_has_sso_session (&loaded.files, SLICE ("corp")));
    assert_false (profile_files_has_sso_session (&loaded.files, SLICE ("other")));
    assert_false (profile_files_has_sso_session (&loaded.files, SLICE_ABSENT));
    assert_true (slice_is (profile_files_sso_session_value (&loaded.files, SLICE ("corp"), "sso_region"), "eu-west-1"));
    assert_true (slice_is (profile_files_services_value (&loaded.files, SLICE ("local"), "logs", "endpoint_url"), "http://a"));
    assert_null (profile_files_services_value (&loaded.files, SLICE ("local"), "sts", "endpoint_url").data);
    assert_true (profile_files_has_services (&loaded.files, SLICE ("local")));
    assert_false (profile_files_has_services (&loaded.files, SLICE ("corp")));
    profile_files_deinit (&loaded.files);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        HOME_TEST (files_that_do_not_exist_are_empty),
        HOME_TEST (the_credentials_file_goes_before_the_config_file),
        HOME_TEST (sessions_and_services_come_from_the_config_file),
        HOME_TEST (variables_say_where_the_files_are),
        HOME_TEST (what_is_no_file_is_an_error_that_names_it),
        HOME_TEST (a_pipe_to_which_nobody_writes_holds_nobody_up),
        HOME_TEST (a_file_of_one_megabyte_is_read_and_a_larger_one_is_not),
        HOME_TEST (a_home_that_is_closed_to_us_holds_no_files),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
