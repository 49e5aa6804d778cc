#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stub_operation.h"
#include "window.h"

static const int64_t HOUR_MS = 60 * 60 * 1000;

//  The stub answers with the window that it read.
static status_t
tells_its_window (call_t *call)
{
    window_t window;
    status_t status = window_read (call, 3 * HOUR_MS, &window);
    if (status != STATUS_OK)
        return status == STATUS_INVALID_ARGUMENT ? STATUS_OK : status;
    buffer_t json;
    buffer_init (&json, 4096);
    buffer_append_text (&json, "{\"window\":");
    window_append (&json, window.start_ms, window.end_ms);
    buffer_printf (&json, ",\"start_ago\":%lld,\"end_ago\":%lld,\"until_now\":%s}", (long long) (window.now_ms - window.start_ms),
                   (long long) (window.now_ms - window.end_ms), window.until_now ? "true" : "false");
    return call_finish (call, &json, false);
}

static int
begin (void **state)
{
    int result = begin_stub_with (state, (fixture_kind_t) { .credit = 4 });
    stub.begin = tells_its_window;
    return result;
}

static void
ends_that_are_named_are_kept (void **state)
{
    yyjson_val *answer = ask (*state, "stub", "{\"start_time\":\"2026-11-22T20:00\",\"end_time\":\"2026-11-22T23:30+01:00\"}");
    expect_json (yyjson_obj_get (answer, "window"), "[\"2026-11-22T20:00Z\",\"2026-11-22T22:30Z\"]");
    assert_false (yyjson_get_bool (yyjson_obj_get (answer, "until_now")));
}

static void
an_end_that_is_not_named_is_now (void **state)
{
    static const char *const ARGUMENTS [] = { "{}", "{\"end_time\":\"now\"}", "{\"end_time\":\"2027-01-01\"}", "{\"start_time\":\"-3h\"}" };
    for (size_t i = 0; i < sizeof ARGUMENTS / sizeof ARGUMENTS [0]; i++) {
        yyjson_val *answer = ask (*state, "stub", ARGUMENTS [i]);
        assert_int_equal (yyjson_get_sint (yyjson_obj_get (answer, "end_ago")), 0);
        assert_int_equal (yyjson_get_sint (yyjson_obj_get (answer, "start_ago")), 3 * HOUR_MS);
        assert_true (yyjson_get_bool (yyjson_obj_get (answer, "until_now")));
    }
}

static void
now_is_a_whole_second (void **state)
{
    fixture_t *self = *state;
    self->clock.wall_ms = 1795388707042;                //  2026-11-22T23:05:07.042Z
    expect_json (yyjson_obj_get (ask (self, "stub", "{\"start_time\":\"-3h\"}"), "window"), "[\"2026-11-22T20:05:08Z\",\"2026-11-22T23:05:08Z\"]");
}

static void
a_start_that_is_not_named_is_counted_from_the_end (void **state)
{
    expect_json (yyjson_obj_get (ask (*state, "stub", "{\"end_time\":\"2026-11-22T02:00Z\"}"), "window"),
                 "[\"2026-11-21T23:00Z\",\"2026-11-22T02:00Z\"]");
    expect_json (yyjson_obj_get (ask (*state, "stub", "{\"end_time\":\"1970-01-01T00:30Z\"}"), "window"),
                 "[\"1970-01-01T00:00Z\",\"1970-01-01T00:30Z\"]");
}

static void
a_window_is_told_as_fine_as_it_is (void **state)
{
    expect_json (yyjson_obj_get (ask (*state, "stub", "{\"start_time\":\"2026-11-22T20:00:05Z\",\"end_time\":\"2026-11-22T21:00Z\"}"), "window"),
                 "[\"2026-11-22T20:00:05Z\",\"2026-11-22T21:00:00Z\"]");
    expect_json (yyjson_obj_get (ask (*state, "stub", "{\"start_time\":\"1795388700042\",\"end_time\":\"2026-11-22T23:05:01Z\"}"), "window"),
                 "[\"2026-11-22T23:05:00.042Z\",\"2026-11-22T23:05:01.000Z\"]");
}

static void
what_is_no_time_is_quoted_and_explained (void **state)
{
    const char *text = refused (*state, "stub", "{\"start_time\":\"yesterday noon\"}", STATUS_INVALID_ARGUMENT);
    expect_part (text, "start_time \"yesterday noon\" is not a time. Use ISO 8601 (2026-11-22T12:00Z");
    expect_part (refused (*state, "stub", "{\"end_time\":\"\\u001b[2J\"}", STATUS_INVALID_ARGUMENT), "end_time \"\\u001b[2J\" is not a time");
}

static void
a_window_that_ends_before_it_begins_is_refused (void **state)
{
    const char *text = refused (*state, "stub", "{\"start_time\":\"2026-11-22T21:00Z\",\"end_time\":\"2026-11-22T20:00Z\"}",
                                STATUS_INVALID_ARGUMENT);
    expect_part (text, "start_time is 2026-11-22T21:00:00Z, end_time is 2026-11-22T20:00:00Z (now it is 2026-11-22T23:05");
    text = refused (*state, "stub", "{\"start_time\":\"2027-01-01\"}", STATUS_INVALID_ARGUMENT);
    expect_part (text, "start_time is 2027-01-01T00:00:00Z, end_time is now, 2026-11-22T23:05");
    expect_no_part (text, "now it is");
    refused (*state, "stub", "{\"start_time\":\"2026-11-22T20:00Z\",\"end_time\":\"2026-11-22T20:00Z\"}", STATUS_INVALID_ARGUMENT);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (ends_that_are_named_are_kept, begin, end),
        cmocka_unit_test_setup_teardown (an_end_that_is_not_named_is_now, begin, end),
        cmocka_unit_test_setup_teardown (now_is_a_whole_second, begin, end),
        cmocka_unit_test_setup_teardown (a_start_that_is_not_named_is_counted_from_the_end, begin, end),
        cmocka_unit_test_setup_teardown (a_window_is_told_as_fine_as_it_is, begin, end),
        cmocka_unit_test_setup_teardown (what_is_no_time_is_quoted_and_explained, begin, end),
        cmocka_unit_test_setup_teardown (a_window_that_ends_before_it_begins_is_refused, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
