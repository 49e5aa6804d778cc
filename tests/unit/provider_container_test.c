#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

static const provider_t *const CONTAINER [] = { &PROVIDER_CONTAINER, NULL };

#define FULL "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define WHERE_TO_LOOK "Look at the role of the ECS task, or at the pod identity association of the service account in EKS"
#define KEYS "{\"AccessKeyId\":\"" KEY_ID "\",\"SecretAccessKey\":\"" SECRET "\",\"Token\":\"" TOKEN "\",\"Expiration\":\"2026-11-23T05:05:07Z\"}"

//  The stage with the variable that leads to its server.
static find_stage_t *
stage_of (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, FULL, find_url (stage, "/v1/verysecretpath?verysecret=1"));
    return stage;
}

//  What the sentence is; PORT stands for the server's port.
static void
assert_sentence (const find_stage_t *stage, const char *expected)
{
    char text [4096];
    const char *at = strstr (expected, "PORT");
    if (at)
        snprintf (text, sizeof text, "%.*s%d%s", (int) (at - expected), expected, stage->port, at + 4);
    else
        snprintf (text, sizeof text, "%s", expected);
    assert_string_equal (stage->sentence, text);
}

static void
without_a_variable_there_is_no_container (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "verysecret");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI"));
    assert_int_equal (stage->requests_count, 0);
}

static void
the_agent_gives_keys (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, CONTAINER), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
    assert_int_equal (stage->found.expires_ms, INT64_C (1795410307000));
    assert_string_equal (stage->found.source, "container");
    assert_int_equal (stage->requests_count, 1);
    assert_string_equal (stage->requests [0].method, "GET");
    assert_string_equal (stage->requests [0].path, "/v1/verysecretpath");
    assert_string_equal (stage->requests [0].query, "verysecret=1");
    assert_string_equal (stage->requests [0].authorization, "");
}

static void
a_url_that_may_not_be_asked_is_an_error (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, FULL, "http://127.0.0.1.example.com/keys");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "AWS_CONTAINER_CREDENTIALS_FULL_URI is plain http to another machine"));
    home_set (&stage->home, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "verysecretid");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path"));
    assert_false (stage->passing);
}

static void
the_authorization_is_the_variable_s (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic verysecretword");
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, CONTAINER), STATUS_OK);
    assert_string_equal (stage->requests [0].authorization, "Basic verysecretword");
    assert_found (stage, KEY_ID, SECRET, TOKEN);
}

static void
the_authorization_s_file_is_read_anew_for_each_look (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic other");
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home_path (&stage->home, "elsewhere"));
    find_answers (stage, 200, KEYS);
    home_write (&stage->home, "elsewhere", "verysecretfirst\n");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_OK);
    home_write (&stage->home, "elsewhere", "verysecretsecond");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_OK);
    assert_string_equal (stage->requests [0].authorization, "verysecretfirst");
    assert_string_equal (stage->requests [1].authorization, "verysecretsecond");
}

static void
an_authorization_that_would_break_out_of_its_header_is_refused (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "verysecret\r\nHost: example.com");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_sentence (stage, "AWS_CONTAINER_AUTHORIZATION_TOKEN holds a line break or another character that no token has. Set it as it is to be "
                     "sent in the header Authorization.");
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home_path (&stage->home, "elsewhere"));
    home_write (&stage->home, "elsewhere", "verysecret\nverysecret");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "/elsewhere, which holds a line break or another character that no token has."));
    assert_int_equal (stage->requests_count, 0);
}

static void
a_file_that_is_not_there_is_named_and_nobody_asked (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "verysecret");
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/nowhere/token");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_sentence (stage, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names /nowhere/token, which does not exist. EKS mounts this file into the pod "
                     "and renews it: see that it is there and readable.");
    assert_int_equal (stage->requests_count, 0);
}

static void
an_authorization_longer_than_any_is_refused (void **state)
{
    find_stage_t *stage = stage_of (state);
    char *text = calloc (1, 19001);
    memset (text, 'a', 19000);
    home_write (&stage->home, "elsewhere", text);
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home_path (&stage->home, "elsewhere"));
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "which is longer than such a token is."));
    free (text);
}

static void
an_agent_in_trouble_is_asked_three_times_a_second_apart (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 500, "");
    find_answers (stage, 429, "");
    find_answers (stage, 200, KEYS);
    int64_t began_ms = stage->clock.wall_ms;
    stage->hurry = true;
    assert_int_equal (find_for (stage, CONTAINER), STATUS_OK);
    assert_int_equal (stage->requests_count, 3);
    assert_true (stage->clock.wall_ms - began_ms >= 2000);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
}

static void
an_agent_that_stays_in_trouble_is_an_error_that_may_pass (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 503, "not json verysecretword");
    stage->hurry = true;
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 3);
    assert_true (stage->passing);
    assert_sentence (stage, "AWS_CONTAINER_CREDENTIALS_FULL_URI: http://127.0.0.1:PORT answered HTTP 503. " WHERE_TO_LOOK ".");
}

static void
an_agent_that_does_not_answer_has_two_seconds_three_times (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 0, NULL);
    int64_t began_ms = stage->clock.wall_ms;
    stage->hurry = true;
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 3);
    assert_true (stage->clock.wall_ms - began_ms >= 3 * 2000 + 2 * 1000);
    assert_true (stage->passing);
    assert_non_null (strstr (stage->sentence, " gave no credentials in 3 attempts: "));
    assert_non_null (strstr (stage->sentence, ". Is the agent running that should answer there?"));
}

static void
an_agent_that_is_not_there_is_an_error_that_may_pass (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, FULL, "http://127.0.0.1:1/verysecretpath");
    stage->hurry = true;
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_true (stage->passing);
    assert_non_null (strstr (stage->sentence, "AWS_CONTAINER_CREDENTIALS_FULL_URI: http://127.0.0.1:1 gave no credentials in 3 attempts: "));
}

static void
a_refusal_is_not_asked_again_and_its_words_are_passed_on (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "verysecretword");
    find_answers (stage, 403, "{\"code\":\"AccessDenied\",\"message\":\"no role for this pod\"}");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 1);
    assert_false (stage->passing);
    assert_sentence (stage, "AWS_CONTAINER_CREDENTIALS_FULL_URI: http://127.0.0.1:PORT answered HTTP 403 and says AccessDenied: no role for this "
                     "pod. " WHERE_TO_LOOK ", and at the authorization token.");
}

static void
a_refusal_that_repeats_the_token_is_not_quoted (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "verysecretword");
    find_answers (stage, 401, "{\"message\":\"bad token verysecretword\"}");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, " answered HTTP 401. Look at "));
}

static void
an_answer_without_keys_says_what_is_missing (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, "{\"AccessKeyId\":\"" KEY_ID "\",\"secretaccesskey\":\"" SECRET "\"}");
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 1);
    assert_sentence (stage, "AWS_CONTAINER_CREDENTIALS_FULL_URI: the answer of http://127.0.0.1:PORT has no SecretAccessKey. It must be JSON with "
                     "AccessKeyId, SecretAccessKey, Token and Expiration.");
}

static void
an_answer_beyond_the_limit_is_an_error (void **state)
{
    find_stage_t *stage = stage_of (state);
    char *text = calloc (1, 12001);
    memset (text, ' ', 12000);
    find_answers (stage, 200, text);
    assert_int_equal (find_for (stage, CONTAINER), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 1);
    assert_false (stage->passing);
    assert_non_null (strstr (stage->sentence, " gave no credentials in 1 attempt: "));
    free (text);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (without_a_variable_there_is_no_container),
        FIND_TEST (the_agent_gives_keys),
        FIND_TEST (a_url_that_may_not_be_asked_is_an_error),
        FIND_TEST (the_authorization_is_the_variable_s),
        FIND_TEST (the_authorization_s_file_is_read_anew_for_each_look),
        FIND_TEST (an_authorization_that_would_break_out_of_its_header_is_refused),
        FIND_TEST (a_file_that_is_not_there_is_named_and_nobody_asked),
        FIND_TEST (an_authorization_longer_than_any_is_refused),
        FIND_TEST (an_agent_in_trouble_is_asked_three_times_a_second_apart),
        FIND_TEST (an_agent_that_stays_in_trouble_is_an_error_that_may_pass),
        FIND_TEST (an_agent_that_does_not_answer_has_two_seconds_three_times),
        FIND_TEST (an_agent_that_is_not_there_is_an_error_that_may_pass),
        FIND_TEST (a_refusal_is_not_asked_again_and_its_words_are_passed_on),
        FIND_TEST (a_refusal_that_repeats_the_token_is_not_quoted),
        FIND_TEST (an_answer_without_keys_says_what_is_missing),
        FIND_TEST (an_answer_beyond_the_limit_is_an_error),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
