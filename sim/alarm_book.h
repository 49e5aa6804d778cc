/*  alarm_book - all alarms of a region, each with what became of it in the last week

    The shop's tables say what is watched; the series of a region say what was seen. A book is written when it is first asked for, and again
    when a minute has passed since (a tenth of a second's work); what it tells of the past does not change. A few regions' books are kept, the
    one asked for longest ago makes room.

    Owner:   the shop. Thread: one: asking may write a book. */

#ifndef SIM_ALARM_BOOK_H
#define SIM_ALARM_BOOK_H

#include "alarm_timeline.h"

//  Regions kept at a time. Whoever asks decides the name, so it is bounded as in a signature's scope.
enum { ALARM_BOOK_REGIONS_KEPT = 4, ALARM_BOOK_REGION_SIZE = 129 };

//  Timelines by the shop's index of the alarm, up to a moment.
typedef struct {
    int64_t until_ms;
    const alarm_timeline_t *metric;
    const alarm_timeline_t *composite;
    const alarm_timeline_t *log;
} alarm_book_t;

//  Part of a shop: no region yet; NULL without memory.
struct alarm_shelf *alarm_shelf_new (void);
void alarm_shelf_destroy (struct alarm_shelf **self_p);

//  It stays until the next book is asked for. NULL without memory.
const alarm_book_t *alarm_book (const shop_t *shop, const char *region);

//  The head and the timeline of an alarm of any kind; NULL when there is none of this name.
const shop_alarm_head_t *alarm_book_find (const shop_t *shop, const alarm_book_t *book, slice_t name, const alarm_timeline_t **timeline);

#endif
