#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_log_lines.h"

#define ASKED (&OPERATION_GET_LOG_EVENTS)
#define HOUR_AGO "1795385107000"

//  A stream of the group that is written to now.
static void
s_stream (const shop_t *shop, const char *group, char *name)
{
    stream_t stream = streams_at (shop, sim_group (shop, group), 0, SIM_ASK_NOW_MS);
    streams_name (sim_group (shop, group), "eu-west-1", &stream, name);
}

typedef struct {
    int pages;
    size_t count;
    int64_t first_ms, last_ms;
} walk_t;

//  Follows one of the tokens until it comes back as it went.
static walk_t
s_walk (const shop_t *shop, const char *before, bool forwards, int limit)
{
    walk_t walk = { 0 };
    char token [64] = "";
    for (;;) {
        char input [512];
        int status;
        size_t index, max;
        yyjson_val *event;
        snprintf (input, sizeof input, "{%s,\"limit\":%d,\"startFromHead\":%s%s%s%s}", before, limit, forwards ? "true" : "false",
                  *token ? ",\"nextToken\":\"" : "", token, *token ? "\"" : "");
        yyjson_doc *doc = sim_ask (shop, ASKED, input, &status);
        yyjson_val *root = yyjson_doc_get_root (doc), *events = yyjson_obj_get (root, "events");
        assert_int_equal (status, 200);
        assert_true (yyjson_arr_size (events) <= (size_t) limit);
        int64_t before_ms = 0;
        yyjson_arr_foreach (events, index, max, event) {
            int64_t time_ms = json_int (event, "timestamp", 0);
            assert_true (time_ms >= before_ms);
            before_ms = time_ms;
            walk.first_ms = walk.count == 0 || time_ms < walk.first_ms ? time_ms : walk.first_ms;
            walk.last_ms = time_ms > walk.last_ms ? time_ms : walk.last_ms;
            walk.count++;
        }
        const char *next = json_text (root, forwards ? "nextForwardToken" : "nextBackwardToken").data;
        assert_non_null (json_text (root, "nextForwardToken").data);
        assert_non_null (json_text (root, "nextBackwardToken").data);
        bool ended = strcmp (next, token) == 0;
        assert_true (!ended || yyjson_arr_size (events) == 0);
        snprintf (token, sizeof token, "%s", next);
        yyjson_doc_free (doc);
        walk.pages++;
        if (ended)
            return walk;
        assert_true (walk.pages < 10000);
    }
}

static void
both_directions_end_and_see_every_event (void **state)
{
    static const char *const GROUPS [] = { "/ecs/shop/orders", "/aws/lambda/shop-order-confirm", "/aws/rds/instance/shop-orders-1/postgresql" };
    for (size_t i = 0; i < sizeof GROUPS / sizeof GROUPS [0]; i++) {
        char name [STREAMS_NAME_SIZE], before [384], question [512];
        s_stream (*state, GROUPS [i], name);
        snprintf (before, sizeof before, "\"logGroupName\":\"%s\",\"logStreamName\":\"%s\",\"startTime\":" HOUR_AGO, GROUPS [i], name);
        snprintf (question, sizeof question, "{\"logGroupName\":\"%s\",\"logStreamNames\":[\"%s\"],\"startTime\":" HOUR_AGO "}", GROUPS [i], name);
        size_t all = sim_ask_count (*state, &OPERATION_FILTER_LOG_EVENTS, question, "events");
        assert_true (all > 100);
        for (int limit = 13; limit < 10000; limit *= 17) {
            walk_t forwards = s_walk (*state, before, true, limit), backwards = s_walk (*state, before, false, limit);
            assert_int_equal (forwards.count, all);
            assert_int_equal (backwards.count, all);
            assert_int_equal (forwards.first_ms, backwards.first_ms);
            assert_int_equal (forwards.last_ms, backwards.last_ms);
        }
    }
}

#define ORDERS "\"logGroupName\":\"/ecs/shop/orders\",\"logStreamName\":"

//  The times of the first and the last event, and one of the tokens.
static void
s_page (const shop_t *shop, const char *input, int64_t *first_ms, int64_t *last_ms, const char *member, char *token)
{
    int status;
    yyjson_doc *doc = sim_ask (shop, ASKED, input, &status);
    yyjson_val *root = yyjson_doc_get_root (doc), *events = yyjson_obj_get (root, "events");
    assert_int_equal (status, 200);
    *first_ms = json_int (yyjson_arr_get_first (events), "timestamp", 0);
    *last_ms = json_int (yyjson_arr_get_last (events), "timestamp", 0);
    snprintf (token, 64, "%s", json_text (root, member).data);
    yyjson_doc_free (doc);
}

static void
the_newest_come_when_nothing_is_said_and_back_leads_to_older_ones (void **state)
{
    char name [STREAMS_NAME_SIZE], input [512], token [64];
    int64_t first_ms, last_ms, older_ms, newer_ms;
    s_stream (*state, "/ecs/shop/orders", name);
    snprintf (input, sizeof input, "{" ORDERS "\"%s\",\"limit\":5}", name);
    s_page (*state, input, &first_ms, &last_ms, "nextBackwardToken", token);
    assert_in_range (last_ms, SIM_ASK_NOW_MS - 30000, SIM_ASK_NOW_MS);
    snprintf (input, sizeof input, "{" ORDERS "\"%s\",\"limit\":5,\"nextToken\":\"%s\"}", name, token);
    s_page (*state, input, &older_ms, &newer_ms, "nextForwardToken", token);
    assert_true (older_ms <= newer_ms && newer_ms <= first_ms);
    //  And forwards again
    snprintf (input, sizeof input, "{" ORDERS "\"%s\",\"limit\":5,\"startFromHead\":true,\"nextToken\":\"%s\"}", name, token);
    s_page (*state, input, &older_ms, &newer_ms, "nextForwardToken", token);
    assert_int_equal (older_ms, first_ms);
    assert_int_equal (newer_ms, last_ms);
}

static void
the_end_is_not_included_and_the_start_is (void **state)
{
    char name [STREAMS_NAME_SIZE], input [512], token [64];
    int64_t first_ms, last_ms, one_ms, other_ms;
    s_stream (*state, "/ecs/shop/orders", name);
    snprintf (input, sizeof input, "{" ORDERS "\"%s\",\"limit\":20,\"startFromHead\":true}", name);
    s_page (*state, input, &first_ms, &last_ms, "nextForwardToken", token);
    snprintf (input, sizeof input, "{" ORDERS "\"%s\",\"startTime\":%lld,\"endTime\":%lld}", name, (long long) first_ms, (long long) last_ms);
    s_page (*state, input, &one_ms, &other_ms, "nextForwardToken", token);
    assert_int_equal (one_ms, first_ms);
    assert_true (other_ms < last_ms);
}

static void
wrong_questions_are_refused (void **state)
{
    char name [STREAMS_NAME_SIZE], input [512], token [64];
    int64_t first_ms, last_ms;
    s_stream (*state, "/ecs/shop/orders", name);
    sim_ask_refused (*state, ASKED, "{\"logGroupName\":\"/ecs/shop/orders\"}", "InvalidParameterException",
        "1 validation error detected: Value null at 'logStreamName' failed to satisfy constraint: Member must not be null");
    sim_ask_refused (*state, ASKED, "{" ORDERS "\"none\"}", "ResourceNotFoundException", "The specified log stream does not exist.");
    sim_ask_refused (*state, ASKED, "{\"logGroupName\":\"/none\",\"logStreamName\":\"a\"}", "ResourceNotFoundException",
                     "The specified log group does not exist.");
    sim_ask_refused (*state, ASKED, "{\"logGroupName\":\"/vpc/shop-prod/flow-logs\",\"logStreamName\":\"a\"}", "InvalidOperationException", NULL);
    snprintf (input, sizeof input, "{" ORDERS "\"%s\",\"limit\":2}", name);
    s_page (*state, input, &first_ms, &last_ms, "nextBackwardToken", token);
    snprintf (input, sizeof input, "{" ORDERS "\"%s\",\"endTime\":" HOUR_AGO ",\"nextToken\":\"%s\"}", name, token);
    sim_ask_refused (*state, ASKED, input, "InvalidParameterException", "The specified nextToken is invalid.");
    snprintf (input, sizeof input, "{" ORDERS "\"%s\",\"nextToken\":\"%s\"}", name, token + 2);
    sim_ask_refused (*state, ASKED, input, "InvalidParameterException", "The specified nextToken is invalid.");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (both_directions_end_and_see_every_event),
        cmocka_unit_test (the_newest_come_when_nothing_is_said_and_back_leads_to_older_ones),
        cmocka_unit_test (the_end_is_not_included_and_the_start_is),
        cmocka_unit_test (wrong_questions_are_refused),
    };
    return cmocka_run_group_tests (tests, sim_lines_open, sim_ask_close);
}
