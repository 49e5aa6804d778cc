/*  units - in what a metric is measured

    GetMetricData does not say; GetMetricStatistics does, with each of its datapoints. So each metric of an answer is asked for once, at the same time
    as its data, with long periods and SampleCount only. A metric that was published in several units has none that could be said, and one that cannot
    be looked up, or not soon (UNITS_PATIENCE_MS), or that has no datapoints, has the unit that the catalogue knows, if any.

    Owner: an operation, by value; texts point into the call's arguments. Thread: the actor's. */

#ifndef UNITS_H
#define UNITS_H

#include "timegrid.h"
#include "metric.h"

enum {
    UNITS_MAX = 20,             //  Metrics that are asked for; a call that has more says so
    UNITS_SLOT_FIRST = 32,      //  Slots of the call: from here on, one for each
    UNIT_BYTES_MAX = 32,        //  AWS's longest is "Kilobytes/Second"
    UNITS_PATIENCE_MS = 2000,   //  Data may be there already, and AWS may have throttled the question
};

typedef struct {
    metric_t metric;
    char     name [UNIT_BYTES_MAX];     //  "": not known (yet)
    bool     several;                   //  There are datapoints, and no unit that they share
} unit_t;

typedef struct {
    unit_t   all [UNITS_MAX];
    size_t   count;
    size_t   waiting;           //  Asked, and not answered
    bool     left_out;          //  There are more metrics than UNITS_MAX
    bool     denied;            //  The role may not ask
} units_t;

//  Asks for the metric's, unless it was asked for already, or cannot be. NO_MEMORY.
MUST_CHECK status_t units_ask (units_t *self, call_t *call, const metric_t *metric, const timegrid_t *grid);

//  Is this slot one of units'?
bool     units_slot (int slot);
void     units_next (units_t *self, int slot, const outcome_t *outcome);

//  As AWS said it, or else the catalogue; absent when neither knows it.
slice_t  units_find (const units_t *self, const metric_t *metric);

//  The unit that all datapoints of GetMetricStatistics share; absent when there are none, or several units.
slice_t  units_common (yyjson_val *datapoints);

void     units_append_note (const units_t *self, buffer_t *note);

#endif
