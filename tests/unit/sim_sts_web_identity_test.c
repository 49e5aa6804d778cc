#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base64.h"
#include "sim_sts_fixture.h"

//  Asks with a token of these claims.
static const char *
ask (issued_keys_t *issued, const char *role, const char *claims)
{
    buffer_t form;
    buffer_init (&form, 4096);
    buffer_printf (&form, "RoleArn=arn:aws:iam::210987654321:role/%s&RoleSessionName=pod&WebIdentityToken=", role);
    base64_url_encode (SLICE ("{\"alg\":\"RS256\"}"), &form);
    buffer_append_char (&form, '.');
    base64_url_encode (slice_of (claims), &form);
    buffer_append_text (&form, ".c2ln");
    buffer_append_char (&form, 0);
    const char *answer = sim_sts_ask (issued, &OPERATION_ASSUME_ROLE_WITH_WEB_IDENTITY, "", 0, form.data);
    buffer_deinit (&form);
    return answer;
}

#define CLAIMS(exp) "{\"iss\":\"https://oidc.example/id/1\",\"sub\":\"system:serviceaccount:shop:mcp\",\"aud\":\"sts.amazonaws.com\",\"exp\":" exp "}"

static void
whom_somebody_vouches_for_gets_the_roles_keys (void **state)
{
    const char *answer = ask (*state, "reader", CLAIMS ("1795388708"));
    ASSERT_SAYS (answer, "200 <AssumeRoleWithWebIdentityResponse ");
    ASSERT_SAYS (answer, "<SubjectFromWebIdentityToken>system:serviceaccount:shop:mcp</SubjectFromWebIdentityToken>"
                         "<Audience>sts.amazonaws.com</Audience><Provider>oidc.example/id/1</Provider><Credentials>");
    ASSERT_SAYS (answer, "<Arn>arn:aws:sts::210987654321:assumed-role/reader/pod</Arn>");
    assert_non_null (issued_keys_find (*state, sim_sts_element (answer, "AccessKeyId")));
}

static void
tokens_and_roles_that_are_not_good_are_refused (void **state)
{
    ASSERT_SAYS (ask (*state, "reader", CLAIMS ("1795388707")), "400 ");
    ASSERT_SAYS (ask (*state, "reader", CLAIMS ("1795388707")), "<Code>ExpiredTokenException</Code><Message>Token expired: current");
    ASSERT_SAYS (ask (*state, "reader", "{}"), "<Code>InvalidIdentityToken</Code>");
    ASSERT_SAYS (ask (*state, "shop-untrusting", CLAIMS ("1795388708")), "403 ");
    ASSERT_SAYS (ask (*state, "shop-untrusting", CLAIMS ("1795388708")), "<Code>AccessDenied</Code><Message>Not authorized to perform "
                                                                         "sts:AssumeRoleWithWebIdentity</Message>");
    ASSERT_SAYS (ask (*state, "re:ader", CLAIMS ("1795388708")), "<Message>Request ARN is invalid</Message>");
    ASSERT_SAYS (sim_sts_ask (*state, &OPERATION_ASSUME_ROLE_WITH_WEB_IDENTITY, "", 0,
                              "RoleArn=arn:aws:iam::210987654321:role/reader&RoleSessionName=pod"),
                 "Value null at 'webIdentityToken' failed to satisfy constraint: Member must not be null");
}

static void
no_signature_is_needed_here_alone (void **state)
{
    (void) state;
    for (const wire_operation_t *const *operation = OPERATIONS; *operation; operation++)
        assert_int_equal ((*operation)->open, *operation == &OPERATION_ASSUME_ROLE_WITH_WEB_IDENTITY);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (whom_somebody_vouches_for_gets_the_roles_keys, sim_sts_open, sim_sts_close),
        cmocka_unit_test_setup_teardown (tokens_and_roles_that_are_not_good_are_refused, sim_sts_open, sim_sts_close),
        cmocka_unit_test (no_signature_is_needed_here_alone),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
