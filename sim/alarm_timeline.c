#include "alarm_timeline.h"

#include "alarm_points.h"
#include "chance.h"

#include <assert.h>
#include <stdlib.h>

static const int64_t MINUTE_MS = 60000;

static const int64_t HOUR_MS = INT64_C (60) * 60 * 1000;
static const int64_t DAY_MS = INT64_C (24) * 60 * 60 * 1000;

//  An alarm of which the table says that it changed later came into its first state some hours before what a history keeps. Datapoints of a minute
//  are kept for a day longer than histories: so expressions have them.
enum { FIRST_LEAST_HOURS = 3, FIRST_SPAN_HOURS = 16, SETTLED_PERIODS = 8 };

//  Changes that one alarm can have: the one that flaps most has some three hundred in four months. A simulator that has stood for years has
//  no room for more.
enum { CHANGES_MAX = 2048 };

int64_t
alarm_timeline_offset_ms (const shop_alarm_head_t *head)
{
    return (int64_t) (chance_of_text (head->name) % (uint64_t) MINUTE_MS);
}

const alarm_change_t *
alarm_timeline_last (const alarm_timeline_t *timeline)
{
    assert (timeline->count > 0);
    return &timeline->changes [timeline->count - 1];
}

shop_state_t
alarm_timeline_state (const alarm_timeline_t *timeline, int64_t time_ms)
{
    size_t after = 0;
    while (after < timeline->count && timeline->changes [after].time_ms <= time_ms)
        after++;
    return after ? timeline->changes [after - 1].to : timeline->changes [0].from;
}

static shop_state_t
s_other (shop_state_t state)
{
    return state == SHOP_OK ? SHOP_ALARM : SHOP_OK;
}

//  The series may have been beyond the threshold right up to the minute that the table gives: the state is seen some periods after it.
alarm_change_t
alarm_timeline_first (const shop_t *shop, const shop_alarm_head_t *head, int64_t period_ms, shop_state_t state)
{
    int64_t kept_ms = ALARM_HISTORY_DAYS * DAY_MS;
    int64_t ago_ms = (int64_t) head->changed_min * MINUTE_MS;
    if (ago_ms - SETTLED_PERIODS * period_ms < kept_ms + MINUTE_MS)
        ago_ms = kept_ms + SETTLED_PERIODS * period_ms + FIRST_LEAST_HOURS * HOUR_MS + ago_ms % (FIRST_SPAN_HOURS * HOUR_MS);
    int64_t end_ms = ((shop->now_ms - ago_ms) / period_ms + SETTLED_PERIODS) * period_ms;
    return (alarm_change_t) { .time_ms = end_ms + alarm_timeline_offset_ms (head), .from = s_other (state), .to = state };
}

bool
alarm_timeline_given (const shop_t *shop, const shop_alarm_head_t *head, arena_t *arena, alarm_timeline_t *timeline)
{
    alarm_change_t *change = arena_alloc (arena, sizeof *change);
    if (!change)
        return false;
    int64_t time_ms = shop->now_ms - (int64_t) head->changed_min * MINUTE_MS - alarm_timeline_offset_ms (head);
    shop_state_t from = head->state == SHOP_INSUFFICIENT_DATA ? head->state : s_other (head->state);     //  Never checked since it was created
    *change = (alarm_change_t) { .time_ms = time_ms, .from = from, .to = head->state };
    *timeline = (alarm_timeline_t) { change, 1 };
    return true;
}

//  A walk over an alarm's evaluations.
typedef struct {
    const shop_t *shop;
    const char *region;
    const shop_metric_alarm_t *alarm;
    int64_t period_ms;
    arena_t *arena;                     //  Of what stays
    alarm_change_t changes [CHANGES_MAX];
    size_t count;
} walk_t;

//  Notes a change. False without memory or room.
static bool
s_note (walk_t *walk, const alarm_change_t *change, const alarm_evidence_t *evidence)
{
    alarm_evidence_t *kept = NULL;
    if (walk->count == CHANGES_MAX)
        return false;
    if (evidence && !(kept = arena_alloc (walk->arena, sizeof *kept)))
        return false;
    if (kept)
        *kept = *evidence;
    walk->changes [walk->count] = *change;
    walk->changes [walk->count++].evidence = kept;
    return true;
}

//  The datapoints for evaluations at the ends of periods from first_ms on, a whole range for the first. To be freed; NULL without memory.
static alarm_point_t *
s_points_new (const walk_t *walk, int64_t first_ms, size_t evaluations)
{
    int range = alarm_judge_range (walk->alarm);
    size_t count = evaluations + (size_t) range - 1;
    alarm_point_t *points = calloc (count, sizeof *points);
    if (points && !alarm_points_read (walk->shop, walk->region, walk->alarm, first_ms - range * walk->period_ms, count, points)) {
        free (points);
        points = NULL;
    }
    return points;
}

//  The first change: into the state in which the week begins, with the datapoints of that time if they speak for it.
static bool
s_begin (walk_t *walk, shop_state_t state)
{
    alarm_evidence_t evidence;
    alarm_change_t first = alarm_timeline_first (walk->shop, &walk->alarm->head, walk->period_ms, state);
    int64_t end_ms = first.time_ms / walk->period_ms * walk->period_ms;
    alarm_point_t *points = s_points_new (walk, end_ms, 1);
    bool spoken = points && alarm_judge (walk->alarm, points, end_ms - walk->period_ms, state, &evidence) == state;
    bool done = points && s_note (walk, &first, spoken ? &evidence : NULL);
    free (points);
    return done;
}

//  Judges the periods that end from first_ms to last_ms. The first verdict is the state in which the week begins.
static bool
s_evaluate (walk_t *walk, int64_t first_ms, int64_t last_ms)
{
    size_t evaluations = (size_t) ((last_ms - first_ms) / walk->period_ms) + 1;
    alarm_point_t *points = s_points_new (walk, first_ms, evaluations);
    alarm_evidence_t evidence;
    bool done = points && s_begin (walk, alarm_judge (walk->alarm, points, first_ms - walk->period_ms, SHOP_OK, &evidence));
    for (size_t i = 1; done && i < evaluations; i++) {
        int64_t end_ms = first_ms + (int64_t) i * walk->period_ms;
        shop_state_t before = walk->changes [walk->count - 1].to;
        shop_state_t after = alarm_judge (walk->alarm, points + i, end_ms - walk->period_ms, before, &evidence);
        alarm_change_t change = { .time_ms = end_ms + alarm_timeline_offset_ms (&walk->alarm->head), .from = before, .to = after };
        if (after != before)
            done = s_note (walk, &change, &evidence);
    }
    free (points);
    return done;
}

bool
alarm_timeline_of_metric (const shop_t *shop, const char *region, const shop_metric_alarm_t *alarm, int64_t until_ms, arena_t *arena,
                          alarm_timeline_t *timeline)
{
    if (alarm->promql)
        return alarm_timeline_given (shop, &alarm->head, arena, timeline);
    walk_t *walk = calloc (1, sizeof *walk);
    if (!walk)
        return false;
    *walk = (walk_t) { .shop = shop, .region = region, .alarm = alarm, .arena = arena };
    walk->period_ms = (int64_t) alarm_judge_period_s (alarm) * 1000;
    int64_t first_ms = (shop->now_ms - ALARM_TIMELINE_DAYS * DAY_MS) / walk->period_ms * walk->period_ms;
    int64_t last_ms = (until_ms - alarm_timeline_offset_ms (&alarm->head)) / walk->period_ms * walk->period_ms;
    alarm_change_t *changes = NULL;
    if (s_evaluate (walk, first_ms, last_ms) && (changes = arena_alloc (arena, walk->count * sizeof *changes)))
        memcpy (changes, walk->changes, walk->count * sizeof *changes);
    *timeline = (alarm_timeline_t) { changes, walk->count };
    free (walk);
    return changes != NULL;
}
