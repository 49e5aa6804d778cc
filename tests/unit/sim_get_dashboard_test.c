#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_ask.h"

#define ASKED (&OPERATION_GET_DASHBOARD)

static void
every_body_is_json_of_the_region_asked (void **state)
{
    const shop_t *shop = *state;
    for (size_t i = 0; i < shop->dashboards_count; i++) {
        char input [128];
        int status;
        snprintf (input, sizeof input, "{\"DashboardName\":\"%s\"}", shop->dashboards [i].name);
        yyjson_doc *doc = sim_ask (shop, ASKED, input, &status), *body;
        yyjson_val *root = yyjson_doc_get_root (doc);
        assert_int_equal (status, 200);
        assert_string_equal (yyjson_get_str (yyjson_obj_get (root, "DashboardName")), shop->dashboards [i].name);
        slice_t text = json_text (root, "DashboardBody");
        assert_int_equal (json_read (text, JSON_DEPTH_MAX, &body, NULL), STATUS_OK);
        assert_true (yyjson_arr_size (yyjson_obj_get (yyjson_doc_get_root (body), "widgets")) > 1);
        assert_null (strstr (text.data, "{region}"));
        assert_non_null (strstr (text.data, "eu-west-1"));
        yyjson_doc_free (body);
        yyjson_doc_free (doc);
    }
}

static void
a_dashboard_that_is_not_there_is_refused_as_aws_does (void **state)
{
    int status;
    yyjson_doc *doc = sim_ask (*state, ASKED, "{\"DashboardName\":\"nope\"}", &status);
    assert_int_equal (status, 404);
    assert_string_equal (yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "__type")), "com.amazonaws.cloudwatch#DashboardNotFoundError");
    assert_string_equal (yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (doc), "message")), "Dashboard nope does not exist");
    yyjson_doc_free (doc);
    sim_ask_refused (*state, ASKED, "{}", "ValidationError", NULL);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_body_is_json_of_the_region_asked),
        cmocka_unit_test (a_dashboard_that_is_not_there_is_refused_as_aws_does),
    };
    return cmocka_run_group_tests (tests, sim_ask_open, sim_ask_close);
}
