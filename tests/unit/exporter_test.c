#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exporter.h"

#include "ended_call.h"

static void
run (zsock_t *pipe, void *arg)
{
    exporter_t *exporter = arg;
    assert_int_equal (exporter_run (exporter, pipe), STATUS_OK);
    pipe_give_back (arg);
}

//  An exporter to nowhere in a thread of its own is given so many calls of one span, and ended.
static export_counts_t
exported_to_nowhere (int calls, const char *queue_spans)
{
    config_t config = { .otlp_endpoint = "http://127.0.0.1:1", .bsp_max_queue_size = queue_spans };
    otlp_settings_t settings;
    buffer_t sentence;
    ended_call_t ended;
    buffer_init (&sentence, 4096);
    assert_int_equal (otlp_settings_read (&settings, &config, &sentence), STATUS_OK);
    export_link_t *link = export_link_new ();
    exporter_t *exporter = exporter_new (&(exporter_config_t) {
        .settings = &settings, .link = link, .clock = clock_system (), .random = random_system () });
    assert_non_null (exporter);
    ended_call_init (&ended, "brief", STATUS_OK);
    for (int i = 0; i < calls; i++)
        export_link_send (link, &ended.call, ended_call_frame (&ended, SLICE_ABSENT));
    zactor_t *actor = zactor_new (run, exporter);
    zactor_destroy (&actor);
    pipe_taken_back (exporter);
    exporter_destroy (&exporter);
    assert_null (exporter);
    export_counts_t counts = export_link_counts (link);
    export_link_destroy (&link);
    ended_call_deinit (&ended);
    otlp_settings_deinit (&settings);
    buffer_deinit (&sentence);
    return counts;
}

static void
with_nothing_to_export_it_ends_at_once (void **state)
{
    (void) state;
    export_counts_t counts = exported_to_nowhere (0, NULL);
    assert_int_equal (counts.failed + counts.dropped + counts.exported, 0);
}

static void
what_nobody_takes_is_counted_to_the_last_span (void **state)
{
    (void) state;
    export_counts_t counts = exported_to_nowhere (20, NULL);
    assert_int_equal (counts.failed, 20);
    assert_int_equal (counts.queued, 0);
}

static void
what_finds_no_room_is_counted_apart (void **state)
{
    (void) state;
    export_counts_t counts = exported_to_nowhere (20, "5");
    assert_int_equal (counts.failed, 5);
    assert_int_equal (counts.dropped, 15);
}

int
main (void)
{
    zsys_handler_set (NULL);
    transfers_global_start ();
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (with_nothing_to_export_it_ends_at_once), cmocka_unit_test (what_nobody_takes_is_counted_to_the_last_span),
        cmocka_unit_test (what_finds_no_room_is_counted_apart),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
