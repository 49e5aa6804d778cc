#include "operations.h"

#include "alarm_chronicle.h"

#include <math.h>

//  A page when nobody says how much; CloudWatch's reference gives no number.
enum { RECORDS_DEFAULT = 100 };

//  Items of all alarms in two weeks.
enum { ITEMS_BYTES_MAX = 8 * 1024 * 1024 };

static const char *const TYPES [] = { "CompositeAlarm", "MetricAlarm", "LogAlarm", NULL };
static const char *const KINDS [] = { "ConfigurationUpdate", "StateUpdate", "Action", "AlarmContributorStateUpdate", "AlarmContributorAction", NULL };
static const char *const ORDERS [] = { "TimestampDescending", "TimestampAscending", NULL };

static const check_t MEMBERS [] = {
    { .name = "AlarmName", .kind = CHECK_TEXT, .min = 1, .max = 255 },
    { .name = "AlarmContributorId", .kind = CHECK_TEXT, .min = 1, .max = 16 },
    { .name = "AlarmTypes", .kind = CHECK_TEXTS, .min = 0, .max = CHECK_NO_LIMIT, .values = TYPES },
    { .name = "HistoryItemType", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT, .values = KINDS },
    { .name = "StartDate", .kind = CHECK_TIME },
    { .name = "EndDate", .kind = CHECK_TIME },
    { .name = "MaxRecords", .kind = CHECK_INTEGER, .min = 1, .max = 100 },
    { .name = "NextToken", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT },
    { .name = "ScanBy", .kind = CHECK_TEXT, .min = CHECK_NO_LIMIT, .max = CHECK_NO_LIMIT, .values = ORDERS },
    { .name = NULL },
};

//  The question, read once. Slices point into the input.
typedef struct {
    slice_t alarm;
    slice_t contributor;
    slice_t kind;
    bool of [3];                //  By chronicle_alarm_t
    double start_ms, end_ms;
} filter_t;

static bool
s_lists (yyjson_val *list, const char *text)
{
    size_t index, max;
    yyjson_val *element;
    yyjson_arr_foreach (list, index, max, element)
        if (slice_is (json_value_text (element), text))
            return true;
    return false;
}

//  Only metric alarms are told of unless types are named, even when the name is another's.
static filter_t
s_read_filter (const yyjson_val *input)
{
    yyjson_val *types = yyjson_obj_get ((yyjson_val *) input, "AlarmTypes");
    filter_t filter = {
        .alarm = json_text (input, "AlarmName"),
        .contributor = json_text (input, "AlarmContributorId"),
        .kind = json_text (input, "HistoryItemType"),
        .start_ms = json_number (input, "StartDate", -INFINITY) * 1000,
        .end_ms = json_number (input, "EndDate", INFINITY) * 1000,
    };
    for (chronicle_alarm_t of = CHRONICLE_METRIC; of <= CHRONICLE_LOG; of++)
        filter.of [of] = yyjson_arr_size (types) ? s_lists (types, alarm_chronicle_type (of)) : of == CHRONICLE_METRIC;
    return filter;
}

static bool
s_matches (const chronicle_item_t *item, const filter_t *filter)
{
    char id [CHRONICLE_CONTRIBUTOR_SIZE];
    bool contributor = item->kind == CHRONICLE_CONTRIBUTOR_STATE || item->kind == CHRONICLE_CONTRIBUTOR_ACTION;
    if (!filter->of [item->of] || (filter->alarm.data && !slice_is (filter->alarm, item->head->name)))
        return false;
    if (filter->kind.data && !slice_is (filter->kind, alarm_chronicle_kind (item->kind)))
        return false;
    if (filter->contributor.data && (!contributor || !slice_is (filter->contributor, alarm_chronicle_contributor (item->head, id))))
        return false;
    return (double) item->time_ms >= filter->start_ms && (double) item->time_ms <= filter->end_ms;
}

static void
s_fill (wire_call_t *call, const chronicle_item_t *items, size_t count, uint64_t offset)
{
    filter_t filter = s_read_filter (call->input);
    bool ascending = slice_is (json_text (call->input, "ScanBy"), "TimestampAscending");
    uint64_t end = offset + (uint64_t) json_int (call->input, "MaxRecords", RECORDS_DEFAULT);
    uint64_t seen = 0;
    yyjson_mut_val *array = yyjson_mut_obj_add_arr (call->doc, call->output, "AlarmHistoryItems");
    for (size_t i = 0; i < count; i++) {
        const chronicle_item_t *item = &items [ascending ? i : count - 1 - i];
        if (!s_matches (item, &filter))
            continue;
        if (seen >= offset && seen < end)
            alarm_chronicle_write (call->shop, call->region, item, call->doc, array);
        seen++;
    }
    if (seen > end)
        wire_page_end (call, "NextToken", "MaxRecords", end);
}

static void
s_answer (wire_call_t *call)
{
    uint64_t offset;
    if (!wire_page_begin (call, "NextToken", "MaxRecords", "InvalidNextToken", &offset))
        return;
    const chronicle_item_t *items;
    size_t count;
    const alarm_book_t *book = alarm_book (call->shop, call->region);
    arena_t *arena = arena_new (ITEMS_BYTES_MAX);
    if (book && arena && alarm_chronicle (call->shop, book, arena, &items, &count))
        s_fill (call, items, count, offset);
    else
        wire_refuse (call, "InternalFailure", "There is not enough memory for the history of this region's alarms.");
    if (arena)
        arena_destroy (&arena);
}

const wire_operation_t OPERATION_DESCRIBE_ALARM_HISTORY = { &WIRE_MONITORING, "DescribeAlarmHistory", MEMBERS, s_answer };
