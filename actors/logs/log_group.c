#include "log_group.h"

#include "visible.h"

//  Parts in front of the name: arn, partition, service, region, account, "log-group".
enum { PART_REGION = 3, PART_ACCOUNT = 4, PART_NAME = 6 };

//  A name has 512 characters at most; an ARN is longer.
enum { QUOTE_BYTES_MAX = 600 };

static bool
s_is_arn (slice_t group)
{
    return slice_starts (group, "arn:");
}

//  What stands behind so many colons; absent where there are not as many.
static slice_t
s_behind (slice_t arn, int colons)
{
    while (colons-- > 0)
        slice_cut (&arn, ':');
    return arn;
}

static slice_t
s_part (slice_t arn, int part)
{
    slice_t rest = s_behind (arn, part);
    return rest.data ? slice_cut (&rest, ':') : SLICE_ABSENT;
}

slice_t
log_group_trim (slice_t group)
{
    bool star = group.size > 2 && memcmp (group.data + group.size - 2, ":*", 2) == 0;
    return star ? (slice_t) { group.data, group.size - 2 } : group;
}

slice_t
log_group_region (slice_t group)
{
    return s_is_arn (group) ? s_part (group, PART_REGION) : SLICE_ABSENT;
}

slice_t
log_group_account (slice_t group)
{
    return s_is_arn (group) ? s_part (group, PART_ACCOUNT) : SLICE_ABSENT;
}

slice_t
log_group_name (slice_t group)
{
    return s_is_arn (group) ? s_behind (log_group_trim (group), PART_NAME) : group;
}

bool
log_group_add (yyjson_mut_doc *doc, yyjson_mut_val *input, slice_t group)
{
    return yyjson_mut_obj_add_strn (doc, input, s_is_arn (group) ? "logGroupIdentifier" : "logGroupName", group.data, group.size);
}

bool
log_group_is_unknown (const outcome_t *outcome)
{
    return outcome->error && strcmp (outcome->error->code, "ResourceNotFoundException") == 0 && !strstr (outcome->error->message, "stream");
}

void
log_group_explain (buffer_t *out, slice_t group, const char *region)
{
    slice_t other = log_group_region (group);
    buffer_append_text (out, "There is no log group \"");
    visible_append_cut (out, group, QUOTE_BYTES_MAX);
    buffer_printf (out, "\" in %s. ", region);
    if (other.size && !slice_is (other, region)) {
        buffer_append_text (out, "The ARN is one of ");
        visible_append_cut (out, other, QUOTE_BYTES_MAX);
        buffer_append_text (out, ": pass that region.");
    } else {
        buffer_append_text (out, "Names are case-sensitive: describe_log_groups with a pattern finds a text anywhere in a name. Or is it another "
                                 "region or account?");
    }
}

bool
log_group_allowed (const call_t *call, slice_t group, buffer_t *sentence)
{
    if (call_allows_log_group (call, log_group_name (group)))
        return true;
    buffer_append_text (sentence, "The log group \"");
    visible_append_cut (sentence, log_group_name (group), QUOTE_BYTES_MAX);
    buffer_printf (sentence, "\" is not among those that this server's configuration allows for the account \"%s\". describe_log_groups shows those "
                   "that are.", call_account (call));
    return false;
}
