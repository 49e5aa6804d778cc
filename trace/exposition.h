/*  exposition - figures as Prometheus reads them

    Two formats of one page: the text format 0.0.4, which everything reads, and OpenMetrics 1.0, which has units, and exemplars: the trace id of a
    call behind each bucket's count. They differ in how a counter's family is called (OpenMetrics leaves _total to the sample) and in the end mark.

    Names, labels and their values come from tables of this program, never from outside; values are escaped all the same. Times are in seconds.

    Thread: one at a time. Sources: prometheus.io, "Exposition formats"; OpenMetrics 1.0.0. */

#ifndef EXPOSITION_H
#define EXPOSITION_H

#include "buffer.h"
#include "histogram.h"

typedef enum { EXPOSITION_COUNTER, EXPOSITION_GAUGE, EXPOSITION_HISTOGRAM } exposition_kind_t;

typedef struct {
    const char *name;                   //  NULL ends the list
    const char *value;
} exposition_label_t;

typedef struct {
    buffer_t   *out;
    bool        open_metrics;
    const char *name;                   //  Of the family under way, without _total
    exposition_kind_t kind;
} exposition_t;

//  The Content-Type of each; and which one does an Accept header ask for? text/plain where it says nothing that we have.
const char *exposition_content_type (bool open_metrics);
bool        exposition_wants_open_metrics (slice_t accept);

void exposition_init (exposition_t *self, buffer_t *out, bool open_metrics);

//  A family: its name (of a counter without _total), its unit where the name ends in one, else NULL, and a sentence. Its samples follow.
void exposition_begin (exposition_t *self, exposition_kind_t kind, const char *name, const char *unit, const char *help);

//  labels: ended by a NULL name; may be NULL.
void exposition_number (exposition_t *self, const exposition_label_t *labels, int64_t number);
void exposition_seconds (exposition_t *self, const exposition_label_t *labels, int64_t microseconds);
void exposition_histogram (exposition_t *self, const exposition_label_t *labels, const histogram_t *histogram);

//  A family of one sample without labels.
void exposition_one (exposition_t *self, exposition_kind_t kind, const char *name, const char *unit, const char *help, int64_t number);

void exposition_end (exposition_t *self);

#endif
