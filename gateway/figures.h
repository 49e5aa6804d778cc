/*  figures - everything that is counted, as one page for Prometheus

        GET /metrics    text format 0.0.4, or OpenMetrics 1.0 with exemplars where Accept asks for that (exposition.h)

    docs/TRACING.md lists the families; docs/grafana draws them. Labels have few values, all from tables of this program: tools, services, APIs,
    statuses. How many lines there are does not grow with traffic or clients.

    Owner:   the gateway's thread. */

#ifndef FIGURES_H
#define FIGURES_H

#include "dispatch.h"
#include "export_link.h"
#include "feed.h"
#include "http.h"
#include "mcp.h"
#include "meter.h"
#include "tracer.h"
#include "usage.h"

//  All borrowed; NULL for what there is not: its families are left out, or 0.
typedef struct {
    const contracts_t   *contracts;
    const dispatch_t    *dispatch;
    const mcp_t         *mcp;
    const meter_t       *meter;
    tracer_t            *tracer;
    const feed_t        *feed;
    const http_server_t *clients, *admin;
    const export_link_t *link;
    atomic_llong        *expiry_ms;     //  As gateway.h has it
    const bool          *draining;
    usage_t            (*usage) (void);
    int64_t              started_ms;    //  Of the process, wall clock; not above 0: not known
} figures_sources_t;

enum { FIGURES_BYTES_MAX = 1024 * 1024 };

void figures_write (const figures_sources_t *sources, bool open_metrics, buffer_t *out);

#endif
