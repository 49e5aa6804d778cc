#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

static const provider_t *const WEB_IDENTITY [] = { &PROVIDER_WEB_IDENTITY, NULL };

#define ROLE "arn:aws:iam::123456789012:role/shop"
#define FILE_VARIABLE "AWS_WEB_IDENTITY_TOKEN_FILE"
#define JWT "verysecret.eyJhbGciOiJSUzI1NiJ9.c2ln"
#define KEYS "<R><X><Credentials><AccessKeyId>" KEY_ID "</AccessKeyId><SecretAccessKey>" SECRET "</SecretAccessKey><SessionToken>" TOKEN \
    "</SessionToken><Expiration>2026-11-23T00:05:07Z</Expiration></Credentials></X></R>"
#define ERROR_OF(code, message) "<ErrorResponse><Error><Code>" code "</Code><Message>" message "</Message></Error></ErrorResponse>"

//  The stage with a region, an STS, and a token in the file "token"; nothing is configured yet.
static find_stage_t *
bare_stage (void **state)
{
    find_stage_t *stage = *state;
    static char url [64];
    snprintf (url, sizeof url, "%s", find_url (stage, ""));
    stage->config.region = "eu-central-1";
    stage->config.endpoints.url_of [AWS_STS] = url;
    home_write (&stage->home, "token", JWT "\n");
    return stage;
}

//  …and with the variables.
static find_stage_t *
stage_of (void **state)
{
    find_stage_t *stage = bare_stage (state);
    home_set (&stage->home, FILE_VARIABLE, home_path (&stage->home, "token"));
    home_set (&stage->home, "AWS_ROLE_ARN", ROLE);
    return stage;
}

//  The sentence of a failed request: FILE is the token's file, where the variable names it, and the server's port follows the URL.
static void
assert_said (const find_stage_t *stage, const char *asked, const char *words)
{
    char text [4096];
    snprintf (text, sizeof text,
              "The token in %s (" FILE_VARIABLE ") did not give the keys of the role " ROLE ". STS at http://127.0.0.1:%d, asked %s, %s",
              home_path (&stage->home, "token"), stage->port, asked, words);
    assert_string_equal (stage->sentence, text);
    assert_int_equal (stage->status, STATUS_NO_CREDENTIALS);
}

static void
without_a_token_file_there_is_no_web_identity (void **state)
{
    find_stage_t *stage = bare_stage (state);
    home_set (&stage->home, "AWS_ROLE_ARN", ROLE);
    home_write (&stage->home, ".aws/config", "[default]\nrole_arn = " ROLE "\n");
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "Looked at: AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN."));
    assert_int_equal (stage->requests_count, 0);
}

static void
the_token_becomes_the_role_s_keys (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_ROLE_SESSION_NAME", "shop@pod");
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
    assert_int_equal (stage->found.expires_ms, INT64_C (1795392307000));
    assert_string_equal (stage->found.source, "web identity");
    assert_int_equal (stage->requests_count, 1);
    assert_string_equal (stage->requests [0].method, "POST");
    assert_string_equal (stage->requests [0].path, "/");
    assert_string_equal (stage->requests [0].content_type, "application/x-www-form-urlencoded");
    assert_string_equal (stage->requests [0].authorization, "");
    assert_string_equal (stage->requests [0].body, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012"
                         "%3Arole%2Fshop&RoleSessionName=shop%40pod&WebIdentityToken=" JWT);
}

static void
a_session_without_a_name_is_called_by_the_time (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_OK);
    assert_non_null (strstr (stage->requests [0].body, "&RoleSessionName=cloudwatch-mcp-1795388"));
}

//  2026-11-23T00:05:07Z by AWS's clock, which its Date tells.
static void
keys_end_by_our_clock_when_it_is_wrong (void **state)
{
    find_stage_t *stage = stage_of (state);
    static const int64_t AWS_AHEAD_MS [] = { 600000, -7200000 };
    for (size_t i = 0; i < 2; i++) {
        stage->server_clock.wall_ms += AWS_AHEAD_MS [i];
        find_answers (stage, 200, KEYS);
        assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_OK);
        int64_t wanted_ms = INT64_C (1795392307000) - AWS_AHEAD_MS [i];
        assert_in_range (stage->found.expires_ms, wanted_ms - 1000, wanted_ms + 1000);          //  A Date has whole seconds
        stage->server_clock.wall_ms -= AWS_AHEAD_MS [i];
    }
}

static void
the_token_is_read_anew_for_each_look (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_OK);
    home_write (&stage->home, "token", "verysecretsecond");
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_OK);
    assert_non_null (strstr (stage->requests [0].body, "&WebIdentityToken=" JWT));
    assert_non_null (strstr (stage->requests [1].body, "&WebIdentityToken=verysecretsecond"));
}

static void
a_profile_may_name_file_role_and_session (void **state)
{
    find_stage_t *stage = bare_stage (state);
    char config [512];
    snprintf (config, sizeof config, "[profile job]\nrole_arn = " ROLE "\nweb_identity_token_file = %s\nrole_session_name = nightly\n",
              home_path (&stage->home, "token"));
    home_write (&stage->home, ".aws/config", config);
    stage->config.context.profile = "job";
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
    assert_non_null (strstr (stage->requests [0].body, "role%2Fshop&RoleSessionName=nightly&WebIdentityToken=" JWT));
}

static void
variables_go_before_the_profile_unless_it_was_asked_for_by_flag (void **state)
{
    find_stage_t *stage = stage_of (state);
    char config [512];
    snprintf (config, sizeof config, "[profile job]\nrole_arn = arn:aws:iam::123456789012:role/job\nweb_identity_token_file = %s\n",
              home_path (&stage->home, "token"));
    home_write (&stage->home, ".aws/config", config);
    find_answers (stage, 200, KEYS);
    stage->config.context.profile = "job";
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_OK);
    home_set (&stage->home, "AWS_PROFILE", "job");
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_OK);
    assert_non_null (strstr (stage->requests [0].body, "role%2Fjob&"));
    assert_non_null (strstr (stage->requests [1].body, "role%2Fshop&"));
}

static void
what_is_half_configured_says_what_is_missing (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_ROLE_ARN", "");
    find_for (stage, WEB_IDENTITY);
    assert_string_equal (stage->sentence, FILE_VARIABLE " is set, but AWS_ROLE_ARN is not. Set both: in EKS the service account's annotation "
                         "eks.amazonaws.com/role-arn does.");
    home_set (&stage->home, FILE_VARIABLE, "");
    home_write (&stage->home, ".aws/config", "[default]\nweb_identity_token_file = /t\n");
    find_for (stage, WEB_IDENTITY);
    assert_string_equal (stage->sentence, "The AWS profile \"default\" has web_identity_token_file, but no role_arn.");
    assert_false (stage->passing);
}

static void
a_region_is_needed_and_an_sts_that_may_be_asked (void **state)
{
    find_stage_t *stage = stage_of (state);
    stage->config.region = NULL;
    find_for (stage, WEB_IDENTITY);
    assert_string_equal (stage->sentence, "The role " ROLE " is asked for at the STS of a region, and none is known: set AWS_REGION.");
    stage->config.region = "eu-central-1";
    stage->config.endpoints.url_of [AWS_STS] = "http://sts.example.com";
    find_for (stage, WEB_IDENTITY);
    assert_string_equal (stage->sentence, "The STS for the role " ROLE " cannot be asked. AWS_ENDPOINT_URL_STS is plain http to another machine: use "
                         "https, or allow it with --insecure-endpoint.");
    assert_int_equal (stage->requests_count, 0);
}

static void
a_file_without_a_token_is_named_with_its_variable (void **state)
{
    static const struct {
        const char *content, *why;
    } CASES [] = {
        { "", "is empty" }, { "verysecret\nverysecret", "holds a line break or another character that no token has" }, { NULL, "does not exist" },
    };
    find_stage_t *stage = stage_of (state);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char text [512];
        if (CASES [i].content)
            home_write (&stage->home, "token", CASES [i].content);
        else
            assert_int_equal (unlink (home_path (&stage->home, "token")), 0);
        assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_NO_CREDENTIALS);
        snprintf (text, sizeof text, FILE_VARIABLE " names %s, which %s. In EKS this file is mounted into the pod: see that it is there and that "
                  "this process may read it.", home_path (&stage->home, "token"), CASES [i].why);
        assert_string_equal (stage->sentence, text);
    }
    assert_int_equal (stage->requests_count, 0);
}

static void
each_refusal_says_what_to_look_at (void **state)
{
    static const struct {
        const char *body, *words;
        bool passing;
    } CASES [] = {
        { ERROR_OF ("InvalidIdentityToken", "No OpenIDConnect provider found"),
          "says InvalidIdentityToken: No OpenIDConnect provider found. IAM must have an identity provider for the token's issuer (the cluster's OIDC "
          "provider), with the token's audience, which is mostly sts.amazonaws.com.", false },
        { ERROR_OF ("ExpiredTokenException", "Token expired: current date/time must be before the expiration date/time"),
          "says ExpiredTokenException: Token expired: current date/time must be before the expiration date/time. The file is read anew each time, "
          "so whoever renews it does not: the kubelet, for a pod's token.", true },
        { ERROR_OF ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
          "says AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity. Look at the role's trust policy: its conditions on the "
          "token's sub and aud must fit, and the service account's annotation eks.amazonaws.com/role-arn must name this role.", false },
        { ERROR_OF ("ValidationError", "1 error"), "says ValidationError: 1 error. Look at the role's ARN and at the session's name.", false },
        { ERROR_OF ("SomethingNew", "It is new."), "says SomethingNew: It is new.", false },
        { ERROR_OF ("InvalidIdentityToken", "bad token " JWT),
          "says InvalidIdentityToken. IAM must have an identity provider for the token's issuer (the cluster's OIDC provider), with the token's "
          "audience, which is mostly sts.amazonaws.com.", false },
    };
    find_stage_t *stage = stage_of (state);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        find_server_forget (stage);
        find_answers (stage, 400, CASES [i].body);
        find_for (stage, WEB_IDENTITY);
        assert_said (stage, "1 time", CASES [i].words);
        assert_int_equal (stage->passing, CASES [i].passing);
        assert_int_equal (stage->requests_count, 1);
    }
}

static void
trouble_is_asked_again_and_success_ends_it (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 400, ERROR_OF ("IDPCommunicationError", "try again"));
    find_answers (stage, 503, "");
    find_answers (stage, 200, KEYS);
    stage->hurry = true;
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_OK);
    assert_int_equal (stage->requests_count, 3);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
}

static void
a_wait_that_sts_asks_for_is_kept (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_told_t *told = find_answers (stage, 400, ERROR_OF ("Throttling", "Rate exceeded"));
    told->fields [0] = (http_field_t) { "x-amz-retry-after", "4000" };
    find_answers (stage, 200, KEYS);
    int64_t began_ms = stage->clock.wall_ms;
    stage->hurry = true;
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_OK);
    assert_true (stage->clock.wall_ms - began_ms >= 4000);
}

static void
trouble_that_stays_is_told_after_three_attempts (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 400, ERROR_OF ("IDPCommunicationError", "the provider does not answer"));
    stage->hurry = true;
    find_for (stage, WEB_IDENTITY);
    assert_int_equal (stage->requests_count, 3);
    assert_true (stage->passing);
    assert_said (stage, "3 times", "says IDPCommunicationError: the provider does not answer.");
}

static void
it_is_asked_as_often_as_the_settings_say (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 503, "");
    stage->config.attempts_max = 5;
    stage->hurry = true;
    find_for (stage, WEB_IDENTITY);
    assert_int_equal (stage->requests_count, 5);
    stage->config.attempts_max = 1;
    find_for (stage, WEB_IDENTITY);
    assert_int_equal (stage->requests_count, 5 + 1);
}

static void
an_sts_that_is_not_there_is_an_error_that_may_pass (void **state)
{
    find_stage_t *stage = stage_of (state);
    stage->config.endpoints.url_of [AWS_STS] = "http://127.0.0.1:1";
    stage->hurry = true;
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_NO_CREDENTIALS);
    assert_true (stage->passing);
    assert_non_null (strstr (stage->sentence, " STS at http://127.0.0.1:1, asked 3 times, could not be reached: "));
}

static void
an_answer_without_keys_is_an_error (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, "<html>verysecret</html>");
    assert_int_equal (find_for (stage, WEB_IDENTITY), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 1);
    assert_non_null (strstr (stage->sentence, ", asked 1 time, says HTTP 200: "));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (without_a_token_file_there_is_no_web_identity),
        FIND_TEST (the_token_becomes_the_role_s_keys),
        FIND_TEST (a_session_without_a_name_is_called_by_the_time),
        FIND_TEST (the_token_is_read_anew_for_each_look),
        FIND_TEST (keys_end_by_our_clock_when_it_is_wrong),
        FIND_TEST (a_profile_may_name_file_role_and_session),
        FIND_TEST (variables_go_before_the_profile_unless_it_was_asked_for_by_flag),
        FIND_TEST (what_is_half_configured_says_what_is_missing),
        FIND_TEST (a_region_is_needed_and_an_sts_that_may_be_asked),
        FIND_TEST (a_file_without_a_token_is_named_with_its_variable),
        FIND_TEST (each_refusal_says_what_to_look_at),
        FIND_TEST (trouble_is_asked_again_and_success_ends_it),
        FIND_TEST (a_wait_that_sts_asks_for_is_kept),
        FIND_TEST (trouble_that_stays_is_told_after_three_attempts),
        FIND_TEST (it_is_asked_as_often_as_the_settings_say),
        FIND_TEST (an_sts_that_is_not_there_is_an_error_that_may_pass),
        FIND_TEST (an_answer_without_keys_is_an_error),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
