/*  unit - the names of the units that CloudWatch measures in

    A datapoint has one of 27, and who asks for datapoints of one unit must name it exactly. People may write them in any case.

    Thread: any; no state. Source: StandardUnit in CloudWatch's API model. */

#ifndef UNIT_H
#define UNIT_H

#include "buffer.h"

//  AWS's spelling; NULL for what is no unit.
const char *unit_read (slice_t text);

//  What is wrong with this argument, and what would be right: a few sentences.
void        unit_append_wrong (buffer_t *out, const char *argument, slice_t text);

#endif
