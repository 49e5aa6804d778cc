#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"
#include "sso_profile.h"

#define SESSION "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n" \
                "sso_registration_scopes = sso:account:access\n"
#define ROLE    "sso_account_id = 123456789012\nsso_role_name = Read Only/+\u00e4\n"
#define LEGACY  "sso_start_url = https://old.example/start\nsso_region = us-gov-west-1\n"

//  A provider that reads the profile, keeps what it got, and asks nobody.
static struct {
    bool read;
    char cache_name [64], region [64], role [128], account [64], query [256], login [128];
    bool endpoint_asked, endpoint_found;
    char url [sizeof ((endpoint_t *) 0)->url];
} s_seen;

static void
seen_begin (find_t *find)
{
    sso_profile_t profile = { .region = NULL };
    s_seen.read = sso_profile_read (find, &profile);
    if (!s_seen.read)
        return;
    find_copy (s_seen.cache_name, sizeof s_seen.cache_name, profile.cache_name);
    find_copy (s_seen.region, sizeof s_seen.region, slice_of (profile.region));
    find_copy (s_seen.role, sizeof s_seen.role, slice_of (profile.role));
    find_copy (s_seen.account, sizeof s_seen.account, slice_of (profile.account));
    find_copy (s_seen.query, sizeof s_seen.query, slice_of (profile.query));
    find_copy (s_seen.login, sizeof s_seen.login, slice_of (profile.login));
    if (s_seen.endpoint_asked) {
        endpoint_t endpoint;
        s_seen.endpoint_found = sso_profile_endpoint (find, &profile, AWS_SSO, &endpoint);
        if (!s_seen.endpoint_found)
            return;
        find_copy (s_seen.url, sizeof s_seen.url, slice_of (endpoint.url));
    }
    find_broken (find, false, "It was read.");
}

static const provider_t SEEN = { .name = "seen", .begin = seen_begin, .of_profile = true };
static const provider_t *const READ [] = { &SEEN, NULL };

static const char *
look (find_stage_t *stage, const char *profile, const char *config)
{
    memset (&s_seen, 0, offsetof (typeof (s_seen), endpoint_asked));
    s_seen.endpoint_found = false;
    home_write (&stage->home, ".aws/config", config);
    stage->config.context.profile = profile;
    assert_int_equal (find_for (stage, READ), STATUS_NO_CREDENTIALS);
    assert_false (stage->passing);
    return stage->sentence;
}

static void
a_session_says_where_and_the_profile_says_who (void **state)
{
    look (*state, "dev", SESSION "[profile dev]\nsso_session = corp\n" ROLE);
    assert_true (s_seen.read);
    assert_string_equal (s_seen.cache_name, "corp");
    assert_string_equal (s_seen.region, "eu-west-1");
    assert_string_equal (s_seen.role, "Read Only/+\u00e4");
    assert_string_equal (s_seen.account, "123456789012");
    assert_string_equal (s_seen.query, "role_name=Read%20Only%2F%2B%C3%A4&account_id=123456789012");
    assert_string_equal (s_seen.login, "aws sso login --profile dev");
}

static void
without_a_session_the_profile_says_all_of_it (void **state)
{
    look (*state, "my dev", "[profile \"my dev\"]\n" LEGACY ROLE);
    assert_true (s_seen.read);
    assert_string_equal (s_seen.cache_name, "https://old.example/start");
    assert_string_equal (s_seen.region, "us-gov-west-1");
    assert_string_equal (s_seen.login, "aws sso login --profile \"my dev\"");
}

static void
a_profile_may_repeat_its_session_but_not_contradict_it (void **state)
{
    look (*state, "dev", SESSION "[profile dev]\nsso_session = corp\nsso_region = eu-west-1\n" ROLE);
    assert_true (s_seen.read);
    assert_string_equal (look (*state, "dev", SESSION "[profile dev]\nsso_session = corp\nsso_region = us-east-1\n" ROLE),
        "The AWS profile \"dev\" and its sso-session \"corp\" have different values for sso_region. Take it out of the profile.");
    assert_string_equal (look (*state, "dev", SESSION "[profile dev]\nsso_session = corp\nsso_start_url = https://x\n" ROLE),
        "The AWS profile \"dev\" and its sso-session \"corp\" have different values for sso_start_url. Take it out of the profile.");
}

static void
what_has_neither_account_nor_role_is_not_here (void **state)
{
    static const char *const configs [] = {
        "[profile dev]\nregion = eu-west-1\n", SESSION "[profile dev]\nsso_session = corp\n", ("[profile dev]\n" LEGACY),
    };
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
        look (*state, "dev", configs [i]);
        assert_false (s_seen.read);
        assert_null (strstr (((find_stage_t *) *state)->sentence, "Identity Center"));
    }
}

static void
what_is_missing_or_wrong_is_named (void **state)
{
    static const struct {
        const char *config, *words;
    } rows [] = {
        { SESSION "[profile dev]\nsso_session = corp\nsso_role_name = r\n", "but has no sso_account_id. Run: aws configure sso" },
        { SESSION "[profile dev]\nsso_session = corp\nsso_account_id = 1\n", "but has no sso_role_name. Run: aws configure sso" },
        { "[profile dev]\nsso_region = eu-west-1\n" ROLE, "but has no sso_start_url. Run: aws configure sso" },
        { "[profile dev]\nsso_start_url = https://x\n" ROLE, "but has no sso_region. Run: aws configure sso" },
        { "[sso-session corp]\n[profile dev]\nsso_session = corp\n" ROLE, "but has no sso_start_url. Run: aws configure sso" },
        { "[profile dev]\nsso_start_url = https://x\nsso_region = evil.com/#\n" ROLE,
          "The sso_region of the AWS profile \"dev\" is no region: regions are written like eu-central-1." },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strstr (look (*state, "dev", rows [i].config), rows [i].words))
            fail_msg ("%s: not \"%s\"", ((find_stage_t *) *state)->sentence, rows [i].words);
    char wanted [256];
    snprintf (wanted, sizeof wanted, "The AWS profile \"dev\" names the sso_session \"corp\", which is not in %s. Run: aws configure sso-session",
              home_path (&((find_stage_t *) *state)->home, ".aws/config"));
    assert_string_equal (look (*state, "dev", "[profile dev]\nsso_session = corp\n" ROLE), wanted);
    char config [1200] = "[profile dev]\n" LEGACY "sso_account_id = 1\nsso_role_name = ";
    size_t size = strlen (config);
    memset (config + size, 'x', sizeof config - 1 - size);
    assert_string_equal (look (*state, "dev", config), "sso_role_name or sso_account_id of the AWS profile \"dev\" is longer than any is.");
}

static void
it_is_asked_in_the_region_of_the_sign_in_or_where_the_settings_say (void **state)
{
    static const char plain [] = "[profile dev]\n" LEGACY ROLE;
    find_stage_t *stage = *state;
    s_seen.endpoint_asked = true;
    look (stage, "dev", plain);
    assert_string_equal (s_seen.url, "https://portal.sso.us-gov-west-1.amazonaws.com");
    stage->config.endpoints.url_of [AWS_SSO] = "https://of.its.own";
    look (stage, "dev", plain);
    assert_string_equal (s_seen.url, "https://of.its.own");
    s_seen.endpoint_asked = false;
}

static void
an_endpoint_that_is_none_is_an_error_that_says_for_what (void **state)
{
    find_stage_t *stage = *state;
    s_seen.endpoint_asked = true;
    stage->config.endpoints.url_of [AWS_SSO] = "http://elsewhere.example";
    assert_string_equal (look (stage, "dev", "[profile dev]\n" LEGACY ROLE), "The AWS profile \"dev\" signs in through IAM Identity Center. "
        "AWS_ENDPOINT_URL_SSO is plain http to another machine: use https, or allow it with --insecure-endpoint.");
    s_seen.endpoint_asked = false;
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (a_session_says_where_and_the_profile_says_who),
        FIND_TEST (without_a_session_the_profile_says_all_of_it),
        FIND_TEST (a_profile_may_repeat_its_session_but_not_contradict_it),
        FIND_TEST (what_has_neither_account_nor_role_is_not_here),
        FIND_TEST (what_is_missing_or_wrong_is_named),
        FIND_TEST (it_is_asked_in_the_region_of_the_sign_in_or_where_the_settings_say),
        FIND_TEST (an_endpoint_that_is_none_is_an_error_that_says_for_what),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
