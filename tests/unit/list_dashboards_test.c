#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_METRICS, .operations = METRICS_OPERATIONS });
}

static void
dashboards_are_rows_of_name_time_and_size (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"DashboardEntries\":[{\"DashboardName\":\"shop\",\"DashboardArn\":\"arn:aws:cloudwatch::1:dashboard/shop\","
                               "\"LastModified\":1795388707.5,\"Size\":2034},{\"DashboardName\":\"b\\u202e\"},7]}");
    expect_json (ask (self, "list_dashboards", "{\"prefix\":\"sh\"}"),
                 "{\"columns\":[\"name\",\"modified\",\"bytes\"],\"dashboards\":[[\"shop\",\"2026-11-22T23:05Z\",2034],[\"b\\\\u202e\",null,null],"
                 "[null,null,null]]}");
    assert_string_equal (asked_text (&self->aws, 0), "{\"DashboardNamePrefix\":\"sh\"}");
    assert_string_equal (self->aws.asked [0].target, "GraniteServiceVersion20100801.ListDashboards");
}

static void
a_list_is_cut_and_gone_on_with_across_pages (void **state)
{
    fixture_t *self = *state;
    static const char FIRST [] = "{\"DashboardEntries\":[{\"DashboardName\":\"a\"},{\"DashboardName\":\"b\"}],\"NextToken\":\"t\"}";
    static const char SECOND [] = "{\"DashboardEntries\":[{\"DashboardName\":\"c\"}]}";
    aws_says (&self->aws, 200, FIRST);
    yyjson_val *answer = ask (self, "list_dashboards", "{\"limit\":1}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "dashboards")), 1);
    assert_string_equal (text_of (answer, "note"), "1 dashboard; there are more: pass next_token, or raise limit.");
    char arguments [512];
    snprintf (arguments, sizeof arguments, "{\"limit\":5,\"next_token\":\"%s\"}", text_of (answer, "next_token"));
    aws_says (&self->aws, 200, FIRST);
    aws_says (&self->aws, 200, SECOND);
    answer = ask (self, "list_dashboards", arguments);
    expect_json (yyjson_obj_get (answer, "dashboards"), "[[\"b\",null,null],[\"c\",null,null]]");
    assert_string_equal (asked_text (&self->aws, 2), "{\"NextToken\":\"t\"}");
    assert_null (text_of (answer, "next_token"));
}

static void
none_at_all_says_where_to_look (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"DashboardEntries\":[]}");
    expect_part (text_of (ask (self, "list_dashboards", "{}"), "note"), "No dashboards in eu-west-1 match. Names are case-sensitive");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (dashboards_are_rows_of_name_time_and_size, begin, end),
        cmocka_unit_test_setup_teardown (a_list_is_cut_and_gone_on_with_across_pages, begin, end),
        cmocka_unit_test_setup_teardown (none_at_all_says_where_to_look, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
