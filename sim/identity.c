#include "identity.h"

#include "chance.h"
#include "checks.h"

static bool
s_copy (char *to, size_t size, slice_t from)
{
    if (!from.size || from.size >= size)
        return false;
    memcpy (to, from.data, from.size);
    to [from.size] = 0;
    return true;
}

static bool
s_is_account (const char *text)
{
    return strlen (text) == IDENTITY_ACCOUNT_SIZE - 1 && strspn (text, "0123456789") == IDENTITY_ACCOUNT_SIZE - 1;
}

bool
identity_read_role (slice_t arn, role_t *role)
{
    *role = (role_t) { .name = "" };
    slice_t rest = arn;
    bool fits = slice_is (slice_cut (&rest, ':'), "arn") && s_copy (role->partition, sizeof role->partition, slice_cut (&rest, ':'))
             && strncmp (role->partition, "aws", 3) == 0 && slice_is (slice_cut (&rest, ':'), "iam") && slice_cut (&rest, ':').size == 0
             && s_copy (role->account, sizeof role->account, slice_cut (&rest, ':')) && s_is_account (role->account)
             && slice_is (slice_cut (&rest, '/'), "role");
    slice_t name = SLICE_ABSENT;
    while (fits && rest.data)
        name = slice_cut (&rest, '/');
    return fits && s_copy (role->name, sizeof role->name, name) && checks_all_of (slice_of (role->name), "_+=,.@-");
}

bool
identity_trusts (const role_t *role, slice_t external_id)
{
    if (strcmp (role->name, "shop-untrusting") == 0)
        return false;
    return strcmp (role->name, "shop-external") != 0 || slice_is (external_id, IDENTITY_EXTERNAL_ID);
}

void
identity_id (const char *kind, const char *text, char *id)
{
    static const char ALPHABET [] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t bits = chance_of_text (text);
    size_t size = strlen (kind);
    memcpy (id, kind, size);
    for (; size < IDENTITY_ID_SIZE - 1; bits = (bits >> 5) | (bits << 59))
        id [size++] = ALPHABET [bits & 31];
    id [size] = 0;
}
