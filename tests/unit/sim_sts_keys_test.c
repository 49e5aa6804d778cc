#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_sts_fixture.h"
#include "sts_keys.h"

static void
patterns_are_those_of_the_model (void **state)
{
    (void) state;
    assert_true (STS_KEYS_SESSION_NAME.matches (SLICE ("on-call_1+=,.@")));
    assert_false (STS_KEYS_SESSION_NAME.matches (SLICE ("on:call")));
    assert_true (STS_KEYS_EXTERNAL_ID.matches (SLICE ("a:b/c-1+=,.@")));
    assert_false (STS_KEYS_EXTERNAL_ID.matches (SLICE ("a b")));
    assert_false (STS_KEYS_EXTERNAL_ID.matches (SLICE ("a\0b")));
}

//  The longest names that may be asked for, in the longest partition.
static void
the_longest_names_are_told_whole (void **state)
{
    #define LONG "0123456789012345678901234567890123456789012345678901234567890123"
    const char *answer = sim_sts_ask (*state, &OPERATION_ASSUME_ROLE, "AKIDEXAMPLE", 0,
                                      "RoleArn=arn:aws-long-enough:iam::210987654321:role/" LONG "&RoleSessionName=" LONG);
    ASSERT_SAYS (answer, "<Arn>arn:aws-long-enough:sts::210987654321:assumed-role/" LONG "/" LONG "</Arn>");
    ASSERT_SAYS (answer, ":" LONG "</AssumedRoleId>");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (patterns_are_those_of_the_model),
        cmocka_unit_test_setup_teardown (the_longest_names_are_told_whole, sim_sts_open, sim_sts_close),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
