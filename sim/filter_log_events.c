#include "operations.h"

#include "lines_scan.h"
#include "log_group.h"
#include "log_mask.h"

//  startFromHead may be false from here on: 2024-01-01T00:00Z.
static const int64_t BACKWARDS_FROM_MS = INT64_C (1704067200000);

enum { MASKED_BYTES_MAX = 1024 * 1024, STREAM_NAMES_MAX = 100 };

static const check_t MEMBERS [] = {
    { .name = "logGroupName", .kind = CHECK_TEXT, .min = 1, .max = 512, .pattern = &LOG_GROUP_NAME },
    { .name = "logGroupIdentifier", .kind = CHECK_TEXT, .min = 1, .max = 2048, .pattern = &LOG_GROUP_IDENTIFIER },
    { .name = "logStreamNames", .kind = CHECK_TEXTS, .min = 1, .max = STREAM_NAMES_MAX, .element_min = 1, .element_max = 512,
      .pattern = &LOG_STREAM_NAME },
    { .name = "logStreamNamePrefix", .kind = CHECK_TEXT, .min = 1, .max = 512, .pattern = &LOG_STREAM_NAME },
    { .name = "startTime", .kind = CHECK_INTEGER, .min = 0, .max = CHECK_NO_LIMIT },
    { .name = "endTime", .kind = CHECK_INTEGER, .min = 0, .max = CHECK_NO_LIMIT },
    { .name = "filterPattern", .kind = CHECK_TEXT, .min = 0, .max = FILTER_PATTERN_CHARACTERS_MAX },
    { .name = "nextToken", .kind = CHECK_TEXT, .min = 1, .max = CHECK_NO_LIMIT },
    { .name = "limit", .kind = CHECK_INTEGER, .min = 1, .max = SCAN_EVENTS_MAX },
    { .name = "startFromHead", .kind = CHECK_BOOLEAN },
    { .name = "interleaved", .kind = CHECK_BOOLEAN },
    { .name = "unmask", .kind = CHECK_BOOLEAN },
    { .name = NULL },
};

//  The answer that is being written, and which streams it is about.
typedef struct {
    wire_call_t *call;
    lines_t *lines;
    yyjson_mut_val *events;
    yyjson_val *names;          //  NULL: any
    slice_t prefix;             //  Absent: any
    bool masked;
    buffer_t message;           //  A masked one
    int  found;                 //  Names for which there is a stream
} answer_t;

static bool
s_is_named (const answer_t *answer, const char *name)
{
    size_t index, max;
    yyjson_val *element;
    yyjson_arr_foreach (answer->names, index, max, element)
        if (slice_is (json_value_text (element), name))
            return true;
    return false;
}

static bool
s_wants_stream (const void *arg, const char *name)
{
    const answer_t *answer = arg;
    if (answer->names)
        return s_is_named (answer, name);
    return !answer->prefix.data || (strlen (name) >= answer->prefix.size && memcmp (name, answer->prefix.data, answer->prefix.size) == 0);
}

static bool
s_count_named (void *arg, const stream_t *stream, const char *name)
{
    answer_t *answer = arg;
    (void) stream;
    answer->found += s_is_named (answer, name);
    return true;
}

static void
s_take (void *arg, size_t index, const line_t *line)
{
    answer_t *answer = arg;
    yyjson_mut_doc *doc = answer->call->doc;
    yyjson_mut_val *event = yyjson_mut_arr_add_obj (doc, answer->events);
    char id [LINES_ID_SIZE];
    slice_t message = line->message;
    if (answer->masked) {
        buffer_clear (&answer->message);
        log_mask_append (&answer->message, message);
        message = buffer_slice (&answer->message);
    }
    lines_id (answer->lines, index, id);
    yyjson_mut_obj_add_strcpy (doc, event, "logStreamName", lines_stream (answer->lines, line->slot));
    yyjson_mut_obj_add_int (doc, event, "timestamp", line->time_ms);
    yyjson_mut_obj_add_strncpy (doc, event, "message", message.data, message.size);
    yyjson_mut_obj_add_int (doc, event, "ingestionTime", line->ingestion_ms);
    yyjson_mut_obj_add_strcpy (doc, event, "eventId", id);
}

//  What the model cannot say: which members exclude each other. False after refusing.
static bool
s_check (wire_call_t *call)
{
    bool backwards = !json_bool (call->input, "startFromHead", true);
    if (json_text (call->input, "logStreamNamePrefix").data && yyjson_is_arr (yyjson_obj_get ((yyjson_val *) call->input, "logStreamNames")))
        wire_refuse (call, "InvalidParameterException", "LogStreamNamePrefix and LogStreamNames are mutually exclusive parameters.");
    else
    if (backwards && json_int (call->input, "startTime", 0) < BACKWARDS_FROM_MS)
        wire_refuse (call, "InvalidParameterException", "startFromHead can be set to false only when startTime is on or after Jan 1, 2024"
                     " 00:00:00 UTC.");
    return !call->refusal;
}

//  False after refusing.
static bool
s_read_pattern (wire_call_t *call, filter_pattern_t **pattern)
{
    slice_t text = json_text (call->input, "filterPattern");
    buffer_t sentence;
    if (!text.size)
        return true;
    buffer_init (&sentence, MASKED_BYTES_MAX);
    *pattern = filter_pattern_new (text, &sentence);
    if (!*pattern)
        wire_refuse (call, sentence.size ? "InvalidParameterException" : "InternalFailure", "%.*s", (int) sentence.size,
                     sentence.size ? sentence.data : "");
    buffer_deinit (&sentence);
    return *pattern != NULL;
}

static void
s_scan (wire_call_t *call, const shop_log_group_t *group, answer_t *answer, filter_pattern_t *pattern, uint64_t place)
{
    bool done;
    int64_t end_ms = json_int (call->input, "endTime", STREAMS_FOREVER);
    lines_scan_t scan = {
        .lines = answer->lines,
        .shop = call->shop,
        .group = group,
        .from_ms = json_int (call->input, "startTime", 0),
        //  An event at endTime itself is returned, as the operation's documentation has it (GetLogEvents differs).
        .to_ms = end_ms < STREAMS_FOREVER ? end_ms + 1 : STREAMS_FOREVER,
        .backwards = !json_bool (call->input, "startFromHead", true),
        .place = place,
        .pattern = pattern,
        .wants_stream = s_wants_stream,
        .take = s_take,
        .arg = answer,
        .events_max = (size_t) json_int (call->input, "limit", SCAN_EVENTS_MAX),
        .lines_max = SCAN_LINES_MAX,
    };
    if (!place && scan.backwards)
        scan.place = UINT64_MAX;
    if (!lines_scan (&scan, &done))
        wire_refuse (call, "InternalFailure", "There is not enough memory.");
    else
    if (!done)
        wire_page_end (call, "nextToken", "limit", scan.place);
}

static void
s_answer (wire_call_t *call)
{
    uint64_t place;
    filter_pattern_t *pattern = NULL;
    answer_t answer = {
        .call = call,
        .names = yyjson_obj_get ((yyjson_val *) call->input, "logStreamNames"),
        .prefix = json_text (call->input, "logStreamNamePrefix"),
    };
    const shop_log_group_t *group = log_group_readable (call);
    if (!group || !s_check (call) || !s_read_pattern (call, &pattern))
        return;
    if (!yyjson_is_arr (answer.names))
        answer.names = NULL;
    if (answer.names)
        streams_each (call->shop, group, call->region, lines_from_ms (call->shop, group), shop_clock_ms (call->shop) + 1, s_count_named, &answer);
    answer.masked = group->masked && !json_bool (call->input, "unmask", false);
    buffer_init (&answer.message, MASKED_BYTES_MAX);
    answer.lines = lines_new (call->shop, group, call->region);
    answer.events = yyjson_mut_obj_add_arr (call->doc, call->output, "events");
    yyjson_mut_obj_add_arr (call->doc, call->output, "searchedLogStreams");
    if (answer.names && !answer.found)
        wire_refuse (call, "ResourceNotFoundException", "The specified log stream does not exist.");
    else
    if (!answer.lines)
        wire_refuse (call, "InternalFailure", "There is not enough memory.");
    else
    if (wire_page_begin (call, "nextToken", "limit", "InvalidParameterException", &place))
        s_scan (call, group, &answer, pattern, place);
    lines_destroy (&answer.lines);
    filter_pattern_destroy (&pattern);
    buffer_deinit (&answer.message);
}

const wire_operation_t OPERATION_FILTER_LOG_EVENTS = { &WIRE_LOGS, "FilterLogEvents", MEMBERS, s_answer };
