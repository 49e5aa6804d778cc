#include "imds_place.h"

static const char URL_V4 [] = "http://169.254.169.254", URL_V6 [] = "http://[fd00:ec2::254]";

enum { TIMEOUT_S = 1, TIMEOUT_S_MAX = 60, ATTEMPTS_DEFAULT = 1, ATTEMPTS_MAX = 10, URL_BYTES_MAX = 1024 };

//  What one reading works with.
typedef struct {
    const provider_context_t *context;
    const profile_files_t *files;
    const char *profile;
    buffer_t   *sentence;
} reading_t;

//  A setting, and who set it: the variable where it is set, else the key.
typedef struct {
    slice_t     value;                  //  Absent: nobody
    const char *variable, *key;         //  One of them; the other is NULL
} setting_t;

static setting_t
s_look_up (const reading_t *self, const char *variable, const char *key)
{
    const char *text = provider_lookup (self->context, variable);
    if (text)
        return (setting_t) { .value = slice_of (text), .variable = variable };
    slice_t value = profile_files_value (self->files, self->profile, key);
    return (setting_t) { .value = value.size ? value : SLICE_ABSENT, .key = key };
}

//  Begins a sentence about a setting that cannot be.
static status_t
s_blame (const reading_t *self, const setting_t *setting)
{
    if (setting->variable)
        buffer_append_text (self->sentence, setting->variable);
    else
        buffer_printf (self->sentence, "%s of the AWS profile \"%s\"", setting->key, self->profile);
    return STATUS_INVALID_ARGUMENT;
}

//  A whole number from 1 to most, or the default.
static bool
s_number (const setting_t *setting, int or_else, int most, int *number)
{
    slice_t text = setting->value;
    *number = text.data ? 0 : or_else;
    for (size_t i = 0; i < text.size; i++) {
        bool digit = text.data [i] >= '0' && text.data [i] <= '9';
        *number = digit ? *number * 10 + (text.data [i] - '0') : most + 1;
        if (*number > most)
            return false;
    }
    return *number >= 1;
}

//  What is wrong with an endpoint of one's own; NULL: nothing. Whether it can be asked is the transfer's to say.
static const char *
s_wrong_endpoint (slice_t url)
{
    size_t scheme = slice_starts (url, "https://") ? 8 : slice_starts (url, "http://") ? 7 : 0;
    if (!scheme || url.size == scheme || url.size > URL_BYTES_MAX)
        return "is no URL: write http://HOST or http://HOST:PORT, as in http://169.254.169.254";
    for (size_t i = 0; i < url.size; i++)
        if (url.data [i] <= ' ' || url.data [i] > '~' || strchr ("?#@\\", url.data [i]))
            return "holds a user, a query, or a character that no URL has: write http://HOST or http://HOST:PORT";
    return NULL;
}

static status_t
s_read_endpoint (const reading_t *self, const setting_t *endpoint, arena_t *arena, const char **base)
{
    slice_t url = endpoint->value;
    const char *wrong = s_wrong_endpoint (url);
    if (wrong) {
        status_t status = s_blame (self, endpoint);
        buffer_printf (self->sentence, " %s.", wrong);
        return status;
    }
    while (url.data [url.size - 1] == '/')
        url.size--;
    *base = arena_copy (arena, url);
    return *base ? STATUS_OK : STATUS_NO_MEMORY;
}

static status_t
s_read_base (const reading_t *self, arena_t *arena, const char **base)
{
    setting_t endpoint = s_look_up (self, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
    if (endpoint.value.data)
        return s_read_endpoint (self, &endpoint, arena, base);
    setting_t mode = s_look_up (self, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    setting_t v6 = s_look_up (self, "AWS_IMDS_USE_IPV6", "imds_use_ipv6");
    if (mode.value.data && !slice_is_nocase (mode.value, "IPv4") && !slice_is_nocase (mode.value, "IPv6")) {
        status_t status = s_blame (self, &mode);
        buffer_append_text (self->sentence, " must be IPv4 or IPv6.");
        return status;
    }
    *base = slice_is_nocase (mode.value, "IPv6") || (!mode.value.data && slice_is_nocase (v6.value, "true")) ? URL_V6 : URL_V4;
    return STATUS_OK;
}

status_t
imds_place_read (imds_place_t *self, const provider_context_t *context, const profile_files_t *files, arena_t *arena, buffer_t *sentence)
{
    reading_t reading = {
        .context = context, .files = files, .profile = context->profile ? context->profile : "default", .sentence = sentence };
    *self = (imds_place_t) { .disabled = slice_is_nocase (slice_of (provider_lookup (context, "AWS_EC2_METADATA_DISABLED")), "true") };
    if (self->disabled)
        return STATUS_OK;

    int timeout_s;
    setting_t timeout = s_look_up (&reading, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout");
    setting_t attempts = s_look_up (&reading, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts");
    if (!s_number (&timeout, TIMEOUT_S, TIMEOUT_S_MAX, &timeout_s)) {
        status_t status = s_blame (&reading, &timeout);
        buffer_printf (sentence, " must be a whole number of seconds from 1 to %d.", TIMEOUT_S_MAX);
        return status;
    }
    if (!s_number (&attempts, ATTEMPTS_DEFAULT, ATTEMPTS_MAX, &self->attempts_max)) {
        status_t status = s_blame (&reading, &attempts);
        buffer_printf (sentence, " must be a whole number from 1 to %d.", ATTEMPTS_MAX);
        return status;
    }
    self->timeout_ms = timeout_s * INT64_C (1000);
    return s_read_base (&reading, arena, &self->base);
}
