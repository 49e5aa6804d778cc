#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "credentials_fixture.h"

#include <fcntl.h>

static void
keys_are_found_once_and_served_from_then_on (void **state)
{
    stage_t *stage = *state;
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (answered (stage, KEY_ID "1"));
    assert_true (slice_is (stage->keys.source, "place"));
    assert_true (slice_is (stage->keys.trail, "used\tplace\tthe test\n"));
    assert_int_equal (stage->keys.good_ms, -1);
    uint64_t version = stage->keys.version;
    fake_clock_advance (&stage->clock, 1000LL * 86400 * 365);
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (stage->keys.version == version);
    assert_int_equal (s_provider.asked, 1);
}

static void
keys_that_aws_refused_are_found_anew_and_only_those (void **state)
{
    stage_t *stage = *state;
    assert_int_equal (ask (stage), STATUS_OK);
    uint64_t first = stage->keys.version;
    assert_int_equal (ask_for (stage, "", first), STATUS_OK);
    assert_true (answered (stage, KEY_ID "2"));
    assert_true (stage->keys.version != first);
    uint64_t second = stage->keys.version;
    assert_int_equal (ask_for (stage, "", first), STATUS_OK);           //  Another actor, which still had the first
    assert_true (stage->keys.version == second);
    assert_int_equal (s_provider.asked, 2);
}

static void
a_failure_is_remembered_for_two_seconds (void **state)
{
    stage_t *stage = *state;
    s_provider.status = STATUS_NO_CREDENTIALS;
    assert_int_equal (ask (stage), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "The place is broken.");
    assert_true (slice_is (keys_body_trail_of_fault (message_body (stage->answer)), "broken\tplace\t\n"));
    fake_clock_advance (&stage->clock, CREDENTIALS_FAILURE_MS - 1);
    s_provider.status = STATUS_OK;
    assert_int_equal (ask (stage), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "The place is broken.");
    assert_int_equal (s_provider.asked, 1);
    fake_clock_advance (&stage->clock, 1);
    assert_int_equal (ask (stage), STATUS_OK);
    assert_int_equal (s_provider.asked, 2);
}

static stage_t *s_stage;

static void
take_ten_seconds (void)
{
    fake_clock_advance (&s_stage->clock, 10000);
}

static void
a_failure_that_took_long_is_remembered_from_its_end_on (void **state)
{
    s_stage = *state;
    s_provider.status = STATUS_NO_CREDENTIALS;
    s_provider.meanwhile = take_ten_seconds;
    assert_int_equal (ask (s_stage), STATUS_NO_CREDENTIALS);
    assert_int_equal (ask (s_stage), STATUS_NO_CREDENTIALS);
    assert_int_equal (s_provider.asked, 1);
}

static void
keys_that_have_run_out_already_are_a_failure (void **state)
{
    stage_t *stage = *state;
    s_provider.expires_ms = stage->clock.wall_ms;
    assert_int_equal (ask (stage), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "The AWS credentials of the place have expired.");
}

static void
refused_keys_do_not_serve_although_nothing_newer_is_found (void **state)
{
    stage_t *stage = *state;
    assert_int_equal (ask (stage), STATUS_OK);
    s_provider.status = STATUS_NO_CREDENTIALS;
    assert_int_equal (ask_for (stage, "", stage->keys.version), STATUS_NO_CREDENTIALS);
    assert_int_equal (ask (stage), STATUS_NO_CREDENTIALS);
}

static void
a_profile_is_an_accounts_own_source_whatever_the_environment_has (void **state)
{
    stage_t *stage = *state;
    home_write (&stage->home, ".aws/credentials", "[team]\naws_access_key_id = " KEY_ID "7\naws_secret_access_key = " SECRET "\n"
                "aws_session_token = " TOKEN "\n");
    home_set (&stage->home, "AWS_ACCESS_KEY_ID", KEY_ID "8");
    home_set (&stage->home, "AWS_SECRET_ACCESS_KEY", SECRET);
    home_set (&stage->home, "AWS_SESSION_TOKEN", TOKEN);
    home_set (&stage->home, "AWS_PROFILE", "team");
    aws_account_t accounts [] = { { .name = "shop", .profile = "team" }, { .name = "lost", .profile = "gone" } };
    stage->config.accounts = accounts;
    stage->config.accounts_count = 2;
    assert_int_equal (ask_for (stage, "shop", 0), STATUS_OK);
    assert_true (answered (stage, KEY_ID "7"));
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (answered (stage, KEY_ID "8"));
    assert_int_equal (ask_for (stage, "lost", 0), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "The AWS profile \"gone\" is in neither"));
}

static void
an_account_that_is_not_configured_is_a_failure_that_names_it (void **state)
{
    stage_t *stage = *state;
    assert_int_equal (ask_for (stage, "prod", 0), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "The account \"prod\" is not configured for this server. Leave account out to ask its own.");
    assert_int_equal (s_provider.asked, 0);
}

static void
somebody_who_tries_names_does_not_keep_others_out (void **state)
{
    stage_t *stage = *state;
    assert_int_equal (ask (stage), STATUS_OK);
    for (int i = 0; i < 200; i++) {
        char name [16];
        snprintf (name, sizeof name, "name%d", i);
        assert_int_equal (ask_for (stage, name, 0), STATUS_NO_CREDENTIALS);
    }
    assert_int_equal (ask (stage), STATUS_OK);
    assert_int_equal (s_provider.asked, 1);
}

static void
an_actor_started_anew_can_take_the_same_name_and_gives_other_versions (void **state)
{
    stage_t *stage = *state;
    assert_int_equal (ask (stage), STATUS_OK);
    uint64_t version = stage->keys.version;
    for (int i = 0; i < 3; i++) {
        stop (stage);
        start (stage, OWN);
        assert_int_equal (ask (stage), STATUS_OK);
        assert_true (stage->keys.version != version && stage->keys.version != 0);
    }
}

static void
only_questions_are_answered (void **state)
{
    stage_t *stage = *state;
    send_question (stage, KIND_HEARTBEAT, "", 0);
    send_question (stage, KIND_RESULT, "", 0);
    assert_int_equal (ask (stage), STATUS_OK);
    message_t *more;
    assert_int_equal (reactor_turn (credentials_reactor (stage->credentials), 1), STATUS_OK);
    assert_int_equal (mailbox_receive (stage->asker, NULL, &more), STATUS_AGAIN);
}

//  --- With the real providers

//  What went to standard error while the function ran.
static const char *
logged (void (*function) (stage_t *stage), stage_t *stage)
{
    static char text [8192];
    int saved = dup (STDERR_FILENO), file = open ("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    assert_true (saved >= 0 && file >= 0);
    log_level_t level = log_level ();
    log_set_level (LOG_LEVEL_DEBUG);
    assert_int_equal (dup2 (file, STDERR_FILENO), STDERR_FILENO);
    function (stage);
    assert_int_equal (dup2 (saved, STDERR_FILENO), STDERR_FILENO);
    log_set_level (level);
    ssize_t size = pread (file, text, sizeof text - 1, 0);
    assert_true (size > 0);
    text [size] = 0;
    close (saved);
    close (file);
    return text;
}

//  Everything that may hold a secret, one after the other: keys that are good, broken, too long, and of a profile.
static void
go_through_all_ways (stage_t *stage)
{
    home_t *home = &stage->home;
    home_set (home, "AWS_ACCESS_KEY_ID", KEY_ID);
    home_set (home, "AWS_SECRET_ACCESS_KEY", SECRET);
    home_set (home, "AWS_SESSION_TOKEN", TOKEN);
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (answered (stage, KEY_ID));
    assert_true (slice_is (stage->keys.source, "environment"));
    uint64_t version = stage->keys.version;
    home_set (home, "AWS_ACCESS_KEY_ID", "");
    assert_int_equal (ask_for (stage, "", version), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "AWS_ACCESS_KEY_ID is not"));

    fake_clock_advance (&stage->clock, CREDENTIALS_FAILURE_MS);
    home_set (home, "AWS_ACCESS_KEY_ID", KEY_ID);
    home_set (home, "AWS_SECRET_ACCESS_KEY", SECRET "\n");
    assert_int_equal (ask (stage), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "line break"));

    fake_clock_advance (&stage->clock, CREDENTIALS_FAILURE_MS);
    stage->config.profile = "dev";
    home_write (home, ".aws/credentials", "[dev]\naws_secret_access_key = " SECRET "\n"
                "aws_session_token = " TOKEN "\n");
    assert_int_equal (ask (stage), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "The AWS profile \"dev\" has no aws_access_key_id in "));

    fake_clock_advance (&stage->clock, CREDENTIALS_FAILURE_MS);
    home_write (home, ".aws/credentials", "[dev]\naws_access_key_id=" KEY_ID "\naws_secret_access_key=" SECRET "\naws_session_token=" TOKEN "\n");
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (answered (stage, KEY_ID));
    assert_true (slice_is (stage->keys.source, "credentials file"));
}

static void
no_secret_comes_into_a_log_line_or_a_sentence (void **state)
{
    const char *lines = logged (go_through_all_ways, *state);
    assert_non_null (strstr (lines, "credentials found"));
    assert_non_null (strstr (lines, "no credentials"));
    assert_null (strstr (lines, "verysecret"));
    assert_null (strstr (lines, KEY_ID));
}

static void
without_any_the_sentence_tells_what_was_looked_at (void **state)
{
    stage_t *stage = *state;
    assert_int_equal (ask (stage), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "There are no AWS credentials. Looked at: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; "
                         "the profile's role_arn; AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN; "
                         "the profile's sso_session or sso_start_url; the profile in ~/.aws/credentials; "
                         "the profile's credential_process; the profile in ~/.aws/config; "
                         "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI. "
                         "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, for the server.");
}

static void
a_changed_file_is_read_anew_when_its_keys_were_refused (void **state)
{
    stage_t *stage = *state;
    home_write (&stage->home, ".aws/credentials", "[default]\naws_access_key_id=OLD\naws_secret_access_key=" SECRET "\n");
    assert_int_equal (ask (stage), STATUS_OK);
    home_write (&stage->home, ".aws/credentials", "[default]\naws_access_key_id=NEW\naws_secret_access_key=" SECRET "\n");
    assert_int_equal (ask (stage), STATUS_OK);
    assert_true (slice_is (stage->keys.key_id, "OLD"));
    assert_int_equal (ask_for (stage, "", stage->keys.version), STATUS_OK);
    assert_true (slice_is (stage->keys.key_id, "NEW"));
    assert_null (stage->keys.token.data);
}

int
main (void)
{
    zsys_handler_set (NULL);
    log_set_level (LOG_LEVEL_ERROR);
    const struct CMUnitTest tests [] = {
        STAGE_TEST (keys_are_found_once_and_served_from_then_on),
        STAGE_TEST (keys_that_aws_refused_are_found_anew_and_only_those),
        STAGE_TEST (a_failure_is_remembered_for_two_seconds),
        STAGE_TEST (a_failure_that_took_long_is_remembered_from_its_end_on),
        STAGE_TEST (keys_that_have_run_out_already_are_a_failure),
        STAGE_TEST (refused_keys_do_not_serve_although_nothing_newer_is_found),
        REAL_TEST (a_profile_is_an_accounts_own_source_whatever_the_environment_has),
        STAGE_TEST (an_account_that_is_not_configured_is_a_failure_that_names_it),
        STAGE_TEST (somebody_who_tries_names_does_not_keep_others_out),
        STAGE_TEST (an_actor_started_anew_can_take_the_same_name_and_gives_other_versions),
        STAGE_TEST (only_questions_are_answered),
        REAL_TEST (no_secret_comes_into_a_log_line_or_a_sentence),
        REAL_TEST (without_any_the_sentence_tells_what_was_looked_at),
        REAL_TEST (a_changed_file_is_read_anew_when_its_keys_were_refused),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
