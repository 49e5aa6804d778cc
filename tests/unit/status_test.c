#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "status.h"

#include <string.h>

static void
the_numbers_that_cross_the_wire_never_change (void **state)
{
    (void) state;
    assert_int_equal (STATUS_OK, 0);
    assert_int_equal (STATUS_BUSY, 5);
    assert_int_equal (STATUS_DEADLINE, 6);
    assert_int_equal (STATUS_THROTTLED, 12);
    assert_int_equal (STATUS_INTERNAL, 18);
    assert_int_equal (STATUS_AGAIN, 19);
}

static void
every_code_is_used_once_and_has_words (void **state)
{
    (void) state;
    static const int codes [] = {
#define X(code, name, retryable, sentence) code,
        STATUS_TABLE (X)
#undef X
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes [0]; i++) {
        assert_int_equal (codes [i], i);
        assert_string_not_equal (status_name ((status_t) codes [i]), "UNKNOWN");
        const char *sentence = status_sentence ((status_t) codes [i]);
        assert_true (strlen (sentence) > 0);
        assert_int_not_equal (sentence [strlen (sentence) - 1], '.');
    }
}

static void
a_newer_peers_status_is_unknown_and_not_retried (void **state)
{
    (void) state;
    status_t newer = (status_t) 30;
    assert_string_equal (status_name (newer), "UNKNOWN");
    assert_string_equal (status_sentence (newer), "an outcome that this version does not know");
    assert_false (status_retryable (newer));
}

static void
asking_again_helps_with_load_but_not_with_mistakes (void **state)
{
    (void) state;
    assert_string_equal (status_name (STATUS_THROTTLED), "THROTTLED");
    assert_true (status_retryable (STATUS_THROTTLED));
    assert_true (status_retryable (STATUS_BUSY));
    assert_false (status_retryable (STATUS_INVALID_ARGUMENT));
    assert_false (status_retryable (STATUS_CANCELLED));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_numbers_that_cross_the_wire_never_change),
        cmocka_unit_test (every_code_is_used_once_and_has_words),
        cmocka_unit_test (a_newer_peers_status_is_unknown_and_not_retried),
        cmocka_unit_test (asking_again_helps_with_load_but_not_with_mistakes),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
