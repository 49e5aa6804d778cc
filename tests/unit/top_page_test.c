#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "top_page.h"

#include <stdio.h>

static top_page_t page;

static int
empty (void **state)
{
    (void) state;
    page = (top_page_t) { .admin = "http://127.0.0.1:9334" };
    return 0;
}

//  A call that ended; where its texts were is overwritten at once.
static void
add (int64_t number, const char *tool, int64_t total_us, bool error)
{
    char own [256];
    snprintf (own, sizeof own, "%s", tool);
    top_page_add (&page, &(call_line_t) { .number = number, .tool = slice_of (own), .status = error ? SLICE ("AWS_FAULT") : SLICE ("OK"),
                  .ended = SLICE ("2026-11-22T23:05:07.042Z"), .trace_id = SLICE ("4bf92f35"), .error = error, .total_us = total_us });
    memset (own, 'x', sizeof own);
}

static buffer_t
written (const char *state_json, const terminal_t *terminal)
{
    yyjson_doc *doc = NULL;
    assert_int_equal (json_read (slice_of (state_json), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    buffer_t out;
    buffer_init (&out, 1 << 20);
    top_page_write (&out, &page, yyjson_doc_get_root (doc), terminal);
    buffer_append_char (&out, '\0');
    assert_int_equal (buffer_status (&out), STATUS_OK);
    yyjson_doc_free (doc);
    return out;
}

static const terminal_t NARROW = { .width = 80 }, COLOURED = { .width = 80, .colours = true };

#define STATE(services, workers, aws)                                                                                                       \
    "{\"time\":\"2026-11-22T23:05:07.042Z\",\"recording\":true,\"window_s\":10,\"clients\":{\"connections\":3,\"exchanges\":1,"               \
    "\"followers\":1},\"gateway\":{\"calls\":120,\"in_flight\":2,\"queued\":0,\"per_s\":4.2,\"errors_per_s\":0.1,\"results\":118,"            \
    "\"faults\":1,\"lost\":0},\"services\":[" services "],\"workers\":[" workers "],\"aws\":[" aws "]}"

#define LOGS "{\"name\":\"logs\",\"queued\":3,\"oldest_ms\":250,\"in_flight\":2,\"credit\":64,\"workers\":1,\"per_s\":3.1,"                   \
             "\"errors_per_s\":0.1,\"mean_us\":48000,\"queue_us\":12}"
#define FILTER "{\"api\":\"CloudWatchLogs.FilterLogEvents\",\"per_s\":5.0,\"errors_per_s\":0,\"throttled_per_s\":0.2,\"mean_us\":21000}"

static void
the_page_tells_clients_calls_services_and_apis (void **state)
{
    (void) state;
    buffer_t out = written (STATE (LOGS, "", FILTER), &NARROW);
    assert_string_equal (out.data,
        "cloudwatch-mcp at http://127.0.0.1:9334, 23:05:07 UTC; rates of the last 10 s\n"
        "clients: 3 connections, 1 under way, 1 followers\n"
        "calls: 4.2/s, 0.1 errors/s, 2 in flight, 0 queued\n"
        "since its start: 120 calls, 118 results, 1 faults\n"
        "\n"
        "service     queued    oldest in flight   workers   calls/s  errors/s      mean\n"
        "logs             3    250 ms      2/64         1       3.1       0.1     48 ms\n"
        "\n"
        "AWS API                                calls/s  errors/s throttled      mean\n"
        "CloudWatchLogs.FilterLogEvents             5.0       0.0       0.2     21 ms\n");
    buffer_deinit (&out);
}

static void
tools_stand_by_the_time_they_took_and_calls_by_theirs (void **state)
{
    (void) state;
    add (1, "describe_alarms", 1000, false);
    add (2, "search_log_events", 9000, false);
    add (3, "describe_alarms", 3000, true);
    buffer_t out = written (STATE ("", "", ""), &NARROW);
    assert_non_null (strstr (out.data,
        "tool, of the last 256 calls              calls    errors      mean   slowest\n"
        "search_log_events                            1         0      9 ms      9 ms\n"
        "describe_alarms                              2         1      2 ms      3 ms\n"
        "\n"
        "the slowest of them (cloudwatch-mcp trace NUMBER shows one)\n"
        " call  UTC       tool                   status               total  went into\n"
        "    2  23:05:07  search_log_events      OK                    9 ms\n"
        "    3  23:05:07  describe_alarms        AWS_FAULT             3 ms\n"
        "    1  23:05:07  describe_alarms        OK                    1 ms\n"));
    buffer_deinit (&out);
}

static size_t
count_of (const buffer_t *out, const char *text)
{
    size_t count = 0;
    for (const char *at = out->data; (at = strstr (at, text)); at++)
        count++;
    return count;
}

static void
of_many_calls_the_last_are_kept_and_the_slowest_shown (void **state)
{
    (void) state;
    for (int64_t i = 1; i <= 3 * TOP_CALLS; i++)
        add (i, i % 2 ? "odd" : "even", i <= 2 * TOP_CALLS ? 5000000 : 1000 * i, false);
    buffer_t out = written (STATE ("", "", ""), &NARROW);
    assert_int_equal (count_of (&out, "23:05:07  "), TOP_SLOWEST);
    assert_non_null (strstr (out.data, "\n  768  23:05:07  even"));
    assert_null (strstr (out.data, "5 s"));
    assert_non_null (strstr (out.data, "\neven                                       128 "));
    buffer_deinit (&out);
}

static void
a_call_told_of_again_counts_once (void **state)
{
    (void) state;
    add (7, "a", 1000, false);
    add (7, "a", 2000, false);
    add (7 + TOP_CALLS, "b", 1000, false);
    add (7, "a", 1000, false);
    buffer_t out = written (STATE ("", "", ""), &NARROW);
    assert_null (strstr (out.data, "\na "));
    assert_non_null (strstr (out.data, "\nb                                            1 "));
    top_page_forget (&page);
    buffer_deinit (&out);
    out = written (STATE ("", "", ""), &NARROW);
    assert_null (strstr (out.data, "tool, of"));
    buffer_deinit (&out);
}

static void
more_tools_than_fit_are_counted (void **state)
{
    (void) state;
    for (int64_t i = 1; i <= TOP_TOOLS + 4; i++) {
        char name [16];
        snprintf (name, sizeof name, "tool_%lld", (long long) i);
        add (i, name, 1000, false);
    }
    buffer_t out = written (STATE ("", "", ""), &NARROW);
    assert_non_null (strstr (out.data, "\nand 4 more\n"));
    buffer_deinit (&out);
}

static void
what_should_not_be_stands_out (void **state)
{
    (void) state;
    static const struct {
        const char *state, *expected;
    } rows [] = {
        { STATE ("{\"name\":\"logs\",\"workers\":0}", "", ""), " \033[1;31m        0\033[0m" },
        { STATE (LOGS, "", ""), "logs     \033[33m        3\033[0m" },
        { STATE (LOGS, "", ""), " \033[1;31m      0.1\033[0m" },
        { STATE (LOGS, "{\"service\":\"logs\",\"id\":\"9f2c\",\"draining\":true,\"silent_ms\":1}", ""), "worker 9f2c of logs takes no more calls\n" },
        { STATE (LOGS, "{\"service\":\"logs\",\"id\":\"9f2c\",\"draining\":false,\"silent_ms\":5200}", ""),
          "worker 9f2c of logs was last heard 5.2 s ago\n" },
        { "{\"recording\":false}", "\nThis server keeps no traces (--trace off): its calls cannot be shown.\n" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_t out = written (rows [i].state, &COLOURED);
        if (!strstr (out.data, rows [i].expected))
            fail_msg ("\"%s\" is not in:\n%s", rows [i].expected, out.data);
        buffer_deinit (&out);
    }
}

static void
a_hostile_state_is_a_page_all_the_same (void **state)
{
    (void) state;
    static const char *const HOSTILE [] = {
        "{}", "[]", "{\"services\":3,\"aws\":{},\"workers\":[3],\"clients\":[],\"gateway\":\"x\"}",
        STATE ("{\"name\":\"\\u001b[2J\",\"oldest_ms\":9223372036854775807,\"credit\":-1,\"mean_us\":-5},null",
               "{\"id\":\"\\u0007\\n\",\"service\":\"\\u009b\",\"draining\":true}",
               "{\"api\":\"\\u202e\",\"per_s\":1e308,\"errors_per_s\":-1e308}") };
    for (size_t i = 0; i < sizeof HOSTILE / sizeof *HOSTILE; i++) {
        buffer_t out = written (HOSTILE [i], &NARROW);
        for (size_t k = 0; k + 1 < out.size; k++)
            assert_true (out.data [k] == '\n' || (unsigned char) out.data [k] >= ' ');
        buffer_deinit (&out);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup (the_page_tells_clients_calls_services_and_apis, empty),
        cmocka_unit_test_setup (tools_stand_by_the_time_they_took_and_calls_by_theirs, empty),
        cmocka_unit_test_setup (of_many_calls_the_last_are_kept_and_the_slowest_shown, empty),
        cmocka_unit_test_setup (a_call_told_of_again_counts_once, empty),
        cmocka_unit_test_setup (more_tools_than_fit_are_counted, empty),
        cmocka_unit_test_setup (what_should_not_be_stands_out, empty),
        cmocka_unit_test_setup (a_hostile_state_is_a_page_all_the_same, empty),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
