#include "wire.h"

#include "operations.h"
#include "page.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

enum {
    INPUT_DEPTH_MAX = 32,
    ANSWER_BYTES_MAX = 16 * 1024 * 1024,
    MESSAGE_BYTES_MAX = 64 * 1024,
    OPERATION_NAME_MAX = 64
};

//  Those of a model carry its namespace. Sources: the services' "Common Errors" pages and models. Refusals of a signature have been seen with
//  400 in the JSON protocols and with 403 in the older one; a client must go by the code, and 403 is the one that trips those that do not.
//  AccessDenied and ExpiredIdentityToken are the STS's own: by Query alone, where another row's name means something else.
static const wire_refusal_t REFUSALS [] = {
    { "AccessDenied",                       "AccessDenied",                403, false, false },
    { "AccessDeniedException",              "AccessDenied",                400, false, false },
    { "DashboardNotFoundError",             "ResourceNotFound",            404, false, true },
    { "ExpiredIdentityToken",               "ExpiredTokenException",       400, false, true },
    { "ExpiredTokenException",              "ExpiredToken",                403, false, false },
    { "IncompleteSignatureException",       "IncompleteSignature",         403, false, false },
    { "InternalFailure",                    "InternalFailure",             500, true,  false },
    { "InternalServiceFault",               "InternalServiceError",        500, true,  true },
    { "InvalidIdentityToken",               "InvalidIdentityToken",        400, false, true },
    { "InvalidNextToken",                   "InvalidNextToken",            400, false, true },
    { "InvalidOperationException",          "InvalidOperationException",   400, false, true },
    { "InvalidParameterCombinationException", "InvalidParameterCombination", 400, false, true },
    { "InvalidParameterException",          "InvalidParameterException",   400, false, true },
    { "InvalidParameterValueException",     "InvalidParameterValue",       400, false, true },
    { "InvalidSignatureException",          "SignatureDoesNotMatch",       403, false, false },
    { "MissingAction",                      "MissingAction",               400, false, false },
    { "MissingAuthenticationTokenException", "MissingAuthenticationToken", 403, false, false },
    { "NotImplemented",                     "NotImplemented",              501, true,  false },
    { "ResourceNotFoundException",          "ResourceNotFound",            400, false, true },
    { "SerializationException",             "MalformedInput",              400, false, false },
    { "ServiceUnavailable",                 "ServiceUnavailable",          503, true,  false },
    { "ServiceUnavailableException",        "ServiceUnavailable",          503, true,  true },
    { "ThrottlingException",                "Throttling",                  400, false, false },
    { "UnknownOperationException",          "InvalidAction",               400, false, false },
    { "UnrecognizedClientException",        "InvalidClientTokenId",        403, false, false },
    { "ValidationError",                    "ValidationError",             400, false, false },
};

const wire_refusal_t *
wire_refusal (const char *code)
{
    const wire_refusal_t *refusal = REFUSALS;
    const wire_refusal_t *end = REFUSALS + sizeof REFUSALS / sizeof REFUSALS [0];
    while (refusal < end && strcmp (refusal->code, code) != 0)
        refusal++;
    assert (refusal < end);     //  A code that is not in the table
    return refusal;
}

const wire_operation_t *
wire_find_operation (const wire_service_t *service, slice_t name)
{
    for (const wire_operation_t *const *operation = OPERATIONS; *operation; operation++)
        if ((!service || (*operation)->service == service) && slice_is (name, (*operation)->name))
            return *operation;
    return NULL;
}

wire_route_t
wire_route (slice_t target)
{
    static const wire_service_t *const SERVICES [] = { &WIRE_MONITORING, &WIRE_LOGS };
    for (size_t i = 0; i < sizeof SERVICES / sizeof SERVICES [0]; i++)
        if (slice_starts (target, SERVICES [i]->target)) {
            size_t before = strlen (SERVICES [i]->target);
            slice_t name = { target.data + before, target.size - before };
            return (wire_route_t) { SERVICES [i], wire_find_operation (SERVICES [i], name), name, false };
        }
    return (wire_route_t) { NULL, NULL, target, false };
}

bool
wire_has_operation (slice_t name)
{
    return wire_find_operation (NULL, name) != NULL;
}

bool
wire_knows (const wire_service_t *service, slice_t name)
{
    char text [OPERATION_NAME_MAX + 3];
    if (!name.size || name.size > OPERATION_NAME_MAX || memchr (name.data, ' ', name.size))
        return false;
    snprintf (text, sizeof text, " %.*s ", (int) name.size, name.data);
    return strstr (service->not_simulated, text) != NULL;
}

void
wire_fail (const wire_service_t *service, const char *code, int status, slice_t message, wire_answer_t *answer)
{
    const wire_refusal_t *refusal = wire_refusal (code);
    bool named = service && refusal->modelled;
    answer->status = status ? status : refusal->status;
    answer->content_type = service ? service->content_type : WIRE_LOGS.content_type;
    answer->query_error [0] = 0;
    if (service && service->query_compatible)
        snprintf (answer->query_error, sizeof answer->query_error, "%s;%s", refusal->query_code, refusal->receiver ? "Receiver" : "Sender");
    buffer_init (&answer->body, ANSWER_BYTES_MAX);
    buffer_printf (&answer->body, "{\"__type\":\"%s%s\"", named ? service->namespace : "", code);
    if (message.data) {
        buffer_append_text (&answer->body, ",\"message\":");
        json_append_string (&answer->body, message);
    }
    buffer_append_char (&answer->body, '}');
}

void
wire_fail_route (const wire_route_t *route, wire_answer_t *answer)
{
    char text [OPERATION_NAME_MAX + 64];
    if (route->service && wire_knows (route->service, route->name)) {
        snprintf (text, sizeof text, "%.*s is not supported by the simulator", (int) route->name.size, route->name.data);
        wire_fail (route->service, "NotImplemented", 0, slice_of (text), answer);
    }
    else
        wire_fail (route->service, "UnknownOperationException", 0, SLICE_ABSENT, answer);
}

void
wire_refuse (wire_call_t *call, const char *code, const char *format, ...)
{
    char text [1024];
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (text, sizeof text, format, arguments);
    va_end (arguments);
    call->refusal = code;
    buffer_clear (&call->message);
    buffer_append_text (&call->message, text);
}

bool
wire_page_begin (wire_call_t *call, const char *token_member, const char *size_member, const char *refusal, uint64_t *offset)
{
    slice_t token = json_text (call->input, token_member);
    uint64_t question = page_question (call->operation->name, slice_of (call->region), call->input, token_member, size_member);
    *offset = 0;
    if (!token.data || page_read (token, question, offset))
        return true;
    wire_refuse (call, refusal, "The specified nextToken is invalid.");
    return false;
}

void
wire_page_end (wire_call_t *call, const char *token_member, const char *size_member, uint64_t next_offset)
{
    char token [PAGE_TOKEN_SIZE];
    page_write (page_question (call->operation->name, slice_of (call->region), call->input, token_member, size_member), next_offset, token);
    yyjson_mut_obj_add_strcpy (call->doc, call->output, token_member, token);
}

void
wire_run (wire_call_t *call)
{
    switch (checks_run (call->operation->members, call->input, &call->message)) {
    case CHECK_UNREADABLE:
        call->refusal = "SerializationException";
        break;
    case CHECK_VIOLATED:
        call->refusal = call->operation->service->invalid;
        break;
    case CHECK_FINE:
        call->operation->answer (call);
    }
}

void
wire_answer (const wire_operation_t *operation, const shop_t *shop, const char *region, slice_t body, wire_answer_t *answer)
{
    yyjson_doc *input = NULL;
    wire_call_t call = { .operation = operation, .shop = shop, .region = region, .doc = yyjson_mut_doc_new (NULL) };
    buffer_init (&call.message, MESSAGE_BYTES_MAX);
    buffer_init (&answer->body, ANSWER_BYTES_MAX);
    if (!call.doc)
        call.refusal = "InternalFailure";
    else
    if (json_read (body.size ? body : SLICE ("{}"), INPUT_DEPTH_MAX, &input, NULL) != STATUS_OK || !yyjson_is_obj (yyjson_doc_get_root (input)))
        call.refusal = "SerializationException";
    else {
        call.input = yyjson_doc_get_root (input);
        call.output = yyjson_mut_obj (call.doc);
        yyjson_mut_doc_set_root (call.doc, call.output);
        wire_run (&call);
    }
    if (!call.refusal && json_write (call.doc, &answer->body) != STATUS_OK)
        call.refusal = "InternalFailure";
    if (call.refusal) {
        buffer_deinit (&answer->body);
        wire_fail (operation->service, call.refusal, 0, call.message.size ? buffer_slice (&call.message) : SLICE_ABSENT, answer);
    }
    else {
        answer->status = 200;
        answer->content_type = operation->service->content_type;
        answer->query_error [0] = 0;
    }
    yyjson_doc_free (input);
    yyjson_mut_doc_free (call.doc);
    buffer_deinit (&call.message);
}
