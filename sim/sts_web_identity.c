#include "operations.h"
#include "sts_keys.h"
#include "web_token.h"

static const check_t MEMBERS [] = {
    { .name = "RoleArn", .kind = CHECK_TEXT, .required = true, .min = 20, .max = 2048 },
    { .name = "RoleSessionName", .kind = CHECK_TEXT, .required = true, .min = 2, .max = 64, .pattern = &STS_KEYS_SESSION_NAME },
    { .name = "WebIdentityToken", .kind = CHECK_TEXT, .required = true, .min = 4, .max = 20000 },
    { .name = "DurationSeconds", .kind = CHECK_INTEGER, .min = STS_KEYS_DURATION_S_MIN, .max = STS_KEYS_DURATION_S_MAX },
    { .name = NULL },
};

//  An issuer is named without its scheme, as IAM names its providers.
static const char *
s_provider (const web_token_t *token)
{
    static const char SCHEME [] = "https://";
    return strncmp (token->issuer, SCHEME, sizeof SCHEME - 1) == 0 ? token->issuer + sizeof SCHEME - 1 : token->issuer;
}

static void
s_answer (wire_call_t *call)
{
    role_t role;
    web_token_t token;
    if (!sts_keys_role (call, &role)) {
        wire_refuse (call, "ValidationError", "Request ARN is invalid");
        return;
    }
    call->refusal = web_token_read (json_text (call->input, "WebIdentityToken"), call->sts->now_ms, &token, &call->message);
    if (call->refusal)
        return;
    if (!identity_trusts (&role, SLICE_ABSENT)) {
        wire_refuse (call, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
        return;
    }
    yyjson_mut_obj_add_strcpy (call->doc, call->output, "SubjectFromWebIdentityToken", token.subject);
    yyjson_mut_obj_add_str (call->doc, call->output, "Audience", WEB_TOKEN_AUDIENCE);
    yyjson_mut_obj_add_strcpy (call->doc, call->output, "Provider", s_provider (&token));
    sts_keys_answer (call, &role);
}

const wire_operation_t OPERATION_ASSUME_ROLE_WITH_WEB_IDENTITY = { &WIRE_STS, "AssumeRoleWithWebIdentity", MEMBERS, s_answer, .open = true };
