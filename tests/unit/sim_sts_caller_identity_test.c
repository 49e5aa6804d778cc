#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operations.h"
#include "query.h"

#include <stdio.h>
#include <string.h>

//  The identity that is told to whoever has this key.
static const char *
s_identity_of (const char *key_id)
{
    static char text [2048];
    wire_answer_t answer;
    query_answer (&OPERATION_GET_CALLER_IDENTITY, NULL, &(query_visitor_t) { .region = "eu-west-1", .key_id = key_id, .request_id = "id-1" },
                  SLICE ("Action=GetCallerIdentity&Version=2011-06-15"), &answer);
    assert_int_equal (answer.status, 200);
    snprintf (text, sizeof text, "%.*s", (int) answer.body.size, answer.body.data);
    buffer_deinit (&answer.body);
    return text;
}

static void
a_lasting_key_belongs_to_a_user_of_the_account (void **state)
{
    (void) state;
    const char *text = s_identity_of ("AKIDEXAMPLE");
    assert_non_null (strstr (text, "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"));
    assert_non_null (strstr (text, "<Arn>arn:aws:iam::123456789012:user/shop-reader</Arn>"));
    assert_non_null (strstr (text, "<Account>123456789012</Account>"));
    const char *user = strstr (text, "<UserId>AIDA");
    assert_non_null (user);
    assert_int_equal (strcspn (user + strlen ("<UserId>"), "<"), 21);
}

static void
a_temporary_key_belongs_to_a_role_that_was_taken_on (void **state)
{
    (void) state;
    const char *text = s_identity_of ("ASIAEXAMPLE");
    assert_non_null (strstr (text, "<Arn>arn:aws:sts::123456789012:assumed-role/shop-reader/shop-session</Arn>"));
    assert_non_null (strstr (text, "<UserId>AROA"));
    assert_non_null (strstr (text, ":shop-session</UserId>"));
}

static void
the_id_of_a_key_stays_and_differs_from_anothers (void **state)
{
    (void) state;
    char first [2048];
    snprintf (first, sizeof first, "%s", s_identity_of ("AKIDEXAMPLE"));
    assert_string_equal (s_identity_of ("AKIDEXAMPLE"), first);
    assert_string_not_equal (s_identity_of ("AKIDEXAMPLE2"), first);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_lasting_key_belongs_to_a_user_of_the_account),
        cmocka_unit_test (a_temporary_key_belongs_to_a_role_that_was_taken_on),
        cmocka_unit_test (the_id_of_a_key_stays_and_differs_from_anothers),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
