#include "config_quotas.h"

#include "config_value.h"

static status_t
s_read_quota (config_t *config, yyjson_val *name, yyjson_val *value, buffer_t *sentence)
{
    double per_s = yyjson_is_num (value) ? yyjson_get_num (value) : 0;
    if (!(per_s > 0 && per_s <= CONFIG_QUOTA_PER_S_MAX)) {
        buffer_append_text (sentence, "the quota of ");
        config_value_quote (sentence, json_value_text (name));
        buffer_printf (sentence, " must be a number of requests per second above 0, at most %d.", CONFIG_QUOTA_PER_S_MAX);
        return STATUS_INVALID_ARGUMENT;
    }
    const char *action = arena_copy (config->texts, json_value_text (name));
    if (!action)
        return STATUS_NO_MEMORY;
    config->quotas [config->quotas_count++] = (config_quota_t) { .action = action, .per_s = per_s };
    return STATUS_OK;
}

status_t
config_quotas_read (config_t *config, yyjson_val *quotas, buffer_t *sentence)
{
    if (!yyjson_is_obj (quotas) || yyjson_obj_size (quotas) > CONFIG_QUOTAS_MAX) {
        buffer_printf (sentence, "\"quotas\" must be an object of at most %d requests per second by their actions, such as "
                       "{\"logs:FilterLogEvents\": 25}.", CONFIG_QUOTAS_MAX);
        return STATUS_INVALID_ARGUMENT;
    }
    config->quotas = arena_alloc (config->texts, CONFIG_QUOTAS_MAX * sizeof *config->quotas);
    if (!config->quotas)
        return STATUS_NO_MEMORY;
    status_t status = STATUS_OK;
    size_t index, count;
    yyjson_val *name, *value;
    yyjson_obj_foreach (quotas, index, count, name, value)
        if (status == STATUS_OK)
            status = s_read_quota (config, name, value, sentence);
    return status;
}
