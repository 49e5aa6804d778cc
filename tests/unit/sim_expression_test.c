#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "sim_expression_fixture.h"

typedef struct {
    const char *expression;
    const char *expected;
} row_t;

static void
expect_rows (void **state, const row_t *rows)
{
    for (; rows->expression; rows++) {
        const char *answer = fixture_ask (*state, rows->expression, false);
        if (strcmp (answer, rows->expected) != 0)
            fail_msg ("%s gives \"%s\", not \"%s\"", rows->expression, answer, rows->expected);
    }
}

static void
arithmetic_goes_point_by_point (void **state)
{
    expect_rows (state, (const row_t []) {
        { "m1", "1 2 3 4 5" },
        { "m1 + m1", "2 4 6 8 10" },
        { "m1 - 1", "0 1 2 3 4" },
        { "10 * m1 / 4", "2.5 5 7.5 10 12.5" },
        { "m1 ^ 2", "1 4 9 16 25" },
        { "-m1", "-1 -2 -3 -4 -5" },
        { "2 * -m1", "-2 -4 -6 -8 -10" },
        { "m1 - -m1", "2 4 6 8 10" },
        { "1e2 * m1 + .5", "100.5 200.5 300.5 400.5 500.5" },
        { "METRICS(\"m1\") * 2", "2 4 6 8 10" },
        { "[m1, m2] * 2", "2 4 6 8 10; 20 - 60 - 0" },
        { "[m1, m2] * m1", "1 4 9 16 25; 10 0 90 0 0" },
        { "m1 - [m1, m2]", "0 0 0 0 0; -9 2 -27 4 5" },
        { NULL, NULL } });
}

static void
operators_bind_as_in_school (void **state)
{
    expect_rows (state, (const row_t []) {
        { "m1 * 0 + 2 + 3 * 4", "14 14 14 14 14" },
        { "m1 * 0 + (2 + 3) * 4", "20 20 20 20 20" },
        { "m1 * 0 + 10 - 3 - 2", "5 5 5 5 5" },
        { "m1 * 0 + 64 / 4 / 2", "8 8 8 8 8" },
        { "m1 * 0 + 2 ^ 3 ^ 2", "512 512 512 512 512" },
        { "m1 * 0 - 2 ^ 2", "-4 -4 -4 -4 -4" },
        { "m1 * 0 + 2 ^ -1", "0.5 0.5 0.5 0.5 0.5" },
        { "m1 > 1 AND m1 < 4 OR m1 == 5", "0 1 1 0 1" },
        { "m1 == 5 OR m1 > 1 AND m1 < 4", "0 1 1 0 1" },
        { "(m1 == 5 OR m1 > 1) AND m1 < 4", "0 1 1 0 0" },
        { "m1 + 1 > 2 * 2", "0 0 0 1 1" },
        { NULL, NULL } });
}

static void
a_missing_point_counts_as_zero_beside_another (void **state)
{
    expect_rows (state, (const row_t []) {
        { "m1 + m2", "11 2 33 4 5" },
        { "m2 - m1", "9 -2 27 -4 -5" },
        { "m2 * m1", "10 0 90 0 0" },
        { "m2 / m1", "10 0 10 0 0" },
        { "m2 + gaps", "10 4 30 - 10" },
        { "m2 + 1", "11 - 31 - 1" },
        { "1 - m2", "-9 - -29 - 1" },
        { "-m2", "-10 - -30 - 0" },
        { "none + 1", "- - - - -" },
        { NULL, NULL } });
}

static void
what_is_no_finite_number_is_no_point (void **state)
{
    expect_rows (state, (const row_t []) {
        { "m1 / m2", "0.1 - 0.1 - -" },
        { "m1 / 0", "- - - - -" },
        { "m1 * (1 / 0)", "- - - - -" },
        { "LOG(m2 * 0)", "- - - - -" },
        { "signed ^ 0.5", "- 1.58113883 - 0 -" },
        { "1e300 * m1 * 1e300", "- - - - -" },
        { NULL, NULL } });
}

//  The table of the user guide, and what it leaves out.
static void
comparisons_give_one_or_zero (void **state)
{
    expect_rows (state, (const row_t []) {
        { "metric1 < metric2", "0 0 1 0 -" },
        { "metric1 >= 30", "1 0 0 0 -" },
        { "metric1 > 15 AND metric2 > 15", "1 0 0 0 -" },
        { "metric1 > 15 && metric2 > 15", "1 0 0 0 -" },
        { "metric1 > 15 OR metric2 > 15", "1 1 1 0 -" },
        { "metric1 > 15 || metric2 > 15", "1 1 1 0 -" },
        { "m1 == 3", "0 0 1 0 0" }, { "m1 != 3", "1 1 0 1 1" }, { "m1 <= 3", "1 1 1 0 0" }, { "m1 < 3", "1 1 0 0 0" },
        { "m1 > 3", "0 0 0 1 1" },
        { "m1 * (2 > 1)", "1 2 3 4 5" },
        { NULL, NULL } });
}

static void
if_takes_the_branch_that_its_condition_says (void **state)
{
    expect_rows (state, (const row_t []) {
        { "IF(m1 > 2, m1, 0)", "0 0 3 4 5" },
        { "IF(m1 > 2, 1, 0)", "0 0 1 1 1" },
        { "IF(m1 > 2, m1)", "- - 3 4 5" },
        { "IF(m2, m1, 7)", "1 - 3 - 7" },
        { "IF(m1 < 3, m2, -1)", "10 0 -1 -1 -1" },
        { "IF(m1 < 3, 9, m2)", "9 9 30 - 0" },
        { "IF(1, m1, m2)", "1 2 3 4 5" },
        { "IF(0, m1, m2)", "10 - 30 - 0" },
        { "IF(0, m1)", "- - - - -" },
        { "m1 * IF(1 > 2, 3, 4)", "4 8 12 16 20" },
        { "IF(signed, 1, 0)", "1 1 1 0 -" },
        { "IF(m1 > 2, 100 * m1 / 4, 100)", "100 100 75 100 125" },
        { NULL, NULL } });
}

static void
functions_of_points (void **state)
{
    expect_rows (state, (const row_t []) {
        { "ABS(signed)", "1.5 2.5 3 0 -" },
        { "CEIL(signed)", "-1 3 -3 0 -" },
        { "FLOOR(signed)", "-2 2 -3 0 -" },
        { "LOG(m1)", "0 0.6931471806 1.098612289 1.386294361 1.609437912" },
        { "LOG10(m1 * 100)", "2 2.301029996 2.477121255 2.602059991 2.698970004" },
        { "ABS(-[m1, m2])", "1 2 3 4 5; 10 - 30 - 0" },
        { "m1 + ABS(m1) - m1", "1 2 3 4 5" },
        { NULL, NULL } });
}

static void
aggregates_of_a_series_are_numbers (void **state)
{
    expect_rows (state, (const row_t []) {
        { "m1 - AVG(m1)", "-2 -1 0 1 2" },
        { "m1 * 0 + AVG(m2)", "8 8 8 8 8" },
        { "m1 * 0 + SUM(m2) / DATAPOINT_COUNT(m2)", "13.33333333 13.33333333 13.33333333 13.33333333 13.33333333" },
        { "m1 * 0 + MAX(signed)", "2.5 2.5 2.5 2.5 2.5" },
        { "m1 * 0 + MIN(signed)", "-3 -3 -3 -3 -3" },
        { "m1 * 0 + STDDEV(m1)", "1.414213562 1.414213562 1.414213562 1.414213562 1.414213562" },
        { "TIME_SERIES(DATAPOINT_COUNT(none))", "0 0 0 0 0" },
        { "TIME_SERIES(MAX(none))", "- - - - -" },
        { "TIME_SERIES(5 * SUM(m1))", "75 75 75 75 75" },
        { "TIME_SERIES(PERIOD(m1))", "60 60 60 60 60" },
        { "TIME_SERIES(METRIC_COUNT(METRICS()))", "7 7 7 7 7" },
        { NULL, NULL } });
}

static void
aggregates_of_an_array_are_series (void **state)
{
    expect_rows (state, (const row_t []) {
        { "SUM([m1, m2])", "11 2 33 4 5" },
        { "AVG([m1, m2])", "5.5 1 16.5 2 2.5" },
        { "MAX([m1, m2])", "10 2 30 4 5" },
        { "MIN([m1, m2])", "1 2 3 4 0" },
        { "STDDEV([m1, m2])", "4.5 0 13.5 0 2.5" },
        { "DATAPOINT_COUNT([m1, m2, none])", "2 1 2 1 2" },
        { "SUM([gaps, none])", "- 4 - - 10" },
        { "SUM(METRICS(\"m\"))", "61 22 53 4 5" },
        { "SUM([METRICS(\"gaps\"), METRICS('m1')])", "1 6 3 4 15" },
        { "SUM(METRICS(\"nothing\"))", "- - - - -" },
        { "SUM(100 / [m1, m2])", "110 50 36.66666667 25 20" },
        { NULL, NULL } });
}

static void
functions_along_time (void **state)
{
    expect_rows (state, (const row_t []) {
        { "DIFF(m1)", "- 1 1 1 1" },
        { "DIFF(m2)", "- - 20 - -30" },
        { "DIFF_TIME(m2)", "- - 120 - 120" },
        { "RATE(m2) * 60", "- - 10 - -15" },
        { "RUNNING_SUM(m2)", "10 - 40 - 40" },
        { "RUNNING_SUM([m1, m2])", "1 3 6 10 15; 10 - 40 - 40" },
        { "DIFF(gaps)", "- - - - 6" },
        { NULL, NULL } });
}

static void
fill_fills_what_is_missing (void **state)
{
    expect_rows (state, (const row_t []) {
        { "FILL(m2, 7)", "10 7 30 7 0" },
        { "FILL(gaps, REPEAT)", "- 4 4 4 10" },
        { "FILL(gaps, LINEAR)", "- 4 6 8 10" },
        { "FILL(gaps, m1)", "1 4 3 4 10" },
        { "FILL(m2, MIN(m2))", "10 0 30 0 0" },
        { "FILL([gaps, m2], 0)", "0 4 0 0 10; 10 0 30 0 0" },
        { "FILL(none, 0)", "0 0 0 0 0" },
        { "FILL(none, LINEAR)", "- - - - -" },
        { "m2 + 0 * FILL(m2, 1)", "10 0 30 0 0" },
        { NULL, NULL } });
}

static void
arrays_are_sorted_and_cut (void **state)
{
    expect_rows (state, (const row_t []) {
        { "SORT([m1, m2, none], MAX, DESC)", "10 - 30 - 0; 1 2 3 4 5; - - - - -" },
        { "SORT([m2, none, m1], AVG, ASC)", "1 2 3 4 5; 10 - 30 - 0; - - - - -" },
        { "SORT([m2, m1], MIN, ASC, 1)", "10 - 30 - 0" },
        { "SORT([m2, m1], SUM, DESC, 9)", "10 - 30 - 0; 1 2 3 4 5" },
        { "SLICE([m1, m2, gaps], 1)", "10 - 30 - 0; - 4 - - 10" },
        { "SLICE([m1, m2, gaps], 0, 1)", "1 2 3 4 5" },
        { "SLICE([m1], 3, 5)", "" },
        { "FIRST([m1, m2])", "1 2 3 4 5" },
        { "LAST([m1, m2])", "10 - 30 - 0" },
        { "FIRST(METRICS(\"nothing\"))", "- - - - -" },
        { "REMOVE_EMPTY([none, m1, none])", "1 2 3 4 5" },
        { "IF(FIRST(SORT([m1, m2], AVG, DESC)) > 10, 1, 0)", "0 - 1 - 0" },
        { NULL, NULL } });
}

//  The grid passes midnight between its second and its third minute.
static void
clocks_are_in_utc (void **state)
{
    expect_rows (state, (const row_t []) {
        { "MINUTE(m1)", "58 59 0 1 2" },
        { "HOUR(none)", "23 23 0 0 0" },
        { "DAY(m1)", "1 1 2 2 2" },
        { "DATE(m1)", "31 31 1 1 1" },
        { "MONTH(m1)", "8 8 9 9 9" },
        { "YEAR(m1)", "2026 2026 2026 2026 2026" },
        { "EPOCH(m1)", "1788220680 1788220740 1788220800 1788220860 1788220920" },
        { "IF(DAY(m1) < 2, m1)", "1 2 - - -" },
        { NULL, NULL } });
}

static void
a_band_is_as_wide_as_the_hours_deviate (void **state)
{
    //  Before midnight 1 and 2: mean 1.5, deviation 0.5. After it there is no earlier day with that hour: 3, 4 and 5 themselves.
    expect_rows (state, (const row_t []) {
        { "ANOMALY_DETECTION_BAND(m1)", "2.5 2.5 5.632993162 5.632993162 5.632993162; 0.5 0.5 2.367006838 2.367006838 2.367006838" },
        { "FIRST(ANOMALY_DETECTION_BAND(m1, 4))", "3.5 3.5 7.265986324 7.265986324 7.265986324" },
        { "ANOMALY_DETECTION_BAND(none, 2)", "- - - - -; - - - - -" },
        { NULL, NULL } });
}

static void
what_is_wrong_is_said_in_a_sentence (void **state)
{
    static const row_t ROWS [] = {
        { "", "Invalid syntax at the end: a number, an id or a function is missing." },
        { "m1 +", "Invalid syntax at the end" },
        { "m1 m2", "Invalid syntax at character 4, before \"m2\": an operator is missing." },
        { "(m1", "')' is missing" },
        { "[m1, m2", "']' is missing" },
        { "[]", "a number, an id or a function is missing" },
        { "SUM(m1", "')' is missing" },
        { "METRICS('m1)", "the closing quote is missing" },
        { "1.2.3 * m1", "this is not a number" },
        { "m1 ; m2", "an operator is missing" },
        { "m9 * 2", "There is no query with the id m9." },
        { "e + 1", "It depends on itself" },
        { "5", "The result is a number" },
        { "AVG(m1)", "The result is a number" },
        { "'text' + m1", "A text stands where" },
        { "REPEAT + m1", "REPEAT is no id of a query" },
        { "[m1, 5]", "number 2 of its members is a number" },
        { "[m1] + [m2]", "The operator + does not take two arrays" },
        { "[m1] > 5", "The operator > takes numbers and time series, not arrays" },
        { "IF([m1], 1, 2)", "IF needs a number or a time series, and was given an array of time series." },
        { "ABS(5) + m1", "ABS needs a time series or an array of time series, and was given a number." },
        { "HOUR([m1])", "HOUR needs a time series, and was given an array of time series." },
        { "SORT(m1, AVG, ASC)", "SORT needs an array of time series" },
        { "SORT([m1], MEDIAN, ASC)", "SORT sorts by" },
        { "SORT([m1], AVG, UP)", "ASC or DESC" },
        { "SLICE([m1], 0.5)", "a whole number" },
        { "SLICE([m1], 0 - 1)", "a whole number" },
        { "PERIOD(m1 + m1) * m1", "PERIOD takes the id of a metric." },
        { "METRICS(m1)", "METRICS takes a text" },
        { "FILL(m1)", "FILL takes 2 arguments, and was given 1." },
        { "IF(m1)", "IF takes 2 to 3 arguments, and was given 1." },
        { "ANOMALY_DETECTION_BAND(m1, 0)", "above 0" },
        { "INSIGHT_RULE_METRIC('rule', 'Sum')", "The function INSIGHT_RULE_METRIC is not supported by the simulator." },
        { "sum(m1)", "The function sum is not supported by the simulator." },
        { "SEARCH('{AWS/EC2', 'Sum')", "'}' is missing" },
        { "SEARCH('Errors', 'p999x')", "The statistic p999x does not exist." },
        { "SEARCH('Errors', 'Sum', 61)", "The period of SEARCH" },
        { "SEARCH('Errors', Sum)", "SEARCH takes two texts" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        const char *answer = fixture_ask (*state, ROWS [i].expression, false);
        expect_part (answer, "Error in expression 'e': ");
        expect_part (answer, ROWS [i].expected);
    }
}

//  The expression, so often; with what stands before and behind.
static const char *
repeated (fixture_t *fixture, const char *before, const char *part, size_t times, const char *behind)
{
    char *text = arena_alloc (fixture->arena, strlen (before) + times * strlen (part) + strlen (behind) + 1);
    assert_non_null (text);
    char *end = stpcpy (text, before);
    for (size_t i = 0; i < times; i++)
        end = stpcpy (end, part);
    stpcpy (end, behind);
    return text;
}

static void
length_and_depth_have_limits (void **state)
{
    fixture_t *fixture = *state;
    assert_string_equal (fixture_ask (fixture, repeated (fixture, "m1", " + m1", 400, ""), false), "401 802 1203 1604 2005");
    expect_part (fixture_ask (fixture, repeated (fixture, "m1", " + m1", 410, ""), false), "longer than 2048 characters");
    assert_string_equal (fixture_ask (fixture, repeated (fixture, "", "-", 30, "m1"), false), "1 2 3 4 5");
    expect_part (fixture_ask (fixture, repeated (fixture, "", "-", 40, "m1"), false), "more than 32 deep");
    expect_part (fixture_ask (fixture, repeated (fixture, "", "(", 1000, "m1"), false), "more than 32 deep");
    expect_part (fixture_ask (fixture, repeated (fixture, "m1", " ^ 2", 40, ""), false), "more than 32 deep");
    expect_part (fixture_ask (fixture, repeated (fixture, "", "[", 40, "m1"), false), "more than 32 deep");
    expect_part (fixture_ask (fixture, repeated (fixture, "", "ABS(", 40, "m1"), false), "more than 32 deep");
    expect_part (fixture_ask (fixture, repeated (fixture, "", "LONG", 400, "(m1)"), false), "LONGLONG is not supported by the simulator.");
}

//  An operation may write over what it was given, but not over what somebody else still needs.
static void
metrics_stay_as_they_are (void **state)
{
    fixture_t *fixture = *state;
    fixture_ask (fixture, "SUM(FILL(-ABS(RUNNING_SUM(DIFF([m2, gaps] * 2) + 1)), 5)) + m2 * m2", false);
    assert_string_equal (fixture_text (fixture, 1, false), "10 - 30 - 0");
    assert_string_equal (fixture_text (fixture, 2, false), "- 4 - - 10");
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests [] = {
        CASE (arithmetic_goes_point_by_point),
        CASE (operators_bind_as_in_school),
        CASE (a_missing_point_counts_as_zero_beside_another),
        CASE (what_is_no_finite_number_is_no_point),
        CASE (comparisons_give_one_or_zero),
        CASE (if_takes_the_branch_that_its_condition_says),
        CASE (functions_of_points),
        CASE (aggregates_of_a_series_are_numbers),
        CASE (aggregates_of_an_array_are_series),
        CASE (functions_along_time),
        CASE (fill_fills_what_is_missing),
        CASE (arrays_are_sorted_and_cut),
        CASE (clocks_are_in_utc),
        CASE (a_band_is_as_wide_as_the_hours_deviate),
        CASE (what_is_wrong_is_said_in_a_sentence),
        CASE (length_and_depth_have_limits),
        CASE (metrics_stay_as_they_are),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
