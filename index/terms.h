/*  terms - the words of names and of sentences, as they are searched for

    ApproximateAgeOfOldestMessage, HTTPCode_ELB_5XX_Count and "the age of the oldest message" are cut into words: at whatever is no letter or digit,
    before a capital behind a small letter, and before the last capital of several when a small one follows (HTTP|Code). What is left is in small
    letters, and then without its ending: throttle, throttled, throttles and throttling are one term. The stemmer is a light one. It need not make
    words, only the same of the same; and the compiler of the catalogue uses it as the search does.

    Thread: any; no state. */

#ifndef TERMS_H
#define TERMS_H

#include "slice.h"

enum { TERM_BYTES_MAX = 32 };

typedef struct {
    char   text [TERM_BYTES_MAX + 1];           //  Ends with a zero byte
    size_t size;
} term_t;

//  Cuts the next word off the front of rest, in small letters, not stemmed; false when there is none. Of a word longer than TERM_BYTES_MAX it is the
//  beginning. Single letters are no words; single digits are.
bool term_next (slice_t *rest, term_t *term);

//  Takes the ending off.
void term_stem (term_t *term);

#endif
