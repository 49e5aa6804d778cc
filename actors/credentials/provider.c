#include "provider.h"

#include <stdlib.h>

enum { KEY_BYTES_MAX = 1024, TOKEN_BYTES_MAX = 16384 };

void
found_keys_init (found_keys_t *self)
{
    *self = (found_keys_t) { 0 };
    buffer_init_secret (&self->key_id, KEY_BYTES_MAX);
    buffer_init_secret (&self->secret, KEY_BYTES_MAX);
    buffer_init_secret (&self->token, TOKEN_BYTES_MAX);
}

void
found_keys_deinit (found_keys_t *self)
{
    buffer_deinit (&self->key_id);
    buffer_deinit (&self->secret);
    buffer_deinit (&self->token);
}

const char *
provider_lookup (const provider_context_t *context, const char *name)
{
    const char *value = context->lookup ? context->lookup (context->lookup_arg, name) : getenv (name);
    return value && value [0] ? value : NULL;
}

//  Not all characters may stand in a header or were ever part of a key; a line break at the end of a mounted secret is the usual case.
static bool
s_visible (const buffer_t *key)
{
    for (size_t i = 0; i < key->size; i++)
        if (key->data [i] <= ' ' || key->data [i] > '~')
            return false;
    return true;
}

//  What a provider gave as keys: can they be some?
static status_t
s_check (const provider_t *provider, const found_keys_t *found, buffer_t *sentence)
{
    const struct {
        const char *name;
        const buffer_t *key;
    } parts [] = { { "access key id", &found->key_id }, { "secret access key", &found->secret }, { "session token", &found->token } };

    for (size_t i = 0; i < sizeof parts / sizeof parts [0]; i++) {
        status_t status = buffer_status (parts [i].key);
        if (status == STATUS_NO_MEMORY)
            return status;
        if (status != STATUS_OK) {
            buffer_printf (sentence, "The %s of the %s is longer than any is.", parts [i].name, provider->name);
            return STATUS_NO_CREDENTIALS;
        }
        if (!s_visible (parts [i].key)) {
            buffer_printf (sentence, "The %s of the %s holds a blank, a line break or another character that none has.", parts [i].name,
                           provider->name);
            return STATUS_NO_CREDENTIALS;
        }
    }
    return STATUS_OK;
}

status_t
providers_find (const provider_t *providers, const provider_context_t *context, found_keys_t *found, buffer_t *sentence)
{
    for (const provider_t *provider = providers; provider->name; provider++) {
        status_t status = provider->find (context, found, sentence);
        if (status == STATUS_NOT_FOUND)
            continue;
        found->source = provider->name;
        return status == STATUS_OK ? s_check (provider, found, sentence) : status;
    }
    buffer_append_text (sentence, "There are no AWS credentials. Looked at: ");
    for (const provider_t *provider = providers; provider->name; provider++)
        buffer_printf (sentence, "%s%s", provider == providers ? "" : "; ", provider->looked_at);
    buffer_append_text (sentence, ". Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, for the server.");
    return STATUS_NO_CREDENTIALS;
}
