/*  buffer - bytes that we own, growing up to a limit

    A buffer collects bytes: a request being read, an answer being written, a secret. It grows as needed, never beyond its limit. An append
    that does not fit (limit or memory) is not an error at once: it marks the buffer as failed, changes nothing, and every later append is
    ignored too. So a writer appends freely and asks buffer_status once, at the end.

    A secret buffer is wiped whenever its memory is given back or moved, and on buffer_clear.

    Owner:   whoever called buffer_init; by value. Passing buffer_t ** takes ownership (the pointee is left empty).
    Thread:  one at a time. */

#ifndef BUFFER_H
#define BUFFER_H

#include "slice.h"
#include "status.h"

typedef struct {
    char  *data;                //  NULL while nothing was appended
    size_t size;                //  Bytes in use
    size_t capacity;            //  Bytes allocated
    size_t limit;               //  Bytes that size may never exceed
    bool   secret;              //  Wipe before letting go of memory
    status_t status;            //  OK, or why an append did not fit: TOO_LARGE or NO_MEMORY
} buffer_t;

void     buffer_init (buffer_t *self, size_t limit);
void     buffer_init_secret (buffer_t *self, size_t limit);

//  Idempotent; leaves an empty buffer with the same limit.
void     buffer_deinit (buffer_t *self);

//  Forgets the bytes and the failure, keeps the memory.
void     buffer_clear (buffer_t *self);

void     buffer_append (buffer_t *self, const void *data, size_t size);
void     buffer_append_slice (buffer_t *self, slice_t slice);
void     buffer_append_text (buffer_t *self, const char *text);
void     buffer_append_char (buffer_t *self, char c);
void     buffer_append_number (buffer_t *self, int64_t number);         //  Decimal
void     buffer_printf (buffer_t *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

//  Room for size more bytes at the end, to be filled by the caller and then counted with buffer_advance. NULL if they do not fit: that is a
//  failed append too.
char    *buffer_reserve (buffer_t *self, size_t size);
void     buffer_advance (buffer_t *self, size_t size);

//  Drops bytes from the front.
void     buffer_consume (buffer_t *self, size_t size);

//  Hands the memory to the caller, who frees it; *size_p says how much. NULL when empty. Not for secrets.
char    *buffer_release (buffer_t *self, size_t *size_p);

//  Moves the bytes of one buffer into another, empty one; the source is left empty. The target keeps its limit (TOO_LARGE if the bytes exceed
//  it), and becomes a secret one if the source is.
void     buffer_move (buffer_t *self, buffer_t *from);

slice_t  buffer_slice (const buffer_t *self);

//  OK, or the first reason why something did not fit.
MUST_CHECK status_t buffer_status (const buffer_t *self);

#endif
