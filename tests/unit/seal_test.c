#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "call.h"
#include "expect.h"
#include "pack.h"
#include "seal.h"

//  The seal of a call that no loop knows: only what a seal asks of a call is there. arguments: JSON.
static uint64_t
seal (const char *tool, const char *arguments, const char *region, const char *account)
{
    operation_t operation = { .tool = tool };
    aws_account_t named = { .name = account };
    call_t call = { .operation = &operation, .message = message_new (KIND_REQUEST), .account = account [0] ? &named : NULL };
    assert_non_null (call.message);
    assert_int_equal (ENVELOPE_SET (&call, region, slice_of (region)), STATUS_OK);
    yyjson_doc *doc = yyjson_read (arguments, strlen (arguments), 0);
    assert_non_null (doc);
    buffer_t body;
    buffer_init (&body, 1 << 20);
    pack_json (&body, yyjson_doc_get_root (doc));
    assert_int_equal (message_take_body (call.message, &body), STATUS_OK);
    yyjson_doc_free (doc);
    uint64_t result = seal_of_call (&call);
    message_destroy (&call.message);
    return result;
}

static void
the_order_of_arguments_and_what_may_differ_between_pages_change_nothing (void **state)
{
    (void) state;
    uint64_t first = seal ("tool", "{\"a\":1,\"b\":[\"x\"]}", "eu-west-1", "");
    static const char *const SAME [] = {
        "{\"b\":[\"x\"],\"a\":1}", "{\"a\":1,\"b\":[\"x\"],\"limit\":7}", "{\"a\":1,\"max_bytes\":7,\"b\":[\"x\"]}",
        "{\"next_token\":\"t\",\"a\":1,\"b\":[\"x\"]}",
    };
    for (size_t i = 0; i < sizeof SAME / sizeof SAME [0]; i++)
        assert_true (seal ("tool", SAME [i], "eu-west-1", "") == first);
}

static void
everything_else_changes_it (void **state)
{
    (void) state;
    static const char *const DIFFERENT [] [4] = {
        { "tool", "{\"a\":1}", "eu-west-1", "" }, { "tool", "{\"a\":2}", "eu-west-1", "" }, { "tool", "{\"a\":\"1\"}", "eu-west-1", "" },
        { "tool", "{\"b\":1}", "eu-west-1", "" }, { "tool", "{}", "eu-west-1", "" }, { "tool", "{\"a\":1,\"b\":1}", "eu-west-1", "" },
        { "tools", "{\"a\":1}", "eu-west-1", "" }, { "tool", "{\"a\":1}", "eu-west-2", "" }, { "tool", "{\"a\":1}", "eu-west-1", "other" },
        { "tool", "{\"a\":1}", "eu-west-1other", "" },
    };
    size_t count = sizeof DIFFERENT / sizeof DIFFERENT [0];
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            assert_true (seal (DIFFERENT [i] [0], DIFFERENT [i] [1], DIFFERENT [i] [2], DIFFERENT [i] [3]) !=
                         seal (DIFFERENT [k] [0], DIFFERENT [k] [1], DIFFERENT [k] [2], DIFFERENT [k] [3]));
}

static void
two_texts_in_a_row_are_not_two_others (void **state)
{
    (void) state;
    assert_true (seal_text (seal_text (7, SLICE ("ab")), SLICE ("c")) != seal_text (seal_text (7, SLICE ("a")), SLICE ("bc")));
    assert_true (seal_text (7, SLICE ("")) != 7);
    assert_true (seal_text (7, SLICE_ABSENT) == seal_text (7, SLICE ("")));
    assert_true (seal_bytes (7, NULL, 0) == 7);
}

static void
numbers_come_back_as_they_were_put (void **state)
{
    (void) state;
    uint8_t bytes [8];
    seal_put_number (bytes, 0x010203, 3);
    assert_memory_equal (bytes, "\1\2\3", 3);
    for (int size = 1; size <= 8; size++) {
        uint64_t largest = size == 8 ? UINT64_MAX : ((uint64_t) 1 << (8 * size)) - 1;
        seal_put_number (bytes, largest, size);
        assert_true (seal_get_number (bytes, size) == largest);
    }
}

static void
only_characters_that_can_be_seen_are_printable (void **state)
{
    (void) state;
    static const slice_t WRONG [] = { { " ", 1 }, { "a\0b", 3 }, { "\n", 1 }, { "\x7f", 1 }, { "\xc3\xa9", 2 } };
    assert_true (seal_printable (SLICE ("!~Az09+/=")));
    assert_true (seal_printable (SLICE_ABSENT));
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++)
        assert_false (seal_printable (WRONG [i]));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_order_of_arguments_and_what_may_differ_between_pages_change_nothing),
        cmocka_unit_test (everything_else_changes_it),
        cmocka_unit_test (two_texts_in_a_row_are_not_two_others),
        cmocka_unit_test (numbers_come_back_as_they_were_put),
        cmocka_unit_test (only_characters_that_can_be_seen_are_printable),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
