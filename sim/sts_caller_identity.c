#include "operations.h"

#include "chance.h"

#include <stdio.h>

enum { ARN_SIZE = 256, ID_SIZE = 64 };

static const check_t MEMBERS [] = {
    { .name = NULL },
};

//  AWS's ids say in four letters what they name, followed by seventeen letters and digits: made of the key's id, so that they stay the same.
static void
s_append_id (char *id, const char *kind, const char *key_id)
{
    static const char ALPHABET [] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t bits = chance_of_text (key_id);
    size_t size = strlen (kind);
    memcpy (id, kind, size);
    for (int i = 0; i < 17; i++, bits = (bits >> 5) | (bits << 59))
        id [size++] = ALPHABET [bits & 31];
    id [size] = 0;
}

//  Whoever signed with a temporary key (ASIA…) has taken on a role; any other key belongs to a user.
static void
s_answer (wire_call_t *call)
{
    char arn [ARN_SIZE], id [ID_SIZE], user_id [2 * ID_SIZE];
    bool role = strncmp (call->key_id, "ASIA", 4) == 0;
    s_append_id (id, role ? "AROA" : "AIDA", call->key_id);
    snprintf (user_id, sizeof user_id, "%s%s", id, role ? ":shop-session" : "");
    snprintf (arn, sizeof arn, role ? "arn:aws:sts::" SHOP_ACCOUNT ":assumed-role/shop-reader/shop-session"
                                    : "arn:aws:iam::" SHOP_ACCOUNT ":user/shop-reader");
    yyjson_mut_obj_add_strcpy (call->doc, call->output, "Arn", arn);
    yyjson_mut_obj_add_strcpy (call->doc, call->output, "UserId", user_id);
    yyjson_mut_obj_add_strcpy (call->doc, call->output, "Account", SHOP_ACCOUNT);
}

const wire_operation_t OPERATION_GET_CALLER_IDENTITY = { &WIRE_STS, "GetCallerIdentity", MEMBERS, s_answer };
