/*  datapoints - the datapoints of one series, and how an answer shows them

    Datapoints come in from one or several of AWS's pages, in any order. They go out as values on the window's grid, null where a period has none, so
    that no time is written beside each; a summary in front spares reading them. A series of another period has a grid of its own, and says so. A
    datapoint that is on no grid (an emulator's, perhaps) must not be shown at a wrong time: then all of its series stand with their times.

        {"summary":{"min":0,"avg":3.2,"max":41,"max_at":"2026-11-22T21:12Z","last":0},"values":[0,0,1,null,…]}
        {"summary":{…},"period_s":3600,"start":"2026-11-22T20:30Z","values":[…]}             another grid
        {"summary":{…},"times":["2026-11-22T20:00:07Z",…],"values":[…]}                      no grid
        {"from":"2026-11-22T22:00Z","values":[…]}                                            goes on where the page before ended

    Owner: an operation, by value. Thread: the actor's. */

#ifndef DATAPOINTS_H
#define DATAPOINTS_H

#include "timegrid.h"

//  Datapoints that one call keeps: some 16 MB. AWS's own page has 100,800.
enum { POINTS_MAX = 1000000 };

typedef struct {
    int64_t time_ms;
    double  value;
} point_t;

typedef struct {
    point_t *points;
    size_t   count, capacity;
    bool     unsorted;          //  Or with repeats
} datapoints_t;

//  NO_MEMORY.
MUST_CHECK status_t datapoints_add (datapoints_t *self, int64_t time_ms, double value);

//  Sorts; of two at the same time the later one stays.
void   datapoints_settle (datapoints_t *self);

//  Drops, of a settled series, what is at this time or later.
void   datapoints_cut (datapoints_t *self, int64_t end_ms);

void   datapoints_deinit (datapoints_t *self);

//  Appends, of a settled series, the members above without the braces: values from index from on, as many as fit in bytes_max, but one at least.
//  Returns the index to go on from; 0 when all is said.
size_t datapoints_append (const datapoints_t *self, buffer_t *out, const timegrid_t *grid, int64_t period_s, size_t from, size_t bytes_max);

//  Of a settled series: how often its metric is published, as far as the values tell: the longest time, in whole minutes, on whose beat all of them
//  stand. 0: two are in one minute, or fewer than three are there.
int64_t datapoints_every_s (const datapoints_t *self);

//  The same of several series: of those before, 0 for none yet, and of one more.
int64_t datapoints_every_of_both (int64_t before_s, int64_t every_s);

//  Appends to a note that a period of less than a minute shows mostly nulls, and which one does not. where: "m1", "m1 and 2 more".
void   datapoints_append_sparse (buffer_t *note, const char *where, int64_t every_s);

#endif
