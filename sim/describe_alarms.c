#include "operations.h"

#include "alarm_json.h"
#include "alarm_rule.h"
#include "alarm_state.h"

#include <stdio.h>

enum { RECORDS_DEFAULT = 50, ARN_SIZE = 256 };

static const char *const TYPES [] = { "CompositeAlarm", "MetricAlarm", "LogAlarm", NULL };
static const char *const STATES [] = { "INSUFFICIENT_DATA", "ALARM", "OK", NULL };

static const check_t MEMBERS [] = {
    { .name = "AlarmNames", .kind = CHECK_TEXTS, .min = 0, .max = 100, .element_min = 1, .element_max = 255 },
    { .name = "AlarmNamePrefix", .kind = CHECK_TEXT, .min = 1, .max = 255 },
    { .name = "AlarmTypes", .kind = CHECK_TEXTS, .min = 0, .max = CHECK_NO_LIMIT, .values = TYPES },
    { .name = "ChildrenOfAlarmName", .kind = CHECK_TEXT, .min = 1, .max = 255 },
    { .name = "ParentsOfAlarmName", .kind = CHECK_TEXT, .min = 1, .max = 255 },
    { .name = "StateValue", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT, .values = STATES },
    { .name = "ActionPrefix", .kind = CHECK_TEXT, .min = 1, .max = 1024 },
    { .name = "MaxRecords", .kind = CHECK_INTEGER, .min = 1, .max = 100 },
    { .name = "NextToken", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = NULL },
};

//  The question, read once. Slices point into the input.
typedef struct {
    yyjson_val *names;          //  NULL: all
    slice_t prefix;
    slice_t state;
    slice_t action;
    slice_t child;              //  Asked are the parents of this alarm
    slice_t parent;             //  Asked are the children of this alarm
    const char *parent_rule;    //  "" when there is no composite alarm of that name
    bool metric, composite, log;
    const char *region;
} filter_t;

//  A page of three lists, filled one after the other.
typedef struct {
    filter_t filter;
    uint64_t offset, end, seen;
} page_t;

static bool
s_lists (yyjson_val *list, const char *text)
{
    size_t index, max;
    yyjson_val *element;
    yyjson_arr_foreach (list, index, max, element)
        if (slice_is (json_value_text (element), text))
            return true;
    return false;
}

static const char *
s_rule_of (const shop_t *shop, slice_t name)
{
    for (size_t i = 0; i < shop->composite_alarms_count; i++)
        if (slice_is (name, shop->composite_alarms [i].head.name))
            return shop->composite_alarms [i].rule;
    return "";
}

//  Questions about the family of an alarm stand alone.
static bool
s_stands_alone (wire_call_t *call, const char *member)
{
    size_t index, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach ((yyjson_val *) call->input, index, max, key, value) {
        slice_t name = json_value_text (key);
        if (slice_is (name, member) || slice_is (name, "MaxRecords") || slice_is (name, "NextToken") || yyjson_is_null (value))
            continue;
        wire_refuse (call, "ValidationError", "If you specify %s, you cannot specify any other parameters in the request except for MaxRecords "
                     "and NextToken.", member);
        return false;
    }
    return true;
}

static bool
s_read_filter (wire_call_t *call, filter_t *filter)
{
    yyjson_val *types = yyjson_obj_get ((yyjson_val *) call->input, "AlarmTypes");
    yyjson_val *names = yyjson_obj_get ((yyjson_val *) call->input, "AlarmNames");
    bool typed = yyjson_arr_size (types) > 0;
    *filter = (filter_t) {
        .names = yyjson_arr_size (names) > 0 ? names : NULL,
        .prefix = json_text (call->input, "AlarmNamePrefix"),
        .state = json_text (call->input, "StateValue"),
        .action = json_text (call->input, "ActionPrefix"),
        .child = json_text (call->input, "ParentsOfAlarmName"),
        .parent = json_text (call->input, "ChildrenOfAlarmName"),
        .metric = !typed || s_lists (types, "MetricAlarm"),
        .composite = s_lists (types, "CompositeAlarm"),
        .log = s_lists (types, "LogAlarm"),
        .region = call->region,
    };
    if (filter->names && filter->prefix.data)
        wire_refuse (call, "InvalidParameterCombinationException", "AlarmNames and AlarmNamePrefix cannot be specified together.");
    if (call->refusal || (filter->parent.data && !s_stands_alone (call, "ChildrenOfAlarmName"))
        || (filter->child.data && !s_stands_alone (call, "ParentsOfAlarmName")))
        return false;
    if (filter->parent.data) {
        filter->metric = filter->composite = filter->log = true;
        filter->parent_rule = s_rule_of (call->shop, filter->parent);
    }
    if (filter->child.data) {
        filter->metric = false;
        filter->composite = true;
    }
    return true;
}

static bool
s_has_action (const shop_alarm_head_t *head, const filter_t *filter)
{
    for (const char *topic = head->actions; *topic;) {
        char arn [ARN_SIZE];
        size_t size = strcspn (topic, " ");
        snprintf (arn, sizeof arn, "arn:aws:sns:%s:" SHOP_ACCOUNT ":%.*s", filter->region, (int) size, topic);
        if (strlen (arn) >= filter->action.size && memcmp (arn, filter->action.data, filter->action.size) == 0)
            return true;
        topic += size + (topic [size] == ' ');
    }
    return false;
}

//  The rule is a composite alarm's, else NULL.
static bool
s_matches (const shop_alarm_head_t *head, const char *rule, shop_state_t state, const filter_t *filter)
{
    if (filter->parent_rule && !alarm_rule_refers (filter->parent_rule, head->name))
        return false;
    if (filter->child.data) {
        slice_t rest = slice_of (rule);
        slice_t name;
        bool refers = false;
        while (!refers && alarm_rule_next (&rest, &name))
            refers = slice_eq (name, filter->child);
        return refers;
    }
    if (filter->names && !s_lists (filter->names, head->name))
        return false;
    if (filter->prefix.data && (strlen (head->name) < filter->prefix.size || memcmp (head->name, filter->prefix.data, filter->prefix.size) != 0))
        return false;
    return (!filter->state.data || slice_is (filter->state, alarm_state_name (state))) && (!filter->action.data || s_has_action (head, filter));
}

//  Is this alarm asked for, and on this page? Counts it if asked for.
static bool
s_take (page_t *page, const shop_alarm_head_t *head, const char *rule, const alarm_timeline_t *timeline)
{
    if (!s_matches (head, rule, alarm_timeline_last (timeline)->to, &page->filter))
        return false;
    uint64_t place = page->seen++;
    return place >= page->offset && place < page->end;
}

static void
s_fill (wire_call_t *call, const alarm_book_t *book, page_t *page)
{
    const shop_t *shop = call->shop;
    const filter_t *filter = &page->filter;
    alarm_json_t to = {
        .doc = call->doc,
        .shop = shop,
        .book = book,
        .region = call->region,
        .form = filter->child.data ? ALARM_JSON_PARENT : filter->parent.data ? ALARM_JSON_CHILD : ALARM_JSON_WHOLE,
    };
    to.array = yyjson_mut_obj_add_arr (call->doc, call->output, "MetricAlarms");
    for (size_t i = 0; filter->metric && i < shop->metric_alarms_count; i++)
        if (s_take (page, &shop->metric_alarms [i].head, NULL, &book->metric [i]))
            alarm_json_metric (&to, i);
    to.array = yyjson_mut_obj_add_arr (call->doc, call->output, "CompositeAlarms");
    for (size_t i = 0; filter->composite && i < shop->composite_alarms_count; i++)
        if (s_take (page, &shop->composite_alarms [i].head, shop->composite_alarms [i].rule, &book->composite [i]))
            alarm_json_composite (&to, i);
    to.array = yyjson_mut_obj_add_arr (call->doc, call->output, "LogAlarms");
    for (size_t i = 0; filter->log && i < shop->log_alarms_count; i++)
        if (s_take (page, &shop->log_alarms [i].head, NULL, &book->log [i]))
            alarm_json_log (&to, i);
}

static void
s_answer (wire_call_t *call)
{
    page_t page = { .seen = 0 };
    if (!s_read_filter (call, &page.filter) || !wire_page_begin (call, "NextToken", "MaxRecords", "InvalidNextToken", &page.offset))
        return;
    const alarm_book_t *book = alarm_book (call->shop, call->region);
    if (!book) {
        wire_refuse (call, "InternalFailure", "There is not enough memory for the alarms of this region.");
        return;
    }
    page.end = page.offset + (uint64_t) json_int (call->input, "MaxRecords", RECORDS_DEFAULT);
    s_fill (call, book, &page);
    if (page.seen > page.end)
        wire_page_end (call, "NextToken", "MaxRecords", page.end);
}

const wire_operation_t OPERATION_DESCRIBE_ALARMS = { &WIRE_MONITORING, "DescribeAlarms", MEMBERS, s_answer };
