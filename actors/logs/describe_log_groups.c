#include "list.h"
#include "log_group.h"
#include "logs.h"
#include "sentence.h"

#include "body.h"
#include "reader.h"
#include "visible.h"

//  AWS gives at most 50 a page. The size of a page is always the same, so that an offset into a page means the same rows the next time.
enum { PAGE = 50 };

//  Whoever names linked accounts means them, whether or not the switch is set too.
static bool
s_linked (const call_t *call)
{
    slice_t arguments = call_arguments (call);
    reader_t reader;
    reader_init (&reader, argument_value (arguments, "account_ids"));
    size_t count = 0;
    return argument_bool (arguments, "linked_accounts") || (reader_array (&reader, &count) == STATUS_OK && count > 0);
}

static void
s_ask (call_t *call, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    yyjson_mut_obj_add_int (doc, input, "limit", PAGE);
    list_add_text (call, "prefix", doc, input, "logGroupNamePrefix");
    list_add_text (call, "pattern", doc, input, "logGroupNamePattern");
    list_add_text (call, "log_group_class", doc, input, "logGroupClass");
    list_add_texts (call, "log_groups", doc, input, "logGroupIdentifiers");
    if (s_linked (call))
        yyjson_mut_obj_add_bool (doc, input, "includeLinkedAccounts", true);
    list_add_texts (call, "account_ids", doc, input, "accountIdentifiers");
}

//  AWS leaves the retention out of a group that keeps its events for ever; and, with a pattern, of every group, with nearly all else.
static yyjson_mut_val *
s_retention (yyjson_mut_doc *doc, yyjson_val *group)
{
    bool told = yyjson_obj_get (group, "retentionInDays") || !(yyjson_obj_get (group, "logGroupClass") || yyjson_obj_get (group, "storedBytes"));
    return told ? list_number (doc, group, "retentionInDays") : yyjson_mut_str (doc, "never expires");
}

//  What few groups have is said only of those: encryption, protection, metric filters, another account.
static yyjson_mut_val *
s_other (yyjson_mut_doc *doc, yyjson_val *group)
{
    yyjson_mut_val *other = yyjson_mut_obj (doc);
    if (json_int (group, "metricFilterCount", 0) > 0)
        yyjson_mut_obj_add_val (doc, other, "metric_filters", list_number (doc, group, "metricFilterCount"));
    if (json_text (group, "kmsKeyId").size)
        yyjson_mut_obj_add_val (doc, other, "kms_key", list_text (doc, group, "kmsKeyId"));
    if (json_text (group, "dataProtectionStatus").size)
        yyjson_mut_obj_add_val (doc, other, "data_protection", list_text (doc, group, "dataProtectionStatus"));
    yyjson_val *inherited = yyjson_obj_get (group, "inheritedProperties");
    if (yyjson_arr_size (inherited) > 0)
        yyjson_mut_obj_add_val (doc, other, "inherited", visible_copy (doc, inherited));
    if (json_bool (group, "deletionProtectionEnabled", false))
        yyjson_mut_obj_add_bool (doc, other, "deletion_protection", true);
    if (json_bool (group, "bearerTokenAuthenticationEnabled", false))
        yyjson_mut_obj_add_bool (doc, other, "bearer_token_auth", true);
    return other;
}

static void
s_add_account (yyjson_mut_doc *doc, yyjson_mut_val *other, yyjson_val *group)
{
    slice_t arn = json_text (group, "logGroupArn");
    slice_t account = log_group_account (arn.size ? arn : json_text (group, "arn"));
    if (account.size)
        yyjson_mut_obj_add_val (doc, other, "account", visible_text (doc, account));
}

static yyjson_mut_val *
s_row (call_t *call, yyjson_mut_doc *doc, const list_item_t *item)
{
    yyjson_val *group = item->item;
    yyjson_mut_val *other = s_other (doc, group);
    if (s_linked (call))
        s_add_account (doc, other, group);
    yyjson_mut_val *columns [] = {
        list_text (doc, group, "logGroupName"), list_text (doc, group, "logGroupClass"), s_retention (doc, group),
        list_number (doc, group, "storedBytes"), list_time_ms (doc, group, "creationTime"), other,
    };
    size_t count = sizeof columns / sizeof columns [0];
    return list_columns (doc, columns, yyjson_mut_obj_size (other) > 0 ? count : count - 1);
}

static const list_t LIST = {
    .service = AWS_LOGS, .api = "DescribeLogGroups", .token_member = "nextToken", .rows_member = "log_groups", .noun = "log group",
    .columns = "[\"name\",\"class\",\"retention_days\",\"stored_bytes\",\"created\",\"other\"]",
    .none = "Names are case-sensitive; pattern finds a text anywhere in a name. Is it the right region?",
    .items = { "logGroups" }, .ask = s_ask, .row = s_row,
};

//  What the configuration does not allow for this account is passed over, as if it were not there.
static list_verdict_t
s_judge_fence (call_t *call, const list_item_t *item)
{
    return call_allows_log_group (call, json_text (item->item, "logGroupName")) ? LIST_TAKE : LIST_PASS;
}

static void
s_behind_fence (call_t *call, bool whole, buffer_t *members, buffer_t *note)
{
    (void) whole;
    (void) members;
    sentence_begin (note);
    buffer_printf (note, "Only those are shown that this server's configuration allows for the account \"%s\".", call_account (call));
}

static status_t
s_begin (call_t *call)
{
    if (!call_fences_log_groups (call))
        return list_begin (call, &LIST);
    list_t *fenced = arena_alloc (call_arena (call), sizeof *fenced);
    if (!fenced)
        return STATUS_NO_MEMORY;
    *fenced = LIST;
    fenced->judge = s_judge_fence;
    fenced->behind = s_behind_fence;
    return list_begin (call, fenced);
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    return list_next (call, outcome);
}

const operation_t DESCRIBE_LOG_GROUPS = {
    .tool = "describe_log_groups", .begin = s_begin, .next = s_next, .partial = list_partial, .close = list_close,
};
