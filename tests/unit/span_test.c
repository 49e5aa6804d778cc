#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "span.h"

static const uint8_t ID [SPAN_ID_BYTES] = { 1 };

static void
what_is_set_is_found (void **state)
{
    (void) state;
    span_t span;
    span_init (&span, SPAN_CLIENT, ID, NULL, SLICE ("name"));
    span_set_text (&span, SPAN_KEY_REGION, SLICE ("eu-west-1"));
    span_set_text (&span, SPAN_KEY_ACCOUNT, SLICE (""));
    span_set_number (&span, SPAN_KEY_HTTP_STATUS, 400);
    assert_true (slice_is (span_text (&span, SPAN_KEY_REGION), "eu-west-1"));
    assert_null (span_text (&span, SPAN_KEY_ACCOUNT).data);
    assert_int_equal (span_number (&span, SPAN_KEY_HTTP_STATUS, -1), 400);
    assert_int_equal (span_number (&span, SPAN_KEY_DNS_US, -1), -1);
    assert_false (span.cut);
}

static void
what_finds_no_room_is_said_to_be_cut (void **state)
{
    (void) state;
    static const char LONG [SPAN_TEXT_BYTES_MAX + 1] = { 'x' };
    span_t span;
    span_init (&span, SPAN_CLIENT, ID, NULL, SLICE ("name"));
    span_set_text (&span, SPAN_KEY_REGION, (slice_t) { LONG, sizeof LONG });
    assert_true (span.cut);
    assert_int_equal (span.count, 0);
    span_init (&span, SPAN_CLIENT, ID, NULL, SLICE ("name"));
    for (int i = 0; i <= SPAN_ATTRIBUTES_MAX; i++)
        span_set_number (&span, SPAN_KEY_DNS_US, i);
    assert_true (span.cut);
    assert_int_equal (span.count, SPAN_ATTRIBUTES_MAX);
}

static void
ids_follow_from_the_seed_and_differ (void **state)
{
    (void) state;
    uint64_t seed = 7, again = 7;
    uint8_t a [SPAN_ID_BYTES], b [SPAN_ID_BYTES], c [SPAN_ID_BYTES];
    span_next_id (&seed, a);
    span_next_id (&seed, b);
    span_next_id (&again, c);
    assert_memory_not_equal (a, b, sizeof a);
    assert_memory_equal (a, c, sizeof a);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_is_set_is_found), cmocka_unit_test (what_finds_no_room_is_said_to_be_cut),
        cmocka_unit_test (ids_follow_from_the_seed_and_differ),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
