#include "metric_miss.h"

#include "catalogue.h"
#include "json.h"
#include "metric_json.h"
#include "metric_search.h"
#include "reply.h"

#include <stdlib.h>

enum { NEAR_MAX = 5, QUESTION_BYTES_MAX = 512, NOTE_BYTES_MAX = 2048 };

typedef struct {
    int ids [NEAR_MAX];
    int count;
} near_t;

static void
s_take (near_t *near, int id)
{
    for (int i = 0; i < near->count; i++)
        if (near->ids [i] == id)
            return;
    if (id != CATALOGUE_NONE && near->count < NEAR_MAX)
        near->ids [near->count++] = id;
}

//  What a search for its words finds: in this namespace, where it is one.
static status_t
s_take_found (near_t *near, int space, slice_t namespace, slice_t name)
{
    metric_hit_t hits [NEAR_MAX * 4];
    metric_search_t *scratch = malloc (sizeof *scratch);
    if (!scratch)
        return STATUS_NO_MEMORY;
    buffer_t question;
    buffer_init (&question, QUESTION_BYTES_MAX);
    buffer_append_slice (&question, slice_first (namespace, QUESTION_BYTES_MAX / 8));
    buffer_append_char (&question, ' ');
    buffer_append_slice (&question, slice_first (name, QUESTION_BYTES_MAX / 8));
    int count = metric_search (scratch, buffer_slice (&question), hits, NEAR_MAX * 4);
    for (int i = 0; i < count; i++)
        if (space == CATALOGUE_NONE || catalogue_metric (hits [i].id).namespace_id == space)
            s_take (near, hits [i].id);
    buffer_deinit (&question);
    free (scratch);
    return STATUS_OK;
}

static void
s_append_quoted (buffer_t *out, slice_t text)
{
    buffer_append_char (out, '"');
    buffer_append_text (out, reply_shown (text).text);
    buffer_append_char (out, '"');
}

static void
s_append_note (buffer_t *note, int space, int meant, int near, slice_t namespace, slice_t name)
{
    bool of_aws = slice_starts (namespace, "AWS/");
    if (space != CATALOGUE_NONE) {
        buffer_append_text (note, "The catalogue has no metric ");
        s_append_quoted (note, name);
        buffer_printf (note, " in %s", catalogue_namespace (space).name);
        if (near != CATALOGUE_NONE)
            buffer_printf (note, "; did you mean %s?", catalogue_metric (near).name);
        else
            buffer_append_char (note, '.');
    } else {
        buffer_append_text (note, namespace.size ? "The catalogue has no namespace " : "The catalogue has no metric ");
        s_append_quoted (note, namespace.size ? namespace : name);
        if (namespace.size && meant != CATALOGUE_NONE)
            buffer_printf (note, "; did you mean %s?", catalogue_namespace (meant).name);
        else
            buffer_append_char (note, '.');
    }
    buffer_append_text (note, of_aws ? " It has what AWS publishes by itself, and may be older than this: list_metrics shows what the account has." :
                        " It has what AWS publishes by itself; custom metrics are found with list_metrics.");
    buffer_append_text (note, " search_metric_metadata finds metrics by meaning.");
}

status_t
metric_miss_append (buffer_t *out, slice_t namespace, slice_t name)
{
    near_t near = { .count = 0 };
    int space = catalogue_find_namespace (namespace);
    int meant = space == CATALOGUE_NONE && namespace.size ? catalogue_near_namespace (namespace) : space;
    int nearest = CATALOGUE_NONE;
    if (name.size && meant != CATALOGUE_NONE)
        nearest = catalogue_find (slice_of (catalogue_namespace (meant).name), name);
    if (name.size && meant != CATALOGUE_NONE && nearest == CATALOGUE_NONE)
        nearest = catalogue_near (meant, name);
    s_take (&near, nearest);
    int same [NEAR_MAX], count = name.size ? catalogue_find_name (name, same, NEAR_MAX) : 0;
    for (int i = 0; i < count && i < NEAR_MAX; i++)
        s_take (&near, same [i]);
    status_t status = name.size ? s_take_found (&near, meant, namespace, name) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    buffer_append_text (out, near.count ? "\"near\":[" : "");
    for (int i = 0; i < near.count; i++) {
        buffer_append_text (out, i ? "," : "");
        metric_json_name (out, near.ids [i]);
    }
    buffer_append_text (out, near.count ? "],\"note\":" : "\"note\":");
    buffer_t note;
    buffer_init (&note, NOTE_BYTES_MAX);
    s_append_note (&note, space, meant, nearest, namespace, name);
    json_append_string (out, buffer_slice (&note));
    buffer_deinit (&note);
    return STATUS_OK;
}
