#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

#define KEYS "aws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n"

//  What is there, and what must come of it: a source, or words of the sentence.
typedef struct {
    const char *variables [4] [2];
    const char *profile;                //  By flag
    const char *credentials, *config;   //  The files
    const char *source, *words;
    const char *endpoint;               //  This variable is the URL of a server, which gives these answers; the keys have a token then
    const char *answers [4];
} row_t;

#define ENDPOINT_KEYS "{\"Code\":\"Success\",\"AccessKeyId\":\"" KEY_ID "\",\"SecretAccessKey\":\"" SECRET "\",\"Token\":\"" TOKEN \
                      "\",\"Expiration\":\"2999-01-01T00:00:00Z\"}"
#define STS_KEYS "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" KEY_ID "</AccessKeyId><SecretAccessKey>" SECRET \
                 "</SecretAccessKey><SessionToken>" TOKEN "</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>" \
                 "</AssumeRoleResult></AssumeRoleResponse>"
#define PROCESS  "credential_process = printf '{\"Version\":1,\"AccessKeyId\":\"" KEY_ID "\",\"SecretAccessKey\":\"" SECRET "\"}'\n"
#define SSO      "sso_start_url = https://x.example\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n"
#define ROLE     "role_arn = arn:aws:iam::123456789012:role/r\n"
#define IMDS_ANSWERS { "imdstoken", "role", ENDPOINT_KEYS }

static const row_t ROWS [] = {
    { { { 0 } }, NULL, NULL, NULL, NULL, "There are no AWS credentials" },
    { { { "AWS_ACCESS_KEY_ID", KEY_ID }, { "AWS_SECRET_ACCESS_KEY", SECRET } }, NULL, NULL, NULL, "environment", NULL },
    { { { "AWS_ACCESS_KEY_ID", KEY_ID }, { "AWS_SECRET_ACCESS_KEY", SECRET } }, NULL, "[default]\n" KEYS, NULL, "environment", NULL },
    { { { "AWS_SECRET_ACCESS_KEY", SECRET } }, NULL, "[default]\n" KEYS, NULL, NULL, "AWS_ACCESS_KEY_ID is not" },
    { { { "AWS_ACCESS_KEY_ID", KEY_ID } }, NULL, "[default]\n" KEYS, NULL, NULL, "AWS_SECRET_ACCESS_KEY is not" },
    { { { "AWS_SESSION_TOKEN", TOKEN } }, NULL, "[default]\n" KEYS, NULL, "credentials file", NULL },
    { { { 0 } }, NULL, "[default]\n" KEYS, "[default]\n" KEYS, "credentials file", NULL },
    { { { 0 } }, NULL, NULL, "[default]\n" KEYS, "config file", NULL },
    { { { 0 } }, NULL, "[dev]\n" KEYS, NULL, NULL, "There are no AWS credentials" },
    //  By flag: the environment's keys do not count, and the profile must exist and give some
    { { { "AWS_ACCESS_KEY_ID", "X" }, { "AWS_SECRET_ACCESS_KEY", "x" } }, "dev", NULL, "[profile dev]\n" KEYS, "config file", NULL },
    { { { "AWS_ACCESS_KEY_ID", KEY_ID }, { "AWS_SECRET_ACCESS_KEY", SECRET } }, "nowhere", "[dev]\n" KEYS, NULL, NULL, "\"nowhere\" is in neither" },
    { { { 0 } }, "dev", "[dev]\nregion = eu-west-1\n", NULL, NULL, "\"dev\" gives no credentials" },
    //  By variable: the environment's keys count
    { { { "AWS_ACCESS_KEY_ID", KEY_ID }, { "AWS_SECRET_ACCESS_KEY", SECRET }, { "AWS_PROFILE", "dev" } }, NULL, "[dev]\n" KEYS, NULL, "environment",
      NULL },
    { { { "AWS_PROFILE", "dev" } }, NULL, "[dev]\n" KEYS, NULL, "credentials file", NULL },
    { { { "AWS_PROFILE", "nowhere" } }, NULL, "[dev]\n" KEYS, NULL, NULL, "\"nowhere\" is in neither" },
    { { { "AWS_PROFILE", "dev" } }, NULL, "[dev]\nregion = eu-west-1\n", NULL, NULL, "There are no AWS credentials" },
    //  A token's role goes before the files' keys, and behind the environment's
    { { { "AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere" }, { "AWS_ROLE_ARN", "arn" } }, NULL, "[default]\n" KEYS, NULL, NULL,
      "none is known: set AWS_REGION" },
    { { { "AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere" }, { "AWS_ACCESS_KEY_ID", KEY_ID }, { "AWS_SECRET_ACCESS_KEY", SECRET } }, NULL, NULL, NULL,
      "environment", NULL },
    { { { 0 } }, NULL, "[default]\nweb_identity_token_file = /nowhere\nrole_arn = arn\nregion = eu-west-1\n" KEYS, NULL, NULL,
      "\"default\" names /nowhere, which does not exist" },
    //  Roles go before static keys; what is broken before them is not passed over
    { { { 0 } }, NULL, "[default]\n" KEYS, "[default]\nrole_arn = arn:aws:iam::1:role/r\n", NULL, "neither source_profile nor" },
    { { { 0 } }, NULL, NULL, "[default]\n" KEYS "login_session = x\n", NULL, "login_session" },
    { { { 0 } }, NULL, "[default]\n" KEYS, "[default]\nlogin_session = x\n", "credentials file", NULL },
    //  The container's and the machine's come last, and a container's address that is none is not passed over
    { { { "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/" } }, NULL, "[default]\n" KEYS, NULL, "credentials file", NULL },
    { { { "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/" } }, NULL, NULL, NULL, NULL, "AWS_CONTAINER_CREDENTIALS_FULL_URI" },
    { { { "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/" }, { "AWS_ACCESS_KEY_ID", KEY_ID }, { "AWS_SECRET_ACCESS_KEY", SECRET } }, NULL,
      NULL, NULL, "environment", NULL },
    { { { 0 } }, NULL, NULL, NULL, "container", NULL, "AWS_CONTAINER_CREDENTIALS_FULL_URI", { ENDPOINT_KEYS } },
    { { { 0 } }, NULL, NULL, "[default]\n" PROCESS, "credential_process", NULL, "AWS_CONTAINER_CREDENTIALS_FULL_URI", { ENDPOINT_KEYS } },
    { { { "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "no path" } }, NULL, NULL, NULL, NULL, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
      "AWS_CONTAINER_CREDENTIALS_FULL_URI", { ENDPOINT_KEYS } },
    { { { "AWS_EC2_METADATA_DISABLED", "false" } }, NULL, NULL, NULL, "EC2 instance", NULL, "AWS_EC2_METADATA_SERVICE_ENDPOINT", IMDS_ANSWERS },
    { { { "AWS_EC2_METADATA_DISABLED", "true" } }, NULL, NULL, NULL, NULL, "There are no AWS credentials", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
      IMDS_ANSWERS },
    { { { "AWS_EC2_METADATA_DISABLED", "false" } }, NULL, "[default]\n" KEYS, NULL, "credentials file", NULL, "AWS_EC2_METADATA_SERVICE_ENDPOINT",
      IMDS_ANSWERS },
    { { { "AWS_EC2_METADATA_DISABLED", "false" }, { "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/" } }, NULL, NULL, NULL, NULL,
      "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT", IMDS_ANSWERS },
    { { { "AWS_EC2_METADATA_DISABLED", "false" }, { "AWS_PROFILE", "dev" } }, NULL, "[dev]\nregion = eu-west-1\n", NULL, "EC2 instance", NULL,
      "AWS_EC2_METADATA_SERVICE_ENDPOINT", IMDS_ANSWERS },
    { { { "AWS_EC2_METADATA_DISABLED", "false" } }, "dev", "[dev]\nregion = eu-west-1\n", NULL, NULL, "\"dev\" gives no credentials",
      "AWS_EC2_METADATA_SERVICE_ENDPOINT", IMDS_ANSWERS },
    //  Keys that belong together come from one file, and both of them
    { { { 0 } }, NULL, "[default]\naws_access_key_id = " KEY_ID "\n", NULL, NULL, "aws_secret_access_key" },
    { { { 0 } }, NULL, "[default]\naws_access_key_id = " KEY_ID "\n", "[default]\naws_secret_access_key = " SECRET "\n", NULL,
      "aws_secret_access_key" },
    { { { 0 } }, NULL, NULL, "[default]\naws_secret_access_key = " SECRET "\n", NULL, "aws_access_key_id" },
    //  Sign-in, keys of the credentials file, process, keys of the config file
    { { { 0 } }, NULL, "[default]\n" KEYS, "[default]\n" SSO, NULL, "aws sso login" },
    { { { 0 } }, NULL, NULL, "[default]\n" PROCESS, "credential_process", NULL },
    { { { 0 } }, NULL, "[default]\n" KEYS, "[default]\n" PROCESS, "credentials file", NULL },
    { { { 0 } }, NULL, NULL, "[default]\ncredential_process = false\n" KEYS, NULL, "credential_process" },
    { { { 0 } }, NULL, "[default]\n" PROCESS, "[default]\n" KEYS, "credential_process", NULL },
    //  Roles: of a source, of the environment, of nobody
    { { { "AWS_REGION", "eu-west-1" } }, NULL, "[base]\n" KEYS, "[default]\nregion = eu-west-1\nsource_profile = base\n" ROLE, "role", NULL, "",
      { STS_KEYS } },
    { { { "AWS_ACCESS_KEY_ID", KEY_ID }, { "AWS_SECRET_ACCESS_KEY", SECRET } }, NULL, NULL,
      "[default]\nregion = eu-west-1\ncredential_source = Environment\n" ROLE, "environment", NULL },
    { { { "AWS_ACCESS_KEY_ID", KEY_ID }, { "AWS_SECRET_ACCESS_KEY", SECRET } }, "dev", NULL,
      "[profile dev]\nregion = eu-west-1\ncredential_source = Environment\n" ROLE, "role", NULL, "", { STS_KEYS } },
    { { { 0 } }, NULL, NULL, "[default]\ncredential_source = Environment\n" ROLE, NULL, "the environment, but there are none" },
    { { { 0 } }, NULL, NULL, "[default]\ncredential_source = EcsContainer\n" ROLE, NULL, "but there are none" },
    { { { 0 } }, NULL, NULL, "[default]\ncredential_source = Ec2InstanceMetadata\n" ROLE, NULL, "but there are none" },
    { { { 0 } }, NULL, NULL, "[default]\ncredential_source = Elsewhere\n" ROLE, NULL, "credential_source" },
    { { { 0 } }, NULL, NULL, "[default]\ncredential_source = Environment\nsource_profile = base\n" ROLE, NULL, "source_profile" },
    { { { 0 } }, NULL, NULL, "[default]\nsource_profile = base\n" ROLE, NULL, "base" },
    { { { 0 } }, NULL, NULL, "[default]\nsource_profile = default\n" ROLE, NULL, "default" },
    { { { 0 } }, NULL, NULL, "[default]\nsource_profile = b\n" ROLE "[profile b]\nsource_profile = default\n" ROLE, NULL, "source_profile" },
    { { { 0 } }, NULL, "[base]\n" KEYS, "[default]\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n" ROLE, NULL, "mfa_serial" },
    { { { "AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere" }, { "AWS_ROLE_ARN", "arn" } }, NULL, "[base]\n" KEYS,
      "[default]\nregion = eu-west-1\nsource_profile = lost\n" ROLE, NULL, "lost" },
    //  Both files may be elsewhere
    { { { "AWS_CONFIG_FILE", "~/other" } }, NULL, NULL, "[default]\n" KEYS, NULL, "There are no AWS credentials" },
    { { { "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/config" } }, NULL, NULL, "[default]\n" KEYS, "credentials file", NULL },
    { { { "AWS_CONFIG_FILE", "~/.aws/credentials" } }, NULL, "[profile x]\n", NULL, NULL, "There are no AWS credentials" },
    { { { "AWS_CONFIG_FILE", "~/.aws" } }, NULL, NULL, NULL, NULL, ".aws cannot be read" },
    { { { "AWS_DEFAULT_PROFILE", "dev" } }, NULL, "[dev]\n" KEYS, NULL, "credentials file", NULL },
    { { { "AWS_DEFAULT_PROFILE", "dev" }, { "AWS_ACCESS_KEY_ID", KEY_ID }, { "AWS_SECRET_ACCESS_KEY", SECRET } }, NULL, "[dev]\n" KEYS, NULL,
      "environment", NULL },
};

static void
run_row (find_stage_t *stage, const row_t *row)
{
    stage->config.context.profile = row->profile;
    home_set (&stage->home, "AWS_EC2_METADATA_DISABLED", "true");
    for (size_t i = 0; i < sizeof row->variables / sizeof row->variables [0]; i++)
        if (row->variables [i] [0]) {
            home_set (&stage->home, row->variables [i] [0], row->variables [i] [1]);
            bool names = strcmp (row->variables [i] [0], "AWS_PROFILE") == 0 || strcmp (row->variables [i] [0], "AWS_DEFAULT_PROFILE") == 0;
            if (!row->profile && names)
                stage->config.context.profile = row->variables [i] [1];
        }
    if (row->endpoint && row->endpoint [0])
        home_set (&stage->home, row->endpoint, find_url (stage, "/"));
    static char sts [64];
    snprintf (sts, sizeof sts, "%s", find_url (stage, ""));
    stage->config.endpoints.url_of [AWS_STS] = sts;
    for (size_t i = 0; row->answers [i]; i++)
        find_answers (stage, 200, row->answers [i]);
    if (row->credentials)
        home_write (&stage->home, ".aws/credentials", row->credentials);
    if (row->config)
        home_write (&stage->home, ".aws/config", row->config);
    status_t status = find_for (stage, PROVIDERS);
    bool right = row->source ? status == STATUS_OK && strcmp (stage->found.source, row->source) == 0
                             : status == STATUS_NO_CREDENTIALS && strstr (stage->sentence, row->words);
    if (!right)
        fail_msg ("row %d: %s, \"%s\"", (int) (row - ROWS), status == STATUS_OK ? stage->found.source : status_name (status), stage->sentence);
    if (row->source)
        assert_found (stage, KEY_ID, SECRET, stage->requests_count ? TOKEN : "");
}

static void
each_combination_has_its_source_or_its_sentence (void **state)
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
without_any_the_sentence_names_every_place (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, "AWS_EC2_METADATA_DISABLED", "true");
    assert_int_equal (find_for (stage, PROVIDERS), STATUS_NO_CREDENTIALS);
    for (const provider_t *const *provider = PROVIDERS; *provider; provider++)
        if ((*provider)->looked_at && *provider != &PROVIDER_IMDS)
            assert_non_null (strstr (stage->sentence, (*provider)->looked_at));
    assert_null (strstr (stage->sentence, "EC2"));          //  It was told not to look there
    assert_non_null (strstr (stage->sentence, "; the profile's sso_session or sso_start_url; "));
    assert_non_null (strstr (stage->sentence, "; the profile's credential_process; "));
    assert_non_null (strstr (stage->sentence, "~/.aws/credentials"));
    assert_non_null (strstr (stage->sentence, ". Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, for the server."));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_combination_has_its_source_or_its_sentence),
        FIND_TEST (without_any_the_sentence_names_every_place),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
