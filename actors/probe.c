#include "probe.h"

#include "body.h"
#include "sentence.h"
#include "trail.h"

//  What does not exist, and by its name says why it was asked for: whoever reads the account's audit trail wonders.
#define GROUP "/cloudwatch-mcp/doctor/does-not-exist"
#define DASHBOARD "cloudwatch-mcp-doctor-does-not-exist"
#define METRIC "\"Namespace\":\"cloudwatch-mcp/doctor\",\"MetricName\":\"does-not-exist\""
#define QUERY_ID "\"00000000-0000-0000-0000-000000000000\""

//  Lists are asked for one item, and GetCallerIdentity, which needs no permission, tells who asks. GetMetricData is the only one with a price, of a
//  hundred-thousandth of a dollar; StartQuery is paid by the bytes that it reads, and of a log group that does not exist it reads none.
const probe_t PROBES [] = {
    { "cloudwatch:DescribeAlarmHistory", AWS_MONITORING, "DescribeAlarmHistory", "{\"MaxRecords\":1}", NULL, 0 },
    { "cloudwatch:DescribeAlarms", AWS_MONITORING, "DescribeAlarms", "{\"MaxRecords\":1}", NULL, 0 },
    { "cloudwatch:GetDashboard", AWS_MONITORING, "GetDashboard", "{\"DashboardName\":\"" DASHBOARD "\"}", NULL, 0 },
    { "cloudwatch:GetMetricData", AWS_MONITORING, "GetMetricData",
      "{\"MetricDataQueries\":[{\"Id\":\"m1\",\"MetricStat\":{\"Metric\":{" METRIC "},\"Period\":60,\"Stat\":\"Sum\"}}]}",
      "StartTime,EndTime", 1000 },
    { "cloudwatch:GetMetricStatistics", AWS_MONITORING, "GetMetricStatistics", "{" METRIC ",\"Period\":60,\"Statistics\":[\"Sum\"]}",
      "StartTime,EndTime", 1000 },
    { "cloudwatch:ListDashboards", AWS_MONITORING, "ListDashboards", "{\"DashboardNamePrefix\":\"" DASHBOARD "\"}", NULL, 0 },
    { "cloudwatch:ListMetrics", AWS_MONITORING, "ListMetrics", "{" METRIC "}", NULL, 0 },
    { "logs:DescribeLogGroups", AWS_LOGS, "DescribeLogGroups", "{\"limit\":1}", NULL, 0 },
    { "logs:DescribeLogStreams", AWS_LOGS, "DescribeLogStreams", "{\"logGroupName\":\"" GROUP "\",\"limit\":1}", NULL, 0 },
    { "logs:DescribeMetricFilters", AWS_LOGS, "DescribeMetricFilters", "{\"logGroupName\":\"" GROUP "\",\"limit\":1}", NULL, 0 },
    { "logs:DescribeQueries", AWS_LOGS, "DescribeQueries", "{\"maxResults\":1}", NULL, 0 },
    { "logs:DescribeQueryDefinitions", AWS_LOGS, "DescribeQueryDefinitions", "{\"maxResults\":1}", NULL, 0 },
    { "logs:FilterLogEvents", AWS_LOGS, "FilterLogEvents", "{\"logGroupName\":\"" GROUP "\",\"limit\":1}", "startTime,endTime", 1 },
    { "logs:GetLogEvents", AWS_LOGS, "GetLogEvents", "{\"logGroupName\":\"" GROUP "\",\"logStreamName\":\"none\",\"limit\":1}", NULL, 0 },
    { "logs:GetLogGroupFields", AWS_LOGS, "GetLogGroupFields", "{\"logGroupName\":\"" GROUP "\"}", NULL, 0 },
    { "logs:GetQueryResults", AWS_LOGS, "GetQueryResults", "{\"queryId\":" QUERY_ID "}", NULL, 0 },
    { "logs:StartQuery", AWS_LOGS, "StartQuery", "{\"logGroupName\":\"" GROUP "\",\"queryString\":\"fields @timestamp\",\"limit\":1}",
      "startTime,endTime", 1000 },
    { "logs:StopQuery", AWS_LOGS, "StopQuery", "{\"queryId\":" QUERY_ID "}", NULL, 0 },
    { "sts:GetCallerIdentity", AWS_STS, "GetCallerIdentity", "{}", NULL, 0 },
    { NULL, AWS_LOGS, NULL, NULL, NULL, 0 },
};

//  A private network often has no way to STS, and the tools need none.
enum { STS_PATIENCE_MS = 3000 };

const probe_t *
probe_find (slice_t action)
{
    for (const probe_t *probe = PROBES; probe->action; probe++)
        if (slice_is (action, probe->action))
            return probe;
    return NULL;
}

//  The request's body: the table's, with the last minute where it wants one.
static void
s_append_body (buffer_t *out, const probe_t *probe, int64_t now_ms)
{
    if (!probe->times) {
        buffer_append_text (out, probe->body);
        return;
    }
    slice_t end = slice_of (probe->times), start = slice_cut (&end, ',');
    int64_t from = (now_ms - 60000) / probe->unit_ms, to = now_ms / probe->unit_ms;
    buffer_append (out, probe->body, strlen (probe->body) - 1);
    buffer_printf (out, ",\"%.*s\":%lld,\"%.*s\":%lld}", (int) start.size, start.data, (long long) from, (int) end.size, end.data, (long long) to);
}

static status_t
s_begin (call_t *call)
{
    slice_t action = argument_text (call_arguments (call), "action");
    const probe_t *probe = probe_find (action);
    if (!probe)
        return call_fail (call, STATUS_INVALID_ARGUMENT, -1, "There is no probe for %.*s.", (int) action.size, action.data);
    buffer_t body;
    buffer_init (&body, 4096);
    s_append_body (&body, probe, call_wall_ms (call));
    status_t status = buffer_status (&body);
    if (status == STATUS_OK)
        status = call_ask (call, 0, &(aws_request_t) {
            .service = probe->service, .api = probe->api, .body = buffer_slice (&body), .once = true, .fresh = true,
            .patience_ms = probe->service == AWS_STS ? STS_PATIENCE_MS : 0 });
    buffer_deinit (&body);
    return status;
}

//  "Nothing of that name" is an answer to who may ask; other refusals may come before AWS has looked at the permission.
static bool
s_means_allowed (const aws_error_t *error)
{
    static const char *const CODES [] = { "ResourceNotFoundException", "ResourceNotFound", "DashboardNotFoundError" };
    for (size_t i = 0; i < sizeof CODES / sizeof CODES [0]; i++)
        if (strcmp (error->code, CODES [i]) == 0)
            return true;
    return false;
}

static const char *
s_verdict (const outcome_t *outcome)
{
    if (outcome->status == STATUS_OK)
        return "allowed";
    if (!outcome->error || !outcome->error->code [0]) {
        if (outcome->status == STATUS_NO_CREDENTIALS)
            return "keyless";
        return outcome->attempts > 0 ? "unreached" : "unknown";
    }
    if (s_means_allowed (outcome->error))
        return "allowed";
    switch (outcome->error->class) {
    case AWS_DENIED:
        return "denied";
    case AWS_EXPIRED:
    case AWS_SKEWED:
        return "refused";
    default:
        return "unknown";
    }
}

static void
s_add_text (buffer_t *json, const char *member, slice_t text)
{
    buffer_printf (json, ",\"%s\":", member);
    if (text.size)
        json_append_string (json, text);
    else
        buffer_append_text (json, "null");
}

static void
s_add_number (buffer_t *json, const char *member, bool known, int64_t number)
{
    if (known)
        buffer_printf (json, ",\"%s\":%lld", member, (long long) number);
    else
        buffer_printf (json, ",\"%s\":null", member);
}

//  Absent in the answer to any other question.
static slice_t
s_arn (const yyjson_val *answer)
{
    return json_text (yyjson_obj_get ((yyjson_val *) answer, "GetCallerIdentityResult"), "Arn");
}

static void
s_add_sources (buffer_t *json, const char *trail)
{
    trail_step_t step;
    slice_t rest = slice_of (trail);
    buffer_append_text (json, ",\"sources\":[");
    for (int i = 0; trail_next (&rest, &step); i++) {
        buffer_append_text (json, i ? ",{\"verdict\":" : "{\"verdict\":");
        json_append_string (json, step.verdict);
        s_add_text (json, "source", step.source);
        s_add_text (json, "why", step.why);
        buffer_append_char (json, '}');
    }
    buffer_append_char (json, ']');
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    call_means_t means;
    status_t status = call_means (call, outcome->service, &means);
    if (status != STATUS_OK)
        return status;
    const char *verdict = s_verdict (outcome);
    buffer_t json, text;
    buffer_init (&json, 64 * 1024);
    buffer_init (&text, 8192);
    if (strcmp (verdict, "allowed") != 0)
        sentence_of_outcome (&text, outcome, call_region (call));
    buffer_printf (&json, "{\"verdict\":\"%s\"", verdict);
    s_add_text (&json, "text", buffer_slice (&text));
    s_add_text (&json, "endpoint", slice_of (means.endpoint));
    s_add_number (&json, "first_byte_ms", outcome->first_byte_ms >= 0, outcome->first_byte_ms);
    s_add_number (&json, "skew_s", outcome->skew_known, (outcome->skew_ms + (outcome->skew_ms < 0 ? -500 : 500)) / 1000);
    s_add_text (&json, "source", slice_of (means.source));
    s_add_text (&json, "key_id", slice_of (means.key_id));
    s_add_text (&json, "arn", outcome->status == STATUS_OK ? s_arn (outcome->answer) : SLICE_ABSENT);
    s_add_number (&json, "expires_s", means.source && means.expires_ms >= 0, means.expires_ms / 1000);
    s_add_number (&json, "newer_s", means.source && means.newer_ms >= 0, means.newer_ms / 1000);
    s_add_sources (&json, means.trail);
    buffer_append_char (&json, '}');
    buffer_deinit (&text);
    return call_finish (call, &json, false);
}

const operation_t PROBE_LOGS = { .tool = "probe_logs", .begin = s_begin, .next = s_next };
const operation_t PROBE_METRICS = { .tool = "probe_metrics", .begin = s_begin, .next = s_next };
const operation_t PROBE_ALARMS = { .tool = "probe_alarms", .begin = s_begin, .next = s_next };
