#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "profile_file.h"
#include "provider_fixture.h"

//  The value of "key" in a text, as a C text; NULL when it is absent.
static const char *
value_of (const char *text, bool config, const char *profile)
{
    static char copy [128];
    slice_t value = profile_text_value (slice_of (text), config, profile, "key");
    if (!value.data)
        return NULL;
    snprintf (copy, sizeof copy, "%.*s", (int) value.size, value.data);
    return copy;
}

#define assert_value(text, config, profile, wanted) assert_string_equal (value_of (text, config, profile), wanted)
#define assert_absent(text, config, profile)        assert_null (value_of (text, config, profile))

static void
each_file_has_its_own_way_of_naming_sections (void **state)
{
    (void) state;
    static const char credentials [] = "[default]\nkey = 1\n[dev]\nkey = 2\n[profile odd]\nkey = 3\n";
    assert_value (credentials, false, "default", "1");
    assert_value (credentials, false, "dev", "2");
    assert_absent (credentials, false, "odd");
    static const char config [] = "[default]\nkey = 1\n[profile dev]\nkey = 2\n[bare]\nkey = 3\n[sso-session dev]\nkey = 4\n[profiles]\nkey = 5\n";
    assert_value (config, true, "default", "1");
    assert_value (config, true, "dev", "2");
    assert_absent (config, true, "bare");
    assert_absent (config, true, "sso-session dev");
    assert_absent (config, true, "s");
}

static void
blanks_and_quotes_do_not_matter (void **state)
{
    (void) state;
    assert_value ("[profile  dev]\nkey=1", true, "dev", "1");
    assert_value ("[ profile\tdev ]\n key\t=\t1 \n", true, "dev", "1");
    assert_value ("[profile \"my dev\"]\nkey=1", true, "my dev", "1");
    assert_value ("['my dev']\nkey=1", false, "my dev", "1");
    assert_value ("[dev] # mine\nKEY = a b=c\n", false, "dev", "a b=c");
}

static void
profile_default_goes_before_default (void **state)
{
    (void) state;
    assert_value ("[profile default]\nkey = 1\n", true, "default", "1");
    assert_value ("[profile default]\nkey = 1\n[default]\nkey = 2\n", true, "default", "1");
    assert_value ("[default]\nkey = 2\n[profile default]\nkey = 1\n", true, "default", "1");
    assert_absent ("[default]\nkey = 2\n[profile default]\nother = 1\n", true, "default");
}

static void
comments_are_passed_over (void **state)
{
    (void) state;
    static const char text [] = "# [dev]\n; key = 0\n[dev]\n#key = 1\n  # key = 2\nkey = 3 # not 4\n;key = 5\nkey2 = 6\n";
    assert_value (text, false, "dev", "3");
    assert_value ("[dev]\nkey = a#b;c\n", false, "dev", "a#b;c");       //  No blank before it: part of the value
    assert_value ("[dev]\nkey = # all of it\n", false, "dev", "");
}

static void
indented_blocks_belong_to_the_key_above_them (void **state)
{
    (void) state;
    static const char text [] = "[dev]\ns3 =\n  key = inner\n\n  max = 1\nkey = outer\nservices =\n\tkey = inner\n";
    assert_value (text, false, "dev", "outer");
    assert_absent ("[dev]\ns3 =\n  key = inner\n", false, "dev");
    assert_absent ("[dev]\n  s3 =\n    key = inner\n", false, "dev");
    assert_value ("[dev]\n  key = 1\n  other = 2\n", false, "dev", "1");       //  Indented without a block above: as good as any
    assert_value ("[dev]\ns3 =\n  key = inner\n[dev]\n  key = 2\n", false, "dev", "2");
}

static void
lines_may_end_as_windows_ends_them (void **state)
{
    (void) state;
    assert_value ("\xEF\xBB\xBF[dev]\r\nkey = 1\r\nother = 2\r\n", false, "dev", "1");
    assert_value ("[dev]\r\nkey =\r\n  key = inner\r\n", false, "dev", "");
}

static void
a_section_that_comes_twice_goes_on_and_the_last_value_holds (void **state)
{
    (void) state;
    assert_value ("[dev]\nkey = 1\n[other]\nkey = 2\n[dev]\nkey = 3\n", false, "dev", "3");
}

//  Keys below it would otherwise belong to the profile above.
static void
a_section_that_is_not_closed_is_nobodys (void **state)
{
    (void) state;
    assert_absent ("[dev]\nother = 1\n[prod\nkey = 2\n", false, "dev");
    assert_absent ("[dev]\nother = 1\n[prod\nkey = 2\n", false, "prod");
    assert_absent ("[dev]\nother =\n  [prod]\n  key = 2\n", false, "prod");      //  It begins in the first column
}

static void
a_long_name_is_not_taken_for_a_shorter_one (void **state)
{
    (void) state;
    char text [600], profile [301];
    memset (profile, 'x', 300);
    profile [300] = 0;
    snprintf (text, sizeof text, "[profile %.250s]\nkey = 1\n", profile);
    assert_absent (text, true, profile);
    snprintf (text, sizeof text, "[profile %s]\nkey = 1\n", profile);
    assert_value (text, true, profile, "1");
}

static void
garbage_is_no_profile (void **state)
{
    (void) state;
    static const char *const texts [] = {
        "", "\n\n", "[", "[]", "]", "= 1", "[dev", "key = 1", "[profile", "[profile]", "\r", "[\n]\n", "\xEF\xBB\xBF",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts [0]; i++) {
        assert_absent (texts [i], false, "dev");
        assert_absent (texts [i], true, "dev");
        assert_false (profile_text_has (slice_of (texts [i]), false, "dev"));
        assert_false (profile_text_has (slice_of (texts [i]), true, "default"));
    }
    assert_false (profile_text_has (SLICE_ABSENT, true, "default"));
}

static void
a_profile_without_a_key_is_there_all_the_same (void **state)
{
    (void) state;
    assert_true (profile_text_has (SLICE ("[dev]"), false, "dev"));
    assert_true (profile_text_has (SLICE ("[a]\nkey = 1\n[profile dev]\n"), true, "dev"));
    assert_false (profile_text_has (SLICE ("[a]\nkey = 1\n[profile dev]\n"), true, "de"));
}

//  --- The files

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

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_file_has_its_own_way_of_naming_sections),
        cmocka_unit_test (blanks_and_quotes_do_not_matter),
        cmocka_unit_test (profile_default_goes_before_default),
        cmocka_unit_test (comments_are_passed_over),
        cmocka_unit_test (indented_blocks_belong_to_the_key_above_them),
        cmocka_unit_test (lines_may_end_as_windows_ends_them),
        cmocka_unit_test (a_section_that_comes_twice_goes_on_and_the_last_value_holds),
        cmocka_unit_test (a_section_that_is_not_closed_is_nobodys),
        cmocka_unit_test (a_long_name_is_not_taken_for_a_shorter_one),
        cmocka_unit_test (garbage_is_no_profile),
        cmocka_unit_test (a_profile_without_a_key_is_there_all_the_same),
        HOME_TEST (files_that_do_not_exist_are_empty),
        HOME_TEST (the_credentials_file_goes_before_the_config_file),
        HOME_TEST (variables_say_where_the_files_are),
        HOME_TEST (what_is_no_file_is_an_error_that_names_it),
        HOME_TEST (a_pipe_to_which_nobody_writes_holds_nobody_up),
        HOME_TEST (a_file_of_one_megabyte_is_read_and_a_larger_one_is_not),
        HOME_TEST (a_home_that_is_closed_to_us_holds_no_files),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
