#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base64.h"
#include "seal.h"
#include "search_token.h"

#include <stdlib.h>

static const uint64_t SEAL = 0x0123456789abcdef;

static search_token_t
token_at (const char *id)
{
    return (search_token_t) {
        .start_ms = 1795388707042, .end_ms = 1795392307042, .groups = 0xdeadbeef, .has_place = id != NULL,
        .place = { .time_ms = 1795390000000, .group = 49, .id = search_id (slice_of (id), SLICE_ABSENT, SLICE_ABSENT) },
    };
}

//  As text, in memory of its own.
static char *
written (const search_token_t *token)
{
    buffer_t out;
    buffer_init (&out, 8192);
    search_token_write (token, SEAL, &out);
    buffer_append_char (&out, 0);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    return buffer_release (&out, &(size_t) { 0 });
}

static bool
reads (slice_t text)
{
    search_token_t token;
    buffer_t bytes;
    bool good = search_token_read (text, SEAL, &token, &bytes);
    buffer_deinit (&bytes);
    return good;
}

static void
expect_same (const search_token_t *token)
{
    char *text = written (token);
    search_token_t back;
    buffer_t bytes;
    assert_true (search_token_read (slice_of (text), SEAL, &back, &bytes));
    assert_int_equal (back.start_ms, token->start_ms);
    assert_int_equal (back.end_ms, token->end_ms);
    assert_int_equal (back.groups, token->groups);
    assert_int_equal (back.has_place, token->has_place);
    if (token->has_place)
        assert_int_equal (search_place_compare (&back.place, &token->place, false), 0);
    assert_int_equal (back.carried, token->carried);
    for (int i = 0; i < token->carried; i++) {
        assert_int_equal (back.pages [i].group, token->pages [i].group);
        assert_true (slice_eq (back.pages [i].token, token->pages [i].token));
    }
    if (token->carried)
        assert_int_equal (back.page_limit, token->page_limit);
    buffer_deinit (&bytes);
    free (text);
}

static const char AWS_ID [] = "37604562148731206853029463719128563401927365819203746591";       //  56 digits, as AWS makes them

static void
a_token_comes_back_as_it_was (void **state)
{
    (void) state;
    static const char *const IDS [] = { NULL, "1", AWS_ID, "an id that is much longer than any that AWS has, or that would fit into a token" };
    for (size_t i = 0; i < sizeof IDS / sizeof IDS [0]; i++) {
        search_token_t token = token_at (IDS [i]);
        expect_same (&token);
        token.page_limit = 101;
        assert_true (search_token_carry (&token, 0, SLICE ("aws-1")));
        assert_true (search_token_carry (&token, 49, SLICE ("aws-2")));
        expect_same (&token);
    }
}

static void
without_awss_tokens_it_is_short (void **state)
{
    (void) state;
    search_token_t token = token_at (AWS_ID);
    char *text = written (&token);
    assert_int_equal (strlen (AWS_ID), SEARCH_ID_BYTES_MAX);
    assert_true (strlen (text) <= 128);
    free (text);
}

static void
awss_tokens_are_carried_as_far_as_they_fit (void **state)
{
    (void) state;
    static char large [SEARCH_TOKEN_BYTES_MAX];
    memset (large, 'x', sizeof large);
    search_token_t token = token_at (AWS_ID);
    token.page_limit = 100;
    assert_false (search_token_carry (&token, 0, (slice_t) { large, sizeof large }));
    assert_false (search_token_carry (&token, 0, SLICE ("not printable\n")));
    assert_false (search_token_carry (&token, 0, SLICE ("")));
    assert_int_equal (token.carried, 0);
    for (int group = 0; group < SEARCH_GROUPS_MAX; group++)
        search_token_carry (&token, group, (slice_t) { large, 900 });
    assert_int_equal (token.carried, 3);
    size_t head = 26 + 8 + SEARCH_ID_BYTES_MAX + 2 + 3 * (3 + 900), left = SEARCH_TOKEN_BYTES_MAX - head - 3;
    assert_false (search_token_carry (&token, 48, (slice_t) { large, left + 1 }));
    assert_true (search_token_carry (&token, 49, (slice_t) { large, left }));
    expect_same (&token);
    char *text = written (&token);
    assert_true (strlen (text) <= 4096);            //  As the contract has it
    free (text);
}

static void
a_token_that_was_changed_anywhere_is_refused (void **state)
{
    (void) state;
    static const char ALPHABET [] = "ABCxyz019-_";
    search_token_t token = token_at (AWS_ID);
    token.page_limit = 100;
    assert_true (search_token_carry (&token, 7, SLICE ("aws")));
    char *text = written (&token);
    size_t size = strlen (text);
    for (size_t i = 0; i < size; i++) {
        assert_false (reads ((slice_t) { text, i }));
        for (size_t k = 0; ALPHABET [k]; k++) {
            char was = text [i];
            text [i] = ALPHABET [k];
            assert_true (reads (slice_of (text)) == (ALPHABET [k] == was));
            text [i] = was;
        }
    }
    free (text);
    assert_false (reads (SLICE ("")));
    assert_false (reads (SLICE ("garbage")));
    assert_false (reads (SLICE ("not base64!")));
}

static void
a_token_of_another_call_is_refused (void **state)
{
    (void) state;
    search_token_t token = token_at ("1"), back;
    buffer_t bytes;
    char *text = written (&token);
    assert_false (search_token_read (slice_of (text), SEAL + 1, &back, &bytes));
    buffer_deinit (&bytes);
    free (text);
}

//  Somebody who knows how the seal is made: these bytes behind the head, with these parts.
static bool
forged (uint8_t parts, const void *sealed, size_t size)
{
    uint8_t bytes [4096] = { 1, parts };
    assert_true (size + 10 <= sizeof bytes);
    memcpy (bytes + 10, sealed, size);
    seal_put_number (bytes + 2, seal_bytes (seal_bytes (SEAL, &parts, 1), sealed, size), 8);
    buffer_t text;
    buffer_init (&text, 8192);
    base64_url_encode ((slice_t) { (const char *) bytes, size + 10 }, &text);
    bool good = reads (buffer_slice (&text));
    buffer_deinit (&text);
    return good;
}

#define WINDOW "\0\0\0\0\0\1" "\0\0\0\0\0\5" "abcd"
#define FORGED(parts, bytes) forged (parts, bytes, sizeof (bytes) - 1)

static void
a_forged_token_can_say_nothing_that_cannot_be (void **state)
{
    (void) state;
    static uint8_t endless [3500];
    assert_true (FORGED (0, WINDOW));
    assert_false (FORGED (0, WINDOW "x"));                                              //  Something behind it
    assert_false (FORGED (0, "\0\0\0\0\0\5" "\0\0\0\0\0\5" "abcd"));                    //  A window of nothing
    assert_false (FORGED (4, WINDOW));
    assert_true (FORGED (1, WINDOW "\0\0\0\0\0\1" "\61\1" "i"));
    assert_false (FORGED (1, WINDOW "\0\0\0\0\0\0" "\0\1" "i"));                        //  A place before the window
    assert_false (FORGED (1, WINDOW "\0\0\0\0\0\5" "\0\1" "i"));                        //  And behind it
    assert_false (FORGED (1, WINDOW "\0\0\0\0\0\1" "\62\1" "i"));                       //  Group 50
    assert_false (FORGED (1, WINDOW "\0\0\0\0\0\1" "\0\0"));                            //  No id
    assert_false (FORGED (1, WINDOW "\0\0\0\0\0\1" "\0\2" "i"));                        //  Half an id
    assert_false (FORGED (1, WINDOW "\0\0\0\0\0\1" "\0\72" "1234567890123456789012345678901234567890123456789012345678"));
    assert_true (FORGED (2, WINDOW "\0\144" "\0\0\1" "t" "\61\0\2" "tt"));
    assert_false (FORGED (2, WINDOW "\0\144"));                                         //  No pages
    assert_false (FORGED (2, WINDOW "\0\143" "\0\0\1" "t"));                            //  A page limit of 99
    assert_false (FORGED (2, WINDOW "\47\21" "\0\0\1" "t"));                            //  10,001
    assert_false (FORGED (2, WINDOW "\0\144" "\0\0\0"));                                //  No token
    assert_false (FORGED (2, WINDOW "\0\144" "\0\0\2" "t"));                            //  Half a token
    assert_false (FORGED (2, WINDOW "\0\144" "\0\0\1" "\n"));
    assert_false (FORGED (2, WINDOW "\0\144" "\62\0\1" "t"));                           //  Group 50
    assert_false (FORGED (2, WINDOW "\0\144" "\1\0\1" "t" "\1\0\1" "t"));               //  The same group twice
    memcpy (endless, WINDOW "\0\144" "\0\14\0", sizeof WINDOW - 1 + 5);
    assert_false (forged (2, endless, sizeof endless));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_token_comes_back_as_it_was),
        cmocka_unit_test (without_awss_tokens_it_is_short),
        cmocka_unit_test (awss_tokens_are_carried_as_far_as_they_fit),
        cmocka_unit_test (a_token_that_was_changed_anywhere_is_refused),
        cmocka_unit_test (a_token_of_another_call_is_refused),
        cmocka_unit_test (a_forged_token_can_say_nothing_that_cannot_be),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
