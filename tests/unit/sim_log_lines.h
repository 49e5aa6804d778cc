/*  sim_log_lines - the simulated shop and its log lines in a test

    Thread: one. */

#ifndef SIM_LOG_LINES_H
#define SIM_LOG_LINES_H

#include "lines.h"
#include "sim_ask.h"

enum { SIM_BULK_GROUPS = 40, SIM_BULK_EVENTS = 20000 };

//  As sim_ask_open, with some extra groups.
static inline int
sim_lines_open (void **state)
{
    return sim_ask_open_with (state, (shop_config_t) { .seed = 1, .log_groups_extra = SIM_BULK_GROUPS, .log_events = SIM_BULK_EVENTS });
}

//  The own account's group of this name.
static inline const shop_log_group_t *
sim_group (const shop_t *shop, const char *name)
{
    for (size_t i = 0; i < shop->log_groups_count; i++)
        if (strcmp (shop->log_groups [i].name, name) == 0 && strcmp (shop->log_groups [i].account, SHOP_ACCOUNT) == 0)
            return &shop->log_groups [i];
    fail_msg ("there is no log group %s", name);
    return NULL;
}

//  The beginning of the minute so many minutes ago.
static inline int64_t
sim_minute_ms (int minutes_ago)
{
    return (SIM_ASK_NOW_MS / 60000 - minutes_ago) * 60000;
}

static inline bool
sim_holds (slice_t text, const char *words)
{
    return memmem (text.data, text.size, words, strlen (words)) != NULL;
}

//  How many lines of the minute hold the words.
static inline int
sim_count_lines (lines_t *lines, int64_t minute_ms, const char *words)
{
    int count = 0;
    assert_true (lines_read (lines, minute_ms));
    for (size_t i = 0; i < lines_count (lines); i++)
        count += sim_holds (lines_at (lines, i).message, words);
    return count;
}

#endif
