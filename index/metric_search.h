/*  metric_search - the metrics that somebody means

    "latency of load balancer", "disk full rds", "lambda throtled": a question in a person's words (metric_query.h). Each of its words gives points to
    the metrics in which it stands, the more the rarer it is (as BM25 has it), and the most for standing in the name, then among the keywords, in the
    sentences, in a dimension's name. A word that means a service gives points to all of that service's metrics instead. Of a word that meets a
    metric in two ways the greater counts, and a little of the other. Then counts: how many of the words met it, how much of its name was said, how
    many other metrics say that one looks at it, and, last, how often one means this service at all.
    Equals are in the order of the catalogue: the same question has the same answer.

    Thread: any; the scratch is the caller's. */

#ifndef METRIC_SEARCH_H
#define METRIC_SEARCH_H

#include "catalogue_layout.h"
#include "slice.h"

typedef struct {
    int   id;
    float score;
} metric_hit_t;

//  What a search needs beside the table: about 90 KB. It need not be cleared.
typedef struct {
    float   total [LAYOUT_METRICS_MAX];
    float   best [LAYOUT_METRICS_MAX];          //  Of the word at hand
    uint8_t seen [LAYOUT_METRICS_MAX];          //  For which word that is
    uint8_t words [LAYOUT_METRICS_MAX];         //  How many met it
    uint8_t in_name [LAYOUT_METRICS_MAX];
} metric_search_t;

//  Best first; returns how many were written, at most max.
int metric_search (metric_search_t *scratch, slice_t question, metric_hit_t *hits, int max);

#endif
