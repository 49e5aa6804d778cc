/*  cell - one value of an answer, in a few words

    Our answers say the unit in a member's name: stored_bytes, retention_days. A person reads it better beside the number: 1.2 GB, 14 days, under
    the heading "stored". Other numbers get commas between their thousands. An object is Name=value, Name=value; a list is a, b, c.

    Thread: any; no state. */

#ifndef CELL_H
#define CELL_H

#include "json.h"

//  The member's name as a heading: without its unit, words apart. What it appends is escaped.
void cell_heading (buffer_t *out, slice_t name);

//  The value on one line, escaped. Nothing for null and for what is missing (NULL).
void cell_write (buffer_t *out, slice_t name, yyjson_val *value);

#endif
