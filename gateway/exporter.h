/*  exporter - sampled calls to a collector, as OTLP/HTTP with JSON, by a thread of its own

    It takes calls from the link (export_link.h) and writes each one's spans as JSON into a queue of at most queue_spans; what finds no room is
    dropped and counted, and nobody is ever waited for. One batch is under way at a time:

        WAITING ──▶ SENDING ──▶ WAITING      taken, or refused for good: the next one
                      ▲  │
                      │  ▼
                     PAUSED                  429, 502, 503, 504, no connection, no answer in time: after Retry-After or an exponential backoff
                                             with full jitter, until batch_ms is over

    A batch leaves when it is full, or delay_ms after its first call came. While the server drains, at once; at the end what is left has
    EXPORTER_FLUSH_MS to leave.

    Owner:   the main thread until exporter_run, and again afterwards.
    Never:   logs a header's value. Says at most once a minute that spans were lost.
    Source:  OTLP 1.5, "OTLP/HTTP"; OpenTelemetry specification, "Batching processor". */

#ifndef EXPORTER_H
#define EXPORTER_H

#include "export_link.h"
#include "mailbox.h"
#include "otlp_settings.h"
#include "random.h"

typedef struct exporter exporter_t;

enum { EXPORTER_FLUSH_MS = 2000 };

typedef struct {
    const otlp_settings_t *settings;
    export_link_t         *link;
    proxies_config_t       proxies;
    const clock_source_t  *clock;
    const random_source_t *random;
    atomic_ullong         *pulse;       //  Rises with each turn of the loop; may be NULL
} exporter_config_t;

//  All borrowed. NULL without memory or descriptors. With certificates that can be read but are none, each batch fails, as without a collector.
exporter_t *exporter_new (const exporter_config_t *config);
void        exporter_destroy (exporter_t **self_p);

//  Until the pipe says so. SYSTEM when it cannot go on.
MUST_CHECK status_t exporter_run (exporter_t *self, zsock_t *pipe);

#endif
