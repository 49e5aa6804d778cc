/*  measure - a measured value as JSON, short

    A model reads every digit and pays for it. Whole numbers are written whole up to 2^53; what has a fraction keeps six significant digits, or all
    those before the point. 0.1 + 0.2 is 0.3, 1234567.89 is 1234568, and 0.0000123456789 is 1.23457e-5. What is no number is null.

    Thread: any; no state. */

#ifndef MEASURE_H
#define MEASURE_H

#include "buffer.h"

void measure_append (buffer_t *out, double value);

#endif
