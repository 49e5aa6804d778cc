#include "completion.h"

#include "known_names.h"
#include "resources.h"

#include <stdlib.h>

//  What is asked for a kind of name (those that are not here are asked of nobody), and where in the answer the names are: column 0 of rows, a member
//  of rows that are objects, or (for dimensions, an object in column 1) a name or a value in it.
typedef enum { AT_COLUMN_0, AT_NAME, AT_DIMENSION_NAME, AT_DIMENSION_VALUE } place_t;

static const struct kind {
    const char *tool;
    const char *member;                 //  With the rows
    place_t     place;
    bool        by_prefix;              //  AWS looks for names that begin so; else all are asked for
} KINDS [COMPLETES] = {
    [COMPLETES_ALARM_NAME] = { "describe_alarms", "alarms", AT_NAME, true },
    [COMPLETES_LOG_GROUP] = { "describe_log_groups", "log_groups", AT_COLUMN_0, true },
    [COMPLETES_DASHBOARD] = { "list_dashboards", "dashboards", AT_COLUMN_0, true },
    [COMPLETES_NAMESPACE] = { "list_metrics", "namespaces", AT_COLUMN_0, false },
    [COMPLETES_METRIC_NAME] = { "list_metrics", "metrics", AT_COLUMN_0, false },
    [COMPLETES_DIMENSION_NAME] = { "list_metrics", "metrics", AT_DIMENSION_NAME, false },
    [COMPLETES_DIMENSION_VALUE] = { "list_metrics", "metrics", AT_DIMENSION_VALUE, false },
};

//  Metrics that are looked through for their names: as many as list_metrics shows at once.
enum { METRICS_MAX = 5000, ROWS_BYTES_MAX = 1048576 };

//  --- The answer

typedef struct {
    slice_t text;
    bool    begins;                     //  With what was typed; else contains it
} name_t;

typedef struct {
    name_t *list;
    size_t  count, capacity;
    slice_t typed;
} names_t;

static bool
s_contains (slice_t text, slice_t part)
{
    for (size_t i = 0; i + part.size <= text.size; i++)
        if (strncasecmp (text.data + i, part.data, part.size) == 0)
            return true;
    return false;
}

//  Without memory a name is left out: there are others.
static void
s_take (names_t *names, slice_t text)
{
    slice_t typed = names->typed;
    if (text.size == 0 || !s_contains (text, typed))
        return;
    if (names->count == names->capacity) {
        size_t capacity = names->capacity ? names->capacity * 2 : 256;
        name_t *list = realloc (names->list, capacity * sizeof *list);
        if (!list)
            return;
        names->list = list;
        names->capacity = capacity;
    }
    bool begins = typed.size == 0 || strncasecmp (text.data, typed.data, typed.size) == 0;
    names->list [names->count++] = (name_t) { text, begins };
}

static int
s_compare (const void *one, const void *other)
{
    const name_t *a = one, *b = other;
    if (a->begins != b->begins)
        return a->begins ? -1 : 1;
    size_t size = a->text.size < b->text.size ? a->text.size : b->text.size;
    int order = memcmp (a->text.data, b->text.data, size);
    return order ? order : (a->text.size > b->text.size) - (a->text.size < b->text.size);
}

static void
s_take_known (void *arg, slice_t name)
{
    s_take (arg, name);
}

//  Sorted, each once.
static void
s_settle (names_t *names)
{
    if (names->count == 0)
        return;
    qsort (names->list, names->count, sizeof *names->list, s_compare);
    size_t kept = 1;
    for (size_t i = 1; i < names->count; i++)
        if (!slice_eq (names->list [i].text, names->list [kept - 1].text))
            names->list [kept++] = names->list [i];
    names->count = kept;
}

static void
s_take_row (names_t *names, place_t place, yyjson_val *row, slice_t dimension)
{
    if (place == AT_NAME)
        s_take (names, json_text (row, "name"));
    if (place == AT_COLUMN_0)
        s_take (names, json_value_text (yyjson_arr_get_first (row)));
    yyjson_val *dimensions = yyjson_arr_get (row, 1), *key, *value;
    size_t index, count;
    yyjson_obj_foreach (json_members (dimensions), index, count, key, value) {
        if (place == AT_DIMENSION_NAME)
            s_take (names, json_value_text (key));
        if (place == AT_DIMENSION_VALUE && slice_eq (json_value_text (key), dimension))
            s_take (names, json_value_text (value));
    }
}

//  How many there are in all is not always known: then it is not said.
static void
s_write (reply_t *reply, revision_t revision, const names_t *names, bool known, bool more)
{
    size_t shown = names->count < COMPLETION_VALUES_MAX ? names->count : COMPLETION_VALUES_MAX;
    reply_begin (reply, revision, REPLY_NOT_KEPT, 0);
    buffer_append_text (&reply->text, "\"completion\":{\"values\":[");
    for (size_t i = 0; i < shown; i++) {
        buffer_append_text (&reply->text, i ? "," : "");
        json_append_string (&reply->text, names->list [i].text);
    }
    buffer_append_char (&reply->text, ']');
    if (known && !more)
        buffer_printf (&reply->text, ",\"total\":%zu", names->count);
    buffer_printf (&reply->text, ",\"hasMore\":%s}}", more || shown < names->count ? "true" : "false");
}

static void
s_finish (const errand_t *errand, reply_t *reply)
{
    const errand_purpose_t *purpose = errand_purpose (errand);
    const struct kind *kind = purpose->kind;
    const errand_part_t *part = errand_part (errand, 0);
    names_t names = { .typed = purpose->subject };
    yyjson_doc *doc = NULL;
    if (part->status == STATUS_OK && json_read (buffer_slice (&part->json), JSON_DEPTH_MAX_AWS, &doc, NULL) != STATUS_OK)
        doc = NULL;
    yyjson_val *root = yyjson_doc_get_root (doc), *row;
    size_t index, count;
    known_names_each (&(known_names_t) { .completes = (completes_t) (kind - KINDS), .typed = names.typed, .namespace = purpose->detail },
                      s_take_known, &names);
    yyjson_arr_foreach (yyjson_obj_get (root, kind->member), index, count, row)
        s_take_row (&names, kind->place, row, purpose->detail);
    s_settle (&names);
    s_write (reply, purpose->revision, &names, doc != NULL, json_text (root, "next_token").data != NULL);
    free (names.list);
    yyjson_doc_free (doc);
}

//  --- The question

static void
s_append_text (buffer_t *out, const char *member, slice_t text)
{
    if (!text.size)
        return;
    buffer_printf (out, ",\"%s\":", member);
    json_append_string (out, text);
}

//  The arguments of the tool. filled: what the client has already, may be NULL.
static void
s_write_arguments (buffer_t *out, completes_t completes, slice_t typed, yyjson_val *filled)
{
    bool metrics = completes == COMPLETES_METRIC_NAME || completes == COMPLETES_DIMENSION_NAME || completes == COMPLETES_DIMENSION_VALUE;
    bool namespaces = completes == COMPLETES_NAMESPACE;
    buffer_printf (out, "{\"limit\":%d,\"max_bytes\":%d", metrics || namespaces ? METRICS_MAX : COMPLETION_VALUES_MAX, ROWS_BYTES_MAX);
    if (KINDS [completes].by_prefix)
        s_append_text (out, "prefix", typed);
    if (metrics)
        s_append_text (out, "namespace", json_text (filled, "namespace"));
    if (completes == COMPLETES_DIMENSION_NAME || completes == COMPLETES_DIMENSION_VALUE)
        s_append_text (out, "metric_name", json_text (filled, "metric_name"));
    if (completes == COMPLETES_DIMENSION_VALUE) {
        buffer_append_text (out, ",\"dimensions\":{");
        json_append_string (out, json_text (filled, "dimension_name"));
        buffer_append_text (out, ":\"\"}");
    }
    s_append_text (out, "region", json_text (filled, "region"));
    s_append_text (out, "account", json_text (filled, "account"));
    buffer_append_char (out, '}');
}

//  Is what the name depends on filled in?
static bool
s_can_be_asked (completes_t completes, yyjson_val *filled)
{
    if (!KINDS [completes].tool)
        return false;
    if (completes == COMPLETES_DIMENSION_VALUE && !json_text (filled, "dimension_name").size)
        return false;
    bool metrics = completes == COMPLETES_METRIC_NAME || completes == COMPLETES_DIMENSION_NAME || completes == COMPLETES_DIMENSION_VALUE;
    return !metrics || json_text (filled, "namespace").size;
}

static completes_t
s_completes (const prompts_t *prompts, const request_t *request, reply_t *reply)
{
    yyjson_val *ref = yyjson_obj_get (request->params, "ref"), *argument = yyjson_obj_get (request->params, "argument");
    slice_t type = json_text (ref, "type"), name = json_text (argument, "name"), typed = json_text (argument, "value");
    if (!name.data || !typed.data || typed.size > COMPLETION_TYPED_BYTES_MAX)
        reply_refuse (reply, JSONRPC_INVALID_PARAMS, "params.argument must have a name, and a value of at most %d bytes.",
                      COMPLETION_TYPED_BYTES_MAX);
    else if (slice_is (type, "ref/prompt"))
        return prompts_completes (prompts, json_text (ref, "name"), name, reply);
    else if (slice_is (type, "ref/resource"))
        return resources_completes (json_text (ref, "uri"), name, reply);
    else
        reply_refuse (reply, JSONRPC_INVALID_PARAMS, "params.ref.type must be ref/prompt or ref/resource.");
    return COMPLETES;
}

static known_names_t
s_known (completes_t completes, slice_t typed, yyjson_val *filled)
{
    return (known_names_t) { completes, typed, json_text (filled, "namespace"), json_text (filled, "metric_name") };
}

//  Answers from the catalogue alone, when it has all that there can be, and something that fits.
static bool
s_answer_known (completes_t completes, slice_t typed, yyjson_val *filled, const request_t *request, reply_t *reply)
{
    known_names_t known = s_known (completes, typed, filled);
    names_t names = { .typed = typed };
    if (!known_names_suffice (&known))
        return false;
    known_names_each (&known, s_take_known, &names);
    s_settle (&names);
    bool some = names.count > 0;
    if (some)
        s_write (reply, request->revision, &names, true, false);
    free (names.list);
    return some;
}

//  What the configuration knows of accounts and regions, what the catalogue knows of metrics, and nothing of anything else.
static void
s_answer_from (const config_t *config, completes_t completes, slice_t typed, yyjson_val *filled, const request_t *request, reply_t *reply)
{
    names_t names = { .typed = typed };
    known_names_t of_catalogue = s_known (completes, typed, filled);
    known_names_each (&of_catalogue, s_take_known, &names);
    for (size_t i = 0; completes == COMPLETES_ACCOUNT && config && i < config->accounts_count; i++)
        s_take (&names, slice_of (config->accounts [i].name));
    if (completes == COMPLETES_REGION && config) {
        slice_t name = json_text (filled, "account");
        const aws_account_t *account = accounts_find (config->accounts, config->accounts_count,
                                                      name.size ? name : slice_of (config->default_account));
        for (const char *const *region = account ? account->regions : NULL; region && *region; region++)
            s_take (&names, slice_of (*region));
    }
    s_settle (&names);
    bool known = completes == COMPLETES_NOTHING || completes == COMPLETES_ACCOUNT || completes == COMPLETES_REGION;
    s_write (reply, request->revision, &names, known, false);
    free (names.list);
}

errand_t *
completion_complete (const prompts_t *prompts, const config_t *config, const errand_config_t *errands, const request_t *request, reply_t *reply)
{
    completes_t completes = s_completes (prompts, request, reply);
    if (completes == COMPLETES)
        return NULL;
    slice_t typed = json_text (yyjson_obj_get (request->params, "argument"), "value");
    yyjson_val *filled = yyjson_obj_get (yyjson_obj_get (request->params, "context"), "arguments");
    errand_config_t brief = *errands;
    if (s_answer_known (completes, typed, filled, request, reply))
        return NULL;
    brief.budget_ms = errands->budget_ms < COMPLETION_DEADLINE_MS ? errands->budget_ms : COMPLETION_DEADLINE_MS;
    errand_t *errand = NULL;
    if (s_can_be_asked (completes, filled))
        errand = errand_new (&brief, &(errand_purpose_t) {
            .name = "completion/complete", .revision = request->revision, .kind = &KINDS [completes], .subject = typed,
            .detail = json_text (filled, completes == COMPLETES_METRIC_NAME ? "namespace" : "dimension_name"), .finish = s_finish });
    if (!errand) {
        s_answer_from (config, completes, typed, filled, request, reply);
        return NULL;
    }
    buffer_t arguments;
    buffer_init (&arguments, 64 * 1024);
    s_write_arguments (&arguments, completes, typed, filled);
    errand_ask (errand, KINDS [completes].tool, buffer_slice (&arguments));
    buffer_deinit (&arguments);
    return errand;
}
