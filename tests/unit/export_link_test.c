#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "export_link.h"

static void
calls_come_out_as_they_went_in (void **state)
{
    (void) state;
    export_link_t *link = export_link_new ();
    ring_call_t call = { .number = 7, .total_us = 5 }, got;
    char room [RING_SPANS_BYTES_MAX], spans [RING_SPANS_BYTES_MAX];
    slice_t out;
    memset (spans, 'x', sizeof spans);
    assert_false (export_link_receive (link, &got, room, &out));
    export_link_send (link, &call, (slice_t) { spans, sizeof spans });
    call.number = 8;
    export_link_send (link, &call, SLICE_ABSENT);
    assert_true (export_link_receive (link, &got, room, &out));
    assert_int_equal (got.number, 7);
    assert_true (slice_eq (out, (slice_t) { spans, sizeof spans }));
    assert_true (export_link_receive (link, &got, room, &out));
    assert_int_equal (got.number, 8);
    assert_int_equal (out.size, 0);
    assert_false (export_link_receive (link, &got, room, &out));
    export_link_destroy (&link);
    assert_null (link);
}

static void
what_nobody_reads_is_dropped_and_counted_and_never_waited_for (void **state)
{
    (void) state;
    enum { CALLS = 10000 };
    export_link_t *link = export_link_new ();
    ring_call_t call = { 0 }, got;
    char room [RING_SPANS_BYTES_MAX];
    slice_t out;
    uint64_t read = 0;
    for (int i = 0; i < CALLS; i++)
        export_link_send (link, &call, (slice_t) { room, sizeof room });
    while (export_link_receive (link, &got, room, &out))
        read++;
    export_counts_t counts = export_link_counts (link);
    assert_true (read > 10 && counts.lost_calls > 0);
    assert_int_equal (read + counts.lost_calls, CALLS);
    export_link_destroy (&link);
}

static void
counts_add_up_and_the_queue_is_what_it_is_now (void **state)
{
    (void) state;
    export_link_t *link = export_link_new ();
    export_link_count (link, &(export_counts_t) { .exported = 3, .queued = 9 });
    export_link_count (link, &(export_counts_t) { .exported = 4, .rejected = 1, .queued = 2 });
    export_counts_t counts = export_link_counts (link);
    assert_int_equal (counts.exported, 7);
    assert_int_equal (counts.rejected, 1);
    assert_int_equal (counts.queued, 2);
    export_link_destroy (&link);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (calls_come_out_as_they_went_in), cmocka_unit_test (what_nobody_reads_is_dropped_and_counted_and_never_waited_for),
        cmocka_unit_test (counts_add_up_and_the_queue_is_what_it_is_now),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
