#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chain.h"

static void
members_stand_in_the_order_of_joining (void **state)
{
    (void) state;
    chain_t head, a, b, c;
    chain_init (&head);
    assert_true (chain_is_empty (&head));
    chain_init (&a), chain_init (&b), chain_init (&c);
    chain_join (&head, &a);
    chain_join (&head, &b);
    chain_join (&head, &c);
    assert_ptr_equal (head.next, &a);
    assert_ptr_equal (a.next, &b);
    assert_ptr_equal (head.previous, &c);
    chain_leave (&b);
    assert_ptr_equal (a.next, &c);
    assert_ptr_equal (c.previous, &a);
    chain_leave (&a);
    chain_leave (&c);
    assert_true (chain_is_empty (&head));
}

static void
leaving_twice_is_leaving_once (void **state)
{
    (void) state;
    chain_t head, a;
    chain_init (&head);
    chain_init (&a);
    chain_join (&head, &a);
    chain_leave (&a);
    chain_leave (&a);
    assert_true (chain_is_empty (&head));
    assert_true (chain_is_empty (&a));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (members_stand_in_the_order_of_joining),
        cmocka_unit_test (leaving_twice_is_leaving_once),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
