#include "jsonrpc.h"

bool
jsonrpc_append_id (buffer_t *out, yyjson_val *id)
{
    if (yyjson_is_uint (id))
        buffer_printf (out, "%llu", (unsigned long long) yyjson_get_uint (id));
    else if (yyjson_is_sint (id))
        buffer_printf (out, "%lld", (long long) yyjson_get_sint (id));
    else if (yyjson_is_str (id))
        json_append_string (out, json_value_text (id));
    else
        return false;
    return buffer_status (out) == STATUS_OK;
}

static void
s_read_id (jsonrpc_t *self, yyjson_val *id)
{
    if (jsonrpc_append_id (&self->id, id))
        return;
    self->problem = buffer_status (&self->id) == STATUS_OK ? "id must be a string or a whole number." : "id is too long.";
    buffer_clear (&self->id);
}

void
jsonrpc_read (jsonrpc_t *self, yyjson_val *value)
{
    *self = (jsonrpc_t) { .kind = JSONRPC_INVALID };
    buffer_init (&self->id, JSONRPC_ID_BYTES_MAX);
    if (!yyjson_is_obj (value)) {
        self->problem = "A message is a JSON object.";
        return;
    }
    yyjson_val *id = yyjson_obj_get (value, "id");
    yyjson_val *method = yyjson_obj_get (value, "method");
    yyjson_val *params = yyjson_obj_get (value, "params");
    bool response = yyjson_obj_get (value, "result") || yyjson_obj_get (value, "error");
    if (id && !(response && yyjson_is_null (id)))
        s_read_id (self, id);
    if (!self->problem && !slice_is (json_text (value, "jsonrpc"), "2.0"))
        self->problem = "jsonrpc must be \"2.0\".";
    if (!self->problem && method && !yyjson_is_str (method))
        self->problem = "method must be a string.";
    if (!self->problem && params && !yyjson_is_obj (params))
        self->problem = "params must be an object.";
    if (!self->problem && !method && !response)
        self->problem = "method is missing.";
    if (self->problem)
        return;
    self->method = json_value_text (method);
    self->params = params;
    self->kind = !method ? JSONRPC_RESPONSE : id ? JSONRPC_REQUEST : JSONRPC_NOTIFICATION;
}

void
jsonrpc_deinit (jsonrpc_t *self)
{
    buffer_deinit (&self->id);
}

static void
s_begin (buffer_t *out, slice_t id)
{
    buffer_append_text (out, "{\"jsonrpc\":\"2.0\"");
    if (id.size) {
        buffer_append_text (out, ",\"id\":");
        buffer_append_slice (out, id);
    }
}

void
jsonrpc_write_result (buffer_t *out, slice_t id, slice_t result)
{
    s_begin (out, id);
    buffer_append_text (out, ",\"result\":");
    buffer_append_slice (out, result);
    buffer_append_char (out, '}');
}

void
jsonrpc_write_error (buffer_t *out, slice_t id, int code, slice_t message, slice_t data)
{
    s_begin (out, id);
    buffer_printf (out, ",\"error\":{\"code\":%d,\"message\":", code);
    json_append_string (out, message);
    if (data.size) {
        buffer_append_text (out, ",\"data\":");
        buffer_append_slice (out, data);
    }
    buffer_append_text (out, "}}");
}

void
jsonrpc_append_line (buffer_t *out, slice_t json)
{
    size_t begin = out->size;
    buffer_append_slice (out, json);
    if (buffer_status (out) != STATUS_OK || !json.size)
        return;
    for (char *at = out->data + begin, *end = out->data + out->size; (at = memchr (at, '\n', (size_t) (end - at)));)
        *at = ' ';
    for (char *at = out->data + begin, *end = out->data + out->size; (at = memchr (at, '\r', (size_t) (end - at)));)
        *at = ' ';
}
