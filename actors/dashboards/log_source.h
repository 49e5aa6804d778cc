/*  log_source - which log groups a log widget's query reads, and the query without them

        SOURCE '/ecs/shop/checkout' | SOURCE '/ecs/shop/orders' | filter @message like /ERROR/
        SOURCE logGroups(namePrefix: ['/aws/lambda/'], class: 'STANDARD') | stats count(*) by bin(5m)

    The console keeps the groups of a widget in front of its query; StartQuery takes them apart. What is not written like this is left in the
    query as it is.

    Thread: any; by value; its slices point into the text. Source: "SOURCE" in the user guide of CloudWatch Logs. */

#ifndef LOG_SOURCE_H
#define LOG_SOURCE_H

#include "slice.h"

//  StartQuery and search_log_events take 50 groups; SOURCE takes 5 prefixes.
enum { LOG_SOURCE_GROUPS_MAX = 50, LOG_SOURCE_PREFIXES_MAX = 5 };

typedef struct {
    slice_t groups [LOG_SOURCE_GROUPS_MAX];             //  Names or ARNs
    size_t  groups_count;
    slice_t prefixes [LOG_SOURCE_PREFIXES_MAX];
    size_t  prefixes_count;
    size_t  more;                                       //  Groups and prefixes that found no place
    slice_t query;                                      //  The rest, without blanks around it; may be empty
} log_source_t;

void log_source_read (log_source_t *self, slice_t text);

#endif
