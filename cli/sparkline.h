/*  sparkline - the shape of a series in one line

        ▁▁▂▁▃▁█▇▅▂▁▁            with ASCII alone:  __.:-=#

    The lowest value is the lowest block and the highest the highest; where all are alike there is no shape, and the line lies low. A gap is a blank.
    What does not fit the width is drawn in columns of equally many values, each as high as the highest of them, so that no peak is lost.

    Thread: any; no state. */

#ifndef SPARKLINE_H
#define SPARKLINE_H

#include "buffer.h"

typedef struct {
    const double *values;       //  NAN: a gap
    size_t count;
    size_t width;               //  Columns, at most; at least 1
    bool   utf8;
    const char *mark;           //  Before and behind the highest column (the first of them), for its style; "" for none
    const char *unmark;
} sparkline_t;

//  Appends it without blanks at its end. Returns the columns written.
size_t sparkline_append (buffer_t *out, const sparkline_t *line);

#endif
