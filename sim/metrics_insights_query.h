/*  metrics_insights_query - a Metrics Insights query, read

    Shared by the reader (metrics_insights.c) and by what runs it (metrics_insights_run.c).

    Thread: any; no state. */

#ifndef SIM_METRICS_INSIGHTS_QUERY_H
#define SIM_METRICS_INSIGHTS_QUERY_H

#include "metrics_insights.h"

typedef enum { INSIGHTS_AVG, INSIGHTS_COUNT, INSIGHTS_MAX, INSIGHTS_MIN, INSIGHTS_SUM, INSIGHTS_FUNCTIONS } insights_function_t;

typedef enum { INSIGHTS_EQUAL, INSIGHTS_UNEQUAL, INSIGHTS_ALL, INSIGHTS_ANY } insights_kind_t;

typedef struct insights_condition {
    insights_kind_t kind;
    slice_t name, value;                    //  Of a comparison
    struct insights_condition *first;       //  Child
    struct insights_condition *next;        //  Sibling
} insights_condition_t;

struct metrics_insights {
    insights_function_t function;
    slice_t metric;
    slice_t namespace;
    bool schema;                                        //  Exactly these dimensions
    slice_t dimensions [METRICS_INSIGHTS_NAMES_MAX];
    int dimensions_count;
    insights_condition_t *where;                        //  NULL: all
    slice_t groups [METRICS_INSIGHTS_NAMES_MAX];
    int groups_count;
    bool ordered, descending;
    insights_function_t order;
    size_t limit;
};

#endif
