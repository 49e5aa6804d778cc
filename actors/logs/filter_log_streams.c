#include "list.h"
#include "log_group.h"
#include "logs.h"
#include "number.h"
#include "sentence.h"

#include "body.h"
#include "clock.h"
#include "visible.h"

//  AWS lists the streams of one group, ordered by name or by their last event, and filters by nothing but the beginning of the name. The rest (a
//  text anywhere in the name, a window) is picked out here, from all pages; and where the order says that no later stream can be wanted, the list
//  ends early.

//  AWS gives at most 50 a page. The size of a page is always the same, so that an offset into a page means the same rows the next time.
enum { PAGE = 50, FENCE_BYTES_MAX = 4096 };

typedef struct {
    slice_t  group;
    slice_t  pattern;           //  Absent: any name
    bool     within;            //  Only streams with events in the window
    bool     by_name;
    bool     descending;
    int64_t  looked_at;         //  Streams that AWS gave
    int64_t  passed;            //  Of these, what was not asked for
} streams_t;

static void
s_ask (call_t *call, yyjson_mut_doc *doc, yyjson_mut_val *input)
{
    const streams_t *streams = list_own (call);
    yyjson_mut_obj_add_int (doc, input, "limit", PAGE);
    log_group_add (doc, input, streams->group);
    list_add_text (call, "prefix", doc, input, "logStreamNamePrefix");
    yyjson_mut_obj_add_str (doc, input, "orderBy", streams->by_name ? "LogStreamName" : "LastEventTime");
    yyjson_mut_obj_add_bool (doc, input, "descending", streams->descending);
}

static bool
s_contains (slice_t text, slice_t part)
{
    for (size_t i = 0; part.size <= text.size && i <= text.size - part.size; i++)
        if (memcmp (text.data + i, part.data, part.size) == 0)
            return true;
    return false;
}

static list_verdict_t
s_judge_time (const call_t *call, const streams_t *streams, yyjson_val *stream)
{
    int64_t first_ms = json_int (stream, "firstEventTimestamp", 0), last_ms = json_int (stream, "lastEventTimestamp", -1);
    const listing_t *listing = list_listing (call);
    bool over = last_ms >= 0 && last_ms < listing->start_ms;
    if (over && !streams->by_name && streams->descending)
        return LIST_END;
    return over || last_ms < 0 || first_ms >= listing->end_ms ? LIST_PASS : LIST_TAKE;
}

static list_verdict_t
s_judge (call_t *call, const list_item_t *item)
{
    streams_t *streams = list_own (call);
    list_verdict_t verdict = streams->within ? s_judge_time (call, streams, item->item) : LIST_TAKE;
    if (verdict == LIST_TAKE && streams->pattern.size && !s_contains (json_text (item->item, "logStreamName"), streams->pattern))
        verdict = LIST_PASS;
    streams->looked_at++;
    streams->passed += verdict != LIST_TAKE;
    return verdict;
}

//  To the second: a minute would leave out the very events that it names.
static yyjson_mut_val *
s_time (yyjson_mut_doc *doc, yyjson_val *stream, const char *member)
{
    char text [CLOCK_TEXT_SIZE];
    int64_t wall_ms = json_int (stream, member, 0);
    return wall_ms > 0 ? yyjson_mut_strcpy (doc, clock_text_second (wall_ms, text)) : yyjson_mut_null (doc);
}

static yyjson_mut_val *
s_row (call_t *call, yyjson_mut_doc *doc, const list_item_t *item)
{
    (void) call;
    yyjson_val *stream = item->item;
    yyjson_mut_val *columns [] = {
        list_text (doc, stream, "logStreamName"), s_time (doc, stream, "lastEventTimestamp"), s_time (doc, stream, "firstEventTimestamp"),
        list_time_ms (doc, stream, "creationTime"),
    };
    return list_columns (doc, columns, sizeof columns / sizeof columns [0]);
}

//  What it cost, and what AWS's times are worth: they follow the events by up to an hour.
static void
s_behind (call_t *call, bool whole, buffer_t *members, buffer_t *note)
{
    (void) whole;
    (void) members;
    const streams_t *streams = list_own (call);
    if (streams->passed > 0) {
        sentence_begin (note);
        number_append_of (note, streams->looked_at, "stream");
        buffer_printf (note, " looked at for this%s.", streams->pattern.size ? "; a prefix, where it will do, costs less than a pattern" : "");
    }
    if (streams->within) {
        sentence_begin (note);
        buffer_append_text (note, "AWS brings a stream's times up to date within about an hour: one that began to write only now may be missing, and "
                            "search_log_events sees it.");
    }
}

static void
s_explain (call_t *call, const outcome_t *outcome, buffer_t *sentence)
{
    const streams_t *streams = list_own (call);
    if (log_group_is_unknown (outcome))
        log_group_explain (sentence, streams->group, call_region (call));
}

//  Of any time.
static const list_t LIST = {
    .service = AWS_LOGS, .api = "DescribeLogStreams", .token_member = "nextToken", .rows_member = "log_streams", .noun = "log stream",
    .columns = "[\"name\",\"last_event\",\"first_event\",\"created\"]",
    .none = "Names are case-sensitive; without start_time, end_time, prefix and pattern all streams of the group are shown.",
    .items = { "logStreams" }, .ask = s_ask, .row = s_row, .judge = s_judge, .behind = s_behind, .explain = s_explain,
};

//  How it is ordered: AWS knows streams that begin with a prefix by name only.
static status_t
s_read_order (call_t *call, streams_t *streams)
{
    slice_t arguments = call_arguments (call), order_by = argument_text (arguments, "order_by");
    bool prefix = argument_text (arguments, "prefix").size > 0;
    streams->by_name = prefix || slice_is (order_by, "name");
    bool told = argument_value (arguments, "descending").data != NULL;
    streams->descending = told ? argument_bool (arguments, "descending") : !streams->by_name;
    if (!prefix || !slice_is (order_by, "last_event"))
        return STATUS_OK;
    status_t failed = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "order_by last_event is not possible with prefix: AWS orders the streams that "
                                 "begin so by name only. Leave order_by out, or use pattern instead of prefix.");
    return failed == STATUS_OK ? STATUS_INVALID_ARGUMENT : failed;
}

static status_t
s_read_fence (call_t *call, const streams_t *streams)
{
    buffer_t sentence;
    buffer_init (&sentence, FENCE_BYTES_MAX);
    status_t status = STATUS_OK;
    if (!log_group_allowed (call, streams->group, &sentence)) {
        status = call_fail (call, STATUS_REFUSED, -1, "%.*s", (int) sentence.size, sentence.data);
        status = status == STATUS_OK ? STATUS_INVALID_ARGUMENT : status;
    }
    buffer_deinit (&sentence);
    return status;
}

static status_t
s_read (call_t *call, streams_t *streams)
{
    slice_t arguments = call_arguments (call);
    streams->group = log_group_trim (argument_text (arguments, "log_group"));
    streams->pattern = argument_text (arguments, "pattern");
    streams->within = argument_text (arguments, "start_time").data || argument_text (arguments, "end_time").data;
    status_t status = s_read_fence (call, streams);
    return status == STATUS_OK ? s_read_order (call, streams) : status;
}

static status_t
s_begin (call_t *call)
{
    streams_t *streams = arena_alloc (call_arena (call), sizeof *streams);
    list_t *list = arena_alloc (call_arena (call), sizeof *list);
    if (!streams || !list)
        return STATUS_NO_MEMORY;
    status_t status = s_read (call, streams);
    if (status == STATUS_INVALID_ARGUMENT)
        return STATUS_OK;               //  It has answered
    *list = LIST;
    list->window_ms = streams->within ? INT64_MAX : 0;                  //  One without a start begins with the first event
    return status == STATUS_OK ? list_begin_with (call, list, streams) : status;
}

static status_t
s_next (call_t *call, int slot, const outcome_t *outcome)
{
    (void) slot;
    return list_next (call, outcome);
}

const operation_t FILTER_LOG_STREAMS = {
    .tool = "filter_log_streams", .begin = s_begin, .next = s_next, .partial = list_partial, .close = list_close,
};
