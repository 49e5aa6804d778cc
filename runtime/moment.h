/*  moment - a point in time, as people and models write it

        2026-11-22T20:00Z  2026-11-22T20:00:05.250+01:00  2026-11-22 20:00  2026-11-22      ISO 8601; without an offset it is UTC
        1795388707  1795388707042                                                           seconds, or milliseconds, since 1970
        now  -3h  now-2d  -1d12h                                                            w, d, h, m, s before now

    Days and times that do not exist (month 13, 24:01) are refused, not carried over. A plus sign before an offset from now is refused too: nothing
    that we read lies in the future.

    Thread: any; no state. */

#ifndef MOMENT_H
#define MOMENT_H

#include "slice.h"

//  False for anything else, and for what lies before 1970 or beyond the year 9999.
bool moment_read (slice_t text, int64_t now_ms, int64_t *moment_ms);

#endif
