/*  search_group - one log group of a search: what was asked of it, and how far it is

    AWS gives the events of a group in pages, in one order of time, and a page may be empty though others follow. A group goes through these states:

        WAITING ──▶ ASKING ──▶ WAITING …    a page came and there is another
                       │
                       ├──▶ DONE            the last page came
                       ├──▶ PASSED          it has more, but behind everything that the answer can hold
                       ├──▶ HELD            a page failed in passing (throttled, timed out): it can be asked for again, by another call
                       └──▶ LEFT_OUT        AWS will not have it searched: it does not exist, or the policy forbids it

    The mark is how far a group is known: all of its events that stand strictly before the mark's millisecond have come. (One millisecond may go on in
    the next page.) A group without a mark holds back every row of the others.

    Newest first asks AWS to begin at the tail, which it does since June 2026 and for windows from 2024 on. Where the window begins earlier, AWS is
    asked from the head, all pages, and the group has no mark until it is done: the heap keeps the newest. A server that was asked for the tail and
    begins at the head all the same (an older emulator) is found out by the order of its events: a page whose events ascend, or an event that stands
    before the mark, sends the group astray, and then it is read to its end likewise. And until some page of the call has shown that events
    descend, no mark is believed.

    Owner:   a search, by value, in the call's arena. */

#ifndef SEARCH_GROUP_H
#define SEARCH_GROUP_H

#include "search_rows.h"
#include "search_token.h"

#include "operation.h"

//  A longer token of AWS's is not kept.
enum { SEARCH_AWS_TOKEN_MAX = 16 * 1024 };

typedef enum { GROUP_WAITING, GROUP_ASKING, GROUP_DONE, GROUP_PASSED, GROUP_HELD, GROUP_LEFT_OUT } search_group_state_t;

typedef struct {
    slice_t     identifier;             //  Name or ARN
    slice_t     shown;                  //  As rows and notes call it
    search_group_state_t state;
    int         pages;                  //  Read by this call
    int64_t     matched;                //  Events that belong to the search and were not given before
    bool        carried;                //  Gone on with from an earlier call's token of AWS's
    buffer_t    token;                  //  AWS's, to the next page; empty for the first
    bool        marked;
    int64_t     mark_ms;
    bool        astray;                 //  Its pages are not in the order that was asked
    const char *trouble;                //  HELD, LEFT_OUT: a sentence
    status_t    status;                 //  Of it
    int64_t     retry_ms;
} search_group_t;

//  What is asked of every group, and what has come of it.
typedef struct {
    bool        newest;
    bool        from_tail;              //  AWS is asked for the newest first
    int64_t     start_ms, end_ms;       //  The search's window: start included, end not
    bool        has_place;              //  Rows at this place or before it were given already
    search_place_t place;
    int64_t     page_limit;
    slice_t     pattern;
    slice_t     streams;                //  As it stands among the arguments: a list
    slice_t     stream_prefix;
    bool        unmask;
    size_t      line_bytes_max;
    bool        show_group;
    search_rows_t rows;
    int64_t     matched;
    bool        descends;               //  A page has shown that the server can
} search_query_t;

//  The mark, when there is one that may be believed.
bool search_group_mark (const search_group_t *self, const search_query_t *query, int64_t *mark_ms);

//  Writes the request for the next page. NO_MEMORY, TOO_LARGE.
MUST_CHECK status_t search_group_request (const search_group_t *self, const search_query_t *query, buffer_t *body);

//  Takes a page: its events into the query's rows, its token, its mark; the state becomes WAITING or DONE, or HELD when AWS's token leads nowhere.
//  ordinal: the group's. NO_MEMORY, TOO_LARGE.
MUST_CHECK status_t search_group_page (search_group_t *self, int ordinal, search_query_t *query, yyjson_val *answer);

//  Is there an event from this time on that the group may still give? (From: in the query's order.) Done ones have none.
bool search_group_may_have (const search_group_t *self, const search_query_t *query, int64_t time_ms);

#endif
