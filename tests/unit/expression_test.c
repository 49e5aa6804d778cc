#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expression.h"

#include <stdio.h>

//  All names of an expression with blanks between them; those of METRICS in brackets.
static const char *
names_of (const char *expression)
{
    static char text [512];
    size_t size = 0;
    slice_t rest = slice_of (expression), name;
    bool part;
    text [0] = 0;
    while (expression_next_name (&rest, &name, &part))
        size += (size_t) snprintf (text + size, sizeof text - size, part ? "[%.*s] " : "%.*s ", (int) name.size, name.data);
    return text;
}

static void
names_are_found_outside_of_quotes_only (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = {
        { "m1/m2", "m1 m2 " }, { "100*(m1 + m_2x)", "m1 m_2x " }, { "SUM([m1,m2])", "SUM m1 m2 " }, { "m1*1e3", "m1 " }, { "m1/3m2", "m1 " },
        { "SEARCH('{m1} m2', 'Sum')", "SEARCH " }, { "IF(m1>\"m2\", m3)", "IF m1 m3 " }, { "'open m1", "" }, { "", "" },
        { "METRICS()", "[] " }, { "SUM(METRICS(\"err\"))/m9", "SUM [err] m9 " }, { "metrics('a')", "[a] " }, { "METRICS", "[] " },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        assert_string_equal (names_of (CASES [i] [0]), CASES [i] [1]);
}

static void
insights_and_searches_are_recognised (void **state)
{
    (void) state;
    assert_true (expression_is_insights (SLICE ("SELECT AVG(x) FROM y")));
    assert_true (expression_is_insights (SLICE ("  select AVG(x) FROM y")));
    assert_false (expression_is_insights (SLICE ("SELECTED + 1")));
    assert_false (expression_is_insights (SLICE ("m1 + 1")));
    assert_false (expression_is_insights (SLICE_ABSENT));
    assert_true (expression_finds (SLICE ("SELECT AVG(x) FROM y")));
    assert_true (expression_finds (SLICE ("SUM(SEARCH('a', 'Sum'))")));
    assert_true (expression_finds (SLICE ("search('a', 'Sum')")));
    assert_false (expression_finds (SLICE ("'SEARCH' + m1")));
    assert_false (expression_finds (SLICE ("SEARCHED + m1")));
}

static void
the_period_of_a_search_is_found (void **state)
{
    (void) state;
    static const struct { const char *text; int64_t period_s; } CASES [] = {
        { "SEARCH('{a,b} c', 'Sum', 300)", 300 }, { "SUM(SEARCH( \"x, y\" ,'Sum' , 60 ))", 60 }, { "SEARCH('a', 'Sum')", 0 }, { "m1 + 300", 0 },
        { "SEARCH('a', 'Sum', 300", 300 }, { "SEARCH('a', 'Sum', 45)", 0 }, { "SEARCH('a', 'Sum', 99999999999999999999)", 0 },
        { "SEARCH('a', 'Sum', 3x)", 0 },
        { "SEARCH(", 0 }, { "", 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        assert_int_equal (expression_search_period_s (slice_of (CASES [i].text)), CASES [i].period_s);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (names_are_found_outside_of_quotes_only),
        cmocka_unit_test (insights_and_searches_are_recognised),
        cmocka_unit_test (the_period_of_a_search_is_found),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
