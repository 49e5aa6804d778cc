/*  filter_condition - conditions inside of a filter pattern, joined by && and ||

    A condition says something of a subject, which is a path into a JSON message or a field of a line; what it is, whoever reads the pattern
    decides. This file reads what stands around subjects, and judges values.

    Owner:   the arena of the pattern. Thread: one. */

#ifndef SIM_FILTER_CONDITION_H
#define SIM_FILTER_CONDITION_H

#include "buffer.h"
#include "filter_regex.h"

typedef enum {
    RELATION_EQUAL, RELATION_UNEQUAL, RELATION_LESS, RELATION_LESS_EQUAL, RELATION_GREATER, RELATION_GREATER_EQUAL,
    RELATION_IS_NULL, RELATION_IS_TRUE, RELATION_IS_FALSE, RELATION_NOT_EXISTS
} filter_relation_t;

typedef struct {
    const void *subject;
    filter_relation_t relation;
    slice_t text;               //  Without quotes and asterisks
    bool open_before;           //  An asterisk stood before it
    bool open_behind;
    bool numeric;               //  It can be read as a number
    double number;
    filter_regex_t *regex;      //  Instead of the text
} filter_test_t;

typedef enum { CONDITION_TEST, CONDITION_AND, CONDITION_OR } filter_condition_kind_t;

typedef struct filter_condition {
    filter_condition_kind_t kind;
    filter_test_t test;
    struct filter_condition *left, *right;
} filter_condition_t;

//  A pattern that is being read.
typedef struct filter_reader {
    slice_t rest;
    arena_t *arena;
    buffer_t *sentence;         //  What is wrong; empty while nothing is
    filter_regex_t *regexes [2];
    int regexes_count;
    int depth;                  //  Open parentheses
    //  Reads a subject; NULL after filter_fail.
    const void *(*read_subject) (struct filter_reader *reader, const void *scope);
    const void *scope;          //  Handed to it
} filter_reader_t;

//  Notes what is wrong, once, behind "Invalid filter pattern"; gives false for the caller to return.
bool    filter_fail (filter_reader_t *reader, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

void    filter_skip_blanks (filter_reader_t *reader);

//  The next character, 0 at the end; blanks before it are skipped.
char    filter_peek (filter_reader_t *reader);

//  Takes the text if it comes next, behind blanks.
bool    filter_take (filter_reader_t *reader, const char *text);

//  What stands between two marks that come next (the first has not been taken), with \ before a mark removed. False after filter_fail.
bool    filter_read_quoted (filter_reader_t *reader, char mark, slice_t *text);

//  %…%
filter_regex_t *filter_read_regex (filter_reader_t *reader);

//  A whole condition; NULL after filter_fail, or without memory.
filter_condition_t *filter_read_condition (filter_reader_t *reader);

//  Is this the value that the test wants? A number's text is what stood in the message.
bool    filter_test_text (const filter_test_t *test, slice_t text);
bool    filter_test_number (const filter_test_t *test, slice_t text, double number);

//  The condition as a whole; each test is judged by the function.
bool    filter_judge (const filter_condition_t *condition, bool (*judge) (const filter_test_t *test, const void *message), const void *message);

#endif
