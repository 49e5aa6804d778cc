#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

static const provider_t *const IMDS [] = { &PROVIDER_IMDS, NULL };
static const provider_t *const BOTH [] = { &PROVIDER_CONTAINER, &PROVIDER_IMDS, NULL };

#define ENDPOINT "AWS_EC2_METADATA_SERVICE_ENDPOINT"
#define KEYS_UNTIL(time) "{\"Code\":\"Success\",\"AccessKeyId\":\"" KEY_ID "\",\"SecretAccessKey\":\"" SECRET "\",\"Token\":\"" TOKEN "\"," \
    "\"Expiration\":\"" time "\"}"
#define NOT_EC2 " Set AWS_EC2_METADATA_DISABLED=true if this is not EC2."
#define KEYS KEYS_UNTIL ("2026-11-23T05:05:07Z")
#define ROLES "/latest/meta-data/iam/security-credentials/"

//  The stage with its server as the metadata service.
static find_stage_t *
stage_of (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, ENDPOINT, find_url (stage, "/"));
    return stage;
}

//  Sentences name the service by its URL; the beginning and the rest of one.
static void
assert_sentence (const find_stage_t *stage, const char *before, const char *behind)
{
    char text [4096];
    snprintf (text, sizeof text, "%s(http://127.0.0.1:%d)%s", before, stage->port, behind);
    assert_string_equal (stage->sentence, text);
    assert_int_equal (stage->status, STATUS_NO_CREDENTIALS);
}

static void
token_role_and_keys_are_asked_for_in_turn (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, "verysecretimdstoken==");
    find_answers (stage, 200, "shop-role");
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, IMDS), STATUS_OK);
    assert_found (stage, KEY_ID, SECRET, TOKEN);
    assert_int_equal (stage->found.expires_ms, INT64_C (1795410307000));
    assert_string_equal (stage->found.source, "EC2 instance");
    assert_int_equal (stage->requests_count, 3);
    assert_string_equal (stage->requests [0].method, "PUT");
    assert_string_equal (stage->requests [0].path, "/latest/api/token");
    assert_string_equal (stage->requests [0].imds_ttl, "21600");
    assert_string_equal (stage->requests [0].imds_token, "");
    assert_string_equal (stage->requests [1].method, "GET");
    assert_string_equal (stage->requests [1].path, ROLES);
    assert_string_equal (stage->requests [1].imds_token, "verysecretimdstoken==");
    assert_string_equal (stage->requests [2].method, "GET");
    assert_string_equal (stage->requests [2].path, ROLES "shop-role");
    assert_string_equal (stage->requests [2].imds_token, "verysecretimdstoken==");
    assert_string_equal (stage->requests [2].imds_ttl, "");
}

static void
the_first_role_of_a_list_counts (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, "verysecrettoken");
    find_answers (stage, 200, "shop+role=1,2.3@4_5-6\r\nother\n");
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, IMDS), STATUS_OK);
    assert_string_equal (stage->requests [2].path, ROLES "shop+role=1,2.3@4_5-6");
}

static void
a_metadata_service_that_is_switched_off_is_not_asked (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_EC2_METADATA_DISABLED", "True");
    assert_int_equal (find_for (stage, IMDS), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "There are no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, for the "
                         "server.");
    assert_int_equal (stage->requests_count, 0);
    home_set (&stage->home, "AWS_EC2_METADATA_DISABLED", "false");
    find_answers (stage, 403, "");
    assert_int_equal (find_for (stage, IMDS), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 1);
}

static void
where_nobody_answers_there_is_no_ec2 (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, ENDPOINT, "http://127.0.0.1:1");
    assert_int_equal (find_for (stage, IMDS), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "There are no AWS credentials. Looked at: EC2's metadata service"));
}

static void
a_service_that_does_not_answer_within_a_second_is_not_there (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 0, NULL);
    int64_t began_ms = stage->clock.wall_ms;
    stage->hurry = true;
    assert_int_equal (find_for (stage, IMDS), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "There are no AWS credentials."));
    assert_int_equal (stage->requests_count, 1);
    assert_in_range (stage->clock.wall_ms - began_ms, 1000, 1999);
}

static void
variables_give_it_more_time_and_attempts (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_METADATA_SERVICE_TIMEOUT", "3");
    home_set (&stage->home, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2");
    find_answers (stage, 0, NULL);
    find_answers (stage, 0, NULL);
    int64_t began_ms = stage->clock.wall_ms;
    stage->hurry = true;
    assert_int_equal (find_for (stage, IMDS), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 2);
    assert_in_range (stage->clock.wall_ms - began_ms, 6000, 6999);
}

static void
each_step_has_its_own_attempts (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2");
    find_answers (stage, 503, "");
    find_answers (stage, 200, "verysecrettoken");
    find_answers (stage, 503, "");
    find_answers (stage, 200, "shop");
    find_answers (stage, 429, "");
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, IMDS), STATUS_OK);
    assert_int_equal (stage->requests_count, 6);
}

static void
a_setting_that_cannot_be_is_an_error (void **state)
{
    find_stage_t *stage = *state;
    home_set (&stage->home, "AWS_METADATA_SERVICE_TIMEOUT", "soon");
    assert_int_equal (find_for (stage, IMDS), STATUS_NO_CREDENTIALS);
    assert_string_equal (stage->sentence, "AWS_METADATA_SERVICE_TIMEOUT must be a whole number of seconds from 1 to 60.");
    assert_false (stage->passing);
}

//  The stage's transfers go nowhere by plain http but to loopback, so that the sentence tells where it would have gone.
static void
the_profile_may_say_where_to_ask (void **state)
{
    find_stage_t *stage = *state;
    home_write (&stage->home, ".aws/config", "[default]\nec2_metadata_service_endpoint_mode = IPv6\n");
    assert_int_equal (find_for (stage, IMDS), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (stage->sentence, "(http://[fd00:ec2::254]) cannot be asked for a token: plain http:// to "));
}

static void
where_tokens_are_not_known_there_is_no_ec2 (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 404, "not found");
    find_answers (stage, 405, "");
    for (int i = 0; i < 2; i++) {
        assert_int_equal (find_for (stage, IMDS), STATUS_NO_CREDENTIALS);
        assert_non_null (strstr (stage->sentence, "There are no AWS credentials."));
    }
    assert_int_equal (stage->requests_count, 2);
}

static void
a_service_that_is_turned_off_says_where_to_turn_it_on (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 403, "");
    find_for (stage, IMDS);
    assert_sentence (stage, "There are no AWS credentials in the environment, the profile or a container, and EC2's metadata service ",
                     ", which is asked last, refuses (HTTP 403). Set AWS_PROFILE or keys; on EC2, turn the service on in the instance's metadata "
                     "options.");
    assert_false (stage->passing);
}

static void
a_request_for_a_token_that_is_refused_is_an_error (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 400, "");
    find_for (stage, IMDS);
    assert_sentence (stage, "EC2's metadata service ", " answered HTTP 400 when asked for a token." NOT_EC2);
    assert_int_equal (stage->requests_count, 1);
}

static void
a_token_that_is_none_is_not_sent (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, "<html>\n<body>");
    find_answers (stage, 200, "");
    for (int i = 0; i < 2; i++) {
        find_for (stage, IMDS);
        assert_sentence (stage, "EC2's metadata service ", " gave a token that is none." NOT_EC2);
    }
    assert_int_equal (stage->requests_count, 2);
}

static void
an_instance_without_a_role_is_an_error_that_says_so (void **state)
{
    find_stage_t *stage = stage_of (state);
    static const find_told_t NONE [] = { { 404, "", { { 0 } } }, { 200, "", { { 0 } } }, { 200, " \n", { { 0 } } } };
    for (size_t i = 0; i < sizeof NONE / sizeof NONE [0]; i++) {
        find_answers (stage, 200, "verysecrettoken");
        find_answers (stage, NONE [i].status, NONE [i].body);
        find_for (stage, IMDS);
        assert_sentence (stage, "This EC2 instance has no role, says its metadata service ", ". Attach an instance profile to it, or set other "
                         "credentials and AWS_EC2_METADATA_DISABLED=true.");
        assert_false (stage->passing);
    }
    assert_int_equal (stage->requests_count, 6);
}

static void
a_role_s_name_cannot_lead_elsewhere (void **state)
{
    find_stage_t *stage = stage_of (state);
    static const char *const WRONG [] = {
        "..", "a/b", "../../user-data", "a?b", "a b", "a%2fb", "<html>", "a\xC3\xA9",
        "a2345678901234567890123456789012345678901234567890123456789012345",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        find_server_forget (stage);
        find_answers (stage, 200, "verysecrettoken");
        find_answers (stage, 200, WRONG [i]);
        find_for (stage, IMDS);
        assert_sentence (stage, "EC2's metadata service ", " names a role that none can be called." NOT_EC2);
        assert_int_equal (stage->requests_count, 2);
    }
}

static void
a_token_that_is_no_good_any_more_is_replaced_once (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, "verysecretold");
    find_answers (stage, 200, "shop");
    find_answers (stage, 401, "");
    find_answers (stage, 200, "verysecretnew");
    find_answers (stage, 200, KEYS);
    assert_int_equal (find_for (stage, IMDS), STATUS_OK);
    assert_int_equal (stage->requests_count, 5);
    assert_string_equal (stage->requests [3].method, "PUT");
    assert_string_equal (stage->requests [4].path, ROLES "shop");
    assert_string_equal (stage->requests [4].imds_token, "verysecretnew");
    assert_found (stage, KEY_ID, SECRET, TOKEN);

    find_server_forget (stage);
    find_answers (stage, 200, "verysecretold");
    find_answers (stage, 401, "");
    find_answers (stage, 200, "verysecretnew");
    find_answers (stage, 401, "");
    find_for (stage, IMDS);
    assert_int_equal (stage->requests_count, 4);
    assert_sentence (stage, "EC2's metadata service ", " answered HTTP 401 when asked for the name of the role." NOT_EC2);
}

static void
a_role_that_cannot_be_assumed_says_what_to_look_at (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, "verysecrettoken");
    find_answers (stage, 200, "shop");
    find_answers (stage, 200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"EC2 cannot assume the role shop\"}");
    find_for (stage, IMDS);
    assert_sentence (stage, "EC2's metadata service ", " has no keys for the role shop: the answer says AssumeRoleUnauthorizedAccess: EC2 cannot "
                     "assume the role shop. See that the role exists and that its trust policy lets ec2.amazonaws.com assume it.");
}

static void
an_answer_without_keys_says_what_is_missing (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, "verysecrettoken");
    find_answers (stage, 200, "shop");
    find_answers (stage, 200, "{\"Code\":\"Success\",\"SecretAccessKey\":\"" SECRET "\"}");
    find_for (stage, IMDS);
    assert_sentence (stage, "EC2's metadata service ", " has no keys for the role shop: the answer has no AccessKeyId.");
}

static void
a_service_that_falls_silent_half_way_is_an_error_that_may_pass (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, "verysecrettoken");
    find_answers (stage, 0, NULL);
    stage->hurry = true;
    find_for (stage, IMDS);
    assert_true (stage->passing);
    assert_non_null (strstr (stage->sentence, " did not answer when asked for the name of the role: "));
    assert_non_null (strstr (stage->sentence, ". AWS_METADATA_SERVICE_TIMEOUT and AWS_METADATA_SERVICE_NUM_ATTEMPTS give it more time."));
}

static void
a_service_in_trouble_is_an_error_that_may_pass (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 500, "");
    find_for (stage, IMDS);
    assert_true (stage->passing);
    assert_sentence (stage, "EC2's metadata service ", " answered HTTP 500 when asked for a token." NOT_EC2);
}

static void
expired_keys_go_on_being_used_for_a_while (void **state)
{
    find_stage_t *stage = stage_of (state);
    for (int i = 0; i < 8; i++) {
        find_server_forget (stage);
        find_answers (stage, 200, "verysecrettoken");
        find_answers (stage, 200, "shop");
        find_answers (stage, 200, KEYS_UNTIL ("2026-11-22T23:05:00Z"));
        int64_t now_ms = stage->clock.wall_ms;
        assert_int_equal (find_for (stage, IMDS), STATUS_OK);
        assert_found (stage, KEY_ID, SECRET, TOKEN);
        assert_in_range (stage->found.expires_ms - now_ms, 17 * 60 * 1000, 25 * 60 * 1000 + FIND_WAIT_MS);
    }
}

static void
keys_that_are_good_keep_their_end (void **state)
{
    find_stage_t *stage = stage_of (state);
    find_answers (stage, 200, "verysecrettoken");
    find_answers (stage, 200, "shop");
    find_answers (stage, 200, KEYS_UNTIL ("2026-11-22T23:10:07Z"));
    assert_int_equal (find_for (stage, IMDS), STATUS_OK);
    assert_int_equal (stage->found.expires_ms, INT64_C (1795389007000));
}

static void
behind_a_container_that_is_broken_it_is_not_asked (void **state)
{
    find_stage_t *stage = stage_of (state);
    home_set (&stage->home, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/");
    stage->hurry = true;
    assert_int_equal (find_for (stage, BOTH), STATUS_NO_CREDENTIALS);
    assert_int_equal (stage->requests_count, 0);
    assert_non_null (strstr (stage->sentence, "AWS_CONTAINER_CREDENTIALS_FULL_URI: "));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (token_role_and_keys_are_asked_for_in_turn),
        FIND_TEST (the_first_role_of_a_list_counts),
        FIND_TEST (a_metadata_service_that_is_switched_off_is_not_asked),
        FIND_TEST (where_nobody_answers_there_is_no_ec2),
        FIND_TEST (a_service_that_does_not_answer_within_a_second_is_not_there),
        FIND_TEST (variables_give_it_more_time_and_attempts),
        FIND_TEST (each_step_has_its_own_attempts),
        FIND_TEST (a_setting_that_cannot_be_is_an_error),
        FIND_TEST (the_profile_may_say_where_to_ask),
        FIND_TEST (where_tokens_are_not_known_there_is_no_ec2),
        FIND_TEST (a_service_that_is_turned_off_says_where_to_turn_it_on),
        FIND_TEST (a_request_for_a_token_that_is_refused_is_an_error),
        FIND_TEST (a_token_that_is_none_is_not_sent),
        FIND_TEST (an_instance_without_a_role_is_an_error_that_says_so),
        FIND_TEST (a_role_s_name_cannot_lead_elsewhere),
        FIND_TEST (a_token_that_is_no_good_any_more_is_replaced_once),
        FIND_TEST (a_role_that_cannot_be_assumed_says_what_to_look_at),
        FIND_TEST (an_answer_without_keys_says_what_is_missing),
        FIND_TEST (a_service_that_falls_silent_half_way_is_an_error_that_may_pass),
        FIND_TEST (a_service_in_trouble_is_an_error_that_may_pass),
        FIND_TEST (expired_keys_go_on_being_used_for_a_while),
        FIND_TEST (keys_that_are_good_keep_their_end),
        FIND_TEST (behind_a_container_that_is_broken_it_is_not_asked),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
