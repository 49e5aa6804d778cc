#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "log_source.h"

#include <stdio.h>

//  "a b prefix:c | the query", with "+1" where one found no place.
static const char *
shown (const char *text)
{
    static char out [4096];
    log_source_t source;
    size_t size = 0;
    log_source_read (&source, slice_of (text));
    for (size_t i = 0; i < source.groups_count; i++)
        size += (size_t) snprintf (out + size, sizeof out - size, "%.*s ", (int) source.groups [i].size, source.groups [i].data);
    for (size_t i = 0; i < source.prefixes_count; i++)
        size += (size_t) snprintf (out + size, sizeof out - size, "prefix:%.*s ", (int) source.prefixes [i].size, source.prefixes [i].data);
    if (source.more)
        size += (size_t) snprintf (out + size, sizeof out - size, "+%zu ", source.more);
    snprintf (out + size, sizeof out - size, "| %.*s", (int) source.query.size, source.query.data ? source.query.data : "");
    return out;
}

static void
sources_are_taken_off_the_front_of_a_query (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = {
        { "SOURCE '/a' | fields @message", "/a | fields @message" },
        { " SOURCE '/a' |\n source \"/b\"\n| SOURCE `arn:aws:logs:eu-west-1:1:log-group:c`|stats count(*)",
          "/a /b arn:aws:logs:eu-west-1:1:log-group:c | stats count(*)" },
        { "SOURCE '/a'", "/a | " },
        { "fields @message | filter x = 'SOURCE'", "| fields @message | filter x = 'SOURCE'" },
        { "SOURCE logGroups(namePrefix: ['/a/', \"b\"], class: 'STANDARD') | limit 1", "prefix:/a/ prefix:b | limit 1" },
        { "SOURCE loggroups(class: 'x)', namePrefix:['c)']) | limit 1", "prefix:c) | limit 1" },
        { "SOURCE logGroups() | limit 1", "| limit 1" },
        { "SOURCE logGroups(namePrefix:['1','2','3','4','5','6']) | x", "prefix:1 prefix:2 prefix:3 prefix:4 prefix:5 +1 | x" },
        //  What is not written so stays
        { "SOURCE /a | x", "| SOURCE /a | x" },
        { "SOURCE '/a | x", "| SOURCE '/a | x" },
        { "SOURCE '' | x", "| SOURCE '' | x" },
        { "SOURCE '/a' x | y", "| SOURCE '/a' x | y" },
        { "SOURCES '/a' | x", "| SOURCES '/a' | x" },
        { "SOURCE logGroups(namePrefix: ['/a'] | x", "| SOURCE logGroups(namePrefix: ['/a'] | x" },
        { "SOURCE", "| SOURCE" },
        { "", "| " },
        { " \n ", "| " },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        assert_string_equal (shown (CASES [i] [0]), CASES [i] [1]);
}

static void
fifty_groups_are_kept_and_more_are_counted (void **state)
{
    (void) state;
    char text [2048];
    int size = 0;
    for (int i = 0; i < LOG_SOURCE_GROUPS_MAX + 2; i++)
        size += snprintf (text + size, sizeof text - (size_t) size, "SOURCE 'g%d' | ", i);
    snprintf (text + size, sizeof text - (size_t) size, "limit 5");
    log_source_t source;
    log_source_read (&source, slice_of (text));
    assert_int_equal (source.groups_count, LOG_SOURCE_GROUPS_MAX);
    assert_int_equal (source.more, 2);
    assert_true (slice_is (source.query, "limit 5"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (sources_are_taken_off_the_front_of_a_query),
        cmocka_unit_test (fifty_groups_are_kept_and_more_are_counted),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
