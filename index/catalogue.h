/*  catalogue - the metrics that AWS publishes, and what they tell

    A table that was compiled into the program (index/metrics, index/compiler): nothing is read, allocated or asked. A metric is known by its id, its
    place in the order of namespaces and names; so is a namespace. Texts are the table's own, except for those that are kept packed (packed.h): these
    are numbers, which catalogue_text unpacks into the caller's room.

    Thread: any; it never changes. */

#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "catalogue_layout.h"
#include "slice.h"

enum { CATALOGUE_TEXT_BYTES_MAX = LAYOUT_TEXT_BYTES_MAX, CATALOGUE_NONE = -1 };

typedef uint32_t catalogue_text_t;      //  A packed text; 0: ""

typedef struct {
    const char *name, *title;
    catalogue_text_t about, keywords;
    int first, count;                   //  Its metrics' ids
    unsigned prior;                     //  How much rather than others it is meant, in thousandths
} catalogue_namespace_t;

typedef struct {
    const char *namespace, *name, *unit;
    const char *statistics;             //  "Sum, Average": the best first
    const char *dimensions;             //  "A | A, B": sets of names. "": none, or unknown
    int namespace_id;
    layout_origin_t unit_origin, statistics_origin, dimensions_origin;      //  Only dimensions may be LAYOUT_UNKNOWN
    unsigned every_s;                   //  Its usual period
    catalogue_text_t tells, keywords;
} catalogue_metric_t;

typedef struct {
    const char *statistic, *operation, *missing;
    const char *by;                     //  "A, B": the dimensions to alarm on; "": none
    const char *number;                 //  As it was written; "" where there is a rule
    double threshold;
    catalogue_text_t rule, why;         //  rule: how to find the number; 0 where there is one
    unsigned datapoints, periods, period_s;
} catalogue_alarm_t;

int catalogue_count (void);
int catalogue_namespaces_count (void);
size_t catalogue_bytes (void);          //  Of the whole table

catalogue_metric_t    catalogue_metric (int id);
catalogue_namespace_t catalogue_namespace (int id);

//  The id of what is called so; of what is called so but for capitals, when nothing is. CATALOGUE_NONE: there is neither.
int  catalogue_find_namespace (slice_t name);
int  catalogue_find (slice_t namespace, slice_t name);

//  Metrics of that name in all namespaces, without regard to capitals: their ids in order; at most max are written, all are counted.
int  catalogue_find_name (slice_t name, int *ids, int max);

//  Namespaces with metrics that have the dimension, likewise.
int  catalogue_find_dimension (slice_t dimension, int *namespaces, int max);

//  What was probably meant (nearest.h): a namespace; or a metric of that one. CATALOGUE_NONE: nothing is near.
int  catalogue_near_namespace (slice_t name);
int  catalogue_near (int namespace_id, slice_t name);

//  What one looks at beside it, likewise as ids.
int  catalogue_beside (int id, int *ids, int max);

//  Its alarms, and the notes about facts that it contradicts: how many, and one of them.
int  catalogue_alarms_count (int id);
catalogue_alarm_t catalogue_alarm (int id, int at);
int  catalogue_notes_count (int id);
catalogue_text_t catalogue_note (int id, int at);

//  Unpacks; room has CATALOGUE_TEXT_BYTES_MAX bytes.
slice_t catalogue_text (catalogue_text_t text, char *room);

//  The first of the statistics.
slice_t catalogue_best (const char *statistics);

#endif
