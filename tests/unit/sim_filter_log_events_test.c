#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filter_pattern.h"
#include "sim_log_lines.h"

#include <stdlib.h>

#define ASKED (&OPERATION_FILTER_LOG_EVENTS)
#define NOW "1795388707000"
#define HOUR_AGO "1795385107000"
#define WEEK_AGO "1794783907000"

//  What pages of events hold, put together.
typedef struct {
    int64_t last_ms;
    int direction;              //  1: oldest first
    size_t count;
    int64_t first_ms;
} seen_t;

static void
s_see (void *arg, yyjson_val *event)
{
    seen_t *seen = arg;
    int64_t time_ms = json_int (event, "timestamp", 0);
    assert_true (!seen->count || (time_ms - seen->last_ms) * seen->direction >= 0);
    assert_int_equal (json_text (event, "eventId").size, 56);
    assert_true (json_text (event, "logStreamName").size && json_text (event, "message").size);
    assert_in_range (json_int (event, "ingestionTime", 0) - time_ms, 1000, LINES_DELAY_MS_MAX);
    seen->first_ms = seen->count ? seen->first_ms : time_ms;
    seen->last_ms = time_ms;
    seen->count++;
}

static seen_t
s_pages (const shop_t *shop, const char *before, int direction, int *pages)
{
    seen_t seen = { .direction = direction };
    *pages = sim_ask_pages (shop, ASKED, before, "nextToken", "events", s_see, &seen);
    return seen;
}

static void
pages_hold_every_event_once_and_in_order (void **state)
{
    static const char *const GROUPS [] = { "/ecs/shop/cart", "/aws/lambda/shop-order-confirm", "test-0005" };
    for (size_t i = 0; i < sizeof GROUPS / sizeof GROUPS [0]; i++) {
        char question [256];
        int pages;
        snprintf (question, sizeof question, "\"logGroupName\":\"%s\",\"startTime\":" HOUR_AGO, GROUPS [i]);
        seen_t all = s_pages (*state, question, 1, &pages);
        assert_true (all.count > 300);
        for (int limit = 7; limit < 10000; limit *= 19) {
            snprintf (question, sizeof question, "\"logGroupName\":\"%s\",\"startTime\":" HOUR_AGO ",\"limit\":%d", GROUPS [i], limit);
            seen_t forwards = s_pages (*state, question, 1, &pages);
            assert_true ((size_t) pages >= all.count / (size_t) limit);
            snprintf (question, sizeof question, "\"logGroupName\":\"%s\",\"startTime\":" HOUR_AGO ",\"limit\":%d,\"startFromHead\":false",
                      GROUPS [i], limit);
            seen_t backwards = s_pages (*state, question, -1, &pages);
            assert_int_equal (forwards.count, all.count);
            assert_int_equal (backwards.count, all.count);
            assert_int_equal (backwards.first_ms, all.last_ms);
            assert_int_equal (backwards.last_ms, all.first_ms);
        }
    }
}

static void
bulk_events_are_all_found_group_by_group (void **state)
{
    size_t count = 0;
    for (int g = 1; g <= SIM_BULK_GROUPS; g++) {
        char question [256];
        int pages;
        snprintf (question, sizeof question, "\"logGroupName\":\"test-%04d\",\"filterPattern\":\"bulk\"", g);
        count += s_pages (*state, question, 1, &pages).count;
    }
    assert_int_equal (count, SIM_BULK_EVENTS);
}

//  The times of the answer's first and last event.
static size_t
s_range (const shop_t *shop, const char *input, int64_t *first_ms, int64_t *last_ms)
{
    int status;
    yyjson_doc *doc = sim_ask (shop, ASKED, input, &status);
    yyjson_val *events = yyjson_obj_get (yyjson_doc_get_root (doc), "events");
    size_t count = yyjson_arr_size (events);
    assert_int_equal (status, 200);
    *first_ms = json_int (yyjson_arr_get_first (events), "timestamp", 0);
    *last_ms = json_int (yyjson_arr_get_last (events), "timestamp", 0);
    yyjson_doc_free (doc);
    return count;
}

static void
start_and_end_are_both_included (void **state)
{
    char input [256];
    int64_t first_ms, last_ms, one_ms, other_ms;
    s_range (*state, "{\"logGroupName\":\"/ecs/shop/cart\",\"startTime\":" HOUR_AGO ",\"limit\":40}", &first_ms, &last_ms);
    for (int cut = 0; cut < 2; cut++) {
        snprintf (input, sizeof input, "{\"logGroupName\":\"/ecs/shop/cart\",\"startTime\":%lld,\"endTime\":%lld}", (long long) first_ms + cut,
                  (long long) last_ms - cut);
        s_range (*state, input, &one_ms, &other_ms);
        assert_int_equal (one_ms == first_ms, !cut);
        assert_int_equal (other_ms == last_ms, !cut);
        assert_in_range (one_ms, first_ms, last_ms);
        assert_in_range (other_ms, first_ms, last_ms);
    }
    assert_int_equal (s_range (*state, "{\"logGroupName\":\"/ecs/shop/cart\",\"startTime\":" NOW ",\"endTime\":5}", &one_ms, &other_ms), 0);
}

static void
what_is_older_than_the_retention_or_not_there_yet_is_not_shown (void **state)
{
    const shop_t *shop = *state;
    int64_t first_ms, last_ms;
    //  Kept for a day
    s_range (shop, "{\"logGroupName\":\"/aws/ecs/containerinsights/shop/performance\"}", &first_ms, &last_ms);
    assert_in_range (first_ms, SIM_ASK_NOW_MS - 86400000, SIM_ASK_NOW_MS - 86400000 + 3600000);
    int status;
    yyjson_doc *doc = sim_ask (shop, ASKED, "{\"logGroupName\":\"/shop/nginx/access\",\"startTime\":" HOUR_AGO ",\"startFromHead\":false}", &status);
    yyjson_val *newest = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), "events"));
    assert_in_range (json_int (newest, "timestamp", 0), SIM_ASK_NOW_MS - 15000, SIM_ASK_NOW_MS - 1000);
    assert_true (json_int (newest, "ingestionTime", 0) <= SIM_ASK_NOW_MS);
    yyjson_doc_free (doc);
}

static void
a_page_has_no_more_than_its_limit_and_a_megabyte (void **state)
{
    int64_t first_ms, last_ms;
    assert_int_equal (s_range (*state, "{\"logGroupName\":\"/ecs/shop/cart\",\"startTime\":" WEEK_AGO ",\"limit\":1}", &first_ms, &last_ms), 1);
    assert_int_equal (s_range (*state, "{\"logGroupName\":\"test-0005\",\"startTime\":" HOUR_AGO ",\"limit\":1}", &first_ms, &last_ms), 1);
    int status;
    size_t index, max, bytes = 0, count;
    yyjson_val *event;
    yyjson_doc *doc = sim_ask (*state, ASKED, "{\"logGroupName\":\"/ecs/shop/reviews\",\"startTime\":" WEEK_AGO "}", &status);
    yyjson_val *events = yyjson_obj_get (yyjson_doc_get_root (doc), "events");
    count = yyjson_arr_size (events);
    yyjson_arr_foreach (events, index, max, event)
        bytes += json_text (event, "message").size + 26;
    assert_true (count < 10000 && bytes <= 1024 * 1024 && bytes > 1000 * 1000);
    assert_non_null (json_text (yyjson_doc_get_root (doc), "nextToken").data);
    yyjson_doc_free (doc);
}

static void
few_matches_give_empty_pages_on_the_way (void **state)
{
    int status, pages;
#define RARE "\"logGroupName\":\"/shop/nginx/access\",\"startTime\":" WEEK_AGO ",\"filterPattern\":\"\\\"POST /checkout HTTP/1.1\\\\\\\" 504\\\"\""
    yyjson_doc *doc = sim_ask (*state, ASKED, "{" RARE "}", &status);
    assert_int_equal (status, 200);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (yyjson_doc_get_root (doc), "events")), 0);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (yyjson_doc_get_root (doc), "searchedLogStreams")), 0);
    assert_non_null (json_text (yyjson_doc_get_root (doc), "nextToken").data);
    yyjson_doc_free (doc);
    seen_t seen = s_pages (*state, RARE, 1, &pages);
    assert_true (pages > 10 && seen.count > 300);
    assert_true (seen.first_ms > SIM_ASK_NOW_MS - 45 * 60000);
}

static void
patterns_select_and_streams_narrow (void **state)
{
#define ORDERS "{\"logGroupName\":\"/ecs/shop/orders\",\"startTime\":" HOUR_AGO
    size_t all = sim_ask_count (*state, ASKED, ORDERS "}", "events");
    size_t errors = sim_ask_count (*state, ASKED, ORDERS ",\"filterPattern\":\"{ $.level = \\\"ERROR\\\" && $.status >= 500 }\"}", "events");
    size_t others = sim_ask_count (*state, ASKED, ORDERS ",\"filterPattern\":\"{ $.level != \\\"ERROR\\\" || $.status < 500 }\"}", "events");
    assert_true (errors > 1000 && others > 300);
    assert_int_equal (errors + others, all);
    assert_int_equal (sim_ask_count (*state, ASKED, ORDERS ",\"filterPattern\":\"\"}", "events"), all);
    assert_int_equal (sim_ask_count (*state, ASKED, ORDERS ",\"logStreamNamePrefix\":\"orders/\"}", "events"), all);
    assert_int_equal (sim_ask_count (*state, ASKED, ORDERS ",\"logStreamNamePrefix\":\"cart\"}", "events"), 0);
    int status;
    char input [512];
    yyjson_doc *doc = sim_ask (*state, ASKED, ORDERS ",\"limit\":1}", &status);
    const char *name = json_text (yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), "events")), "logStreamName").data;
    snprintf (input, sizeof input, ORDERS ",\"logStreamNames\":[\"%s\",\"of nobody\"]}", name);
    size_t own = sim_ask_count (*state, ASKED, input, "events");
    assert_true (own > 0 && own < all);
    snprintf (input, sizeof input, ORDERS ",\"logStreamNamePrefix\":\"%s\"}", name);
    assert_int_equal (sim_ask_count (*state, ASKED, input, "events"), own);
    yyjson_doc_free (doc);
}

static void
groups_are_named_or_identified_also_those_of_linked_accounts (void **state)
{
#define BY_ARN(account, group) "{\"logGroupIdentifier\":\"arn:aws:logs:eu-west-1:" account ":log-group:" group "\",\"startTime\":" HOUR_AGO "}"
    assert_true (sim_ask_count (*state, ASKED, BY_ARN (SHOP_ACCOUNT, "/ecs/shop/cart"), "events") > 0);
    assert_true (sim_ask_count (*state, ASKED, BY_ARN (SHOP_ACCOUNT_STAGING, "/ecs/shop/cart"), "events") > 0);
    assert_true (sim_ask_count (*state, ASKED, "{\"logGroupIdentifier\":\"/ecs/shop/cart\",\"startTime\":" HOUR_AGO "}", "events") > 0);
    sim_ask_refused (*state, ASKED, "{\"logGroupName\":\"/none\"}", "ResourceNotFoundException", "The specified log group does not exist.");
    sim_ask_refused (*state, ASKED, BY_ARN (SHOP_ACCOUNT_ANALYTICS, "/ecs/shop/cart"), "ResourceNotFoundException", NULL);
    sim_ask_refused (*state, ASKED, "{\"logGroupName\":\"/ecs/shop/cart\",\"logGroupIdentifier\":\"/ecs/shop/cart\"}",
                     "InvalidParameterException", NULL);
    sim_ask_refused (*state, ASKED, "{}", "InvalidParameterException", NULL);
    //  An ARN with ":*" behind it does not fit the model's pattern
    sim_ask_refused (*state, ASKED, BY_ARN (SHOP_ACCOUNT, "/ecs/shop/cart:*"), "InvalidParameterException", NULL);
}

static void
other_classes_are_refused_by_name (void **state)
{
    sim_ask_refused (*state, ASKED, "{\"logGroupName\":\"/vpc/shop-prod/flow-logs\"}", "InvalidOperationException",
                     "The log group /vpc/shop-prod/flow-logs is of log-group-class INFREQUENT_ACCESS. FilterLogEvents is not supported for this"
                     " log class.");
    sim_ask_refused (*state, ASKED, "{\"logGroupName\":\"/aws/vendedlogs/delivery/waf-full\"}", "InvalidOperationException", NULL);
}

static void
the_newest_come_first_only_since_2024 (void **state)
{
#define BACKWARDS(start) "{\"logGroupName\":\"/ecs/shop/cart\",\"startFromHead\":false" start "}"
    static const char SENTENCE [] = "startFromHead can be set to false only when startTime is on or after Jan 1, 2024 00:00:00 UTC.";
    sim_ask_refused (*state, ASKED, BACKWARDS (""), "InvalidParameterException", SENTENCE);
    sim_ask_refused (*state, ASKED, BACKWARDS (",\"startTime\":1704067199999"), "InvalidParameterException", SENTENCE);
    assert_true (sim_ask_count (*state, ASKED, BACKWARDS (",\"startTime\":1704067200000"), "events") > 0);
}

static void
wrong_questions_are_refused (void **state)
{
    char input [3000];
#define CART "{\"logGroupName\":\"/ecs/shop/cart\","
    sim_ask_refused (*state, ASKED, CART "\"filterPattern\":\"{ $.a = 1\"}", "InvalidParameterException",
                     "Invalid filter pattern: If a filter pattern starts with '{' it must end with '}'");
    sim_ask_refused (*state, ASKED, CART "\"logStreamNames\":[\"a\"],\"logStreamNamePrefix\":\"a\"}", "InvalidParameterException", NULL);
    sim_ask_refused (*state, ASKED, CART "\"logStreamNames\":[\"a\"]}", "ResourceNotFoundException", "The specified log stream does not exist.");
    sim_ask_refused (*state, ASKED, CART "\"limit\":10001}", "InvalidParameterException", NULL);
    sim_ask_refused (*state, ASKED, CART "\"limit\":0}", "InvalidParameterException", NULL);
    sim_ask_refused (*state, ASKED, CART "\"startTime\":-1}", "InvalidParameterException", NULL);
    for (int extra = 0; extra < 2; extra++) {
        snprintf (input, sizeof input, CART "\"limit\":1,\"filterPattern\":\"%0*d\"}", FILTER_PATTERN_CHARACTERS_MAX + extra, 0);
        if (extra)
            sim_ask_refused (*state, ASKED, input, "InvalidParameterException", NULL);
        else
            assert_int_equal (sim_ask_count (*state, ASKED, input, "events"), 0);
    }
}

static void
a_token_is_good_for_its_own_question_only (void **state)
{
    int status;
    char input [256];
    yyjson_doc *doc = sim_ask (*state, ASKED, CART "\"startTime\":" HOUR_AGO ",\"limit\":3}", &status);
    const char *token = json_text (yyjson_doc_get_root (doc), "nextToken").data;
    snprintf (input, sizeof input, CART "\"startTime\":" HOUR_AGO ",\"nextToken\":\"%s\",\"limit\":4}", token);
    assert_int_equal (sim_ask_count (*state, ASKED, input, "events"), 4);
    snprintf (input, sizeof input, CART "\"startTime\":" WEEK_AGO ",\"nextToken\":\"%s\",\"limit\":4}", token);
    sim_ask_refused (*state, ASKED, input, "InvalidParameterException", "The specified nextToken is invalid.");
    sim_ask_refused (*state, ASKED, CART "\"nextToken\":\"mine\"}", "InvalidParameterException", "The specified nextToken is invalid.");
    yyjson_doc_free (doc);
}

static void
groups_with_a_data_protection_policy_hide_personal_data (void **state)
{
#define CAPTURES "{\"logGroupName\":\"/aws/lambda/shop-payment-capture\",\"startTime\":" HOUR_AGO ",\"filterPattern\":\"captured\",\"limit\":1"
    for (int unmask = 0; unmask < 2; unmask++) {
        int status;
        yyjson_doc *doc = sim_ask (*state, ASKED, unmask ? CAPTURES ",\"unmask\":true}" : CAPTURES "}", &status);
        slice_t message = json_text (yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), "events")), "message");
        assert_true (sim_holds (message, " EUR for order "));
        assert_int_equal (sim_holds (message, "@example."), unmask);
        assert_int_equal (sim_holds (message, "***, card ***"), !unmask);
        yyjson_doc_free (doc);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (pages_hold_every_event_once_and_in_order),
        cmocka_unit_test (bulk_events_are_all_found_group_by_group),
        cmocka_unit_test (start_and_end_are_both_included),
        cmocka_unit_test (what_is_older_than_the_retention_or_not_there_yet_is_not_shown),
        cmocka_unit_test (a_page_has_no_more_than_its_limit_and_a_megabyte),
        cmocka_unit_test (few_matches_give_empty_pages_on_the_way),
        cmocka_unit_test (patterns_select_and_streams_narrow),
        cmocka_unit_test (groups_are_named_or_identified_also_those_of_linked_accounts),
        cmocka_unit_test (other_classes_are_refused_by_name),
        cmocka_unit_test (the_newest_come_first_only_since_2024),
        cmocka_unit_test (wrong_questions_are_refused),
        cmocka_unit_test (a_token_is_good_for_its_own_question_only),
        cmocka_unit_test (groups_with_a_data_protection_policy_hide_personal_data),
    };
    return cmocka_run_group_tests (tests, sim_lines_open, sim_ask_close);
}
