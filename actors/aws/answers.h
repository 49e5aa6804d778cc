/*  answers - AWS's last answers to what changes slowly, for a short while

    Lists that whole accounts share (which metrics are there? which log groups?) are asked again and again, page after page, by calls that come one
    after the other. An answer to one of these APIs is kept for the API's time (ANSWERS_KEPT), and whoever asks the very same meanwhile gets it,
    with its age. All other APIs are always asked: states, events, datapoints and histories must be of now.

    Not kept: failures; a page without anything on it, because "nothing there" is what somebody creates something after, and then looks again; an
    answer that alone would take a quarter of the room. A token of AWS's is part of the question, so each page is kept by itself.

    Kept is the answer's text. The document that it was read into is two to three times as large, and belongs to the client; reading it once
    more costs less than a millisecond for a full page.

    Room is bounded in bytes (the setting kept_bytes_max; 0: nothing is kept) and in entries. What is too old leaves first, then what was
    not used for longest.

    Owner: one actor, on its thread. Never reads a clock. */

#ifndef ANSWERS_H
#define ANSWERS_H

#include "question.h"

typedef struct answers answers_t;

enum { ANSWERS_MAX = 256 };             //  Entries: looked through one after the other, by their digests

//  How long an answer is good, in ms, and why so long.
//         service         api                 items               kept_ms  because
#define ANSWERS_KEPT(X)                                                                                                                      \
        X (AWS_MONITORING, "ListMetrics",       "Metrics",          60000,   "AWS itself lists a new metric only after up to 15 minutes")    \
        X (AWS_MONITORING, "ListDashboards",    "DashboardEntries", 10000,   "names are completed from it, while somebody types")            \
        X (AWS_LOGS,       "DescribeLogGroups", "logGroups",        10000,   "who creates a group in a console and asks again takes so long")

//  NULL without memory.
answers_t *answers_new (size_t bytes_max);
void       answers_destroy (answers_t **self_p);

//  Is this kind of question one whose answers are kept?
bool       answers_wanted (const answers_t *self, const question_t *question);

//  Keeps the answer, unless it is one that is not kept, or there is no memory. now_ms: monotonic, like all times here; never falls.
void       answers_keep (answers_t *self, const question_t *question, const yyjson_val *answer, int64_t now_ms);

//  The text of the answer, or SLICE_ABSENT when none is there that is young enough. Valid until the next call of answers_keep.
slice_t    answers_find (answers_t *self, const question_t *question, int64_t now_ms, int64_t *age_ms);

//  What is kept, old entries included.
typedef struct {
    size_t entries, bytes;
} answers_counts_t;

answers_counts_t answers_counts (const answers_t *self);

#endif
