/*  metric_query - a question as words of the catalogue

    A question is cut into terms (terms.h). Each becomes a slot: the words of the vocabulary that it may mean, each with a weight.

        the word itself                             1
        concepts that it is a phrase of             0.95; a phrase of several words counts for more than each of them
        when the vocabulary does not have it:
            two words that were written as one      0.8
            words that begin with it                0.6
            words that are one change away, or two  0.6 (from four letters on, from eight letters on)

    Words that say nothing (stop words) have no slot.

    Thread: any; no state. */

#ifndef METRIC_QUERY_H
#define METRIC_QUERY_H

#include "slice.h"

enum { QUERY_SLOTS_MAX = 12, QUERY_TERMS_MAX = 64, QUERY_WORDS_MAX = 10, QUERY_BYTES_MAX = 512 };

typedef struct {
    uint32_t word;              //  In the table's words
    float    weight;
} query_word_t;

typedef struct {
    query_word_t words [QUERY_WORDS_MAX];
    int count;
} query_slot_t;

typedef struct {
    query_slot_t slots [QUERY_SLOTS_MAX];
    int count;
} metric_query_t;

//  Of a text longer than QUERY_BYTES_MAX, of more than QUERY_TERMS_MAX terms or of more than QUERY_SLOTS_MAX that say something it is the beginning.
void metric_query_read (metric_query_t *self, slice_t text);

#endif
