#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_ask.h"

#include <stdlib.h>

#define ASKED (&OPERATION_DESCRIBE_ALARM_HISTORY)
#define ITEMS "AlarmHistoryItems"
#define ALL_TYPES "\"AlarmTypes\":[\"MetricAlarm\",\"CompositeAlarm\",\"LogAlarm\"]"

static const double NOW_S = SIM_ASK_NOW_MS / 1000.0;

//  The answer, of which there is at least one item; it goes to *first.
static yyjson_doc *
first_of (const shop_t *shop, const char *input, yyjson_val **first)
{
    int status;
    yyjson_doc *doc = sim_ask (shop, ASKED, input, &status);
    assert_int_equal (status, 200);
    *first = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), ITEMS));
    assert_non_null (*first);
    return doc;
}

static yyjson_doc *
data_of (yyjson_val *item)
{
    yyjson_doc *data = NULL;
    assert_int_equal (json_read (json_text (item, "HistoryData"), JSON_DEPTH_MAX, &data, NULL), STATUS_OK);
    return data;
}

static void
a_change_of_state_tells_both_states_with_their_datapoints (void **state)
{
    yyjson_val *item;
    yyjson_doc *doc = first_of (*state, "{\"AlarmName\":\"shop-orders-db-cpu\",\"HistoryItemType\":\"StateUpdate\"}", &item);
    assert_string_equal (json_text (item, "HistorySummary").data, "Alarm updated from OK to ALARM");
    assert_string_equal (json_text (item, "AlarmType").data, "MetricAlarm");
    yyjson_doc *data = data_of (item);
    yyjson_val *old = yyjson_obj_get (yyjson_doc_get_root (data), "oldState"), *new = yyjson_obj_get (yyjson_doc_get_root (data), "newState");
    assert_string_equal (json_text (yyjson_doc_get_root (data), "version").data, "1.0");
    assert_string_equal (json_text (old, "stateValue").data, "OK");
    assert_string_equal (json_text (new, "stateValue").data, "ALARM");
    assert_non_null (strstr (json_text (new, "stateReason").data, "Threshold Crossed: 5 out of the last 5 datapoints ["));
    yyjson_val *details = yyjson_obj_get (new, "stateReasonData");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (details, "evaluatedDatapoints")), 5);
    assert_true (json_number (details, "threshold", 0) == 90);
    size_t index, max;
    yyjson_val *point;
    yyjson_arr_foreach (yyjson_obj_get (details, "recentDatapoints"), index, max, point)
        assert_true (yyjson_get_num (point) >= 90);
    yyjson_doc_free (data);
    yyjson_doc_free (doc);
}

static void
the_last_change_is_what_describe_alarms_says (void **state)
{
    const shop_t *shop = *state;
    for (size_t i = 0; i < shop->metric_alarms_count; i++) {
        char input [256];
        int status;
        const char *name = shop->metric_alarms [i].head.name;
        snprintf (input, sizeof input, "{\"AlarmName\":\"%s\",\"HistoryItemType\":\"StateUpdate\",\"MaxRecords\":1}", name);
        yyjson_doc *doc = sim_ask (shop, ASKED, input, &status);
        yyjson_val *item = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), ITEMS));
        if (item) {
            snprintf (input, sizeof input, "{\"AlarmNames\":[\"%s\"]}", name);
            yyjson_doc *alarms = sim_ask (shop, &OPERATION_DESCRIBE_ALARMS, input, &status);
            yyjson_val *alarm = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (alarms), "MetricAlarms"));
            yyjson_doc *data = data_of (item);
            yyjson_val *new = yyjson_obj_get (yyjson_doc_get_root (data), "newState");
            assert_string_equal (json_text (new, "stateValue").data, json_text (alarm, "StateValue").data);
            assert_string_equal (json_text (new, "stateReason").data, json_text (alarm, "StateReason").data);
            assert_true (json_number (item, "Timestamp", 0) == json_number (alarm, "StateUpdatedTimestamp", 1));
            yyjson_doc_free (data);
            yyjson_doc_free (alarms);
        }
        yyjson_doc_free (doc);
    }
}

static void
only_metric_alarms_are_told_of_unless_types_are_named (void **state)
{
    assert_true (sim_ask_count (*state, ASKED, "{\"AlarmName\":\"shop-orders-db-cpu\"}", ITEMS) > 0);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"AlarmName\":\"shop-checkout-degraded\"}", ITEMS), 0);
    assert_true (sim_ask_count (*state, ASKED, "{\"AlarmName\":\"shop-checkout-degraded\",\"AlarmTypes\":[\"CompositeAlarm\"]}", ITEMS) > 0);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"AlarmName\":\"shop-checkout-degraded\",\"AlarmTypes\":[\"LogAlarm\"]}", ITEMS), 0);
    assert_true (sim_ask_count (*state, ASKED, "{\"AlarmName\":\"shop-checkout-error-lines\",\"AlarmTypes\":[\"LogAlarm\"]}", ITEMS) > 0);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"AlarmName\":\"nobody\"}", ITEMS), 0);
}

static void
actions_are_told_of_unless_a_suppressor_holds_them_or_they_are_off (void **state)
{
    yyjson_val *item;
    yyjson_doc *doc = first_of (*state, "{\"AlarmName\":\"shop-orders-db-cpu\",\"HistoryItemType\":\"Action\","
                                         "\"ScanBy\":\"TimestampAscending\"}", &item);
    assert_string_equal (json_text (item, "HistorySummary").data, "Successfully executed action arn:aws:sns:eu-west-1:123456789012:shop-page");
    yyjson_doc *data = data_of (item), *message = NULL, *inner = NULL;
    assert_string_equal (json_text (yyjson_doc_get_root (data), "actionState").data, "Succeeded");
    assert_int_equal (json_read (json_text (yyjson_doc_get_root (data), "publishedMessage"), JSON_DEPTH_MAX, &message, NULL), STATUS_OK);
    assert_int_equal (json_read (json_text (yyjson_doc_get_root (message), "default"), JSON_DEPTH_MAX, &inner, NULL), STATUS_OK);
    assert_string_equal (json_text (yyjson_doc_get_root (inner), "AlarmName").data, "shop-orders-db-cpu");
    assert_string_equal (json_text (yyjson_doc_get_root (inner), "NewStateValue").data, "ALARM");
    yyjson_doc_free (inner);
    yyjson_doc_free (message);
    yyjson_doc_free (data);
    yyjson_doc_free (doc);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"AlarmName\":\"shop-orders-db-cpu\",\"HistoryItemType\":\"Action\"}", ITEMS), 2);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"AlarmName\":\"shop-cart-cpu\",\"HistoryItemType\":\"Action\"}", ITEMS), 0);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"AlarmName\":\"shop-checkout-degraded\",\"AlarmTypes\":[\"CompositeAlarm\"],"
                                                    "\"HistoryItemType\":\"Action\"}", ITEMS), 1);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"AlarmName\":\"shop-database-trouble\",\"AlarmTypes\":[\"CompositeAlarm\"],"
                                                    "\"HistoryItemType\":\"Action\"}", ITEMS), 0);
}

static void
configurations_and_contributors_have_items_of_their_own (void **state)
{
    yyjson_val *item;
    char id [32], input [256];
    yyjson_doc *doc = first_of (*state, "{\"HistoryItemType\":\"ConfigurationUpdate\"}", &item);
    assert_string_equal (json_text (item, "HistorySummary").data, "Alarm \"shop-recommendations-memory\" updated");
    yyjson_doc *data = data_of (item);
    assert_string_equal (json_text (yyjson_doc_get_root (data), "type").data, "Update");
    assert_int_equal (json_int (yyjson_obj_get (yyjson_doc_get_root (data), "updatedAlarm"), "evaluationPeriods", 0), 5);
    yyjson_doc_free (data);
    yyjson_doc_free (doc);
    doc = first_of (*state, "{\"HistoryItemType\":\"ConfigurationUpdate\",\"AlarmTypes\":[\"LogAlarm\"]}", &item);
    assert_string_equal (json_text (item, "HistorySummary").data, "Alarm \"shop-nginx-upstream-timeouts\" created");
    yyjson_doc_free (doc);
    doc = first_of (*state, "{\"HistoryItemType\":\"AlarmContributorStateUpdate\"}", &item);
    assert_string_equal (json_text (item, "AlarmName").data, "shop-orders-latency-promql");
    assert_string_equal (json_text (yyjson_obj_get (item, "AlarmContributorAttributes"), "zone").data, "eu-west-1b");
    snprintf (id, sizeof id, "%s", json_text (item, "AlarmContributorId").data);
    yyjson_doc_free (doc);
    snprintf (input, sizeof input, "{\"AlarmContributorId\":\"%s\"}", id);
    assert_int_equal (sim_ask_count (*state, ASKED, input, ITEMS), 2);
    id [0] = id [0] == '0' ? '1' : '0';
    snprintf (input, sizeof input, "{\"AlarmContributorId\":\"%s\"}", id);
    assert_int_equal (sim_ask_count (*state, ASKED, input, ITEMS), 0);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"HistoryItemType\":\"AlarmContributorAction\"}", ITEMS), 1);
}

static void
dates_bound_the_history_and_both_ends_belong_to_it (void **state)
{
    yyjson_val *item;
    char input [512];
    yyjson_doc *doc = first_of (*state, "{\"AlarmName\":\"shop-orders-db-cpu\",\"HistoryItemType\":\"StateUpdate\"}", &item);
    double at_s = json_number (item, "Timestamp", 0);
    yyjson_doc_free (doc);
    static const struct { double start_s, end_s; size_t count; } CASES [] = {
        { 0, 0, 1 }, { -1, 1, 1 }, { 0.001, 1, 0 }, { -1, -0.001, 0 }, { 1, 2, 0 }, { 1, -1, 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        snprintf (input, sizeof input, "{\"AlarmName\":\"shop-orders-db-cpu\",\"HistoryItemType\":\"StateUpdate\","
                  "\"StartDate\":%.3f,\"EndDate\":%.3f}", at_s + CASES [i].start_s, at_s + CASES [i].end_s);
        assert_int_equal (sim_ask_count (*state, ASKED, input, ITEMS), CASES [i].count);
    }
    sim_ask_refused (*state, ASKED, "{\"StartDate\":\"2026-11-22\"}", "SerializationException", NULL);
}

//  What a walk over all pages has seen.
typedef struct {
    size_t items;
    double last_s;
    bool ascending;
} seen_t;

static void
s_see (void *arg, yyjson_val *item)
{
    seen_t *seen = arg;
    double at_s = json_number (item, "Timestamp", 0);
    size_t data = json_text (item, "HistoryData").size, summary = json_text (item, "HistorySummary").size;
    assert_true (seen->items == 0 || (seen->ascending ? at_s >= seen->last_s : at_s <= seen->last_s));
    assert_true (at_s <= NOW_S && at_s > NOW_S - 14 * 86400);
    assert_in_range (data, 1, 4095);
    assert_in_range (summary, 1, 255);
    yyjson_doc_free (data_of (item));
    seen->last_s = at_s;
    seen->items++;
}

static void
pages_hold_every_item_once_and_in_order (void **state)
{
    seen_t down = { .ascending = false }, up = { .ascending = true };
    int pages = sim_ask_pages (*state, ASKED, "\"MaxRecords\":7," ALL_TYPES, "NextToken", ITEMS, s_see, &down);
    assert_int_equal (pages, (down.items + 6) / 7);
    sim_ask_pages (*state, ASKED, "\"ScanBy\":\"TimestampAscending\"," ALL_TYPES, "NextToken", ITEMS, s_see, &up);
    assert_int_equal (up.items, down.items);
    assert_true (down.items > 100);
    assert_int_equal (sim_ask_count (*state, ASKED, "{" ALL_TYPES "}", ITEMS), 100);
}

static void
a_token_belongs_to_its_question (void **state)
{
    int status;
    char input [256];
    yyjson_doc *doc = sim_ask (*state, ASKED, "{\"MaxRecords\":1}", &status);
    const char *token = json_text (yyjson_doc_get_root (doc), "NextToken").data;
    assert_non_null (token);
    snprintf (input, sizeof input, "{\"MaxRecords\":2,\"NextToken\":\"%s\"}", token);
    assert_int_equal (sim_ask_count (*state, ASKED, input, ITEMS), 2);
    snprintf (input, sizeof input, "{\"MaxRecords\":1,\"ScanBy\":\"TimestampAscending\",\"NextToken\":\"%s\"}", token);
    sim_ask_refused (*state, ASKED, input, "InvalidNextToken", NULL);
    sim_ask_refused (*state, ASKED, "{\"NextToken\":\"nonsense\"}", "InvalidNextToken", NULL);
    yyjson_doc_free (doc);
}

static void
each_limit_holds_on_both_sides (void **state)
{
    char name [300], input [512];
    memset (name, 'a', sizeof name);
    snprintf (input, sizeof input, "{\"AlarmName\":\"%.255s\",\"AlarmContributorId\":\"%.16s\",\"MaxRecords\":100}", name, name);
    assert_int_equal (sim_ask_count (*state, ASKED, input, ITEMS), 0);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"MaxRecords\":1}", ITEMS), 1);
    snprintf (input, sizeof input, "{\"AlarmName\":\"%.256s\"}", name);
    sim_ask_refused (*state, ASKED, input, "ValidationError", NULL);
    snprintf (input, sizeof input, "{\"AlarmContributorId\":\"%.17s\"}", name);
    sim_ask_refused (*state, ASKED, input, "ValidationError", NULL);
    static const char *const REFUSED [] = {
        "{\"AlarmName\":\"\"}", "{\"AlarmContributorId\":\"\"}", "{\"MaxRecords\":0}", "{\"MaxRecords\":101}", "{\"HistoryItemType\":\"State\"}",
        "{\"ScanBy\":\"Descending\"}", "{\"AlarmTypes\":[\"Metric\"]}",
    };
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED [0]; i++)
        sim_ask_refused (*state, ASKED, REFUSED [i], "ValidationError", NULL);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_change_of_state_tells_both_states_with_their_datapoints),
        cmocka_unit_test (the_last_change_is_what_describe_alarms_says),
        cmocka_unit_test (only_metric_alarms_are_told_of_unless_types_are_named),
        cmocka_unit_test (actions_are_told_of_unless_a_suppressor_holds_them_or_they_are_off),
        cmocka_unit_test (configurations_and_contributors_have_items_of_their_own),
        cmocka_unit_test (dates_bound_the_history_and_both_ends_belong_to_it),
        cmocka_unit_test (pages_hold_every_item_once_and_in_order),
        cmocka_unit_test (a_token_belongs_to_its_question),
        cmocka_unit_test (each_limit_holds_on_both_sides),
    };
    return cmocka_run_group_tests (tests, sim_ask_open, sim_ask_close);
}
