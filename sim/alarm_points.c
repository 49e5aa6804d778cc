#include "alarm_points.h"

#include "expression_shop.h"

#include <assert.h>
#include <math.h>

static const int64_t MINUTE_MS = 60000;

//  What a band is trained with: two weeks of the metric (user guide, "Using CloudWatch anomaly detection").
static const int64_t TRAINED_MS = INT64_C (14) * 24 * 60 * 60 * 1000;

//  A statistic of one metric. Read from the series themselves: what led to a state stays known after CloudWatch has let go of the datapoints.
static bool
s_read_metric (metric_source_t *source, const shop_metric_alarm_t *alarm, const grid_t *grid, alarm_point_t *points)
{
    statistic_t statistic;
    const shop_metric_t *metric = series_find (source->shop, alarm->namespace, alarm->metric, alarm->dimensions);
    bool known = metric && statistic_read (slice_of (alarm->stat), &statistic);
    assert (known);                     //  The tables of alarms and of metrics fit together
    for (size_t i = 0; known && i < grid->count; i++) {
        int64_t begins_ms = grid_time_ms (grid, i);
        sketch_clear (&source->sketch);
        for (int64_t time_ms = begins_ms; time_ms < begins_ms + grid->period_ms; time_ms += MINUTE_MS) {
            series_minute_t minute;
            if (series_minute (source->shop, metric, source->region, time_ms, &minute))
                sketch_add (&source->sketch, &minute);
        }
        double value = source->sketch.count > 0 ? statistic_of (&statistic, &source->sketch) : (double) NAN;
        points [i] = (alarm_point_t) { value, source->sketch.count, NAN, NAN };
    }
    return known;
}

//  What the alarm judges is the query that is returned; with a band it is the one beside the band. A band's upper limit comes first.
static bool
s_read_queries (metric_source_t *source, const shop_metric_alarm_t *alarm, const grid_t *grid, size_t trained, alarm_point_t *points)
{
    expression_result_t results [SHOP_QUERIES_MAX];
    const expression_value_t *judged = NULL, *band = NULL;
    if (expression_shop_alarm (source, alarm->queries, grid, results))
        return false;
    for (int i = 0; i < SHOP_QUERIES_MAX && alarm->queries [i].id; i++)
        if (alarm->band && strcmp (alarm->queries [i].id, alarm->band) == 0)
            band = &results [i].value;
        else
        if (alarm->queries [i].returned)
            judged = &results [i].value;
    assert (judged && judged->count == 1 && (!alarm->band || (band && band->count == 2)));
    for (size_t i = trained; i < grid->count; i++)
        points [i - trained] = (alarm_point_t) {
            .value = judged->series [0].vector.values [i],
            .upper = band ? band->series [0].vector.values [i] : (double) NAN,
            .lower = band ? band->series [1].vector.values [i] : (double) NAN,
        };
    return true;
}

bool
alarm_points_read (const shop_t *shop, const char *region, const shop_metric_alarm_t *alarm, int64_t start_ms, size_t count, alarm_point_t *points)
{
    metric_source_t source;
    int64_t period_ms = (int64_t) alarm_judge_period_s (alarm) * 1000;
    size_t trained = alarm->band ? (size_t) (TRAINED_MS / period_ms) : 0;
    grid_t grid = { start_ms - (int64_t) trained * period_ms, period_ms, count + trained };
    bool done = metric_source_init (&source, shop, region)
             && (alarm->namespace ? s_read_metric (&source, alarm, &grid, points) : s_read_queries (&source, alarm, &grid, trained, points));
    if (source.arena)
        arena_destroy (&source.arena);
    return done;
}
