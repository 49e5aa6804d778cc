#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "sim_expression_fixture.h"

static void
expect_run (fixture_t *fixture)
{
    const char *fault = fixture_run (fixture);
    if (fault)
        fail_msg ("%s", fault);
}

static void
expressions_may_name_each_other_in_any_order (void **state)
{
    fixture_t *fixture = *state;
    fixture_add (fixture, "e3", "e2 + e1", 0);
    fixture_add (fixture, "e2", "e1 * 10", 0);
    fixture_add (fixture, "late", "SUM(METRICS(\"after\"))", 0);
    fixture_add (fixture, "e1", "m1 + 1", 0);
    fixture_add (fixture, "after", NULL, PERIOD_S);
    expect_run (fixture);
    assert_string_equal (fixture_text (fixture, SERIES_COUNT, false), "22 33 44 55 66");
    assert_string_equal (fixture_text (fixture, SERIES_COUNT + 1, false), "20 30 40 50 60");
    assert_string_equal (fixture_text (fixture, SERIES_COUNT + 2, false), "60 60 60 60 60");
    assert_string_equal (fixture_text (fixture, 0, false), "1 2 3 4 5");
}

static void
a_circle_is_refused (void **state)
{
    fixture_t *fixture = *state;
    fixture_add (fixture, "fine", "m1", 0);
    fixture_add (fixture, "e1", "e2 + 1", 0);
    fixture_add (fixture, "e2", "SUM([e1, m1])", 0);
    assert_string_equal (fixture_run (fixture),
                         "Error in expression 'e1': It depends on itself: expressions must not name each other in a circle.");
}

//  A metric's points tell the period that they were read with, unless it is 60.
static void
an_expression_has_the_longest_period_of_what_it_names (void **state)
{
    fixture_t *fixture = *state;
    fixture_add (fixture, "slow", NULL, 300);
    fixture_add (fixture, "both", "m1 + slow", 0);
    fixture_add (fixture, "own", "m1 * 2", 900);
    fixture_add (fixture, "related", "own2 + m1", 0);
    fixture_add (fixture, "own2", "slow", 0);
    fixture_add (fixture, "search", "m1 + SEARCH('CustomCount1', 'Maximum', 3600)", 60);
    fixture_add (fixture, "clock", "TIME_SERIES(1)", 120);
    fixture_add (fixture, "nothing", "TIME_SERIES(1)", 0);
    fixture_add (fixture, "insights", "SELECT MAX(Errors) FROM \"AWS/Lambda\"", 180);
    expect_run (fixture);
    static const int PERIODS [] = { 300, 300, 60, 300, 300, 3600, 120, 300, 180 };
    for (size_t i = 0; i < sizeof PERIODS / sizeof PERIODS [0]; i++)
        assert_int_equal (fixture->results [SERIES_COUNT + i].grid.period_ms, PERIODS [i] * 1000);
    assert_string_equal (fixture_text (fixture, SERIES_COUNT + 1, false), "600 600 600 600 600");
    assert_string_equal (fixture_text (fixture, SERIES_COUNT + 2, false), "2 4 6 8 10");
    assert_string_equal (fixture_text (fixture, SERIES_COUNT + 5, false), "3609 3609 3609 3609 3609");
    assert_string_equal (fixture_text (fixture, 0, false), "1 2 3 4 5");
}

static void
a_search_gives_a_series_for_each_metric_it_finds (void **state)
{
    fixture_t *fixture = *state;
    assert_string_equal (fixture_ask (fixture, "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\" :aws.AccountId=LOCAL', 'Maximum')", true),
                         "shop-order-confirm=1 1 1 1 1; shop-order-events=- 2 2 2 2");
    assert_string_equal (fixture_ask (fixture, "SUM(SEARCH('{AWS/Lambda,FunctionName} Errors', 'Maximum'))", false), "1 9 9 9 9");
    assert_string_equal (fixture_ask (fixture, "SEARCH(' {\"My Namespace\"} \"Custom:Name[Special_Characters\" ', 'Maximum')", true),
                         "Custom:Name[Special_Characters=11 11 11 11 11");
    assert_string_equal (fixture_ask (fixture, "SEARCH('shop-order-confirm :aws.AccountId=LOCAL', 'Sum')", true),
                         "Errors=1000 1000 1000 1000 1000; Invocations=- 4000 4000 4000 4000");
    assert_string_equal (fixture_ask (fixture, "SEARCH('CPUUtilization OR media', 'Maximum')", true),
                         "AWS/S3 shop-media-eu-west-1 AllRequests=7 7 7 7 7; AWS/EC2 i-0a11b22c33 CPUUtilization=- 8 8 8 8");
    assert_string_equal (fixture_ask (fixture, "SEARCH('nothing', 'Sum')", true), "");
    assert_false (fixture->truncated);
}

static void
a_search_is_cut_at_the_limit_and_says_so (void **state)
{
    fixture_t *fixture = *state;
    fixture->extra = SEARCH_SERIES_MAX;
    fixture_ask (fixture, "SEARCH('{Test} extra', 'Sum')", false);
    assert_int_equal (fixture->results [SERIES_COUNT].value.count, SEARCH_SERIES_MAX);
    assert_false (fixture->truncated);
    fixture->extra++;
    fixture_ask (fixture, "SEARCH('{Test} extra', 'Sum')", false);
    assert_int_equal (fixture->results [SERIES_COUNT].value.count, SEARCH_SERIES_MAX);
    assert_true (fixture->truncated);
}

static void
arrays_keep_the_labels_of_their_series (void **state)
{
    fixture_t *fixture = *state;
    assert_string_equal (fixture_ask (fixture, "SORT(METRICS(\"metric\") * 2, MAX, ASC)", true),
                         "metric2=40 - 40 - -; metric1=60 40 0 0 -");
    assert_string_equal (fixture_ask (fixture, "ANOMALY_DETECTION_BAND(m1)", true),
                         "High=2.5 2.5 5.632993162 5.632993162 5.632993162; Low=0.5 0.5 2.367006838 2.367006838 2.367006838");
}

static void
memory_that_runs_out_is_a_sentence_too (void **state)
{
    fixture_t *fixture = *state;
    arena_destroy (&fixture->arena);
    fixture->arena = arena_new (8 * 1024);
    assert_non_null (fixture->arena);
    fixture->extra = SEARCH_SERIES_MAX;
    fixture->count = SERIES_COUNT;
    fixture_add (fixture, "e", "SEARCH('extra', 'Sum')", 0);
    expect_part (fixture_run (fixture), "no memory left");
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests [] = {
        CASE (expressions_may_name_each_other_in_any_order),
        CASE (a_circle_is_refused),
        CASE (an_expression_has_the_longest_period_of_what_it_names),
        CASE (a_search_gives_a_series_for_each_metric_it_finds),
        CASE (a_search_is_cut_at_the_limit_and_says_so),
        CASE (arrays_keep_the_labels_of_their_series),
        CASE (memory_that_runs_out_is_a_sentence_too),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
