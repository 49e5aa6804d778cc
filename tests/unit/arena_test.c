#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arena.h"

static void
what_it_gives_is_zeroed_aligned_and_apart (void **state)
{
    (void) state;
    arena_t *arena = arena_new (1 << 20);
    unsigned char *things [500];
    for (size_t i = 0; i < 500; i++) {
        size_t size = 1 + i * 7 % 300;
        things [i] = arena_alloc (arena, size);
        assert_non_null (things [i]);
        assert_int_equal ((uintptr_t) things [i] % _Alignof (max_align_t), 0);
        for (size_t j = 0; j < size; j++)
            assert_int_equal (things [i] [j], 0);
        memset (things [i], (int) (i % 256), size);
    }
    for (size_t i = 0; i < 500; i++)
        for (size_t j = 0; j < 1 + i * 7 % 300; j++)
            assert_int_equal (things [i] [j], i % 256);
    arena_destroy (&arena);
    assert_null (arena);
    arena_destroy (&arena);
}

static void
it_gives_as_much_as_the_limit_and_no_more (void **state)
{
    (void) state;
    arena_t *arena = arena_new (160);
    for (int i = 0; i < 10; i++)
        assert_non_null (arena_alloc (arena, 16));
    assert_int_equal (arena_bytes (arena), 160);
    assert_null (arena_alloc (arena, 1));
    assert_null (arena_alloc (arena, 0));
    assert_int_equal (arena_bytes (arena), 160);
    arena_destroy (&arena);
}

static void
absurd_sizes_are_refused_and_small_ones_still_served (void **state)
{
    (void) state;
    arena_t *arena = arena_new (SIZE_MAX);
    assert_null (arena_alloc (arena, SIZE_MAX));
    assert_null (arena_alloc (arena, SIZE_MAX - 40));
    assert_null (arena_copy (arena, (slice_t) { "", SIZE_MAX }));
    assert_int_equal (arena_bytes (arena), 0);
    assert_non_null (arena_alloc (arena, 40));
    arena_destroy (&arena);
}

static void
one_large_thing_among_small_ones_is_served (void **state)
{
    (void) state;
    arena_t *arena = arena_new (1 << 20);
    assert_non_null (arena_alloc (arena, 10));
    char *large = arena_alloc (arena, 500000);
    assert_non_null (large);
    memset (large, 1, 500000);
    assert_non_null (arena_alloc (arena, 10));
    assert_true (arena_bytes (arena) >= 500020);
    arena_destroy (&arena);
}

static void
copies_end_with_a_zero_and_do_not_share (void **state)
{
    (void) state;
    arena_t *arena = arena_new (1000);
    char source [] = "us-east-1";
    char *copy = arena_copy (arena, (slice_t) { source, 7 });
    source [0] = 'x';
    assert_string_equal (copy, "us-east");
    assert_string_equal (arena_copy (arena, SLICE_ABSENT), "");
    arena_destroy (&arena);
}

static void
printf_fits_exactly_or_not_at_all (void **state)
{
    (void) state;
    arena_t *arena = arena_new (32);
    assert_string_equal (arena_printf (arena, "%s.%s", "logs", "us-east-1"), "logs.us-east-1");
    assert_null (arena_printf (arena, "%s", "sixteen bytes and"));
    assert_string_equal (arena_printf (arena, "%d", 15), "15");
    arena_destroy (&arena);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_it_gives_is_zeroed_aligned_and_apart),
        cmocka_unit_test (it_gives_as_much_as_the_limit_and_no_more),
        cmocka_unit_test (absurd_sizes_are_refused_and_small_ones_still_served),
        cmocka_unit_test (one_large_thing_among_small_ones_is_served),
        cmocka_unit_test (copies_end_with_a_zero_and_do_not_share),
        cmocka_unit_test (printf_fits_exactly_or_not_at_all),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
