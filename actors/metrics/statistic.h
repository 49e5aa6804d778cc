/*  statistic - how the values of a period become one

    CloudWatch's statistics, as people write them: its five standard ones in any case and by their short names (avg, min, max, sum, count), the
    percentiles (p99, P99.9, p(99)), the trimmed ones (tm, wm, tc, ts with a percentage), their forms with two bounds (TM(10%:90%), PR(100:2000))
    and IQM. What comes out is AWS's spelling.

    Thread: any; no state. Source: "CloudWatch statistics definitions" in AWS's user guide. */

#ifndef STATISTIC_H
#define STATISTIC_H

#include "buffer.h"

enum { STATISTIC_BYTES_MAX = 64 };

//  Writes AWS's name, ended by a zero byte, into STATISTIC_BYTES_MAX bytes. False for what is no statistic.
bool statistic_read (slice_t text, char *name);

//  One of the five that GetMetricStatistics takes as Statistics; all others are its ExtendedStatistics.
bool statistic_standard (const char *name);

//  Are its values in the metric's unit? Those that count datapoints or tell their share (SampleCount, tc99, PR) are not.
bool statistic_in_unit (const char *name);

//  What is wrong with this argument, and what would be right: a sentence or two.
void statistic_append_wrong (buffer_t *out, const char *argument, slice_t text);

#endif
