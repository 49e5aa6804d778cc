#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_ask.h"

#define ASKED (&OPERATION_LIST_DASHBOARDS)

static void
the_shop_has_dashboards_sorted_by_name_with_the_size_of_their_bodies (void **state)
{
    int status;
    yyjson_doc *doc = sim_ask (*state, ASKED, "{}", &status), *one;
    yyjson_val *entries = yyjson_obj_get (yyjson_doc_get_root (doc), "DashboardEntries"), *entry;
    assert_int_equal (status, 200);
    size_t index, count;
    const char *before = "";
    yyjson_arr_foreach (entries, index, count, entry) {
        char input [128], arn [128];
        const char *name = yyjson_get_str (yyjson_obj_get (entry, "DashboardName"));
        assert_non_null (name);
        if (!name)
            break;
        assert_true (strcmp (before, name) < 0);
        before = name;
        snprintf (arn, sizeof arn, "arn:aws:cloudwatch::" SHOP_ACCOUNT ":dashboard/%s", name);
        assert_string_equal (yyjson_get_str (yyjson_obj_get (entry, "DashboardArn")), arn);
        assert_true (yyjson_get_int (yyjson_obj_get (entry, "LastModified")) < SIM_ASK_NOW_MS / 1000);
        snprintf (input, sizeof input, "{\"DashboardName\":\"%s\"}", name);
        one = sim_ask (*state, &OPERATION_GET_DASHBOARD, input, &status);
        assert_int_equal (yyjson_get_len (yyjson_obj_get (yyjson_doc_get_root (one), "DashboardBody")),
                          yyjson_get_uint (yyjson_obj_get (entry, "Size")));
        yyjson_doc_free (one);
    }
    assert_int_equal (count, 4);
    yyjson_doc_free (doc);
}

static void
a_prefix_narrows_the_list_and_a_strange_token_is_refused (void **state)
{
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"DashboardNamePrefix\":\"shop-d\"}", "DashboardEntries"), 1);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"DashboardNamePrefix\":\"Shop\"}", "DashboardEntries"), 0);
    sim_ask_refused (*state, ASKED, "{\"NextToken\":\"x\"}", "InvalidParameterValueException", NULL);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_shop_has_dashboards_sorted_by_name_with_the_size_of_their_bodies),
        cmocka_unit_test (a_prefix_narrows_the_list_and_a_strange_token_is_refused),
    };
    return cmocka_run_group_tests (tests, sim_ask_open, sim_ask_close);
}
