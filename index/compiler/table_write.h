/*  table_write - the draft as the table that the program is built with (catalogue_layout.h)

    Owner:   none; no state. Thread: one. */

#ifndef TABLE_WRITE_H
#define TABLE_WRITE_H

#include "aliases_text.h"

//  Of a draft without complaints: the block's bytes.
void table_write_block (const draft_t *draft, const alias_t *aliases, buffer_t *block);

//  The block as C: `const unsigned char catalogue_block [] = "…";`
void table_write_source (const buffer_t *block, buffer_t *source);

#endif
