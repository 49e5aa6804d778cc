#include "otlp_settings.h"

#include "hex.h"
#include "json.h"
#include "log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXTS_BYTES_MAX = 64 * 1024, RESOURCE_BYTES_MAX = 64 * 1024, NAME_BYTES_MAX = 256, VALUE_BYTES_MAX = 8192 };

//  What a ratio is measured against: the specification leaves which bits to the SDK, and W3C's level 2 makes the last seven bytes random.
static const uint64_t RATIO_ONE = (uint64_t) 1 << 56;

//  Undoes %XX. False for what is none, and for control characters.
static bool
s_decode (slice_t text, buffer_t *out)
{
    for (size_t i = 0; i < text.size; i++) {
        int c = (unsigned char) text.data [i];
        if (c == '%') {
            int high = i + 2 < text.size ? hex_digit (text.data [i + 1]) : -1, low = i + 2 < text.size ? hex_digit (text.data [i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = high * 16 + low;
            i += 2;
        }
        if (c < ' ' || c == 127)
            return false;
        buffer_append_char (out, (char) c);
    }
    return buffer_status (out) == STATUS_OK;
}

//  The next NAME=VALUE of a list with commas; an empty entry is passed over. False for one that is none; *more says whether there was one at all.
static bool
s_next_pair (slice_t *list, slice_t *name, buffer_t *value, bool *more)
{
    slice_t pair = SLICE_ABSENT;
    buffer_clear (value);
    while (list->data && !pair.size)
        pair = slice_trim (slice_cut (list, ','));
    *more = pair.size > 0;
    if (!*more)
        return true;
    slice_t rest = pair;
    *name = slice_trim (slice_cut (&rest, '='));
    return rest.data && name->size && name->size <= NAME_BYTES_MAX && s_decode (slice_trim (rest), value);
}

static bool
s_is_header_name (slice_t name)
{
    static const char TOKENS [] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data [i], low = (char) (c | 0x20);
        if (!(c >= '0' && c <= '9') && !(low >= 'a' && low <= 'z') && !memchr (TOKENS, c, sizeof TOKENS - 1))
            return false;
    }
    return true;
}

//  What this program says itself, and must: from a second one no collector could read the request.
static bool
s_is_ours (slice_t name)
{
    static const char *const OURS [] = { "Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Host" };
    for (size_t i = 0; i < sizeof OURS / sizeof OURS [0]; i++)
        if (slice_is_nocase (name, OURS [i])) {
            log_warning ("a header of the export is not the operator's to set: it is passed over", log_text ("header", OURS [i]));
            return true;
        }
    return false;
}

static status_t
s_read_headers (otlp_settings_t *self, const char *text, const char *variable, buffer_t *sentence)
{
    slice_t list = slice_of (text), name = SLICE_ABSENT;
    size_t at [2 * OTLP_HEADERS_MAX];
    size_t count = 0;
    bool more = true, good = true;
    buffer_t value;
    buffer_init_secret (&value, VALUE_BYTES_MAX);
    while (good && (good = s_next_pair (&list, &name, &value, &more)) && more) {
        good = s_is_header_name (name) && count < OTLP_HEADERS_MAX;
        if (!good)
            break;
        if (s_is_ours (name))
            continue;
        at [2 * count] = self->texts.size;
        buffer_append_slice (&self->texts, name);
        buffer_append_char (&self->texts, '\0');
        at [2 * count++ + 1] = self->texts.size;
        buffer_append_slice (&self->texts, buffer_slice (&value));
        buffer_append_char (&self->texts, '\0');
    }
    buffer_deinit (&value);
    if (!good || buffer_status (&self->texts) != STATUS_OK) {
        buffer_printf (sentence, "%s cannot be read: it is NAME=VALUE, with commas between at most %d of them, and %%2C for a comma in a value.",
                       variable, OTLP_HEADERS_MAX);
        return STATUS_INVALID_ARGUMENT;
    }
    for (size_t i = 0; i < count; i++)
        self->fields [self->fields_count++] = (transfer_field_t) { self->texts.data + at [2 * i], self->texts.data + at [2 * i + 1] };
    return STATUS_OK;
}

static void
s_add_attribute (buffer_t *out, slice_t name, slice_t value)
{
    buffer_append_text (out, out->size > 1 ? ",{\"key\":" : "{\"key\":");
    json_append_string (out, name);
    buffer_append_text (out, ",\"value\":{\"stringValue\":");
    json_append_string (out, value);
    buffer_append_text (out, "}}");
}

//  The operator's, then ours, each only where nobody has set it. A list with an error counts for nothing, as the specification has it.
static status_t
s_write_resource (otlp_settings_t *self, const config_t *config)
{
    char host [256] = "", pid [24];
    bool more = true, good = true, named = false, versioned = false, hosted = false;
    slice_t list = slice_of (config->otel_resource_attributes), name = SLICE_ABSENT;
    buffer_t value, *out = &self->resource;
    buffer_init (&value, VALUE_BYTES_MAX);
    buffer_append_char (out, '[');
    while (good && (good = s_next_pair (&list, &name, &value, &more)) && more) {
        bool service = slice_is (name, "service.name");
        if (service && config->otel_service_name)
            continue;
        named |= service;
        versioned |= slice_is (name, "service.version");
        hosted |= slice_is (name, "host.name");
        s_add_attribute (out, name, buffer_slice (&value));
    }
    buffer_deinit (&value);
    if (!good) {
        log_warning ("OTEL_RESOURCE_ATTRIBUTES cannot be read: it is NAME=VALUE, with commas between; none of it is used");
        buffer_clear (out);
        buffer_append_char (out, '[');
        named = versioned = hosted = false;
    }
    if (!named)
        s_add_attribute (out, SLICE ("service.name"), slice_of (config->otel_service_name ? config->otel_service_name : "cloudwatch-mcp"));
    if (!versioned)
        s_add_attribute (out, SLICE ("service.version"), slice_of (CLOUDWATCH_MCP_VERSION));
    if (!hosted && gethostname (host, sizeof host - 1) == 0)
        s_add_attribute (out, SLICE ("host.name"), slice_of (host));
    snprintf (pid, sizeof pid, "%d", (int) getpid ());
    buffer_printf (out, ",{\"key\":\"process.pid\",\"value\":{\"intValue\":\"%s\"}}]", pid);
    return buffer_status (out);
}

static int64_t
s_number (const char *text, const char *variable, int64_t or_else, int64_t min)
{
    if (!text)
        return or_else;
    char *end;
    errno = 0;
    long long number = strtoll (text, &end, 10);
    if (*end == '\0' && end != text && errno == 0 && number >= min && number <= INT32_MAX)
        return number;
    log_warning ("not a number that can be: the default holds", log_text ("variable", variable), log_int ("default", or_else));
    return or_else;
}

//  From 0 to 1, in units of 1 / RATIO_ONE; digits and one point, in every locale.
static uint64_t
s_ratio (const char *text)
{
    uint64_t whole = 0, part = 0, scale = 1;
    bool point = false, good = text != NULL && *text != '\0';
    for (const char *c = text; good && *c; c++) {
        if (*c == '.' && !point) {
            point = true;
        } else if (*c < '0' || *c > '9') {
            good = false;
        } else if (!point) {
            whole = whole * 10 + (uint64_t) (*c - '0');
            good = whole <= 1;
        } else if (scale < 1000000000) {
            part = part * 10 + (uint64_t) (*c - '0');
            scale *= 10;
        }
    }
    if (!good || (whole == 1 && part > 0)) {
        log_warning ("OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1: 1 holds");
        return RATIO_ONE;
    }
    return whole == 1 ? RATIO_ONE : (uint64_t) ((double) RATIO_ONE * ((double) part / (double) scale));
}

static void
s_read_sampler (otlp_settings_t *self, const config_t *config)
{
    static const char PARENT [] = "parentbased_";
    const char *text = config->traces_sampler ? config->traces_sampler : "parentbased_always_on", *kind = text;
    self->parent_decides = slice_starts (slice_of (text), PARENT);
    if (self->parent_decides)
        kind += sizeof PARENT - 1;
    self->sampled_below = RATIO_ONE;
    if (strcmp (kind, "always_off") == 0) {
        self->sampled_below = 0;
    } else if (strcmp (kind, "traceidratio") == 0) {
        self->sampled_below = config->traces_sampler_arg ? s_ratio (config->traces_sampler_arg) : RATIO_ONE;
    } else if (strcmp (kind, "always_on") != 0) {
        log_warning ("OTEL_TRACES_SAMPLER is none that is known here: parentbased_always_on holds", log_text ("sampler", text));
        self->parent_decides = true;
    }
}

static status_t
s_read_url (otlp_settings_t *self, const config_t *config, buffer_t *sentence)
{
    const char *whole = config->otlp_traces_endpoint, *base = config->otlp_endpoint ? config->otlp_endpoint : "http://localhost:4318";
    slice_t url = slice_of (whole ? whole : base);
    slice_t host = slice_starts (url, "https://") ? (slice_t) { url.data + 8, url.size - 8 }
                 : slice_starts (url, "http://") ? (slice_t) { url.data + 7, url.size - 7 } : SLICE_ABSENT;
    if (host.size == 0 || host.data [0] == '/' || memchr (url.data, '@', url.size) || url.size + sizeof "/v1/traces" > sizeof self->url) {
        buffer_printf (sentence, "%s must be a URL such as http://collector:4318 or https://collector.example/otlp, without a user.",
                       whole ? "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" : "OTEL_EXPORTER_OTLP_ENDPOINT");
        return STATUS_INVALID_ARGUMENT;
    }
    bool slash = url.data [url.size - 1] == '/';
    const char *more = whole ? memchr (host.data, '/', host.size) ? "" : "/" : slash ? "v1/traces" : "/v1/traces";
    snprintf (self->url, sizeof self->url, "%.*s%s", (int) url.size, url.data, more);
    return STATUS_OK;
}

static status_t
s_read_certificate (otlp_settings_t *self, const config_t *config, buffer_t *sentence)
{
    bool own = config->otlp_traces_certificate != NULL;
    self->certificate = own ? config->otlp_traces_certificate : config->otlp_certificate;
    if (!self->certificate || access (self->certificate, R_OK) == 0)
        return STATUS_OK;
    buffer_printf (sentence, "%s names %s, which cannot be read: %s.",
                   own ? "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE" : "OTEL_EXPORTER_OTLP_CERTIFICATE", self->certificate, strerror (errno));
    return STATUS_INVALID_ARGUMENT;
}

//  Are traces to be exported at all?
static bool
s_wanted (const config_t *config)
{
    const char *exporter = config->traces_exporter;
    if (config->sdk_disabled && slice_is_nocase (slice_of (config->sdk_disabled), "true"))
        return false;
    if (exporter && strcmp (exporter, "otlp") != 0) {
        if (strcmp (exporter, "none") != 0)
            log_warning ("OTEL_TRACES_EXPORTER is none that there is here (otlp, none): nothing is exported", log_text ("exporter", exporter));
        return false;
    }
    return exporter || config->otlp_endpoint || config->otlp_traces_endpoint;
}

static void
s_read_numbers (otlp_settings_t *self, const config_t *config)
{
    bool own = config->otlp_traces_timeout != NULL;
    self->request_ms = s_number (own ? config->otlp_traces_timeout : config->otlp_timeout,
                                 own ? "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT" : "OTEL_EXPORTER_OTLP_TIMEOUT", 10000, 1);
    self->batch_ms = s_number (config->bsp_export_timeout, "OTEL_BSP_EXPORT_TIMEOUT", 30000, 1);
    self->delay_ms = s_number (config->bsp_schedule_delay, "OTEL_BSP_SCHEDULE_DELAY", 5000, 0);
    self->queue_spans = (size_t) s_number (config->bsp_max_queue_size, "OTEL_BSP_MAX_QUEUE_SIZE", 2048, 1);
    self->batch_spans = (size_t) s_number (config->bsp_max_export_batch_size, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512, 1);
    if (self->queue_spans > OTLP_QUEUE_SPANS_MAX)
        self->queue_spans = OTLP_QUEUE_SPANS_MAX;
    if (self->batch_spans > self->queue_spans)
        self->batch_spans = self->queue_spans;
}

status_t
otlp_settings_read (otlp_settings_t *self, const config_t *config, buffer_t *sentence)
{
    *self = (otlp_settings_t) { .on = s_wanted (config) };
    buffer_init_secret (&self->texts, TEXTS_BYTES_MAX);
    buffer_init (&self->resource, RESOURCE_BYTES_MAX);
    if (!self->on)
        return STATUS_OK;
    const char *protocol = config->otlp_traces_protocol ? config->otlp_traces_protocol : config->otlp_protocol;
    const char *headers = config->otlp_traces_headers ? config->otlp_traces_headers : config->otlp_headers;
    if (protocol && strcmp (protocol, "http/json") != 0)
        log_warning ("OTEL_EXPORTER_OTLP_PROTOCOL is one that is not spoken here: http/json is sent", log_text ("protocol", protocol));
    s_read_numbers (self, config);
    s_read_sampler (self, config);
    self->fields [self->fields_count++] = (transfer_field_t) { "Content-Type", "application/json" };
    status_t status = s_read_url (self, config, sentence);
    if (status == STATUS_OK)
        status = s_read_certificate (self, config, sentence);
    if (status == STATUS_OK && headers)
        status = s_read_headers (self, headers, config->otlp_traces_headers ? "OTEL_EXPORTER_OTLP_TRACES_HEADERS" : "OTEL_EXPORTER_OTLP_HEADERS",
                                 sentence);
    return status == STATUS_OK ? s_write_resource (self, config) : status;
}

void
otlp_settings_deinit (otlp_settings_t *self)
{
    buffer_deinit (&self->texts);
    buffer_deinit (&self->resource);
}

bool
otlp_settings_samples (const otlp_settings_t *self, const uint8_t *trace, uint8_t flags, bool has_parent)
{
    uint64_t bits = 0;
    if (self->parent_decides && has_parent)
        return flags & 1;
    for (int i = SPAN_TRACE_BYTES - 7; i < SPAN_TRACE_BYTES; i++)
        bits = bits << 8 | trace [i];
    return bits < self->sampled_below;
}
