/*  search - what the parts of search_log_events share: one call's search

    A search asks up to 50 log groups for the events that match, several groups at once, page by page, until the rows that stand first in the order
    (search_place.h) are known for certain; search_rows.h keeps those and no others.

        arguments ──▶ groups (search_groups.c) ──▶ pages of groups (search_group.c, by search_log_events.c) ──▶ answer (search_answer.c)

    A row is given only when every group that is not done is known beyond it. So a search may be left off anywhere (the limit, the time, a group that
    fails in passing), and the next call goes on from the last row that was given: nothing is given twice, and nothing is left out but what
    arrives late in AWS, behind the place where the search already is.

    Owner:   the call: in its arena, but for the rows and AWS's tokens, which search_close gives back. */

#ifndef SEARCH_H
#define SEARCH_H

#include "search_group.h"

//  One slot for each group, and one for the list of groups. AWS's quota for FilterLogEvents is 5 to 25 a second for the whole account: more at once
//  would only wait at the throttle, in front of other calls.
enum { SEARCH_GROUPS_SLOT = SEARCH_GROUPS_MAX, SEARCH_AT_ONCE_MAX = 8, SEARCH_NAMED_MAX = 5 };

typedef struct {
    call_t        *call;
    uint64_t       seal;                //  Of the call's arguments
    search_query_t query;
    search_group_t *groups;             //  In the order of their ordinals
    int            count;
    int            asking;
    slice_t        prefix;              //  The groups are those whose names begin so; absent: they were named
    int            fenced;              //  Groups with the prefix that the configuration does not allow
    buffer_t       groups_page;         //  AWS's token to the next page of groups
    bool           resumed;             //  From a next_token
    search_token_t from;                //  Its content, and the bytes that it points into
    buffer_t       from_bytes;
    bool           late;                //  The budget is nearly spent: answer with what there is
} search_t;

//  Gives back what is not in the arena. Idempotent.
void search_close (search_t *self);

//  How many groups are in this state.
int  search_count (const search_t *self, search_group_state_t state);

//  Which groups: named ones are there at once, those of a prefix are asked for. INVALID_ARGUMENT after it has failed the call with a sentence.
MUST_CHECK status_t search_groups_begin (search_t *self);

//  AWS's answer about the groups of a prefix. *known: all are there. When not, another page was asked, or the call has its answer or its failure.
MUST_CHECK status_t search_groups_next (search_t *self, const outcome_t *outcome, bool *known);

//  Answers the call: rows that are certain, a token to the rest, a note. trouble: why the search breaks off, a sentence; absent when it does not.
//  When there is nothing to give and no way on, it fails the call with this status, the trouble and what to do.
MUST_CHECK status_t search_answer (search_t *self, slice_t trouble, status_t status, int64_t retry_ms);

#endif
