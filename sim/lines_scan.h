/*  lines_scan - reading the lines of a group in order, piece by piece

    A scan goes forwards from a time or backwards from one, stops where its limits are reached, and says where to go on. How many lines one
    scan looks at is bounded, whatever it is looking for: one that finds little gives little, or nothing, and a place to go on from.

    Owner:   the lines and the pattern are borrowed; the rest is by value. Thread: one. */

#ifndef SIM_LINES_SCAN_H
#define SIM_LINES_SCAN_H

#include "filter_pattern.h"
#include "lines.h"

//  Pages of FilterLogEvents and GetLogEvents: what their documentation says of events and bytes, and what we look at for one page. A minute
//  without any lines is some work too.
enum {
    SCAN_EVENTS_MAX = 10000,
    SCAN_BYTES_MAX = 1024 * 1024,
    SCAN_EVENT_BYTES = 26,              //  Counted for each event besides its message
    SCAN_LINES_MAX = 20000,
    SCAN_MINUTE_LINES = 4
};

//  A place between two lines of a group. It stays valid: what a minute holds does not change.
typedef uint64_t scan_place_t;

typedef struct {
    lines_t *lines;
    const shop_t *shop;
    const shop_log_group_t *group;
    int64_t from_ms, to_ms;             //  Half open
    bool    backwards;
    scan_place_t place;                 //  Where to begin, inside of from and to
    filter_pattern_t *pattern;          //  NULL: all lines
    //  Is this stream wanted? NULL: all are.
    bool  (*wants_stream) (const void *arg, const char *name);
    //  Takes a line, which is lines_at (index).
    void  (*take) (void *arg, size_t index, const line_t *line);
    void   *arg;
    size_t  events_max;
    size_t  lines_max;

    size_t  events;                     //  How many were taken
    scan_place_t first;                 //  Before the first and behind the last of them, in the order of time; where there is none, the
    scan_place_t last;                  //  place where the scan began
} lines_scan_t;

//  The place before everything that is not older than the time.
scan_place_t lines_place (int64_t time_ms);

//  Goes on from the place, and leaves there where the next scan goes on. *done_p: there is nothing behind it. False without memory.
bool    lines_scan (lines_scan_t *self, bool *done_p);

#endif
