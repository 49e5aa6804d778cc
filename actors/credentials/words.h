/*  words - a command line in words, as a shell would split it

        /opt/keys --for "my account" 'as it is' a\ b        is  /opt/keys, --for, my account, as it is, a b

    Blanks and line breaks part words. Between single quotes everything stands for itself; between double quotes a backslash does too, unless it
    stands before a double quote, a backslash, $, ` or a line break; elsewhere it makes the next character stand for itself. A backslash and a line
    break are nothing. There is no shell: a variable, a ~, a pattern and a pipe are letters like all others.

    The line may hold secrets: the words are in a secret buffer.

    Owner:   whoever split it. Thread: any; no state. Source: POSIX.1-2017, Shell Command Language, 2.2 Quoting. */

#ifndef WORDS_H
#define WORDS_H

#include "buffer.h"

enum { WORDS_MAX = 64, WORDS_BYTES_MAX = 8 * 1024 };

typedef struct {
    buffer_t text;
    int      count;
    char    *argv [WORDS_MAX + 1];      //  Ended by NULL
} words_t;

//  At least one word, and the first is not empty. MALFORMED, or TOO_LARGE for a line of more than WORDS_BYTES_MAX: *why goes on from "the line"
//  ("has a quote that is not closed") and lives for ever. NO_MEMORY. words_deinit in any case.
MUST_CHECK status_t words_split (words_t *self, slice_t line, const char **why);
void words_deinit (words_t *self);

#endif
