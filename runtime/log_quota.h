/*  log_quota - lines that strangers can cause, a few a second

    What anybody who reaches a port can have logged must not fill a disk, nor drown what else is said. So a few lines in a second are written, the
    others are counted, and the next line that is written says how many they were.

        int64_t suppressed;
        if (log_quota_take (&self->refusals, reactor_now_ms (reactor), &suppressed))
            log_warning ("request refused", …, log_int ("suppressed", suppressed));

    Owner: whoever writes such lines; by value, zero-initialised. Thread: one at a time. */

#ifndef LOG_QUOTA_H
#define LOG_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

enum { LOG_QUOTA_LINES = 4, LOG_QUOTA_MS = 1000 };

typedef struct {
    bool    begun;
    int64_t since_ms;           //  When the present second began
    int     lines;              //  Written in it
    int64_t suppressed;         //  Since the last one
} log_quota_t;

//  May a line be written now? Then *suppressed_p is how many were not since the last one. The time is monotonic.
bool log_quota_take (log_quota_t *self, int64_t now_ms, int64_t *suppressed_p);

#endif
