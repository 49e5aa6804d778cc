#include "provider.h"

#include "profile_file.h"

//  Keys that say "this profile gets its credentials in another way". Until the provider for that way stands in the table, a profile that has one
//  is an error that says so: its static keys, if any, would be somebody else's.
static const char *const OTHER_WAYS [] = {
    "role_arn", "sso_session", "sso_start_url", "login_session", "credential_process", "web_identity_token_file", NULL,
};

static const char *
s_other_way (const profile_files_t *files, const char *profile)
{
    for (int i = 0; OTHER_WAYS [i]; i++)
        if (profile_files_value (files, profile, OTHER_WAYS [i]).size)
            return OTHER_WAYS [i];
    return NULL;
}

//  Key id, secret and token come from one file, the one that has either of the first two: the other file's may belong to another day.
static const profile_file_t *
s_file_with_keys (const profile_files_t *files, const char *profile)
{
    bool here = profile_file_value (&files->credentials, profile, "aws_access_key_id").size
        || profile_file_value (&files->credentials, profile, "aws_secret_access_key").size;
    return here ? &files->credentials : &files->config;
}

static status_t
s_find (const profile_files_t *files, const char *profile, bool asked_for, found_keys_t *found, buffer_t *sentence)
{
    if (!profile_files_has (files, profile)) {
        if (!asked_for)
            return STATUS_NOT_FOUND;
        const char *credentials = files->credentials.path, *config = files->config.path;
        buffer_printf (sentence, "The AWS profile \"%s\" is in neither %s nor %s.", profile, credentials ? credentials : "~/.aws/credentials",
                       config ? config : "~/.aws/config");
        return STATUS_NO_CREDENTIALS;
    }
    const char *other_way = s_other_way (files, profile);
    if (other_way) {
        buffer_printf (sentence, "The AWS profile \"%s\" uses %s, which this version cannot follow. "
                       "Put static keys in the environment or in the profile.", profile, other_way);
        return STATUS_NO_CREDENTIALS;
    }
    const profile_file_t *file = s_file_with_keys (files, profile);
    slice_t key_id = profile_file_value (file, profile, "aws_access_key_id");
    slice_t secret = profile_file_value (file, profile, "aws_secret_access_key");
    if (!key_id.size && !secret.size && !asked_for)
        return STATUS_NOT_FOUND;
    if (!key_id.size || !secret.size) {
        buffer_printf (sentence, "The AWS profile \"%s\" has no %s.", profile, key_id.size ? "aws_secret_access_key" : "aws_access_key_id");
        return STATUS_NO_CREDENTIALS;
    }
    buffer_append_slice (&found->key_id, key_id);
    buffer_append_slice (&found->secret, secret);
    buffer_append_slice (&found->token, profile_file_value (file, profile, "aws_session_token"));
    return STATUS_OK;
}

status_t
provider_profile (const provider_context_t *context, found_keys_t *found, buffer_t *sentence)
{
    profile_files_t files;
    status_t status = profile_files_load (&files, context, sentence);
    if (status == STATUS_OK)
        status = s_find (&files, context->profile ? context->profile : "default", context->profile != NULL, found, sentence);
    else if (status != STATUS_NO_MEMORY)
        status = STATUS_NO_CREDENTIALS;
    profile_files_deinit (&files);
    return status;
}
