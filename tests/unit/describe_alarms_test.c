#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_ALARMS, .operations = ALARMS_OPERATIONS });
}

static void
each_argument_reaches_aws (void **state)
{
    fixture_t *self = *state;
#define TYPES ",\"AlarmTypes\":[\"MetricAlarm\",\"CompositeAlarm\",\"LogAlarm\"]}"
    static const char *const CASES [] [2] = {
        { "{}", "{\"MaxRecords\":100" TYPES },
        { "{\"limit\":3,\"max_bytes\":2048,\"detail\":true}", "{\"MaxRecords\":100" TYPES },
        { "{\"names\":[\"a\",\"b c\"]}", "{\"MaxRecords\":100,\"AlarmNames\":[\"a\",\"b c\"]" TYPES },
        { "{\"prefix\":\"checkout-\"}", "{\"MaxRecords\":100,\"AlarmNamePrefix\":\"checkout-\"" TYPES },
        { "{\"state\":\"ALARM\"}", "{\"MaxRecords\":100,\"StateValue\":\"ALARM\"" TYPES },
        { "{\"action_prefix\":\"arn:aws:sns:\"}", "{\"MaxRecords\":100,\"ActionPrefix\":\"arn:aws:sns:\"" TYPES },
        { "{\"types\":[\"LogAlarm\"]}", "{\"MaxRecords\":100,\"AlarmTypes\":[\"LogAlarm\"]}" },
        //  With a family's name AWS takes no other filter, not even the types that are our default.
        { "{\"children_of\":\"shop\"}", "{\"MaxRecords\":100,\"ChildrenOfAlarmName\":\"shop\"}" },
        { "{\"parents_of\":\"shop\"}", "{\"MaxRecords\":100,\"ParentsOfAlarmName\":\"shop\"}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        self->aws.scripted = self->aws.told = 0;
        aws_says (&self->aws, 200, "{}");
        ask (self, "describe_alarms", CASES [i] [0]);
        assert_string_equal (asked_text (&self->aws, self->aws.asked_count - 1), CASES [i] [1]);
        assert_string_equal (self->aws.asked [(self->aws.asked_count - 1) % REQUESTS_KEPT].target, "GraniteServiceVersion20100801.DescribeAlarms");
    }
}

//  Times are of the same minute, and tell which member was read by their seconds only where that matters.
static const char METRIC [] =
    "{\"AlarmName\":\"cpu\",\"AlarmArn\":\"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu\",\"AlarmDescription\":\"Too hot\","
    "\"AlarmConfigurationUpdatedTimestamp\":1795300000.5,\"ActionsEnabled\":true,\"OKActions\":[],"
    "\"AlarmActions\":[\"arn:aws:sns:eu-west-1:1:page\"],"
    "\"InsufficientDataActions\":[],\"StateValue\":\"ALARM\",\"StateReason\":\"Threshold Crossed: 1 datapoint [97.0 (22/11/26 22:58:00)] was "
    "greater than the "
    "threshold (90.0) (minimum 1 datapoint for OK -> ALARM transition).\",\"StateReasonData\":\"{\\\"version\\\":\\\"1.0\\\"}\","
    "\"StateUpdatedTimestamp\":"
    "1795388707.0,\"StateTransitionedTimestamp\":1795388707.042,\"MetricName\":\"CPUUtilization\",\"Namespace\":\"AWS/RDS\","
    "\"Statistic\":\"Average\","
    "\"Dimensions\":[{\"Name\":\"DB\",\"Value\":\"orders\"}],\"Period\":300,\"EvaluationPeriods\":3,\"DatapointsToAlarm\":2,\"Threshold\":90.0,"
    "\"ComparisonOperator\":\"GreaterThanThreshold\",\"TreatMissingData\":\"missing\",\"EvaluateLowSampleCountPercentile\":\"ignore\"}";

static const char COMPOSITE [] =
    "{\"AlarmName\":\"shop\",\"AlarmRule\":\"ALARM(cpu)\",\"StateValue\":\"ALARM\",\"StateReason\":\"cpu transitioned to ALARM\","
    "\"StateUpdatedTimestamp\":"
    "1795388707,\"ActionsEnabled\":false,\"ActionsSuppressedBy\":\"Alarm\",\"ActionsSuppressedReason\":\"works\","
    "\"ActionsSuppressor\":\"maintenance\"}";

static const char LOG [] =
    "{\"AlarmName\":\"errors\",\"StateValue\":\"OK\",\"ScheduledQueryConfiguration\":{\"QueryString\":\"fields @message\",\"AggregationExpression\":"
    "\"stats count(*)\",\"ScheduleConfiguration\":{\"ScheduleExpression\":\"rate(5 minutes)\"}},\"QueryResultsToEvaluate\":3,"
    "\"QueryResultsToAlarm\":2,"
    "\"Threshold\":25,\"ComparisonOperator\":\"GreaterThanThreshold\",\"EvaluationState\":\"PARTIAL_DATA\"}";

//  All three kinds in one page, as AWS sorts them.
static const char *
page (void)
{
    static char text [8192];
    snprintf (text, sizeof text, "{\"MetricAlarms\":[%s],\"CompositeAlarms\":[%s],\"LogAlarms\":[%s]}", METRIC, COMPOSITE, LOG);
    return text;
}

static void
each_kind_is_told_in_its_words_and_composite_alarms_come_first (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, page ());
    expect_json (ask (self, "describe_alarms", "{}"),
                 "{\"alarms\":["
                 "{\"name\":\"shop\",\"state\":\"ALARM\",\"since\":\"2026-11-22T23:05Z\",\"when\":\"ALARM(cpu)\",\"reason\":\"cpu transitioned to "
                 "ALARM\","
                 "\"actions_enabled\":false,\"suppressed_by\":\"maintenance\",\"suppressed_reason\":\"works\"},"
                 "{\"name\":\"cpu\",\"state\":\"ALARM\",\"since\":\"2026-11-22T23:05Z\",\"when\":\"AWS/RDS CPUUtilization {DB=orders} Average > 90 "
                 "for 2 of 3 x "
                 "300 s\",\"reason\":\"Threshold Crossed: 1 datapoint [97.0] was greater than the threshold (90.0).\",\"description\":\"Too hot\"},"
                 "{\"name\":\"errors\",\"state\":\"OK\",\"when\":\"stats count(*) > 25 for 2 of 3 results of the log query \\\"fields @message\\\", "
                 "rate(5 minutes)\",\"evaluation\":\"PARTIAL_DATA\"}]}");
}

static void
detail_tells_the_whole_configuration (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, page ());
    yyjson_val *alarms = yyjson_obj_get (ask (self, "describe_alarms", "{\"detail\":true}"), "alarms");
    expect_json (yyjson_arr_get (alarms, 1),
                 "{\"name\":\"cpu\",\"state\":\"ALARM\",\"since\":\"2026-11-22T23:05Z\",\"when\":\"AWS/RDS CPUUtilization {DB=orders} Average > 90 "
                 "for 2 of 3 x 300 s\","
                 "\"reason\":\"Threshold Crossed: 1 datapoint [97.0 (22/11/26 22:58:00)] was greater than the threshold (90.0) (minimum 1 datapoint "
                 "for OK -> ALARM "
                 "transition).\",\"description\":\"Too hot\",\"arn\":\"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu\","
                 "\"configured\":\"2026-11-21T22:26Z\","
                 "\"alarm_actions\":[\"arn:aws:sns:eu-west-1:1:page\"],\"missing_data\":\"missing\",\"low_sample_percentile\":\"ignore\","
                 "\"reason_data\":\"{\\\"version\\\":\\\"1.0\\\"}\"}");
    assert_string_equal (text_of (yyjson_arr_get (alarms, 0), "suppressor"), "maintenance");
    assert_string_equal (text_of (yyjson_arr_get (alarms, 0), "rule"), "ALARM(cpu)");
    assert_string_equal (text_of (yyjson_obj_get (yyjson_arr_get (alarms, 2), "query"), "AggregationExpression"), "stats count(*)");
}

static void
queries_and_promql_are_in_the_detail (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200,
              "{\"MetricAlarms\":[{\"AlarmName\":\"a\",\"Metrics\":[{\"Id\":\"m1\",\"Expression\":\"SELECT 1\",\"Period\":60}],\"Threshold\":1,"
              "\"ComparisonOperator\":"
              "\"LessThanThreshold\"},{\"AlarmName\":\"p\",\"EvaluationCriteria\":{\"PromQLCriteria\":{\"Query\":\"up == 0\"}},"
              "\"EvaluationWindow\":{\"SlidingWindow\":{}}}]}");
    expect_json (ask (self, "describe_alarms", "{\"detail\":true}"),
                 "{\"alarms\":[{\"name\":\"a\",\"when\":\"SELECT 1 < 1\",\"queries\":[{\"Id\":\"m1\",\"Expression\":\"SELECT 1\",\"Period\":60}]},"
                 "{\"name\":\"p\",\"when\":\"PromQL up == 0\",\"criteria\":{\"PromQLCriteria\":{\"Query\":\"up == 0\"}},"
                 "\"window\":{\"SlidingWindow\":{}}}]}");
}

static void
a_family_of_which_aws_tells_only_names_is_told_by_names (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"CompositeAlarms\":[{\"AlarmName\":\"up\",\"AlarmArn\":\"arn\"}],\"MetricAlarms\":[{\"AlarmName\":\"down\","
                               "\"StateValue\":\"OK\"}]}");
    expect_json (ask (self, "describe_alarms", "{\"parents_of\":\"x\"}"), "{\"alarms\":[{\"name\":\"up\"},{\"name\":\"down\",\"state\":\"OK\"}]}");
}

static void
members_that_are_missing_or_strange_do_no_harm (void **state)
{
    fixture_t *self = *state;
    static const char STRANGE [] =
        "{\"CompositeAlarms\":[{},null,7],\"MetricAlarms\":[{\"AlarmName\":7,\"StateValue\":null,\"StateTransitionedTimestamp\":\"x\","
        "\"StateUpdatedTimestamp\":1e300,"
        "\"Metrics\":{},\"Dimensions\":7,\"ActionsEnabled\":\"no\",\"AlarmActions\":{},\"EvaluationCriteria\":7,"
        "\"ScheduledQueryConfiguration\":\"x\"}],\"LogAlarms\":{}}";
    aws_says (&self->aws, 200, STRANGE);
    aws_says (&self->aws, 200, STRANGE);
    expect_json (ask (self, "describe_alarms", "{}"), "{\"alarms\":[{\"name\":null},{\"name\":null},{\"name\":null},{\"name\":null}]}");
    yyjson_val *alarms = yyjson_obj_get (ask (self, "describe_alarms", "{\"detail\":true}"), "alarms");
    assert_int_equal (yyjson_arr_size (alarms), 4);
}

static void
a_time_that_cannot_be_is_null (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"MetricAlarms\":[{\"AlarmName\":\"a\",\"StateTransitionedTimestamp\":1e300},{\"AlarmName\":\"b\","
                               "\"StateTransitionedTimestamp\":-5}]}");
    expect_json (ask (self, "describe_alarms", "{}"), "{\"alarms\":[{\"name\":\"a\",\"since\":null},{\"name\":\"b\",\"since\":null}]}");
}

static void
hostile_text_comes_out_visible_everywhere (void **state)
{
    fixture_t *self = *state;
#define HOSTILE "x\\u001b[2J\\u202ey\\u0000\\u009b\\u200b"
    static const char ALARM [] =
        "{\"CompositeAlarms\":[{\"AlarmName\":\"" HOSTILE "\",\"AlarmDescription\":\"" HOSTILE "\",\"AlarmRule\":\"" HOSTILE "\","
                "\"StateValue\":\"" HOSTILE "\","
        "\"StateReason\":\"" HOSTILE "\",\"StateReasonData\":\"" HOSTILE "\",\"AlarmArn\":\"" HOSTILE "\",\"AlarmActions\":[\"" HOSTILE "\"],"
                "\"Metrics\":[{\""
        HOSTILE "\":[\"" HOSTILE "\"]}],\"ActionsSuppressedReason\":\"" HOSTILE "\","
                "\"ScheduledQueryConfiguration\":{\"QueryString\":\"" HOSTILE "\"}}]}";
    for (int detail = 0; detail < 2; detail++) {
        aws_says (&self->aws, 200, ALARM);
        ask (self, "describe_alarms", detail ? "{\"detail\":true}" : "{}");
        char text [8192];
        snprintf (text, sizeof text, "%.*s", (int) self->result.json.size, self->result.json.data);
        expect_part (text, "\"name\":\"x\\\\u001b[2J\\\\u202ey\\\\u0000\\\\u009b\\\\u200b\"");
        expect_no_part (text, "\u202e");
        expect_no_part (text, "\xc2\x9b");
        expect_no_part (text, "\u200b");
        for (const char *at = strstr (text, "\\u"); at; at = strstr (at + 1, "\\u"))
            assert_int_equal (at [-1], '\\');           //  No character that a reader of the JSON would get back as it was
    }
}

static void
long_texts_are_cut_unless_detail_is_asked_for (void **state)
{
    fixture_t *self = *state;
    static char alarm [32768];
    snprintf (alarm, sizeof alarm, "{\"CompositeAlarms\":[{\"AlarmName\":\"a\",\"AlarmDescription\":\"%01000d\",\"AlarmRule\":\"%010000d\"}]}", 1, 2);
    aws_says (&self->aws, 200, alarm);
    yyjson_val *row = yyjson_arr_get (yyjson_obj_get (ask (self, "describe_alarms", "{}"), "alarms"), 0);
    assert_int_equal (strlen (text_of (row, "description")), 303);
    assert_int_equal (strlen (text_of (row, "when")), 503);
    aws_says (&self->aws, 200, alarm);
    row = yyjson_arr_get (yyjson_obj_get (ask (self, "describe_alarms", "{\"detail\":true}"), "alarms"), 0);
    assert_int_equal (strlen (text_of (row, "description")), 1000);
    assert_int_equal (strlen (text_of (row, "rule")), 10000);
}

static void
eleven_ordinary_alarms_fit_in_5_kb (void **state)
{
    fixture_t *self = *state;
    static char text [32768];
    size_t size = (size_t) snprintf (text, sizeof text, "{\"MetricAlarms\":[");
    for (int i = 0; i < 11; i++)
        size += (size_t) snprintf (text + size, sizeof text - size,
            "%s{\"AlarmName\":\"shop-checkout-unhealthy-hosts-%d\","
            "\"AlarmArn\":\"arn:aws:cloudwatch:us-east-1:123456789012:alarm:shop-checkout-unhealthy-hosts-%d\","
            "\"AlarmDescription\":\"Checkout has unhealthy targets\",\"ActionsEnabled\":true,\"StateValue\":\"ALARM\","
            "\"AlarmActions\":[\"arn:aws:sns:us-east-1:123456789012:shop-page\"],\"StateReason\":\"Threshold Crossed: 3 out of the last 5 datapoints "
            "[97.46 (23/11/26 01:22:00), 98.4346 (23/11/26 01:21:00), 99.4092 (23/11/26 01:20:00)] were "
            "greater than or equal to the threshold (90.0) (minimum 5 datapoints for OK -> ALARM transition).\","
            "\"StateTransitionedTimestamp\":1795388707.042,"
            "\"MetricName\":\"UnHealthyHostCount\",\"Namespace\":\"AWS/ApplicationELB\",\"Statistic\":\"Maximum\","
            "\"Dimensions\":[{\"Name\":\"LoadBalancer\",\"Value\":"
            "\"app/shop-public/50dc6c495c0c9188\"}],\"Period\":60,\"EvaluationPeriods\":5,\"DatapointsToAlarm\":3,\"Threshold\":90.0,"
            "\"ComparisonOperator\":"
            "\"GreaterThanOrEqualToThreshold\"}", i ? "," : "", i, i);
    snprintf (text + size, sizeof text - size, "]}");
    aws_says (&self->aws, 200, text);
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (ask (self, "describe_alarms", "{\"state\":\"ALARM\"}"), "alarms")), 11);
    assert_true (self->result.json.size <= 5 * 1024);
}

//  300 alarms of three kinds: AWS's pages hold a hundred, whatever the kinds.
static void
answer_from_three_kinds (scripted_aws_t *self, http_exchange_t *exchange, const asked_t *asked_now)
{
    (void) self;
    slice_t token = json_text (yyjson_doc_get_root (asked_now->doc), "NextToken");
    int first = token.size ? (int) strtol (token.data, NULL, 10) : 0;
    buffer_t body;
    buffer_init (&body, 1 << 20);
    static const char *const LISTS [] = { "MetricAlarms", "LogAlarms", "CompositeAlarms" };
    buffer_append_char (&body, '{');
    for (int kind = 0; kind < 3; kind++) {
        buffer_printf (&body, "%s\"%s\":[", kind ? "," : "", LISTS [kind]);
        for (int i = kind, comma = 0; i < 100; i += 3, comma = 1)
            buffer_printf (&body, "%s{\"AlarmName\":\"n-%d\"}", comma ? "," : "", first + i);
        buffer_append_char (&body, ']');
    }
    if (first < 200)
        buffer_printf (&body, ",\"NextToken\":\"%d\"", first + 100);
    buffer_append_char (&body, '}');
    aws_reply (exchange, 200, buffer_slice (&body));
    buffer_deinit (&body);
}

static void
every_alarm_comes_exactly_once_across_kinds_and_pages (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = answer_from_three_kinds;
    for (int limit = 1; limit <= 1000; limit = limit * 2 + 5) {
        char arguments [512], token [256] = "";
        int seen [300] = { 0 }, rows = 0;
        do {
            snprintf (arguments, sizeof arguments, "{\"limit\":%d%s%s%s}", limit, *token ? ",\"next_token\":\"" : "", token, *token ? "\"" : "");
            yyjson_val *answer = ask (self, "describe_alarms", arguments);
            size_t index, count;
            yyjson_val *row;
            yyjson_arr_foreach (yyjson_obj_get (answer, "alarms"), index, count, row) {
                seen [strtol (text_of (row, "name") + 2, NULL, 10)]++;
                rows++;
            }
            snprintf (token, sizeof token, "%s", text_of (answer, "next_token") ? text_of (answer, "next_token") : "");
        } while (*token);
        assert_int_equal (rows, 300);
        for (int i = 0; i < 300; i++)
            assert_int_equal (seen [i], 1);
    }
}

static void
none_at_all_says_where (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"MetricAlarms\":[],\"CompositeAlarms\":[]}");
    assert_string_equal (text_of (ask (self, "describe_alarms", "{\"prefix\":\"x\"}"), "note"),
                         "No alarms in eu-west-1 match. Names are case-sensitive, and only composite alarms have children; without arguments all "
                         "alarms are shown. Is it the right region?");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_argument_reaches_aws, begin, end),
        cmocka_unit_test_setup_teardown (each_kind_is_told_in_its_words_and_composite_alarms_come_first, begin, end),
        cmocka_unit_test_setup_teardown (detail_tells_the_whole_configuration, begin, end),
        cmocka_unit_test_setup_teardown (queries_and_promql_are_in_the_detail, begin, end),
        cmocka_unit_test_setup_teardown (a_family_of_which_aws_tells_only_names_is_told_by_names, begin, end),
        cmocka_unit_test_setup_teardown (members_that_are_missing_or_strange_do_no_harm, begin, end),
        cmocka_unit_test_setup_teardown (a_time_that_cannot_be_is_null, begin, end),
        cmocka_unit_test_setup_teardown (hostile_text_comes_out_visible_everywhere, begin, end),
        cmocka_unit_test_setup_teardown (long_texts_are_cut_unless_detail_is_asked_for, begin, end),
        cmocka_unit_test_setup_teardown (eleven_ordinary_alarms_fit_in_5_kb, begin, end),
        cmocka_unit_test_setup_teardown (every_alarm_comes_exactly_once_across_kinds_and_pages, begin, end),
        cmocka_unit_test_setup_teardown (none_at_all_says_where, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
