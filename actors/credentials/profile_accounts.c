#include "profile_accounts.h"

#include "config_accounts.h"
#include "log.h"
#include "profile_file.h"

//  How many were left out, and why.
typedef struct {
    int unnameable;
    int too_many;
} left_out_t;

static status_t
s_add (config_t *config, slice_t name, left_out_t *left_out)
{
    if (!account_name_valid (name)) {
        left_out->unnameable++;
        return STATUS_OK;
    }
    if (accounts_find (config->accounts, config->accounts_count, name))
        return STATUS_OK;
    char profile [ACCOUNT_NAME_MAX + 1] = "";
    memcpy (profile, name.data, name.size);
    status_t status = config_accounts_add (config, &(aws_account_t) { .name = profile, .profile = profile });
    left_out->too_many += status == STATUS_TOO_LARGE;
    return status == STATUS_TOO_LARGE ? STATUS_OK : status;
}

static status_t
s_add_all (config_t *config, const profile_file_t *file, left_out_t *left_out)
{
    slice_t rest = buffer_slice (&file->text), name;
    status_t status = STATUS_OK;
    while (status == STATUS_OK && profile_text_next (&rest, file->config, &name))
        status = s_add (config, name, left_out);
    return status;
}

static status_t
s_find_regions (config_t *config, const profile_files_t *files)
{
    for (size_t i = 0; i < config->accounts_count; i++) {
        aws_account_t *account = &config->accounts [i];
        slice_t region = account->profile ? profile_files_value (files, account->profile, "region") : SLICE_ABSENT;
        if (!region.size || account->region || account->regions)
            continue;
        account->region = arena_copy (config->texts, region);
        if (!account->region)
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

static bool
s_any_profile (const config_t *config)
{
    bool any = config->profiles;
    for (size_t i = 0; i < config->accounts_count; i++)
        any = any || config->accounts [i].profile;
    return any;
}

status_t
profile_accounts_complete (config_t *config, config_lookup_fn *lookup, void *lookup_arg, buffer_t *sentence)
{
    if (!s_any_profile (config))
        return STATUS_OK;
    profile_files_t files;
    left_out_t left_out = { 0, 0 };
    provider_context_t context = { .account = "", .profile = config_profile (config), .lookup = lookup, .lookup_arg = lookup_arg };
    status_t status = profile_files_load (&files, &context, sentence);
    if (status == STATUS_OK && config->profiles)
        status = s_add_all (config, &files.config, &left_out);
    if (status == STATUS_OK && config->profiles)
        status = s_add_all (config, &files.credentials, &left_out);
    if (status == STATUS_OK)
        status = s_find_regions (config, &files);
    profile_files_deinit (&files);
    if (left_out.unnameable > 0 || left_out.too_many > 0)
        log_warning ("profiles left out", log_int ("with_names_that_no_account_can_have", left_out.unnameable),
                     log_int ("more_than_can_be", left_out.too_many));
    return status;
}
