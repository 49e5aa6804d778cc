#include "dashboards.h"
#include "list.h"

//  AWS gives 1,000 dashboards a page and takes no size. Dashboards are the account's: every region lists the same.

static void
s_ask (call_t *call, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    list_add_text (call, "prefix", doc, input, "DashboardNamePrefix");
}

static yyjson_mut_val *
s_row (call_t *call, yyjson_mut_doc *doc, const list_item_t *item)
{
    (void) call;
    yyjson_mut_val *columns [] = {
        list_text (doc, item->item, "DashboardName"), list_time_s (doc, item->item, "LastModified"), list_number (doc, item->item, "Size"),
    };
    return list_columns (doc, columns, sizeof columns / sizeof columns [0]);
}

static const list_t LIST = {
    .service = AWS_MONITORING, .api = "ListDashboards", .token_member = "NextToken", .rows_member = "dashboards", .noun = "dashboard",
    .columns = "[\"name\",\"modified\",\"bytes\"]", .items = { "DashboardEntries" },
    .none = "Names are case-sensitive; dashboards are the account's, the same in all regions. Without a prefix all are shown. Is it the right "
            "account?",
    .ask = s_ask, .row = s_row,
};

static status_t
s_begin (call_t *call)
{
    return list_begin (call, &LIST);
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    return list_next (call, outcome);
}

const operation_t LIST_DASHBOARDS = {
    .tool = "list_dashboards", .begin = s_begin, .next = s_next, .partial = list_partial, .close = list_close,
};
