#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "datapoints.h"
#include "expect.h"

//  A window of 10 minutes: 2026-11-22T20:00Z to 20:10Z, in minutes.
static const int64_t START_MS = INT64_C (1795377600000), MINUTE_MS = 60000;

static timegrid_t
grid (int64_t period_s)
{
    return (timegrid_t) { .start_ms = START_MS, .end_ms = START_MS + 10 * MINUTE_MS, .now_ms = START_MS + 10 * MINUTE_MS, .period_s = period_s };
}

static datapoints_t
points_at (const int64_t *offsets_ms, size_t count)
{
    datapoints_t points = { .count = 0 };
    for (size_t i = 0; i < count; i++)
        assert_int_equal (datapoints_add (&points, START_MS + offsets_ms [i], (double) i + 1), STATUS_OK);
    datapoints_settle (&points);
    return points;
}

static void
expect_text (const datapoints_t *points, int64_t period_s, size_t from, size_t bytes_max, size_t next, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 1 << 20);
    timegrid_t window = grid (60);
    assert_int_equal (datapoints_append (points, &out, &window, period_s, from, bytes_max), next);
    buffer_append_char (&out, 0);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
values_stand_on_the_grid_with_gaps_as_null (void **state)
{
    (void) state;
    static const int64_t AT [] = { 60000, 120000, 300000 };
    datapoints_t points = points_at (AT, 3);
    expect_text (&points, 60, 0, 1000, 0, "\"summary\":{\"min\":1,\"avg\":2,\"max\":3,\"max_at\":\"2026-11-22T20:05Z\",\"last\":3},"
                 "\"values\":[null,1,2,null,null,3,null,null,null,null]");
    datapoints_deinit (&points);
}

static void
nothing_at_all_is_an_empty_list (void **state)
{
    (void) state;
    datapoints_t points = { .count = 0 };
    expect_text (&points, 60, 0, 1000, 0, "\"values\":[]");
}

static void
another_period_is_said_and_so_is_another_beginning (void **state)
{
    (void) state;
    static const int64_t EVEN [] = { 0, 300000 }, SHIFTED [] = { 120000, 420000 }, BEFORE [] = { -60000, 240000 };
    datapoints_t points = points_at (EVEN, 2);
    expect_text (&points, 300, 0, 1000, 0, "\"summary\":{\"min\":1,\"avg\":1.5,\"max\":2,\"max_at\":\"2026-11-22T20:05Z\",\"last\":2},"
                 "\"period_s\":300,\"values\":[1,2]");
    datapoints_deinit (&points);
    points = points_at (SHIFTED, 2);
    expect_text (&points, 300, 0, 1000, 0, "\"summary\":{\"min\":1,\"avg\":1.5,\"max\":2,\"max_at\":\"2026-11-22T20:07Z\",\"last\":2},"
                 "\"period_s\":300,\"start\":\"2026-11-22T20:02Z\",\"values\":[1,2]");
    datapoints_deinit (&points);
    points = points_at (BEFORE, 2);
    expect_text (&points, 300, 0, 1000, 0, "\"summary\":{\"min\":1,\"avg\":1.5,\"max\":2,\"max_at\":\"2026-11-22T20:04Z\",\"last\":2},"
                 "\"period_s\":300,\"start\":\"2026-11-22T19:59Z\",\"values\":[1,2,null]");
    datapoints_deinit (&points);
}

static void
what_is_on_no_grid_stands_with_its_times (void **state)
{
    (void) state;
    static const int64_t ODD [] = { 7000, 60000 }, FINE [] = { 0, 500 }, LATE [] = { 0, 600000 };
    datapoints_t points = points_at (ODD, 2);
    expect_text (&points, 60, 0, 1000, 0, "\"summary\":{\"min\":1,\"avg\":1.5,\"max\":2,\"max_at\":\"2026-11-22T20:01Z\",\"last\":2},"
                 "\"times\":[\"2026-11-22T20:00:07Z\",\"2026-11-22T20:01Z\"],\"values\":[1,2]");
    expect_text (&points, 60, 0, 1, 1, "\"summary\":{\"min\":1,\"avg\":1.5,\"max\":2,\"max_at\":\"2026-11-22T20:01Z\",\"last\":2},"
                 "\"times\":[\"2026-11-22T20:00:07Z\"],\"values\":[1]");
    expect_text (&points, 60, 1, 1, 0, "\"times\":[\"2026-11-22T20:01Z\"],\"values\":[2]");
    datapoints_deinit (&points);
    points = points_at (FINE, 2);
    expect_text (&points, 60, 0, 1000, 0, "\"summary\":{\"min\":1,\"avg\":1.5,\"max\":2,\"max_at\":\"2026-11-22T20:00:00.500Z\",\"last\":2},"
                 "\"times\":[\"2026-11-22T20:00Z\",\"2026-11-22T20:00:00.500Z\"],\"values\":[1,2]");
    datapoints_deinit (&points);
    points = points_at (LATE, 2);               //  At the end of the window, which is not in it
    expect_text (&points, 60, 0, 1000, 0, "\"summary\":{\"min\":1,\"avg\":1.5,\"max\":2,\"max_at\":\"2026-11-22T20:10Z\",\"last\":2},"
                 "\"times\":[\"2026-11-22T20:00Z\",\"2026-11-22T20:10Z\"],\"values\":[1,2]");
    datapoints_deinit (&points);
}

static void
any_order_comes_out_sorted_and_the_later_of_two_stays (void **state)
{
    (void) state;
    enum { COUNT = 1000 };
    datapoints_t points = { .count = 0 };
    for (int i = 0; i < COUNT; i++)             //  7 is no divisor of 1,000, so every time comes once
        assert_int_equal (datapoints_add (&points, i * 7 % COUNT, -1), STATUS_OK);
    for (int i = COUNT; i-- > 0;)
        assert_int_equal (datapoints_add (&points, i, i), STATUS_OK);
    datapoints_settle (&points);
    assert_int_equal (points.count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal (points.points [i].time_ms, i);
        assert_true (points.points [i].value == (double) i);
    }
    datapoints_cut (&points, 600);
    assert_int_equal (points.count, 600);
    datapoints_cut (&points, 0);
    assert_int_equal (points.count, 0);
    datapoints_deinit (&points);
    assert_null (points.points);
    datapoints_deinit (&points);
}

static void
the_first_of_equal_maxima_is_named_and_the_mean_is_of_values_not_of_gaps (void **state)
{
    (void) state;
    datapoints_t points = { .count = 0 };
    static const double VALUES [] = { -3, 4, 4, -9 };
    for (int i = 0; i < 4; i++)
        assert_int_equal (datapoints_add (&points, START_MS + 2 * i * MINUTE_MS, VALUES [i]), STATUS_OK);
    datapoints_settle (&points);
    expect_text (&points, 60, 0, 1000, 0, "\"summary\":{\"min\":-9,\"avg\":-1,\"max\":4,\"max_at\":\"2026-11-22T20:02Z\",\"last\":-9},"
                 "\"values\":[-3,null,4,null,4,null,-9,null,null,null]");
    datapoints_deinit (&points);
}

//  However few bytes there are, all values come, each once.
static void
values_in_parts_are_all_the_values (void **state)
{
    (void) state;
    static const int64_t AT [] = { 0, 60000, 120000, 180000, 240000, 300000, 360000, 420000, 480000, 540000 };
    datapoints_t points = points_at (AT, 10);
    timegrid_t window = grid (60);
    for (size_t bytes_max = 0; bytes_max < 25; bytes_max++) {
        size_t from = 0, values = 0;
        do {
            buffer_t out;
            buffer_init (&out, 4096);
            buffer_append_char (&out, '{');
            size_t next = datapoints_append (&points, &out, &window, 60, from, bytes_max);
            buffer_append_char (&out, '}');
            yyjson_doc *doc;
            assert_int_equal (json_read (buffer_slice (&out), 4, &doc, NULL), STATUS_OK);
            yyjson_val *root = yyjson_doc_get_root (doc), *value;
            char begin [32];
            snprintf (begin, sizeof begin, "2026-11-22T20:0%zuZ", from);
            assert_true (from == 0 ? !yyjson_obj_get (root, "from") : strcmp (text_of (root, "from"), begin) == 0);
            assert_int_equal (yyjson_obj_get (root, "summary") != NULL, from == 0);
            size_t index, count;
            yyjson_arr_foreach (yyjson_obj_get (root, "values"), index, count, value)
                assert_int_equal (yyjson_get_sint (value), ++values);
            yyjson_doc_free (doc);
            buffer_deinit (&out);
            assert_true (next == 0 || next == values);
            from = next;
        } while (from);
        assert_int_equal (values, 10);
    }
    datapoints_deinit (&points);
}

static void
the_beat_of_values_is_what_they_all_stand_on (void **state)
{
    (void) state;
    static const struct {
        int64_t at_s [5];
        size_t  count;
        int64_t every_s;
    } CASES [] = {
        { { 0, 60, 120, 180, 240 }, 5, 60 },
        { { 7, 67, 127 }, 3, 60 },
        { { 0, 300, 900 }, 3, 300 },
        { { 0, 120, 300 }, 3, 60 },                     //  Between them a value is missing, as far as one can tell
        { { 0, 60, 119 }, 3, 0 },                       //  Two in a minute
        { { 0, 1, 2, 3 }, 4, 0 },
        { { 55, 60, 120 }, 3, 60 },
        { { 0, 60 }, 2, 0 },
        { { 0 }, 1, 0 },
        { { 0 }, 0, 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        int64_t at_ms [5];
        for (size_t j = 0; j < 5; j++)
            at_ms [j] = CASES [i].at_s [j] * 1000;
        datapoints_t points = points_at (at_ms, CASES [i].count);
        assert_int_equal (datapoints_every_s (&points), CASES [i].every_s);
        datapoints_deinit (&points);
    }
    assert_int_equal (datapoints_every_of_both (0, 300), 300);
    assert_int_equal (datapoints_every_of_both (300, 0), 300);
    assert_int_equal (datapoints_every_of_both (300, 120), 60);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (values_stand_on_the_grid_with_gaps_as_null),
        cmocka_unit_test (nothing_at_all_is_an_empty_list),
        cmocka_unit_test (another_period_is_said_and_so_is_another_beginning),
        cmocka_unit_test (what_is_on_no_grid_stands_with_its_times),
        cmocka_unit_test (any_order_comes_out_sorted_and_the_later_of_two_stays),
        cmocka_unit_test (the_first_of_equal_maxima_is_named_and_the_mean_is_of_values_not_of_gaps),
        cmocka_unit_test (values_in_parts_are_all_the_values),
        cmocka_unit_test (the_beat_of_values_is_what_they_all_stand_on),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
