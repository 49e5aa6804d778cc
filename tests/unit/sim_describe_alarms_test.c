#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_ask.h"

#define ASKED (&OPERATION_DESCRIBE_ALARMS)
#define ALL_TYPES "\"AlarmTypes\":[\"MetricAlarm\",\"CompositeAlarm\",\"LogAlarm\"]"

static void
only_metric_alarms_come_unless_types_are_named (void **state)
{
    const shop_t *shop = *state;
    assert_int_equal (sim_ask_count (shop, ASKED, "{}", "MetricAlarms"), shop->metric_alarms_count);
    assert_int_equal (sim_ask_count (shop, ASKED, "{}", "CompositeAlarms"), 0);
    assert_int_equal (sim_ask_count (shop, ASKED, "{\"AlarmTypes\":[\"CompositeAlarm\"]}", "CompositeAlarms"), 4);
    assert_int_equal (sim_ask_count (shop, ASKED, "{\"AlarmTypes\":[\"CompositeAlarm\"]}", "MetricAlarms"), 0);
    assert_int_equal (sim_ask_count (shop, ASKED, "{\"AlarmTypes\":[\"LogAlarm\",\"CompositeAlarm\"]}", "LogAlarms"), 3);
}

static void
s_count (void *arg, yyjson_val *alarm)
{
    (void) alarm;
    ++*(size_t *) arg;
}

static void
pages_count_all_three_kinds_together (void **state)
{
    const shop_t *shop = *state;
    static const char *const LISTS [] = { "MetricAlarms", "CompositeAlarms", "LogAlarms" };
    size_t counts [3] = { 0 };
    size_t all = shop->metric_alarms_count + 7;
    for (size_t i = 0; i < 3; i++) {
        int pages = sim_ask_pages (shop, ASKED, "\"MaxRecords\":5," ALL_TYPES, "NextToken", LISTS [i], s_count, &counts [i]);
        assert_int_equal (pages, (all + 4) / 5);
    }
    assert_int_equal (counts [0], shop->metric_alarms_count);
    assert_int_equal (counts [1], 4);
    assert_int_equal (counts [2], 3);
    size_t on_first_page = 0;
    for (size_t i = 0; i < 3; i++)
        on_first_page += sim_ask_count (shop, ASKED, "{" ALL_TYPES "}", LISTS [i]);
    assert_int_equal (on_first_page, 50);
}

static void
names_prefix_state_and_action_narrow_the_list (void **state)
{
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"AlarmNames\":[\"shop-alb-5xx\",\"shop-cart-cpu\",\"none\"]}", "MetricAlarms"), 2);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"AlarmNamePrefix\":\"shop-orders-db-\"}", "MetricAlarms"), 4);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"StateValue\":\"INSUFFICIENT_DATA\"}", "MetricAlarms"), 3);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"StateValue\":\"ALARM\",\"AlarmNamePrefix\":\"shop-orders\"}", "MetricAlarms"), 5);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"ActionPrefix\":\"arn:aws:sns:eu-west-1:123456789012:shop-page\","
                                                    "\"AlarmNamePrefix\":\"shop-alb\"}", "MetricAlarms"), 2);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"ActionPrefix\":\"arn:aws:lambda\"}", "MetricAlarms"), 0);
}

static yyjson_doc *
first_of (const shop_t *shop, const char *input, const char *list, yyjson_val **alarm)
{
    int status;
    yyjson_doc *doc = sim_ask (shop, ASKED, input, &status);
    *alarm = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), list));
    assert_int_equal (status, 200);
    assert_non_null (*alarm);
    return doc;
}

static void
family_questions_follow_the_rules_and_show_little (void **state)
{
    yyjson_val *alarm;
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"ChildrenOfAlarmName\":\"shop-checkout-degraded\"}", "MetricAlarms"), 3);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"ChildrenOfAlarmName\":\"shop-is-down\"}", "CompositeAlarms"), 2);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"ChildrenOfAlarmName\":\"shop-alb-5xx\"}", "MetricAlarms"), 0);
    yyjson_doc *doc = first_of (*state, "{\"ChildrenOfAlarmName\":\"shop-checkout-degraded\"}", "MetricAlarms", &alarm);
    assert_int_equal (yyjson_obj_size (alarm), 4);
    assert_true (yyjson_is_real (yyjson_obj_get (alarm, "StateUpdatedTimestamp")));
    yyjson_doc_free (doc);
    doc = first_of (*state, "{\"ParentsOfAlarmName\":\"shop-checkout-degraded\"}", "CompositeAlarms", &alarm);
    assert_string_equal (json_text (alarm, "AlarmName").data, "shop-is-down");
    assert_int_equal (yyjson_obj_size (alarm), 2);
    yyjson_doc_free (doc);
    sim_ask_refused (*state, ASKED, "{\"ParentsOfAlarmName\":\"a\",\"StateValue\":\"OK\"}", "ValidationError", NULL);
    sim_ask_refused (*state, ASKED, "{\"ChildrenOfAlarmName\":\"a\",\"ParentsOfAlarmName\":\"b\"}", "ValidationError", NULL);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"ChildrenOfAlarmName\":\"shop-is-down\",\"MaxRecords\":1}", "MetricAlarms"), 1);
}

static void
an_alarm_says_why_it_is_in_its_state (void **state)
{
    yyjson_val *alarm;
    yyjson_doc *doc = first_of (*state, "{\"AlarmNames\":[\"shop-orders-new-dlq\"]}", "MetricAlarms", &alarm);
    assert_non_null (strstr (json_text (alarm, "StateReason").data, "Threshold Crossed: 1 out of the last 1 datapoints ["));
    assert_non_null (strstr (json_text (alarm, "StateReason").data,
                             "was greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition)."));
    slice_t details = json_text (alarm, "StateReasonData");
    yyjson_doc *inner = NULL;
    assert_int_equal (json_read (details, JSON_DEPTH_MAX, &inner, NULL), STATUS_OK);
    assert_true (json_number (yyjson_doc_get_root (inner), "threshold", -1) == 0);
    yyjson_doc_free (inner);
    double updated_s = json_number (alarm, "StateUpdatedTimestamp", 0);
    assert_true (updated_s < SIM_ASK_NOW_MS / 1000.0 && updated_s > SIM_ASK_NOW_MS / 1000.0 - 21 * 60);
    yyjson_doc_free (doc);
}

static void
every_alarm_has_details_that_are_json (void **state)
{
    static const char *const LISTS [] = { "MetricAlarms", "CompositeAlarms", "LogAlarms" };
    int status;
    yyjson_doc *doc = sim_ask (*state, ASKED, "{\"MaxRecords\":100," ALL_TYPES "}", &status);
    for (size_t i = 0; i < 3; i++) {
        size_t index, max;
        yyjson_val *alarm;
        yyjson_arr_foreach (yyjson_obj_get (yyjson_doc_get_root (doc), LISTS [i]), index, max, alarm) {
            slice_t details = json_text (alarm, "StateReasonData");
            yyjson_doc *inner = NULL;
            assert_true (json_text (alarm, "StateReason").size > 0);
            if (details.data)
                assert_int_equal (json_read (details, JSON_DEPTH_MAX, &inner, NULL), STATUS_OK);
            yyjson_doc_free (inner);
            assert_true (json_number (alarm, "AlarmConfigurationUpdatedTimestamp", 1e12) < json_number (alarm, "StateUpdatedTimestamp", 0));
        }
    }
    yyjson_doc_free (doc);
}

static void
each_form_of_metric_alarm_has_its_members (void **state)
{
    yyjson_val *alarm;
    yyjson_doc *doc = first_of (*state, "{\"AlarmNames\":[\"shop-alb-latency-p99\"]}", "MetricAlarms", &alarm);
    assert_string_equal (json_text (alarm, "ExtendedStatistic").data, "p99");
    assert_null (yyjson_obj_get (alarm, "Statistic"));
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (alarm, "Dimensions")), 1);
    yyjson_doc_free (doc);
    doc = first_of (*state, "{\"AlarmNames\":[\"shop-alb-requests-anomaly\"]}", "MetricAlarms", &alarm);
    assert_string_equal (json_text (alarm, "ThresholdMetricId").data, "band");
    assert_string_equal (json_text (alarm, "ComparisonOperator").data, "LessThanLowerOrGreaterThanUpperThreshold");
    assert_null (yyjson_obj_get (alarm, "Threshold"));
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (alarm, "Metrics")), 2);
    yyjson_doc_free (doc);
    doc = first_of (*state, "{\"AlarmNames\":[\"shop-orders-latency-promql\"]}", "MetricAlarms", &alarm);
    yyjson_val *promql = yyjson_obj_get (yyjson_obj_get (alarm, "EvaluationCriteria"), "PromQLCriteria");
    assert_int_equal (json_int (promql, "PendingPeriod", 0), 300);
    assert_int_equal (json_int (alarm, "EvaluationInterval", 0), 60);
    yyjson_doc_free (doc);
}

static void
broken_constraints_are_worded_as_aws_words_them (void **state)
{
    sim_ask_refused (*state, ASKED, "{\"MaxRecords\":101}", "ValidationError",
        "1 validation error detected: Value '101' at 'maxRecords' failed to satisfy constraint: Member must have value less than or equal to 100");
    sim_ask_refused (*state, ASKED, "{\"AlarmTypes\":[\"Metric\"]}", "ValidationError",
        "1 validation error detected: Value '[Metric]' at 'alarmTypes' failed to satisfy constraint: Member must satisfy constraint: "
        "[Member must satisfy enum value set: [CompositeAlarm, MetricAlarm, LogAlarm]]");
    sim_ask_refused (*state, ASKED, "{\"AlarmNames\":[\"a\"],\"AlarmNamePrefix\":\"b\"}", "InvalidParameterCombinationException", NULL);
    sim_ask_refused (*state, ASKED, "{\"NextToken\":\"nonsense\"}", "InvalidNextToken", NULL);
}

//  However much is wrong with an input, the answer says something of it, and not all.
static void
an_input_that_is_wrong_a_thousand_times_gets_a_bounded_answer (void **state)
{
    static char input [64 * 1024];
    wire_answer_t answer;
    size_t size = (size_t) snprintf (input, sizeof input, "{\"AlarmTypes\":[");
    for (int i = 0; i < 1000; i++)
        size += (size_t) snprintf (input + size, sizeof input - size, "%s\"nonsense-%04d-of-some-length\"", i ? "," : "", i);
    snprintf (input + size, sizeof input - size, "]}");
    wire_answer (ASKED, *state, "eu-west-1", slice_of (input), &answer);
    assert_true (answer.body.size < 2048);
    buffer_append_char (&answer.body, 0);
    assert_non_null (strstr (answer.body.data, "1 validation error detected: Value '[nonsense-0000-of-some-length, "));
    assert_non_null (strstr (answer.body.data, ", ...]' at 'alarmTypes' failed to satisfy constraint"));
    buffer_deinit (&answer.body);

    size = (size_t) snprintf (input, sizeof input, "{\"StartTime\":0,\"EndTime\":1,\"MetricDataQueries\":[{}");
    for (int i = 0; i < 1000; i++)
        size += (size_t) snprintf (input + size, sizeof input - size, ",{}");
    snprintf (input + size, sizeof input - size, "]}");
    wire_answer (&OPERATION_GET_METRIC_DATA, *state, "eu-west-1", slice_of (input), &answer);
    buffer_append_char (&answer.body, 0);
    assert_non_null (strstr (answer.body.data, "40 validation errors detected: Value null at 'metricDataQueries.1.member.id' failed"));
    buffer_deinit (&answer.body);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (only_metric_alarms_come_unless_types_are_named),
        cmocka_unit_test (pages_count_all_three_kinds_together),
        cmocka_unit_test (names_prefix_state_and_action_narrow_the_list),
        cmocka_unit_test (family_questions_follow_the_rules_and_show_little),
        cmocka_unit_test (an_alarm_says_why_it_is_in_its_state),
        cmocka_unit_test (every_alarm_has_details_that_are_json),
        cmocka_unit_test (each_form_of_metric_alarm_has_its_members),
        cmocka_unit_test (broken_constraints_are_worded_as_aws_words_them),
        cmocka_unit_test (an_input_that_is_wrong_a_thousand_times_gets_a_bounded_answer),
    };
    return cmocka_run_group_tests (tests, sim_ask_open, sim_ask_close);
}
