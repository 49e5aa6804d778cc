#include "metric_data.h"

#include "absence.h"
#include "body.h"
#include "expression.h"
#include "sentence.h"
#include "series_page.h"

#include <stdio.h>

enum {
    NOTE_BYTES_MAX = 16 * 1024,
    NAMED_MAX = 10,                     //  Queries that a note names
    WHERE_BYTES_MAX = 320,              //  An id of 255 characters, and how many more
    MINUTE_S = 60,
};

//  What an answer came to.
typedef struct {
    series_page_t page;
    bool     more;                      //  There is more than it shows
    place_t  place;                     //  Where the next one begins
    size_t   complete;                  //  The first query that is not complete
    size_t   series;                    //  That all complete queries have, from the first one shown on
    size_t   shown;                     //  Queries of which something is shown
    size_t   empty;                     //  Of these: no series has a datapoint
    size_t   empty_at [NAMED_MAX];      //  The first of them
} answer_t;

static void
s_head (buffer_t *head, const metric_data_t *self, const query_t *query, const found_series_t *found)
{
    buffer_printf (head, "\"id\":\"%.*s\",", (int) query->id.size, query->id.data);
    if (found) {
        buffer_append_text (head, "\"label\":");
        json_append_string (head, slice_of (found->label));
        buffer_append_char (head, ',');
    }
    if (!query_is_metric (query))
        return;
    buffer_printf (head, "\"stat\":\"%s\",", query->stat);
    if (statistic_in_unit (query->stat))
        metric_append_unit (head, query->unit.size ? query->unit : units_find (&self->units, &query->metric));
}

//  Puts one series into the answer, or marks where the next answer begins. found NULL: AWS gave none for this query.
static void
s_take (answer_t *answer, const metric_data_t *self, size_t index, uint32_t serial, size_t from, const found_series_t *found)
{
    static const datapoints_t NOTHING;
    const query_t *query = &self->queries.all [index];
    answer->series++;
    if (answer->more)
        return;
    buffer_t head;
    buffer_init (&head, NOTE_BYTES_MAX);
    s_head (&head, self, query, found);
    bool taken = series_page_take (&answer->page, buffer_slice (&head), found ? &found->series : &NOTHING, &self->grid, query->period_s, from);
    buffer_deinit (&head);
    answer->more = !taken || answer->page.next_value;
    if (!answer->more)
        return;
    answer->place.query = (uint32_t) index;
    answer->place.series = serial;
    answer->place.value = (uint32_t) answer->page.next_value;
    answer->place.label = place_label (slice_of (found ? found->label : NULL));
}

//  Which series of the first query is shown first: the one that the token means. UINT32_MAX: it is not there any more.
static uint32_t
s_first_series (const metric_data_t *self)
{
    if (!self->resumed || (self->place.series == 0 && self->place.value == 0))
        return 0;
    uint32_t serial = 0, other = UINT32_MAX;
    found_series_t *found = NULL;
    while ((found = found_next (&self->found, self->first, found))) {
        bool same = place_label (slice_of (found->label)) == self->place.label;
        if (same && serial == self->place.series)
            return serial;
        if (same && other == UINT32_MAX)
            other = serial;
        serial++;
    }
    return other;
}

//  Takes what was found for one query, from a series on.
static void
s_take_query (answer_t *answer, const metric_data_t *self, size_t index, uint32_t first_series)
{
    found_series_t *found = found_next (&self->found, index, NULL);
    int64_t before = answer->page.count;
    bool empty = true;
    if (!found)
        s_take (answer, self, index, 0, 0, NULL);
    for (uint32_t serial = 0; found; found = found_next (&self->found, index, found), serial++) {
        bool begin = index == self->first && serial == first_series;
        empty = empty && found->series.count == 0;
        if (serial >= first_series)
            s_take (answer, self, index, serial, begin ? self->place.value : 0, found);
    }
    if (answer->page.count == before)
        return;
    answer->shown++;
    if (empty && answer->empty++ < NAMED_MAX)
        answer->empty_at [answer->empty - 1] = index;
}

static void
s_collect (answer_t *answer, metric_data_t *self, uint32_t first_series)
{
    for (size_t i = self->first; i < answer->complete; i++) {
        if (self->queries.all [i].hidden)
            continue;
        found_settle (&self->found, &self->queries.all [i], i);
        s_take_query (answer, self, i, i == self->first ? first_series : 0);
    }
    if (answer->more || answer->complete == self->queries.count)
        return;
    answer->more = true;
    answer->place.query = (uint32_t) answer->complete;
}

//  Queries without a datapoint, and what to do about the first of them, unless AWS itself has said what is wrong. That one series of many is empty
//  can be seen.
static void
s_note_empty (buffer_t *note, const call_t *call, const metric_data_t *self, const answer_t *answer)
{
    if (answer->empty == 0)
        return;
    sentence_begin (note);
    timegrid_append_none (note, &self->grid);
    if (answer->empty < answer->shown) {
        for (size_t i = 0; i < answer->empty && i < NAMED_MAX; i++) {
            slice_t id = self->queries.all [answer->empty_at [i]].id;
            buffer_printf (note, "%s%.*s", i ? ", " : " for ", (int) id.size, id.data);
        }
        if (answer->empty > NAMED_MAX)
            buffer_printf (note, " and %zu more", answer->empty - NAMED_MAX);
    }
    buffer_append_text (note, ".");
    const query_t *query = &self->queries.all [answer->empty_at [0]];
    if (self->found.said.size)
        return;
    buffer_append_char (note, ' ');
    if (query_is_metric (query))
        absence_append (note, &query->metric, query->unit, &self->grid, query->period_s, call_region (call));
    else if (expression_finds (query->expression))
        buffer_append_text (note, "SEARCH and SELECT find metrics that had data in the last two weeks, and only those with exactly the dimensions "
                            "that are named: look at them with list_metrics.");
    else
        buffer_append_text (note, "An expression has values only where the metrics have that it names; FILL(m1, 0) fills gaps.");
}

//  The beat of all series of a query; 0: one of them has none.
static int64_t
s_every_s (const metric_data_t *self, size_t index)
{
    int64_t every_s = 0;
    for (const found_series_t *found = NULL; (found = found_next (&self->found, index, found));) {
        int64_t one_s = datapoints_every_s (&found->series);
        if (one_s == 0)
            return 0;
        every_s = datapoints_every_of_both (every_s, one_s);
    }
    return every_s;
}

//  Queries with a period that is shorter than what their metrics are published with.
static void
s_note_sparse (buffer_t *note, const metric_data_t *self, const answer_t *answer)
{
    size_t first = SIZE_MAX, more = 0;
    int64_t every_s = 0;
    for (size_t i = self->first; i < answer->complete && !self->resumed; i++) {
        const query_t *query = &self->queries.all [i];
        int64_t one_s = query->hidden || query->period_s >= MINUTE_S ? 0 : s_every_s (self, i);
        every_s = datapoints_every_of_both (every_s, one_s);
        more += one_s && first != SIZE_MAX;
        first = one_s && first == SIZE_MAX ? i : first;
    }
    if (first == SIZE_MAX)
        return;
    char where [WHERE_BYTES_MAX], and_more [32] = "";
    slice_t id = self->queries.all [first].id;
    if (more)
        snprintf (and_more, sizeof and_more, " and %zu more", more);
    snprintf (where, sizeof where, "%.*s%s", (int) id.size, id.data, and_more);
    datapoints_append_sparse (note, where, every_s);
}

static void
s_note_said (buffer_t *note, const metric_data_t *self)
{
    const found_t *found = &self->found;
    if (found->said.size) {
        sentence_begin (note);
        buffer_append_slice (note, buffer_slice (&found->said));
    }
    if (found->unsaid)
        buffer_printf (note, " And %zu more messages.", found->unsaid);
}

static void
s_note_raised (buffer_t *note, const metric_data_t *self)
{
    const queries_t *queries = &self->queries;
    if (self->resumed || queries->raised == 0)
        return;
    sentence_begin (note);
    buffer_printf (note, "The period of %zu quer%s is raised to what CloudWatch keeps of that age, the first from %lld to %lld s.", queries->raised,
                   queries->raised == 1 ? "y" : "ies", (long long) queries->raised_from_s, (long long) queries->raised_to_s);
}

//  How many queries are shown from some place on.
static size_t
s_queries_from (const metric_data_t *self, size_t index)
{
    size_t count = 0;
    for (; index < self->queries.count; index++)
        count += !self->queries.all [index].hidden;
    return count;
}

static void
s_note_more (buffer_t *note, const metric_data_t *self, const answer_t *answer, slice_t trouble)
{
    const series_page_t *page = &answer->page;
    if (!answer->more)
        return;
    bool full = page->full || page->count == page->limit;
    sentence_begin (note);
    if (page->next_value) {
        slice_t id = self->queries.all [answer->place.query].id;
        buffer_printf (note, "The values of %.*s are cut at max_bytes: pass next_token for the rest of them, or raise max_bytes.", (int) id.size,
                       id.data);
    } else if (trouble.size && !full) {
        buffer_printf (note, "Broken off after %lld series: ", (long long) page->count);
        buffer_append_slice (note, trouble);
        buffer_append_text (note, " Pass next_token to go on from here.");
    } else {
        buffer_printf (note, "%lld ", (long long) page->count);
        if (answer->complete == self->queries.count)
            buffer_printf (note, "of %s%zu series", self->resumed ? "the remaining " : "", answer->series);
        else
            buffer_printf (note, "series; %zu of %zu queries are still to come", s_queries_from (self, answer->place.query),
                           s_queries_from (self, 0));
        buffer_append_text (note, ": pass next_token for more");
        if (full)
            buffer_printf (note, ", or raise %s", series_page_reached (page));
        buffer_append_char (note, '.');
    }
}

static status_t
s_finish (call_t *call, metric_data_t *self, answer_t *answer, slice_t trouble)
{
    buffer_t note;
    buffer_init (&note, NOTE_BYTES_MAX);
    if (!self->resumed)
        timegrid_append_note (&note, &self->grid);
    s_note_raised (&note, self);
    s_note_empty (&note, call, self, answer);
    s_note_sparse (&note, self, answer);
    s_note_said (&note, self);
    units_append_note (&self->units, &note);
    s_note_more (&note, self, answer, trouble);
    status_t status = series_page_finish (&answer->page, call, &self->grid, answer->more ? &answer->place : NULL, buffer_slice (&note));
    buffer_deinit (&note);
    return status;
}

status_t
metric_answer (call_t *call, metric_data_t *self, slice_t trouble)
{
    slice_t arguments = call_arguments (call);
    answer_t answer = { .place = timegrid_place (&self->grid), .complete = metric_data_complete (self) };
    uint32_t first_series = s_first_series (self);
    if (first_series == UINT32_MAX)
        return call_fail (call, STATUS_NOT_FOUND, -1, "The series with which this page would begin is not found any more. Leave next_token out to "
                          "begin anew.");
    series_page_init (&answer.page, argument_int (arguments, "limit", 50), (size_t) argument_int (arguments, "max_bytes", 65536));
    s_collect (&answer, self, first_series);
    status_t status = s_finish (call, self, &answer, trouble);
    series_page_deinit (&answer.page);
    return status;
}
