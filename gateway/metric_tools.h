/*  metric_tools - the tools that know AWS's metrics by heart

    Each answers a call from the catalogue (catalogue.h): arguments as their contract checked them, the answer as JSON. A metric or namespace that
    the catalogue has not is no error, because it may be the caller's own: the answer says so, and what is near. INVALID_ARGUMENT with a sentence
    where the arguments do not say what is wanted; NO_MEMORY.

    Thread: any; no state. */

#ifndef METRIC_TOOLS_H
#define METRIC_TOOLS_H

#include "buffer.h"

//  A metric; a namespace's metrics; or all metrics of a name.
MUST_CHECK status_t get_metric_metadata (slice_t arguments, buffer_t *json, buffer_t *sentence);

//  The metrics that a question means, best first.
MUST_CHECK status_t search_metric_metadata (slice_t arguments, buffer_t *json, buffer_t *sentence);

//  The alarms that are recommended for a metric, and how they are written for CloudFormation and Terraform.
MUST_CHECK status_t get_recommended_metric_alarms (slice_t arguments, buffer_t *json, buffer_t *sentence);

#endif
