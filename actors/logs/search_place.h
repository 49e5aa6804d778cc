/*  search_place - where an event stands among all that a search finds

    The events of several log groups make one row of rows. Their order is total, so that a search can be left off behind any event and taken up there
    by another call, which knows nothing but this place:

        time (ascending or descending, as the caller likes), then the group's ordinal in the call, then AWS's event id

    Within one millisecond group and id ascend in both directions. Ids are compared by length, then by bytes; AWS's own have 56 digits. One that is
    longer takes part as its digest, behind all others, so that a place always fits into a short token. An event without an id (an emulator's) goes by
    a digest of its stream and its text.

    Thread: any; no state. */

#ifndef SEARCH_PLACE_H
#define SEARCH_PLACE_H

#include "slice.h"

enum { SEARCH_ID_BYTES_MAX = 56, SEARCH_ID_DIGESTED = SEARCH_ID_BYTES_MAX + 1, SEARCH_ID_DIGEST_BYTES = 8 };

typedef struct {
    uint8_t size;                       //  SEARCH_ID_DIGESTED: a digest stands here instead
    char    bytes [SEARCH_ID_BYTES_MAX];
} search_id_t;

typedef struct {
    int64_t     time_ms;
    int         group;
    search_id_t id;
} search_place_t;

//  From what AWS says of an event; any of it may be absent.
search_id_t search_id (slice_t id, slice_t stream, slice_t message);

//  How many of its bytes count.
size_t search_id_bytes (const search_id_t *id);

//  Below 0: a comes before b. 0: the same event.
int search_place_compare (const search_place_t *a, const search_place_t *b, bool newest);

//  Is the one time strictly before the other, in this direction?
bool search_time_before (int64_t a_ms, int64_t b_ms, bool newest);

#endif
