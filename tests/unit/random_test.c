#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random.h"

static void
the_system_never_says_the_same_twice (void **state)
{
    (void) state;
    enum { DRAWS = 1000 };
    uint64_t seen [DRAWS];
    for (int i = 0; i < DRAWS; i++) {
        seen [i] = random_u64 (random_system ());
        for (int j = 0; j < i; j++)
            assert_true (seen [i] != seen [j]);
    }
}

//  Each of the 64 bits is set in about half of the draws; never or always would be a broken source (chance of that: 2^-200 per bit).
static void
every_bit_takes_both_values (void **state)
{
    (void) state;
    uint64_t ever = 0, always = UINT64_MAX;
    for (int i = 0; i < 200; i++) {
        uint64_t bits = random_u64 (random_system ());
        ever |= bits;
        always &= bits;
    }
    assert_true (ever == UINT64_MAX);
    assert_true (always == 0);
}

static uint64_t
given (void *self)
{
    return *(uint64_t *) self;
}

static void
a_unit_is_from_zero_to_just_below_one (void **state)
{
    (void) state;
    uint64_t bits = 0;
    random_source_t source = { .next = given, .self = &bits };
    assert_true (random_unit (&source) == 0.0);
    bits = UINT64_MAX;
    assert_true (random_unit (&source) < 1.0);
    assert_true (random_unit (&source) > 0.999999);
    bits = UINT64_MAX / 2 + 1;
    assert_true (random_unit (&source) == 0.5);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_system_never_says_the_same_twice),
        cmocka_unit_test (every_bit_takes_both_values),
        cmocka_unit_test (a_unit_is_from_zero_to_just_below_one),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
