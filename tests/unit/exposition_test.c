#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exposition.h"

#include <stdlib.h>

static void
expect_page (buffer_t *page, const char *expected)
{
    buffer_append_char (page, 0);
    assert_int_equal (buffer_status (page), STATUS_OK);
    assert_string_equal (page->data, expected);
    buffer_deinit (page);
}

static void
write_some (buffer_t *page, bool open_metrics)
{
    exposition_t out;
    buffer_init (page, 4096);
    exposition_init (&out, page, open_metrics);
    exposition_begin (&out, EXPOSITION_COUNTER, "waits_seconds", "seconds", "All \"waits\".");
    exposition_seconds (&out, (exposition_label_t []) { { "for", "a\"b\\c\n" }, { "at", "x" }, { NULL, NULL } }, 2500000);
    exposition_one (&out, EXPOSITION_GAUGE, "workers", NULL, "Workers.", -3);
    exposition_end (&out);
}

static void
the_text_format_calls_a_counter_total (void **state)
{
    (void) state;
    buffer_t page;
    write_some (&page, false);
    expect_page (&page, "# HELP waits_seconds_total All \"waits\".\n# TYPE waits_seconds_total counter\n"
                 "waits_seconds_total{for=\"a\\\"b\\\\c\\n\",at=\"x\"} 2.5\n# HELP workers Workers.\n# TYPE workers gauge\nworkers -3\n");
}

static void
openmetrics_has_units_and_an_end (void **state)
{
    (void) state;
    buffer_t page;
    write_some (&page, true);
    expect_page (&page, "# HELP waits_seconds All \\\"waits\\\".\n# TYPE waits_seconds counter\n# UNIT waits_seconds seconds\n"
                 "waits_seconds_total{for=\"a\\\"b\\\\c\\n\",at=\"x\"} 2.5\n# HELP workers Workers.\n# TYPE workers gauge\nworkers -3\n# EOF\n");
}

static void
seconds_are_exact_and_have_their_sign (void **state)
{
    (void) state;
    static const struct { int64_t us; const char *line; } ROWS [] = {
        { 0, "s 0.0\n" }, { 100, "s 0.0001\n" }, { 60000000, "s 60.0\n" }, { -1000, "s -0.001\n" }, { -2500000, "s -2.5\n" },
        { INT64_MIN, "s -9223372036854.775808\n" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        buffer_t page;
        buffer_init (&page, 4096);
        exposition_t out = { .out = &page, .name = "s", .kind = EXPOSITION_GAUGE };
        exposition_seconds (&out, NULL, ROWS [i].us);
        expect_page (&page, ROWS [i].line);
    }
}

static void
buckets_add_up_and_have_their_traces_in_openmetrics_only (void **state)
{
    (void) state;
    histogram_t histogram = { 0 };
    uint8_t trace [SPAN_TRACE_BYTES] = { 0xab };
    histogram_add (&histogram, 70, trace, 1795388707042);
    histogram_add (&histogram, 70000000, NULL, 1);
    for (int open = 0; open < 2; open++) {
        exposition_t out;
        buffer_t page;
        buffer_init (&page, 4096);
        exposition_init (&out, &page, open);
        exposition_begin (&out, EXPOSITION_HISTOGRAM, "took_seconds", "seconds", "Time.");
        exposition_histogram (&out, NULL, &histogram);
        buffer_append_char (&page, 0);
        const char *first = open ? "took_seconds_bucket{le=\"0.0001\"} 1 # {trace_id=\"ab000000000000000000000000000000\"} 0.00007 1795388707.042\n"
                                 : "took_seconds_bucket{le=\"0.0001\"} 1\n";
        assert_non_null (strstr (page.data, first));
        assert_non_null (strstr (page.data, "took_seconds_bucket{le=\"60.0\"} 1\ntook_seconds_bucket{le=\"+Inf\"} 2\n"
                                 "took_seconds_sum 70.00007\ntook_seconds_count 2\n"));
        buffer_deinit (&page);
    }
}

static void
accept_decides_the_format (void **state)
{
    (void) state;
    static const struct { const char *accept; bool open; } ROWS [] = {
        { NULL, false }, { "", false }, { "*/*", false }, { "text/plain", false }, { "text/html", false },
        { "application/openmetrics-text", true }, { "Application/OpenMetrics-Text; version=1.0.0", true },
        { "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1", true },
        { "application/openmetrics-text;q=0.2, text/plain;q=0.5", false }, { "application/openmetrics-text;q=0", false },
        { "application/openmetrics-text;q=0.001", true }, { "text/plain;q=1.0,application/openmetrics-text;q=1", true },
        { ",,;q=,application/openmetrics-text;q=", true },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++)
        if (exposition_wants_open_metrics (slice_of (ROWS [i].accept)) != ROWS [i].open)
            fail_msg ("%s", ROWS [i].accept);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_text_format_calls_a_counter_total), cmocka_unit_test (openmetrics_has_units_and_an_end),
        cmocka_unit_test (seconds_are_exact_and_have_their_sign),
        cmocka_unit_test (buckets_add_up_and_have_their_traces_in_openmetrics_only), cmocka_unit_test (accept_decides_the_format),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
