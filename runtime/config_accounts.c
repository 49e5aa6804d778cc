#include "config_accounts.h"

#include "config_value.h"
#include "nearest.h"

#include <stddef.h>
#include <string.h>

//  How long a role's keys may last, in seconds, as STS has it.
enum { DURATION_S_MIN = 900, DURATION_S_MAX = 43200 };

typedef enum { MEMBER_TEXT, MEMBER_DURATION, MEMBER_TEXTS } member_kind_t;

static const struct member {
    const char   *name;
    member_kind_t kind;
    size_t        offset;               //  In aws_account_t
} MEMBERS [] = {
    { "description", MEMBER_TEXT, offsetof (aws_account_t, description) },
    { "role_arn", MEMBER_TEXT, offsetof (aws_account_t, role_arn) },
    { "external_id", MEMBER_TEXT, offsetof (aws_account_t, external_id) },
    { "role_session_name", MEMBER_TEXT, offsetof (aws_account_t, role_session_name) },
    { "duration_seconds", MEMBER_DURATION, offsetof (aws_account_t, duration_s) },
    { "profile", MEMBER_TEXT, offsetof (aws_account_t, profile) },
    { "region", MEMBER_TEXT, offsetof (aws_account_t, region) },
    { "regions", MEMBER_TEXTS, offsetof (aws_account_t, regions) },
    { "log_groups", MEMBER_TEXTS, offsetof (aws_account_t, log_groups) },
};

enum { MEMBERS_COUNT = sizeof MEMBERS / sizeof MEMBERS [0] };

//  One account while it is read.
typedef struct {
    config_t   *config;
    aws_account_t   account;
    buffer_t   *sentence;
} reading_t;

//  Where an account's member lives, whatever kind it has.
static void *
s_place (aws_account_t *account, const struct member *member)
{
    return (char *) account + member->offset;
}

static const char *
s_text (const aws_account_t *account, const struct member *member)
{
    return *(const char *const *) (const void *) ((const char *) account + member->offset);
}

static const char *const *
s_texts (const aws_account_t *account, const struct member *member)
{
    return *(const char *const *const *) (const void *) ((const char *) account + member->offset);
}

//  --- Copies

static const char *
s_copy_text (config_t *config, const char *text)
{
    return arena_copy (config->texts, slice_of (text));
}

static const char *const *
s_copy_texts (config_t *config, const char *const *texts)
{
    size_t count = 0;
    while (texts [count])
        count++;
    const char **copy = arena_alloc (config->texts, (count + 1) * sizeof *copy);
    for (size_t i = 0; copy && i < count; i++)
        if (!(copy [i] = s_copy_text (config, texts [i])))
            return NULL;
    return copy;
}

//  False without memory.
static bool
s_copy (config_t *config, const aws_account_t *from, aws_account_t *to)
{
    *to = (aws_account_t) { .name = s_copy_text (config, from->name), .duration_s = from->duration_s };
    bool good = to->name != NULL;
    for (const struct member *member = MEMBERS; good && member < MEMBERS + MEMBERS_COUNT; member++) {
        void *place = s_place (to, member);
        if (member->kind == MEMBER_TEXT && s_text (from, member))
            good = (*(const char **) place = s_copy_text (config, s_text (from, member))) != NULL;
        else if (member->kind == MEMBER_TEXTS && s_texts (from, member))
            good = (*(const char *const **) place = s_copy_texts (config, s_texts (from, member))) != NULL;
    }
    return good;
}

status_t
config_accounts_add (config_t *config, const aws_account_t *account)
{
    if (config->accounts_count == ACCOUNTS_MAX)
        return STATUS_TOO_LARGE;
    if (!config->accounts)
        config->accounts = arena_alloc (config->texts, ACCOUNTS_MAX * sizeof *config->accounts);
    if (!config->accounts || !s_copy (config, account, &config->accounts [config->accounts_count]))
        return STATUS_NO_MEMORY;
    config->accounts_count++;
    return STATUS_OK;
}

//  --- Reading

static status_t
s_refuse (const reading_t *self, const char *member, const char *what)
{
    buffer_printf (self->sentence, "the account \"%s\": \"%s\" %s.", self->account.name, member, what);
    return STATUS_INVALID_ARGUMENT;
}

//  The text in the configuration's memory. INVALID_ARGUMENT, without a sentence, for what is none or could be misread.
static status_t
s_read_text (reading_t *self, yyjson_val *value, const char **text_p)
{
    slice_t text = json_value_text (value);
    if (text.size == 0 || memchr (text.data, 0, text.size))
        return STATUS_INVALID_ARGUMENT;
    *text_p = arena_copy (self->config->texts, text);
    return *text_p ? STATUS_OK : STATUS_NO_MEMORY;
}

static status_t
s_read_texts (reading_t *self, yyjson_val *value, const char *const **texts_p)
{
    size_t count = yyjson_arr_size (value);
    if (!yyjson_is_arr (value) || count == 0 || count > ACCOUNT_TEXTS_MAX)
        return STATUS_INVALID_ARGUMENT;
    const char **texts = arena_alloc (self->config->texts, (count + 1) * sizeof *texts);
    if (!texts)
        return STATUS_NO_MEMORY;
    status_t status = STATUS_OK;
    size_t index, all;
    yyjson_val *item;
    yyjson_arr_foreach (value, index, all, item)
        if (status == STATUS_OK)
            status = s_read_text (self, item, &texts [index]);
    *texts_p = texts;
    return status;
}

static status_t
s_read_member (reading_t *self, const struct member *member, yyjson_val *value)
{
    void *place = s_place (&self->account, member);
    status_t status = STATUS_OK;
    switch (member->kind) {
    case MEMBER_TEXT:
        status = s_read_text (self, value, place);
        return status == STATUS_INVALID_ARGUMENT ? s_refuse (self, member->name, "must be a text that is not empty") : status;
    case MEMBER_TEXTS:
        status = s_read_texts (self, value, place);
        return status == STATUS_INVALID_ARGUMENT ? s_refuse (self, member->name, "must be a list of 1 to 64 texts") : status;
    case MEMBER_DURATION:
        self->account.duration_s = yyjson_is_int (value) ? yyjson_get_sint (value) : 0;
        if (self->account.duration_s < DURATION_S_MIN || self->account.duration_s > DURATION_S_MAX)
            return s_refuse (self, member->name, "must be a whole number of seconds from 900 to 43200");
    }
    return status;
}

static const struct member *
s_member (slice_t name)
{
    for (const struct member *member = MEMBERS; member < MEMBERS + MEMBERS_COUNT; member++)
        if (slice_is (name, member->name))
            return member;
    return NULL;
}

static status_t
s_refuse_member (const reading_t *self, slice_t name)
{
    const char *names [MEMBERS_COUNT];
    for (size_t i = 0; i < MEMBERS_COUNT; i++)
        names [i] = MEMBERS [i].name;
    const char *nearest = nearest_name (name, names, MEMBERS_COUNT);
    buffer_printf (self->sentence, "the account \"%s\" cannot have ", self->account.name);
    config_value_quote (self->sentence, name);
    if (nearest)
        buffer_printf (self->sentence, "; did you mean \"%s\"?", nearest);
    else
        for (size_t i = 0; i < MEMBERS_COUNT; i++)
            buffer_printf (self->sentence, "%s%s", i == 0 ? "; it may have " : i + 1 == MEMBERS_COUNT ? " and " : ", ", names [i]);
    buffer_append_text (self->sentence, nearest ? "" : ".");
    return STATUS_INVALID_ARGUMENT;
}

//  What is wrong with the account as a whole.
static status_t
s_check (const reading_t *self)
{
    const aws_account_t *account = &self->account;
    bool with_role = account->external_id || account->role_session_name || account->duration_s;
    if (with_role && !account->role_arn)
        return s_refuse (self, "role_arn", "is missing: external_id, role_session_name and duration_seconds belong to a role");
    if (account->role_arn && !strstr (account->role_arn, ":role/"))
        return s_refuse (self, "role_arn", "is not the ARN of a role, such as arn:aws:iam::111122223333:role/NAME");
    if (account->description && strlen (account->description) > ACCOUNT_DESCRIPTION_MAX)
        return s_refuse (self, "description", "is longer than 200 bytes, and models read it in every conversation");
    if (account->region && !account_allows_region (account, slice_of (account->region)))
        return s_refuse (self, "region", "is not among its regions");
    return STATUS_OK;
}

static status_t
s_read_account (config_t *config, yyjson_val *name, yyjson_val *value, buffer_t *sentence)
{
    slice_t text = json_value_text (name);
    if (!account_name_valid (text)) {
        buffer_append_text (sentence, "an account cannot be called ");
        config_value_quote (sentence, text);
        buffer_printf (sentence, ": a name is 1 to %d printable ASCII characters without quotes and backslashes.", ACCOUNT_NAME_MAX);
        return STATUS_INVALID_ARGUMENT;
    }
    reading_t self = { .config = config, .account = { .name = arena_copy (config->texts, text) }, .sentence = sentence };
    if (!self.account.name)
        return STATUS_NO_MEMORY;
    if (accounts_find (config->accounts, config->accounts_count, text) || !yyjson_is_obj (value)) {
        buffer_printf (sentence, "the account \"%s\" %s.", self.account.name, yyjson_is_obj (value) ? "is there twice" : "must be an object");
        return STATUS_INVALID_ARGUMENT;
    }
    status_t status = STATUS_OK;
    size_t index, count;
    yyjson_val *key, *member;
    yyjson_obj_foreach (value, index, count, key, member) {
        const struct member *known = s_member (json_value_text (key));
        if (status == STATUS_OK)
            status = known ? s_read_member (&self, known, member) : s_refuse_member (&self, json_value_text (key));
    }
    if (status == STATUS_OK)
        status = s_check (&self);
    return status == STATUS_OK ? config_accounts_add (config, &self.account) : status;
}

status_t
config_accounts_read (config_t *config, yyjson_val *accounts, buffer_t *sentence)
{
    if (!yyjson_is_obj (accounts)) {
        buffer_append_text (sentence, "\"accounts\" must be an object of accounts by their names, such as {\"prod\": {\"role_arn\": \"arn:…\"}}.");
        return STATUS_INVALID_ARGUMENT;
    }
    status_t status = STATUS_OK;
    size_t index, count;
    yyjson_val *name, *value;
    yyjson_obj_foreach (accounts, index, count, name, value)
        if (status == STATUS_OK)
            status = s_read_account (config, name, value, sentence);
    if (status == STATUS_TOO_LARGE) {
        buffer_printf (sentence, "there are %zu accounts; at most %d can be configured.", count, ACCOUNTS_MAX);
        status = STATUS_INVALID_ARGUMENT;
    }
    return status;
}
