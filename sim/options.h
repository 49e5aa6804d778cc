/*  options - the simulator's command line

    Thread: main, before anything else. */

#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "buffer.h"
#include "knobs.h"
#include "verify.h"

typedef enum { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_WRONG } options_wish_t;

typedef struct {
    const char *host;
    int      port;
    bool     now_fixed;
    int64_t  now_ms;            //  When fixed
    uint64_t seed;
    int64_t  latency_ms;
    int      log_groups;        //  Extra ones, for tests of paging
    int      metrics;
    int      log_events;        //  In the extra groups
    knobs_t  knobs;             //  As they stand at first
} options_t;

extern const char *const OPTIONS_HELP_TEXT;

//  Reads flags as "--flag VALUE" or "--flag=VALUE"; keys go to the verifier, after those of the environment (the value of
//  CLOUDWATCH_SIM_KEYS, several with a comma between; may be NULL) and the one of the official signing examples. WRONG with a sentence.
options_wish_t options_read (options_t *self, int count, char *const *texts, const char *environment_keys, verify_t *keys, buffer_t *sentence);

//  2026-11-22T23:05Z, 2026-11-22T23:05:07Z, or seconds or milliseconds since 1970. False for anything else.
bool options_read_time (const char *text, int64_t *time_ms);

#endif
