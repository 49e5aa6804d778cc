#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace_tree.h"

#include <stdio.h>

typedef struct {
    const char *name;                   //  Its first letter is its id
    char parent;
    int64_t start_us, end_us;
    int request;                        //  0: of none
} row_t;

//  The tree as text: a letter for each span behind as many dots as it is deep, "!" for one that decided.
static const char *
ordered (const row_t *rows, int count)
{
    static char text [512];
    span_t spans [16];
    trace_place_t places [16];
    for (int i = 0; i < count; i++) {
        uint8_t id [SPAN_ID_BYTES] = { (uint8_t) rows [i].name [0] }, parent [SPAN_ID_BYTES] = { (uint8_t) rows [i].parent };
        span_init (&spans [i], SPAN_INTERNAL, id, parent, slice_of (rows [i].name));
        if (rows [i].request)
            span_set_number (&spans [i], SPAN_KEY_REQUEST, rows [i].request);
        span_set_times (&spans [i], rows [i].start_us, rows [i].end_us);
    }
    trace_tree_order (spans, count, places);
    text [0] = 0;
    for (int i = 0; i < count; i++) {
        size_t size = strlen (text);
        snprintf (text + size, sizeof text - size, "%.*s%s%s ", places [i].depth, "........", places [i].span->name, places [i].critical ? "!" : "");
    }
    return text;
}

#define ORDERED(...) ordered ((const row_t []) { __VA_ARGS__ }, sizeof (const row_t []) { __VA_ARGS__ } / sizeof (row_t))

static void
parents_come_first_and_children_as_they_began (void **state)
{
    (void) state;
    assert_string_equal (ORDERED ({ "r", 'x', 0, 100 }, { "w", 'r', 90, 100 }, { "c", 's', 40, 50 }, { "s", 'r', 10, 90 }, { "b", 's', 20, 40 }),
                         "r! .s! ..b! ..c! .w! ");
}

static void
of_two_at_once_the_one_that_ended_last_decided (void **state)
{
    (void) state;
    assert_string_equal (ORDERED ({ "r", 0, 0, 1000 }, { "a", 'r', 100, 500 }, { "b", 'r', 100, 900 }, { "c", 'r', 900, 1000 }),
                         "r! .a .b! .c! ");
}

static void
an_attempt_waited_for_its_own_request_and_not_for_another_that_ended_last (void **state)
{
    (void) state;
    static const row_t AT_ONCE [] = {
        { "r", 0, 0, 1000, 0 }, { "a", 'r', 0, 300, 1 }, { "b", 'r', 0, 304, 2 }, { "pause of a", 'r', 300, 900, 1 },
        { "q is the pause of b", 'r', 304, 500, 2 }, { "c is a again", 'r', 900, 1000, 1 }, { "d is b again", 'r', 500, 898, 2 },
    };
    static row_t untold [7];
    assert_string_equal (ordered (AT_ONCE, 7), "r! .a! .b .pause of a! .q is the pause of b .d is b again .c is a again! ");
    for (int i = 0; i < 7; i++) {
        untold [i] = AT_ONCE [i];
        untold [i].request = 0;
    }
    assert_string_equal (ordered (untold, 7), "r! .a .b! .pause of a! .q is the pause of b .d is b again .c is a again! ");
}

static void
a_first_attempt_waited_for_whatever_ended_last (void **state)
{
    (void) state;
    assert_string_equal (ORDERED ({ "r", 0, 0, 1000 }, { "a", 'r', 0, 300, 1 }, { "b", 'r', 0, 400, 2 }, { "c", 'r', 400, 1000, 3 }),
                         "r! .a .b! .c! ");
}

static void
what_ended_before_that_one_began_decided_too (void **state)
{
    (void) state;
    assert_string_equal (ORDERED ({ "r", 0, 0, 1000 }, { "a", 'r', 0, 300 }, { "b", 'r', 0, 400 }, { "c", 'r', 410, 1000 }, { "d", 'r', 410, 800 }),
                         "r! .a .b! .c! .d ");
}

static void
what_ends_after_its_parent_is_taken_to_its_end (void **state)
{
    (void) state;
    assert_string_equal (ORDERED ({ "r", 0, 0, 1000 }, { "s", 'r', 10, 1000 }, { "p", 's', 20, 5000 }, { "a", 'p', 30, 900 },
                                  { "q", 'p', 900, 5000 }),
                         "r! .s! ..p! ...a! ...q! ");
}

static void
what_has_no_parent_is_the_first_ones_and_a_ring_ends (void **state)
{
    (void) state;
    assert_string_equal (ORDERED ({ "r", 0, 0, 10 }, { "a", 'z', 5, 6 }, { "b", 'c', 1, 2 }, { "c", 'b', 1, 2 }), "r! .a! .b ..c ");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (parents_come_first_and_children_as_they_began), cmocka_unit_test (of_two_at_once_the_one_that_ended_last_decided),
        cmocka_unit_test (an_attempt_waited_for_its_own_request_and_not_for_another_that_ended_last),
        cmocka_unit_test (a_first_attempt_waited_for_whatever_ended_last),
        cmocka_unit_test (what_ended_before_that_one_began_decided_too), cmocka_unit_test (what_ends_after_its_parent_is_taken_to_its_end),
        cmocka_unit_test (what_has_no_parent_is_the_first_ones_and_a_ring_ends),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
