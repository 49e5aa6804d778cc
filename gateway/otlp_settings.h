/*  otlp_settings - where traces are exported to, which, and how, from OpenTelemetry's standard variables

    Nothing is exported unless an endpoint is set, or OTEL_TRACES_EXPORTER is otlp (then it is http://localhost:4318). An endpoint or headers that
    cannot be, or a certificate that cannot be read, are an error at start. Headers that this program must say itself (Content-Type, Host) are passed
    over with a warning. As the specification has it, a number or a sampler that cannot be is warned of, and the default holds.

    Owner:   whoever read it; read-only afterwards, and then readable from any thread.
    Never:   logs a header's value.
    Source:  OpenTelemetry specification 1.50, "Environment variables", "OTLP exporter configuration", "SDK: sampling". */

#ifndef OTLP_SETTINGS_H
#define OTLP_SETTINGS_H

#include "config.h"
#include "ring.h"
#include "transfer.h"

//  The queue: some 1.5 KB a span as JSON.
enum { OTLP_HEADERS_MAX = 32, OTLP_URL_SIZE = 2048, OTLP_QUEUE_SPANS_MAX = 65536 };

typedef struct {
    bool        on;                     //  Else nothing below matters
    char        url [OTLP_URL_SIZE];
    transfer_field_t fields [OTLP_HEADERS_MAX + 1];     //  Content-Type, and what the operator wants
    size_t      fields_count;
    buffer_t    texts;                  //  Private: theirs, secret
    buffer_t    resource;               //  The attributes of this server, as a JSON array of OTLP's
    const char *certificate;            //  NULL: the system's
    int64_t     request_ms, batch_ms;   //  That one request may take, and a batch with all its attempts
    int64_t     delay_ms;
    size_t      queue_spans, batch_spans;
    bool        parent_decides;         //  Where there is a parent, its sampled flag does
    uint64_t    sampled_below;          //  Of the last 56 bits of a trace id: below it is exported; 2^56: all
} otlp_settings_t;

//  The configuration is borrowed for the life of the settings. INVALID_ARGUMENT with a sentence that names the variable; NO_MEMORY. Deinit in any
//  case.
MUST_CHECK status_t otlp_settings_read (otlp_settings_t *self, const config_t *config, buffer_t *sentence);
void otlp_settings_deinit (otlp_settings_t *self);

//  Is the trace of a call with these flags exported? has_parent: the client sent its context.
bool otlp_settings_samples (const otlp_settings_t *self, const uint8_t *trace, uint8_t flags, bool has_parent);

#endif
