#include "log_group.h"
#include "operations.h"

#include <ctype.h>
#include <stdio.h>

//  When a request names no limit, which is also the largest one.
enum { LIMIT_DEFAULT = 50, ARN_SIZE = 700 };

static bool
s_is_account (slice_t text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!isdigit ((unsigned char) text.data [i]))
            return false;
    return text.size == 12;
}

static const check_pattern_t ACCOUNT = { "^\\d{12}$", s_is_account };
static const char *const CLASSES [] = { "INFREQUENT_ACCESS", "STANDARD", "DELIVERY", NULL };

static const check_t MEMBERS [] = {
    { .name = "accountIdentifiers", .kind = CHECK_TEXTS, .min = 0, .max = 20, .element_min = 12, .element_max = 12, .pattern = &ACCOUNT },
    { .name = "logGroupNamePrefix", .kind = CHECK_TEXT, .min = 1, .max = 512, .pattern = &LOG_GROUP_NAME },
    { .name = "logGroupNamePattern", .kind = CHECK_TEXT, .min = 0, .max = 512, .pattern = &LOG_GROUP_NAME_PART },
    { .name = "nextToken", .kind = CHECK_TEXT, .min = 1, .max = CHECK_NO_LIMIT },
    { .name = "limit", .kind = CHECK_INTEGER, .min = 1, .max = 50 },
    { .name = "includeLinkedAccounts", .kind = CHECK_BOOLEAN },
    { .name = "logGroupClass", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT, .values = CLASSES },
    { .name = "logGroupIdentifiers", .kind = CHECK_TEXTS, .min = 1, .max = 50, .element_min = 1, .element_max = 2048,
      .pattern = &LOG_GROUP_IDENTIFIER },
    { .name = NULL },
};

//  The question, read once. Slices point into the input.
typedef struct {
    slice_t prefix;
    slice_t pattern;
    slice_t class;
    yyjson_val *accounts;       //  NULL: all
    yyjson_val *identifiers;    //  NULL: all
    bool linked;
    const char *region;
} filter_t;

static yyjson_val *
s_list (const yyjson_val *input, const char *key)
{
    yyjson_val *list = yyjson_obj_get ((yyjson_val *) input, key);
    return yyjson_is_arr (list) ? list : NULL;
}

static bool
s_read_filter (wire_call_t *call, filter_t *filter)
{
    *filter = (filter_t) {
        .prefix = json_text (call->input, "logGroupNamePrefix"),
        .pattern = json_text (call->input, "logGroupNamePattern"),
        .class = json_text (call->input, "logGroupClass"),
        .accounts = s_list (call->input, "accountIdentifiers"),
        .identifiers = s_list (call->input, "logGroupIdentifiers"),
        .linked = json_bool (call->input, "includeLinkedAccounts", false),
        .region = call->region,
    };
    if (filter->prefix.data && filter->pattern.data)
        wire_refuse (call, "InvalidParameterException", "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
    else
    if (filter->identifiers && (filter->prefix.data || filter->pattern.data || filter->class.data || filter->accounts))
        wire_refuse (call, "InvalidParameterException", "When logGroupIdentifiers is specified, the only other filter allowed is "
                     "includeLinkedAccounts.");
    else
    if (filter->accounts && !filter->linked)
        wire_refuse (call, "InvalidParameterException", "accountIdentifiers can only be specified when includeLinkedAccounts is true.");
    return !call->refusal;
}

static void
s_arn (const shop_log_group_t *group, const char *region, const char *end, char *arn)
{
    snprintf (arn, ARN_SIZE, "arn:aws:logs:%s:%s:log-group:%s%s", region, group->account, group->name, end);
}

//  A name is one of the asked account's; an ARN says whose. (One with ":*" behind it does not get past the pattern.)
static bool
s_is_identified (const shop_log_group_t *group, const filter_t *filter)
{
    size_t index, max;
    yyjson_val *element;
    char arn [ARN_SIZE];
    s_arn (group, filter->region, "", arn);
    bool own = strcmp (group->account, SHOP_ACCOUNT) == 0;
    yyjson_arr_foreach (filter->identifiers, index, max, element) {
        slice_t text = json_value_text (element);
        if (slice_is (text, arn) || (own && slice_is (text, group->name)))
            return true;
    }
    return false;
}

static bool
s_lists_account (yyjson_val *accounts, const char *account)
{
    size_t index, max;
    yyjson_val *element;
    yyjson_arr_foreach (accounts, index, max, element)
        if (slice_is (json_value_text (element), account))
            return true;
    return yyjson_arr_size (accounts) == 0;
}

static bool
s_matches (const shop_log_group_t *group, const filter_t *filter)
{
    slice_t name = slice_of (group->name);
    if (!filter->linked && strcmp (group->account, SHOP_ACCOUNT) != 0)
        return false;
    if (filter->accounts && !s_lists_account (filter->accounts, group->account))
        return false;
    if (filter->identifiers && !s_is_identified (group, filter))
        return false;
    if (filter->class.data && !slice_is (filter->class, group->class))
        return false;
    if (filter->prefix.data && (name.size < filter->prefix.size || memcmp (name.data, filter->prefix.data, filter->prefix.size) != 0))
        return false;
    return !filter->pattern.size || memmem (name.data, name.size, filter->pattern.data, filter->pattern.size) != NULL;
}

//  A search by pattern gives only the first three members (the operation's documentation says so).
static void
s_add_group (wire_call_t *call, yyjson_mut_val *array, const shop_log_group_t *group, bool brief)
{
    char arn [ARN_SIZE];
    yyjson_mut_doc *doc = call->doc;
    yyjson_mut_val *object = yyjson_mut_arr_add_obj (doc, array);
    yyjson_mut_obj_add_str (doc, object, "logGroupName", group->name);
    yyjson_mut_obj_add_int (doc, object, "creationTime", group->created_ms);
    s_arn (group, call->region, ":*", arn);
    yyjson_mut_obj_add_strcpy (doc, object, "arn", arn);
    if (brief)
        return;
    if (group->retention_days)
        yyjson_mut_obj_add_int (doc, object, "retentionInDays", group->retention_days);
    yyjson_mut_obj_add_int (doc, object, "metricFilterCount", group->metric_filters);
    yyjson_mut_obj_add_int (doc, object, "storedBytes", group->stored_bytes);
    if (group->encrypted) {
        char key [ARN_SIZE];
        snprintf (key, sizeof key, "arn:aws:kms:%s:%s:key/1234abcd-12ab-34cd-56ef-1234567890ab", call->region, group->account);
        yyjson_mut_obj_add_strcpy (doc, object, "kmsKeyId", key);
    }
    if (group->masked) {
        yyjson_mut_val *inherited = yyjson_mut_obj_add_arr (doc, object, "inheritedProperties");
        yyjson_mut_obj_add_str (doc, object, "dataProtectionStatus", "ACTIVATED");
        yyjson_mut_arr_add_str (doc, inherited, "ACCOUNT_DATA_PROTECTION");
    }
    yyjson_mut_obj_add_str (doc, object, "logGroupClass", group->class);
    s_arn (group, call->region, "", arn);
    yyjson_mut_obj_add_strcpy (doc, object, "logGroupArn", arn);
    yyjson_mut_obj_add_bool (doc, object, "deletionProtectionEnabled", group->locked);
    yyjson_mut_obj_add_bool (doc, object, "bearerTokenAuthenticationEnabled", false);
}

static void
s_answer (wire_call_t *call)
{
    filter_t filter;
    uint64_t offset, seen = 0;
    if (!s_read_filter (call, &filter) || !wire_page_begin (call, "nextToken", "limit", "InvalidParameterException", &offset))
        return;
    uint64_t end = offset + (uint64_t) json_int (call->input, "limit", LIMIT_DEFAULT);
    yyjson_mut_val *array = yyjson_mut_obj_add_arr (call->doc, call->output, "logGroups");
    for (size_t i = 0; i < call->shop->log_groups_count && seen <= end; i++) {
        const shop_log_group_t *group = &call->shop->log_groups [i];
        if (!s_matches (group, &filter))
            continue;
        if (seen >= offset && seen < end)
            s_add_group (call, array, group, filter.pattern.data != NULL);
        seen++;
    }
    if (seen > end)
        wire_page_end (call, "nextToken", "limit", end);
}

const wire_operation_t OPERATION_DESCRIBE_LOG_GROUPS = { &WIRE_LOGS, "DescribeLogGroups", MEMBERS, s_answer };
