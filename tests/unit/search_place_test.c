#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "search_place.h"

#include <stdlib.h>

static search_place_t
place (int64_t time_ms, int group, const char *id)
{
    return (search_place_t) { .time_ms = time_ms, .group = group, .id = search_id (slice_of (id), SLICE ("s"), SLICE ("m")) };
}

static const char LONG_A [] = "11111111111111111111111111111111111111111111111111111111a";       //  57 characters
static const char LONG_B [] = "11111111111111111111111111111111111111111111111111111111b";

static void
places_are_ordered_by_time_group_and_id (void **state)
{
    (void) state;
    //  Each before the next, oldest first.
    const search_place_t ORDER [] = {
        place (1, 9, "9"), place (2, 0, "9"), place (2, 0, "10"), place (2, 0, "11"), place (2, 0, "011"), place (2, 0, LONG_A), place (2, 1, "1"),
        place (3, 0, "1"),
    };
    size_t count = sizeof ORDER / sizeof ORDER [0];
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < count; b++) {
            int compared = search_place_compare (&ORDER [a], &ORDER [b], false);
            assert_true (a < b ? compared < 0 : a > b ? compared > 0 : compared == 0);
        }
}

static void
newest_first_turns_time_around_and_nothing_else (void **state)
{
    (void) state;
    search_place_t early = place (1, 0, "1"), late = place (2, 0, "1"), other_group = place (2, 1, "1"), other_id = place (2, 0, "2");
    assert_true (search_place_compare (&late, &early, true) < 0);
    assert_true (search_place_compare (&early, &late, true) > 0);
    assert_true (search_place_compare (&late, &other_group, true) < 0);
    assert_true (search_place_compare (&late, &other_id, true) < 0);
    assert_true (search_place_compare (&late, &late, true) == 0);
    assert_true (search_time_before (2, 1, true) && !search_time_before (1, 1, true) && !search_time_before (1, 2, true));
    assert_true (search_time_before (1, 2, false) && !search_time_before (1, 1, false) && !search_time_before (2, 1, false));
}

static void
a_long_id_takes_part_as_its_digest (void **state)
{
    (void) state;
    search_id_t a = search_id (slice_of (LONG_A), SLICE_ABSENT, SLICE_ABSENT), b = search_id (slice_of (LONG_B), SLICE_ABSENT, SLICE_ABSENT);
    search_id_t short_one = search_id ((slice_t) { LONG_A, SEARCH_ID_BYTES_MAX }, SLICE_ABSENT, SLICE_ABSENT);
    assert_int_equal (a.size, SEARCH_ID_DIGESTED);
    assert_int_equal (search_id_bytes (&a), SEARCH_ID_DIGEST_BYTES);
    assert_memory_not_equal (a.bytes, b.bytes, SEARCH_ID_DIGEST_BYTES);
    assert_int_equal (short_one.size, SEARCH_ID_BYTES_MAX);
    assert_memory_equal (short_one.bytes, LONG_A, SEARCH_ID_BYTES_MAX);
    search_id_t again = search_id (slice_of (LONG_A), SLICE ("other"), SLICE ("other"));
    assert_memory_equal (a.bytes, again.bytes, SEARCH_ID_DIGEST_BYTES);
}

static void
an_event_without_an_id_goes_by_its_stream_and_text (void **state)
{
    (void) state;
    search_id_t a = search_id (SLICE_ABSENT, SLICE ("s"), SLICE ("m")), same = search_id (SLICE (""), SLICE ("s"), SLICE ("m"));
    search_id_t other = search_id (SLICE_ABSENT, SLICE ("sm"), SLICE ("")), nothing = search_id (SLICE_ABSENT, SLICE_ABSENT, SLICE_ABSENT);
    assert_int_equal (a.size, SEARCH_ID_DIGESTED);
    assert_memory_equal (a.bytes, same.bytes, SEARCH_ID_DIGEST_BYTES);
    assert_memory_not_equal (a.bytes, other.bytes, SEARCH_ID_DIGEST_BYTES);
    assert_int_equal (nothing.size, SEARCH_ID_DIGESTED);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (places_are_ordered_by_time_group_and_id),
        cmocka_unit_test (newest_first_turns_time_around_and_nothing_else),
        cmocka_unit_test (a_long_id_takes_part_as_its_digest),
        cmocka_unit_test (an_event_without_an_id_goes_by_its_stream_and_text),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
