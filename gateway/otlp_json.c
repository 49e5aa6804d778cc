#include "otlp_json.h"

#include "hex.h"
#include "json.h"
#include "spans.h"

#include <stdio.h>

//  trace.proto, SpanFlags: is it known whether the parent is another process's? Is it?
enum { FLAG_HAS_IS_REMOTE = 0x100, FLAG_IS_REMOTE = 0x200 };

//  trace.proto, Status.StatusCode
enum { STATUS_CODE_ERROR = 2 };

static const char SCHEMA [] = "https://opentelemetry.io/schemas/1.44.0";

//  What stands in each span is put together without printf: a span has some forty pieces.
static void
s_append_quoted (buffer_t *out, const char *before, const char *text)
{
    buffer_append_text (out, before);
    buffer_append_char (out, '"');
    buffer_append_text (out, text);
    buffer_append_char (out, '"');
}

static void
s_append_time (buffer_t *out, const char *name, int64_t wall_us)
{
    s_append_quoted (out, ",", name);
    buffer_append_text (out, ":\"");
    buffer_append_number (out, wall_us);
    buffer_append_text (out, "000\"");
}

static void
s_append_attributes (buffer_t *out, const span_t *span)
{
    buffer_append_text (out, ",\"attributes\":[");
    for (int i = 0; i < span->count; i++) {
        const span_attribute_t *attribute = &span->attributes [i];
        s_append_quoted (out, i ? ",{\"key\":" : "{\"key\":", span_key_name (attribute->key));
        buffer_append_text (out, ",\"value\":{");
        if (span_key_is_text (attribute->key)) {
            buffer_append_text (out, "\"stringValue\":");
            json_append_string (out, (slice_t) { span->text + attribute->at, attribute->size });
        } else {
            buffer_append_text (out, "\"intValue\":\"");
            buffer_append_number (out, attribute->number);
            buffer_append_char (out, '"');
        }
        buffer_append_text (out, "}}");
    }
    buffer_append_char (out, ']');
    if (span->cut)
        buffer_append_text (out, ",\"droppedAttributesCount\":1");
}

//  The phases of an attempt follow each other; each event is the end of one that took time.
static void
s_append_events (buffer_t *out, const span_t *span, int64_t start_us)
{
    static const struct { span_key_t key; const char *name; } PHASES [] = {
        { SPAN_KEY_DNS_US, "dns" }, { SPAN_KEY_CONNECT_US, "connect" }, { SPAN_KEY_TLS_US, "tls" }, { SPAN_KEY_FIRST_BYTE_US, "first_byte" } };
    int64_t at_us = start_us, end_us = start_us + span->duration_us;
    bool any = false;
    for (size_t i = 0; i < sizeof PHASES / sizeof PHASES [0]; i++) {
        int64_t took_us = span_number (span, PHASES [i].key, 0);
        if (took_us <= 0)
            continue;
        at_us = took_us < end_us - at_us ? at_us + took_us : end_us;
        s_append_quoted (out, any ? ",{\"name\":" : ",\"events\":[{\"name\":", PHASES [i].name);
        s_append_time (out, "timeUnixNano", at_us);
        buffer_append_char (out, '}');
        any = true;
    }
    if (any)
        buffer_append_char (out, ']');
}

static void
s_append_span (buffer_t *out, const ring_call_t *call, const span_t *span, slice_t tracestate, bool root)
{
    char trace [2 * SPAN_TRACE_BYTES + 1], id [2 * SPAN_ID_BYTES + 1];
    int64_t start_us = call->ended_ms * 1000 - call->total_us + span->start_us;
    bool child = span_id_is_set (span->parent);
    s_append_quoted (out, "{\"traceId\":", hex_write (call->trace, SPAN_TRACE_BYTES, trace));
    s_append_quoted (out, ",\"spanId\":", hex_write (span->id, SPAN_ID_BYTES, id));
    if (child)
        s_append_quoted (out, ",\"parentSpanId\":", hex_write (span->parent, SPAN_ID_BYTES, id));
    if (root && tracestate.size) {
        buffer_append_text (out, ",\"traceState\":");
        json_append_string (out, tracestate);
    }
    buffer_append_text (out, ",\"flags\":");
    buffer_append_number (out, call->flags | FLAG_HAS_IS_REMOTE | (root && child ? FLAG_IS_REMOTE : 0));
    buffer_append_text (out, ",\"kind\":");
    buffer_append_number (out, span->kind);
    buffer_append_text (out, ",\"name\":");
    json_append_string (out, slice_of (span->name));
    s_append_time (out, "startTimeUnixNano", start_us);
    s_append_time (out, "endTimeUnixNano", start_us + span->duration_us);
    s_append_attributes (out, span);
    s_append_events (out, span, start_us);
    if (span->linked)
        buffer_printf (out, ",\"links\":[{\"traceId\":\"%s\",\"spanId\":\"%s\"}]", hex_write (span->link_trace, SPAN_TRACE_BYTES, trace),
                       hex_write (span->link, SPAN_ID_BYTES, id));
    if (span->status != STATUS_OK)
        buffer_printf (out, ",\"status\":{\"code\":%d,\"message\":\"%s\"}", STATUS_CODE_ERROR, status_sentence (span->status));
    buffer_append_char (out, '}');
}

size_t
otlp_json_spans (const ring_call_t *call, slice_t spans, buffer_t *out)
{
    spans_reader_t reader;
    span_t span;
    size_t count = 0;
    uint32_t passed = 0;
    status_t status = spans_open (&reader, spans);
    while (status == STATUS_OK && (status = spans_next (&reader, &span)) == STATUS_OK) {
        if (passed++ < call->taken)
            continue;
        if (count)
            buffer_append_char (out, ',');
        s_append_span (out, call, &span, reader.tracestate, memcmp (span.id, call->root, SPAN_ID_BYTES) == 0);
        count++;
    }
    return count;
}

void
otlp_json_begin (slice_t resource, buffer_t *out)
{
    buffer_append_text (out, "{\"resourceSpans\":[{\"resource\":{\"attributes\":");
    buffer_append_slice (out, resource);
    buffer_printf (out, "},\"schemaUrl\":\"%s\",\"scopeSpans\":[{\"scope\":{\"name\":\"cloudwatch-mcp\",\"version\":\"%s\"},",
                   SCHEMA, CLOUDWATCH_MCP_VERSION);
    buffer_printf (out, "\"schemaUrl\":\"%s\",\"spans\":[", SCHEMA);
}

void
otlp_json_end (buffer_t *out)
{
    buffer_append_text (out, "]}]}]}");
}

size_t
otlp_json_rejected (slice_t answer, char *reason, size_t size)
{
    yyjson_doc *doc = NULL;
    reason [0] = '\0';
    if (json_read (answer, JSON_DEPTH_MAX, &doc, NULL) != STATUS_OK)
        return 0;
    yyjson_val *partial = yyjson_obj_get (yyjson_doc_get_root (doc), "partialSuccess"), *rejected = yyjson_obj_get (partial, "rejectedSpans");
    slice_t text = json_text (partial, "errorMessage"), number = json_value_text (rejected);
    int64_t count = yyjson_is_int (rejected) ? yyjson_get_sint (rejected) : 0;
    for (size_t i = 0; i < number.size && i < 9; i++)           //  As a text, as OTLP's JSON has it
        count = number.data [i] >= '0' && number.data [i] <= '9' ? count * 10 + (number.data [i] - '0') : count;
    snprintf (reason, size, "%.*s", (int) (text.size < size ? text.size : size - 1), text.data ? text.data : "");
    yyjson_doc_free (doc);
    return count > 0 ? (size_t) count : 0;
}
