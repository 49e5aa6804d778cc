/*  vocabulary - which words stand where: the inverted index

    Words are stemmed terms. A group of aliases ("same") is a concept, a word of its own that begins with '=' and so can meet no term: it stands
    wherever one of the group's phrases does. A phrase of several words that means a service is a concept too.

    Owner:   by value. Thread: one. */

#ifndef VOCABULARY_H
#define VOCABULARY_H

#include "aliases_text.h"
#include "pool.h"

typedef struct {
    pool_t   words;
    buffer_t posts, services, phrases;  //  Of s_post_t, s_service_t, s_phrase_t: as they were found
    buffer_t stops;                     //  Offsets of stop words

    //  By vocabulary_write: parts of the table
    buffer_t table_words, table_postings, table_services, table_phrases;
} vocabulary_t;

void vocabulary_init (vocabulary_t *self);
void vocabulary_deinit (vocabulary_t *self);

//  Takes in the aliases, then all namespaces and metrics.
void vocabulary_read (vocabulary_t *self, const draft_t *draft, const alias_t *aliases);

//  Sorts it all into parts of the table; the words' texts go into names.
void vocabulary_write (vocabulary_t *self, pool_t *names);

#endif
