/*  listing - rows of an AWS list, up to a limit, and how to get the rest

    AWS lists come in pages of its own size, with a token to the next. A caller wants rows: at most so many, at most so many bytes, and a token
    when there is more. A listing collects rows across AWS's pages, stops in the middle of one if it must, and then makes a next_token that holds
    AWS's token for that page, how many of its rows were given already, and a seal over these, the tool and its arguments, so that a token that is
    used elsewhere, or lost a part, is refused and not misread. Nothing is kept between calls.

    A list of what happened within a time has a window. "The last 24 hours" would be others on each page, while AWS's token stays one of the first
    window: so the token carries the window too, as it was when the first page was asked.

    A token is base64url text: version, seal, offset, AWS's token; with a window a version of its own, and the window before AWS's token. Tokens are
    checked strictly; they came from outside. The seal is no secret: it finds mistakes, and who forges it gets no more than a choice of AWS's own
    tokens and of a window.

    Owner: an operation, for one call, by value; memory from buffers of its own. */

#ifndef LISTING_H
#define LISTING_H

#include "operation.h"

typedef struct {
    int64_t  limit;             //  Rows
    size_t   bytes_max;         //  Of the rows together
    int64_t  count;             //  Rows taken
    int64_t  skip;              //  Of the page being read: rows that an earlier answer had
    buffer_t rows;              //  JSON values with commas between them
    buffer_t page;              //  AWS's token of the page being read, empty for the first; failed when it is longer than we can keep
    int64_t  place;             //  Rows of that page seen so far, skipped ones included
    int64_t  pages;             //  Read
    bool     resumed;           //  From a next_token
    bool     ended;             //  The last page was read to its end
    bool     full;              //  The limit is reached, or a row did not fit
    size_t   row_bytes;         //  What did not fit although it was the first row; 0: no such row
    uint64_t digest;            //  Of the tool, its arguments and where it asks
    bool     windowed;          //  It has a window
    int64_t  start_ms;          //  Since 1970, included
    int64_t  end_ms;            //  Not included
} listing_t;

//  Reads limit, max_bytes and next_token from the call's arguments; the window too, if the token has one. INVALID_ARGUMENT after it has failed the
//  call with a sentence.
MUST_CHECK status_t listing_begin (listing_t *self, call_t *call);
void     listing_deinit (listing_t *self);

//  Gives a listing without one its window. Before the first page.
void     listing_set_window (listing_t *self, int64_t start_ms, int64_t end_ms);

//  AWS's token to ask the page with; absent for the first page.
slice_t  listing_token (const listing_t *self);

//  Did an earlier answer have the row that comes now? Then this passes over it.
bool     listing_skips (listing_t *self);

//  Passes over a row that is not wanted; it counts as read. AWS's order says that no later row is: the list ends here.
void     listing_pass (listing_t *self);
void     listing_end (listing_t *self);

//  Takes one row. TOO_LARGE when it does not fit: the listing is full, ask no further pages. NO_MEMORY.
MUST_CHECK status_t listing_row (listing_t *self, const yyjson_mut_val *row);

//  A page is over; next is AWS's token, absent at the end. True when another page should be asked: there is one and there is room.
bool     listing_page (listing_t *self, slice_t next);

//  Is there more than was taken, after listing_page said no, or if the listing is left off here?
bool     listing_more (const listing_t *self);

//  Appends the token by which a caller gets the rest. False, and nothing is appended, when there is no rest, or when AWS's token for it is not one
//  that we could read back (more than some 3,000 bytes, or other characters than printable ASCII).
bool     listing_next_token (const listing_t *self, buffer_t *out);

#endif
