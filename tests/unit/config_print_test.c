#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config.h"
#include "log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *
nothing (void *arg, const char *name)
{
    (void) arg;
    (void) name;
    return NULL;
}

static config_t
configured (int argc, const char *const *argv)
{
    config_t config;
    int rest;
    buffer_t sentence;
    buffer_init (&sentence, 512);
    assert_int_equal (config_read (&config, argc, (char *const *) argv, nothing, NULL, &rest, &sentence), STATUS_OK);
    buffer_deinit (&sentence);
    return config;
}

//  What is printed, as a text that the caller frees.
static char *
text_of (buffer_t *out)
{
    buffer_append_char (out, '\0');
    assert_int_equal (buffer_status (out), STATUS_OK);
    size_t size;
    return buffer_release (out, &size);
}

static size_t
lines_of (const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static void
help_names_each_flag_variable_and_member_with_its_default (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 65536);
    config_print_flags (&out);
    char *text = text_of (&out);
    assert_int_equal (lines_of (text), 1 + 2 * CONFIG_SETTINGS);
    for (size_t i = 0; i < CONFIG_SETTINGS; i++) {
        assert_true (!config_settings [i].flag || strstr (text, config_settings [i].flag));
        assert_true (!config_settings [i].environment || strstr (text, config_settings [i].environment));
        assert_non_null (strstr (text, config_settings [i].name));
        assert_non_null (strstr (text, config_settings [i].meaning));
    }
    assert_non_null (strstr (text, "  --port                CLOUDWATCH_MCP_PORT               port\n      port to serve MCP on; 0 takes a free one "
                                   "(default 3334; 0 to 65535)\n"));
    assert_non_null (strstr (text, "address to serve MCP on (default 127.0.0.1)\n"));
    free (text);
}

//  What config_log writes, without the time, as a text that the caller frees.
static char *
logged (const config_t *config)
{
    int ends [2];
    assert_int_equal (pipe (ends), 0);
    assert_int_equal (log_start (LOG_LEVEL_INFO, ends [1]), STATUS_OK);
    config_log (config);
    log_stop ();
    close (ends [1]);
    buffer_t line;
    buffer_init (&line, 8192);
    ssize_t size;
    while ((size = read (ends [0], buffer_reserve (&line, 4096), 4096)) > 0)
        buffer_advance (&line, (size_t) size);
    close (ends [0]);
    char *text = text_of (&line);
    assert_memory_equal (text, "{\"time\":\"", 9);
    memmove (text, strstr (text, "\"level\""), strlen (strstr (text, "\"level\"")) + 1);
    return text;
}

static void
the_log_tells_every_setting_that_has_a_value (void **state)
{
    (void) state;
    config_t config = configured (3, (const char *const []) { "--port=1234", "--region=eu-\"1", "--insecure-endpoint" });
    char *line = logged (&config);
    assert_non_null (strstr (line, "\"event\":\"configuration\",\"host\":\"127.0.0.1\",\"port\":1234,"));
    assert_non_null (strstr (line, "\"region\":\"eu-\\\"1\""));
    assert_non_null (strstr (line, "\"insecure_endpoint\":1"));
    assert_non_null (strstr (line, "\"body_bytes_max\":1048576"));
    assert_null (strstr (line, "\"profile\""));         //  It has none
    free (line);
    config_deinit (&config);
}

static void
the_password_in_a_url_is_masked (void **state)
{
    (void) state;
    config_t config = configured (0, NULL);
    config.endpoint_url = "https://user:canary@host.example:8443/path";
    config.https_proxy = "user:canary@proxy.example:3128";
    config.ca_bundle = "/certificates/me@example.pem";
    char *line = logged (&config);
    assert_null (strstr (line, "canary"));
    assert_non_null (strstr (line, "\"https_proxy\":\"***@proxy.example:3128\""));
    assert_non_null (strstr (line, "\"ca_bundle\":\"/certificates/me@example.pem\""));
    assert_non_null (strstr (line, "\"endpoint_url\":\"https://***@host.example:8443/path\""));
    free (line);
    config_deinit (&config);
}

//  All tests run where no configuration file lies.
static int
leave_for_the_root (void **state)
{
    (void) state;
    return chdir ("/");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (help_names_each_flag_variable_and_member_with_its_default),
        cmocka_unit_test (the_log_tells_every_setting_that_has_a_value),
        cmocka_unit_test (the_password_in_a_url_is_masked),
    };
    return cmocka_run_group_tests (tests, leave_for_the_root, NULL);
}
