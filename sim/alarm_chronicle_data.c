#include "alarm_chronicle_data.h"

#include "alarm_json.h"
#include "alarm_state.h"
#include "alarm_text.h"

static void
s_append_member (buffer_t *out, const char *name, const char *text)
{
    if (!text)
        return;
    buffer_printf (out, ",\"%s\":", name);
    json_append_string (out, slice_of (text));
}

//  The topics' ARNs; with only, just the one of that name.
static void
s_append_topics (buffer_t *out, const char *name, const char *region, const char *topics, const char *only)
{
    slice_t rest = slice_of (topics);
    const char *before = "";
    buffer_printf (out, ",\"%s\":[", name);
    while (rest.size) {
        slice_t topic = slice_cut (&rest, ' ');
        if (only && !slice_is (topic, only))
            continue;
        buffer_printf (out, "%s\"arn:aws:sns:%s:" SHOP_ACCOUNT ":%.*s\"", before, region, (int) topic.size, topic.data);
        before = ",";
    }
    buffer_append_char (out, ']');
}

static void
s_append_dimensions (buffer_t *out, const char *dimensions)
{
    slice_t rest = slice_of (dimensions);
    const char *before = "";
    buffer_append_text (out, ",\"dimensions\":[");
    while (rest.size) {
        slice_t value = slice_cut (&rest, ';');
        slice_t name = slice_cut (&value, '=');
        buffer_printf (out, "%s{\"name\":", before);
        json_append_string (out, name);
        buffer_append_text (out, ",\"value\":");
        json_append_string (out, value);
        buffer_append_char (out, '}');
        before = ",";
    }
    buffer_append_char (out, ']');
}

static void
s_append_metric (buffer_t *out, const char *region, const shop_metric_alarm_t *alarm)
{
    char number [ALARM_TEXT_SIZE], dimensions [SHOP_TEXT_SIZE];
    if (alarm->promql) {
        s_append_member (out, "query", alarm->promql);
        buffer_printf (out, ",\"pendingPeriod\":%d,\"recoveryPeriod\":%d", alarm->pending_s, alarm->recovery_s);
        return;
    }
    if (alarm->namespace) {
        s_append_member (out, "metricName", alarm->metric);
        s_append_member (out, "namespace", alarm->namespace);
        s_append_member (out, alarm->stat [0] == 'p' ? "extendedStatistic" : "statistic", alarm->stat);
        s_append_dimensions (out, shop_text_in_region (alarm->dimensions, region, dimensions));
        buffer_printf (out, ",\"period\":%d", alarm->period_s);
    }
    buffer_printf (out, ",\"evaluationPeriods\":%d", alarm->periods);
    if (alarm->datapoints)
        buffer_printf (out, ",\"datapointsToAlarm\":%d", alarm->datapoints);
    if (!alarm->band)
        buffer_printf (out, ",\"threshold\":%s", alarm_text_number (alarm->threshold, number));
    s_append_member (out, "comparisonOperator", alarm_json_operator (alarm->operator));
    s_append_member (out, "treatMissingData", alarm->missing);
}

void
chronicle_data_of_configuration (const shop_t *shop, const char *region, const chronicle_item_t *item, bool created, buffer_t *data)
{
    char when [ALARM_TEXT_SIZE];
    buffer_printf (data, "{\"version\":\"1.0\",\"type\":\"%s\",\"%sAlarm\":{\"alarmName\":", created ? "Create" : "Update",
                   created ? "created" : "updated");
    json_append_string (data, slice_of (item->head->name));
    buffer_printf (data, ",\"alarmArn\":\"arn:aws:cloudwatch:%s:" SHOP_ACCOUNT ":alarm:%s\"", region, item->head->name);
    s_append_member (data, "alarmDescription", item->head->description);
    buffer_printf (data, ",\"actionsEnabled\":%s", item->head->muted ? "false" : "true");
    s_append_topics (data, "okactions", region, item->head->actions, "shop-page");
    s_append_topics (data, "alarmActions", region, item->head->actions, NULL);
    s_append_topics (data, "insufficientDataActions", region, "", NULL);
    if (item->of == CHRONICLE_METRIC)
        s_append_metric (data, region, &shop->metric_alarms [item->index]);
    else
    if (item->of == CHRONICLE_COMPOSITE)
        s_append_member (data, "alarmRule", shop->composite_alarms [item->index].rule);
    else {
        s_append_member (data, "queryString", shop->log_alarms [item->index].query);
        s_append_member (data, "logGroupIdentifiers", shop->log_alarms [item->index].log_groups);
    }
    shop_state_t state = created ? SHOP_INSUFFICIENT_DATA : alarm_timeline_state (item->timeline, item->time_ms);
    buffer_printf (data, ",\"stateValue\":\"%s\"", alarm_state_name (state));
    buffer_printf (data, ",\"alarmConfigurationUpdatedTimestamp\":\"%s\"}}", alarm_text_json (item->time_ms, when));
}

static void
s_reason (const shop_t *shop, const char *region, const chronicle_item_t *item, const alarm_change_t *change, buffer_t *reason, buffer_t *details)
{
    switch (item->of) {
    case CHRONICLE_METRIC:
        alarm_state_of_metric (&shop->metric_alarms [item->index], change, reason, details);
        break;
    case CHRONICLE_COMPOSITE:
        alarm_state_of_composite (&shop->composite_alarms [item->index], change, region, reason, details);
        break;
    case CHRONICLE_LOG:
        alarm_state_of_log (&shop->log_alarms [item->index], change, reason, details);
        break;
    }
}

//  One of the two states. Of what was before the first change nothing is known but the state.
static void
s_append_state (const shop_t *shop, const char *region, const chronicle_item_t *item, const alarm_change_t *change, shop_state_t state,
                buffer_t *data)
{
    buffer_t reason, details;
    buffer_init (&reason, ALARM_STATE_REASON_MAX);
    buffer_init (&details, ALARM_STATE_DETAILS_MAX);
    if (change)
        s_reason (shop, region, item, change, &reason, &details);
    else
        buffer_append_text (&reason, "Unchecked: Initial alarm creation");
    buffer_printf (data, "{\"stateValue\":\"%s\",\"stateReason\":", alarm_state_name (state));
    json_append_string (data, buffer_slice (&reason));
    if (details.size) {
        buffer_append_text (data, ",\"stateReasonData\":");
        buffer_append_slice (data, buffer_slice (&details));
    }
    buffer_append_char (data, '}');
    buffer_deinit (&reason);
    buffer_deinit (&details);
}

void
chronicle_data_of_state (const shop_t *shop, const char *region, const chronicle_item_t *item, buffer_t *data)
{
    const alarm_change_t *change = &item->timeline->changes [item->change];
    buffer_append_text (data, "{\"version\":\"1.0\",\"oldState\":");
    s_append_state (shop, region, item, item->change ? change - 1 : NULL, change->from, data);
    buffer_append_text (data, ",\"newState\":");
    s_append_state (shop, region, item, change, change->to, data);
    buffer_append_char (data, '}');
}

//  What the topic was told.
static void
s_write_message (const shop_t *shop, const char *region, const chronicle_item_t *item, buffer_t *message)
{
    char when [ALARM_TEXT_SIZE];
    const alarm_change_t *change = &item->timeline->changes [item->change];
    buffer_t reason, details;
    buffer_init (&reason, ALARM_STATE_REASON_MAX);
    buffer_init (&details, ALARM_STATE_DETAILS_MAX);
    s_reason (shop, region, item, change, &reason, &details);
    buffer_append_text (message, "{\"AlarmName\":");
    json_append_string (message, slice_of (item->head->name));
    s_append_member (message, "AlarmDescription", item->head->description);
    buffer_append_text (message, ",\"AWSAccountId\":\"" SHOP_ACCOUNT "\"");
    s_append_member (message, "NewStateValue", alarm_state_name (change->to));
    buffer_append_text (message, ",\"NewStateReason\":");
    json_append_string (message, buffer_slice (&reason));
    s_append_member (message, "StateChangeTime", alarm_text_json (change->time_ms, when));
    s_append_member (message, "Region", region);
    buffer_printf (message, ",\"AlarmArn\":\"arn:aws:cloudwatch:%s:" SHOP_ACCOUNT ":alarm:%s\"", region, item->head->name);
    s_append_member (message, "OldStateValue", alarm_state_name (change->from));
    buffer_append_char (message, '}');
    buffer_deinit (&reason);
    buffer_deinit (&details);
}

void
chronicle_data_of_action (const shop_t *shop, const char *region, const chronicle_item_t *item, buffer_t *data)
{
    buffer_t message, wrapped;
    buffer_init (&message, CHRONICLE_DATA_MAX);
    buffer_init (&wrapped, CHRONICLE_DATA_MAX);
    s_write_message (shop, region, item, &message);
    buffer_append_text (&wrapped, "{\"default\":");
    json_append_string (&wrapped, buffer_slice (&message));
    buffer_append_char (&wrapped, '}');
    buffer_printf (data, "{\"actionState\":\"Succeeded\",\"stateUpdateTimestamp\":%lld,\"notificationResource\":\"arn:aws:sns:%s:" SHOP_ACCOUNT
                   ":%.*s\",\"publishedMessage\":", (long long) item->timeline->changes [item->change].time_ms, region, (int) item->topic.size,
                   item->topic.data);
    json_append_string (data, buffer_slice (&wrapped));
    buffer_append_text (data, ",\"error\":null}");
    buffer_deinit (&message);
    buffer_deinit (&wrapped);
}
