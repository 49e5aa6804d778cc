/*  timegrid - the window of a call in whole periods

    Values stand on a grid: value i of a series is of the period that begins at start + i × period. So the window that the caller named is widened to
    whole periods, multiples of the period since 1970; the answer says the window that was used. It begins later only where CloudWatch keeps nothing
    of this period: then a window that touches the edge loses up to a minute more, because by the time AWS looks the data is older.

    The arguments: start_time and end_time (window.h), and either a period or the number of points that is aimed at. period.h has the rules. Without a
    period it is no shorter than the metric's usual one, and without a start the window is 3 hours, or three usual periods where that is longer: of a
    metric that is published once a day there would be nothing to see.

    Thread: the actor's; no state. */

#ifndef TIMEGRID_H
#define TIMEGRID_H

#include "place.h"

typedef struct {
    int64_t start_ms, end_ms;   //  Multiples of the period; the end is not included
    int64_t now_ms;             //  When the (first) call was read
    int64_t period_s;
    int64_t wanted_period_s;    //  What would have been taken of newer data: the caller's, or the chosen one
    bool    named;              //  The caller named the period
    bool    cut;                //  The caller's start is older than anything that is kept
    int64_t widened_s;          //  The usual period because of which the window is longer than usual; 0: it is not
} timegrid_t;

//  resumed: the window of the page before, that the place has. usual_s: how often is published what is asked for. INVALID_ARGUMENT after it has
//  failed the call with a sentence.
MUST_CHECK status_t timegrid_read (call_t *call, const place_t *place, bool resumed, int64_t usual_s, timegrid_t *grid);

//  Of how old data its beginning is.
int64_t timegrid_age_s (const timegrid_t *grid);

//  How many periods of this length the window holds, begun ones included.
size_t  timegrid_slots (const timegrid_t *grid, int64_t period_s);

//  The beginning of an answer: {"window":[…],"period_s":180, and whether the last period is not over yet. A comma is at the end.
void    timegrid_append (buffer_t *out, const timegrid_t *grid);

//  Why the window or the period is another one than the caller's or than usual. Nothing, when they are not.
void    timegrid_append_note (buffer_t *note, const timegrid_t *grid);

//  "No datapoints in 3 h": rounded, the window says it exactly
void    timegrid_append_none (buffer_t *note, const timegrid_t *grid);

//  The token for what comes behind.
place_t timegrid_place (const timegrid_t *grid);

#endif
