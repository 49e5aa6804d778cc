/*  admission - will a call's turn come in time?

    A call for which no worker has room waits in its service's queue. Before it is let in, this looks whether it would only die there: as many
    calls go before it as have an earlier deadline, as many at once as there are places for calls of its sort, and each holds its place for as
    long as such calls have taken of late. A place that is taken is free when the call that has it has been there for so long.

        place 1   ■■■■■□ free in 1 s        then one more every 6 s      a call with two ahead gets the third of these
        place 2   ■■□□□□ free in 4 s        then one more every 6 s      turns: 1 s, 4 s, 7 s

    How long calls take is a moving average over those that ended. When nothing ends any more it says nothing new, but the youngest call under way
    does: while others wait, its age is how long no place has become free. Before anything has ended or become old nobody is refused.

    What errs here errs towards letting in. Of the time that the call itself will take no more than half of its budget is asked for, as an average
    over several tools says little about one call.

    Thread: any; no state. */

#ifndef ADMISSION_H
#define ADMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const double *free_ms;      //  The places for calls of this sort: from now until each is free, not below 0
    size_t  places;             //  None: there is no worker, and nothing to estimate
    double  took_ms;            //  How long such calls hold a place; 0: nobody knows
    size_t  ahead;              //  Calls that wait and go before it
    int64_t budget_ms;          //  The call's whole time
} admission_t;

//  An estimated wait is not longer than this: beyond it nobody asks how long.
enum { ADMISSION_WAIT_MS_MAX = 24 * 60 * 60 * 1000 };

//  Does its turn come early enough for it to end within its budget?
bool    admission_in_time (const admission_t *self);

//  Until its turn comes.
int64_t admission_wait_ms (const admission_t *self);

//  The moving average, with one more call that took so long; 0 is the one before the first.
double  admission_average_ms (double average_ms, double took_ms);

#endif
