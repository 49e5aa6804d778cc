#include "quota.h"

#include "config_value.h"
#include "nearest.h"

#include <stdio.h>

enum { ACTION_SIZE = 64 };

//  region NULL: everywhere else. The first row that matches holds, so exceptions stand before their rule.
static const struct {
    aws_service_t service;
    const char *api;
    const char *region;
    double per_s;
} QUOTAS [] = {
    { AWS_MONITORING, "GetMetricData", NULL, 500 },
    { AWS_MONITORING, "GetMetricStatistics", NULL, 400 },
    { AWS_MONITORING, "ListMetrics", NULL, 25 },
    { AWS_MONITORING, "DescribeAlarms", NULL, 9 },
    { AWS_MONITORING, "DescribeAlarmHistory", NULL, 20 },
    { AWS_MONITORING, "DescribeAlarmsForMetric", NULL, 9 },
    { AWS_MONITORING, "DescribeAlarmContributors", NULL, 9 },
    { AWS_MONITORING, "DescribeAnomalyDetectors", NULL, 10 },
    { AWS_MONITORING, "GetDashboard", NULL, 10 },
    { AWS_MONITORING, "ListDashboards", NULL, 10 },
    { AWS_MONITORING, "GetMetricWidgetImage", NULL, 20 },
    { AWS_LOGS, "DescribeLogGroups", NULL, 10 },
    { AWS_LOGS, "DescribeLogStreams", NULL, 25 },
    { AWS_LOGS, "FilterLogEvents", "us-east-1", 25 },
    { AWS_LOGS, "FilterLogEvents", "ap-northeast-3", 5 },
    { AWS_LOGS, "FilterLogEvents", "ap-southeast-3", 5 },
    { AWS_LOGS, "FilterLogEvents", "ca-west-1", 5 },
    { AWS_LOGS, "FilterLogEvents", "eu-central-1", 5 },
    { AWS_LOGS, "FilterLogEvents", "il-central-1", 5 },
    { AWS_LOGS, "FilterLogEvents", NULL, 10 },
    { AWS_LOGS, "GetLogEvents", "us-west-2", 10 },
    { AWS_LOGS, "GetLogEvents", "eu-west-1", 10 },
    { AWS_LOGS, "GetLogEvents", "eu-central-1", 10 },
    { AWS_LOGS, "GetLogEvents", "ap-northeast-3", 10 },
    { AWS_LOGS, "GetLogEvents", "ap-southeast-3", 10 },
    { AWS_LOGS, "GetLogEvents", "ca-west-1", 10 },
    { AWS_LOGS, "GetLogEvents", "il-central-1", 10 },
    { AWS_LOGS, "GetLogEvents", "eu-west-3", 30 },
    { AWS_LOGS, "GetLogEvents", NULL, 25 },
    { AWS_LOGS, "StartQuery", NULL, 10 },
    { AWS_LOGS, "GetQueryResults", NULL, 10 },
    { AWS_LOGS, "StartLiveTail", NULL, 5 },
};

double
quota_per_s (aws_service_t service, const char *api, const char *region)
{
    for (size_t i = 0; i < sizeof QUOTAS / sizeof QUOTAS [0]; i++) {
        bool everywhere = !QUOTAS [i].region || strcmp (QUOTAS [i].region, region) == 0;
        if (QUOTAS [i].service == service && strcmp (QUOTAS [i].api, api) == 0 && everywhere)
            return QUOTAS [i].per_s;
    }
    return QUOTA_UNPUBLISHED_PER_S;
}

double
quota_configured_per_s (const config_t *settings)
{
    const char *const urls [] = { settings->endpoint_url_monitoring, settings->endpoint_url_logs };
    bool emulated = true;
    for (size_t i = 0; i < sizeof urls / sizeof urls [0]; i++) {
        const char *url = urls [i] ? urls [i] : settings->endpoint_url;
        emulated = emulated && url && strncasecmp (url, "http://", 7) == 0;
    }
    return settings->quota_per_s > 0 ? (double) settings->quota_per_s : emulated ? QUOTA_EMULATOR_PER_S : 0;
}

//  "logs:FilterLogEvents"
static const char *
s_action (aws_service_t service, const char *api, char *room, size_t size)
{
    snprintf (room, size, "%s:%s", aws_service_iam (service), api);
    return room;
}

double
quota_own_per_s (const config_quota_t *quotas, size_t count, aws_service_t service, const char *api)
{
    char action [ACTION_SIZE];
    s_action (service, api, action, sizeof action);
    for (size_t i = 0; i < count; i++)
        if (strcmp (quotas [i].action, action) == 0)
            return quotas [i].per_s;
    return 0;
}

status_t
quota_check (const config_t *settings, buffer_t *sentence)
{
    enum { ROWS = sizeof QUOTAS / sizeof QUOTAS [0] };
    char actions [ROWS] [ACTION_SIZE];
    const char *names [ROWS];
    for (size_t i = 0; i < ROWS; i++)
        names [i] = s_action (QUOTAS [i].service, QUOTAS [i].api, actions [i], sizeof actions [i]);
    for (size_t q = 0; q < settings->quotas_count; q++) {
        const char *action = settings->quotas [q].action;
        size_t at = 0;
        while (at < ROWS && strcmp (names [at], action) != 0)
            at++;
        if (at < ROWS)
            continue;
        const char *nearest = nearest_name (slice_of (action), names, ROWS);
        buffer_append_text (sentence, "\"quotas\": ");
        config_value_quote (sentence, slice_of (action));
        if (nearest)
            buffer_printf (sentence, " is nothing that is asked of AWS here; did you mean \"%s\"?", nearest);
        else
            buffer_append_text (sentence, " is nothing that is asked of AWS here: write it as IAM does, \"logs:FilterLogEvents\".");
        return STATUS_INVALID_ARGUMENT;
    }
    return STATUS_OK;
}
