#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "call_line.h"

static const terminal_t PIPE = { .utf8 = true }, NARROW = { .width = 80 }, WIDE = { .width = 147 }, COLOURED = { .width = 147, .colours = true };

//  A call as the admin port tells it; more: further members, each with a comma before it.
static yyjson_doc *
doc_of (const char *more)
{
    buffer_t json;
    buffer_init (&json, 4096);
    buffer_printf (&json, "{\"number\":17,\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"tool\":\"search_log_events\",\"status\":\"OK\","
                   "\"ended\":\"2026-11-22T23:05:07.042Z\"%s}", more);
    yyjson_doc *doc = NULL;
    assert_int_equal (json_read (buffer_slice (&json), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    buffer_deinit (&json);
    return doc;
}

typedef enum { LINE, WHERE, SHORT } what_t;

static void
expect (what_t what, const terminal_t *terminal, const char *more, const char *expected)
{
    yyjson_doc *doc = doc_of (more);
    call_line_t line;
    assert_true (call_line_read (&line, yyjson_doc_get_root (doc)));
    buffer_t out;
    buffer_init (&out, 65536);
    if (what == LINE)
        call_line_append (&out, &line, terminal);
    else
        call_line_append_where (&out, &line, what == SHORT);
    buffer_append_char (&out, '\0');
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
    yyjson_doc_free (doc);
}

#define USUAL ",\"total_us\":48211,\"queue_us\":12,\"send_us\":47800,\"worker_us\":47100,\"aws_us\":43000,\"waited_us\":3000,\"encode_us\":120," \
              "\"write_us\":40,\"aws_requests\":2,\"hops\":1,\"retries\":1,\"throttled\":1"
#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"

static void
a_line_says_what_was_called_how_it_ended_and_where_the_time_went (void **state)
{
    (void) state;
    expect (LINE, &PIPE, USUAL,
            "   17  23:05:07.042  search_log_events      OK                 48.2 ms  " TRACE "  AWS 43 ms in 2 requests (1 throttled), wait 3 ms\n");
}

static void
a_terminal_gets_what_fits_in_whole_parts (void **state)
{
    (void) state;
    expect (LINE, &NARROW, USUAL, "   17  23:05:07  search_log_events      OK                 48.2 ms  AWS 43 ms x2\n");
    expect (LINE, &WIDE, USUAL,
            "   17  23:05:07.042  search_log_events      OK                 48.2 ms  " TRACE "  AWS 43 ms in 2 requests (1 throttled)\n");
    expect (LINE, &NARROW, ",\"total_us\":10", "   17  23:05:07  search_log_events      OK                   10 us\n");
}

static void
the_longest_status_pushes_nothing (void **state)
{
    (void) state;
    slice_t json = SLICE ("{\"number\":18,\"trace_id\":\"" TRACE "\",\"tool\":\"list_metrics\",\"status\":\"INVALID_ARGUMENT\",\"total_us\":787,"
                          "\"ended\":\"2026-11-22T23:05:07.042Z\"}");
    yyjson_doc *doc = NULL;
    assert_int_equal (json_read (json, JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    call_line_t line;
    assert_true (call_line_read (&line, yyjson_doc_get_root (doc)));
    buffer_t out;
    buffer_init (&out, 65536);
    call_line_append (&out, &line, &PIPE);
    assert_true (slice_is (buffer_slice (&out), "   18  23:05:07.042  list_metrics           INVALID_ARGUMENT    787 us  " TRACE "\n"));
    buffer_deinit (&out);
    yyjson_doc_free (doc);
}

static void
what_failed_is_red_and_what_was_tried_again_is_yellow (void **state)
{
    (void) state;
    expect (LINE, &COLOURED, ",\"error\":true,\"total_us\":1000",
            "   17  23:05:07.042  search_log_events      \033[1;31mOK              \033[0m      1 ms  " TRACE "\n");
    expect (LINE, &COLOURED, ",\"retries\":1,\"total_us\":1000",
            "   17  23:05:07.042  search_log_events      \033[33mOK              \033[0m      1 ms  " TRACE "\n");
    expect (LINE, &COLOURED, ",\"total_us\":1000", "   17  23:05:07.042  search_log_events      OK                    1 ms  " TRACE "\n");
}

static void
shares_stand_in_the_order_of_their_size (void **state)
{
    (void) state;
    expect (WHERE, NULL, ",\"total_us\":1000,\"queue_us\":600,\"send_us\":400,\"worker_us\":200", "queue 600 us, worker 200 us, messages 200 us");
    expect (WHERE, NULL, ",\"total_us\":1000,\"write_us\":900,\"encode_us\":49", "write 900 us");
    expect (WHERE, NULL, ",\"total_us\":1000,\"encode_us\":50", "encode 50 us");
    expect (WHERE, NULL, ",\"total_us\":1000,\"aws_us\":3000,\"worker_us\":900,\"aws_requests\":9", "AWS 3 ms in 9 requests");
    expect (WHERE, NULL, ",\"total_us\":1000,\"waited_us\":5000,\"worker_us\":900", "waits 5 ms in all");
    expect (SHORT, NULL, ",\"total_us\":1000,\"waited_us\":5000,\"worker_us\":900", "waits 5 ms");
    expect (WHERE, NULL, ",\"total_us\":1000,\"waited_us\":500,\"worker_us\":900", "wait 500 us, worker 400 us");
    expect (WHERE, NULL, ",\"total_us\":100000,\"aws_us\":10,\"aws_requests\":1", "AWS 10 us");
    expect (WHERE, NULL, ",\"total_us\":1000,\"aws_us\":900,\"aws_requests\":2,\"retries\":1", "AWS 900 us in 2 requests (1 again)");
    expect (SHORT, NULL, ",\"total_us\":1000,\"aws_us\":900,\"aws_requests\":2,\"retries\":1", "AWS 900 us x2");
    expect (WHERE, NULL, "", "");
}

static void
what_a_call_owes_to_others_is_said (void **state)
{
    (void) state;
    expect (WHERE, NULL, ",\"shared\":true", "shared");
    expect (WHERE, NULL, ",\"aws_shared\":1,\"aws_cached\":2,\"hops\":2", "1 page shared, 2 pages kept from before, 2 workers tried");
    expect (WHERE, NULL, ",\"hops\":1", "");
}

static void
what_is_no_call_is_none (void **state)
{
    (void) state;
    static const char *const texts [] = { "{}", "[]", "{\"number\":0,\"tool\":\"a\",\"status\":\"OK\"}",
                                          "{\"number\":\"1\",\"tool\":\"a\",\"status\":\"OK\"}", "{\"number\":1,\"status\":\"OK\"}",
                                          "{\"number\":1,\"tool\":\"a\",\"status\":3}" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        yyjson_doc *doc = NULL;
        assert_int_equal (json_read (slice_of (texts [i]), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
        call_line_t line;
        assert_false (call_line_read (&line, yyjson_doc_get_root (doc)));
        yyjson_doc_free (doc);
    }
}

//  Whoever asks for a tool that does not exist chooses its name.
static void
a_hostile_name_moves_no_cursor_and_breaks_no_line (void **state)
{
    (void) state;
    yyjson_doc *doc = NULL;
    slice_t json = SLICE ("{\"number\":9223372036854775807,\"tool\":\"a\\u001b[2J\\nb\",\"status\":\"\\u202eOK\",\"ended\":\"x\","
                          "\"trace_id\":\"\\u0007\",\"total_us\":9223372036854775807,\"aws_us\":9223372036854775807,"
                          "\"worker_us\":-9223372036854775808}");
    assert_int_equal (json_read (json, JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    call_line_t line;
    assert_true (call_line_read (&line, yyjson_doc_get_root (doc)));
    buffer_t out;
    buffer_init (&out, 65536);
    call_line_append (&out, &line, &PIPE);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    for (size_t i = 0; i + 1 < out.size; i++)
        assert_true (out.data [i] >= ' ');
    assert_int_equal (out.data [out.size - 1], '\n');
    buffer_append_char (&out, '\0');
    assert_non_null (strstr (out.data, "a\\x1b[2J\\nb"));
    assert_non_null (strstr (out.data, "\\u202eOK"));
    buffer_deinit (&out);
    yyjson_doc_free (doc);
}

static void
the_headings_stand_above_their_columns (void **state)
{
    (void) state;
    const terminal_t *const terminals [] = { &PIPE, &NARROW };
    for (size_t i = 0; i < 2; i++) {
        buffer_t head, out;
        buffer_init (&head, 4096);
        buffer_init (&out, 4096);
        yyjson_doc *doc = doc_of (USUAL);
        call_line_t line;
        assert_true (call_line_read (&line, yyjson_doc_get_root (doc)));
        call_line_append_heading (&head, terminals [i]);
        call_line_append (&out, &line, terminals [i]);
        buffer_append_char (&head, '\0');
        buffer_append_char (&out, '\0');
        assert_int_equal (strstr (head.data, "status") - head.data, strstr (out.data, "OK") - out.data);
        assert_int_equal (strstr (head.data, i == 0 ? "where" : "went") - head.data, strstr (out.data, "AWS") - out.data);
        buffer_deinit (&head);
        buffer_deinit (&out);
        yyjson_doc_free (doc);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_line_says_what_was_called_how_it_ended_and_where_the_time_went),
        cmocka_unit_test (a_terminal_gets_what_fits_in_whole_parts),
        cmocka_unit_test (the_longest_status_pushes_nothing),
        cmocka_unit_test (what_failed_is_red_and_what_was_tried_again_is_yellow),
        cmocka_unit_test (shares_stand_in_the_order_of_their_size),
        cmocka_unit_test (what_a_call_owes_to_others_is_said),
        cmocka_unit_test (what_is_no_call_is_none),
        cmocka_unit_test (a_hostile_name_moves_no_cursor_and_breaks_no_line),
        cmocka_unit_test (the_headings_stand_above_their_columns),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
