/*  window - the time that a call is about

    The arguments start_time and end_time (moment.h says how they may be written), as one window: start included, end not. Without an end it is now;
    an end in the future is now too. Now is the end of the second that has begun: who says "-3h" means no milliseconds, and none are answered. A
    window that begins at or behind its end, or a text that is no time, fails the call with a sentence.

    Every answer about a time says its window, in UTC, because the caller may have said "-3h".

    Thread: the actor's; no state. */

#ifndef WINDOW_H
#define WINDOW_H

#include "operation.h"

typedef struct {
    int64_t start_ms;           //  Since 1970, included
    int64_t end_ms;             //  Not included
    int64_t now_ms;             //  When the call was read; a whole second
    bool    until_now;          //  Nobody named an earlier end
} window_t;

//  Without a start the window begins so long before its end. INVALID_ARGUMENT after it has failed the call with a sentence.
MUST_CHECK status_t window_read (call_t *call, int64_t default_ms, window_t *window);

//  Appends ["2026-11-22T20:00Z","2026-11-22T23:00Z"]: to the minute, to the second or to the millisecond, as fine as is needed.
void window_append (buffer_t *out, int64_t start_ms, int64_t end_ms);

#endif
