#include "operations.h"
#include "sts_keys.h"

#include <stdio.h>

static const check_t MEMBERS [] = {
    { .name = "RoleArn", .kind = CHECK_TEXT, .required = true, .min = 20, .max = 2048 },
    { .name = "RoleSessionName", .kind = CHECK_TEXT, .required = true, .min = 2, .max = 64, .pattern = &STS_KEYS_SESSION_NAME },
    { .name = "DurationSeconds", .kind = CHECK_INTEGER, .min = STS_KEYS_DURATION_S_MIN, .max = STS_KEYS_DURATION_S_MAX },
    { .name = "ExternalId", .kind = CHECK_TEXT, .min = 2, .max = 1224, .pattern = &STS_KEYS_EXTERNAL_ID },
    { .name = NULL },
};

static void
s_refuse_role (wire_call_t *call, slice_t arn)
{
    const issued_key_t *key = issued_keys_find (call->sts->issued, call->key_id);
    char who [256] = "arn:aws:iam::" SHOP_ACCOUNT ":user/shop-reader";
    if (key)
        snprintf (who, sizeof who, "arn:%s:sts::%s:assumed-role/%s/%s", key->role.partition, key->role.account, key->role.name, key->session);
    wire_refuse (call, "AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %.*s", who, (int) arn.size, arn.data);
}

static void
s_answer (wire_call_t *call)
{
    role_t role;
    slice_t arn = json_text (call->input, "RoleArn");
    bool chained = issued_keys_find (call->sts->issued, call->key_id) != NULL;
    if (!sts_keys_role (call, &role))
        wire_refuse (call, "ValidationError", "%.*s is invalid", (int) (arn.size < 512 ? arn.size : 512), arn.data);
    else
    if (!identity_trusts (&role, json_text (call->input, "ExternalId")))
        s_refuse_role (call, arn);
    else
    if (chained && json_int (call->input, "DurationSeconds", 0) > STS_KEYS_CHAINED_S_MAX)
        wire_refuse (call, "ValidationError",
                     "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
    else
        sts_keys_answer (call, &role);
}

const wire_operation_t OPERATION_ASSUME_ROLE = { &WIRE_STS, "AssumeRole", MEMBERS, s_answer };
