#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "issued_keys.h"

#include <stdio.h>

static const role_t ROLE = { .partition = "aws", .account = "210987654321", .name = "shop-reader" };

static void
every_answer_has_keys_of_its_own (void **state)
{
    (void) state;
    issued_keys_t *keys = issued_keys_new (random_system ());
    issued_key_t one = *issued_keys_make (keys, &ROLE, SLICE ("on-call"), 12345);
    issued_key_t two = *issued_keys_make (keys, &ROLE, SLICE ("on-call"), 12345);
    assert_memory_equal (one.id, "ASIA", 4);
    assert_int_equal (strlen (one.id), 20);
    assert_int_equal (strlen (one.secret), 40);
    assert_int_equal (strlen (one.token), ISSUED_KEYS_TOKEN_SIZE - 1);
    assert_string_equal (one.session, "on-call");
    assert_string_equal (one.role_id, two.role_id);
    assert_int_equal (one.ends_ms, 12000);              //  On the second that is told
    assert_string_not_equal (one.id, two.id);
    assert_string_not_equal (one.secret, two.secret);
    assert_string_not_equal (one.token, two.token);
    issued_keys_destroy (&keys);
    assert_null (keys);
    issued_keys_destroy (&keys);
}

static void
keys_are_found_until_newer_ones_push_them_out (void **state)
{
    (void) state;
    issued_keys_t *keys = issued_keys_new (random_system ());
    char first [ISSUED_KEYS_ID_SIZE];
    memcpy (first, issued_keys_make (keys, &ROLE, SLICE ("s1"), 0)->id, sizeof first);
    for (int i = 1; i < ISSUED_KEYS_MAX; i++)
        issued_keys_make (keys, &ROLE, SLICE ("s2"), 0);
    assert_string_equal (issued_keys_find (keys, first)->session, "s1");
    issued_keys_make (keys, &ROLE, SLICE ("s3"), 0);
    assert_null (issued_keys_find (keys, first));
    assert_null (issued_keys_find (keys, ""));
    assert_null (issued_keys_find (NULL, first));
    issued_keys_destroy (&keys);
}

static void
what_was_issued_before_is_revoked_and_what_comes_later_is_not (void **state)
{
    (void) state;
    issued_keys_t *keys = issued_keys_new (random_system ());
    const issued_key_t *before = issued_keys_make (keys, &ROLE, SLICE ("s1"), 0);
    issued_keys_revoke (keys);
    assert_true (before->revoked);
    buffer_t out;
    char wanted [512];
    buffer_init (&out, 4096);
    issued_keys_write (keys, &out);
    snprintf (wanted, sizeof wanted, "[{\"key_id\":\"%s\",\"secret\":\"%s\",\"token\":\"%s\",\"revoked\":true}]", before->id, before->secret,
              before->token);
    assert_true (slice_is (buffer_slice (&out), wanted));
    buffer_deinit (&out);
    assert_false (issued_keys_make (keys, &ROLE, SLICE ("s1"), 0)->revoked);
    issued_keys_destroy (&keys);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_answer_has_keys_of_its_own),
        cmocka_unit_test (keys_are_found_until_newer_ones_push_them_out),
        cmocka_unit_test (what_was_issued_before_is_revoked_and_what_comes_later_is_not),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
