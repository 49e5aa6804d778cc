/*  alarm_chronicle - what the history of the alarms tells

    Made from the timelines of a region's book: an item for every change of a state, for every action that was taken for it, and for every
    alarm that was created or updated, as far back as CloudWatch keeps them. Alarms on PromQL tell in items of their own which of the query's
    series (contributors) it was.

    Owner:   the arena. Thread: one. */

#ifndef SIM_ALARM_CHRONICLE_H
#define SIM_ALARM_CHRONICLE_H

#include "alarm_book.h"
#include "json.h"

typedef enum {
    CHRONICLE_CONFIGURATION,
    CHRONICLE_STATE,
    CHRONICLE_ACTION,
    CHRONICLE_CONTRIBUTOR_STATE,
    CHRONICLE_CONTRIBUTOR_ACTION
} chronicle_kind_t;

typedef enum { CHRONICLE_METRIC, CHRONICLE_COMPOSITE, CHRONICLE_LOG } chronicle_alarm_t;

//  Longest HistorySummary and HistoryData (CloudWatch's model), and the size of a contributor's id with its final zero.
enum { CHRONICLE_SUMMARY_MAX = 255, CHRONICLE_DATA_MAX = 4095, CHRONICLE_CONTRIBUTOR_SIZE = 17 };

typedef struct {
    int64_t time_ms;
    chronicle_kind_t kind;
    chronicle_alarm_t of;
    size_t index;                       //  Of the alarm among those of its kind
    const shop_alarm_head_t *head;
    const alarm_timeline_t *timeline;
    size_t change;                      //  In the timeline; not of a configuration
    slice_t topic;                      //  Of an action
} chronicle_item_t;

//  All items, oldest first. False without memory.
bool alarm_chronicle (const shop_t *shop, const alarm_book_t *book, arena_t *arena, const chronicle_item_t **items, size_t *count);

//  The AlarmType and HistoryItemType.
const char *alarm_chronicle_type (chronicle_alarm_t of);
const char *alarm_chronicle_kind (chronicle_kind_t kind);

//  The id of the one series of a PromQL alarm's query that is beyond its limit.
const char *alarm_chronicle_contributor (const shop_alarm_head_t *head, char *id);

//  Adds the item, as DescribeAlarmHistory has it, to the array.
void alarm_chronicle_write (const shop_t *shop, const char *region, const chronicle_item_t *item, yyjson_mut_doc *doc, yyjson_mut_val *array);

#endif
