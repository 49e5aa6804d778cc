/*  alarm_composite - the states of a composite alarm, from those of its children

    Whenever a child changes, the rule is looked at again (alarm_rule.h): true is ALARM, false is OK. Where the rule speaks of no alarm the
    table gives the state: somebody set it by hand.

    A suppressor holds the actions back, never the state. Source: "Composite alarm action suppression" in the user guide:

      - while it is in ALARM, no action is taken;
      - after the composite alarm has changed, its actions wait for so long whether the suppressor goes to ALARM (the wait period);
      - after the suppressor has left ALARM, actions stay suppressed for so long (the extension period); then they are taken, if the
        composite alarm still is in that state.

    Owner:   the arena. Thread: one. */

#ifndef SIM_ALARM_COMPOSITE_H
#define SIM_ALARM_COMPOSITE_H

#include "alarm_timeline.h"

//  Finds the timeline of an alarm by its name; NULL when there is none (it counts as INSUFFICIENT_DATA).
typedef const alarm_timeline_t *alarm_composite_find_fn (void *context, slice_t name);

//  All children have their timelines already. False without memory.
bool alarm_composite_timeline (const shop_t *shop, const shop_composite_alarm_t *alarm, alarm_composite_find_fn *find, void *context,
                               arena_t *arena, alarm_timeline_t *timeline);

typedef enum { ALARM_COMPOSITE_FREE, ALARM_COMPOSITE_ALARM, ALARM_COMPOSITE_WAIT, ALARM_COMPOSITE_EXTENSION } alarm_composite_hold_t;

//  What holds the actions of the change back at this moment. The suppressor may be NULL.
alarm_composite_hold_t alarm_composite_hold (const shop_composite_alarm_t *alarm, const alarm_change_t *change, const alarm_timeline_t *suppressor,
                                             int64_t time_ms);

//  When the actions of this change were taken; -1 when they were not, up to now or because the state changed again before.
int64_t alarm_composite_acted_ms (const shop_composite_alarm_t *alarm, const alarm_timeline_t *timeline, size_t index,
                                  const alarm_timeline_t *suppressor, int64_t now_ms);

#endif
