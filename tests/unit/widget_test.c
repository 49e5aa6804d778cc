#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "widget_fixture.h"

static void
text_is_shown_and_a_long_one_is_cut (void **state)
{
    (void) state;
    expect_properties ("text", "\"markdown\":\"# Shop\\nOn call: Ada\"", "\"markdown\":\"# Shop\\nOn call: Ada\"");
    char markdown [2048], widget [4096];
    memset (markdown, 'a', sizeof markdown);
    markdown [sizeof markdown - 1] = 0;
    snprintf (widget, sizeof widget, "{\"type\":\"text\",\"properties\":{\"markdown\":\"%s\"}}", markdown);
    yyjson_doc *row = widget_read (widget);
    const char *shown = text_of (yyjson_doc_get_root (row), "markdown");
    assert_true (strlen (shown) < 600);
    expect_part (shown, "…");
    yyjson_doc_free (row);
}

static void
what_is_drawn_by_others_is_named (void **state)
{
    (void) state;
    expect_properties ("custom", "\"title\":\"Cost\",\"endpoint\":\"arn:aws:lambda:eu-west-1:1:function:cost\"",
                       "\"title\":\"Cost\",\"lambda\":\"arn:aws:lambda:eu-west-1:1:function:cost\",\"note\":\"A Lambda function draws it: what it "
                       "shows is not in the dashboard.\"");
    expect_properties ("explorer", "\"metrics\":[{\"metricName\":\"CPUUtilization\",\"resourceType\":\"AWS::EC2::Instance\",\"stat\":\"Average\"}],"
                       "\"labels\":[{\"key\":\"env\",\"value\":\"prod\"},7]",
                       "\"metrics\":[\"AWS::EC2::Instance CPUUtilization\"],\"tags\":[\"env=prod\",\"=\"],\"note\":\"An explorer finds its "
                       "resources by their tags when it is drawn: list_metrics shows which have such a metric.\"");
}

static void
a_type_that_nobody_knows_is_kept (void **state)
{
    (void) state;
    expect_properties ("hologram", "\"title\":\"T\",\"secret\":1", "\"title\":\"T\",\"note\":\"What a widget of this type draws is not known "
                       "here: nothing but its title is shown.\"");
    static const char *const STRANGE [] = { "{}", "7", "null", "[]", "{\"type\":7,\"properties\":[]}" };
    for (size_t i = 0; i < sizeof STRANGE / sizeof STRANGE [0]; i++)
        expect_widget (STRANGE [i], "{\"type\":null,\"note\":\"It has no type: nothing but its title is shown.\"}");
}

static void
hostile_text_comes_out_visible (void **state)
{
    (void) state;
    expect_properties ("text", "\"title\":\"a\\u202eb\",\"markdown\":\"\\u001b[2J\"", "\"title\":\"a\\\\u202eb\",\"markdown\":\"\\\\u001b[2J\"");
    expect_properties ("metric", "\"region\":\"eu-west-1\",\"metrics\":[[\"N\",\"m\",\"\\u0007\",\"\\u0007\"]]",
                       "\"run\":[{\"tool\":\"get_metric_data\",\"arguments\":{\"region\":\"eu-west-1\",\"namespace\":\"N\",\"metric_name\":\"m\","
                       "\"dimensions\":{\"\\\\u0007\":\"\\\\u0007\"},\"stat\":\"Average\",\"period\":300}}]");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (text_is_shown_and_a_long_one_is_cut),
        cmocka_unit_test (what_is_drawn_by_others_is_named),
        cmocka_unit_test (a_type_that_nobody_knows_is_kept),
        cmocka_unit_test (hostile_text_comes_out_visible),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
