/*  metric_data - a call of get_metric_data: what its asking half (get_metric_data.c) and its answering half (metric_answer.c) share

    Owner: the call; in its arena, with buffers that close gives back. Thread: the actor's. */

#ifndef METRIC_DATA_H
#define METRIC_DATA_H

#include "batches.h"
#include "found.h"
#include "units.h"

enum { REQUESTS_AT_ONCE = 8 };

typedef enum { REQUEST_WAITING, REQUEST_ASKED, REQUEST_DONE, REQUEST_FAILED } request_progress_t;

typedef struct {
    request_progress_t progress;
    buffer_t   token;                   //  AWS's, of the page being asked; empty for the first
} request_t;

typedef struct {
    place_t    place;                   //  Where the page before ended
    bool       resumed;                 //  There was one
    timegrid_t     grid;
    queries_t  queries;
    size_t     first, end;              //  The queries that this answer is about
    batches_t  batches;
    request_t *requests;                //  One for each batch
    size_t     slots [REQUESTS_AT_ONCE];        //  The batch that each slot asks, plus 1; 0: free
    size_t     asked, answered;         //  Pages
    buffer_t   trouble;                 //  Why one of the requests failed; empty: none did
    found_t    found;
    units_t    units;
} metric_data_t;

//  The queries from first to before this one are complete; not more than end.
size_t   metric_data_complete (const metric_data_t *self);

//  Answers with the series of complete queries. trouble: why there are no more, absent if nothing stood in the way.
MUST_CHECK status_t metric_answer (call_t *call, metric_data_t *self, slice_t trouble);

#endif
