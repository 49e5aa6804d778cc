#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ring.h"

static void
the_newest_overwrites_the_oldest_in_memory_that_stays (void **state)
{
    (void) state;
    ring_t *ring = ring_new ();
    assert_non_null (ring);
    assert_null (ring_find (ring, 0, NULL));
    assert_null (ring_find (ring, 1, NULL));
    size_t bytes = ring_bytes (ring);
    for (uint64_t i = 1; i <= RING_CALLS + 5; i++)
        assert_int_equal (ring_insert (ring, &(ring_call_t) { .id = i, .trace = { (uint8_t) (i % 200) } }, SLICE ("abc")), i);
    assert_int_equal (ring_first (ring), 6);
    assert_int_equal (ring_last (ring), RING_CALLS + 5);
    assert_null (ring_find (ring, 5, NULL));
    assert_null (ring_find (ring, RING_CALLS + 6, NULL));
    assert_int_equal (ring_find (ring, 6, NULL)->id, 6);
    assert_int_equal (ring_find_id (ring, 7, NULL)->number, 7);
    assert_int_equal (ring_find_trace (ring, (uint8_t [SPAN_TRACE_BYTES]) { 5 }, NULL)->number, RING_CALLS + 5);
    assert_int_equal (ring_bytes (ring), bytes);
    assert_true (bytes <= RING_BYTES_MAX);
    ring_destroy (&ring);
}

static void
what_comes_late_is_added_as_long_as_there_is_room (void **state)
{
    (void) state;
    static const char MUCH [RING_SPANS_BYTES_MAX];
    ring_t *ring = ring_new ();
    ring_insert (ring, &(ring_call_t) { 0 }, SLICE ("abc"));
    slice_t spans;
    assert_true (ring_append (ring, 1, SLICE ("de")));
    assert_false (ring_append (ring, 1, (slice_t) { MUCH, sizeof MUCH }));
    assert_false (ring_append (ring, 2, SLICE ("de")));
    assert_non_null (ring_find (ring, 1, &spans));
    assert_true (slice_is (spans, "abcde"));
    ring_destroy (&ring);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_newest_overwrites_the_oldest_in_memory_that_stays),
        cmocka_unit_test (what_comes_late_is_added_as_long_as_there_is_room),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
