#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_words.h"

#include <stdio.h>

static void
expect_words (alarm_kind_t kind, const char *alarm, const char *expected)
{
    yyjson_doc *doc = yyjson_read (alarm, strlen (alarm), 0);
    assert_non_null (doc);
    buffer_t out;
    buffer_init (&out, 65536);
    alarm_words (&out, yyjson_doc_get_root (doc), kind);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
    yyjson_doc_free (doc);
}

static void
expect_reason (const char *reason, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 65536);
    alarm_reason (&out, slice_of (reason));
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
a_metric_alarm_is_its_metric_and_its_condition (void **state)
{
    (void) state;
    expect_words (ALARM_METRIC,
                  "{\"Namespace\":\"AWS/Lambda\",\"MetricName\":\"Errors\",\"Dimensions\":[{\"Name\":\"FunctionName\",\"Value\":\"checkout\"},"
                  "{\"Name\":\"Resource\",\"Value\":\"checkout:live\"}],\"Statistic\":\"Sum\",\"Period\":60,\"EvaluationPeriods\":5,"
                  "\"DatapointsToAlarm\":3,"
                  "\"Threshold\":5.0,\"ComparisonOperator\":\"GreaterThanThreshold\"}",
                  "AWS/Lambda Errors {FunctionName=checkout,Resource=checkout:live} Sum > 5 for 3 of 5 x 60 s");
}

static void
all_of_the_periods_are_said_once (void **state)
{
    (void) state;
    expect_words (ALARM_METRIC,
                  "{\"Namespace\":\"N\",\"MetricName\":\"M\",\"ExtendedStatistic\":\"p99\",\"Period\":300,\"EvaluationPeriods\":3,"
                  "\"DatapointsToAlarm\":3,"
                  "\"Threshold\":0.25,\"ComparisonOperator\":\"LessThanOrEqualToThreshold\"}",
                  "N M p99 <= 0.25 for 3 x 300 s");
    expect_words (ALARM_METRIC,
                  "{\"Namespace\":\"N\",\"MetricName\":\"M\",\"Statistic\":\"Minimum\",\"Period\":10,\"EvaluationPeriods\":1,"
                  "\"Threshold\":21474836480,"
                  "\"ComparisonOperator\":\"LessThanThreshold\"}",
                  "N M Minimum < 21474836480 for 1 x 10 s");
}

static void
every_comparison_has_its_words (void **state)
{
    (void) state;
    static const char *const WORDS [] [2] = {
        { "GreaterThanOrEqualToThreshold", ">=" }, { "GreaterThanThreshold", ">" }, { "LessThanThreshold", "<" },
        { "LessThanOrEqualToThreshold", "<=" }, { "LessThanLowerOrGreaterThanUpperThreshold", "outside of" }, { "LessThanLowerThreshold", "below" },
        { "GreaterThanUpperThreshold", "above" },
        { "SomethingNew", "compared with" },
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS [0]; i++) {
        char alarm [256], expected [64];
        snprintf (alarm, sizeof alarm, "{\"MetricName\":\"M\",\"Threshold\":-1.5,\"ComparisonOperator\":\"%s\"}", WORDS [i] [0]);
        snprintf (expected, sizeof expected, "M %s -1.5", WORDS [i] [1]);
        expect_words (ALARM_METRIC, alarm, expected);
    }
}

static void
math_tells_what_its_names_stand_for (void **state)
{
    (void) state;
    expect_words (ALARM_METRIC,
                  "{\"Dimensions\":[],\"Metrics\":["
                  "{\"Id\":\"ratio\",\"Expression\":\"100 * bad / total\",\"ReturnData\":true},"
                  "{\"Id\":\"bad\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"AWS/ApplicationELB\",\"MetricName\":\"HTTPCode_Target_4XX_Count\","
                  "\"Dimensions\":"
                  "[{\"Name\":\"LoadBalancer\",\"Value\":\"app/shop\"}]},\"Period\":60,\"Stat\":\"Sum\"},\"ReturnData\":false},"
                  "{\"Id\":\"total\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"AWS/ApplicationELB\",\"MetricName\":\"RequestCount\"},"
                  "\"Period\":60,\"Stat\":\"Sum\"},"
                  "\"ReturnData\":false}],"
                  "\"EvaluationPeriods\":5,\"DatapointsToAlarm\":3,\"Threshold\":5,\"ComparisonOperator\":\"GreaterThanThreshold\"}",
                  "100 * bad / total > 5 for 3 of 5 x 60 s, bad = AWS/ApplicationELB HTTPCode_Target_4XX_Count {LoadBalancer=app/shop} Sum, "
                  "total = AWS/ApplicationELB RequestCount Sum");
}

static void
math_of_very_many_metrics_is_cut (void **state)
{
    (void) state;
    buffer_t alarm, out;
    buffer_init (&alarm, 1 << 20);
    buffer_init (&out, 65536);
    buffer_append_text (&alarm, "{\"Metrics\":[{\"Id\":\"e\",\"Expression\":\"SUM(METRICS())\"}");
    for (int i = 0; i < 500; i++)
        buffer_printf (&alarm, ",{\"Id\":\"m%d\",\"ReturnData\":false,\"MetricStat\":{\"Metric\":{\"Namespace\":\"N\",\"MetricName\":\"M\"},"
                               "\"Period\":60,\"Stat\":\"Sum\"}}", i);
    buffer_append_text (&alarm, "]}");
    yyjson_doc *doc = yyjson_read (alarm.data, alarm.size, 0);
    alarm_words (&out, yyjson_doc_get_root (doc), ALARM_METRIC);
    assert_true (out.size > 900 && out.size < 1200);
    assert_memory_equal (out.data + out.size - 5, ", …", 5);
    yyjson_doc_free (doc);
    buffer_deinit (&alarm);
    buffer_deinit (&out);
}

static void
an_anomaly_is_compared_with_its_band (void **state)
{
    (void) state;
    expect_words (ALARM_METRIC,
                  "{\"Metrics\":[{\"Id\":\"m1\",\"MetricStat\":{\"Metric\":{\"Namespace\":\"Shop\",\"MetricName\":\"Orders\"},\"Period\":300,"
                  "\"Stat\":\"Average\"},"
                  "\"ReturnData\":true},{\"Id\":\"ad1\",\"Expression\":\"ANOMALY_DETECTION_BAND(m1, 2)\",\"ReturnData\":true}],"
                  "\"ThresholdMetricId\":\"ad1\","
                  "\"EvaluationPeriods\":2,\"ComparisonOperator\":\"LessThanLowerOrGreaterThanUpperThreshold\"}",
                  "Shop Orders Average outside of its expected band for 2 x 300 s");
}

static void
a_metric_that_is_compared_itself_needs_no_names (void **state)
{
    (void) state;
    expect_words (ALARM_METRIC,
                  "{\"Metrics\":[{\"Id\":\"m1\",\"MetricStat\":{\"Metric\":{\"MetricName\":\"Orders\"},\"Period\":60,\"Stat\":\"Sum\"}},"
                  "{\"Id\":\"m2\",\"ReturnData\":false,\"MetricStat\":{\"Metric\":{\"MetricName\":\"Other\"},\"Period\":60,\"Stat\":\"Sum\"}}],"
                  "\"EvaluationPeriods\":1,\"Threshold\":1,\"ComparisonOperator\":\"LessThanThreshold\"}",
                  "Orders Sum < 1 for 1 x 60 s");
}

static void
a_metrics_insights_query_stands_as_it_is (void **state)
{
    (void) state;
    expect_words (ALARM_METRIC,
                  "{\"Metrics\":[{\"Id\":\"q1\",\"Expression\":\"SELECT MAX(CPUUtilization) FROM SCHEMA(\\\"AWS/EC2\\\", InstanceId)\","
                  "\"Period\":300}],"
                  "\"EvaluationPeriods\":1,\"Threshold\":90,\"ComparisonOperator\":\"GreaterThanThreshold\"}",
                  "SELECT MAX(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId) > 90 for 1 x 300 s");
}

static void
promql_is_its_query_and_how_long_it_must_hold (void **state)
{
    (void) state;
    expect_words (ALARM_METRIC, "{\"EvaluationCriteria\":{\"PromQLCriteria\":{\"Query\":\"sum(rate(x[5m])) > 2\",\"PendingPeriod\":300,"
                                "\"RecoveryPeriod\":60}}}",
                  "PromQL sum(rate(x[5m])) > 2 for 300 s");
    expect_words (ALARM_METRIC, "{\"EvaluationCriteria\":{\"PromQLCriteria\":{\"Query\":\"up == 0\",\"PendingPeriod\":0}}}", "PromQL up == 0");
}

static void
a_composite_alarm_is_its_rule (void **state)
{
    (void) state;
    expect_words (ALARM_COMPOSITE, "{\"AlarmRule\":\"ALARM(a) AND NOT (OK(\\\"b c\\\"))\"}", "ALARM(a) AND NOT (OK(\"b c\"))");
}

static void
a_log_alarm_is_its_query_and_its_condition (void **state)
{
    (void) state;
    expect_words (ALARM_LOG,
                  "{\"ScheduledQueryConfiguration\":{\"QueryString\":\"fields @message | filter level = \\\"ERROR\\\"\",\"AggregationExpression\":"
                  "\"stats count(*) as errors\",\"ScheduleConfiguration\":{\"ScheduleExpression\":\"rate(5 minutes)\"}},\"QueryResultsToEvaluate\":3,"
                  "\"QueryResultsToAlarm\":2,\"Threshold\":25.0,\"ComparisonOperator\":\"GreaterThanThreshold\"}",
                  "stats count(*) as errors > 25 for 2 of 3 results of the log query \"fields @message | filter level = \"ERROR\"\", rate(5 "
                  "minutes)");
}

static void
what_aws_does_not_tell_is_left_out (void **state)
{
    (void) state;
    static const char *const BARE [] = { "{}", "{\"AlarmName\":\"x\",\"StateValue\":\"OK\"}", "{\"Metrics\":[],\"Dimensions\":[]}", "[]", "null", "7",
                                         "{\"Metrics\":7,\"Dimensions\":\"x\",\"Threshold\":\"5\",\"ComparisonOperator\":null,\"AlarmRule\":3}" };
    for (size_t i = 0; i < sizeof BARE / sizeof BARE [0]; i++)
        for (int kind = ALARM_METRIC; kind <= ALARM_LOG; kind++)
            expect_words ((alarm_kind_t) kind, BARE [i], "");
    expect_words (ALARM_METRIC, "{\"Threshold\":3,\"ComparisonOperator\":\"GreaterThanThreshold\"}", "> 3");
    expect_words (ALARM_METRIC, "{\"MetricName\":\"M\",\"ComparisonOperator\":\"GreaterThanThreshold\"}", "M");
    expect_words (ALARM_METRIC, "{\"MetricName\":\"M\",\"Dimensions\":[{}]}", "M {=}");
    expect_words (ALARM_METRIC, "{\"Metrics\":[{},{\"Id\":\"a\"},7]}", ", a = ");
    expect_words (ALARM_LOG, "{\"ScheduledQueryConfiguration\":{\"AggregationExpression\":\"count(*)\"}}", "count(*)");
    expect_words (ALARM_METRIC, "{\"EvaluationCriteria\":{\"PromQLCriteria\":{}}}", "PromQL");
}

static void
a_long_rule_is_cut_and_says_so (void **state)
{
    (void) state;
    char alarm [12000], rule [10241];
    memset (rule, 'a', sizeof rule - 1);
    rule [sizeof rule - 1] = 0;
    snprintf (alarm, sizeof alarm, "{\"AlarmRule\":\"%s\"}", rule);
    yyjson_doc *doc = yyjson_read (alarm, strlen (alarm), 0);
    buffer_t out;
    buffer_init (&out, 65536);
    alarm_words (&out, yyjson_doc_get_root (doc), ALARM_COMPOSITE);
    assert_int_equal (out.size, 503);
    assert_memory_equal (out.data + 500, "…", 3);
    buffer_deinit (&out);
    yyjson_doc_free (doc);
}

static void
hostile_names_come_out_visible (void **state)
{
    (void) state;
    expect_words (ALARM_METRIC, "{\"Namespace\":\"N\\u001b[31m\",\"MetricName\":\"M\\u202e\",\"Dimensions\":[{\"Name\":\"\\u0000\","
                                "\"Value\":\"\\u200b\"}]}",
                  "N\\u001b[31m M\\u202e {\\u0000=\\u200b}");
    expect_reason ("say \u202e\x1b", "say \\u202e\\u001b");
}

static void
the_reason_of_a_composite_alarm_is_a_name_and_a_state (void **state)
{
    (void) state;
    static const char AT [] = " at Tuesday 24 November, 2026 15:26:09 UTC", ARN [] = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:";
    static const char *const CASES [] [2] = {
        { "shop db:alarm:1 transitioned to ALARM", "shop db:alarm:1 transitioned to ALARM" },
        { "at transitioned to OK", "at transitioned to OK" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char reason [512];
        snprintf (reason, sizeof reason, "%s%s%s", ARN, CASES [i] [0], AT);
        expect_reason (reason, CASES [i] [1]);
    }
    expect_reason ("arn:aws:cloudwatch:eu-west-1:1:alarm:a transitioned to ALARM", "a transitioned to ALARM");
    expect_reason ("arn:aws:cloudwatch:eu-west-1:1:alarm:a was created and its alarm rule evaluates to OK",
                   "a was created and its alarm rule evaluates to OK");
    expect_reason ("arn:aws:sns:x transitioned to OK", "arn:aws:sns:x transitioned to OK");
    expect_reason ("arn:aws:cloudwatch:eu-west-1:1:alarm:", "arn:aws:cloudwatch:eu-west-1:1:alarm:");
}

static void
numbers_of_a_reason_have_six_digits (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = {
        { "datapoints [17.2851263547, 8.70363556915] were", "datapoints [17.2851, 8.70364] were" },
        { "[38.839999999999996]", "[38.84]" }, { "[0.000123456789, -17.2851263547]", "[0.000123457, -17.2851]" },
        { "was 119.992712145", "was 119.993" }, { "[45.0, 496.0] (180.0)", "[45.0, 496.0] (180.0)" },
        //  Beside its threshold, too large, too small, or no number
        { "[2.50000001] (2.5)", "[2.50000001] (2.5)" }, { "[79.99999999]", "[79.99999999]" }, { "[1234567.891]", "[1234567.891]" },
        { "[0.0000012345678]", "[0.0000012345678]" }, { "1.2345678E10", "1.2345678E10" }, { "v17.2851263547", "v17.2851263547" },
        { "10.12345678.9", "10.12345678.9" }, { "10.12345678.", "10.12345678." }, { ".1234567890", ".1234567890" },
        { "[1.23456789012345678901234567890123456789]", "[1.23456789012345678901234567890123456789]" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        expect_reason (CASES [i] [0], CASES [i] [1]);
}

static void
a_reason_loses_the_times_of_datapoints_and_the_minimum (void **state)
{
    (void) state;
    expect_reason ("Threshold Crossed: 3 out of the last 5 datapoints [2.318 (23/11/26 01:25:00), 2.341 (23/11/26 01:24:00)] were greater than the "
                   "threshold (1.5) "
                   "(minimum 3 datapoints for OK -> ALARM transition).",
                   "Threshold Crossed: 3 out of the last 5 datapoints [2.318, 2.341] were greater than the threshold (1.5).");
    expect_reason ("Thresholds Crossed: 1 datapoint [5.0 (22/11/26 22:58:00)] was not less than the lower thresholds [1.0] or greater than the "
                   "upper thresholds "
                   "[4.0] (minimum 1 datapoint for ALARM -> OK transition).",
                   "Thresholds Crossed: 1 datapoint [5.0] was not less than the lower thresholds [1.0] or greater than the upper thresholds [4.0].");
}

static void
another_wording_stays_as_it_is (void **state)
{
    (void) state;
    static const char *const OTHERS [] = {
        "Unchecked: Initial alarm creation", "Insufficient Data: 1 datapoint was unknown.", "I set it (minimum of care).", "at (22/11/2026 22:58)",
                "(22/11/26 2",
        " (minimum ", " transition).", "",
    };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++)
        expect_reason (OTHERS [i], OTHERS [i]);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_metric_alarm_is_its_metric_and_its_condition),
        cmocka_unit_test (all_of_the_periods_are_said_once),
        cmocka_unit_test (every_comparison_has_its_words),
        cmocka_unit_test (math_tells_what_its_names_stand_for),
        cmocka_unit_test (math_of_very_many_metrics_is_cut),
        cmocka_unit_test (an_anomaly_is_compared_with_its_band),
        cmocka_unit_test (a_metric_that_is_compared_itself_needs_no_names),
        cmocka_unit_test (a_metrics_insights_query_stands_as_it_is),
        cmocka_unit_test (promql_is_its_query_and_how_long_it_must_hold),
        cmocka_unit_test (a_composite_alarm_is_its_rule),
        cmocka_unit_test (a_log_alarm_is_its_query_and_its_condition),
        cmocka_unit_test (what_aws_does_not_tell_is_left_out),
        cmocka_unit_test (a_long_rule_is_cut_and_says_so),
        cmocka_unit_test (hostile_names_come_out_visible),
        cmocka_unit_test (the_reason_of_a_composite_alarm_is_a_name_and_a_state),
        cmocka_unit_test (numbers_of_a_reason_have_six_digits),
        cmocka_unit_test (a_reason_loses_the_times_of_datapoints_and_the_minimum),
        cmocka_unit_test (another_wording_stays_as_it_is),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
