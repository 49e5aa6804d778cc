#include "list.h"

#include "body.h"
#include "clock.h"
#include "input.h"
#include "reader.h"
#include "sentence.h"
#include "visible.h"
#include "window.h"

#include <stdio.h>

typedef struct {
    const list_t *list;
    void *own;                          //  The operation's
    listing_t listing;
    int64_t age_ms;                     //  Of the oldest page that was kept; 0: all are of now
} state_t;

//  Limits of what is built here: behind the rows stand at most a token and a note.
enum { NOTE_BYTES_MAX = 8 * 1024, BEHIND_BYTES_MAX = 32 * 1024 };

static status_t
s_ask_page (call_t *call, state_t *state)
{
    const list_t *list = state->list;
    yyjson_mut_doc *doc = input_new ();
    if (!doc)
        return STATUS_NO_MEMORY;
    yyjson_mut_val *input = yyjson_mut_doc_get_root (doc);
    list->ask (call, doc, input);
    slice_t token = listing_token (&state->listing);
    if (token.data)
        yyjson_mut_obj_add_strn (doc, input, list->token_member, token.data, token.size);
    return input_ask (&doc, call, 0, &(aws_request_t) { .service = list->service, .api = list->api });
}

//  Of the first page: a further one has it from its token.
static status_t
s_read_window (call_t *call, state_t *state)
{
    window_t window;
    status_t status = window_read (call, state->list->window_ms, &window);
    if (status == STATUS_OK)
        listing_set_window (&state->listing, window.start_ms, window.end_ms);
    return status;
}

const listing_t *
list_listing (const call_t *call)
{
    const state_t *state = call_state (call);
    return &state->listing;
}

void *
list_own (const call_t *call)
{
    const state_t *state = call_state (call);
    return state->own;
}

status_t
list_begin_with (call_t *call, const list_t *list, void *own)
{
    state_t *state = arena_alloc (call_arena (call), sizeof *state);
    if (!state)
        return STATUS_NO_MEMORY;
    *state = (state_t) { .list = list, .own = own };
    call_set_state (call, state);
    status_t status = listing_begin (&state->listing, call);
    if (status == STATUS_OK && list->window_ms && !state->listing.windowed)
        status = s_read_window (call, state);
    if (status == STATUS_INVALID_ARGUMENT)
        return STATUS_OK;               //  It has answered
    return status == STATUS_OK ? s_ask_page (call, state) : status;
}

status_t
list_begin (call_t *call, const list_t *list)
{
    return list_begin_with (call, list, NULL);
}

//  "1 log group", "50 log groups"
static void
s_count (buffer_t *note, const state_t *state)
{
    int64_t count = state->listing.count;
    buffer_printf (note, "%lld %s%s", (long long) count, state->list->noun, count == 1 ? "" : "s");
}

//  Nothing is left, and there were no rows.
static void
s_note_none (buffer_t *note, const call_t *call, const state_t *state)
{
    if (state->listing.resumed)
        buffer_printf (note, "There are no further %ss.", state->list->noun);
    else
        buffer_printf (note, "No %ss in %s match. %s", state->list->noun, call_region (call), state->list->none);
}

//  There is more, and it did not fit. What to do about it depends on why.
static void
s_note_full (buffer_t *note, const state_t *state, bool token)
{
    const listing_t *listing = &state->listing;
    if (listing->row_bytes) {
        buffer_printf (note, "The next %s takes %zu bytes, and max_bytes is %zu: raise it to read on.", state->list->noun, listing->row_bytes,
                       listing->bytes_max);
        return;
    }
    const char *reached = listing->count < listing->limit ? "max_bytes" : "limit";
    s_count (note, state);
    buffer_printf (note, "%s; there are more: ", listing->count < listing->limit ? ", cut at max_bytes" : "");
    if (token)
        buffer_printf (note, "pass next_token, or raise %s.", reached);
    else
        buffer_printf (note, "raise %s, or narrow the request; AWS's own token for the rest is too long to be passed on.", reached);
}

//  What a reader should know about these rows: broken off, nothing there, or more there. trouble: why it broke off, absent if it did not.
static void
s_note (buffer_t *note, const call_t *call, const state_t *state, slice_t trouble, bool token)
{
    if (trouble.size) {
        buffer_append_text (note, "Broken off after ");
        s_count (note, state);
        buffer_append_text (note, ": ");
        buffer_append_slice (note, trouble);
        buffer_append_text (note, token ? " Pass next_token to go on from here." : " There may be more: narrow the request.");
    } else if (listing_more (&state->listing)) {
        s_note_full (note, state, token);
    } else if (state->listing.count == 0) {
        s_note_none (note, call, state);
    }
}

//  The answer's beginning: the window, the columns' names, the rows.
static void
s_append_rows (buffer_t *json, const state_t *state)
{
    const list_t *list = state->list;
    buffer_append_char (json, '{');
    if (state->listing.windowed) {
        buffer_append_text (json, "\"window\":");
        window_append (json, state->listing.start_ms, state->listing.end_ms);
        buffer_append_char (json, ',');
    }
    if (list->columns)
        buffer_printf (json, "\"columns\":%s,", list->columns);
    buffer_printf (json, "\"%s\":[", list->rows_member);
    buffer_append_slice (json, buffer_slice (&state->listing.rows));
    buffer_append_char (json, ']');
}

static status_t
s_answer (call_t *call, state_t *state, slice_t trouble)
{
    listing_t *listing = &state->listing;
    buffer_t json, token, note;
    buffer_init (&json, listing->rows.size + BEHIND_BYTES_MAX);
    buffer_init (&token, BEHIND_BYTES_MAX);
    buffer_init (&note, NOTE_BYTES_MAX);
    s_append_rows (&json, state);
    bool next = listing_next_token (listing, &token);
    s_note (&note, call, state, trouble, next);
    if (state->list->behind)
        state->list->behind (call, !trouble.size && !listing->resumed && !listing_more (listing), &json, &note);
    sentence_of_age (&note, state->age_ms);
    if (next) {
        buffer_append_text (&json, ",\"next_token\":");
        json_append_string (&json, buffer_slice (&token));
    }
    if (note.size) {
        buffer_append_text (&json, ",\"note\":");
        json_append_string (&json, buffer_slice (&note));
    }
    buffer_append_char (&json, '}');
    buffer_deinit (&token);
    buffer_deinit (&note);
    return call_finish (call, &json, trouble.size || listing_more (listing));
}

//  AWS failed: with rows in hand they are worth more than an error.
static status_t
s_failed (call_t *call, state_t *state, const outcome_t *outcome)
{
    const listing_t *listing = &state->listing;
    bool token_refused = listing->resumed && listing->pages == 0 && outcome->status == STATUS_INVALID_ARGUMENT;
    buffer_t trouble;
    buffer_init (&trouble, NOTE_BYTES_MAX / 2);
    if (state->list->explain)
        state->list->explain (call, outcome, &trouble);
    bool explained = trouble.size > 0;
    if (!explained)
        sentence_of_outcome (&trouble, outcome, call_region (call));
    status_t status;
    if (token_refused && !explained)
        status = call_fail (call, outcome->status, -1, "%.*s If next_token is an old one, leave it out to begin anew.", (int) trouble.size,
                            trouble.data);
    else if (listing->count == 0)
        status = call_fail (call, outcome->status, outcome->retry_ms, "%.*s", (int) trouble.size, trouble.data);
    else
        status = s_answer (call, state, buffer_slice (&trouble));
    buffer_deinit (&trouble);
    return status;
}

static status_t
s_row (call_t *call, state_t *state, const list_item_t *item)
{
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    yyjson_mut_val *row = doc ? state->list->row (call, doc, item) : NULL;
    status_t status = row ? listing_row (&state->listing, row) : STATUS_NO_MEMORY;
    yyjson_mut_doc_free (doc);
    return status;
}

//  The rows of one page, until one does not fit, or none is wanted any more.
static status_t
s_rows (call_t *call, state_t *state, yyjson_val *answer)
{
    const list_t *list = state->list;
    list_item_t item = { .answer = answer };
    for (; list->items [item.member]; item.member++) {
        size_t count;
        yyjson_arr_foreach (yyjson_obj_get (answer, list->items [item.member]), item.index, count, item.item) {
            if (listing_skips (&state->listing))
                continue;
            switch (list->judge ? list->judge (call, &item) : LIST_TAKE) {
            case LIST_PASS:
                listing_pass (&state->listing);
                continue;
            case LIST_END:
                listing_end (&state->listing);
                return STATUS_OK;
            case LIST_TAKE:
                break;
            }
            status_t status = s_row (call, state, &item);
            if (status != STATUS_OK)
                return status == STATUS_TOO_LARGE ? STATUS_OK : status;
        }
    }
    return STATUS_OK;
}

//  Where rows are picked out here, pages may bring none for long: then it is pages that rise.
static void
s_progress (call_t *call, const state_t *state)
{
    const listing_t *listing = &state->listing;
    char text [64];
    if (state->list->judge) {
        snprintf (text, sizeof text, "pages read, %lld %ss match", (long long) listing->count, state->list->noun);
        call_progress (call, (double) listing->pages, 0, text);
    } else {
        snprintf (text, sizeof text, "%ss read", state->list->noun);
        call_progress (call, (double) listing->count, (double) listing->limit, text);
    }
}

status_t
list_next (call_t *call, const outcome_t *outcome)
{
    state_t *state = call_state (call);
    listing_t *listing = &state->listing;
    if (outcome->status != STATUS_OK)
        return s_failed (call, state, outcome);
    if (outcome->age_ms > state->age_ms)
        state->age_ms = outcome->age_ms;
    yyjson_val *answer = (yyjson_val *) (uintptr_t) outcome->answer;
    status_t status = s_rows (call, state, answer);
    if (status != STATUS_OK)
        return status;
    slice_t next = json_text (answer, state->list->token_member);
    bool same = next.size && slice_eq (next, listing_token (listing));
    if (!listing_page (listing, same ? SLICE_ABSENT : next))           //  A token that leads to itself would be read for ever
        return s_answer (call, state, same && !listing_more (listing) ? SLICE ("AWS gave the token of the same page again.") : SLICE_ABSENT);
    s_progress (call, state);
    return s_ask_page (call, state);
}

status_t
list_partial (call_t *call)
{
    state_t *state = call_state (call);
    if (state->listing.pages == 0)
        return STATUS_OK;               //  Nothing to show yet: the answer may still come within what is left
    return s_answer (call, state, SLICE ("the time allowed is nearly over."));
}

void
list_close (call_t *call)
{
    state_t *state = call_state (call);
    if (state)
        listing_deinit (&state->listing);
}

yyjson_mut_val *
list_text (yyjson_mut_doc *doc, const yyjson_val *item, const char *member)
{
    return visible_text (doc, json_text (item, member));
}

static yyjson_mut_val *
s_time (yyjson_mut_doc *doc, int64_t wall_ms)
{
    char text [CLOCK_TEXT_SIZE];
    return wall_ms > 0 ? yyjson_mut_strcpy (doc, clock_text_minute (wall_ms, text)) : yyjson_mut_null (doc);
}

yyjson_mut_val *
list_time_ms (yyjson_mut_doc *doc, const yyjson_val *item, const char *member)
{
    return s_time (doc, json_int (item, member, 0));
}

yyjson_mut_val *
list_time_s (yyjson_mut_doc *doc, const yyjson_val *item, const char *member)
{
    double seconds = json_number (item, member, 0);
    bool sane = seconds > 0 && seconds < 1e11;
    return s_time (doc, sane ? (int64_t) (seconds * 1000.0) : 0);
}

yyjson_mut_val *
list_number (yyjson_mut_doc *doc, const yyjson_val *item, const char *member)
{
    yyjson_val *value = yyjson_obj_get ((yyjson_val *) (uintptr_t) item, member);
    return yyjson_is_num (value) ? yyjson_val_mut_copy (doc, value) : yyjson_mut_null (doc);
}

yyjson_mut_val *
list_columns (yyjson_mut_doc *doc, yyjson_mut_val *const *values, size_t count)
{
    yyjson_mut_val *row = yyjson_mut_arr (doc);
    for (size_t i = 0; i < count; i++)
        if (!yyjson_mut_arr_append (row, values [i]))
            return NULL;
    return row;
}

void
list_add_text (call_t *call, const char *argument, yyjson_mut_doc *doc, yyjson_mut_val *input, const char *member)
{
    slice_t text = argument_text (call_arguments (call), argument);
    if (text.size)
        yyjson_mut_obj_add_strncpy (doc, input, member, text.data, text.size);
}

void
list_add_texts (call_t *call, const char *argument, yyjson_mut_doc *doc, yyjson_mut_val *input, const char *member)
{
    reader_t reader;
    reader_init (&reader, argument_value (call_arguments (call), argument));
    size_t count = 0;
    if (reader_array (&reader, &count) != STATUS_OK || count == 0)
        return;
    yyjson_mut_val *texts = yyjson_mut_arr (doc);
    slice_t text;
    while (count-- > 0 && reader_text (&reader, &text) == STATUS_OK)
        yyjson_mut_arr_add_strncpy (doc, texts, text.data, text.size);
    yyjson_mut_obj_add_val (doc, input, member, texts);
}
