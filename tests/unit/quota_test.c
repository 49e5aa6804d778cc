#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "quota.h"

#define assert_per_s(service, api, region, wanted) assert_true (quota_per_s (service, api, region) == (wanted))

static void
published_rates_are_known (void **state)
{
    (void) state;
    assert_per_s (AWS_MONITORING, "GetMetricData", "eu-west-1", 500);
    assert_per_s (AWS_MONITORING, "ListMetrics", "eu-west-1", 25);
    assert_per_s (AWS_MONITORING, "DescribeAlarms", "eu-west-1", 9);
    assert_per_s (AWS_MONITORING, "DescribeAlarmHistory", "eu-west-1", 20);
    assert_per_s (AWS_LOGS, "DescribeLogGroups", "eu-west-1", 10);
    assert_per_s (AWS_LOGS, "DescribeLogStreams", "eu-west-1", 25);
    assert_per_s (AWS_LOGS, "StartQuery", "eu-west-1", 10);
    assert_per_s (AWS_LOGS, "GetQueryResults", "eu-west-1", 10);
}

static void
some_regions_have_rates_of_their_own (void **state)
{
    (void) state;
    assert_per_s (AWS_LOGS, "FilterLogEvents", "us-east-1", 25);
    assert_per_s (AWS_LOGS, "FilterLogEvents", "eu-central-1", 5);
    assert_per_s (AWS_LOGS, "FilterLogEvents", "eu-west-1", 10);
    assert_per_s (AWS_LOGS, "GetLogEvents", "eu-west-3", 30);
    assert_per_s (AWS_LOGS, "GetLogEvents", "eu-central-1", 10);
    assert_per_s (AWS_LOGS, "GetLogEvents", "us-east-1", 25);
}

static void
an_api_without_a_published_rate_is_asked_carefully (void **state)
{
    (void) state;
    assert_per_s (AWS_LOGS, "StopQuery", "eu-west-1", (double) QUOTA_UNPUBLISHED_PER_S);
    assert_per_s (AWS_LOGS, "", "", (double) QUOTA_UNPUBLISHED_PER_S);
}

static void
the_same_name_of_another_service_is_another_api (void **state)
{
    (void) state;
    assert_per_s (AWS_LOGS, "GetMetricData", "eu-west-1", (double) QUOTA_UNPUBLISHED_PER_S);
    assert_per_s (AWS_STS, "GetLogEvents", "eu-west-1", (double) QUOTA_UNPUBLISHED_PER_S);
}

static void
settings_say_another_rate_and_an_emulator_has_its_own (void **state)
{
    (void) state;
    static const struct { config_t settings; double per_s; } CASES [] = {
        { { .endpoint_url = NULL }, 0 },
        { { .quota_per_s = 7 }, 7 },
        { { .endpoint_url = "https://vpce.example.com" }, 0 },
        { { .endpoint_url = "http://127.0.0.1:4566" }, QUOTA_EMULATOR_PER_S },
        { { .endpoint_url_monitoring = "HTTP://127.0.0.1:4566", .endpoint_url_logs = "http://127.0.0.1:4567" }, QUOTA_EMULATOR_PER_S },
        { { .endpoint_url_monitoring = "http://127.0.0.1:4566" }, 0 },          //  Logs are AWS's
        { { .endpoint_url_logs = "http://127.0.0.1:4566" }, 0 },
        { { .endpoint_url = "http://127.0.0.1:4566", .endpoint_url_logs = "https://vpce.example.com" }, 0 },
        { { .endpoint_url = "https://vpce.example.com", .endpoint_url_logs = "http://127.0.0.1:4566" }, 0 },
        { { .endpoint_url_logs = "http://127.0.0.1:4566", .quota_per_s = 7 }, 7 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        assert_true (quota_configured_per_s (&CASES [i].settings) == CASES [i].per_s);
}

static void
quotas_of_what_nobody_asks_are_refused_with_what_was_meant (void **state)
{
    (void) state;
    static const struct { const char *action, *sentence; } CASES [] = {
        { "logs:FilterLogEvents", "" }, { "cloudwatch:DescribeAlarms", "" },
        { "logs:FilterLogEvent", "\"quotas\": \"logs:FilterLogEvent\" is nothing that is asked of AWS here; did you mean \"logs:FilterLogEvents\"?" },
        { "GetMetricData", "\"quotas\": \"GetMetricData\" is nothing that is asked of AWS here: write it as IAM does, \"logs:FilterLogEvents\"." },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        config_quota_t quotas [] = { { "logs:GetLogEvents", 1 }, { CASES [i].action, 1 } };
        config_t settings = { .quotas = quotas, .quotas_count = 2 };
        buffer_t sentence;
        buffer_init (&sentence, 1024);
        assert_int_equal (quota_check (&settings, &sentence), CASES [i].sentence [0] ? STATUS_INVALID_ARGUMENT : STATUS_OK);
        buffer_append_char (&sentence, 0);
        assert_string_equal (sentence.data, CASES [i].sentence);
        buffer_deinit (&sentence);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (published_rates_are_known),
        cmocka_unit_test (some_regions_have_rates_of_their_own),
        cmocka_unit_test (an_api_without_a_published_rate_is_asked_carefully),
        cmocka_unit_test (the_same_name_of_another_service_is_another_api),
        cmocka_unit_test (settings_say_another_rate_and_an_emulator_has_its_own),
        cmocka_unit_test (quotas_of_what_nobody_asks_are_refused_with_what_was_meant),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
