#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "packer.h"

static const char *const TEXTS [] = {
    "Requests that the target answered; the target was slow. Requests are slow when the target is.", "", " ", "  two  blanks ", "the target",
    "50 % \xc3\xa4nd \xe2\x80\xa6 of it's in-flight", "\x01 and \x7f", "Requests that the target refused, and requests that the target answered.",
};

enum { TEXTS_COUNT = sizeof TEXTS / sizeof TEXTS [0] };

static void
what_is_packed_comes_back_and_is_smaller (void **state)
{
    (void) state;
    packer_t packer;
    packer_init (&packer);
    size_t plain = 0;
    for (int round = 0; round < 20; round++)
        for (int i = 0; i < TEXTS_COUNT; i++)
            packer_show (&packer, slice_of (TEXTS [i]));
    packer_choose (&packer);
    assert_true (packer.pieces.count > 3);
    for (int i = 0; i < TEXTS_COUNT; i++) {
        char room [256];
        uint32_t at = packer_add (&packer, slice_of (TEXTS [i]));
        slice_t text = packed_read (&packer.pieces, pool_text (&packer.texts, at), room, sizeof room);
        assert_true (slice_is (text, TEXTS [i]));
        assert_int_equal (room [text.size], 0);
        plain += strlen (TEXTS [i]) + 1;
    }
    assert_true (packer.texts.bytes.size * 2 < plain);
    packer_deinit (&packer);
}

static void
a_text_that_was_not_shown_is_packed_too (void **state)
{
    (void) state;
    packer_t packer;
    packer_init (&packer);
    packer_choose (&packer);
    char room [64];
    uint32_t at = packer_add (&packer, SLICE ("never seen"));
    assert_true (slice_is (packed_read (&packer.pieces, pool_text (&packer.texts, at), room, sizeof room), "never seen"));
    assert_true (slice_is (packed_read (&packer.pieces, pool_text (&packer.texts, at), room, 6), "never"));
    packer_deinit (&packer);
}

static void
every_piece_has_a_code_without_zero_bytes (void **state)
{
    (void) state;
    for (size_t piece = 0; piece < PACKED_PIECES_MAX; piece++) {
        char code [2] = "";
        size_t size = packed_code (piece, code);
        assert_int_equal (size, piece < PACKED_SHORT ? 1 : 2);
        assert_true ((unsigned char) code [0] >= 0x80 && (size == 1 || code [1]));
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_is_packed_comes_back_and_is_smaller),
        cmocka_unit_test (a_text_that_was_not_shown_is_packed_too),
        cmocka_unit_test (every_piece_has_a_code_without_zero_bytes),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
