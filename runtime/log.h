/*  log - what happened, as JSON lines for a person's eyes and a machine's

    log_info ("listening", log_text ("address", "127.0.0.1"), log_int ("port", 3334));
    {"time":"2026-11-22T23:05:07.042Z","level":"info","event":"listening","address":"127.0.0.1","port":3334}

    A line is at most 4 KB (a longer one is cut, and says "cut":true) and is written into a pipe in one piece; one writer thread carries it to
    standard error. A full pipe never delays the caller: the line is lost, and the next one that gets through says how many were ("dropped":12).
    Before log_start and after log_stop lines go straight to standard error: the command line's short programs need no thread.

    Secrets never enter: nothing here takes a header, a credential or an argument's text. Text from outside is escaped as JSON.

    Thread: log_start and log_stop from main, while no other thread runs; the rest from any thread. */

#ifndef LOG_H
#define LOG_H

#include "slice.h"
#include "status.h"

typedef enum { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG } log_level_t;

typedef struct {
    const char *name;           //  NULL ends the list
    enum { LOG_FIELD_TEXT, LOG_FIELD_INT } kind;
    slice_t text;
    int64_t number;
} log_field_t;

static inline log_field_t
log_slice (const char *name, slice_t text)
{
    return (log_field_t) { .name = name, .kind = LOG_FIELD_TEXT, .text = text };
}

static inline log_field_t
log_text (const char *name, const char *text)
{
    return log_slice (name, slice_of (text ? text : ""));
}

static inline log_field_t
log_int (const char *name, int64_t number)
{
    return (log_field_t) { .name = name, .kind = LOG_FIELD_INT, .number = number };
}

//  Starts the writer thread; lines go to fd (standard error), which stays as it is: no flag of an inherited descriptor is changed.
MUST_CHECK status_t log_start (log_level_t level, int fd);

//  Writes out what is in the pipe, waiting at most a second for a reader that does not read.
void log_stop (void);

//  "error", "warning", "info", "debug" in any case, and the Python server's CRITICAL, WARN, TRACE. False for anything else.
bool log_level_parse (const char *text, log_level_t *level);
void log_set_level (log_level_t level);
log_level_t log_level (void);
bool log_enabled (log_level_t level);
uint64_t log_dropped (void);

//  Events are literals in lower case, a few words. Fields are copied before it returns.
void log_line (log_level_t level, const char *event, const log_field_t *fields);

#define LOG_AT(level, event, ...)                                                          \
    do {                                                                                   \
        if (log_enabled (level))                                                           \
            log_line (level, event, (const log_field_t []) { __VA_ARGS__ __VA_OPT__ (, ) { .name = NULL } }); \
    } while (0)
#define log_error(event, ...)   LOG_AT (LOG_LEVEL_ERROR, event, __VA_ARGS__)
#define log_warning(event, ...) LOG_AT (LOG_LEVEL_WARNING, event, __VA_ARGS__)
#define log_info(event, ...)    LOG_AT (LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_debug(event, ...)   LOG_AT (LOG_LEVEL_DEBUG, event, __VA_ARGS__)

#endif
