/*  number - counts as a person reads them

    Thread: any; no state. */

#ifndef NUMBER_H
#define NUMBER_H

#include "buffer.h"

//  Appends 1204 as "1,204".
void number_append (buffer_t *out, int64_t number);

//  And what it counts: "1,204 events", "1 event".
void number_append_of (buffer_t *out, int64_t number, const char *noun);

#endif
