/*  period - how much time one value stands for

    CloudWatch keeps measurements for as long as they are coarse: of less than a minute for 3 hours, a minute 15 days, 5 minutes 63 days, an hour
    455 days. A period that is finer than what is kept where the window begins brings nothing, silently; so it is chosen, or raised, by that age.

        a window of 3 h and 60 points   180 s      of 2 days   3,600 s      of 30 days, 20 days ago   43,200 s

    Thread: any; no state. Source: GetMetricData and GetMetricStatistics in AWS's API reference. */

#ifndef PERIOD_H
#define PERIOD_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PERIOD_KEPT_DAYS_MAX = 455,         //  Nothing is kept for longer
    PERIOD_MAX_S = 30 * 24 * 60 * 60,   //  The coarsest that is chosen or taken
};

//  1, 5, 10, 20, 30 or a multiple of 60.
bool    period_valid (int64_t period_s);

//  The finest that is kept of what is so old; periods must be multiples of it. 0: nothing is.
int64_t period_kept_s (int64_t age_s);

//  For how long values of this period are kept.
int64_t period_keeps_s (int64_t period_s);

//  The finest of a ladder of round periods that needs no more than so many points for the window, and that is kept at this age; when all need more,
//  the coarsest.
int64_t period_choose_s (int64_t window_s, int64_t age_s, int64_t points);

//  The period itself, or the next longer one that is kept at this age.
int64_t period_raise_s (int64_t period_s, int64_t age_s);

//  "15 days": the age beyond which no value finer than this period is kept. For 60, 300 and 3600.
const char *period_age (int64_t kept_s);

#endif
