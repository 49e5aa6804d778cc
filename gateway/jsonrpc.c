#include "jsonrpc.h"

static void
s_read_id (jsonrpc_t *self, yyjson_val *id)
{
    if (yyjson_is_uint (id))
        buffer_printf (&self->id, "%llu", (unsigned long long) yyjson_get_uint (id));
    else if (yyjson_is_sint (id))
        buffer_printf (&self->id, "%lld", (long long) yyjson_get_sint (id));
    else if (yyjson_is_str (id))
        json_append_string (&self->id, json_value_text (id));
    else
        self->problem = "id must be a string or a whole number.";
    if (buffer_status (&self->id) != STATUS_OK) {
        buffer_clear (&self->id);
        self->problem = "id is too long.";
    }
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
