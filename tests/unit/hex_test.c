#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hex.h"

static void
hex_is_read_as_it_is_written_and_nothing_else_is (void **state)
{
    (void) state;
    static const uint8_t ID [] = { 1, 0, 0, 0, 0, 0, 0, 0xfe };
    char text [2 * sizeof ID + 1];
    uint8_t back [sizeof ID];
    assert_string_equal (hex_write (ID, sizeof ID, text), "01000000000000fe");
    assert_true (hex_read (slice_of (text), back, sizeof back));
    assert_memory_equal (back, ID, sizeof ID);
    static const char *const WRONG [] = { "", "01000000000000", "01000000000000fe0", "0100000000000G00", "01000000000000FE", "01000000000000f" };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++)
        assert_false (hex_read (slice_of (WRONG [i]), back, sizeof back));
}

static void
a_digit_is_one_in_either_case (void **state)
{
    (void) state;
    for (int c = 0; c < 256; c++) {
        const char *digits = "0123456789abcdef", *at = c ? strchr (digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
        assert_int_equal (hex_digit ((char) c), at ? (int) (at - digits) : -1);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (hex_is_read_as_it_is_written_and_nothing_else_is),
        cmocka_unit_test (a_digit_is_one_in_either_case),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
