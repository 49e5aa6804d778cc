#include "trace_json.h"

#include "clock.h"
#include "hex.h"
#include "json.h"

void
trace_json_append_call (buffer_t *out, const ring_call_t *call)
{
    char trace [2 * SPAN_TRACE_BYTES + 1], ended [CLOCK_TEXT_SIZE];
    buffer_printf (out, "\"number\":%llu,\"trace_id\":\"%s\",\"tool\":\"%s\",\"service\":\"%s\",\"status\":\"%s\",\"error\":%s,\"shared\":%s,"
                   "\"sampled\":%s,\"ended\":\"%s\",", (unsigned long long) call->number, hex_write (call->trace, sizeof call->trace, trace),
                   call->tool, call->service, status_name (call->status), call->error ? "true" : "false", call->shared ? "true" : "false",
                   call->flags & 1 ? "true" : "false", clock_text_ms (call->ended_ms, ended));
    const struct { const char *name; int64_t number; } NUMBERS [] = {
        { "total_us", call->total_us }, { "queue_us", call->queue_us }, { "send_us", call->send_us }, { "worker_us", call->worker_us },
        { "aws_us", call->aws_us }, { "waited_us", call->waited_us }, { "encode_us", call->encode_us }, { "write_us", call->write_us },
        { "aws_requests", call->requests }, { "aws_shared", call->joined }, { "aws_cached", call->cached }, { "hops", call->hops },
        { "retries", call->retries }, { "throttled", call->throttled },
    };
    for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS [0]; i++)
        buffer_printf (out, "\"%s\":%lld,", NUMBERS [i].name, (long long) NUMBERS [i].number);
    buffer_append_text (out, "\"account\":");
    json_append_string (out, slice_of (call->account));
    buffer_append_text (out, ",\"region\":");
    json_append_string (out, slice_of (call->region));
}

void
trace_json_append_span (buffer_t *out, const span_t *span, int depth, bool critical)
{
    char id [2 * SPAN_ID_BYTES + 1], parent [2 * SPAN_ID_BYTES + 1], trace [2 * SPAN_TRACE_BYTES + 1];
    bool child = span_id_is_set (span->parent);
    buffer_printf (out, "{\"id\":\"%s\",\"parent\":%s%s%s,\"depth\":%d,\"name\":", hex_write (span->id, SPAN_ID_BYTES, id), child ? "\"" : "",
                   child ? hex_write (span->parent, SPAN_ID_BYTES, parent) : "null", child ? "\"" : "", depth);
    json_append_string (out, slice_of (span->name));
    buffer_printf (out, ",\"kind\":\"%s\",\"start_us\":%lld,\"duration_us\":%lld,\"status\":\"%s\",\"critical\":%s,\"link\":",
                   span_kind_name (span->kind), (long long) span->start_us, (long long) span->duration_us, status_name (span->status),
                   critical ? "true" : "false");
    if (span->linked)
        buffer_printf (out, "{\"trace_id\":\"%s\",\"span_id\":\"%s\"}", hex_write (span->link_trace, SPAN_TRACE_BYTES, trace),
                       hex_write (span->link, SPAN_ID_BYTES, id));
    else
        buffer_append_text (out, "null");
    buffer_append_text (out, ",\"attributes\":{");
    for (int i = 0; i < span->count; i++) {
        const span_attribute_t *attribute = &span->attributes [i];
        buffer_printf (out, "%s\"%s\":", i ? "," : "", span_key_name (attribute->key));
        if (span_key_is_text (attribute->key))
            json_append_string (out, (slice_t) { span->text + attribute->at, attribute->size });
        else
            buffer_printf (out, "%lld", (long long) attribute->number);
    }
    buffer_append_text (out, "}}");
}

void
trace_json_append_text (buffer_t *out, slice_t text)
{
    if (text.size)
        json_append_string (out, text);
    else
        buffer_append_text (out, "null");
}
