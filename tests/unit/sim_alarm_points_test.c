#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_points.h"
#include "sim_ask.h"

#include <math.h>

enum { POINTS = 4 };

//  The newest whole periods of the alarm.
static void
s_read (const shop_t *shop, const char *name, alarm_point_t *points)
{
    const shop_metric_alarm_t *alarm = shop->metric_alarms;
    while (strcmp (alarm->head.name, name) != 0)
        alarm++;
    int64_t period_ms = (int64_t) alarm_judge_period_s (alarm) * 1000;
    memset (points, 0, POINTS * sizeof *points);
    assert_true (alarm_points_read (shop, "eu-west-1", alarm, (shop->now_ms / period_ms - POINTS) * period_ms, POINTS, points));
}

static void
a_metrics_points_have_their_statistic_and_samples (void **state)
{
    alarm_point_t points [POINTS];
    s_read (*state, "shop-orders-db-cpu", points);
    for (int i = 0; i < POINTS; i++) {
        assert_true (points [i].value > 90 && points [i].value <= 100);
        assert_true (points [i].samples == 1);
        assert_true (isnan (points [i].lower) && isnan (points [i].upper));
    }
    s_read (*state, "shop-alb-latency-p99", points);
    for (int i = 0; i < POINTS; i++)
        assert_true (points [i].value > 1.5 && points [i].value < 4 && points [i].samples > 1000);
}

static void
an_expressions_points_are_what_it_comes_to (void **state)
{
    alarm_point_t points [POINTS];
    s_read (*state, "shop-checkout-completion-ratio", points);
    for (int i = 0; i < POINTS; i++)
        assert_true (points [i].value > 30 && points [i].value < 60);
}

static void
a_band_stands_around_what_is_usual (void **state)
{
    alarm_point_t points [POINTS];
    s_read (*state, "shop-alb-requests-anomaly", points);
    for (int i = 0; i < POINTS; i++)
        assert_true (points [i].lower > 10000 && points [i].lower < points [i].value && points [i].value < points [i].upper);
    s_read (*state, "shop-checkout-abandoned-anomaly", points);
    for (int i = 0; i < POINTS; i++)
        assert_true (points [i].upper > points [i].lower && points [i].value > points [i].upper);
}

static void
a_metric_that_is_silent_has_no_points (void **state)
{
    alarm_point_t points [POINTS];
    s_read (*state, "shop-legacy-import-errors", points);
    for (int i = 0; i < POINTS; i++)
        assert_true (isnan (points [i].value) && points [i].samples == 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_metrics_points_have_their_statistic_and_samples),
        cmocka_unit_test (an_expressions_points_are_what_it_comes_to),
        cmocka_unit_test (a_band_stands_around_what_is_usual),
        cmocka_unit_test (a_metric_that_is_silent_has_no_points),
    };
    return cmocka_run_group_tests (tests, sim_ask_open, sim_ask_close);
}
