#include "operations.h"

#include "chance.h"
#include "lines_scan.h"
#include "log_group.h"
#include "log_mask.h"
#include "page.h"

#include <stdio.h>

enum { MASKED_BYTES_MAX = 1024 * 1024, MARK_SIZE = 2 };

//  A token is a place with the direction before it.
#define FORWARDS "f/"
#define BACKWARDS "b/"

static const check_t MEMBERS [] = {
    { .name = "logGroupName", .kind = CHECK_TEXT, .min = 1, .max = 512, .pattern = &LOG_GROUP_NAME },
    { .name = "logGroupIdentifier", .kind = CHECK_TEXT, .min = 1, .max = 2048, .pattern = &LOG_GROUP_IDENTIFIER },
    { .name = "logStreamName", .kind = CHECK_TEXT, .required = true, .min = 1, .max = 512, .pattern = &LOG_STREAM_NAME },
    { .name = "startTime", .kind = CHECK_INTEGER, .min = 0, .max = CHECK_NO_LIMIT },
    { .name = "endTime", .kind = CHECK_INTEGER, .min = 0, .max = CHECK_NO_LIMIT },
    { .name = "nextToken", .kind = CHECK_TEXT, .min = 1, .max = CHECK_NO_LIMIT },
    { .name = "limit", .kind = CHECK_INTEGER, .min = 1, .max = SCAN_EVENTS_MAX },
    { .name = "startFromHead", .kind = CHECK_BOOLEAN },
    { .name = "unmask", .kind = CHECK_BOOLEAN },
    { .name = NULL },
};

typedef struct {
    wire_call_t *call;
    yyjson_mut_val *events;
    slice_t name;
    stream_t stream;
    bool found;
    bool backwards;
    bool masked;
    buffer_t message;
} answer_t;

static bool
s_find (void *arg, const stream_t *stream, const char *name)
{
    answer_t *answer = arg;
    answer->found = slice_is (answer->name, name);
    answer->stream = *stream;
    return !answer->found;
}

static bool
s_wants_stream (const void *arg, const char *name)
{
    return slice_is (((const answer_t *) arg)->name, name);
}

//  Events stand in the order of time, whichever way they were read.
static void
s_take (void *arg, size_t index, const line_t *line)
{
    answer_t *answer = arg;
    yyjson_mut_doc *doc = answer->call->doc;
    yyjson_mut_val *event = yyjson_mut_obj (doc);
    slice_t message = line->message;
    (void) index;
    if (answer->masked) {
        buffer_clear (&answer->message);
        log_mask_append (&answer->message, message);
        message = buffer_slice (&answer->message);
    }
    yyjson_mut_obj_add_int (doc, event, "timestamp", line->time_ms);
    yyjson_mut_obj_add_strncpy (doc, event, "message", message.data, message.size);
    yyjson_mut_obj_add_int (doc, event, "ingestionTime", line->ingestion_ms);
    if (answer->backwards)
        yyjson_mut_arr_prepend (answer->events, event);
    else
        yyjson_mut_arr_append (answer->events, event);
}

//  What the question is. Neither where it is read from nor in which direction belongs to it, for both change from page to page.
static uint64_t
s_question (const wire_call_t *call, const shop_log_group_t *group)
{
    char text [2 * STREAMS_ARN_SIZE];
    slice_t name = json_text (call->input, "logStreamName");
    snprintf (text, sizeof text, "%s %s %s %s %.*s %lld %lld", call->operation->name, call->region, group->account, group->name, (int) name.size,
              name.data, (long long) json_int (call->input, "startTime", 0), (long long) json_int (call->input, "endTime", STREAMS_FOREVER));
    return chance_of_text (text);
}

static void
s_add_token (wire_call_t *call, const shop_log_group_t *group, const char *member, const char *mark, scan_place_t place)
{
    char token [MARK_SIZE + PAGE_TOKEN_SIZE];
    memcpy (token, mark, MARK_SIZE);
    page_write (s_question (call, group), place, token + MARK_SIZE);
    yyjson_mut_obj_add_strcpy (call->doc, call->output, member, token);
}

//  Where to begin and in which direction. False after refusing.
static bool
s_begin (wire_call_t *call, const shop_log_group_t *group, lines_scan_t *scan)
{
    slice_t token = json_text (call->input, "nextToken");
    scan->backwards = token.data ? slice_starts (token, BACKWARDS) : !json_bool (call->input, "startFromHead", false);
    scan->place = scan->backwards ? UINT64_MAX : 0;
    if (!token.data)
        return true;
    if ((scan->backwards || slice_starts (token, FORWARDS))
        && page_read ((slice_t) { token.data + MARK_SIZE, token.size - MARK_SIZE }, s_question (call, group), &scan->place))
        return true;
    wire_refuse (call, "InvalidParameterException", "The specified nextToken is invalid.");
    return false;
}

static void
s_scan (wire_call_t *call, const shop_log_group_t *group, answer_t *answer, lines_t *lines)
{
    bool done;
    int64_t start_ms = json_int (call->input, "startTime", 0), end_ms = json_int (call->input, "endTime", STREAMS_FOREVER);
    lines_scan_t scan = {
        .lines = lines,
        .shop = call->shop,
        .group = group,
        .from_ms = start_ms > answer->stream.begin_ms ? start_ms : answer->stream.begin_ms,
        .to_ms = end_ms < answer->stream.end_ms ? end_ms : answer->stream.end_ms,       //  An event at endTime is not returned
        .wants_stream = s_wants_stream,
        .take = s_take,
        .arg = answer,
        .events_max = (size_t) json_int (call->input, "limit", SCAN_EVENTS_MAX),
        .lines_max = SCAN_LINES_MAX,
    };
    if (!s_begin (call, group, &scan))
        return;
    answer->backwards = scan.backwards;
    bool begins = !json_text (call->input, "nextToken").data;
    scan_place_t from = scan.place;
    if (!lines_scan (&scan, &done)) {
        wire_refuse (call, "InternalFailure", "There is not enough memory.");
        return;
    }
    //  At an end the token that came is the one that goes; an empty page on the way has another.
    scan_place_t ahead = !done ? scan.place : scan.events ? (scan.backwards ? scan.first : scan.last) : begins ? scan.first : from;
    s_add_token (call, group, "nextForwardToken", FORWARDS, scan.backwards ? scan.last : ahead);
    s_add_token (call, group, "nextBackwardToken", BACKWARDS, scan.backwards ? ahead : scan.first);
}

static void
s_answer (wire_call_t *call)
{
    const shop_log_group_t *group = log_group_readable (call);
    answer_t answer = { .call = call, .name = json_text (call->input, "logStreamName") };
    if (!group)
        return;
    streams_each (call->shop, group, call->region, lines_from_ms (call->shop, group), shop_clock_ms (call->shop) + 1, s_find, &answer);
    if (!answer.found) {
        wire_refuse (call, "ResourceNotFoundException", "The specified log stream does not exist.");
        return;
    }
    lines_t *lines = lines_new (call->shop, group, call->region);
    answer.masked = group->masked && !json_bool (call->input, "unmask", false);
    answer.events = yyjson_mut_obj_add_arr (call->doc, call->output, "events");
    buffer_init (&answer.message, MASKED_BYTES_MAX);
    if (lines)
        s_scan (call, group, &answer, lines);
    else
        wire_refuse (call, "InternalFailure", "There is not enough memory.");
    lines_destroy (&lines);
    buffer_deinit (&answer.message);
}

const wire_operation_t OPERATION_GET_LOG_EVENTS = { &WIRE_LOGS, "GetLogEvents", MEMBERS, s_answer };
