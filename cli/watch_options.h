/*  watch_options - what `trace` and `top` were asked for

        trace [--follow] [--tool X] [--status S] [--errors] [--slow 500ms] [--limit N] [--json]
        trace ID            a number ("17", "#17") or a trace id of 32 hex digits
        top [--once]
        --admin URL         of both: the server's admin port

    Without --admin it is CLOUDWATCH_MCP_ADMIN, else what the server's own settings say (--admin-host, --admin-port, their variables, the file): a
    server that was started from the same environment is found.

    Thread: main; a plain value. */

#ifndef WATCH_OPTIONS_H
#define WATCH_OPTIONS_H

#include "config.h"

enum { WATCH_URL_SIZE = 512, WATCH_NAME_SIZE = 64, WATCH_LIMIT = 20, WATCH_LIMIT_MAX = 2000 };

typedef struct {
    bool    top;                        //  Of `top`; else of `trace`
    bool    follow, json, once;
    char    admin [WATCH_URL_SIZE];     //  "http://127.0.0.1:9334", without a slash at its end
    char    id [WATCH_NAME_SIZE];       //  "": none
    char    tool [WATCH_NAME_SIZE];     //  "": each
    char    status [WATCH_NAME_SIZE];   //  "error" for --errors; "": each
    int64_t slow_ms;                    //  Of calls that took at least so long
    int64_t limit;
} watch_options_t;

//  INVALID_ARGUMENT with a sentence; NO_MEMORY. lookup: as config_read's.
MUST_CHECK status_t watch_options_read (watch_options_t *self, bool top, int argc, char *const *argv, config_lookup_fn *lookup, void *arg,
                                        buffer_t *sentence);

//  The same from the process's environment; says on the terminal what is wrong. False: it was.
bool watch_options_take (watch_options_t *self, bool top, int argc, char *const *argv);

//  Appends the filters as a query, "?tool=x&slow_ms=500"; nothing where there are none. with_limit: and the limit.
void watch_options_append_query (buffer_t *out, const watch_options_t *self, bool with_limit);

#endif
