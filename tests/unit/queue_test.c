#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "queue.h"

static const uint64_t ALL = UINT64_MAX;

static queue_t
queue_of (size_t calls_max, size_t bytes_max)
{
    queue_t queue;
    assert_int_equal (queue_init (&queue, calls_max, bytes_max), STATUS_OK);
    return queue;
}

static void
insert (queue_t *queue, call_entry_t *entry)
{
    assert_int_equal (queue_insert (queue, entry), STATUS_OK);
}

static void
the_most_urgent_comes_first (void **state)
{
    (void) state;
    queue_t queue = queue_of (5, 100);
    call_entry_t entries [5];
    static const int64_t DEADLINES [] = { 30, 10, 50, 20, 40 };
    assert_null (queue_first (&queue, ALL));
    for (int i = 0; i < 5; i++) {
        entries [i] = (call_entry_t) { .deadline_ms = DEADLINES [i], .id = (uint64_t) i + 1 };
        insert (&queue, &entries [i]);
    }
    for (int64_t deadline = 10; deadline <= 50; deadline += 10) {
        call_entry_t *first = queue_first (&queue, ALL);
        assert_int_equal (first->deadline_ms, deadline);
        queue_remove (&queue, first);
        assert_int_equal (first->place, 0);
    }
    assert_null (queue_first (&queue, ALL));
    queue_deinit (&queue);
}

static void
those_with_an_earlier_or_the_same_deadline_are_ahead (void **state)
{
    (void) state;
    queue_t queue = queue_of (5, 100);
    call_entry_t entries [5];
    static const int64_t DEADLINES [] = { 30, 10, 50, 20, 30 }, ASKED [] = { 9, 10, 30, 49, 51 };
    static const size_t AHEAD [] = { 0, 1, 4, 4, 5 };
    assert_int_equal (queue_ahead (&queue, 100), 0);
    for (int i = 0; i < 5; i++) {
        entries [i] = (call_entry_t) { .deadline_ms = DEADLINES [i], .id = (uint64_t) i + 1 };
        insert (&queue, &entries [i]);
    }
    for (int i = 0; i < 5; i++)
        assert_int_equal (queue_ahead (&queue, ASKED [i]), AHEAD [i]);
    queue_deinit (&queue);
}

static void
among_equals_the_first_to_come_goes_first (void **state)
{
    (void) state;
    queue_t queue = queue_of (64, 100);
    call_entry_t entries [64];
    for (int i = 0; i < 64; i++) {
        entries [i] = (call_entry_t) { .deadline_ms = 7, .id = (uint64_t) i + 1 };
        insert (&queue, &entries [i]);
    }
    for (int i = 0; i < 64; i++)
        assert_int_equal (queue_rank (&queue, &entries [i]), i);
    for (int i = 0; i < 64; i++) {
        assert_ptr_equal (queue_first (&queue, ALL), &entries [i]);
        queue_remove (&queue, &entries [i]);
    }
    queue_deinit (&queue);
}

static void
those_whose_tool_is_not_wanted_are_passed_over (void **state)
{
    (void) state;
    queue_t queue = queue_of (8, 100);
    call_entry_t entries [8];
    for (int i = 0; i < 8; i++) {
        entries [i] = (call_entry_t) { .deadline_ms = 10 * i, .id = (uint64_t) i + 1, .tool = i < 4 ? 2 : 63 };
        insert (&queue, &entries [i]);
    }
    assert_ptr_equal (queue_first (&queue, 1u << 2), &entries [0]);
    assert_ptr_equal (queue_first (&queue, (uint64_t) 1 << 63), &entries [4]);
    assert_ptr_equal (queue_first (&queue, (uint64_t) 1 << 63 | 1u << 2), &entries [0]);
    assert_null (queue_first (&queue, 1u << 3));
    assert_null (queue_first (&queue, 0));
    queue_deinit (&queue);
}

static void
it_is_full_in_calls_and_in_bytes (void **state)
{
    (void) state;
    queue_t queue = queue_of (3, 100);
    call_entry_t entries [4] = { { .bytes = 60 }, { .bytes = 41 }, { .bytes = 40 }, { .bytes = 0 } };
    insert (&queue, &entries [0]);
    assert_int_equal (queue_insert (&queue, &entries [1]), STATUS_BUSY);
    assert_int_equal (entries [1].place, 0);
    insert (&queue, &entries [2]);
    insert (&queue, &entries [3]);
    assert_int_equal (queue_insert (&queue, &(call_entry_t) { .bytes = 0 }), STATUS_BUSY);
    queue_remove (&queue, &entries [0]);
    insert (&queue, &entries [1]);
    assert_int_equal (queue.bytes, 81);
    queue_deinit (&queue);
}

//  Any of them may leave at any time: what is left is still in order.
static void
leaving_from_the_middle_keeps_the_order (void **state)
{
    (void) state;
    enum { COUNT = 100 };
    queue_t queue = queue_of (COUNT, COUNT);
    call_entry_t entries [COUNT];
    uint64_t chance = 1;
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < COUNT; i++) {
            chance = chance * 6364136223846793005u + 1442695040888963407u;
            entries [i] = (call_entry_t) { .deadline_ms = (int64_t) (chance >> 33) % 50, .id = (uint64_t) i + 1, .bytes = 1 };
            insert (&queue, &entries [i]);
        }
        for (int i = round % 3; i < COUNT; i += 2 + round % 5)
            queue_remove (&queue, &entries [i]);
        int64_t last_ms = -1;
        while (queue.count) {
            call_entry_t *first = queue_first (&queue, ALL);
            assert_true (first->deadline_ms >= last_ms);
            last_ms = first->deadline_ms;
            queue_remove (&queue, first);
        }
        assert_int_equal (queue.bytes, 0);
    }
    queue_deinit (&queue);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_most_urgent_comes_first),
        cmocka_unit_test (those_with_an_earlier_or_the_same_deadline_are_ahead),
        cmocka_unit_test (among_equals_the_first_to_come_goes_first),
        cmocka_unit_test (those_whose_tool_is_not_wanted_are_passed_over),
        cmocka_unit_test (it_is_full_in_calls_and_in_bytes),
        cmocka_unit_test (leaving_from_the_middle_keeps_the_order),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
