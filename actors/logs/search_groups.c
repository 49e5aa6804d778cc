#include "search.h"

#include "body.h"
#include "input.h"
#include "log_group.h"
#include "number.h"
#include "reader.h"
#include "seal.h"
#include "search_note.h"
#include "visible.h"

//  AWS gives at most 50 groups a page, and has tokens that are longer than any that we would keep.
enum { PAGE = 50, SHOWN_BYTES_MAX = 8 * 1024 };

static status_t
s_refused (status_t failed)
{
    return failed == STATUS_OK ? STATUS_INVALID_ARGUMENT : failed;
}

//  A text that the call keeps, as a reader sees it.
static slice_t
s_shown (search_t *self, slice_t text)
{
    buffer_t shown;
    buffer_init (&shown, SHOWN_BYTES_MAX);
    visible_append (&shown, text);
    char *copy = buffer_status (&shown) == STATUS_OK ? arena_copy (call_arena (self->call), buffer_slice (&shown)) : NULL;
    buffer_deinit (&shown);
    return slice_of (copy);
}

//  One that the configuration does not allow is left out as one that AWS does not have, with its sentence.
static status_t
s_fence (search_t *self, search_group_t *group)
{
    buffer_t sentence;
    buffer_init (&sentence, SHOWN_BYTES_MAX);
    if (!log_group_allowed (self->call, group->identifier, &sentence)) {
        group->state = GROUP_LEFT_OUT;
        group->status = STATUS_REFUSED;
        group->trouble = arena_copy (call_arena (self->call), buffer_slice (&sentence));
    }
    buffer_deinit (&sentence);
    return group->state == GROUP_LEFT_OUT && !group->trouble ? STATUS_NO_MEMORY : STATUS_OK;
}

//  A group that was named twice is searched once.
static status_t
s_add (search_t *self, slice_t identifier)
{
    identifier = log_group_trim (identifier);
    for (int i = 0; i < self->count; i++)
        if (slice_eq (self->groups [i].identifier, identifier))
            return STATUS_OK;
    search_group_t *group = &self->groups [self->count];
    *group = (search_group_t) { .identifier = slice_of (arena_copy (call_arena (self->call), identifier)), .retry_ms = -1 };
    slice_t name = log_group_name (identifier);
    group->shown = s_shown (self, name.size ? name : identifier);
    buffer_init (&group->token, SEARCH_AWS_TOKEN_MAX);
    if (!group->identifier.data || !group->shown.data)
        return STATUS_NO_MEMORY;
    self->count++;
    return s_fence (self, group);
}

//  Groups of two accounts that have the same name are told apart by all that names them.
static status_t
s_tell_apart (search_t *self)
{
    for (int i = 0; i < self->count; i++)
        for (int k = 0; k < self->count; k++) {
            search_group_t *group = &self->groups [i];
            if (i == k || !slice_eq (log_group_name (group->identifier), log_group_name (self->groups [k].identifier)))
                continue;
            group->shown = s_shown (self, group->identifier);
            if (!group->shown.data)
                return STATUS_NO_MEMORY;
            break;
        }
    return STATUS_OK;
}

static uint32_t
s_digest (const search_t *self)
{
    uint64_t digest = 0;
    for (int i = 0; i < self->count; i++)
        digest = seal_text (digest, self->groups [i].identifier);
    return (uint32_t) (digest ^ digest >> 32);
}

//  Goes on where the token says; that is only possible with the groups that it was made for.
static status_t
s_resume (search_t *self)
{
    search_token_t *from = &self->from;
    if (from->groups != s_digest (self))
        return s_refused (call_fail (self->call, STATUS_INVALID_ARGUMENT, -1, "Other log groups begin with this prefix now than when next_token was "
                                     "made: one was created or deleted since. Leave next_token out to begin anew."));
    for (int i = 0; i < from->carried; i++) {
        search_group_t *group = from->pages [i].group < self->count ? &self->groups [from->pages [i].group] : NULL;
        if (!group)
            continue;
        buffer_append_slice (&group->token, from->pages [i].token);
        group->carried = true;
        self->query.page_limit = from->page_limit;
    }
    return STATUS_OK;
}

static status_t
s_known (search_t *self)
{
    self->query.show_group = self->count > 1 || self->prefix.data;
    status_t status = s_tell_apart (self);
    if (status == STATUS_OK && self->resumed)
        status = s_resume (self);
    self->from.groups = s_digest (self);
    return status;
}

static status_t
s_ask (search_t *self)
{
    yyjson_mut_doc *doc = input_new ();
    if (!doc)
        return STATUS_NO_MEMORY;
    yyjson_mut_val *input = yyjson_mut_doc_get_root (doc);
    slice_t token = buffer_slice (&self->groups_page);
    yyjson_mut_obj_add_int (doc, input, "limit", PAGE);
    yyjson_mut_obj_add_strn (doc, input, "logGroupNamePrefix", self->prefix.data, self->prefix.size);
    if (argument_bool (call_arguments (self->call), "linked_accounts"))
        yyjson_mut_obj_add_bool (doc, input, "includeLinkedAccounts", true);
    if (token.size)
        yyjson_mut_obj_add_strn (doc, input, "nextToken", token.data, token.size);
    return input_ask (&doc, self->call, SEARCH_GROUPS_SLOT, &(aws_request_t) { .service = AWS_LOGS, .api = "DescribeLogGroups" });
}

static status_t
s_add_named (search_t *self, slice_t names)
{
    reader_t reader;
    reader_init (&reader, names);
    size_t count = 0;
    slice_t name;
    status_t status = reader_array (&reader, &count);
    while (status == STATUS_OK && count-- > 0) {
        status = reader_text (&reader, &name);
        if (status == STATUS_OK)
            status = s_add (self, name);
    }
    return status;
}

status_t
search_groups_begin (search_t *self)
{
    slice_t named = argument_value (call_arguments (self->call), "log_groups");
    self->prefix = argument_text (call_arguments (self->call), "prefix");
    //  A page of groups beyond the most that are searched, to say how many there are at least
    self->groups = arena_alloc (call_arena (self->call), (SEARCH_GROUPS_MAX + PAGE) * sizeof *self->groups);
    if (!self->groups)
        return STATUS_NO_MEMORY;
    if (!named.data && !self->prefix.size)
        return s_refused (call_fail (self->call, STATUS_INVALID_ARGUMENT, -1, "Say where to search: log_groups (names or ARNs), or prefix for all "
                                     "whose names begin so. describe_log_groups shows which there are. Example: {\"log_groups\": "
                                     "[\"/aws/lambda/checkout\"], \"pattern\": \"ERROR\"}."));
    if (!named.data)
        return s_ask (self);
    self->prefix = SLICE_ABSENT;
    status_t status = s_add_named (self, named);
    return status == STATUS_OK ? s_known (self) : status;
}

//  A linked account's group is only found by its ARN.
static status_t
s_add_page (search_t *self, yyjson_val *answer)
{
    bool linked = argument_bool (call_arguments (self->call), "linked_accounts");
    size_t index, count;
    yyjson_val *group;
    yyjson_arr_foreach (yyjson_obj_get (answer, "logGroups"), index, count, group) {
        slice_t arn = json_text (group, "logGroupArn").size ? json_text (group, "logGroupArn") : json_text (group, "arn");
        slice_t identifier = linked && arn.size ? arn : json_text (group, "logGroupName");
        bool allowed = call_allows_log_group (self->call, json_text (group, "logGroupName"));
        self->fenced += !allowed;
        if (!allowed || !identifier.size || self->count >= SEARCH_GROUPS_MAX + PAGE)
            continue;
        status_t status = s_add (self, identifier);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static status_t
s_too_many (search_t *self)
{
    slice_t shown = s_shown (self, self->prefix);
    return call_fail (self->call, STATUS_INVALID_ARGUMENT, -1, "At least %d log groups in %s begin with \"%.*s\", and a search takes %d. Give a "
                      "longer prefix, or name them in log_groups (describe_log_groups shows them).", self->count, call_region (self->call),
                      (int) shown.size, shown.data ? shown.data : "", SEARCH_GROUPS_MAX);
}

static status_t
s_none (search_t *self)
{
    buffer_t json, note;
    buffer_init (&json, SHOWN_BYTES_MAX * 2);
    buffer_init (&note, SHOWN_BYTES_MAX);
    buffer_append_text (&note, "No log group in ");
    buffer_append_text (&note, call_region (self->call));
    buffer_append_text (&note, " begins with \"");
    visible_append (&note, self->prefix);
    buffer_append_text (&note, "\". Names are case-sensitive; describe_log_groups with a pattern finds a text anywhere in a name.");
    search_note_append_fenced (&note, self);
    buffer_append_text (&json, "{\"columns\":[\"time\",\"group\",\"stream\",\"message\"],\"rows\":[],\"note\":");
    json_append_string (&json, buffer_slice (&note));
    buffer_append_char (&json, '}');
    buffer_deinit (&note);
    return call_finish (self->call, &json, false);
}

status_t
search_groups_next (search_t *self, const outcome_t *outcome, bool *known)
{
    *known = false;
    if (outcome->status != STATUS_OK)
        return call_fail_aws (self->call, outcome);
    yyjson_val *answer = (yyjson_val *) (uintptr_t) outcome->answer;
    status_t status = s_add_page (self, answer);
    if (status != STATUS_OK)
        return status;
    slice_t next = json_text (answer, "nextToken");
    if (self->count > SEARCH_GROUPS_MAX)
        return s_too_many (self);
    if (next.size && !slice_eq (next, buffer_slice (&self->groups_page))) {
        buffer_clear (&self->groups_page);
        buffer_append_slice (&self->groups_page, next);
        status = buffer_status (&self->groups_page);
        return status == STATUS_OK ? s_ask (self) : status;
    }
    if (self->count == 0)
        return s_none (self);
    *known = true;
    status = s_known (self);
    return status;
}
