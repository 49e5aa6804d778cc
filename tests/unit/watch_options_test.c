#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "watch_options.h"

#include <stdio.h>
#include <stdlib.h>

//  The environment: one variable.
typedef struct {
    const char *name, *value;
} variable_t;

static const char *
look_up (void *arg, const char *name)
{
    const variable_t *variable = arg;
    return variable && variable->name && strcmp (name, variable->name) == 0 ? variable->value : NULL;
}

enum { WORDS_MAX = 8 };

//  What the words mean, as "ADMIN|ID|path with its query|switches", or the sentence that refuses them.
static void
expect (bool top, const variable_t *variable, const char *const *words, const char *expected)
{
    char *argv [WORDS_MAX] = { NULL };
    int argc = 0;
    for (; words [argc]; argc++)
        argv [argc] = strdup (words [argc]);
    watch_options_t options;
    buffer_t out;
    buffer_init (&out, 4096);
    if (watch_options_read (&options, top, argc, argv, look_up, (void *) (uintptr_t) variable, &out) == STATUS_OK) {
        buffer_printf (&out, "%s|%s|", options.admin, options.id);
        watch_options_append_query (&out, &options, !options.follow);
        buffer_printf (&out, "|%s%s%s", options.follow ? "follow " : "", options.json ? "json " : "", options.once ? "once " : "");
    }
    buffer_append_char (&out, '\0');
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
    for (int i = 0; i < argc; i++)
        free (argv [i]);
}

#define WORDS(...) (const char *const []) { __VA_ARGS__, NULL }
#define NO_WORDS   (const char *const []) { NULL }
#define USUAL      "http://127.0.0.1:9334"

static void
calls_are_listed_filtered_and_followed (void **state)
{
    (void) state;
    expect (false, NULL, NO_WORDS, USUAL "||?limit=20|");
    expect (false, NULL, WORDS ("--tool", "search_log_events", "--slow=500ms", "--limit", "5"),
            USUAL "||?tool=search_log_events&slow_ms=500&limit=5|");
    expect (false, NULL, WORDS ("--follow", "--errors", "--json"), USUAL "||?status=error|follow json ");
    expect (false, NULL, WORDS ("-f", "--status", "throttled"), USUAL "||?status=THROTTLED|follow ");
    expect (false, NULL, WORDS ("--tool=a&b=c"), USUAL "||?tool=a%26b%3Dc&limit=20|");
    expect (true, NULL, WORDS ("--once"), USUAL "||?limit=20|once ");
}

static void
a_call_is_named_by_its_number_or_its_trace (void **state)
{
    (void) state;
    expect (false, NULL, WORDS ("17"), USUAL "|17|?limit=20|");
    expect (false, NULL, WORDS ("--json", "#17"), USUAL "|17|?limit=20|json ");
    expect (false, NULL, WORDS ("4BF92F3577b34da6a3ce929d0e0e4736"), USUAL "|4bf92f3577b34da6a3ce929d0e0e4736|?limit=20|");
    expect (false, NULL, WORDS ("12345678901234567890123456789012"), USUAL "|12345678901234567890123456789012|?limit=20|");
}

static void
slowness_is_a_time_in_any_unit (void **state)
{
    (void) state;
    static const struct {
        const char *words;
        int64_t slow_ms;
    } rows [] = { { "500", 500 }, { "500ms", 500 }, { "1.5s", 1500 }, { "2m", 120000 }, { "0.1ms", 1 }, { "1440m", 86400000 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char flag [] = "--slow", value [16];
        snprintf (value, sizeof value, "%s", rows [i].words);
        watch_options_t options;
        buffer_t sentence;
        buffer_init (&sentence, 4096);
        assert_int_equal (watch_options_read (&options, false, 2, (char *const []) { flag, value }, look_up, NULL, &sentence), STATUS_OK);
        assert_int_equal (options.slow_ms, rows [i].slow_ms);
        buffer_deinit (&sentence);
    }
}

static void
the_server_is_where_the_flag_the_variable_or_its_own_settings_say (void **state)
{
    (void) state;
    static const variable_t admin = { "CLOUDWATCH_MCP_ADMIN", "http://pod-1:9334/" }, port = { "CLOUDWATCH_MCP_ADMIN_PORT", "9400" },
                            everywhere = { "CLOUDWATCH_MCP_ADMIN_HOST", "0.0.0.0" }, v6 = { "CLOUDWATCH_MCP_ADMIN_HOST", "::1" },
                            any = { "CLOUDWATCH_MCP_ADMIN_PORT", "0" };
    expect (false, &admin, NO_WORDS, "http://pod-1:9334||?limit=20|");
    expect (false, &admin, WORDS ("--admin", "https://other/base//"), "https://other/base||?limit=20|");
    expect (false, &admin, WORDS ("--admin=127.0.0.1:40001"), "http://127.0.0.1:40001||?limit=20|");
    expect (false, &port, NO_WORDS, "http://127.0.0.1:9400||?limit=20|");
    expect (true, &port, WORDS ("--admin-port", "9500"), "http://127.0.0.1:9500||?limit=20|");
    expect (false, &everywhere, NO_WORDS, USUAL "||?limit=20|");
    expect (false, &v6, WORDS ("--admin-port=9500", "3"), "http://[::1]:9500|3|?limit=20|");
    expect (false, &any, NO_WORDS, "The admin port is set to 0, which is any free one. The server says at its start which it took: "
            "--admin http://127.0.0.1:PORT.");
    expect (false, &any, WORDS ("--admin", "x:1"), "http://x:1||?limit=20|");
}

static void
what_cannot_be_is_refused_with_a_sentence (void **state)
{
    (void) state;
    expect (false, NULL, WORDS ("--slwo", "3"), "--slwo is not a flag of trace; did you mean --slow?");
    expect (true, NULL, WORDS ("--follow"), "--follow is not a flag of top. cloudwatch-mcp help trace and help top list them.");
    expect (false, NULL, WORDS ("--"), "-- is not a flag of trace. cloudwatch-mcp help trace and help top list them.");
    expect (false, NULL, WORDS ("--tool"), "--tool needs a value, as in --tool=VALUE.");
    expect (false, NULL, WORDS ("--tool="), "--tool needs a value, as in --tool=VALUE.");
    expect (false, NULL, WORDS ("--json=yes"), "The switch \"--json=yes\" takes no value.");
    expect (false, NULL, WORDS ("--slow", "soon"), "--slow \"soon\" is no time: 500ms, 1.5s and 2m are, up to a day.");
    expect (false, NULL, WORDS ("--slow", "25h"), "--slow \"25h\" is no time: 500ms, 1.5s and 2m are, up to a day.");
    expect (false, NULL, WORDS ("--slow=-1"), "--slow \"-1\" is no time: 500ms, 1.5s and 2m are, up to a day.");
    expect (false, NULL, WORDS ("--limit", "2001"), "--limit \"2001\" is not a number of calls: 1 to 2000 are.");
    expect (false, NULL, WORDS ("--status", "trotled"),
            "--status \"trotled\" is none: OK, THROTTLED, DEADLINE, CANCELLED, UNREACHABLE, REFUSED and others are. Did you mean THROTTLED?");
    expect (false, NULL, WORDS ("abc"),
            "The word \"abc\" is neither a call's number nor a trace id (32 hex digits). cloudwatch-mcp trace lists the last calls.");
    expect (true, NULL, WORDS ("17"), "The word \"17\" has no meaning to top.");
    expect (false, NULL, WORDS ("17", "18"), "The word \"18\" is one too many: trace shows one call.");
    expect (false, NULL, WORDS ("17", "--follow"), "trace ID shows that call: --follow, --limit and the filters are for lists.");
    expect (false, NULL, WORDS ("--errors", "--status", "OK"),
            "--errors shows whatever failed, and --status one way to fail: one of the two, please.");
    expect (false, NULL, WORDS ("--follow", "--limit", "3"),
            "--follow shows calls as they end, from now on: --limit is for the list of those that have ended.");
    expect (false, NULL, WORDS ("--admin", "http://a b"), "--admin \"http://a b\" is no address of an admin port: http://127.0.0.1:9334 is.");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (calls_are_listed_filtered_and_followed),
        cmocka_unit_test (a_call_is_named_by_its_number_or_its_trace),
        cmocka_unit_test (slowness_is_a_time_in_any_unit),
        cmocka_unit_test (the_server_is_where_the_flag_the_variable_or_its_own_settings_say),
        cmocka_unit_test (what_cannot_be_is_refused_with_a_sentence),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
