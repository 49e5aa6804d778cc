#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_fixture.h"

//  Follows next_token to the end. Each page: its size, its window, its tokens are checked; take (answer) sees it.
static int
read_pages (fixture_t *self, const char *members, int limit, int max_bytes, void (*take) (yyjson_val *answer))
{
    char token [160] = "", window [128] = "";
    int pages = 0;
    do {
        char arguments [2048];
        snprintf (arguments, sizeof arguments, "{%s,\"limit\":%d,\"max_bytes\":%d%s%s%s}", members, limit, max_bytes,
                  *token ? ",\"next_token\":\"" : "", token, *token ? "\"" : "");
        yyjson_val *answer = ask (self, "get_metric_data", arguments);
        assert_true (self->result.json.size < (size_t) max_bytes + 1500);
        assert_true ((int) yyjson_arr_size (yyjson_obj_get (answer, "series")) <= limit);
        if (!*window)
            snprintf (window, sizeof window, "%.127s", as_text (yyjson_obj_get (answer, "window")));
        expect_json (yyjson_obj_get (answer, "window"), window);
        take (answer);
        snprintf (token, sizeof token, "%s", metrics_text (answer, "next_token"));
        assert_true (strlen (token) <= 128);
        assert_int_equal (self->result.cut, *token != 0);
        assert_int_equal (text_of (answer, "note") != NULL, *token != 0);
        fake_clock_advance (&self->clock, 400000);          //  "-3h" would be another window by now
        assert_true (++pages < 1000);
    } while (*token);
    return pages;
}

//  Values of each series are 0, 1, 2 … : they must come in this order, series by series.
static struct {
    char   name [64];
    int    next, series;
} reading;

static void
take_in_order (yyjson_val *answer)
{
    for (size_t i = 0; i < yyjson_arr_size (yyjson_obj_get (answer, "series")); i++) {
        yyjson_val *series = series_of (answer, i), *value;
        char name [64];
        snprintf (name, sizeof name, "%s %s", metrics_text (series, "id"), metrics_text (series, "label"));
        if (strcmp (name, reading.name) != 0 || !text_of (series, "from")) {
            assert_true (reading.next == 0 || reading.next == 61);
            assert_non_null (yyjson_obj_get (series, "summary"));
            reading.next = 0;
            reading.series++;
        }
        snprintf (reading.name, sizeof reading.name, "%s", name);
        size_t index, count;
        yyjson_arr_foreach (yyjson_obj_get (series, "values"), index, count, value)
            assert_int_equal (yyjson_get_sint (value), reading.next++);
    }
}

static void
expect_all (fixture_t *self, const char *members, int series)
{
    static const int LIMITS [] [2] = { { 500, 1048576 }, { 1, 65536 }, { 3, 65536 }, { 500, 1024 }, { 2, 1024 }, { 500, 1500 } };
    for (size_t i = 0; i < sizeof LIMITS / sizeof LIMITS [0]; i++) {
        memset (&reading, 0, sizeof reading);
        int pages = read_pages (self, members, LIMITS [i] [0], LIMITS [i] [1], take_in_order);
        assert_int_equal (reading.series, series);
        assert_int_equal (reading.next, 61);
        assert_true (i == 0 ? pages == 1 : pages > 1);
        self->clock.wall_ms = NOW_S * 1000;
    }
}

#define METRIC "\"namespace\":\"N\",\"metric_name\":\"m\""

static void
all_values_of_all_queries_come_once_over_pages (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    metrics.page_points = 100;
    expect_all (self, "\"queries\":[{" METRIC "},{\"id\":\"h\"," METRIC ",\"hidden\":true},{" METRIC ",\"stat\":\"Sum\"},{\"expression\":\"h*2\"},"
                                                                                                     "{" METRIC
                "},{" METRIC "},{" METRIC "},{" METRIC "}]", 7);
}

static void
all_series_that_a_search_finds_come_once_over_pages (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    metrics.found = 9;
    metrics.page_points = 100;
    expect_all (self, "\"queries\":[{" METRIC "},{\"expression\":\"SEARCH('{N} m', 'Sum')\"},{" METRIC "}]", 11);
}

static void
a_series_larger_than_a_page_is_given_in_parts (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const char LONG_ONE [] = "{" METRIC ",\"period\":60,\"start_time\":\"2026-11-22T12:00\",\"end_time\":\"2026-11-22T22:00\","
                                               "\"max_bytes\":1024%s%s%s}";
    char arguments [512], token [160] = "";
    int values = 0;
    do {
        snprintf (arguments, sizeof arguments, LONG_ONE, *token ? ",\"next_token\":\"" : "", token, *token ? "\"" : "");
        yyjson_val *answer = ask (self, "get_metric_data", arguments), *series = series_of (answer, 0), *value;
        char from [32];
        snprintf (from, sizeof from, "2026-11-22T%02d:%02dZ", 12 + values / 60, values % 60);
        if (values)
            assert_string_equal (text_of (series, "from"), from);
        size_t index, count;
        yyjson_arr_foreach (yyjson_obj_get (series, "values"), index, count, value)
            assert_int_equal (yyjson_get_sint (value), values++);
        snprintf (token, sizeof token, "%s", metrics_text (answer, "next_token"));
        if (*token)
            expect_part (text_of (answer, "note"), "The values of m1 are cut at max_bytes: pass next_token for the rest of them, or raise "
                                                   "max_bytes.");
    } while (*token);
    assert_int_equal (values, 600);
}

static void
the_note_says_how_much_there_is_and_what_to_raise (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    metrics.found = 30;
    static const char *const CASES [] [2] = {
        { "{\"expression\":\"SEARCH('{N} m', 'Sum')\",\"limit\":10}", "10 of 30 series: pass next_token for more, or raise limit." },
        { "{\"expression\":\"SEARCH('{N} m', 'Sum')\",\"max_bytes\":2000}", " of 30 series: pass next_token for more, or raise max_bytes." },
        { "{\"queries\":[{" METRIC "},{" METRIC "},{" METRIC "}],\"limit\":2}",
          "2 series; 1 of 3 queries are still to come: pass next_token for more, or raise limit." },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        expect_part (text_of (ask (self, "get_metric_data", CASES [i] [0]), "note"), CASES [i] [1]);
    char arguments [512];
    snprintf (arguments, sizeof arguments, "{\"expression\":\"SEARCH('{N} m', 'Sum')\",\"limit\":15,\"next_token\":\"%s\"}",
              metrics_text (ask (self, "get_metric_data", CASES [0] [0]), "next_token"));
    expect_part (text_of (ask (self, "get_metric_data", arguments), "note"), "15 of the remaining 20 series");
}

static void
a_series_that_is_gone_when_its_page_comes_is_told (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    metrics.found = 4;
    char arguments [512];
    snprintf (arguments, sizeof arguments, "{\"expression\":\"SEARCH('{N} m', 'Sum')\",\"limit\":3,\"next_token\":\"%s\"}",
              metrics_text (ask (self, "get_metric_data", "{\"expression\":\"SEARCH('{N} m', 'Sum')\",\"limit\":3}"), "next_token"));
    assert_string_equal (text_of (series_of (ask (self, "get_metric_data", arguments), 0), "label"), "found 3");
    metrics.found = 3;
    expect_part (refused (self, "get_metric_data", arguments, STATUS_NOT_FOUND),
                 "The series with which this page would begin is not found any more.");
    //  Found at another place it is still the one to go on with
    aws_says (&self->aws, 200, "{\"MetricDataResults\":[{\"Id\":\"e1\",\"Label\":\"found 3\",\"Timestamps\":[],\"Values\":[]},"
              "{\"Id\":\"e1\",\"Label\":\"found 4\",\"Timestamps\":[],\"Values\":[]}]}");
    yyjson_val *answer = ask (self, "get_metric_data", arguments);
    assert_string_equal (text_of (series_of (answer, 0), "label"), "found 3");
    assert_string_equal (text_of (series_of (answer, 1), "label"), "found 4");
}

static void
what_has_no_datapoints_is_told_with_advice (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    yyjson_val *answer = ask (self, "get_metric_data", "{\"namespace\":\"N\",\"metric_name\":\"none\"}");
    expect_json (yyjson_obj_get (answer, "series"), "[{\"id\":\"m1\",\"label\":\"none\",\"stat\":\"Average\",\"values\":[]}]");
    expect_part (text_of (answer, "note"), "No datapoints in 3 h. A metric is named by exactly the dimensions");
    answer = ask (self, "get_metric_data", "{\"start_time\":\"-3d\",\"period\":3600,\"queries\":[{\"namespace\":\"N\",\"metric_name\":\"none\"},"
                                           "{" METRIC
                  "},{\"namespace\":\"N\",\"metric_name\":\"none2\"}]}");
    expect_part (text_of (answer, "note"), "No datapoints in 3 d for m1, m3. A metric is named");
    aws_says (&self->aws, 200, "{}");
    answer = ask (self, "get_metric_data", "{\"expression\":\"SEARCH('{N} m', 'Sum')\"}");
    expect_json (yyjson_obj_get (answer, "series"), "[{\"id\":\"e1\",\"values\":[]}]");
    expect_part (text_of (answer, "note"), "SEARCH and SELECT find metrics that had data in the last two weeks");
    aws_says (&self->aws, 200, "{\"MetricDataResults\":[{\"Id\":\"e1\",\"Label\":\"a\"},{\"Id\":\"e1\",\"Label\":\"b\",\"Timestamps\":[1795388400],"
                               "\"Values\":[1.0]}]}");
    answer = ask (self, "get_metric_data", "{\"expression\":\"SEARCH('{N} m', 'Sum')\"}");
    expect_part (as_text (series_of (answer, 0)), "\"values\":[]");
    assert_null (text_of (answer, "note"));             //  One of two that were found has some
    aws_says (&self->aws, 200, "{\"MetricDataResults\":[{\"Id\":\"e1\",\"Label\":\"a\"},{\"Id\":\"e1\",\"Label\":\"b\"}]}");
    answer = ask (self, "get_metric_data", "{\"expression\":\"SEARCH('{N} m', 'Sum')\"}");
    expect_part (text_of (answer, "note"), "No datapoints in 3 h. SEARCH and SELECT find");
    aws_says (&self->aws, 200, "{}");
    expect_part (text_of (ask (self, "get_metric_data", "{\"expression\":\"1/0\"}"), "note"), "An expression has values only where the metrics have");
}

static void
a_period_finer_than_the_metrics_own_is_told (void **state)
{
    fixture_t *self = *state;
    self->aws.instead = metrics_answer;
    static const char MINUTES [] = "\"start_time\":\"2026-11-22T23:00Z\",\"end_time\":\"2026-11-22T23:05Z\"";
    static const struct {
        const char *members, *where;            //  NULL: nothing is said
    } CASES [] = {
        { "\"period\":1,\"queries\":[{\"namespace\":\"N\",\"metric_name\":\"slow\"}]", "In m1 there" },
        { "\"period\":10,\"queries\":[{\"namespace\":\"N\",\"metric_name\":\"fast\"},{\"namespace\":\"N\",\"metric_name\":\"slow\"},"
          "{\"namespace\":\"N\",\"metric_name\":\"slower\"},{\"namespace\":\"N\",\"metric_name\":\"slow\",\"hidden\":true}]",
          "In m2 and 1 more there" },
        { "\"period\":1,\"queries\":[{\"namespace\":\"N\",\"metric_name\":\"fast\"}]", NULL },
        { "\"period\":60,\"queries\":[{\"namespace\":\"N\",\"metric_name\":\"slow\"}]", NULL },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char arguments [512], expected [160];
        snprintf (arguments, sizeof arguments, "{%s,%s}", CASES [i].members, MINUTES);
        const char *note = text_of (ask (self, "get_metric_data", arguments), "note");
        snprintf (expected, sizeof expected, "%s is at most one value every 60 s; period 60, which seems to be the metric's own, spares the nulls.",
                  CASES [i].where ? CASES [i].where : "");
        if (CASES [i].where)
            assert_string_equal (note, expected);
        else
            assert_null (note);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (all_values_of_all_queries_come_once_over_pages, begin_metrics, end),
        cmocka_unit_test_setup_teardown (all_series_that_a_search_finds_come_once_over_pages, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_series_larger_than_a_page_is_given_in_parts, begin_metrics, end),
        cmocka_unit_test_setup_teardown (the_note_says_how_much_there_is_and_what_to_raise, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_series_that_is_gone_when_its_page_comes_is_told, begin_metrics, end),
        cmocka_unit_test_setup_teardown (what_has_no_datapoints_is_told_with_advice, begin_metrics, end),
        cmocka_unit_test_setup_teardown (a_period_finer_than_the_metrics_own_is_told, begin_metrics, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
