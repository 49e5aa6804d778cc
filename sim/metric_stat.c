#include "metric_stat.h"

#include <math.h>

enum { SECOND_MS = 1000, MINUTE_S = 60, MINUTE_MS = MINUTE_S * SECOND_MS };

static const int64_t DAY_MS = INT64_C (86400000);

//  Room for every query of a question (500) with as many minutes as are kept (21,600), and a sketch.
enum { ARENA_BYTES_MAX = 192 * 1024 * 1024 };

bool
metric_source_init (metric_source_t *self, const shop_t *shop, const char *region)
{
    *self = (metric_source_t) { .shop = shop, .region = region, .arena = arena_new (ARENA_BYTES_MAX) };
    if (self->arena)
        self->sketch = sketch_new (self->arena);
    return self->arena && self->sketch.points;
}

bool
metric_period_is_valid (int64_t period_s)
{
    if (period_s >= MINUTE_S)
        return period_s % MINUTE_S == 0;
    return period_s == 1 || period_s == 5 || period_s == 10 || period_s == 20 || period_s == 30;
}

//  How long datapoints of this period are kept. Source: "Metrics retention" in the CloudWatch user guide.
static int64_t
s_kept_ms (int64_t period_ms)
{
    if (period_ms < MINUTE_MS)
        return DAY_MS / 8;
    return (period_ms < 5 * MINUTE_MS ? 15 : period_ms < 60 * MINUTE_MS ? 63 : 455) * DAY_MS;
}

static bool
s_has_dimensions (const metric_source_t *self, const shop_metric_t *metric, yyjson_val *wanted)
{
    if (yyjson_arr_size (wanted) != (size_t) metric->dimensions_count)
        return false;
    for (int i = 0; i < metric->dimensions_count; i++) {
        char text [SHOP_TEXT_SIZE];
        size_t index, max;
        yyjson_val *dimension;
        bool found = false;
        const char *value = shop_text_in_region (metric->dimensions [i].value, self->region, text);
        yyjson_arr_foreach (wanted, index, max, dimension)
            found = found || (slice_is (json_text (dimension, "Name"), metric->dimensions [i].name)
                              && slice_is (json_text (dimension, "Value"), value));
        if (!found)
            return false;
    }
    return true;
}

const shop_metric_t *
metric_of (const metric_source_t *self, slice_t account, const yyjson_val *members)
{
    slice_t name = json_text (members, "MetricName");
    slice_t namespace = json_text (members, "Namespace");
    yyjson_val *dimensions = yyjson_obj_get ((yyjson_val *) members, "Dimensions");
    for (size_t i = 0; i < self->shop->metrics_count; i++) {
        const shop_metric_t *metric = &self->shop->metrics [i];
        if (slice_is (name, metric->name) && slice_is (namespace, metric->namespace) && slice_is (account, metric->account)
            && s_has_dimensions (self, metric, dimensions))
            return metric;
    }
    return NULL;
}

//  The beginning of the period that holds the moment.
static int64_t
s_align (int64_t time_ms, int64_t period_ms)
{
    return time_ms - (time_ms % period_ms + period_ms) % period_ms;
}

//  Milliseconds, within bounds that leave room for sums.
static int64_t
s_milliseconds (double seconds)
{
    const double most = 1e15;
    double ms = floor (seconds * SECOND_MS);
    return (int64_t) (ms > most ? most : ms < -most ? -most : ms);
}

grid_t
metric_grid (const metric_source_t *self, double start_s, double end_s, int64_t period_s)
{
    int64_t now_ms = shop_clock_ms (self->shop);
    int64_t period_ms = (period_s < INT32_MAX ? period_s : INT32_MAX) * SECOND_MS;
    int64_t start_ms = s_align (s_milliseconds (start_s), period_ms);
    int64_t end_ms = s_milliseconds (end_s);
    int64_t oldest_ms = s_align (now_ms - s_kept_ms (period_ms) + period_ms - 1, period_ms);
    if (start_ms < oldest_ms)
        start_ms = oldest_ms;
    if (end_ms > now_ms)
        end_ms = now_ms;
    size_t count = end_ms > start_ms ? (size_t) ((end_ms - start_ms + period_ms - 1) / period_ms) : 0;
    return (grid_t) { start_ms, period_ms, count };
}

bool
metric_samples (metric_source_t *self, const shop_metric_t *metric, const grid_t *grid, size_t index)
{
    int64_t begin_ms = grid_time_ms (grid, index), end_ms = begin_ms + grid->period_ms, now_ms = shop_clock_ms (self->shop);
    sketch_clear (&self->sketch);
    for (int64_t at_ms = s_align (begin_ms + MINUTE_MS - 1, MINUTE_MS); at_ms < end_ms && at_ms + MINUTE_MS <= now_ms; at_ms += MINUTE_MS) {
        series_minute_t minute;
        if (series_minute (self->shop, metric, self->region, at_ms, &minute))
            sketch_add (&self->sketch, &minute);
    }
    return self->sketch.count > 0;
}

vector_t
metric_vector (metric_source_t *self, const shop_metric_t *metric, const statistic_t *statistic, const grid_t *grid)
{
    vector_t vector = vector_new (self->arena, grid);
    for (size_t i = 0; metric && vector.values && i < grid->count; i++)
        if (metric_samples (self, metric, grid, i))
            vector.values [i] = statistic_of (statistic, &self->sketch);
    return vector;
}
