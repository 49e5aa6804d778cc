/*  metric_json - metrics of the catalogue as JSON, for answers and resources

    Members are called as the arguments of get_metric_data are, so that what is found can be asked for as it stands: namespace, metric_name, stat,
    dimensions (sets of names; one of them has to be filled in). What the catalogue only infers is said to be inferred; dimensions that it does not
    know are left out, or null in a row, which is not the same as [[]], a metric without any.

    Thread: any; no state. */

#ifndef METRIC_JSON_H
#define METRIC_JSON_H

#include "buffer.h"
#include "catalogue.h"

//  ,"name":"text"
void metric_json_text (buffer_t *out, const char *name, slice_t text);

//  "A, B" as ["A","B"].
void metric_json_list (buffer_t *out, slice_t text);

//  {"namespace":…,"metric_name":…}: which one.
void metric_json_name (buffer_t *out, int id);

//  The object with all that is known of it.
void metric_json_append (buffer_t *out, int id);

//  "columns":[…],"rows":[…]: metrics in few words, each with the first sentence of what it tells.
void metric_json_rows (buffer_t *out, const int *ids, int count);

//  The members of an object: what the namespace is, and its metrics with their names, units and statistics; all: and what they tell, whole.
void metric_json_namespace (buffer_t *out, int namespace_id, bool all);

#endif
