/*  series - the shop's metrics, minute by minute

    What a metric was in any minute is computed when it is asked, from the daily rhythm, the incidents of the story and noise that the seed gives:
    the same every time, with nothing kept. A minute holds samples; of these it tells count, sum and extremes, and a small sketch of their
    distribution, from which percentiles of longer periods are made.

    CloudWatch keeps minutes for 15 days, five minutes for 63 and hours for 455; who asks decides what of that is left. Daily metrics (sizes of
    buckets, days to expiry) have one sample a day, in the first minute after midnight.

    Thread: any; no state. */

#ifndef SIM_SERIES_H
#define SIM_SERIES_H

#include "shop.h"

enum { SERIES_POINTS = 12 };

typedef struct {
    double count;               //  SampleCount
    double sum, min, max;
    double points [SERIES_POINTS];      //  Values of the sketch, rising where their weight is not 0
    double weights [SERIES_POINTS];     //  Samples that each stands for; they add up to count
} series_minute_t;

//  The minute that begins at minute_ms (a multiple of 60,000). False: there is no datapoint.
bool series_minute (const shop_t *shop, const shop_metric_t *metric, const char *region, int64_t minute_ms, series_minute_t *minute);

//  The metric's unit, as CloudWatch names it: "Count", "Milliseconds", "None".
const char *series_unit (const shop_metric_t *metric);

//  The metric of the own account with exactly these dimensions ("Name=Value;Name=Value", {region} not yet replaced), or NULL. For those who tell
//  the same story in another form: log lines, alarms.
const shop_metric_t *series_find (const shop_t *shop, const char *namespace, const char *name, const char *dimensions);

#endif
