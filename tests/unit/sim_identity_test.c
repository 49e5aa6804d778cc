#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "identity.h"

static void
a_role_is_read_from_its_arn (void **state)
{
    (void) state;
    role_t role;
    assert_true (identity_read_role (SLICE ("arn:aws:iam::210987654321:role/shop-reader"), &role));
    assert_string_equal (role.partition, "aws");
    assert_string_equal (role.account, "210987654321");
    assert_string_equal (role.name, "shop-reader");
    assert_true (identity_read_role (SLICE ("arn:aws-cn:iam::210987654321:role/a/b/shop.reader@x"), &role));
    assert_string_equal (role.partition, "aws-cn");
    assert_string_equal (role.name, "shop.reader@x");
}

static void
what_is_no_role_is_not_read (void **state)
{
    (void) state;
    static const char *const ARNS [] = {
        "", "shop-reader", "arn:aws:iam::210987654321:role", "arn:aws:iam::210987654321:role/", "arn:aws:iam::210987654321:user/shop-reader",
        "arn:aws:iam::21098765432:role/x", "arn:aws:iam::21098765432x:role/x", "arn:aws:iam:eu-west-1:210987654321:role/x",
        "arn:gcp:iam::210987654321:role/x", "arn:aws:sts::210987654321:role/x", "arn:aws:iam::210987654321:role/x y",
        "arn:aws:iam::210987654321:role/a:b",
        "arn:aws:iam::210987654321:role/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };
    role_t role;
    for (size_t i = 0; i < sizeof ARNS / sizeof ARNS [0]; i++)
        if (identity_read_role (slice_of (ARNS [i]), &role))
            fail_msg ("\"%s\" is taken for a role", ARNS [i]);
}

static void
two_roles_are_not_taken_on_by_everybody (void **state)
{
    (void) state;
    assert_true (identity_trusts (&(role_t) { .name = "shop-reader" }, SLICE_ABSENT));
    assert_false (identity_trusts (&(role_t) { .name = "shop-untrusting" }, SLICE (IDENTITY_EXTERNAL_ID)));
    assert_false (identity_trusts (&(role_t) { .name = "shop-external" }, SLICE_ABSENT));
    assert_false (identity_trusts (&(role_t) { .name = "shop-external" }, SLICE ("another")));
    assert_true (identity_trusts (&(role_t) { .name = "shop-external" }, SLICE (IDENTITY_EXTERNAL_ID)));
}

static void
an_id_stays_the_same_and_says_of_what_it_is (void **state)
{
    (void) state;
    char one [IDENTITY_ID_SIZE], again [IDENTITY_ID_SIZE], other [IDENTITY_ID_SIZE];
    identity_id ("AROA", "a", one);
    identity_id ("AROA", "a", again);
    identity_id ("AROA", "b", other);
    assert_string_equal (one, again);
    assert_string_not_equal (one, other);
    assert_int_equal (strlen (one), 21);
    assert_memory_equal (one, "AROA", 4);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_role_is_read_from_its_arn),
        cmocka_unit_test (what_is_no_role_is_not_read),
        cmocka_unit_test (two_roles_are_not_taken_on_by_everybody),
        cmocka_unit_test (an_id_stays_the_same_and_says_of_what_it_is),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
