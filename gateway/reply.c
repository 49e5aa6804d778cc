#include "reply.h"

#include "tools.h"

#include <stdarg.h>
#include <stdio.h>

//  A guide is a few KB, three answers of tools are 64 KB of rows each.
enum { REPLY_BYTES_MAX = 4 * 1024 * 1024, DATA_BYTES_MAX = 32 * 1024, SENTENCE_BYTES_MAX = 1024 };

void
reply_init (reply_t *self)
{
    self->code = 0;
    buffer_init (&self->text, REPLY_BYTES_MAX);
    buffer_init (&self->data, DATA_BYTES_MAX);
}

void
reply_deinit (reply_t *self)
{
    buffer_deinit (&self->text);
    buffer_deinit (&self->data);
}

void
reply_begin (reply_t *self, revision_t revision, reply_scope_t scope, int ttl_ms)
{
    buffer_append_char (&self->text, '{');
    if (!revision_modern (revision))
        return;
    buffer_printf (&self->text, "\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":%s},", TOOLS_SERVER_INFO);
    if (scope != REPLY_NOT_KEPT)
        buffer_printf (&self->text, "\"ttlMs\":%d,\"cacheScope\":\"%s\",", ttl_ms, scope == REPLY_PUBLIC ? "public" : "private");
}

void
reply_refuse (reply_t *self, int code, const char *format, ...)
{
    char sentence [SENTENCE_BYTES_MAX];
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (sentence, sizeof sentence, format, arguments);
    va_end (arguments);
    self->code = code;
    buffer_clear (&self->text);
    buffer_clear (&self->data);
    buffer_append_text (&self->text, sentence);
}

void
reply_write (const reply_t *self, slice_t id, buffer_t *json)
{
    slice_t text = buffer_slice (&self->text);
    if (buffer_status (&self->text) != STATUS_OK)
        jsonrpc_write_error (json, id, JSONRPC_INTERNAL_ERROR, SLICE ("The answer does not fit."), SLICE_ABSENT);
    else if (self->code)
        jsonrpc_write_error (json, id, self->code, text, self->data.size ? buffer_slice (&self->data) : SLICE_ABSENT);
    else
        jsonrpc_write_result (json, id, text);
}

void
reply_no_resource (reply_t *self, revision_t revision, slice_t uri, const char *sentence)
{
    reply_refuse (self, revision_modern (revision) ? JSONRPC_INVALID_PARAMS : JSONRPC_RESOURCE_NOT_FOUND, "Resource not found: %s", sentence);
    buffer_append_text (&self->data, "{\"uri\":");
    json_append_string (&self->data, uri);
    buffer_append_char (&self->data, '}');
    if (buffer_status (&self->data) != STATUS_OK)
        buffer_clear (&self->data);
}

bool
reply_refuses_cursor (reply_t *self, const request_t *request)
{
    yyjson_val *cursor = yyjson_obj_get (request->params, "cursor");
    if (!cursor || yyjson_is_null (cursor))
        return false;
    reply_refuse (self, JSONRPC_INVALID_PARAMS, "cursor is not one of ours: the list has a single page.");
    return true;
}

reply_shown_t
reply_shown (slice_t text)
{
    reply_shown_t shown = { "" };
    size_t size = 0;
    for (size_t i = 0; i < text.size && size < sizeof shown.text - 1; i++)
        shown.text [size++] = text.data [i] >= ' ' && text.data [i] <= '~' ? text.data [i] : '?';
    return shown;
}
