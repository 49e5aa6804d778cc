#include "operations.h"

#include <stdio.h>

enum { ARN_SIZE = 256, USER_ID_SIZE = IDENTITY_ID_SIZE + ISSUED_KEYS_SESSION_SIZE };

static const check_t MEMBERS [] = {
    { .name = NULL },
};

//  Whoever signed with a temporary key has taken on a role: that which the key was issued for, or, of other keys (ASIA…), that of the shop. Any
//  other key belongs to a user.
static void
s_answer (wire_call_t *call)
{
    char arn [ARN_SIZE], id [IDENTITY_ID_SIZE], user_id [USER_ID_SIZE];
    const issued_key_t *key = call->sts ? issued_keys_find (call->sts->issued, call->key_id) : NULL;
    if (key) {
        snprintf (user_id, sizeof user_id, "%s:%s", key->role_id, key->session);
        snprintf (arn, sizeof arn, "arn:%s:sts::%s:assumed-role/%s/%s", key->role.partition, key->role.account, key->role.name, key->session);
    }
    else {
        bool role = strncmp (call->key_id, "ASIA", 4) == 0;
        identity_id (role ? "AROA" : "AIDA", call->key_id, id);
        snprintf (user_id, sizeof user_id, "%s%s", id, role ? ":shop-session" : "");
        snprintf (arn, sizeof arn, role ? "arn:aws:sts::" SHOP_ACCOUNT ":assumed-role/shop-reader/shop-session"
                                        : "arn:aws:iam::" SHOP_ACCOUNT ":user/shop-reader");
    }
    yyjson_mut_obj_add_strcpy (call->doc, call->output, "Arn", arn);
    yyjson_mut_obj_add_strcpy (call->doc, call->output, "UserId", user_id);
    yyjson_mut_obj_add_strcpy (call->doc, call->output, "Account", key ? key->role.account : SHOP_ACCOUNT);
}

const wire_operation_t OPERATION_GET_CALLER_IDENTITY = { &WIRE_STS, "GetCallerIdentity", MEMBERS, s_answer };
