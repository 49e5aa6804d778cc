#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "series.h"
#include "series_model.h"
#include "sim_ask.h"

#include <math.h>
#include <stdlib.h>

//  A Sunday.
#define NOW_MS SIM_ASK_NOW_MS
#define MINUTE_MS INT64_C (60000)
#define DAY_MIN 1440
#define REGION "eu-west-1"

enum { WEEK_MIN = 7 * DAY_MIN };

static int
s_open (void **state)
{
    return sim_ask_open_with (state, (shop_config_t) { .metrics_extra = 3, .seed = 1 });
}

//  The last whole minute before so many minutes ago.
static int64_t
minute_ago (const shop_t *shop, int minutes)
{
    return (shop->now_ms / MINUTE_MS - 1 - minutes) * MINUTE_MS;
}

static const shop_metric_t *
metric (const shop_t *shop, const char *namespace, const char *name, const char *dimensions)
{
    const shop_metric_t *found = series_find (shop, namespace, name, dimensions);
    assert_non_null (found);
    return found;
}

//  The sum over so many minutes that end so long ago, and how many of them had a datapoint.
static double
sum_over (const shop_t *shop, const shop_metric_t *of, int from_min, int to_min, int *datapoints)
{
    double sum = 0;
    *datapoints = 0;
    for (int ago = from_min; ago > to_min; ago--) {
        series_minute_t minute;
        if (series_minute (shop, of, REGION, minute_ago (shop, ago), &minute)) {
            sum += minute.sum;
            ++*datapoints;
        }
    }
    return sum;
}

static double
mean_over (const shop_t *shop, const shop_metric_t *of, int from_min, int to_min)
{
    int datapoints;
    double sum = sum_over (shop, of, from_min, to_min, &datapoints);
    assert_int_not_equal (datapoints, 0);
    return sum / datapoints;
}

static void
the_same_question_has_the_same_answer (void **state)
{
    const shop_t *shop = *state;
    shop_t *again = shop_new (&(shop_config_t) { .now_ms = NOW_MS, .seed = 1 });
    shop_t *other = shop_new (&(shop_config_t) { .now_ms = NOW_MS, .seed = 2 });
    const char *dimensions = "FunctionName=shop-payment-capture";
    int same = 0, same_region = 0;
    for (int ago = 0; ago < 200; ago++) {
        series_minute_t one, two;
        const shop_metric_t *of = metric (shop, "AWS/Lambda", "Duration", dimensions);
        bool told = series_minute (shop, of, REGION, minute_ago (shop, ago), &one);
        assert_true (told == series_minute (again, metric (again, "AWS/Lambda", "Duration", dimensions), REGION, minute_ago (shop, ago), &two));
        assert_memory_equal (&one, &two, sizeof one);
        series_minute (other, metric (other, "AWS/Lambda", "Duration", dimensions), REGION, minute_ago (shop, ago), &two);
        same += memcmp (&one, &two, sizeof one) == 0;
        series_minute (shop, of, "us-east-1", minute_ago (shop, ago), &two);
        same_region += memcmp (&one, &two, sizeof one) == 0;
    }
    assert_in_range (same, 0, 20);
    assert_in_range (same_region, 0, 20);
    shop_destroy (&again);
    shop_destroy (&other);
}

static void
every_minute_of_every_metric_is_sound (void **state)
{
    const shop_t *shop = *state;
    for (size_t i = 0; i < shop->metrics_count; i++)
        for (int ago = 0; ago < WEEK_MIN; ago += 397) {
            series_minute_t minute;
            if (!series_minute (shop, &shop->metrics [i], REGION, minute_ago (shop, ago), &minute))
                continue;
            double weights = 0, sum = 0, last = -INFINITY;
            for (int p = 0; p < SERIES_POINTS; p++) {
                weights += minute.weights [p];
                sum += minute.weights [p] * minute.points [p];
                if (minute.weights [p] > 0) {
                    assert_true (minute.points [p] >= last && minute.points [p] >= minute.min && minute.points [p] <= minute.max);
                    last = minute.points [p];
                }
            }
            assert_true (minute.count > 0 && isfinite (minute.sum));
            assert_true (fabs (weights - minute.count) <= 1e-6 * minute.count);
            assert_true (fabs (sum - minute.sum) <= 1e-6 * (1 + fabs (minute.sum)));
            assert_true (minute.min <= minute.max && minute.min >= 0);
            if (strcmp (series_unit (&shop->metrics [i]), "Percent") == 0)
                assert_true (minute.max <= 100);
        }
}

static void
a_day_has_its_peak_at_eight_in_the_evening_and_its_low_at_four (void **state)
{
    const shop_t *shop = *state;
    const shop_metric_t *of = metric (shop, "AWS/ApplicationELB", "RequestCount", "LoadBalancer=app/shop-public/50dc6c495c0c9188");
    double hours [24];
    int midnight = DAY_MIN * 3 + 23 * 60 + 4;       //  Thursday's, in minutes before the last whole minute
    for (int hour = 0; hour < 24; hour++)
        hours [hour] = mean_over (shop, of, midnight - hour * 60, midnight - hour * 60 - 60);
    for (int hour = 0; hour < 24; hour++) {
        assert_true (hours [hour] <= 1.04 * fmax (hours [19], hours [20]));
        assert_true (hours [hour] >= 0.96 * fmin (hours [3], hours [4]));
    }
    assert_true (hours [20] > 1.8 * hours [4]);
}

static void
weekends_have_more_of_everything (void **state)
{
    const shop_t *shop = *state;
    const shop_metric_t *of = metric (shop, "Shop/Checkout", "CheckoutStarted", "Environment=prod");
    int saturday = DAY_MIN + 23 * 60 + 4, thursday = saturday + 2 * DAY_MIN;
    double ratio = mean_over (shop, of, saturday, saturday - DAY_MIN) / mean_over (shop, of, thursday, thursday - DAY_MIN);
    assert_true (ratio > 1.1 && ratio < 1.2);
}

static void
functions_are_counted_in_whole_calls (void **state)
{
    const shop_t *shop = *state;
    const shop_metric_t *calls = metric (shop, "AWS/Lambda", "Invocations", "FunctionName=shop-payment-capture");
    const shop_metric_t *errors = metric (shop, "AWS/Lambda", "Errors", "FunctionName=shop-payment-capture");
    const shop_metric_t *durations = metric (shop, "AWS/Lambda", "Duration", "FunctionName=shop-payment-capture");
    for (int ago = 0; ago < WEEK_MIN; ago += 7) {
        series_minute_t called, failed, lasted;
        assert_true (series_minute (shop, calls, REGION, minute_ago (shop, ago), &called));
        assert_true (series_minute (shop, errors, REGION, minute_ago (shop, ago), &failed));
        assert_true (series_minute (shop, durations, REGION, minute_ago (shop, ago), &lasted));
        assert_true (called.sum >= 6 && called.sum <= 24 && called.sum == floor (called.sum));
        assert_true (failed.sum == floor (failed.sum) && failed.sum <= called.sum);
        assert_true (failed.count == called.sum && lasted.count == called.sum);
    }
}

static void
incidents_do_what_the_table_says (void **state)
{
    const shop_t *shop = *state;
    typedef struct {
        const char *namespace, *name, *dimensions;
        int from_min, to_min;
        double low, high;       //  Of the mean
    } expected_t;
    static const expected_t EXPECTED [] = {
        { "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier=shop-orders-1", 36, 0, 95, 99 },
        { "AWS/RDS", "CPUUtilization", "DBInstanceIdentifier=shop-orders-1", 300, 60, 25, 60 },
        { "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName=orders-new", 1, 0, 1500, 1684 },
        { "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=orders-new-dlq", 1, 0, 21, 23 },
        { "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=orders-new-dlq", 400, 30, 0, 0 },
        { "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=email-outbox-dlq", 2940, 2900, 1, 1 },
        { "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName=email-outbox-dlq", 1, 0, 7, 7 },
        { "AWS/Lambda", "Errors", "FunctionName=shop-payment-capture", 2922, 2885, 4, 8 },
        { "AWS/Lambda", "Errors", "FunctionName=shop-payment-capture", 2800, 1000, 0, 0.3 },
        { "AWS/Lambda", "Errors", "FunctionName=shop-payment-capture;Resource=live", 2922, 2885, 4, 8 },
        { "AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier=shop-accounts-1", 5090, 4925, 0, 0 },
        { "AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier=shop-accounts-1", 5410, 5390, 2.8e10, 3.8e10 },
        { "AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier=shop-accounts-1", 4900, 4800, 1.2e11, 1.4e11 },
        { "AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId=shop-sessions-001;CacheNodeId=0001", 3290, 3125, 99, 100 },
        { "AWS/ElastiCache", "Evictions", "CacheClusterId=shop-sessions-001;CacheNodeId=0001", 3290, 3130, 2000, 2700 },
        { "AWS/NATGateway", "ErrorPortAllocation", "NatGatewayId=nat-0a1b2c3d4e5f60718", 5895, 5880, 300, 350 },
        { "AWS/NATGateway", "ErrorPortAllocation", "NatGatewayId=nat-0b2c3d4e5f6071829", 5895, 5880, 0, 0 },
        { "AWS/Lambda", "ConcurrentExecutions", "", 8690, 8670, 990, 1010 },
        { "AWS/DynamoDB", "ReadThrottleEvents", "TableName=shop-coupons", 1490, 1470, 380, 450 },
        { "AWS/ECS", "MemoryUtilization", "ClusterName=shop;ServiceName=recommendations", 405, 401, 96, 99 },
        { "AWS/ECS", "MemoryUtilization", "ClusterName=shop;ServiceName=recommendations", 397, 390, 44, 47 },
    };
    for (size_t i = 0; i < sizeof EXPECTED / sizeof EXPECTED [0]; i++) {
        const expected_t *expected = &EXPECTED [i];
        double mean = mean_over (shop, metric (shop, expected->namespace, expected->name, expected->dimensions), expected->from_min,
                                 expected->to_min);
        if (mean < expected->low || mean > expected->high)
            fail_msg ("%s %s, minutes %d to %d: %g, not %g to %g", expected->name, expected->dimensions, expected->from_min, expected->to_min,
                      mean, expected->low, expected->high);
    }
}

static void
fewer_checkouts_are_completed_while_orders_wait (void **state)
{
    const shop_t *shop = *state;
    const shop_metric_t *started = metric (shop, "Shop/Checkout", "CheckoutStarted", "Environment=prod");
    const shop_metric_t *completed = metric (shop, "Shop/Checkout", "CheckoutCompleted", "Environment=prod");
    double now = mean_over (shop, completed, 30, 0) / mean_over (shop, started, 30, 0);
    double usual = mean_over (shop, completed, 600, 60) / mean_over (shop, started, 600, 60);
    assert_true (now > 0.39 && now < 0.45);
    assert_true (usual > 0.75 && usual < 0.82);
}

static void
the_partners_certificate_counts_down_to_nothing_and_is_renewed (void **state)
{
    const shop_t *shop = *state;
    const shop_metric_t *of = metric (shop, "AWS/CertificateManager", "DaysToExpiry",
        "CertificateArn=arn:aws:acm:{region}:123456789012:certificate/1c84e9d0-27af-4b6e-8f15-c03d7b92aa12");
    double days [8];
    int seen = 0;
    for (int64_t day = shop->now_ms / (DAY_MIN * MINUTE_MS) - 6; day * DAY_MIN * MINUTE_MS < shop->now_ms; day++) {
        series_minute_t minute;
        assert_true (series_minute (shop, of, REGION, day * DAY_MIN * MINUTE_MS, &minute));
        assert_false (series_minute (shop, of, REGION, (day * DAY_MIN + 1) * MINUTE_MS, &minute));
        series_minute (shop, of, REGION, day * DAY_MIN * MINUTE_MS, &minute);
        days [seen++] = minute.sum;
    }
    assert_int_equal (seen, 7);
    assert_true (days [0] == 1 && days [1] == 0);
    assert_true (days [2] == 0 && days [3] == 393 && days [6] == 390);
}

static void
what_is_not_recent_has_been_silent_for_three_hours (void **state)
{
    const shop_t *shop = *state;
    int silent = 0;
    for (size_t i = 0; i < shop->metrics_count; i++) {
        int recent, older;
        const shop_metric_t *of = &shop->metrics [i];
        if (of->recent || shop->series [i].row->options & SERIES_DAILY)
            continue;
        sum_over (shop, of, 3 * 60, -1, &recent);
        assert_int_equal (recent, 0);
        if (strcmp (of->name, "Invocations") == 0) {
            sum_over (shop, of, 2 * WEEK_MIN, 0, &older);
            assert_int_not_equal (older, 0);
        }
        silent++;
    }
    assert_true (silent > 20);
}

static void
recent_metrics_without_sparse_reports_have_something_in_every_quarter_of_an_hour (void **state)
{
    const shop_t *shop = *state;
    for (size_t i = 0; i < shop->metrics_count; i++) {
        const series_model_t *model = &shop->series [i];
        int datapoints;
        bool drawn = model->volume && (model->row->kind == SERIES_FLAGS || model->row->kind == SERIES_TIMES);
        if (!shop->metrics [i].recent || model->row->options & (SERIES_SPARSE | SERIES_DAILY) || drawn)
            continue;
        sum_over (shop, &shop->metrics [i], 15, 0, &datapoints);
        if (datapoints < 3)
            fail_msg ("%s %s has %d datapoints in 15 minutes", shop->metrics [i].namespace, shop->metrics [i].name, datapoints);
    }
}

static void
a_metric_is_found_by_all_of_its_dimensions_in_any_order (void **state)
{
    const shop_t *shop = *state;
    const shop_metric_t *one = metric (shop, "Shop/Checkout", "PaymentErrors", "Environment=prod;Method=card");
    assert_ptr_equal (one, metric (shop, "Shop/Checkout", "PaymentErrors", "Method=card;Environment=prod"));
    assert_null (series_find (shop, "Shop/Checkout", "PaymentErrors", "Environment=prod"));
    assert_null (series_find (shop, "Shop/Checkout", "PaymentErrors", "Environment=prod;Method=cash"));
    assert_null (series_find (shop, "Shop/Checkout", "PaymentErrors", "Environment=prod;Environment=prod"));
    assert_int_equal (metric (shop, "AWS/Lambda", "Errors", "")->dimensions_count, 0);
    assert_string_equal (series_unit (one), "Count");
    assert_string_equal (series_unit (metric (shop, "AWS/RDS", "ReadLatency", "DBInstanceIdentifier=shop-orders-1")), "Seconds");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_same_question_has_the_same_answer),
        cmocka_unit_test (every_minute_of_every_metric_is_sound),
        cmocka_unit_test (a_day_has_its_peak_at_eight_in_the_evening_and_its_low_at_four),
        cmocka_unit_test (weekends_have_more_of_everything),
        cmocka_unit_test (functions_are_counted_in_whole_calls),
        cmocka_unit_test (incidents_do_what_the_table_says),
        cmocka_unit_test (fewer_checkouts_are_completed_while_orders_wait),
        cmocka_unit_test (the_partners_certificate_counts_down_to_nothing_and_is_renewed),
        cmocka_unit_test (what_is_not_recent_has_been_silent_for_three_hours),
        cmocka_unit_test (recent_metrics_without_sparse_reports_have_something_in_every_quarter_of_an_hour),
        cmocka_unit_test (a_metric_is_found_by_all_of_its_dimensions_in_any_order),
    };
    return cmocka_run_group_tests (tests, s_open, sim_ask_close);
}
