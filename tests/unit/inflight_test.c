#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inflight.h"

static void
entries_are_found_by_their_id_alone (void **state)
{
    (void) state;
    inflight_t *inflight = inflight_new (4);
    call_entry_t *first = inflight_take (inflight), *second = inflight_take (inflight);
    assert_int_equal (first->state, CALL_QUEUED);
    assert_int_equal (first->attempt, 1);
    assert_int_not_equal (first->id, 0);
    assert_ptr_equal (inflight_find (inflight, first->id), first);
    assert_ptr_equal (inflight_find (inflight, second->id), second);
    assert_null (inflight_find (inflight, 0));
    assert_null (inflight_find (inflight, first->id ^ second->id ^ 5));
    assert_null (inflight_find (inflight, UINT64_MAX));
    inflight_destroy (&inflight);
    assert_null (inflight);
}

static void
a_place_that_is_used_again_has_another_id (void **state)
{
    (void) state;
    inflight_t *inflight = inflight_new (1);
    uint64_t last = 0;
    for (int i = 0; i < 1000; i++) {
        call_entry_t *entry = inflight_take (inflight);
        assert_true (entry->id > last);             //  They rise, so that arrival can be told from them
        if (last)
            assert_null (inflight_find (inflight, last));
        last = entry->id;
        inflight_give_back (inflight, entry);
        assert_null (inflight_find (inflight, last));
    }
    inflight_destroy (&inflight);
}

static void
a_full_table_gives_no_more (void **state)
{
    (void) state;
    enum { CAPACITY = 4096 };                       //  The largest that can be configured
    inflight_t *inflight = inflight_new (CAPACITY);
    assert_int_equal (inflight_capacity (inflight), CAPACITY);
    for (int i = 0; i < CAPACITY; i++)
        assert_non_null (inflight_take (inflight));
    assert_null (inflight_take (inflight));
    assert_int_equal (inflight_count (inflight), CAPACITY);
    for (size_t i = 0; i < CAPACITY; i++)
        assert_ptr_equal (inflight_find (inflight, inflight_at (inflight, i)->id), inflight_at (inflight, i));
    inflight_give_back (inflight, inflight_at (inflight, 7));
    assert_int_equal (inflight_count (inflight), CAPACITY - 1);
    assert_ptr_equal (inflight_take (inflight), inflight_at (inflight, 7));
    inflight_destroy (&inflight);
}

static void
what_was_kept_for_a_call_goes_with_it (void **state)
{
    (void) state;
    inflight_t *inflight = inflight_new (1);
    call_entry_t *entry = inflight_take (inflight);
    entry->message = message_new (KIND_REQUEST);    //  Lost, if give_back forgets it
    entry->attempt = 2;
    inflight_give_back (inflight, entry);
    entry = inflight_take (inflight);
    assert_null (entry->message);
    assert_int_equal (entry->attempt, 1);
    inflight_destroy (&inflight);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (entries_are_found_by_their_id_alone),
        cmocka_unit_test (a_place_that_is_used_again_has_another_id),
        cmocka_unit_test (a_full_table_gives_no_more),
        cmocka_unit_test (what_was_kept_for_a_call_goes_with_it),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
