#include "metrics.h"

#include "absence.h"
#include "body.h"
#include "clock.h"
#include "input.h"
#include "metric.h"
#include "reader.h"
#include "sentence.h"
#include "series_page.h"
#include "statistic.h"
#include "unit.h"
#include "usual.h"
#include "visible.h"

#include <stdio.h>
#include <stdlib.h>

//  AWS gives 1,440 datapoints at most, and takes either standard or extended statistics. So the window is cut into pieces, and each piece is asked
//  for once or twice; all of it is read before there is an answer. When the time runs out the pieces from the start on that are complete are an
//  answer: of a shorter window.

enum {
    PIECE_PERIODS_MAX = 1440,           //  Datapoints of one answer of GetMetricStatistics
    REQUESTS_AT_ONCE = 8,
    REQUESTS_MAX = 64,                  //  Twice the 21,600 minutes of 15 days in pieces, and some
    EXTENDED_MAX = 10,                  //  GetMetricStatistics' ExtendedStatistics
    STATS_MAX = 5 + EXTENDED_MAX,
    MINUTE_S = 60,
    UNITS_KNOWN_MAX = 32, UNIT_BYTES_MAX = 32,          //  AWS has 27
    NOTE_BYTES_MAX = 4096, SENTENCE_BYTES_MAX = 1024, LABEL_BYTES_MAX = 4096,
};

typedef struct {
    size_t piece;
    bool   extended;
    bool   done;
} request_t;

typedef struct {
    char     name [UNIT_BYTES_MAX];
    datapoints_t of [STATS_MAX];
} unit_series_t;

typedef struct {
    place_t   place;
    bool      resumed;
    timegrid_t    grid;
    metric_t  metric;
    const char *unit;                   //  Only datapoints in it; NULL: all
    char      stats [STATS_MAX] [STATISTIC_BYTES_MAX];
    size_t    stat_count, extended_count;
    request_t requests [REQUESTS_MAX];
    size_t    request_count, asked, answered;
    size_t    slots [REQUESTS_AT_ONCE];         //  The request that each slot asks, plus 1; 0: free
    char     *label;                    //  AWS's, in the arena; NULL: none came
    unit_series_t units [UNITS_KNOWN_MAX];
    size_t    unit_count;
    size_t    points;
} state_t;

static int64_t
s_piece_ms (const state_t *state)
{
    return state->grid.period_s * 1000 * PIECE_PERIODS_MAX;
}

static int64_t
s_piece_start_ms (const state_t *state, size_t piece)
{
    return state->grid.start_ms + (int64_t) piece * s_piece_ms (state);
}

static int64_t
s_piece_end_ms (const state_t *state, size_t piece)
{
    int64_t end_ms = s_piece_start_ms (state, piece) + s_piece_ms (state);
    return end_ms < state->grid.end_ms ? end_ms : state->grid.end_ms;
}

static void
s_write_request (const state_t *state, const request_t *request, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    metric_add (&state->metric, doc, input);
    yyjson_mut_obj_add_int (doc, input, "StartTime", s_piece_start_ms (state, request->piece) / 1000);
    yyjson_mut_obj_add_int (doc, input, "EndTime", s_piece_end_ms (state, request->piece) / 1000);
    yyjson_mut_obj_add_int (doc, input, "Period", state->grid.period_s);
    yyjson_mut_val *stats = yyjson_mut_obj_add_arr (doc, input, request->extended ? "ExtendedStatistics" : "Statistics");
    for (size_t i = 0; i < state->stat_count; i++)
        if (statistic_standard (state->stats [i]) != request->extended)
            yyjson_mut_arr_add_str (doc, stats, state->stats [i]);
    if (state->unit)
        yyjson_mut_obj_add_str (doc, input, "Unit", state->unit);
}

static status_t
s_ask (call_t *call, const state_t *state, int slot)
{
    yyjson_mut_doc *doc = input_new ();
    if (!doc)
        return STATUS_NO_MEMORY;
    yyjson_mut_val *input = yyjson_mut_doc_get_root (doc);
    s_write_request (state, &state->requests [state->slots [slot] - 1], doc, input);
    return input_ask (&doc, call, slot, &(aws_request_t) { .service = AWS_MONITORING, .api = "GetMetricStatistics" });
}

static status_t
s_ask_more (call_t *call, state_t *state)
{
    status_t status = STATUS_OK;
    for (int slot = 0; slot < REQUESTS_AT_ONCE && status == STATUS_OK && state->asked < state->request_count; slot++) {
        if (state->slots [slot])
            continue;
        state->slots [slot] = ++state->asked;
        status = s_ask (call, state, slot);
    }
    return status;
}

static status_t
s_refuse (call_t *call, slice_t sentence)
{
    status_t status = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "%.*s", (int) sentence.size, sentence.data);
    return status == STATUS_OK ? STATUS_INVALID_ARGUMENT : status;
}

static status_t
s_refuse_stat (call_t *call, slice_t stat)
{
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    statistic_append_wrong (&sentence, "stats", stat);
    status_t status = s_refuse (call, buffer_slice (&sentence));
    buffer_deinit (&sentence);
    return status;
}

//  Nobody has named any.
static status_t
s_take_usual (call_t *call, state_t *state)
{
    metric_t metric = metric_of (call_arguments (call));
    state->stat_count = usual_stats (&metric, state->stats, USUAL_STATS_MAX);
    for (size_t i = 0; i < state->stat_count; i++)
        state->extended_count += !statistic_standard (state->stats [i]);
    return STATUS_OK;
}

//  The same statistic twice is one.
static status_t
s_read_stats (call_t *call, state_t *state)
{
    reader_t reader;
    slice_t given = argument_value (call_arguments (call), "stats");
    if (!given.size)
        return s_take_usual (call, state);
    reader_init (&reader, given);
    size_t count = 0;
    status_t status = reader_array (&reader, &count);
    for (; status == STATUS_OK && count > 0; count--) {
        slice_t text;
        char *name = state->stats [state->stat_count];
        status = reader_text (&reader, &text);
        if (status != STATUS_OK)
            return status;
        if (!statistic_read (text, name))
            return s_refuse_stat (call, text);
        bool known = false;
        for (size_t i = 0; i < state->stat_count; i++)
            known = known || strcmp (state->stats [i], name) == 0;
        if (known)
            continue;
        if (!statistic_standard (name) && ++state->extended_count > EXTENDED_MAX)
            return s_refuse (call, SLICE ("stats has more than 10 that are not Average, Sum, Minimum, Maximum or SampleCount, and CloudWatch takes "
                                          "10: ask for the others in a call of their own."));
        state->stat_count++;
    }
    return status;
}

//  Which metric, and its datapoints of which unit.
static status_t
s_read_metric (call_t *call, state_t *state)
{
    slice_t unit = argument_text (call_arguments (call), "unit");
    state->metric = metric_of (call_arguments (call));
    state->unit = unit_read (unit);
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    bool wrong = metric_append_wrong (&sentence, &state->metric, "dimensions");
    if (!wrong && unit.data && !state->unit) {
        unit_append_wrong (&sentence, "unit", unit);
        wrong = true;
    }
    status_t status = wrong ? s_refuse (call, buffer_slice (&sentence)) : STATUS_OK;
    buffer_deinit (&sentence);
    return status;
}

static status_t
s_prepare (call_t *call, state_t *state)
{
    status_t status = place_read (call, &state->place, &state->resumed);
    if (status == STATUS_OK)
        status = timegrid_read (call, &state->place, state->resumed, usual_period_of_call_s (call_arguments (call)), &state->grid);
    if (status == STATUS_OK)
        status = s_read_stats (call, state);
    if (status == STATUS_OK)
        status = s_read_metric (call, state);
    if (status != STATUS_OK)
        return status;
    size_t pieces = (timegrid_slots (&state->grid, state->grid.period_s) + PIECE_PERIODS_MAX - 1) / PIECE_PERIODS_MAX;
    for (size_t piece = 0; piece < pieces; piece++)
        for (int extended = 0; extended < 2; extended++) {
            if (extended ? state->extended_count == 0 : state->extended_count == state->stat_count)
                continue;
            if (state->request_count == REQUESTS_MAX)
                return STATUS_INTERNAL;             //  No window of kept data has so many
            state->requests [state->request_count++] = (request_t) { .piece = piece, .extended = extended };
        }
    return STATUS_OK;
}

static status_t
s_begin (call_t *call)
{
    state_t *state = arena_alloc (call_arena (call), sizeof *state);
    if (!state)
        return STATUS_NO_MEMORY;
    call_set_state (call, state);
    status_t status = s_prepare (call, state);
    if (status == STATUS_OK)
        status = s_ask_more (call, state);
    return status == STATUS_INVALID_ARGUMENT ? STATUS_OK : status;      //  It has answered
}

//  NULL: more units than AWS has.
static unit_series_t *
s_unit (state_t *state, slice_t name)
{
    for (size_t i = 0; i < state->unit_count; i++)
        if (slice_is (name, state->units [i].name))
            return &state->units [i];
    if (state->unit_count == UNITS_KNOWN_MAX || name.size >= UNIT_BYTES_MAX)
        return NULL;
    unit_series_t *unit = &state->units [state->unit_count++];
    snprintf (unit->name, sizeof unit->name, "%.*s", (int) name.size, name.data ? name.data : "");
    return unit;
}

static status_t
s_take_datapoint (state_t *state, yyjson_val *datapoint)
{
    double seconds = json_number (datapoint, "Timestamp", -1);
    if (!(seconds >= 0 && seconds < 1e11))
        return STATUS_OK;
    yyjson_val *extended = yyjson_obj_get (datapoint, "ExtendedStatistics");
    for (size_t i = 0; i < state->stat_count; i++) {
        bool standard = statistic_standard (state->stats [i]);
        yyjson_val *value = yyjson_obj_get (standard ? datapoint : extended, state->stats [i]);
        if (!yyjson_is_num (value))
            continue;
        unit_series_t *unit = s_unit (state, json_text (datapoint, "Unit"));
        if (!unit)
            return STATUS_MALFORMED;
        status_t status = datapoints_add (&unit->of [i], (int64_t) (seconds * 1000.0 + 0.5), yyjson_get_num (value));
        if (status != STATUS_OK)
            return status;
        state->points++;
    }
    return state->points > POINTS_MAX ? STATUS_TOO_LARGE : STATUS_OK;
}

static status_t
s_take (call_t *call, state_t *state, yyjson_val *answer)
{
    slice_t label = json_text (answer, "Label");
    if (!state->label && label.size)
        state->label = arena_copy (call_arena (call), label);
    size_t index, count;
    yyjson_val *datapoint;
    yyjson_arr_foreach (yyjson_obj_get (answer, "Datapoints"), index, count, datapoint) {
        status_t status = s_take_datapoint (state, datapoint);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

//  The pieces from the start on that are complete.
static size_t
s_pieces_complete (const state_t *state)
{
    for (size_t i = 0; i < state->request_count; i++)
        if (!state->requests [i].done)
            return state->requests [i].piece;
    return state->requests [state->request_count - 1].piece + 1;
}

static void
s_head (buffer_t *head, const state_t *state, const char *stat, const char *unit)
{
    buffer_t label;
    buffer_init (&label, LABEL_BYTES_MAX);
    metric_append_label (&label, &state->metric, slice_of (state->label), false);
    buffer_append_text (head, "\"label\":");
    json_append_string (head, buffer_slice (&label));
    buffer_deinit (&label);
    buffer_printf (head, ",\"stat\":\"%s\",", stat);
    if (statistic_in_unit (stat) || state->unit_count > 1)              //  Of several it tells which datapoints were counted
        metric_append_unit (head, state->unit_count ? slice_of (unit) : usual_unit (&state->metric));
}

static int
s_by_name (const void *a, const void *b)
{
    return strcmp (((const unit_series_t *) a)->name, ((const unit_series_t *) b)->name);
}

//  Series are numbered by statistic, then by unit. A metric without datapoints has none of a unit, and still a series for each statistic.
static size_t
s_units (const state_t *state)
{
    return state->unit_count ? state->unit_count : 1;
}

//  Is the series with which this page begins the one that the page before meant?
static bool
s_resumable (const state_t *state)
{
    const place_t *place = &state->place;
    const char *unit = state->units [place->query % s_units (state)].name;
    return !state->resumed || (place->query < state->stat_count * s_units (state) && place->label == place_label (slice_of (unit)));
}

//  Takes series while they fit; place: where the next page begins. True: there is one.
static bool
s_fill (state_t *state, series_page_t *page, place_t *place)
{
    bool more = false;
    for (size_t serial = state->place.query; serial < state->stat_count * s_units (state) && !more; serial++) {
        size_t stat = serial / s_units (state);
        unit_series_t *unit = &state->units [serial % s_units (state)];
        datapoints_t *series = &unit->of [stat];
        datapoints_settle (series);
        datapoints_cut (series, state->grid.end_ms);
        buffer_t head;
        buffer_init (&head, 2 * LABEL_BYTES_MAX);
        s_head (&head, state, state->stats [stat], unit->name);
        size_t from = serial == state->place.query ? state->place.value : 0;
        bool taken = series_page_take (page, buffer_slice (&head), series, &state->grid, state->grid.period_s, from);
        buffer_deinit (&head);
        more = !taken || page->next_value;
        place->query = (uint32_t) serial;
        place->value = (uint32_t) page->next_value;
        place->label = place_label (slice_of (unit->name));
    }
    return more;
}

//  A period that is shorter than what the metric is published with: any of its statistics shows it.
static void
s_note_sparse (buffer_t *note, const state_t *state)
{
    int64_t every_s = 0;
    for (size_t i = 0; i < state->unit_count; i++) {
        int64_t one_s = datapoints_every_s (&state->units [i].of [0]);
        if (one_s == 0)
            return;
        every_s = datapoints_every_of_both (every_s, one_s);
    }
    if (every_s && state->grid.period_s < MINUTE_S && !state->resumed)
        datapoints_append_sparse (note, "these series", every_s);
}

static void
s_note_units (buffer_t *note, const state_t *state)
{
    if (state->unit_count < 2)
        return;
    sentence_begin (note);
    buffer_append_text (note, "The metric is published in several units, and each has series of its own: ");
    for (size_t i = 0; i < state->unit_count; i++) {
        buffer_append_text (note, i ? ", " : "");
        visible_append (note, slice_of (*state->units [i].name ? state->units [i].name : "none"));
    }
    buffer_append_text (note, ". Pass unit for one of them.");
}

static void
s_note_more (buffer_t *note, const series_page_t *page)
{
    sentence_begin (note);
    if (page->next_value)
        buffer_append_text (note, "The values of the last series are cut at max_bytes: pass next_token for the rest, or raise max_bytes.");
    else
        buffer_append_text (note, "There are more series: pass next_token for them, or raise max_bytes.");
}

static void
s_note (buffer_t *note, const call_t *call, const state_t *state, bool broken)
{
    const timegrid_t *grid = &state->grid;
    if (!state->resumed)
        timegrid_append_note (note, grid);
    if (state->points == 0) {
        sentence_begin (note);
        timegrid_append_none (note, grid);
        buffer_append_text (note, ". ");
        absence_append (note, &state->metric, slice_of (state->unit), grid, grid->period_s, call_region (call));
    }
    s_note_sparse (note, state);
    s_note_units (note, state);
    if (broken) {
        char end [CLOCK_TEXT_SIZE];
        sentence_begin (note);
        buffer_printf (note, "Broken off where this window ends: the time allowed is nearly over. Ask on with start_time %s, or with a longer "
                       "period.", clock_text_second (grid->end_ms, end));
    }
}

//  Of the first pieces, which are complete; of all of them, mostly.
static status_t
s_answer (call_t *call, state_t *state, size_t pieces)
{
    int64_t end_ms = s_piece_end_ms (state, pieces - 1);
    bool broken = end_ms < state->grid.end_ms;
    state->grid.end_ms = end_ms;
    qsort (state->units, state->unit_count, sizeof state->units [0], s_by_name);
    if (!s_resumable (state))
        return call_fail (call, STATUS_NOT_FOUND, -1, "The series with which this page would begin is not found any more: the metric's units have "
                          "changed. Leave next_token out to begin anew.");
    series_page_t page;
    series_page_init (&page, INT64_MAX, (size_t) argument_int (call_arguments (call), "max_bytes", 65536));
    place_t place = timegrid_place (&state->grid);
    bool more = s_fill (state, &page, &place);
    buffer_t note;
    buffer_init (&note, NOTE_BYTES_MAX);
    s_note (&note, call, state, broken);
    if (more)
        s_note_more (&note, &page);
    status_t status = series_page_finish (&page, call, &state->grid, more ? &place : NULL, buffer_slice (&note));
    buffer_deinit (&note);
    series_page_deinit (&page);
    return status;
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    state_t *state = call_state (call);
    if (outcome->status != STATUS_OK)
        return call_fail_aws (call, outcome);
    status_t status = s_take (call, state, (yyjson_val *) (uintptr_t) outcome->answer);
    if (status != STATUS_OK)
        return status;
    state->requests [state->slots [slot] - 1].done = true;
    state->slots [slot] = 0;
    if (++state->answered == state->request_count)
        return s_answer (call, state, s_pieces_complete (state));
    call_progress (call, (double) state->answered, (double) state->request_count, "requests answered");
    return s_ask_more (call, state);
}

static status_t
s_partial (call_t *call)
{
    state_t *state = call_state (call);
    size_t pieces = s_pieces_complete (state);
    return pieces ? s_answer (call, state, pieces) : STATUS_OK;        //  Nothing to show yet
}

static void
s_close (call_t *call)
{
    state_t *state = call_state (call);
    for (size_t i = 0; state && i < state->unit_count; i++)
        for (size_t j = 0; j < state->stat_count; j++)
            datapoints_deinit (&state->units [i].of [j]);
}

const operation_t GET_METRIC_STATISTICS = {
    .tool = "get_metric_statistics", .begin = s_begin, .next = s_next, .partial = s_partial, .close = s_close,
};
