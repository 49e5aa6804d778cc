/*  complaints - what is wrong with the catalogue's files

    One line each: FILE:LINE: a sentence that says what is wrong and what is allowed. Reading goes on behind them, so that one run tells of all.

    Owner:   the compiler. Thread: one. */

#ifndef COMPLAINTS_H
#define COMPLAINTS_H

#include "buffer.h"

//  No more are told; the rest are counted.
enum { COMPLAINTS_MAX = 100 };

typedef struct {
    buffer_t text;
    int      count;
} complaints_t;

void complaints_init (complaints_t *self);
void complaints_deinit (complaints_t *self);

void complain (complaints_t *self, const char *path, int line, const char *format, ...) __attribute__ ((format (printf, 4, 5)));

//  The same about a value that is none of those allowed, with the nearest of them; the list ends with NULL.
void complain_of_choice (complaints_t *self, const char *path, int line, const char *what, slice_t value, const char *const *allowed);

#endif
