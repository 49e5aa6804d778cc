#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_log_lines.h"

#define ASKED (&OPERATION_DESCRIBE_LOG_STREAMS)

typedef struct {
    const shop_t *shop;
    const char *group;
    const char *order;          //  NULL: by name
    char last_name [STREAMS_NAME_SIZE];
    int64_t last_ms;
    int direction;
    size_t count;
} seen_t;

//  The time of a stream's first or last event, as GetLogEvents tells it, on whatever page it comes.
static int64_t
s_event_ms (const shop_t *shop, const char *group, const char *stream, bool first)
{
    char token [64] = "";
    int64_t time_ms = 0;
    for (int pages = 0; !time_ms && pages < 100; pages++) {
        char input [512];
        int status;
        snprintf (input, sizeof input, "{\"logGroupName\":\"%s\",\"logStreamName\":\"%s\",\"limit\":1,\"startFromHead\":%s%s%s%s}", group, stream,
                  first ? "true" : "false", *token ? ",\"nextToken\":\"" : "", token, *token ? "\"" : "");
        yyjson_doc *doc = sim_ask (shop, &OPERATION_GET_LOG_EVENTS, input, &status);
        yyjson_val *root = yyjson_doc_get_root (doc);
        assert_int_equal (status, 200);
        time_ms = json_int (yyjson_arr_get_first (yyjson_obj_get (root, "events")), "timestamp", 0);
        snprintf (token, sizeof token, "%s", json_text (root, first ? "nextForwardToken" : "nextBackwardToken").data);
        yyjson_doc_free (doc);
    }
    return time_ms;
}

static void
s_see (void *arg, yyjson_val *stream)
{
    seen_t *seen = arg;
    char arn [STREAMS_ARN_SIZE];
    const char *name = json_text (stream, "logStreamName").data;
    int64_t first_ms = json_int (stream, "firstEventTimestamp", 0), last_ms = json_int (stream, "lastEventTimestamp", 0);
    if (seen->count)
        assert_true (seen->order ? (last_ms - seen->last_ms) * seen->direction >= 0 : strcmp (name, seen->last_name) * seen->direction > 0);
    assert_true (json_int (stream, "creationTime", INT64_MAX) <= first_ms && first_ms <= last_ms && last_ms <= SIM_ASK_NOW_MS);
    assert_in_range (json_int (stream, "lastIngestionTime", 0), last_ms, SIM_ASK_NOW_MS);
    streams_arn (sim_group (seen->shop, seen->group), "eu-west-1", name, arn);
    assert_string_equal (json_text (stream, "arn").data, arn);
    assert_int_equal (s_event_ms (seen->shop, seen->group, name, true), first_ms);
    assert_int_equal (s_event_ms (seen->shop, seen->group, name, false), last_ms);
    snprintf (seen->last_name, sizeof seen->last_name, "%s", name);
    seen->last_ms = last_ms;
    seen->count++;
}

static void
pages_hold_every_stream_in_its_order_with_the_times_of_its_events (void **state)
{
    static const struct { const char *group; size_t least; } CASES [] = {
        { "/aws/lambda/shop-order-confirm", 170 }, { "/ecs/shop/recommendations", 40 }, { "/ecs/shop/cart", 6 }, { "/shop/cron", 1 },
        { "/shop/nginx/access", 2 }, { "/shop/batch/nightly", 29 }, { "/aws/rds/instance/shop-orders-1/postgresql", 1 }, { "test-0003", 1 },
    };
    static const char *const ORDERS [] = { NULL, "LastEventTime" };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        size_t count = 0;
        for (int order = 0; order < 4; order++) {
            seen_t seen = { .shop = *state, .group = CASES [i].group, .order = ORDERS [order / 2], .direction = order % 2 ? -1 : 1 };
            char question [256];
            snprintf (question, sizeof question, "\"logGroupName\":\"%s\",\"descending\":%s,\"limit\":%d%s", CASES [i].group,
                      order % 2 ? "true" : "false", order ? 50 : 9, seen.order ? ",\"orderBy\":\"LastEventTime\"" : "");
            sim_ask_pages (*state, ASKED, question, "nextToken", "logStreams", s_see, &seen);
            assert_true (seen.count >= CASES [i].least && (!count || seen.count == count));
            count = seen.count;
        }
    }
}

static void
a_prefix_narrows_and_fifty_are_the_most (void **state)
{
#define CONFIRM "{\"logGroupName\":\"/aws/lambda/shop-order-confirm\""
    assert_int_equal (sim_ask_count (*state, ASKED, CONFIRM "}", "logStreams"), 50);
    assert_int_equal (sim_ask_count (*state, ASKED, CONFIRM ",\"logStreamNamePrefix\":\"2026/11/21/\"}", "logStreams"), 6);
    assert_int_equal (sim_ask_count (*state, ASKED, CONFIRM ",\"logStreamNamePrefix\":\"2025\"}", "logStreams"), 0);
    assert_int_equal (sim_ask_count (*state, ASKED, CONFIRM ",\"limit\":50}", "logStreams"), 50);
    sim_ask_refused (*state, ASKED, CONFIRM ",\"limit\":51}", "InvalidParameterException", NULL);
    sim_ask_refused (*state, ASKED, CONFIRM ",\"logStreamNamePrefix\":\"2026\",\"orderBy\":\"LastEventTime\"}", "InvalidParameterException",
                     "Cannot order by LastEventTime with a logStreamNamePrefix.");
    assert_int_equal (sim_ask_count (*state, ASKED, CONFIRM ",\"logStreamNamePrefix\":\"2026\",\"orderBy\":\"LogStreamName\"}", "logStreams"), 50);
    sim_ask_refused (*state, ASKED, CONFIRM ",\"orderBy\":\"Size\"}", "InvalidParameterException", NULL);
}

static void
groups_of_all_classes_and_linked_accounts_have_streams_or_none (void **state)
{
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"logGroupName\":\"/vpc/shop-prod/flow-logs\"}", "logStreams"), 3);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"logGroupName\":\"/aws/vendedlogs/delivery/waf-full\"}", "logStreams"), 0);
    assert_true (sim_ask_count (*state, ASKED, "{\"logGroupIdentifier\":\"arn:aws:logs:eu-west-1:" SHOP_ACCOUNT_STAGING
                                ":log-group:/ecs/shop/cart\"}", "logStreams") >= 3);
    sim_ask_refused (*state, ASKED, "{\"logGroupName\":\"/none\"}", "ResourceNotFoundException", "The specified log group does not exist.");
    sim_ask_refused (*state, ASKED, "{}", "InvalidParameterException", NULL);
    sim_ask_refused (*state, ASKED, "{\"logGroupName\":\"a\",\"logGroupIdentifier\":\"a\"}", "InvalidParameterException", NULL);
    sim_ask_refused (*state, ASKED, "{\"logGroupName\":\"/ecs/shop/cart\",\"nextToken\":\"mine\"}", "InvalidParameterException",
                     "The specified nextToken is invalid.");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (pages_hold_every_stream_in_its_order_with_the_times_of_its_events),
        cmocka_unit_test (a_prefix_narrows_and_fifty_are_the_most),
        cmocka_unit_test (groups_of_all_classes_and_linked_accounts_have_streams_or_none),
    };
    return cmocka_run_group_tests (tests, sim_lines_open, sim_ask_close);
}
