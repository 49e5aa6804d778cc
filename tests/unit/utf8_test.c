#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "utf8.h"

static void
characters_are_read_with_their_sizes (void **state)
{
    (void) state;
    static const struct {
        const char *text;
        uint32_t    character;
        size_t      size;
    } CASES [] = {
        { "a", 'a', 1 }, { "\x7f", 0x7f, 1 }, { "\xc2\x80", 0x80, 2 }, { "é!", 0xe9, 2 }, { "\u07ff", 0x7ff, 2 }, { "\u0800", 0x800, 3 },
        { "€", 0x20ac, 3 }, { "\ud7ff", 0xd7ff, 3 }, { "\ue000", 0xe000, 3 }, { "\uffff", 0xffff, 3 }, { "\U00010000", 0x10000, 4 },
        { "\U0010ffff", 0x10ffff, 4 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        uint32_t character;
        assert_int_equal (utf8_read (slice_of (CASES [i].text), &character), CASES [i].size);
        assert_int_equal (character, CASES [i].character);
    }
    uint32_t character = 1;
    assert_int_equal (utf8_read (SLICE ("\0x"), &character), 1);
    assert_int_equal (character, 0);
}

static void
what_is_none_is_taken_as_far_as_it_could_have_become_one (void **state)
{
    (void) state;
    static const struct {
        const char *text;
        size_t      size;
    } CASES [] = {
        { "\x80", 1 }, { "\xbf\xbf", 1 }, { "\xc0\x80", 1 }, { "\xc1\xbf", 1 }, { "\xc3", 1 }, { "\xc3" "a", 1 }, { "\xe0\x9f\xbf", 1 },
        { "\xe2\x82", 2 }, { "\xe2\x82" "a", 2 }, { "\xed\xa0\x80", 1 }, { "\xf0\x8f\xbf\xbf", 1 }, { "\xf0\x9f\x98", 3 }, { "\xf4\x90\x80\x80", 1 },
        { "\xf5\x80\x80\x80", 1 }, { "\xff", 1 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        uint32_t character;
        assert_int_equal (utf8_read (slice_of (CASES [i].text), &character), CASES [i].size);
        assert_int_equal (character, UTF8_NONE);
    }
}

static void
hidden_are_the_ends_of_each_range_and_not_their_neighbours (void **state)
{
    (void) state;
    static const uint32_t HIDDEN [] = {
        0, '\t', '\n', '\r', 0x1b, 0x1f, 0x7f, 0x9f, 0xad, 0x61c, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028, 0x202e, 0x2060, 0x206f, 0xfeff, 0xfff9,
        0xfffb, 0x1bca0, 0x1bca3, 0x1d173, 0x1d17a, 0xe0000, 0xe0041, 0xe0fff,
    };
    static const uint32_t SHOWN [] = {
        ' ', '~', 0xa0, 0xac, 0xae, 0x61b, 0x61d, 0x200a, 0x200c, 0x200d, 0x2010, 0x2027, 0x202f, 0x205f, 0x2070, 0xfefe, 0xfff8, 0xfffc, 0xfffd,
        0x1bc9f, 0x1bca4, 0x1d172, 0x1d17b, 0xdffff, 0xe1000, 0x10ffff, UTF8_NONE,
    };
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN [0]; i++)
        assert_true (utf8_hidden (HIDDEN [i]));
    for (size_t i = 0; i < sizeof SHOWN / sizeof SHOWN [0]; i++)
        assert_false (utf8_hidden (SHOWN [i]));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (characters_are_read_with_their_sizes),
        cmocka_unit_test (what_is_none_is_taken_as_far_as_it_could_have_become_one),
        cmocka_unit_test (hidden_are_the_ends_of_each_range_and_not_their_neighbours),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
