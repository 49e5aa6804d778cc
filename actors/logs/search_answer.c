#include "search.h"

#include "number.h"
#include "search_note.h"
#include "window.h"

//  Behind the rows stand at most a token (4,000 characters) and a note.
enum { AROUND_BYTES_MAX = 64 * 1024 };

//  Can no group bring a row any more that belongs in front of this time, or into its millisecond?
static bool
s_is_certain (const search_t *self, int64_t time_ms)
{
    for (int i = 0; i < self->count; i++)
        if (search_group_may_have (&self->groups [i], &self->query, time_ms))
            return false;
    return true;
}

//  How many of the rows, from the first on, are certain and fit.
static void
s_choose (const search_t *self, search_given_t *given)
{
    const search_rows_t *rows = &self->query.rows;
    size_t bytes = 0;
    for (; given->rows < rows->count && s_is_certain (self, rows->rows [given->rows].place.time_ms); given->rows++) {
        size_t size = rows->rows [given->rows].size + (given->rows > 0);
        given->cut_at_bytes = bytes + size > rows->bytes_max;
        if (given->cut_at_bytes) {
            given->row_bytes = given->rows == 0 ? size : 0;
            return;
        }
        bytes += size;
    }
}

//  Groups in which nothing was found so far need not be scanned again from their beginning. True when one of them came further in this call.
static bool
s_carry (const search_t *self, search_token_t *next)
{
    bool further = false;
    next->page_limit = self->query.page_limit;
    for (int i = 0; i < self->count; i++) {
        const search_group_t *group = &self->groups [i];
        bool nothing_yet = group->matched == 0 && group->token.size > 0 && group->state != GROUP_LEFT_OUT;
        if (nothing_yet && search_token_carry (next, i, buffer_slice (&group->token)))
            further = further || group->pages > 0;
    }
    return further;
}

//  The word for the next call. True when that would come further than this one.
static bool
s_next (const search_t *self, const search_given_t *given, search_token_t *next)
{
    const search_query_t *query = &self->query;
    *next = (search_token_t) { .start_ms = query->start_ms, .end_ms = query->end_ms, .groups = self->from.groups, .has_place = query->has_place,
                               .place = query->place };
    if (given->rows == 0)
        return s_carry (self, next) || given->row_bytes > 0;
    next->has_place = true;
    next->place = query->rows.rows [given->rows - 1].place;
    return true;
}

static void
s_append_rows (buffer_t *json, const search_t *self, size_t count)
{
    const search_row_t *rows = self->query.rows.rows;
    buffer_append_text (json, ",\"rows\":[");
    for (size_t i = 0; i < count; i++) {
        buffer_append (json, ",", i > 0);
        buffer_append (json, rows [i].json, rows [i].size);
    }
    buffer_append_char (json, ']');
}

static void
s_append_token (buffer_t *json, const search_t *self, const search_token_t *next)
{
    buffer_t token;
    buffer_init (&token, 2 * SEARCH_TOKEN_BYTES_MAX);
    search_token_write (next, self->seal, &token);
    buffer_append_text (json, ",\"next_token\":");
    json_append_string (json, buffer_slice (&token));
    buffer_deinit (&token);
}

static void
s_append_note (buffer_t *json, const search_t *self, const search_given_t *given)
{
    buffer_t note;
    buffer_init (&note, SEARCH_NOTE_BYTES_MAX);
    search_note_append (&note, self, given);
    if (note.size) {
        buffer_append_text (json, ",\"note\":");
        json_append_string (json, buffer_slice (&note));
    }
    buffer_deinit (&note);
}

status_t
search_answer (search_t *self, slice_t trouble, status_t status, int64_t retry_ms)
{
    search_given_t given = { .trouble = trouble };
    search_token_t next;
    search_rows_sort (&self->query.rows);
    s_choose (self, &given);
    int over = search_count (self, GROUP_DONE) + search_count (self, GROUP_LEFT_OUT);
    given.more = given.rows < self->query.rows.count || self->query.rows.dropped || over < self->count;
    given.token = given.more && s_next (self, &given, &next);
    if (status != STATUS_OK && !given.token)
        return call_fail (self->call, status, retry_ms, "%.*s%s", (int) trouble.size, trouble.data,
                          self->resumed ? " The next_token that was passed stays good." : "");
    buffer_t json;
    buffer_init (&json, self->query.rows.bytes_max + AROUND_BYTES_MAX);
    buffer_append_text (&json, "{\"window\":");
    window_append (&json, self->query.start_ms, self->query.end_ms);
    buffer_printf (&json, ",\"columns\":[\"time\",%s\"stream\",\"message\"]", self->query.show_group ? "\"group\"," : "");
    s_append_rows (&json, self, given.rows);
    if (given.token)
        s_append_token (&json, self, &next);
    s_append_note (&json, self, &given);
    buffer_append_char (&json, '}');
    return call_finish (self->call, &json, given.more);
}
