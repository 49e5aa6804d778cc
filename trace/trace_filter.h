/*  trace_filter - which calls somebody wants to see

        tool=search_logs  status=THROTTLED | error  slow_ms=500  trace=4bf9…  limit=100  after=17

    What is in the query and not here is passed over, and so is a number that is none.

    Thread: any; a plain value. Its slices are the query's. */

#ifndef TRACE_FILTER_H
#define TRACE_FILTER_H

#include "ring.h"

enum { TRACE_FILTER_LIMIT = 100 };      //  When nothing is said

typedef struct {
    slice_t tool, status, trace;
    int64_t slow_ms, limit, after;      //  after: -1 when nothing is said
} trace_filter_t;

trace_filter_t trace_filter_read (slice_t query);

//  Does the call have what the filter wants? limit and after are the caller's to heed.
bool trace_filter_passes (const trace_filter_t *self, const ring_call_t *call);

//  A number in decimal digits; or_else for anything else.
int64_t trace_filter_number (slice_t text, int64_t or_else);

#endif
