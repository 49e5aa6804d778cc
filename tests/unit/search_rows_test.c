#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "search_rows.h"

#include <stdio.h>
#include <stdlib.h>

enum { OFFERED_MAX = 3000 };

static const char FILLING [] = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

typedef struct {
    search_place_t place;
    size_t size;
} offered_t;

//  A small generator, so that a failure can be seen again.
static uint64_t chance;

static unsigned
draw (unsigned below)
{
    chance = chance * 6364136223846793005u + 1442695040888963407u;
    return (unsigned) (chance >> 33) % below;
}

static offered_t
draw_row (int serial)
{
    char id [24];
    snprintf (id, sizeof id, "%u", (unsigned) serial * 2654435761u);
    return (offered_t) {
        .place = { .time_ms = draw (200), .group = (int) draw (5), .id = search_id (slice_of (id), SLICE_ABSENT, SLICE_ABSENT) },
        .size = 1 + draw (100),
    };
}

static bool newest_first;

static int
compare (const void *a, const void *b)
{
    return search_place_compare (&((const offered_t *) a)->place, &((const offered_t *) b)->place, newest_first);
}

static void
offer (search_rows_t *rows, const offered_t *row)
{
    if (search_rows_wants (rows, &row->place))
        assert_int_equal (search_rows_take (rows, &row->place, (slice_t) { FILLING, row->size }), STATUS_OK);
}

//  How many of these, from the first on, an answer of so many rows and bytes holds.
static size_t
held (const offered_t *sorted, size_t count, size_t limit, size_t bytes_max)
{
    size_t bytes = 0, rows = 0;
    while (rows < count && rows < limit && bytes + sorted [rows].size + (rows > 0) <= bytes_max) {
        bytes += sorted [rows].size + (rows > 0);
        rows++;
    }
    return rows;
}

static void
of_any_rows_in_any_order_the_first_ones_are_kept (void **state)
{
    (void) state;
    static offered_t offered [OFFERED_MAX];
    for (int round = 0; round < 300; round++) {
        size_t count = draw (OFFERED_MAX), limit = 1 + draw (round % 3 ? 60 : OFFERED_MAX), bytes_max = 100 + draw (round % 2 ? 4000 : 200000);
        newest_first = draw (2);
        search_rows_t rows;
        search_rows_init (&rows, limit, bytes_max, newest_first);
        bool was_full = false;
        for (size_t i = 0; i < count; i++) {
            offered [i] = draw_row ((int) i);
            offer (&rows, &offered [i]);
            assert_true (rows.count <= limit);
            assert_true (rows.bytes <= bytes_max + 2 * 101 + 1);
            assert_true (search_rows_full (&rows) || !was_full);
            was_full = search_rows_full (&rows);
        }
        qsort (offered, count, sizeof offered [0], compare);
        search_rows_sort (&rows);
        size_t expected = held (offered, count, limit, bytes_max);
        assert_true (rows.count >= expected);
        assert_true (rows.dropped == (rows.count < count));
        for (size_t i = 0; i < rows.count; i++) {
            assert_int_equal (search_place_compare (&rows.rows [i].place, &offered [i].place, newest_first), 0);
            assert_int_equal (rows.rows [i].size, offered [i].size);
        }
        search_rows_deinit (&rows);
    }
}

static void
many_rows_take_no_more_memory_than_few (void **state)
{
    (void) state;
    search_rows_t rows;
    search_rows_init (&rows, 50, 65536, true);
    for (int i = 0; i < 200000; i++) {          //  Each better than all before
        search_place_t place = { .time_ms = i, .id = search_id (SLICE ("1"), SLICE_ABSENT, SLICE_ABSENT) };
        assert_true (search_rows_wants (&rows, &place));
        assert_int_equal (search_rows_take (&rows, &place, SLICE ("[1]")), STATUS_OK);
        assert_true (rows.capacity <= 64 && rows.bytes <= 50 * 4);
    }
    assert_int_equal (search_rows_last (&rows)->time_ms, 199950);
    search_rows_deinit (&rows);
}

static void
a_row_behind_the_last_one_of_a_full_heap_is_not_wanted (void **state)
{
    (void) state;
    search_rows_t rows;
    offered_t first = { { .time_ms = 1, .id = search_id (SLICE ("1"), SLICE_ABSENT, SLICE_ABSENT) }, 10 }, second = first, third = first;
    second.place.time_ms = 2;
    third.place.time_ms = 3;
    search_rows_init (&rows, 2, 1000, false);
    assert_null (search_rows_last (&rows));
    assert_false (search_rows_full (&rows));
    offer (&rows, &first);
    offer (&rows, &third);
    assert_true (search_rows_full (&rows));
    assert_false (rows.dropped);
    assert_true (search_rows_wants (&rows, &second.place));
    assert_false (rows.dropped);
    offer (&rows, &second);
    assert_true (rows.dropped);
    assert_int_equal (search_rows_last (&rows)->time_ms, 2);
    assert_false (search_rows_wants (&rows, &third.place));
    search_rows_deinit (&rows);
    search_rows_deinit (&rows);
}

static void
a_row_that_is_larger_than_the_answer_is_kept_when_it_is_the_first (void **state)
{
    (void) state;
    search_rows_t rows;
    offered_t large = { { .time_ms = 1, .id = search_id (SLICE ("1"), SLICE_ABSENT, SLICE_ABSENT) }, 90 }, small = large;
    small.place.time_ms = 2;
    small.size = 5;
    search_rows_init (&rows, 10, 50, false);
    offer (&rows, &small);
    assert_false (search_rows_full (&rows));
    offer (&rows, &large);
    assert_true (search_rows_full (&rows));
    assert_true (rows.dropped);
    assert_int_equal (rows.count, 1);
    assert_int_equal (search_rows_last (&rows)->time_ms, 1);
    search_rows_deinit (&rows);
}

static void
rows_that_fill_an_answer_to_the_byte_do_not_push_one_another_out (void **state)
{
    (void) state;
    search_rows_t rows;
    offered_t row = { { .id = search_id (SLICE ("1"), SLICE_ABSENT, SLICE_ABSENT) }, 24 };
    search_rows_init (&rows, 10, 49, false);        //  Two rows and a comma
    row.place.time_ms = 1;
    offer (&rows, &row);
    row.place.time_ms = 2;
    offer (&rows, &row);
    assert_int_equal (rows.count, 2);
    assert_false (rows.dropped);
    assert_false (search_rows_full (&rows));
    row.place.time_ms = 3;
    offer (&rows, &row);
    assert_true (search_rows_full (&rows));
    search_rows_deinit (&rows);
}

static void
an_event_that_is_named_twice_is_one_row (void **state)
{
    (void) state;
    search_rows_t rows;
    search_rows_init (&rows, 100, 10000, true);
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 10; i++)
            offer (&rows, &(offered_t) { { .time_ms = i, .id = search_id (SLICE ("1"), SLICE_ABSENT, SLICE_ABSENT) }, 7 });
    assert_int_equal (rows.count, 30);
    search_rows_sort (&rows);
    assert_int_equal (rows.count, 10);
    assert_int_equal (rows.bytes, 80);
    for (int i = 0; i < 10; i++)
        assert_int_equal (rows.rows [i].place.time_ms, 9 - i);
    search_rows_deinit (&rows);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (of_any_rows_in_any_order_the_first_ones_are_kept),
        cmocka_unit_test (many_rows_take_no_more_memory_than_few),
        cmocka_unit_test (a_row_behind_the_last_one_of_a_full_heap_is_not_wanted),
        cmocka_unit_test (a_row_that_is_larger_than_the_answer_is_kept_when_it_is_the_first),
        cmocka_unit_test (rows_that_fill_an_answer_to_the_byte_do_not_push_one_another_out),
        cmocka_unit_test (an_event_that_is_named_twice_is_one_row),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
