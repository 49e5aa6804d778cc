#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "widget_fixture.h"

#define CALL(arguments) "{\"tool\":\"search_log_events\",\"arguments\":{" arguments "}}"

static void
a_query_comes_without_its_groups_and_they_with_a_call (void **state)
{
    (void) state;
    expect_properties ("log", "\"title\":\"T\",\"region\":\"eu-west-1\",\"query\":\"SOURCE '/a' | SOURCE '/b' | fields @message\\n| limit 5\"",
                       "\"title\":\"T\",\"query\":\"fields @message\\n| limit 5\",\"run\":[" CALL ("\"region\":\"eu-west-1\","
                       "\"log_groups\":[\"/a\",\"/b\"]") "]");
    expect_properties ("log", "\"query\":\"SOURCE logGroups(namePrefix: ['/p', '/q']) | limit 5\",\"queryLanguage\":\"CWLI\"",
                       "\"language\":\"CWLI\",\"query\":\"limit 5\",\"run\":[" CALL ("\"prefix\":\"/p\"") "," CALL ("\"prefix\":\"/q\"") "]");
}

static void
without_groups_it_says_so (void **state)
{
    (void) state;
    expect_properties ("log", "\"query\":\"fields @message\"", "\"query\":\"fields @message\",\"note\":\"It names no log groups in front of its "
                       "query.\"");
    expect_properties ("log", "\"query\":7", "\"note\":\"It names no log groups in front of its query.\"");
}

static void
a_query_that_has_no_room_is_left_out_whole (void **state)
{
    (void) state;
    buffer_t text;
    buffer_init (&text, WIDGET_BYTES_MAX * 2);
    buffer_append_text (&text, "{\"type\":\"log\",\"properties\":{\"query\":\"SOURCE '/a' | ");
    for (int i = 0; i <= WIDGET_BYTES_MAX; i++)
        buffer_append_char (&text, 'x');
    buffer_append (&text, "\"}}", sizeof "\"}}");
    expect_widget (text.data, "{\"type\":\"log\",\"run\":[" CALL ("\"log_groups\":[\"/a\"]") "],\"note\":\"Its query has 65537 bytes, and is left "
                              "out.\"}");
    buffer_deinit (&text);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_query_comes_without_its_groups_and_they_with_a_call),
        cmocka_unit_test (without_groups_it_says_so),
        cmocka_unit_test (a_query_that_has_no_room_is_left_out_whole),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
