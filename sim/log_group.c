#include "log_group.h"

#include "checks.h"
#include "streams.h"

static bool
s_is_name_part (slice_t text)
{
    return checks_all_of (text, ".-_/#");
}

static bool
s_is_name (slice_t text)
{
    return text.size > 0 && s_is_name_part (text);
}

static bool
s_is_identifier (slice_t text)
{
    return checks_all_of (text, "_#+=/:,.@-");
}

static bool
s_is_stream (slice_t text)
{
    return !memchr (text.data, ':', text.size) && !memchr (text.data, '*', text.size);
}

const check_pattern_t LOG_GROUP_NAME = { "[\\.\\-_/#A-Za-z0-9]+", s_is_name };
const check_pattern_t LOG_GROUP_NAME_PART = { "[\\.\\-_/#A-Za-z0-9]*", s_is_name_part };
const check_pattern_t LOG_GROUP_IDENTIFIER = { "[\\w#+=/:,.@-]*", s_is_identifier };
const check_pattern_t LOG_STREAM_NAME = { "[^:*]*", s_is_stream };

//  A name is one of the asked account's; an ARN says whose.
static bool
s_is_meant (const shop_log_group_t *group, const char *region, slice_t text)
{
    char arn [STREAMS_ARN_SIZE];
    if (strcmp (group->account, SHOP_ACCOUNT) == 0 && slice_is (text, group->name))
        return true;
    streams_arn (group, region, NULL, arn);
    return slice_is (text, arn);
}

const shop_log_group_t *
log_group_asked (wire_call_t *call)
{
    slice_t name = json_text (call->input, "logGroupName");
    slice_t identifier = json_text (call->input, "logGroupIdentifier");
    if ((name.data != NULL) == (identifier.data != NULL)) {
        wire_refuse (call, "InvalidParameterException", name.data ? "LogGroup name and LogGroup ARN are mutually exclusive parameters."
                                                                  : "Either LogGroup name or LogGroup ARN must be specified.");
        return NULL;
    }
    for (size_t i = 0; i < call->shop->log_groups_count; i++)
        if (s_is_meant (&call->shop->log_groups [i], call->region, name.data ? name : identifier))
            return &call->shop->log_groups [i];
    wire_refuse (call, "ResourceNotFoundException", "The specified log group does not exist.");
    return NULL;
}

const shop_log_group_t *
log_group_readable (wire_call_t *call)
{
    const shop_log_group_t *group = log_group_asked (call);
    if (!group || strcmp (group->class, "STANDARD") == 0)
        return group;
    wire_refuse (call, "InvalidOperationException", "The log group %s is of log-group-class %s. %s is not supported for this log class.", group->name,
                 group->class, call->operation->name);
    return NULL;
}
