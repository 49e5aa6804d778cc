#include "operations.h"

#include <stdio.h>

enum { ARN_SIZE = 256 };

static const check_t MEMBERS [] = {
    { .name = "DashboardName", .kind = CHECK_TEXT, .required = true, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = NULL },
};

static const shop_dashboard_t *
s_find (const shop_t *shop, slice_t name)
{
    for (size_t i = 0; i < shop->dashboards_count; i++)
        if (slice_is (name, shop->dashboards [i].name))
            return &shop->dashboards [i];
    return NULL;
}

static void
s_answer (wire_call_t *call)
{
    slice_t name = json_text (call->input, "DashboardName");
    const shop_dashboard_t *dashboard = s_find (call->shop, name);
    if (!dashboard) {
        wire_refuse (call, "DashboardNotFoundError", "Dashboard %.*s does not exist", (int) name.size, name.data);
        return;
    }
    char arn [ARN_SIZE];
    buffer_t body;
    buffer_init (&body, 1024 * 1024);
    shop_dashboard_write (dashboard, call->region, &body);
    snprintf (arn, sizeof arn, "arn:aws:cloudwatch::" SHOP_ACCOUNT ":dashboard/%s", dashboard->name);
    yyjson_mut_obj_add_strcpy (call->doc, call->output, "DashboardArn", arn);
    yyjson_mut_obj_add_strncpy (call->doc, call->output, "DashboardBody", body.data, body.size);
    yyjson_mut_obj_add_str (call->doc, call->output, "DashboardName", dashboard->name);
    buffer_deinit (&body);
}

const wire_operation_t OPERATION_GET_DASHBOARD = { &WIRE_MONITORING, "GetDashboard", MEMBERS, s_answer };
