#include "dashboard_body.h"
#include "dashboards.h"
#include "list.h"
#include "widget.h"

#include "body.h"

//  A dashboard is one answer of AWS's. Its body is read as the only page of a list, whose items are the widgets: so it is cut, and gone on with, as
//  every list is. A token goes on at a widget's place; nothing is kept between calls, and AWS is asked for the whole dashboard again.

enum { SENTENCE_BYTES_MAX = 4096, ANSWER_BYTES_MAX = 8192 };

typedef struct {
    yyjson_val *root;                   //  Of the body, while it is read
    slice_t     account;                //  The dashboard's, likewise
} own_t;

static void
s_ask (call_t *call, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    list_add_text (call, "name", doc, input, "DashboardName");
}

static yyjson_mut_val *
s_row (call_t *call, yyjson_mut_doc *doc, const list_item_t *item)
{
    const own_t *own = list_own (call);
    return widget_row (doc, item->item, own->account);
}

static void
s_behind (call_t *call, bool whole, buffer_t *members, buffer_t *note)
{
    (void) whole;
    const own_t *own = list_own (call);
    if (own->root)
        dashboard_body_append (own->root, members, note);
}

static bool
s_unknown (const outcome_t *outcome)
{
    const char *code = outcome->error ? outcome->error->code : "";
    return strcmp (code, "DashboardNotFoundError") == 0 || strcmp (code, "ResourceNotFound") == 0;
}

static void
s_explain (call_t *call, const outcome_t *outcome, buffer_t *sentence)
{
    slice_t name = argument_text (call_arguments (call), "name");
    if (s_unknown (outcome))
        buffer_printf (sentence, "There is no dashboard \"%.*s\" in this account. Names are case-sensitive, and the same in all regions: "
                       "list_dashboards shows them.", (int) name.size, name.data);
}

//  The page has no token: what stands under this name is a list, and no text.
static const list_t LIST = {
    .service = AWS_MONITORING, .api = "GetDashboard", .token_member = "widgets", .rows_member = "widgets", .noun = "widget",
    .items = { "widgets" }, .none = "", .ask = s_ask, .row = s_row, .behind = s_behind, .explain = s_explain,
};

static status_t
s_begin (call_t *call)
{
    own_t *own = arena_alloc (call_arena (call), sizeof *own);
    return own ? list_begin_with (call, &LIST, own) : STATUS_NO_MEMORY;
}

//  No widgets, and a sentence that says why.
static status_t
s_answer_none (call_t *call, slice_t sentence)
{
    buffer_t json;
    buffer_init (&json, ANSWER_BYTES_MAX);
    buffer_append_text (&json, "{\"widgets\":[],\"note\":");
    json_append_string (&json, sentence);
    buffer_append_char (&json, '}');
    return call_finish (call, &json, false);
}

//  arn:aws:cloudwatch::123456789012:dashboard/NAME
static slice_t
s_account (slice_t arn)
{
    for (int i = 0; i < 4; i++)
        slice_cut (&arn, ':');
    return slice_cut (&arn, ':');
}

static status_t
s_read (call_t *call, const outcome_t *outcome)
{
    own_t *own = list_own (call);
    yyjson_doc *doc;
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    status_t status = dashboard_body_read (json_text (outcome->answer, "DashboardBody"), &doc, &sentence);
    own->root = yyjson_doc_get_root (doc);
    own->account = s_account (json_text (outcome->answer, "DashboardArn"));
    outcome_t page = *outcome;
    page.answer = own->root;
    if (status == STATUS_MALFORMED)
        status = s_answer_none (call, buffer_slice (&sentence));
    else if (status == STATUS_OK && yyjson_arr_size (yyjson_obj_get (own->root, "widgets")) == 0)
        status = s_answer_none (call, SLICE ("The dashboard has no widgets."));
    else if (status == STATUS_OK)
        status = list_next (call, &page);
    *own = (own_t) { .root = NULL };
    yyjson_doc_free (doc);
    buffer_deinit (&sentence);
    return status;
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    if (outcome->status == STATUS_OK)
        return s_read (call, outcome);
    outcome_t failed = *outcome;
    if (s_unknown (outcome))
        failed.status = STATUS_NOT_FOUND;
    return list_next (call, &failed);
}

const operation_t GET_DASHBOARD = {
    .tool = "get_dashboard", .begin = s_begin, .next = s_next, .partial = list_partial, .close = list_close,
};
