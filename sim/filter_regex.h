/*  filter_regex - the regular expressions that a filter pattern may hold between two %

    The documented set: letters, digits, : _ # = @ / ; , - and a blank, the operators ^ $ . [ ] | ? * + { } and \ (with \d \D \s \S \w \W
    \xHH), no parentheses, and characters of one byte. Without parentheses an expression is a list of alternatives, each a row of sets of
    characters with a number of repetitions; so it is matched set by set for all positions of a text at once, in a time that is the
    product of both lengths and never more.

    Owner:   the arena that it was read into; scratch memory is its own, so filter_regex_deinit. Thread: one. */

#ifndef SIM_FILTER_REGEX_H
#define SIM_FILTER_REGEX_H

#include "arena.h"

typedef struct filter_regex filter_regex_t;

//  Why one cannot be read; NULL in *why_p when memory ran out.
filter_regex_t *filter_regex_read (slice_t text, arena_t *arena, const char **why_p);

//  Does it occur anywhere in the text?
bool    filter_regex_occurs (filter_regex_t *self, slice_t text);

//  Gives back the scratch memory.
void    filter_regex_deinit (filter_regex_t *self);

#endif
