/*  slice - bytes that somebody else owns

    A pointer and a length, passed by value. It is valid as long as what it points into: a message, a buffer, a literal. It need not end
    with a zero byte, and may hold any byte. A slice whose data is NULL means "absent"; one of size 0 with data means "empty".

    Thread: any; it has no state. */

#ifndef SLICE_H
#define SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

typedef struct {
    const char *data;
    size_t size;                //  Bytes
} slice_t;

#define SLICE(literal) ((slice_t) { "" literal, sizeof (literal) - 1 })
#define SLICE_ABSENT   ((slice_t) { NULL, 0 })

static inline slice_t
slice_of (const char *text)
{
    return text ? (slice_t) { text, strlen (text) } : SLICE_ABSENT;
}

static inline bool
slice_eq (slice_t a, slice_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp (a.data, b.data, a.size) == 0);
}

static inline bool
slice_is (slice_t a, const char *text)
{
    return slice_eq (a, slice_of (text));
}

//  As the two above, for ASCII letters of either case: host names, header names, schemes.
static inline bool
slice_eq_nocase (slice_t a, slice_t b)
{
    return a.size == b.size && (a.size == 0 || strncasecmp (a.data, b.data, a.size) == 0);
}

static inline bool
slice_is_nocase (slice_t a, const char *text)
{
    return slice_eq_nocase (a, slice_of (text));
}

static inline bool
slice_starts (slice_t a, const char *prefix)
{
    size_t size = strlen (prefix);
    return a.size >= size && memcmp (a.data, prefix, size) == 0;
}

//  Without spaces and tabs at both ends (HTTP's OWS).
static inline slice_t
slice_trim (slice_t a)
{
    while (a.size && (a.data [0] == ' ' || a.data [0] == '\t')) {
        a.data++;
        a.size--;
    }
    while (a.size && (a.data [a.size - 1] == ' ' || a.data [a.size - 1] == '\t'))
        a.size--;
    return a;
}

//  Cuts the text up to the mark off the front of rest, and drops the mark. Without one it is all of the text, and rest is absent.
static inline slice_t
slice_cut (slice_t *rest, char mark)
{
    slice_t piece = *rest;
    const char *end = rest->size ? (const char *) memchr (rest->data, mark, rest->size) : NULL;
    if (!end) {
        *rest = SLICE_ABSENT;
        return piece;
    }
    piece.size = (size_t) (end - piece.data);
    *rest = (slice_t) { end + 1, rest->size - piece.size - 1 };
    return piece;
}

//  How many characters of UTF-8 it has: all bytes but those that continue a character.
static inline size_t
slice_characters (slice_t a)
{
    size_t characters = 0;
    for (size_t i = 0; i < a.size; i++)
        characters += ((unsigned char) a.data [i] & 0xC0) != 0x80;
    return characters;
}

//  The first so many characters (not bytes); all of it when it has no more. A character has four bytes at most: of bytes that are no UTF-8, and so
//  begin none, it is no more than that either.
static inline slice_t
slice_first (slice_t a, size_t characters)
{
    size_t begun = 0;
    for (size_t i = 0; i < a.size; i++) {
        begun += ((unsigned char) a.data [i] & 0xC0) != 0x80;
        if (begun > characters || i / 4 >= characters)
            return (slice_t) { a.data, i };
    }
    return a;
}

#endif
