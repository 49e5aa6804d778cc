#include "alarm_book.h"

#include "alarm_composite.h"

#include <stdlib.h>

//  All timelines of one region, with the datapoints that decided.
enum { BOOK_BYTES_MAX = 16 * 1024 * 1024 };

//  Alarms are evaluated once a minute.
enum { FRESH_MS = 60000 };

typedef struct {
    char region [ALARM_BOOK_REGION_SIZE];
    arena_t *arena;                     //  NULL: nothing is written here
    alarm_book_t book;
    uint64_t asked;                     //  When it was last asked for, in questions to the shelf
} volume_t;

struct alarm_shelf {
    volume_t volumes [ALARM_BOOK_REGIONS_KEPT];
    uint64_t questions;
};

struct alarm_shelf *
alarm_shelf_new (void)
{
    return calloc (1, sizeof (struct alarm_shelf));
}

static void
s_empty (volume_t *volume)
{
    if (volume->arena)
        arena_destroy (&volume->arena);
    *volume = (volume_t) { .arena = NULL };
}

void
alarm_shelf_destroy (struct alarm_shelf **self_p)
{
    for (size_t i = 0; *self_p && i < ALARM_BOOK_REGIONS_KEPT; i++)
        s_empty (&(*self_p)->volumes [i]);
    free (*self_p);
    *self_p = NULL;
}

const shop_alarm_head_t *
alarm_book_find (const shop_t *shop, const alarm_book_t *book, slice_t name, const alarm_timeline_t **timeline)
{
    for (size_t i = 0; i < shop->metric_alarms_count; i++)
        if (slice_is (name, shop->metric_alarms [i].head.name)) {
            *timeline = &book->metric [i];
            return &shop->metric_alarms [i].head;
        }
    for (size_t i = 0; i < shop->composite_alarms_count; i++)
        if (slice_is (name, shop->composite_alarms [i].head.name)) {
            *timeline = &book->composite [i];
            return &shop->composite_alarms [i].head;
        }
    for (size_t i = 0; i < shop->log_alarms_count; i++)
        if (slice_is (name, shop->log_alarms [i].head.name)) {
            *timeline = &book->log [i];
            return &shop->log_alarms [i].head;
        }
    return NULL;
}

//  A book that is being written. Composite alarms may be each other's children, so a timeline is written when it is first needed.
typedef struct {
    const shop_t *shop;
    arena_t *arena;
    alarm_book_t book;
    alarm_timeline_t *composite;        //  The book's, to be written; a count of 0 marks those that are not
    bool *begun;                        //  By composite: a circle of rules must end somewhere
    bool failed;
} writing_t;

static void s_write_composite (writing_t *writing, size_t index);

static const alarm_timeline_t *
s_child (void *arg, slice_t name)
{
    writing_t *writing = arg;
    const alarm_timeline_t *timeline = NULL;
    if (!alarm_book_find (writing->shop, &writing->book, name, &timeline))
        return NULL;
    if (timeline->count == 0 && timeline >= writing->composite && timeline < writing->composite + writing->shop->composite_alarms_count)
        s_write_composite (writing, (size_t) (timeline - writing->composite));
    return timeline->count ? timeline : NULL;
}

static void
s_write_composite (writing_t *writing, size_t index)
{
    alarm_timeline_t timeline;
    if (writing->begun [index])
        return;
    writing->begun [index] = true;
    if (alarm_composite_timeline (writing->shop, &writing->shop->composite_alarms [index], s_child, writing, writing->arena, &timeline))
        writing->composite [index] = timeline;
    else
        writing->failed = true;
}

static bool
s_write (volume_t *volume, const shop_t *shop, const char *region)
{
    writing_t writing = { .shop = shop, .arena = volume->arena };
    alarm_timeline_t *metric = arena_alloc (volume->arena, (shop->metric_alarms_count + 1) * sizeof *metric);
    alarm_timeline_t *log = arena_alloc (volume->arena, (shop->log_alarms_count + 1) * sizeof *log);
    writing.composite = arena_alloc (volume->arena, (shop->composite_alarms_count + 1) * sizeof *writing.composite);
    writing.begun = arena_alloc (volume->arena, (shop->composite_alarms_count + 1) * sizeof *writing.begun);
    if (!metric || !log || !writing.composite || !writing.begun)
        return false;
    writing.book = (alarm_book_t) { shop_clock_ms (shop), metric, writing.composite, log };
    for (size_t i = 0; i < shop->metric_alarms_count; i++)
        if (!alarm_timeline_of_metric (shop, region, &shop->metric_alarms [i], writing.book.until_ms, volume->arena, &metric [i]))
            return false;
    for (size_t i = 0; i < shop->log_alarms_count; i++)
        if (!alarm_timeline_given (shop, &shop->log_alarms [i].head, volume->arena, &log [i]))
            return false;
    for (size_t i = 0; i < shop->composite_alarms_count; i++)
        s_write_composite (&writing, i);
    volume->book = writing.book;
    return !writing.failed;
}

const alarm_book_t *
alarm_book (const shop_t *shop, const char *region)
{
    struct alarm_shelf *shelf = shop->alarms;
    volume_t *volume = &shelf->volumes [0];
    shelf->questions++;
    for (size_t i = 0; i < ALARM_BOOK_REGIONS_KEPT; i++) {
        volume_t *at = &shelf->volumes [i];
        if (at->arena && strcmp (at->region, region) == 0) {
            volume = at;
            break;
        }
        if (at->asked < volume->asked)
            volume = at;
    }
    if (volume->arena && strcmp (volume->region, region) == 0 && shop_clock_ms (shop) < volume->book.until_ms + FRESH_MS) {
        volume->asked = shelf->questions;
        return &volume->book;
    }
    s_empty (volume);
    if (strlen (region) >= sizeof volume->region || !(volume->arena = arena_new (BOOK_BYTES_MAX)) || !s_write (volume, shop, region)) {
        s_empty (volume);
        return NULL;
    }
    memcpy (volume->region, region, strlen (region) + 1);
    volume->asked = shelf->questions;
    return &volume->book;
}
