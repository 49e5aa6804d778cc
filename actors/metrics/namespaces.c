#include "namespaces.h"

#include "body.h"
#include "catalogue.h"
#include "input.h"
#include "list.h"
#include "sentence.h"
#include "visible.h"

#include <stdlib.h>

enum { TOKEN_BYTES_MAX = 64 * 1024, NOTE_BYTES_MAX = 8 * 1024 };

typedef struct {
    slice_t name;                       //  In the call's arena
    int64_t metrics;
} count_t;

typedef struct {
    count_t counts [NAMESPACES_MAX];
    size_t  used;
    int64_t metrics;                    //  All
    int64_t others;                     //  Metrics of namespaces that found no place
    int64_t age_ms;                     //  Of the oldest page that was kept; 0: all are of now
    buffer_t token;                     //  AWS's, of the page being read; empty for the first
} state_t;

void
namespaces_add_scope (call_t *call, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    slice_t arguments = call_arguments (call);
    if (argument_bool (arguments, "recently_active"))
        yyjson_mut_obj_add_str (doc, input, "RecentlyActive", "PT3H");
    //  Whoever names a linked account means it, whether or not the switch is set too.
    if (argument_bool (arguments, "linked_accounts") || argument_text (arguments, "owning_account").size)
        yyjson_mut_obj_add_bool (doc, input, "IncludeLinkedAccounts", true);
    list_add_text (call, "owning_account", doc, input, "OwningAccount");
}

static status_t
s_ask_page (call_t *call, state_t *state)
{
    yyjson_mut_doc *doc = input_new ();
    if (!doc)
        return STATUS_NO_MEMORY;
    yyjson_mut_val *input = yyjson_mut_doc_get_root (doc);
    namespaces_add_scope (call, doc, input);
    if (state->token.size)
        yyjson_mut_obj_add_strn (doc, input, "NextToken", state->token.data, state->token.size);
    return input_ask (&doc, call, 0, &(aws_request_t) { .service = AWS_MONITORING, .api = "ListMetrics" });
}

status_t
namespaces_begin (call_t *call)
{
    if (argument_text (call_arguments (call), "next_token").size)
        return call_fail (call, STATUS_INVALID_ARGUMENT, -1, "The list of namespaces has no further pages: leave next_token out, or pass it with the "
                          "same namespace, metric_name or dimensions as before.");
    state_t *state = arena_alloc (call_arena (call), sizeof *state);
    if (!state)
        return STATUS_NO_MEMORY;
    buffer_init (&state->token, TOKEN_BYTES_MAX);
    call_set_state (call, state);
    return s_ask_page (call, state);
}

static void
s_count (call_t *call, state_t *state, slice_t name)
{
    state->metrics++;
    for (size_t i = 0; i < state->used; i++)
        if (slice_eq (state->counts [i].name, name)) {
            state->counts [i].metrics++;
            return;
        }
    char *copy = name.size && state->used < NAMESPACES_MAX ? arena_copy (call_arena (call), name) : NULL;
    if (copy)
        state->counts [state->used++] = (count_t) { { copy, name.size }, 1 };
    else
        state->others++;
}

static int
s_by_name (const void *a, const void *b)
{
    const count_t *x = a, *y = b;
    size_t size = x->name.size < y->name.size ? x->name.size : y->name.size;
    int order = memcmp (x->name.data, y->name.data, size);
    return order ? order : (x->name.size > y->name.size) - (x->name.size < y->name.size);
}

//  What a reader should know: how many there are, and why some are not shown or not counted. trouble: absent when all were counted.
static void
s_note (buffer_t *note, const call_t *call, const state_t *state, slice_t trouble, size_t shown)
{
    if (state->metrics == 0 && !trouble.size) {
        bool active = argument_bool (call_arguments (call), "recently_active");
        buffer_printf (note, "There are no metrics%s in %s. Is it the right region?", active ? " with data in the last 3 hours" : "",
                       call_region (call));
        return;
    }
    buffer_printf (note, "%lld metric%s in %zu namespace%s of %s.", (long long) state->metrics, state->metrics == 1 ? "" : "s", state->used,
                   state->used == 1 ? "" : "s", call_region (call));
    if (trouble.size) {
        buffer_append_text (note, " Counted in part: ");
        buffer_append_slice (note, trouble);
    }
    if (shown < state->used)
        buffer_printf (note, " %zu of the namespaces are not shown: raise limit or max_bytes.", state->used - shown);
    if (state->others)
        buffer_printf (note, " %lld of the metrics belong to further namespaces.", (long long) state->others);
    buffer_append_text (note, " Pass one as namespace to see its metrics.");
}

//  Not AWS's: the catalogue does not tell what its metrics mean, and whoever sends them does. AWS keeps names that begin with AWS/ for itself.
static bool
s_is_custom (slice_t name)
{
    return !slice_starts (name, "AWS/") && catalogue_find_namespace (name) == CATALOGUE_NONE;
}

//  ["AWS/Lambda",233,false]
static void
s_row (buffer_t *row, const count_t *count)
{
    buffer_t name;
    buffer_init (&name, NOTE_BYTES_MAX);
    visible_append (&name, count->name);
    buffer_append_char (row, '[');
    json_append_string (row, buffer_slice (&name));
    buffer_printf (row, ",%lld,%s]", (long long) count->metrics, s_is_custom (count->name) ? "true" : "false");
    buffer_deinit (&name);
}

//  Namespaces by name, each with its count, as many as the caller has room for.
static status_t
s_answer (call_t *call, state_t *state, slice_t trouble)
{
    slice_t arguments = call_arguments (call);
    size_t bytes_max = (size_t) argument_int (arguments, "max_bytes", 65536), limit = (size_t) argument_int (arguments, "limit", 100);
    qsort (state->counts, state->used, sizeof state->counts [0], s_by_name);
    buffer_t json, row, note;
    buffer_init (&json, bytes_max + 4 * NOTE_BYTES_MAX);
    buffer_init (&row, NOTE_BYTES_MAX);
    buffer_init (&note, NOTE_BYTES_MAX);
    buffer_append_text (&json, "{\"columns\":[\"namespace\",\"metrics\",\"custom\"],\"namespaces\":[");
    size_t shown = 0, begin = json.size;
    for (; shown < state->used && shown < limit; shown++) {
        buffer_clear (&row);
        buffer_append_text (&row, shown ? "," : "");
        s_row (&row, &state->counts [shown]);
        if (json.size - begin + row.size > bytes_max)
            break;
        buffer_append_slice (&json, buffer_slice (&row));
    }
    buffer_append_char (&json, ']');
    s_note (&note, call, state, trouble, shown);
    sentence_of_age (&note, state->age_ms);
    buffer_append_text (&json, ",\"note\":");
    json_append_string (&json, buffer_slice (&note));
    buffer_append_char (&json, '}');
    buffer_deinit (&row);
    buffer_deinit (&note);
    return call_finish (call, &json, trouble.size || shown < state->used);
}

static status_t
s_failed (call_t *call, state_t *state, const outcome_t *outcome)
{
    if (state->metrics == 0)
        return call_fail_aws (call, outcome);
    buffer_t trouble;
    buffer_init (&trouble, NOTE_BYTES_MAX / 2);
    sentence_of_outcome (&trouble, outcome, call_region (call));
    status_t status = s_answer (call, state, trouble.size ? buffer_slice (&trouble) : SLICE ("AWS failed."));
    buffer_deinit (&trouble);
    return status;
}

status_t
namespaces_next (call_t *call, const outcome_t *outcome)
{
    state_t *state = call_state (call);
    if (outcome->status != STATUS_OK)
        return s_failed (call, state, outcome);
    if (outcome->age_ms > state->age_ms)
        state->age_ms = outcome->age_ms;
    yyjson_val *answer = (yyjson_val *) (uintptr_t) outcome->answer;
    size_t index, count;
    yyjson_val *metric;
    yyjson_arr_foreach (yyjson_obj_get (answer, "Metrics"), index, count, metric)
        s_count (call, state, json_text (metric, "Namespace"));
    slice_t next = json_text (answer, "NextToken");
    if (!next.size || slice_eq (next, buffer_slice (&state->token)))
        return s_answer (call, state, next.size ? SLICE ("AWS gave the token of the same page again.") : SLICE_ABSENT);
    buffer_clear (&state->token);
    buffer_append_slice (&state->token, next);
    if (buffer_status (&state->token) != STATUS_OK)
        return s_answer (call, state, SLICE ("AWS's token for the rest is too long."));
    call_progress (call, (double) state->metrics, 0, "metrics counted");
    return s_ask_page (call, state);
}

status_t
namespaces_partial (call_t *call)
{
    state_t *state = call_state (call);
    return state->metrics > 0 ? s_answer (call, state, SLICE ("the time allowed is nearly over.")) : STATUS_OK;
}

void
namespaces_close (call_t *call)
{
    state_t *state = call_state (call);
    if (state)
        buffer_deinit (&state->token);
}
