#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sentence.h"

#include <stdio.h>

//  The sentence for an outcome, as text.
static const char *
sentence_of (const outcome_t *outcome)
{
    static char text [4096];
    buffer_t out;
    buffer_init (&out, sizeof text - 1);
    sentence_of_outcome (&out, outcome, "eu-west-1");
    assert_int_equal (buffer_status (&out), STATUS_OK);
    assert_true (out.size > 0);
    snprintf (text, sizeof text, "%.*s", (int) out.size, out.data);
    buffer_deinit (&out);
    return text;
}

static aws_error_t
said (aws_error_class_t class, const char *code, const char *message)
{
    aws_error_t error = { .class = class };
    snprintf (error.code, sizeof error.code, "%s", code);
    snprintf (error.message, sizeof error.message, "%s", message);
    return error;
}

static outcome_t
logs_failed (status_t status, const aws_error_t *error, const char *reason)
{
    return (outcome_t) { .status = status, .error = error, .reason = reason, .api = "DescribeLogGroups", .service = AWS_LOGS, .attempts = 1,
                         .took_ms = 120, .retry_ms = -1, .quota_per_s = 10 };
}

static void
a_policy_that_lacks_an_action_is_told_which (void **state)
{
    (void) state;
    aws_error_t error = said (AWS_DENIED, "AccessDeniedException", "User: arn:aws:sts::123456789012:assumed-role/reader is not authorized");
    outcome_t outcome = logs_failed (STATUS_REFUSED, &error, NULL);
    assert_string_equal (sentence_of (&outcome),
                         "AccessDeniedException: the role may not call logs:DescribeLogGroups in eu-west-1. Add logs:DescribeLogGroups to its "
                         "policy. "
                         "AWS says: User: arn:aws:sts::123456789012:assumed-role/reader is not authorized.");
}

static void
a_refusal_without_a_code_is_not_from_aws (void **state)
{
    (void) state;
    aws_error_t error = said (AWS_INVALID, "HTTP 405", "");
    outcome_t outcome = logs_failed (STATUS_INVALID_ARGUMENT, &error, NULL);
    assert_string_equal (sentence_of (&outcome),
                         "HTTP 405: logs:DescribeLogGroups in eu-west-1 was refused without a reason, as AWS does not: something else answers "
                         "there. Look at the endpoint settings (AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_CLOUDWATCH_LOGS; in a profile, "
                         "endpoint_url) and at the proxy (HTTPS_PROXY).");
    outcome.service = AWS_MONITORING;
    assert_non_null (strstr (sentence_of (&outcome), "AWS_ENDPOINT_URL_CLOUDWATCH;"));
    error = said (AWS_INVALID, "ValidationException", "No.");
    assert_null (strstr (sentence_of (&outcome), "AWS_ENDPOINT_URL"));
}

static void
cloudwatch_is_named_as_its_policies_name_it (void **state)
{
    (void) state;
    aws_error_t error = said (AWS_DENIED, "AccessDenied", "");
    outcome_t outcome = logs_failed (STATUS_REFUSED, &error, NULL);
    outcome.service = AWS_MONITORING;
    outcome.api = "ListMetrics";
    assert_string_equal (sentence_of (&outcome), "AccessDenied: the role may not call cloudwatch:ListMetrics in eu-west-1. Add "
                                                 "cloudwatch:ListMetrics to its policy.");
}

static void
throttling_tells_how_often_the_quota_and_when_to_come_back (void **state)
{
    (void) state;
    aws_error_t error = said (AWS_THROTTLED, "ThrottlingException", "Rate exceeded");
    outcome_t outcome = logs_failed (STATUS_THROTTLED, &error, NULL);
    outcome.attempts = 3;
    outcome.took_ms = 2140;
    outcome.retry_ms = 3100;
    assert_string_equal (sentence_of (&outcome),
                         "ThrottlingException: logs:DescribeLogGroups in eu-west-1 was throttled 3 times in 2.1 s (the account's quota is 10 "
                         "requests/s and others "
                         "use it too). Ask again in about 4 s, or ask for less.");
    outcome.waited_ms = 1940;
    assert_non_null (strstr (sentence_of (&outcome), " was throttled 3 times in 2.1 s, 1.9 s of it waiting (the account's quota is 10 "));
    outcome.attempts = 1;
    outcome.retry_ms = -1;
    assert_string_equal (sentence_of (&outcome),
                         "ThrottlingException: logs:DescribeLogGroups in eu-west-1 was throttled (the account's quota is 10 requests/s and others "
                         "use it too). "
                         "Ask again in about 5 s, or ask for less.");
}

static void
credentials_that_aws_refuses_are_told_apart_from_a_wrong_clock (void **state)
{
    (void) state;
    aws_error_t expired = said (AWS_EXPIRED, "ExpiredTokenException", "The security token included in the request is expired");
    outcome_t outcome = logs_failed (STATUS_NO_CREDENTIALS, &expired, NULL);
    assert_string_equal (sentence_of (&outcome),
                         "ExpiredTokenException: AWS does not accept these credentials for logs:DescribeLogGroups in eu-west-1, also after they "
                         "were read anew. Check that "
                         "they belong to this account and have not expired. AWS says: The security token included in the request is expired.");
    aws_error_t skewed = said (AWS_SKEWED, "InvalidSignatureException", "Signature expired.");
    outcome = logs_failed (STATUS_REFUSED, &skewed, NULL);
    assert_string_equal (sentence_of (&outcome),
                         "InvalidSignatureException: AWS does not accept the signature for logs:DescribeLogGroups in eu-west-1. Check the secret "
                         "key, and this "
                         "machine's clock. AWS says: Signature expired.");
}

static void
a_fault_of_awss_tells_the_attempts (void **state)
{
    (void) state;
    aws_error_t error = said (AWS_TRANSIENT, "InternalFailure", "");
    outcome_t outcome = logs_failed (STATUS_AWS_FAULT, &error, NULL);
    outcome.attempts = 3;
    outcome.took_ms = 900;
    assert_string_equal (sentence_of (&outcome), "CloudWatch Logs failed to answer DescribeLogGroups in eu-west-1: InternalFailure (3 attempts in "
                                                 "0.9 s). "
                         "Ask again in a few seconds.");
    error = said (AWS_BROKEN, "NotImplemented", "No such operation here");
    outcome.attempts = 1;
    assert_string_equal (sentence_of (&outcome), "CloudWatch Logs failed to answer DescribeLogGroups in eu-west-1: NotImplemented. AWS says: No such "
                                                 "operation here.");
}

static void
a_request_that_aws_finds_wrong_is_quoted (void **state)
{
    (void) state;
    aws_error_t error = said (AWS_INVALID, "InvalidParameterException", "1 validation error detected");
    outcome_t outcome = logs_failed (STATUS_INVALID_ARGUMENT, &error, NULL);
    assert_string_equal (sentence_of (&outcome), "InvalidParameterException: logs:DescribeLogGroups in eu-west-1 was refused. AWS says: 1 "
                                                 "validation error detected.");
}

static void
the_credentials_actors_own_sentence_stands_alone (void **state)
{
    (void) state;
    aws_error_t error = said (AWS_EXPIRED, "", "There are no AWS credentials: set AWS_PROFILE.");
    outcome_t outcome = logs_failed (STATUS_NO_CREDENTIALS, &error, NULL);
    assert_string_equal (sentence_of (&outcome), "There are no AWS credentials: set AWS_PROFILE.");
}

static void
without_any_word_there_is_a_sentence_all_the_same (void **state)
{
    (void) state;
    aws_error_t error = said (AWS_EXPIRED, "", "");
    outcome_t outcome = logs_failed (STATUS_NO_CREDENTIALS, &error, NULL);
    outcome.attempts = 0;
    assert_string_equal (sentence_of (&outcome), "CloudWatch Logs in eu-west-1 was not asked for DescribeLogGroups: there are no AWS credentials.");
}

static void
a_full_queue_tells_when_the_turn_would_come (void **state)
{
    (void) state;
    outcome_t outcome = logs_failed (STATUS_BUSY, NULL, "too many requests are waiting");
    outcome.attempts = 0;
    outcome.retry_ms = 7300;
    assert_string_equal (sentence_of (&outcome), "logs:DescribeLogGroups in eu-west-1 was not asked: too many requests are waiting. Its turn would "
                                                 "come in 7.3 s: "
                         "ask again then, or ask for less.");
    outcome.retry_ms = -1;
    assert_string_equal (sentence_of (&outcome), "logs:DescribeLogGroups in eu-west-1 was not asked: too many requests are waiting. Ask again in a "
                                                 "few seconds.");
    outcome.attempts = 1;
    outcome.took_ms = 2500;
    outcome.waited_ms = 2410;
    outcome.unasked = true;
    outcome.before = "ThrottlingException";
    assert_string_equal (sentence_of (&outcome), "logs:DescribeLogGroups in eu-west-1 was not asked again: too many requests are waiting (1 attempt "
                                                 "in 2.5 s, 2.4 s of it waiting; before: ThrottlingException). Ask again in a few seconds.");
}

static void
being_late_is_told_apart_from_never_having_asked (void **state)
{
    (void) state;
    outcome_t outcome = logs_failed (STATUS_DEADLINE, NULL, "no answer within 25 s");
    outcome.attempts = 2;
    outcome.took_ms = 50000;
    assert_string_equal (sentence_of (&outcome), "CloudWatch Logs in eu-west-1 did not answer DescribeLogGroups in time: no answer within 25 s (2 "
                                                 "attempts in 50.0 s). "
                         "Ask for less, or again later.");
    outcome.unasked = true;
    outcome.waited_ms = 48000;
    outcome.before = "no answer within 25 s";
    outcome.reason = "its turn did not come in time";
    assert_string_equal (sentence_of (&outcome), "logs:DescribeLogGroups in eu-west-1 was not asked again in time: its turn did not come in time (2 "
                                                 "attempts in 50.0 s, 48.0 s of it waiting; before: no answer within 25 s). Ask for less, or again "
                                                 "later.");
    outcome.attempts = 0;
    outcome.reason = "the credentials did not come in time";
    assert_string_equal (sentence_of (&outcome), "logs:DescribeLogGroups in eu-west-1 was not asked in time: the credentials did not come in time. "
                         "Ask for less, or again later.");
}

static void
an_unreachable_network_names_what_to_look_at (void **state)
{
    (void) state;
    outcome_t outcome = logs_failed (STATUS_UNREACHABLE, NULL, "connection refused");
    outcome.attempts = 3;
    outcome.took_ms = 1000;
    assert_string_equal (sentence_of (&outcome), "CloudWatch Logs in eu-west-1 could not be reached for DescribeLogGroups: connection refused (3 "
                                                 "attempts in 1.0 s). "
                         "Check the region's name, the network and the endpoint settings (AWS_ENDPOINT_URL).");
}

static void
a_want_of_memory_does_not_blame_the_network (void **state)
{
    (void) state;
    outcome_t outcome = logs_failed (STATUS_NO_MEMORY, NULL, NULL);
    assert_string_equal (sentence_of (&outcome), "CloudWatch Logs in eu-west-1 was not asked for DescribeLogGroups: there is not enough memory.");
}

static void
an_answer_that_is_too_large_asks_for_less (void **state)
{
    (void) state;
    outcome_t outcome = logs_failed (STATUS_TOO_LARGE, NULL, NULL);
    assert_string_equal (sentence_of (&outcome), "CloudWatch Logs in eu-west-1 sent more than fits in one answer to DescribeLogGroups. Ask for "
                                                 "less.");
}

static void
hostile_words_are_quoted_visible (void **state)
{
    (void) state;
    aws_error_t error = said (AWS_INVALID, "Code\u202e", "say \u202ehello\x1b[2J");
    outcome_t outcome = logs_failed (STATUS_INVALID_ARGUMENT, &error, NULL);
    assert_string_equal (sentence_of (&outcome), "Code\\u202e: logs:DescribeLogGroups in eu-west-1 was refused. AWS says: say "
                                                 "\\u202ehello\\u001b[2J.");
}

//  Every status and every class ends in a sentence with a full stop and without gaps.
static void
what_nobody_can_reach_tells_since_when_why_and_when_it_is_tried_again (void **state)
{
    (void) state;
    static const struct { int64_t dead_ms, again_ms; int attempts; const char *sentence; } CASES [] = {
        { 800, 450, 0, "CloudWatch Logs in eu-west-1 has not been reachable for 800 ms (connection refused), so DescribeLogGroups was not asked. "
                       "It is tried again in 450 ms: ask again then." },
        { 42400, 12600, 2, "CloudWatch Logs in eu-west-1 has not been reachable for 42 s (connection refused), so DescribeLogGroups was not asked "
                           "once more. It is tried again in 13 s: ask again then." },
        { 300000, 0, 0, "CloudWatch Logs in eu-west-1 has not been reachable for 5 min (connection refused), so DescribeLogGroups was not asked. "
                        "It is tried again at this moment: ask again then." },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        outcome_t outcome = logs_failed (STATUS_UNREACHABLE, NULL, "connection refused");
        outcome.barred = true;
        outcome.dead_ms = CASES [i].dead_ms;
        outcome.retry_ms = CASES [i].again_ms;
        outcome.attempts = CASES [i].attempts;
        char expected [512];
        snprintf (expected, sizeof expected, "%s If it lasts, check the region's name, the network and the endpoint settings (AWS_ENDPOINT_URL).",
                  CASES [i].sentence);
        assert_string_equal (sentence_of (&outcome), expected);
    }
}

static void
there_is_no_outcome_without_a_whole_sentence (void **state)
{
    (void) state;
    for (int class = AWS_NO_ERROR; class <= AWS_BROKEN; class++)
        for (int status = STATUS_INVALID_ARGUMENT; status <= STATUS_AGAIN; status++)
            for (int words = 0; words < 4; words++) {
                aws_error_t error = said ((aws_error_class_t) class, words & 1 ? "Code" : "", words & 2 ? "Message" : "");
                outcome_t outcome = logs_failed ((status_t) status, words ? &error : NULL, NULL);
                if (words == 2)
                    continue;           //  Somebody else's sentence, whole by itself
                const char *text = sentence_of (&outcome);
                assert_int_equal (text [strlen (text) - 1], '.');
                assert_null (strstr (text, "  "));
                assert_null (strstr (text, ".."));
                assert_null (strstr (text, "(null)"));
            }
}

static void
sentences_of_a_note_stand_apart (void **state)
{
    (void) state;
    buffer_t note;
    buffer_init (&note, 64);
    sentence_begin (&note);
    buffer_append_text (&note, "One.");
    sentence_begin (&note);
    buffer_append_text (&note, "Two.");
    assert_true (slice_is (buffer_slice (&note), "One. Two."));
    buffer_deinit (&note);
}

static void
an_age_is_told_from_a_second_on (void **state)
{
    (void) state;
    buffer_t note;
    buffer_init (&note, 1024);
    sentence_of_age (&note, 0);
    sentence_of_age (&note, 999);
    assert_int_equal (note.size, 0);
    sentence_of_age (&note, 1000);
    sentence_of_age (&note, 59999);
    assert_true (slice_is (buffer_slice (&note), "This list is 1 s old. This list is 59 s old."));
    buffer_deinit (&note);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_policy_that_lacks_an_action_is_told_which),
        cmocka_unit_test (a_refusal_without_a_code_is_not_from_aws),
        cmocka_unit_test (cloudwatch_is_named_as_its_policies_name_it),
        cmocka_unit_test (throttling_tells_how_often_the_quota_and_when_to_come_back),
        cmocka_unit_test (credentials_that_aws_refuses_are_told_apart_from_a_wrong_clock),
        cmocka_unit_test (a_fault_of_awss_tells_the_attempts),
        cmocka_unit_test (a_request_that_aws_finds_wrong_is_quoted),
        cmocka_unit_test (the_credentials_actors_own_sentence_stands_alone),
        cmocka_unit_test (without_any_word_there_is_a_sentence_all_the_same),
        cmocka_unit_test (a_full_queue_tells_when_the_turn_would_come),
        cmocka_unit_test (being_late_is_told_apart_from_never_having_asked),
        cmocka_unit_test (an_unreachable_network_names_what_to_look_at),
        cmocka_unit_test (a_want_of_memory_does_not_blame_the_network),
        cmocka_unit_test (an_answer_that_is_too_large_asks_for_less),
        cmocka_unit_test (hostile_words_are_quoted_visible),
        cmocka_unit_test (what_nobody_can_reach_tells_since_when_why_and_when_it_is_tried_again),
        cmocka_unit_test (there_is_no_outcome_without_a_whole_sentence),
        cmocka_unit_test (sentences_of_a_note_stand_apart),
        cmocka_unit_test (an_age_is_told_from_a_second_on),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
