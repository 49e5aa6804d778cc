/*  packed - sentences in a third of their size

    The catalogue holds a megabyte of sentences, in which the same few thousand words come again and again. A packed text is a row of codes:

        0x00                    its end
        0x01 BYTE               that byte, which is no ASCII character
        0x02 … 0x7F             that ASCII character
        0x80 … 0xBF             one of the 64 pieces that save most
        0xC0 … 0xFF, 1 … 255    one of 64 × 255 further pieces

    A piece is a word, mostly with the blank before it. The pieces are chosen when the catalogue is compiled.

    Thread: any; no state. */

#ifndef PACKED_H
#define PACKED_H

#include "slice.h"

enum { PACKED_SHORT = 64, PACKED_LONG = 64 * 255, PACKED_PIECES_MAX = PACKED_SHORT + PACKED_LONG, PACKED_BYTE = 0x01 };

typedef struct {
    const uint32_t *offsets;    //  Of each piece in bytes, and one more: where the last ends
    const char     *bytes;
    size_t          count;
} packed_pieces_t;

//  The code of a piece: one or two bytes; returns how many.
size_t packed_code (size_t piece, char code [2]);

//  Writes the text into room, with a zero byte behind it, and returns it. What does not fit is left away: room for the longest text is the
//  compiler's promise (CATALOGUE_TEXT_BYTES_MAX).
slice_t packed_read (const packed_pieces_t *pieces, const char *packed, char *room, size_t room_bytes);

#endif
