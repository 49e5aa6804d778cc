/*  sketch - the samples of a period, seen from afar

    Minutes come with count, sum, extremes and a few weighted points of their distribution. A sketch gathers those of a period, in bounded room:
    when it is full, neighbours become one. From it come percentiles and what else depends on where samples lie.

    Owner:   the arena. Thread: one. */

#ifndef SIM_SKETCH_H
#define SIM_SKETCH_H

#include "series.h"

typedef struct {
    double value;
    double weight;              //  Samples that it stands for
} sketch_point_t;

typedef struct {
    double count;
    double sum, min, max;
    size_t points_count;
    bool sorted;
    sketch_point_t *points;
} sketch_t;

//  Enough for all points of a day of minutes; a longer period is seen less sharply.
enum { SKETCH_POINTS_MAX = 20000 };

//  Empty. Its points are NULL without memory.
sketch_t sketch_new (arena_t *arena);

//  Forgets all samples.
void     sketch_clear (sketch_t *self);
void     sketch_add (sketch_t *self, const series_minute_t *minute);

//  The value below which this share (0..1) of the samples lies; between two points, in proportion. Of an empty sketch: NAN.
double   sketch_quantile (sketch_t *self, double share);

//  Samples and their sum between two shares, cutting points that lie across a limit.
typedef struct {
    double count, sum;
} sketch_part_t;

sketch_part_t sketch_between_shares (sketch_t *self, double low, double high);

//  The same of the samples that are greater than low and not greater than high.
sketch_part_t sketch_between_values (const sketch_t *self, double low, double high);

#endif
