#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_fixture.h"

#include "catalogue.h"
#include "pack.h"
#include "period.h"
#include "usual.h"

static metric_t
metric (const char *namespace, const char *name)
{
    return (metric_t) { slice_of (namespace), slice_of (name), SLICE_ABSENT };
}

static void
every_metric_of_the_catalogue_can_be_asked_for_as_it_says (void **state)
{
    (void) state;
    for (int id = 0; id < catalogue_count (); id++) {
        catalogue_metric_t known = catalogue_metric (id);
        metric_t asked = metric (known.namespace, known.name);
        char names [USUAL_STATS_MAX] [STATISTIC_BYTES_MAX], best [STATISTIC_BYTES_MAX];
        size_t count = usual_stats (&asked, names, USUAL_STATS_MAX);
        usual_stat (&asked, best);
        if (count == 0 || strcmp (best, names [0]) != 0 || !period_valid (usual_period_s (&asked)))
            fail_msg ("%s %s: %s", known.namespace, known.name, known.statistics);
    }
}

static void
a_metric_that_is_not_in_the_catalogue_has_cloudwatchs_usual (void **state)
{
    (void) state;
    metric_t own = metric ("Shop", "Orders"), none = metric (NULL, NULL), sum = metric ("AWS/Lambda", "Errors");
    char names [USUAL_STATS_MAX] [STATISTIC_BYTES_MAX];
    assert_int_equal (usual_stats (&own, names, USUAL_STATS_MAX), 2);
    assert_string_equal (names [0], "Average");
    assert_string_equal (names [1], "Maximum");
    usual_stat (&none, names [0]);
    assert_string_equal (names [0], "Average");
    assert_int_equal (usual_period_s (&own), 60);
    assert_null (usual_unit (&own).data);
    assert_int_equal (usual_stats (&sum, names, USUAL_STATS_MAX), 1);
    assert_string_equal (names [0], "Sum");
    assert_true (slice_is (usual_unit (&sum), "Count"));
}

static void
of_several_metrics_the_most_frequent_counts (void **state)
{
    (void) state;
#define DAILY "{\"namespace\":\"AWS/S3\",\"metric_name\":\"BucketSizeBytes\"}"
#define OWN "{\"namespace\":\"Shop\",\"metric_name\":\"Orders\"}"
    static const struct { const char *arguments; int64_t period_s; } CASES [] = {
        { DAILY, 86400 }, { OWN, 60 }, { "{\"expression\":\"SELECT 1\"}", 60 }, { "{\"queries\":[" DAILY "]}", 86400 },
        { "{\"queries\":[" DAILY "," OWN "]}", 60 }, { "{\"queries\":[" DAILY ",{\"expression\":\"m1 / 2\"}]}", 86400 },
        { "{\"queries\":[{\"expression\":\"1\"}]}", 60 }, { "{\"namespace\":\"AWS/EC2\",\"metric_name\":\"CPUUtilization\"}", 300 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        yyjson_doc *doc = yyjson_read (CASES [i].arguments, strlen (CASES [i].arguments), 0);
        buffer_t body;
        buffer_init (&body, 65536);
        pack_json (&body, yyjson_doc_get_root (doc));
        if (usual_period_of_call_s (buffer_slice (&body)) != CASES [i].period_s)
            fail_msg ("%s", CASES [i].arguments);
        buffer_deinit (&body);
        yyjson_doc_free (doc);
    }
}

static yyjson_val *
stat_asked (const fixture_t *self)
{
    return yyjson_obj_get (yyjson_arr_get_first (yyjson_obj_get (asked_data (self), "MetricDataQueries")), "MetricStat");
}

#define ERRORS "\"namespace\":\"AWS/Lambda\",\"metric_name\":\"Errors\",\"dimensions\":{\"FunctionName\":\"f\"}"
#define BUCKET \
    "\"namespace\":\"AWS/S3\",\"metric_name\":\"BucketSizeBytes\",\"dimensions\":{\"BucketName\":\"b\",\"StorageType\":\"StandardStorage\"}"

static void
a_call_that_names_no_statistic_and_no_period_has_the_usual_ones (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const struct { const char *arguments, *stat, *note; int64_t period_s, window_s; } CASES [] = {
        { "{" ERRORS "}", "Sum", NULL, 180, 0 },
        { "{" ERRORS ",\"stat\":\"Average\",\"period\":60}", "Average", NULL, 60, 0 },
        { "{" BUCKET "}", "Average", "The window is 72 h, because this is published every 24 h: start_time names another.", 86400, 4 * DAY_S },
        { "{" BUCKET ",\"start_time\":\"-10d\",\"stat\":\"Maximum\"}", "Maximum", NULL, 86400, 11 * DAY_S },
        { "{" BUCKET ",\"start_time\":\"-3h\",\"period\":3600}", "Average", NULL, 3600, 4 * HOUR_S },
        { "{\"queries\":[{" ERRORS "},{" BUCKET "}]}", "Sum", NULL, 180, 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        yyjson_val *answer = ask (self, "get_metric_data", CASES [i].arguments), *input = asked_data (self);
        assert_string_equal (text_of (stat_asked (self), "Stat"), CASES [i].stat);
        assert_int_equal (json_int (stat_asked (self), "Period", 0), CASES [i].period_s);
        if (CASES [i].window_s)
            assert_int_equal (json_int (input, "EndTime", 0) - json_int (input, "StartTime", 0), CASES [i].window_s);
        if (CASES [i].note)
            expect_part (text_of (answer, "note"), CASES [i].note);
        else
            assert_null (text_of (answer, "note"));
    }
}

static void
statistics_that_nobody_named_are_the_metrics_own (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_statistics", "{" ERRORS "}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "series")), 1);
    assert_string_equal (text_of (series_of (answer, 0), "stat"), "Sum");
    answer = ask (self, "get_metric_statistics", "{" ERRORS ",\"stats\":[\"p50\"]}");
    assert_string_equal (text_of (series_of (answer, 0), "stat"), "p50");
}

static void
a_unit_that_aws_does_not_tell_is_the_catalogues (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Datapoints\":[]}");
    yyjson_val *answer = ask (self, "get_metric_statistics", "{" ERRORS ",\"start_time\":\"-1h\"}");
    assert_string_equal (text_of (series_of (answer, 0), "unit"), "Count");
    expect_part (text_of (answer, "note"), "No datapoints in 61 min");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_metric_of_the_catalogue_can_be_asked_for_as_it_says),
        cmocka_unit_test (a_metric_that_is_not_in_the_catalogue_has_cloudwatchs_usual),
        cmocka_unit_test (of_several_metrics_the_most_frequent_counts),
        cmocka_unit_test_setup_teardown (a_call_that_names_no_statistic_and_no_period_has_the_usual_ones, begin_metrics, end),
        cmocka_unit_test_setup_teardown (statistics_that_nobody_named_are_the_metrics_own, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_unit_that_aws_does_not_tell_is_the_catalogues, begin_metrics, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
