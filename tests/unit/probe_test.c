#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

#include "probe.h"

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_LOGS, .operations = LOGS_OPERATIONS, .kept_bytes_max = 1024 * 1024 });
}

static contracts_t *
embedded (void)
{
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    assert_int_equal (contracts_new (contract_files, &contracts, reason), STATUS_OK);
    return contracts;
}

//  How many contracts of this kind name the action.
static int
naming (const contracts_t *contracts, const char *action, bool internal)
{
    int count = 0;
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        for (size_t a = 0; contract_internal (contract) == internal && contract_action (contract, a); a++)
            count += strcmp (contract_action (contract, a), action) == 0;
    }
    return count;
}

static void
every_action_that_a_tool_needs_has_a_probe (void **state)
{
    (void) state;
    contracts_t *contracts = embedded ();
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        for (size_t a = 0; contract_action (contract, a); a++)
            if (!probe_find (slice_of (contract_action (contract, a))))
                fail_msg ("%s needs %s, for which actors/probe.c has no probe", contract_name (contract), contract_action (contract, a));
    }
    contracts_destroy (&contracts);
    assert_null (probe_find (SLICE ("logs:DeleteLogGroup")));
}

static void
every_probe_is_in_the_contract_of_one_actor (void **state)
{
    (void) state;
    contracts_t *contracts = embedded ();
    for (const probe_t *probe = PROBES; probe->action; probe++) {
        if (naming (contracts, probe->action, true) != 1)
            fail_msg ("%s is named by %d internal contracts", probe->action, naming (contracts, probe->action, true));
        char action [100];
        snprintf (action, sizeof action, "%s:%s", aws_service_iam (probe->service), probe->api);
        assert_string_equal (probe->action, action);
        assert_true (probe_find (slice_of (probe->action)) == probe);           //  No other one has its name
    }
    contracts_destroy (&contracts);
}

//  A probe that changed something, or read what is there, would be no probe.
static void
a_probe_reads_one_item_or_asks_for_what_does_not_exist (void **state)
{
    (void) state;
    for (const probe_t *probe = PROBES; probe->action; probe++) {
        yyjson_doc *doc;
        assert_int_equal (json_read (slice_of (probe->body), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
        yyjson_val *body = yyjson_doc_get_root (doc);
        bool one = json_int (body, "limit", 0) == 1 || json_int (body, "MaxRecords", 0) == 1 || json_int (body, "maxResults", 0) == 1;
        bool nothing = strstr (probe->body, "does-not-exist") || strstr (probe->body, "00000000-0000");
        bool identity = strcmp (probe->api, "GetCallerIdentity") == 0;
        if (!one && !nothing && !identity)
            fail_msg ("%s asks for %s", probe->action, probe->body);
        yyjson_doc_free (doc);
    }
}

static void
what_aws_says_becomes_a_verdict (void **state)
{
    fixture_t *self = *state;
    static const struct {
        int status;
        const char *body, *verdict, *text;
    } CASES [] = {
        { 200, "{}", "allowed", NULL },
        { 400, "{\"__type\":\"ResourceNotFoundException\",\"message\":\"The specified log group does not exist.\"}", "allowed", NULL },
        { 400, "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}", "denied",
          "AccessDeniedException: the role may not call logs:FilterLogEvents in eu-west-1. Add logs:FilterLogEvents to its policy. AWS says: no." },
        { 404, "{\"__type\":\"DashboardNotFoundError\",\"message\":\"none\"}", "allowed", NULL },
        { 400, "{\"__type\":\"InvalidParameterException\",\"message\":\"bad\"}", "unknown", "InvalidParameterException: logs:FilterLogEvents" },
        { 403, "{\"__type\":\"SignatureDoesNotMatch\",\"message\":\"m\"}", "refused", "AWS does not accept the signature" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        aws_says (&self->aws, CASES [i].status, CASES [i].body);
        yyjson_val *answer = ask (self, "probe_logs", "{\"action\":\"logs:FilterLogEvents\"}");
        assert_string_equal (text_of (answer, "verdict"), CASES [i].verdict);
        if (CASES [i].text)
            expect_part (text_of (answer, "text"), CASES [i].text);
        else
            assert_true (yyjson_is_null (yyjson_obj_get (answer, "text")));
    }
}

static void
it_tells_what_was_asked_where_with_which_keys_and_how_far_the_clocks_are_apart (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{}");
    yyjson_val *answer = ask (self, "probe_logs", "{\"action\":\"logs:DescribeLogGroups\"}");
    assert_string_equal (self->aws.asked [0].target, "Logs_20140328.DescribeLogGroups");
    assert_string_equal (asked_text (&self->aws, 0), "{\"limit\":1}");
    assert_string_equal (text_of (answer, "endpoint"), self->aws.url);
    assert_string_equal (text_of (answer, "source"), "environment");
    assert_string_equal (text_of (answer, "key_id"), "AKID…MPLE");
    assert_true (yyjson_is_null (yyjson_obj_get (answer, "expires_s")));
    assert_true (yyjson_is_null (yyjson_obj_get (answer, "newer_s")));
    yyjson_val *used = yyjson_arr_get_first (yyjson_obj_get (answer, "sources"));
    assert_string_equal (text_of (used, "verdict"), "used");
    assert_string_equal (text_of (used, "source"), "environment");
    assert_string_equal (text_of (used, "why"), "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    assert_true (yyjson_is_int (yyjson_obj_get (answer, "first_byte_ms")));
    //  The server that plays AWS is on the real clock, and the actor on one that stands in 2026
    yyjson_val *skew_s = yyjson_obj_get (answer, "skew_s");
    if (yyjson_is_int (skew_s))
        assert_true (llabs ((self->clock.wall_ms / 1000 + yyjson_get_sint (skew_s)) - (int64_t) time (NULL)) < 60);
}

static void
whose_the_keys_are_is_told_by_sts (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ann</Arn>"
              "</GetCallerIdentityResult></GetCallerIdentityResponse>");
    yyjson_val *answer = ask (self, "probe_logs", "{\"action\":\"sts:GetCallerIdentity\"}");
    assert_string_equal (asked_text (&self->aws, 0), "Action=GetCallerIdentity&Version=2011-06-15");
    assert_string_equal (self->aws.asked [0].target, "");
    assert_string_equal (text_of (answer, "verdict"), "allowed");
    assert_string_equal (text_of (answer, "arn"), "arn:aws:iam::123456789012:user/ann");
    aws_says (&self->aws, 403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>");
    answer = ask (self, "probe_logs", "{\"action\":\"sts:GetCallerIdentity\"}");
    assert_string_equal (text_of (answer, "verdict"), "denied");
    assert_true (yyjson_is_null (yyjson_obj_get (answer, "arn")));
}

static void
times_are_a_minute_in_the_units_of_the_api (void **state)
{
    fixture_t *self = *state;
    static const struct {
        const char *action;
        int64_t minute;
    } CASES [] = { { "logs:FilterLogEvents", 60000 }, { "logs:StartQuery", 60 } };
    self->aws.instead = answer_empty;
    for (int i = 0; i < 2; i++) {
        char arguments [100];
        snprintf (arguments, sizeof arguments, "{\"action\":\"%s\"}", CASES [i].action);
        ask (self, "probe_logs", arguments);
        int64_t start = json_int (asked (&self->aws, i), "startTime", 0), end_time = json_int (asked (&self->aws, i), "endTime", 0);
        assert_int_equal (end_time - start, CASES [i].minute);
        assert_true (llabs (end_time * (60000 / CASES [i].minute) - self->clock.wall_ms) < 60000);
    }
}

static void
where_nothing_answers_it_is_unreached (void **state)
{
    fixture_t *self = *state;
    http_server_destroy (&self->aws.server);
    yyjson_val *answer = ask (self, "probe_logs", "{\"action\":\"logs:DescribeLogGroups\"}");
    assert_string_equal (text_of (answer, "verdict"), "unreached");
    assert_true (yyjson_is_null (yyjson_obj_get (answer, "first_byte_ms")));
    assert_true (yyjson_is_null (yyjson_obj_get (answer, "skew_s")));
    assert_string_equal (text_of (answer, "source"), "environment");
    expect_part (text_of (answer, "text"), "could not be reached");
}

//  Whoever examines what works now is not told of what worked a moment ago.
static void
each_probe_asks_aws_anew (void **state)
{
    fixture_t *self = *state;
    uint64_t first = call (self, "probe_logs", "{\"action\":\"logs:DescribeLogGroups\"}");
    uint64_t second = call (self, "probe_logs", "{\"action\":\"logs:DescribeLogGroups\"}");
    WAIT_FOR (self, self->aws.open_count == 2);
    while (self->aws.open_count)
        aws_reply (self->aws.open [--self->aws.open_count], 200, SLICE ("{\"logGroups\":[{}]}"));
    WAIT_FOR (self, self->answers == 2);
    assert_true (first < second);
    aws_says (&self->aws, 200, "{\"logGroups\":[{}]}");
    ask (self, "probe_logs", "{\"action\":\"logs:DescribeLogGroups\"}");
    assert_int_equal (self->aws.asked_count, 3);
}

static void
an_action_without_a_probe_is_refused (void **state)
{
    fixture_t *self = *state;
    expect_part (refused (self, "probe_logs", "{\"action\":\"logs:DeleteLogGroup\"}", STATUS_INVALID_ARGUMENT), "no probe for logs:DeleteLogGroup");
    assert_int_equal (self->aws.asked_count, 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_action_that_a_tool_needs_has_a_probe),
        cmocka_unit_test (every_probe_is_in_the_contract_of_one_actor),
        cmocka_unit_test (a_probe_reads_one_item_or_asks_for_what_does_not_exist),
        cmocka_unit_test_setup_teardown (what_aws_says_becomes_a_verdict, begin, end),
        cmocka_unit_test_setup_teardown (it_tells_what_was_asked_where_with_which_keys_and_how_far_the_clocks_are_apart, begin, end),
        cmocka_unit_test_setup_teardown (whose_the_keys_are_is_told_by_sts, begin, end),
        cmocka_unit_test_setup_teardown (times_are_a_minute_in_the_units_of_the_api, begin, end),
        cmocka_unit_test_setup_teardown (where_nothing_answers_it_is_unreached, begin, end),
        cmocka_unit_test_setup_teardown (each_probe_asks_aws_anew, begin, end),
        cmocka_unit_test_setup_teardown (an_action_without_a_probe_is_refused, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
