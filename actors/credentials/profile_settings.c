#include "profile_settings.h"

#include "profile_file.h"

enum { WORDS_BYTES_MAX = 8192 };

//  What goes as it stands from the profile into the configuration.
static const struct {
    int         at;
    const char *key;
} s_plain [] = {
    { CONFIG_AT_fips, "use_fips_endpoint" },
    { CONFIG_AT_dual_stack, "use_dualstack_endpoint" },
    { CONFIG_AT_sts_regional_endpoints, "sts_regional_endpoints" },
    { CONFIG_AT_ca_bundle, "ca_bundle" },
    { CONFIG_AT_attempts_max, "max_attempts" },
    { CONFIG_AT_retry_mode, "retry_mode" },
};

//  Each service's own endpoint, and what the service is called in a services section.
static const struct {
    int         at;
    const char *service;
} s_services [] = {
    { CONFIG_AT_endpoint_url_monitoring, "cloudwatch" },
    { CONFIG_AT_endpoint_url_logs, "cloudwatch_logs" },
    { CONFIG_AT_endpoint_url_sts, "sts" },
    { CONFIG_AT_endpoint_url_sso, "sso" },
    { CONFIG_AT_endpoint_url_sso_oidc, "sso_oidc" },
};

enum { SERVICES = sizeof s_services / sizeof *s_services };

//  What one reading works with.
typedef struct {
    config_t       *config;
    const char     *profile;
    profile_files_t files;
    provider_context_t context;
    buffer_t        source, called;     //  The source of the present value, and what its writer calls it; each ends with a zero byte
    buffer_t       *sentence;
} reading_t;

//  Sets what nobody has set. where: "the profile dev in /…/config".
static status_t
s_complete (reading_t *self, int at, slice_t value, const char *key)
{
    if (!value.size)
        return STATUS_OK;
    buffer_clear (&self->called);
    buffer_printf (&self->called, "%s of %s", key, self->source.data);
    buffer_append_char (&self->called, 0);
    status_t status = buffer_status (&self->source);
    if (status == STATUS_OK)
        status = buffer_status (&self->called);
    if (status != STATUS_OK)
        return status;
    return config_complete (self->config, &config_settings [at], value, self->source.data, self->called.data, self->sentence);
}

//  The profile's value of a key; source says from where it is.
static slice_t
s_profile_value (reading_t *self, const char *key)
{
    const profile_file_t *file = &self->files.credentials;
    slice_t value = profile_file_value (file, self->profile, key);
    if (!value.data) {
        file = &self->files.config;
        value = profile_file_value (file, self->profile, key);
    }
    buffer_clear (&self->source);
    buffer_printf (&self->source, "the profile %s in %s", self->profile, file->path ? file->path : "");
    buffer_append_char (&self->source, 0);
    return value;
}

static status_t
s_complete_plain (reading_t *self)
{
    status_t status = STATUS_OK;
    if (!config_region (self->config))
        status = s_complete (self, CONFIG_AT_region, s_profile_value (self, "region"), "region");
    for (size_t i = 0; status == STATUS_OK && i < sizeof s_plain / sizeof *s_plain; i++)
        status = s_complete (self, s_plain [i].at, s_profile_value (self, s_plain [i].key), s_plain [i].key);
    return status;
}

//  --- Endpoints

//  Does the environment, or else the profile, want none of the configured endpoints? As the SDKs read it: anything but "true" is no.
static bool
s_ignores_endpoints (reading_t *self)
{
    const char *variable = provider_lookup (&self->context, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    slice_t word = variable ? slice_of (variable) : s_profile_value (self, "ignore_configured_endpoint_urls");
    return slice_is_nocase (word, "true");
}

static void
s_forget_variable (reading_t *self, int at)
{
    const config_setting_t *setting = &config_settings [at];
    const char *source = config_source (self->config, setting);
    if (source && strcmp (source, setting->environment) == 0)
        config_forget (self->config, setting);
}

static status_t
s_complete_services (reading_t *self, slice_t services)
{
    const char *path = self->files.config.path ? self->files.config.path : "~/.aws/config";
    if (!profile_files_has_services (&self->files, services)) {
        buffer_printf (self->sentence, "services of %s is %.*s, but there is no section [services %.*s] in %s.", self->source.data,
                       (int) services.size, services.data, (int) services.size, services.data, path);
        return STATUS_INVALID_ARGUMENT;
    }
    buffer_clear (&self->source);
    buffer_printf (&self->source, "the services section %.*s in %s", (int) services.size, services.data, path);
    buffer_append_char (&self->source, 0);
    status_t status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < SERVICES; i++) {
        slice_t url = profile_files_services_value (&self->files, services, s_services [i].service, "endpoint_url");
        status = s_complete (self, s_services [i].at, url, "endpoint_url");
    }
    return status;
}

static status_t
s_complete_endpoints (reading_t *self)
{
    if (s_ignores_endpoints (self)) {
        s_forget_variable (self, CONFIG_AT_endpoint_url);
        for (size_t i = 0; i < SERVICES; i++)
            s_forget_variable (self, s_services [i].at);
        return STATUS_OK;
    }
    //  What is set for all services by somebody who goes before the profile goes before all that the profile says
    if (self->config->endpoint_url)
        return STATUS_OK;
    slice_t services = s_profile_value (self, "services");
    status_t status = services.size ? s_complete_services (self, services) : STATUS_OK;
    if (status == STATUS_OK)
        status = s_complete (self, CONFIG_AT_endpoint_url, s_profile_value (self, "endpoint_url"), "endpoint_url");
    return status;
}

status_t
profile_settings_complete (config_t *config, config_lookup_fn *lookup, void *lookup_arg, buffer_t *sentence)
{
    const char *asked = config_profile (config);
    reading_t self = {
        .config = config, .profile = asked ? asked : "default", .sentence = sentence,
        .context = { .account = "", .profile = asked, .lookup = lookup, .lookup_arg = lookup_arg },
    };
    buffer_init (&self.source, WORDS_BYTES_MAX);
    buffer_init (&self.called, WORDS_BYTES_MAX);
    status_t status = profile_files_load (&self.files, &self.context, sentence);
    if (status == STATUS_OK)
        status = s_complete_plain (&self);
    if (status == STATUS_OK)
        status = s_complete_endpoints (&self);
    profile_files_deinit (&self.files);
    buffer_deinit (&self.called);
    buffer_deinit (&self.source);
    return status;
}
