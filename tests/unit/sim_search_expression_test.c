#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "search_expression.h"

#include <stdlib.h>

static const shop_dimension_t DIMENSIONS [] = { { "FunctionName", "shop-order-confirm" }, { "Odd@Name", "app/shop-{region}/50dc6c495c" } };

//  Is a metric with this name, and those two dimensions, found?
static bool
finds_in (const char *search, const char *namespace, const char *name)
{
    const char *fault;
    const shop_metric_t metric = { SHOP_ACCOUNT, namespace, name, DIMENSIONS, 2, true };
    arena_t *arena = arena_new (1024 * 1024);
    assert_non_null (arena);
    const search_expression_t *parsed = search_expression_new (arena, slice_of (search), &fault);
    if (!parsed)
        fail_msg ("%s: %s", search, fault);
    bool found = search_expression_matches (parsed, &metric, "eu-west-1");
    arena_destroy (&arena);
    return found;
}

typedef struct {
    const char *search;
    const char *name;
    bool found;
} row_t;

static void
expect_rows (const row_t *rows)
{
    for (; rows->search; rows++)
        if (finds_in (rows->search, "AWS/Lambda", rows->name) != rows->found)
            fail_msg ("'%s' %s %s", rows->search, rows->found ? "does not find" : "finds", rows->name);
}

//  The examples of the user guide.
static void
a_bare_term_is_met_by_tokens_in_their_order (void **state)
{
    (void) state;
    expect_rows ((const row_t []) {
        { "count", "CustomCount1", true }, { "Count", "CustomCount1", true }, { "COUNT", "CustomCount1", true },
        { "couNT", "CustomCount1", false }, { "CustomCount", "CustomCount1", true }, { "Count1", "CustomCount1", true },
        { "customcount", "CustomCount1", false }, { "count1", "CustomCount1", false }, { "1", "CustomCount1", true },
        { "customcount1", "CustomCount1", true }, { "unt", "CustomCount1", false }, { "Custom1", "CustomCount1", false },
        { "sdb", "SDBFailure", true }, { "failure", "SDBFailure", true }, { "sdbfailure", "SDBFailure", true }, { "SDBF", "SDBFailure", false },
        { "trial333", "Project2-trial333", true }, { "333", "Project2-trial333", true }, { "33", "Project2-trial333", false },
        { "project2trial333", "Project2-trial333", true },
        { "network/errors", "Network-Errors-2", true }, { "network+errors", "Network-Errors-2", true },
        { "network-errors", "NetworkErrors2", true }, { "Network_Errors", "NetworkErrors2", true }, { "errors-network", "NetworkErrors2", false },
        { "custom-count", "CustomCount1", true },
        { "5XX", "HTTPCode_Target_5XX_Count", true }, { "target", "HTTPCode_Target_5XX_Count", true },
        { "Target_5XX", "HTTPCode_Target_5XX_Count", true }, { "4XX", "HTTPCode_Target_5XX_Count", false },
        { "--", "--", false },
        { NULL, NULL, false } });
}

static void
a_term_is_looked_for_everywhere (void **state)
{
    (void) state;
    expect_rows ((const row_t []) {
        { "lambda", "Errors", true }, { "errors", "Errors", true }, { "function", "Errors", true }, { "confirm", "Errors", true },
        { "order-confirm", "Errors", true }, { "west", "Errors", true }, { "region", "Errors", false }, { "sqs", "Errors", false },
        { NULL, NULL, false } });
}

static void
a_quoted_term_is_met_by_the_whole_text (void **state)
{
    (void) state;
    expect_rows ((const row_t []) {
        { "\"CustomCount1\"", "CustomCount1", true }, { "\"customcount1\"", "CustomCount1", false }, { "\"Custom\"", "CustomCount1", false },
        { "\"AWS/Lambda\"", "Errors", true }, { "\"FunctionName\"", "Errors", true }, { "\"shop-order-confirm\"", "Errors", true },
        { "\"shop_order_confirm\"", "Errors", false }, { "\"app/shop-eu-west-1/50dc6c495c\"", "Errors", true },
        { "\"Europe\\\\France Traffic\\(Network\\)\"", "Europe\\France Traffic(Network)", true },
        { "\"a\\\"b\"", "a\"b", true },
        { NULL, NULL, false } });
}

static void
a_property_narrows_a_term (void **state)
{
    (void) state;
    expect_rows ((const row_t []) {
        { "MetricName=\"Errors\"", "Errors", true }, { "MetricName=\"FunctionName\"", "Errors", false },
        { "MetricName = errors", "Errors", true },
        { "MetricName=confirm", "Errors", false }, { "FunctionName=confirm", "Errors", true }, { "FunctionName=\"confirm\"", "Errors", false },
        { "Namespace=AWS", "Errors", true }, { "Namespace=Lambda MetricName=Errors", "Errors", true }, { "Namespace=SQS", "Errors", false },
        { "\"Odd@Name\"=west", "Errors", true }, { "QueueName=confirm", "Errors", false },
        { "FunctionName=(\"shop-order-confirm\" OR \"other\")", "Errors", true }, { "FunctionName=(\"a\" OR \"b\")", "Errors", false },
        { ":aws.AccountId=123456789012", "Errors", true }, { ":aws.AccountId=\"LOCAL\"", "Errors", true },
        { ":aws.AccountId=210987654321", "Errors", false },
        { NULL, NULL, false } });
}

static void
terms_are_joined_by_and_or_not (void **state)
{
    (void) state;
    expect_rows ((const row_t []) {
        { "lambda errors", "Errors", true }, { "lambda AND errors", "Errors", true }, { "lambda sqs", "Errors", false },
        { "sqs OR errors", "Errors", true }, { "sqs OR sns", "Errors", false },
        { "NOT sqs", "Errors", true }, { "NOT lambda", "Errors", false }, { "lambda NOT errors", "Errors", false },
        { "lambda AND NOT sqs NOT sns", "Errors", true },
        { "sqs errors OR lambda", "Errors", true }, { "sqs (errors OR lambda)", "Errors", false },
        { "NOT (sqs OR errors)", "Errors", false }, { "(lambda OR sqs) MetricName=Errors", "Errors", true },
        { "MetricName=\"Duration\" OR (MetricName=\"Errors\" AND (confirm OR events))", "Errors", true },
        { "or", "Errors", false }, { "ORDER", "Errors", true }, { "NOTHING", "Errors", false }, { "lambda, errors", "Errors", true },
        { NULL, NULL, false } });
}

static void
a_schema_names_the_dimensions (void **state)
{
    (void) state;
    expect_rows ((const row_t []) {
        { "{AWS/Lambda}", "Errors", true }, { "{AWS/Lambda} errors", "Errors", true }, { "{AWS/Lambda}, duration", "Errors", false },
        { "{AWS/Lambda, FunctionName}", "Errors", false }, { "{AWS/Lambda,FunctionName,\"Odd@Name\"}", "Errors", true },
        { " { \"AWS/Lambda\" , \"Odd@Name\" , FunctionName } \"Errors\" ", "Errors", true },
        { "{AWS/Lambda,FunctionName,Resource}", "Errors", false }, { "{AWS/SQS,FunctionName,\"Odd@Name\"}", "Errors", false },
        { "{AWS/Lambda,a,b,c,d,e,f,g,h,i,j}", "Errors", false },
        { NULL, NULL, false } });
    assert_true (finds_in ("{\"My Namespace\"}", "My Namespace", "a"));
}

static void
a_wrong_search_is_refused_in_a_sentence (void **state)
{
    (void) state;
    static const char *const ROWS [] [2] = {
        { "", "a name is missing" }, { "lambda OR", "a name is missing" }, { "AND AND", "a name is missing" },
        { "(lambda", "')' is missing" }, { "lambda)", "this is not expected" }, { "{AWS/Lambda", "'}' is missing" }, { "{}", "a name is missing" },
        { "\"lambda", "the closing quote is missing" }, { "MetricName=", "a name is missing" }, { "=a", "a name is missing" },
        { "MetricName=(A B=C)", "a name is missing" }, { "a{b}", "a name is missing" },
        { "((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))", "more than 32 deep" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        arena_t *arena = arena_new (1024 * 1024);
        const char *fault = NULL;
        assert_non_null (arena);
        if (search_expression_new (arena, slice_of (ROWS [i] [0]), &fault))
            fail_msg ("'%s' is not refused", ROWS [i] [0]);
        expect_part (fault, ROWS [i] [1]);
        expect_part (fault, "SEARCH: ");
        arena_destroy (&arena);
    }
}

static void
a_search_has_a_limit_of_characters (void **state)
{
    (void) state;
    char text [SEARCH_CHARACTERS_MAX + 2];
    const char *fault;
    arena_t *arena = arena_new (1024 * 1024);
    assert_non_null (arena);
    memset (text, 'a', sizeof text);
    assert_non_null (search_expression_new (arena, (slice_t) { text, SEARCH_CHARACTERS_MAX }, &fault));
    assert_null (search_expression_new (arena, (slice_t) { text, SEARCH_CHARACTERS_MAX + 1 }, &fault));
    expect_part (fault, "longer than 1024 characters");
    arena_destroy (&arena);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_bare_term_is_met_by_tokens_in_their_order),
        cmocka_unit_test (a_term_is_looked_for_everywhere),
        cmocka_unit_test (a_quoted_term_is_met_by_the_whole_text),
        cmocka_unit_test (a_property_narrows_a_term),
        cmocka_unit_test (terms_are_joined_by_and_or_not),
        cmocka_unit_test (a_schema_names_the_dimensions),
        cmocka_unit_test (a_wrong_search_is_refused_in_a_sentence),
        cmocka_unit_test (a_search_has_a_limit_of_characters),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
