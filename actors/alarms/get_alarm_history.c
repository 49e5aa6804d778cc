#include "alarm_spans.h"
#include "alarm_words.h"
#include "alarms.h"
#include "list.h"
#include "sentence.h"

#include "body.h"
#include "clock.h"
#include "visible.h"

//  AWS gives at most 100 a page, always of this size, so that an offset into a page means the same rows the next time.
enum { PAGE = 100, WORDS_BYTES_MAX = 64 * 1024, SUMMARY_BYTES_MAX = 16 * 1024 };

//  CloudWatch keeps the history of an alarm for 30 days ("Common features of CloudWatch alarms" in its user guide), also of one that is deleted.
static const int64_t DAY_MS = 24 * 3600 * 1000, KEPT_MS = 30 * DAY_MS;

//  What is asked, and so how a row is made. The columns follow from it:
//      time, alarm, from, to, reason           changes of state
//      time, alarm, type, contributor, what    else; type where all types come, contributor where an item is of one
//  With one alarm named its column is left out.
typedef struct {
    bool named;
    bool changes;
    bool all;
    bool contributors;
} asked_t;

//  A contributor has no StateUpdates: who names one and no type means the contributor's changes of state.
static slice_t
s_item_type (const call_t *call)
{
    slice_t type = argument_text (call_arguments (call), "item_type");
    if (type.size)
        return type;
    return argument_text (call_arguments (call), "contributor_id").size ? SLICE ("AlarmContributorStateUpdate") : SLICE ("StateUpdate");
}

static asked_t
s_asked (const call_t *call)
{
    slice_t arguments = call_arguments (call), type = s_item_type (call);
    return (asked_t) {
        .named = argument_text (arguments, "name").size > 0, .changes = slice_is (type, "StateUpdate"), .all = slice_is (type, "All"),
        .contributors = slice_starts (type, "AlarmContributor"),
    };
}

static const char *
s_columns (asked_t asked)
{
    if (asked.changes)
        return asked.named ? "[\"time\",\"from\",\"to\",\"reason\"]" : "[\"time\",\"alarm\",\"from\",\"to\",\"reason\"]";
    if (asked.contributors)
        return asked.named ? "[\"time\",\"contributor\",\"what\"]" : "[\"time\",\"alarm\",\"contributor\",\"what\"]";
    if (asked.all)
        return asked.named ? "[\"time\",\"type\",\"what\"]" : "[\"time\",\"alarm\",\"type\",\"what\"]";
    return asked.named ? "[\"time\",\"what\"]" : "[\"time\",\"alarm\",\"what\"]";
}

//  AWS wants seconds since 1970; milliseconds stand behind the point.
static void
s_add_time (yyjson_mut_doc *doc, yyjson_mut_val *input, const char *member, int64_t wall_ms)
{
    if (wall_ms % 1000)
        yyjson_mut_obj_add_real (doc, input, member, (double) wall_ms / 1000.0);
    else
        yyjson_mut_obj_add_int (doc, input, member, wall_ms / 1000);
}

static void
s_ask (call_t *call, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    slice_t arguments = call_arguments (call);
    const listing_t *listing = list_listing (call);
    alarm_spans_t *spans = list_own (call);
    spans->start_ms = listing->start_ms;
    spans->end_ms = listing->end_ms;
    spans->backwards = !slice_is (argument_text (arguments, "order"), "oldest");
    yyjson_mut_obj_add_int (doc, input, "MaxRecords", PAGE);
    list_add_text (call, "name", doc, input, "AlarmName");
    list_add_text (call, "contributor_id", doc, input, "AlarmContributorId");
    list_add_texts (call, "types", doc, input, "AlarmTypes");           //  Without them AWS leaves composite and log alarms out
    slice_t type = s_item_type (call);
    if (!s_asked (call).all)
        yyjson_mut_obj_add_strncpy (doc, input, "HistoryItemType", type.data, type.size);
    s_add_time (doc, input, "StartDate", listing->start_ms);
    s_add_time (doc, input, "EndDate", listing->end_ms);
    yyjson_mut_obj_add_str (doc, input, "ScanBy", spans->backwards ? "TimestampDescending" : "TimestampAscending");
}

static int64_t
s_time_ms (const yyjson_val *item)
{
    double seconds = json_number (item, "Timestamp", 0);
    return seconds > 0 && seconds < 1e11 ? (int64_t) (seconds * 1000.0 + 0.5) : 0;
}

static yyjson_mut_val *
s_time (yyjson_mut_doc *doc, const yyjson_val *item)
{
    char text [CLOCK_TEXT_SIZE];
    int64_t wall_ms = s_time_ms (item);
    return wall_ms ? yyjson_mut_strcpy (doc, clock_text_second (wall_ms, text)) : yyjson_mut_null (doc);
}

//  The states in "Alarm updated from OK to ALARM"; absent when it is worded otherwise.
static void
s_read_summary (slice_t summary, alarm_change_t *change)
{
    static const char BEGIN [] = "Alarm updated from ", MIDDLE [] = " to ";
    if (!slice_starts (summary, BEGIN))
        return;
    slice_t rest = { summary.data + sizeof BEGIN - 1, summary.size - (sizeof BEGIN - 1) };
    slice_t from = slice_cut (&rest, ' ');
    size_t to = sizeof MIDDLE - 2;              //  The blank before it is cut off
    if (!rest.data || !slice_starts (rest, MIDDLE + 1) || rest.size == to || memchr (rest.data + to, ' ', rest.size - to))
        return;
    change->from = from;
    change->to = (slice_t) { rest.data + to, rest.size - to };
}

//  AWS cuts HistoryData at 4,095 characters, in the middle of its JSON if need be: then the summary tells as much as there is. *data_p: what the
//  slices point into, or NULL.
static alarm_change_t
s_read_change (const yyjson_val *item, yyjson_doc **data_p, slice_t *reason)
{
    alarm_change_t change = { .alarm = json_text (item, "AlarmName"), .at_ms = s_time_ms (item) };
    slice_t summary = json_text (item, "HistorySummary");
    *data_p = NULL;
    *reason = SLICE_ABSENT;
    if (json_read (json_text (item, "HistoryData"), JSON_DEPTH_MAX, data_p, NULL) == STATUS_OK) {
        yyjson_val *root = yyjson_doc_get_root (*data_p), *after = yyjson_obj_get (root, "newState");
        change.from = json_text (yyjson_obj_get (root, "oldState"), "stateValue");
        change.to = json_text (after, "stateValue");
        *reason = json_text (after, "stateReason");
    }
    if (!change.from.size || !change.to.size)
        s_read_summary (summary, &change);
    if (!change.to.size && !reason->size)
        *reason = summary;
    return change;
}

static yyjson_mut_val *
s_reason (yyjson_mut_doc *doc, slice_t reason)
{
    buffer_t words;
    buffer_init (&words, WORDS_BYTES_MAX);
    if (reason.size)
        alarm_reason (&words, reason);
    yyjson_mut_val *value = words.size ? json_new_text (doc, buffer_slice (&words)) : yyjson_mut_null (doc);
    buffer_deinit (&words);
    return value;
}

enum { VALUES_MAX = 5 };

static yyjson_mut_val *
s_change_row (call_t *call, yyjson_mut_doc *doc, const yyjson_val *item, bool named)
{
    yyjson_mut_val *values [VALUES_MAX];
    size_t count = 0;
    slice_t reason;
    yyjson_doc *data;
    alarm_change_t change = s_read_change (item, &data, &reason);
    values [count++] = s_time (doc, item);
    if (!named)
        values [count++] = list_text (doc, item, "AlarmName");
    values [count++] = visible_text (doc, change.from);
    values [count++] = visible_text (doc, change.to);
    values [count++] = s_reason (doc, reason);
    status_t status = alarm_spans_add (list_own (call), call_arena (call), &change);
    yyjson_doc_free (data);
    return status == STATUS_OK ? list_columns (doc, values, count) : NULL;
}

static yyjson_mut_val *
s_row (call_t *call, yyjson_mut_doc *doc, const list_item_t *item)
{
    asked_t asked = s_asked (call);
    if (asked.changes)
        return s_change_row (call, doc, item->item, asked.named);
    yyjson_mut_val *values [VALUES_MAX];
    size_t count = 0;
    values [count++] = s_time (doc, item->item);
    if (!asked.named)
        values [count++] = list_text (doc, item->item, "AlarmName");
    if (asked.all)
        values [count++] = list_text (doc, item->item, "HistoryItemType");
    if (asked.contributors)
        values [count++] = list_text (doc, item->item, "AlarmContributorId");
    values [count++] = list_text (doc, item->item, "HistorySummary");
    return list_columns (doc, values, count);
}

//  Of all the changes, or why there is none: a reader who has seen one looks for it.
static void
s_append_summary (call_t *call, bool whole, buffer_t *members, buffer_t *note)
{
    const listing_t *listing = list_listing (call);
    alarm_spans_t *spans = list_own (call);
    buffer_t summary;
    buffer_init (&summary, SUMMARY_BYTES_MAX);
    bool summed = whole && alarm_spans_append (spans, !s_asked (call).named, &summary);
    bool many = spans->many || buffer_status (&summary) != STATUS_OK;
    if (summed && !many) {
        buffer_append_text (members, ",\"summary\":");
        buffer_append_slice (members, buffer_slice (&summary));
    } else if (whole && many) {
        sentence_begin (note);
        buffer_append_text (note, "No summary: too many alarms changed. Give a name, or a shorter time.");
    } else if (!whole && !listing->resumed && listing->count > 0 && s_asked (call).changes) {
        sentence_begin (note);
        buffer_append_text (note, "The summary comes only with all rows in one answer.");
    }
    buffer_deinit (&summary);
}

static void
s_behind (call_t *call, bool whole, buffer_t *members, buffer_t *note)
{
    s_append_summary (call, whole, members, note);
    if (list_listing (call)->start_ms >= call_wall_ms (call) - KEPT_MS - DAY_MS / 24)
        return;
    sentence_begin (note);
    buffer_append_text (note, "AWS keeps the history of alarms for 30 days only.");
}

//  All but the columns.
static const list_t LIST = {
    .service = AWS_MONITORING, .api = "DescribeAlarmHistory", .token_member = "NextToken", .rows_member = "rows",
    .noun = "alarm event", .items = { "AlarmHistoryItems" },
    .none = "An alarm that stays in its state has none; describe_alarms tells the present one. Names are case-sensitive: describe_alarms with a "
            "prefix finds them. Else ask for a longer time (start_time), or another region.",
    .window_ms = 24 * 3600 * 1000, .ask = s_ask, .row = s_row, .behind = s_behind,
};

static const char NO_SUCH_CONTRIBUTOR [] =
    "Contributors and their ids are shown by item_type AlarmContributorStateUpdate without contributor_id. Else ask for a longer time (start_time), "
    "or another region.";

static status_t
s_refuse_type (call_t *call, slice_t type)
{
    return call_fail (call, STATUS_INVALID_ARGUMENT, -1, "Items of the type %.*s have no contributor, so contributor_id finds none. With it, leave "
                      "item_type out, or take AlarmContributorStateUpdate, AlarmContributorAction or All.", (int) type.size, type.data);
}

static status_t
s_begin (call_t *call)
{
    asked_t asked = s_asked (call);
    bool of_one = argument_text (call_arguments (call), "contributor_id").size > 0;
    if (of_one && !asked.contributors && !asked.all)
        return s_refuse_type (call, s_item_type (call));
    alarm_spans_t *spans = arena_alloc (call_arena (call), sizeof *spans);
    list_t *list = arena_alloc (call_arena (call), sizeof *list);
    if (!spans || !list)
        return STATUS_NO_MEMORY;
    *list = LIST;
    list->columns = s_columns (asked);
    list->none = of_one ? NO_SUCH_CONTRIBUTOR : list->none;
    return list_begin_with (call, list, spans);
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    return list_next (call, outcome);
}

const operation_t GET_ALARM_HISTORY = {
    .tool = "get_alarm_history", .begin = s_begin, .next = s_next, .partial = list_partial, .close = list_close,
};
