#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "series_page.h"

#include <stdio.h>

//  A window of 100 minutes, and a series that has value i in minute i.
static const timegrid_t GRID = { .start_ms = 0, .end_ms = 6000000, .now_ms = 6000000, .period_s = 60 };

static datapoints_t
hundred (void)
{
    datapoints_t points = { .count = 0 };
    for (int i = 0; i < 100; i++)
        assert_int_equal (datapoints_add (&points, i * 60000, i), STATUS_OK);
    return points;
}

static void
series_are_taken_up_to_the_limit (void **state)
{
    (void) state;
    series_page_t page;
    datapoints_t points = { .count = 0 };
    series_page_init (&page, 2, 4096);
    assert_true (series_page_take (&page, SLICE ("\"id\":\"a\","), &points, &GRID, 60, 0));
    assert_true (series_page_take (&page, SLICE ("\"id\":\"b\","), &points, &GRID, 60, 0));
    assert_false (series_page_take (&page, SLICE ("\"id\":\"c\","), &points, &GRID, 60, 0));
    assert_int_equal (page.count, 2);
    assert_string_equal (series_page_reached (&page), "limit");
    buffer_append_char (&page.rows, 0);
    assert_string_equal (page.rows.data, "{\"id\":\"a\",\"values\":[]},{\"id\":\"b\",\"values\":[]}");
    series_page_deinit (&page);
}

static void
one_that_does_not_fit_behind_others_waits (void **state)
{
    (void) state;
    series_page_t page;
    datapoints_t points = hundred (), none = { .count = 0 };
    series_page_init (&page, 10, 600);
    assert_true (series_page_take (&page, SLICE ("\"id\":\"a\","), &points, &GRID, 60, 0));
    assert_int_equal (page.next_value, 0);
    size_t size = page.rows.size;
    assert_false (series_page_take (&page, SLICE ("\"id\":\"b\","), &points, &GRID, 60, 0));
    assert_int_equal (page.next_value, 0);
    assert_int_equal (page.rows.size, size);
    assert_false (series_page_take (&page, SLICE ("\"id\":\"c\","), &none, &GRID, 60, 0));      //  Though it would fit: order is kept
    assert_string_equal (series_page_reached (&page), "max_bytes");
    series_page_deinit (&page);
    datapoints_deinit (&points);
}

static void
one_that_is_larger_than_a_page_is_taken_in_parts (void **state)
{
    (void) state;
    datapoints_t points = hundred (), none = { .count = 0 };
    size_t from = 0, parts = 0;
    do {
        series_page_t page;
        series_page_init (&page, 10, 150);
        assert_true (series_page_take (&page, SLICE ("\"id\":\"a\","), &points, &GRID, 60, from));
        assert_true (page.rows.size < 300);
        assert_true (page.next_value == 0 || page.next_value > from);
        from = page.next_value;
        if (from)
            assert_false (series_page_take (&page, SLICE ("\"id\":\"b\","), &none, &GRID, 60, 0));
        series_page_deinit (&page);
        parts++;
    } while (from);
    assert_true (parts > 1);
    datapoints_deinit (&points);
}

static void
a_head_larger_than_a_page_still_moves_on (void **state)
{
    (void) state;
    datapoints_t points = hundred ();
    series_page_t page;
    char head [300];
    snprintf (head, sizeof head, "\"label\":\"%0250d\",", 7);
    series_page_init (&page, 10, 100);
    assert_true (series_page_take (&page, slice_of (head), &points, &GRID, 60, 3));
    assert_int_equal (page.next_value, 4);
    series_page_deinit (&page);
    datapoints_deinit (&points);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (series_are_taken_up_to_the_limit),
        cmocka_unit_test (one_that_does_not_fit_behind_others_waits),
        cmocka_unit_test (one_that_is_larger_than_a_page_is_taken_in_parts),
        cmocka_unit_test (a_head_larger_than_a_page_still_moves_on),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
