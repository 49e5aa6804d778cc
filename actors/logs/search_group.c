#include "search_group.h"

#include "log_group.h"
#include "reader.h"
#include "search_line.h"

//  --- The request

enum { ROW_BYTES_MAX = 128 * 1024 };

static void
s_add_text (yyjson_mut_doc *doc, yyjson_mut_val *input, const char *member, slice_t text)
{
    if (text.size)
        yyjson_mut_obj_add_strn (doc, input, member, text.data, text.size);
}

static void
s_add_streams (yyjson_mut_doc *doc, yyjson_mut_val *input, slice_t streams)
{
    reader_t reader;
    reader_init (&reader, streams);
    size_t count = 0;
    if (reader_array (&reader, &count) != STATUS_OK || count == 0)
        return;
    yyjson_mut_val *names = yyjson_mut_obj_add_arr (doc, input, "logStreamNames");
    slice_t name;
    while (count-- > 0 && reader_text (&reader, &name) == STATUS_OK)
        yyjson_mut_arr_add_strn (doc, names, name.data, name.size);
}

//  The window, less what was given already. AWS takes its end for included, we do not; what it gives too much is passed over, and so nothing is
//  lost should it do otherwise.
static void
s_add_window (yyjson_mut_doc *doc, yyjson_mut_val *input, const search_query_t *query)
{
    int64_t start_ms = query->start_ms, end_ms = query->end_ms;
    if (query->has_place && query->newest)
        end_ms = query->place.time_ms + 1;
    else if (query->has_place)
        start_ms = query->place.time_ms;
    yyjson_mut_obj_add_int (doc, input, "startTime", start_ms);
    yyjson_mut_obj_add_int (doc, input, "endTime", end_ms);
}

status_t
search_group_request (const search_group_t *self, const search_query_t *query, buffer_t *body)
{
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    yyjson_mut_val *input = doc ? yyjson_mut_obj (doc) : NULL;
    status_t status = STATUS_NO_MEMORY;
    if (input && log_group_add (doc, input, self->identifier)) {
        yyjson_mut_doc_set_root (doc, input);
        s_add_streams (doc, input, query->streams);
        s_add_text (doc, input, "logStreamNamePrefix", query->stream_prefix);
        s_add_window (doc, input, query);
        s_add_text (doc, input, "filterPattern", query->pattern);
        if (query->from_tail)
            yyjson_mut_obj_add_bool (doc, input, "startFromHead", false);
        yyjson_mut_obj_add_int (doc, input, "limit", query->page_limit);
        if (query->unmask)
            yyjson_mut_obj_add_bool (doc, input, "unmask", true);
        s_add_text (doc, input, "nextToken", buffer_slice (&self->token));
        status = json_write (doc, body);
    }
    yyjson_mut_doc_free (doc);
    return status;
}

//  --- The mark

//  Do events come in the order of the rows? From the head while the newest are wanted, they do not.
static bool
s_in_order (const search_query_t *query)
{
    return query->from_tail || !query->newest;
}

bool
search_group_mark (const search_group_t *self, const search_query_t *query, int64_t *mark_ms)
{
    *mark_ms = self->mark_ms;
    return self->marked && !self->astray && s_in_order (query) && (query->descends || !query->newest);
}

bool
search_group_may_have (const search_group_t *self, const search_query_t *query, int64_t time_ms)
{
    int64_t mark_ms;
    if (self->state == GROUP_DONE || self->state == GROUP_LEFT_OUT)
        return false;
    return !search_group_mark (self, query, &mark_ms) || !search_time_before (time_ms, mark_ms, query->newest);
}

//  The order of one page, told by its first and last event, and against the mark that the pages before it had set.
typedef struct {
    bool    any;
    int64_t first_ms, last_ms;
    int64_t furthest_ms;
    bool    behind_mark;                //  An event stands before the mark
} page_t;

static void
s_see (page_t *page, const search_group_t *group, const search_query_t *query, int64_t time_ms)
{
    if (!page->any)
        page->first_ms = page->furthest_ms = time_ms;
    page->any = true;
    page->last_ms = time_ms;
    if (search_time_before (page->furthest_ms, time_ms, query->newest))
        page->furthest_ms = time_ms;
    page->behind_mark = page->behind_mark || (group->marked && search_time_before (time_ms, group->mark_ms, query->newest));
}

static void
s_set_mark (search_group_t *self, search_query_t *query, const page_t *page)
{
    if (!page->any)
        return;
    if (page->behind_mark || search_time_before (page->last_ms, page->first_ms, query->newest))
        self->astray = true;
    else if (page->last_ms < page->first_ms || (self->marked && page->last_ms < self->mark_ms))
        query->descends = true;
    if (!self->marked || search_time_before (self->mark_ms, page->furthest_ms, query->newest))
        self->mark_ms = page->furthest_ms;
    self->marked = true;
}

//  --- The page

static status_t
s_take_row (search_query_t *query, const search_group_t *group, const search_place_t *place, yyjson_val *event)
{
    buffer_t row;
    buffer_init (&row, ROW_BYTES_MAX);
    status_t status = search_line_append (&row, &(search_line_t) {
        .time_ms = place->time_ms, .group = query->show_group ? group->shown : SLICE_ABSENT, .stream = json_text (event, "logStreamName"),
        .message = json_text (event, "message"), .bytes_max = query->line_bytes_max,
    });
    if (status == STATUS_OK)
        status = search_rows_take (&query->rows, place, buffer_slice (&row));
    buffer_deinit (&row);
    return status;
}

//  Of an event that belongs to the search and was not given before.
static status_t
s_take_event (search_query_t *query, search_group_t *group, int ordinal, int64_t time_ms, yyjson_val *event)
{
    search_place_t place = { .time_ms = time_ms, .group = ordinal };
    place.id = search_id (json_text (event, "eventId"), json_text (event, "logStreamName"), json_text (event, "message"));
    if (time_ms < query->start_ms || time_ms >= query->end_ms ||
        (query->has_place && search_place_compare (&place, &query->place, query->newest) <= 0))
        return STATUS_OK;
    group->matched++;
    query->matched++;
    return search_rows_wants (&query->rows, &place) ? s_take_row (query, group, &place, event) : STATUS_OK;
}

//  Where to go on. A token that leads to the same page again, or that is too long to be kept, leads nowhere.
static void
s_take_token (search_group_t *self, slice_t next)
{
    bool same = next.size && slice_eq (next, buffer_slice (&self->token));
    if (same || next.size > SEARCH_AWS_TOKEN_MAX) {
        self->state = GROUP_HELD;
        self->status = STATUS_AWS_FAULT;
        self->retry_ms = -1;
        buffer_clear (&self->token);
        self->trouble = same ? "AWS gave the token of the same page again." : "AWS's token for the next page is too long.";
        return;
    }
    buffer_clear (&self->token);
    buffer_append_slice (&self->token, next);
    self->state = next.size ? GROUP_WAITING : GROUP_DONE;
}

status_t
search_group_page (search_group_t *self, int ordinal, search_query_t *query, yyjson_val *answer)
{
    page_t page = { 0 };
    size_t index, count;
    yyjson_val *event;
    yyjson_arr_foreach (yyjson_obj_get (answer, "events"), index, count, event) {
        int64_t time_ms = json_int (event, "timestamp", -1);
        if (time_ms < 0)
            continue;
        s_see (&page, self, query, time_ms);
        status_t status = s_take_event (query, self, ordinal, time_ms, event);
        if (status != STATUS_OK)
            return status;
    }
    s_set_mark (self, query, &page);
    self->pages++;
    s_take_token (self, json_text (answer, "nextToken"));
    return buffer_status (&self->token);
}
