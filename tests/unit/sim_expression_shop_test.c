#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "expression_shop.h"
#include "series.h"

#include <math.h>

enum { NOW_S = 1788220800, DAY_S = 86400, WEEK_S = 7 * DAY_S, MARGIN_S = 3600 };

typedef struct {
    shop_t *shop;
    metric_source_t source;
} fixture_t;

static fixture_t FIXTURE;

static int
setup (void **state)
{
    FIXTURE.shop = shop_new (&(shop_config_t) { .now_ms = NOW_S * 1000LL });
    *state = &FIXTURE;
    return FIXTURE.shop && metric_source_init (&FIXTURE.source, FIXTURE.shop, "eu-west-1") ? 0 : -1;
}

static int
teardown (void **state)
{
    fixture_t *fixture = *state;
    arena_destroy (&fixture->source.arena);
    shop_destroy (&fixture->shop);
    return 0;
}

static int
alarm_period_s (const shop_metric_alarm_t *alarm)
{
    for (int i = 0; i < SHOP_QUERIES_MAX && alarm->queries [i].id; i++)
        if (alarm->queries [i].period_s)
            return alarm->queries [i].period_s;
    return 0;
}

//  The week before now, and the results of the alarm's queries over it.
static void
run_alarm (fixture_t *fixture, const shop_metric_alarm_t *alarm, expression_result_t *results)
{
    int period_s = alarm_period_s (alarm);
    assert_true (period_s > 0);
    const grid_t grid = { (NOW_S - WEEK_S) * 1000LL, period_s * 1000LL, (size_t) (WEEK_S / period_s) };
    const char *fault = expression_shop_alarm (&fixture->source, alarm->queries, &grid, results);
    if (fault)
        fail_msg ("%s: %s", alarm->head.name, fault);
    for (int i = 0; i < SHOP_QUERIES_MAX && alarm->queries [i].id; i++)
        assert_int_equal (results [i].grid.count, grid.count);
}

static const shop_metric_alarm_t *
find_alarm (const shop_t *shop, const char *name)
{
    for (size_t i = 0; i < shop->metric_alarms_count; i++)
        if (strcmp (shop->metric_alarms [i].head.name, name) == 0)
            return &shop->metric_alarms [i];
    fail_msg ("there is no alarm %s", name);
    return NULL;
}

static void
every_alarm_on_expressions_has_datapoints (void **state)
{
    fixture_t *fixture = *state;
    int alarms = 0;
    for (size_t i = 0; i < fixture->shop->metric_alarms_count; i++) {
        const shop_metric_alarm_t *alarm = &fixture->shop->metric_alarms [i];
        expression_result_t results [SHOP_QUERIES_MAX];
        if (!alarm->queries [0].id)
            continue;
        run_alarm (fixture, alarm, results);
        alarms++;
        for (int query = 0; query < SHOP_QUERIES_MAX && alarm->queries [query].id; query++) {
            assert_int_equal (results [query].value.count, alarm->band && query == 0 ? 2 : 1);
            for (size_t row = 0; row < results [query].value.count; row++)
                if (vector_datapoints (results [query].value.series [row].vector, &results [query].grid) == 0)
                    fail_msg ("%s: %s has no datapoints", alarm->head.name, alarm->queries [query].id);
        }
    }
    assert_true (alarms > 5);
}

static void
an_alarm_sees_what_its_metrics_say (void **state)
{
    fixture_t *fixture = *state;
    expression_result_t results [SHOP_QUERIES_MAX];
    run_alarm (fixture, find_alarm (fixture->shop, "shop-checkout-completion-ratio"), results);
    size_t last = results [0].grid.count - 1;
    const double *ratio = results [0].value.series [0].vector.values, *completed = results [1].value.series [0].vector.values,
                 *started = results [2].value.series [0].vector.values;
    assert_true (started [last] > 20 && ratio [last] == 100 * completed [last] / started [last]);
    assert_true (ratio [last] < 60);            //  It is in alarm now, and was not a day ago
    assert_true (ratio [last - DAY_S / 300] > 60);
}

static void
a_band_lies_around_its_metric (void **state)
{
    fixture_t *fixture = *state;
    expression_result_t results [SHOP_QUERIES_MAX];
    run_alarm (fixture, find_alarm (fixture->shop, "shop-alb-requests-anomaly"), results);
    const double *upper = results [0].value.series [0].vector.values, *lower = results [0].value.series [1].vector.values,
                 *requests = results [1].value.series [0].vector.values;
    size_t within = 0, count = results [0].grid.count;
    for (size_t i = 0; i < count; i++)
        within += requests [i] <= upper [i] && requests [i] >= lower [i];
    assert_true (within > count / 2);
}

//  What goes on now does not widen the band that it is judged by.
static void
a_band_knows_only_the_days_before (void **state)
{
    fixture_t *fixture = *state;
    expression_result_t results [SHOP_QUERIES_MAX];
    run_alarm (fixture, find_alarm (fixture->shop, "shop-checkout-abandoned-anomaly"), results);
    const double *upper = results [0].value.series [0].vector.values, *abandoned = results [1].value.series [0].vector.values;
    size_t last = results [0].grid.count - 1;
    for (size_t i = last - 2; i <= last; i++)
        assert_true (abandoned [i] > upper [i]);
    assert_true (upper [last] == upper [last - 2]);     //  All three are of one hour
}

static const char *
ask (fixture_t *fixture, const char *expression, expression_result_t *results)
{
    expression_query_t queries [2] = { { SLICE ("m1"), SLICE_ABSENT, "m1", 300 }, { SLICE ("e1"), slice_of (expression), NULL, 0 } };
    expression_metric_t metrics [2] = { { series_find (fixture->shop, "AWS/SQS", "NumberOfMessagesSent", "QueueName=orders-new"), { 0 } } };
    const expression_shop_t question = { .source = &fixture->source, .queries = queries, .metrics = metrics, .count = 2,
                                         .start_s = NOW_S - MARGIN_S, .end_s = NOW_S };
    bool truncated;
    assert_true (statistic_read (SLICE ("Sum"), &metrics [0].statistic));
    const char *fault = expression_shop_run (&question, results, &truncated);
    assert_false (truncated);
    return fault;
}

static void
a_search_sees_the_linked_accounts (void **state)
{
    fixture_t *fixture = *state;
    expression_result_t results [2];
    assert_null (ask (fixture, "SEARCH('{AWS/SQS,QueueName} orders-new MetricName=\"NumberOfMessagesSent\" NOT dlq', 'Sum', 60)", results));
    assert_int_equal (results [1].value.count, 2);
    assert_string_equal (results [1].value.series [0].label, SHOP_ACCOUNT " NumberOfMessagesSent");
    assert_string_equal (results [1].value.series [1].label, SHOP_ACCOUNT_STAGING " NumberOfMessagesSent");
    assert_int_equal (results [1].grid.count, 60);
    assert_int_equal (results [0].grid.count, 12);
}

static void
a_query_adds_up_what_a_search_finds (void **state)
{
    fixture_t *fixture = *state;
    expression_result_t selected [2], summed [2];
    assert_null (ask (fixture, "SELECT SUM(Invocations) FROM SCHEMA(\"AWS/Lambda\", FunctionName)", selected));
    assert_null (ask (fixture, "SUM(SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Invocations\"', 'Sum', 300))", summed));
    for (size_t i = 0; i < selected [1].grid.count; i++)
        assert_true (selected [1].value.series [0].vector.values [i] == summed [1].value.series [0].vector.values [i]);
}

static void
an_unknown_statistic_is_refused (void **state)
{
    expression_result_t results [2];
    assert_string_equal (ask (*state, "SEARCH('{AWS/SQS} Sent', 'Mode')", results),
                         "Error in expression 'e1': The statistic 'Mode' does not exist.");
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
    const struct CMUnitTest tests [] = {
        CASE (every_alarm_on_expressions_has_datapoints),
        CASE (an_alarm_sees_what_its_metrics_say),
        CASE (a_band_lies_around_its_metric),
        CASE (a_band_knows_only_the_days_before),
        CASE (a_search_sees_the_linked_accounts),
        CASE (a_query_adds_up_what_a_search_finds),
        CASE (an_unknown_statistic_is_refused),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
