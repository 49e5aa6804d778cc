#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "slice.h"

static void
equal_means_the_same_bytes (void **state)
{
    (void) state;
    assert_true (slice_eq (SLICE ("host"), slice_of ("host")));
    assert_false (slice_eq (SLICE ("host"), SLICE ("hosts")));
    assert_true (slice_eq (SLICE_ABSENT, SLICE ("")));
    assert_false (slice_is (SLICE ("Host"), "host"));
}

static void
capitals_do_not_count_where_that_is_asked_for (void **state)
{
    (void) state;
    assert_true (slice_eq_nocase (SLICE ("Content-Type"), SLICE ("content-TYPE")));
    assert_false (slice_eq_nocase (SLICE ("Content-Type"), SLICE ("content-typo")));
    assert_false (slice_is_nocase (SLICE ("http"), "https"));
    assert_true (slice_is_nocase (SLICE_ABSENT, ""));
}

static void
a_cut_takes_the_front_and_drops_the_mark (void **state)
{
    (void) state;
    slice_t rest = SLICE ("a..b");
    assert_true (slice_is (slice_cut (&rest, '.'), "a"));
    slice_t empty = slice_cut (&rest, '.');
    assert_non_null (empty.data);
    assert_int_equal (empty.size, 0);
    assert_true (slice_is (slice_cut (&rest, '.'), "b"));
    assert_null (rest.data);
    assert_null (slice_cut (&rest, '.').data);
}

static void
what_ends_with_the_mark_has_an_empty_rest (void **state)
{
    (void) state;
    slice_t rest = SLICE ("a=");
    assert_true (slice_is (slice_cut (&rest, '='), "a"));
    assert_non_null (rest.data);
    assert_int_equal (rest.size, 0);
}

static void
characters_are_counted_not_bytes (void **state)
{
    (void) state;
    assert_int_equal (slice_characters (SLICE ("")), 0);
    assert_int_equal (slice_characters (SLICE ("größe")), 5);
    assert_int_equal (slice_characters (SLICE ("a\xF0\x9F\x98\x80")), 2);
}

static void
the_first_characters_are_whole_ones (void **state)
{
    (void) state;
    assert_true (slice_is (slice_first (SLICE ("größe"), 3), "grö"));
    assert_true (slice_is (slice_first (SLICE ("größe"), 5), "größe"));
    assert_true (slice_is (slice_first (SLICE ("größe"), 99), "größe"));
    assert_true (slice_is (slice_first (SLICE ("größe"), 0), ""));
    assert_int_equal (slice_first (SLICE ("\x83\x83\x83\x83\x83\x83\x83\x83\x83\x83"), 2).size, 8);    //  No character ever begins
}

static void
bytes_that_begin_no_character_are_no_endless_one (void **state)
{
    (void) state;
    assert_int_equal (slice_first (SLICE ("\x96\x96\x96\x96\x96\x96\x96\x96\x96\x96"), 2).size, 8);
}

static void
only_blanks_at_the_ends_are_trimmed (void **state)
{
    (void) state;
    assert_true (slice_is (slice_trim (SLICE (" \ta b\t ")), "a b"));
    assert_int_equal (slice_trim (SLICE (" \t ")).size, 0);
    assert_null (slice_trim (SLICE_ABSENT).data);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (equal_means_the_same_bytes),
        cmocka_unit_test (capitals_do_not_count_where_that_is_asked_for),
        cmocka_unit_test (a_cut_takes_the_front_and_drops_the_mark),
        cmocka_unit_test (what_ends_with_the_mark_has_an_empty_rest),
        cmocka_unit_test (characters_are_counted_not_bytes),
        cmocka_unit_test (the_first_characters_are_whole_ones),
        cmocka_unit_test (bytes_that_begin_no_character_are_no_endless_one),
        cmocka_unit_test (only_blanks_at_the_ends_are_trimmed),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
