#include "settings.h"

#include "aws_settings.h"
#include "imds_region.h"
#include "json.h"
#include "log.h"
#include "profile_settings.h"
#include "quota.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

//  Of a value that cannot be, in a sentence.
enum { BYTES_SHOWN = 80, SENTENCE_BYTES_MAX = 4096 };

//  The setting as it is called by whoever set it: "AWS_CA_BUNDLE", "ca_bundle of the profile dev in /…/config".
static void
s_append_called (const config_t *config, const config_setting_t *setting, const char *key, buffer_t *sentence)
{
    const char *source = config_source (config, setting);
    bool by_name = (setting->environment && strcmp (source, setting->environment) == 0) || (setting->flag && strcmp (source, setting->flag) == 0);
    if (by_name)
        buffer_append_text (sentence, source);
    else
        buffer_printf (sentence, "%s of %s", key, source);
}

static void
s_append_shown (const char *text, buffer_t *sentence)
{
    slice_t shown = slice_first (slice_of (text), BYTES_SHOWN);
    json_append_string (sentence, shown);
    buffer_append_text (sentence, text [shown.size] ? "…" : "");
}

static const config_setting_t *
s_region_setting (const config_t *config)
{
    return &config_settings [config->region ? CONFIG_AT_region : CONFIG_AT_default_region];
}

//  A text of which only some words can be.
static bool
s_check_word (const config_t *config, int at, const char *const *words, buffer_t *sentence)
{
    const config_setting_t *setting = &config_settings [at];
    const char *text = config_text (config, setting);
    bool good = !text;
    for (int i = 0; !good && words [i]; i++)
        good = slice_is_nocase (slice_of (text), words [i]);
    if (good)
        return true;
    s_append_called (config, setting, setting->name, sentence);
    for (int i = 0; words [i]; i++)
        buffer_printf (sentence, "%s%s", i == 0 ? " must be " : words [i + 1] ? ", " : " or ", words [i]);
    buffer_append_text (sentence, "; got ");
    s_append_shown (text, sentence);
    buffer_append_char (sentence, '.');
    return false;
}

//  Certificates that cannot be read would fail every call.
static bool
s_check_ca_bundle (const config_t *config, buffer_t *sentence)
{
    if (!config->ca_bundle || access (config->ca_bundle, R_OK) == 0)
        return true;
    int error = errno;
    s_append_called (config, &config_settings [CONFIG_AT_ca_bundle], "ca_bundle", sentence);
    buffer_printf (sentence, " names %s, which cannot be read: %s.", config->ca_bundle, strerror (error));
    return false;
}

static bool
s_check_region (const config_t *config, buffer_t *sentence)
{
    const char *region = config_region (config);
    if (!region || endpoint_region_valid (slice_of (region)))
        return true;
    s_append_called (config, s_region_setting (config), "region", sentence);
    buffer_append_text (sentence, " is ");
    s_append_shown (region, sentence);
    buffer_append_text (sentence, ", which is not a region: regions are written like eu-central-1 or us-gov-west-1.");
    return false;
}

static bool
s_check_region_of (const config_t *config, const aws_account_t *account, const char *member, const char *region, buffer_t *sentence)
{
    if (!region || endpoint_region_valid (slice_of (region)))
        return true;
    buffer_printf (sentence, "\"%s\" of the account \"%s\" in %s names ", member, account->name, config->config);
    s_append_shown (region, sentence);
    buffer_append_text (sentence, ", which is not a region: regions are written like eu-central-1 or us-gov-west-1.");
    return false;
}

//  Those of the configuration file, the only accounts that there are yet. A profile's account is said to be wrong when it is asked for: one of many
//  profiles must not keep a developer's server from starting.
static bool
s_check_accounts (const config_t *config, buffer_t *sentence)
{
    for (size_t i = 0; i < config->accounts_count; i++) {
        const aws_account_t *account = &config->accounts [i];
        bool good = s_check_region_of (config, account, "region", account->region, sentence);
        for (const char *const *region = account->regions; good && region && *region; region++)
            good = s_check_region_of (config, account, "regions", *region, sentence);
        if (!good)
            return false;
    }
    return true;
}

//  An endpoint's reason begins with the variable that may have set it. Where somebody else has, this one is named instead.
static void
s_append_reason (const config_t *config, const char *reason, buffer_t *sentence)
{
    for (const config_setting_t *setting = config_settings; setting < config_settings + CONFIG_SETTINGS; setting++) {
        size_t size = setting->environment ? strlen (setting->environment) : 0;
        char behind = size && strncmp (reason, setting->environment, size) == 0 ? reason [size] : '_';
        if (behind != '_' && config_source (config, setting)) {
            s_append_called (config, setting, "endpoint_url", sentence);
            reason += size;
            break;
        }
    }
    buffer_append_text (sentence, reason);
}

static status_t
s_check_endpoints (const config_t *config, buffer_t *sentence)
{
    const char *region = config_region (config);
    endpoint_config_t endpoints = aws_settings_endpoints (config);
    status_t status = STATUS_OK;
    for (int service = 0; status == STATUS_OK && service < AWS_SERVICES; service++) {
        endpoint_t endpoint;
        const char *reason;
        status = endpoint_find (&endpoints, (aws_service_t) service, slice_of (region ? region : "us-east-1"), &endpoint, &reason);
        if (status != STATUS_OK)
            s_append_reason (config, reason, sentence);
    }
    return status;
}

static bool
s_check_proxies (const config_t *config, buffer_t *sentence)
{
    proxies_t proxies;
    proxies_config_t proxies_config = aws_settings_proxies (config);
    return proxies_read (&proxies, &proxies_config, sentence) == STATUS_OK;
}

static status_t
s_check (const config_t *config, buffer_t *sentence)
{
    static const char *const RETRY_MODES [] = { "standard", "adaptive", "legacy", NULL }, *const STS [] = { "regional", "legacy", NULL };
    static const char *const TRACE [] = { "on", "off", NULL };
    bool good = s_check_word (config, CONFIG_AT_trace, TRACE, sentence)
        && s_check_word (config, CONFIG_AT_retry_mode, RETRY_MODES, sentence)
        && s_check_word (config, CONFIG_AT_sts_regional_endpoints, STS, sentence)
        && s_check_ca_bundle (config, sentence) && s_check_proxies (config, sentence) && s_check_region (config, sentence)
        && s_check_accounts (config, sentence);
    return good ? s_check_endpoints (config, sentence) : STATUS_INVALID_ARGUMENT;
}

status_t
settings_complete (config_t *config, config_lookup_fn *lookup, void *lookup_arg, buffer_t *sentence)
{
    status_t status = profile_settings_complete (config, lookup, lookup_arg, sentence);
    return status == STATUS_OK ? s_check (config, sentence) : status;
}

status_t
settings_find_region (config_t *config, config_lookup_fn *lookup, void *lookup_arg)
{
    char region [IMDS_REGION_SIZE];
    buffer_t sentence;
    if (config_region (config))
        return STATUS_OK;
    status_t status = imds_region_find (config, lookup, lookup_arg, region);
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    if (status == STATUS_OK)
        status = config_complete (config, &config_settings [CONFIG_AT_region], slice_of (region), "EC2's metadata service", "region", &sentence);
    buffer_deinit (&sentence);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

const char *
settings_region_source (const config_t *config)
{
    return config_region (config) ? config_source (config, s_region_setting (config)) : "nowhere";
}

void
settings_log_pace (const config_t *config)
{
    const char *mode = config->retry_mode ? config->retry_mode : "standard";
    double per_s = quota_configured_per_s (config);
    char quota [48] = "as AWS publishes";
    if (strcasecmp (mode, "legacy") == 0) {
        log_warning ("the retry mode legacy is taken as standard");
        mode = "standard";
    }
    if (per_s > 0)
        snprintf (quota, sizeof quota, "%g requests/s to each API", per_s);
    log_info ("pace", log_text ("retry_mode", mode), log_int ("attempts_max", config->attempts_max), log_text ("quota", quota),
              log_int ("quota_share_percent", config->quota_share_percent), log_text ("throttle", "adaptive in every mode"));
}

const proxy_t *
settings_proxy (const config_t *config, proxies_t *proxies)
{
    static const aws_service_t ASKED [] = { AWS_MONITORING, AWS_LOGS };
    const char *region = config_region (config), *reason;
    endpoint_config_t endpoints = aws_settings_endpoints (config);
    proxies_config_t proxies_config = aws_settings_proxies (config);
    const proxy_t *proxy = NULL;
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    status_t status = proxies_read (proxies, &proxies_config, &sentence);
    for (size_t i = 0; status == STATUS_OK && !proxy && i < sizeof ASKED / sizeof *ASKED; i++) {
        endpoint_t endpoint;
        status = endpoint_find (&endpoints, ASKED [i], slice_of (region ? region : "us-east-1"), &endpoint, &reason);
        if (status == STATUS_OK)
            proxy = proxies_for_url (proxies, endpoint.url);
    }
    buffer_deinit (&sentence);
    return proxy;
}
