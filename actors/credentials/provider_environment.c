#include "provider.h"

//  A profile that was asked for by a flag goes before the environment's keys; AWS_PROFILE in the environment does not (botocore's rule). The
//  context's profile does not say which it was, so the variable is compared.
static bool
s_profile_by_flag (const provider_context_t *context)
{
    const char *variable = provider_lookup (context, "AWS_PROFILE");
    return context->profile && !(variable && strcmp (variable, context->profile) == 0);
}

status_t
provider_environment (const provider_context_t *context, found_keys_t *found, buffer_t *sentence)
{
    const char *key_id = provider_lookup (context, "AWS_ACCESS_KEY_ID");
    const char *secret = provider_lookup (context, "AWS_SECRET_ACCESS_KEY");
    const char *token = provider_lookup (context, "AWS_SESSION_TOKEN");
    if ((!key_id && !secret) || s_profile_by_flag (context))
        return STATUS_NOT_FOUND;
    if (!key_id || !secret) {
        buffer_printf (sentence, "%s is set in the environment, but %s is not. Set both, or neither.",
                       key_id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY", key_id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
        return STATUS_NO_CREDENTIALS;
    }
    buffer_append_text (&found->key_id, key_id);
    buffer_append_text (&found->secret, secret);
    if (token)
        buffer_append_text (&found->token, token);
    return STATUS_OK;
}
