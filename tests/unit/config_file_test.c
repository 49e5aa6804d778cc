#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_file.h"
#include "config_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

//  A file that exists only while it is read, and its path.
typedef struct {
    int fd;
    char path [32];
} written_t;

static written_t
write_text (slice_t text)
{
    char name [] = "/tmp/config_file_test.XXXXXX";
    written_t written = { .fd = mkstemp (name) };
    assert_true (written.fd >= 0);
    unlink (name);
    assert_int_equal (write (written.fd, text.data, text.size), (ssize_t) text.size);
    snprintf (written.path, sizeof written.path, "/proc/self/fd/%d", written.fd);
    return written;
}

static status_t
read_text (slice_t text, config_t *config, buffer_t *sentence)
{
    assert_int_equal (config_value_init (config), STATUS_OK);
    buffer_init (sentence, 1024);
    written_t written = write_text (text);
    status_t status = config_file_read (config, written.path, sentence);
    close (written.fd);
    return status;
}

static void
assert_read (slice_t text, config_t *config)
{
    buffer_t sentence;
    status_t status = read_text (text, config, &sentence);
    if (status != STATUS_OK)
        fail_msg ("%.*s", (int) sentence.size, sentence.data);
    assert_int_equal (sentence.size, 0);
    buffer_deinit (&sentence);
}

//  Refused, by a sentence that goes like this behind the path.
static void
assert_refused (slice_t text, const char *expected)
{
    config_t config;
    buffer_t sentence;
    assert_int_equal (read_text (text, &config, &sentence), STATUS_INVALID_ARGUMENT);
    buffer_append_char (&sentence, '\0');
    assert_int_equal (buffer_status (&sentence), STATUS_OK);
    assert_memory_equal (sentence.data, "/proc/self/fd/", 14);
    assert_string_equal (strpbrk (sentence.data, ", "), expected);
    buffer_deinit (&sentence);
    config_deinit (&config);
}

static void
members_are_read_among_comments_and_trailing_commas (void **state)
{
    (void) state;
    config_t config;
    assert_read (SLICE ("// first { \" [\n{ /* \" */ \"host\": \"::1\", \"port\": 0,\n \"dual_stack\": true,"
                        " \"fips\": false,\n\"r\\u0065gion\": \"\\u00e4\", }\n//"), &config);
    assert_string_equal (config.host, "::1");
    assert_int_equal (config.port, 0);
    assert_int_equal (config.dual_stack, 1);
    assert_int_equal (config.fips, 0);
    assert_string_equal (config.region, "\xc3\xa4");
    config_deinit (&config);
}

static void
accounts_are_read_beside_the_settings (void **state)
{
    (void) state;
    config_t config;
    assert_read (SLICE ("{\"port\": 1, \"accounts\": {\"prod\": {\"regions\": [\"eu-west-1\"]}, \"own\": {}}}"), &config);
    assert_int_equal (config.port, 1);
    assert_int_equal (config.accounts_count, 2);
    assert_string_equal (config.accounts [0].regions [0], "eu-west-1");
    config_deinit (&config);
    assert_refused (SLICE ("{\n \"accounts\": {\"prod\": 1}}"), ", line 2, column 2: the account \"prod\" must be an object.");
    assert_refused (SLICE ("{\"accounts\": {},\n\"accounts\": {}}"), ", line 2, column 1: \"accounts\" is set twice.");
    assert_refused (SLICE ("{\"account\": {}}"), ", line 1, column 2: \"account\" is not a setting; did you mean \"accounts\"? "
                    "cloudwatch-mcp --help lists them.");
}

static void
an_empty_object_changes_nothing (void **state)
{
    (void) state;
    config_t config;
    assert_read (SLICE ("{}"), &config);
    assert_int_equal (config.port, 3334);
    config_deinit (&config);
}

static void
every_setting_can_be_set_by_its_name (void **state)
{
    (void) state;
    for (size_t i = 0; i < CONFIG_SETTINGS; i++) {
        const config_setting_t *setting = &config_settings [i];
        if (strcmp (setting->name, "config") == 0)
            continue;
        char text [128];
        if (setting->kind == CONFIG_NUMBER)
            snprintf (text, sizeof text, "{\"%s\":%lld}", setting->name, (long long) setting->max);
        else
            snprintf (text, sizeof text, "{\"%s\":%s}", setting->name, setting->kind == CONFIG_TEXT ? "\"7\"" : "true");
        config_t config;
        assert_read (slice_of (text), &config);
        if (setting->kind == CONFIG_TEXT)
            assert_string_equal (config_text (&config, setting), "7");
        else
            assert_int_equal (config_number (&config, setting), setting->max);
        config_deinit (&config);
    }
}

static void
an_unknown_member_is_refused_with_the_one_that_was_meant (void **state)
{
    (void) state;
    assert_refused (SLICE ("{\"prot\": 1}"),
                    ", line 1, column 2: \"prot\" is not a setting; did you mean \"port\"? cloudwatch-mcp --help lists them.");
    assert_refused (SLICE ("{\"call-deadline-ms\": 1}"),
                    ", line 1, column 2: \"call-deadline-ms\" is not a setting; "
                    "did you mean \"call_deadline_ms\"? cloudwatch-mcp --help lists them.");
    assert_refused (SLICE ("{\"\": 1}"), ", line 1, column 2: \"\" is not a setting. cloudwatch-mcp --help lists them.");
    assert_refused (SLICE ("{\"port\\u0000\": 1}"),
                    ", line 1, column 2: \"port\\u0000\" is not a setting; did you mean \"port\"? cloudwatch-mcp --help lists them.");
}

static void
places_are_counted_in_the_file_as_it_is_written (void **state)
{
    (void) state;
    //  What was unescaped before the place (here into line ends) does not move it, and a letter of two bytes is one column
    assert_refused (SLICE ("{\n\n\"host\": \"a\\n\\n\\n\", /* \xc3\xa4\xc3\xa4 */ \"xyzzy\": 1}"),
                    ", line 3, column 29: \"xyzzy\" is not a setting. cloudwatch-mcp --help lists them.");
}

static void
a_value_of_the_wrong_kind_is_refused (void **state)
{
    (void) state;
    const char *const numbers [] = { "\"5\"", "5.0", "-1", "65536", "true", "null", "[5]", "{\"a\":5}", "18446744073709551615", "1e3" };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers [0]; i++) {
        char text [64], expected [256];
        snprintf (text, sizeof text, "{\"port\": %s}", numbers [i]);
        snprintf (expected, sizeof expected, ", line 1, column 2: port must be a whole number from 0 to 65535; got %s.",
                  strcmp (numbers [i], "1e3") == 0 ? "1000.0" : numbers [i]);
        assert_refused (slice_of (text), expected);
    }
    assert_refused (SLICE ("{\"fips\": 1}"), ", line 1, column 2: fips must be true or false; got 1.");
    assert_refused (SLICE ("{\"fips\": \"true\"}"), ", line 1, column 2: fips must be true or false; got \"true\".");
    assert_refused (SLICE ("{\"host\": 1}"), ", line 1, column 2: host must be a text that is not empty; got 1.");
    assert_refused (SLICE ("{\"host\": \"\"}"), ", line 1, column 2: host must be a text that is not empty; got \"\".");
    assert_refused (SLICE ("{\"host\": \"a\\u0000b\"}"), ", line 1, column 2: host must be a text that is not empty; got \"a\\u0000b\".");
}

static void
a_member_that_stands_twice_is_refused (void **state)
{
    (void) state;
    assert_refused (SLICE ("{\"port\": 1,\n\"p\\u006frt\": 1}"), ", line 2, column 1: \"port\" is set twice.");
}

static void
a_file_cannot_name_another (void **state)
{
    (void) state;
    assert_refused (SLICE ("{\"config\": \"x.json\"}"), ", line 1, column 2: \"config\" cannot be set in a file.");
}

static void
what_is_no_json_is_refused_with_its_place (void **state)
{
    (void) state;
    const struct {
        slice_t text;
        const char *place;
    } cases [] = {
        { SLICE (""), ", line 1, column 1: this is not JSON: " },
        { SLICE ("// nothing\n"), ", line 1, column 1: this is not JSON: " },
        { SLICE ("{\"port\": 1"), ", line 1, column 11: this is not JSON: " },
        { SLICE ("{\n\"port\": 1} x"), ", line 2, column 12: this is not JSON: " },
        { SLICE ("{\n'port': 1}"), ", line 2, column 1: this is not JSON: " },
        { SLICE ("{\"host\": \"\xff\"}"), ", line 1, column 11: this is not JSON: " },
        { SLICE ("{\"port\": 1}\0"), ", line 1, column 12: this is not JSON: " },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases [0]; i++) {
        config_t config;
        buffer_t sentence;
        assert_int_equal (read_text (cases [i].text, &config, &sentence), STATUS_INVALID_ARGUMENT);
        buffer_append_char (&sentence, '\0');
        const char *found = strstr (sentence.data, cases [i].place);
        if (!found)
            fail_msg ("\"%s\" does not say \"%s\"", sentence.data, cases [i].place);
        buffer_deinit (&sentence);
        config_deinit (&config);
    }
}

static void
what_is_no_object_is_refused (void **state)
{
    (void) state;
    assert_refused (SLICE ("[1]"), " must hold one object, such as {\"port\": 3334}.");
    assert_refused (SLICE ("3334"), " must hold one object, such as {\"port\": 3334}.");
}

static void
depth_costs_no_stack (void **state)
{
    (void) state;
    enum { DEPTH = 400000 };
    static char text [8 + 2 * DEPTH + 1];
    memcpy (text, "{\"port\":", 8);
    memset (text + 8, '[', DEPTH);
    memset (text + 8 + DEPTH, ']', DEPTH);
    text [8 + 2 * DEPTH] = '}';
    config_t config;
    buffer_t sentence;
    assert_int_equal (read_text ((slice_t) { text, sizeof text }, &config, &sentence), STATUS_INVALID_ARGUMENT);
    assert_non_null (memmem (sentence.data, sentence.size, "got [[[[", 8));
    buffer_deinit (&sentence);
    config_deinit (&config);
}

static void
a_megabyte_is_read_and_a_byte_more_is_not (void **state)
{
    (void) state;
    static char text [1048577];
    memset (text, ' ', sizeof text);
    memcpy (text, "{\"port\": 9}", 11);
    config_t config;
    assert_read ((slice_t) { text, sizeof text - 1 }, &config);
    assert_int_equal (config.port, 9);
    config_deinit (&config);
    assert_refused ((slice_t) { text, sizeof text }, " is larger than 1048576 bytes; a configuration is not.");
}

static void
a_path_with_nothing_or_a_folder_behind_it_is_told_apart (void **state)
{
    (void) state;
    config_t config;
    assert_int_equal (config_value_init (&config), STATUS_OK);
    buffer_t sentence;
    buffer_init (&sentence, 1024);
    assert_int_equal (config_file_read (&config, "/nowhere/at/all.json", &sentence), STATUS_NOT_FOUND);
    assert_int_equal (sentence.size, 0);
    assert_int_equal (config_file_read (&config, "/tmp", &sentence), STATUS_INVALID_ARGUMENT);
    buffer_append_char (&sentence, '\0');
    assert_string_equal (sentence.data, "/tmp cannot be read: Is a directory.");
    buffer_deinit (&sentence);
    config_deinit (&config);
}

static void
a_pipe_is_read_to_its_end (void **state)
{
    (void) state;
    int ends [2];
    assert_int_equal (pipe (ends), 0);
    assert_int_equal (write (ends [1], "{\"port\": 8}", 11), 11);
    close (ends [1]);
    char path [32];
    snprintf (path, sizeof path, "/proc/self/fd/%d", ends [0]);
    config_t config;
    assert_int_equal (config_value_init (&config), STATUS_OK);
    buffer_t sentence;
    buffer_init (&sentence, 1024);
    assert_int_equal (config_file_read (&config, path, &sentence), STATUS_OK);
    assert_int_equal (config.port, 8);
    close (ends [0]);
    buffer_deinit (&sentence);
    config_deinit (&config);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (members_are_read_among_comments_and_trailing_commas),
        cmocka_unit_test (accounts_are_read_beside_the_settings),
        cmocka_unit_test (an_empty_object_changes_nothing),
        cmocka_unit_test (every_setting_can_be_set_by_its_name),
        cmocka_unit_test (an_unknown_member_is_refused_with_the_one_that_was_meant),
        cmocka_unit_test (places_are_counted_in_the_file_as_it_is_written),
        cmocka_unit_test (a_value_of_the_wrong_kind_is_refused),
        cmocka_unit_test (a_member_that_stands_twice_is_refused),
        cmocka_unit_test (a_file_cannot_name_another),
        cmocka_unit_test (what_is_no_json_is_refused_with_its_place),
        cmocka_unit_test (what_is_no_object_is_refused),
        cmocka_unit_test (depth_costs_no_stack),
        cmocka_unit_test (a_megabyte_is_read_and_a_byte_more_is_not),
        cmocka_unit_test (a_path_with_nothing_or_a_folder_behind_it_is_told_apart),
        cmocka_unit_test (a_pipe_is_read_to_its_end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
