#include "lines_scan.h"

//  A place: the minute since 1970, and the number of the line in it that comes next (reading forwards; reading backwards, the one before it).
enum { PLACE_BITS = 32 };
#define PLACE_END UINT32_MAX            //  Behind all lines of the minute

static scan_place_t
s_place (int64_t minute_ms, uint64_t index)
{
    return (uint64_t) (minute_ms / LINES_MINUTE_MS) << PLACE_BITS | index;
}

scan_place_t
lines_place (int64_t time_ms)
{
    return s_place (time_ms > 0 ? time_ms : 0, 0);
}

typedef struct {
    int64_t now_ms;
    size_t looked;
    size_t bytes;
    bool   wanted [STREAMS_SLOTS_MAX];
} progress_t;

//  What comes of one line.
typedef enum { STEP_ON, STEP_FULL } step_t;

static step_t
s_take (lines_scan_t *self, progress_t *progress, size_t index)
{
    line_t line = lines_at (self->lines, index);
    if (self->events >= self->events_max || progress->looked >= self->lines_max)
        return STEP_FULL;
    progress->looked++;
    bool there = line.time_ms >= self->from_ms && line.time_ms < self->to_ms && line.ingestion_ms <= progress->now_ms;
    if (!there || !progress->wanted [line.slot])
        return STEP_ON;
    if (self->pattern && !filter_pattern_matches (self->pattern, line.message))
        return STEP_ON;
    progress->bytes += line.message.size + SCAN_EVENT_BYTES;
    if (progress->bytes > SCAN_BYTES_MAX && self->events)
        return STEP_FULL;
    self->take (self->arg, index, &line);
    int64_t minute_ms = line.time_ms / LINES_MINUTE_MS * LINES_MINUTE_MS;
    if (!self->events || self->backwards)
        self->first = s_place (minute_ms, index);
    if (!self->events || !self->backwards)
        self->last = s_place (minute_ms, index + 1);
    self->events++;
    return STEP_ON;
}

//  All of the minute that lies in the direction. False when a limit was reached; the place is then inside of the minute.
static bool
s_scan_minute (lines_scan_t *self, progress_t *progress, int64_t minute_ms)
{
    size_t count = lines_count (self->lines);
    size_t at = (size_t) (self->place & PLACE_END);
    for (int slot = 0; count && slot < streams_slots (self->group); slot++)
        progress->wanted [slot] = !self->wants_stream || self->wants_stream (self->arg, lines_stream (self->lines, slot));
    at = at < count ? at : count;
    while (self->backwards ? at > 0 : at < count) {
        if (s_take (self, progress, self->backwards ? at - 1 : at) == STEP_FULL) {
            self->place = s_place (minute_ms, at);
            return false;
        }
        at = self->backwards ? at - 1 : at + 1;
    }
    return true;
}

bool
lines_scan (lines_scan_t *self, bool *done_p)
{
    int64_t oldest_ms = lines_from_ms (self->shop, self->group);
    int64_t now_ms = shop_clock_ms (self->shop);
    progress_t progress = { .now_ms = now_ms };
    self->from_ms = self->from_ms > oldest_ms ? self->from_ms : oldest_ms;
    self->to_ms = self->to_ms < now_ms + 1 ? self->to_ms : now_ms + 1;
    self->from_ms = self->from_ms < self->to_ms ? self->from_ms : self->to_ms;
    self->events = 0;
    scan_place_t lowest = lines_place (self->from_ms), highest = lines_place (self->to_ms) | PLACE_END;
    self->place = self->place < lowest ? lowest : self->place > highest ? highest : self->place;
    self->first = self->last = self->place;
    *done_p = false;
    for (;;) {
        int64_t minute_ms = (int64_t) (self->place >> PLACE_BITS) * LINES_MINUTE_MS;
        *done_p = self->backwards ? minute_ms + LINES_MINUTE_MS <= self->from_ms : minute_ms >= self->to_ms;
        if (*done_p)
            return true;
        progress.looked += SCAN_MINUTE_LINES;
        if (progress.looked > self->lines_max)
            return true;
        if (!lines_read (self->lines, minute_ms))
            return false;
        if (!s_scan_minute (self, &progress, minute_ms))
            return true;
        self->place = self->backwards ? s_place (minute_ms - LINES_MINUTE_MS, PLACE_END) : s_place (minute_ms + LINES_MINUTE_MS, 0);
    }
}
