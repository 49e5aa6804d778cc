#include "sts_keys.h"

#include "clock.h"

#include <stdio.h>

enum { ARN_SIZE = 256, ID_SIZE = IDENTITY_ID_SIZE + ISSUED_KEYS_SESSION_SIZE };

static bool
s_is_session_name (slice_t text)
{
    return checks_all_of (text, "_+=,.@-");
}

static bool
s_is_external_id (slice_t text)
{
    return checks_all_of (text, "_+=,.@:/-");
}

const check_pattern_t STS_KEYS_SESSION_NAME = { "[\\w+=,.@-]*", s_is_session_name };
const check_pattern_t STS_KEYS_EXTERNAL_ID = { "[\\w+=,.@:\\/-]*", s_is_external_id };

bool
sts_keys_role (const wire_call_t *call, role_t *role)
{
    return identity_read_role (json_text (call->input, "RoleArn"), role);
}

void
sts_keys_answer (wire_call_t *call, const role_t *role)
{
    const wire_sts_t *sts = call->sts;
    int64_t life_ms = sts->life_ms ? sts->life_ms : json_int (call->input, "DurationSeconds", STS_KEYS_DURATION_S) * 1000;
    const issued_key_t *key = issued_keys_make (sts->issued, role, json_text (call->input, "RoleSessionName"), sts->now_ms + life_ms);
    char ends [CLOCK_TEXT_SIZE], arn [ARN_SIZE], id [ID_SIZE];
    yyjson_mut_val *keys = yyjson_mut_obj_add_obj (call->doc, call->output, "Credentials");
    yyjson_mut_obj_add_strcpy (call->doc, keys, "AccessKeyId", key->id);
    yyjson_mut_obj_add_strcpy (call->doc, keys, "SecretAccessKey", key->secret);
    yyjson_mut_obj_add_strcpy (call->doc, keys, "SessionToken", key->token);
    yyjson_mut_obj_add_strcpy (call->doc, keys, "Expiration", clock_text_second (key->ends_ms, ends));
    yyjson_mut_val *user = yyjson_mut_obj_add_obj (call->doc, call->output, "AssumedRoleUser");
    snprintf (id, sizeof id, "%s:%s", key->role_id, key->session);
    snprintf (arn, sizeof arn, "arn:%s:sts::%s:assumed-role/%s/%s", role->partition, role->account, role->name, key->session);
    yyjson_mut_obj_add_strcpy (call->doc, user, "AssumedRoleId", id);
    yyjson_mut_obj_add_strcpy (call->doc, user, "Arn", arn);
}
