#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "assume_role.h"
#include "find_fixture.h"

#define ROLE "arn:aws:iam::123456789012:role/reader"
#define KEYS_XML(id, secret, token) "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" id "</AccessKeyId><SecretAccessKey>" secret \
    "</SecretAccessKey><SessionToken>" token "</SessionToken><Expiration>2026-11-23T00:05:07Z</Expiration></Credentials></AssumeRoleResult>" \
    "</AssumeRoleResponse>"
#define ERROR_XML(code, message) "<ErrorResponse><Error><Code>" code "</Code><Message>" message "</Message></Error></ErrorResponse>"

//  2026-11-23T00:05:07Z
static const int64_t END_MS = 1795392307000;

static find_role_t s_role;

//  The environment's keys, and a role to assume with them at the fixture's server.
static int
begin (void **state)
{
    static char url [256];
    int result = find_stage_begin (state);
    find_stage_t *stage = *state;
    home_set (&stage->home, "AWS_ACCESS_KEY_ID", "AKIDFIRST");
    home_set (&stage->home, "AWS_SECRET_ACCESS_KEY", "verysecretfirst");
    memcpy (url, find_url (stage, ""), sizeof url);
    s_role = (find_role_t) { .arn = SLICE (ROLE) };
    stage->config.role = &s_role;
    stage->config.endpoints.url_of [AWS_STS] = url;
    stage->config.region = "eu-west-1";
    stage->hurry = true;
    return result;
}

static const provider_t *const ENVIRONMENT [] = { &PROVIDER_ENVIRONMENT, NULL };

static void
a_role_is_assumed_with_the_keys_that_were_found (void **state)
{
    find_stage_t *stage = *state;
    find_answers (stage, 200, KEYS_XML (KEY_ID, SECRET, TOKEN));
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
    assert_int_equal (stage->found.expires_ms, END_MS);
    assert_string_equal (stage->found.source, "role");
    assert_int_equal (stage->requests_count, 1);
    const find_request_t *request = &stage->requests [0];
    assert_string_equal (request->method, "POST");
    assert_string_equal (request->path, "/");
    assert_string_equal (request->content_type, "application/x-www-form-urlencoded");
    assert_non_null (strstr (request->authorization, "Credential=AKIDFIRST/20261122/eu-west-1/sts/aws4_request"));
    assert_non_null (strstr (request->authorization, "SignedHeaders=content-type;host;x-amz-date,"));
    assert_string_equal (request->security_token, "");
    assert_string_equal (request->body, "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Freader"
                         "&RoleSessionName=cloudwatch-mcp-1795388707");
}

static void
what_is_known_of_the_role_is_sent_along (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, "AWS_SESSION_TOKEN", "verysecretsession");
    s_role = (find_role_t) { .arn = SLICE (ROLE), .session_name = SLICE ("on call"), .external_id = SLICE ("a/b"), .duration_s = 900 };
    find_answers (stage, 200, KEYS_XML (KEY_ID, SECRET, TOKEN));
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_OK);
    assert_string_equal (stage->requests [0].security_token, "verysecretsession");
    assert_non_null (strstr (stage->requests [0].body, "&RoleSessionName=on%20call&ExternalId=a%2Fb&DurationSeconds=900"));
}

static void
a_refusal_is_told_with_the_role_and_what_to_look_at (void **state)
{
    find_stage_t *stage = *state;
    find_answers (stage, 403, ERROR_XML ("AccessDenied", "User: x is not authorized"));
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_NO_CREDENTIALS);
    char wanted [512];
    snprintf (wanted, sizeof wanted, "STS at 127.0.0.1:%d did not give the keys of the role " ROLE ": AccessDenied: User: x is not authorized. "
              "Look at the role's trust policy, and at whether these credentials may sts:AssumeRole.", stage->port);
    assert_string_equal (stage->sentence, wanted);
    assert_false (stage->passing);
    assert_int_equal (stage->requests_count, 1);
}

static void
trouble_that_passes_is_tried_again_three_times_in_all_or_as_the_settings_say (void **state)
{
    find_stage_t *stage = *state;
    find_answers (stage, 503, "");
    find_answers (stage, 400, ERROR_XML ("Throttling", "slow"));
    find_answers (stage, 200, KEYS_XML (KEY_ID, SECRET, TOKEN));
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_OK);
    assert_int_equal (stage->requests_count, 3);
    find_server_forget (stage);
    find_answers (stage, 500, "");
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 3);
    assert_true (stage->passing);
    assert_non_null (strstr (stage->sentence, ": HTTP 500."));
    stage->config.attempts_max = 4;
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 3 + 4);
}

static void
a_network_that_fails_is_named (void **state)
{
    find_stage_t *stage = *state;
    stage->config.endpoints.url_of [AWS_STS] = "http://127.0.0.1:1";
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "STS at 127.0.0.1:1 could not be asked for the role " ROLE ": connection refused.");
    assert_true (stage->passing);
}

static void
without_a_region_or_an_endpoint_the_sentence_says_so (void **state)
{
    find_stage_t *stage = *state;
    stage->config.endpoints.url_of [AWS_STS] = "ftp://x";
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "AWS_ENDPOINT_URL_STS"));
    stage->config.region = NULL;
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "set AWS_REGION"));
    assert_int_equal (stage->requests_count, 0);
}

//  Our clock is ten minutes behind: AWS's Date says so, and the next signature has AWS's time.
static void
a_signature_of_another_time_is_made_again_with_aws_time (void **state)
{
    find_stage_t *stage = *state;
    stage->server_clock.wall_ms += 600000;
    find_answers (stage, 403, ERROR_XML ("SignatureDoesNotMatch", "Signature expired"));
    find_answers (stage, 200, KEYS_XML (KEY_ID, SECRET, TOKEN));
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_OK);
    assert_int_equal (stage->requests_count, 2);
    assert_memory_equal (stage->requests [0].date, "20261122T230507Z", 14);
    assert_memory_equal (stage->requests [1].date, "20261122T2315", 13);
    assert_true (stage->found.expires_ms < END_MS - 9 * 60000);       //  By our clock the keys end earlier
}

static void
keys_that_cannot_be_signed_with_or_read_are_an_error (void **state)
{
    find_stage_t *stage = *state;
    find_answers (stage, 200, "{}");
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "HTTP 200: the answer is not the XML that STS sends"));
    find_server_forget (stage);
    find_answers (stage, 200, KEYS_XML (KEY_ID, SECRET " x", TOKEN));
    assert_int_equal (find_for (stage, ENVIRONMENT), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "The secret access key of the role holds a blank"));
}

#define ROLE_TEST(name) cmocka_unit_test_setup_teardown (name, begin, find_stage_end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        ROLE_TEST (a_role_is_assumed_with_the_keys_that_were_found),
        ROLE_TEST (what_is_known_of_the_role_is_sent_along),
        ROLE_TEST (a_refusal_is_told_with_the_role_and_what_to_look_at),
        ROLE_TEST (trouble_that_passes_is_tried_again_three_times_in_all_or_as_the_settings_say),
        ROLE_TEST (a_network_that_fails_is_named),
        ROLE_TEST (without_a_region_or_an_endpoint_the_sentence_says_so),
        ROLE_TEST (a_signature_of_another_time_is_made_again_with_aws_time),
        ROLE_TEST (keys_that_cannot_be_signed_with_or_read_are_an_error),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
