/*  seal - what ties a next_token to the call that it was made for

    A next_token comes back from outside, perhaps cut, perhaps with other arguments than before. It carries a seal: a digest of the tool, of its
    arguments, of where it asks, and of the token's own bytes. A token whose seal is not the right one is refused, and not misread.

    The seal is no secret and keeps nobody out: it finds mistakes. Who forges one gets no more than a choice that his arguments give him anyway.

    Thread: any; no state. The digest is FNV-1a of 64 bits. */

#ifndef SEAL_H
#define SEAL_H

#include "operation.h"

//  Of the call's arguments in whatever order, its tool, its region and its account. Left out is what may differ from page to page: next_token,
//  limit and max_bytes.
uint64_t seal_of_call (const call_t *call);

//  The digest carried on over more bytes. seal_text takes the end of the text in, so that two texts in a row cannot be read as two others.
uint64_t seal_bytes (uint64_t seal, const void *bytes, size_t size);
uint64_t seal_text (uint64_t seal, slice_t text);

//  Numbers in a token's bytes: size bytes, the highest first.
void     seal_put_number (uint8_t *at, uint64_t number, int size);
uint64_t seal_get_number (const uint8_t *at, int size);

//  AWS's tokens are printable ASCII. What is not would have to be made so before it is sent, and would not be AWS's any more.
bool     seal_printable (slice_t text);

#endif
