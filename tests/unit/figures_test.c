#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "figures.h"

#include "desk.h"
#include "expect.h"

//  The page of a desk, ended by a zero byte.
static void
write_page (desk_t *desk, export_link_t *link, bool open_metrics, buffer_t *page)
{
    meter_t *meter = meter_new (desk->contracts);
    assert_non_null (meter);
    buffer_init (page, FIGURES_BYTES_MAX);
    figures_sources_t sources = { .contracts = desk->contracts, .dispatch = desk->dispatch, .meter = meter, .link = link };
    figures_write (&sources, open_metrics, page);
    buffer_append_char (page, 0);
    assert_int_equal (buffer_status (page), STATUS_OK);
    meter_destroy (&meter);
}

static void
workers_and_what_waits_for_them_are_there_by_service (void **state)
{
    desk_t *desk = *state;
    buffer_t page;
    caller_t caller = { 0 };
    worker_ready (desk_worker (desk, SERVICE_METRICS), 4);
    desk_turn (desk);
    desk_ask (desk, &caller, "metric", 10000);
    write_page (desk, NULL, false, &page);
    expect_part (page.data, "\ncloudwatch_mcp_workers{service=\"metrics\"} 1\n");
    expect_part (page.data, "\ncloudwatch_mcp_worker_credit{service=\"metrics\"} 4\n");
    expect_part (page.data, "\ncloudwatch_mcp_worker_calls{service=\"metrics\"} 1\n");
    expect_part (page.data, "\ncloudwatch_mcp_workers{service=\"logs\"} 0\n");
    expect_part (page.data, "\ncloudwatch_mcp_calls_in_flight 1\n");
    expect_no_part (page.data, "service=\"credentials\"");
    expect_no_part (page.data, "tool=\"hidden\"");
    expect_no_part (page.data, "cloudwatch_mcp_export_");
    buffer_deinit (&page);
}

static void
the_export_is_there_when_there_is_one (void **state)
{
    buffer_t page;
    export_link_t *link = export_link_new ();
    export_link_count (link, &(export_counts_t) { .exported = 5, .failed = 2, .queued = 3 });
    write_page (*state, link, true, &page);
    expect_part (page.data, "\ncloudwatch_mcp_export_spans_total 5\n");
    expect_part (page.data, "\ncloudwatch_mcp_export_spans_dropped_total{reason=\"failed\"} 2\n");
    expect_part (page.data, "\ncloudwatch_mcp_export_queue_spans 3\n");
    assert_string_equal (page.data + page.size - 7, "# EOF\n");
    buffer_deinit (&page);
    export_link_destroy (&link);
}

static usage_t
nothing_known (void)
{
    return (usage_t) { .cpu_us = -1, .resident_bytes = -1, .virtual_bytes = -1, .descriptors = 7, .descriptors_max = -1, .threads = -1 };
}

static void
what_is_not_known_of_the_process_is_left_out (void **state)
{
    desk_t *desk = *state;
    buffer_t page;
    meter_t *meter = meter_new (desk->contracts);
    figures_sources_t sources = { .contracts = desk->contracts, .dispatch = desk->dispatch, .meter = meter, .usage = nothing_known,
                                  .started_ms = -1 };
    buffer_init (&page, FIGURES_BYTES_MAX);
    figures_write (&sources, true, &page);
    buffer_append_char (&page, 0);
    expect_part (page.data, "\nprocess_open_fds 7\n");
    expect_no_part (page.data, "process_start_time");
    expect_no_part (page.data, "process_cpu");
    expect_no_part (page.data, "process_threads");
    buffer_clear (&page);
    sources.started_ms = 1795388707042;
    figures_write (&sources, true, &page);
    buffer_append_char (&page, 0);
    expect_part (page.data, "\nprocess_start_time_seconds 1795388707.042\n");
    buffer_deinit (&page);
    meter_destroy (&meter);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (workers_and_what_waits_for_them_are_there_by_service), DESK_TEST (the_export_is_there_when_there_is_one),
        DESK_TEST (what_is_not_known_of_the_process_is_left_out),
    };
    int failed = cmocka_run_group_tests (tests, NULL, NULL);
    return failed;
}
