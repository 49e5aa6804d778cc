/*  lexer - what the readers of the simulator's three small languages have in common

    Metric math, SEARCH and Metrics Insights are each read from the front of a text to its end, by a parser of their own. All of them have a place
    that moves ahead, words in quotes, brackets that nest, and one fault: the first, told as a sentence with the place where reading stopped.

    Owner:   the arena; slices point into the text or into the arena. Thread: any; no state. */

#ifndef SIM_LEXER_H
#define SIM_LEXER_H

#include "arena.h"

typedef struct {
    arena_t *arena;
    slice_t text;               //  All of it
    slice_t rest;               //  What is not yet read
    int depth;                  //  Of brackets, for who counts them
    const char *fault;          //  NULL while nothing is wrong
} lexer_t;

lexer_t lexer_of (arena_t *arena, slice_t text);

void    lexer_skip (lexer_t *self, size_t size);

//  The next character that is neither white space nor one of these; 0 at the end. It is not taken.
char    lexer_next (lexer_t *self, const char *blanks);

//  What stands between the quote that comes next and its like, without the backslashes that protect characters. Absent when it does not end, or
//  (with a fault) without memory.
slice_t lexer_take_quoted (lexer_t *self);

//  The fault, unless there is one already, is this sentence; NULL, as arena_printf gives it without memory, becomes the sentence that says so.
void    lexer_fail (lexer_t *self, const char *sentence);

//  Where reading stands: " at character 12, before \"shop-\"". NULL without memory.
const char *lexer_place (const lexer_t *self);

#endif
