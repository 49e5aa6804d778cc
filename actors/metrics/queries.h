/*  queries - what a call of get_metric_data asks for, in one form

    A caller names one metric, or one expression, or a list of queries; here they all become a list. Each query has an id (a caller's, or m1, m2 …
    for metrics and e1, e2 … for expressions, around those that are taken), a statistic in AWS's spelling, and a period that is kept where the window
    begins.

    Owner: the call; memory from its arena, texts in its arguments. Thread: the actor's. */

#ifndef QUERIES_H
#define QUERIES_H

#include "timegrid.h"
#include "metric.h"
#include "statistic.h"

enum { QUERIES_MAX = 1000 };            //  As the contract says

typedef struct {
    slice_t  id;
    bool     id_given;
    metric_t metric;                    //  Its name is absent for an expression
    slice_t  expression;
    slice_t  label, unit, account_id;
    char     stat [STATISTIC_BYTES_MAX];
    int64_t  period_s;                  //  Of its values; of an expression: as far as we know (batches.h)
    bool     period_given;
    bool     hidden;                    //  For expressions only: AWS does not return it
} query_t;

typedef struct {
    query_t  *all;
    size_t    count;
    uint16_t *by_id;                    //  Indices, in the order of the ids
    size_t    raised;                   //  Queries whose period was raised; the first of them:
    int64_t   raised_from_s, raised_to_s;
} queries_t;

//  INVALID_ARGUMENT after it has failed the call with a sentence.
MUST_CHECK status_t queries_read (call_t *call, const timegrid_t *grid, queries_t *queries);

//  Its index; SIZE_MAX: none has this id.
size_t   queries_find (const queries_t *queries, slice_t id);

bool     query_is_metric (const query_t *query);

//  Adds it to AWS's list.
void     query_add (const query_t *query, bool returned, yyjson_mut_doc *doc, yyjson_mut_val *list);

#endif
