#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "request_state.h"

static uint64_t
count (void *self)
{
    return ++*(uint64_t *) self;
}

static request_state_t
key_of (uint64_t seed)
{
    request_state_t self;
    request_state_init (&self, &(random_source_t) { count, &seed });
    return self;
}

static buffer_t
sealed (const request_state_t *self, const char *purpose, const char *state, int64_t now_ms)
{
    buffer_t out;
    buffer_init (&out, REQUEST_STATE_TEXT_MAX);
    request_state_seal (self, slice_of (purpose), slice_of (state), now_ms, &out);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    return out;
}

static bool
opens (const request_state_t *self, const char *purpose, slice_t text, int64_t now_ms, const char *expected)
{
    buffer_t out;
    buffer_init (&out, REQUEST_STATE_BYTES_MAX);
    status_t status = request_state_open (self, slice_of (purpose), text, now_ms, &out);
    if (status == STATUS_OK)
        assert_true (out.size == strlen (expected) && (out.size == 0 || slice_is (buffer_slice (&out), expected)));
    else
        assert_true (status == STATUS_MALFORMED && out.size == 0);
    buffer_deinit (&out);
    return status == STATUS_OK;
}

static void
a_state_comes_back_as_it_was_given (void **state)
{
    (void) state;
    static const char *const STATES [] = { "", "1", "what I want back: {\"a\": \"\xc3\xa4\"}" };
    request_state_t self = key_of (1);
    for (size_t i = 0; i < sizeof STATES / sizeof STATES [0]; i++) {
        buffer_t text = sealed (&self, "tools/call a", STATES [i], 5);
        assert_true (opens (&self, "tools/call a", buffer_slice (&text), 6, STATES [i]));
        buffer_deinit (&text);
    }
}

static void
a_state_of_any_length_up_to_the_limit_comes_back_and_a_longer_one_is_not_given (void **state)
{
    (void) state;
    request_state_t self = key_of (1);
    char long_one [REQUEST_STATE_BYTES_MAX + 2];
    for (size_t size = REQUEST_STATE_BYTES_MAX - 4; size <= REQUEST_STATE_BYTES_MAX; size++) {
        memset (long_one, 'x', size);
        long_one [size] = 0;
        buffer_t text = sealed (&self, "p", long_one, 5);
        assert_true (opens (&self, "p", buffer_slice (&text), 6, long_one));
        buffer_deinit (&text);
    }
    buffer_t out;
    buffer_init (&out, 2 * REQUEST_STATE_TEXT_MAX);
    memset (long_one, 'x', REQUEST_STATE_BYTES_MAX + 1);
    request_state_seal (&self, SLICE ("p"), (slice_t) { long_one, REQUEST_STATE_BYTES_MAX + 1 }, 5, &out);
    assert_int_equal (buffer_status (&out), STATUS_TOO_LARGE);
    buffer_deinit (&out);
}

static void
every_changed_or_missing_byte_is_noticed (void **state)
{
    (void) state;
    request_state_t self = key_of (1);
    buffer_t text = sealed (&self, "p", "round 2", 5);
    assert_true (opens (&self, "p", buffer_slice (&text), 6, "round 2"));
    for (size_t i = 0; i < text.size; i++) {
        char was = text.data [i];
        text.data [i] = was == 'A' ? 'B' : 'A';
        assert_false (opens (&self, "p", buffer_slice (&text), 6, ""));
        text.data [i] = was;
        assert_false (opens (&self, "p", (slice_t) { text.data, i }, 6, ""));
    }
    buffer_append_text (&text, "-TAMPERED");
    assert_false (opens (&self, "p", buffer_slice (&text), 6, ""));
    buffer_deinit (&text);
}

static void
a_state_is_for_one_purpose_one_process_and_a_time (void **state)
{
    (void) state;
    request_state_t self = key_of (1), other = key_of (2);
    buffer_t text = sealed (&self, "tools/call a", "s", 1000);
    assert_false (opens (&self, "tools/call b", buffer_slice (&text), 1001, ""));
    assert_false (opens (&other, "tools/call a", buffer_slice (&text), 1001, ""));
    assert_true (opens (&self, "tools/call a", buffer_slice (&text), 1000 + REQUEST_STATE_LIFE_MS - 1, "s"));
    assert_false (opens (&self, "tools/call a", buffer_slice (&text), 1000 + REQUEST_STATE_LIFE_MS, ""));
    buffer_deinit (&text);
}

static void
requests_that_differ_have_different_purposes (void **state)
{
    (void) state;
    static const struct {
        const char *method, *name, *arguments;
    } CASES [] = { { "tools/call", "a", "" }, { "tools/call", "a", "x" }, { "tools/call", "b", "" }, { "prompts/get", "a", "" } };
    enum { COUNT = sizeof CASES / sizeof CASES [0] };
    buffer_t purposes [COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        buffer_init (&purposes [i], REQUEST_STATE_PURPOSE_MAX);
        request_state_purpose (CASES [i].method, slice_of (CASES [i].name), slice_of (CASES [i].arguments), &purposes [i]);
        assert_int_equal (buffer_status (&purposes [i]), STATUS_OK);
        for (size_t j = 0; j < i; j++)
            assert_false (slice_eq (buffer_slice (&purposes [i]), buffer_slice (&purposes [j])));
    }
    for (size_t i = 0; i < COUNT; i++)
        buffer_deinit (&purposes [i]);
}

static void
what_was_never_a_state_is_none (void **state)
{
    (void) state;
    static const char *const TEXTS [] = { "", "v1.", "v1..", "v1.AAAA.AAAA", "v2.AAAA.AAAA", "v1.AAAAAAAAAAAAAAAA", "v1.=.=", "true" };
    request_state_t self = key_of (1);
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS [0]; i++)
        assert_false (opens (&self, "p", slice_of (TEXTS [i]), 6, ""));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_state_comes_back_as_it_was_given),
        cmocka_unit_test (a_state_of_any_length_up_to_the_limit_comes_back_and_a_longer_one_is_not_given),
        cmocka_unit_test (every_changed_or_missing_byte_is_noticed),
        cmocka_unit_test (a_state_is_for_one_purpose_one_process_and_a_time),
        cmocka_unit_test (requests_that_differ_have_different_purposes),
        cmocka_unit_test (what_was_never_a_state_is_none),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
