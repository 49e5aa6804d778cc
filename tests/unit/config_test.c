#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

//  What a test gives, each list ended by NULL: arguments, variables ("NAME=value"), and the text of cloudwatch-mcp.json (NULL: no such file).
typedef struct {
    const char *arguments [8];
    const char *variables [8];
    const char *file;
    config_t config;
    int rest;
    char sentence [512];
} reading_t;

static const char *
variable (void *arg, const char *name)
{
    const reading_t *reading = arg;
    size_t size = strlen (name);
    for (size_t i = 0; reading->variables [i]; i++)
        if (strncmp (reading->variables [i], name, size) == 0 && reading->variables [i] [size] == '=')
            return reading->variables [i] + size + 1;
    return NULL;
}

static void
write_file (const char *name, const char *text)
{
    FILE *file = fopen (name, "w");
    assert_non_null (file);
    assert_true (fputs (text, file) >= 0);
    assert_int_equal (fclose (file), 0);
}

static status_t
read_all (reading_t *reading)
{
    unlink ("cloudwatch-mcp.json");
    if (reading->file)
        write_file ("cloudwatch-mcp.json", reading->file);

    int argc = 0;
    while (reading->arguments [argc])
        argc++;
    buffer_t sentence;
    buffer_init (&sentence, sizeof reading->sentence - 1);
    reading->rest = -1;
    status_t status = config_read (&reading->config, argc, (char *const *) reading->arguments, variable, reading, &reading->rest, &sentence);
    slice_t said = buffer_slice (&sentence);
    memcpy (reading->sentence, said.data, said.size);
    reading->sentence [said.size] = '\0';
    buffer_deinit (&sentence);
    return status;
}

static void
assert_read (reading_t *reading)
{
    status_t status = read_all (reading);
    assert_string_equal (reading->sentence, "");
    assert_int_equal (status, STATUS_OK);
}

static void
assert_refused (reading_t reading, const char *sentence)
{
    assert_int_equal (read_all (&reading), STATUS_INVALID_ARGUMENT);
    assert_string_equal (reading.sentence, sentence);
    assert_int_equal (reading.rest, -1);
    assert_null (reading.config.texts);
    assert_null (reading.config.host);
}

static void
without_a_word_the_defaults_hold (void **state)
{
    (void) state;
    reading_t reading = { 0 };
    assert_read (&reading);
    assert_string_equal (reading.config.host, "127.0.0.1");
    assert_int_equal (reading.config.port, 3334);
    assert_int_equal (reading.config.call_deadline_ms, 55000);
    assert_int_equal (reading.config.answer_bytes_max, 16777216);
    assert_int_equal (reading.config.fips, 0);
    assert_null (reading.config.region);
    assert_null (reading.config.config);
    assert_int_equal (reading.rest, 0);
    config_deinit (&reading.config);
    config_deinit (&reading.config);
}

//  A request that waits for a connection is a call whose wait nobody has foreseen.
static void
by_default_no_call_of_an_actor_waits_for_a_connection (void **state)
{
    (void) state;
    assert_true (config_settings [CONFIG_AT_connections_per_host].number >= config_settings [CONFIG_AT_credit].number);
    assert_true (config_settings [CONFIG_AT_connections_per_host].max >= config_settings [CONFIG_AT_credit].max);
}

static void
the_order_is_flag_environment_file_default (void **state)
{
    (void) state;
    reading_t reading = {
        .arguments = { "--port", "1", "--host", "from-flag" },
        .variables = { "CLOUDWATCH_MCP_PORT=2", "CLOUDWATCH_MCP_ADMIN_PORT=2", "AWS_PROFILE=from-variable" },
        .file = "{\"port\": 3, \"admin_port\": 3, \"credit\": 3, \"host\": \"from-file\", \"profile\": \"from-file\", \"region\": \"from-file\"}",
    };
    assert_read (&reading);
    assert_int_equal (reading.config.port, 1);
    assert_int_equal (reading.config.admin_port, 2);
    assert_int_equal (reading.config.credit, 3);
    assert_int_equal (reading.config.connect_ms, 2000);
    assert_string_equal (reading.config.host, "from-flag");
    assert_string_equal (reading.config.profile, "from-variable");
    assert_string_equal (reading.config.region, "from-file");
    assert_string_equal (reading.config.config, "cloudwatch-mcp.json");
    config_deinit (&reading.config);
}

static void
it_is_known_who_set_what (void **state)
{
    (void) state;
    reading_t reading = {
        .arguments = { "--port", "1" }, .variables = { "CLOUDWATCH_MCP_PORT=2", "CLOUDWATCH_MCP_ADMIN_PORT=2" },
        .file = "{\"port\": 3, \"admin_port\": 3, \"credit\": 3}",
    };
    assert_read (&reading);
    config_t *config = &reading.config;
    assert_string_equal (config_source (config, &config_settings [CONFIG_AT_port]), "--port");
    assert_string_equal (config_source (config, &config_settings [CONFIG_AT_admin_port]), "CLOUDWATCH_MCP_ADMIN_PORT");
    assert_string_equal (config_source (config, &config_settings [CONFIG_AT_credit]), "cloudwatch-mcp.json");
    assert_null (config_source (config, &config_settings [CONFIG_AT_connect_ms]));
    config_deinit (config);
}

static void
what_nobody_has_set_can_be_completed_and_forgotten (void **state)
{
    (void) state;
    reading_t reading = { .variables = { "CLOUDWATCH_MCP_PORT=3334" } };
    assert_read (&reading);
    config_t *config = &reading.config;
    buffer_t sentence;
    buffer_init (&sentence, 512);
    const config_setting_t *port = &config_settings [CONFIG_AT_port], *credit = &config_settings [CONFIG_AT_credit];
    assert_int_equal (config_complete (config, port, SLICE ("1"), "somebody", "port of somebody", &sentence), STATUS_OK);
    assert_int_equal (config->port, 3334);
    assert_int_equal (config_complete (config, credit, SLICE ("0"), "somebody", "credit of somebody", &sentence), STATUS_INVALID_ARGUMENT);
    buffer_append_char (&sentence, 0);
    assert_string_equal (sentence.data, "credit of somebody must be a whole number from 1 to 512; got \"0\".");
    assert_null (config_source (config, credit));
    assert_int_equal (config_complete (config, credit, SLICE ("7"), "somebody", "credit of somebody", &sentence), STATUS_OK);
    assert_int_equal (config->credit, 7);
    assert_string_equal (config_source (config, credit), "somebody");
    config_forget (config, credit);
    assert_int_equal (config->credit, 64);
    assert_null (config_source (config, credit));
    buffer_deinit (&sentence);
    config_deinit (config);
}

static void
a_proxys_variable_in_small_letters_goes_first_and_http_has_no_other (void **state)
{
    (void) state;
    reading_t reading = {
        .variables = { "https_proxy=small", "HTTPS_PROXY=large", "all_proxy=", "ALL_PROXY=large", "HTTP_PROXY=large", "no_proxy=*" },
    };
    assert_read (&reading);
    assert_string_equal (reading.config.https_proxy, "small");
    assert_string_equal (config_source (&reading.config, &config_settings [CONFIG_AT_https_proxy]), "https_proxy");
    assert_string_equal (reading.config.all_proxy, "large");
    assert_string_equal (config_source (&reading.config, &config_settings [CONFIG_AT_all_proxy]), "ALL_PROXY");
    assert_null (reading.config.http_proxy);
    assert_string_equal (reading.config.no_proxy, "*");
    config_deinit (&reading.config);
}

static void
a_flag_has_two_forms_and_its_last_word_counts (void **state)
{
    (void) state;
    reading_t reading = { .arguments = { "--port", "1", "--port=2", "--region=a=b", "--insecure-endpoint", "--drain-grace", "0" } };
    assert_read (&reading);
    assert_int_equal (reading.config.port, 2);
    assert_string_equal (reading.config.region, "a=b");
    assert_int_equal (reading.config.insecure_endpoint, 1);
    assert_int_equal (reading.rest, 7);
    config_deinit (&reading.config);
}

static void
what_is_not_a_flag_is_left (void **state)
{
    (void) state;
    const struct {
        const char *arguments [4];
        int rest;
    } cases [] = {
        { { "--port", "1", "list_metrics" }, 2 },
        { { "--port", "1", "--" }, 3 },
        { { "--port=1", "--", "--host" }, 2 },
        { { "--port=1", "-" }, 1 },
        { { "--port=1", "-x", "--nonsense" }, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases [0]; i++) {
        reading_t reading = { 0 };
        memcpy (reading.arguments, cases [i].arguments, sizeof cases [i].arguments);
        assert_read (&reading);
        assert_int_equal (reading.rest, cases [i].rest);
        assert_int_equal (reading.config.port, 1);
        config_deinit (&reading.config);
    }
}

static void
an_unknown_flag_is_refused_with_the_one_that_was_meant (void **state)
{
    (void) state;
    assert_refused ((reading_t) { .arguments = { "--prt", "1" } }, "--prt is not a flag; did you mean --port? cloudwatch-mcp --help lists them.");
    assert_refused ((reading_t) { .arguments = { "--call_deadline_ms=5" } },
                    "--call_deadline_ms is not a flag; did you mean --call-deadline? cloudwatch-mcp --help lists them.");
    assert_refused ((reading_t) { .arguments = { "--xyzzy" } }, "--xyzzy is not a flag. cloudwatch-mcp --help lists them.");
    assert_refused ((reading_t) { .arguments = { "--=" } }, "-- is not a flag. cloudwatch-mcp --help lists them.");
    //  Never a setting that has no flag
    assert_refused ((reading_t) { .arguments = { "--fips" } }, "--fips is not a flag. cloudwatch-mcp --help lists them.");
}

static void
a_flag_without_its_value_is_refused (void **state)
{
    (void) state;
    assert_refused ((reading_t) { .arguments = { "--port" } }, "--port needs a value, as in --port=VALUE.");
    assert_refused ((reading_t) { .arguments = { "--host", "--port", "1" } }, "--host needs a value, as in --host=VALUE.");
    assert_refused ((reading_t) { .arguments = { "--host=" } }, "--host needs a value, as in --host=VALUE.");
    assert_refused ((reading_t) { .arguments = { "--host", "" } }, "--host needs a value, as in --host=VALUE.");
    assert_refused ((reading_t) { .arguments = { "--insecure-endpoint=1" } }, "--insecure-endpoint is a switch and takes no value.");
}

static void
a_value_that_cannot_be_is_refused_as_it_was_given (void **state)
{
    (void) state;
    assert_refused ((reading_t) { .arguments = { "--port", "abc" } }, "--port must be a whole number from 0 to 65535; got \"abc\".");
    assert_refused ((reading_t) { .arguments = { "--port=-1" } }, "--port must be a whole number from 0 to 65535; got \"-1\".");
    assert_refused ((reading_t) { .variables = { "CLOUDWATCH_MCP_PORT=65536" } },
                    "CLOUDWATCH_MCP_PORT must be a whole number from 0 to 65535; got \"65536\".");
    assert_refused ((reading_t) { .variables = { "AWS_USE_FIPS_ENDPOINT=maybe" } }, "AWS_USE_FIPS_ENDPOINT must be true or false; got \"maybe\".");
    assert_refused ((reading_t) { .file = "{\n  \"port\": \"3334\"}" },
                    "cloudwatch-mcp.json, line 2, column 3: port must be a whole number from 0 to 65535; got \"3334\".");
}

static void
an_empty_variable_counts_as_not_set (void **state)
{
    (void) state;
    reading_t reading = { .variables = { "CLOUDWATCH_MCP_PORT=", "AWS_REGION=", "AWS_USE_FIPS_ENDPOINT=", "CLOUDWATCH_MCP_CONFIG=" },
                          .file = "{\"port\": 3}" };
    assert_read (&reading);
    assert_int_equal (reading.config.port, 3);
    assert_null (reading.config.region);
    assert_int_equal (reading.config.fips, 0);
    config_deinit (&reading.config);
}

static void
a_variable_can_switch_off_what_the_file_switches_on (void **state)
{
    (void) state;
    reading_t reading = { .variables = { "AWS_USE_FIPS_ENDPOINT=FALSE", "AWS_USE_DUALSTACK_ENDPOINT=Yes" }, .file = "{\"fips\": true}" };
    assert_read (&reading);
    assert_int_equal (reading.config.fips, 0);
    assert_int_equal (reading.config.dual_stack, 1);
    config_deinit (&reading.config);
}

static void
a_file_that_was_named_must_be_there_and_replaces_the_usual_one (void **state)
{
    (void) state;
    assert_refused ((reading_t) { .arguments = { "--config", "missing.json" } }, "--config names missing.json, which does not exist.");
    assert_refused ((reading_t) { .variables = { "CLOUDWATCH_MCP_CONFIG=missing.json" } },
                    "CLOUDWATCH_MCP_CONFIG names missing.json, which does not exist.");

    write_file ("other.json", "{\"port\": 7}");
    reading_t reading = { .arguments = { "--config=other.json" }, .variables = { "CLOUDWATCH_MCP_CONFIG=missing.json" }, .file = "{\"credit\": 5}" };
    assert_read (&reading);
    assert_int_equal (reading.config.port, 7);
    assert_int_equal (reading.config.credit, 64);
    assert_string_equal (reading.config.config, "other.json");
    config_deinit (&reading.config);
    unlink ("other.json");
}

static void
the_usual_file_may_be_missing_but_not_broken (void **state)
{
    (void) state;
    char expected [] = "cloudwatch-mcp.json, line 2, column 11: this is not JSON: ";
    reading_t reading = { .file = "{\n  \"port\": ?}" };
    assert_int_equal (read_all (&reading), STATUS_INVALID_ARGUMENT);
    assert_memory_equal (reading.sentence, expected, sizeof expected - 1);
}

static void
texts_outlive_where_they_came_from (void **state)
{
    (void) state;
    char argument [] = "--host=example";
    char name [] = "AWS_REGION=eu-west-1";
    reading_t reading = { .arguments = { argument }, .variables = { name } };
    assert_read (&reading);
    memset (argument, 'x', sizeof argument - 1);
    memset (name, 'x', sizeof name - 1);
    assert_string_equal (reading.config.host, "example");
    assert_string_equal (reading.config.region, "eu-west-1");
    config_deinit (&reading.config);
    assert_null (reading.config.host);
}

static void
the_environment_of_the_process_is_the_usual_one (void **state)
{
    (void) state;
    unlink ("cloudwatch-mcp.json");
    setenv ("CLOUDWATCH_MCP_QUOTA_SHARE", "50", 1);
    config_t config;
    int rest;
    buffer_t sentence;
    buffer_init (&sentence, 512);
    assert_int_equal (config_read (&config, 0, NULL, NULL, NULL, &rest, &sentence), STATUS_OK);
    assert_int_equal (config.quota_share_percent, 50);
    config_deinit (&config);
    buffer_deinit (&sentence);
    unsetenv ("CLOUDWATCH_MCP_QUOTA_SHARE");
}

static void
the_region_is_aws_region_then_the_default_one (void **state)
{
    (void) state;
    reading_t both = { .variables = { "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=us-east-1" } };
    assert_read (&both);
    assert_string_equal (config_region (&both.config), "eu-west-1");
    config_deinit (&both.config);

    reading_t second = { .variables = { "AWS_DEFAULT_REGION=us-east-1" } };
    assert_read (&second);
    assert_string_equal (config_region (&second.config), "us-east-1");
    config_deinit (&second.config);

    reading_t none = { 0 };
    assert_read (&none);
    assert_null (config_region (&none.config));
    config_deinit (&none.config);
}

static void
the_profile_is_aws_profile_then_the_default_one (void **state)
{
    (void) state;
    reading_t both = { .variables = { "AWS_PROFILE=dev", "AWS_DEFAULT_PROFILE=other" } };
    assert_read (&both);
    assert_string_equal (config_profile (&both.config), "dev");
    config_deinit (&both.config);

    reading_t second = { .variables = { "AWS_DEFAULT_PROFILE=other" } };
    assert_read (&second);
    assert_string_equal (config_profile (&second.config), "other");
    config_deinit (&second.config);

    reading_t none = { 0 };
    assert_read (&none);
    assert_null (config_profile (&none.config));
    config_deinit (&none.config);
}

static void
the_table_has_every_name_once_and_every_default_within_its_bounds (void **state)
{
    (void) state;
    for (size_t i = 0; i < CONFIG_SETTINGS; i++) {
        const config_setting_t *setting = &config_settings [i];
        if (setting->kind != CONFIG_TEXT)
            assert_true (setting->min <= setting->number && setting->number <= setting->max);
        assert_true (!setting->flag || strncmp (setting->flag, "--", 2) == 0);
        for (size_t j = 0; j < i; j++) {
            const config_setting_t *other = &config_settings [j];
            assert_string_not_equal (setting->name, other->name);
            assert_true (!setting->flag || !other->flag || strcmp (setting->flag, other->flag) != 0);
            assert_true (!setting->environment || !other->environment || strcmp (setting->environment, other->environment) != 0);
        }
    }
}

//  All tests run in a folder of their own: a configuration file that happens to lie about must not be read.
static char folder [] = "/tmp/config_test.XXXXXX";

static int
enter_folder (void **state)
{
    (void) state;
    return mkdtemp (folder) && chdir (folder) == 0 ? 0 : -1;
}

static int
leave_folder (void **state)
{
    (void) state;
    unlink ("cloudwatch-mcp.json");
    return chdir ("/") == 0 && rmdir (folder) == 0 ? 0 : -1;
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (without_a_word_the_defaults_hold),
        cmocka_unit_test (by_default_no_call_of_an_actor_waits_for_a_connection),
        cmocka_unit_test (the_order_is_flag_environment_file_default),
        cmocka_unit_test (it_is_known_who_set_what),
        cmocka_unit_test (what_nobody_has_set_can_be_completed_and_forgotten),
        cmocka_unit_test (a_proxys_variable_in_small_letters_goes_first_and_http_has_no_other),
        cmocka_unit_test (a_flag_has_two_forms_and_its_last_word_counts),
        cmocka_unit_test (what_is_not_a_flag_is_left),
        cmocka_unit_test (an_unknown_flag_is_refused_with_the_one_that_was_meant),
        cmocka_unit_test (a_flag_without_its_value_is_refused),
        cmocka_unit_test (a_value_that_cannot_be_is_refused_as_it_was_given),
        cmocka_unit_test (an_empty_variable_counts_as_not_set),
        cmocka_unit_test (a_variable_can_switch_off_what_the_file_switches_on),
        cmocka_unit_test (a_file_that_was_named_must_be_there_and_replaces_the_usual_one),
        cmocka_unit_test (the_usual_file_may_be_missing_but_not_broken),
        cmocka_unit_test (texts_outlive_where_they_came_from),
        cmocka_unit_test (the_environment_of_the_process_is_the_usual_one),
        cmocka_unit_test (the_region_is_aws_region_then_the_default_one),
        cmocka_unit_test (the_profile_is_aws_profile_then_the_default_one),
        cmocka_unit_test (the_table_has_every_name_once_and_every_default_within_its_bounds),
    };
    return cmocka_run_group_tests (tests, enter_folder, leave_folder);
}
