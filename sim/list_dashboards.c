#include "operations.h"

#include <stdio.h>

//  The service's own; a request cannot ask for another.
enum { PAGE_DASHBOARDS = 1000, ARN_SIZE = 256, DAY_MS = 24 * 3600 * 1000 };

static const check_t MEMBERS [] = {
    { .name = "DashboardNamePrefix", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = "NextToken", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = NULL },
};

static void
s_add (wire_call_t *call, yyjson_mut_val *entries, const shop_dashboard_t *dashboard)
{
    char arn [ARN_SIZE];
    buffer_t body;
    buffer_init (&body, 1024 * 1024);
    shop_dashboard_write (dashboard, call->region, &body);
    snprintf (arn, sizeof arn, "arn:aws:cloudwatch::" SHOP_ACCOUNT ":dashboard/%s", dashboard->name);
    yyjson_mut_val *entry = yyjson_mut_arr_add_obj (call->doc, entries);
    yyjson_mut_obj_add_str (call->doc, entry, "DashboardName", dashboard->name);
    yyjson_mut_obj_add_strcpy (call->doc, entry, "DashboardArn", arn);
    yyjson_mut_obj_add_int (call->doc, entry, "LastModified", (call->shop->now_ms - (int64_t) dashboard->modified_days * DAY_MS) / 1000);
    yyjson_mut_obj_add_uint (call->doc, entry, "Size", body.size);
    buffer_deinit (&body);
}

static void
s_answer (wire_call_t *call)
{
    slice_t prefix = json_text (call->input, "DashboardNamePrefix");
    uint64_t offset, seen = 0;
    if (!wire_page_begin (call, "NextToken", NULL, "InvalidParameterValueException", &offset))
        return;
    uint64_t end = offset + PAGE_DASHBOARDS;
    yyjson_mut_val *entries = yyjson_mut_obj_add_arr (call->doc, call->output, "DashboardEntries");
    for (size_t i = 0; i < call->shop->dashboards_count && seen <= end; i++) {
        const shop_dashboard_t *dashboard = &call->shop->dashboards [i];
        if (strncmp (dashboard->name, prefix.size ? prefix.data : "", prefix.size) != 0)
            continue;
        if (seen >= offset && seen < end)
            s_add (call, entries, dashboard);
        seen++;
    }
    if (seen > end)
        wire_page_end (call, "NextToken", NULL, end);
}

const wire_operation_t OPERATION_LIST_DASHBOARDS = { &WIRE_MONITORING, "ListDashboards", MEMBERS, s_answer };
