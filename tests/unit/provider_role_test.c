#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

#define KEYS "aws_access_key_id = AKIDBASE\naws_secret_access_key = verysecretbase\n"
#define ROLE_OF(name) "role_arn = arn:aws:iam::123456789012:role/" name "\n"
#define KEYS_XML(id) "<R><X><Credentials><AccessKeyId>" id "</AccessKeyId><SecretAccessKey>" SECRET "</SecretAccessKey><SessionToken>" TOKEN \
    "</SessionToken><Expiration>2026-11-23T00:05:07Z</Expiration></Credentials></X></R>"

//  The files, and what must come of them: the roles that are assumed, each with which key, or words of the sentence.
typedef struct {
    const char *config, *credentials;
    const char *roles [6] [2];          //  Name, and the key id that asks
    const char *words;
} row_t;

static const row_t ROWS [] = {
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\n[profile b]\n" KEYS, NULL, { { "A", "AKIDBASE" } }, NULL },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\n", "[b]\n" KEYS, { { "A", "AKIDBASE" } }, NULL },
    //  A chain: the last role first, each with the keys of the one before
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\n[profile b]\n" ROLE_OF ("B") "source_profile = c\n[profile c]\n" KEYS, NULL,
      { { "B", "AKIDBASE" }, { "A", "ASIA1" } }, NULL },
    //  Static keys end the way, also those of the profile itself
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\n[profile b]\n" ROLE_OF ("B") "source_profile = a\n" KEYS, NULL,
      { { "A", "AKIDBASE" } }, NULL },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = a\n" KEYS, NULL, { { "A", "AKIDBASE" } }, NULL },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = a\n", NULL, { { 0 } }, "leads in a circle: source_profile of \"a\" is \"a\"" },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\n[profile b]\n" ROLE_OF ("B") "source_profile = a\n", NULL, { { 0 } },
      "leads in a circle: source_profile of \"b\" is \"a\"" },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = nowhere\n", NULL, { { 0 } }, "\"nowhere\" is in neither" },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\n[profile b]\nregion = eu-west-1\n", NULL, { { 0 } }, "\"b\" gives no credentials" },
    { "[profile a]\n" ROLE_OF ("A"), NULL, { { 0 } }, "neither source_profile nor credential_source" },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\ncredential_source = Environment\n", NULL, { { 0 } },
      "both source_profile and credential_source" },
    { "[profile a]\n" ROLE_OF ("A") "credential_source = Environment\n", NULL, { { "A", "AKIDENVIRONMENT" } }, NULL },
    { "[profile a]\n" ROLE_OF ("A") "credential_source = EcsContainer\n", NULL, { { 0 } },
      "\"a\" has its credentials from the container, but there are none: looked at AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" },
    { "[profile a]\n" ROLE_OF ("A") "credential_source = Moon\n", NULL, { { 0 } }, "credential_source = Moon; it may be" },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\nmfa_serial = arn:aws:iam::1:mfa/x\n[profile b]\n" KEYS, NULL, { { 0 } },
      "\"a\" has mfa_serial" },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\n[profile b]\n" ROLE_OF ("B") "source_profile = c\nmfa_serial = x\n[profile c]\n" KEYS, NULL,
      { { 0 } }, "\"b\" has mfa_serial" },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\nduration_seconds = 899\n[profile b]\n" KEYS, NULL, { { 0 } },
      "duration_seconds = 899; a role's keys last 900 to 43200 s" },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\nduration_seconds = long\n[profile b]\n" KEYS, NULL, { { "A", "AKIDBASE" } }, NULL },
    //  Five roles, and six
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\n[profile b]\n" ROLE_OF ("B") "source_profile = c\n[profile c]\n" ROLE_OF ("C")
      "source_profile = d\n[profile d]\n" ROLE_OF ("D") "source_profile = e\n[profile e]\n" ROLE_OF ("E") "source_profile = f\n[profile f]\n"
      KEYS, NULL,
      { { "E", "AKIDBASE" }, { "D", "ASIA1" }, { "C", "ASIA2" }, { "B", "ASIA3" }, { "A", "ASIA4" } }, NULL },
    { "[profile a]\n" ROLE_OF ("A") "source_profile = b\n[profile b]\n" ROLE_OF ("B") "source_profile = c\n[profile c]\n" ROLE_OF ("C")
      "source_profile = d\n[profile d]\n" ROLE_OF ("D") "source_profile = e\n[profile e]\n" ROLE_OF ("E") "source_profile = f\n[profile f]\n"
      ROLE_OF ("F") "source_profile = g\n[profile g]\n" KEYS, NULL, { { 0 } }, "leads through more than 5 roles" },
};

static void
check_roles (const find_stage_t *stage, const row_t *row)
{
    int count = 0;
    for (; count < 6 && row->roles [count] [0]; count++) {
        char role [64], key [64];
        assert_true (count < stage->requests_count);
        snprintf (role, sizeof role, "role%%2F%s&", row->roles [count] [0]);
        snprintf (key, sizeof key, "Credential=%s/", row->roles [count] [1]);
        assert_non_null (strstr (stage->requests [count].body, role));
        assert_non_null (strstr (stage->requests [count].authorization, key));
    }
    assert_int_equal (stage->requests_count, count);
}

static void
run_row (find_stage_t *stage, const row_t *row)
{
    static const char *const answers [] = { KEYS_XML ("ASIA1"), KEYS_XML ("ASIA2"), KEYS_XML ("ASIA3"), KEYS_XML ("ASIA4"), KEYS_XML ("ASIA5") };
    static char url [256];
    memcpy (url, find_url (stage, ""), sizeof url);
    stage->config.endpoints.url_of [AWS_STS] = url;
    stage->config.region = "eu-west-1";
    stage->config.context.profile = "a";
    for (size_t i = 0; i < sizeof answers / sizeof answers [0]; i++)
        find_answers (stage, 200, answers [i]);
    home_write (&stage->home, ".aws/config", row->config);
    if (row->credentials)
        home_write (&stage->home, ".aws/credentials", row->credentials);
    home_set (&stage->home, "AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT");
    home_set (&stage->home, "AWS_SECRET_ACCESS_KEY", "verysecretenvironment");
    status_t status = find_for (stage, PROVIDERS);
    bool right = row->words ? status == STATUS_NO_CREDENTIALS && strstr (stage->sentence, row->words) : status == STATUS_OK;
    if (!right)
        fail_msg ("row %d: %s: %s", (int) (row - ROWS), status_name (status), stage->sentence);
    check_roles (stage, row);
    if (!row->words)
        assert_string_equal (stage->found.source, "role");
}

static void
each_way_through_the_profiles_assumes_its_roles_or_says_why_not (void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        void *stage;
        assert_int_equal (find_stage_begin (&stage), 0);
        run_row (stage, &ROWS [i]);
        assert_int_equal (find_stage_end (&stage), 0);
    }
}

static void
parameters_of_the_role_are_those_of_its_profile (void **state)
{
    find_stage_t *stage = *state;
    stage->config.context.profile = "a";
    stage->config.endpoints.url = find_url (stage, "");
    home_write (&stage->home, ".aws/config", "[profile a]\n" ROLE_OF ("A") "source_profile = b\nexternal_id = e-1\nrole_session_name = ann\n"
                "duration_seconds = 43200\nregion = eu-north-1\n[profile b]\nregion = us-east-1\n" KEYS);
    find_answers (stage, 200, KEYS_XML ("ASIA1"));
    assert_int_equal (find_for (stage, PROVIDERS), STATUS_OK);
    assert_non_null (strstr (stage->requests [0].body, "&RoleSessionName=ann&ExternalId=e-1&DurationSeconds=43200"));
    assert_non_null (strstr (stage->requests [0].authorization, "/eu-north-1/sts/"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_way_through_the_profiles_assumes_its_roles_or_says_why_not),
        FIND_TEST (parameters_of_the_role_are_those_of_its_profile),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
