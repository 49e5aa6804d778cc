#include "units.h"

#include "input.h"
#include "sentence.h"
#include "usual.h"

#include <stdio.h>

//  Long periods make few datapoints: of the whole window when it is no more than a day, at most 456 otherwise, of the 1,440 that AWS allows.
enum { DAY_S = 24 * 60 * 60, HOUR_S = 60 * 60 };

static int64_t
s_period_s (const timegrid_t *grid)
{
    int64_t window_s = (grid->end_ms - grid->start_ms) / 1000;
    int64_t whole_s = (window_s + HOUR_S - 1) / HOUR_S * HOUR_S;
    return whole_s < DAY_S ? whole_s : DAY_S;
}

static status_t
s_request (call_t *call, int slot, const metric_t *metric, const timegrid_t *grid)
{
    yyjson_mut_doc *doc = input_new ();
    if (!doc)
        return STATUS_NO_MEMORY;
    yyjson_mut_val *input = yyjson_mut_doc_get_root (doc);
    metric_add (metric, doc, input);
    yyjson_mut_obj_add_int (doc, input, "StartTime", grid->start_ms / 1000);
    yyjson_mut_obj_add_int (doc, input, "EndTime", grid->end_ms / 1000);
    yyjson_mut_obj_add_int (doc, input, "Period", s_period_s (grid));
    yyjson_mut_arr_add_str (doc, yyjson_mut_obj_add_arr (doc, input, "Statistics"), "SampleCount");
    return input_ask (&doc, call, slot, &(aws_request_t) { .service = AWS_MONITORING, .api = "GetMetricStatistics",
                                                           .patience_ms = UNITS_PATIENCE_MS });
}

static const unit_t *
s_find (const units_t *self, const metric_t *metric)
{
    for (size_t i = 0; i < self->count; i++)
        if (metric_same (&self->all [i].metric, metric))
            return &self->all [i];
    return NULL;
}

status_t
units_ask (units_t *self, call_t *call, const metric_t *metric, const timegrid_t *grid)
{
    if (s_find (self, metric))
        return STATUS_OK;
    self->left_out = self->count == UNITS_MAX;
    if (self->left_out)
        return STATUS_OK;
    self->all [self->count] = (unit_t) { .metric = *metric };
    status_t status = s_request (call, UNITS_SLOT_FIRST + (int) self->count++, metric, grid);
    self->waiting += status == STATUS_OK;
    return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

bool
units_slot (int slot)
{
    return slot >= UNITS_SLOT_FIRST;
}

slice_t
units_common (yyjson_val *datapoints)
{
    slice_t common = SLICE_ABSENT;
    size_t index, count;
    yyjson_val *datapoint;
    yyjson_arr_foreach (datapoints, index, count, datapoint) {
        slice_t unit = json_text (datapoint, "Unit");
        if (common.data && !slice_eq (unit, common))
            return SLICE_ABSENT;
        common = unit;
    }
    return common;
}

void
units_next (units_t *self, int slot, const outcome_t *outcome)
{
    unit_t *unit = &self->all [slot - UNITS_SLOT_FIRST];
    self->waiting--;
    if (outcome->status != STATUS_OK) {
        self->denied = self->denied || (outcome->error && outcome->error->class == AWS_DENIED);
        return;
    }
    yyjson_val *datapoints = yyjson_obj_get ((yyjson_val *) (uintptr_t) outcome->answer, "Datapoints");
    slice_t name = units_common (datapoints);
    unit->several = yyjson_arr_size (datapoints) > 0 && !name.size;
    if (name.size && name.size < sizeof unit->name)
        snprintf (unit->name, sizeof unit->name, "%.*s", (int) name.size, name.data);
}

slice_t
units_find (const units_t *self, const metric_t *metric)
{
    const unit_t *unit = s_find (self, metric);
    if (unit && unit->name [0])
        return slice_of (unit->name);
    return unit && unit->several ? SLICE_ABSENT : usual_unit (metric);
}

void
units_append_note (const units_t *self, buffer_t *note)
{
    if (self->denied) {
        sentence_begin (note);
        buffer_append_text (note, "Units are told only where the catalogue has them: the role may not call cloudwatch:GetMetricStatistics.");
    } else if (self->left_out) {
        sentence_begin (note);
        buffer_printf (note, "AWS was asked for the units of the first %d metrics only.", UNITS_MAX);
    }
}
