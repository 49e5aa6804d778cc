#include "alarm_words.h"
#include "alarms.h"
#include "list.h"

#include "body.h"
#include "visible.h"

//  AWS gives at most 100 a page, always of this size, so that an offset into a page means the same rows the next time.
enum { PAGE = 100 };

static void
s_ask (call_t *call, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    slice_t arguments = call_arguments (call);
    yyjson_mut_obj_add_int (doc, input, "MaxRecords", PAGE);
    list_add_texts (call, "names", doc, input, "AlarmNames");
    list_add_text (call, "prefix", doc, input, "AlarmNamePrefix");
    list_add_text (call, "state", doc, input, "StateValue");
    list_add_text (call, "action_prefix", doc, input, "ActionPrefix");
    list_add_text (call, "children_of", doc, input, "ChildrenOfAlarmName");
    list_add_text (call, "parents_of", doc, input, "ParentsOfAlarmName");
    //  Without types AWS leaves composite and log alarms out; with a family's name it takes no other filter.
    if (!argument_text (arguments, "children_of").size && !argument_text (arguments, "parents_of").size)
        list_add_texts (call, "types", doc, input, "AlarmTypes");
}

//  In a list a description is read for what it is about; with detail all of it is there.
enum { DESCRIPTION_BYTES_MAX = 300, WORDS_BYTES_MAX = 64 * 1024 };

static void
s_add_text (yyjson_mut_doc *doc, yyjson_mut_val *row, yyjson_val *alarm, const char *member, const char *ours)
{
    if (json_text (alarm, member).size)
        yyjson_mut_obj_add_val (doc, row, ours, list_text (doc, alarm, member));
}

static void
s_add_time (yyjson_mut_doc *doc, yyjson_mut_val *row, yyjson_val *alarm, const char *member, const char *ours)
{
    if (yyjson_is_num (yyjson_obj_get (alarm, member)))
        yyjson_mut_obj_add_val (doc, row, ours, list_time_s (doc, alarm, member));
}

//  A list or an object as AWS has it, unless there is nothing in it.
static void
s_add_copy (yyjson_mut_doc *doc, yyjson_mut_val *row, yyjson_val *alarm, const char *member, const char *ours)
{
    yyjson_val *value = yyjson_obj_get (alarm, member);
    if (yyjson_get_len (value) > 0)
        yyjson_mut_obj_add_val (doc, row, ours, visible_copy (doc, value));
}

//  What alarm_words wrote, unless it is nothing; the buffer is given back.
static void
s_add_words (yyjson_mut_doc *doc, yyjson_mut_val *row, const char *ours, buffer_t *words)
{
    if (words->size)
        yyjson_mut_obj_add_val (doc, row, ours, json_new_text (doc, buffer_slice (words)));
    buffer_deinit (words);
}

//  What is asked for by detail: texts in full, and all the rest of the configuration that a reader may want.
static void
s_add_detail (yyjson_mut_doc *doc, yyjson_mut_val *row, yyjson_val *alarm)
{
    s_add_text (doc, row, alarm, "StateReason", "reason");
    s_add_text (doc, row, alarm, "AlarmDescription", "description");
    s_add_text (doc, row, alarm, "AlarmArn", "arn");
    s_add_time (doc, row, alarm, "AlarmConfigurationUpdatedTimestamp", "configured");
    s_add_copy (doc, row, alarm, "AlarmActions", "alarm_actions");
    s_add_copy (doc, row, alarm, "OKActions", "ok_actions");
    s_add_copy (doc, row, alarm, "InsufficientDataActions", "insufficient_data_actions");
    s_add_text (doc, row, alarm, "TreatMissingData", "missing_data");
    s_add_text (doc, row, alarm, "EvaluateLowSampleCountPercentile", "low_sample_percentile");
    s_add_text (doc, row, alarm, "StateReasonData", "reason_data");
    s_add_text (doc, row, alarm, "ActionsSuppressor", "suppressor");
    s_add_text (doc, row, alarm, "AlarmRule", "rule");
    s_add_copy (doc, row, alarm, "Metrics", "queries");
    s_add_copy (doc, row, alarm, "EvaluationCriteria", "criteria");
    s_add_copy (doc, row, alarm, "EvaluationWindow", "window");
    s_add_copy (doc, row, alarm, "ScheduledQueryConfiguration", "query");
}

static void
s_add_short (yyjson_mut_doc *doc, yyjson_mut_val *row, yyjson_val *alarm)
{
    buffer_t reason;
    buffer_init (&reason, WORDS_BYTES_MAX);
    alarm_reason (&reason, json_text (alarm, "StateReason"));
    s_add_words (doc, row, "reason", &reason);
    slice_t description = json_text (alarm, "AlarmDescription");
    if (description.size)
        yyjson_mut_obj_add_val (doc, row, "description", visible_text_cut (doc, description, DESCRIPTION_BYTES_MAX));
}

//  AWS sorts the three kinds into three lists; composite alarms come first, because they say most.
static const alarm_kind_t KINDS [] = { ALARM_COMPOSITE, ALARM_METRIC, ALARM_LOG };

static yyjson_mut_val *
s_row (call_t *call, yyjson_mut_doc *doc, const list_item_t *item)
{
    yyjson_val *alarm = item->item;
    yyjson_mut_val *row = yyjson_mut_obj (doc);
    if (!yyjson_mut_obj_add_val (doc, row, "name", list_text (doc, alarm, "AlarmName")))
        return NULL;
    s_add_text (doc, row, alarm, "StateValue", "state");
    const char *since = yyjson_obj_get (alarm, "StateTransitionedTimestamp") ? "StateTransitionedTimestamp" : "StateUpdatedTimestamp";
    s_add_time (doc, row, alarm, since, "since");
    buffer_t words;
    buffer_init (&words, WORDS_BYTES_MAX);
    alarm_words (&words, alarm, KINDS [item->member]);
    s_add_words (doc, row, "when", &words);
    if (argument_bool (call_arguments (call), "detail"))
        s_add_detail (doc, row, alarm);
    else
        s_add_short (doc, row, alarm);
    if (!json_bool (alarm, "ActionsEnabled", true))
        yyjson_mut_obj_add_bool (doc, row, "actions_enabled", false);
    s_add_text (doc, row, alarm, "EvaluationState", "evaluation");
    //  AWS says "Alarm" of one that another alarm keeps quiet, and there the name is what one wants to know
    bool by_alarm = slice_is (json_text (alarm, "ActionsSuppressedBy"), "Alarm") && json_text (alarm, "ActionsSuppressor").size;
    s_add_text (doc, row, alarm, by_alarm ? "ActionsSuppressor" : "ActionsSuppressedBy", "suppressed_by");
    s_add_text (doc, row, alarm, "ActionsSuppressedReason", "suppressed_reason");
    return row;
}

static const list_t LIST = {
    .service = AWS_MONITORING, .api = "DescribeAlarms", .token_member = "NextToken", .rows_member = "alarms", .noun = "alarm",
    .items = { "CompositeAlarms", "MetricAlarms", "LogAlarms" },
    .none = "Names are case-sensitive, and only composite alarms have children; without arguments all alarms are shown. Is it the right "
            "region?",
    .ask = s_ask, .row = s_row,
};

static status_t
s_begin (call_t *call)
{
    return list_begin (call, &LIST);
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    return list_next (call, outcome);
}

const operation_t DESCRIBE_ALARMS = {
    .tool = "describe_alarms", .begin = s_begin, .next = s_next, .partial = list_partial, .close = list_close,
};
