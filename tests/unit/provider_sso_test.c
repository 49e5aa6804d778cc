#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"
#include "sso_token.h"

#include <time.h>

static const provider_t *const SSO [] = { &PROVIDER_SSO, NULL };

#define CONFIG "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n" \
               "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n"
#define CACHE  ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
#define ACCESS "verysecret-access"
#define KEYS   "{\"roleCredentials\":{\"accessKeyId\":\"" KEY_ID "\",\"secretAccessKey\":\"" SECRET "\",\"sessionToken\":\"" TOKEN \
               "\",\"expiration\":1893456000000}}"
#define TOKENS "{\"accessToken\":\"verysecret-new\",\"expiresIn\":28800,\"refreshToken\":\"verysecret-next\",\"tokenType\":\"Bearer\"}"

enum { MINUTE_MS = 60000 };

//  The cache's file: a token that is good for so long from now on, with or without what renews it.
static void
sign_in (find_stage_t *stage, int64_t left_ms, bool renewable)
{
    char when [32], text [512];
    time_t seconds = (time_t) ((clock_wall_ms (&stage->clock.source) + left_ms) / 1000);
    struct tm parts;
    gmtime_r (&seconds, &parts);
    strftime (when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &parts);
    snprintf (text, sizeof text, "{\"startUrl\":\"https://corp.example/start\",\"accessToken\":\"" ACCESS "\",\"expiresAt\":\"%s\"%s}", when,
              renewable ? ",\"clientId\":\"verysecret-id\",\"clientSecret\":\"verysecret-client\",\"refreshToken\":\"verysecret-refresh\"" : "");
    home_write (&stage->home, CACHE, text);
}

static int
begin (void **state)
{
    assert_int_equal (find_stage_begin (state), 0);
    find_stage_t *stage = *state;
    home_folder (&stage->home, ".aws/sso");
    home_folder (&stage->home, ".aws/sso/cache");
    home_write (&stage->home, ".aws/config", CONFIG);
    static char portal [64], oidc [64];
    snprintf (portal, sizeof portal, "%s", find_url (stage, ""));
    snprintf (oidc, sizeof oidc, "%s", find_url (stage, "/oidc"));
    stage->config.endpoints.url_of [AWS_SSO] = portal;
    stage->config.endpoints.url_of [AWS_SSO_OIDC] = oidc;
    stage->config.context.profile = "dev";
    stage->hurry = true;
    return 0;
}

#define SSO_TEST(name) cmocka_unit_test_setup_teardown (name, begin, find_stage_end)

static void
assert_asked_for_keys (const find_stage_t *stage, int request, const char *access_token)
{
    assert_string_equal (stage->requests [request].method, "GET");
    assert_string_equal (stage->requests [request].path, "/federation/credentials");
    assert_string_equal (stage->requests [request].query, "role_name=ReadOnly&account_id=123456789012");
    assert_string_equal (stage->requests [request].bearer, access_token);
    assert_string_equal (stage->requests [request].authorization, "");          //  It is not signed
}

static void
assert_asked_for_token (const find_stage_t *stage, int request)
{
    assert_string_equal (stage->requests [request].method, "POST");
    assert_string_equal (stage->requests [request].path, "/oidc/token");
    assert_string_equal (stage->requests [request].content_type, "application/json");
    assert_string_equal (stage->requests [request].body, "{\"clientId\": \"verysecret-id\", \"clientSecret\": \"verysecret-client\", "
                         "\"grantType\": \"refresh_token\", \"refreshToken\": \"verysecret-refresh\"}");
    assert_string_equal (stage->requests [request].bearer, "");
}

static void
expect (find_stage_t *stage, const char *sentence, bool passing)
{
    assert_int_equal (find_for (stage, SSO), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, sentence);
    assert_true (stage->passing == passing);
}

static void
a_token_that_is_good_is_exchanged_for_keys (void **state)
{
    find_stage_t *stage = *state;
    sign_in (stage, 16 * MINUTE_MS, true);
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, SSO), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
    assert_int_equal (stage->found.expires_ms, 1893456000000);
    assert_string_equal (stage->found.source, "IAM Identity Center");
    assert_int_equal (stage->requests_count, 1);
    assert_asked_for_keys (stage, 0, ACCESS);
}

static void
a_token_that_is_soon_to_expire_is_renewed_and_written_back (void **state)
{
    find_stage_t *stage = *state;
    sign_in (stage, 14 * MINUTE_MS, true);
    find_answers (stage, 200, TOKENS);
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, SSO), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
    assert_int_equal (stage->requests_count, 2);
    assert_asked_for_token (stage, 0);
    assert_asked_for_keys (stage, 1, "verysecret-new");

    sso_token_t token;
    buffer_t why;
    buffer_init (&why, 256);
    sso_token_init (&token);
    assert_int_equal (sso_token_load (&token, home_path (&stage->home, CACHE), &why), STATUS_OK);
    assert_true (slice_is (buffer_slice (&token.access_token), "verysecret-new"));
    assert_true (slice_is (buffer_slice (&token.refresh_token), "verysecret-next"));
    assert_true (token.expires_ms > clock_wall_ms (&stage->clock.source) + 7 * 60 * MINUTE_MS);
    sso_token_deinit (&token);
    find_server_forget (stage);
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, SSO), STATUS_OK);        //  The next look has it from the file
    assert_asked_for_keys (stage, 0, "verysecret-new");
}

static void
one_that_cannot_be_renewed_is_used_as_long_as_it_is_good (void **state)
{
    find_stage_t *stage = *state;
    sign_in (stage, MINUTE_MS, false);
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, SSO), STATUS_OK);
    assert_int_equal (stage->requests_count, 1);
    find_server_forget (stage);
    sign_in (stage, 14 * MINUTE_MS, true);
    find_answers (stage, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"verysecret\"}");
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, SSO), STATUS_OK);
    assert_int_equal (stage->requests_count, 2);
    assert_asked_for_keys (stage, 1, ACCESS);
}

static void
who_is_not_signed_in_is_told_how_to (void **state)
{
    find_stage_t *stage = *state;
    char wanted [512];
    snprintf (wanted, sizeof wanted, "The AWS profile \"dev\" signs in through IAM Identity Center, and nobody is signed in: there is no %s. "
              "Run: aws sso login --profile dev", home_path (&stage->home, CACHE));
    expect (stage, wanted, false);
    static const char expired [] = "The sign-in of the AWS profile \"dev\" through IAM Identity Center has expired. Run: aws sso login --profile dev";
    sign_in (stage, 0, false);
    expect (stage, expired, false);
    sign_in (stage, -MINUTE_MS, true);
    find_answers (stage, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"verysecret\"}");
    expect (stage, expired, false);
    assert_int_equal (stage->requests_count, 1);
    home_write (&stage->home, CACHE, "{\"accessToken\":\"verysecret\"}");
    snprintf (wanted, sizeof wanted, "The AWS profile \"dev\" signs in through IAM Identity Center, but %s has no expiresAt that is a time like "
              "2026-11-22T20:00:00Z. Run: aws sso login --profile dev", home_path (&stage->home, CACHE));
    expect (stage, wanted, false);
    home_set (&stage->home, "HOME", "");
    home_set (&stage->home, "AWS_CONFIG_FILE", home_path (&stage->home, ".aws/config"));
    expect (stage, "The AWS profile \"dev\" signs in through IAM Identity Center, but the cache of its sign-in cannot be found: "
            "HOME is not set.", false);
}

static void
what_the_portal_refuses_is_said (void **state)
{
    static const struct {
        int status;
        const char *body, *sentence;
        bool passing;
        int requests;
    } rows [] = {
        { 401, "{\"message\":\"verysecret\",\"__type\":\"com.amazonaws.switchboard.portal#UnauthorizedException\"}",
          "IAM Identity Center does not take the sign-in of the AWS profile \"dev\" any more. Run: aws sso login --profile dev", false, 1 },
        { 403, "{\"message\":\"verysecret\",\"__type\":\"com.amazonaws.switchboard.portal#ForbiddenException\"}",
          "IAM Identity Center refuses the AWS profile \"dev\" the role ReadOnly of the account 123456789012 (ForbiddenException): it is not "
          "assigned to whoever signed in. Look at sso_role_name and sso_account_id.", false, 1 },
        { 404, "{\"message\":\"verysecret\",\"__type\":\"ResourceNotFoundException\"}",
          "IAM Identity Center in eu-west-1 knows no role ReadOnly of the account 123456789012 (ResourceNotFoundException). Look at sso_role_name, "
          "sso_account_id and sso_region of the AWS profile \"dev\".", false, 1 },
        { 400, "{\"message\":\"verysecret\",\"__type\":\"InvalidRequestException\"}",
          "IAM Identity Center in eu-west-1 did not give the AWS profile \"dev\" its keys: InvalidRequestException.", false, 1 },
        { 503, "verysecret", "IAM Identity Center in eu-west-1 did not give the AWS profile \"dev\" its keys, asked 3 times: HTTP 503.", true, 3 },
        { 429, "{\"__type\":\"TooManyRequestsException\"}",
          "IAM Identity Center in eu-west-1 did not give the AWS profile \"dev\" its keys, asked 3 times: TooManyRequestsException.", true, 3 },
        { 200, "verysecret", "IAM Identity Center answered the AWS profile \"dev\" with something that is no set of keys.", true, 1 },
        { 200, "{\"roleCredentials\":{\"accessKeyId\":\"a\",\"secretAccessKey\":\"verysecret\",\"sessionToken\":\"verysecret\"}}",
          "IAM Identity Center answered the AWS profile \"dev\" with something that is no set of keys.", true, 1 },
    };
    find_stage_t *stage = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sign_in (stage, 60 * MINUTE_MS, true);
        find_server_forget (stage);
        find_answers (stage, rows [i].status, rows [i].body);
        expect (stage, rows [i].sentence, rows [i].passing);
        assert_int_equal (stage->requests_count, rows [i].requests);
    }
}

static void
trouble_that_passes_is_waited_for (void **state)
{
    find_stage_t *stage = *state;
    sign_in (stage, MINUTE_MS, true);
    find_answers (stage, 500, "");
    find_answers (stage, 429, "{\"error\":\"slow_down\"}");
    find_answers (stage, 200, TOKENS);
    find_answers (stage, 503, "");
    find_answers (stage, 502, "");
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, SSO), STATUS_OK);
    assert_int_equal (stage->requests_count, 6);
    for (int i = 0; i < 3; i++)
        assert_asked_for_token (stage, i);
    for (int i = 3; i < 6; i++)
        assert_asked_for_keys (stage, i, "verysecret-new");
}

static void
a_renewal_that_fails_for_good_says_what_to_do (void **state)
{
    find_stage_t *stage = *state;
    sign_in (stage, -MINUTE_MS, true);
    find_answers (stage, 503, "");
    expect (stage, "The sign-in of the AWS profile \"dev\" has expired, and IAM Identity Center in eu-west-1 could not renew it: HTTP 503. "
            "If it stays so, run: aws sso login --profile dev", true);
    assert_int_equal (stage->requests_count, 3);
    find_server_forget (stage);
    find_answers (stage, 200, "{\"accessToken\":\"verysecret\"}");
    expect (stage, "IAM Identity Center answered the renewal of the sign-in of the AWS profile \"dev\" with what is no token. "
            "If it does so again, run: aws sso login --profile dev", true);
}

//  Its folder is closed to us, or stands on a disk that is read only: the token is good all the same.
static void
a_token_that_cannot_be_written_back_is_used (void **state)
{
    find_stage_t *stage = *state;
    sign_in (stage, -MINUTE_MS, true);
    assert_int_equal (chmod (home_path (&stage->home, CACHE), 0644), 0);
    assert_int_equal (chmod (stage->home.home, 0755), 0);
    assert_int_equal (chmod (home_path (&stage->home, ".aws"), 0755), 0);
    assert_int_equal (chmod (home_path (&stage->home, ".aws/sso"), 0755), 0);
    assert_int_equal (chmod (home_path (&stage->home, ".aws/sso/cache"), 0555), 0);
    find_answers (stage, 200, TOKENS);
    find_answers (stage, 503, "");
    find_answers (stage, 200, KEYS);
    bool root = geteuid () == 0;
    if (root)
        assert_int_equal (seteuid (65534), 0);
    status_t status = find_for (stage, SSO);
    if (root)
        assert_int_equal (seteuid (0), 0);
    assert_int_equal (chmod (home_path (&stage->home, ".aws/sso/cache"), 0755), 0);
    assert_int_equal (status, STATUS_OK);
    assert_asked_for_keys (stage, 2, "verysecret-new");
}

//  The command line may renew it while we wait: a refresh token is good once.
static void
a_token_that_somebody_else_renewed_meanwhile_is_taken (void **state)
{
    find_stage_t *stage = *state;
    sign_in (stage, MINUTE_MS, true);
    find_answers (stage, 500, "");
    find_answers (stage, 200, KEYS);
    find_begin (stage, SSO);
    while (stage->requests_count == 0)
        find_turn (stage);
    sign_in (stage, 60 * MINUTE_MS, true);
    while (!stage->told)
        find_turn (stage);
    assert_int_equal (stage->status, STATUS_OK);
    assert_int_equal (stage->requests_count, 2);
    assert_asked_for_keys (stage, 1, ACCESS);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        SSO_TEST (a_token_that_is_good_is_exchanged_for_keys),
        SSO_TEST (a_token_that_is_soon_to_expire_is_renewed_and_written_back),
        SSO_TEST (one_that_cannot_be_renewed_is_used_as_long_as_it_is_good),
        SSO_TEST (who_is_not_signed_in_is_told_how_to),
        SSO_TEST (what_the_portal_refuses_is_said),
        SSO_TEST (trouble_that_passes_is_waited_for),
        SSO_TEST (a_renewal_that_fails_for_good_says_what_to_do),
        SSO_TEST (a_token_that_cannot_be_written_back_is_used),
        SSO_TEST (a_token_that_somebody_else_renewed_meanwhile_is_taken),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
