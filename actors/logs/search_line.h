/*  search_line - an event as a row

    Whoever can write to a log can write anything there. The row shows it (visible.h) and bounds it: a message that is longer is cut between two
    characters, and says how long it was: "GET /cart… [12,345 bytes]". The line end that most messages have is left off.

    Thread: any; no state. */

#ifndef SEARCH_LINE_H
#define SEARCH_LINE_H

#include "buffer.h"

typedef struct {
    int64_t time_ms;
    slice_t group;              //  Absent: there is no such column
    slice_t stream;
    slice_t message;
    size_t  bytes_max;          //  Of the message as it is shown
} search_line_t;

//  Appends [time, group, stream, message], as JSON. TOO_LARGE, NO_MEMORY.
MUST_CHECK status_t search_line_append (buffer_t *out, const search_line_t *line);

#endif
