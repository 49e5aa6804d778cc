/*  metric - which metric: a namespace, a name, and exactly the dimensions that it is published with

    Owner: slices point into the call's arguments. Thread: the actor's; no state. */

#ifndef METRIC_H
#define METRIC_H

#include "timegrid.h"

typedef struct {
    slice_t namespace;
    slice_t name;
    slice_t dimensions;         //  A msgpack map of texts; absent for none
} metric_t;

//  From members of these names among a call's arguments, or of one of its queries: namespace, metric_name, dimensions.
metric_t metric_of (slice_t members);

bool     metric_same (const metric_t *a, const metric_t *b);

//  Is one of its dimensions without a value? Then a sentence about this argument is appended, and how values are found.
bool     metric_append_wrong (buffer_t *out, const metric_t *self, const char *argument);

//  Adds Namespace, MetricName and Dimensions to a request.
void     metric_add (const metric_t *self, yyjson_mut_doc *doc, yyjson_mut_val *input);

//  Adds Dimensions alone, when there are any; one with an empty value goes without: where AWS lists metrics it takes any then.
void     metric_add_dimensions (slice_t dimensions, yyjson_mut_doc *doc, yyjson_mut_val *input);

//  What a series of it is called, visible: the caller's label as AWS filled it in; else AWS's, when it says more than the metric's name; else the
//  values of the dimensions and the name, "checkout Errors". aws: the label that came, absent without one.
void     metric_append_label (buffer_t *out, const metric_t *self, slice_t aws, bool callers);

//  The member of a series "unit":"Count", with a comma behind it; visible. Nothing when the unit is empty.
void     metric_append_unit (buffer_t *head, slice_t unit);

#endif
