/*  streams - the log streams of a group, and how long each lives

    A group has as many slots as it has writers at a time: containers of a function, tasks of a service, hosts. What a slot writes goes into
    one stream after another: a function's container is replaced every few hours, a service's tasks with every deploy, hosts never. Streams
    begin and end with whole minutes.

    Thread: any; no state. */

#ifndef SIM_STREAMS_H
#define SIM_STREAMS_H

#include "shop.h"

//  The tasks of a service are replaced one after the other, so many minutes apart.
enum { STREAMS_SLOTS_MAX = 4, STREAMS_NAME_SIZE = 192, STREAMS_STAGGER_MIN = 2 };

typedef struct {
    int slot;
    int64_t begin_ms;
    int64_t end_ms;             //  Exclusive; STREAMS_FOREVER while nothing follows
} stream_t;

#define STREAMS_FOREVER (INT64_MAX / 2)

int     streams_slots (const shop_log_group_t *group);

//  The stream that the slot writes into at this time.
stream_t streams_at (const shop_t *shop, const shop_log_group_t *group, int slot, int64_t time_ms);

//  Into name, of STREAMS_NAME_SIZE bytes.
void    streams_name (const shop_log_group_t *group, const char *region, const stream_t *stream, char *name);

//  All streams of the group that live in this time, slot by slot, until the visitor says false.
void    streams_each (const shop_t *shop, const shop_log_group_t *group, const char *region, int64_t from_ms, int64_t to_ms,
                      bool (*visit) (void *arg, const stream_t *stream, const char *name), void *arg);

//  The ARN of a log group, or of a stream in it (NULL: of the group alone); STREAMS_ARN_SIZE bytes.
enum { STREAMS_ARN_SIZE = 1024 };
void    streams_arn (const shop_log_group_t *group, const char *region, const char *stream, char *arn);

#endif
