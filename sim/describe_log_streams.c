#include "operations.h"

#include "lines_scan.h"
#include "log_group.h"

#include <stdlib.h>

enum { LIMIT_DEFAULT = 50 };

static const char *const ORDERS [] = { "LogStreamName", "LastEventTime", NULL };

static const check_t MEMBERS [] = {
    { .name = "logGroupName", .kind = CHECK_TEXT, .min = 1, .max = 512, .pattern = &LOG_GROUP_NAME },
    { .name = "logGroupIdentifier", .kind = CHECK_TEXT, .min = 1, .max = 2048, .pattern = &LOG_GROUP_IDENTIFIER },
    { .name = "logStreamNamePrefix", .kind = CHECK_TEXT, .min = 1, .max = 512, .pattern = &LOG_STREAM_NAME },
    { .name = "orderBy", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT, .values = ORDERS },
    { .name = "descending", .kind = CHECK_BOOLEAN },
    { .name = "nextToken", .kind = CHECK_TEXT, .min = 1, .max = CHECK_NO_LIMIT },
    { .name = "limit", .kind = CHECK_INTEGER, .min = 1, .max = 50 },
    { .name = NULL },
};

typedef struct {
    stream_t stream;
    char name [STREAMS_NAME_SIZE];
    int64_t last_ms;            //  Of its last event, or 0 while nobody has looked; of a stream that has ended its end will do for the order
} entry_t;

typedef struct {
    wire_call_t *call;
    const shop_log_group_t *group;
    lines_t *lines;
    slice_t prefix;
    entry_t *entries;
    size_t count, capacity;
    bool failed;                //  Out of memory
    const char *wanted;         //  The stream that a scan is for
    line_t line;                //  What it found
} list_t;

static bool
s_wants_stream (const void *arg, const char *name)
{
    return strcmp (((const list_t *) arg)->wanted, name) == 0;
}

static void
s_take (void *arg, size_t index, const line_t *line)
{
    (void) index;
    ((list_t *) arg)->line = *line;
}

//  The first or the last event of a stream. False when it has none, or without memory.
static bool
s_find_event (list_t *list, const entry_t *entry, bool last, line_t *line)
{
    bool done = false;
    lines_scan_t scan = {
        .lines = list->lines,
        .shop = list->call->shop,
        .group = list->group,
        .from_ms = entry->stream.begin_ms,
        .to_ms = entry->stream.end_ms,
        .backwards = last,
        .place = last ? UINT64_MAX : 0,
        .wants_stream = s_wants_stream,
        .take = s_take,
        .arg = list,
        .events_max = 1,
        .lines_max = SCAN_LINES_MAX,
    };
    list->wanted = entry->name;
    do {
        if (!lines_scan (&scan, &done)) {
            list->failed = true;
            return false;
        }
    } while (!done && !scan.events);
    *line = list->line;
    return scan.events > 0;
}

static bool
s_collect (void *arg, const stream_t *stream, const char *name)
{
    list_t *list = arg;
    line_t line;
    if (list->prefix.data && (strlen (name) < list->prefix.size || memcmp (name, list->prefix.data, list->prefix.size) != 0))
        return true;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        entry_t *grown = realloc (list->entries, capacity * sizeof *grown);
        list->failed = !grown;
        if (!grown)
            return false;
        list->entries = grown;
        list->capacity = capacity;
    }
    entry_t *entry = &list->entries [list->count++];
    *entry = (entry_t) { .stream = *stream };
    memcpy (entry->name, name, strlen (name) + 1);
    if (stream->end_ms <= shop_clock_ms (list->call->shop))
        entry->last_ms = stream->end_ms;
    else
        entry->last_ms = s_find_event (list, entry, true, &line) ? line.time_ms : stream->begin_ms;
    return !list->failed;
}

static int
s_compare_names (const void *left, const void *right)
{
    return strcmp (((const entry_t *) left)->name, ((const entry_t *) right)->name);
}

static int
s_compare_times (const void *left, const void *right)
{
    const entry_t *a = left;
    const entry_t *b = right;
    return a->last_ms < b->last_ms ? -1 : a->last_ms > b->last_ms ? 1 : strcmp (a->name, b->name);
}

//  A stream without events within the retention is not shown; false for that.
static bool
s_add_stream (list_t *list, yyjson_mut_val *array, const entry_t *entry)
{
    yyjson_mut_doc *doc = list->call->doc;
    line_t first, last;
    char arn [STREAMS_ARN_SIZE];
    if (!s_find_event (list, entry, false, &first) || !s_find_event (list, entry, true, &last))
        return false;
    yyjson_mut_val *object = yyjson_mut_arr_add_obj (doc, array);
    streams_arn (list->group, list->call->region, entry->name, arn);
    yyjson_mut_obj_add_strcpy (doc, object, "logStreamName", entry->name);
    yyjson_mut_obj_add_int (doc, object, "creationTime", entry->stream.begin_ms);
    yyjson_mut_obj_add_int (doc, object, "firstEventTimestamp", first.time_ms);
    yyjson_mut_obj_add_int (doc, object, "lastEventTimestamp", last.time_ms);
    yyjson_mut_obj_add_int (doc, object, "lastIngestionTime", last.ingestion_ms);
    yyjson_mut_obj_add_strcpy (doc, object, "uploadSequenceToken", "49039859529284718395783920475839201847583920185748392847");
    yyjson_mut_obj_add_strcpy (doc, object, "arn", arn);
    yyjson_mut_obj_add_int (doc, object, "storedBytes", 0);
    return true;
}

//  The page from the offset on, which counts streams whether they are shown or not.
static void
s_add_page (list_t *list, uint64_t offset)
{
    wire_call_t *call = list->call;
    uint64_t limit = (uint64_t) json_int (call->input, "limit", LIMIT_DEFAULT), added = 0;
    bool descending = json_bool (call->input, "descending", false);
    yyjson_mut_val *array = yyjson_mut_obj_add_arr (call->doc, call->output, "logStreams");
    for (; offset < list->count && added < limit && !list->failed; offset++)
        added += s_add_stream (list, array, &list->entries [descending ? list->count - 1 - offset : offset]);
    if (offset < list->count)
        wire_page_end (call, "nextToken", "limit", offset);
}

static void
s_answer (wire_call_t *call)
{
    uint64_t offset;
    list_t list = { .call = call, .prefix = json_text (call->input, "logStreamNamePrefix") };
    bool by_time = slice_is (json_text (call->input, "orderBy"), "LastEventTime");
    list.group = log_group_asked (call);
    if (!list.group)
        return;
    if (by_time && list.prefix.data) {
        wire_refuse (call, "InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.");
        return;
    }
    if (!wire_page_begin (call, "nextToken", "limit", "InvalidParameterException", &offset))
        return;
    list.lines = lines_new (call->shop, list.group, call->region);
    list.failed = !list.lines;
    if (list.lines)
        streams_each (call->shop, list.group, call->region, lines_from_ms (call->shop, list.group), shop_clock_ms (call->shop) + 1, s_collect, &list);
    if (list.count)
        qsort (list.entries, list.count, sizeof *list.entries, by_time ? s_compare_times : s_compare_names);
    s_add_page (&list, offset);
    if (list.failed)
        wire_refuse (call, "InternalFailure", "There is not enough memory.");
    lines_destroy (&list.lines);
    free (list.entries);
}

const wire_operation_t OPERATION_DESCRIBE_LOG_STREAMS = { &WIRE_LOGS, "DescribeLogStreams", MEMBERS, s_answer };
