/*  list - operations that page through an AWS list

    Most of what these do is the same: ask a page, turn its items into rows, ask the next page until the caller's limit is reached, and answer with
    the rows, the token to the rest, and a note. What differs is said by a list_t: how to ask, and how an item becomes a row.

    A list of what happened within a time (window_ms) has a window: that of the arguments start_time and end_time, or on a further page that of the
    first one, which the token brings. The answer begins with it.

    A list that breaks off (AWS fails, the time is over) after some rows answers with these rows, a token that goes on from there, and a note
    that says so. Before the first row it fails; but when only the time is over, and whole pages had nothing, the token is an answer too.

    Every text of AWS's comes out visible (visible.h).

    Thread: the actor's. A list_t is constant, or belongs to the call: in its arena. */

#ifndef LIST_H
#define LIST_H

#include "listing.h"

//  One item of a page.
typedef struct {
    yyjson_val *answer;                 //  The page
    yyjson_val *item;
    size_t      member;                 //  Which of list_t's items it is from
    size_t      index;                  //  Its place there
} list_item_t;

//  What becomes of an item.
typedef enum {
    LIST_TAKE,                          //  A row
    LIST_PASS,                          //  Not what was asked for: the next one may be
    LIST_END,                           //  Nor is any behind it
} list_verdict_t;

typedef struct {
    aws_service_t service;
    const char *api;                    //  "DescribeLogGroups"
    const char *token_member;           //  AWS's name of the token, the same in and out: "nextToken"
    const char *items [4];              //  AWS's names of the lists in a page, in the order of our rows; ended by NULL
    const char *rows_member;            //  Ours: "log_groups"
    const char *columns;                //  JSON array of the columns' names when rows are arrays; NULL when they are objects
    const char *noun;                   //  "log group"; several have an s
    const char *none;                   //  What to look at when there are none at all, behind "No … in eu-west-1 match."

    //  Writes the request's members, all but the token.
    void (*ask) (call_t *call, yyjson_mut_doc *doc, yyjson_mut_val *input);

    //  An item as a row. NULL without memory.
    yyjson_mut_val *(*row) (call_t *call, yyjson_mut_doc *doc, const list_item_t *item);

    //  --- Not every list has these: 0 or NULL

    //  Of what happened within a time: how long its window is when the arguments have no start_time.
    int64_t window_ms;

    //  Of which AWS cannot filter what is asked: is the item wanted?
    list_verdict_t (*judge) (call_t *call, const list_item_t *item);

    //  That tells more than rows: appends further members of the answer, each with a comma before it, and sentences for its note (sentence_begin).
    //  whole: every row from the first to the last is in this answer.
    void (*behind) (call_t *call, bool whole, buffer_t *members, buffer_t *note);

    //  That knows some failures of AWS's better than the sentence that all have: appends another one, or nothing.
    void (*explain) (call_t *call, const outcome_t *outcome, buffer_t *sentence);
} list_t;

//  For the functions of an operation.
MUST_CHECK status_t list_begin (call_t *call, const list_t *list);

//  The same, with something of the operation's that the functions of list_t find again.
MUST_CHECK status_t list_begin_with (call_t *call, const list_t *list, void *own);
void               *list_own (const call_t *call);

MUST_CHECK status_t list_next (call_t *call, const outcome_t *outcome);
MUST_CHECK status_t list_partial (call_t *call);
void                list_close (call_t *call);

//  For the functions of a list_t: how far it is, and its window.
const listing_t *list_listing (const call_t *call);

//  For rows: a text copied from AWS's answer, null where it is missing; and its UTC time, from milliseconds or (fractional) seconds since 1970.
yyjson_mut_val *list_text (yyjson_mut_doc *doc, const yyjson_val *item, const char *member);
yyjson_mut_val *list_time_ms (yyjson_mut_doc *doc, const yyjson_val *item, const char *member);
yyjson_mut_val *list_time_s (yyjson_mut_doc *doc, const yyjson_val *item, const char *member);
yyjson_mut_val *list_number (yyjson_mut_doc *doc, const yyjson_val *item, const char *member);

//  A row of columns: an array of these values. NULL when one of them is, because it had no memory.
yyjson_mut_val *list_columns (yyjson_mut_doc *doc, yyjson_mut_val *const *values, size_t count);

//  A list of texts among the arguments, added to the request under AWS's name when it is there.
void list_add_texts (call_t *call, const char *argument, yyjson_mut_doc *doc, yyjson_mut_val *input, const char *member);

//  A text likewise, unless it is empty.
void list_add_text (call_t *call, const char *argument, yyjson_mut_doc *doc, yyjson_mut_val *input, const char *member);

#endif
