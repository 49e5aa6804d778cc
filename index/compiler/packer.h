/*  packer - makes packed texts (packed.h)

    In two rounds: all texts are shown to it, then it chooses the pieces that save most, then each text is packed.

    Owner:   by value. Thread: one. */

#ifndef PACKER_H
#define PACKER_H

#include "packed.h"
#include "pool.h"

typedef struct {
    pool_t    words;                    //  Every word that was shown
    uint32_t *counts;                   //  How often, by the word's offset; grows with the pool
    size_t    counts_size;
    uint32_t *codes;                    //  Piece + 1 by the word's offset, after packer_choose; 0: it is none
    packed_pieces_t pieces;             //  After packer_choose
    buffer_t  offsets, bytes;           //  What pieces points into
    pool_t    texts;                    //  The packed ones
} packer_t;

void     packer_init (packer_t *self);
void     packer_deinit (packer_t *self);
void     packer_show (packer_t *self, slice_t text);
void     packer_choose (packer_t *self);

//  The offset of the packed text.
uint32_t packer_add (packer_t *self, slice_t text);

#endif
