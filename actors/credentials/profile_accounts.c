#include "profile_accounts.h"

#include "config_accounts.h"
#include "log.h"
#include "profile_file.h"

//  How many were left out, and why.
typedef struct {
    int unnameable;
    int too_many;
} left_out_t;

//  Texts end with a zero byte in a configuration, and not in a file.
enum { REGION_SIZE = 33 };

static status_t
s_add (config_t *config, const profile_files_t *files, slice_t name, left_out_t *left_out)
{
    if (!account_name_valid (name)) {
        left_out->unnameable++;
        return STATUS_OK;
    }
    if (accounts_find (config->accounts, config->accounts_count, name))
        return STATUS_OK;
    char profile [ACCOUNT_NAME_MAX + 1] = "", region [REGION_SIZE] = "";
    memcpy (profile, name.data, name.size);
    slice_t value = profile_files_value (files, profile, "region");
    if (value.size < sizeof region)
        memcpy (region, value.data ? value.data : "", value.size);
    status_t status = config_accounts_add (config, &(aws_account_t) { .name = profile, .profile = profile, .region = region [0] ? region : NULL });
    left_out->too_many += status == STATUS_TOO_LARGE;
    return status == STATUS_TOO_LARGE ? STATUS_OK : status;
}

static status_t
s_add_all (config_t *config, const profile_files_t *files, const profile_file_t *file, left_out_t *left_out)
{
    slice_t rest = buffer_slice (&file->text), name;
    status_t status = STATUS_OK;
    while (status == STATUS_OK && profile_text_next (&rest, file->config, &name))
        status = s_add (config, files, name, left_out);
    return status;
}

status_t
profile_accounts_add (config_t *config, config_lookup_fn *lookup, void *lookup_arg, buffer_t *sentence)
{
    profile_files_t files;
    left_out_t left_out = { 0, 0 };
    provider_context_t context = { .account = "", .profile = config_profile (config), .lookup = lookup, .lookup_arg = lookup_arg };
    status_t status = profile_files_load (&files, &context, sentence);
    if (status == STATUS_OK)
        status = s_add_all (config, &files, &files.config, &left_out);
    if (status == STATUS_OK)
        status = s_add_all (config, &files, &files.credentials, &left_out);
    profile_files_deinit (&files);
    if (left_out.unnameable > 0 || left_out.too_many > 0)
        log_warning ("profiles left out", log_int ("with_names_that_no_account_can_have", left_out.unnameable),
                     log_int ("more_than_can_be", left_out.too_many));
    return status;
}
