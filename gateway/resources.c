#include "resources.h"

#include "catalogue.h"
#include "metric_json.h"
#include "resource_uri.h"
#include "tools.h"

#define TYPE_JSON "application/json"
#define PLACE "{?region,account}"

//  What shows that there is such a thing is asked first: its answer's member has a row, or there is none. Without a member AWS itself says so.
typedef struct {
    const char *kind;
    const char *uri_template;
    const char *title;
    const char *description;
    completes_t completes;
    const char *member;                 //  NULL: what does not exist is refused as NOT_FOUND
    struct {
        const char *tool;
        const char *before, *behind;    //  The name as a JSON string stands between them; then region and account
    } calls [ERRAND_CALLS_MAX];
} template_t;

static const template_t TEMPLATES [] = {
    { "alarm", RESOURCE_URI_SCHEME "alarm/{name}" PLACE, "An alarm", "Its state and configuration, and its changes of the last 7 days.",
      COMPLETES_ALARM_NAME, "alarms",
      { { "describe_alarms", "\"detail\":true,\"names\":[", "]" }, { "get_alarm_history", "\"start_time\":\"-7d\",\"name\":", "" } } },
    { "log-group", RESOURCE_URI_SCHEME "log-group/{name}" PLACE, "A log group",
      "Its class, size and retention, its streams with the newest events, and the last lines of the past hour that look like errors.",
      COMPLETES_LOG_GROUP, "log_groups",
      { { "describe_log_groups", "\"log_groups\":[", "]" }, { "filter_log_streams", "\"limit\":10,\"log_group\":", "" },
        { "search_log_events", "\"limit\":10,\"pattern\":\"?ERROR ?Error ?error ?FATAL ?Exception ?Traceback\",\"log_groups\":[", "]" } } },
    { "namespace", RESOURCE_URI_SCHEME "namespace/{name}" PLACE, "A namespace", "The metrics that are in it, with their dimensions.",
      COMPLETES_NAMESPACE, "metrics",
      { { "list_metrics", "\"limit\":500,\"namespace\":", "" } } },
    { "dashboard", RESOURCE_URI_SCHEME "dashboard/{name}" PLACE, "A dashboard", "Its widgets, each with the calls that fetch what it shows.",
      COMPLETES_DASHBOARD, NULL,
      { { "get_dashboard", "\"limit\":500,\"max_bytes\":262144,\"name\":", "" } } },
    { "metrics", RESOURCE_URI_SHORT_SCHEME "metrics/{+name}", "What a service's metrics tell",
      "The metrics of a namespace of AWS as the catalogue has them: what each tells, unit, statistics, dimensions. AWS is not asked.",
      COMPLETES_KNOWN_NAMESPACE, NULL, { { NULL } } },
};

enum { TEMPLATES_COUNT = sizeof TEMPLATES / sizeof TEMPLATES [0] };

static void
s_append_text (buffer_t *out, const char *member, slice_t text)
{
    buffer_printf (out, ",\"%s\":", member);
    json_append_string (out, text);
}

void
resources_list (const guide_file_t *guides, const request_t *request, reply_t *reply)
{
    if (reply_refuses_cursor (reply, request))
        return;
    reply_begin (reply, request->revision, REPLY_PUBLIC, TOOLS_LIST_TTL_MS);
    buffer_append_text (&reply->text, "\"resources\":[");
    for (const guide_file_t *guide = guides; guide->name; guide++) {
        buffer_printf (&reply->text, "%s{\"uri\":\"" GUIDES_URI "%s\",\"name\":\"%s\"", guide == guides ? "" : ",", guide->name, guide->name);
        if (request->revision != REVISION_2025_03_26)
            s_append_text (&reply->text, "title", guide_title (guide));
        s_append_text (&reply->text, "description", guide_description (guide));
        buffer_printf (&reply->text, ",\"mimeType\":\"" GUIDES_TYPE "\",\"size\":%zu}", guide->size);
    }
    buffer_append_text (&reply->text, "]}");
}

void
resources_list_templates (const request_t *request, reply_t *reply)
{
    if (reply_refuses_cursor (reply, request))
        return;
    reply_begin (reply, request->revision, REPLY_PUBLIC, TOOLS_LIST_TTL_MS);
    buffer_append_text (&reply->text, "\"resourceTemplates\":[");
    for (const template_t *template = TEMPLATES; template < TEMPLATES + TEMPLATES_COUNT; template++) {
        buffer_printf (&reply->text, "%s{\"uriTemplate\":\"%s\",\"name\":\"%s\"", template == TEMPLATES ? "" : ",", template->uri_template,
                       template->kind);
        if (request->revision != REVISION_2025_03_26)
            s_append_text (&reply->text, "title", slice_of (template->title));
        s_append_text (&reply->text, "description", slice_of (template->description));
        buffer_append_text (&reply->text, ",\"mimeType\":\"" TYPE_JSON "\"}");
    }
    buffer_append_text (&reply->text, "]}");
}

//  --- Reading

static void
s_read_guide (const guide_file_t *guides, const request_t *request, slice_t uri, slice_t name, reply_t *reply)
{
    const guide_file_t *guide = guides_find (guides, name);
    if (!guide) {
        reply_no_resource (reply, request->revision, uri, "there is no such guide. resources/list has them.");
        return;
    }
    reply_begin (reply, request->revision, REPLY_PUBLIC, TOOLS_LIST_TTL_MS);
    buffer_append_text (&reply->text, "\"contents\":[");
    guide_write_contents (&reply->text, guide);
    buffer_append_text (&reply->text, "]}");
}

//  A namespace of the catalogue.
static void
s_read_metrics (const request_t *request, slice_t uri, slice_t name, reply_t *reply)
{
    int space = catalogue_find_namespace (name), near = catalogue_near_namespace (name);
    buffer_t text;
    buffer_init (&text, reply->text.limit);
    if (space == CATALOGUE_NONE) {
        buffer_append_text (&text, "the catalogue has no such namespace");
        if (near != CATALOGUE_NONE)
            buffer_printf (&text, "; did you mean %s?", catalogue_namespace (near).name);
        buffer_append_text (&text, near == CATALOGUE_NONE ? ". Those of your own are " : " Those of your own are ");
        buffer_append_text (&text, RESOURCE_URI_SCHEME "namespace/{name}.");
        buffer_append_char (&text, 0);
        reply_no_resource (reply, request->revision, uri, text.data ? text.data : "");
    } else {
        buffer_append_char (&text, '{');
        metric_json_namespace (&text, space, true);
        buffer_append_char (&text, '}');
        reply_begin (reply, request->revision, REPLY_PUBLIC, TOOLS_LIST_TTL_MS);
        buffer_append_text (&reply->text, "\"contents\":[{\"uri\":");
        json_append_string (&reply->text, uri);
        buffer_append_text (&reply->text, ",\"mimeType\":\"" TYPE_JSON "\",\"text\":");
        json_append_string (&reply->text, buffer_slice (&text));
        buffer_append_text (&reply->text, "}]}");
    }
    buffer_deinit (&text);
}

//  Is there a row in the member of a tool's answer?
static bool
s_found (const errand_part_t *part, const char *member)
{
    yyjson_doc *doc = NULL;
    bool found = json_read (buffer_slice (&part->json), JSON_DEPTH_MAX_AWS, &doc, NULL) == STATUS_OK &&
        yyjson_arr_size (yyjson_obj_get (yyjson_doc_get_root (doc), member)) > 0;
    yyjson_doc_free (doc);
    return found;
}

static slice_t
s_why (const errand_part_t *part)
{
    return part->text.size ? buffer_slice (&part->text) : slice_of (status_sentence (part->status));
}

static void
s_append_part (buffer_t *out, const errand_part_t *part)
{
    buffer_printf (out, ",\"%s\":", part->tool);
    if (part->status == STATUS_OK) {
        buffer_append_slice (out, buffer_slice (&part->json));
        return;
    }
    buffer_append_text (out, "{\"error\":");
    json_append_string (out, s_why (part));
    buffer_append_char (out, '}');
}

static void
s_finish (const errand_t *errand, reply_t *reply)
{
    const errand_purpose_t *purpose = errand_purpose (errand);
    const template_t *template = purpose->kind;
    const errand_part_t *part = errand_part (errand, 0);
    bool answered = part->status == STATUS_OK;
    if (part->status == STATUS_NOT_FOUND || (answered && template->member && !s_found (part, template->member))) {
        reply_no_resource (reply, purpose->revision, purpose->subject, "AWS knows none of that name here. Names are case-sensitive, and a region "
                           "other than the server's own is given as ?region=….");
        return;
    }
    if (!answered) {
        slice_t why = s_why (part);
        reply_refuse (reply, part->status == STATUS_INVALID_ARGUMENT ? JSONRPC_INVALID_PARAMS : JSONRPC_INTERNAL_ERROR, "%.*s", (int) why.size,
                      why.data);
        return;
    }
    buffer_t json;
    buffer_init (&json, reply->text.limit);
    buffer_append_text (&json, "{\"uri\":");
    json_append_string (&json, purpose->subject);
    for (size_t i = 0; (part = errand_part (errand, i)) != NULL; i++)
        s_append_part (&json, part);
    buffer_append_char (&json, '}');
    reply_begin (reply, purpose->revision, REPLY_PRIVATE, RESOURCES_TTL_MS);
    buffer_append_text (&reply->text, "\"contents\":[{\"uri\":");
    json_append_string (&reply->text, purpose->subject);
    buffer_append_text (&reply->text, ",\"mimeType\":\"" TYPE_JSON "\",\"text\":");
    json_append_string (&reply->text, buffer_slice (&json));
    buffer_append_text (&reply->text, "}]}");
    if (buffer_status (&json) != STATUS_OK || buffer_status (&reply->text) != STATUS_OK)
        reply_refuse (reply, JSONRPC_INTERNAL_ERROR, "The resource does not fit into an answer: ask its tools, with a limit.");
    buffer_deinit (&json);
}

static void
s_ask (errand_t *errand, const template_t *template, const resource_uri_t *uri)
{
    for (size_t i = 0; i < ERRAND_CALLS_MAX && template->calls [i].tool; i++) {
        buffer_t arguments;
        buffer_init (&arguments, 16 * RESOURCE_URI_NAME_SIZE);
        buffer_printf (&arguments, "{%s", template->calls [i].before);
        json_append_string (&arguments, slice_of (uri->name));
        buffer_append_text (&arguments, template->calls [i].behind);
        if (uri->region [0])
            s_append_text (&arguments, "region", slice_of (uri->region));
        if (uri->account [0])
            s_append_text (&arguments, "account", slice_of (uri->account));
        buffer_append_char (&arguments, '}');
        errand_ask (errand, template->calls [i].tool, buffer_slice (&arguments));
        buffer_deinit (&arguments);
    }
}

errand_t *
resources_read (const guide_file_t *guides, const errand_config_t *config, const request_t *request, reply_t *reply)
{
    slice_t text = json_text (request->params, "uri");
    resource_uri_t uri;
    const char *reason = NULL;
    if (!text.data) {
        reply_refuse (reply, JSONRPC_INVALID_PARAMS, "params.uri is missing: which resource?");
        return NULL;
    }
    if (resource_uri_read (text, &uri, &reason) != STATUS_OK) {
        reply_no_resource (reply, request->revision, text, reason);
        return NULL;
    }
    if (slice_is (uri.kind, "guide")) {
        s_read_guide (guides, request, text, uri.region [0] || uri.account [0] ? SLICE_ABSENT : slice_of (uri.name), reply);
        return NULL;
    }
    const template_t *template = TEMPLATES;
    while (template < TEMPLATES + TEMPLATES_COUNT && !slice_is (uri.kind, template->kind))
        template++;
    if (template == TEMPLATES + TEMPLATES_COUNT) {
        reply_no_resource (reply, request->revision, text, "there is no such kind. resources/list and resources/templates/list have them.");
        return NULL;
    }
    if (template->completes == COMPLETES_KNOWN_NAMESPACE) {
        s_read_metrics (request, text, uri.region [0] || uri.account [0] ? SLICE_ABSENT : slice_of (uri.name), reply);
        return NULL;
    }
    errand_t *errand = errand_new (config, &(errand_purpose_t) {
        .name = "resources/read", .revision = request->revision, .kind = template, .subject = text, .finish = s_finish });
    if (errand)
        s_ask (errand, template, &uri);
    else
        reply_refuse (reply, JSONRPC_INTERNAL_ERROR, "There is not enough memory for this resource now.");
    return errand;
}

completes_t
resources_completes (slice_t uri_template, slice_t variable, reply_t *reply)
{
    for (const template_t *template = TEMPLATES; template < TEMPLATES + TEMPLATES_COUNT; template++) {
        if (!slice_is (uri_template, template->uri_template))
            continue;
        if (slice_is (variable, "name"))
            return template->completes;
        if (slice_is (variable, "region"))
            return COMPLETES_REGION;
        if (slice_is (variable, "account"))
            return COMPLETES_ACCOUNT;
        reply_refuse (reply, JSONRPC_INVALID_PARAMS, "%s is not a variable of %s.", reply_shown (variable).text, template->uri_template);
        return COMPLETES;
    }
    reply_refuse (reply, JSONRPC_INVALID_PARAMS, "Unknown resource template: %s. resources/templates/list has them.",
                  reply_shown (uri_template).text);
    return COMPLETES;
}
