#include "metric_data.h"
#include "metrics.h"

#include "body.h"
#include "expression.h"
#include "input.h"
#include "sentence.h"
#include "usual.h"

#include <stdio.h>

//  Queries become batches (batches.h), up to REQUESTS_AT_ONCE of which are asked at once, each page by page to its end; beside them go the
//  questions for units. An answer is about the queries from the one that next_token names on: only as many are asked as can find a place in it,
//  because AWS counts every metric. When a request fails, those under way are waited for: the series up to the first query that is not complete are
//  worth an answer.

enum {
    FINDERS_MAX = 10,                   //  SEARCH and SELECT queries in one answer: each may find up to 500 series
    SERIES_BYTES_LEAST = 100,           //  Of a series in an answer, beside its values
    TOKEN_BYTES_MAX = 64 * 1024, SENTENCE_BYTES_MAX = 4096,
};

static void
s_write_request (call_t *call, const metric_data_t *self, const batch_t *batch, slice_t token, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    yyjson_mut_val *list = yyjson_mut_obj_add_arr (doc, input, "MetricDataQueries");
    for (size_t i = 0; i < batch->count; i++)
        query_add (&self->queries.all [batch->members [i].query], batch->members [i].returned, doc, list);
    yyjson_mut_obj_add_int (doc, input, "StartTime", self->grid.start_ms / 1000);
    yyjson_mut_obj_add_int (doc, input, "EndTime", self->grid.end_ms / 1000);
    yyjson_mut_obj_add_str (doc, input, "ScanBy", "TimestampAscending");
    slice_t timezone = argument_text (call_arguments (call), "timezone");
    if (timezone.size)
        yyjson_mut_obj_add_strn (doc, yyjson_mut_obj_add_obj (doc, input, "LabelOptions"), "Timezone", timezone.data, timezone.size);
    if (token.size)
        yyjson_mut_obj_add_strn (doc, input, "NextToken", token.data, token.size);
}

static status_t
s_ask_page (call_t *call, metric_data_t *self, int slot)
{
    size_t batch = self->slots [slot] - 1;
    yyjson_mut_doc *doc = input_new ();
    if (!doc)
        return STATUS_NO_MEMORY;
    yyjson_mut_val *input = yyjson_mut_doc_get_root (doc);
    s_write_request (call, self, &self->batches.all [batch], buffer_slice (&self->requests [batch].token), doc, input);
    self->asked++;
    return input_ask (&doc, call, slot, &(aws_request_t) { .service = AWS_MONITORING, .api = "GetMetricData" });
}

//  Asks for batches while there are some, and slots for them.
static status_t
s_ask_more (call_t *call, metric_data_t *self)
{
    size_t next = 0;
    status_t status = STATUS_OK;
    for (int slot = 0; slot < REQUESTS_AT_ONCE && status == STATUS_OK && !self->trouble.size; slot++) {
        while (next < self->batches.count && self->requests [next].progress != REQUEST_WAITING)
            next++;
        if (self->slots [slot] || next == self->batches.count)
            continue;
        self->slots [slot] = next + 1;
        self->requests [next].progress = REQUEST_ASKED;
        status = s_ask_page (call, self, slot);
    }
    return status;
}

//  How far the queries go that this answer can have place for. Each brings one series at least.
static size_t
s_end (const call_t *call, const metric_data_t *self)
{
    slice_t arguments = call_arguments (call);
    size_t series_bytes = SERIES_BYTES_LEAST + 2 * timegrid_slots (&self->grid, self->grid.period_s);
    size_t room = (size_t) argument_int (arguments, "max_bytes", 65536) / series_bytes + 1, taken = 0, finders = 0, end = self->first;
    size_t limit = (size_t) argument_int (arguments, "limit", 50);
    for (; end < self->queries.count && taken < limit && taken < room; end++) {
        const query_t *query = &self->queries.all [end];
        if (query->hidden)
            continue;
        finders += expression_finds (query->expression);
        if (finders > FINDERS_MAX)
            break;
        taken++;
    }
    while (end < self->queries.count && self->queries.all [end].hidden)
        end++;                          //  Nothing would be left to ask for
    return end;
}

static status_t
s_prepare (call_t *call, metric_data_t *self)
{
    status_t status = place_read (call, &self->place, &self->resumed);
    if (status == STATUS_OK)
        status = timegrid_read (call, &self->place, self->resumed, usual_period_of_call_s (call_arguments (call)), &self->grid);
    if (status == STATUS_OK)
        status = queries_read (call, &self->grid, &self->queries);
    if (status != STATUS_OK)
        return status;
    self->first = self->place.query < self->queries.count ? self->place.query : 0;
    self->end = s_end (call, self);
    status = batches_plan (call, &self->queries, self->first, self->end, &self->batches);
    if (status != STATUS_OK)
        return status;
    self->requests = arena_alloc (call_arena (call), self->batches.count * sizeof *self->requests);
    if (!self->requests)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < self->batches.count; i++)
        buffer_init (&self->requests [i].token, TOKEN_BYTES_MAX);
    return found_init (&self->found, call, self->queries.count);
}

static status_t
s_ask_units (call_t *call, metric_data_t *self)
{
    status_t status = STATUS_OK;
    for (size_t i = self->first; i < self->end && status == STATUS_OK; i++) {
        const query_t *query = &self->queries.all [i];
        bool askable = query_is_metric (query) && !query->hidden && !query->account_id.size && statistic_in_unit (query->stat);
        if (askable && !query->unit.size)
            status = units_ask (&self->units, call, &query->metric, &self->grid);
    }
    return status;
}

static status_t
s_begin (call_t *call)
{
    metric_data_t *self = arena_alloc (call_arena (call), sizeof *self);
    if (!self)
        return STATUS_NO_MEMORY;
    buffer_init (&self->trouble, SENTENCE_BYTES_MAX);
    call_set_state (call, self);
    status_t status = s_prepare (call, self);
    if (status == STATUS_OK)
        status = s_ask_more (call, self);
    if (status == STATUS_OK)
        status = s_ask_units (call, self);
    return status == STATUS_INVALID_ARGUMENT ? STATUS_OK : status;      //  It has answered
}

size_t
metric_data_complete (const metric_data_t *self)
{
    size_t index = self->first;
    while (index < self->end && (self->queries.all [index].hidden || self->requests [self->batches.of [index]].progress == REQUEST_DONE))
        index++;
    return index;
}

//  Nothing is under way any more.
static bool
s_still (const metric_data_t *self)
{
    bool still = self->units.waiting == 0;
    for (int slot = 0; slot < REQUESTS_AT_ONCE; slot++)
        still = still && !self->slots [slot];
    return still;
}

//  AWS refused what a caller wrote, most likely an expression: no later page would do better.
static status_t
s_refused (call_t *call, const outcome_t *outcome)
{
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    sentence_of_outcome (&sentence, outcome, call_region (call));
    status_t status = call_fail (call, outcome->status, -1, "%.*s Look at the expressions: they name other queries by id, texts stand in quotes, and "
                                 "an id that no query has is wrong. A right one: SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\"', 'Sum').",
                                 (int) sentence.size, sentence.data);
    buffer_deinit (&sentence);
    return status;
}

static status_t
s_failed (call_t *call, metric_data_t *self, int slot, const outcome_t *outcome)
{
    size_t batch = self->slots [slot] - 1;
    if (outcome->status == STATUS_INVALID_ARGUMENT && self->batches.all [batch].has_expression)
        return s_refused (call, outcome);
    if (batch == 0 || outcome->status == STATUS_INVALID_ARGUMENT)
        return call_fail_aws (call, outcome);
    self->requests [batch].progress = REQUEST_FAILED;
    self->slots [slot] = 0;
    if (!self->trouble.size)
        sentence_of_outcome (&self->trouble, outcome, call_region (call));
    return STATUS_OK;
}

static void
s_progress (call_t *call, const metric_data_t *self)
{
    size_t waiting = 0;
    for (size_t i = 0; i < self->batches.count; i++)
        waiting += self->requests [i].progress == REQUEST_WAITING;
    char text [96];
    snprintf (text, sizeof text, "requests answered, with %u series", (unsigned) self->found.count);
    call_progress (call, (double) self->answered, (double) (self->asked + waiting), text);
}

//  One page: the next of the same batch, or another batch.
static status_t
s_page (call_t *call, metric_data_t *self, int slot, const outcome_t *outcome)
{
    request_t *request = &self->requests [self->slots [slot] - 1];
    yyjson_val *answer = (yyjson_val *) (uintptr_t) outcome->answer;
    self->answered++;
    status_t status = found_take (&self->found, call, &self->queries, answer);
    if (status != STATUS_OK)
        return status;
    slice_t next = json_text (answer, "NextToken");
    bool more = next.size && !slice_eq (next, buffer_slice (&request->token));        //  One that leads to itself would be read for ever
    buffer_clear (&request->token);
    if (more) {
        buffer_append_slice (&request->token, next);
        status = buffer_status (&request->token);
        if (status == STATUS_OK)
            status = s_ask_page (call, self, slot);
    } else {
        request->progress = REQUEST_DONE;
        self->slots [slot] = 0;
        status = s_ask_more (call, self);
    }
    s_progress (call, self);
    return status;
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    metric_data_t *self = call_state (call);
    status_t status = STATUS_OK;
    if (units_slot (slot))
        units_next (&self->units, slot, outcome);
    else if (outcome->status == STATUS_OK)
        status = s_page (call, self, slot, outcome);
    else
        status = s_failed (call, self, slot, outcome);
    if (status != STATUS_OK)
        return status == STATUS_INVALID_ARGUMENT ? STATUS_OK : status;  //  It has answered
    return s_still (self) ? metric_answer (call, self, buffer_slice (&self->trouble)) : STATUS_OK;
}

static status_t
s_partial (call_t *call)
{
    metric_data_t *self = call_state (call);
    if (self->requests [0].progress != REQUEST_DONE)
        return STATUS_OK;               //  Nothing to show yet: the answer may still come within what is left
    bool whole = metric_data_complete (self) == self->end;              //  Only units are missing
    return metric_answer (call, self, whole ? SLICE_ABSENT : SLICE ("the time allowed is nearly over."));
}

static void
s_close (call_t *call)
{
    metric_data_t *self = call_state (call);
    if (!self)
        return;
    for (size_t i = 0; self->requests && i < self->batches.count; i++)
        buffer_deinit (&self->requests [i].token);
    buffer_deinit (&self->trouble);
    found_deinit (&self->found);
}

const operation_t GET_METRIC_DATA = {
    .tool = "get_metric_data", .begin = s_begin, .next = s_next, .partial = s_partial, .close = s_close,
};
