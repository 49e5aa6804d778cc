#include "feed_state.h"

#include "json.h"

//  Of a rate, what is written. Zeros where nothing has been told.
typedef struct {
    double per_s, errors_per_s, throttled_per_s;
    long long mean_us, queue_us;
} rhythm_t;

static rhythm_t
s_rhythm (const rate_t *rate, int64_t now_ms)
{
    rate_event_t sum;
    rhythm_t rhythm = { 0 };
    if (!rate)
        return rhythm;
    double seconds = rate_read (rate, now_ms, &sum);
    rhythm.per_s = (double) sum.count / seconds;
    rhythm.errors_per_s = (double) sum.errors / seconds;
    rhythm.throttled_per_s = (double) sum.throttled / seconds;
    if (sum.count) {
        rhythm.mean_us = (long long) (sum.took_us / sum.count);
        rhythm.queue_us = (long long) (sum.queue_us / sum.count);
    }
    return rhythm;
}

static void
s_write_gateway (const dispatch_t *dispatch, const rhythm_t *rhythm, buffer_t *json)
{
    dispatch_counts_t counts = dispatch_counts (dispatch);
    buffer_printf (json, ",\"gateway\":{\"calls\":%llu,\"in_flight\":%zu,\"queued\":%zu,\"per_s\":%.2f,\"errors_per_s\":%.2f",
                   (unsigned long long) counts.calls, counts.in_flight, counts.queued, rhythm->per_s, rhythm->errors_per_s);
    const struct { const char *name; uint64_t number; } NUMBERS [] = {
        { "results", counts.results }, { "faults", counts.faults }, { "refused", counts.refused }, { "expired", counts.expired },
        { "cancelled", counts.cancelled }, { "lost", counts.lost }, { "shared", counts.shared }, { "repeated", counts.repeated },
    };
    for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS [0]; i++)
        buffer_printf (json, ",\"%s\":%llu", NUMBERS [i].name, (unsigned long long) NUMBERS [i].number);
    buffer_append_char (json, '}');
}

//  Those that were served once; the others are not of this server.
static void
s_write_services (const feed_sources_t *sources, int64_t now_ms, buffer_t *json)
{
    const char *comma = "";
    buffer_append_text (json, ",\"services\":[");
    for (int i = SERVICE_NONE + 1; i < SERVICES_END; i++) {
        const char *name = service_name ((service_t) i);
        dispatch_service_t look;
        dispatch_look (sources->dispatch, (service_t) i, &look);
        if (!look.served && !look.queued)
            continue;
        rhythm_t rhythm = s_rhythm (sources->tracer ? rates_find (&tracer_rates (sources->tracer)->services, slice_of (name)) : NULL, now_ms);
        buffer_printf (json, "%s{\"name\":\"%s\",\"queued\":%zu,\"oldest_ms\":%lld,\"in_flight\":%d,\"credit\":%d,\"workers\":%d,\"per_s\":%.2f,"
                       "\"errors_per_s\":%.2f,\"mean_us\":%lld,\"queue_us\":%lld}", comma, name, look.queued, (long long) look.oldest_ms,
                       look.in_flight, look.credit, look.workers, rhythm.per_s, rhythm.errors_per_s, rhythm.mean_us, rhythm.queue_us);
        comma = ",";
    }
    buffer_append_char (json, ']');
}

static void
s_write_workers (const dispatch_t *dispatch, buffer_t *json)
{
    const char *comma = "";
    dispatch_worker_t worker;
    buffer_append_text (json, ",\"workers\":[");
    for (size_t i = 0; i < DISPATCH_PEERS_MAX; i++) {
        if (!dispatch_worker (dispatch, i, &worker))
            continue;
        buffer_printf (json, "%s{\"service\":\"%s\",\"id\":\"%016llx\",\"credit\":%d,\"in_flight\":%d,\"draining\":%s,\"silent_ms\":%lld}", comma,
                       service_name (worker.service), (unsigned long long) worker.id, worker.credit, worker.in_flight,
                       worker.draining ? "true" : "false", (long long) worker.silent_ms);
        comma = ",";
    }
    buffer_append_char (json, ']');
}

static void
s_write_apis (const rates_t *apis, int64_t now_ms, buffer_t *json)
{
    buffer_append_text (json, ",\"aws\":[");
    for (int i = 0; apis && i < apis->count; i++) {
        rhythm_t rhythm = s_rhythm (&apis->list [i].rate, now_ms);
        buffer_append_text (json, i ? ",{\"api\":" : "{\"api\":");
        json_append_string (json, slice_of (apis->list [i].name));
        buffer_printf (json, ",\"per_s\":%.2f,\"errors_per_s\":%.2f,\"throttled_per_s\":%.2f,\"mean_us\":%lld}", rhythm.per_s, rhythm.errors_per_s,
                       rhythm.throttled_per_s, rhythm.mean_us);
    }
    buffer_append_char (json, ']');
}

void
feed_state_write (const feed_sources_t *sources, int followers, buffer_t *json)
{
    char time [CLOCK_TEXT_SIZE];
    const tracer_rates_t *rates = sources->tracer ? tracer_rates (sources->tracer) : NULL;
    int64_t now_ms = clock_mono_ms (sources->clock);
    http_counts_t clients = { 0 };
    if (sources->clients)
        clients = http_server_counts (sources->clients);
    rhythm_t rhythm = s_rhythm (rates ? &rates->calls : NULL, now_ms);
    buffer_printf (json, "{\"time\":\"%s\",\"recording\":%s,\"window_s\":%d,\"clients\":{\"connections\":%d,\"exchanges\":%d,\"followers\":%d}",
                   clock_text_ms (clock_wall_ms (sources->clock), time), rates ? "true" : "false", RATE_WINDOW_S, clients.connections,
                   clients.exchanges, followers);
    s_write_gateway (sources->dispatch, &rhythm, json);
    s_write_services (sources, now_ms, json);
    s_write_workers (sources->dispatch, json);
    s_write_apis (rates ? &rates->apis : NULL, now_ms, json);
    buffer_append_char (json, '}');
}
