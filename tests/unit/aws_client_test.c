#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws_client_fixture.h"
#include "gates.h"

static const aws_request_t ALARMS = { .service = AWS_MONITORING, .api = "DescribeAlarms", .body = { "{}", 2 } };

static void
a_success_is_answered (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200, .body = "{\"text\":\"hello\"}");
    asked_t asked;
    ask (&asked, stage);
    assert_int_equal (aws_client_counts (stage->client).under_way, 1);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_string_equal (asked.text, "hello");
    assert_false (asked.has_error);
    assert_string_equal (asked.outcome.api, "DescribeLogGroups");
    assert_int_equal (asked.outcome.service, AWS_LOGS);
    assert_int_equal (asked.outcome.attempts, 1);
    assert_int_equal (asked.outcome.retry_ms, -1);
    aws_client_counts_t counts = aws_client_counts (stage->client);
    assert_true (counts.asks == 1 && counts.attempts == 1 && counts.retries == 0 && counts.failures == 0 && counts.under_way == 0);
}

static void
the_request_is_what_aws_wants_to_see (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200);
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
    const seen_t *seen = &stage->seen [0];
    char host [32];
    snprintf (host, sizeof host, "127.0.0.1:%d", stage->port);
    assert_string_equal (seen->method, "POST");
    assert_string_equal (seen->path, "/");
    assert_string_equal (seen->body, "{\"limit\":5}");
    assert_string_equal (seen->host, host);
    assert_string_equal (seen->content_type, "application/x-amz-json-1.1");
    assert_string_equal (seen->target, "Logs_20140328.DescribeLogGroups");
    assert_string_equal (seen->query_mode, "");
    assert_string_equal (seen->date, "20261122T230507Z");
    assert_string_equal (seen->token, "token1");
    assert_string_equal (seen->invocation, "80000000-0000-4000-8000-000000000000");
    assert_string_equal (seen->attempt, "attempt=1; max=3");
    assert_string_equal (seen->agent, "cloudwatch-mcp/" CLOUDWATCH_MCP_VERSION);
    assert_false (seen->unasked);
    assert_non_null (strstr (seen->authorization, "Credential=AKID1/20261122/eu-west-1/logs/aws4_request"));
    assert_non_null (strstr (seen->authorization, "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,"));
}

static void
monitoring_is_asked_for_the_old_error_codes (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 400, .body = "{\"__type\":\"ResourceNotFoundException\"}",
          .fields = { { "x-amzn-query-error", "ResourceNotFound;Sender" } });
    asked_t asked;
    ask_for (&asked, stage, &ALARMS);
    wait_until_done (&asked);
    const seen_t *seen = &stage->seen [0];
    assert_string_equal (seen->content_type, "application/x-amz-json-1.0");
    assert_string_equal (seen->target, "GraniteServiceVersion20100801.DescribeAlarms");
    assert_string_equal (seen->query_mode, "true");
    assert_non_null (strstr (seen->authorization, "/eu-west-1/monitoring/aws4_request"));
    assert_non_null (strstr (seen->authorization, "x-amz-target;x-amzn-query-mode,"));
    assert_string_equal (asked.error.code, "ResourceNotFound");
}

static void
sts_is_sent_a_form_and_its_xml_comes_as_json (void **state)
{
    stage_t *stage = *state;
    static const aws_request_t DECODE = { .service = AWS_STS, .api = "DecodeAuthorizationMessage",
                                          .body = { "{\"EncodedMessage\":\"a+b c\"}", 26 } };
    STEP (stage, .status = 200, .body = "<R><Result><DecodedMessage>no</DecodedMessage></Result></R>");
    asked_t asked;
    ask_for (&asked, stage, &DECODE);
    wait_until_done (&asked);
    const seen_t *seen = &stage->seen [0];
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_string_equal (seen->body, "Action=DecodeAuthorizationMessage&Version=2011-06-15&EncodedMessage=a%2Bb%20c");
    assert_string_equal (seen->content_type, "application/x-www-form-urlencoded");
    assert_string_equal (seen->target, "");
    assert_string_equal (seen->query_mode, "");
    assert_non_null (strstr (seen->authorization, "Credential=AKID1/20261122/eu-west-1/sts/aws4_request"));
    assert_non_null (strstr (seen->authorization, "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,"));
}

//  Computes the signature again from what arrived.
static void
assert_signed (const seen_t *seen, const char *service, int64_t wall_ms, const sigv4_keys_t *keys)
{
    sigv4_field_t fields [4] = {
        { "Host", slice_of (seen->host) }, { "Content-Type", slice_of (seen->content_type) }, { "X-Amz-Target", slice_of (seen->target) },
        { "X-Amzn-Query-Mode", slice_of (seen->query_mode) },
    };
    sigv4_request_t request = {
        .method = seen->method, .path = slice_of (seen->path), .fields = fields, .fields_count = seen->query_mode [0] ? 4 : 3,
        .body = slice_of (seen->body), .region = "eu-west-1", .service = service, .wall_ms = wall_ms,
    };
    sigv4_t *signer = sigv4_new ();
    sigv4_signature_t signature;
    assert_int_equal (sigv4_sign (signer, keys, &request, &signature), STATUS_OK);
    assert_true (slice_is (buffer_slice (&signature.authorization), seen->authorization));
    assert_string_equal (signature.date, seen->date);
    sigv4_signature_deinit (&signature);
    sigv4_destroy (&signer);
}

static void
the_signature_is_that_of_what_arrives (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200);
    asked_t logs, alarms;
    ask (&logs, stage);
    wait_until_done (&logs);
    ask_for (&alarms, stage, &ALARMS);
    wait_until_done (&alarms);
    sigv4_keys_t keys = { .key_id = SLICE ("AKID1"), .secret = SLICE ("secret1"), .token = SLICE ("token1") };
    assert_signed (&stage->seen [0], "logs", stage->clock.wall_ms, &keys);
    assert_signed (&stage->seen [1], "monitoring", stage->clock.wall_ms, &keys);
}

static void
a_base_path_of_the_endpoint_is_asked_and_signed (void **state)
{
    stage_t *stage = *state;
    snprintf (stage->url, sizeof stage->url, "http://127.0.0.1:%d/base/path", stage->port);
    stage_new_client (stage);
    STEP (stage, .status = 200);
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_string_equal (stage->seen [0].path, "/base/path/");
    sigv4_keys_t keys = { .key_id = SLICE ("AKID1"), .secret = SLICE ("secret1"), .token = SLICE ("token1") };
    assert_signed (&stage->seen [0], "logs", stage->clock.wall_ms, &keys);
}

static void
a_request_that_cannot_be_is_refused_at_once (void **state)
{
    stage_t *stage = *state;
    asked_t asked;
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "evil.example.com/", BUDGET_MS), STATUS_INVALID_ARGUMENT);
    assert_non_null (strstr (asked.reason, "region"));
    char *large = calloc (1, (1 << 20) + 1);
    aws_request_t request = LOG_GROUPS;
    request.body = (slice_t) { large, (1 << 20) + 1 };
    assert_int_equal (asked_start (&asked, stage, &request, "eu-west-1", BUDGET_MS), STATUS_TOO_LARGE);
    free (large);
    stage->config.endpoint_url = "http://logs.example.com";
    stage_new_client (stage);
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "eu-west-1", BUDGET_MS), STATUS_REFUSED);
    assert_non_null (strstr (asked.reason, "AWS_ENDPOINT_URL"));
    assert_int_equal (aws_client_counts (stage->client).under_way, 0);
}

static void
one_region_too_many_is_refused (void **state)
{
    stage_t *stage = *state;
    asked_t asked [GATES_REGIONS_MAX + 1];
    char region [16];
    for (int i = 0; i < GATES_REGIONS_MAX; i++) {
        snprintf (region, sizeof region, "%s-west-%d", i < 40 ? "eu" : "us", i % 40);
        assert_int_equal (asked_start (&asked [i], stage, &LOG_GROUPS, region, BUDGET_MS), STATUS_OK);
    }
    assert_int_equal (asked_start (&asked [GATES_REGIONS_MAX], stage, &LOG_GROUPS, "ap-east-1", BUDGET_MS), STATUS_BUSY);
    aws_client_abort (stage->client, &asked [7].ask);
    assert_int_equal (asked_start (&asked [7], stage, &LOG_GROUPS, "ap-east-1", BUDGET_MS), STATUS_OK);
    for (int i = 0; i < GATES_REGIONS_MAX; i++)
        aws_client_abort (stage->client, &asked [i].ask);
}

//  --- Credentials

static void
keys_are_asked_for_once_for_all (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200);
    asked_t asked [5];
    for (int i = 0; i < 5; i++)
        ask (&asked [i], stage);
    for (int i = 0; i < 5; i++)
        wait_until_done (&asked [i]);
    assert_int_equal (stage->peer.questions, 1);
    assert_int_equal (stage->requests, 5);
}

static void
without_credentials_the_sentence_of_their_actor_is_told (void **state)
{
    stage_t *stage = *state;
    stage->peer_is_silent = true;
    asked_t asked;
    ask (&asked, stage);
    UNTIL (stage, keys_peer_hears (&stage->peer));
    keys_peer_refuse (&stage->peer, STATUS_NO_CREDENTIALS, "There are none.");
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_NO_CREDENTIALS);
    assert_string_equal (asked.error.message, "There are none.");
    assert_string_equal (asked.error.code, "");
    assert_int_equal (asked.outcome.attempts, 0);

    ask (&asked, stage);                //  And without a sentence there are words all the same
    UNTIL (stage, keys_peer_hears (&stage->peer));
    keys_peer_refuse (&stage->peer, STATUS_BUSY, NULL);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_BUSY);
    assert_false (asked.has_error);
    assert_string_equal (asked.reason, status_sentence (STATUS_BUSY));
    assert_int_equal (stage->requests, 0);
}

static void
credentials_that_do_not_come_end_the_ask_in_time (void **state)
{
    stage_t *stage = *state;
    stage->peer_is_silent = true;
    asked_t asked;
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, "eu-west-1", 4000), STATUS_OK);
    UNTIL (stage, keys_peer_hears (&stage->peer));
    stage_after_ms (stage, 3900);
    assert_int_equal (asked.done, 0);
    stage_after_ms (stage, 100);
    assert_int_equal (asked.done, 1);
    assert_int_equal (asked.outcome.status, STATUS_DEADLINE);
    assert_string_equal (asked.reason, "the credentials did not come in time");
    assert_in_range (asked.spent.keys_us, 3900000, 4000000);
}

static void
expired_credentials_are_refreshed_once_and_the_request_made_again (void **state)
{
    stage_t *stage = *state;
    FAILS (stage, 400, "ExpiredTokenException");
    STEP (stage, .status = 200);
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_int_equal (asked.outcome.attempts, 2);
    assert_int_equal (stage->peer.questions, 2);
    assert_int_equal (stage->peer.refused, 1);
    assert_non_null (strstr (stage->seen [0].authorization, "Credential=AKID1/"));
    assert_non_null (strstr (stage->seen [1].authorization, "Credential=AKID2/"));
    assert_string_equal (stage->seen [1].token, "token2");
    assert_string_equal (stage->seen [1].attempt, "attempt=2; max=3");
    assert_string_equal (stage->seen [1].invocation, stage->seen [0].invocation);
}

static void
credentials_that_are_refused_twice_are_a_failure (void **state)
{
    stage_t *stage = *state;
    FAILS (stage, 403, "UnrecognizedClientException");
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_NO_CREDENTIALS);
    assert_string_equal (asked.error.code, "UnrecognizedClientException");
    assert_string_equal (asked.error.message, "Said by AWS.");
    assert_int_equal (asked.outcome.attempts, 2);
    assert_int_equal (stage->requests, 2);
    assert_int_equal (stage->peer.questions, 2);
}

static void
requests_that_were_signed_with_the_same_keys_share_a_refresh (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200, .accepts = "AKID2/");
    asked_t asked [3];
    for (int i = 0; i < 3; i++)
        ask (&asked [i], stage);
    for (int i = 0; i < 3; i++) {
        wait_until_done (&asked [i]);
        assert_int_equal (asked [i].outcome.status, STATUS_OK);
    }
    assert_int_equal (stage->peer.questions, 2);
    assert_int_equal (stage->requests, 6);
}

//  --- Letting go

//  Aborted, an ask is not heard of again; the end of the test sees that it left no timer, no wait and no memory.
static void
abort_it (asked_t *asked)
{
    stage_t *stage = asked->stage;
    aws_client_abort (stage->client, &asked->ask);
    assert_null (asked->ask);
    aws_client_abort (stage->client, &asked->ask);
    assert_int_equal (aws_client_counts (stage->client).under_way, 0);
    stage_after_ms (stage, 2 * BUDGET_MS);
    assert_int_equal (asked->done, 0);
}

static void
an_ask_can_be_aborted_before_anything_happened (void **state)
{
    stage_t *stage = *state;
    asked_t asked;
    ask (&asked, stage);
    abort_it (&asked);
    assert_int_equal (stage->requests, 0);
}

static void
an_ask_can_be_aborted_while_it_waits_for_credentials (void **state)
{
    stage_t *stage = *state;
    stage->peer_is_silent = true;
    asked_t asked;
    ask (&asked, stage);
    UNTIL (stage, keys_peer_hears (&stage->peer));
    aws_client_abort (stage->client, &asked.ask);
    keys_peer_give (&stage->peer, 1, -1);
    abort_it (&asked);
    assert_int_equal (stage->requests, 0);
}

static void
an_ask_can_be_aborted_while_it_waits_for_its_turn (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200);
    stage->config.quota_share_percent = 1;              //  One request in ten seconds
    stage_new_client (stage);
    asked_t first, second;
    ask (&first, stage);
    wait_until_done (&first);
    ask (&second, stage);
    stage_turns (stage);
    assert_int_equal (second.done, 0);
    abort_it (&second);
    assert_int_equal (stage->requests, 1);
}

static void
an_ask_can_be_aborted_in_flight (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 0);
    asked_t asked;
    ask (&asked, stage);
    UNTIL (stage, stage->requests == 1);
    aws_client_abort (stage->client, &asked.ask);
    UNTIL (stage, stage->gone == 1);                    //  AWS notices
    abort_it (&asked);
}

static void
an_ask_can_be_aborted_in_a_pause (void **state)
{
    stage_t *stage = *state;
    FAILS (stage, 400, "ThrottlingException");
    asked_t asked;
    ask (&asked, stage);
    UNTIL (stage, aws_client_counts (stage->client).retries == 1);
    abort_it (&asked);
    assert_int_equal (stage->requests, 1);
}

//  One that is told, lets go of another, and asks for the next, as a call does that has what it wants.
typedef struct {
    asked_t  asked;
    asked_t *other;
    asked_t  next;
} selfish_t;

static void
drop_the_other_and_ask (void *arg, const outcome_t *outcome, const aws_spent_t *spent)
{
    selfish_t *self = arg;
    asked_done (&self->asked, outcome, spent);
    aws_client_abort (self->asked.stage->client, &self->other->ask);
    ask (&self->next, self->asked.stage);
}

static void
who_is_told_may_abort_others_and_ask_again (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200);
    asked_t other;
    selfish_t selfish = { .asked = { .stage = stage }, .other = &other };
    const char *reason;
    int64_t deadline_ms = clock_mono_ms (&stage->clock.source) + BUDGET_MS;
    assert_int_equal (aws_client_ask (stage->client, NULL, &LOG_GROUPS, "", "eu-west-1", deadline_ms, drop_the_other_and_ask, &selfish,
                                      &selfish.asked.ask, &reason), STATUS_OK);
    ask (&other, stage);
    UNTIL (stage, selfish.asked.done == 1);
    assert_null (other.ask);
    UNTIL (stage, selfish.next.done == 1);
    stage_turns (stage);
    assert_int_equal (other.done, 0);
    assert_int_equal (aws_client_counts (stage->client).under_way, 0);
}

int
main (void)
{
    zsys_handler_set (NULL);
    transfers_global_start ();
    const struct CMUnitTest tests [] = {
        STAGE_TEST (a_success_is_answered),
        STAGE_TEST (the_request_is_what_aws_wants_to_see),
        STAGE_TEST (monitoring_is_asked_for_the_old_error_codes),
        STAGE_TEST (sts_is_sent_a_form_and_its_xml_comes_as_json),
        STAGE_TEST (the_signature_is_that_of_what_arrives),
        STAGE_TEST (a_base_path_of_the_endpoint_is_asked_and_signed),
        STAGE_TEST (a_request_that_cannot_be_is_refused_at_once),
        STAGE_TEST (one_region_too_many_is_refused),
        STAGE_TEST (keys_are_asked_for_once_for_all),
        STAGE_TEST (without_credentials_the_sentence_of_their_actor_is_told),
        STAGE_TEST (credentials_that_do_not_come_end_the_ask_in_time),
        STAGE_TEST (expired_credentials_are_refreshed_once_and_the_request_made_again),
        STAGE_TEST (credentials_that_are_refused_twice_are_a_failure),
        STAGE_TEST (requests_that_were_signed_with_the_same_keys_share_a_refresh),
        STAGE_TEST (an_ask_can_be_aborted_before_anything_happened),
        STAGE_TEST (an_ask_can_be_aborted_while_it_waits_for_credentials),
        STAGE_TEST (an_ask_can_be_aborted_while_it_waits_for_its_turn),
        STAGE_TEST (an_ask_can_be_aborted_in_flight),
        STAGE_TEST (an_ask_can_be_aborted_in_a_pause),
        STAGE_TEST (who_is_told_may_abort_others_and_ask_again),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
