/*  series_page - series one after the other, as many as an answer may have

    An answer takes at most limit series and about max_bytes of them. A series that does not fit behind others waits for the next page; one that is
    larger than a whole page is given in parts.

    Owner: the operation, by value. Thread: the actor's. */

#ifndef SERIES_PAGE_H
#define SERIES_PAGE_H

#include "datapoints.h"

typedef struct {
    buffer_t rows;              //  JSON objects with commas between them
    int64_t  limit;             //  Series
    size_t   bytes_max;
    int64_t  count;             //  Taken, the last one perhaps in part
    size_t   next_value;        //  Where the last one goes on; 0: it is whole
    bool     full;              //  By bytes, not by limit
} series_page_t;

void     series_page_init (series_page_t *self, int64_t limit, size_t bytes_max);
void     series_page_deinit (series_page_t *self);

//  Takes a series: head is its first members, with a comma at the end, and values count from from. False: it has no place here. When next_value is
//  set afterwards, it was taken in part, and nothing more is taken.
bool     series_page_take (series_page_t *self, slice_t head, const datapoints_t *series, const timegrid_t *grid, int64_t period_s, size_t from);

//  "limit" or "max_bytes": what to raise for more.
const char *series_page_reached (const series_page_t *self);

//  Ends the call with the answer: the window, the series, the token to this place (NULL: there is no more) and the note (empty: none).
MUST_CHECK status_t series_page_finish (const series_page_t *self, call_t *call, const timegrid_t *grid, const place_t *next, slice_t note);

#endif
