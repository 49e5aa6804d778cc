/*  search_rows - the first rows of a search, whatever the order in which they are found

    Events come from many groups, each in its own time. Of all that come, this keeps the rows that stand first in the order of places
    (search_place.h): at most so many, and no more than an answer has room for. A row that cannot be in the answer, because those before it fill it,
    is let go and its memory given back; so memory is bounded however many events match: by bytes_max and two rows more.

    It is a heap with the last row on top: the one that goes when a better one comes.

    When it is full, nothing behind its last row will be in the answer, whatever else comes; and once full it stays full.

    Owner:   a search, by value. Thread: one. */

#ifndef SEARCH_ROWS_H
#define SEARCH_ROWS_H

#include "search_place.h"
#include "status.h"

typedef struct {
    search_place_t place;
    char          *json;                //  Ours
    size_t         size;
} search_row_t;

typedef struct {
    search_row_t *rows;
    size_t  count;
    size_t  capacity;
    size_t  limit;                      //  Rows
    size_t  bytes;                      //  Of all rows, with a comma behind each
    size_t  bytes_max;                  //  Of the rows of an answer, with commas between them
    bool    newest;
    bool    dropped;                    //  Rows came that are not in it (any more)
} search_rows_t;

void search_rows_init (search_rows_t *self, size_t limit, size_t bytes_max, bool newest);
void search_rows_deinit (search_rows_t *self);

//  Would a row at this place be kept? Ask before the row is made. A row that would not counts as dropped.
bool search_rows_wants (search_rows_t *self, const search_place_t *place);

//  Copies a row that is wanted. NO_MEMORY.
MUST_CHECK status_t search_rows_take (search_rows_t *self, const search_place_t *place, slice_t json);

bool search_rows_full (const search_rows_t *self);

//  The row that stands last; NULL when there is none.
const search_place_t *search_rows_last (const search_rows_t *self);

//  Puts the rows in order, each event once. After this nothing may be taken any more.
void search_rows_sort (search_rows_t *self);

#endif
