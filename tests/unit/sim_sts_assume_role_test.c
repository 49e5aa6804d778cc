#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_sts_fixture.h"

#define ASK(form, key_id) sim_sts_ask (*state, &OPERATION_ASSUME_ROLE, key_id, 0, form)
#define ROLE(name) "RoleArn=arn%3Aaws%3Aiam%3A%3A210987654321%3Arole%2F" name

static void
a_role_is_answered_with_keys_that_end (void **state)
{
    const char *answer = ASK (ROLE ("ops%2Freader") "&RoleSessionName=on-call&DurationSeconds=900", "AKIDEXAMPLE");
    ASSERT_SAYS (answer, "200 <AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
                         "<Credentials><AccessKeyId>ASIA");
    ASSERT_SAYS (answer, "<Expiration>2026-11-22T23:20:07Z</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA");
    ASSERT_SAYS (answer, "<Arn>arn:aws:sts::210987654321:assumed-role/reader/on-call</Arn>");
    const issued_key_t *key = issued_keys_find (*state, sim_sts_element (answer, "AccessKeyId"));
    assert_non_null (key);
    assert_string_equal (sim_sts_element (answer, "SecretAccessKey"), key->secret);
    assert_string_equal (sim_sts_element (answer, "SessionToken"), key->token);
}

static void
keys_live_an_hour_when_nothing_is_asked_and_as_long_as_the_knob_says (void **state)
{
    ASSERT_SAYS (ASK (ROLE ("reader") "&RoleSessionName=on-call", "AKIDEXAMPLE"), "<Expiration>2026-11-23T00:05:07Z<");
    ASSERT_SAYS (sim_sts_ask (*state, &OPERATION_ASSUME_ROLE, "AKIDEXAMPLE", 20000, ROLE ("reader") "&RoleSessionName=on-call&DurationSeconds=900"),
                 "<Expiration>2026-11-22T23:05:27Z<");
}

static void
whoever_signed_with_the_keys_is_the_role_in_its_account (void **state)
{
    const char *answer = ASK (ROLE ("reader") "&RoleSessionName=on-call", "AKIDEXAMPLE");
    char id [ISSUED_KEYS_ID_SIZE];
    snprintf (id, sizeof id, "%.20s", sim_sts_element (answer, "AccessKeyId"));
    answer = sim_sts_ask (*state, &OPERATION_GET_CALLER_IDENTITY, id, 0, "");
    ASSERT_SAYS (answer, "<Arn>arn:aws:sts::210987654321:assumed-role/reader/on-call</Arn>");
    ASSERT_SAYS (answer, ":on-call</UserId><Account>210987654321</Account>");
    answer = ASK (ROLE ("shop-untrusting") "&RoleSessionName=on-call", id);
    ASSERT_SAYS (answer, "<Message>User: arn:aws:sts::210987654321:assumed-role/reader/on-call is not authorized to perform: sts:AssumeRole on");
    ASSERT_SAYS (ASK (ROLE ("other") "&RoleSessionName=on-call&DurationSeconds=3601", id), "exceeds the 1 hour session limit for roles assumed by");
    ASSERT_SAYS (ASK (ROLE ("other") "&RoleSessionName=on-call&DurationSeconds=3600", id), "200 ");
}

static void
what_may_not_be_asked_is_refused_as_the_sts_does (void **state)
{
    static const struct { const char *form, *says; } ROWS [] = {
        { "RoleSessionName=on-call", "400 <ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>" },
        { "RoleSessionName=on-call", "<Code>ValidationError</Code><Message>1 validation error detected: Value null at 'roleArn'" },
        { "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Freader&RoleSessionName=on-call", "<Message>arn:aws:iam::1:role/reader is invalid</Message>" },
        { ROLE ("reader") "&RoleSessionName=on+call", "Value 'on call' at 'roleSessionName' failed to satisfy constraint" },
        { ROLE ("reader") "&RoleSessionName=x", "Member must have length greater than or equal to 2" },
        { ROLE ("reader") "&RoleSessionName=on-call&DurationSeconds=899", "Value '899' at 'durationSeconds' failed to satisfy constraint" },
        { ROLE ("reader") "&RoleSessionName=on-call&DurationSeconds=43201", "Member must have value less than or equal to 43200" },
        { ROLE ("reader") "&RoleSessionName=on-call&DurationSeconds=1h", "<Code>MalformedInput</Code>" },
        { ROLE ("reader") "&RoleSessionName=on-call&ExternalId=x", "Value 'x' at 'externalId'" },
        { ROLE ("shop-untrusting") "&RoleSessionName=on-call", "403 " },
        { ROLE ("shop-untrusting") "&RoleSessionName=on-call", "<Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/shop-reader "
          "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/shop-untrusting</Message>" },
        { ROLE ("shop-external") "&RoleSessionName=on-call", "<Code>AccessDenied</Code>" },
        { ROLE ("shop-external") "&RoleSessionName=on-call&ExternalId=" IDENTITY_EXTERNAL_ID, "200 " },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++)
        ASSERT_SAYS (ASK (ROWS [i].form, "AKIDEXAMPLE"), ROWS [i].says);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_role_is_answered_with_keys_that_end, sim_sts_open, sim_sts_close),
        cmocka_unit_test_setup_teardown (keys_live_an_hour_when_nothing_is_asked_and_as_long_as_the_knob_says, sim_sts_open, sim_sts_close),
        cmocka_unit_test_setup_teardown (whoever_signed_with_the_keys_is_the_role_in_its_account, sim_sts_open, sim_sts_close),
        cmocka_unit_test_setup_teardown (what_may_not_be_asked_is_refused_as_the_sts_does, sim_sts_open, sim_sts_close),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
