#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_book.h"
#include "sim_ask.h"
#include "series.h"
#include "story.h"

#include <math.h>
#include <stdlib.h>

static const int64_t MINUTE_MS = 60000;

static const alarm_timeline_t *
s_timeline (const shop_t *shop, const char *name)
{
    const alarm_timeline_t *timeline = NULL;
    if (!alarm_book_find (shop, alarm_book (shop, "eu-west-1"), slice_of (name), &timeline))
        fail_msg ("there is no alarm %s", name);
    return timeline;
}

static void
the_present_is_what_the_table_intends (void **state)
{
    static const char *const REGIONS [] = { "eu-west-1", "us-east-1" };
    const shop_t *shop = *state;
    for (size_t r = 0; r < 2; r++) {
        const alarm_book_t *book = alarm_book (shop, REGIONS [r]);
        for (size_t i = 0; i < shop->metric_alarms_count; i++)
            if (alarm_timeline_last (&book->metric [i])->to != shop->metric_alarms [i].head.state)
                fail_msg ("%s in %s", shop->metric_alarms [i].head.name, REGIONS [r]);
        for (size_t i = 0; i < shop->composite_alarms_count; i++)
            if (alarm_timeline_last (&book->composite [i])->to != shop->composite_alarms [i].head.state)
                fail_msg ("%s in %s", shop->composite_alarms [i].head.name, REGIONS [r]);
    }
}

static void
changes_follow_each_other_and_are_over (void **state)
{
    const shop_t *shop = *state;
    const alarm_book_t *book = alarm_book (shop, "eu-west-1");
    for (size_t i = 0; i < shop->metric_alarms_count; i++) {
        const alarm_timeline_t *timeline = &book->metric [i];
        assert_in_range (timeline->count, 1, 40);
        for (size_t j = 0; j < timeline->count; j++) {
            const alarm_change_t *change = &timeline->changes [j];
            assert_true (change->time_ms <= shop->now_ms && change->from != change->to);
            assert_true (j == 0 || (change->from == change [-1].to && change->time_ms > change [-1].time_ms));
            if (!shop->metric_alarms [i].promql && !change->evidence)
                fail_msg ("%s cannot say why", shop->metric_alarms [i].head.name);
        }
    }
}

//  An alarm that fires in each incident, or so many minutes earlier at most.
typedef struct {
    story_id_t story;
    const char *alarm;
    int earlier_min;
} fired_t;

static void
each_incident_has_an_alarm_that_fired_in_it (void **state)
{
    static const fired_t CASES [STORY_COUNT] = {
        { STORY_ORDERS_DB, "shop-orders-db-cpu" }, { STORY_DEPLOY_ERRORS, "shop-payment-capture-errors" },
        { STORY_DISK_FULL, "shop-accounts-db-storage", 120 }, { STORY_TABLE_THROTTLED, "shop-coupons-read-throttles" },
        { STORY_DLQ, "shop-email-outbox-dlq" }, { STORY_CERTIFICATE, "shop-api-partner-5xx" },
        { STORY_MEMORY_LEAK, "shop-recommendations-memory" }, { STORY_NAT_PORTS, "shop-nat-port-allocation" },
        { STORY_CONCURRENCY, "shop-lambda-throttles" }, { STORY_CACHE_FULL, "shop-cache-evictions" },
    };
    for (size_t i = 0; i < STORY_COUNT; i++) {
        const story_incident_t *incident = story_incident (CASES [i].story);
        const alarm_timeline_t *timeline = s_timeline (*state, CASES [i].alarm);
        bool fired = false;
        for (size_t j = 1; j < timeline->count; j++) {
            int64_t ago_min = (SIM_ASK_NOW_MS - timeline->changes [j].time_ms) / MINUTE_MS;
            int from_min = incident->from_min + CASES [i].earlier_min;
            fired = fired || (timeline->changes [j].to == SHOP_ALARM && ago_min <= from_min && ago_min >= incident->to_min);
        }
        if (!fired)
            fail_msg ("%s did not fire while %s", CASES [i].alarm, incident->name);
        if (incident->to_min > 0)
            assert_int_equal (alarm_timeline_last (timeline)->to, SHOP_OK);
    }
}

static void
a_certificate_that_ends_is_told_of (void **state)
{
    const alarm_timeline_t *timeline = s_timeline (*state, "shop-carrier-certificate");
    assert_int_equal (timeline->count, 3);
    assert_int_equal (timeline->changes [1].to, SHOP_ALARM);
    assert_int_equal (timeline->changes [2].to, SHOP_OK);
}

static void
one_alarm_flaps (void **state)
{
    const alarm_timeline_t *timeline = s_timeline (*state, "shop-lambda-errors");
    int alarms = 0;
    for (size_t i = 1; i < timeline->count; i++) {
        int64_t ago_min = (SIM_ASK_NOW_MS - timeline->changes [i].time_ms) / MINUTE_MS;
        alarms += timeline->changes [i].to == SHOP_ALARM && ago_min > 2870 && ago_min <= 2930;
    }
    assert_true (alarms >= 4);
}

static void
a_moment_has_the_state_of_the_change_before_it (void **state)
{
    (void) state;
    static const alarm_change_t CHANGES [] = {
        { .time_ms = 100, .from = SHOP_INSUFFICIENT_DATA, .to = SHOP_OK },
        { .time_ms = 200, .from = SHOP_OK, .to = SHOP_ALARM },
    };
    const alarm_timeline_t timeline = { CHANGES, 2 };
    assert_int_equal (alarm_timeline_state (&timeline, 99), SHOP_INSUFFICIENT_DATA);
    assert_int_equal (alarm_timeline_state (&timeline, 100), SHOP_OK);
    assert_int_equal (alarm_timeline_state (&timeline, 199), SHOP_OK);
    assert_int_equal (alarm_timeline_state (&timeline, 200), SHOP_ALARM);
    assert_ptr_equal (alarm_timeline_last (&timeline), &CHANGES [1]);
}

static void
later_evaluations_leave_the_past_as_it_was (void **state)
{
    const shop_t *shop = *state;
    for (size_t i = 0; i < shop->metric_alarms_count; i++) {
        alarm_timeline_t now, later;
        arena_t *arena = arena_new (8 * 1024 * 1024);
        const shop_metric_alarm_t *alarm = &shop->metric_alarms [i];
        assert_true (alarm_timeline_of_metric (shop, "eu-west-1", alarm, shop->now_ms, arena, &now));
        assert_true (alarm_timeline_of_metric (shop, "eu-west-1", alarm, shop->now_ms + 120 * MINUTE_MS, arena, &later));
        assert_true (later.count >= now.count);
        for (size_t j = 0; j < now.count; j++)
            assert_true (later.changes [j].time_ms == now.changes [j].time_ms && later.changes [j].to == now.changes [j].to);
        arena_destroy (&arena);
    }
}

//  From outside: one period of a metric, from its minutes alone. NAN without a sample.
static double
s_period (const shop_t *shop, const shop_metric_t *metric, const char *stat, int64_t begins_ms, int period_s)
{
    double count = 0, sum = 0, min = INFINITY, max = -INFINITY, high = 0;
    for (int64_t at = begins_ms; at < begins_ms + period_s * 1000LL; at += MINUTE_MS) {
        series_minute_t minute;
        if (!series_minute (shop, metric, "eu-west-1", at, &minute))
            continue;
        count += minute.count;
        sum += minute.sum;
        min = fmin (min, minute.min);
        max = fmax (max, minute.max);
        //  Of a percentile the least value that has so many samples up to it, which is near enough where it matters
        double before = 0, wanted = minute.count * strtod (stat + (stat [0] == 'p'), NULL) / 100;
        for (int i = 0; stat [0] == 'p' && i < SERIES_POINTS && before < wanted; i++) {
            before += minute.weights [i];
            high = minute.weights [i] > 0 ? minute.points [i] : high;
        }
    }
    if (count <= 0)
        return (double) NAN;
    return stat [0] == 'p' ? high : strcmp (stat, "Sum") == 0 ? sum : strcmp (stat, "Average") == 0 ? sum / count
         : strcmp (stat, "Minimum") == 0 ? min : max;
}

static bool
s_beyond (const shop_metric_alarm_t *alarm, double value)
{
    bool equal = alarm->operator [1] == '=' && value == alarm->threshold;
    return equal || (alarm->operator [0] == '>' ? value > alarm->threshold : value < alarm->threshold);
}

//  The newest periods that are there decide; with too few, all that are there and what TreatMissingData makes of the rest.
static shop_state_t
s_state_from_outside (const shop_t *shop, const shop_metric_alarm_t *alarm)
{
    const shop_metric_t *metric = series_find (shop, alarm->namespace, alarm->metric, alarm->dimensions);
    int64_t period_ms = alarm->period_s * 1000LL;
    int64_t end_ms = (shop->now_ms - alarm_timeline_offset_ms (&alarm->head)) / period_ms * period_ms;
    const char *missing = alarm->missing ? alarm->missing : "missing";
    int needed = alarm->datapoints ? alarm->datapoints : alarm->periods;
    int found = 0, beyond = 0;
    for (int i = 1; i <= alarm->periods + 2 && found < alarm->periods; i++) {
        double value = s_period (shop, metric, alarm->stat, end_ms - i * period_ms, alarm->period_s);
        found += !isnan (value);
        beyond += !isnan (value) && s_beyond (alarm, value);
    }
    if (found == 0 && strcmp (missing, "missing") == 0)
        return SHOP_INSUFFICIENT_DATA;
    if (found == 0 && strcmp (missing, "ignore") == 0)
        return alarm->head.state;       //  Whatever it was
    if (strcmp (missing, "breaching") == 0)
        beyond += alarm->periods - found;
    return beyond >= needed ? SHOP_ALARM : SHOP_OK;
}

//  One of the alarm's metrics as GetMetricData wants it.
static int
s_write_stat (const shop_query_t *query, char *out, size_t size)
{
    int written = snprintf (out, size, ",\"MetricStat\":{\"Stat\":\"%s\",\"Period\":%d,\"Metric\":{\"Namespace\":\"%s\",\"MetricName\":\"%s\","
                            "\"Dimensions\":[", query->stat, query->period_s, query->namespace, query->metric);
    const char *before = "";
    for (slice_t rest = slice_of (query->dimensions); rest.size; before = ",") {
        slice_t value = slice_cut (&rest, ';');
        slice_t name = slice_cut (&value, '=');
        written += snprintf (out + written, size - (size_t) written, "%s{\"Name\":\"%.*s\",\"Value\":\"%.*s\"}", before, (int) name.size, name.data,
                             (int) value.size, value.data);
    }
    return written + snprintf (out + written, size - (size_t) written, "]}}");
}

//  What GetMetricData gives for the alarm's queries, from so long before the end of its last period to it.
static yyjson_doc *
s_queried (const shop_t *shop, const shop_metric_alarm_t *alarm, int64_t end_ms, int64_t span_ms)
{
    char input [4096];
    size_t size = 0;
    int status;
    for (const shop_query_t *query = alarm->queries; query < alarm->queries + SHOP_QUERIES_MAX && query->id; query++) {
        size += (size_t) snprintf (input + size, sizeof input - size, "%s{\"Id\":\"%s\",\"ReturnData\":%s",
                                   size ? "," : "{\"MetricDataQueries\":[", query->id, query->returned ? "true" : "false");
        if (query->expression)
            size += (size_t) snprintf (input + size, sizeof input - size, ",\"Expression\":\"%s\"", query->expression);
        else
            size += (size_t) s_write_stat (query, input + size, sizeof input - size);
        size += (size_t) snprintf (input + size, sizeof input - size, "}");
    }
    snprintf (input + size, sizeof input - size, "],\"StartTime\":%lld,\"EndTime\":%lld}", (long long) (end_ms - span_ms) / 1000,
              (long long) end_ms / 1000);
    yyjson_doc *doc = sim_ask (shop, &OPERATION_GET_METRIC_DATA, input, &status);
    assert_int_equal (status, 200);
    return doc;
}

//  The newest datapoints of the queries decide. The band's two series have one id, and either may come first.
static shop_state_t
s_state_of_queries (const shop_t *shop, const shop_metric_alarm_t *alarm)
{
    static const int64_t DAYS_MS = INT64_C (21) * 86400000;
    int period_s = 60, beyond = 0;
    for (const shop_query_t *query = alarm->queries; query < alarm->queries + SHOP_QUERIES_MAX && query->id; query++)
        period_s = query->period_s ? query->period_s : period_s;
    int64_t period_ms = period_s * 1000LL;
    int64_t end_ms = (shop->now_ms - alarm_timeline_offset_ms (&alarm->head)) / period_ms * period_ms;
    yyjson_doc *doc = s_queried (shop, alarm, end_ms, alarm->band ? DAYS_MS : alarm->periods * period_ms);
    yyjson_val *results = yyjson_obj_get (yyjson_doc_get_root (doc), "MetricDataResults"), *judged = NULL, *limits [2] = { NULL, NULL }, *result;
    size_t index, max;
    int found = 0;
    yyjson_arr_foreach (results, index, max, result)
        if (alarm->band && slice_is (json_text (result, "Id"), alarm->band))
            limits [found++] = yyjson_obj_get (result, "Values");
        else
            judged = yyjson_obj_get (result, "Values");
    assert_int_equal (found, alarm->band ? 2 : 0);
    for (size_t i = 0; i < (size_t) alarm->periods && i < yyjson_arr_size (judged); i++) {
        double value = yyjson_get_num (yyjson_arr_get (judged, i));
        double one = alarm->band ? yyjson_get_num (yyjson_arr_get (limits [0], i)) : 0;
        double other = alarm->band ? yyjson_get_num (yyjson_arr_get (limits [1], i)) : 0;
        if (!alarm->band)
            beyond += s_beyond (alarm, value);
        else
            beyond += value > fmax (one, other) || (alarm->operator [0] == '<' && value < fmin (one, other));
    }
    yyjson_doc_free (doc);
    return beyond >= (alarm->datapoints ? alarm->datapoints : alarm->periods) ? SHOP_ALARM : SHOP_OK;
}

static void
describe_alarms_says_what_the_metrics_say (void **state)
{
    static const char *const NAMES [] = { "OK", "ALARM", "INSUFFICIENT_DATA" };
    const shop_t *shop = *state;
    int status, compared = 0;
    yyjson_doc *doc = sim_ask (shop, &OPERATION_DESCRIBE_ALARMS, "{\"MaxRecords\":100}", &status);
    size_t index, max;
    yyjson_val *told;
    yyjson_arr_foreach (yyjson_obj_get (yyjson_doc_get_root (doc), "MetricAlarms"), index, max, told) {
        const shop_metric_alarm_t *alarm = &shop->metric_alarms [index];
        assert_true (slice_is (json_text (told, "AlarmName"), alarm->head.name));
        if (alarm->promql)
            continue;
        shop_state_t expected = alarm->namespace ? s_state_from_outside (shop, alarm) : s_state_of_queries (shop, alarm);
        if (!slice_is (json_text (told, "StateValue"), NAMES [expected]))
            fail_msg ("%s is told to be %s, not %s", alarm->head.name, json_text (told, "StateValue").data, NAMES [expected]);
        compared++;
    }
    yyjson_doc_free (doc);
    assert_int_equal (compared, shop->metric_alarms_count - 1);
}

static int64_t
s_later_ms (void *days)
{
    return SIM_ASK_NOW_MS + *(const int *) days * INT64_C (86400000);
}

static void
a_shop_that_has_stood_for_months_still_tells_its_alarms (void **state)
{
    (void) state;
    int days = 0;
    const clock_source_t clock = { .mono_us = s_later_ms, .wall_ms = s_later_ms, .self = &days };
    shop_t *shop = shop_new (&(shop_config_t) { .now_ms = SIM_ASK_NOW_MS, .clock = &clock });
    assert_non_null (shop);
    size_t before = s_timeline (shop, "shop-orders-db-cpu")->count;
    days = 120;
    assert_non_null (alarm_book (shop, "eu-west-1"));
    assert_true (s_timeline (shop, "shop-orders-db-cpu")->count >= before);
    shop_destroy (&shop);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_present_is_what_the_table_intends),
        cmocka_unit_test (changes_follow_each_other_and_are_over),
        cmocka_unit_test (each_incident_has_an_alarm_that_fired_in_it),
        cmocka_unit_test (a_certificate_that_ends_is_told_of),
        cmocka_unit_test (one_alarm_flaps),
        cmocka_unit_test (a_moment_has_the_state_of_the_change_before_it),
        cmocka_unit_test (later_evaluations_leave_the_past_as_it_was),
        cmocka_unit_test (describe_alarms_says_what_the_metrics_say),
        cmocka_unit_test (a_shop_that_has_stood_for_months_still_tells_its_alarms),
    };
    return cmocka_run_group_tests (tests, sim_ask_open, sim_ask_close);
}
