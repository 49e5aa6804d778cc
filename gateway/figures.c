#include "figures.h"

#include "exposition.h"
#include "log.h"

#define PREFIX "cloudwatch_mcp_"
#define LABELS(...) ((const exposition_label_t []) { __VA_ARGS__, { NULL, NULL } })

static const exposition_kind_t COUNTER = EXPOSITION_COUNTER, GAUGE = EXPOSITION_GAUGE, HISTOGRAM = EXPOSITION_HISTOGRAM;

//  --- Calls

static void
s_write_calls (const figures_sources_t *sources, exposition_t *out)
{
    exposition_begin (out, COUNTER, PREFIX "calls", NULL, "Calls of tools that have ended, by how.");
    for (size_t i = 0; i < contracts_count (sources->contracts); i++) {
        const meter_tool_t *tool = &sources->meter->tools [i];
        const char *name = contract_name (contracts_at (sources->contracts, i));
        for (int status = 0; status <= METER_STATUSES; status++)
            if (tool->calls [status] || (status == STATUS_OK && !contract_internal (contracts_at (sources->contracts, i))))
                exposition_number (out, LABELS ({ "tool", name }, { "status", status_name ((status_t) status) }), (int64_t) tool->calls [status]);
    }
    exposition_begin (out, HISTOGRAM, PREFIX "call_duration_seconds", "seconds", "From a call's arrival to the last byte of its answer.");
    for (size_t i = 0; i < contracts_count (sources->contracts); i++)
        for (int outcome = 0; outcome < METER_OUTCOMES; outcome++) {
            const histogram_t *durations = &sources->meter->tools [i].durations [outcome];
            if (histogram_count (durations) || (outcome == METER_OK && !contract_internal (contracts_at (sources->contracts, i))))
                exposition_histogram (out, LABELS ({ "tool", contract_name (contracts_at (sources->contracts, i)) },
                                                   { "outcome", meter_outcome_name ((meter_outcome_t) outcome) }), durations);
        }
}

//  The services that calls of clients go to.
static bool
s_asked (const figures_sources_t *sources, service_t service)
{
    for (size_t i = 0; i < contracts_count (sources->contracts); i++)
        if (contract_service (contracts_at (sources->contracts, i)) == service)
            return true;
    return false;
}

#define EACH_SERVICE(sources, service) \
    for (service_t service = SERVICE_NONE + 1; service < SERVICES_END; service++) if (s_asked (sources, service))

static void
s_write_service_times (const figures_sources_t *sources, exposition_t *out)
{
    const meter_service_t *services = sources->meter->services;
    exposition_begin (out, HISTOGRAM, PREFIX "queue_wait_seconds", "seconds", "Time that calls waited for a worker that had room.");
    EACH_SERVICE (sources, service)
        exposition_histogram (out, LABELS ({ "service", service_name (service) }), &services [service].queue);
    exposition_begin (out, HISTOGRAM, PREFIX "service_time_seconds", "seconds", "Time that workers had calls, until they answered.");
    EACH_SERVICE (sources, service)
        exposition_histogram (out, LABELS ({ "service", service_name (service) }), &services [service].worker);
    exposition_begin (out, COUNTER, PREFIX "aws_answers_shared", NULL, "Answers of AWS that another call had asked for.");
    EACH_SERVICE (sources, service)
        exposition_number (out, LABELS ({ "service", service_name (service) }), (int64_t) services [service].shared);
    exposition_begin (out, COUNTER, PREFIX "aws_answers_cached", NULL, "Answers of AWS that were kept from before.");
    EACH_SERVICE (sources, service)
        exposition_number (out, LABELS ({ "service", service_name (service) }), (int64_t) services [service].cached);
}

static void
s_write_services (const figures_sources_t *sources, exposition_t *out)
{
    dispatch_service_t looks [SERVICES_END];
    EACH_SERVICE (sources, service)
        dispatch_look (sources->dispatch, service, &looks [service]);
    exposition_begin (out, GAUGE, PREFIX "queued_calls", NULL, "Calls that wait for a worker.");
    EACH_SERVICE (sources, service)
        exposition_number (out, LABELS ({ "service", service_name (service) }), (int64_t) looks [service].queued);
    exposition_begin (out, GAUGE, PREFIX "queue_oldest_seconds", "seconds", "How long the first of them has waited.");
    EACH_SERVICE (sources, service)
        exposition_seconds (out, LABELS ({ "service", service_name (service) }), looks [service].oldest_ms * 1000);
    exposition_begin (out, GAUGE, PREFIX "worker_calls", NULL, "Calls that workers have.");
    EACH_SERVICE (sources, service)
        exposition_number (out, LABELS ({ "service", service_name (service) }), looks [service].in_flight);
    exposition_begin (out, GAUGE, PREFIX "worker_credit", NULL, "Calls that workers take at once.");
    EACH_SERVICE (sources, service)
        exposition_number (out, LABELS ({ "service", service_name (service) }), looks [service].credit);
    exposition_begin (out, GAUGE, PREFIX "workers", NULL, "Workers that are connected.");
    EACH_SERVICE (sources, service)
        exposition_number (out, LABELS ({ "service", service_name (service) }), looks [service].workers);
}

static void
s_write_dispatch (const figures_sources_t *sources, exposition_t *out)
{
    dispatch_counts_t counts = dispatch_counts (sources->dispatch);
    const struct { const char *end; uint64_t count; } ENDS [] = {
        { "result", counts.results }, { "fault", counts.faults }, { "refused", counts.refused }, { "expired", counts.expired },
        { "cancelled", counts.cancelled }, { "lost", counts.lost } };
    exposition_one (out, GAUGE, PREFIX "calls_in_flight", NULL, "Calls that have come and have not ended.", (int64_t) counts.in_flight);
    exposition_begin (out, COUNTER, PREFIX "dispatch_ends", NULL, "How calls ended between queue and worker.");
    for (size_t i = 0; i < sizeof ENDS / sizeof ENDS [0]; i++)
        exposition_number (out, LABELS ({ "end", ENDS [i].end }), (int64_t) ENDS [i].count);
    exposition_one (out, COUNTER, PREFIX "calls_shared", NULL, "Calls that another call's answer was for too.", (int64_t) counts.shared);
    exposition_one (out, COUNTER, PREFIX "calls_repeated", NULL, "Calls that went to a second worker.", (int64_t) counts.repeated);
    exposition_one (out, COUNTER, PREFIX "worker_messages_stray", NULL, "Messages for calls that had ended.", (int64_t) counts.strays);
    exposition_one (out, COUNTER, PREFIX "worker_messages_malformed", NULL, "Messages that cannot be read.", (int64_t) counts.malformed);
    if (!sources->mcp)
        return;
    mcp_counts_t mcp = mcp_counts (sources->mcp);
    exposition_one (out, COUNTER, PREFIX "mcp_messages", NULL, "MCP messages that came.", (int64_t) mcp.messages);
    exposition_one (out, COUNTER, PREFIX "mcp_errors", NULL, "Of them, those that were answered by a JSON-RPC error.", (int64_t) mcp.errors);
}

//  --- AWS

static void
s_write_aws (const figures_sources_t *sources, exposition_t *out)
{
    const meter_t *meter = sources->meter;
    exposition_begin (out, COUNTER, PREFIX "aws_attempts", NULL, "Requests to AWS, each attempt by itself, by how it ended.");
    for (int i = 0; i < meter->apis_count; i++)
        for (int end = 0; end < METER_AWS_ENDS; end++)
            if (meter->apis [i].attempts [end] || end <= METER_AWS_THROTTLED)
                exposition_number (out, LABELS ({ "api", meter->apis [i].name }, { "result", meter_aws_end_name ((meter_aws_end_t) end) }),
                                   (int64_t) meter->apis [i].attempts [end]);
    exposition_begin (out, COUNTER, PREFIX "aws_retries", NULL, "Of them, those that were not the first.");
    for (int i = 0; i < meter->apis_count; i++)
        exposition_number (out, LABELS ({ "api", meter->apis [i].name }), (int64_t) meter->apis [i].retries);
    exposition_begin (out, HISTOGRAM, PREFIX "aws_attempt_duration_seconds", "seconds", "From a request to AWS to the end of its answer.");
    for (int i = 0; i < meter->apis_count; i++)
        if (histogram_count (&meter->apis [i].durations))
            exposition_histogram (out, LABELS ({ "api", meter->apis [i].name }), &meter->apis [i].durations);
    exposition_begin (out, COUNTER, PREFIX "aws_waits", NULL, "Waits before requests to AWS, by what for.");
    for (int i = 0; i < METER_WAITS; i++)
        exposition_number (out, LABELS ({ "for", meter_wait_name ((meter_wait_t) i) }), (int64_t) meter->waits [i].count);
    exposition_begin (out, COUNTER, PREFIX "aws_wait_seconds", "seconds", "Time that these waits took.");
    for (int i = 0; i < METER_WAITS; i++)
        exposition_seconds (out, LABELS ({ "for", meter_wait_name ((meter_wait_t) i) }), meter->waits [i].took_us);
}

//  The keys of the server's own account, when they have been looked for: until the first call nobody does.
static void
s_write_credentials (const figures_sources_t *sources, exposition_t *out)
{
    int64_t expiry_ms = sources->expiry_ms ? atomic_load_explicit (sources->expiry_ms, memory_order_relaxed) : -1;
    exposition_one (out, GAUGE, PREFIX "credentials_present", NULL, "1 while there are AWS keys for calls that name no account.", expiry_ms >= 0);
    exposition_begin (out, GAUGE, PREFIX "credentials_expiry_timestamp_seconds", "seconds",
                      "When they end, since 1970; 0: never, or there are none.");
    exposition_seconds (out, NULL, expiry_ms > 0 ? expiry_ms * 1000 : 0);
}

//  --- Clients

static void
s_write_http (const figures_sources_t *sources, exposition_t *out)
{
    const struct { const char *name; const http_server_t *server; } PORTS [] = { { "mcp", sources->clients }, { "admin", sources->admin } };
    enum { PORTS_COUNT = sizeof PORTS / sizeof PORTS [0], FAMILIES = 7 };
    int64_t numbers [FAMILIES] [PORTS_COUNT] = { 0 };
    static const struct { const char *name, *help; bool gauge; } NAMES [FAMILIES] = {
        { PREFIX "http_connections", "Connections now.", true },
        { PREFIX "http_exchanges", "Requests now whose answer is not out, streams among them.", true },
        { PREFIX "http_connections_accepted", "Connections, ever.", false },
        { PREFIX "http_connections_refused", "Of them, those that were answered 503 for want of room.", false },
        { PREFIX "http_requests", "Whole requests.", false },
        { PREFIX "http_requests_malformed", "Requests that are no HTTP, too large or too slow.", false },
        { PREFIX "http_clients_gone", "Requests whose client left before the answer.", false },
    };
    for (int i = 0; i < PORTS_COUNT; i++) {
        if (!PORTS [i].server)
            continue;
        http_counts_t counts = http_server_counts (PORTS [i].server);
        const int64_t COLUMN [FAMILIES] = { counts.connections, counts.exchanges, (int64_t) counts.accepted, (int64_t) counts.refused,
                                            (int64_t) counts.requests, (int64_t) counts.malformed, (int64_t) counts.gone };
        for (int j = 0; j < FAMILIES; j++)
            numbers [j] [i] = COLUMN [j];
    }
    for (int j = 0; j < FAMILIES; j++) {
        exposition_begin (out, NAMES [j].gauge ? GAUGE : COUNTER, NAMES [j].name, NULL, NAMES [j].help);
        for (int i = 0; i < PORTS_COUNT; i++)
            exposition_number (out, LABELS ({ "port", PORTS [i].name }), numbers [j] [i]);
    }
}

//  --- Ourselves

static void
s_write_trace (const figures_sources_t *sources, exposition_t *out)
{
    ring_t *ring = sources->tracer ? tracer_ring (sources->tracer) : NULL;
    exposition_one (out, COUNTER, PREFIX "trace_calls", NULL, "Calls that were recorded.", ring ? (int64_t) ring_last (ring) : 0);
    exposition_one (out, GAUGE, PREFIX "trace_ring_bytes", "bytes", "Memory that the last calls are kept in.",
                    ring ? (int64_t) ring_bytes (ring) : 0);
    exposition_one (out, COUNTER, PREFIX "trace_spans_dropped", NULL, "Spans that a call had no room for.", (int64_t) sources->meter->spans_dropped);
    exposition_one (out, GAUGE, PREFIX "trace_followers", NULL, "Readers of the live feed.", sources->feed ? feed_followers (sources->feed) : 0);
    exposition_one (out, COUNTER, PREFIX "log_lines_dropped", NULL, "Log lines that nobody read in time.", (int64_t) log_dropped ());
    if (!sources->link)
        return;
    export_counts_t counts = export_link_counts (sources->link);
    exposition_one (out, COUNTER, PREFIX "export_spans", NULL, "Spans that the collector has taken.", (int64_t) counts.exported);
    exposition_begin (out, COUNTER, PREFIX "export_spans_dropped", NULL, "Spans that were not exported, by why.");
    exposition_number (out, LABELS ({ "reason", "queue_full" }), (int64_t) counts.dropped);
    exposition_number (out, LABELS ({ "reason", "failed" }), (int64_t) counts.failed);
    exposition_number (out, LABELS ({ "reason", "rejected" }), (int64_t) counts.rejected);
    exposition_one (out, COUNTER, PREFIX "export_calls_dropped", NULL, "Calls that the exporter did not take in time.", (int64_t) counts.lost_calls);
    exposition_one (out, COUNTER, PREFIX "export_retries", NULL, "Batches that were sent once more.", (int64_t) counts.retries);
    exposition_one (out, GAUGE, PREFIX "export_queue_spans", NULL, "Spans that wait to be exported.", (int64_t) counts.queued);
}

//  What could not be learnt (usage.h) has no family.
static void
s_write_usage (const usage_t *usage, exposition_t *out)
{
    const struct { const char *name, *unit, *help; int64_t number; } GAUGES [] = {
        { "process_resident_memory_bytes", "bytes", "Memory in RAM.", usage->resident_bytes },
        { "process_virtual_memory_bytes", "bytes", "Address space.", usage->virtual_bytes },
        { "process_open_fds", NULL, "Descriptors that are open.", usage->descriptors },
        { "process_max_fds", NULL, "Descriptors that may be.", usage->descriptors_max },
        { "process_threads", NULL, "Threads.", usage->threads } };
    if (usage->cpu_us >= 0) {
        exposition_begin (out, COUNTER, "process_cpu_seconds", "seconds", "CPU time, user and system.");
        exposition_seconds (out, NULL, usage->cpu_us);
    }
    for (size_t i = 0; i < sizeof GAUGES / sizeof GAUGES [0]; i++)
        if (GAUGES [i].number >= 0)
            exposition_one (out, GAUGE, GAUGES [i].name, GAUGES [i].unit, GAUGES [i].help, GAUGES [i].number);
}

static void
s_write_process (const figures_sources_t *sources, exposition_t *out)
{
    exposition_begin (out, GAUGE, PREFIX "build_info", NULL, "The version that runs; always 1.");
    exposition_number (out, LABELS ({ "version", CLOUDWATCH_MCP_VERSION }), 1);
    exposition_one (out, GAUGE, PREFIX "draining", NULL, "1 while it ends and takes nothing new.", sources->draining && *sources->draining);
    if (sources->started_ms > 0) {
        exposition_begin (out, GAUGE, "process_start_time_seconds", "seconds", "When the process began, since 1970.");
        exposition_seconds (out, NULL, sources->started_ms * 1000);
    }
    if (sources->usage) {
        usage_t usage = sources->usage ();
        s_write_usage (&usage, out);
    }
}

void
figures_write (const figures_sources_t *sources, bool open_metrics, buffer_t *out)
{
    exposition_t exposition;
    exposition_init (&exposition, out, open_metrics);
    s_write_calls (sources, &exposition);
    s_write_service_times (sources, &exposition);
    s_write_services (sources, &exposition);
    s_write_dispatch (sources, &exposition);
    s_write_aws (sources, &exposition);
    s_write_credentials (sources, &exposition);
    s_write_http (sources, &exposition);
    s_write_trace (sources, &exposition);
    s_write_process (sources, &exposition);
    exposition_end (&exposition);
}
