#include "find.h"

static void
s_begin (find_t *find)
{
    const char *key_id = find_variable (find, "AWS_ACCESS_KEY_ID");
    const char *secret = find_variable (find, "AWS_SECRET_ACCESS_KEY");
    const char *token = find_variable (find, "AWS_SESSION_TOKEN");
    if (!key_id && !secret) {
        find_not_here (find, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set");
        return;
    }
    if (find_profile_by_flag (find)) {
        find_not_here (find, "a profile was asked for by flag, which goes before the variables");
        return;
    }
    if (!key_id || !secret) {
        find_broken (find, false, "%s is set in the environment, but %s is not. Set both, or neither.",
                     key_id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY", key_id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
        return;
    }
    found_keys_t *keys = find_keys (find);
    buffer_append_text (&keys->key_id, key_id);
    buffer_append_text (&keys->secret, secret);
    buffer_append_slice (&keys->token, slice_of (token));
    find_has (find, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY%s", token ? ", with AWS_SESSION_TOKEN" : "");
}

const provider_t PROVIDER_ENVIRONMENT = {
    .name = "environment", .looked_at = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", .begin = s_begin,
};
