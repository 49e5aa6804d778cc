#include "metric_tools.h"

#include "body.h"
#include "catalogue.h"
#include "json.h"
#include "metric_json.h"
#include "metric_search.h"
#include "reply.h"

#include <stdlib.h>

enum { LIMIT_DEFAULT = 10, LIMIT_MAX = 50, NOTE_BYTES_MAX = 1024 };

//  What a search needs; of one namespace all that is found must be looked through.
typedef struct {
    metric_search_t scratch;
    metric_hit_t    hits [LAYOUT_METRICS_MAX];
} search_t;

//  The ids of at most limit metrics, of this namespace or of all.
static status_t
s_search (slice_t query, int space, int limit, int *ids, int *count)
{
    search_t *search = malloc (sizeof *search);
    if (!search)
        return STATUS_NO_MEMORY;
    int found = metric_search (&search->scratch, query, search->hits, space == CATALOGUE_NONE ? limit : LAYOUT_METRICS_MAX);
    *count = 0;
    for (int i = 0; i < found && *count < limit; i++)
        if (space == CATALOGUE_NONE || catalogue_metric (search->hits [i].id).namespace_id == space)
            ids [(*count)++] = search->hits [i].id;
    free (search);
    return STATUS_OK;
}

static void
s_append_note (buffer_t *note, slice_t namespace, int space, int count)
{
    if (namespace.size && space == CATALOGUE_NONE) {
        int near = catalogue_near_namespace (namespace);
        buffer_append_text (note, "The catalogue has no namespace \"");
        buffer_append_text (note, reply_shown (namespace).text);
        buffer_append_char (note, '"');
        if (near != CATALOGUE_NONE)
            buffer_printf (note, " (did you mean %s?)", catalogue_namespace (near).name);
        buffer_append_text (note, ": all were searched.");
    }
    if (count)
        return;
    buffer_append_text (note, note->size ? " " : "");
    buffer_append_text (note, "Nothing is like that");
    if (space != CATALOGUE_NONE)
        buffer_printf (note, " in %s: leave namespace out to search all.", catalogue_namespace (space).name);
    else
        buffer_append_text (note, ": name the service and what is wrong with it, such as \"lambda throttled\".");
    buffer_append_text (note, " Custom metrics are not in the catalogue: list_metrics shows them.");
}

status_t
search_metric_metadata (slice_t arguments, buffer_t *json, buffer_t *sentence)
{
    slice_t query = slice_trim (argument_text (arguments, "query")), namespace = argument_text (arguments, "namespace");
    if (!query.size) {
        buffer_append_text (sentence, "query is empty: say what you want to know, such as {\"query\": \"disk full rds\"}.");
        return STATUS_INVALID_ARGUMENT;
    }
    int64_t limit = argument_int (arguments, "limit", LIMIT_DEFAULT);
    int ids [LIMIT_MAX], count, space = catalogue_find_namespace (namespace);
    status_t status = s_search (query, space, limit < LIMIT_MAX ? (int) limit : LIMIT_MAX, ids, &count);
    if (status != STATUS_OK)
        return status;
    buffer_append_char (json, '{');
    metric_json_rows (json, ids, count);
    buffer_t note;
    buffer_init (&note, NOTE_BYTES_MAX);
    s_append_note (&note, namespace, space, count);
    if (note.size)
        metric_json_text (json, "note", buffer_slice (&note));
    buffer_deinit (&note);
    buffer_append_char (json, '}');
    return STATUS_OK;
}
