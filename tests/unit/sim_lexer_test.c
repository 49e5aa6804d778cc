#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lexer.h"

#include <string.h>

static int
s_open (void **state)
{
    *state = arena_new (64 * 1024);
    return *state ? 0 : -1;
}

static int
s_close (void **state)
{
    arena_destroy ((arena_t **) state);
    return 0;
}

static void
blanks_are_passed_and_nothing_else (void **state)
{
    lexer_t lexer = lexer_of (*state, SLICE (" \t,a"));
    assert_int_equal (lexer_next (&lexer, ""), ',');
    assert_int_equal (lexer_next (&lexer, ","), 'a');
    assert_int_equal (lexer_next (&lexer, ","), 'a');
    lexer_skip (&lexer, 1);
    assert_int_equal (lexer_next (&lexer, ","), 0);
    lexer = lexer_of (*state, (slice_t) { "\0a", 2 });
    assert_int_equal (lexer_next (&lexer, ","), 0);
    assert_int_equal (lexer.rest.size, 2);
}

static void
quotes_end_at_their_like_and_backslashes_protect (void **state)
{
    static const struct { const char *text, *within, *rest; } CASES [] = {
        { "\"a 'b'\" c", "a 'b'", " c" },
        { "'a\\'b\\\\' c", "a'b\\", " c" },
        { "\"\"", "", "" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        lexer_t lexer = lexer_of (*state, slice_of (CASES [i].text));
        assert_true (slice_is (lexer_take_quoted (&lexer), CASES [i].within));
        assert_int_equal (lexer.rest.size, strlen (CASES [i].rest));
        assert_null (lexer.fault);
    }
    static const char *const OPEN [] = { "\"", "\"a", "\"a'", "\"a\\\"", "\"a\\" };
    for (size_t i = 0; i < sizeof OPEN / sizeof OPEN [0]; i++) {
        lexer_t lexer = lexer_of (*state, slice_of (OPEN [i]));
        assert_null (lexer_take_quoted (&lexer).data);
        assert_int_equal (lexer.rest.size, strlen (OPEN [i]));
    }
}

static void
the_first_fault_counts_and_a_place_says_where (void **state)
{
    lexer_t lexer = lexer_of (*state, SLICE ("0123456789abcdefghijklmnopqrstuvwxyz"));
    lexer_skip (&lexer, 2);
    assert_string_equal (lexer_place (&lexer), " at character 3, before \"23456789abcdefghijklmnop\"");
    lexer_skip (&lexer, lexer.rest.size);
    assert_string_equal (lexer_place (&lexer), " at character 37");
    lexer_fail (&lexer, "first");
    lexer_fail (&lexer, "second");
    assert_string_equal (lexer.fault, "first");
    lexer = lexer_of (*state, SLICE ("x"));
    lexer_fail (&lexer, NULL);
    assert_non_null (strstr (lexer.fault, "memory"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (blanks_are_passed_and_nothing_else),
        cmocka_unit_test (quotes_end_at_their_like_and_backslashes_protect),
        cmocka_unit_test (the_first_fault_counts_and_a_place_says_where),
    };
    return cmocka_run_group_tests (tests, s_open, s_close);
}
