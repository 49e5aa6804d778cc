#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

//  The fixture's clock stands at 2026-11-22T23:05:07.042Z and moves a few steps with each call: windows are compared to the minute, or exactly where
//  a test names both ends.

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_ALARMS, .operations = ALARMS_OPERATIONS });
}

#define CHANGE(alarm, time, from, to, reason)                                                                                           \
    "{\"AlarmName\":\"" alarm "\",\"AlarmType\":\"MetricAlarm\",\"Timestamp\":" time ",\"HistoryItemType\":\"StateUpdate\","                   \
    "\"HistorySummary\":\"Alarm updated from " from " to " to "\",\"HistoryData\":\"{\\\"version\\\":\\\"1.0\\\","                            \
    "\\\"oldState\\\":{\\\"stateValue\\\":\\\"" from "\\\",\\\"stateReason\\\":\\\"before\\\"},\\\"newState\\\":{"                      \
    "\\\"stateValue\\\":\\\"" to "\\\",\\\"stateReason\\\":\\\"" reason "\\\",\\\"stateReasonData\\\":{\\\"version\\\":\\\"1.0\\\"}}}\"}"

static const char TWO [] =
    "{\"AlarmHistoryItems\":["
    CHANGE ("cpu", "1795388400.5", "ALARM", "OK", "Threshold Crossed: 1 datapoint [12.0 (22/11/26 22:58:00)] was not greater than the threshold "
            "(90.0).") ","
    CHANGE ("cpu", "1795387200", "OK", "ALARM", "Threshold Crossed: 1 datapoint [97.0 (22/11/26 22:38:00)] was greater than the threshold (90.0) "
            "(minimum 1 datapoint for OK -> ALARM transition).") "]}";

static void
each_argument_reaches_aws (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_empty;
    ask (self, "get_alarm_history", "{\"name\":\"cpu\",\"types\":[\"LogAlarm\"],\"item_type\":\"AlarmContributorAction\",\"contributor_id\":\"c1\","
                                    "\"start_time\":\"2026-11-22T12:00Z\",\"end_time\":\"2026-11-22T13:00:00.250Z\",\"order\":\"oldest\"}");
    assert_string_equal (self->aws.asked [0].target, "GraniteServiceVersion20100801.DescribeAlarmHistory");
    assert_string_equal (asked_text (&self->aws, 0),
        "{\"MaxRecords\":100,\"AlarmName\":\"cpu\",\"AlarmContributorId\":\"c1\",\"AlarmTypes\":[\"LogAlarm\"],"
        "\"HistoryItemType\":\"AlarmContributorAction\",\"StartDate\":1795348800,\"EndDate\":1795352400.25,\"ScanBy\":\"TimestampAscending\"}");
}

static void
without_arguments_it_is_changes_of_state_of_all_kinds_in_a_day_the_newest_first (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_empty;
    yyjson_val *answer = ask (self, "get_alarm_history", "{}");
    yyjson_val *input = asked (&self->aws, 0);
    expect_json (yyjson_obj_get (input, "AlarmTypes"), "[\"MetricAlarm\",\"CompositeAlarm\",\"LogAlarm\"]");
    assert_string_equal (text_of (input, "HistoryItemType"), "StateUpdate");
    assert_string_equal (text_of (input, "ScanBy"), "TimestampDescending");
    assert_null (yyjson_obj_get (input, "AlarmName"));
    assert_true (json_number (input, "EndDate", 0) - json_number (input, "StartDate", 0) == 24 * 3600);
    expect_part (as_text (answer), "{\"window\":[\"2026-11-21T23:05:08Z");
    assert_string_equal (text_of (answer, "note"),
                         "No alarm events in eu-west-1 match. An alarm that stays in its state has none; describe_alarms tells the present "
                         "one. Names are case-sensitive: describe_alarms with a prefix finds them. Else ask for a longer time (start_time), or "
                         "another region.");
}

static void
all_item_types_are_asked_for_by_naming_none (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_empty;
    ask (self, "get_alarm_history", "{\"item_type\":\"All\"}");
    assert_null (yyjson_obj_get (asked (&self->aws, 0), "HistoryItemType"));
}

static void
a_contributor_has_changes_of_its_own (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_empty;
    yyjson_val *answer = ask (self, "get_alarm_history", "{\"contributor_id\":\"c1\"}");
    assert_string_equal (text_of (asked (&self->aws, 0), "HistoryItemType"), "AlarmContributorStateUpdate");
    expect_json (yyjson_obj_get (answer, "columns"), "[\"time\",\"alarm\",\"contributor\",\"what\"]");
    expect_part (text_of (answer, "note"), "match. Contributors and their ids are shown by item_type AlarmContributorStateUpdate");
    ask (self, "get_alarm_history", "{\"contributor_id\":\"c1\",\"item_type\":\"All\"}");
    assert_null (yyjson_obj_get (asked (&self->aws, 1), "HistoryItemType"));
}

static void
a_type_that_has_no_contributors_is_refused_with_one (void **state)
{
    fixture_t *self = *state;
    static const char *const TYPES [] = { "StateUpdate", "ConfigurationUpdate", "Action" };
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES [0]; i++) {
        char arguments [128], expected [128];
        snprintf (arguments, sizeof arguments, "{\"contributor_id\":\"c1\",\"item_type\":\"%s\"}", TYPES [i]);
        snprintf (expected, sizeof expected, "Items of the type %s have no contributor, so contributor_id finds none. With it, leave item_type out",
                  TYPES [i]);
        expect_part (refused (self, "get_alarm_history", arguments, STATUS_INVALID_ARGUMENT), expected);
    }
    assert_int_equal (self->aws.asked_count, 0);
}

static void
changes_of_one_alarm_are_told_without_its_name_and_summed_up (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, TWO);
    expect_json (ask (self, "get_alarm_history", "{\"name\":\"cpu\",\"start_time\":\"2026-11-22T22:00Z\",\"end_time\":\"2026-11-22T23:05Z\"}"),
                 "{\"window\":[\"2026-11-22T22:00Z\",\"2026-11-22T23:05Z\"],\"columns\":[\"time\",\"from\",\"to\",\"reason\"],\"rows\":["
                 "[\"2026-11-22T23:00:00Z\",\"ALARM\",\"OK\",\"Threshold Crossed: 1 datapoint [12.0] was not greater than the threshold (90.0).\"],"
                 "[\"2026-11-22T22:40:00Z\",\"OK\",\"ALARM\",\"Threshold Crossed: 1 datapoint [97.0] was greater than the threshold (90.0).\"]],"
                 "\"summary\":{\"to_alarm\":1,\"in_alarm_min\":20,\"state\":\"OK\"}}");
}

static void
changes_of_all_alarms_have_their_names_and_a_summary_for_each (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"AlarmHistoryItems\":[" CHANGE ("b", "1795388400", "ALARM", "OK", "r") ","
                               CHANGE ("a", "1795387200", "OK", "ALARM", "s") "]}");
    expect_json (ask (self, "get_alarm_history", "{\"start_time\":\"2026-11-22T22:00Z\",\"end_time\":\"2026-11-22T23:05Z\"}"),
                 "{\"window\":[\"2026-11-22T22:00Z\",\"2026-11-22T23:05Z\"],\"columns\":[\"time\",\"alarm\",\"from\",\"to\",\"reason\"],\"rows\":["
                 "[\"2026-11-22T23:00:00Z\",\"b\",\"ALARM\",\"OK\",\"r\"],[\"2026-11-22T22:40:00Z\",\"a\",\"OK\",\"ALARM\",\"s\"]],"
                 "\"summary\":{\"columns\":[\"alarm\",\"to_alarm\",\"in_alarm_min\",\"state\"],\"rows\":[[\"b\",0,60,\"OK\"],"
                 "[\"a\",1,25,\"ALARM\"]]}}");
}

static void
other_items_are_told_by_awss_summary (void **state)
{
    fixture_t *self = *state;
    static const char ITEM [] = "{\"AlarmHistoryItems\":[{\"AlarmName\":\"a\",\"AlarmContributorId\":\"c1\",\"AlarmType\":\"MetricAlarm\","
                                "\"Timestamp\":1795388400,\"HistoryItemType\":\"Action\",\"HistorySummary\":\"Mailed\",\"HistoryData\":\"{}\"}]}";
    static const struct {
        const char *arguments, *columns, *rows;
    } CASES [] = {
        { "\"item_type\":\"Action\"", "[\"time\",\"alarm\",\"what\"]", "[[\"2026-11-22T23:00:00Z\",\"a\",\"Mailed\"]]" },
        { "\"item_type\":\"ConfigurationUpdate\",\"name\":\"a\"", "[\"time\",\"what\"]", "[[\"2026-11-22T23:00:00Z\",\"Mailed\"]]" },
        { "\"item_type\":\"All\"", "[\"time\",\"alarm\",\"type\",\"what\"]", "[[\"2026-11-22T23:00:00Z\",\"a\",\"Action\",\"Mailed\"]]" },
        { "\"item_type\":\"All\",\"name\":\"a\"", "[\"time\",\"type\",\"what\"]", "[[\"2026-11-22T23:00:00Z\",\"Action\",\"Mailed\"]]" },
        { "\"item_type\":\"AlarmContributorAction\"", "[\"time\",\"alarm\",\"contributor\",\"what\"]",
          "[[\"2026-11-22T23:00:00Z\",\"a\",\"c1\",\"Mailed\"]]" },
        { "\"item_type\":\"AlarmContributorStateUpdate\",\"name\":\"a\"", "[\"time\",\"contributor\",\"what\"]",
          "[[\"2026-11-22T23:00:00Z\",\"c1\",\"Mailed\"]]" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char arguments [256];
        snprintf (arguments, sizeof arguments, "{%s}", CASES [i].arguments);
        aws_says (&self->aws, 200, ITEM);
        yyjson_val *answer = ask (self, "get_alarm_history", arguments);
        expect_json (yyjson_obj_get (answer, "columns"), CASES [i].columns);
        expect_json (yyjson_obj_get (answer, "rows"), CASES [i].rows);
        assert_null (yyjson_obj_get (answer, "summary"));
    }
}

static void
history_that_aws_cut_is_told_by_its_summary_and_strange_items_do_no_harm (void **state)
{
    fixture_t *self = *state;
    static const struct {
        const char *item, *row;
        bool summed;
    } CASES [] = {
        { "{\"AlarmName\":\"a\",\"Timestamp\":1795388400,\"HistorySummary\":\"Alarm updated from OK to ALARM\",\"HistoryData\":\"{\\\"oldSt\"}",
          "[\"2026-11-22T23:00:00Z\",\"OK\",\"ALARM\",null]", true },
        { "{\"AlarmName\":\"a\",\"Timestamp\":1795388400,\"HistorySummary\":\"Alarm updated from OK to ALARM\",\"HistoryData\":"
          "\"{\\\"newState\\\":{\\\"stateReason\\\":\\\"why\\\"}}\"}", "[\"2026-11-22T23:00:00Z\",\"OK\",\"ALARM\",\"why\"]", true },
        { "{\"AlarmName\":\"a\",\"Timestamp\":1795388400,\"HistorySummary\":\"Worded otherwise\"}",
          "[\"2026-11-22T23:00:00Z\",null,null,\"Worded otherwise\"]", false },
        { "{\"HistorySummary\":\"Alarm updated from OK to ALARM or so\"}", "[null,null,null,\"Alarm updated from OK to ALARM or so\"]", false },
        { "{\"HistorySummary\":\"Alarm updated from OK to \"}", "[null,null,null,\"Alarm updated from OK to \"]", false },
        { "{\"HistorySummary\":\"Alarm updated from \"}", "[null,null,null,\"Alarm updated from \"]", false },
        { "{\"Timestamp\":1e300,\"HistoryData\":7,\"AlarmName\":[],\"HistorySummary\":{}}", "[null,null,null,null]", false },
        { "{\"HistoryData\":\"{\\\"oldState\\\":7,\\\"newState\\\":[]}\"}", "[null,null,null,null]", false },
        { "{\"HistoryData\":\"[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]\"}", "[null,null,null,null]", false },
        { "null", "[null,null,null,null]", false },
        { "7", "[null,null,null,null]", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char page [1024];
        snprintf (page, sizeof page, "{\"AlarmHistoryItems\":[%s]}", CASES [i].item);
        aws_says (&self->aws, 200, page);
        yyjson_val *answer = ask (self, "get_alarm_history", "{\"name\":\"a\"}");
        expect_json (yyjson_arr_get_first (yyjson_obj_get (answer, "rows")), CASES [i].row);
        assert_true ((yyjson_obj_get (answer, "summary") != NULL) == CASES [i].summed);
    }
}

static void
hostile_text_comes_out_visible_everywhere (void **state)
{
    fixture_t *self = *state;
#define HOSTILE "x\\u001b[2J\\u202ey\\u0000\\u009b\\u200b"
#define HOSTILE_INSIDE "x\\\\u001b[2J\\\\u202ey\\\\u0000\\\\u009b\\\\u200b"
    static const char *const ITEMS [] = {
        "{\"AlarmHistoryItems\":[{\"AlarmName\":\"" HOSTILE "\",\"Timestamp\":1795388400,\"HistoryData\":\"{\\\"oldState\\\":{\\\"stateValue\\\":\\\""
        HOSTILE_INSIDE "\\\"},\\\"newState\\\":{\\\"stateValue\\\":\\\"" HOSTILE_INSIDE "\\\",\\\"stateReason\\\":\\\"" HOSTILE_INSIDE "\\\"}}\"}]}",
        "{\"AlarmHistoryItems\":[{\"AlarmName\":\"" HOSTILE "\",\"AlarmContributorId\":\"" HOSTILE "\",\"HistoryItemType\":\"" HOSTILE "\","
        "\"HistorySummary\":\"" HOSTILE "\"}]}",
    };
    static const char *const ARGUMENTS [] = { "{}", "{\"item_type\":\"All\"}", "{\"item_type\":\"AlarmContributorAction\"}" };
    for (int i = 0; i < 3; i++) {
        aws_says (&self->aws, 200, ITEMS [i > 0]);
        ask (self, "get_alarm_history", ARGUMENTS [i]);
        char text [8192];
        snprintf (text, sizeof text, "%.*s", (int) self->result.json.size, self->result.json.data);
        expect_part (text, "\"x\\\\u001b[2J\\\\u202ey\\\\u0000\\\\u009b\\\\u200b\"");
        expect_no_part (text, "\u202e");
        expect_no_part (text, "\u200b");
        for (const char *at = strstr (text, "\\u"); at; at = strstr (at + 1, "\\u"))
            assert_int_equal (at [-1], '\\');           //  No character that a reader of the JSON would get back as it was
    }
}

static void
write_change (buffer_t *out, int row)
{
    buffer_printf (out, "{\"AlarmName\":\"a\",\"Timestamp\":%d,\"HistorySummary\":\"Alarm updated from OK to ALARM\"}", 1795388000 - row);
}

static void
every_page_asks_for_the_window_of_the_first (void **state)
{
    fixture_t *self = *state;
    self->aws.table = (table_t) { .rows = 450, .page_rows = 100, .items = "AlarmHistoryItems", .token = "NextToken", .write = write_change };
    char token [4200] = "", window [65536] = "";
    int rows = 0, calls = 0;
    do {
        char arguments [8192];
        snprintf (arguments, sizeof arguments, "{\"name\":\"a\",\"start_time\":\"-6h\",\"limit\":70%s%s%s}",
                  *token ? ",\"next_token\":\"" : "", token, *token ? "\"" : "");
        yyjson_val *answer = ask (self, "get_alarm_history", arguments);
        rows += (int) yyjson_arr_size (yyjson_obj_get (answer, "rows"));
        assert_null (yyjson_obj_get (answer, "summary"));               //  No page has all of it
        if (calls++)
            expect_json (yyjson_obj_get (answer, "window"), window);
        snprintf (window, sizeof window, "%s", as_text (yyjson_obj_get (answer, "window")));
        snprintf (token, sizeof token, "%s", text_of (answer, "next_token") ? text_of (answer, "next_token") : "");
        pass_ms (self, 3600 * 1000);            //  An hour later "-6h" would be another time
    } while (*token);
    assert_int_equal (rows, 450);
    assert_int_equal (calls, 7);
    for (int i = 1; i < self->aws.asked_count; i++) {
        assert_true (json_number (asked (&self->aws, i), "StartDate", 0) == json_number (asked (&self->aws, 0), "StartDate", 1));
        assert_true (json_number (asked (&self->aws, i), "EndDate", 0) == json_number (asked (&self->aws, 0), "EndDate", 1));
    }
}

static void
a_list_that_broke_off_is_not_summed_up (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"AlarmHistoryItems\":[{\"AlarmName\":\"a\",\"Timestamp\":1795388000,\"HistorySummary\":\"Alarm updated from OK to "
                               "ALARM\"}],\"NextToken\":\"t\"}");
    aws_says (&self->aws, 400, "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}");
    yyjson_val *answer = ask (self, "get_alarm_history", "{\"name\":\"a\"}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "rows")), 1);
    assert_null (yyjson_obj_get (answer, "summary"));
    expect_part (text_of (answer, "note"), "Broken off after 1 alarm event: ");
}

static void
write_change_of_another (buffer_t *out, int row)
{
    buffer_printf (out, "{\"AlarmName\":\"a-%d\",\"Timestamp\":%d,\"HistorySummary\":\"Alarm updated from OK to ALARM\"}", row, 1795388000 - row);
}

static void
why_there_is_no_summary_is_said (void **state)
{
    fixture_t *self = *state;
    self->aws.table = (table_t) {
        .rows = 51, .page_rows = 100, .items = "AlarmHistoryItems", .token = "NextToken", .write = write_change_of_another };
    yyjson_val *answer = ask (self, "get_alarm_history", "{\"limit\":100}");
    assert_null (yyjson_obj_get (answer, "summary"));
    assert_string_equal (text_of (answer, "note"), "No summary: too many alarms changed. Give a name, or a shorter time.");
    answer = ask (self, "get_alarm_history", "{\"limit\":10}");
    assert_null (yyjson_obj_get (answer, "summary"));
    expect_part (text_of (answer, "note"), "or raise limit. The summary comes only with all rows in one answer.");
    expect_no_part (text_of (ask (self, "get_alarm_history", "{\"limit\":10,\"item_type\":\"Action\"}"), "note"), "summary");
    self->aws.table.rows = 50;
    answer = ask (self, "get_alarm_history", "{\"limit\":100}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (yyjson_obj_get (answer, "summary"), "rows")), 50);
    assert_null (yyjson_obj_get (answer, "note"));
}

static void
a_time_before_what_aws_keeps_is_said (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, TWO);
    aws_says (&self->aws, 200, TWO);
    assert_string_equal (text_of (ask (self, "get_alarm_history", "{\"name\":\"cpu\",\"start_time\":\"-60d\"}"), "note"),
                         "AWS keeps the history of alarms for 30 days only.");
    assert_null (yyjson_obj_get (ask (self, "get_alarm_history", "{\"name\":\"cpu\",\"start_time\":\"-30d\"}"), "note"));
    self->aws.instead = answer_empty;
    expect_part (text_of (ask (self, "get_alarm_history", "{\"start_time\":\"-60d\"}"), "note"),
                 "region. AWS keeps the history of alarms for 30 days only.");
}

static void
a_time_that_is_none_is_refused_before_aws_is_asked (void **state)
{
    fixture_t *self = *state;
    expect_part (refused (self, "get_alarm_history", "{\"start_time\":\"yesterday\"}", STATUS_INVALID_ARGUMENT), "\"yesterday\" is not a time");
    expect_part (refused (self, "get_alarm_history", "{\"start_time\":\"-1h\",\"end_time\":\"-2h\"}", STATUS_INVALID_ARGUMENT),
                 "The window must begin before it ends");
    assert_int_equal (self->aws.asked_count, 0);
}

static void
a_hundred_changes_take_16_kb_at_most (void **state)
{
    fixture_t *self = *state;
    static char text [262144];
    size_t size = (size_t) snprintf (text, sizeof text, "{\"AlarmHistoryItems\":[");
    for (int i = 0; i < 100; i++)
        size += (size_t) snprintf (text + size, sizeof text - size, "%s%s", i ? "," : "",
            CHANGE ("shop-payment-capture-errors", "1795387200.042", "OK", "ALARM", "Threshold Crossed: 3 out of the last 5 datapoints "
                    "[31.0 (22/11/26 22:38:00), 28.0 (22/11/26 22:37:00)] were greater than the threshold (5.0) "
                    "(minimum 3 datapoints for OK -> ALARM transition)."));
    snprintf (text + size, sizeof text - size, "]}");
    aws_says (&self->aws, 200, text);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (ask (self, "get_alarm_history", "{\"name\":\"a\",\"limit\":100}"), "rows")), 100);
    assert_true (self->result.json.size <= 16 * 1024);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_argument_reaches_aws, begin, end),
        cmocka_unit_test_setup_teardown (without_arguments_it_is_changes_of_state_of_all_kinds_in_a_day_the_newest_first, begin, end),
        cmocka_unit_test_setup_teardown (all_item_types_are_asked_for_by_naming_none, begin, end),
        cmocka_unit_test_setup_teardown (a_contributor_has_changes_of_its_own, begin, end),
        cmocka_unit_test_setup_teardown (a_type_that_has_no_contributors_is_refused_with_one, begin, end),
        cmocka_unit_test_setup_teardown (changes_of_one_alarm_are_told_without_its_name_and_summed_up, begin, end),
        cmocka_unit_test_setup_teardown (changes_of_all_alarms_have_their_names_and_a_summary_for_each, begin, end),
        cmocka_unit_test_setup_teardown (other_items_are_told_by_awss_summary, begin, end),
        cmocka_unit_test_setup_teardown (history_that_aws_cut_is_told_by_its_summary_and_strange_items_do_no_harm, begin, end),
        cmocka_unit_test_setup_teardown (hostile_text_comes_out_visible_everywhere, begin, end),
        cmocka_unit_test_setup_teardown (every_page_asks_for_the_window_of_the_first, begin, end),
        cmocka_unit_test_setup_teardown (a_list_that_broke_off_is_not_summed_up, begin, end),
        cmocka_unit_test_setup_teardown (why_there_is_no_summary_is_said, begin, end),
        cmocka_unit_test_setup_teardown (a_time_before_what_aws_keeps_is_said, begin, end),
        cmocka_unit_test_setup_teardown (a_time_that_is_none_is_refused_before_aws_is_asked, begin, end),
        cmocka_unit_test_setup_teardown (a_hundred_changes_take_16_kb_at_most, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
