#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_stat.h"
#include "series_model.h"

#include <math.h>
#include <stdlib.h>

//  A Sunday, 2026-11-22T23:05:07Z.
#define NOW_MS INT64_C (1795388707000)
#define NOW_S (NOW_MS / 1000)

enum { WEEK_MIN = 10080, DAY_S = 86400 };

typedef struct {
    shop_t *shop;
    metric_source_t source;
} fixture_t;

static int
s_set_up (void **state)
{
    static fixture_t fixture;
    fixture.shop = shop_new (&(shop_config_t) { .now_ms = NOW_MS, .seed = 1 });
    *state = &fixture;
    return fixture.shop && metric_source_init (&fixture.source, fixture.shop, "eu-west-1") ? 0 : -1;
}

static int
s_tear_down (void **state)
{
    fixture_t *fixture = *state;
    arena_destroy (&fixture->source.arena);
    shop_destroy (&fixture->shop);
    return 0;
}

static void
assert_grid (const grid_t *grid, int64_t start_s, int64_t period_s, size_t count)
{
    assert_int_equal (grid->start_ms, start_s * 1000);
    assert_int_equal (grid->period_ms, period_s * 1000);
    assert_int_equal (grid->count, count);
}

static void
a_grid_begins_on_a_period_and_ends_before_the_end (void **state)
{
    fixture_t *fixture = *state;
    int64_t begin_s = NOW_S / 300 * 300 - 3600;
    grid_t grid = metric_grid (&fixture->source, (double) begin_s + 299.9, (double) begin_s + 600, 300);
    assert_grid (&grid, begin_s, 300, 2);
    grid = metric_grid (&fixture->source, (double) begin_s, (double) begin_s + 600.5, 300);
    assert_grid (&grid, begin_s, 300, 3);
    grid = metric_grid (&fixture->source, (double) NOW_S - 60, 9e18, 60);
    assert_grid (&grid, NOW_S - 67, 60, 2);
    grid = metric_grid (&fixture->source, (double) NOW_S + 60, (double) NOW_S + 120, 60);
    assert_int_equal (grid.count, 0);
}

static void
a_grid_leaves_out_what_is_not_kept (void **state)
{
    fixture_t *fixture = *state;
    static const struct {
        int64_t period_s, kept_s;
    } KEPT [] = { { 1, 3 * 3600 }, { 30, 3 * 3600 }, { 60, 15 * DAY_S }, { 240, 15 * DAY_S }, { 300, 63 * DAY_S }, { 3600, 455 * DAY_S } };
    for (size_t i = 0; i < sizeof KEPT / sizeof KEPT [0]; i++) {
        grid_t grid = metric_grid (&fixture->source, -9e18, (double) NOW_S, KEPT [i].period_s);
        int64_t oldest_ms = NOW_MS - KEPT [i].kept_s * 1000;
        assert_true (grid.start_ms >= oldest_ms && grid.start_ms < oldest_ms + KEPT [i].period_s * 1000);
        assert_int_equal (grid.start_ms % grid.period_ms, 0);
    }
}

static void
periods_are_those_of_cloudwatch (void **state)
{
    (void) state;
    for (int64_t period_s = -60; period_s < 300; period_s++) {
        bool right = period_s == 1 || period_s == 5 || period_s == 10 || period_s == 20 || period_s == 30 || (period_s > 0 && period_s % 60 == 0);
        assert_true (metric_period_is_valid (period_s) == right);
    }
}

static void
a_short_period_has_a_datapoint_where_a_minute_begins (void **state)
{
    fixture_t *fixture = *state;
    const shop_metric_t *metric = series_find (fixture->shop, "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier=shop-orders-1");
    grid_t grid = metric_grid (&fixture->source, (double) NOW_S - 607, (double) NOW_S - 307, 20);
    assert_int_equal (grid.count, 15);
    for (size_t i = 0; i < grid.count; i++)
        assert_true (metric_samples (&fixture->source, metric, &grid, i) == (grid_time_ms (&grid, i) % 60000 == 0));
}

static int64_t
s_wall_ms (void *self)
{
    return *(int64_t *) self;
}

static void
time_goes_on_and_with_it_the_datapoints (void **state)
{
    (void) state;
    int64_t wall_ms = NOW_MS;
    const clock_source_t clock = { .wall_ms = s_wall_ms, .self = &wall_ms };
    metric_source_t source;
    shop_t *shop = shop_new (&(shop_config_t) { .now_ms = NOW_MS, .clock = &clock });
    assert_true (metric_source_init (&source, shop, "eu-west-1"));
    grid_t before = metric_grid (&source, (double) NOW_S - 607, (double) NOW_S + 7200, 60);
    wall_ms += 3600000;
    grid_t after = metric_grid (&source, (double) NOW_S - 607, (double) NOW_S + 7200, 60);
    assert_int_equal (before.count, 11);
    assert_int_equal (after.count, 71);
    const shop_metric_t *metric = series_find (shop, "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier=shop-orders-1");
    assert_true (metric_samples (&source, metric, &after, 69));
    assert_true (source.sketch.min > 90);       //  The incident goes on
    assert_false (metric_samples (&source, metric, &after, 70));
    arena_destroy (&source.arena);
    shop_destroy (&shop);
}

static bool
s_is_beyond (const shop_metric_alarm_t *alarm, double value)
{
    if (isnan (value))
        return false;
    if (alarm->operator [0] == '>')
        return alarm->operator [1] == '=' ? value >= alarm->threshold : value > alarm->threshold;
    return alarm->operator [1] == '=' ? value <= alarm->threshold : value < alarm->threshold;
}

//  For each period of the last week whether the alarm's condition held at its end.
static bool *
judged (fixture_t *fixture, const shop_metric_alarm_t *alarm, const shop_metric_t *metric, grid_t *grid)
{
    statistic_t statistic;
    assert_true (statistic_read (slice_of (alarm->stat), &statistic));
    *grid = metric_grid (&fixture->source, (double) NOW_S - WEEK_MIN * 60, (double) NOW_S - alarm->period_s, alarm->period_s);
    vector_t values = metric_vector (&fixture->source, metric, &statistic, grid);
    bool *held = arena_alloc (fixture->source.arena, grid->count + 1);
    int needed = alarm->datapoints ? alarm->datapoints : alarm->periods;
    assert_true (values.values && held);
    for (size_t i = 0; i < grid->count; i++) {
        int beyond = 0;
        for (size_t j = 0; j < (size_t) alarm->periods && j <= i; j++)
            beyond += s_is_beyond (alarm, values.values [i - j]);
        held [i] = beyond >= needed;
    }
    return held;
}

//  Minutes from the end of the last period in which the condition changed to what it is now; -1 when it did not within the week.
static int
changed_min (const grid_t *grid, const bool *held)
{
    size_t i = grid->count - 1;
    while (i > 0 && held [i - 1] == held [i])
        i--;
    return i ? (int) ((NOW_MS - grid_time_ms (grid, i) - grid->period_ms) / 60000) : -1;
}

//  The story may have changed it since the table was written: then the table does not say when.
static bool
s_is_moved_later (const fixture_t *fixture, const shop_metric_t *metric, int changed)
{
    const series_model_t *model = &fixture->shop->series [metric - fixture->shop->metrics];
    for (int i = 0; i < model->effects_count; i++)
        if (story_incident (model->effects [i]->story)->to_min < changed)
            return true;
    return false;
}

static void
metrics_cross_the_thresholds_of_alarms_when_the_alarms_say_so (void **state)
{
    enum { SLACK_MIN = 7 };
    fixture_t *fixture = *state;
    int alarms = 0, changes = 0;
    for (size_t i = 0; i < fixture->shop->metric_alarms_count; i++) {
        const shop_metric_alarm_t *alarm = &fixture->shop->metric_alarms [i];
        const shop_metric_t *metric = alarm->metric ? series_find (fixture->shop, alarm->namespace, alarm->metric, alarm->dimensions) : NULL;
        int table_min = alarm->head.changed_min;
        grid_t grid;
        if (alarm->metric && !metric)
            fail_msg ("%s is about no metric of the shop", alarm->head.name);
        if (!metric || alarm->head.state == SHOP_INSUFFICIENT_DATA || alarm->period_s >= DAY_S)
            continue;
        const bool *held = judged (fixture, alarm, metric, &grid);
        int found_min = changed_min (&grid, held);
        bool alarmed = held [grid.count - 1];
        if (alarmed != (alarm->head.state == SHOP_ALARM))
            fail_msg ("%s is %s", alarm->head.name, alarmed ? "beyond its threshold" : "well");
        alarms++;
        if (alarm->head.state == SHOP_OK && s_is_moved_later (fixture, metric, table_min))
            continue;
        if (table_min < WEEK_MIN ? abs (found_min - table_min) > SLACK_MIN : found_min != -1)
            fail_msg ("%s changed %d minutes ago, not %d", alarm->head.name, found_min, table_min);
        changes += found_min != -1;
    }
    assert_true (alarms >= 30 && changes >= 15);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_grid_begins_on_a_period_and_ends_before_the_end),
        cmocka_unit_test (a_grid_leaves_out_what_is_not_kept),
        cmocka_unit_test (periods_are_those_of_cloudwatch),
        cmocka_unit_test (a_short_period_has_a_datapoint_where_a_minute_begins),
        cmocka_unit_test (time_goes_on_and_with_it_the_datapoints),
        cmocka_unit_test (metrics_cross_the_thresholds_of_alarms_when_the_alarms_say_so),
    };
    return cmocka_run_group_tests (tests, s_set_up, s_tear_down);
}
