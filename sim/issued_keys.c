#include "issued_keys.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

struct issued_keys {
    const random_source_t *random;
    issued_key_t keys [ISSUED_KEYS_MAX];        //  A ring
    uint64_t made;
};

issued_keys_t *
issued_keys_new (const random_source_t *random)
{
    issued_keys_t *self = calloc (1, sizeof *self);
    if (self)
        self->random = random;
    return self;
}

void
issued_keys_destroy (issued_keys_t **self_p)
{
    if (*self_p)
        OPENSSL_cleanse (*self_p, sizeof **self_p);
    free (*self_p);
    *self_p = NULL;
}

//  The beginning, and as many characters of the alphabet as fit.
static void
s_make_text (const issued_keys_t *self, const char *begin, const char *alphabet, char *text, size_t size)
{
    size_t filled = strlen (begin), letters = strlen (alphabet);
    memcpy (text, begin, filled);
    while (filled < size - 1)
        text [filled++] = alphabet [random_u64 (self->random) % letters];
    text [filled] = 0;
}

const issued_key_t *
issued_keys_make (issued_keys_t *self, const role_t *role, slice_t session, int64_t ends_ms)
{
    static const char ID [] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    static const char BASE64 [] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    issued_key_t *key = &self->keys [self->made++ % ISSUED_KEYS_MAX];
    *key = (issued_key_t) { .role = *role, .ends_ms = ends_ms / 1000 * 1000 };
    s_make_text (self, "ASIA", ID, key->id, sizeof key->id);
    s_make_text (self, "", BASE64, key->secret, sizeof key->secret);
    s_make_text (self, "IQoJb3JpZ2luX2Vj", BASE64, key->token, sizeof key->token);
    assert (session.size < sizeof key->session);
    memcpy (key->session, session.data, session.size);
    char whole [sizeof *role];
    snprintf (whole, sizeof whole, "%s/%s", role->account, role->name);
    identity_id ("AROA", whole, key->role_id);
    return key;
}

const issued_key_t *
issued_keys_find (const issued_keys_t *self, const char *id)
{
    for (size_t i = 0; self && i < ISSUED_KEYS_MAX; i++)
        if (*id && strcmp (self->keys [i].id, id) == 0)
            return &self->keys [i];
    return NULL;
}

void
issued_keys_revoke (issued_keys_t *self)
{
    for (size_t i = 0; i < ISSUED_KEYS_MAX; i++)
        self->keys [i].revoked = true;          //  Of an empty place it means nothing
}

void
issued_keys_write (const issued_keys_t *self, buffer_t *out)
{
    const char *separator = "";
    buffer_append_char (out, '[');
    for (size_t i = 0; i < ISSUED_KEYS_MAX; i++) {
        const issued_key_t *key = &self->keys [i];
        if (!key->id [0])
            continue;
        buffer_printf (out, "%s{\"key_id\":\"%s\",\"secret\":\"%s\",\"token\":\"%s\",\"revoked\":%s}", separator, key->id, key->secret, key->token,
                       key->revoked ? "true" : "false");
        separator = ",";
    }
    buffer_append_char (out, ']');
}
