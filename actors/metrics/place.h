/*  place - where an answer of datapoints broke off, as a next_token

    Series go out one after the other, and a page may end behind any of them, or in the middle of one that is larger than a page. The token says
    where to go on, and all that a relative start ("-3h") or the age of the data decided on the first page, so that every page is of the same
    window and the same grid. It is base64url text of some 60 bytes, sealed (seal.h); limit and max_bytes may differ between pages.

    Thread: the actor's; no state. */

#ifndef PLACE_H
#define PLACE_H

#include "operation.h"

typedef struct {
    int64_t  start_s, end_s;    //  The window, aligned; since 1970
    int64_t  now_s;             //  When the first page was read
    int64_t  period_s;
    uint32_t query;             //  The next series: of which query, and which of its series
    uint32_t series;
    uint32_t value;             //  Of its values the first ones were given already
    uint32_t label;             //  place_label of the series: what is found there must still be the same
} place_t;

//  The argument next_token. *resumed: there is one. INVALID_ARGUMENT after it has failed the call with a sentence.
MUST_CHECK status_t place_read (call_t *call, place_t *place, bool *resumed);

//  Appends the token's text.
void     place_append (buffer_t *out, const call_t *call, const place_t *place);

uint32_t place_label (slice_t label);

#endif
