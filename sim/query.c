#include "query.h"

#include "operations.h"

#include <assert.h>
#include <stdio.h>

enum { ANSWER_BYTES_MAX = 64 * 1024, INPUT_BYTES_MAX = 512 * 1024, NAME_BYTES_SHOWN_MAX = 64 };

//  The value of a hexadecimal digit, or -1.
static int
s_digit (char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char) (c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

//  A name or a value of a form: '+' is a space, %41 is 'A'; a '%' without two digits stands for itself.
static void
s_append_decoded (buffer_t *out, slice_t text)
{
    for (size_t i = 0; i < text.size; i++) {
        int high = text.data [i] == '%' && i + 2 < text.size ? s_digit (text.data [i + 1]) : -1;
        int low = high >= 0 ? s_digit (text.data [i + 2]) : -1;
        if (low >= 0)
            i += 2;
        buffer_append_char (out, low >= 0 ? (char) (high * 16 + low) : text.data [i] == '+' ? ' ' : text.data [i]);
    }
}

//  The member as it stands in the form, not decoded: names of actions and versions need no encoding.
static slice_t
s_member (slice_t form, const char *name)
{
    while (form.size) {
        slice_t value = slice_cut (&form, '&');
        if (slice_is (slice_cut (&value, '='), name))
            return value.data ? value : SLICE ("");
    }
    return SLICE_ABSENT;
}

wire_route_t
query_route (slice_t form)
{
    slice_t action = s_member (form, "Action");
    slice_t version = s_member (form, "Version");
    if (slice_is (version, WIRE_STS.version))
        return (wire_route_t) { &WIRE_STS, wire_find_operation (&WIRE_STS, action), action, .query = true };
    //  CloudWatch's operations are there, but write more than this protocol's answers can hold
    return (wire_route_t) { slice_is (version, WIRE_MONITORING.version) ? &WIRE_MONITORING : NULL, NULL, action, .query = true };
}

static void
s_append_escaped (buffer_t *out, slice_t text)
{
    for (size_t i = 0; i < text.size; i++)
        switch (text.data [i]) {
        case '&':
            buffer_append_text (out, "&amp;");
            break;
        case '<':
            buffer_append_text (out, "&lt;");
            break;
        case '>':
            buffer_append_text (out, "&gt;");
            break;
        default:
            buffer_append_char (out, text.data [i]);
        }
}

static void
s_begin (wire_answer_t *answer, int status)
{
    answer->status = status;
    answer->content_type = "text/xml";
    answer->query_error [0] = 0;
    buffer_init (&answer->body, ANSWER_BYTES_MAX);
}

void
query_fail (const wire_service_t *service, const char *code, int status, slice_t message, const char *request_id, wire_answer_t *answer)
{
    const wire_refusal_t *refusal = wire_refusal (code);
    s_begin (answer, status ? status : refusal->status);
    buffer_printf (&answer->body, "<ErrorResponse xmlns=\"%s\"><Error><Type>%s</Type><Code>%s</Code><Message>",
                   service ? service->xml_namespace : WIRE_STS.xml_namespace, refusal->receiver ? "Receiver" : "Sender", refusal->query_code);
    s_append_escaped (&answer->body, message);
    buffer_printf (&answer->body, "</Message></Error><RequestId>%s</RequestId></ErrorResponse>\n", request_id);
}

void
query_fail_route (const wire_route_t *route, const char *request_id, wire_answer_t *answer)
{
    char text [2 * NAME_BYTES_SHOWN_MAX + 160];
    int size = (int) (route->name.size < NAME_BYTES_SHOWN_MAX ? route->name.size : NAME_BYTES_SHOWN_MAX);
    const char *name = route->name.data ? route->name.data : "";
    const char *code = "NotImplemented";
    if (!route->name.size) {
        code = "MissingAction";
        snprintf (text, sizeof text, "The request is missing an action or a required parameter.");
    }
    else
    if (!route->service) {
        code = "UnknownOperationException";
        snprintf (text, sizeof text, "Could not find operation %.*s for the version of the request.", size, name);
    }
    else
    if (route->service == &WIRE_MONITORING)
        snprintf (text, sizeof text, "%.*s by CloudWatch's Query protocol is not supported by the simulator, only by its JSON protocol.", size, name);
    else
    if (wire_knows (route->service, route->name))
        snprintf (text, sizeof text, "%.*s is not supported by the simulator", size, name);
    else {
        code = "UnknownOperationException";
        snprintf (text, sizeof text, "Could not find operation %.*s for version %s", size, name, route->service->version);
    }
    query_fail (route->service, code, 0, slice_of (text), request_id, answer);
}

//  Does the model want a whole number here, and is it one? Anything else in its place stays a text, and cannot be read.
static bool
s_is_number (const check_t *members, slice_t name, slice_t value)
{
    size_t digits = value.size && value.data [0] == '-' ? value.size - 1 : value.size;
    const char *first = value.data + (value.size - digits);
    while (members->name && !slice_is (name, members->name))
        members++;
    if (!members->name || members->kind != CHECK_INTEGER || !digits || digits > 18 || (digits > 1 && *first == '0'))
        return false;
    for (size_t i = 0; i < digits; i++)
        if (s_digit (first [i]) < 0 || s_digit (first [i]) > 9)
            return false;
    return true;
}

//  The form's members as one JSON object. NULL when it has too many, or there is no memory.
static yyjson_doc *
s_read_form (const check_t *model, slice_t form)
{
    yyjson_doc *doc = NULL;
    buffer_t json, part;
    int members = 0;
    buffer_init (&json, INPUT_BYTES_MAX);
    buffer_init (&part, INPUT_BYTES_MAX);
    buffer_append_char (&json, '{');
    while (form.size && members <= QUERY_MEMBERS_MAX) {
        slice_t value = slice_cut (&form, '&');
        slice_t pieces [2] = { slice_cut (&value, '=') };
        pieces [1] = value;
        for (int i = 0; i < 2; i++) {
            buffer_clear (&part);
            s_append_decoded (&part, pieces [i]);
            buffer_append_text (&json, i ? ":" : members ? "," : "");
            if (i && s_is_number (model, pieces [0], buffer_slice (&part)))
                buffer_append_slice (&json, buffer_slice (&part));
            else
                json_append_string (&json, part.size ? buffer_slice (&part) : SLICE (""));
        }
        members++;
    }
    buffer_append_char (&json, '}');
    if (members > QUERY_MEMBERS_MAX || buffer_status (&json) != STATUS_OK || buffer_status (&part) != STATUS_OK
        || json_read (buffer_slice (&json), 2, &doc, NULL) != STATUS_OK)
        doc = NULL;
    buffer_deinit (&json);
    buffer_deinit (&part);
    return doc;
}

//  The output's members: texts, and structures of texts. No operation of this protocol has others.
static void
s_write_members (yyjson_mut_val *object, buffer_t *out)
{
    size_t index, max;
    yyjson_mut_val *key, *value;
    yyjson_mut_obj_foreach (object, index, max, key, value) {
        buffer_printf (out, "<%s>", yyjson_mut_get_str (key));
        if (yyjson_mut_is_obj (value))
            s_write_members (value, out);
        else {
            assert (yyjson_mut_is_str (value));
            s_append_escaped (out, slice_of (yyjson_mut_get_str (value)));
        }
        buffer_printf (out, "</%s>", yyjson_mut_get_str (key));
    }
}

static void
s_write_answer (const wire_call_t *call, const char *request_id, wire_answer_t *answer)
{
    const char *name = call->operation->name;
    buffer_t *out = &answer->body;
    s_begin (answer, 200);
    buffer_printf (out, "<%sResponse xmlns=\"%s\"><%sResult>", name, call->operation->service->xml_namespace, name);
    s_write_members (call->output, out);
    buffer_printf (out, "</%sResult><ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>\n", name, request_id, name);
}

void
query_answer (const wire_operation_t *operation, const shop_t *shop, const query_visitor_t *visitor, slice_t form, wire_answer_t *answer)
{
    yyjson_doc *input = s_read_form (operation->members, form);
    wire_call_t call = {
        .operation = operation, .shop = shop, .region = visitor->region, .key_id = visitor->key_id, .sts = visitor->sts,
        .doc = yyjson_mut_doc_new (NULL) };
    buffer_init (&call.message, ANSWER_BYTES_MAX / 2);
    if (!call.doc)
        call.refusal = "InternalFailure";
    else
    if (!input)
        call.refusal = "SerializationException";
    else {
        call.input = yyjson_doc_get_root (input);
        call.output = yyjson_mut_obj (call.doc);
        wire_run (&call);
    }
    if (call.refusal)
        query_fail (operation->service, call.refusal, 0, buffer_slice (&call.message), visitor->request_id, answer);
    else
        s_write_answer (&call, visitor->request_id, answer);
    yyjson_doc_free (input);
    yyjson_mut_doc_free (call.doc);
    buffer_deinit (&call.message);
}
