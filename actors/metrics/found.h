/*  found - the series that AWS found, put together from its pages

    A query brings one series, or as many as its SEARCH or SELECT finds; all of them have its id. AWS may give a part of a series on one page and the
    rest on a later one. A part belongs to the series with the same id and label that is not complete yet; what a metric's query brings is always
    one series.

    Besides, AWS says things: about a series (Forbidden, InternalError, messages) or about the whole request. They are kept as sentences for the note.

    Owner: an operation, by value. Thread: the actor's. */

#ifndef FOUND_H
#define FOUND_H

#include "queries.h"
#include "datapoints.h"

//  Series that one answer is made from; SEARCH finds up to 500 each.
enum { SERIES_MAX = 5000 };

typedef struct {
    datapoints_t series;
    char    *label;             //  Visible; in the call's arena
    uint64_t told;              //  A digest of the label as AWS gave it
    uint32_t page;              //  The last page that had a part
    bool     partial;           //  AWS said that there is more of it
    uint32_t next;              //  Of the same query, plus 1; 0: the last
} found_series_t;

typedef struct {
    found_series_t *all;
    uint32_t  count, capacity;
    uint32_t *first, *last;     //  Of each query, plus 1; 0: none
    size_t    points;           //  All datapoints
    uint32_t  pages;
    buffer_t  said;             //  Sentences
    size_t    unsaid;           //  Sentences that found no room
} found_t;

MUST_CHECK status_t found_init (found_t *self, call_t *call, size_t queries);
void     found_deinit (found_t *self);

//  Takes a page of GetMetricData's answer. INVALID_ARGUMENT after it has failed the call, because there is too much. NO_MEMORY.
MUST_CHECK status_t found_take (found_t *self, call_t *call, const queries_t *queries, yyjson_val *answer);

//  The series of a query, one after the other: from NULL; NULL behind the last.
found_series_t *found_next (const found_t *self, size_t query, const found_series_t *before);

//  Sorts the series of a query, and says which of them stayed incomplete.
void     found_settle (found_t *self, const query_t *query, size_t index);

#endif
