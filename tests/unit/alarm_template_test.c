#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_template.h"
#include "expect.h"

static alarm_plan_t
errors (void)
{
    return (alarm_plan_t) {
        .namespace = SLICE ("AWS/Lambda"), .metric_name = SLICE ("Errors"), .statistic = SLICE ("Sum"), .operation = SLICE (">"),
        .missing = SLICE ("notBreaching"), .why = SLICE ("the code fails"), .threshold = 0.5, .datapoints = 3, .periods = 5, .period_s = 60,
        .dimensions = { { SLICE ("FunctionName"), SLICE ("checkout") } }, .dimension_count = 1,
    };
}

static void
expect_text (void (*write) (buffer_t *, const alarm_plan_t *, size_t), const alarm_plan_t *plans, size_t count, const char *expected, bool whole)
{
    buffer_t text;
    buffer_init (&text, 65536);
    write (&text, plans, count);
    buffer_append_char (&text, 0);
    assert_int_equal (buffer_status (&text), STATUS_OK);
    if (whole)
        assert_string_equal (text.data, expected);
    else
        expect_part (text.data, expected);
    buffer_deinit (&text);
}

static void
expect_yaml (const alarm_plan_t *plans, size_t count, const char *expected)
{
    expect_text (alarm_template_cloudformation, plans, count, expected, false);
}

static void
expect_hcl (const alarm_plan_t *plans, size_t count, const char *expected)
{
    expect_text (alarm_template_terraform, plans, count, expected, false);
}

static void
an_alarm_of_which_all_is_known_is_a_template_without_parameters (void **state)
{
    (void) state;
    alarm_plan_t plan = errors ();
    expect_text (alarm_template_cloudformation, &plan, 1,
                 "Resources:\n"
                 "  ErrorsAlarm:\n"
                 "    Type: AWS::CloudWatch::Alarm\n"
                 "    Properties:\n"
                 "      AlarmName: \"checkout Errors\"\n"
                 "      AlarmDescription: \"the code fails\"\n"
                 "      Namespace: \"AWS/Lambda\"\n"
                 "      MetricName: \"Errors\"\n"
                 "      Dimensions:\n"
                 "        - Name: \"FunctionName\"\n"
                 "          Value: \"checkout\"\n"
                 "      Statistic: \"Sum\"\n"
                 "      Period: 60\n"
                 "      EvaluationPeriods: 5\n"
                 "      DatapointsToAlarm: 3\n"
                 "      ComparisonOperator: GreaterThanThreshold\n"
                 "      Threshold: 0.5\n"
                 "      TreatMissingData: notBreaching\n", true);
    expect_text (alarm_template_terraform, &plan, 1,
                 "resource \"aws_cloudwatch_metric_alarm\" \"errors\" {\n"
                 "  alarm_name          = \"checkout Errors\"\n"
                 "  alarm_description   = \"the code fails\"\n"
                 "  namespace           = \"AWS/Lambda\"\n"
                 "  metric_name         = \"Errors\"\n"
                 "  statistic           = \"Sum\"\n"
                 "  period              = 60\n"
                 "  evaluation_periods  = 5\n"
                 "  datapoints_to_alarm = 3\n"
                 "  comparison_operator = \"GreaterThanThreshold\"\n"
                 "  threshold           = 0.5\n"
                 "  treat_missing_data  = \"notBreaching\"\n"
                 "  dimensions = {\n"
                 "    \"FunctionName\" = \"checkout\"\n"
                 "  }\n"
                 "}\n", true);
}

static void
what_is_not_known_is_a_parameter_with_words (void **state)
{
    (void) state;
    alarm_plan_t plan = errors ();
    plan.rule = SLICE ("1 % of \"usual\" calls");
    plan.dimensions [1] = (alarm_dimension_t) { SLICE ("Cluster Name"), SLICE_ABSENT };
    plan.dimension_count = 2;
    expect_yaml (&plan, 1, "Parameters:\n"
                           "  ClusterName:\n"
                           "    Type: String\n"
                           "    Description: \"The Cluster Name of which to watch AWS/Lambda Errors\"\n"
                           "  ErrorsThreshold:\n"
                           "    Type: Number\n"
                           "    Description: \"1 % of \\\"usual\\\" calls\"\n"
                           "Resources:\n");
    expect_yaml (&plan, 1, "AlarmName: !Sub \"checkout ${ClusterName} Errors\"\n");
    expect_yaml (&plan, 1, "        - Name: \"Cluster Name\"\n          Value: !Ref ClusterName\n");
    expect_yaml (&plan, 1, "Threshold: !Ref ErrorsThreshold\n");
    expect_hcl (&plan, 1, "variable \"cluster_name\" {\n  type        = string\n  description = \"The Cluster Name of which");
    expect_hcl (&plan, 1, "variable \"errors_threshold\" {\n  type        = number\n  description = \"1 % of \\\"usual\\\" calls\"\n}\n");
    expect_hcl (&plan, 1, "alarm_name          = \"checkout ${var.cluster_name} Errors\"\n");
    expect_hcl (&plan, 1, "    \"FunctionName\" = \"checkout\"\n    \"Cluster Name\" = var.cluster_name\n");
    expect_hcl (&plan, 1, "threshold           = var.errors_threshold\n");
}

static void
texts_are_escaped_as_each_language_wants_it (void **state)
{
    (void) state;
    alarm_plan_t plan = errors ();
    plan.dimensions [0].value = SLICE ("a\"b\\c\n${d} %{e} $f\x01");
    expect_yaml (&plan, 1, "Value: \"a\\\"b\\\\c\\n${d} %{e} $f\\u0001\"\n");
    expect_yaml (&plan, 1, "AlarmName: \"a\\\"b\\\\c\\n${d} ");                             //  No !Sub: "${" stands for itself
    expect_hcl (&plan, 1, "\"FunctionName\" = \"a\\\"b\\\\c\\n\\u0024{d} \\u0025{e} $f\\u0001\"\n");
    plan.dimensions [1] = (alarm_dimension_t) { SLICE ("Resource"), SLICE_ABSENT };
    plan.dimension_count = 2;
    expect_yaml (&plan, 1, "AlarmName: !Sub \"a\\\"b\\\\c\\n${!d} %{e} ");
}

static void
names_are_made_of_what_the_languages_allow (void **state)
{
    (void) state;
    static const struct { const char *metric, *id, *word; } CASES [] = {
        { "4xx", "  4xxAlarm:\n", "\"alarm_4xx\"" }, { "Memory % In Use", "  MemoryInUseAlarm:\n", "\"memory_in_use\"" },
        { "cpu_usage_idle", "  CpuUsageIdleAlarm:\n", "\"cpu_usage_idle\"" }, { "DBLoadCPU", "  DBLoadCPUAlarm:\n", "\"db_load_cpu\"" },
        { "count", "  CountAlarm:\n", "\"alarm_count\"" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        alarm_plan_t plan = errors ();
        plan.metric_name = slice_of (CASES [i].metric);
        expect_yaml (&plan, 1, CASES [i].id);
        expect_hcl (&plan, 1, CASES [i].word);
    }
}

static void
several_alarms_share_parameters_and_differ_in_name (void **state)
{
    (void) state;
    alarm_plan_t plans [2] = { errors (), errors () };
    plans [0].dimensions [0].value = plans [1].dimensions [0].value = SLICE_ABSENT;
    plans [1].statistic = SLICE ("p99");
    plans [1].rule = SLICE ("rule");
    expect_yaml (plans, 2, "Parameters:\n  FunctionName:\n    Type: String\n"
                           "    Description: \"The FunctionName of which to watch AWS/Lambda Errors\"\n"
                           "  ErrorsThreshold2:\n");
    expect_yaml (plans, 2, "  ErrorsAlarm2:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n"
                           "      AlarmName: !Sub \"${FunctionName} Errors (2)\"\n");
    expect_yaml (plans, 2, "ExtendedStatistic: \"p99\"\n");
    expect_hcl (plans, 2, "}\n\nvariable \"errors_2_threshold\"");
    expect_hcl (plans, 2, "\"errors_2\" {\n  alarm_name          = \"${var.function_name} Errors (2)\"\n");
    expect_hcl (plans, 2, "extended_statistic  = \"p99\"\n");
}

static void
a_name_is_short_enough_whatever_the_values_are (void **state)
{
    (void) state;
    char value [1025];
    memset (value, 'v', sizeof value - 1);
    value [1024] = 0;
    alarm_plan_t plan = errors ();
    for (plan.dimension_count = 0; plan.dimension_count < 10; plan.dimension_count++)
        plan.dimensions [plan.dimension_count] = (alarm_dimension_t) { SLICE ("D"), slice_of (value) };
    buffer_t text;
    buffer_init (&text, 65536);
    alarm_template_cloudformation (&text, &plan, 1);
    buffer_append_char (&text, 0);
    const char *name = strstr (text.data, "AlarmName: ");
    assert_true (name && strcspn (name, "\n") <= 255);
    buffer_deinit (&text);
}

static void
a_comparison_is_named_as_aws_does (void **state)
{
    (void) state;
    assert_string_equal (alarm_comparison (SLICE (">")), "GreaterThanThreshold");
    assert_string_equal (alarm_comparison (SLICE (">=")), "GreaterThanOrEqualToThreshold");
    assert_string_equal (alarm_comparison (SLICE ("<")), "LessThanThreshold");
    assert_string_equal (alarm_comparison (SLICE ("<=")), "LessThanOrEqualToThreshold");
}

static void
an_alarm_is_called_as_in_the_document (void **state)
{
    (void) state;
    alarm_plan_t plan = errors ();
    buffer_t out;
    buffer_init (&out, 1024);
    alarm_template_name (&out, &plan, 0);
    buffer_append_text (&out, ", ");
    plan.dimensions [0].value = SLICE_ABSENT;
    alarm_template_name (&out, &plan, 1);
    assert_true (slice_is (buffer_slice (&out), "checkout Errors, <FunctionName> Errors (2)"));
    buffer_deinit (&out);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (an_alarm_is_called_as_in_the_document),
        cmocka_unit_test (an_alarm_of_which_all_is_known_is_a_template_without_parameters),
        cmocka_unit_test (what_is_not_known_is_a_parameter_with_words),
        cmocka_unit_test (texts_are_escaped_as_each_language_wants_it),
        cmocka_unit_test (names_are_made_of_what_the_languages_allow),
        cmocka_unit_test (several_alarms_share_parameters_and_differ_in_name),
        cmocka_unit_test (a_name_is_short_enough_whatever_the_values_are),
        cmocka_unit_test (a_comparison_is_named_as_aws_does),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
