/*  lines - what stands in the shop's log groups, minute by minute

    The lines of a group in any minute are computed when they are asked for: the same every time, in order of time, with nothing kept. How
    many there are follows the time of day; a Lambda function writes START, END and REPORT for as many invocations, and an ERROR for as many
    errors, as its metrics count in that minute (series.h), and every incident of the story (story.h) leaves its lines where its cause and
    its symptoms would be written.

    A line belongs to a stream (streams.h) by its slot. It is received between one and five seconds after its time, all of one stream and
    one second together, and until then it is not there yet. Its id is unique in the account and says nothing of the order.

    Groups are read from lines_from_ms on: what is older than the group, or than its retention, is gone.

    Owner:   whoever called lines_new; the shop is borrowed. Thread: one. */

#ifndef SIM_LINES_H
#define SIM_LINES_H

#include "buffer.h"
#include "shop.h"
#include "streams.h"

enum { LINES_MINUTE_MS = 60000, LINES_ID_SIZE = 57, LINES_DELAY_MS_MAX = 5000 };

typedef struct {
    int64_t time_ms;
    int64_t ingestion_ms;
    int     slot;
    slice_t message;            //  Until the next minute is read
} line_t;

typedef struct lines lines_t;

//  NULL without memory.
lines_t *lines_new (const shop_t *shop, const shop_log_group_t *group, const char *region);
void    lines_destroy (lines_t **self_p);

//  The time of the first line that the group may still hold.
int64_t lines_from_ms (const shop_t *shop, const shop_log_group_t *group);

//  Computes the minute that begins then (a multiple of LINES_MINUTE_MS). False without memory.
bool    lines_read (lines_t *self, int64_t minute_ms);

//  Of the minute that was read.
size_t  lines_count (const lines_t *self);
line_t  lines_at (const lines_t *self, size_t index);
void    lines_id (const lines_t *self, size_t index, char *id);

//  The name of the stream that a slot's lines of the minute belong to.
const char *lines_stream (const lines_t *self, int slot);

#endif
