#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "call_tree.h"

#include "call_fixture.h"
#include "plain.h"

static buffer_t
drawn (const char *more, const char *spans, const terminal_t *terminal)
{
    call_fixture_t call = call_of (more, spans);
    buffer_t out;
    buffer_init (&out, 4 << 20);
    call_tree_write (&out, call.tree, terminal);
    buffer_append_char (&out, '\0');
    assert_int_equal (buffer_status (&out), STATUS_OK);
    call_free (&call);
    return out;
}

static void
expect (const char *more, const char *spans, terminal_t terminal, const char *expected)
{
    buffer_t out = drawn (more, spans, &terminal);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

#define HEAD "describe_log_groups took 200 ms. 100 ms of it (50 %) went into waits between\n"                                                 \
             "attempts, before attempt #2 of DescribeLogGroups. 80 ms (40 %) went into AWS:\n"                                                \
             "DescribeLogGroups, 2 requests, the slowest of which took 70 ms (attempt #2). AWS\n"                                             \
             "throttled DescribeLogGroups once (ThrottlingException).\n\n"                                                                    \
             "call 17, ended 2026-11-22T23:05:07.042Z, status OK, region eu-west-1, trace\n"                                                  \
             "4bf92f3577b34da6a3ce929d0e0e4736\n\n"

static void
a_retried_call_shows_its_attempts_their_waits_and_the_path_that_decided (void **state)
{
    (void) state;
    expect (RETRIED_CALL, RETRIED, (terminal_t) { .width = 80 }, HEAD
            "* tools/call describe_log_groups   200 ms  =====================================\n"
            "* wait: queue logs                  20 ms  ....\n"
            "* send cw.logs                     180 ms     ==================================\n"
            "    messages                       300 us     =\n"
            "*   process cw.logs                180 ms     ==================================\n"
            "*     DescribeLogGroups #1          10 ms     ###\n"
            "          THROTTLED: ThrottlingException, HTTP 400, AWS request 5176985d\n"
            "*     wait: backoff                100 ms       ...................\n"
            "*     DescribeLogGroups #2          70 ms                          #############\n"
            "          connect 300 us, first byte after 30 ms, AWS request d49900c9\n"
            "\n* decided how long the call took.\n");
}

//  "…" of the named row's bar.
static void
expect_row (const char *spans, const char *row)
{
    buffer_t out = drawn (",\"status\":\"OK\",\"total_us\":1000", spans, &(terminal_t) { .width = 60, .utf8 = true });
    if (!strstr (out.data, row))
        fail_msg ("\"%s\" is not in:\n%s", row, out.data);
    buffer_deinit (&out);
}

static void
a_status_is_not_said_twice (void **state)
{
    (void) state;
    expect_row (SPAN (1, "a", INTERNAL, 0, 500, THROTTLED, false, "\"error.type\":\"THROTTLED\""), "▄\n      THROTTLED\n");
    expect_row (SPAN (1, "a", INTERNAL, 0, 500, CANCELLED, false, "\"error.type\":\"cancelled\""), "▄\n      CANCELLED\n");
    expect_row (SPAN (1, "a", INTERNAL, 0, 500, REFUSED, false, "\"error.type\":\"tool_error\""), "▄\n      REFUSED\n");
    expect_row (SPAN (1, "a", INTERNAL, 0, 500, REFUSED, false, "\"error.type\":\"AccessDenied\""), "▄\n      REFUSED: AccessDenied\n");
}

static void
bars_begin_and_end_where_their_steps_do (void **state)
{
    (void) state;
    expect_row (SPAN (1, "a", INTERNAL, 0, 500, OK, false, ""), "  a   500 us  ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄\n");
    expect_row (SPAN (1, "a", INTERNAL, 500, 500, OK, false, ""), "  a   500 us                         ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄\n");
    expect_row (SPAN (1, "a", INTERNAL, 1000, 0, OK, false, ""), "  a      0 s                                               ▄\n");
    expect_row (SPAN (1, "a", INTERNAL, 500, 9000, OK, false, ""), "  a     9 ms                         ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄\n");
    expect_row (SPAN (1, "backoff", INTERNAL, 0, 100, OK, false, ""), "  wait: backoff   100 us  ░░░\n");
    expect_row (SPAN (1, "L.F", CLIENT, 0, 100, OK, false, ""), "  F   100 us  █████\n");
}

static void
an_attempt_is_numbered_only_where_there_was_a_second_one (void **state)
{
    (void) state;
    buffer_t out = drawn (",\"status\":\"OK\",\"total_us\":1000", SPAN (1, "L.F", CLIENT, 0, 100, OK, false, ""), &(terminal_t) { 0 });
    assert_null (strstr (out.data, "#1"));
    buffer_deinit (&out);
}

static void
rows_of_requests_at_once_say_whose_they_are (void **state)
{
    (void) state;
    static const char *const ROWS [] = {
        "Describe #1 ", "Filter, request 2 #1 ", "Filter, request 1 #1 ", "Filter, request 3 #1 ", "wait: backoff, request 2 ",
        "wait: backoff, request 1 ", "Filter, request 2 #2 ", "Filter, request 1 #2 " };
    buffer_t out = drawn (",\"status\":\"OK\",\"total_us\":1000,\"retries\":2", AT_ONCE, &(terminal_t) { .width = 120 });
    const char *at = strstr (out.data, "tools/call");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const char *row = at ? strstr (at, ROWS [i]) : NULL;
        if (!row)
            fail_msg ("\"%s\" is not in its place in:\n%s", ROWS [i], out.data);
        at = row + strlen (ROWS [i]);
    }
    buffer_deinit (&out);
}

static void
what_others_asked_is_said_below_the_step (void **state)
{
    (void) state;
    expect_row (SPAN (1, "L.F", INTERNAL, 0, 1, OK, false, "\"cloudwatch_mcp.cached\":1,\"cloudwatch_mcp.age_ms\":1200"),
                "      AWS was not asked: the answer was kept from before,\n      1.2 s old\n");
    expect_row ("{\"name\":\"shared\",\"depth\":1,\"start_us\":0,\"duration_us\":5,\"status\":\"OK\",\"link\":{\"trace_id\":\"00ff\"}}",
                "      another call's request answered it: trace 00ff\n");
    expect_row ("{\"name\":\"tools/call\",\"depth\":0,\"status\":\"OK\",\"link\":{\"trace_id\":\"00ff\"}}", "      belongs to trace 00ff\n");
    expect_row (SPAN (1, "send cw.logs", PRODUCER, 0, 5, CANCELLED, false, ""), "      CANCELLED\n");
}

static void
names_are_cut_where_the_bars_need_the_room (void **state)
{
    (void) state;
    static const char LONG [] = SPAN (9, "a_name_that_is_much_longer_than_a_terminal_is_wide", INTERNAL, 0, 1000, OK, true, "");
    buffer_t out = drawn (",\"status\":\"OK\",\"total_us\":1000", LONG, &(terminal_t) { .width = 60, .utf8 = true });
    for (slice_t rest = buffer_slice (&out), line; (line = slice_cut (&rest, '\n')).data;)
        assert_true (plain_width (line) <= 60);
    buffer_deinit (&out);
}

static void
what_has_no_room_is_counted (void **state)
{
    (void) state;
    buffer_t spans;
    buffer_init (&spans, 4 << 20);
    for (int i = 0; i < CALL_TREE_SPANS_MAX + 3; i++)
        buffer_printf (&spans, "%s%s", i ? "," : "", SPAN (1, "a", INTERNAL, 0, 1, OK, false, ""));
    buffer_append_char (&spans, '\0');
    buffer_t out = drawn (",\"status\":\"OK\",\"total_us\":1000,\"dropped\":4", spans.data, &(terminal_t) { 0 });
    assert_non_null (strstr (out.data, "\n7 more steps are not here: there was no room for them.\n"));
    buffer_deinit (&out);
    buffer_deinit (&spans);
}

static void
what_a_server_says_is_bounded_and_escaped (void **state)
{
    (void) state;
    static const char HOSTILE [] = SPAN (9223372036854775807, "a\\u001b[2J", CLIENT, -9223372036854775808, 9223372036854775807, X, true,
                                         "\"error.type\":\"\\n\\u0007\",\"http.request.resend_count\":9223372036854775807") ","
                                   SPAN (-9223372036854775808, "\\u202e", INTERNAL, 9223372036854775807, 9223372036854775807, OK, true,
                                         "\"cloudwatch_mcp.cached\":1,\"cloudwatch_mcp.age_ms\":9223372036854775807") ",3,null,{},[]";
    static const char CALL [] = ",\"status\":\"\\u001b\",\"account\":\"\\u001b\",\"total_us\":9223372036854775807,\"dropped\":9223372036854775807";
    buffer_t out = drawn (CALL, HOSTILE, &(terminal_t) { .width = 80, .utf8 = true });
    for (size_t i = 0; i + 1 < out.size; i++)
        assert_true (out.data [i] == '\n' || (unsigned char) out.data [i] >= ' ');
    assert_null (strstr (out.data, "\u202e"));
    buffer_deinit (&out);
}

static void
what_is_no_call_has_no_tree (void **state)
{
    (void) state;
    assert_null (call_tree_new (NULL));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_retried_call_shows_its_attempts_their_waits_and_the_path_that_decided),
        cmocka_unit_test (a_status_is_not_said_twice),
        cmocka_unit_test (bars_begin_and_end_where_their_steps_do),
        cmocka_unit_test (an_attempt_is_numbered_only_where_there_was_a_second_one),
        cmocka_unit_test (rows_of_requests_at_once_say_whose_they_are),
        cmocka_unit_test (what_others_asked_is_said_below_the_step),
        cmocka_unit_test (names_are_cut_where_the_bars_need_the_room),
        cmocka_unit_test (what_has_no_room_is_counted),
        cmocka_unit_test (what_a_server_says_is_bounded_and_escaped),
        cmocka_unit_test (what_is_no_call_has_no_tree),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
