/*  hex - bytes as digits, and back

    Thread: any; no state. */

#ifndef HEX_H
#define HEX_H

#include "slice.h"

#include <stdint.h>

//  What a digit stands for, in either case; -1 for what is none.
static inline int
hex_digit (char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

//  Lower-case digits; text has 2 * size + 1 bytes. Returns text.
const char *hex_write (const uint8_t *bytes, size_t size, char *text);

//  The reverse, of exactly 2 * size lower-case digits, as W3C's trace context has them; false for anything else, and then the bytes say nothing.
bool        hex_read (slice_t text, uint8_t *bytes, size_t size);

#endif
