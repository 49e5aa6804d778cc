/*  metrics_page - metrics of the catalogue, for people and for programs

    Thread: main; no state. */

#ifndef METRICS_PAGE_H
#define METRICS_PAGE_H

#include "catalogue.h"
#include "terminal.h"

//  One line of a list: what it is called, its unit and best statistic, and its first sentence below.
void metrics_page_row (buffer_t *out, int id, const terminal_t *terminal);

//  All that is known of it.
void metrics_page_metric (buffer_t *out, int id, const terminal_t *terminal);

//  The namespace, and a line for each of its metrics.
void metrics_page_namespace (buffer_t *out, int id, const terminal_t *terminal);

//  As a JSON object: {"namespace", "name", "unit", "statistic", …}.
void metrics_page_json (buffer_t *out, int id);

//  What is there, counted.
void metrics_page_stats (buffer_t *out);

#endif
