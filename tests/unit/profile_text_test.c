#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "profile_text.h"

#include <stdio.h>

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

static void
a_name_with_blanks_stands_in_quotes_in_the_config_file (void **state)
{
    (void) state;
    assert_value ("[profile 'my dev']\nkey = 1\n", true, "my dev", "1");
    assert_absent ("[profile my dev]\nkey = 1\n", true, "my dev");
    assert_absent ("[profile my dev]\nkey = 1\n", true, "my");
    assert_absent ("[profile my\tdev]\nkey = 1\n", true, "my\tdev");
    assert_absent ("[profile \"dev']\nkey = 1\n", true, "dev");
    assert_value ("[my dev]\nkey = 1\n", false, "my dev", "1");        //  Bare names are taken as they stand
    assert_value ("[profile some-thing:long/the_one%only.foo@bar+]\nkey = 1\n", true, "some-thing:long/the_one%only.foo@bar+", "1");
    assert_absent ("[profiledev]\nkey = 1\n", true, "dev");
}

static void
a_section_may_have_a_comment_behind_it (void **state)
{
    (void) state;
    assert_value ("[profile dev]; mine\nkey = 1\n", true, "dev", "1");
    assert_value ("[profile dev]# mine\nkey = 1\n", true, "dev", "1");
    assert_value ("[profile dev] ; [profile other]\nkey = 1\n", true, "dev", "1");
}

//  As the SDKs read it: what value_of gives, written by profile_value_append.
static const char *
read_value (const char *text)
{
    static char copy [128];
    buffer_t out;
    buffer_init (&out, sizeof copy - 1);
    profile_value_append (&out, profile_text_value (slice_of (text), false, "dev", "key"));
    assert_int_equal (buffer_status (&out), STATUS_OK);
    snprintf (copy, sizeof copy, "%.*s", (int) out.size, out.data ? out.data : "");
    buffer_deinit (&out);
    return copy;
}

static void
a_value_goes_on_in_lines_that_are_indented_deeper (void **state)
{
    (void) state;
    assert_string_equal (read_value ("[dev]\nkey = a\n  b\nother = c\n"), "a\nb");
    assert_string_equal (read_value ("[dev]\nkey = a\n\tb = 1 # kept\n \t c \t\nother = c\n"), "a\nb = 1 # kept\nc");
    assert_string_equal (read_value ("[dev]\nkey = a # mine\n\n  # not this\n  b\n"), "a\nb");
    assert_string_equal (read_value ("[dev]\r\nkey = a\r\n  b\r\n\r\n"), "a\nb");
    assert_string_equal (read_value ("[dev]\n  key = a\n  other = b\n"), "a");                 //  Not deeper
    assert_string_equal (read_value ("[dev]\n  key = a\n    b\n  other = c\n"), "a\nb");
    assert_string_equal (read_value ("[dev]\nkey = a\n  # only a comment\nother = b\n"), "a");
    assert_string_equal (read_value ("[dev]\nkey = a\n[dev]\n  b\n"), "a");                      //  A section ends it
    assert_string_equal (read_value ("[dev]\n  lost\nkey = a\n"), "a");
    assert_string_equal (read_value ("[dev]\n"), "");
}

//  Nobody takes half of a value for all of it.
static void
a_value_that_goes_on_is_told_with_all_of_its_lines (void **state)
{
    (void) state;
    assert_value ("[dev]\nkey = a\n  b\n\n# end\nother = c\n", false, "dev", "a\n  b");
    assert_absent ("[dev]\nother = a\n  key = b\n", false, "dev");
}

static void
blocks_are_looked_into (void **state)
{
    (void) state;
    static const char text [] = "[services local]\nlogs =\n  key = 1\n  KEY2 = 2 # mine\n\n  # key = 0\nsts = # block\n\tkey = 3\n"
                                "sso = x\n  key = 4\n"
                                "[services other]\nlogs =\n  key = 5\n";
    static const struct {
        const char *name, *key, *inner_key, *wanted;
    } rows [] = {
        { "local", "logs", "key", "1" }, { "local", "LOGS", "key2", "2" }, { "local", "logs", "key3", NULL },     { "local", "sts", "key", "3" },
        { "local", "sso", "key", NULL }, { "local", "none", "key", NULL }, { "other", "logs", "key", "5" },       { "nowhere", "logs", "key", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        section_t section = { "services", slice_of (rows [i].name) };
        slice_t value = section_inner_value (slice_of (text), section, rows [i].key, rows [i].inner_key);
        if (rows [i].wanted)
            assert_true (slice_is (value, rows [i].wanted));
        else
            assert_null (value.data);
    }
    assert_true (section_has (slice_of (text), (section_t) { "services", SLICE ("local") }));
    assert_false (section_has (slice_of (text), (section_t) { "sso-session", SLICE ("local") }));
}

static void
the_profiles_of_a_text_can_be_walked (void **state)
{
    (void) state;
    static const char TEXT [] = "[default]\nx = [no]\n [profile indented]\n[profile dev] # mine\r\n[ profile 'a b' ]\n[profile a b]\n"
                                "[sso-session s]\n[open\n[]\n[profile]\n[profile dev]\n";
    static const char *const OF_CONFIG [] = { "default", "dev", "a b", "dev", NULL };
    static const char *const OF_CREDENTIALS [] = { "default", "profile dev", "profile 'a b'", "profile a b", "sso-session s", "profile",
                                                   "profile dev", NULL };
    for (int config = 0; config < 2; config++) {
        const char *const *expected = config ? OF_CONFIG : OF_CREDENTIALS;
        slice_t rest = slice_of (TEXT), name;
        for (; profile_text_next (&rest, config, &name); expected++)
            if (!*expected || !slice_is (name, *expected))
                fail_msg ("%.*s instead of %s", (int) name.size, name.data, *expected ? *expected : "the end");
        assert_null (*expected);
    }
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
        cmocka_unit_test (a_name_with_blanks_stands_in_quotes_in_the_config_file),
        cmocka_unit_test (a_section_may_have_a_comment_behind_it),
        cmocka_unit_test (a_value_goes_on_in_lines_that_are_indented_deeper),
        cmocka_unit_test (a_value_that_goes_on_is_told_with_all_of_its_lines),
        cmocka_unit_test (blocks_are_looked_into),
        cmocka_unit_test (the_profiles_of_a_text_can_be_walked),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
