/*  lines_kinds - which log group holds what kind of lines

    A kind is found by the beginning of the group's name. Most are a list of texts, of which every line takes one by weight, with marks that
    lines_fill replaces.

    Thread: any; tables only. */

#ifndef SIM_LINES_KINDS_H
#define SIM_LINES_KINDS_H

#include "shop.h"

typedef enum {
    LINES_TEXTS,                //  Texts by weight
    LINES_LAMBDA,               //  A function's invocations
    LINES_DEPLOYS,              //  What was deployed, from lines_deploys
    LINES_BULK                  //  The extra groups: shop_t.log_events
} lines_write_t;

typedef enum {
    STREAMS_CONTAINERS,         //  2026/11/24/[$LATEST]32hex, every eight hours another
    STREAMS_TASKS,              //  name/name/32hex, with every deploy another
    STREAMS_NAMED,              //  The kind's own names, for ever
    STREAMS_DAILY,              //  2026-11-24, one a day
    STREAMS_RUNS                //  A uuid for every run
} lines_streams_t;

typedef struct {
    int weight;                 //  0 ends a list
    const char *text;
} lines_text_t;

typedef struct {
    const char *prefix;
    lines_write_t write;
    lines_streams_t streams;
    const char *names;          //  Of named streams, one space between
    const lines_text_t *texts;
    double per_minute;          //  Lines (of a function: invocations) at a mean time of the day; of one run
    int every_min;              //  Minutes between runs; 0: it never rests
} lines_kind_t;

const lines_kind_t *lines_kind_of (const shop_log_group_t *group);

//  What a service or a function says of its work, alternatives with a | between.
const char *lines_words_of (const char *name);

//  A deploy: of the story, or an ordinary one.
typedef struct {
    int at_min;                 //  Minutes before now
    const char *group;          //  The log group of what is deployed, NULL where it has none
    const char *text;
} lines_deploy_t;

//  The story's, oldest first, ended by a row without a text.
extern const lines_deploy_t LINES_DEPLOYS_OF_STORY [];

//  The beginning of the minute that lay so many minutes before the story's now.
int64_t lines_story_ms (const shop_t *shop, int minutes_ago);

//  The ordinary deploys of a group's service: the last that began at this time or before, and the next. False for groups that have none.
bool    lines_deploys_around (const shop_log_group_t *group, int64_t time_ms, int64_t *last_ms, int64_t *next_ms);

//  When the containers of the leaking service were killed around this time, as above. False for other groups, and where the story says nothing.
bool    lines_kills_around (const shop_t *shop, const shop_log_group_t *group, int64_t time_ms, int64_t *last_ms, int64_t *next_ms);

#endif
