#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

//  --- The text

static void
steps_are_read_as_they_were_added (void **state)
{
    (void) state;
    buffer_t trail;
    buffer_init (&trail, TRAIL_BYTES_MAX);
    trail_add (&trail, "skipped", "environment", "a is not set");
    trail_add (&trail, "used", "container", "");
    slice_t rest = buffer_slice (&trail);
    trail_step_t step;
    assert_true (trail_next (&rest, &step));
    assert_true (slice_is (step.verdict, "skipped") && slice_is (step.source, "environment") && slice_is (step.why, "a is not set"));
    assert_true (trail_next (&rest, &step));
    assert_true (slice_is (step.verdict, "used") && slice_is (step.source, "container") && step.why.size == 0);
    assert_false (trail_next (&rest, &step));
    buffer_deinit (&trail);
}

//  A profile may be called anything by whoever sets AWS_PROFILE.
static void
no_name_makes_another_step_or_moves_a_cursor_or_goes_on_for_ever (void **state)
{
    (void) state;
    char name [4 * TRAIL_WHY_BYTES_MAX];
    memset (name, 'n', sizeof name);
    memcpy (name, "a\tb\nused\tme\033[2J", 15);
    name [sizeof name - 1] = 0;
    buffer_t trail;
    buffer_init (&trail, TRAIL_BYTES_MAX);
    trail_add (&trail, "skipped", "environment", name);
    slice_t rest = buffer_slice (&trail);
    trail_step_t step;
    assert_true (trail_next (&rest, &step));
    assert_true (slice_starts (step.why, "a b used me\\u001b[2J"));
    assert_in_range (step.why.size, TRAIL_WHY_BYTES_MAX, TRAIL_WHY_BYTES_MAX + 16);
    assert_false (trail_next (&rest, &step));
    buffer_deinit (&trail);
}

static void
half_a_step_is_none (void **state)
{
    (void) state;
    slice_t rest = SLICE ("skipped\tenvironment\tcut off"), empty = SLICE_ABSENT;
    trail_step_t step;
    assert_false (trail_next (&rest, &step));
    assert_false (trail_next (&empty, &step));
}

//  --- What a look writes

//  A place to look in, and the trail there; the test's home folder is written as ~ in it.
typedef struct {
    const char *what;
    const char *variables [6];          //  Name and value, by turns
    const char *config, *credentials;   //  The files; NULL: none
    const char *flag;                   //  --profile
    const char *trail;
} case_t;

#define NO_ENVIRONMENT "skipped environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set\n"
#define NOT_EC2        "skipped EC2 instance: AWS_EC2_METADATA_DISABLED is true\n"
#define NO_CONTAINER   "skipped container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set\n"
#define NO_ROLE(name)  "skipped role of a profile: the profile \"" name "\" has no role_arn\n"
#define NO_SSO(name)   "skipped IAM Identity Center: the profile \"" name "\" has no sso_account_id or sso_role_name\n"
#define NO_TOKEN(name) \
    "skipped web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set, and the profile \"" name "\" has no web_identity_token_file\n"
#define UNASKED(name)  "unasked " name ": \n"
#define BEHIND_CREDENTIALS_FILE \
    UNASKED ("login session") UNASKED ("credential_process") UNASKED ("config file") UNASKED ("container") UNASKED ("EC2 instance")
#define BEHIND_SSO     UNASKED ("credentials file") BEHIND_CREDENTIALS_FILE
#define KEYS           "aws_access_key_id = " KEY_ID "\naws_secret_access_key = " SECRET "\n"

static const case_t CASES [] = {
    { .what = "nothing at all",
      .trail = NO_ENVIRONMENT
               "skipped role of a profile: there is no profile \"default\"\n"
               "skipped web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set\n"
               "skipped IAM Identity Center: there is no profile \"default\"\n"
               "skipped credentials file: ~/.aws/credentials does not exist, is empty or is closed to us\n"
               "skipped login session: there is no profile \"default\"\n"
               "skipped credential_process: there is no profile \"default\"\n"
               "skipped config file: ~/.aws/config does not exist, is empty or is closed to us\n"
               NO_CONTAINER NOT_EC2 },
    { .what = "a profile that holds a region only, which nobody asked for", .config = "[default]\nregion = eu-west-1\n",
      .credentials = "[other]\n" KEYS,
      .trail = NO_ENVIRONMENT NO_ROLE ("default") NO_TOKEN ("default") NO_SSO ("default")
               "skipped credentials file: ~/.aws/credentials has no profile \"default\"\n"
               "skipped login session: the profile \"default\" has no login_session\n"
               "skipped credential_process: the profile \"default\" has no credential_process\n"
               "skipped config file: the profile \"default\" in ~/.aws/config has no keys\n"
               NO_CONTAINER NOT_EC2 },
    { .what = "the environment", .variables = { "AWS_ACCESS_KEY_ID", KEY_ID, "AWS_SECRET_ACCESS_KEY", SECRET, "AWS_SESSION_TOKEN", TOKEN },
      .trail = "used environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN\n"
               UNASKED ("role of a profile") UNASKED ("web identity") UNASKED ("IAM Identity Center") BEHIND_SSO },
    { .what = "half of it", .variables = { "AWS_ACCESS_KEY_ID", KEY_ID },
      .trail = "broken environment: \n" UNASKED ("role of a profile") UNASKED ("web identity") UNASKED ("IAM Identity Center") BEHIND_SSO },
    { .what = "a profile by flag, in front of the environment", .variables = { "AWS_ACCESS_KEY_ID", KEY_ID, "AWS_SECRET_ACCESS_KEY", SECRET },
      .flag = "ops", .credentials = "[ops]\n" KEYS,
      .trail = "skipped environment: a profile was asked for by flag, which goes before the variables\n"
               NO_ROLE ("ops") NO_TOKEN ("ops") NO_SSO ("ops")
               "used credentials file: the profile \"ops\" in ~/.aws/credentials\n" BEHIND_CREDENTIALS_FILE },
    { .what = "a profile that does not exist", .variables = { "AWS_PROFILE", "gone" }, .flag = "gone", .credentials = "[ops]\n" KEYS,
      .trail = NO_ENVIRONMENT
               "broken AWS profile: \n" UNASKED ("role of a profile") UNASKED ("web identity") UNASKED ("IAM Identity Center") BEHIND_SSO },
    { .what = "a profile with half of its keys", .credentials = "[default]\naws_access_key_id = " KEY_ID "\n",
      .trail = NO_ENVIRONMENT NO_ROLE ("default") NO_TOKEN ("default") NO_SSO ("default")
               "broken credentials file: \n" BEHIND_CREDENTIALS_FILE },
    { .what = "a role without a region to ask for it in", .config = "[default]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = base\n",
      .credentials = "[base]\n" KEYS,
      .trail = NO_ENVIRONMENT
               "followed role of a profile: the profile \"default\" leads to the profile \"base\"\n"
               "skipped role of a profile: the way through roles ends at the profile \"base\"\n"
               NO_TOKEN ("base") NO_SSO ("base")
               "used credentials file: the profile \"base\" in ~/.aws/credentials\n"
               "broken role: \n" BEHIND_CREDENTIALS_FILE },
    { .what = "a role with the keys of a machine that is none",
      .config = "[default]\nrole_arn = arn:aws:iam::123456789012:role/a\ncredential_source = Ec2InstanceMetadata\n",
      .trail = NO_ENVIRONMENT
               "followed role of a profile: the profile \"default\" leads to the source \"EC2 instance\"\n"
               NOT_EC2
               "broken AWS profile: \n" UNASKED ("web identity") UNASKED ("IAM Identity Center") UNASKED ("credentials file")
               UNASKED ("login session") UNASKED ("credential_process") UNASKED ("config file") UNASKED ("container") },
    { .what = "a token without a role", .variables = { "AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token" },
      .trail = NO_ENVIRONMENT
               "skipped role of a profile: there is no profile \"default\"\n"
               "broken web identity: \n" UNASKED ("IAM Identity Center") BEHIND_SSO },
    { .what = "a program", .config = "[default]\ncredential_process = sh -c 'printf \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"" KEY_ID
      "\\\",\\\"SecretAccessKey\\\":\\\"" SECRET "\\\"}\"'\n",
      .trail = NO_ENVIRONMENT NO_ROLE ("default") NO_TOKEN ("default") NO_SSO ("default")
               "skipped credentials file: ~/.aws/credentials does not exist, is empty or is closed to us\n"
               "skipped login session: the profile \"default\" has no login_session\n"
               "used credential_process: the profile \"default\" runs sh\n"
               UNASKED ("config file") UNASKED ("container") UNASKED ("EC2 instance") },
};

//  The trail for comparing: "VERDICT SOURCE: WHY", with the home folder as ~.
static void
read_trail (const find_stage_t *stage, buffer_t *out)
{
    slice_t rest = slice_of (stage->trail);
    trail_step_t step;
    while (trail_next (&rest, &step)) {
        buffer_printf (out, "%.*s %.*s: ", (int) step.verdict.size, step.verdict.data, (int) step.source.size, step.source.data);
        const char *home = step.why.size ? memmem (step.why.data, step.why.size, stage->home.home, strlen (stage->home.home)) : NULL;
        if (home) {
            const char *behind = home + strlen (stage->home.home);
            buffer_append (out, step.why.data, (size_t) (home - step.why.data));
            buffer_append_char (out, '~');
            buffer_append (out, behind, (size_t) (step.why.data + step.why.size - behind));
        } else
            buffer_append_slice (out, step.why);
        buffer_append_char (out, '\n');
    }
    buffer_append_char (out, 0);
}

static void
check_case (const case_t *one)
{
    void *state;
    find_stage_begin (&state);
    find_stage_t *stage = state;
    home_set (&stage->home, "AWS_EC2_METADATA_DISABLED", "true");
    for (int i = 0; i < 6 && one->variables [i]; i += 2)
        home_set (&stage->home, one->variables [i], one->variables [i + 1]);
    if (one->config)
        home_write (&stage->home, ".aws/config", one->config);
    if (one->credentials)
        home_write (&stage->home, ".aws/credentials", one->credentials);
    stage->config.context.profile = one->flag;
    (void) !find_for (stage, PROVIDERS);
    buffer_t trail;
    buffer_init (&trail, 2 * TRAIL_BYTES_MAX);
    read_trail (stage, &trail);
    if (strcmp (trail.data, one->trail) != 0)
        fail_msg ("%s:\n%s\nshould be\n%s", one->what, trail.data, one->trail);
    buffer_deinit (&trail);
    find_stage_end (&state);
}

static void
every_source_says_why_it_was_skipped (void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        check_case (&CASES [i]);
}

static void
a_machine_that_is_not_ec2_is_told_from_one_that_does_not_answer (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, "AWS_EC2_METADATA_SERVICE_ENDPOINT", find_url (stage, ""));
    find_answers (stage, 404, "nothing");
    assert_int_equal (find_for (stage, (const provider_t *const []) { &PROVIDER_IMDS, NULL }), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->trail, "skipped\tEC2 instance\thttp://127.0.0.1:"));
    assert_non_null (strstr (stage->trail, " knows no tokens (HTTP 404): it is not EC2's metadata service\n"));
    find_server_forget (stage);
    find_answers (stage, 0, NULL);
    stage->hurry = true;
    assert_int_equal (find_for (stage, NULL), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->trail, ") did not answer within 1 s: "));
    assert_non_null (strstr (stage->trail, "its hop limit must be 2\n"));
}

//  The longest way: roles of profiles, each named as long as a name may be in a trail.
static void
the_longest_trail_fits (void **state)
{
    (void) state;
    enum { STEPS = 2 * 10 + FIND_ROLES_MAX + 1 + 10 };          //  The places twice, the roles with the account's, and all that were not asked
    char name [FIND_ROLES_MAX * 1024];
    memset (name, '\033', sizeof name);
    name [sizeof name - 1] = 0;
    buffer_t trail;
    buffer_init (&trail, TRAIL_BYTES_MAX);
    for (int i = 0; i < STEPS; i++)
        trail_add (&trail, "skipped", "IAM Identity Center", name);
    assert_int_equal (buffer_status (&trail), STATUS_OK);
    buffer_deinit (&trail);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (steps_are_read_as_they_were_added),
        cmocka_unit_test (no_name_makes_another_step_or_moves_a_cursor_or_goes_on_for_ever),
        cmocka_unit_test (half_a_step_is_none),
        cmocka_unit_test (every_source_says_why_it_was_skipped),
        FIND_TEST (a_machine_that_is_not_ec2_is_told_from_one_that_does_not_answer),
        cmocka_unit_test (the_longest_trail_fits),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
