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

status_t
found_keys_check (const found_keys_t *self, const char *provider, buffer_t *sentence)
{
    const struct {
        const char *name;
        const buffer_t *key;
        bool needed;
    } parts [] = { { "access key id", &self->key_id, true }, { "secret access key", &self->secret, true }, { "session token", &self->token, false } };

    for (size_t i = 0; i < sizeof parts / sizeof parts [0]; i++) {
        const char *what = NULL;
        status_t status = buffer_status (parts [i].key);
        if (status == STATUS_NO_MEMORY)
            return status;
        if (status != STATUS_OK)
            what = "is longer than any is";
        else if (!s_visible (parts [i].key))
            what = "holds a blank, a line break or another character that none has";
        else if (parts [i].needed && parts [i].key->size == 0)
            what = "is empty";
        if (what) {
            buffer_printf (sentence, "The %s of the %s %s.", parts [i].name, provider, what);
            return STATUS_NO_CREDENTIALS;
        }
    }
    return STATUS_OK;
}
