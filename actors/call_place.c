#include "call.h"

#include "visible.h"

#include <assert.h>

//  Long enough for a sentence with the names of all regions or accounts that one may have.
enum { SENTENCE_BYTES_MAX = 4096 };

//  Fails the call with what the buffer says, and gives it back. Always false, for `return s_refuse (…)`.
static bool
s_refuse (call_t *self, status_t status, buffer_t *sentence)
{
    buffer_append_char (sentence, 0);
    const char *text = buffer_status (sentence) == STATUS_OK ? sentence->data : "The call cannot be made, and there is no memory to say why.";
    status_t failed = call_fail (self, status, -1, "%s", text);
    assert (failed == STATUS_OK);
    buffer_deinit (sentence);
    return false;
}

static bool
s_find_account (call_t *self)
{
    const config_t *config = self->actor->config.config;
    const char *asked = self->message->envelope.account;
    const char *name = asked [0] ? asked : config->default_account;
    if (!name)
        return true;
    self->account = accounts_find (config->accounts, config->accounts_count, slice_of (name));
    if (self->account)
        return true;
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    buffer_append_text (&sentence, "There is no account \"");
    visible_append_cut (&sentence, slice_of (name), ACCOUNT_NAME_MAX);
    buffer_append_text (&sentence, "\" here: an account is called by the name that this server's configuration gives it. ");
    if (config->accounts_count == 0)
        buffer_append_text (&sentence, "It has none: leave account out to ask the server's own.");
    else {
        buffer_append_text (&sentence, "It has ");
        accounts_append_names (&sentence, config->accounts, config->accounts_count);
        buffer_append_text (&sentence, config->default_account ? "." : "; leave account out to ask the server's own.");
    }
    return s_refuse (self, STATUS_INVALID_ARGUMENT, &sentence);
}

static bool
s_refuse_region (call_t *self, const char *region)
{
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    buffer_printf (&sentence, "The account \"%s\" is not to be asked in %s: this server's configuration allows ", self->account->name, region);
    for (const char *const *allowed = self->account->regions; *allowed; allowed++)
        buffer_printf (&sentence, "%s%s", allowed == self->account->regions ? "" : allowed [1] ? ", " : " and ", *allowed);
    buffer_append_text (&sentence, ". Pass one of these, or leave region out.");
    return s_refuse (self, STATUS_REFUSED, &sentence);
}

static bool
s_find_region (call_t *self)
{
    const char *asked = self->message->envelope.region;
    const char *region = asked [0] ? asked : account_usual_region (self->account, config_region (self->actor->config.config));
    status_t failed;
    if (!region)
        failed = call_fail (self, STATUS_INVALID_ARGUMENT, -1, "No AWS region is set. Pass region, for example \"us-east-1\", or set AWS_REGION for "
                            "the server.");
    else if (self->account && region == self->account->region && !endpoint_region_valid (slice_of (region)))
        failed = call_fail (self, STATUS_INVALID_ARGUMENT, -1, "The region of the account \"%s\" is \"%.40s\", which is none: set it in this "
                            "server's configuration, or in the account's AWS profile. Until then, pass region.", self->account->name, region);
    else if (envelope_set_text (self->region, sizeof self->region, slice_of (region)) != STATUS_OK)
        failed = call_fail (self, STATUS_INVALID_ARGUMENT, -1, "The server's region, \"%.40s…\", is none: set AWS_REGION to one like \"us-east-1\".",
                            region);
    else if (!account_allows_region (self->account, slice_of (region)))
        return s_refuse_region (self, region);
    else
        return true;
    assert (failed == STATUS_OK);
    return false;
}

bool
call_find_place (call_t *self)
{
    return s_find_account (self) && s_find_region (self);
}

const char *
call_region (const call_t *self)
{
    return self->region;
}

const char *
call_account (const call_t *self)
{
    return self->account ? self->account->name : "";
}

bool
call_allows_log_group (const call_t *self, slice_t name)
{
    return account_allows_log_group (self->account, name);
}

bool
call_fences_log_groups (const call_t *self)
{
    return self->account && self->account->log_groups;
}
