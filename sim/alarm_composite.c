#include "alarm_composite.h"

#include "alarm_rule.h"

#include <stdlib.h>

static const int64_t WEEK_MS = (int64_t) ALARM_TIMELINE_DAYS * 24 * 60 * 60 * 1000;

//  A composite alarm changes a moment after its child.
enum { AFTER_CHILD_MS = 312, EVALUATED_MS = 60000 };

//  Children of one rule, and changes of all of them together.
enum { CHILDREN_MAX = 32 };

typedef struct {
    alarm_composite_find_fn *find;
    void *context;
    int64_t time_ms;
} moment_t;

static shop_state_t
s_state_at (void *arg, slice_t name)
{
    const moment_t *moment = arg;
    const alarm_timeline_t *timeline = moment->find (moment->context, name);
    return timeline ? alarm_timeline_state (timeline, moment->time_ms) : SHOP_INSUFFICIENT_DATA;
}

static shop_state_t
s_judge (const shop_composite_alarm_t *alarm, alarm_composite_find_fn *find, void *context, int64_t time_ms)
{
    moment_t moment = { find, context, time_ms };
    return alarm_rule_holds (alarm->rule, s_state_at, &moment) ? SHOP_ALARM : SHOP_OK;
}

//  A child's change, to be put in order with those of the others.
typedef struct {
    const char *name;                   //  In the rule's own bytes
    size_t name_size;
    const alarm_change_t *change;
} step_t;

static int
s_compare (const void *a, const void *b)
{
    int64_t first = ((const step_t *) a)->change->time_ms;
    int64_t second = ((const step_t *) b)->change->time_ms;
    return first < second ? -1 : first > second;
}

//  The changes of all children since a moment, oldest first; without an array they are only counted. An alarm that the rule names twice
//  brings its changes twice, which does no harm.
static size_t
s_steps (const shop_composite_alarm_t *alarm, alarm_composite_find_fn *find, void *context, int64_t since_ms, step_t *steps)
{
    slice_t rest = slice_of (alarm->rule);
    slice_t name;
    size_t count = 0;
    for (int child = 0; child < CHILDREN_MAX && alarm_rule_next (&rest, &name); child++) {
        const alarm_timeline_t *timeline = find (context, name);
        for (size_t i = 0; timeline && i < timeline->count; i++) {
            if (timeline->changes [i].time_ms <= since_ms)
                continue;
            if (steps)
                steps [count] = (step_t) { name.data, name.size, &timeline->changes [i] };
            count++;
        }
    }
    if (steps)
        qsort (steps, count, sizeof *steps, s_compare);
    return count;
}

bool
alarm_composite_timeline (const shop_t *shop, const shop_composite_alarm_t *alarm, alarm_composite_find_fn *find, void *context, arena_t *arena,
                          alarm_timeline_t *timeline)
{
    slice_t rest = slice_of (alarm->rule);
    slice_t name;
    if (!alarm_rule_next (&rest, &name))
        return alarm_timeline_given (shop, &alarm->head, arena, timeline);
    int64_t since_ms = shop->now_ms - WEEK_MS;
    size_t count = s_steps (alarm, find, context, since_ms, NULL);
    step_t *steps = arena_alloc (arena, (count + 1) * sizeof *steps);
    alarm_change_t *changes = arena_alloc (arena, (count + 1) * sizeof *changes);
    if (!steps || !changes)
        return false;
    s_steps (alarm, find, context, since_ms, steps);
    changes [0] = alarm_timeline_first (shop, &alarm->head, EVALUATED_MS, s_judge (alarm, find, context, since_ms));
    size_t kept = 1;
    for (size_t i = 0; i < count; i++) {
        int64_t time_ms = steps [i].change->time_ms;
        shop_state_t state = s_judge (alarm, find, context, time_ms);
        if (state == changes [kept - 1].to)
            continue;
        const char *trigger = arena_copy (arena, (slice_t) { steps [i].name, steps [i].name_size });
        if (!trigger)
            return false;
        changes [kept] = (alarm_change_t) { .time_ms = time_ms + AFTER_CHILD_MS, .from = changes [kept - 1].to, .to = state, .trigger = trigger };
        changes [kept].trigger_state = steps [i].change->to;
        changes [kept++].trigger_ms = time_ms;
    }
    *timeline = (alarm_timeline_t) { changes, kept };
    return true;
}

//  The last time until the moment at which the suppressor left ALARM, or INT64_MIN.
static int64_t
s_left_ms (const alarm_timeline_t *suppressor, int64_t time_ms)
{
    int64_t left_ms = INT64_MIN;
    for (size_t i = 0; i < suppressor->count && suppressor->changes [i].time_ms <= time_ms; i++)
        if (suppressor->changes [i].from == SHOP_ALARM)
            left_ms = suppressor->changes [i].time_ms;
    return left_ms;
}

alarm_composite_hold_t
alarm_composite_hold (const shop_composite_alarm_t *alarm, const alarm_change_t *change, const alarm_timeline_t *suppressor, int64_t time_ms)
{
    if (!suppressor)
        return ALARM_COMPOSITE_FREE;
    if (alarm_timeline_state (suppressor, time_ms) == SHOP_ALARM)
        return ALARM_COMPOSITE_ALARM;
    int64_t left_ms = s_left_ms (suppressor, time_ms);
    if (left_ms != INT64_MIN && time_ms - left_ms < (int64_t) alarm->extension_s * 1000)
        return ALARM_COMPOSITE_EXTENSION;
    return time_ms - change->time_ms < (int64_t) alarm->wait_s * 1000 ? ALARM_COMPOSITE_WAIT : ALARM_COMPOSITE_FREE;
}

int64_t
alarm_composite_acted_ms (const shop_composite_alarm_t *alarm, const alarm_timeline_t *timeline, size_t index, const alarm_timeline_t *suppressor,
                          int64_t now_ms)
{
    const alarm_change_t *change = &timeline->changes [index];
    int64_t until_ms = index + 1 < timeline->count ? timeline->changes [index + 1].time_ms : now_ms + 1;
    int64_t wait_ms = suppressor ? (int64_t) alarm->wait_s * 1000 : 0;
    int64_t acted_ms = change->time_ms + wait_ms;
    if (acted_ms < until_ms && alarm_composite_hold (alarm, change, suppressor, acted_ms) == ALARM_COMPOSITE_FREE)
        return acted_ms;
    //  Held back then; the next moment at which they can be taken is the end of an extension
    for (size_t i = 0; suppressor && i < suppressor->count; i++) {
        int64_t free_ms = suppressor->changes [i].time_ms + (int64_t) alarm->extension_s * 1000;
        if (suppressor->changes [i].from == SHOP_ALARM && free_ms > acted_ms && free_ms < until_ms
            && alarm_composite_hold (alarm, change, suppressor, free_ms) == ALARM_COMPOSITE_FREE)
            return free_ms;
    }
    return -1;
}
