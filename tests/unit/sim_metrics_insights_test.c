#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "metrics_insights.h"
#include "sim_expression_fixture.h"

typedef struct {
    const char *query;
    const char *expected;
} row_t;

static void
expect_rows (void **state, const row_t *rows)
{
    for (; rows->query; rows++) {
        const char *answer = fixture_ask (*state, rows->query, true);
        if (strcmp (answer, rows->expected) != 0)
            fail_msg ("%s gives \"%s\", not \"%s\"", rows->query, answer, rows->expected);
    }
}

//  Errors are the metrics 0, 1, 2, 4 and, in another account, 5; odd ones have nothing in the first minute.
static void
functions_go_over_all_samples (void **state)
{
    expect_rows (state, (const row_t []) {
        { "SELECT SUM(Errors) FROM \"AWS/Lambda\"", "=9000 17000 17000 17000 17000" },
        { "SELECT COUNT(Errors) FROM \"AWS/Lambda\"", "=9 17 17 17 17" },
        { "SELECT AVG(Errors) FROM \"AWS/Lambda\"", "=1000 1000 1000 1000 1000" },
        { "SELECT MAX(Errors) FROM \"AWS/Lambda\"", "=5 6 6 6 6" },
        { "SELECT MIN(Errors) FROM \"AWS/Lambda\"", "=101 101 101 101 101" },
        { "select sum ( \"Errors\" ) from \"AWS/Lambda\" ", "=9000 17000 17000 17000 17000" },
        { "SELECT SUM(Errors) FROM nothing", "=- - - - -" },
        { "SELECT AVG(Errors) FROM nothing", "=- - - - -" },
        { NULL, NULL } });
}

static void
a_schema_is_met_exactly (void **state)
{
    expect_rows (state, (const row_t []) {
        { "SELECT MAX(Errors) FROM SCHEMA(\"AWS/Lambda\")", "=5 5 5 5 5" },
        { "SELECT MIN(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName)", "=101 101 101 101 101" },
        { "SELECT MAX(Errors) FROM SCHEMA(\"AWS/Lambda\", Resource, FunctionName)", "=3 3 3 3 3" },
        { "SELECT MAX(Errors) FROM SCHEMA(\"AWS/Lambda\", Resource)", "=- - - - -" },
        { NULL, NULL } });
}

static void
conditions_choose_metrics (void **state)
{
    expect_rows (state, (const row_t []) {
        { "SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE Resource = 'live'", "=3 3 3 3 3" },
        { "SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE FunctionName != 'shop-order-confirm'", "=3 3 3 3 3" },
        { "SELECT COUNT(Errors) FROM \"AWS/Lambda\" WHERE FunctionName='shop-order-confirm' AND AWS.AccountId='123456789012'", "=1 1 1 1 1" },
        { "SELECT COUNT(Errors) FROM \"AWS/Lambda\" WHERE Resource='live' OR FunctionName='shop-order-confirm'", "=4 10 10 10 10" },
        { "SELECT COUNT(Errors) FROM \"AWS/Lambda\" WHERE (Resource='live' OR FunctionName='shop-order-confirm')"
          " AND \"FunctionName\" = 'shop-order-events'", "=3 3 3 3 3" },
        { "SELECT COUNT(Errors) FROM \"AWS/Lambda\" WHERE FunctionName='shop-order-confirm' AND Resource='live' OR Resource='live'",
          "=3 3 3 3 3" },
        { "SELECT COUNT(AllRequests) FROM \"AWS/S3\" WHERE BucketName = 'shop-media-eu-west-1'", "=7 7 7 7 7" },
        { NULL, NULL } });
}

static void
groups_are_labelled_and_ordered (void **state)
{
    expect_rows (state, (const row_t []) {
        { "SELECT MAX(Errors) FROM \"AWS/Lambda\" GROUP BY FunctionName",
          "Other=5 5 5 5 5; shop-order-confirm=1 6 6 6 6; shop-order-events=3 3 3 3 3" },
        { "SELECT MAX(Errors) FROM \"AWS/Lambda\" GROUP BY FunctionName, Resource ORDER BY MAX() DESC LIMIT 2",
          "shop-order-confirm Other=1 6 6 6 6; Other Other=5 5 5 5 5" },
        { "SELECT COUNT(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName) GROUP BY FunctionName ORDER BY COUNT()",
          "shop-order-events=- 2 2 2 2; shop-order-confirm=1 7 7 7 7" },
        { "SELECT COUNT(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName) GROUP BY FunctionName ORDER BY MIN() ASC LIMIT 1",
          "shop-order-confirm=1 7 7 7 7" },
        { "SELECT MAX(Errors) FROM \"AWS/Lambda\" GROUP BY AWS.AccountId", "123456789012=5 5 5 5 5; 210987654321=- 6 6 6 6" },
        { "SELECT MAX(Nothing) FROM \"AWS/Lambda\" GROUP BY FunctionName", "" },
        { NULL, NULL } });
}

static void
it_is_told_from_metric_math (void **state)
{
    (void) state;
    assert_true (metrics_insights_is (SLICE ("SELECT AVG(a) FROM b")));
    assert_true (metrics_insights_is (SLICE ("  select")));
    assert_false (metrics_insights_is (SLICE ("SELECTED + 1")));
    assert_false (metrics_insights_is (SLICE ("m1")));
    assert_false (metrics_insights_is (SLICE ("")));
}

static void
a_wrong_query_is_refused_in_a_sentence (void **state)
{
    static const row_t ROWS [] = {
        { "SELECT", "the functions are AVG, COUNT, MAX, MIN and SUM" },
        { "SELECT p99(a) FROM b", "the functions are" },
        { "SELECT AVG(a, b) FROM c", "')' is missing" },
        { "SELECT AVG() FROM c", "a name is missing" },
        { "SELECT AVG(a)", "FROM is missing" },
        { "SELECT AVG(a) FROM AWS/Lambda", "this is not expected" },
        { "SELECT AVG(a) FROM \"AWS", "the closing quote is missing" },
        { "SELECT AVG(a) FROM SCHEMA()", "a name is missing" },
        { "SELECT AVG(a) FROM b WHERE c = d", "a value in single quotes is missing" },
        { "SELECT AVG(a) FROM b WHERE c > 'd'", "'=' is missing" },
        { "SELECT AVG(a) FROM b WHERE c LIKE 'd'", "'=' is missing" },
        { "SELECT AVG(a) FROM b WHERE tag.c = 'd'", "tags are not supported by the simulator" },
        { "SELECT AVG(a) FROM b WHERE ((c = 'd')", "')' is missing" },
        { "SELECT AVG(a) FROM b GROUP c", "BY is missing" },
        { "SELECT AVG(a) FROM b ORDER BY c", "the functions are" },
        { "SELECT AVG(a) FROM b LIMIT 0", "from 1 to 500" },
        { "SELECT AVG(a) FROM b LIMIT 501", "from 1 to 500" },
        { "SELECT AVG(a) FROM b LIMIT 18446744073709551617", "from 1 to 500" },
        { "SELECT AVG(a) FROM b GROUP BY a,b,c,d,e,f,g,h,i,j", "at most nine" },
        { "SELECT AVG(a) FROM b WHERE ((((((((((((((((((((((((((((((((((((((((a = 'b'", "more than 32 deep" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        const char *answer = fixture_ask (*state, ROWS [i].query, true);
        expect_part (answer, "Error in expression 'e': Invalid Metrics Insights query");
        expect_part (answer, ROWS [i].expected);
    }
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests [] = {
        CASE (functions_go_over_all_samples),
        CASE (a_schema_is_met_exactly),
        CASE (conditions_choose_metrics),
        CASE (groups_are_labelled_and_ordered),
        CASE (it_is_told_from_metric_math),
        CASE (a_wrong_query_is_refused_in_a_sentence),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
