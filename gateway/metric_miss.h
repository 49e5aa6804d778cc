/*  metric_miss - what the catalogue has instead of what it was asked for

    A name that it has not is misspelt, or of another service, or somebody's own: custom metrics are in no catalogue, and are found in the account
    with list_metrics.

    Thread: any; no state. */

#ifndef METRIC_MISS_H
#define METRIC_MISS_H

#include "buffer.h"
#include "slice.h"

//  Appends the members "near":[{"namespace":…,"metric_name":…}], when something is, and "note"; no comma before them. Either of the two names may be
//  absent. NO_MEMORY.
MUST_CHECK status_t metric_miss_append (buffer_t *out, slice_t namespace, slice_t name);

#endif
