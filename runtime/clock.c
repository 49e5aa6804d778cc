#include "clock.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

static int64_t
s_system_mono_us (void *self)
{
    (void) self;
    struct timespec now;
    int rc = clock_gettime (CLOCK_MONOTONIC, &now);
    assert (rc == 0);
    (void) rc;
    return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t
s_system_wall_ms (void *self)
{
    (void) self;
    struct timespec now;
    int rc = clock_gettime (CLOCK_REALTIME, &now);
    assert (rc == 0);
    (void) rc;
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const clock_source_t *
clock_system (void)
{
    static const clock_source_t source = { .mono_us = s_system_mono_us, .wall_ms = s_system_wall_ms };
    return &source;
}

//  The calendar's view of a moment, and the milliseconds within its second. Rounds down also before 1970.
static struct tm
s_calendar (int64_t wall_ms, int *ms)
{
    int64_t seconds = wall_ms / 1000;
    *ms = (int) (wall_ms % 1000);
    if (*ms < 0) {
        *ms += 1000;
        seconds--;
    }
    time_t moment = (time_t) seconds;
    struct tm calendar;
    struct tm *known = gmtime_r (&moment, &calendar);
    assert (known);             //  The years of 64-bit milliseconds fit into an int
    (void) known;
    return calendar;
}

const char *
clock_text_minute (int64_t wall_ms, char *text)
{
    int ms;
    struct tm calendar = s_calendar (wall_ms, &ms);
    strftime (text, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%MZ", &calendar);
    return text;
}

const char *
clock_text_second (int64_t wall_ms, char *text)
{
    int ms;
    struct tm calendar = s_calendar (wall_ms, &ms);
    strftime (text, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &calendar);
    return text;
}

const char *
clock_text_ms (int64_t wall_ms, char *text)
{
    int ms;
    struct tm calendar = s_calendar (wall_ms, &ms);
    size_t size = strftime (text, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &calendar);
    snprintf (text + size, CLOCK_TEXT_SIZE - size, ".%03dZ", ms);
    return text;
}

const char *
clock_text_basic (int64_t wall_ms, char *text)
{
    int ms;
    struct tm calendar = s_calendar (wall_ms, &ms);
    strftime (text, CLOCK_TEXT_SIZE, "%Y%m%dT%H%M%SZ", &calendar);
    return text;
}
