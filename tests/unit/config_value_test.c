#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_value.h"

#include <stdio.h>
#include <string.h>

static const config_setting_t *
setting_of (const char *name)
{
    for (size_t i = 0; i < CONFIG_SETTINGS; i++)
        if (strcmp (config_settings [i].name, name) == 0)
            return &config_settings [i];
    fail_msg ("there is no setting %s", name);
    return NULL;
}

//  Whether the words are taken, and what the setting is afterwards.
static bool
takes (const char *name, const char *words, int64_t *number)
{
    config_t config;
    assert_int_equal (config_value_init (&config), STATUS_OK);
    const config_setting_t *setting = setting_of (name);
    buffer_t sentence;
    buffer_init (&sentence, 1024);
    status_t status = config_value_read (&config, setting, name, words, &sentence);
    *number = config_number (&config, setting);
    assert_int_equal (buffer_slice (&sentence).size == 0, status == STATUS_OK);
    if (status != STATUS_OK)
        assert_int_equal (*number, setting->number);
    buffer_deinit (&sentence);
    config_deinit (&config);
    return status == STATUS_OK;
}

static void
numbers_are_whole_and_nothing_but_digits (void **state)
{
    (void) state;
    int64_t number;
    assert_true (takes ("port", "0", &number));
    assert_int_equal (number, 0);
    assert_true (takes ("port", "65535", &number));
    assert_int_equal (number, 65535);
    assert_true (takes ("port", "007", &number));
    assert_int_equal (number, 7);

    const char *const wrong [] = {
        "", " ", "abc", "1a", " 1", "1 ", "\t1", "+1", "-", "--1", "-1", "1.0", "1e3", "0x10", "1,000", "65536", "\xd9\xa1",
        "9223372036854775808", "99999999999999999999", "-99999999999999999999",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong [0]; i++)
        assert_false (takes ("port", wrong [i], &number));
}

static void
switches_know_a_few_words (void **state)
{
    (void) state;
    int64_t number;
    const char *const on [] = { "1", "true", "TRUE", "yes", "on" };
    const char *const off [] = { "0", "false", "False", "no", "off" };
    const char *const wrong [] = { "", "2", "y", "true ", "enabled" };
    for (size_t i = 0; i < 5; i++) {
        assert_true (takes ("fips", on [i], &number));
        assert_int_equal (number, 1);
        assert_true (takes ("fips", off [i], &number));
        assert_int_equal (number, 0);
        assert_false (takes ("fips", wrong [i], &number));
    }
}

static void
assert_says (const config_setting_t *setting, slice_t got, bool got_text, const char *expected)
{
    buffer_t sentence;
    buffer_init (&sentence, 1024);
    assert_int_equal (config_value_refuse (setting, "it", got, got_text, &sentence), STATUS_INVALID_ARGUMENT);
    buffer_append_char (&sentence, '\0');
    assert_int_equal (buffer_status (&sentence), STATUS_OK);
    assert_string_equal (sentence.data, expected);
    buffer_deinit (&sentence);
}

static void
a_wrong_value_is_repeated_escaped_and_cut (void **state)
{
    (void) state;
    config_setting_t setting = *setting_of ("credit");
    assert_says (&setting, SLICE ("a\n\"\x1b"), true, "it must be a whole number from 1 to 512; got \"a\\n\\\"\\u001b\".");
    assert_says (&setting, SLICE ("[1]"), false, "it must be a whole number from 1 to 512; got [1].");

    //  80 characters of two bytes each, and then one and two more
    char text [2 * 82 + 1], expected [512] = "it must be a whole number from 1 to 512; got \"";
    for (size_t i = 0; i < 82; i++)
        memcpy (text + 2 * i, "\xc3\xa4", 2);
    memcpy (expected + strlen (expected), text, 160);
    char whole [512];
    snprintf (whole, sizeof whole, "%s\".", expected);
    assert_says (&setting, (slice_t) { text, 160 }, true, whole);
    snprintf (whole, sizeof whole, "%s\"….", expected);
    assert_says (&setting, (slice_t) { text, 162 }, true, whole);
    assert_says (&setting, (slice_t) { text, 164 }, true, whole);
}

static void
a_masked_value_is_never_repeated (void **state)
{
    (void) state;
    config_setting_t setting = *setting_of ("credit");
    setting.shown = CONFIG_MASKED;
    assert_says (&setting, SLICE ("secret"), true, "it must be a whole number from 1 to 512.");
}

static void
texts_that_are_too_large_together_are_answered (void **state)
{
    (void) state;
    static char text [3000000];
    memset (text, 'x', sizeof text - 1);
    config_t config;
    assert_int_equal (config_value_init (&config), STATUS_OK);
    status_t status = STATUS_OK;
    for (int i = 0; i < 3 && status == STATUS_OK; i++)
        status = config_value_set_text (&config, setting_of ("region"), slice_of (text));
    assert_int_equal (status, STATUS_NO_MEMORY);
    assert_string_equal (config.region, text);
    config_deinit (&config);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (numbers_are_whole_and_nothing_but_digits),
        cmocka_unit_test (switches_know_a_few_words),
        cmocka_unit_test (a_wrong_value_is_repeated_escaped_and_cut),
        cmocka_unit_test (a_masked_value_is_never_repeated),
        cmocka_unit_test (texts_that_are_too_large_together_are_answered),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
