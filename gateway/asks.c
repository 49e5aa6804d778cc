#include "asks.h"

#include "body.h"
#include "pack.h"
#include "reader.h"
#include "tools.h"

static const struct {
    unsigned    ability;
    const char *name;                   //  Of the capability
    const char *method;                 //  That asks for it
} ABILITIES [] = {
    { ASKS_ELICITATION, "elicitation", "elicitation/create" },
    { ASKS_SAMPLING, "sampling", "sampling/createMessage" },
    { ASKS_ROOTS, "roots", "roots/list" },
};

enum { ABILITIES_COUNT = sizeof ABILITIES / sizeof ABILITIES [0] };

unsigned
asks_abilities (const request_t *request)
{
    unsigned abilities = 0;
    yyjson_val *meta = yyjson_obj_get (request->params, "_meta");
    yyjson_val *declared = yyjson_obj_get (meta, "io.modelcontextprotocol/clientCapabilities");
    for (size_t i = 0; revision_modern (request->revision) && i < ABILITIES_COUNT; i++)
        if (yyjson_is_obj (yyjson_obj_get (declared, ABILITIES [i].name)))
            abilities |= ABILITIES [i].ability;
    return abilities;
}

unsigned
asks_ability (slice_t name)
{
    for (size_t i = 0; i < ABILITIES_COUNT; i++)
        if (slice_is (name, ABILITIES [i].name))
            return ABILITIES [i].ability;
    return 0;
}

//  0 for a method that asks for none of them.
static unsigned
s_ability_of_method (slice_t method)
{
    for (size_t i = 0; i < ABILITIES_COUNT; i++)
        if (slice_is (method, ABILITIES [i].method))
            return ABILITIES [i].ability;
    return 0;
}

bool
asks_demand (unsigned abilities, unsigned needed, reply_t *reply)
{
    buffer_t names;
    unsigned missing = needed & ~abilities;
    if (!missing)
        return true;
    buffer_init (&names, 64);
    for (size_t i = 0; i < ABILITIES_COUNT; i++)
        if (missing & ABILITIES [i].ability)
            buffer_printf (&names, "%s%s", names.size ? ", " : "", ABILITIES [i].name);
    reply_refuse (reply, JSONRPC_MISSING_CAPABILITY, "Client capability required: %.*s", (int) names.size, names.data);
    buffer_append_text (&reply->data, "{\"requiredCapabilities\":{");
    bool first = true;
    for (size_t i = 0; i < ABILITIES_COUNT; i++)
        if (missing & ABILITIES [i].ability) {
            buffer_printf (&reply->data, "%s\"%s\":{}", first ? "" : ",", ABILITIES [i].name);
            first = false;
        }
    buffer_append_text (&reply->data, "}}");
    buffer_deinit (&names);
    return false;
}

//  --- What came back

static bool
s_is_object_of_objects (yyjson_val *value)
{
    size_t index, count;
    yyjson_val *key, *inner;
    yyjson_obj_foreach (json_members (value), index, count, key, inner)
        if (!yyjson_is_obj (inner))
            return false;
    return yyjson_is_obj (value);
}

bool
asks_read (const asks_t *self, const request_t *request, slice_t purpose, asks_given_t *given, reply_t *reply)
{
    *given = (asks_given_t) { NULL };
    buffer_init (&given->state, REQUEST_STATE_BYTES_MAX);
    if (!revision_modern (request->revision))
        return true;                    //  These words mean nothing there
    yyjson_val *responses = yyjson_obj_get (request->params, "inputResponses"), *state = yyjson_obj_get (request->params, "requestState");
    if (responses && !s_is_object_of_objects (responses)) {
        reply_refuse (reply, JSONRPC_INVALID_PARAMS, "params.inputResponses must be an object, and each answer in it too.");
        return false;
    }
    given->responses = responses;
    if (!state)
        return true;
    int64_t now_ms = reactor_now_ms (self->reactor);
    given->has_state = yyjson_is_str (state) &&
        request_state_open (&self->seal, purpose, json_value_text (state), now_ms, &given->state) == STATUS_OK;
    if (!given->has_state)
        reply_refuse (reply, JSONRPC_INVALID_PARAMS, "params.requestState is not as it was given, or its time is over. Ask again without it.");
    return given->has_state;
}

void
asks_given_deinit (asks_given_t *given)
{
    buffer_deinit (&given->state);
}

void
asks_append_arguments (const asks_given_t *given, slice_t arguments, buffer_t *out)
{
    reader_t reader;
    size_t pairs = 0;
    reader_init (&reader, arguments);
    status_t status = reader_map (&reader, &pairs);
    if (status != STATUS_OK) {
        out->status = status;
        return;
    }
    pack_map (out, pairs + (given->responses ? 1 : 0) + (given->has_state ? 1 : 0));
    buffer_append (out, reader.at, (size_t) (reader.end - reader.at));
    if (given->responses) {
        pack_key (out, BODY_RESPONSES);
        pack_json (out, given->responses);
    }
    if (given->has_state) {
        pack_key (out, BODY_STATE);
        pack_text (out, given->state.size ? buffer_slice (&given->state) : SLICE (""));
    }
}

//  --- What is asked

//  Appends the requests that this client can be asked. False when there is none; *lacking is what it would need for the others.
static bool
s_append_requests (unsigned abilities, yyjson_val *requests, buffer_t *out, unsigned *lacking)
{
    bool any = false;
    size_t index, count;
    yyjson_val *key, *request;
    *lacking = 0;
    buffer_append_text (out, "\"inputRequests\":{");
    yyjson_obj_foreach (json_members (requests), index, count, key, request) {
        unsigned ability = s_ability_of_method (json_text (request, "method"));
        if (!(ability & abilities)) {
            *lacking |= ability;
            continue;
        }
        buffer_append_text (out, any ? "," : "");
        json_append_string (out, json_value_text (key));
        buffer_append_char (out, ':');
        json_append_value (out, request);
        any = true;
    }
    buffer_append_char (out, '}');
    return any;
}

void
asks_write (const asks_t *self, unsigned abilities, slice_t purpose, yyjson_val *ask, reply_t *reply)
{
    unsigned lacking;
    slice_t state = json_text (ask, "state");
    buffer_t *out = &reply->text;
    buffer_printf (out, "{\"resultType\":\"input_required\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":%s},", TOOLS_SERVER_INFO);
    if (!s_append_requests (abilities, yyjson_obj_get (ask, "requests"), out, &lacking)) {
        if (asks_demand (0, lacking, reply))
            reply_refuse (reply, JSONRPC_INTERNAL_ERROR, "What this request would have to ask first cannot be asked of any client.");
        return;
    }
    if (state.data) {
        buffer_append_text (out, ",\"requestState\":\"");
        request_state_seal (&self->seal, purpose, state, reactor_now_ms (self->reactor), out);
        buffer_append_char (out, '"');
    }
    buffer_append_char (out, '}');
}
