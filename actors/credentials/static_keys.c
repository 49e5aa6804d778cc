#include "static_keys.h"

bool
static_keys_here (const profile_file_t *file, const char *profile)
{
    return profile_file_value (file, profile, "aws_access_key_id").size || profile_file_value (file, profile, "aws_secret_access_key").size;
}

static void
s_not_here (find_t *find, const profile_file_t *file)
{
    const char *profile = find_profile (find);
    if (!file->path)
        find_not_here (find, "HOME is not set");
    else if (!file->text.size)
        find_not_here (find, "%s does not exist, is empty or is closed to us", file->path);
    else if (!profile_text_has (buffer_slice (&file->text), file->config, profile))
        find_not_here (find, "%s has no profile \"%s\"", file->path, profile);
    else
        find_not_here (find, "the profile \"%s\" in %s has no keys", profile, file->path);
}

void
static_keys_look (find_t *find, const profile_file_t *file)
{
    const char *profile = find_profile (find);
    slice_t key_id = profile_file_value (file, profile, "aws_access_key_id");
    slice_t secret = profile_file_value (file, profile, "aws_secret_access_key");
    if (!static_keys_here (file, profile)) {
        s_not_here (find, file);
        return;
    }
    if (!key_id.size || !secret.size) {
        find_broken (find, false, "The AWS profile \"%s\" has no %s in %s.", profile, key_id.size ? "aws_secret_access_key" : "aws_access_key_id",
                     file->path);
        return;
    }
    found_keys_t *keys = find_keys (find);
    buffer_append_slice (&keys->key_id, key_id);
    buffer_append_slice (&keys->secret, secret);
    buffer_append_slice (&keys->token, profile_file_value (file, profile, "aws_session_token"));
    find_has (find, "the profile \"%s\" in %s", profile, file->path);
}
