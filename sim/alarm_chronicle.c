#include "alarm_chronicle.h"

#include "alarm_chronicle_data.h"
#include "alarm_composite.h"
#include "alarm_json.h"
#include "alarm_state.h"
#include "chance.h"

#include <stdio.h>
#include <stdlib.h>

static const int64_t KEPT_MS = (int64_t) ALARM_HISTORY_DAYS * 24 * 60 * 60 * 1000;

//  How much later than the change its actions are taken, and each further one; how much earlier its contributor changed.
enum { ACTION_AFTER_MS = 41, ACTION_APART_MS = 7, CONTRIBUTOR_BEFORE_MS = 58 };

const char *
alarm_chronicle_type (chronicle_alarm_t of)
{
    static const char *const NAMES [] = { "MetricAlarm", "CompositeAlarm", "LogAlarm" };
    return NAMES [of];
}

const char *
alarm_chronicle_kind (chronicle_kind_t kind)
{
    static const char *const NAMES [] = { "ConfigurationUpdate", "StateUpdate", "Action", "AlarmContributorStateUpdate", "AlarmContributorAction" };
    return NAMES [kind];
}

const char *
alarm_chronicle_contributor (const shop_alarm_head_t *head, char *id)
{
    snprintf (id, CHRONICLE_CONTRIBUTOR_SIZE, "%016llx", (unsigned long long) chance_of_text (head->name));
    return id;
}

//  Items are counted first and written then, by the same walk: the first time there is no array.
typedef struct {
    const shop_t *shop;
    const alarm_book_t *book;
    chronicle_item_t *items;            //  NULL while counting
    size_t count;
    chronicle_item_t alarm;             //  What all items of the alarm share
} walk_t;

static void
s_add (walk_t *walk, chronicle_kind_t kind, int64_t time_ms, size_t change, slice_t topic)
{
    if (time_ms <= walk->book->until_ms - KEPT_MS || time_ms > walk->book->until_ms)
        return;
    if (walk->items) {
        chronicle_item_t *item = &walk->items [walk->count];
        *item = walk->alarm;
        item->kind = kind;
        item->time_ms = time_ms;
        item->change = change;
        item->topic = topic;
    }
    walk->count++;
}

//  Those whom the alarm tells of its new state: everybody of an ALARM, whoever is paged of an OK.
static void
s_add_actions (walk_t *walk, chronicle_kind_t kind, int64_t time_ms, size_t change)
{
    shop_state_t state = walk->alarm.timeline->changes [change].to;
    slice_t rest = slice_of (walk->alarm.head->actions);
    while (!walk->alarm.head->muted && rest.size) {
        slice_t topic = slice_cut (&rest, ' ');
        if (state == SHOP_ALARM || (state == SHOP_OK && slice_is (topic, "shop-page"))) {
            s_add (walk, kind, time_ms, change, topic);
            time_ms += ACTION_APART_MS;
        }
    }
}

static void
s_add_change (walk_t *walk, size_t index)
{
    const shop_t *shop = walk->shop;
    const alarm_timeline_t *timeline = walk->alarm.timeline;
    const alarm_change_t *change = &timeline->changes [index];
    if (change->from == change->to)
        return;                 //  It was created in this state
    bool contributor = walk->alarm.of == CHRONICLE_METRIC && shop->metric_alarms [walk->alarm.index].promql;
    int64_t acted_ms = change->time_ms + ACTION_AFTER_MS;
    if (contributor)
        s_add (walk, CHRONICLE_CONTRIBUTOR_STATE, change->time_ms - CONTRIBUTOR_BEFORE_MS, index, SLICE_ABSENT);
    s_add (walk, CHRONICLE_STATE, change->time_ms, index, SLICE_ABSENT);
    if (walk->alarm.of == CHRONICLE_COMPOSITE) {
        const shop_composite_alarm_t *alarm = &shop->composite_alarms [walk->alarm.index];
        const alarm_timeline_t *suppressor = NULL;
        alarm_book_find (shop, walk->book, slice_of (alarm->suppressor), &suppressor);
        int64_t free_ms = alarm_composite_acted_ms (alarm, timeline, index, suppressor, walk->book->until_ms);
        if (free_ms < 0)
            return;
        acted_ms = free_ms + ACTION_AFTER_MS;
    }
    s_add_actions (walk, contributor ? CHRONICLE_CONTRIBUTOR_ACTION : CHRONICLE_ACTION, acted_ms, index);
}

static void
s_add_alarm (walk_t *walk, chronicle_alarm_t of, size_t index, const shop_alarm_head_t *head, const alarm_timeline_t *timeline)
{
    walk->alarm = (chronicle_item_t) { .of = of, .index = index, .head = head, .timeline = timeline };
    s_add (walk, CHRONICLE_CONFIGURATION, alarm_json_configured_ms (walk->shop, head), 0, SLICE_ABSENT);
    for (size_t i = 0; i < timeline->count; i++)
        s_add_change (walk, i);
}

static void
s_walk (walk_t *walk)
{
    const shop_t *shop = walk->shop;
    walk->count = 0;
    for (size_t i = 0; i < shop->metric_alarms_count; i++)
        s_add_alarm (walk, CHRONICLE_METRIC, i, &shop->metric_alarms [i].head, &walk->book->metric [i]);
    for (size_t i = 0; i < shop->composite_alarms_count; i++)
        s_add_alarm (walk, CHRONICLE_COMPOSITE, i, &shop->composite_alarms [i].head, &walk->book->composite [i]);
    for (size_t i = 0; i < shop->log_alarms_count; i++)
        s_add_alarm (walk, CHRONICLE_LOG, i, &shop->log_alarms [i].head, &walk->book->log [i]);
}

//  By time; what falls together by its alarm's name, then by kind, so that the order is always the same.
static int
s_compare (const void *a, const void *b)
{
    const chronicle_item_t *first = a, *second = b;
    if (first->time_ms != second->time_ms)
        return first->time_ms < second->time_ms ? -1 : 1;
    int names = strcmp (first->head->name, second->head->name);
    return names ? names : (int) first->kind - (int) second->kind;
}

bool
alarm_chronicle (const shop_t *shop, const alarm_book_t *book, arena_t *arena, const chronicle_item_t **items, size_t *count)
{
    walk_t walk = { .shop = shop, .book = book };
    s_walk (&walk);
    walk.items = arena_alloc (arena, (walk.count + 1) * sizeof *walk.items);
    if (!walk.items)
        return false;
    s_walk (&walk);
    qsort (walk.items, walk.count, sizeof *walk.items, s_compare);
    *items = walk.items;
    *count = walk.count;
    return true;
}

//  Created in the state of its first change, or already there and updated?
static bool
s_is_new (const chronicle_item_t *item)
{
    return item->timeline->changes [0].time_ms >= item->time_ms;
}

static void
s_summarize (const char *region, const chronicle_item_t *item, char *summary)
{
    const alarm_change_t *change = &item->timeline->changes [item->change];
    switch (item->kind) {
    case CHRONICLE_CONFIGURATION:
        snprintf (summary, CHRONICLE_SUMMARY_MAX + 1, "Alarm \"%s\" %s", item->head->name, s_is_new (item) ? "created" : "updated");
        break;
    case CHRONICLE_STATE:
    case CHRONICLE_CONTRIBUTOR_STATE:
        snprintf (summary, CHRONICLE_SUMMARY_MAX + 1, "%s updated from %s to %s", item->kind == CHRONICLE_STATE ? "Alarm" : "Alarm contributor",
                  alarm_state_name (change->from), alarm_state_name (change->to));
        break;
    case CHRONICLE_ACTION:
    case CHRONICLE_CONTRIBUTOR_ACTION:
        snprintf (summary, CHRONICLE_SUMMARY_MAX + 1, "Successfully executed action arn:aws:sns:%s:" SHOP_ACCOUNT ":%.*s", region,
                  (int) item->topic.size, item->topic.data);
        break;
    }
}

void
alarm_chronicle_write (const shop_t *shop, const char *region, const chronicle_item_t *item, yyjson_mut_doc *doc, yyjson_mut_val *array)
{
    char summary [CHRONICLE_SUMMARY_MAX + 1], id [CHRONICLE_CONTRIBUTOR_SIZE], zone [ALARM_BOOK_REGION_SIZE + 2];
    buffer_t data;
    buffer_init (&data, CHRONICLE_DATA_MAX);
    yyjson_mut_val *object = yyjson_mut_arr_add_obj (doc, array);
    bool contributor = item->kind == CHRONICLE_CONTRIBUTOR_STATE || item->kind == CHRONICLE_CONTRIBUTOR_ACTION;
    yyjson_mut_obj_add_strcpy (doc, object, "AlarmName", item->head->name);
    if (contributor)
        yyjson_mut_obj_add_strcpy (doc, object, "AlarmContributorId", alarm_chronicle_contributor (item->head, id));
    yyjson_mut_obj_add_str (doc, object, "AlarmType", alarm_chronicle_type (item->of));
    yyjson_mut_obj_add_real (doc, object, "Timestamp", (double) item->time_ms / 1000.0);
    yyjson_mut_obj_add_str (doc, object, "HistoryItemType", alarm_chronicle_kind (item->kind));
    s_summarize (region, item, summary);
    yyjson_mut_obj_add_strcpy (doc, object, "HistorySummary", summary);
    if (item->kind == CHRONICLE_CONFIGURATION)
        chronicle_data_of_configuration (shop, region, item, s_is_new (item), &data);
    else
    if (item->kind == CHRONICLE_STATE || item->kind == CHRONICLE_CONTRIBUTOR_STATE)
        chronicle_data_of_state (shop, region, item, &data);
    else
        chronicle_data_of_action (shop, region, item, &data);
    yyjson_mut_obj_add_val (doc, object, "HistoryData", json_new_text (doc, buffer_slice (&data)));
    buffer_deinit (&data);
    if (contributor) {
        yyjson_mut_val *attributes = yyjson_mut_obj_add_obj (doc, object, "AlarmContributorAttributes");
        snprintf (zone, sizeof zone, "%.128sb", region);
        yyjson_mut_obj_add_strcpy (doc, attributes, "zone", zone);
    }
}
