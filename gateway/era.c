#include "era.h"

#include "base64.h"

#include <stdarg.h>
#include <stdio.h>

static const char META_VERSION [] = "io.modelcontextprotocol/protocolVersion";
static const char META_LOG_LEVEL [] = "io.modelcontextprotocol/logLevel";
static const char META_CAPABILITIES [] = "io.modelcontextprotocol/clientCapabilities";

static const char *const NAMES [REVISIONS] = {
    [REVISION_2025_03_26] = "2025-03-26",
    [REVISION_2025_06_18] = "2025-06-18",
    [REVISION_2025_11_25] = "2025-11-25",
    [REVISION_2026_07_28] = "2026-07-28",
};

const char REVISIONS_JSON [] = "[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\"]";

const char *
revision_name (revision_t revision)
{
    return NAMES [revision];
}

//  REVISIONS for a name that is none.
static revision_t
s_revision (slice_t name)
{
    for (int i = 0; i < REVISIONS; i++)
        if (slice_is (name, NAMES [i]))
            return (revision_t) i;
    return REVISIONS;
}

revision_t
era_negotiate (slice_t asked)
{
    revision_t revision = s_revision (asked);
    return revision == REVISIONS || revision_modern (revision) ? REVISION_2025_11_25 : revision;
}

static void __attribute__ ((format (printf, 4, 5)))
s_error (era_error_t *error, int code, int http_status, const char *format, ...)
{
    error->code = code;
    error->http_status = http_status;
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (error->message, sizeof error->message, format, arguments);
    va_end (arguments);
}

//  A text from outside inside one of our sentences: cut, and printable.
typedef struct {
    char text [64];
} shown_t;

static shown_t
s_shown (slice_t slice)
{
    shown_t shown = { "" };
    size_t size = slice.size < sizeof shown.text - 4 ? slice.size : sizeof shown.text - 4;
    for (size_t i = 0; i < size; i++)
        shown.text [i] = slice.data [i] >= 0x20 && slice.data [i] < 0x7f ? slice.data [i] : '?';
    if (size < slice.size)
        memcpy (shown.text + size, "...", 4);
    return shown;
}

status_t
era_header_value (slice_t header, buffer_t *out)
{
    static const char BEGIN [] = "=?base64?", END [] = "?=";
    header = slice_trim (header);
    for (size_t i = 0; i < header.size; i++)
        if (((unsigned char) header.data [i] < 0x20 && header.data [i] != '\t') || (unsigned char) header.data [i] > 0x7e)
            return STATUS_MALFORMED;
    size_t frame = sizeof BEGIN - 1 + sizeof END - 1;
    bool encoded = header.size >= frame && slice_starts (header, BEGIN) && memcmp (header.data + header.size - 2, END, 2) == 0;
    if (!encoded) {
        buffer_append_slice (out, header);
        return buffer_status (out);
    }
    slice_t text = { header.data + sizeof BEGIN - 1, header.size - frame };
    return base64_decode (text, out);
}

static void
s_missing_header (era_error_t *error, const char *header)
{
    s_error (error, JSONRPC_HEADER_MISMATCH, 400, "Header mismatch: %s is missing.", header);
}

static void
s_mismatch (era_error_t *error, const char *header, slice_t value, slice_t body)
{
    s_error (error, JSONRPC_HEADER_MISMATCH, 400, "Header mismatch: %s '%s' does not match body '%s'",
             header, s_shown (value).text, s_shown (body).text);
}

//  The body's name that Mcp-Name repeats; absent for methods without one.
static slice_t
s_body_name (const jsonrpc_t *message)
{
    if (slice_is (message->method, "tools/call") || slice_is (message->method, "prompts/get"))
        return json_text (message->params, "name");
    if (slice_is (message->method, "resources/read"))
        return json_text (message->params, "uri");
    return SLICE_ABSENT;
}

static void
s_check_name (const jsonrpc_t *message, const era_headers_t *headers, era_error_t *error)
{
    slice_t name = s_body_name (message);
    if (!name.data)
        return;                         //  No name in the body: the method's own check says what is missing
    if (!headers->name.data) {
        s_missing_header (error, "Mcp-Name");
        return;
    }
    buffer_t value;
    buffer_init (&value, headers->name.size + 16);
    status_t status = era_header_value (headers->name, &value);
    if (status != STATUS_OK)
        s_error (error, JSONRPC_HEADER_MISMATCH, 400, "Header mismatch: Mcp-Name cannot be decoded.");
    else if (!slice_eq (buffer_slice (&value), name))
        s_mismatch (error, "Mcp-Name", buffer_slice (&value), name);
    buffer_deinit (&value);
}

static void
s_unsupported (era_error_t *error, slice_t asked)
{
    s_error (error, JSONRPC_UNSUPPORTED_VERSION, 400, "Unsupported protocol version");
    buffer_t data;
    buffer_init (&data, sizeof error->data - 1);
    buffer_printf (&data, "{\"supported\":%s,\"requested\":", REVISIONS_JSON);
    json_append_string (&data, slice_of (s_shown (asked).text));
    buffer_append_char (&data, '}');
    if (buffer_status (&data) == STATUS_OK)
        snprintf (error->data, sizeof error->data, "%.*s", (int) data.size, data.data);
    buffer_deinit (&data);
}

//  We send no log messages to clients, whatever the level. But one that does not exist is the client's mistake, in an otherwise good request.
static void
s_check_log_level (yyjson_val *meta, era_error_t *error)
{
    static const char *const LEVELS [] = { "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency" };
    yyjson_val *level = yyjson_obj_get (meta, META_LOG_LEVEL);
    bool known = !level;
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS [0]; i++)
        known = known || yyjson_equals_str (level, LEVELS [i]);
    if (known)
        return;
    s_error (error, JSONRPC_INVALID_PARAMS, 200, "%s is none of debug, info, notice, warning, error, critical, alert, emergency.", META_LOG_LEVEL);
}

//  The body says that it is modern: everything must fit together. A notification has no headers to fit, and nobody who waits for an answer.
static revision_t
s_modern (const jsonrpc_t *message, const era_headers_t *headers, yyjson_val *meta, era_error_t *error)
{
    slice_t version = json_text (meta, META_VERSION);
    slice_t header = slice_trim (headers->version);
    slice_t method = slice_trim (headers->method);
    bool has_headers = headers->has_headers;
    if (message->kind != JSONRPC_REQUEST)
        return REVISION_2026_07_28;
    if (has_headers && !header.data)
        s_missing_header (error, "MCP-Protocol-Version");
    else if (has_headers && !slice_eq (header, version))
        s_mismatch (error, "MCP-Protocol-Version", header, version);
    else if (!slice_is (version, NAMES [REVISION_2026_07_28]))
        s_unsupported (error, version);
    else if (!yyjson_is_obj (yyjson_obj_get (meta, META_CAPABILITIES)))
        s_error (error, JSONRPC_INVALID_PARAMS, 400, "Missing required _meta field: %s", META_CAPABILITIES);
    else if (has_headers && !method.data)
        s_missing_header (error, "Mcp-Method");
    else if (has_headers && !slice_eq (method, message->method))
        s_mismatch (error, "Mcp-Method", method, message->method);
    else if (has_headers)
        s_check_name (message, headers, error);
    if (!error->code)
        s_check_log_level (meta, error);
    return REVISION_2026_07_28;
}

//  Is the header's version the modern one, or a later one that we do not know? Revisions are dates, which sort as texts do.
static bool
s_is_modern_or_later (slice_t header)
{
    const char *modern = NAMES [REVISION_2026_07_28];
    if (header.size != strlen (modern) || memcmp (header.data, modern, header.size) < 0)
        return false;
    for (size_t i = 0; i < header.size; i++)
        if (modern [i] == '-' ? header.data [i] != '-' : header.data [i] < '0' || header.data [i] > '9')
            return false;
    return true;
}

static revision_t
s_legacy (slice_t header, era_error_t *error)
{
    if (!header.data)
        return REVISION_2025_03_26;     //  That revision had no header, and the later ones say so
    revision_t revision = s_revision (header);
    if (revision == REVISIONS)
        s_error (error, JSONRPC_BAD_HEADER_VERSION, 400, "Bad Request: Unsupported protocol version: %s (supported versions: %s, %s, %s, %s)",
                 s_shown (header).text, NAMES [REVISION_2026_07_28], NAMES [REVISION_2025_11_25], NAMES [REVISION_2025_06_18],
                 NAMES [REVISION_2025_03_26]);
    return revision == REVISIONS ? REVISION_2025_03_26 : revision;
}

bool
era_claims (yyjson_val *params)
{
    return yyjson_is_str (yyjson_obj_get (yyjson_obj_get (params, "_meta"), META_VERSION));
}

revision_t
era_find (const jsonrpc_t *message, const era_headers_t *headers, era_error_t *error)
{
    *error = (era_error_t) { .http_status = 200 };
    slice_t header = slice_trim (headers->version);
    yyjson_val *meta = yyjson_obj_get (message->params, "_meta");
    bool initialize = slice_is (message->method, "initialize");
    if (era_claims (message->params))
        return s_modern (message, headers, meta, error);
    if (s_is_modern_or_later (header)) {
        if (message->kind == JSONRPC_REQUEST && initialize)
            s_error (error, JSONRPC_HEADER_MISMATCH, 400,
                     "Header mismatch: initialize belongs to earlier revisions than MCP-Protocol-Version %s.", s_shown (header).text);
        else if (message->kind == JSONRPC_REQUEST)
            s_error (error, JSONRPC_INVALID_PARAMS, 400, "Missing required _meta field: %s", META_VERSION);
        return REVISION_2026_07_28;
    }
    if (initialize)
        return era_negotiate (json_text (message->params, "protocolVersion"));
    return s_legacy (header, error);
}
