/*  alarm_spans - how often alarms went to ALARM, and how long they were there

    Changes of state are fed in the order in which they come, all forwards or all backwards in time. Between two changes of an alarm its state is the
    one that the earlier led to and the later left. Before the first one, from the window's start, it is what that one left; behind the last, to the
    window's end, what that one led to. So the figures are right only when every change within the window was fed.

    So many alarms are counted, no more: that is what changes in a bad week, and beyond it a reader wants the rows, or one alarm.

    Thread: one; by value, zero at first; memory from the arena that it is given. */

#ifndef ALARM_SPANS_H
#define ALARM_SPANS_H

#include "arena.h"
#include "buffer.h"

enum { ALARM_SPANS_MAX = 50, ALARM_STATE_SIZE = 32 };

typedef struct {
    const char *name;
    int64_t to_alarm;                   //  How often it went there
    int64_t in_alarm_ms;                //  So far
    int64_t edge_ms;                    //  Of the change that was fed last
    bool    alarm_beyond;               //  Is it ALARM on the far side of that change?
    char    state [ALARM_STATE_SIZE];   //  At the window's end
} alarm_span_t;

typedef struct {
    int64_t start_ms, end_ms;           //  The window
    bool    backwards;                  //  The newest change comes first
    bool    unknown;                    //  A change could not be read, or there are more alarms: nothing can be said
    bool    many;                       //  There are more alarms
    size_t  count;
    alarm_span_t spans [ALARM_SPANS_MAX];
} alarm_spans_t;

typedef struct {
    slice_t alarm;
    int64_t at_ms;
    slice_t from, to;                   //  "OK", "ALARM", …; absent when not known
} alarm_change_t;

MUST_CHECK status_t alarm_spans_add (alarm_spans_t *self, arena_t *arena, const alarm_change_t *change);

//  Appends the figures of the only alarm, {"to_alarm":8,"in_alarm_min":41,"state":"OK"}, or (all) those of each, under columns. False, and nothing is
//  appended, when there are none or they are not known.
bool alarm_spans_append (alarm_spans_t *self, bool all, buffer_t *json);

#endif
